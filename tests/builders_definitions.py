"""A small district to publish: kinds of a few fields, one process, two items that share it, an in-memory press."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from chalicelib.actions.releasing import Press
from chalicelib.domain import examples
from chalicelib.domain.definitions import Definition, Kinds
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.publishing import Pack, pack_of
from chalicelib.stores.definitions import DynamoDefinitions
from chalicelib.stores.dynamo import Dynamo
from tests.builders_stores import Counting, connection

TABLE = "definitions"
NOON = 1_772_424_000_000  # 2026-03-02T12:00:00+08:00
ENGINES = {"python-statemachine": "3.2.2", "zen-engine": "2.1.3", "jsonschema-rs": "0.60.3"}
T = {"zh": "示例", "en": "sample"}


def _object(**properties: Any) -> dict[str, Any]:
    required = [name for name in ("kind", "id", "title") if name in properties]
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _meta(kind: str, **properties: Any) -> dict[str, Any]:
    own = {"kind": {"const": kind}, "id": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "title": {}}
    return _object(**own, description={}, **properties)


def kinds() -> Kinds:
    """Meta-schemas with every form of the mark `x-ref`; `licences` is named and has none yet."""
    any_object = {"type": "object"}
    outcome = _object(
        record={"type": "string", "x-ref": "registers"}, issues={"type": "string", "x-ref": "documents"}
    )
    clock = {"type": "object", "required": ["id"], "properties": {"limit": {"x-ref": {"rule": "rules"}}}}
    return Kinds(
        {
            "items": _meta(
                "items",
                mode={"enum": ["case", "guide"]}, nature={"type": "string"}, authority={"type": "string"},
                power={"type": "string"}, domain={"type": "string"}, audience={"type": "array"},
                topics={"type": "array"}, department={"type": "string"}, form=any_object,
                process={"type": "string", "x-ref": "processes"},
                facts={"type": "array", "x-ref": "facts"},
                rules={"type": "object", "additionalProperties": {"x-ref": "rules"}},
                clocks={"type": "array", "items": clock},
                modes={"type": "array", "x-ref": {"data": "registers", "licence": "licences"}},
                outcomes={"type": "object", "patternProperties": {"^[a-z]": {"items": {"anyOf": [outcome]}}}},
                opens={"type": "string", "x-ref": "items"}, extends={"type": "string", "x-ref": "items"},
                abstract={"const": True}, overrides={"type": "array"},
                examples={"type": "array"}, effective_from={"type": "string"}, retired_at={"type": "string"},
            ),
            "processes": _meta(
                "processes", chart=any_object, internal=any_object, states=any_object,
                moves={"additionalProperties": {"properties": {"issues": {"x-ref": "documents"}}}},
            ),
            "rules": _meta("rules", versions={"type": "array"}, tests={"type": "array"}, result=any_object,
                           facts={"type": "array", "items": {"$ref": "#/$defs/Fact"}}) | {
                "$defs": {"Fact": {"type": "string", "x-ref": "facts"}}
            },
            "facts": _meta("facts", type={"type": "string"}, source=any_object, unknown={"type": "string"}),
            "access": _meta("access", policies={"type": "string"}, schema={"type": "string"}),
            "documents": _meta("documents", template=any_object),
            "registers": _meta("registers", schema=any_object),
            "organisations": _meta("organisations", nodes=any_object, views=any_object),
            "calendars": _meta("calendars", year={"type": "integer"}, notice=any_object, rest_days={"type": "array"},
                               makeup_workdays={"type": "array"}),
        }
    )  # fmt: skip


def process(identity: str = "simple") -> dict[str, Any]:
    states = {
        "received": {
            "initial": True,
            "transitions": [
                {"event": "accept", "target": "granted"},
                {"event": "refuse", "target": "refused"},
                {"event": "request_correction", "target": "correction"},
                {"event": "timeout.intake", "target": "granted"},
            ],
        },
        "correction": {
            "transitions": [
                {"event": "resubmit", "target": "received"},
                {"event": "timeout.correction", "target": "refused"},
            ]
        },
        "granted": {"final": True},
        "refused": {"final": True},
    }
    window, party = ["post:window"], ["party:applicant"]
    return {
        "kind": "processes",
        "id": identity,
        "title": T,
        "chart": {"states": states},
        "moves": {
            "accept": {"title": T, "by": window, "emits": "accepted", "issues": ["notice"]},
            "refuse": {"title": T, "by": window, "emits": "refused"},
            "request_correction": {
                "title": T, "by": window, "emits": "correction_requested", "at_most": 1
            },
            "resubmit": {"title": T, "by": party, "emits": "resubmitted"},
        },
        "internal": {
            "timeout.intake": {"title": T, "emits": "deemed_accepted"},
            "timeout.correction": {"title": T, "emits": "lapsed"},
        },
        "states": {
            "received": {"title": T, "waits_for": "post:window"},
            "correction": {"title": T, "waits_for": "party:applicant"},
            "granted": {"title": T, "final": True, "outcome": "granted"},
            "refused": {"title": T, "final": True, "outcome": "refused"},
        },
    }  # fmt: skip


def form(**fields: str) -> dict[str, Any]:
    properties = {
        name: {"type": type_, "title": name, "x-title": {"zh": "字段", "en": name}, "x-ui": {"order": 1}}
        for name, type_ in fields.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "additionalProperties": False, "required": sorted(fields), "properties": properties,
    }  # fmt: skip


def item(identity: str = "deregistration", **changes: Any) -> dict[str, Any]:
    clocks = [
        {"id": "intake", "starts_on": ["submitted"], "stops_on": ["accepted", "correction_requested"],
         "restarts_on": ["resubmitted"], "on_expiry": "timeout.intake", "budget": 5, "unit": "working_day"},
        {"id": "correction", "starts_on": ["correction_requested"], "stops_on": ["resubmitted"],
         "on_expiry": "timeout.correction", "limit": "rule:limit"},
    ]  # fmt: skip
    return {
        "kind": "items", "id": identity, "mode": "case", "nature": "registration", "authority": "own",
        "power": "market-0123", "title": {"zh": "企业注销", "en": "Deregistration"},
        "description": {"zh": "办理注销", "en": "End an enterprise"}, "domain": "market",
        "audience": ["enterprise"], "topics": ["exit"], "department": "market-regulation",
        "form": form(uscc="string"), "process": "simple", "facts": ["debts"], "rules": {"limits": "limit"},
        "clocks": clocks, "modes": ["data:enterprises", "licence:clearance", "upload"],
        "outcomes": {"granted": [{"record": "enterprises"}, {"issues": "notice"}]},
        "examples": [
            {"name": "refused", "moves": [], "expect": {"state": "refused"}},
            {"name": "late", "moves": [{"wait": {}}], "expect": {"state": "granted"}},
        ],
        **changes,
    }  # fmt: skip


def rules() -> dict[str, Any]:
    row = {"_id": "any", "debts": "", "budget": "5", "unit": '"working_day"'}
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "debts", "name": "Debts", "field": "debts"}],
        "outputs": [
            {"id": "budget", "name": "Budget", "field": "budget"},
            {"id": "unit", "name": "Unit", "field": "unit"},
        ],
        "rules": [row],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {
        "kind": "rules", "id": "limit", "title": T, "facts": ["debts"],
        "versions": [{"effective_from": "2026-01-01", "table": {"nodes": nodes, "edges": edges}}],
        "result": {"type": "object"},
        "tests": [
            {"name": "any", "facts": {"debts": 1}, "on": "2026-03-02", "row": "any",
             "expect": {"budget": 5, "unit": "working_day"}}
        ],
    }  # fmt: skip


def organisation(*nodes: str) -> dict[str, Any]:
    clerk = {"title": T, "holders": [{"subject": "person:clerk", "from": "2026-01-01"}]}
    named = {node: {"title": T, "posts": {"window": clerk}} for node in nodes or ("market-regulation",)}
    first, *others = named
    views = {"departments": [[first, node] for node in others]} if others else {}
    return {"kind": "organisations", "id": "district", "title": T, "nodes": named, "views": views}


def calendar(year: int = 2026) -> dict[str, Any]:
    days: dict[str, Any] = {"rest_days": [], "makeup_workdays": []}
    notice = {"title": T, "number": "sample", "issued": f"{year - 1}-11-01", "source_verified": False}
    return {"kind": "calendars", "id": f"cn-{year}", "title": T, "year": year, "notice": notice, **days}


OF_CASES = ("process", "form", "facts", "rules", "outcomes", "examples", "clocks")


def district() -> dict[str, Definition]:
    """Everything by key: two items on one process, and a guide on none."""
    every: list[dict[str, Any]] = [
        item(),
        item("change-of-name", title={"zh": "名称变更", "en": "Change of name"}),
        {
            name: member
            for name, member in item("tax-guide", mode="guide", nature="help").items()
            if name not in OF_CASES
        },
        process(),
        rules(),
        {
            "kind": "facts",
            "id": "debts",
            "title": T,
            "type": "integer",
            "source": {"history": {}},
            "unknown": "manual",
        },
        {"kind": "documents", "id": "notice", "title": T, "template": {"zh": "通知", "en": "Notice"}},
        {"kind": "registers", "id": "enterprises", "title": T, "schema": {}},
        organisation(),
        calendar(),
    ]
    return {f"{one['kind']}/{one['id']}": one for one in every}


def pack(*changed: Definition) -> Pack:
    """The district as shipped, with `changed` in place of what has the same kind and id."""
    every = district() | {f"{one['kind']}/{one['id']}": one for one in changed}
    return pack_of(list(every.values()))


def edited(definition: Definition, **changes: Any) -> dict[str, Any]:
    return {**deepcopy(dict(definition)), **changes}


def official(name: str, *roles: str) -> Principal:
    return Principal(f"person:{name}", name, frozenset(roles or {"admin", "releaser"}), "web")


AUTHOR, OTHER, RELEASER = official("author"), official("other"), official("releaser")

NEEDED = {"edit_definition": "admin", "check_definition": "admin", "hard_stop": "admin"}


def permit(
    principal: Principal, action: str, kind: str, identity: str, authors: Any, *drafts: Definition
) -> None:
    """A stand-in of the access decision: admins write, releasers release."""
    role = NEEDED.get(action, "releaser" if action != "read_definition" else "")
    if role and role not in principal.roles:
        raise Problem("forbidden", "not-allowed", Text("无权", "not allowed"))


class Ticking:
    """A clock that a test moves, and entropy that never repeats."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at
        self.drawn = 0

    def now(self) -> int:
        return self.at

    def entropy(self, size: int) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(size, "big")


