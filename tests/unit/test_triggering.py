"""Triggers at work, in this process: a red light opens one supervision, whatever becomes of the stream."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.actions import relaying, sweeping, triggering
from chalicelib.domain import triggers
from chalicelib.domain.definitions import Definition
from chalicelib.edges import background
from tests.builders import FOOD, application
from tests.builders_app import House
from tests.builders_relay import relays, stream, works

CODE = "91430112MA4DEM010Y"
FIRM = f"enterprise:{CODE}"
DAY = 86_400_000
SUPERVISION = "supervision"


def files(up: House, key: str = "k") -> dict[str, Any]:
    """An application for a food licence that nobody looks at: accepted by silence after five days, then late."""
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": key}
    answer = up.call("POST", f"/v1/items/{FOOD}/cases", application(FOOD, CODE), headers)
    assert answer.status == 201, answer.text
    return dict(answer.json())


def passes(up: House, days: int) -> None:
    """Time goes by; what fell due fires, though late, in its order."""
    up.app.at += days * DAY
    while due := [
        one for one in up.rows("cases") if one["sk"] == "HEAD" and one.get("tm", up.app.at) < up.app.at
    ]:
        for head in due:
            sweeping.pass_time(up.app.kit, str(head["pk"]), int(head["tm"]))


def supervisions(up: House) -> list[str]:
    heads = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    return [one.id for one in up.app.kit.cases.many(heads) if one and one.item == SUPERVISION]


def clocks_that_rang(up: House, case_id: str, rung: int) -> set[str]:
    events = up.app.kit.cases.events(case_id)
    return {one["data"]["clock"] for one in events if one["data"].get("rung") == rung}


def test_yellow_opens_nothing_and_red_opens_one_case_for_the_head_of_the_body(up: House) -> None:
    late = files(up)
    passes(up, 4)
    assert clocks_that_rang(up, late["case_id"], 50) == {"intake"}
    assert works(up, relays(up, stream(up))) == {}
    assert supervisions(up) == []

    passes(up, 4)
    assert clocks_that_rang(up, late["case_id"], 100) == {"intake"}
    assert works(up, relays(up, stream(up))) == {"opened": 1}
    (opened,) = supervisions(up)
    loaded = up.app.kit.cases.load(opened)
    case, form = loaded.case, (loaded.form or {})["form"]
    assert (case.node, case.window, case.owner) == ("market-regulation",) * 2 + ("node:market-regulation",)
    assert form | {"head": None} == {
        "case_number": late["number"], "item": FOOD, "item_title": "食品经营许可", "department": "market-regulation",
        "clock": "intake", "clock_title": form["clock_title"], "effect": "statutory", "due_on": "2026-03-09",
        "light": "red", "head": None,
    }  # fmt: skip
    assert form["head"] == "person:demo-head"


def test_what_a_trigger_does_says_who_it_was_and_what_it_follows_from(up: House) -> None:
    late = files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    cause = next(one for one in up.app.kit.cases.events(late["case_id"]) if one["data"].get("rung") == 100)
    (first,) = up.app.kit.cases.events(opened)
    assert first["actor"] == {"person": "trigger:red-light-supervision", "via": "system"}
    assert (first["caused_by"], first["root"], first["depth"]) == (cause["id"], late["case_id"], 1)
    assert first["trigger"].startswith("red-light-supervision@")


def test_the_link_is_seen_from_both_ends_by_who_may_see_each(up: House) -> None:
    late = files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    path = f"/v1/cases/{late['case_id']}/links"
    (shown,) = up.call("GET", path, None, up.bearer(FIRM, "citizen")).json()["links"]
    assert (shown["rel"], shown["direction"], shown["case_id"]) == ("about", "from", opened)
    assert not shown["visible"]
    assert "number" not in shown
    head = up.bearer("person:demo-head", "staff")
    (inside,) = up.call("GET", path, None, head).json()["links"]
    assert inside["visible"]
    assert [one["id"] for one in inside["state"]] == ["notified"]
    (back,) = up.call("GET", f"/v1/cases/{opened}/links", None, head).json()["links"]
    assert (back["direction"], back["case_id"]) == ("to", late["case_id"])
    assert up.call("GET", f"/v1/cases/{opened}", None, up.bearer(FIRM, "citizen")).status == 404


def test_links_and_a_triggers_events_are_as_the_api_describes_them(up: House) -> None:
    late = files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    described = up.call("GET", "/v1/openapi.json", None).json()
    registry = jsonschema_rs.Registry([("urn:api", described)])
    head, firm = up.bearer("person:demo-head", "staff"), up.bearer(FIRM, "citizen")
    for path, who, schema in (
        (f"/v1/cases/{late['case_id']}/links", head, "LinkPage"),
        (f"/v1/cases/{late['case_id']}/links", firm, "LinkPage"),
        (f"/v1/cases/{opened}/events", head, "EventPage"),
        (f"/v1/cases/{opened}", head, "Case"),
    ):
        wanted = {"$ref": f"urn:api#/components/schemas/{schema}"}
        judge = jsonschema_rs.Draft202012Validator(wanted, registry=registry, offline=True)
        answer = up.call("GET", path, None, who).json()
        assert [error.message for error in judge.iter_errors(answer)] == []


@pytest.mark.parametrize("seed", range(3))
def test_a_stream_that_is_read_three_times_in_any_order_does_nothing_twice(up: House, seed: int) -> None:
    cases = [files(up, f"k{number}") for number in range(3)]
    passes(up, 30)
    records = stream(up) * 3
    Random(seed).shuffle(records)
    messages = relays(up, records) + relays(up, records)
    Random(seed + 100).shuffle(messages)
    done = works(up, messages)
    rang = {
        (case["case_id"], clock) for case in cases for clock in clocks_that_rang(up, case["case_id"], 100)
    }
    assert len(rang) > len(cases)  # intake, then the promised day
    assert done["opened"] == len(supervisions(up)) == len(rang)
    assert done["again"] > 0


def test_what_the_stream_missed_the_sweeper_hands_on(up: House) -> None:
    files(up)
    passes(up, 8)
    messages: list[str] = []

    def ahead(pairs: Sequence[Any]) -> None:
        triggering.hand_on(up.app.kit, messages.extend, pairs, {})

    relaying.sweep_all(up.app.kit, up.app.feed, 0, ahead)
    assert works(up, messages) == {"opened": 1}
    messages.clear()
    relaying.sweep_all(up.app.kit, up.app.feed, 0, ahead)  # now it finds what the supervision said
    assert works(up, messages) == {}
    messages.clear()
    relaying.sweep_all(up.app.kit, up.app.feed, 0, ahead)
    assert messages == []


def test_what_cannot_be_handed_on_is_not_told_either(up: House) -> None:
    files(up)
    passes(up, 8)

    def broken(_: Sequence[Any]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        relaying.sweep_all(up.app.kit, up.app.feed, 0, broken)
    assert up.app.feed.ever_told() == set()


def test_most_events_are_not_handed_on_at_all(up: House) -> None:
    files(up)
    assert [one["dynamodb"]["NewImage"]["t"]["S"] for one in stream(up)] == ["case.submitted"]
    assert relays(up, stream(up)) == []


def test_the_worker_takes_its_message_from_the_queue(up: House) -> None:
    files(up)
    passes(up, 8)
    for message in relays(up, stream(up)):
        background.work({"Records": [{"body": message}]}, None)
    assert len(supervisions(up)) == 1


def test_a_message_that_the_release_before_put_on_the_queue_is_understood(up: House) -> None:
    files(up)
    passes(up, 8)
    told = [pair for message in relays(up, stream(up)) for pair in json.loads(message)["events"]]
    older = [json.dumps({"work": triggering.WORK, "case": case, "seq": seq}) for case, seq in told]
    assert works(up, older) == {"opened": 1}


# ── bounds and failures


def as_if(up: House, monkeypatch: pytest.MonkeyPatch, *declared: Definition) -> None:
    """Other triggers are published."""
    found = up.app.kit.catalogue.definitions

    def definitions(pointer: Any, kind: str) -> list[Definition]:
        return list(declared) if kind == triggers.KIND else found(pointer, kind)

    monkeypatch.setattr(up.app.kit.catalogue, "definitions", definitions)


def red_light(up: House) -> dict[str, Any]:
    catalogue = up.app.kit.catalogue
    one = catalogue.live(catalogue.pointer(strong=True), triggers.KIND, "red-light-supervision")
    return json.loads(json.dumps(one))


def test_a_new_version_of_the_trigger_does_not_do_it_again(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(up)
    passes(up, 8)
    messages = relays(up, stream(up))
    assert works(up, messages) == {"opened": 1}
    as_if(up, monkeypatch, red_light(up) | {"title": {"zh": "红灯", "en": "Another title"}})
    assert works(up, messages) == {"again": 1}


def test_beyond_eight_triggers_nothing_more_follows_and_it_is_counted(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop that the gate would refuse, forced past it: each supervision opens the next."""
    round_ = red_light(up)
    round_["on"] = {"event": "case.submitted"}
    round_["do"][0]["open"]["form"] |= {"clock": "none", "clock_title": "none", "due_on": "event:on"}
    del round_["once_per"], round_["do"][0]["open"]["form"]["effect"]
    as_if(up, monkeypatch, round_)
    files(up)
    done = [works(up, relays(up, stream(up))) for _ in range(triggers.MAX_DEPTH + 2)]
    assert len(supervisions(up)) == triggers.MAX_DEPTH
    assert done[-1]["too_deep"] == 1
    assert max(one.depth for one in up.app.kit.cases.many(supervisions(up)) if one) == triggers.MAX_DEPTH


