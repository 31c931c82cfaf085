"""A release that is to come: asked for by a second person, judged at once and again on the day, carried out once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.actions import definitions, drafts, scheduling
from chalicelib.actions.packs import seed
from chalicelib.actions.releasing import Press
from chalicelib.actions.working import work
from chalicelib.domain.problems import Problem, Text
from chalicelib.stores.definitions import DynamoDefinitions
from chalicelib.stores.dynamo import Refusal, TransactionRefused
from tests.builders_definitions import (
    AUTHOR,
    NOON,
    OTHER,
    RELEASER,
    TABLE,
    Counting,
    Ticking,
    aws,
    create_table,
    drop_table,
    edited,
    item,
    official,
    pack,
    press,
    process,
)

TITLE = {"zh": "新名称", "en": "A new title"}
TOMORROW = NOON + 86_400_000


@pytest.fixture(scope="module")
def seeded() -> Iterator[tuple[Counting, list]]:
    with aws() as dynamo:
        create_table(dynamo)
        seed(press(dynamo, Ticking()), pack())
        yield dynamo, drop_table(dynamo)


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def desk(seeded, clock) -> Iterator[Press]:
    dynamo, rows = seeded
    create_table(dynamo, rows)
    clock.drawn = 1_000_000
    yield press(dynamo, clock)
    drop_table(dynamo)


def drafted(desk: Press, body: dict) -> str:
    return drafts.create_draft(desk, AUTHOR, body["kind"], body["id"], body).draft_id


def scheduled(desk: Press, *bodies: dict, due: int = TOMORROW) -> dict:
    asked = [drafted(desk, body) for body in bodies or (item(title=TITLE),)]
    return dict(scheduling.schedule(desk, RELEASER, asked, due, "自明日起"))


def swept(desk: Press) -> dict:
    return {k: n for k, n in work(desk, json.dumps({"work": scheduling.WORK})).items() if k != "kind"}


def refusal(act, *arguments) -> Problem:
    with pytest.raises(Problem) as caught:
        act(*arguments)
    return caught.value


def told(desk: Press) -> dict:
    (row,) = scheduling.list_scheduled(desk, AUTHOR).rows
    return dict(row)


def test_nothing_is_published_before_its_time_and_all_of_it_at_its_time(desk, clock):
    made = scheduled(desk, item(title=TITLE), item("change-of-name", title=TITLE))
    clock.at = TOMORROW - 1
    assert swept(desk) == {"released": 0, "refused": 0}
    assert desk.store.pointer().set == 1
    clock.at = TOMORROW
    assert swept(desk) == {"released": 1, "refused": 0}
    act = definitions.list_history(desk, AUTHOR).rows[0]
    assert (act["by"], act["note"], act["scheduled"]) == (RELEASER.subject, "自明日起", made["schedule_id"])
    assert act["changes"] == ["items/change-of-name", "items/deregistration"]
    assert (told(desk)["status"], told(desk)["set"]) == ("released", 2)
    assert drafts.list_drafts(desk, AUTHOR).rows == []


def test_a_message_that_comes_twice_releases_once(desk, clock):
    scheduled(desk)
    clock.at = TOMORROW
    swept(desk)
    assert swept(desk) == {"released": 0, "refused": 0}
    assert desk.store.pointer().set == 2


def test_an_outage_is_no_reason_to_miss_the_day(desk, clock):
    scheduled(desk)
    clock.at = TOMORROW + 7 * 86_400_000
    assert swept(desk)["released"] == 1


def test_what_was_judged_is_what_is_released(desk, clock):
    made = scheduled(desk)
    drafts.save_draft(desk, OTHER, made["drafts"][0]["draft_id"], item(title=TITLE), 1)
    clock.at = TOMORROW
    assert swept(desk) == {"released": 0, "refused": 1}
    assert (told(desk)["status"], told(desk)["problem"]["code"]) == ("refused", "draft-changed")
    assert desk.store.pointer().set == 1
    assert swept(desk) == {"released": 0, "refused": 0}  # over


def test_a_store_that_is_busy_says_so_and_the_schedule_waits_on(desk, monkeypatch):
    made = scheduled(desk)

    def cancelled(*_: object, **__: object) -> None:
        raise TransactionRefused([Refusal("scheduled", "TransactionConflict", None)])

    with monkeypatch.context() as busy:
        busy.setattr(desk.store._dynamo, "transact", cancelled)
        assert refusal(scheduling.cancel, desk, RELEASER, made["schedule_id"]).code == "store-busy"
    assert told(desk)["status"] == "waiting"
    assert scheduling.cancel(desk, RELEASER, made["schedule_id"])["status"] == "cancelled"


def test_a_draft_that_is_gone_ends_its_schedule(desk, clock):
    made = scheduled(desk)
    drafts.discard_draft(desk, AUTHOR, made["drafts"][0]["draft_id"], 1)
    clock.at = TOMORROW
    assert swept(desk)["refused"] == 1
    assert told(desk)["problem"]["code"] == "not-found"


def test_a_release_in_between_is_never_undone_by_a_schedule(desk, clock):
    scheduled(desk)
    definitions.release(desk, RELEASER, [drafted(desk, item(title={"zh": "另一", "en": "another"}))])
    clock.at = TOMORROW
    assert swept(desk)["refused"] == 1
    problem = told(desk)["problem"]
    assert problem["code"] == "draft-outdated"
    assert problem["findings"][0]["params"]["definition"] == "items/deregistration"


def test_who_lost_the_right_to_release_by_the_day_releases_nothing(desk, clock):
    scheduled(desk)

    def no_longer(principal, action, *_):
        if action == "release_definition":
            raise Problem("forbidden", "not-allowed", Text("无权", "not allowed"))

    clock.at = TOMORROW
    assert swept(replace(desk, permit=no_longer))["refused"] == 1
    assert told(desk)["problem"]["code"] == "not-allowed"


def test_what_fails_today_is_not_put_off_until_tomorrow(desk):
    chart = process()["chart"]
    chart["states"]["nowhere"] = {"final": True}
    assert refusal(scheduled, desk, edited(process(), chart=chart)).code == "gate-refused"
    assert refusal(scheduled, desk, item()).code == "nothing-to-release"
    assert scheduling.list_scheduled(desk, AUTHOR).rows == []


def test_neither_an_author_nor_a_citizen_schedules_anything(desk):
    draft = drafted(desk, item(title=TITLE))
    assert refusal(scheduling.schedule, desk, AUTHOR, [draft], TOMORROW).code == "author-is-releaser"
    citizen = official("citizen", "citizen")
    assert refusal(scheduling.schedule, desk, citizen, [draft], TOMORROW).kind == "forbidden"


@pytest.mark.parametrize("due", [NOON - 1, NOON, NOON + 59_999, NOON + 367 * 86_400_000])
def test_a_time_that_has_passed_or_is_years_away_is_refused(desk, due):
    draft = drafted(desk, item(title=TITLE))
    assert refusal(scheduling.schedule, desk, RELEASER, [draft], due).code == "schedule-out-of-range"


def test_a_draft_waits_for_one_time_only(desk):
    made = scheduled(desk)
    again = refusal(scheduling.schedule, desk, RELEASER, [made["drafts"][0]["draft_id"]], TOMORROW + 1)
    assert (again.code, again.extra) == ("already-scheduled", {"schedule_id": made["schedule_id"]})


def test_a_schedule_is_taken_back_once_by_whoever_may_release_it(desk, clock):
    made = scheduled(desk)
    assert (
        refusal(scheduling.cancel, desk, official("citizen", "citizen"), made["schedule_id"]).kind
        == "forbidden"
    )
    assert scheduling.cancel(desk, OTHER, made["schedule_id"])["status"] == "cancelled"
    assert refusal(scheduling.cancel, desk, OTHER, made["schedule_id"]).code == "schedule-over"
    assert refusal(scheduling.cancel, desk, OTHER, "sch_none").kind == "not_found"
    clock.at = TOMORROW
    assert swept(desk) == {"released": 0, "refused": 0}
    assert desk.store.pointer().set == 1
    assert told(desk)["ended_by"] == OTHER.subject


def test_who_takes_it_back_at_the_last_moment_is_not_overrun(desk, clock):
    """Taken back between the sweep's reading and its writing."""
    made = scheduled(desk)
    clock.at = TOMORROW

    class Interrupted(DynamoDefinitions):
        def publish(self, publication):
            scheduling.cancel(desk, OTHER, made["schedule_id"])
            return super().publish(publication)

    swept(replace(desk, store=Interrupted(desk.store._dynamo, TABLE)))
    assert desk.store.pointer().set == 1
    assert told(desk)["status"] == "cancelled"
    assert len(drafts.list_drafts(desk, AUTHOR).rows) == 1


def test_a_busy_store_is_asked_again_the_next_minute_and_holds_up_no_other_release(desk, clock):
    scheduled(desk)
    scheduled(desk, item("change-of-name", title=TITLE), due=TOMORROW + 1)
    clock.at = TOMORROW + 1

    class Busy(DynamoDefinitions):
        asked = 0

        def publish(self, publication):
            Busy.asked += 1
            if Busy.asked == 1:
                raise Problem("unavailable", "store-busy", Text("忙", "busy"))
            return super().publish(publication)

    assert refusal(swept, replace(desk, store=Busy(desk.store._dynamo, TABLE))).code == "store-busy"
    assert desk.store.pointer().set == 2
    assert swept(desk) == {"released": 1, "refused": 0}
    assert desk.store.pointer().set == 3
