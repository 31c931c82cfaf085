"""One key makes one effect, however often it is sent and whoever races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import (
    ACCEPT,
    DEREGISTRATION,
    FOOD,
    Api,
    Firm,
    application,
    clearances,
    established,
    new_key,
    ok,
    refused,
    walk,
)

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


def test_the_same_key_with_the_same_body_is_the_same_case(api: Api) -> None:
    firm, key = Firm(api), new_key()
    body = application(FOOD, firm.uscc)
    first, again = firm.person.submit(FOOD, body, key), firm.person.submit(FOOD, body, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert again.json()["case_id"] == first.json()["case_id"]
    assert len(ok(firm.person.get("/v1/cases"))["cases"]) == 1


def test_the_order_of_members_is_not_another_body(api: Api) -> None:
    firm, key = Firm(api), new_key()
    body = application(FOOD, firm.uscc)
    first = ok(firm.person.submit(FOOD, body, key), 201)
    turned = {name: body[name] for name in reversed(body)}
    turned["form"] = {name: body["form"][name] for name in reversed(body["form"])}
    assert ok(firm.person.submit(FOOD, turned, key), 201)["case_id"] == first["case_id"]


def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    firm, key = Firm(api), new_key()
    ok(firm.person.submit(FOOD, application(FOOD, firm.uscc), key), 201)
    other = application(FOOD, firm.uscc, enterprise_name="长沙望城另一餐饮有限公司")
    refused(firm.person.submit(FOOD, other, key), 422, "idempotency-key-reused")
    assert len(ok(firm.person.get("/v1/cases"))["cases"]) == 1


def test_a_submission_without_a_key_is_refused(api: Api) -> None:
    firm = Firm(api)
    answer = firm.person.post(f"/v1/items/{FOOD}/cases", application(FOOD, firm.uscc))
    refused(answer, 400, "idempotency-key-missing")


@pytest.mark.parametrize("key", ["x" * 256, "钥".encode().decode("latin-1"), "a\tb"])
def test_a_key_that_is_no_key_is_refused(api: Api, key: str) -> None:
    firm = Firm(api)
    body = application(FOOD, firm.uscc)
    headers = {name.encode(): value.encode() for name, value in firm.person.headers.items()}
    headers[b"Idempotency-Key"] = key.encode("latin-1")
    refused(
        api.http.post(f"/v1/items/{FOOD}/cases", json=body, headers=headers), 400, "idempotency-key-invalid"
    )


def test_two_people_may_use_the_same_key(api: Api) -> None:
    one, two, key = Firm(api), Firm(api), new_key()
    first = ok(one.person.submit(FOOD, application(FOOD, one.uscc), key), 201)
    second = ok(two.person.submit(FOOD, application(FOOD, two.uscc), key), 201)
    assert first["case_id"] != second["case_id"]


def test_twenty_submissions_at_once_with_one_key_make_one_case(api: Api) -> None:
    """Lesson 14: retries made several case numbers."""
    firm, key = Firm(api), new_key()
    body = application(FOOD, firm.uscc)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: firm.person.submit(FOOD, body, key), range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["case_id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(ok(firm.person.get("/v1/cases"))["cases"]) == 1


def test_a_refused_submission_uses_no_key_up(api: Api) -> None:
    firm, key = Firm(api), new_key()
    refused(firm.person.submit(FOOD, {"form": {}}, key), 422, "form-invalid")
    ok(firm.person.submit(FOOD, application(FOOD, firm.uscc), key), 201)


def test_the_same_move_with_the_same_key_happens_once(api: Api) -> None:
    clerk, key = api.staff("window"), new_key()
    case = Firm(api).applies()
    first, again = clerk.move(case, "accept", key=key), clerk.move(case, "accept", key=key)
    assert ok(first)["event_seq"] == ok(again)["event_seq"] == 2
    assert again.headers["idempotency-replayed"] == "true"
    assert clerk.see(case)["seq"] == 2


def test_a_move_is_recognised_after_later_moves(api: Api) -> None:
    clerk, key = api.staff("window"), new_key()
    case = Firm(api).applies()
    ok(clerk.move(case, "accept", key=key))
    walk(api, case, [("handler", "propose", {"opinion": "grant", "grounds": "齐全"})])
    again = clerk.move(case, "accept", key=key)
    assert (ok(again)["event_seq"], again.json()["seq"]) == (2, 3)


def test_another_move_with_a_used_key_is_refused(api: Api) -> None:
    clerk, key = api.staff("window"), new_key()
    case = Firm(api).applies()
    ok(clerk.move(case, "accept", key=key))
    refused(clerk.move(case, "void", {"reason": "错"}, key=key), 422, "idempotency-key-reused")
    refused(clerk.move(case, "accept", {"note": "另"}, key=key), 422, "idempotency-key-reused")


def test_without_a_key_the_second_move_is_judged_anew(api: Api) -> None:
    clerk, case = api.staff("window"), Firm(api).applies()
    path = f"/v1/cases/{case['case_id']}/moves"
    ok(clerk.post(path, {"move": "accept"}))
    refused(clerk.post(path, {"move": "accept"}), 409, "move-not-available")


def test_one_key_on_two_cases_is_two_moves(api: Api) -> None:
    clerk, key = api.staff("window"), new_key()
    one, two = Firm(api).applies(), Firm(api).applies()
    assert ok(clerk.move(one, "accept", key=key))["seq"] == ok(clerk.move(two, "accept", key=key))["seq"] == 2


def test_ten_equal_moves_at_once_with_one_key_are_one_event(api: Api) -> None:
    clerk, key = api.staff("window"), new_key()
    case = Firm(api).applies()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: clerk.move(case, "accept", key=key), range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["event_seq"] for answer in answers} == {2}
    assert clerk.see(case)["seq"] == 2


def test_a_case_that_rules_carried_to_its_end_is_replayed_as_well(api: Api) -> None:
    uscc, key = established(api), new_key()
    ok(clearances(api, uscc), 201)
    firm = Firm(api, uscc)
    body = application(DEREGISTRATION, uscc)
    first, again = (
        firm.person.submit(DEREGISTRATION, body, key),
        firm.person.submit(DEREGISTRATION, body, key),
    )
    assert ok(first, 201)["outcome"] == ok(again, 201)["outcome"] == "completed"
    assert first.json()["case_id"] == again.json()["case_id"]


def test_the_same_step_again_is_no_replay_of_the_first(api: Api) -> None:
    """A correction's return is a new intake: accepting it is another act than the one that was refused before."""
    case = Firm(api).applies()
    walk(api, case, [ACCEPT])
    refused(api.staff("window").move(case, "accept"), 409, "move-not-available")
