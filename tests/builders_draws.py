"""Builds draws for tests: rosters by a seed, real rounds of drand, a signed log, whole bundles."""

from __future__ import annotations

import hashlib
import random  # noqa: TID251  by a fixed seed
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.draws import beacons, bundle, commitment, log, plan, result, rosters, tickets

# drand's quicknet as the League of Entropy publishes it; its hash is computed again in tests/unit/test_draw_beacons.py.
QUICKNET = {
    "hash": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    "public_key": "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    "genesis": 1692803367,
    "period": 3,
}
GROUP_HASH = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"
# Real rounds, as published; their signatures are verified by computation.
ROUNDS = {
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    1001: "b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03f73896b25883abf2853d10337fb8fa41",
    1002: "ab066f9c12dd6de1336fca0f925192fb0c72a771c3e4c82ede1fd362c1a770f9eb05843c6308ce2530b53a99c0281a6e",
    657413: "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
}
RANDOMNESS_1000 = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"

ORIGIN = "draws.example/joint-food"
LEAD = 60_000  # ms; tests do not wait a working day
GRADES = ("A", "B", "C", "D")
DEPARTMENTS = ("fire", "market")
Doc = dict[str, Any]


def drand(number: int) -> Doc:
    """A real round as its value is written."""
    said = ROUNDS[number]
    return {
        "kind": "drand", "round": number, "signature": said,
        "randomness": hashlib.sha256(bytes.fromhex(said)).hexdigest(),
    }  # fmt: skip


def plan_document(**changes: Any) -> Doc:
    """A plan with two strata, four grades, two departments that visit together."""
    return {
        "format": plan.FORMAT, "algo": plan.ALGO, "series": "joint-food",
        "matters": ["food-0101", "fire-0007"],
        "weights": {"field": "grade", "of": {"A": 1, "B": 2, "C": 4, "D": 8}},
        "strata": [
            {"id": "good", "where": {"grade": ["A", "B"]}, "quota": {"num": 3, "den": 100, "min": 1, "max": 4000}},
            {"id": "poor", "where": {"grade": ["C", "D"]}, "quota": {"num": 1, "den": 10, "min": 2, "max": 4000}},
        ],
        "slots": [
            {"role": "lead", "department": "market", "certificates": ["enforcement"]},
            {"role": "second", "department": "market"},
            {"role": "fire", "department": "fire"},
        ],
        "cap": 12, "pools": 1, "lead_ms": LEAD,
        "beacons": {
            "primary": [{"kind": "drand", "chain": QUICKNET}],
            "fallback": [
                {"kind": "nonces", "departments": list(DEPARTMENTS)},
                {"kind": "lottery", "game": "sample", "numbers": 7},
            ],
        },
    } | changes  # fmt: skip


def object_rows(chance: random.Random, number: int) -> list[Doc]:
    """Enterprises in the order of their ids."""
    rows = []
    for n in range(number):
        some = ["market"] if chance.random() < 0.6 else ["fire", "market"]
        rows.append({
            "id": f"ent-{n:07}", "name": f"望城第{n}食品厂", "grade": chance.choice(GRADES), "departments": some,
            "district": chance.choice(("east", "west")), "salt": chance.randbytes(16).hex(),
        })  # fmt: skip
    return rows


def inspector_rows(chance: random.Random, number: int) -> list[Doc]:
    """Inspectors of both departments; every fifth belongs to the pool's first extension."""
    rows = []
    for n in range(number):
        row: Doc = {
            "id": f"ins-{n:04}", "department": DEPARTMENTS[n % 3 > 0], "pool": int(n % 5 == 4),
            "certificates": ["enforcement"] if n % 2 else [], "salt": chance.randbytes(16).hex(),
        }  # fmt: skip
        if chance.random() < 0.3:
            row["districts"] = [chance.choice(("east", "west"))]
        rows.append(row)
    return rows


def conflict_rows(
    chance: random.Random, objects: Sequence[Doc], inspectors: Sequence[Doc], number: int
) -> list[Doc]:
    if not (objects and inspectors):
        return []
    pairs = {(chance.choice(objects)["id"], chance.choice(inspectors)["id"]) for _ in range(number)}
    return [{"object": a, "inspector": b, "salt": chance.randbytes(16).hex()} for a, b in sorted(pairs)]


