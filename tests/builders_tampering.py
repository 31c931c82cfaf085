"""Builds draws that were tampered with, as an organ would that holds the key of its own log: signed again.

A change is a function of a draw; what it returns are further arguments for the verifier. The draw that is changed has
everything: nonces and a lottery, or a drand round; conflicts; a recusal.
"""

from __future__ import annotations

import base64
import json
import random  # noqa: TID251  by a fixed seed
from collections import Counter
from collections.abc import Callable
from typing import Any

from chalicelib.domain import canonical, merkle
from chalicelib.domain.draws import rosters
from tests.builders_draws import KEY, ORIGIN, Draw, Key, draw, relogged

Files = dict[str, bytes]
Change = Callable[[Draw, random.Random], Any]
CHANGES: dict[str, tuple[str, Change]] = {}


def tampered(what: str, seed: int) -> tuple[Files, dict[str, Any]]:
    """The files of a draw with this change, and what the verifier is told beside them."""
    chance = random.Random(seed)
    source = "fallback" if what in OF_FALLBACK else "primary"
    made = draw(seed + 40, 60 + seed, 30, source=source, recusals=1, round_=1000)
    assert made.documents["replacements"], "a draw without a recusal shows less"
    found = CHANGES[what][1](made, chance)
    if isinstance(found, tuple):
        return found
    return made.bundle(), found or {}


def kind(code: str, what: str) -> Callable[[Change], Change]:
    def keep(change: Change) -> Change:
        CHANGES[what] = (code, change)
        return change

    return keep


OF_FALLBACK = {
    "a nonce that was not sealed", "a nonce opened too late", "a single person typed the lottery",
    "two people typed different numbers", "a lottery within the lead",
}  # fmt: skip


def pick(made: Draw, chance: random.Random, roster: str = "objects") -> Any:
    return chance.choice(made.rosters[roster])


# --- rosters ---------------------------------------------------------------------------------------------------------


@kind("row-missing", "a row is dropped")
def _dropped(made: Draw, chance: random.Random) -> None:
    made.rosters["objects"].remove(pick(made, chance))


@kind("row-added", "a row is added")
def _added(made: Draw, chance: random.Random) -> None:
    made.rosters["objects"].append(pick(made, chance) | {"id": "ent-9999999"})


@kind("objects", "a name is edited")
def _edited(made: Draw, chance: random.Random) -> None:
    pick(made, chance)["name"] = "另一家"


@kind("objects", "a salt is changed")
def _salt(made: Draw, chance: random.Random) -> None:
    pick(made, chance)["salt"] = chance.randbytes(16).hex()


@kind("strata", "a grade is changed")
def _grade(made: Draw, chance: random.Random) -> None:
    row = next(row for row in made.rosters["objects"] if row["grade"] in "AB")
    row["grade"] = "D"
    made.documents["commitment"]["objects"]["root"] = rosters.summary("objects", made.rosters["objects"])[
        "root"
    ]
    relogged(made, "commitment")


@kind("row-order", "two rows are swapped")
def _swapped(made: Draw, chance: random.Random) -> Any:
    rows = made.rosters["objects"]
    n = chance.randrange(len(rows) - 1)
    rows[n], rows[n + 1] = rows[n + 1], rows[n]
    return _lines(made, "objects")


@kind("row-salt", "a salt is missing")
def _saltless(made: Draw, chance: random.Random) -> Any:
    row = pick(made, chance)
    del row["salt"]
    return _lines(made, "objects")


@kind("row", "a row has no proper id")
def _nameless(made: Draw, chance: random.Random) -> Any:
    pick(made, chance)["id"] = "望城"
    return _lines(made, "objects")


@kind("weight", "a grade that the plan does not know")
def _unknown(made: Draw, chance: random.Random) -> None:
    made.plan["weights"]["of"].pop("D")
    _planned(made)


