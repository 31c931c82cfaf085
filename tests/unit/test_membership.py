"""A bundle at work, in this process: members are opened by a worker, ended by their own desks, joined in the parent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.actions import membership, relaying, submit
from chalicelib.domain import children, members
from chalicelib.domain.change import Body
from tests import builders_relay
from tests.builders import application
from tests.builders_app import House
from tests.builders_relay import stream, works
from tests.builders_start_up import DESKS, FOUNDER, MEMBERS, SIX, Started, plays

CODE = "91430112MA4DEM010Y"
FIRM = f"enterprise:{CODE}"
BUNDLE = "utilities-joint-connection"
PROJECT = "industrial-project"
DAY = 86_400_000
NAMES = ["water", "electricity", "gas"]
READ: set[tuple[str, str]] = set()  # how far `settles` has come


def files(up: House, key: str = "k", **changed: Any) -> str:
    body = application(BUNDLE, CODE)
    body["form"] |= changed
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": key}
    answer = up.call("POST", f"/v1/items/{BUNDLE}/cases", body, headers)
    assert answer.status == 201, answer.text
    return str(answer.json()["case_id"])


def relays(up: House, records: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the relay hands on about members."""
    messages = builders_relay.relays(up, records)
    return [one for one in messages if json.loads(one)["work"] == membership.WORK]


def settles(up: House) -> dict[str, int]:
    """The stream is read on from where it was left, until nobody has anything left to say."""
    done: dict[str, int] = {}
    while new := [one for one in stream(up) if _place(one) not in READ]:
        READ.update(map(_place, new))
        for name, count in works(up, relays(up, new)).items():
            done[name] = done.get(name, 0) + count
    return done


def _place(record: Mapping[str, Any]) -> tuple[str, str]:
    image = record["dynamodb"]["NewImage"]
    return image["pk"]["S"], image["sk"]["S"]


def parent_of(up: House, case_id: str) -> Any:
    return up.app.kit.cases.load(case_id).case


def child_of(up: House, parent: str, member: str) -> str:
    case = parent_of(up, parent)
    return children.case_id(parent, member, case.members[member])


def moves(
    up: House, case_id: str, who: str, move: str, given: Body | None = None, role: str = "staff"
) -> Any:
    answer = up.call(
        "POST", f"/v1/cases/{case_id}/moves", {"move": move, "input": dict(given or {})}, up.bearer(who, role)
    )
    assert answer.status == 200, answer.text
    return answer.json()


def shows(up: House, case_id: str, who: str = FIRM, role: str = "citizen") -> Any:
    answer = up.call("GET", f"/v1/cases/{case_id}", None, up.bearer(who, role))
    assert answer.status == 200, answer.text
    return answer.json()


def connects(up: House, case_id: str, utility: str) -> None:
    """The company surveys, builds, is accepted by the firm and connects."""
    desk = f"person:demo-{utility}-handler"
    if "accept" in [
        one["move"] for one in shows(up, case_id, f"person:demo-{utility}-window", "staff")["moves"]
    ]:
        moves(up, case_id, f"person:demo-{utility}-window", "accept")
    plan = {"surveyed_on": "2026-03-03", "plan": "由示例路主管接入,埋地敷设", "charge_fen": 0}
    moves(up, case_id, desk, "offer_plan", plan)
    moves(up, case_id, desk, "complete_works", {"summary": "接入管线敷设完成,具备验收条件"})
    moves(up, case_id, FIRM, "accept_works", role="citizen")
    moves(up, case_id, desk, "connect", {"meter_number": "B-2026-0001", "reading": 0})


def refuses(up: House, case_id: str, utility: str) -> None:
    desk = f"person:demo-{utility}-handler"
    if "accept" in [
        one["move"] for one in shows(up, case_id, f"person:demo-{utility}-window", "staff")["moves"]
    ]:
        moves(up, case_id, f"person:demo-{utility}-window", "accept")
    moves(up, case_id, desk, "refuse", {"reasons": ["管网未覆盖"]})


def test_one_submission_opens_the_case_of_every_member_and_asks_nothing_twice(up: House) -> None:
    parent = files(up)
    assert shows(up, parent)["state"][0]["id"] == "running"
    assert works(up, relays(up, stream(up)))["opened"] == 3
    form = up.app.kit.cases.load(parent).form["form"]
    for name in NAMES:
        loaded = up.app.kit.cases.load(child_of(up, parent, name))
        assert loaded.case.parent == parent
        assert loaded.case.owner == FIRM
        for field, value in loaded.form["form"].items():
            assert form[field] == value
    assert {members.standing(one) for one in parent_of(up, parent).members.values()} == {"open"}
    queue = "/v1/queues/administrative-approval.utilities?post=handler"
    listed = up.call("GET", queue, None, up.bearer("person:demo-approval-handler", "staff")).json()["cases"]
    assert listed == []  # it waits for its members, for nobody at the desk


