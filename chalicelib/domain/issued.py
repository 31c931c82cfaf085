"""Decides what became of the documents that a case issued: numbered, served, withdrawn, as its events tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain import ids
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.process import Move, move_of

if TYPE_CHECKING:
    from chalicelib.domain.change import Body
    from chalicelib.domain.events import Cause
    from chalicelib.domain.transitions import Course

SERVED = "document_served"
WITHDRAWN = "document_withdrawn"
# Who holds a page can ask whether it is true; 64 bits of the hash are more than anybody guesses.
CODE = re.compile(r"(cas_[0-9A-Z]{26})\.([0-9]{1,8})\.([0-9a-f]{16})")
_SHOWN = 16

_WITHDRAW: Mapping[str, Any] = {
    "title": {"zh": "撤回文书", "en": "Withdraw a document"},
    # Sample default, not from the plan: who decides, and the head of the body.
    "by": ["post:decider", "post:head"],
    "emits": WITHDRAWN,
    "reason": True,
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as the event that issued it tells of it, how it was served (latest last), when it was withdrawn."""

    id: str
    document: str
    seq: int
    at: int
    number: str | None = None
    sha256: str | None = None
    services: tuple[Body, ...] = ()
    withdrawn: int | None = None

    def code(self, case_id: str) -> str | None:
        """What stands on the page, for who wants to know whether it is true."""
        return f"{case_id}.{self.seq}.{self.sha256[:_SHOWN]}" if self.sha256 else None

    def named(self) -> dict[str, Any]:
        """How an event names it."""
        said = {
            "document_id": self.id,
            "document": self.document,
            "number": self.number,
            "sha256": self.sha256,
        }
        return {name: value for name, value in said.items() if value is not None}


def issued(case_id: str, events: Iterable[Body]) -> list[Issued]:
    """Every document that these events of a case issued, oldest first. An event about an earlier one is passed over."""
    found = dict[str, Issued]()
    for event in events:
        data, seq, at = event["data"], int(event["seq"]), int(event["recorded_at"])
        for one in data.get("documents", ()):
            identity = ids.derived("out", case_id, str(seq), one["document"])
            found[identity] = Issued(identity, one["document"], seq, at, one.get("number"), one.get("sha256"))
        about = data.get("service") if event["type"] == f"case.{SERVED}" else data.get("withdrawn")
        before = found.get(about["document_id"]) if isinstance(about, Mapping) else None
        if before is None:
            continue
        if "withdrawn" in data:
            found[before.id] = replace(before, withdrawn=at)
        else:
            found[before.id] = replace(before, services=(*before.services, data["service"]))
    return list(found.values())


def by_id(case_id: str, events: Iterable[Body]) -> dict[str, Issued]:
    """The same, by the document's id."""
    return {one.id: one for one in issued(case_id, events)}


@lru_cache(maxsize=1)
def withdrawal() -> Move:
    """The act of withdrawing a document: no move of a process, judged and kept as one."""
    return move_of("withdraw_document", _WITHDRAW)


def withdraw(course: Course, paper: Issued, given: Body, cause: Cause) -> None:
    """The document is no longer true, and the event says which and why; what followed from it stays as it is.

    Conflict `document-withdrawn` where it is so already.
    """
    from chalicelib.domain import bulletins
    from chalicelib.domain.transitions import Happening

    require_standing(paper)
    bulletins.withdraw(course, paper)
    told = {"withdrawn": paper.named(), "input": {"reason": given["reason"]}}
    course.happen(Happening(None, WITHDRAWN, cause, told))


def require_standing(paper: Issued) -> None:
    if paper.withdrawn is not None:
        raise Problem("conflict", "document-withdrawn", Text("该文书已撤回", "this document was withdrawn"))
