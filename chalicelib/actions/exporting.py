"""Does the giving out of registers as tables, page by page: to who may see them, and to everybody as open data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.actions import keeping
from chalicelib.actions.office import Kit
from chalicelib.domain import exports
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text, not_found

ROWS = 500  # a page: about half a megabyte of the six that Lambda answers
AT_ONCE = 100  # records in one request to the store


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a table. `after`: where the next one begins, None after the last; `first`: it has the header."""

    register: Mapping[str, Any]
    names: list[str]
    bodies: list[Mapping[str, Any]]
    masked: bool
    first: bool
    after: str | None

    def csv(self, language: str) -> str:
        return exports.table(self.register, self.names, self.bodies, language, headed=self.first)

    def rows(self) -> list[dict[str, Any]]:
        return [{name: body[name] for name in self.names if name in body} for body in self.bodies]


def of_register(kit: Kit, principal: Principal, register_id: str, after: str | None) -> Page:
    """The records as they are; only public fields for who may see no more. Refused where they may see nothing.

    Personal data go out by the hundred here: the read log says so *before* the answer (decisions 32), page by page."""
    office, register = keeping.open_register(kit, register_id)
    masked = not keeping.may_read(office, principal, register)
    bodies, further = _bodies(kit, register_id, after)
    if register.get("personal") and not masked:
        kit.records.note_read(
            {"about": f"register:{register_id}", "by": principal.subject, "via": principal.via,
             "purpose": "export", "records": len(bodies), "after": after},
            office.at,
        )  # fmt: skip
    return Page(register, exports.fields(register, masked=masked), bodies, masked, after is None, further)


def open_page(kit: Kit, register_id: str, period: str, after: str | None) -> Page:
    """A part of what is open data of this period; a short or empty part is legal where `after` goes on."""
    _, register = keeping.open_register(kit, register_id)
    if "open_data" not in register:
        raise not_found(Text("此开放数据", "such open data"), register_id)
    if exports.unit_of(period) is None:
        said = Text(
            "周期应为 2026、2026-Q1 或 2026-03 这样的写法", "a period is written 2026, 2026-Q1 or 2026-03"
        )
        raise Problem("invalid", "period-invalid", said)
    bodies, further = _bodies(kit, register_id, after)
    chosen = [body for body in bodies if exports.to_be_had(register, body, period)]
    return Page(register, exports.fields(register, masked=True), chosen, True, after is None, further)


def open_sets(kit: Kit) -> list[dict[str, Any]]:
    """Every register that declares open data: what a row is, and by which day its periods go."""
    office = kit.office()
    found = kit.catalogue.definitions(office.pointer, "registers")
    return [
        {
            "register_id": one["id"], "title": one["title"], "description": one.get("description"),
            "period": one["open_data"]["period"], "schema": exports.schema(one),
        }
        for one in found if "open_data" in one
    ]  # fmt: skip


def _bodies(kit: Kit, register_id: str, after: str | None) -> tuple[list[Mapping[str, Any]], str | None]:
    listed = kit.records.list(register_id, after, ROWS)
    ids = [row.case_id for row in listed.rows]
    found = dict[str, Mapping[str, Any]]()
    for begin in range(0, len(ids), AT_ONCE):
        found |= kit.records.many(register_id, ids[begin : begin + AT_ONCE])
    return [found[one] for one in ids if one in found], listed.after