def stand_in_examples(patch: Any) -> None:
    """Examples of this district are too small to be played: one fails when it says `"fails": true`."""

    def run(
        bundle: Any, example: Any, calendar: Any, organisation: Any, expired: list[str], known: Any
    ) -> list[Finding]:
        expired += ["intake"] * bool(example["moves"])
        assert (bundle.process["id"], calendar.horizon.year, dict(bundle.shared)) == ("simple", 2026, {})
        assert "market-regulation" in organisation.nodes
        return [Finding("/expect/state", "example-failed", Text("不符", "it ended elsewhere"))] * (
            "fails" in example
        )

    patch.setattr(examples, "run", run)


KEYS = [("pk", "HASH"), ("sk", "RANGE")]


def create_table(dynamo: Dynamo, rows: Iterable[Any] = ()) -> None:
    """A new table of definitions with raw `rows` in it."""
    wanted = {
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in KEYS],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name, _ in KEYS],
    }
    dynamo.connection.dispatch("CreateTable", wanted)
    puts = [{"PutRequest": {"Item": row}} for row in rows]
    for start in range(0, len(puts), 25):
        dynamo.connection.dispatch("BatchWriteItem", {"RequestItems": {TABLE: puts[start : start + 25]}})


@contextmanager
def aws() -> Iterator[Counting]:
    """DynamoDB as moto imitates it, without a table."""
    import pytest

    from tests.builders_moto import moto_aws

    with pytest.MonkeyPatch.context() as patch, moto_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        stand_in_examples(patch)
        yield Counting(connection())


def drop_table(dynamo: Dynamo) -> list[Any]:
    """Remove the table; its raw rows."""
    rows = dynamo.connection.dispatch("Scan", {"TableName": TABLE})["Items"]
    dynamo.connection.dispatch("DeleteTable", {"TableName": TABLE})
    return list(rows)


def press(dynamo: Dynamo, clock: Ticking | None = None, **changes: Any) -> Press:
    clock = clock or Ticking()
    ready = {
        "store": DynamoDefinitions(dynamo, TABLE), "kinds": kinds(), "engines": ENGINES, "permit": permit,
        "now": clock.now, "entropy": clock.entropy,
    }  # fmt: skip
    return Press(**ready | changes)
