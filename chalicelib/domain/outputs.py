"""Decides what a document of a case says and how it is numbered; the words themselves are templates.

What a template may ask for is `view_of`: `case`, `item`, `applicant`, `department`, `review_body`,
`document`, `deadlines`, `materials`, `form` (what was applied for), `input` (what the move said), `event`
(what happened, see `view_of`), `hold`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.organisations import Organisation

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


def view_of(
    *,
    item: Mapping[str, Any],
    organisation: Organisation,
    node: str,
    case: Mapping[str, Any],
    applicant: Mapping[str, Any],
    document: Mapping[str, Any],
    deadlines: Mapping[str, str] | None = None,
    form: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    event: Mapping[str, Any] | None = None,
    materials: Sequence[str] = (),
    hold: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that a template may ask for, days spelled out.

    `case` has `number` and the ISO days `submitted_on`, `accepted_on`, `decided_on` as far as they are known;
    `document` has `number` and `issued_on`; `deadlines` maps clocks to ISO days; `materials` are ids of the
    item's materials; `given` is the move's input; `event` has a member `true` named as the event was emitted
    (`deemed_accepted`), and in words what the input only codes; `hold` is {title, basis, until}.
    """
    handler = organisation.node(node)
    declared = {one["id"]: one for one in item.get("materials", ())}
    return {
        "case": _spelled(case),
        "item": {"title": item["title"]},
        "applicant": dict(applicant),
        "department": {
            "title": handler["title"],
            "phone": handler.get("phone", {}).get("number"),
            "address": handler.get("place", {}).get("address"),
        },
        "review_body": {"title": _review_body(organisation, node)},
        "document": _spelled(document),
        "deadlines": {clock: day_in_words(day) for clock, day in (deadlines or {}).items()},
        "materials": [
            {"title": declared[name]["title"], "copies": declared[name].get("copies", 1)}
            for name in materials
        ],
        "form": form or {},
        "input": given or {},
        "event": event or {},
        "hold": _spelled(hold) if hold else None,
    }


def _review_body(organisation: Organisation, node: str) -> Mapping[str, str]:
    """Who reconsiders: the nearest government (行政复议法 §24), or the body that the node names (§27: tax)."""
    path = organisation.path(node, "departments")
    above = [organisation.node(name) for name in path]
    governments = [one["title"] for one in above if one["kind"] == "government"]
    named = above[0].get("review_body")
    title: Mapping[str, str] = named or (governments or [above[-1]["title"]])[0]
    return title


def _spelled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same members, ISO days in words: names ending in `_on`, and `until`."""
    return {
        name: day_in_words(value) if name.endswith("_on") or name == "until" else value
        for name, value in values.items()
        if value is not None
    }


def series_key(definition: Mapping[str, Any], node: str, on: date) -> str | None:
    """The counter that numbers this document on that day; None when it is not numbered."""
    series = definition.get("series")
    return f"{definition['id']}#{node}#{_period(series, on)}" if series else None


def number(definition: Mapping[str, Any], document_mark: str, on: date, serial: int) -> str | None:
    """文号, such as 望市监受字〔2026〕12号. Serials are not padded unless `width` says so.

    GB/T 9704-2012 §7.2.5 for the form: mark of the body, year in 〔〕, serial without leading zeros.
    """
    series = definition.get("series")
    if not series:
        return None
    digits = str(serial).zfill(series.get("width", 1))
    return f"{document_mark}{series['prefix']}〔{_period(series, on)}〕{digits}号"


def _period(series: Mapping[str, Any], on: date) -> str:
    return on.strftime("%Y%m%d") if series["per"] == "day" else str(on.year)


def day_in_words(day: str) -> dict[str, str]:
    """An ISO day as a document writes it."""
    value = date.fromisoformat(day)
    return {
        "zh": f"{value.year}年{value.month}月{value.day}日",
        "en": f"{value.day} {_MONTHS[value.month - 1]} {value.year}",
    }


def money_in_words(fen: int) -> dict[str, str]:
    """Fen as yuan with two decimals."""
    yuan = f"{fen // 100:,}.{fen % 100:02d}"
    return {"zh": f"人民币{yuan}元", "en": f"CNY {yuan}"}
