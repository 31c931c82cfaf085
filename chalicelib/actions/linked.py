"""Does the reading of links: of a case, a record, a definition; what may not be seen is not mentioned.

Readers of a case learn that it is linked to another one that is not confidential, though nothing of it but its title;
whoever asks about a record or a definition is told only of what they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.actions import keeping
from chalicelib.actions.listing import FILL, seen_in_list
from chalicelib.actions.office import Kit, Office, grant_keys, grants_in
from chalicelib.actions.releasing import Press
from chalicelib.actions.seeing import Seen
from chalicelib.domain import linking
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Link
from chalicelib.domain.definitions import content_hash
from chalicelib.domain.outcomes import reviewed
from chalicelib.domain.parties import Grant, Principal
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.views import rfc3339, state_view

Told = tuple[list[dict[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks from one end of links; `mentions`: that there is another case is told, if it is not confidential."""

    kit: Kit
    office: Office
    principal: Principal
    grants: tuple[Grant, ...]
    end: str
    mentions: bool = False


def of_case(kit: Kit, seen: Seen, rel: str | None, after: str | None, limit: int) -> Told:
    """The links of a case, either way; a follower learns of those between cases alone."""
    reader = _Reader(kit, seen.office, seen.principal, seen.grants, seen.case.id, mentions=True)
    return _page(
        reader, rel, after, limit, wanted=lambda end: not seen.following or linking.kind_of(end) == "case"
    )


def of_record(
    kit: Kit, principal: Principal, place: tuple[str, str], rel: str | None, after: str | None, limit: int
) -> Told:
    """What refers to a record, and to what it refers. Raises not-found for a register that is not there."""
    return _page(_of_record(kit, principal, place), rel, after, limit)


def dossier(kit: Kit, principal: Principal, place: tuple[str, str], after: str | None, limit: int) -> Told:
    """What belongs to a project, oldest case first: cases over all departments, records."""
    return _page(_of_record(kit, principal, place), linking.PROJECT, after, limit, back=True)


def of_definition(
    press: Press,
    principal: Principal,
    kind: str,
    identity: str,
    rel: str | None,
    after: str | None,
    limit: int,
) -> Told:
    """The cases that refer to a definition as it is published now."""
    press.permit(principal, "read_definition", kind, identity, ())
    kit, _ = press.with_cases()
    key, current = f"{kind}/{identity}", press.store.release_set(press.store.pointer().set)
    if key not in current.definitions:
        raise not_found(Text("定义", "definition"), key)
    (body,) = press.store.versions({key: current.definitions[key]}).values()
    return _page(_reader(kit, principal, reviewed(content_hash(body))), rel, after, limit)


def _of_record(kit: Kit, principal: Principal, place: tuple[str, str]) -> _Reader:
    reader = _reader(kit, principal, linking.record_end(*place))
    kit.catalogue.live(reader.office.pointer, "registers", place[0])
    return reader


def _reader(kit: Kit, principal: Principal, end: str) -> _Reader:
    loaded = kit.cases.load(None, records=grant_keys(principal))
    office = kit.office(loaded.pointer)
    return _Reader(kit, office, office.staffed(principal), grants_in(loaded.records), end)


def _page(
    reader: _Reader, rel: str | None, after: str | None, limit: int, *, back: bool = False,
    wanted: Callable[[str], bool] = lambda _: True,
) -> Told:  # fmt: skip
    """A page of the links that may be told of, from at most five queries; a short page with a cursor is legal."""
    told: list[dict[str, Any]] = []
    for _ in range(FILL):
        found, more = reader.kit.cases.linked(reader.end, rel, after, limit, back=back)
        cases = _cases(reader.kit, reader.end, [link for link, _ in found])
        for link, place in found:
            after = place
            other = _other(reader.end, link)
            line = _line(reader, link, other, cases.get(other)) if wanted(other) else None
            told += [line] if line else []
            if len(told) == limit:
                return told, after
        if not more:
            return told, None
    return told, after


def _other(end: str, link: Link) -> str:
    return link.target if link.source == end else link.source


def _cases(kit: Kit, end: str, links: Sequence[Link]) -> Mapping[str, Case | None]:
    ids = [other for link in links if linking.kind_of(other := _other(end, link)) == "case"]
    return dict(zip(ids, kit.cases.many(ids), strict=True))


def _line(reader: _Reader, link: Link, other: str, case: Case | None) -> dict[str, Any] | None:
    kind = linking.kind_of(other)
    if kind == "case":
        body = _of_other_case(reader, case) if case else None
    elif kind == "record":
        body = _of_other_record(reader, other)
    else:
        body = {"content_hash": other.partition(":")[2], "visible": True}
    return None if body is None else _said(reader, link) | body


def _said(reader: _Reader, link: Link) -> dict[str, Any]:
    """What is said of every link, and how it reads from this end."""
    declared = reader.kit.catalogue.definitions(reader.office.pointer, linking.KIND)
    relation: Mapping[str, Any] = next((one for one in declared if one["id"] == link.rel), {})
    to, zone = link.source == reader.end, reader.kit.zone
    return {
        "rel": link.rel,
        "relation": relation.get("title" if to else "inverse"),
        "direction": "to" if to else "from",
        "since": None if link.valid_from is None else rfc3339(link.valid_from, zone),
        "until": None if link.valid_to is None else rfc3339(link.valid_to, zone),
    }


def _of_other_case(reader: _Reader, case: Case) -> dict[str, Any] | None:
    inside = seen_in_list(reader.kit, reader.office, reader.principal, case, reader.grants)
    if inside is None and (case.confidential or not reader.mentions):
        return None
    bundle = reader.kit.catalogue.bundle(case.release)
    body: dict[str, Any] = {"case_id": case.id, "item_id": case.item, "title": bundle.item["title"]}
    if inside is None:
        return {**body, "visible": False}
    process = reader.office.world(bundle, case.node).process
    due = case.next_deadline() if case.outcome is None else None
    return {
        **body, "visible": True, "department": case.node, "number": case.number, "outcome": case.outcome,
        "state": [state_view(process, state) for state in process.active(case.configuration)],
        "next_deadline": None if due is None else rfc3339(due, reader.kit.zone),
    }  # fmt: skip


def _of_other_record(reader: _Reader, other: str) -> dict[str, Any] | None:
    """A record is named only to who may read it whole: its key alone may say whom it is about."""
    register, identity = linking.record_of(other) or ("", "")
    try:
        declared = reader.kit.catalogue.live(reader.office.pointer, "registers", register)
        whole = keeping.may_read(reader.office, reader.principal, declared, identity)
    except Problem:
        return None
    return {"register_id": register, "record_id": identity, "visible": True} if whole else None