def test_what_a_parent_does_says_who_it_was_and_what_it_follows_from(up: House) -> None:
    parent = files(up)
    settles(up)
    began = next(
        one for one in up.app.kit.cases.events(parent) if "planned" in one["data"].get("members", {})
    )
    first = up.app.kit.cases.events(child_of(up, parent, "gas"))[0]
    assert first["actor"] == {"person": "system:children", "via": "system"}
    assert (first["caused_by"], first["root"], first["depth"]) == (began["id"], parent, 1)
    assert "trigger" not in first
    links = up.call("GET", f"/v1/cases/{parent}/links", None, up.bearer(FIRM, "citizen")).json()["links"]
    assert {(one["rel"], one["direction"]) for one in links} == {("parent", "from")}
    assert len(links) == 3


@pytest.mark.parametrize("seed", range(2))
def test_a_stream_that_is_read_again_in_any_order_opens_and_tells_nothing_twice(up: House, seed: int) -> None:
    parent = files(up)
    settles(up)
    records = stream(up) * 3
    Random(seed).shuffle(records)
    messages = relays(up, records) * 2
    before = len(stream(up))
    done = works(up, messages)
    assert done.get("opened", 0) == done.get("told", 0) == 0
    assert done["again"] > 0
    assert len(stream(up)) == before
    assert len(parent_of(up, parent).members) == 3


def test_the_whole_is_joined_when_the_last_has_ended_and_shown_as_one_result(up: House) -> None:
    parent = files(up)
    settles(up)
    for name in ("water", "gas"):
        connects(up, child_of(up, parent, name), name if name != "electricity" else "power")
        settles(up)
        assert shows(up, parent)["state"][0]["id"] == "running"
    connects(up, child_of(up, parent, "electricity"), "power")
    settles(up)
    shown = shows(up, parent)
    assert shown["state"][0]["id"] == "consolidating"
    assert [(one["member"], one["standing"], one["outcome"]) for one in shown["members"]] == [
        (name, "closed", "granted") for name in NAMES
    ]
    for line in shown["members"]:
        assert "connection-confirmation" in [one["document"] for one in line["documents"]]
    described = up.call("GET", "/v1/openapi.json", None).json()
    wanted = {"$ref": "urn:api#/components/schemas/Case"}
    registry = jsonschema_rs.Registry([("urn:api", described)])
    judge = jsonschema_rs.Draft202012Validator(wanted, registry=registry, offline=True)
    assert [error.message for error in judge.iter_errors(shown)] == []


def test_one_that_is_refused_undoes_no_other_and_the_whole_is_partly_done(up: House) -> None:
    parent = files(up)
    settles(up)
    refuses(up, child_of(up, parent, "gas"), "gas")
    settles(up)
    assert shows(up, parent)["state"][0]["id"] == "running"
    assert shows(up, child_of(up, parent, "water"))["outcome"] is None
    connects(up, child_of(up, parent, "water"), "water")
    connects(up, child_of(up, parent, "electricity"), "power")
    settles(up)
    events = [one["type"] for one in up.app.kit.cases.events(parent)]
    assert events.count("case.member_refused") == 1
    assert "case.members_closed" not in events


