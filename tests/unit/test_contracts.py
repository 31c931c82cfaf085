"""Contracts of events: one for each type that the platform writes, no other; what they let through; AsyncAPI."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from chalicelib.domain import contracts as deciding
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.contracts import Contracts, payload
from chalicelib.domain.trigger_cycles import KERNEL
from chalicelib.edges import asyncapi
from chalicelib.stores.schema_files import load_contracts
from infra import foreign
from tests.builders_pack import SCHEMAS
from tests.builders_stores import NOON, published

SHIPPED = load_contracts(SCHEMAS)
CONTRACTS = Contracts(SHIPPED)
REGISTRY: Any = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in SHIPPED)
CODE = Path(deciding.__file__).parents[1]
CASE = "cas_01KJP0YFPM8ZH48GAV2BB05ZH0"
# What is said by a name that code works out: each place, and where the names it may stand for are found.
BY_NAME = {"move.emits", "internal.emits", "emits", "FOUND", "name", "known.emits if known else FOLLOWS",
           "SERVED", "EFFECTIVE", "WITHDRAWN", "PUBLISHED", "_name(due)"}  # fmt: skip
NAMES = {"claimed", "assigned", "handed_back", "deadline_passed", "deadline_approaching", "promoted",
         "members_found", "members_opened", "member_ended", "members_dated"}  # fmt: skip
ID, PHONE = (
    re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"),
    re.compile(r"(?<!\w)1[3-9]\d{9}(?!\w)"),
)


def declared() -> set[str]:
    """What moves and internal events of every process and fragment of the pack say."""
    return {
        str(one["emits"])
        for key, body in published().world.items()
        if key.startswith(("processes/", "fragments/"))
        for part in ("moves", "internal")
        for one in body.get(part, {}).values()
        if "emits" in one
    }


def happenings() -> Iterator[str]:
    """The second argument of every `Happening(…)` in the code, as it is written."""
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Happening":
                yield ast.unparse(node.args[1])


def said_by_the_code() -> set[str]:
    literal = {one.strip("'") for one in happenings() if one.startswith("'")}
    return literal | NAMES | set(KERNEL)


def valid(type_: str, told: Any) -> list[str]:
    schema = CONTRACTS.named(type_).schema
    checker = jsonschema.Draft202012Validator(
        schema, registry=REGISTRY, format_checker=jsonschema.FormatChecker()
    )
    return [error.message for error in checker.iter_errors(told)]


def event(suffix: str, **data: Any) -> dict[str, Any]:
    return {
        "v": 1, "id": "evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "case": CASE, "seq": 3, "type": f"case.{suffix}",
        "occurred_at": NOON, "recorded_at": NOON + 1, "root": CASE, "release": "a" * 64, "key": "k", "nonce": "n",
        "actor": {"person": "person:430102199001011234", "via": "app", "node": "tax"},
        "dimensions": {"item": "food-licence", "department": "market-regulation", "window": "food", "channel": "app",
                       "town": "x"},
        "data": {"from": ["received"], "to": ["examining"], "input": {"name": "王小明", "phone": "13812345678"},
                 "reason": "身份证 430102199001011234", "claim": {"by": "person:p"}, **data},
    }  # fmt: skip


def test_every_type_that_the_platform_writes_has_a_contract_and_no_other_has():
    written = {f"case.{one}" for one in declared() | said_by_the_code()} | {deciding.TEST}
    assert set(CONTRACTS.types) == written


def test_a_new_place_that_says_an_event_is_noticed():
    computed = {one for one in happenings() if not one.startswith("'")}
    assert computed == BY_NAME


def test_every_contract_is_a_json_schema_with_a_version_in_its_name_and_two_titles():
    for path, schema in zip(sorted((SCHEMAS / "events").glob("*.json")), SHIPPED, strict=True):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"https://schemas.jisheng/events/{path.name}"
        assert set(schema["x-title"]) == {"zh", "en"}
        if path.stem != "thin.v1":
            one = CONTRACTS.named(path.name.removesuffix(".v1.json"))
            assert schema["properties"]["type"] == {"const": one.type}
            assert schema["properties"]["contract"] == {"const": one.version}


def test_what_is_told_of_a_type_is_what_its_contract_says_and_nothing_personal():
    full = {"outcome": "completed", "issued": ["acceptance-notice"], "clock": "intake", "rung": 80, "due": NOON,
            "hold": "hearing", "until": NOON, "old": NOON, "new": NOON}  # fmt: skip
    for type_ in (one for one in CONTRACTS.types if one.startswith("case.")):
        told = payload(event(type_.removeprefix("case."), **full), CONTRACTS, SHANGHAI)
        assert valid(type_, told) == []
        text = json.dumps(told, ensure_ascii=False)
        assert not ID.search(text)
        assert not PHONE.search(text)
        assert not {"actor", "input", "reason", "claim", "key", "nonce", "window", "town"} & (
            set(told) | set(told["data"]) | set(told["dimensions"])
        )


def test_a_member_that_a_contract_does_not_name_is_refused_by_it():
    told = payload(event("accepted"), CONTRACTS, SHANGHAI)
    assert valid("case.accepted", {**told, "actor": {}}) != []
    assert valid("case.accepted", {**told, "data": {"reason": "x"}}) != []
    assert valid("case.accepted", {**told, "type": "case.refused"}) != []


def test_a_type_that_no_contract_names_is_told_without_data():
    told = payload(event("invented_by_a_district", outcome="completed"), CONTRACTS, SHANGHAI)
    assert told["data"] == {}
    assert told["type"] == "case.invented_by_a_district"
    thin = jsonschema.Draft202012Validator(CONTRACTS.thin.schema, registry=REGISTRY)
    assert list(thin.iter_errors(told)) == []


def test_instants_are_told_as_dates_in_the_districts_zone():
    told = payload(event("deadline_passed", clock="decision", due=NOON), CONTRACTS, SHANGHAI)
    assert told["data"]["due"] == "2026-03-02T12:00:00+08:00"
    assert told["recorded_at"] == "2026-03-02T12:00:00.001+08:00"


def test_one_type_alone_is_a_schema_that_needs_no_other_document():
    for one in CONTRACTS.all():
        bundled = asyncapi.whole(one, CONTRACTS.thin)
        if one.type.startswith("case."):
            told = payload(event(one.type.removeprefix("case.")), CONTRACTS, SHANGHAI)
            assert list(jsonschema.Draft202012Validator(bundled).iter_errors(told)) == []


def test_the_description_is_asyncapi_3_by_the_official_schema():
    official = json.loads((foreign.modules() / "@asyncapi/specs/schemas/3.0.0.json").read_text())
    judge = jsonschema.Draft7Validator(official)
    document = asyncapi.document(CONTRACTS)
    assert list(judge.iter_errors(document)) == []
    assert list(judge.iter_errors({**document, "channels": {"x": {"adress": None}}})) != []
    assert set(document["components"]["messages"]) == set(CONTRACTS.types)


def test_every_reference_inside_the_description_leads_somewhere():
    document = asyncapi.document(CONTRACTS)
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert all(one.startswith("#/") for one in references)
    assert "https://schemas.jisheng" not in json.dumps(document)