def roster_rows(chance: random.Random, objects: int, inspectors: int) -> dict[str, list[Doc]]:
    firms, people = object_rows(chance, objects), inspector_rows(chance, inspectors)
    return {
        "objects": firms, "inspectors": people, "conflicts": conflict_rows(chance, firms, people, objects // 5),
        "departures": [{"id": "ent-gone", "reason": "deregistered", "salt": chance.randbytes(16).hex()}],
    }  # fmt: skip


class Key:
    """An Ed25519 key that signs checkpoints, from a seed."""

    def __init__(self, name: str = ORIGIN, seed: int = 1) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = self._key.public_key().public_bytes_raw()

    def note(self, entries: Sequence[log.Entry]) -> str:
        body = log.checkpoint(ORIGIN, entries)
        return log.note(body, self.name, self.public, self._key.sign(body))

    @property
    def verifier(self) -> str:
        return log.verifier_key(self.name, self.public)


KEY = Key()


@dataclass(slots=True)
class Draw:
    """One draw from the commitment to the reveal, with all that is published of it."""

    plan: Doc
    rosters: dict[str, list[Doc]]
    entries: list[Doc] = field(default_factory=list)  # of the log, of earlier draws too
    documents: dict[str, Any] = field(default_factory=dict)
    ground: Any = None
    short: Any = None

    def note_in_log(self, kind: str, at: int, document: Any) -> None:
        self.entries.append(log.entry(kind, self.documents["commitment"]["number"], at, document))

    def bundle(self) -> dict[str, bytes]:
        signed = {
            "origin": ORIGIN, "entries": self.entries, "checkpoint": KEY.note(self.entries), "key": KEY.verifier,
        }  # fmt: skip
        return bundle.files(self.documents | {"log": signed}, self.rosters)


def draw(
    seed: int,
    objects: int = 60,
    inspectors: int = 24,
    *,
    round_: int = 1000,
    source: str = "primary",
    recusals: int = 1,
    earlier: Sequence[Doc] = (),
    rows: dict[str, list[Doc]] | None = None,
    without: Callable[[Any], None] | None = None,
    **plan_changes: Any,
) -> Draw:
    """A whole draw. `earlier`: the log of the draws before it. The real round decides when it took place.

    `rows`: rosters other than those of the seed. `without`: what is done to the ground first, by a cheat."""
    chance = random.Random(seed)
    made = Draw(
        plan_document(**plan_changes), rows or roster_rows(chance, objects, inspectors), list(earlier)
    )
    _commit(made, round_, source, chance)
    conclude(made, without=without)
    for n in range(recusals if not made.short else 0):
        _recuse(made, chance, n)
    made.note_in_log(
        "reveal", made.entries[-1]["at"] + 86_400_000, {"reveal": made.documents["commitment"]["number"]}
    )
    return made


def early_void(seed: int) -> Draw:
    """A draw whose value never came."""
    chance = random.Random(seed)
    made = Draw(plan_document(), roster_rows(chance, 30, 12))
    _commit(made, 1000, "primary", chance)
    for name in ("values", "nonces"):
        made.documents.pop(name, None)
    made.entries = made.entries[:1]
    at = made.entries[0]["at"] + 30_000
    made.documents["void"] = result.void(made.documents["commitment"], "network", "zhou.jie", None)
    made.note_in_log("void", at, made.documents["void"])
    return made


def relogged(made: Draw, what: str) -> None:
    """The log says what the document is now, as an organ can have it that signs its own log again."""
    number = made.documents["commitment"]["number"]
    said = made.documents["replacements"][0] if what == "replacement" else made.documents[what]
    kind = "result" if what == "notice" else what
    for one in made.entries:
        if one["number"] == number and one["kind"] == kind:
            one["digest"] = canonical.digest(said)
            break


def _commit(made: Draw, round_: int, source: str, chance: random.Random) -> None:
    read = plan.read(made.plan)
    known = beacons.round_time(QUICKNET, round_)
    if source == "fallback":  # a lottery of one's own making can be whenever the draws before it are done
        known = max(known, *(one["at"] + read.lead_ms + 2_000 for one in made.entries[-1:]), 0)
    at = known - read.lead_ms - 1_000
    numbers = [one for one in made.entries if one["kind"] == "commitment"]
    summaries = {
        name: rosters.summary(name, made.rosters[name]) for name in ("inspectors", "conflicts", "departures")
    }
    summaries["objects"] = commitment.objects(read, made.rosters["objects"])
    nonces = {one: chance.randbytes(32) for one in DEPARTMENTS}
    sealed = {one: beacons.sealed(one, nonce) for one, nonce in nonces.items()}
    given = {"issue": "sample-26031", "at": known, "sealed": sealed, "until": at + 10_000}
    named = [beacons.name(one, at + read.lead_ms, **given) for one in read.beacons[source]]
    made.documents |= {
        "plan": made.plan,
        "commitment": commitment.commit(
            read, len(numbers) + 1, numbers[-1]["digest"] if numbers else commitment.NONE_BEFORE,
            summaries, (at, at + read.lead_ms), source, named,
        ),
    }  # fmt: skip
    made.note_in_log("commitment", at, made.documents["commitment"])
    values: list[Doc] = [drand(round_)]
    if source == "fallback":
        opened = {"kind": "nonces", "nonces": {one: nonce.hex() for one, nonce in nonces.items()}}
        entries = dict.fromkeys(("li.wei", "zhang.min"), "03 11 17 20 28 31 09")
        values = [opened, {"kind": "lottery", "issue": given["issue"], "entries": entries}]
        made.documents["nonces"] = opened
        made.note_in_log("nonces", at + 9_000, opened)
    made.documents["values"] = values
    made.note_in_log("values", known + 2_000, values)


def conclude(made: Draw, shards: int = 1, without: Callable[[Any], None] | None = None) -> None:
    """Seed, selection, teams, notice: what the platform does when the value is there."""
    read, said = plan.read(made.plan), made.documents["commitment"]
    seed = commitment.seed(read, said, made.documents["values"])
    quotas = read.quotas(said["objects"]["strata"])
    parts = [tickets.sieve(read, seed, quotas, made.rosters["objects"][n::shards]) for n in range(shards)]
    drawn = tickets.merged(quotas, parts)
    chosen = {one.id for some in drawn.values() for one in some}
    picked = [row for row in made.rosters["objects"] if row["id"] in chosen]
    made.ground = result.Ground(read, seed, picked, made.rosters["inspectors"], made.rosters["conflicts"])
    if without:
        without(made.ground)
    made.documents["result"], made.short = result.conclude(said, made.ground, drawn)
    made.documents["notice"] = result.notice(read, said, made.documents["result"], drawn)
    at = made.entries[-1]["at"] + 1_000
    made.note_in_log("result", at, made.documents["notice"])
    made.documents["replacements"] = []
    if made.short:
        made.documents["void"] = result.void(said, "no full team", "zhou.jie", made.documents["result"])
        made.note_in_log("void", at + 1_000, made.documents["void"])


def _recuse(made: Draw, chance: random.Random, n: int) -> None:
    visits = [visit for visit in made.documents["result"]["visits"] if visit["team"]]
    if not visits:
        return
    visit = chance.choice(visits)
    place = (visit["object"], chance.choice(visit["team"])[0])
    at = made.entries[-1]["at"] + 1_000
    said: Mapping[str, Any] = {"reason": f"related to the firm ({n})", "approver": "zhou.jie", "at": at}
    before = made.documents["replacements"]
    try:
        one = result.replacement(made.ground, made.documents["result"], before, place, said)
    except Exception as problem:
        if getattr(problem, "code", "") != "draw-nobody-left":
            raise
        return
    before.append(one)
    made.note_in_log("replacement", at, one)


def lines(rows: Sequence[Doc]) -> bytes:
    return b"".join(canonical.dumps(row) + b"\n" for row in rows)