def test_time_is_no_way_round_the_bound(up: House) -> None:
    files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    passes(up, 8)
    by_time = [one for one in up.app.kit.cases.events(opened) if one["actor"]["person"] == "system:clock"]
    assert by_time
    assert {one["depth"] for one in by_time} == {1}


def test_one_act_that_fails_holds_up_no_other_and_is_tried_again(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = red_light(up) | {"id": "broken"}
    broken["do"][0]["open"]["form"] = {"no-such-field": "x"}
    as_if(up, monkeypatch, broken, red_light(up))
    files(up)
    passes(up, 8)
    messages = relays(up, stream(up))
    for _ in range(2):
        with pytest.raises(Exception, match="form-invalid"):
            works(up, messages)
    assert len(supervisions(up)) == 1


def test_one_event_that_fails_holds_up_no_other_of_its_message(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = files(up, "a"), files(up, "b")
    passes(up, 8)
    messages, read = relays(up, stream(up)), triggering.source_of

    def failing(kit: Any, office: Any, case: Any, *said: Any) -> Any:
        if case.id == first["case_id"]:
            raise ConnectionError
        return read(kit, office, case, *said)

    with monkeypatch.context() as patch:
        patch.setattr(triggering, "source_of", failing)
        with pytest.raises(ConnectionError):
            works(up, messages)
    assert len(supervisions(up)) == len(messages) == 1
    assert works(up, messages) == {"opened": 1, "again": 1}


def test_a_trigger_acts_only_while_it_is_in_force(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if(up, monkeypatch, red_light(up) | {"retired_at": "2026-03-01"})
    files(up)
    passes(up, 8)
    messages = relays(up, stream(up))
    assert messages  # what happened before may still be told
    assert works(up, messages) == {}
    as_if(up, monkeypatch, red_light(up) | {"retired_at": "2026-01-02"})
    assert relays(up, stream(up)) == []


def test_a_supervision_that_nobody_answers_goes_up_and_opens_no_second_one(up: House) -> None:
    files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    passes(up, 4)
    case = up.app.kit.cases.load(opened).case
    assert case.configuration["in"][-1] == "escalated"
    works(up, relays(up, stream(up)))
    passes(up, 12)  # and the superior's own limit runs out
    works(up, relays(up, stream(up)))
    about = [
        link.target for one in supervisions(up) for link in up.app.kit.cases.links(one) if link.source == one
    ]
    assert opened not in about


# ── released over the API, by two people, at work at once


def release(up: House, *bodies: Mapping[str, Any]) -> Any:
    """One official drafts, another releases, all together; the answer."""
    admin, releaser = up.bearer("person:demo-admin", "admin"), up.bearer("person:demo-releaser", "releaser")
    drafts, path = [], ""
    for body in bodies:
        path = f"/v1/definitions/{body['kind']}/{body['id']}/drafts"
        answer = up.call("POST", path, {"body": body}, admin)
        assert answer.status == 201, answer.text
        drafts.append(answer.json()["draft_id"])
    *others, last = drafts
    return up.call("POST", f"{path}/{last}/releases", {"with": others, "note": "测试"}, releaser)


def definition(up: House, path: str) -> dict[str, Any]:
    return dict(
        up.call("GET", f"/v1/definitions/{path}", None, up.bearer("person:demo-admin", "admin")).json()[
            "definition"
        ]
    )


def moved_by(up: House, case_id: str, who: str, move: str, given: Mapping[str, Any], key: str) -> Any:
    headers = {**up.bearer(f"person:demo-{who}", "staff"), "Idempotency-Key": key}
    return up.call("POST", f"/v1/cases/{case_id}/moves", {"move": move, "input": given}, headers)


def noting(up: House) -> list[dict[str, Any]]:
    """When the late case is withdrawn, its supervision hears of it: a move for triggers alone, and the trigger."""
    process = definition(up, "processes/supervision")
    process["moves"]["note_end"] = {
        "title": {"zh": "原办件已结束", "en": "The late case ended"}, "by": ["role:trigger"],
        "emits": "late_case_ended", "stays": True, "in": ["notified", "replied", "escalated"],
        "input": {"type": "object", "additionalProperties": False, "required": ["number"],
                  "properties": {"number": {"type": "string", "x-title": {"zh": "办件", "en": "Case"}}}},
    }  # fmt: skip
    trigger = {
        "kind": "triggers", "id": "late-case-ended", "title": {"zh": "原办件结束", "en": "The late case ended"},
        "on": {"event": "case.withdrawn", "natures": ["licence"]},
        "do": [
            {"move": {"of": {"rel": "about", "back": True}, "move": "note_end", "input": {"number": "case:number"}}}
        ],
    }  # fmt: skip
    return [process, trigger]


def test_a_trigger_released_by_two_people_works_at_once_and_moves_what_is_linked(up: House) -> None:
    assert release(up, *noting(up)).status == 201
    late = files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    answer = up.call(
        "POST", f"/v1/cases/{late['case_id']}/moves", {"move": "withdraw", "input": {}},
        {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "w"},
    )  # fmt: skip
    assert answer.status == 200, answer.text
    messages = relays(up, stream(up))
    assert works(up, messages * 3)["moved"] == 1
    made = [one for one in up.app.kit.cases.events(opened) if one["type"] == "case.late_case_ended"]
    assert [one["data"]["input"] for one in made] == [{"number": late["number"]}]
    assert (made[0]["actor"]["person"], made[0]["depth"]) == ("trigger:late-case-ended", 1)
    assert made[0]["root"] == late["case_id"]


def test_a_move_that_comes_again_long_after_is_still_known(up: House) -> None:
    """A head remembers eight moves; a trigger's is known by a row of its own."""
    assert release(up, *noting(up)).status == 201
    late = files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "w"}
    up.call("POST", f"/v1/cases/{late['case_id']}/moves", {"move": "withdraw", "input": {}}, headers)
    messages = relays(up, stream(up))
    assert works(up, messages)["moved"] == 1
    up.app.at += 300 * DAY
    done = works(up, messages)
    assert "moved" not in done
    assert done["again"] >= 1


def test_a_move_where_the_case_has_gone_its_own_way_is_missed_and_no_failure(up: House) -> None:
    process, trigger = noting(up)
    process["moves"]["note_end"]["in"] = ["escalated"]
    assert release(up, process, trigger).status == 201
    late = files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "w"}
    up.call("POST", f"/v1/cases/{late['case_id']}/moves", {"move": "withdraw", "input": {}}, headers)
    assert works(up, relays(up, stream(up)))["missed"] == 1


def test_no_person_makes_a_triggers_move_and_no_trigger_a_persons(up: House) -> None:
    process, trigger = noting(up)
    trigger["do"][0]["move"] |= {"move": "reply", "input": {}}
    refused = release(up, process, trigger)
    assert refused.code == "gate-refused"
    assert [one["code"] for one in refused.json()["errors"]] == ["move-not-for-triggers"]
    assert release(up, *noting(up)).status == 201
    files(up)
    passes(up, 8)
    works(up, relays(up, stream(up)))
    (opened,) = supervisions(up)
    assert moved_by(up, opened, "head", "note_end", {"number": "x"}, "h").status == 403


def test_whoever_wrote_a_trigger_does_not_release_it_and_a_department_writes_none(up: House) -> None:
    _, trigger = noting(up)
    definer = up.bearer("person:demo-definer", "staff")
    path = f"/v1/definitions/triggers/{trigger['id']}/drafts"
    assert up.call("POST", path, {"body": trigger}, definer).status == 403
    both = up.bearer("person:demo-both", "admin", "releaser")
    drafted = up.call("POST", path, {"body": trigger}, both).json()["draft_id"]
    assert up.call("POST", f"{path}/{drafted}/releases", {"note": "x"}, both).status == 403


def test_a_circle_over_what_is_published_is_refused_and_shown(up: House) -> None:
    """Who widens the red light to the supervision's own clocks would supervise the supervision of the supervision."""
    wide = definition(up, "triggers/red-light-supervision")
    wide["on"] = {"event": "clock.rung"}
    refused = release(up, wide)
    assert refused.code == "gate-refused"
    (found,) = [one for one in refused.json()["errors"] if one["code"] == "trigger-cycle"]
    assert "red-light-supervision → red-light-supervision" in found["messages"]["en"]


def test_a_change_of_the_item_that_closes_a_circle_is_refused_as_well(up: House) -> None:
    wide = definition(up, "triggers/red-light-supervision")
    del wide["on"]["items"]  # its clocks are internal: still no circle
    assert release(up, wide).status == 201
    item = definition(up, "items/supervision")
    item["clocks"][0]["effect"] = "promised"
    refused = release(up, item)
    assert "trigger-cycle" in [one["code"] for one in refused.json()["errors"]]


def test_the_check_of_a_drafted_trigger_counts_what_it_would_have_done(up: House) -> None:
    """On the events of the last three days, and nothing is done."""
    for number in range(3):
        files(up, f"k{number}")
    passes(up, 7)
    files(up, "new")
    relays(up, stream(up))
    draft = red_light(up) | {"id": "dry", "on": {"event": "clock.rung", "effects": ["statutory"],
                                                 "items": {"not": ["supervision"]}}}  # fmt: skip
    admin = up.bearer("person:demo-admin", "admin")
    path = "/v1/definitions/triggers/dry/drafts"
    drafted = up.call("POST", path, {"body": draft}, admin).json()["draft_id"]
    asked = up.call("POST", f"{path}/{drafted}/checks", {}, admin)
    check = up.call("GET", asked.headers["location"], None, admin).json()
    (row,) = check["impact"]["triggers"]
    assert row == {"trigger": "dry", "days": 3, "cases": 4, "events": row["events"], "meant": row["meant"],
                   "opens": 3, "moves": 0, "proposes": 0, "writes": 0, "notices": 0}  # fmt: skip
    assert row["events"] > row["meant"] >= 3
    assert supervisions(up) == []
    shown = json.dumps(check["impact"], ensure_ascii=False)
    assert CODE not in shown
    assert "case_id" not in shown
