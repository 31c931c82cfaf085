"""Does the telling anew of running cases' dates after a release that changed a holiday notice or an office's hours.

The release's own transaction announces the reprojection in its act; a coordinator then lists the open cases once, in
chunks, and workers go through these. A chunk that is delivered twice, or dies half way, tells no case twice; a
release whose announcement nobody took up is found by the hourly look at the history.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from chalicelib.actions.definition_ports import Publication
from chalicelib.actions.office import Office
from chalicelib.actions.ports import Chain, CommitRefused
from chalicelib.actions.releasing import Press
from chalicelib.actions.settling import settle
from chalicelib.domain import canonical, ids, reprojection
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Change
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.transitions import Course

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit
    from chalicelib.domain.publishing import Pointer

Head = tuple[Case, Chain]
Told = tuple[Change, Chain]

KIND = "reprojection"
CHUNK = 100  # cases a message: as many heads as one read brings
TOGETHER = 20  # cases that are told in one transaction: head, event and at most two rows of the timer each
SHOWN = 50  # ids of cases that failed, in all
LOOKED_AT = 50  # acts of the history that the hourly look goes through


def announced(press: Press, before: Pointer, publication: Publication) -> Publication:
    """The publication, whose act names a reprojection if any date may move by it."""
    nobody_waits = press.work is None or press.kit is None or before.set == 0
    if nobody_waits or not _moves_dates(press, before, publication.pointer):
        return publication
    identity = ids.derived("rpj", str(publication.act["id"]))
    return replace(publication, act={**publication.act, KIND: identity})


def begin(press: Press, act: Mapping[str, Any]) -> None:
    """Take up what an act announced; once, however often it is asked."""
    if KIND not in act or press.work is None:
        return
    identity = str(act[KIND])
    asked = {
        "reprojection_id": identity,
        "act": act["id"],
        "set": act["set"],
        "at": press.now(),
        "chunks": None,
    }
    if press.work.keep(KIND, identity, asked, 0):
        _hand_over(press, [{"id": identity}])


def take_up(press: Press) -> int:
    """Begin what a release announced and nobody began, because whoever released died in between; how many."""
    rows = press.store.history(None, LOOKED_AT).rows
    waiting = [
        row for row in rows if KIND in row and press.work and not press.work.kept(KIND, str(row[KIND]))
    ]
    for act in waiting:
        begin(press, act)
    return len(waiting)


def see(press: Press, principal: Principal, reprojection_id: str) -> dict[str, Any]:
    """How far it is: cases listed, `moved` (an event each), `unchanged`, `failed`."""
    press.permit(principal, "read_definition", "calendars", "", ())
    asked, _ = _asked(press, reprojection_id)
    found, failed, done = Counter[str](), list[str](), 0
    for part in press.with_cases()[1].parts(KIND, reprojection_id, "done#"):
        done += 1
        found.update(part["found"])
        failed += part["failed"]
    status = "listing" if asked["chunks"] is None else "running" if done < asked["chunks"] else "done"
    counts = {name: found[name] for name in ("moved", "unchanged", "gone", "failed")}
    return {**asked, "status": status, "chunks_done": done, **counts, "failures": failed[:SHOWN]}


def work_part(press: Press, message: Mapping[str, Any]) -> None:
    """What a worker does with one message: look for what nobody took up, list the cases, go through one chunk."""
    if "id" not in message:  # the hourly look
        take_up(press)
        return
    identity = str(message["id"])
    if "chunk" in message:
        _go_through(press, identity, int(message["chunk"]))
    else:
        _list(press, identity)


def _list(press: Press, identity: str) -> None:
    """List the open cases under a name of this very attempt: one that died half way leaves a list nobody reads."""
    asked, revision = _asked(press, identity)
    if asked["chunks"] is None:
        (_, work), listing, number = press.with_cases(), press.entropy(8).hex(), 0
        cases = _open_cases(press)
        while chunk := list(islice(cases, CHUNK)):
            work.fill(KIND, identity, f"cases#{listing}#{number:06d}", {"cases": chunk})
            number += 1
        work.keep(KIND, identity, {**asked, "chunks": number, "listing": listing}, revision)
        asked, _ = _asked(press, identity)  # another delivery of this message may have been faster
    _hand_over(press, [{"id": identity, "chunk": chunk} for chunk in range(int(asked["chunks"]))])


def _open_cases(press: Press) -> Iterator[str]:
    from chalicelib.actions.impact import running

    current = press.store.release_set(press.store.pointer().set)
    for item in sorted(current.releases):
        yield from running(press, current.releases[item])


def _go_through(press: Press, identity: str, number: int) -> None:
    """All cases of one chunk: what their dates become, then many in one transaction, then alone what was refused."""
    (kit, work), part = press.with_cases(), f"done#{number:06d}"
    if work.parts(KIND, identity, part):
        return
    asked, _ = _asked(press, identity)
    (listed,) = work.parts(KIND, identity, f"cases#{asked['listing']}#{number:06d}")
    teller = _Teller(kit, kit.catalogue.pointer(strong=True), asked)
    heads = dict(zip(listed["cases"], kit.cases.heads(listed["cases"]), strict=True))
    found: dict[str, str | Told] = {case_id: _settled(teller, head) for case_id, head in heads.items()}
    ready = [(one, *told) for one, told in found.items() if not isinstance(told, str)]
    for start in range(0, len(ready), TOGETHER):
        some = ready[start : start + TOGETHER]
        try:
            kit.cases.commit_together([(change, chain) for _, change, chain in some])
        except CommitRefused:  # somebody was faster with one of them: each alone, read again
            found |= {one: _alone(teller, one) for one, _, _ in some}
        else:
            found |= {one: "moved" for one, _, _ in some}
    failed = [one for one, verdict in found.items() if verdict == "failed"]
    work.fill(KIND, identity, part, {"found": dict(Counter(map(str, found.values()))), "failed": failed})


def _settled(teller: _Teller, head: Head | None) -> str | Told:
    """One that cannot be told is named and holds up nobody; its next step tells it."""
    try:
        return teller.tell(head)
    except Problem:
        return "failed"


def _alone(teller: _Teller, case_id: str) -> str:
    """One case by itself, as often as another writer is faster."""
    kit = teller.kit

    def attempt() -> str:
        told = teller.tell(kit.cases.heads([case_id])[0])
        if isinstance(told, str):
            return told
        kit.cases.commit(*told)
        return "moved"

    try:
        return settle(kit, attempt)
    except Problem:
        return "failed"


@dataclass(frozen=True)
class _Teller:
    """What the cases of one chunk have in common."""

    kit: Kit
    pointer: Pointer
    asked: Mapping[str, Any]

    def tell(self, head: Head | None) -> str | Told:
        """The change that tells a case its dates, and what it was decided on; else the verdict without one."""
        if head is None or head[0].outcome is not None:
            return "gone"
        (case, chain), asked, kit = head, self.asked, self.kit
        key = canonical.digest([asked["reprojection_id"], case.id])[:16]
        if case.replayed(key) is not None:
            return "moved"
        office = Office(kit, self.pointer, max(kit.now(), case.at))
        course = Course(office.world(kit.catalogue.bundle(case.release), case.node), case, {}, {})
        cause = Cause(reprojection.SYSTEM_CALENDAR, office.at, office.at, key=key)
        told = {"reprojection": asked["reprojection_id"], "act": asked["act"], "set": asked["set"]}
        return (course.change(), chain) if reprojection.reproject(course, cause, told) else "unchanged"


def _moves_dates(press: Press, before: Pointer, after: Pointer) -> bool:
    if _of("calendars", before) != _of("calendars", after):
        return True
    old, new = _of("organisations", before), _of("organisations", after)
    return old != new and _hours(press, old) != _hours(press, new)


def _of(kind: str, pointer: Pointer) -> dict[str, str]:
    return {key: hash_ for key, hash_ in pointer.live.items() if key.startswith(f"{kind}/")}


def _hours(press: Press, organisations: Mapping[str, str]) -> list[Any]:
    return [reprojection.hours(body) for body in press.store.versions(organisations).values()]


def _hand_over(press: Press, messages: list[dict[str, Any]]) -> None:
    from chalicelib.actions.working import hand_over

    hand_over(press, [json.dumps({"work": KIND, **message}) for message in messages])


def _asked(press: Press, identity: str) -> tuple[dict[str, Any], int]:
    found = press.with_cases()[1].kept(KIND, identity)
    if found is None:
        raise not_found(Text("期限重算", "reprojection"), identity)
    return found
