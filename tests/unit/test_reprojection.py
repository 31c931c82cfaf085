"""Lesson 9: a new notice, released through the API, tells every running case's dates anew, once, in one event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.actions import reprojecting
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.working import work
from chalicelib.domain.problems import Problem, Text
from tests.builders import application
from tests.builders_app import House, house
from tests.matrix.callers import ADMIN, FIRM, RELEASER
from tests.matrix.world import CODE

DAY = 86_400_000
NEW_REST_DAY = "2026-03-05"  # a Thursday, three days after the cases of this module are filed
ITEMS = {"food-licence": 3, "general-deregistration": 2}


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[House, dict[str, str]]]:
    """A house with applications of two items: case → item."""
    with house() as made:
        listed = [(item, number) for item, count in ITEMS.items() for number in range(count)]
        found = {filed(made, item, number): item for item, number in listed}
        made.app.dynamo._before.clear()  # type: ignore[attr-defined]
        yield made, found


@pytest.fixture
def up(filled) -> Iterator[House]:
    yield filled[0]
    filled[0].rewind()


@pytest.fixture
def cases(filled) -> dict[str, str]:
    return filled[1]


def filed(up: House, item: str, number: int) -> str:
    owner = up.bearer(FIRM, "citizen")
    headers = {**owner, "Idempotency-Key": f"{item}-{number}"}
    answer = up.call("POST", f"/v1/items/{item}/cases", application(item, CODE), headers)
    assert answer.status == 201, answer.text
    return str(answer.json()["case_id"])


def notice(up: House, rest_day: str = NEW_REST_DAY) -> dict[str, Any]:
    """Release a calendar of 2026 with one more day of rest, by two people; the act."""
    admin, releaser = up.bearer(ADMIN, "admin"), up.bearer(RELEASER, "releaser")
    path = "/v1/definitions/calendars/cn-2026"
    body = up.call("GET", path, None, admin).json()["definition"]
    body["rest_days"] = sorted([*body["rest_days"], rest_day])
    draft = up.call("POST", f"{path}/drafts", {"body": body}, admin).json()["draft_id"]
    answer = up.call("POST", f"{path}/drafts/{draft}/releases", {}, releaser)
    assert answer.status == 201, answer.text
    up.app.forget()
    return dict(answer.json())


def clocks(up: House, case_id: str) -> dict[str, Any]:
    case = up.app.cases.load(case_id).case
    return {one["id"]: one["deadline"] for one in case.clocks if one["deadline"] is not None}


def told(up: House, case_id: str) -> list[dict[str, Any]]:
    return [one for one in up.app.cases.events(case_id) if one["type"] == "case.reprojected"]


def test_lesson_9_a_new_notice_reprojects_all_running_cases_in_one_event_each(up, cases):
    before = {case_id: clocks(up, case_id) for case_id in cases}
    act = notice(up)
    for case_id in cases:
        (event,) = told(up, case_id)
        moved = {one["clock"]: (one["old"], one["new"]) for one in event["data"]["moved"]}
        after = clocks(up, case_id)
        assert moved
        assert all(new == old + DAY for old, new in moved.values())
        assert after == before[case_id] | {name: new for name, (_, new) in moved.items()}
        assert event["data"]["act"] == act["id"]
        assert event["actor"]["person"] == "system:calendar"
        assert up.app.cases.verify(case_id).holds


def test_what_people_see_is_what_is_stored_is_what_fires(up, cases):
    notice(up)
    for case_id in cases:
        seen = up.call("GET", f"/v1/cases/{case_id}", None, up.bearer(FIRM, "citizen")).json()
        (intake,) = [one for one in seen["clocks"] if one["id"] == "intake"]
        assert intake["deadline"].startswith(
            "2026-03-10"
        )  # five working days after Monday 2 March, but for the 5th
        case = up.app.cases.load(case_id).case
        assert case.timer <= clocks(up, case_id)["intake"]


def test_the_progress_is_a_resource_that_the_release_names(up, cases):
    act = notice(up)
    path = f"/v1/reprojections/{act['reprojection']}"
    seen = up.call("GET", path, None, up.bearer(ADMIN, "admin")).json()
    assert (seen["status"], seen["moved"], seen["failed"]) == ("done", len(cases), 0)
    assert up.call("GET", path, None, up.bearer("person:zhang", "citizen")).code == "forbidden"
    assert up.call("GET", "/v1/reprojections/rpj_0", None, up.bearer(ADMIN, "admin")).code == "not-found"


def test_every_message_delivered_twice_tells_nobody_twice(up, cases):
    act = notice(up)
    identity = act["reprojection"]
    for message in ({"id": identity}, {"id": identity, "chunk": 0}, {}):
        work(up.app.press, json.dumps({"work": reprojecting.KIND, **message}))
    assert all(len(told(up, case_id)) == 1 for case_id in cases)


def test_a_chunk_that_died_half_way_goes_on_where_it_stopped(up, cases, monkeypatch):
    commit, left = up.app.cases.commit_together, [1]

    def dying(changes: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        commit(changes)

    monkeypatch.setattr(reprojecting, "TOGETHER", 2)
    monkeypatch.setattr(type(up.app.cases), "commit_together", lambda _, changes: dying(changes))
    with pytest.raises(KeyboardInterrupt):
        notice(up)
    monkeypatch.undo()
    up.app.forget()
    assert sum(len(told(up, case_id)) for case_id in cases) == 2
    act = up.app.press.store.history(None, 1).rows[0]
    work(up.app.press, json.dumps({"work": reprojecting.KIND, "id": act["reprojection"]}))
    assert all(len(told(up, case_id)) == 1 for case_id in cases)
    path = f"/v1/reprojections/{act['reprojection']}"
    seen = up.call("GET", path, None, up.bearer(ADMIN, "admin")).json()
    assert (seen["status"], seen["moved"]) == ("done", len(cases))


def test_a_release_whose_releaser_died_before_telling_anybody_is_taken_up_by_the_hourly_look(
    up, cases, monkeypatch
):
    monkeypatch.setattr(reprojecting, "begin", lambda *_: None)
    notice(up)
    assert not any(told(up, case_id) for case_id in cases)
    monkeypatch.undo()
    assert reprojecting.take_up(up.app.press) == 1
    assert all(len(told(up, case_id)) == 1 for case_id in cases)
    assert reprojecting.take_up(up.app.press) == 0


def test_a_case_that_goes_on_at_the_same_time_holds_up_none_of_its_transaction(up, cases, monkeypatch):
    """One is withdrawn, one sent back, after they were read and before all are told in one transaction.

    What happens after the release knows its notice: sent back, the case has its new dates and nothing to be told.
    """
    together, (gone, corrected, *others) = up.app.cases.commit_together, cases
    clerk = up.bearer("person:demo-window", "staff")
    gaps = {"gaps": [{"what": "平面图", "how": "请补交", "material": "layout-plan"}]}
    steps = [
        (gone, "withdraw", {}, up.bearer(FIRM, "citizen")),
        (corrected, "request_correction", gaps, clerk),
    ]

    def raced(changes: Any) -> None:
        while steps:
            case_id, move, given, who = steps.pop()
            answer = up.call("POST", f"/v1/cases/{case_id}/moves", {"move": move, "input": given}, who)
            assert answer.status == 200, answer.text
        together(changes)

    monkeypatch.setattr(type(up.app.cases), "commit_together", lambda _, changes: raced(changes))
    act = notice(up)
    assert [len(told(up, case_id)) for case_id in cases] == [0, 0, *(1 for _ in others)]
    assert all(up.app.cases.verify(case_id).holds for case_id in cases)
    seen = up.call("GET", f"/v1/reprojections/{act['reprojection']}", None, up.bearer(ADMIN, "admin")).json()
    assert [seen[one] for one in ("moved", "unchanged", "gone", "failed")] == [len(others), 1, 1, 0]


def test_where_another_writer_is_always_faster_once_each_case_is_told_once(up, cases, monkeypatch):
    commit, met = up.app.cases.commit, set()

    def refused(_: Any, changes: Any) -> None:
        raise CommitRefused(("head",), transient=False)

    def raced(change: Any, chain: Any) -> Any:
        if change.case_id not in met:
            met.add(change.case_id)
            raise CommitRefused(("head",), transient=False)
        return commit(change, chain)

    monkeypatch.setattr(type(up.app.cases), "commit_together", refused)
    monkeypatch.setattr(type(up.app.cases), "commit", lambda _, change, chain: raced(change, chain))
    notice(up)
    monkeypatch.undo()
    assert met == set(cases)
    assert all(len(told(up, case_id)) == 1 for case_id in cases)


def test_a_case_that_cannot_be_told_is_named_and_holds_up_nobody(up, cases, monkeypatch):
    broken = next(iter(cases))
    tell = reprojecting._Teller.tell

    def failing(teller: Any, head: Any) -> Any:
        if head[0].id == broken:
            raise Problem("unavailable", "seal-broken", Text("封条破损", "the seal is broken"))
        return tell(teller, head)

    monkeypatch.setattr(reprojecting._Teller, "tell", failing)
    act = notice(up)
    path = f"/v1/reprojections/{act['reprojection']}"
    seen = up.call("GET", path, None, up.bearer(ADMIN, "admin")).json()
    assert (seen["failed"], seen["failures"], seen["moved"]) == (1, [broken], len(cases) - 1)


def test_a_notice_that_moves_no_date_makes_no_event(up, cases):
    act = notice(up, "2026-12-30")
    assert not any(told(up, case_id) for case_id in cases)
    path = f"/v1/reprojections/{act['reprojection']}"
    assert up.call("GET", path, None, up.bearer(ADMIN, "admin")).json()["unchanged"] == len(cases)


def test_a_case_that_stands_still_is_told_when_its_special_step_must_end(up, cases):
    paused = next(case_id for case_id, item in cases.items() if item == "food-licence")
    steps = (("accept", {}, "window"), ("begin_testing", {"reason": "抽样送检"}, "handler"))
    for move, given, who in steps:
        asked = {"move": move, "input": given}
        answer = up.call("POST", f"/v1/cases/{paused}/moves", asked, up.bearer(f"person:demo-{who}", "staff"))
        assert answer.status == 200, answer.text
    (before,) = up.app.cases.load(paused).case.holds
    notice(up)
    events, (after,) = told(up, paused), up.app.cases.load(paused).case.holds
    moved = {"hold": "testing", "old": before["max_until"], "new": before["max_until"] + DAY}
    assert [moved in event["data"]["moved"] for event in events] == [True]
    assert after["max_until"] == before["max_until"] + DAY
    assert after["end"] is None


def test_a_closed_case_is_left_alone(up, cases):
    first, *others = cases
    asked = {"move": "withdraw", "input": {}}
    assert up.call("POST", f"/v1/cases/{first}/moves", asked, up.bearer(FIRM, "citizen")).status == 200
    notice(up)
    assert not told(up, first)
    assert all(told(up, case_id) for case_id in others)


def test_a_roll_back_of_the_notice_tells_the_old_dates_again(up, cases):
    before = {case_id: clocks(up, case_id) for case_id in cases}
    act = notice(up)
    asked = {"to": act["from_set"], "reason": "通知有误"}
    answer = up.call("POST", "/v1/release-sets/rollbacks", asked, up.bearer(RELEASER, "releaser"))
    assert answer.status == 201, answer.text
    assert {case_id: clocks(up, case_id) for case_id in cases} == before
    assert all(len(told(up, case_id)) == 2 for case_id in cases)


def test_other_opening_hours_move_the_end_of_the_day_and_another_person_in_a_post_moves_nothing(up, cases):
    admin, releaser = up.bearer(ADMIN, "admin"), up.bearer(RELEASER, "releaser")
    path = "/v1/definitions/organisations/wangcheng"
    body = up.call("GET", path, None, admin).json()["definition"]
    before = {case_id: clocks(up, case_id) for case_id in cases}
    for title, hours in (
        ("Deputy", None),
        (
            None,
            {
                "source": "sample default, not from the plan",
                "sessions": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "16:00"}],
            },
        ),
    ):
        node = body["nodes"]["market-regulation"]
        if title:
            node["title"] = {**node["title"], "en": node["title"]["en"] + " (renamed)"}
        if hours:
            node["office_hours"] = hours
        draft = up.call("POST", f"{path}/drafts", {"body": body}, admin).json()["draft_id"]
        answer = up.call("POST", f"{path}/drafts/{draft}/releases", {}, releaser)
        assert answer.status == 201, answer.text
        assert ("reprojection" in answer.json()) is bool(hours)
        up.app.forget()
    for case_id in cases:
        after = clocks(up, case_id)
        assert {name: before[case_id][name] - after[name] for name in after} == dict.fromkeys(
            after, 3_600_000
        )


def test_a_release_that_moves_no_dates_announces_nothing(up, cases):
    admin, releaser = up.bearer(ADMIN, "admin"), up.bearer(RELEASER, "releaser")
    path = "/v1/definitions/items/food-licence"
    body = up.call("GET", path, None, admin).json()["definition"]
    body["title"] = {**body["title"], "en": "Food business licence (new)"}
    draft = up.call("POST", f"{path}/drafts", {"body": body}, admin).json()["draft_id"]
    act = up.call("POST", f"{path}/drafts/{draft}/releases", {}, releaser).json()
    assert "reprojection" not in act
