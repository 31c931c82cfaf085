"""A change of a record as what a trigger waits for: once, whatever becomes of the stream, and never in a circle."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import pytest

from chalicelib.actions import working
from chalicelib.domain import record_changes, triggers
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.record_changes import Change
from tests.builders import uscc_of
from tests.builders_app import House
from tests.builders_campaigns import ITEM, REGISTER, campaign, tenancy
from tests.builders_relay import relays, stream, works
from tests.faults.planting import judged_as
from tests.unit.test_triggering import as_if, release

HOSTS = "cluster-hosts"
CODE = uscc_of(5)
REGISTRAR = ("person:demo-handler", "staff")
OPENS = {
    "open": {
        "item": ITEM, "party": "enterprise:record:/uscc",
        "form": {"period": "2026-Q1", "host_uscc": "record:/uscc", "host_name": "record:/name", "uscc": "record:/uscc",
                 "name": "record:/name"},
    }
}  # fmt: skip


def waits(register: str = HOSTS, **more: Any) -> dict[str, Any]:
    """A trigger on changes of hosts: no case writes that register."""
    record = {
        "register": register,
        **{name: more.pop(name) for name in ("changes", "fields") if name in more},
    }
    title = {"zh": "机构变更", "en": "A host changed"}
    return {
        "kind": "triggers",
        "id": "host-changed",
        "title": title,
        "on": {"record": record},
        "do": [OPENS],
        **more,
    }


# ── what is meant

LIFE = {"life": {"field": "/state", "states": [{"id": "current"}, {"id": "gone", "ends": True}]}}


def change(body: Any, before: Any = None, revision: int = 2) -> Change:
    from datetime import date

    return Change(HOSTS, "x", revision, body, before, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("body", "before", "kind"),
    [
        ({"state": "current"}, None, "created"),
        ({"state": "gone"}, None, "created"),
        ({"state": "current", "a": 1}, {"state": "current"}, "changed"),
        ({"state": "gone"}, {"state": "current"}, "ended"),
        ({"state": "gone", "a": 1}, {"state": "gone"}, "changed"),
        ({}, {"state": "current"}, "changed"),
    ],
)
def test_a_change_is_of_one_kind(body: Any, before: Any, kind: str) -> None:
    one = change(body, before)
    assert record_changes.kind_of(one, LIFE) == kind
    for wanted in ("created", "changed", "ended"):
        assert record_changes.matches(waits(changes=[wanted]), one, LIFE) is (wanted == kind)


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        (None, True),
        (["/a"], True),
        (["/b"], False),
        (["/b", "/a"], True),
        (["/c"], True),
        (["/d"], True),
        (["/e"], False),
    ],
)
def test_a_change_of_other_fields_is_none_of_its_business(fields: Any, meant: bool) -> None:
    one = change({"a": 1, "b": 2, "d": None}, {"a": 2, "b": 2, "c": 3})
    assert record_changes.matches(waits(**({"fields": fields} if fields else {})), one, {}) is meant


def test_another_register_and_a_day_outside_its_force_are_none_of_its_business() -> None:
    one = change({"a": 1})
    assert not record_changes.matches(waits("enterprises"), one, {})
    assert not record_changes.matches(waits(effective_from="2026-03-03"), one, {})
    assert not record_changes.matches(waits(retired_at="2026-03-02"), one, {})
    assert not record_changes.matches(campaign(), one, {})


# ── at work


def edited(up: House, name: str, quota: int = 3) -> dict[str, Any]:
    """The registry writes the host's record; what the stream of records would carry of it."""
    path, official = f"/v1/registers/{HOSTS}/records/{CODE}", up.bearer(*REGISTRAR)
    seen = up.call("GET", path, None, official)
    match = {"If-Match": seen.headers["etag"]} if seen.status == 200 else {}
    body = {"uscc": CODE, "name": name, "quota": quota, "quota_left": quota}
    assert up.call("PUT", path, {"body": body}, official | match).status in (200, 201)
    (image,) = [one for one in images(up) if keys_of(one) == (f"R#{HOSTS}#{CODE}", "NOW")]
    return image


def images(up: House) -> list[dict[str, Any]]:
    """What the stream of records would carry of every record as it is now, histories and read logs with it."""
    return [
        {"dynamodb": {"NewImage": {
            name: {"N": str(value)} if isinstance(value, int) else {"S": value}
            for name, value in one.items() if name in ("pk", "sk", "rev", "case", "seq", "root", "depth")
        }}}
        for one in up.rows("records")
    ]  # fmt: skip


def keys_of(image: Mapping[str, Any]) -> tuple[str, str]:
    new = image["dynamodb"]["NewImage"]
    return new["pk"]["S"], new["sk"]["S"]


def opened(up: House) -> list[Any]:
    heads = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    return [one for one in up.app.kit.cases.many(heads) if one and one.item == ITEM]


