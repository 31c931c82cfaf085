"""Triggers that write and tell, with the registers and notices that they need: nothing of it is in the pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.actions.releasing import prepare
from chalicelib.domain.problems import Finding
from tests.builders import FOOD
from tests.builders_app import House
from tests.faults.planting import clean

HEARD = "heard-of"
ADMIN, RELEASER = ("person:demo-admin", "admin"), ("person:demo-releaser", "releaser")


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def heard(name: str = HEARD, *, only: Any = (), **more: Any) -> dict[str, Any]:
    """A register of firms that were heard of, which triggers write."""
    texts = {
        field: {"type": "string", "minLength": 1, "title": field, "x-title": words(field, field)}
        for field in ("uscc", "name", "last_case")
    }
    day = {"type": "string", "format": "date", "title": "Day", "x-title": words("日期", "Day")}
    state = {"enum": ["known", "gone"], "title": "State", "x-title": words("状态", "State")}
    states = [{"id": "known", "title": words("在册", "Known")},
              {"id": "gone", "title": words("注销", "Gone"), "ends": True}]  # fmt: skip
    life = {"field": "/state", "states": states, **({"changes_only_by": list(only)} if only else {})}
    return {
        "kind": "registers", "id": name, "title": words("听说过的企业", "Firms heard of"),
        "key": {"field": "/uscc", "title": words("统一社会信用代码", "Code")},
        "schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "additionalProperties": False, "required": ["uscc", "name", "state"],
            "properties": {**texts, "heard_on": day, "state": state},
        },
        "public": [], "personal": [], "life": life,
        "readers": ["node:market-regulation", "role:trigger"], "writers": ["role:trigger"],
        "source": "sample default, not from the plan",
    } | more  # fmt: skip


def writes(**more: Any) -> dict[str, Any]:
    """Whoever applies for a food licence has been heard of."""
    written: dict[str, Any] = {
        "register": more.pop("register", HEARD), "key": more.pop("key", "form:/uscc"),
        "set": {"name": "form:/enterprise_name", "last_case": "case:number", "heard_on": "today", "state": "known"}
        | more.pop("set", {}),
    }  # fmt: skip
    return {
        "kind": "triggers", "id": "heard-of", "title": words("听说过", "Heard of"),
        "on": {"event": "case.submitted", "items": [FOOD]}, "do": [{"write": written}],
    } | more  # fmt: skip


def tells_of(source: str = HEARD, target: str = "heard-twice", **more: Any) -> dict[str, Any]:
    """What is heard in one register is written into another."""
    fields = more.pop("fields", None)
    record = {"register": source, **({"fields": fields} if fields else {})}
    written = {
        "register": target, "key": "record:/uscc",
        "set": more.pop("set", {"name": "record:/name", "last_case": "record:/last_case", "state": "known"}),
    }  # fmt: skip
    return {
        "kind": "triggers", "id": "heard-again", "title": words("转述", "Told on"), "on": {"record": record},
        "do": [{"write": written}],
    } | more  # fmt: skip


def judged(*bodies: Mapping[str, Any]) -> list[Finding]:
    """What a release of these together is refused for."""
    changes = {f"{one['kind']}/{one['id']}": dict(one) for one in bodies}
    return list(prepare(clean().press, clean().released.plan.set, 2, changes).findings)


def drafts(up: House, body: Mapping[str, Any]) -> str:
    """One person's draft; its path."""
    made = up.call(
        "POST", f"/v1/definitions/{body['kind']}/{body['id']}/drafts", {"body": body}, up.bearer(*ADMIN)
    )
    assert made.status == 201, made.text
    return f"/v1/definitions/{body['kind']}/{body['id']}/drafts/{made.json()['draft_id']}"


def releases(up: House, *bodies: Mapping[str, Any]) -> None:
    """One person drafts them all, another one releases them together."""
    paths = [drafts(up, body) for body in bodies]
    further = [path.rpartition("/")[2] for path in paths[1:]]
    done = up.call("POST", f"{paths[0]}/releases", {"with": further}, up.bearer(*RELEASER))
    assert done.status == 201, done.text


def notice(**more: Any) -> dict[str, Any]:
    """A notice that triggers send."""
    return {
        "kind": "notices", "id": "firm-applied", "title": words("企业已申请", "A firm applied"),
        "values": ["number", "firm"], "channels": ["app", "web"], "subject": words("收到申请", "An application came"),
        "template": words("{{firm}}提交了办件{{number}}。", "{{firm}} handed in case {{number}}."),
        "quiet_hours": {"from": "21:00", "to": "08:00", "source": "sample default, not from the plan"},
    } | more  # fmt: skip


def tells(**more: Any) -> dict[str, Any]:
    """Who applies for a food licence, the head of the body and the body itself are told."""
    told: dict[str, Any] = {
        "notice": more.pop("notice", "firm-applied"), "to": more.pop("to", ["case:owner", "post:head", "case:body"]),
        "values": more.pop("values", {"number": "case:number", "firm": "form:/enterprise_name"}),
    }  # fmt: skip
    return {
        "kind": "triggers", "id": "tell-all", "title": words("告知各方", "Tell them all"),
        "on": {"event": "case.submitted", "items": [FOOD]}, "do": [{"notice": told}],
    } | more  # fmt: skip
