"""Ways to tamper with an exported past, each by who knows the format: hashes made to fit wherever no key is needed."""

from __future__ import annotations

import copy
import json
import random  # noqa: TID251  a fixed seed
from collections.abc import Callable, Iterator
from typing import Any

from infra import verify
from tests.builders_audit import stranger

Bundle = dict[str, Any]
Mutate = Callable[[Bundle, random.Random], None]


# --- the chains ----------------------------------------------------------------------------------------------------


def _chain(bundle: Bundle, dice: random.Random, least: int = 1) -> dict[str, Any]:
    return dice.choice([one for one in bundle["chains"] if len(one["events"]) >= least])


def refit(chain: dict[str, Any], start: int = 0) -> None:
    """Number and link the events anew from `start`, and let the head say so."""
    events = chain["events"]
    previous = events[start - 1]["hash"] if start else verify.GENESIS
    for seq, event in enumerate(events[start:], start + 1):
        event |= {"seq": seq, "prev_hash": previous}
        event["hash"] = previous = verify.link(chain["case"], previous, event)
    chain["head"] = {"seq": len(events), "hash": previous}


def edit(bundle: Bundle, dice: random.Random) -> None:
    """Any one value of the whole bundle."""
    owner, name = dice.choice(list(_places(bundle)))
    owner[name] = _other(owner[name], dice)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in pairs:
        if isinstance(member, dict | list):
            yield from _places(member)
        else:
            yield value, name


def _other(value: Any, dice: random.Random) -> Any:
    if isinstance(value, int):
        return dice.choice([value + 1, value - 1, str(value), 10 * value + 1])
    place = dice.randrange(len(value))
    return value[:place] + dice.choice([one for one in "Aa0bf3" if one != value[place]]) + value[place + 1 :]


def edit_and_relink(bundle: Bundle, dice: random.Random) -> None:
    chain = _chain(bundle, dice)
    place = dice.randrange(len(chain["events"]))
    event = chain["events"][place]
    event[dice.choice(["type", "at"])] = dice.choice(["case.granted", "case.refused", 1, 2])
    refit(chain, place)


def delete(bundle: Bundle, dice: random.Random) -> None:
    events = _chain(bundle, dice)["events"]
    del events[dice.randrange(len(events))]


def delete_and_relink(bundle: Bundle, dice: random.Random) -> None:
    chain = _chain(bundle, dice, 2)
    place = dice.randrange(len(chain["events"]))
    del chain["events"][place]
    refit(chain, min(place, len(chain["events"])))


def delete_case(bundle: Bundle, dice: random.Random) -> None:
    del bundle["chains"][dice.randrange(len(bundle["chains"]))]


def insert(bundle: Bundle, dice: random.Random) -> None:
    events = _chain(bundle, dice)["events"]
    events.insert(
        dice.randrange(len(events) + 1), copy.deepcopy(dice.choice(events)) | {"type": "case.invented"}
    )


def insert_and_relink(bundle: Bundle, dice: random.Random) -> None:
    chain = _chain(bundle, dice)
    place = dice.randrange(len(chain["events"]) + 1)
    chain["events"].insert(place, copy.deepcopy(dice.choice(chain["events"])) | {"type": "case.invented"})
    refit(chain, place)


def insert_case(bundle: Bundle, dice: random.Random) -> None:
    made = copy.deepcopy(_chain(bundle, dice))
    made["case"] = made["case"][:-4] + f"{dice.randrange(10**4):04d}"
    refit(made)
    bundle["chains"].append(made)


def swap(bundle: Bundle, dice: random.Random) -> None:
    events = _chain(bundle, dice, 2)["events"]
    a, b = dice.sample(range(len(events)), 2)
    events[a], events[b] = events[b], events[a]


def swap_cases(bundle: Bundle, dice: random.Random) -> None:
    """Two cases change names, and every hash fits."""
    a, b = dice.sample(bundle["chains"], 2)
    a["case"], b["case"] = b["case"], a["case"]
    refit(a)
    refit(b)


def truncate(bundle: Bundle, dice: random.Random) -> None:
    """The end of a chain is cut off, and the head says so."""
    chain = _chain(bundle, dice, 2)
    del chain["events"][dice.randrange(1, len(chain["events"])) :]
    refit(chain, len(chain["events"]))


def fork(bundle: Bundle, dice: random.Random) -> None:
    """From somewhere on, another history; or both histories of one case."""
    chain = copy.deepcopy(_chain(bundle, dice, 2))
    place = dice.randrange(len(chain["events"]))
    for event in chain["events"][place:]:
        event["body"] = "AAAA"
    refit(chain, place)
    if dice.random() < 0.5:
        bundle["chains"] = [one for one in bundle["chains"] if one["case"] != chain["case"]]
    bundle["chains"].append(chain)


# --- the log -------------------------------------------------------------------------------------------------------


