"""An application that is not handed in yet: kept for its owner, changed by version, submitted under its own release."""

from __future__ import annotations

import pytest

from tests.builders import FOOD, Api, Firm, application, new_key, ok, refused

pytestmark = pytest.mark.stack

PATH = f"/v1/items/{FOOD}/drafts"


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


def test_a_draft_may_be_incomplete_and_says_under_which_release_it_began(api: Api) -> None:
    firm = Firm(api)
    answer = firm.person.post(PATH, {"form": {"enterprise_name": "写到一半"}})
    draft = ok(answer, 201)
    assert answer.headers["location"] == f"/v1/drafts/{draft['draft_id']}"
    assert answer.headers["etag"] == '"1"'
    assert draft["release"] == ok(api.anybody.get(f"/v1/items/{FOOD}"))["release"]
    assert ok(firm.person.get(f"/v1/drafts/{draft['draft_id']}"))["form"] == {"enterprise_name": "写到一半"}
    assert [one["draft_id"] for one in ok(firm.person.get("/v1/drafts"))["drafts"]] == [draft["draft_id"]]


def test_a_draft_is_saved_only_over_the_version_that_was_read(api: Api) -> None:
    firm = Firm(api)
    path = f"/v1/drafts/{ok(firm.person.post(PATH, {'form': {}}), 201)['draft_id']}"
    refused(firm.person.put(path, {"form": {"a": 1}}), 400, "if-match-missing")
    saved = firm.person.put(path, {"form": {"a": 1}}, if_match='"1"')
    assert ok(saved)["revision"] == 2
    assert saved.headers["etag"] == '"2"'
    assert (
        refused(firm.person.put(path, {"form": {"b": 1}}, if_match='"1"'), 412, "changed-since")["revision"]
        == 2
    )
    assert ok(firm.person.get(path))["form"] == {"a": 1}


def test_an_application_is_submitted_from_its_draft(api: Api) -> None:
    firm, key = Firm(api), new_key()
    draft = ok(firm.person.post(PATH, application(FOOD, firm.uscc)), 201)
    case = ok(firm.person.submit(FOOD, {"draft_id": draft["draft_id"]}, key), 201)
    assert case["form"] == draft["form"]
    assert case["release"] == draft["release"]
    again = firm.person.submit(FOOD, {"draft_id": draft["draft_id"]}, key)
    assert (again.json()["case_id"], again.headers["idempotency-replayed"]) == (case["case_id"], "true")


def test_an_incomplete_draft_is_told_everything_it_lacks_when_it_is_submitted(api: Api) -> None:
    firm = Firm(api)
    draft = ok(firm.person.post(PATH, {"form": {"uscc": "x"}}), 201)
    body = refused(firm.person.submit(FOOD, {"draft_id": draft["draft_id"]}), 422, "form-invalid")
    assert len(body["errors"]) > 8


def test_a_draft_of_another_item_or_person_is_not_submitted(api: Api) -> None:
    firm, other = Firm(api), Firm(api)
    draft = ok(firm.person.post(PATH, application(FOOD, firm.uscc)), 201)["draft_id"]
    refused(firm.person.submit("general-deregistration", {"draft_id": draft}), 422, "draft-of-another-item")
    refused(other.person.submit(FOOD, {"draft_id": draft}), 404, "draft-not-found")
    refused(other.person.get(f"/v1/drafts/{draft}"), 404, "draft-not-found")
    refused(other.person.put(f"/v1/drafts/{draft}", {"form": {}}, if_match='"1"'), 404, "draft-not-found")
    other.person.delete(f"/v1/drafts/{draft}")
    assert ok(firm.person.get(f"/v1/drafts/{draft}"))["revision"] == 1


def test_a_discarded_draft_is_gone(api: Api) -> None:
    firm = Firm(api)
    draft = ok(firm.person.post(PATH, {"form": {}}), 201)["draft_id"]
    assert ok(firm.person.delete(f"/v1/drafts/{draft}"), 204) is None
    refused(firm.person.get(f"/v1/drafts/{draft}"), 404, "draft-not-found")
    assert ok(firm.person.get("/v1/drafts"))["drafts"] == []


def test_a_draft_hints_at_an_open_case_of_the_same_item(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    draft = ok(firm.person.post(PATH, {"form": {}}), 201)
    assert draft["duplicates"] == [{"case_id": case["case_id"], "number": case["number"]}]


def test_drafts_are_for_who_signed_in_and_for_items_that_exist(api: Api) -> None:
    refused(api.anybody.post(PATH, {"form": {}}), 401, "sign-in-needed")
    refused(Firm(api).person.post("/v1/items/nothing/drafts", {"form": {}}), 404, "not-found")
