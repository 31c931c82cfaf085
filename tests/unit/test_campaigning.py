"""What is done every period for each record: once, whoever begins it, whatever dies, and said in numbers afterwards."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import pytest

from chalicelib.actions import campaigning
from chalicelib.actions.working import work
from chalicelib.domain import campaigns, triggers
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.problems import Problem, Text
from tests.builders_campaigns import CAMPAIGN, DAY, ITEM, MINUTE, NINE, District, campaign, row, tenancy
from tests.builders_memory import TABLES, MemoryShelf
from tests.builders_turns import Killed, Turns


def codes(forms: list[dict[str, Any]]) -> list[str]:
    return sorted(str(one["uscc"]) for one in forms)


def test_on_the_day_and_hour_a_case_is_opened_for_each_record_that_is_meant() -> None:
    up = District(NINE - 1, campaign(effective_from="2026-02-01"))
    up.hosts(range(3))
    up.hosts(range(3, 5), contact="ended")
    up.tick()
    up.works()
    assert up.opened() == []
    up.hand.at = NINE
    up.tick()
    up.works()
    assert codes(up.opened()) == codes([tenancy(number) for number in range(3)])
    run = up.run()
    assert (run["seen"], run["meant"], run["opened"], run["again"], run["refused"]) == (5, 3, 3, 0, 0)


def test_what_fell_due_since_a_campaign_is_in_force_is_made_up_for_when_it_is_released_later() -> None:
    up = District(NINE - 1)
    up.hosts([1])
    up.tick()
    up.works()
    assert [one["period"] for one in up.opened()] == ["2026-Q1"]


def test_what_is_opened_says_who_it_was_for_whom_and_what_it_follows_from() -> None:
    up = District()
    up.hosts([1])
    up.tick()
    up.works()
    identity = triggers.case_id_of(campaign(), 0, row(1))
    shelf = MemoryShelf(up.dynamo, up.keys)
    case, (event, *_) = shelf.cases.load(identity).case, shelf.cases.events(identity)
    assert case is not None
    assert case.owner == f"enterprise:{tenancy(1)['host_uscc']}"
    assert event["actor"] == {"person": f"trigger:{CAMPAIGN}", "via": "system"}
    run = campaigns.named(CAMPAIGN, "2026-Q2")
    assert (event["caused_by"], event["root"], event["depth"]) == (run, run, 1)
    assert event["trigger"].startswith(f"{CAMPAIGN}@")


def test_two_schedulers_and_every_message_three_times_in_any_order_open_nothing_twice() -> None:
    for seed in range(3):
        up, random = District(), Random(seed)
        up.hosts(range(250))
        presses = [up.press(), up.press()]
        for press in presses:
            up.tick(press)
        messages = up.queue * 3
        up.queue.clear()
        for _ in range(3):  # look, list, chunks
            random.shuffle(messages)
            for message in messages:
                work(random.choice(presses), message)
            messages = [one for one in up.queue for _ in range(3)]
            up.queue.clear()
        up.tick()
        run = up.run()
        assert codes(up.opened()) == codes([tenancy(number) for number in range(250)])
        assert (run["seen"], run["opened"], run["again"], run["done_at"] is not None) == (250, 250, 0, True)


def killed_workers(count: int, rate: float, seed: int) -> tuple[District, Turns]:
    """Three workers, held up and killed at any request, on one queue; a message that nobody finished comes back."""
    up = District()
    up.hosts(range(count))
    up.tick()
    turns, alive = Turns(seed, switching=0.01, rate=rate), True
    up.dynamo.step = turns.step

    def worker() -> None:
        press = up.press()
        while up.queue:
            message = up.queue.pop(0)
            try:
                work(press, message)
            except (Killed, Problem):
                up.queue.append(message)
                press = up.press()

    while alive:
        turns.run([worker] * 3)
        up.hand.at += 16 * MINUTE  # long enough for the look to miss what was lost
        up.dynamo.step = lambda _, effect: effect()
        up.tick()
        up.dynamo.step = turns.step
        alive = up.run()["done_at"] is None
    up.dynamo.step = lambda _, effect: effect()
    return up, turns


def check_killed(count: int, rate: float, seed: int) -> None:
    up, turns = killed_workers(count, rate, seed)
    heads = [one for one in up.dynamo.rows(TABLES.cases, "cas_") if one["sk"] == "HEAD"]
    run = up.run()
    assert sum(turns.deaths.values()) >= 10
    assert len(heads) == run["seen"] == run["opened"] == count
    assert (run["again"], run["refused"]) == (0, 0)
    assert {one["pk"] for one in heads} == {
        triggers.case_id_of(campaign(), 0, row(number)) for number in range(count)
    }


def test_a_campaign_over_two_hundred_rows_with_workers_killed_opens_exactly_two_hundred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaigning, "CHUNK", 10)
    check_killed(200, 0.01, 1)


@pytest.mark.proof
def test_a_campaign_over_20_000_rows_with_workers_killed_opens_exactly_20_000_cases() -> None:
    check_killed(20_000, 0.0005, 2)


def test_a_register_longer_than_a_message_lists_goes_on_at_its_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaigning, "LISTED", 20)
    monkeypatch.setattr(campaigning, "CHUNK", 7)
    up = District()
    up.hosts(range(90))
    looks = 0
    while not looks or up.run()["done_at"] is None:
        up.tick()
        up.works()
        looks, up.hand.at = looks + 1, up.hand.at + MINUTE
        assert looks < 12
    assert looks > 4
    assert codes(up.opened()) == codes([tenancy(number) for number in range(90)])
    assert up.run()["opened"] == 90


def test_what_died_before_anybody_was_told_is_taken_up_by_a_later_look() -> None:
    up = District()
    up.hosts(range(3))
    for lost in range(3):  # the list, the chunks, and again the chunks
        up.tick()
        for message in tuple(up.queue) if lost == 1 else ():
            work(up.press(), message)
        up.queue.clear()
        up.tick()
        assert up.queue == []  # not before it is taken for lost
        up.hand.at += campaigning.STALLED + 1
    assert up.opened() == []
    up.tick()
    up.works()
    assert len(up.opened()) == 3


def test_an_outage_over_the_day_is_made_up_for_once_and_what_is_long_past_is_not() -> None:
    up = District(NINE + 3 * DAY)  # the day was the first of April
    up.hosts([1])
    up.tick()
    up.works()
    assert [one["period"] for one in up.opened()] == ["2026-Q2"]
    for days in (1, 30):
        up.hand.at = NINE + days * DAY
        up.tick()
        up.works()
    assert len(up.opened()) == 1
    up.hand.at = int(datetime(2027, 1, 5, tzinfo=SHANGHAI).timestamp() * 1000)  # asleep over two quarters
    up.tick()
    up.works()
    assert sorted(one["period"] for one in up.opened()) == ["2026-Q2", "2027-Q1"]


def test_what_is_left_over_of_a_period_is_done_also_when_the_next_one_has_come() -> None:
    up = District()
    up.hosts([1])
    up.tick()
    up.queue.clear()  # nobody listed anything, and then a quarter passed
    up.hand.at += 95 * DAY
    up.tick()
    up.works()
    assert sorted(one["period"] for one in up.opened()) == ["2026-Q2", "2026-Q3"]


def test_a_campaign_that_cannot_be_begun_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, up = campaign(id="aaa", every={"period": "fortnight", "hour": 9}), District()
    up.hosts([1])
    press, found = up.press(), up.definitions.world[f"triggers/{CAMPAIGN}"]
    assert press.kit is not None
    monkeypatch.setattr(press.kit.catalogue, "definitions", lambda *_: [broken, found])
    with pytest.raises(KeyError, match="fortnight"):
        up.tick(press)
    up.works()
    assert len(up.opened()) == 1


def test_nothing_is_due_before_a_campaign_is_in_force_or_once_it_is_retired() -> None:
    for changes in ({"effective_from": "2026-04-02"}, {"retired_at": "2026-04-01"}):
        up = District(NINE, campaign(**changes))
        up.hosts([1])
        up.tick()
        up.works()
        assert up.opened() == []


def test_a_record_whose_case_is_refused_is_named_with_the_reason_and_stops_nobody() -> None:
    up = District()
    up.hosts(range(4))
    bad = tenancy(99, host_name="")  # shorter than the form admits
    nobody = tenancy(98)
    del nobody["host_uscc"]
    up.record(bad)
    up.record(nobody)
    up.tick()
    up.works()
    up.tick()
    run = up.run()
    assert (run["seen"], run["opened"], run["refused"]) == (6, 4, 2)
    assert run["reasons"] == {"form-invalid": 1, "trigger-without-party": 1}
    assert {(one["record"], one["code"]) for one in run["refusals"]} == {
        (bad["uscc"], "form-invalid"), (nobody["uscc"], "trigger-without-party"),
    }  # fmt: skip


def test_what_may_pass_by_itself_brings_the_message_back_and_is_no_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    up = District()
    up.hosts(range(3))
    up.tick()
    for message in [up.queue.pop() for _ in tuple(up.queue)]:  # one a campaign; the others find no record
        work(up.press(), message)
    (chunk,) = up.queue
    real, busy = campaigning._open, [1]

    def sometimes(*arguments: Any) -> str:
        if busy:
            raise Problem("throttled", "busy", Text("忙", "busy"), extra={"left": busy.pop()})
        return real(*arguments)

    monkeypatch.setattr(campaigning, "_open", sometimes)
    with pytest.raises(Problem, match="busy"):
        work(up.press(), chunk)
    assert len(up.opened()) == 2  # the others were not held up
    work(up.press(), chunk)
    run = up.run()
    assert (run["opened"], run["refused"]) == (3, 0)


def test_a_run_does_what_it_began_with_whatever_is_released_meanwhile() -> None:
    up = District()
    up.hosts(range(2))
    up.tick()
    other = campaign()
    other["for_each"]["query"]["where"] = {"/contact": "lost"}
    up.definitions = District(declared=other).definitions
    up.works()
    assert len(up.opened()) == 2


def test_once_per_may_be_wider_than_a_record_and_a_period() -> None:
    up = District(declared=campaign(once_per=["record:/host_uscc", "period:id"]))
    up.hosts(range(5))
    up.tick()
    up.works()
    run = up.run()
    assert (len(up.opened()), run["opened"], run["again"]) == (1, 1, 4)


def test_every_record_and_period_has_an_id_of_its_own_whatever_the_version_of_the_trigger() -> None:
    rows = [row(number, day=day) for number in range(50) for day in ("2026-04-01", "2026-07-01")]
    ids = {triggers.case_id_of(campaign(), 0, one) for one in rows}
    assert len(ids) == 100
    assert ids == {triggers.case_id_of(campaign(title={"zh": "改", "en": "new"}), 0, one) for one in rows}


@pytest.mark.parametrize(
    ("where", "meant"),
    [
        ({}, True), ({"/contact": "kept"}, True), ({"/contact": "lost"}, False), ({"/contact": True}, False),
        ({"/confirmed_for": "period:id"}, False), ({"/no_such": "x"}, False),
        ({"/contact": "kept", "/hosted_from": "2026-01-05"}, True),
    ],
)  # fmt: skip
def test_a_query_finds_what_has_the_values_and_never_what_has_no_value(where: Any, meant: bool) -> None:
    declared = campaign()
    declared["for_each"]["query"]["where"] = where
    assert campaigns.is_meant(declared, row()) is meant
    assert campaigns.is_meant(
        {"for_each": {"query": {"where": {"/confirmed_for": "period:id"}}}}, row(confirmed_for="2026-Q2")
    )


def test_a_message_of_a_run_that_does_not_exist_is_an_error_not_a_silence() -> None:
    with pytest.raises(ValueError, match="no such campaign"):
        work(District().press(), json.dumps({"work": campaigning.KIND, "id": "cmp_0"}))


def test_the_item_of_the_pack_is_the_one_that_is_opened() -> None:
    up = District()
    up.hosts([1])
    up.tick()
    up.works()
    shelf = MemoryShelf(up.dynamo, up.keys)
    case = shelf.cases.load(triggers.case_id_of(campaign(), 0, row(1))).case
    assert case is not None
    assert (case.item, case.configuration["in"][-1]) == (ITEM, "asked")