def test_two_members_that_end_at_once_are_both_taken_down(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = files(up, connections=["water", "gas"])
    settles(up)
    ends = [child_of(up, parent, name) for name in ("water", "gas")]
    refuses(up, ends[0], "water")
    refuses(up, ends[1], "gas")
    told = [one for one in relays(up, stream(up)) if json.loads(one)["case"] in ends]
    first, second = ([one for one in told if json.loads(one)["case"] == end][-1] for end in ends)
    cases, really, raced = up.app.kit.cases, up.app.kit.cases.commit, list[str]()

    def racing(change: Any, chain: Any) -> Any:
        if change.case_id == parent and not raced:
            raced.append(second)  # another worker is faster, between the reading and the writing of this one
            works(up, [second])
        return really(change, chain)

    monkeypatch.setattr(cases, "commit", racing)
    assert works(up, [first]) == {"told": 1}
    assert raced
    events = [one["type"] for one in cases.events(parent)]
    assert events.count("case.member_ended") == 2
    assert events.count("case.member_refused") == 1


def test_a_member_that_cannot_be_opened_goes_to_a_person_and_the_others_go_on(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = files(up)
    really = submit.submit

    def broken(kit: Any, principal: Any, submission: Any) -> Any:
        if submission.item == "gas-connection":
            submission = submit.Submission(**{
                name: getattr(submission, name) for name in submission.__dataclass_fields__
            } | {"form": {}})  # fmt: skip
        return really(kit, principal, submission)

    monkeypatch.setattr(submit, "submit", broken)
    done = works(up, relays(up, stream(up)))
    assert (done["opened"], done["failed"]) == (2, 1)
    gas = next(one for one in shows(up, parent)["members"] if one["member"] == "gas")
    assert (gas["standing"], gas["code"], gas["case_id"]) == ("failed", "form-invalid", None)
    queue = "/v1/queues/administrative-approval.utilities?post=handler"
    listed = up.call("GET", queue, None, up.bearer("person:demo-approval-handler", "staff")).json()["cases"]
    assert [one["case_id"] for one in listed] == [
        parent
    ]  # it waits for members, and now for a person as well
    monkeypatch.undo()
    moves(up, parent, "person:demo-approval-window", "add_member", {"item": "gas"})
    assert settles(up)["opened"] == 1
    assert members.standing(parent_of(up, parent).members["gas"]) == "open"


def test_a_worker_that_dies_half_way_leaves_nothing_half_done(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = files(up)
    (message,) = relays(up, stream(up))
    really, tried = submit.submit, list[str]()

    def dying(kit: Any, principal: Any, submission: Any) -> Any:
        tried.append(submission.item)
        if len(tried) == 2:
            raise ConnectionError
        return really(kit, principal, submission)

    monkeypatch.setattr(submit, "submit", dying)
    with pytest.raises(ConnectionError):
        works(up, [message])
    monkeypatch.undo()
    assert len(tried) == 3  # one that fails holds up no other
    done = works(up, [message])
    assert (done["opened"], done["again"]) == (1, 2)
    assert {members.standing(one) for one in parent_of(up, parent).members.values()} == {"open"}


def test_a_dropped_members_case_is_withdrawn_and_the_join_waits_for_it_no_longer(up: House) -> None:
    parent = files(up, connections=["water", "gas"])
    settles(up)
    gas = child_of(up, parent, "gas")
    moves(up, parent, "person:demo-approval-window", "drop_member", {"item": "gas", "reason": "暂不用气"})
    assert settles(up)["withdrawn"] == 1
    assert shows(up, gas)["outcome"] == "withdrawn"
    connects(up, child_of(up, parent, "water"), "water")
    settles(up)
    assert shows(up, parent)["state"][0]["id"] == "consolidating"
    assert [one["standing"] for one in shows(up, parent)["members"]] == ["closed", "dropped"]


def test_who_is_dropped_before_the_worker_comes_is_never_opened(up: House) -> None:
    parent = files(up, connections=["water", "gas"])
    messages = relays(up, stream(up))
    moves(up, parent, "person:demo-approval-window", "drop_member", {"item": "gas", "reason": "误选"})
    done = works(up, messages)
    assert (done["opened"], done.get("gone")) == (1, 1)
    assert up.app.kit.cases.load(child_of(up, parent, "gas")).case is None


def test_a_parent_that_was_withdrawn_opens_nobody(up: House) -> None:
    parent = files(up)
    messages = relays(up, stream(up))
    moves(up, parent, FIRM, "withdraw", role="citizen")
    assert works(up, messages) == {"gone": 3}


def test_members_of_a_parent_that_is_withdrawn_are_withdrawn_with_it_but_not_who_has_ended(up: House) -> None:
    parent = files(up)
    settles(up)
    refuses(up, child_of(up, parent, "gas"), "gas")
    settles(up)
    moves(up, parent, FIRM, "withdraw", role="citizen")
    assert settles(up)["withdrawn"] == 2
    ends = [shows(up, child_of(up, parent, name))["outcome"] for name in NAMES]
    assert ends == ["withdrawn", "withdrawn", "refused"]


def test_the_deadline_of_the_whole_is_that_of_its_longest_member(up: House) -> None:
    parent = files(up)
    settles(up)
    dues = {one["member"]: one["due"] for one in shows(up, parent)["members"]}
    (promised,) = [one for one in shows(up, parent)["clocks"] if one["id"] == "promised"]
    assert promised["deadline"] == max(due for due in dues.values() if due)
    for name in ("water", "gas"):
        own = [one["deadline"] for one in shows(up, child_of(up, parent, name))["clocks"] if one["running"]]
        assert dues[name] in own


def test_what_the_stream_missed_the_sweeper_hands_on(up: House) -> None:
    files(up)
    messages: list[str] = []

    def ahead(pairs: Sequence[Any]) -> None:
        membership.hand_on(up.app.kit, messages.extend, pairs, {}, ())

    relaying.sweep_all(up.app.kit, up.app.feed, 0, ahead)
    assert works(up, messages)["opened"] == 3


def test_events_of_cases_that_belong_to_no_group_are_handed_to_nobody(up: House) -> None:
    from tests.builders import FOOD

    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "food"}
    up.call("POST", f"/v1/items/{FOOD}/cases", application(FOOD, CODE), headers)
    assert relays(up, stream(up)) == []


# ── departments that are called


TICKET = "unresolved-matter"


def whistles(up: House, *departments: str) -> str:
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "ticket"}
    answer = up.call("POST", f"/v1/items/{TICKET}/cases", application(TICKET, CODE), headers)
    assert answer.status == 201, answer.text
    case_id = str(answer.json()["case_id"])
    moves(up, case_id, "person:demo-unresolved-window", "dispatch", {"note": "会同各部门办理"})
    moves(up, case_id, "person:demo-approval-handler", "sign")
    called = {"departments": list(departments), "note": "请派员到窗口会商"}
    moves(up, case_id, "person:demo-approval-handler", "whistle", called)
    return case_id


def test_a_whistle_opens_a_case_at_each_department_that_the_move_names(up: House) -> None:
    ticket = whistles(up, "tax", "gas-supply", "nowhere")
    done = works(up, relays(up, stream(up)))
    assert (done["opened"], done["failed"]) == (2, 1)
    table = parent_of(up, ticket).members
    assert (members.standing(table["nowhere"]), table["nowhere"]["code"]) == (
        "failed",
        "not-found",
    )
    loaded = up.app.kit.cases.load(child_of(up, ticket, "tax"))
    assert (loaded.case.node, loaded.case.window, loaded.case.owner) == (
        "tax",
        "tax",
        "node:administrative-approval",
    )
    assert loaded.form["form"]["note"] == "请派员到窗口会商"
    assert loaded.form["form"]["department"] == "tax"


def test_a_ticket_goes_on_when_every_department_has_answered_and_may_call_one_again(up: House) -> None:
    ticket = whistles(up, "tax", "gas-supply")
    settles(up)
    first = child_of(up, ticket, "tax")
    moves(up, first, "person:demo-tax-handler", "decline", {"reason": "不属于税务"})
    settles(up)
    assert shows(up, ticket)["state"][0]["id"] == "cohandling"
    gas = child_of(up, ticket, "gas-supply")
    moves(up, gas, "person:demo-gas-handler", "check_in")
    moves(up, gas, "person:demo-gas-handler", "sign_off", {"result": "已会商"})
    settles(up)
    assert shows(up, ticket)["state"][0]["id"] == "handling"
    moves(up, ticket, "person:demo-approval-handler", "whistle", {"departments": ["tax"]})
    settles(up)
    assert child_of(up, ticket, "tax") != first
    assert shows(up, ticket)["state"][0]["id"] == "cohandling"


def test_who_takes_part_may_be_a_query_of_a_register(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No item of the pack asks by one yet: the ticket's group is made to ask who has a licence of this firm."""
    catalogue = up.app.kit.catalogue
    really, release = catalogue.bundle, str(catalogue.entry(TICKET)["release"])
    query = {"register": "powers", "where": {"/department": "input:/departments/0"}}
    pattern = {**really(release).item["children"]["cohandling"]["open"], "department": "each:/department",
               "window": "each:/department"}  # fmt: skip
    pattern["map"] = pattern["map"] | {"/department": "each:/department", "/what": "each:/title/zh"}
    group = really(release).item["children"]["cohandling"] | {"for_each": {"query": query}, "open": pattern}
    changed = {**really(release).item, "children": {"cohandling": group}}

    def bundle(hash_: str) -> Any:
        found = really(hash_)
        return replace(found, item=changed) if found.item["id"] == TICKET else found

    monkeypatch.setattr(catalogue, "bundle", bundle)
    ticket = whistles(up, "market-regulation")
    done = settles(up)
    listed = up.app.kit.records.list("powers", None, 1000).rows
    records = [up.app.kit.records.read("powers", row.case_id) for row in listed]
    wanted = [one.record_id for one in records if one and one.body["department"] == "market-regulation"]
    assert wanted
    assert (done["sought"], done["opened"]) == (1, len(wanted))
    assert len(parent_of(up, ticket).members) == len(wanted)
    before = len(stream(up))
    works(up, relays(up, stream(up)))  # asked again, nobody is called twice
    assert len(stream(up)) == before


# ── members that the applicant completes


def project(up: House) -> str:
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "project"}
    answer = up.call("POST", f"/v1/items/{PROJECT}/cases", application(PROJECT, CODE), headers)
    assert answer.status == 201, answer.text
    case_id = str(answer.json()["case_id"])
    moves(up, case_id, FIRM, "confirm", role="citizen")
    return case_id


def test_a_member_that_asks_more_than_the_whole_knows_is_prepared_as_a_draft(up: House) -> None:
    parent = project(up)
    assert settles(up)["prepared"] == 1
    drafts = up.call("GET", "/v1/drafts", None, up.bearer(FIRM, "citizen")).json()["drafts"]
    (draft,) = [one for one in drafts if one["item_id"] == "construction-planning-permit"]
    assert draft["member_of"] == parent
    form = application("construction-planning-permit", CODE)["form"]
    assert draft["form"]["project"] == up.app.kit.cases.load(parent).form["form"]["project"]
    saved = up.call(
        "PUT", f"/v1/drafts/{draft['draft_id']}", {"form": form | draft["form"]},
        {**up.bearer(FIRM, "citizen"), "If-Match": f'"{draft["revision"]}"'},
    )  # fmt: skip
    assert saved.status == 200, saved.text
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "member"}
    answer = up.call(
        "POST", "/v1/items/construction-planning-permit/cases", {"draft_id": draft["draft_id"]}, headers
    )
    assert answer.status == 201, answer.text
    assert answer.json()["case_id"] == child_of(up, parent, "construction-planning-permit")
    settles(up)
    (line,) = shows(up, parent)["members"]
    assert line["standing"] == "open"
    held = {one["id"]: one for one in shows(up, line["case_id"])["materials"]}
    assert held["business-licence"]["from"] == {"case": parent, "material": "business-licence"}


