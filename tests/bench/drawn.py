"""Makes big draws for the bench: rows as they stream in, a whole bundle of 100,000 objects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from tests.builders_draws import Draw, draw, inspector_rows, plan_document

GRADES = ("A", "A", "A", "A", "B", "B", "C", "D")  # most are good: 2.5 sub-tickets each on the average
SEED = hashlib.sha256(b"bench").digest()


def plan(**changes: Any) -> dict[str, Any]:
    """The plan of the tests with quotas as a district has them: 3 in 100, 1 in 10; caps that hold so many."""
    return plan_document(cap=120, **changes)


def rows(number: int, grades: tuple[str, ...] = GRADES) -> Iterator[dict[str, Any]]:
    """Objects in the order of their ids, made as they are asked for."""
    for n in range(number):
        known = hashlib.md5(b"%d" % n, usedforsecurity=False).hexdigest()
        yield {
            "id": f"ent-{n:07}", "name": f"望城第{n}食品厂", "grade": grades[n % len(grades)],
            "departments": ["fire", "market"] if n % 3 == 0 else ["market"], "district": "east" if n % 2 else "west",
            "salt": known,
        }  # fmt: skip


def whole(number: int) -> Draw:
    """A draw of so many objects from the commitment to the reveal."""
    import random  # noqa: TID251  by a fixed seed

    objects, people = list(rows(number)), inspector_rows(random.Random(3), 400)
    conflicts = [
        {"object": objects[7 * n]["id"], "inspector": people[n % 400]["id"], "salt": objects[n]["salt"]}
        for n in range(number // 100)
    ]
    found = {"objects": objects, "inspectors": people, "conflicts": conflicts, "departures": []}
    return draw(1, rows=found, cap=120, recusals=1)
