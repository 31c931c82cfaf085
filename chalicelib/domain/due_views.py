"""Decides what a caller is shown of what a case's parties owe: who, whom, by when, how much, with its light."""

from __future__ import annotations

from typing import Any

from chalicelib.domain import clock, dues
from chalicelib.domain.clock_spans import declared
from chalicelib.domain.dues import Owed, Part
from chalicelib.domain.views import shown
from chalicelib.domain.world import World


def due_view(world: World, owed: Owed) -> dict[str, Any]:
    """A due with its parts in order. `amount`, `paid` only where it is one of money or number."""
    item = world.bundle.item
    declaration = declared(item, "dues", owed["id"])
    parts = [_part(world, owed, number, part) for number, part in enumerate(owed["parts"], 1)]
    amounts = [part["amount"] for part in owed["parts"] if "amount" in part]
    return {
        "id": owed["id"],
        "title": declaration.get("title"),
        "by": declaration.get("by"),
        "to": declaration.get("to"),
        "begun_at": shown(world, owed["origin"]),
        "next_deadline": shown(world, dues.next_deadline(owed)),
        "amount": sum(amounts) if amounts else None,
        "paid": sum(part.get("paid", 0) for part in owed["parts"]) if amounts else None,
        "basis": declaration.get("basis"),
        "parts": parts,
    }


def _part(world: World, owed: Owed, number: int, part: Part) -> dict[str, Any]:
    one = dues.clock_of(owed, part, world.bundle.item, world.times)
    projected = clock.project(one, world.bundle.item, world.at, times=world.times)
    return {
        "part": number,
        "state": dues.state_of(part),
        "deadline": shown(world, part["deadline"]),
        "light": projected.light if dues.is_open(part) else "stopped",
        "provisional": world.times.provisional(world.times.hours.day(part["deadline"])),
        "amount": part.get("amount"),
        "paid": part.get("paid", 0) if "amount" in part else None,
        "fulfilled_at": shown(world, part.get("fulfilled")),
        "breached_at": shown(world, part.get("breached")),
        "late": {"fulfilled", "breached"} <= part.keys(),
    }