@kind("not-nfc", "a name that is not in NFC")
def _decomposed(made: Draw, chance: random.Random) -> Any:
    pick(made, chance)["name"] = "cafe\u0301"
    return _lines(made, "objects")


@kind("inspectors", "an inspector gets a certificate")
def _certified(made: Draw, chance: random.Random) -> None:
    next(one for one in made.rosters["inspectors"] if not one["certificates"])["certificates"] = [
        "enforcement"
    ]


@kind("row-missing", "a conflict is removed")
def _conflict(made: Draw, chance: random.Random) -> None:
    made.rosters["conflicts"].remove(pick(made, chance, "conflicts"))


@kind("conflicts", "a conflict is turned to another firm")
def _turned(made: Draw, chance: random.Random) -> None:
    made.rosters["conflicts"][-1]["inspector"] = "ins-9999"


@kind("departures", "a reason for leaving is edited")
def _reason(made: Draw, chance: random.Random) -> None:
    made.rosters["departures"][0]["reason"] = "moved away"


# --- plan and commitment ---------------------------------------------------------------------------------------------


def _planned(made: Draw) -> None:
    """The plan is committed and logged anew, as if it had always been so."""
    made.documents["commitment"]["plan"] = canonical.digest(made.plan)
    relogged(made, "commitment")


@kind("plan", "a weight of the plan is changed")
def _weight(made: Draw, chance: random.Random) -> None:
    made.plan["weights"]["of"]["A"] += 1


@kind("plan", "a quota of the plan is changed")
def _quota(made: Draw, chance: random.Random) -> None:
    made.plan["strata"][0]["quota"]["num"] += 1


@kind("plan", "a cap of the plan is changed")
def _cap_of_plan(made: Draw, chance: random.Random) -> None:
    made.plan["cap"] += 1


@kind("float", "a float stands in the plan")
def _float(made: Draw, chance: random.Random) -> Any:
    files = made.bundle()
    files["plan.json"] = files["plan.json"].replace(b'"cap":12', b'"cap":12.0')
    return files, {}


@kind("integer", "a number beyond 2^53")
def _large(made: Draw, chance: random.Random) -> Any:
    files = made.bundle()
    files["plan.json"] = files["plan.json"].replace(b'"cap":12', b'"cap":9007199254740992')
    return files, {}


@kind("not-canonical", "a space more in a document")
def _spaced(made: Draw, chance: random.Random) -> Any:
    files = made.bundle()
    files["plan.json"] = files["plan.json"].replace(b'"cap":12', b'"cap": 12')
    return files, {}


@kind("malformed", "a file is missing")
def _missing_file(made: Draw, chance: random.Random) -> Any:
    files = made.bundle()
    del files[chance.choice(("plan.json", "objects.jsonl", "log.json", "result.json"))]
    return files, {}


@kind("plan-shape", "a plan with a quota of more than all")
def _share(made: Draw, chance: random.Random) -> None:
    made.plan["strata"][0]["quota"]["num"] = 101
    _planned(made)


