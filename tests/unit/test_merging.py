"""Two tickets about the same thing become one: nobody loses a right, nobody sees more, no deadline gets later."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random  # noqa: TID251 - seeded: the same histories every time
from typing import Any

import pytest

from chalicelib.domain import merging
from chalicelib.domain.cases import Case
from chalicelib.domain.parties import Principal, standing
from chalicelib.domain.scope import case_scope
from chalicelib.domain.transitions import Course
from tests.builders import application
from tests.builders_app import Answer, House
from tests.builders_cases import DAY, NINE, cause, later, moved, opened

ITEM = "business-complaint"
ANNA, BO, CLERK = (
    "enterprise:91430112MA4DEM010Y",
    "enterprise:91430112MA4DEM07WU",
    "person:demo-unresolved-window",
)
HANDLER = "person:demo-approval-handler"
RECEIPT = "X-Receipt-Code"
RELATION = {"carries": {"parties": "follower", "clocks": "earliest"}}


def complains(up: House, who: str | None, key: str) -> Any:
    body = application(ITEM, (who or ANNA).partition(":")[2])
    body["form"]["story"] = f"同一件事，由 {who} 反映"
    headers = {**(up.bearer(who, "citizen") if who else {}), "Idempotency-Key": key}
    answer = up.call("POST", f"/v1/items/{ITEM}/cases", body, headers)
    assert answer.status == 201, answer.text
    return answer.json()


def does(up: House, case_id: str, who: str | None, move: str, given: Any = None, code: str = "") -> Answer:
    role = "citizen" if who in (ANNA, BO) else "staff"
    headers = {**(up.bearer(who, role) if who else {}), **({RECEIPT: code} if code else {})}
    return up.call("POST", f"/v1/cases/{case_id}/moves", {"move": move, "input": given or {}}, headers)


def reads(up: House, case_id: str, who: str | None, code: str = "", part: str = "") -> Answer:
    role = "citizen" if who in (ANNA, BO) else "staff"
    headers = {**(up.bearer(who, role) if who else {}), **({RECEIPT: code} if code else {})}
    return up.call("GET", f"/v1/cases/{case_id}{part}", None, headers)


def merged(up: House, case_id: str, into: str) -> Answer:
    return does(up, case_id, CLERK, "merge", {"into": into})


def test_the_merged_ticket_ends_and_its_complainant_follows_the_leading_one(up: House) -> None:
    lead, other = complains(up, ANNA, "a"), complains(up, BO, "b")
    assert reads(up, lead["case_id"], BO).status == 404
    answer = merged(up, other["case_id"], lead["number"])
    assert (answer.status, answer.json()["outcome"]) == (200, "merged"), answer.text
    assert reads(up, other["case_id"], BO).json()["outcome"] == "merged"  # their own stays theirs
    seen = reads(up, lead["case_id"], BO)
    assert seen.status == 200
    assert {one["move"] for one in seen.json()["moves"]} == {"add_information"}
    (link,) = reads(up, other["case_id"], BO, part="/links").json()["links"]
    assert (link["rel"], link["case_id"], link["visible"]) == ("merged_into", lead["case_id"], True)
    assert reads(up, lead["case_id"], CLERK).json()["followers"] == 1


def test_who_follows_sees_how_it_goes_and_of_the_other_complainant_nothing(up: House) -> None:
    lead, other = complains(up, ANNA, "a"), complains(up, BO, "b")
    merged(up, other["case_id"], lead["case_id"])
    does(up, lead["case_id"], CLERK, "dispatch", {"note": "请承办岗办理"})
    for part in ("", "/events", "/links", "/clocks/triage"):
        told = reads(up, lead["case_id"], BO, part=part)
        assert told.status == 200, told.text
        for secret in (ANNA, ANNA.partition(":")[2], "同一件事"):
            assert secret not in told.text, part
    body = reads(up, lead["case_id"], BO).json()
    assert (body["parties"], "form" in body) == ([], False)
    assert body["state"][0]["id"] == "dispatched"
    assert reads(up, lead["case_id"], BO, part="/documents").status == 403
    own = reads(up, lead["case_id"], ANNA).text
    assert BO not in own
    assert BO not in reads(up, lead["case_id"], ANNA, part="/events").text


def test_who_follows_may_object_and_no_party_ends_it_alone(up: House) -> None:
    lead, other = complains(up, ANNA, "a"), complains(up, BO, "b")
    assert merged(up, other["case_id"], lead["case_id"]).status == 200
    refused = does(up, lead["case_id"], ANNA, "withdraw")
    assert (refused.status, refused.code) == (409, "others-follow")
    assert "withdraw" not in {one["move"] for one in reads(up, lead["case_id"], ANNA).json()["moves"]}
    assert does(up, lead["case_id"], BO, "add_information", {"text": "我这里也一样"}).status == 200
    does(up, lead["case_id"], CLERK, "dispatch")
    does(up, lead["case_id"], HANDLER, "sign")
    does(up, lead["case_id"], HANDLER, "reply", {"reply": "已统一标准"})
    assert does(up, lead["case_id"], ANNA, "confirm").code == "others-follow"
    assert does(up, lead["case_id"], BO, "confirm").status == 403  # what was never theirs is not theirs now
    objected = does(up, lead["case_id"], BO, "dissatisfied", {"reason": "我的问题没有解决"})
    assert (objected.status, objected.json()["outcome"]) == (200, "reopened")


def test_an_unnamed_complainant_goes_on_by_their_receipt_code(up: House) -> None:
    lead, other = complains(up, ANNA, "a"), complains(up, None, "b")
    code = other["receipt_code"]
    assert reads(up, lead["case_id"], None, code).status == 401
    assert merged(up, other["case_id"], lead["case_id"]).status == 200
    seen = reads(up, lead["case_id"], None, code)
    assert (seen.status, "form" in seen.json()) == (200, False)
    assert ANNA not in seen.text
    assert does(up, lead["case_id"], None, "add_information", {"text": "补充"}, code).status == 200
    assert reads(up, lead["case_id"], None, "of somebody else").status == 401


def test_who_followed_the_merged_one_follows_on(up: House) -> None:
    first, second, third = complains(up, ANNA, "a"), complains(up, BO, "b"), complains(up, None, "c")
    merged(up, third["case_id"], second["case_id"])
    merged(up, second["case_id"], first["case_id"])
    assert reads(up, first["case_id"], None, third["receipt_code"]).status == 200
    assert reads(up, first["case_id"], BO).status == 200
    assert reads(up, first["case_id"], CLERK).json()["followers"] == 2


def test_what_cannot_be_merged_is_refused_and_nothing_changes(up: House) -> None:
    lead, other = complains(up, ANNA, "a"), complains(up, BO, "b")
    told = [
        merged(up, other["case_id"], into)
        for into in (other["case_id"], "cas_00000000000000000000000000", "X")
    ]
    assert [one.code for one in told] == ["merge-into-itself", "case-not-found", "case-not-found"]
    assert does(up, other["case_id"], CLERK, "merge").code == "input-invalid"
    assert does(up, other["case_id"], BO, "merge", {"into": lead["case_id"]}).status == 403
    does(up, lead["case_id"], ANNA, "withdraw")
    assert merged(up, other["case_id"], lead["case_id"]).code == "merge-target-closed"
    assert reads(up, other["case_id"], BO).json()["outcome"] is None
    assert reads(up, other["case_id"], BO, part="/links").json()["links"] == []


def test_a_ticket_of_another_item_is_not_merged(up: House) -> None:
    lead = complains(up, ANNA, "a")
    body = application("off-list-report", ANNA.partition(":")[2])
    headers = {**up.bearer(ANNA, "citizen"), "Idempotency-Key": "o"}
    report = up.call("POST", "/v1/items/off-list-report/cases", body, headers).json()
    answer = merged(up, lead["case_id"], report["case_id"])
    assert answer.status in (404, 409), answer.text
    assert answer.code in ("case-not-found", "merge-other-item")
    assert reads(up, lead["case_id"], ANNA).json()["outcome"] is None


def test_both_heads_are_written_together_or_neither_is(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, other = complains(up, ANNA, "a"), complains(up, BO, "b")
    sent = up.app.kit.cases._dynamo  # type: ignore[attr-defined]
    real, tried = sent.transact, []

    def once_overtaken(writes: Any, token: str | None = None) -> None:
        if not tried:  # somebody moves the leading case on just before the merge is written
            tried.append(1)
            monkeypatch.setattr(sent, "transact", real)
            assert does(up, lead["case_id"], CLERK, "dispatch").status == 200
        real(writes, token)

    monkeypatch.setattr(sent, "transact", once_overtaken)
    assert merged(up, other["case_id"], lead["case_id"]).status == 200
    after = up.app.kit.cases.load(lead["case_id"]).case
    assert (after.configuration["in"][-1], len(after.followers)) == ("dispatched", 1)


# —— any two histories

PEOPLE = [f"person:p{number}" for number in range(6)]


def history(rng: Random, identity: str, start: int) -> Course:
    """A complaint of somebody, some way into its life."""
    course = opened(ITEM, start)
    who = rng.choice(PEOPLE)
    followers = tuple(
        {"role": "follower", "from": "cas_X", "subject": one}
        for one in rng.sample(PEOPLE, rng.randrange(3))
        if one != who
    )
    receipt = rng.choice([None, f"{identity}-receipt"])
    case = replace(
        course.case, id=identity, owner=who, parties=({"role": "applicant", "subject": who},), followers=followers,
        receipt=receipt,
    )  # fmt: skip
    return replace_case(course, case)


def replace_case(course: Course, case: Case) -> Course:
    course.case = case
    return course


def rights(course: Course, person: str, code: str | None = None) -> frozenset[str]:
    view = case_scope(course.case, course.world.organisation, course.world.at)
    view |= {"receipt_shown": code}
    return frozenset(
        one
        for one in standing(Principal(person, "", frozenset({"citizen"}), "web"), view)
        if "party" in one or "receipt" in one
    )


def absorbs(seed: int) -> None:
    """Merge two histories of this seed and say what may never be otherwise."""
    rng = Random(seed)
    other = history(rng, "cas_OTHER", NINE + rng.randrange(3) * DAY)
    lead = history(rng, "cas_LEAD", NINE + rng.randrange(3) * DAY)
    at = max(lead.case.at, other.case.at) + rng.randrange(1, 7 * 3_600_000)
    lead, other = later(lead, at), later(other, at)
    if rng.random() < 0.5:
        lead = moved(lead, "dispatch", "person:clerk", at=at)
        if rng.random() < 0.5:
            lead = moved(lead, "sign", "person:handler", at=at)
            if rng.random() < 0.5:
                lead = moved(lead, "reply", "person:handler", {"reply": "好"}, at=at)
    before = {person: rights(lead, person) for person in PEOPLE}
    their = {person: rights(other, person) for person in PEOPLE}
    clocks = {one["id"]: one for one in lead.case.clocks}
    codes = {course.case.receipt for course in (lead, other)} - {None}
    known = {code: rights(lead, "person:nobody", code) for code in codes}
    merging.absorb(lead, other.case, RELATION, cause("person:clerk", at))
    for person in PEOPLE:
        after = rights(lead, person)
        assert before[person] <= after, (seed, person, "lost what they had")
        assert bool(after) == bool(before[person] | their[person]), (
            seed,
            person,
            "in where they were not, or out",
        )
        assert after - before[person] <= {"party:follower"}, (seed, person, "more than a follower")
    for code in codes:
        now = rights(lead, "person:nobody", code)
        assert now, (seed, code)
        assert known[code] <= now, (seed, code)
    running = {one["id"]: one["deadline"] for one in other.case.clocks if one["running_since"] is not None}
    for one in lead.case.clocks:
        own = clocks[one["id"]]
        if own["running_since"] is None or own["deadline"] is None or running.get(one["id"]) is None:
            assert one == own, (seed, one["id"])
        else:
            assert one["deadline"] == min(own["deadline"], running[one["id"]]), (seed, one["id"])
    json.dumps(lead.case.body())


def test_of_any_two_histories_nobody_loses_a_right_and_no_deadline_gets_later() -> None:
    for seed in range(40):
        absorbs(seed)


@pytest.mark.proof
def test_of_two_thousand_histories_nobody_loses_a_right() -> None:
    for seed in range(2_000):
        absorbs(seed)
