"""Declared checks over the API: what two people release is asked of the next draft; drafts wait for their review."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.actions.packs import seed
from chalicelib.domain.definitions import content_hash
from chalicelib.domain.publishing import Pack, pack_of
from chalicelib.stores.schema_files import load_pack
from chalicelib.wiring import SCHEMAS
from tests.builders import FOOD
from tests.builders_app import Answer, House
from tests.builders_checks import (
    PASSED,
    REJECTED,
    REVIEW,
    SUBSIDY,
    admin,
    checked,
    drafted,
    published,
    released,
    releaser,
    reviewed,
)

WATER, POLICY = "items/water-connection", f"items/{SUBSIDY}"
T = {"zh": "示例", "en": "sample"}


def found(answer: Answer, code: str = "declared-check") -> list[tuple[str, str]]:
    """(check, pointer) of every finding of a declared check."""
    errors = answer.json()["errors"]
    return sorted((one["params"]["check"], one["pointer"]) for one in errors if one["code"] == code)


def online(severity: str = "error", **more: Any) -> dict[str, Any]:
    """A check that no Python knows: the food licence can be applied for without coming, so that max_visits is 0."""
    item = {"kind": "items", "id": FOOD}
    return {
        "kind": "checks", "id": "never-come", "title": {"zh": "一次不跑", "en": "Never come"}, "serves": ["S138"],
        "applies_to": [{"kind": "items", "ids": [FOOD]}],
        "assert": [{"at": "/guide/max_visits", "value": {"const": 0}}],
        "severity": severity, "message": {"zh": "不得要求到现场", "en": "Nobody has to come"},
        "citation": {"title": T, "article": "示例", "source_verified": False},
        "tests": [
            {"name": "none", "definition": item | {"guide": {"max_visits": 0}}, "finds": []},
            {"name": "one", "definition": item | {"guide": {"max_visits": 1}}, "finds": ["/guide/max_visits"]},
        ],
        **more,
    }  # fmt: skip


def visited(up: House, visits: int = 1) -> dict[str, Any]:
    body = published(up, f"items/{FOOD}")
    body["guide"] |= {"max_visits": visits, "visit_reason": T}
    return body


def described(up: House, key: str) -> dict[str, Any]:
    return published(up, key) | {"description": {"zh": "改了一句", "en": "a sentence was changed"}}


# ── a new check: JSON, two people, at once


def test_a_check_that_two_people_released_refuses_the_next_draft_that_breaks_it_at_its_field(
    up: House,
) -> None:
    before = drafted(up, visited(up))
    assert checked(up, before)["status"] == "passed"  # nobody minds yet
    new = drafted(up, online())
    assert checked(up, new)["status"] == "passed"
    assert up.call("POST", f"{new}/releases", {}, admin(up)).code == "author-is-releaser"
    assert released(up, new).status == 201
    done = checked(up, before)
    assert done["status"] == "failed"
    refused = released(up, before)
    assert (refused.status, refused.code) == (422, "gate-refused")
    assert found(refused) == [("never-come", "/guide/max_visits")]
    (said,) = refused.json()["errors"]
    assert (
        said["params"] | {"rows": ["S138"], "severity": "error", "definition": f"items/{FOOD}"}
        == said["params"]
    )
    assert "不得要求到现场" in said["messages"]["zh"]
    assert "S138" in said["messages"]["zh"]
    assert "Nobody has to come" in said["messages"]["en"]
    assert "Never come" in said["messages"]["en"]
    assert released(up, drafted(up, described(up, f"items/{FOOD}"))).status == 201  # what holds goes through


def test_a_check_that_only_warns_refuses_nothing_and_stands_in_the_history(up: House) -> None:
    assert released(up, drafted(up, online("warning"))).status == 201
    draft = drafted(up, visited(up))
    done = checked(up, draft)
    assert done["status"] == "passed"
    (flagged,) = done["findings"]
    assert (flagged["severity"], flagged["pointer"]) == ("warning", "/guide/max_visits")
    assert done["impact"] is not None  # it can be released, so what it touches is told
    act = released(up, draft)
    assert act.status == 201
    assert [one["params"]["check"] for one in act.json()["flagged"]] == ["never-come"]
    (row, *_) = up.call("GET", "/v1/release-sets", None, releaser(up)).json()["history"]
    assert row["flagged"] == act.json()["flagged"]


def test_a_check_that_what_is_published_breaks_is_refused_until_that_is_mended_or_mended_with_it(
    up: House,
) -> None:
    assert released(up, drafted(up, visited(up))).status == 201
    new = drafted(up, online())
    refused = released(up, new)
    (broken,) = refused.json()["errors"]
    assert (broken["code"], broken["pointer"], broken["params"]["subjects"]) == (
        "check-breaks-published", "/assert/0", [f"items/{FOOD}"],
    )  # fmt: skip
    mended = drafted(up, visited(up, 0))
    assert released(up, new, mended).status == 201


def test_a_check_is_taken_out_of_force_by_two_people_as_well(up: House) -> None:
    assert released(up, drafted(up, online())).status == 201
    draft = drafted(up, visited(up))
    assert released(up, draft).code == "gate-refused"
    assert released(up, drafted(up, online(in_force=False))).status == 201
    assert released(up, draft).status == 201


def test_a_department_writes_no_checks(up: House) -> None:
    body = {"body": online()}
    definer = up.bearer("person:demo-definer", "staff")
    assert up.call("POST", "/v1/definitions/checks/never-come/drafts", body, definer).status == 403


# ── the pack's own


def test_a_water_connection_that_asks_for_a_document_is_refused_by_0520(up: House) -> None:
    body = published(up, WATER)
    body["materials"] = [copy.deepcopy(published(up, f"items/{FOOD}")["materials"][0])]
    body["clocks"] = [one | {"budget": 6} if one["id"] == "promised" else one for one in body["clocks"]]
    refused = released(up, drafted(up, body))
    assert {("water-0520", "/materials/0"), ("water-0520", "/clocks/1/budget")} <= set(found(refused))
    assert {row for one in refused.json()["errors"] for row in one["params"].get("rows", ())} == {"S264"}


def test_a_form_that_asks_whether_the_firm_is_state_private_or_foreign_is_flagged_and_no_more(
    up: House,
) -> None:
    body = published(up, f"items/{FOOD}")
    kinds = {"state": T, "private": T, "foreign": T}
    body["form"]["properties"]["nature"] = {
        "type": "string", "enum": list(kinds), "x-labels": kinds, "title": "Nature",
        "x-title": {"zh": "企业性质", "en": "Nature"}, "x-ui": {"widget": "select", "order": 90},
    }  # fmt: skip
    draft = drafted(up, body)
    done = checked(up, draft)
    assert done["status"] == "passed"
    assert [(one["severity"], one["pointer"]) for one in done["findings"]] == [
        ("warning", "/form/properties/nature")
    ]
    assert released(up, draft).status == 201


# ── released only after a passed review of this very draft


def test_a_policy_is_released_only_after_a_review_of_this_very_draft_has_passed(up: House) -> None:
    body = described(up, POLICY)
    draft = drafted(up, body)
    done = checked(up, draft)  # the gate is asked before the review
    assert (done["status"], [one["code"] for one in done["findings"]]) == ("passed", ["review-missing"])
    refused = released(up, draft)
    assert (refused.status, refused.code) == (409, "review-missing")
    assert found(refused, "review-missing") == [("fair-competition-review", "")]
    (said,) = refused.json()["errors"]
    assert (said["params"]["content_hash"], said["params"]["definition"]) == (content_hash(body), POLICY)
    assert "公平竞争审查" in said["messages"]["zh"]
    assert REVIEW in said["messages"]["en"]

    case = reviewed(up, body, *PASSED)
    assert checked(up, draft)["findings"] == []
    assert up.call("POST", f"{draft}/releases", {}, admin(up)).code == "author-is-releaser"
    act = released(up, draft)
    assert act.status == 201, act.text
    assert act.json()["reviews"] == [
        {"key": POLICY, "check": "fair-competition-review", "hash": content_hash(body), "case_id": case["case_id"],
         "number": case["number"]}
    ]  # fmt: skip


@pytest.mark.parametrize(
    "steps", [PASSED[:1], PASSED[:2], REJECTED], ids=["checking", "deciding", "rejected"]
)
def test_a_review_that_runs_or_ended_otherwise_lets_nothing_through(up: House, steps: Any) -> None:
    body = described(up, POLICY)
    reviewed(up, body, *steps)
    assert released(up, drafted(up, body)).code == "review-missing"


def test_a_draft_that_was_changed_after_its_review_is_reviewed_anew(up: House) -> None:
    body = described(up, POLICY)
    draft = drafted(up, body)
    reviewed(up, body, *PASSED)
    later = body | {"description": {"zh": "审查后又改", "en": "changed after the review"}}
    assert up.call("PUT", draft, {"body": later}, admin(up) | {"If-Match": '"1"'}).status == 200
    assert released(up, draft).code == "review-missing"
    assert up.call("PUT", draft, {"body": body}, admin(up) | {"If-Match": '"2"'}).status == 200
    assert released(up, draft).status == 201  # what was reviewed is what is released


def test_a_case_of_another_item_is_no_review_whatever_it_says(up: House) -> None:
    """A second item with the same process and the same link: the check names which items review."""
    other = published(up, f"items/{REVIEW}") | {"id": "friendly-review", "serves": []}
    register = published(up, "registers/fair-competition-reviews")
    register["writers"].append("item:friendly-review")
    register["life"]["changes_only_by"].append("friendly-review")
    assert released(up, drafted(up, other), drafted(up, register)).status == 201
    body = described(up, POLICY)
    reviewed(up, body, *PASSED, item="friendly-review")
    assert released(up, drafted(up, body)).code == "review-missing"


def test_a_draft_does_not_escape_by_dropping_what_the_check_knows_it_by(up: House) -> None:
    body = published(up, POLICY) | {"nature": "public-service"}
    body.pop("power", None)
    answer = released(up, drafted(up, body))
    assert answer.code == "review-missing", answer.text


def test_a_release_cannot_take_its_own_condition_away(up: House) -> None:
    off = drafted(up, published(up, "checks/fair-competition-review") | {"in_force": False})
    policy = drafted(up, described(up, POLICY))
    assert released(up, policy, off).code == "review-missing"
    assert released(up, off).status == 201
    assert released(up, policy).status == 201  # when it is out of force, two people have seen to that


def test_a_review_that_would_no_longer_say_what_it_reviewed_is_refused(up: House) -> None:
    body = published(up, f"items/{REVIEW}")
    body["outcomes"]["passed"] = [one for one in body["outcomes"]["passed"] if "reviews" not in one]
    (error,) = released(up, drafted(up, body)).json()["errors"]
    assert (error["code"], error["params"]["definition"]) == (
        "review-not-linked",
        "checks/fair-competition-review",
    )


def shipped(*changed: dict[str, Any]) -> Pack:
    every = load_pack(SCHEMAS).definitions | {f"{one['kind']}/{one['id']}": one for one in changed}
    return pack_of(list(every.values()))


def test_a_policy_of_the_next_pack_waits_for_its_review_like_anybodys(up: House) -> None:
    policy, food = described(up, POLICY), described(up, f"items/{FOOD}")
    done = seed(up.app.press, shipped(policy, food))
    assert (done.released, done.offered) == ((f"items/{FOOD}",), (POLICY,))
    (offered,) = up.call("GET", "/v1/drafts-of-definitions", None, releaser(up)).json()["drafts"]
    path = f"/v1/definitions/{POLICY}/drafts/{offered['draft_id']}"
    assert released(up, path).code == "review-missing"
    reviewed(up, policy, *PASSED)
    assert released(up, path).status == 201


def test_what_is_told_of_checks_and_reviews_is_as_the_api_describes_it(up: House) -> None:
    spoken = up.call("GET", "/v1/openapi.json", None).json()
    registry = jsonschema_rs.Registry([("urn:api", spoken)])
    body = described(up, POLICY)
    draft = drafted(up, body)
    reviewed(up, body, *PASSED)
    answers = {"DefinitionDraft": up.call("GET", draft, None, admin(up)).json(), "Check": checked(up, draft)}
    answers["Release"] = released(up, draft).json()
    assert answers["Release"]["reviews"]
    for schema, answer in answers.items():
        described_ = {"$ref": f"urn:api#/components/schemas/{schema}"}
        validator = jsonschema_rs.Draft202012Validator(described_, registry=registry)
        assert [error.message for error in validator.iter_errors(answer)] == [], schema
