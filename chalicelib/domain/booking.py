"""Decides what a step of a case posts to accounts, and then what it makes of dues: a payment may settle one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from chalicelib.domain import due_steps, postings

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course, Happening

WAITLISTED = "auto.waitlisted"  # sent by the kernel itself when an account is full and keeps a waiting list


def booked(
    course: Course, what: Happening, entered: Iterable[str], *, ends: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the event says of it (`posted`, `owed`), and the events that the kernel sends because of it.

    Beside what was emitted and the states entered, `record:<register>` is a milestone of dues: an outcome of a state
    entered writes it.
    """
    item, said = course.world.bundle.item, dict[str, Any]()
    reached = frozenset({what.emits, *(f"state:{state}" for state in entered)})
    if "posts" in item:
        said["posted"] = postings.book(course, what, reached, ends=ends)
    if "dues" in item:
        outcomes = [one for state in entered for one in item.get("outcomes", {}).get(state, ())]
        written = {f"record:{one['record']}" for one in outcomes if "record" in one}
        owed = due_steps.book(course, what, reached | written, said.get("posted", ()), ends=ends)
        said["owed"] = [*what.data.get("owed", ()), *owed]
    waits = any(one["do"] == "wait" for one in said.get("posted", ()))
    following = due_steps.following(item, said.get("owed", ()))
    return said, (*((WAITLISTED,) if waits else ()), *following)
