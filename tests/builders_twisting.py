"""Builds draws in which one member of one document is twisted at random, then committed and logged again as it is."""

from __future__ import annotations

import copy
import random  # noqa: TID251  by a fixed seed
from collections.abc import Iterator
from typing import Any

from chalicelib.domain import canonical, merkle
from chalicelib.domain.draws import rosters
from tests.builders_draws import Draw, draw

_INSTEAD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1001, 2**53 - 1, "", "x", "00" * 32, "00" * 16, [], ["x"], {}, {"a": 1}, "ins-0001",
    "ent-0000001",
)  # fmt: skip


def twisted(seed: int) -> tuple[str, dict[str, bytes]]:
    """What was twisted, and the files of the draw."""
    chance = random.Random(seed)
    made = copy.deepcopy(
        draw(chance.randrange(40), 30, 24, source=("primary", "fallback")[seed % 2], recusals=2)
    )
    made.documents["plan"] = made.plan
    what = chance.choice([*made.documents, "log", *rosters.KEYS])
    if what in rosters.KEYS:
        return what, _with_row(made, what, chance)
    if what == "log":
        return f"log {_twist(chance.choice(made.entries), chance)}", made.bundle()
    where = _twist(made.documents[what], chance)
    _told(made, what)
    return f"{what} {where}", made.bundle()


def _with_row(made: Draw, roster: str, chance: random.Random) -> dict[str, bytes]:
    """Root and count are those of the twisted rows: only what a row must be can tell."""
    rows, made.rosters[roster] = made.rosters[roster], []
    _twist(chance.choice(rows), chance)
    lines = [canonical.dumps(row) for row in rows]
    made.documents["commitment"][roster]["root"] = merkle.root(lines).hex()
    _relogged(made, "commitment", made.documents["commitment"])
    return made.bundle() | {f"{roster}.jsonl": b"".join(line + b"\n" for line in lines)}


def _told(made: Draw, what: str) -> None:
    documents = made.documents
    if what == "plan":
        documents["commitment"]["plan"] = canonical.digest(documents["plan"])
        _relogged(made, "commitment", documents["commitment"])
    elif what == "result":
        documents["notice"]["result"] = canonical.digest(documents["result"])
        _relogged(made, "result", documents["notice"])
    elif what == "replacements":
        told = [one for one in made.entries if one["kind"] == "replacement"]
        for entry, one in zip(told, documents["replacements"], strict=False):
            entry["digest"] = canonical.digest(one)
    else:
        _relogged(made, {"notice": "result"}.get(what, what), documents[what])


def _relogged(made: Draw, kind: str, document: Any) -> None:
    """As the log would say it; the only draw of its series, whatever number it was given now."""
    for entry in made.entries:
        if entry["kind"] == kind:
            entry["digest"] = canonical.digest(document)


def _twist(document: Any, chance: random.Random) -> tuple[Any, ...]:
    """Change, take away, double or add one thing somewhere inside; returns where."""
    *way, last = chance.choice([path for path in _paths(document) if path] or [("added",)])
    inside = document
    for step in way:
        inside = inside[step]
    how = chance.random()
    if how < 0.2 and last in (inside if isinstance(inside, dict) else range(len(inside))):
        del inside[last]
    elif how < 0.35 and isinstance(inside, list) and inside:
        inside.insert(last, copy.deepcopy(chance.choice(inside)))
    elif how < 0.45 and isinstance(inside, dict):
        inside["other"] = chance.choice(_INSTEAD)
    elif isinstance(inside, list) and not inside:
        inside.append(chance.choice(_INSTEAD))
    elif how < 0.6 and type(inside[last]) is int:
        inside[last] += chance.choice((-1, 1))
    else:
        inside[last] = chance.choice(_INSTEAD)
    return (*way, last)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in steps:
        yield from _paths(one, (*path, step))