@kind("commitment", "the commitment is edited after it was logged")
def _recommitted(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["objects"]["count"] -= 1


@kind("previous", "the commitment before is another")
def _previous(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["previous"] = chance.randbytes(32).hex()
    relogged(made, "commitment")


@kind("lead", "the lead is shorter than the plan's")
def _lead(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["not_before"] -= 2_000
    relogged(made, "commitment")


@kind("round", "a later round of drand is named")
def _later(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["beacons"][0]["round"] += 1
    relogged(made, "commitment")


@kind("beacon", "a beacon that the plan does not have")
def _beacon(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["beacons"].append({"kind": "lottery", "issue": "x", "at": 2**50})
    relogged(made, "commitment")


# --- the public value ------------------------------------------------------------------------------------------------


@kind("round", "the value is of another round")
def _other_round(made: Draw, chance: random.Random) -> None:
    made.documents["values"][0]["round"] += 1
    relogged(made, "values")


@kind("randomness", "the randomness is not of the signature")
def _randomness(made: Draw, chance: random.Random) -> None:
    made.documents["values"][0]["randomness"] = chance.randbytes(32).hex()
    relogged(made, "values")


@kind("seed", "another value with a hash that fits")
def _other_value(made: Draw, chance: random.Random) -> None:
    """Only BLS, or another relay's value, tells this; the seed does, as the result was made with the real one."""
    import hashlib

    signature = chance.randbytes(48)
    randomness = hashlib.sha256(signature).hexdigest()
    made.documents["values"][0] |= {"signature": signature.hex(), "randomness": randomness}
    relogged(made, "values")


@kind("values", "the value is not the one that was logged")
def _unlogged(made: Draw, chance: random.Random) -> None:
    made.documents["values"].append(made.documents["values"][0])


@kind("early", "the value was logged before it was public")
def _early(made: Draw, chance: random.Random) -> None:
    for one in made.entries:
        if one["kind"] == "values":
            one["at"] -= 3_000


@kind("nonce", "a nonce that was not sealed")
def _nonce(made: Draw, chance: random.Random) -> None:
    opened = made.documents["nonces"]["nonces"]
    opened[chance.choice(sorted(opened))] = chance.randbytes(32).hex()
    made.documents["values"][0] = made.documents["nonces"]
    relogged(made, "nonces")
    relogged(made, "values")


@kind("nonce", "a nonce opened too late")
def _late(made: Draw, chance: random.Random) -> None:
    until = made.documents["commitment"]["beacons"][0]["until"]
    for one in made.entries:
        if one["kind"] == "nonces":
            one["at"] = until + 1


@kind("lottery", "a single person typed the lottery")
def _single(made: Draw, chance: random.Random) -> None:
    made.documents["values"][1]["entries"].popitem()
    relogged(made, "values")


@kind("lottery", "two people typed different numbers")
def _differently(made: Draw, chance: random.Random) -> None:
    entries = made.documents["values"][1]["entries"]
    entries[chance.choice(sorted(entries))] = "01 02 03 04 05 06 07"
    relogged(made, "values")


@kind("lottery", "a lottery within the lead")
def _too_soon(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["not_before"] += 1_001
    relogged(made, "commitment")


# --- the log ---------------------------------------------------------------------------------------------------------


@kind("signature", "the signature is not over this log")
def _signature(made: Draw, chance: random.Random) -> Any:
    return _with_log(made, checkpoint=KEY.note(made.entries), resigned=chance.randbytes(64))


@kind("key", "signed by somebody else")
def _key(made: Draw, chance: random.Random) -> Any:
    other = Key(seed=2)
    files, _ = _with_log(made, checkpoint=other.note(made.entries), key=other.verifier)
    return files, {"trusted": [KEY.verifier]}


@kind("checkpoint", "an entry is taken out under an old signature")
def _unsigned(made: Draw, chance: random.Random) -> Any:
    note = KEY.note(made.entries)
    made.entries.pop()
    return _with_log(made, checkpoint=note)


@kind("seen", "the log is another than somebody was shown")
def _seen(made: Draw, chance: random.Random) -> Any:
    return {"seen": [(1, merkle.root([chance.randbytes(9)]).hex())]}


@kind("second-commitment", "a second commitment to the same number")
def _second(made: Draw, chance: random.Random) -> None:
    made.entries.insert(1, made.entries[0] | {"digest": chance.randbytes(32).hex()})


@kind("missing-number", "a number is skipped")
def _skipped(made: Draw, chance: random.Random) -> None:
    made.documents["commitment"]["number"] = 2
    for one in made.entries:
        one["number"] = 2
    relogged(made, "commitment")


@kind("log-order", "the result is logged twice")
def _twice(made: Draw, chance: random.Random) -> None:
    at = next(n for n, one in enumerate(made.entries) if one["kind"] == "result")
    made.entries.insert(at, made.entries[at])


@kind("log-time", "an entry is older than the one before it")
def _older(made: Draw, chance: random.Random) -> None:
    made.entries[-1]["at"] = made.entries[0]["at"] - 1


@kind("unfinished", "a next draw is begun before this one is done")
def _unfinished(made: Draw, chance: random.Random) -> None:
    made.entries.insert(2, made.entries[0] | {"number": 2, "at": made.entries[1]["at"]})


# --- the result ------------------------------------------------------------------------------------------------------


def _resulted(made: Draw) -> None:
    """Result and notice are logged anew as they are now."""
    made.documents["notice"]["result"] = canonical.digest(made.documents["result"])
    relogged(made, "notice")


@kind("seed", "a seed of one's own")
def _own_seed(made: Draw, chance: random.Random) -> None:
    made.documents["result"]["seed"] = made.documents["notice"]["seed"] = chance.randbytes(32).hex()
    _resulted(made)


@kind("quota", "a visit is left out")
def _left_out(made: Draw, chance: random.Random) -> None:
    visits = made.documents["result"]["visits"]
    visits.remove(chance.choice(visits))
    _resulted(made)


@kind("selection", "another firm is visited instead")
def _instead(made: Draw, chance: random.Random) -> None:
    visits = made.documents["result"]["visits"]
    drawn = {one["object"] for one in visits}
    visits[0]["object"] = next(row["id"] for row in made.rosters["objects"] if row["id"] not in drawn)
    _resulted(made)


@kind("ticket", "a ticket is made smaller")
def _smaller(made: Draw, chance: random.Random) -> None:
    chance.choice(made.documents["result"]["visits"])["ticket"] = "00" * 32
    _resulted(made)


@kind("visit-order", "visits in another order")
def _reordered(made: Draw, chance: random.Random) -> None:
    made.documents["result"]["visits"].reverse()
    _resulted(made)


@kind("cutoff", "a cut-off that takes in one more")
def _cutoff(made: Draw, chance: random.Random) -> None:
    chance.choice(made.documents["notice"]["strata"])["cutoff"] = "ff" * 32
    relogged(made, "notice")


@kind("pool", "the extension of the pool is not said")
def _pool(made: Draw, chance: random.Random) -> None:
    made.documents["result"]["pool"] = made.documents["notice"]["pool"] = 1
    _resulted(made)


@kind("conflict", "conflicts are not looked at")
def _own_firm(made: Draw, chance: random.Random) -> Any:
    """Half of the leaders are barred everywhere, and lead all the same."""
    leaders = [one["id"] for one in made.rosters["inspectors"] if one["certificates"]][::2]
    pairs = [(row["id"], one) for row in made.rosters["objects"] for one in leaders]
    conflicts = [{"object": a, "inspector": b, "salt": "0" * 32} for a, b in sorted(pairs)]
    blind = draw(
        1,
        rows=made.rosters | {"conflicts": conflicts},
        recusals=0,
        without=lambda ground: ground.apart.clear(),
    )
    return blind.bundle(), {}


@kind("cap", "caps are not looked at")
def _overloaded(made: Draw, chance: random.Random) -> Any:
    """Four can lead, two visits each would do; who leaves the caps out gives one of them a third."""

    def uncapped(ground: Any) -> None:
        ground.caps.update(dict.fromkeys(ground.caps, 99))

    people = made.rosters["inspectors"]
    for n, one in enumerate(people):
        one["certificates"] = ["enforcement"] if n in {1, 7, 11, 13} else []
        one.pop("districts", None)
    rows = made.rosters | {"conflicts": []}
    for n in range(50):
        matters = [f"food-{n:04}"]  # another plan, another seed
        blind = draw(1, rows=rows, recusals=0, without=uncapped, cap=2, matters=matters)
        led = Counter(one for visit in blind.documents["result"]["visits"] for _, one in visit["team"])
        if max(led.values()) > 2 and len(blind.documents["result"]["visits"]) <= 8:
            return blind.bundle(), {}
    raise AssertionError("nobody had a third visit")


@kind("pairing", "an inspector of one's own choice")
def _chosen(made: Draw, chance: random.Random) -> None:
    for visit in reversed(made.documents["result"]["visits"]):
        team = [one for _, one in visit["team"]]
        free = [one for one in made.ground.eligible((visit["object"], 0), 0) if one not in team]
        if free:
            visit["team"][0][1] = chance.choice(free)
            break
    _resulted(made)


@kind("pairing", "a team in another order")
def _turned_about(made: Draw, chance: random.Random) -> None:
    next(one for one in made.documents["result"]["visits"] if len(one["team"]) > 1)["team"].reverse()
    _resulted(made)


@kind("notice", "the notice says another size")
def _size(made: Draw, chance: random.Random) -> None:
    made.documents["notice"]["strata"][0]["size"] += 1
    relogged(made, "notice")


@kind("notice", "another result than the one that was told")
def _told(made: Draw, chance: random.Random) -> None:
    made.documents["notice"]["result"] = chance.randbytes(32).hex()
    relogged(made, "notice")


@kind("replacement", "somebody else stands in")
def _stand_in(made: Draw, chance: random.Random) -> None:
    one = made.documents["replacements"][0]
    one["replacement"] = chance.choice(sorted(set(made.ground.inspectors) - {one["replacement"]}))
    relogged(made, "replacement")


@kind("replacement", "a replacement without a reason")
def _groundless(made: Draw, chance: random.Random) -> None:
    made.documents["replacements"][0]["reason"] = ""
    relogged(made, "replacement")


@kind("replacement", "a replacement is not told")
def _hidden(made: Draw, chance: random.Random) -> None:
    made.documents["replacements"].clear()


@kind("void", "void without a reason")
def _no_reason(made: Draw, chance: random.Random) -> None:
    _voided(made, {"reason": ""})


@kind("void", "void, and what it would have been is hidden")
def _would_be(made: Draw, chance: random.Random) -> None:
    _voided(made, {"would_be": None})


@kind("void", "void, and the bundle does not say so")
def _unsaid(made: Draw, chance: random.Random) -> None:
    _voided(made, {})
    del made.documents["void"]


def _voided(made: Draw, change: dict[str, Any]) -> None:
    from chalicelib.domain.draws import result as results

    said = results.void(made.documents["commitment"], "an error", "zhou.jie", made.documents["result"])
    made.documents["void"] = said | change
    last = made.entries.pop()  # the reveal
    made.note_in_log("void", last["at"], made.documents["void"])


# --- files -----------------------------------------------------------------------------------------------------------


def _with_log(
    made: Draw, checkpoint: str, key: str = KEY.verifier, resigned: bytes = b""
) -> tuple[Files, dict[str, Any]]:
    """The draw's files with this checkpoint; `resigned`: other bytes for its signature."""
    if resigned:
        text, _, line = checkpoint.rstrip("\n").rpartition(" ")
        head = base64.b64decode(line)[:4]
        checkpoint = f"{text} {base64.b64encode(head + resigned).decode()}\n"
    said = {"origin": ORIGIN, "entries": made.entries, "checkpoint": checkpoint, "key": key}
    return made.bundle() | {"log.json": canonical.dumps(said)}, {}


def _lines(made: Draw, roster: str) -> tuple[Files, dict[str, Any]]:
    """The files with rows that the platform itself would refuse to write."""
    rows, made.rosters[roster] = made.rosters[roster], []
    files = made.bundle()
    made.rosters[roster] = rows
    written = [json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for row in rows]
    return files | {f"{roster}.jsonl": "".join(f"{one}\n" for one in written).encode()}, {}
