"""Only what a process declares as a move, and only whom it names, moves a case: everything else changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    ACCEPT,
    DEREGISTRATION,
    FOOD,
    GRANT,
    PROPOSAL,
    PROPOSE,
    SERVE,
    TO_DECISION,
    Api,
    Firm,
    moves_of,
    refused,
    states,
    walk,
)

pytestmark = pytest.mark.stack

RESERVED = (
    "done.state.open", "done.state.completed", "timeout.intake", "timeout.correction", "timeout.instant",
    "child.completed", "external.paid", "auto.accept_instant", "auto.grant", "auto.serve", "auto.manual",
    "error.execution", "error.platform",
)  # fmt: skip
UNKNOWN = (
    "accept.now", "accept.", "accept ", "ACCEPT", "acce", "*", "accept*", "accepted", "__init__", "initial", "",
    "open", "received", "examining", "completed", "not-a-move", "受理",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def morning(api: Api) -> None:
    api.be_on("2026-03-02")


@pytest.fixture(scope="module")
def firm(api: Api) -> Firm:
    return Firm(api)


@pytest.fixture(scope="module")
def case(firm: Firm) -> dict[str, Any]:
    return firm.applies()


@pytest.mark.parametrize("event", [*RESERVED, *UNKNOWN])
def test_an_event_that_is_no_move_is_refused_with_the_callers_own_moves(
    api: Api, firm: Firm, case: dict[str, Any], event: str
) -> None:
    for caller in (firm.person, api.staff("window"), api.staff("decider")):
        body = refused(caller.move(case, event), 409, "move-not-available")
        assert body["moves"] == sorted(moves_of(caller.see(case)))
        assert body["state"] == ["received"]
    assert firm.person.see(case)["seq"] == 1


@pytest.mark.parametrize("event", ["auto.grant", "done.state.open", "timeout.instant", "auto.manual"])
def test_no_event_of_the_kernel_takes_a_case_past_its_three_people(api: Api, event: str) -> None:
    case = Firm(api).applies(DEREGISTRATION)
    walk(api, case, [ACCEPT])
    for name in ("window", "handler", "decider", "head"):
        refused(api.staff(name).move(case, event), 409, "move-not-available")
    assert states(api.staff("handler").see(case)) == ["examining"]


def test_a_declared_move_is_refused_outside_its_state(api: Api, firm: Firm, case: dict[str, Any]) -> None:
    for name, move in (
        ("decider", "grant"),
        ("handler", "propose"),
        ("window", "serve"),
        ("reviewer", "pass"),
    ):
        refused(api.staff(name).move(case, move), 409, "move-not-available")
    assert firm.person.see(case)["seq"] == 1


OTHERS = (
    ("handler", "accept"), ("reviewer", "accept"), ("decider", "accept"), ("supervisor", "accept"),
    ("window", "withdraw"), ("handler", "request_correction"), ("decider", "refuse_acceptance"),
    ("handler", "void"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "move"), OTHERS)
def test_a_step_is_made_only_by_whom_the_process_names(
    api: Api, firm: Firm, case: dict[str, Any], name: str, move: str
) -> None:
    body = refused(api.staff(name).move(case, move), 403, "forbidden")
    assert body["messages"] == {"zh": "您无权查看或办理此事项。", "en": "You may not see or handle this."}
    assert firm.person.see(case)["seq"] == 1


def test_the_applicant_does_not_accept_its_own_application(firm: Firm, case: dict[str, Any]) -> None:
    refused(firm.person.move(case, "accept"), 403, "forbidden")


@pytest.mark.parametrize("step", range(4))
def test_at_every_step_everybody_but_the_named_post_is_refused(api: Api, step: int) -> None:
    """The planted bug "role check removed" shows here: any official could then take any step."""
    ahead = (*TO_DECISION, GRANT, SERVE)
    firm = Firm(api)
    walk(api, case := firm.applies(), ahead[:step])
    name, move, given = ahead[step]
    for other in {"window", "handler", "reviewer", "decider", "head", "supervisor"} - {name}:
        answer = api.staff(other).move(case, move, given)
        earlier = {who for who, _, _ in ahead[1:step]} if move in {"pass", "grant"} else set()
        refused(answer, 403, "same-person" if other in earlier else "forbidden")
    refused(firm.person.move(case, move, given), 403, "forbidden")
    walk(api, case, [ahead[step]])


def test_a_post_at_another_department_is_no_post_here(api: Api, case: dict[str, Any]) -> None:
    for name in ("tax-window", "approval-window", "gaotangling-window"):
        refused(api.staff(name).move(case, "accept"), 404, "case-not-found")


def test_without_the_role_of_staff_a_post_is_worth_nothing(api: Api, case: dict[str, Any]) -> None:
    clerk_at_home = api.person("person:demo-window", "citizen")
    refused(clerk_at_home.move(case, "accept"), 404, "case-not-found")


def test_a_superior_may_look_and_not_act(api: Api, case: dict[str, Any]) -> None:
    assert moves_of(api.staff("district-head").see(case)) == []
    refused(api.staff("district-head").move(case, "accept"), 403, "forbidden")


def test_to_a_stranger_the_case_does_not_exist(api: Api, case: dict[str, Any]) -> None:
    stranger = Firm(api).person
    for answer in (
        stranger.get(f"/v1/cases/{case['case_id']}"), stranger.get(f"/v1/cases/{case['case_id']}/events"),
        stranger.get(f"/v1/cases/{case['case_id']}/documents"), stranger.get(f"/v1/cases/{case['number']}"),
        stranger.move(case, "accept"), stranger.move(case, "withdraw"),
        stranger.post(f"/v1/cases/{case['case_id']}/disclosures", {"purpose": "好奇"}),
        stranger.put(f"/v1/cases/{case['case_id']}/claim", {}), stranger.move("cas_0000", "accept"),
    ):  # fmt: skip
        refused(answer, 404, "case-not-found")


def test_nobody_in_particular_is_asked_to_sign_in(api: Api, case: dict[str, Any]) -> None:
    for answer in (
        api.anybody.get(f"/v1/cases/{case['case_id']}"), api.anybody.move(case, "accept"),
        api.anybody.get("/v1/cases"), api.anybody.submit(FOOD, {"form": {}}),
        api.anybody.get("/v1/queues/market-regulation.food"), api.anybody.get("/v1/events"),
    ):  # fmt: skip
        refused(answer, 401, "sign-in-needed")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_at_most_is_counted_over_the_whole_case(api: Api) -> None:
    back = ("reviewer", "return", {"reason": "请补充"})
    case = Firm(api).applies()
    walk(api, case, [ACCEPT, *((PROPOSE, back) * 3), PROPOSE])
    body = refused(api.staff("reviewer").move(case, "return", {"reason": "再补"}), 409, "move-not-available")
    assert body["moves"] == ["pass"]


@pytest.fixture(scope="module")
def double(api: Api) -> str:
    """An official who was released into two posts of one department: handler and reviewer."""
    subject = "person:demo-double"
    path = "/v1/definitions/organisations/wangcheng"
    body = api.admin.get(path).json()["definition"]
    for post in ("handler", "reviewer"):
        body["nodes"]["market-regulation"]["posts"][post]["holders"].append(
            {"subject": subject, "from": "2026-01-01"}
        )
    draft = api.admin.post(f"{path}/drafts", {"body": body}).json()["draft_id"]
    answer = api.releaser.post(f"{path}/drafts/{draft}/releases", {"note": "两岗一人"})
    assert answer.status_code == 201, answer.text
    return subject


def test_whoever_proposed_does_not_check(api: Api, double: str) -> None:
    official = api.person(double, "staff")
    walk(api, case := Firm(api).applies(), [ACCEPT])
    assert official.move(case, "propose", PROPOSAL).status_code == 200
    assert "pass" not in moves_of(official.see(case))
    body = refused(official.move(case, "pass"), 403, "same-person")
    assert body["messages"]["en"] == "This step must be done by someone other than an earlier step's."
    assert states(official.see(case)) == ["checking"]


def test_two_officials_who_hold_both_posts_may_do_one_step_each(api: Api, double: str) -> None:
    walk(api, case := Firm(api).applies(), [ACCEPT, PROPOSE])
    assert api.person(double, "staff").move(case, "pass").status_code == 200
