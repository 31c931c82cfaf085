"""Decides what a caller is shown of a case: state, clocks with their arithmetic, next moves, masked where due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from chalicelib.domain import clock, masks
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body
from chalicelib.domain.clock_spans import Clock
from chalicelib.domain.process import Move
from chalicelib.domain.world import World


def case_view(
    world: World, case: Case, moves: Iterable[Move], form_row: Body | None, mask: masks.Masks | None
) -> dict[str, Any]:
    """The answer about one case; what is personal is masked as `mask` says, None: not at all."""
    item, process = world.bundle.item, world.process
    states = process.active(case.configuration)
    body: dict[str, Any] = {
        "case_id": case.id,
        "number": case.number,
        "item_id": case.item,
        "title": item["title"],
        "release": case.release,
        "release_set": case.release_set,
        "authority": case.authority,
        "department": case.node,
        "window": case.window,
        "channel": case.channel,
        "opened_at": shown(world, case.opened_at),
        "updated_at": shown(world, case.at),
        "seq": case.seq,
        "state": [state_view(process, state) for state in states],
        "outcome": case.outcome,
        "closed_at": shown(world, case.closed_at),
        "clocks": [clock_view(world, case, one) for one in case.clocks],
        "dues": _dues(world, case),
        "holds": [_dated(world, hold, "start", "end", "max_until") for hold in case.holds],
        "parties": [_party(party, mask) for party in case.parties],
        "claim": _dated(world, case.claim, "until") if case.claim else None,
        "moves": [move_view(move) for move in moves],
    }
    implementation = item.get("codes", {}).get("implementation")
    if implementation:
        # 办件编号 as exchanged with the province: implementation code + date + serial (GB/T 39554.1).
        body["exchange_number"] = f"{implementation}{case.number[-13:-5]}{case.number[-4:]}"
    if case.followers:
        body["followers"] = len(case.followers)
    if form_row is not None:
        form = form_row["form"]
        body["form"] = masks.mask(form, item["form"], masks=mask) if mask else form
        body["materials"] = form_row.get("materials", [])
        body["masked"] = mask is not None
    return body


def state_view(process: Any, state: str) -> dict[str, Any]:
    stage = process.states[state]
    return {"id": state, "title": stage.title.as_json(), "waits_for": stage.waits_for, "final": stage.final}


def move_view(move: Move) -> dict[str, Any]:
    return {
        "move": move.id,
        "title": move.title.as_json(),
        "input": move.input,
        "reason": move.reason,
        "revises_form": move.revises,
    }


def clock_view(world: World, case: Case, one: Clock) -> dict[str, Any]:
    declared = {entry["id"]: entry for entry in world.bundle.item.get("clocks", ())}.get(one["id"], {})
    projected = clock.project(one, world.bundle.item, world.at, times=world.times, holds=case.holds)
    return {
        "id": one["id"],
        "title": declared.get("title"),
        "effect": one["effect"],
        "unit": one["unit"],
        "budget": one["budget"],
        "consumed": projected.consumed,
        "remaining": projected.remaining,
        "deadline": shown(world, projected.deadline_ms),
        "provisional": projected.provisional,
        "light": projected.light,
        "latest": shown(world, projected.latest_ms),
        "paused_by": list(projected.paused_by),
        "running": one.get("running_since") is not None,
        "basis": declared.get("basis"),
    }


def clock_account(world: World, case: Case, one: Clock) -> dict[str, Any]:
    """The clock with its arithmetic: every day, whether it counted, and why."""
    days = clock.account(one, world.bundle.item, world.at, times=world.times, holds=case.holds)
    return clock_view(world, case, one) | {"account": days}


def event_view(zone: tzinfo, body: Body, shown_input: Callable[[Body], Body | None]) -> dict[str, Any]:
    """One event as the timeline shows it; `shown_input` says what of a move's input this caller sees."""
    hidden = {"key", "fingerprint", "nonce"}
    view = {name: value for name, value in body.items() if name not in hidden}
    for name in ("occurred_at", "recorded_at"):
        view[name] = rfc3339(view[name], zone)
    data = dict(view["data"])
    given = shown_input(data.pop("input")) if "input" in data else None
    view["data"] = data if given is None else data | {"input": given}
    return view


_FOLLOWED = frozenset({"from", "to", "move", "outcome", "clock", "due", "rung"})


def followed(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as who only follows the case is told of it: how the case goes, and of its people nothing."""
    actor, data = event["actor"], event["data"]
    person = actor["person"] if "post" in actor or str(actor["person"]).startswith("system:") else "party"
    kept = {name: actor[name] for name in ("via", "node", "post") if name in actor}
    return {
        **event, "actor": {"person": person, **kept},
        "data": {name: value for name, value in data.items() if name in _FOLLOWED},
    }  # fmt: skip


def _dues(world: World, case: Case) -> list[dict[str, Any]]:
    from chalicelib.domain.due_views import due_view

    return [due_view(world, one) for one in case.dues]


def _dated(world: World, body: Mapping[str, Any], *instants: str) -> dict[str, Any]:
    """The same members, these instants as people read them."""
    return {name: shown(world, value) if name in instants else value for name, value in body.items()}


def shown(world: World, at: int | None) -> str | None:
    return None if at is None else rfc3339(at, world.zone)


def rfc3339(at: int, zone: tzinfo) -> str:
    """An instant in the district's zone; whole seconds stay short."""
    moment = datetime.fromtimestamp(at / 1000, zone)
    return moment.isoformat(timespec="milliseconds" if at % 1000 else "seconds")


def _party(party: Mapping[str, Any], mask: masks.Masks | None) -> dict[str, Any]:
    if mask is None or "name" not in party:
        return dict(party)
    return {**party, "name": masks.mask_name(party["name"], mask)}