@pytest.mark.parametrize("seed", range(3))
def test_changes_told_three_times_in_any_order_open_a_case_for_each_and_none_twice(
    up: House, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    as_if(up, monkeypatch, waits())
    told = [edited(up, name) for name in ("甲托管机构", "乙托管机构", "丙托管机构")] * 3
    Random(seed).shuffle(told)
    messages = relays(up, told) + relays(up, told)
    Random(seed + 9).shuffle(messages)
    done = works(up, messages)
    assert (done["opened"], len(opened(up))) == (3, 3)
    assert done["again"] == len(messages) - 3
    names = {up.app.kit.cases.load(one.id).form["form"]["name"] for one in opened(up)}
    assert names == {
        "甲托管机构",
        "乙托管机构",
        "丙托管机构",
    }  # each change as it was, not as the record is now


def test_what_no_trigger_waits_for_is_not_handed_on_at_all(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = edited(up, "甲托管机构")
    assert relays(up, [told]) == []
    as_if(up, monkeypatch, waits())
    assert len(relays(up, images(up))) == 1


def test_a_condition_and_a_kind_of_change_are_asked_of_the_revision(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_if(
        up,
        monkeypatch,
        waits(changes=["changed"], fields=["/quota"], when={"values": {"record:/quota": [9]}}),
    )
    told = [
        edited(up, "甲托管机构", 3),
        edited(up, "甲托管机构", 9),
        edited(up, "乙托管机构", 9),
        edited(up, "乙托管机构", 4),
    ]
    works(up, relays(up, told))
    assert len(opened(up)) == 1


def test_what_follows_from_an_officials_edit_says_which_change_it_was(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_if(up, monkeypatch, waits())
    works(up, relays(up, [edited(up, "甲托管机构")]))
    (case,) = opened(up)
    (event,) = up.app.kit.cases.events(case.id)
    assert event["caused_by"].startswith("chg_")
    assert (event["root"], event["depth"]) == (event["caused_by"], 1)
    assert event["actor"] == {"person": "trigger:host-changed", "via": "system"}


def test_a_circle_over_a_record_that_is_forced_past_the_gate_ends_at_depth_eight(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each confirmation writes the tenancy, and each change of the tenancy asks for a confirmation."""
    asks = {
        **campaign()["do"][0]["open"],
        "form": campaign()["do"][0]["open"]["form"] | {"period": "2026-Q1"},
    }
    as_if(up, monkeypatch, waits(REGISTER) | {"do": [{"open": asks}]})
    body = tenancy(1)
    up.app.kit.records.write(
        RecordWrite(REGISTER, body["uscc"], 0, body, "2026-01-01"), "system:test", up.app.at
    )
    seen, depths, deep = set[str](), list[int](), 0
    for _ in range(triggers.MAX_DEPTH + 1):
        now = [one for one in images(up) if body["uscc"] in keys_of(one)[0]]
        deep += works(up, relays(up, now)).get("too_deep", 0)
        for case in opened(up):
            if case.id not in seen:
                seen.add(case.id)
                depths.append(case.depth)
                confirmed(up, case.id)
    assert depths == list(range(1, triggers.MAX_DEPTH + 1))
    assert deep >= 1


def confirmed(up: House, case_id: str) -> None:
    host = up.bearer(f"enterprise:{tenancy(1)['host_uscc']}", "citizen") | {"Idempotency-Key": case_id}
    up.app.at += 1000
    body = {"move": "confirm", "input": {"on": "2026-03-02"}}
    assert up.call("POST", f"/v1/cases/{case_id}/moves", body, host).status == 200


def test_events_go_on_being_told_beside_changes(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if(up, monkeypatch, waits())
    works(up, relays(up, [edited(up, "甲托管机构")]))
    relays(up, [*stream(up), *images(up)])
    assert {case for case, _ in up.app.feed.ever_told()} == {one.id for one in opened(up)}


def test_it_is_released_by_two_people_and_works_at_once(up: House) -> None:
    assert release(up, waits()).status == 201
    assert works(up, relays(up, [edited(up, "甲托管机构")])) == {"opened": 1}


def test_a_worker_that_looked_a_moment_before_the_release_acts_on_it_as_well(up: House) -> None:
    worker = up.app.another()
    worker.kit.office()  # remembered for five seconds
    assert release(up, waits()).status == 201
    (message,) = relays(up, [edited(up, "甲托管机构")])
    assert working.work(worker.press, message)["opened"] == 1


# ── what the gate refuses


def codes(trigger: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one.pointer, one.code) for one in judged_as(dict(trigger))}


def test_the_gate_lets_it_pass() -> None:
    assert (
        codes(waits(changes=["created"], fields=["/quota"], once_per=["record:id", "record:revision"]))
        == set()
    )


@pytest.mark.parametrize(
    ("trigger", "pointer", "code"),
    [
        (waits("enterprises"), "/on/record/register", "register-not-for-triggers"),
        (waits("no-such"), "/on/record/register", "dangling-reference"),
        (waits(fields=["/colour"]), "/on/record/fields/0", "register-field-unknown"),
        (waits(once_per=["case:id"]), "/once_per/0", "value-unknown"),
        (waits(once_per=["period:id"]), "/once_per/0", "value-unknown"),
        (waits(when={"values": {"record:/colour": ["x"]}}), "/when/values/record:~1colour", "register-field-unknown"),
        (waits(do=[{"move": {"of": "source", "move": "withdraw"}}]), "/do/0/move", "no-case-here"),
        (waits(on={"record": {"register": HOSTS}, "items": ["food-licence"]}), "/on", "shape"),
    ],
)  # fmt: skip
def test_the_gate_refuses_what_could_not_be_done(trigger: Any, pointer: str, code: str) -> None:
    assert (pointer, code) in codes(trigger)


def test_a_circle_over_a_record_is_refused_and_shown() -> None:
    """A change of a tenancy asks for a confirmation, whose end changes the tenancy."""
    asks = {
        **campaign()["do"][0]["open"],
        "form": campaign()["do"][0]["open"]["form"] | {"period": "2026-Q1"},
    }
    found = [
        one for one in judged_as(waits(REGISTER) | {"do": [{"open": asks}]}) if one.code == "trigger-cycle"
    ]
    assert [one.params["cycle"] for one in found] == ["host-changed → host-changed"]
