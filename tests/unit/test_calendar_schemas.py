from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from chalicelib.domain import canonical
from tests.builders_clock import EXPERTS, declaration, definitions

META = Path(__file__).parents[2] / "schemas" / "meta"


def meta(name: str) -> dict[str, Any]:
    return json.loads((META / f"{name}.schema.json").read_text())


def shared(name: str) -> dict[str, Any]:
    return {**meta("shared-clocks"), "$ref": f"#/$defs/{name}"}


def accepts(schema: dict[str, Any], value: object) -> bool:
    """What two validators say; they must agree."""
    ours = jsonschema_rs.validator_for(schema).is_valid(value)
    second = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert ours is second
    return ours


def properties(schema: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items() if "title" in schema or not pointer else ():
            yield f"{pointer}/{name}", value
        for name, value in schema.items():
            yield from properties(value, f"{pointer}/{name}")


@pytest.mark.parametrize("name", ["calendars", "shared-clocks"])
def test_every_property_has_a_title_in_two_languages_and_a_widget(name: str) -> None:
    found = list(properties(meta(name)))
    assert len(found) > 10
    for pointer, schema in found:
        assert set(schema["x-title"]) == {"zh", "en"}, pointer
        assert schema["title"] == schema["x-title"]["en"], pointer
        assert {"widget", "order"} <= set(schema["x-ui"]), pointer
    jsonschema.Draft202012Validator.check_schema(meta(name))


def test_every_calendar_has_its_shape_and_says_that_its_source_was_not_compared() -> None:
    assert [one["year"] for one in definitions()] == list(range(2019, 2027))
    for one in definitions():
        assert accepts(meta("calendars"), one), one["id"]
        canonical.check(one)
        for notice in (one["notice"], *(change["notice"] for change in one.get("changes", ()))):
            assert notice["source_verified"] is False


@pytest.mark.parametrize(
    "broken",
    [
        {"rest_days": ["2026-2-1"]},
        {"rest_days": ["2026-02-15", "2026-02-15"]},
        {"holidays": []},
        {"notice": {"title": "x", "number": "x", "issued": None, "url": None}},
        {"year": "2026"},
        {"kind": "items"},
    ],
)
def test_a_calendar_of_another_shape_is_refused(broken: dict[str, Any]) -> None:
    assert not accepts(meta("calendars"), {**definitions()[-1], **broken})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"limit": "rule:deregistration-limit"},
        {"starts_from": "submitted", "rungs": [50, 80, 100], "on_expiry": None},
        {
            "source": "sample default, not from the plan",
            "stops_on": ["state:completed", "correction_requested"],
        },
    ],
)
def test_declarations_of_clocks_as_items_write_them_are_accepted(changed: dict[str, Any]) -> None:
    assert accepts(shared("ClockDeclaration"), {**declaration(), **changed})


def test_a_clock_may_be_given_by_a_rule_or_a_day_alone() -> None:
    bare = {name: value for name, value in declaration().items() if name not in ("budget", "unit")}
    assert not accepts(shared("ClockDeclaration"), bare)
    assert accepts(shared("ClockDeclaration"), {**bare, "limit": "rule:some-limit"})
    assert accepts(shared("ClockDeclaration"), {**bare, "until": "form:/term/until"})
    assert accepts(shared("ClockDeclaration"), {**bare, "until": "2026-05-01"})
    assert not accepts(shared("ClockDeclaration"), {**declaration(), "until": "2026-05-01"})


@pytest.mark.parametrize(
    "changed",
    [
        {"unit": "day"},  # lesson 5: whose day?
        {"unit": "PT24H"},
        {"budget": "P1D"},
        {"budget": 1.5},
        {"budget": -1},
        {"effect": "wish"},
        {"starts_on": []},
        {"on_expiry": "grant"},
        {"on_expiry": "done.state.x"},
        {"rungs": [120]},
        {"extension": {"budget": 10}},
        {"basis": ""},
        {"days": 20},
    ],
)
def test_lesson_5_units_are_an_enum_and_nothing_else_is_a_limit(changed: dict[str, Any]) -> None:
    assert not accepts(shared("ClockDeclaration"), {**declaration(), **changed})


def test_a_limit_without_a_source_is_refused() -> None:
    bare = {name: value for name, value in declaration().items() if name != "basis"}
    assert not accepts(shared("ClockDeclaration"), bare)


def test_a_special_step_needs_a_maximum_a_document_and_whether_it_counts() -> None:
    assert accepts(shared("HoldDeclaration"), EXPERTS)
    for member in ("max", "document", "counts", "basis", "title"):
        bare = {name: value for name, value in EXPERTS.items() if name != member}
        assert not accepts(shared("HoldDeclaration"), bare), member
