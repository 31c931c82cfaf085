"""A desk's day: what is due first, who has it in hand, who stands in for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    GAPS,
    TO_DECISION,
    Api,
    Firm,
    Person,
    moves_of,
    ok,
    refused,
    states,
    walk,
)

pytestmark = pytest.mark.stack

QUEUE = "/v1/queues/market-regulation.food"


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


def pages(person: Person, path: str, limit: int = 100) -> list[dict[str, Any]]:
    found, after = [], ""
    while after is not None:
        page = ok(
            person.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{after and f'&after={after}'}")
        )
        found += page["cases"]
        after = page["after"]
    return found


def due(case: dict[str, Any]) -> str:
    running = [clock["deadline"] for clock in case["clocks"] if clock["running"] and clock["deadline"]]
    return min(running, default="9999")


def test_a_queue_shows_what_is_due_first_first(api: Api) -> None:
    fresh, taken, mending = Firm(api).applies(), Firm(api).applies(), Firm(api).applies()
    walk(api, taken, [ACCEPT])
    walk(api, mending, [("window", "request_correction", GAPS)])
    listed = pages(api.staff("window"), QUEUE)
    order = [case["case_id"] for case in listed]
    places = [order.index(case["case_id"]) for case in (fresh, taken, mending)]
    assert places == sorted(places)  # due on the 9th, the 12th (promised), the 16th
    assert [due(case) for case in listed] == sorted(due(case) for case in listed)
    assert len(set(order)) == len(order)
    assert "form" not in listed[0]


def test_a_queue_may_be_narrowed_to_what_waits_for_one_post(api: Api) -> None:
    fresh, taken = Firm(api).applies(), Firm(api).applies()
    walk(api, taken, [ACCEPT])
    mine = pages(api.staff("handler"), f"{QUEUE}?post=handler")
    assert {state["waits_for"] for case in mine for state in case["state"]} == {"post:handler"}
    found = {case["case_id"] for case in mine}
    assert taken["case_id"] in found
    assert fresh["case_id"] not in found


def test_paging_loses_nothing_while_others_work_on_the_same_queue(api: Api) -> None:
    cases = [Firm(api).applies() for _ in range(6)]
    clerk, path = api.staff("window"), f"{QUEUE}?post=window&limit=2"
    first = ok(clerk.get(path))
    assert len(first["cases"]) == 2
    walk(api, cases[0], [ACCEPT])
    Firm(api).applies()  # may fall before the cursor or after it
    seen, after = [case["case_id"] for case in first["cases"]], first["after"]
    while after is not None:
        page = ok(clerk.get(f"{path}&after={after}"))
        seen += [case["case_id"] for case in page["cases"]]
        after = page["after"]
    assert len(set(seen)) == len(seen)
    assert {case["case_id"] for case in cases[1:]} <= set(seen)


def test_a_closed_case_leaves_the_queue(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    ok(firm.person.move(case, "withdraw"))
    assert case["case_id"] not in {one["case_id"] for one in pages(api.staff("window"), QUEUE)}


def test_a_queue_is_read_only_by_who_works_at_it_or_stands_above(api: Api) -> None:
    for name in ("window", "food-window", "handler", "head", "supervisor", "district-supervisor"):
        ok(api.staff(name).get(QUEUE))
    for name in ("tax-window", "approval-handler", "gaotangling-window"):
        refused(api.staff(name).get(QUEUE), 403, "forbidden")
    refused(Firm(api).person.get(QUEUE), 403, "forbidden")
    refused(api.staff("window").get("/v1/queues/nowhere.food"), 404, "not-found")
    refused(api.staff("window").get("/v1/queues/market-regulation"), 422, "queue-invalid")


def test_who_claims_a_case_has_it_alone_for_four_hours(api: Api) -> None:
    case = Firm(api).applies()
    path = f"/v1/cases/{case['case_id']}/claim"
    mine, colleague = api.staff("window"), api.staff("food-window")
    claim = ok(mine.put(path, {}))["claim"]
    assert (claim["by"], claim["for"]) == ("person:demo-window", "post:window")
    until = datetime.fromisoformat(claim["until"])
    assert timedelta(hours=3, minutes=59) < until - api.now() <= timedelta(hours=4)
    refused(colleague.put(path, {}), 403, "claimed-by-another")
    refused(colleague.move(case, "accept"), 403, "claimed-by-another")
    assert moves_of(colleague.see(case)) == []
    assert ok(mine.put(path, None))["claim"]["until"] >= claim["until"]  # renewed
    ok(mine.move(case, "accept"))


def test_a_claim_holds_one_desk_not_the_whole_house(api: Api) -> None:
    case = Firm(api).applies()
    ok(api.staff("window").put(f"/v1/cases/{case['case_id']}/claim", {}))
    walk(api, case, [ACCEPT, ("handler", "propose", {"opinion": "grant", "grounds": "齐全"})])


def test_a_case_handed_back_may_be_taken_by_a_colleague(api: Api) -> None:
    case = Firm(api).applies()
    path = f"/v1/cases/{case['case_id']}/claim"
    refused(api.staff("window").delete(path), 409, "not-claimed")
    ok(api.staff("window").put(path, {}))
    refused(api.staff("food-window").delete(path), 403, "claimed-by-another")
    assert ok(api.staff("window").delete(path))["claim"] is None
    ok(api.staff("food-window").move(case, "accept"))
    told = [event["type"] for event in api.staff("window").events(case)]
    assert told == ["case.submitted", "case.claimed", "case.handed_back", "case.accepted"]


def test_the_head_puts_a_case_into_a_colleagues_hands(api: Api) -> None:
    case = Firm(api).applies()
    path = f"/v1/cases/{case['case_id']}/claim"
    refused(api.staff("window").put(path, {"to": "person:demo-food-window"}), 403, "forbidden")
    seen = ok(api.staff("head").put(path, {"to": "person:demo-food-window"}))
    assert seen["claim"]["by"] == "person:demo-food-window"
    refused(api.staff("window").move(case, "accept"), 403, "claimed-by-another")
    ok(api.staff("food-window").move(case, "accept"))


@pytest.mark.parametrize(
    "to", ["person:demo-tax-window", "person:nobody", "enterprise:91430112MA4DEM010Y", "x"]
)
def test_a_case_is_given_only_to_a_colleague_of_the_same_organ(api: Api, to: str) -> None:
    case = Firm(api).applies()
    refused(api.staff("head").put(f"/v1/cases/{case['case_id']}/claim", {"to": to}), 422, "holds-no-post")


def test_the_supervisor_steps_in_where_a_colleague_holds_the_case(api: Api) -> None:
    case = Firm(api).applies()
    ok(api.staff("window").put(f"/v1/cases/{case['case_id']}/claim", {}))
    ok(api.staff("head").move(case, "void", {"reason": "重复录入"}))


def test_a_closed_case_is_claimed_by_nobody(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies()
    ok(firm.person.move(case, "withdraw"))
    refused(api.staff("window").put(f"/v1/cases/{case['case_id']}/claim", {}), 409, "case-closed")


def test_the_desk_is_told_of_another_open_case_of_the_same_firm_and_item(api: Api) -> None:
    firm = Firm(api)
    one, two = firm.applies(), firm.applies()
    hinted = api.staff("window").see(one)["duplicates"]
    assert hinted == [{"case_id": two["case_id"], "number": two["number"]}]
    assert "duplicates" not in firm.person.see(one)
    ok(firm.person.move(two, "withdraw"))
    assert api.staff("window").see(one)["duplicates"] == []


@pytest.fixture(scope="module")
def absence(api: Api) -> dict[str, Any]:
    """A case at the decider's, one claimed by the window, on 17 March: the decider is away from 16 to 20 March."""
    api.be_on("2026-03-02")
    waiting, claimed = Firm(api).applies(), Firm(api).applies()
    walk(api, waiting, TO_DECISION)
    before = api.staff("deputy").get(f"/v1/cases/{waiting['case_id']}")
    walk(api, claimed, [ACCEPT])
    ok(api.staff("handler").put(f"/v1/cases/{claimed['case_id']}/claim", {}))
    api.set_clock("2026-03-17T09:00:00+08:00")
    return {"waiting": waiting, "claimed": claimed, "before": before}


def test_a_deputy_has_the_post_only_while_the_holder_is_away(api: Api, absence: dict[str, Any]) -> None:
    refused(absence["before"], 404, "case-not-found")
    assert "grant" in moves_of(api.staff("deputy").see(absence["waiting"]))
    refused(api.staff("decider").move(absence["waiting"], "grant"), 404, "case-not-found")


def test_what_a_deputy_does_is_done_at_the_post(api: Api, absence: dict[str, Any]) -> None:
    assert states(ok(api.staff("deputy").move(absence["waiting"], "grant"))) == ["granting"]
    last = api.staff("deputy").events(absence["waiting"])[-1]
    assert last["actor"] == {
        "person": "person:demo-deputy", "via": "web", "node": "market-regulation", "post": "decider",
    }  # fmt: skip


def test_a_lease_that_nobody_renews_frees_the_case(api: Api, absence: dict[str, Any]) -> None:
    # the claim of 2 March ended after four hours; a colleague at the same post may act
    seen = ok(api.staff("handler").put(f"/v1/cases/{absence['claimed']['case_id']}/claim", {}))
    assert datetime.fromisoformat(seen["claim"]["until"]).date().isoformat() == "2026-03-17"