def reroot(bundle: Bundle, start: int = 0) -> None:
    """Make every root, and the log, fit from entry `start` on: all that needs no key."""
    roots = bundle["roots"]
    log = [verify.entry_leaf(one) for one in roots[:start]]
    for number, entry in enumerate(roots[start:], start + 1):
        before = roots[number - 2]["root"] if number > 1 else verify.GENESIS
        entry |= {"number": number, "before": before, "leaves": len(entry["heads"])}
        leaves = [verify.head_leaf(case, seq, erased, end) for case, seq, erased, end in entry["heads"]]
        entry["root"] = verify.root_of([verify.leaf_hash(bytes.fromhex(before)), *leaves]).hex()
        log.append(verify.entry_leaf(entry))
        entry["log"] = verify.root_of(log).hex()


def _entry(bundle: Bundle, dice: random.Random, least: int = 1) -> tuple[int, dict[str, Any]]:
    return dice.choice([pair for pair in enumerate(bundle["roots"]) if len(pair[1]["heads"]) >= least])


def signature(bundle: Bundle, dice: random.Random) -> None:
    """Another entry's signature, a stranger's in its place, or none."""
    _, entry = _entry(bundle, dice)
    key, way = entry["key"], dice.randrange(3)
    if way == 0:
        others = [one["signature"] for one in bundle["roots"] if one is not entry]
        entry["signature"] = dice.choice(others)
    elif way == 1:
        stranger().resign(entry)
        entry["key"] = key
    else:
        entry["signature"] = ""


def key(bundle: Bundle, dice: random.Random) -> None:
    """A stranger's key in place of ours, under its own name or under ours, everything signed anew with it."""
    ours, theirs = bundle["keys"]["keys"][0]["kid"], stranger().public()
    own_name = dice.random() < 0.5
    bundle["keys"]["keys"] = [theirs if own_name else theirs | {"kid": ours}]
    for entry in bundle["roots"]:
        stranger().resign(entry)
        entry["key"] = theirs["kid"] if own_name else ours


def foreign_log(bundle: Bundle, dice: random.Random) -> None:
    """From some entry on the log is a stranger's: all fits but the key."""
    start = dice.randrange(len(bundle["roots"]))
    bundle["keys"]["keys"].append(stranger().public())
    for entry in bundle["roots"][start:]:
        entry["at"] += 1
    reroot(bundle, start)
    for entry in bundle["roots"][start:]:
        stranger().resign(entry)


def leaf_order(bundle: Bundle, dice: random.Random) -> None:
    start, entry = _entry(bundle, dice, 2)
    a, b = dice.sample(range(len(entry["heads"])), 2)
    entry["heads"][a], entry["heads"][b] = entry["heads"][b], entry["heads"][a]
    if dice.random() < 0.5:
        reroot(bundle, start)


def leaf_lost(bundle: Bundle, dice: random.Random) -> None:
    start, entry = _entry(bundle, dice)
    del entry["heads"][dice.randrange(len(entry["heads"]))]
    if dice.random() < 0.5:
        reroot(bundle, start)


def root_order(bundle: Bundle, dice: random.Random) -> None:
    roots = bundle["roots"]
    a, b = dice.sample(range(len(roots)), 2)
    roots[a], roots[b] = roots[b], roots[a]
    if dice.random() < 0.5:
        reroot(bundle, min(a, b))


def root_lost(bundle: Bundle, dice: random.Random) -> None:
    place = dice.randrange(len(bundle["roots"]))
    del bundle["roots"][place]
    if dice.random() < 0.5:
        reroot(bundle, min(place, len(bundle["roots"])))


def log_truncated(bundle: Bundle, dice: random.Random) -> None:
    del bundle["roots"][dice.randrange(len(bundle["roots"])) :]


MUTATIONS: tuple[Mutate, ...] = (
    edit, edit_and_relink, delete, delete_and_relink, delete_case, insert, insert_and_relink, insert_case, swap,
    swap_cases, truncate, fork, signature, key, foreign_log, leaf_order, leaf_lost, root_order, root_lost,
    log_truncated,
)  # fmt: skip


def recount(bundle: Bundle) -> None:
    """Let the bundle claim exactly what is in it now, as whoever tampers would."""
    bundle["counts"] = {
        "roots": len(bundle["roots"]), "leaves": sum(len(entry["heads"]) for entry in bundle["roots"]),
        "chains": len(bundle["chains"]), "events": sum(len(chain["events"]) for chain in bundle["chains"]),
    }  # fmt: skip


def mutants(bundle: Bundle, count: int, seed: int) -> Iterator[tuple[str, Bundle]]:
    """`count` bundles, each unlike the true one and the others, by every kind of tampering in turn; most count anew."""
    dice, turn = random.Random(seed), 0
    made = {json.dumps(bundle)}
    while len(made) <= count:
        mutate, changed = MUTATIONS[turn % len(MUTATIONS)], copy.deepcopy(bundle)
        turn += 1
        mutate(changed, dice)
        if mutate is not edit and dice.random() < 0.8:
            recount(changed)
        said = json.dumps(changed)
        if said not in made:  # a log of six can be cut in six ways: such a kind runs out
            made.add(said)
            yield mutate.__name__, changed


def kid(bundle: Bundle) -> str:
    return str(bundle["keys"]["keys"][0]["kid"])
