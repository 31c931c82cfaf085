"""Several people at one case: the version that was read decides, one step is taken once, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import ACCEPT, Api, Firm, ok, refused, states, walk

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


def test_a_move_on_an_older_version_than_the_one_seen_is_refused(api: Api) -> None:
    case = Firm(api).applies()
    walk(api, case, [ACCEPT])
    answer = api.staff("handler").move(
        case, "propose", {"opinion": "grant", "grounds": "齐全"}, if_match='"1"'
    )
    assert refused(answer, 412, "changed-since")["seq"] == 2
    assert states(api.staff("handler").see(case)) == ["examining"]


def test_a_move_on_the_version_that_was_seen_is_made(api: Api) -> None:
    clerk, case = api.staff("window"), Firm(api).applies()
    seen = clerk.get(f"/v1/cases/{case['case_id']}")
    answer = clerk.move(case, "accept", if_match=seen.headers["etag"])
    assert ok(answer)["seq"] == 2
    assert answer.headers["etag"] == '"2"'


def test_an_unchanged_case_is_not_sent_again(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    path = f"/v1/cases/{case['case_id']}"
    tag = firm.person.get(path).headers["etag"]
    unchanged = firm.person.get(path, if_none_match=tag)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == tag
    walk(api, case, [ACCEPT])
    assert firm.person.get(path, if_none_match=tag).status_code == 200


def test_an_item_has_a_tag_that_lasts_as_long_as_its_release(api: Api) -> None:
    first = api.anybody.get("/v1/items/food-licence")
    tag = first.headers["etag"]
    assert api.anybody.get("/v1/items/food-licence", if_none_match=tag).status_code == 304
    assert api.anybody.get("/v1/items/general-deregistration", if_none_match=tag).status_code == 200


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_clerks_who_take_one_step_one_succeeds_and_the_other_is_told_what_is_left(
    api: Api, attempt: int
) -> None:
    """Lesson 17: two submissions took one step."""
    case = Firm(api).applies()
    clerks = [api.staff("window"), api.staff("food-window")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda clerk: clerk.move(case, "accept"), clerks))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert refused(lost, 409, "move-not-available")["moves"] == ["void"]
    events = clerks[0].events(case)
    assert [event["type"] for event in events] == ["case.submitted", "case.accepted"]


def test_acceptance_races_withdrawal_and_the_history_has_no_gap(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    with ThreadPoolExecutor(2) as pool:
        accepting = pool.submit(api.staff("window").move, case, "accept")
        withdrawing = pool.submit(firm.person.move, case, "withdraw")
    codes = accepting.result().status_code, withdrawing.result().status_code
    events = firm.person.events(case)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    # withdrawn after acceptance, or withdrawn before it and then there was nothing to accept
    assert codes in {(200, 200), (409, 200)}
    assert states(firm.person.see(case)) == ["withdrawn"]


def test_eight_clerks_at_eight_cases_do_not_wait_for_each_other(api: Api) -> None:
    cases = [Firm(api).applies() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda case: api.staff("window").move(case, "accept"), cases))
    assert {answer.status_code for answer in answers} == {200}


def test_numbers_of_cases_are_never_given_twice(api: Api) -> None:
    firms = [Firm(api) for _ in range(12)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda firm: firm.applies()["number"], firms))
    assert len(set(numbers)) == 12