def test_a_prepared_draft_is_refused_once_the_group_goes_on_without_it(up: House) -> None:
    parent = project(up)
    settles(up)
    (draft,) = up.call("GET", "/v1/drafts", None, up.bearer(FIRM, "citizen")).json()["drafts"]
    moves(up, parent, FIRM, "withdraw", role="citizen")
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "late"}
    answer = up.call(
        "POST", "/v1/items/construction-planning-permit/cases", {"draft_id": draft["draft_id"]}, headers
    )
    assert (answer.status, answer.code) == (409, "member-dropped")


# ── six bodies start an enterprise


@pytest.mark.parametrize("number", [0, 42])
def test_the_six_desks_of_a_start_up_end_their_own_cases_and_the_pack_has_what_was_done(
    up: House, number: int
) -> None:
    plays(up, number)


def test_every_member_of_a_start_up_gets_what_it_asks_from_the_one_form_and_the_one_set_of_materials(
    up: House,
) -> None:
    case = Started(up, 7)
    whole = up.app.kit.cases.load(case.id)
    for name, line in MEMBERS.items():
        own = up.app.kit.cases.load(case.child(name))
        assert (own.case.parent, own.case.owner) == (case.id, FOUNDER)
        assert {one["id"] for one in own.form["materials"]} == set(line["materials"])
        for target, source in line["map"].items():
            given = children.at(whole.form["form"], source.removeprefix("form:"))
            assert children.at(own.form["form"], target) == given, (name, target)


def test_the_deadline_that_a_start_up_shows_is_that_of_the_longest_member(up: House) -> None:
    case = Started(up, 8)
    for member, desk in DESKS.items():
        case.moves(case.child(member), f"{desk}-handler" if desk else "window", "accept")
    case.settle()
    shown = case.shows()
    dues = {one["member"]: one["due"] for one in shown["members"]}
    (promised,) = [one for one in shown["clocks"] if one["id"] == "promised"]
    assert promised["deadline"] == dues["bank"] == max(dues.values())
    assert promised["deadline"].startswith("2026-03-02T14:30")  # three hours before noon, one after the break
    assert dues["seal"].startswith("2026-03-02T12:00")
    case.moves(case.child("bank"), "bank-handler", "refuse", {"reasons": ["暂不能开户"]})
    case.settle()
    shown = case.shows()
    left = {one["member"]: one["due"] for one in shown["members"] if one["standing"] == "open"}
    (promised,) = [one for one in shown["clocks"] if one["id"] == "promised"]
    assert set(left) == set(SIX) - {"bank"}
    assert promised["deadline"] == max(left.values())
