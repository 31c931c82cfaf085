"""Decides what a step of a case makes of its dues: begun, settled oldest part first, ended, cleared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.change import Body
from chalicelib.domain.clock_spans import declared
from chalicelib.domain.definitions import Definition
from chalicelib.domain.dues import (
    MAX_PARTS,
    Owed,
    Part,
    dates_of,
    ended,
    entry_of,
    left_of,
    open_parts,
    with_due,
    with_part,
)
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.sourcing import whole

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course, Happening

PAYING = ("settle", "entry")  # postings that pay


def book(
    course: Course, what: Happening, milestones: frozenset[str], posted: Sequence[Body], *, ends: bool
) -> list[Body]:
    """What these milestones and postings make of the case's dues; what the event says of it.

    Raises `due-overpaid`, `due-amount-unknown`, `due-count-unknown`.
    """
    step = _Step(course, what)
    for declaration in course.world.bundle.item["dues"]:
        met = milestones & {*declaration["fulfilled_by"]}
        paying = [one for one in posted if _pays(one, declaration)]
        if met or paying:
            step.fulfil(declaration, sum(one["amount"] for one in paying) if paying else None)
        if milestones & {*declaration.get("ends_on", ())}:
            step.end(str(declaration["id"]))
        if milestones & {*declaration["begins_on"]} and not ends:
            step.make(declaration)
    for owed in course.case.dues if ends else ():  # nobody is left here who could hear of it
        step.end(str(owed["id"]))
    return step.said


def following(item: Definition, said: Iterable[Body]) -> list[str]:
    """The events that the kernel sends because nothing of a due is owed any more."""
    cleared = [one["id"] for one in said if one["do"] == "cleared"]
    named = [declared(item, "dues", one).get("on_fulfilled") for one in cleared]
    return [str(one) for one in named if one]


class _Step:
    """One step's dues, put into the course as they are decided."""

    def __init__(self, course: Course, what: Happening) -> None:
        self.course = course
        self.what = what
        self.said: list[Body] = []

    def make(self, declaration: Definition) -> None:
        """Begin it, unless something of it is still owed."""
        if open_parts(entry_of(self.course.case.dues, str(declaration["id"]))):
            return
        world, origin = self.course.world, self.what.cause.occurred_at
        clock = declared(world.bundle.item, "clocks", declaration["clock"])
        count = self._number(declaration, declaration.get("repeat", {}).get("count", 1), "due-count-unknown")
        if count > MAX_PARTS:
            raise self._unknown(declaration, "due-count-unknown")
        parts: list[dict[str, Any]] = [
            {"start": start, "deadline": deadline}
            for start, deadline in dates_of(clock, count, origin, world.times)
        ]
        if "amount" in declaration:
            amount = self._number(declaration, declaration["amount"], "due-amount-unknown", count)
            parts = [
                {**part, "amount": share} for part, share in zip(parts, _shares(amount, count), strict=True)
            ]
        self._keep({"id": declaration["id"], "origin": origin, "parts": parts})
        told = [{"deadline": one["deadline"]} | left_of(one) for one in parts]
        self.said.append({"do": "made", "id": declaration["id"], "parts": told})

    def fulfil(self, declaration: Definition, brought: int | None) -> None:
        """What was brought settles the oldest part first, then the next; without an amount, one part."""
        owed = entry_of(self.course.case.dues, str(declaration["id"]))
        if brought is None and "paid" in declaration:
            brought = self._number(declaration, declaration["paid"], "due-amount-unknown")
        wanted = open_parts(owed)
        for number in wanted[:1] if brought is None else wanted:
            if owed is None or brought == 0:
                break
            part = owed["parts"][number - 1]
            left = part.get("amount", 0) - part.get("paid", 0)
            taken = left if brought is None else min(left, brought)
            brought = None if brought is None else brought - taken
            owed = self._settle(owed, number, part, taken, whole=taken == left)
        if brought:
            said = Text(f"超出应付余额 {brought} 分", f"{brought} more than is owed")
            raise Problem("conflict", "due-overpaid", said, extra={"due": declaration["id"], "over": brought})
        if wanted and not open_parts(owed):
            self.said.append({"do": "cleared", "id": declaration["id"]})

    def end(self, identity: str) -> None:
        """Follow what is still owed of it no longer."""
        owed, at = entry_of(self.course.case.dues, identity), self.what.cause.occurred_at
        left = open_parts(owed)
        if owed is None or not left:
            return
        self._keep(ended(owed, at))
        self.said.append({"do": "ended", "id": identity, "parts": left})

    def _settle(self, owed: Owed, number: int, part: Part, taken: int, *, whole: bool) -> Owed:
        after = dict(part)
        if "amount" in part:
            after["paid"] = part.get("paid", 0) + taken
        if whole:
            after["fulfilled"] = self.what.cause.occurred_at
        owed = with_part(owed, number, after)
        self._keep(owed)
        said: dict[str, Any] = {"do": "fulfilled" if whole else "paid", "id": owed["id"], "part": number}
        said |= {"amount": taken} if "amount" in part else {}
        self.said.append(said | ({"late": True} if "breached" in part else {}))
        return owed

    def _number(self, declaration: Definition, said: Any, code: str, least: int = 1) -> int:
        value = whole(self.course, self.what, said)
        if value is None or value < least:
            raise self._unknown(declaration, code)
        return value

    def _unknown(self, declaration: Definition, code: str) -> Problem:
        title = declaration["title"]
        said = Text(
            f"“{title['zh']}”的数额或期数不明", f"amount or number of parts of {title['en']!r} not known"
        )
        return Problem("conflict", code, said, extra={"due": declaration["id"]})

    def _keep(self, owed: Owed) -> None:
        case = self.course.case
        self.course.case = replace(case, dues=with_due(case.dues, owed))


def _pays(posted: Body, declaration: Definition) -> bool:
    named = f"account:{posted['account']}" in declaration["fulfilled_by"]
    return named and posted["do"] in PAYING and "amount" in posted


def _shares(amount: int, count: int) -> list[int]:
    """Equal parts of a whole; the last one takes what does not divide."""
    share = amount // count
    return [share] * (count - 1) + [amount - share * (count - 1)]
