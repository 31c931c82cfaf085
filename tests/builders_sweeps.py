"""Cases with timer rows, and the sweep of their shards, for tests of the stores."""

from __future__ import annotations

from typing import Any

from chalicelib.actions import sweeping
from chalicelib.actions.submit import submit
from chalicelib.stores.keys import timer_pk
from tests.builders_stores import NOON, Hand, Shelf, applicant, example, kit, submission

ITEM = "enterprise-establishment"


def opened(shelf: Shelf, hand: Hand, key: str = "k") -> str:
    """A real case, as an application opens it."""
    return submit(kit(hand, shelf), applicant(example(ITEM)["applicant"]), submission(ITEM, key)).case_id


def shard_of(identity: str) -> int:
    return int(timer_pk(NOON, identity)[-2:])


def rows_of(shelf: Shelf, identity: str) -> list[dict[str, Any]]:
    return [
        row for row in shelf.rows("timers") if row.get("case") == identity and row["pk"].startswith("DUE#")
    ]


def swept(shelf: Shelf, hand: Hand, identity: str) -> sweeping.Swept:
    return sweeping.sweep(kit(hand, shelf), shard_of(identity))
