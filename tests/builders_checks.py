"""Declared checks over the API, as two officials release them, and a review from its application to its conclusion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.definitions import content_hash
from tests.builders import application
from tests.builders_app import Answer, House

REVIEW = "fair-competition-review"
SUBSIDY = "skilled-worker-interest-subsidy"
DRAFTER = "person:demo-admin"
OPINION = {"opinion": "pass", "grounds": "未见排除、限制竞争"}
PASSED = (("window", "accept", {}), ("reviewer", "conclude", OPINION), ("head", "pass", {}))
REJECTED = (*PASSED[:2], ("head", "reject", {"reasons": ["设置了与业绩无关的条件"]}))


def admin(up: House) -> dict[str, str]:
    return up.bearer(DRAFTER, "admin", "staff")


def releaser(up: House) -> dict[str, str]:
    return up.bearer("person:demo-releaser", "releaser")


def published(up: House, key: str) -> dict[str, Any]:
    body: dict[str, Any] = up.call("GET", f"/v1/definitions/{key}", None, admin(up)).json()["definition"]
    return body


def drafted(up: House, body: Mapping[str, Any]) -> str:
    """Where the new draft is."""
    path = f"/v1/definitions/{body['kind']}/{body['id']}/drafts"
    answer = up.call("POST", path, {"body": body}, admin(up))
    assert answer.status == 201, answer.text
    assert answer.json()["content_hash"] == content_hash(body)
    return f"{path}/{answer.json()['draft_id']}"


def checked(up: House, draft: str) -> dict[str, Any]:
    """What the gate says of a draft."""
    begun = up.call("POST", f"{draft}/checks", {}, admin(up)).json()
    done: dict[str, Any] = up.call("GET", f"/v1/checks/{begun['check_id']}", None, admin(up)).json()
    return done


def released(up: House, draft: str, *others: str) -> Answer:
    together = {"with": [one.rpartition("/")[2] for one in others]}
    return up.call("POST", f"{draft}/releases", {"note": "测试", **together}, releaser(up))


def reviewed(
    up: House, body: Mapping[str, Any], *steps: tuple[str, str, Mapping[str, Any]], item: str = REVIEW
) -> dict[str, Any]:
    """A review of a draft with this content, taken so far; the case."""
    form = application(REVIEW, "")["form"]
    form["draft"] = {"definition": f"{body['kind']}/{body['id']}", "content_hash": content_hash(body)}
    key = {"Idempotency-Key": f"review-{canonical.digest([body, [list(one) for one in steps]])}"}
    filed = up.call("POST", f"/v1/items/{item}/cases", {"form": form, "materials": []}, admin(up) | key)
    assert filed.status == 201, filed.text
    path = f"/v1/cases/{filed.json()['case_id']}"
    for number, (who, move, given) in enumerate(steps):
        headers = up.bearer(f"person:demo-{who}", "staff") | {"Idempotency-Key": f"{path}-{number}"}
        answer = up.call("POST", f"{path}/moves", {"move": move, "input": given}, headers)
        assert answer.status == 200, answer.text
    case: dict[str, Any] = filed.json()
    return case
