"""By whom a notice is sent next: in order, past who refuses or fails, in rounds over days; when it is quiet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random  # noqa: TID251 - seeded: the same every time
from typing import Any

import pytest

from chalicelib.domain import notices
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.deliveries import HOUR, MINUTE, SECOND, Said
from chalicelib.domain.notice_courses import (
    AGAIN,
    Ask,
    Health,
    Over,
    Told,
    Wait,
    Way,
    course,
    judged,
    line,
    receipt_line,
    reported,
    round_of,
)  # fmt: skip

AT = 1_772_413_200_000
A, B, MAIL = (Way("sms", {"id": "a"}), Way("sms", {"id": "b"}), Way("email", {"id": "m"}))
WAYS = (A, B, MAIL)


def after(
    attempts: list[dict[str, Any]], ways: Any = WAYS, health: Any = None, at: int = AT
) -> Ask | Wait | Over:
    return course(ways, attempts, health or {}, at, 0)


def tried(way: Way, verdict: str, attempts: list[dict[str, Any]], at: int = AT) -> list[dict[str, Any]]:
    told = Told(verdict, verdict)  # type: ignore[arg-type]
    return [*attempts, line(way, told, at, len(attempts) + 1, round_of(way, attempts))]


def test_the_first_provider_of_the_first_channel_is_asked_first() -> None:
    assert after([]) == Ask(A)


def test_who_failed_once_is_asked_again_a_little_later() -> None:
    once = tried(A, "failed", [])
    assert after(once) == Wait(AT + AGAIN, "again")
    assert after(once, at=AT + AGAIN) == Ask(A)


def test_who_failed_as_often_as_their_channel_allows_is_passed_over_and_the_next_asked_at_once() -> None:
    twice = tried(A, "failed", tried(A, "failed", []))
    assert after(twice) == Ask(B)
    once = Way("sms", {"id": "a", "tries": 1})
    assert after(tried(once, "failed", []), (once, B)) == Ask(B)


@pytest.mark.parametrize("verdict", ["refused", "broken"])
def test_who_refuses_for_good_is_asked_no_more(verdict: str) -> None:
    assert after(tried(A, verdict, [])) == Ask(B)
    of_sms = tried(B, verdict, tried(A, verdict, []))
    assert after(of_sms) == Ask(MAIL)
    assert after(tried(MAIL, verdict, of_sms), at=AT + 1000 * HOUR) == Over("refused-by-all")


def test_without_any_way_it_is_over_at_once() -> None:
    assert after([], ()) == Over("no-way")


def test_when_all_failed_a_further_round_begins_by_the_schedule_and_it_ends_after_days() -> None:
    attempts, at, waits = list[dict[str, Any]](), AT, list[int]()
    for _ in range(500):
        then = after(attempts, at=at)
        if isinstance(then, Over):
            break
        if isinstance(then, Wait):
            waits.append(then.until - at)
            at = then.until
        else:
            attempts = tried(then.way, "failed", attempts, at)
    assert isinstance(then, Over)
    assert then.why == "failed-by-all"
    assert [one for one in waits if one != AGAIN][:3] == [5 * MINUTE, 30 * MINUTE, 2 * HOUR]
    assert at - AT >= 75 * HOUR
    assert {one["round"] for one in attempts} == set(range(9))
    for number in range(9):  # each of them as often as they may, in their order, in every round
        asked = [one["provider"] for one in attempts if one["round"] == number]
        assert asked == ["a", "a", "b", "b", "m", "m"]


def test_who_fails_everybody_rests_and_the_next_is_asked_meanwhile() -> None:
    ill = {("sms", "a"): Health(5, AT - MINUTE)}
    assert after([], health=ill) == Ask(B)
    assert after([], health=ill, at=AT + 4 * MINUTE) == Ask(A)
    assert after([], health={("sms", "a"): Health(4, AT - MINUTE)}) == Ask(A)
    assert after([], (A,), ill) == Wait(AT + 4 * MINUTE, "providers-rest")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (Said(202, "answered", 1), "accepted"), (Said(422, "answered", 1), "refused"),
        (Said(503, "answered", 1), "failed"), (Said(429, "answered", 1), "failed"),
        (Said(302, "answered", 1), "broken"), (Said(401, "answered", 1), "broken"),
        (Said(None, "time-out", 1), "failed"), (Said(None, "refused", 1), "failed"),
        (Said(None, "address-forbidden", 1), "broken"), (Said(None, "certificate", 1), "broken"),
    ],
)  # fmt: skip
def test_what_an_answer_means(said: Said, verdict: str) -> None:
    assert judged(said).verdict == verdict


# ── receipts


def receipt(way: Way, delivered: bool) -> dict[str, Any]:
    return receipt_line(way.channel, way.key[1], delivered=delivered, why="x", at=AT)


def test_a_failure_reported_by_who_has_it_goes_to_the_next_and_is_heard_once() -> None:
    taken = tried(A, "accepted", [])
    lost = receipt(A, delivered=False)
    assert reported(taken, lost) == "next"
    assert reported([*taken, lost], lost) == "again"
    assert after([*taken, lost]) == Ask(B)


def test_a_late_failure_asks_nobody_while_another_one_has_it() -> None:
    taken = tried(B, "accepted", tried(A, "failed", []))
    assert reported(taken, receipt(A, delivered=False)) == "noted"
    assert reported([*taken, receipt(B, delivered=True)], receipt(A, delivered=False)) == "noted"


def test_who_was_never_asked_reports_nothing() -> None:
    assert reported(tried(A, "accepted", []), receipt(B, delivered=True)) == "stray"


def test_what_timed_out_and_was_delivered_all_the_same_is_delivered() -> None:
    assert reported(tried(A, "failed", []), receipt(A, delivered=True)) == "delivered"


# ── nothing is lost, and nothing told twice on purpose, whatever providers do


@pytest.mark.parametrize("seed", range(60))
def test_whatever_providers_do_one_has_it_or_all_were_asked(seed: int) -> None:
    chance = Random(seed)
    ways = [Way("sms", {"id": name, "tries": chance.randint(1, 3)}) for name in "abc"]
    attempts, at, held = list[dict[str, Any]](), AT, set[str]()
    for _ in range(2_000):
        then = course(ways, attempts, {}, at, seed)
        if isinstance(then, Over):
            break
        if isinstance(then, Wait):
            assert at < then.until <= at + 30 * HOUR
            at = then.until
            continue
        assert not held
        verdict = chance.choice(["failed"] * 8 + ["refused", "broken", "accepted"])
        attempts = tried(then.way, verdict, attempts, at)
        if verdict == "accepted":
            if chance.random() < 0.5:
                break
            lost = receipt(then.way, delivered=False)
            assert reported(attempts, lost) == "next"
            attempts.append(lost)
        at += SECOND
    if isinstance(then, Over):
        out = {"refused", "broken", "undelivered"}
        for way in ways:
            own = [one for one in attempts if one["provider"] == way.key[1]]
            assert any(one["verdict"] in out for one in own) or len(own) == 9 * way.provider["tries"]
    else:
        assert attempts[-1]["verdict"] == "accepted"


# ── quiet hours by local time and calendar

# The New Year of 2026: 15 to 23 February are rest days, 14 and 28 are worked (State Council's notice for 2026).
REST = {date(2026, 2, day) for day in range(15, 24)} | {date(2026, 3, 7), date(2026, 3, 8)}


def works(day: date) -> bool:
    return day not in REST


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


NIGHTS: dict[str, Any] = {"from": "21:00", "to": "08:00", "rest_days": {"from": "20:00", "to": "09:00"}}
WHOLE: dict[str, Any] = {"from": "21:00", "to": "08:00", "rest_days": {"from": "00:00", "to": "00:00"}}


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (NIGHTS, "2026-03-06T21:30", "2026-03-07T09:00"),  # a Friday evening: the Saturday sleeps longer
        (NIGHTS, "2026-03-07T20:00", "2026-03-08T09:00"),
        (NIGHTS, "2026-03-08T20:30", "2026-03-09T08:00"),  # the Monday does not
        (NIGHTS, "2026-03-07T12:00", "2026-03-07T12:00"),
        (NIGHTS, "2026-02-14T20:30", "2026-02-14T20:30"),  # a worked Saturday
        (WHOLE, "2026-02-14T22:00", "2026-02-24T08:00"),  # the whole New Year, and the night after it
        (WHOLE, "2026-02-18T12:00", "2026-02-24T08:00"),
        (WHOLE, "2026-02-24T08:00", "2026-02-24T08:00"),
    ],
)
def test_quiet_hours_of_rest_days_are_their_own(quiet: Any, at: str, until: str) -> None:
    assert notices.after_quiet(quiet, instant(at), SHANGHAI, works) == instant(until)


def moments() -> Iterator[int]:
    for day in range(1, 29):
        for hour in (0, 3, 7, 8, 9, 13, 20, 21, 23):
            yield instant(f"2026-02-{day:02d}T{hour:02d}:59")


def test_what_may_go_is_never_early_never_quiet_and_stays_so() -> None:
    for at in moments():
        may = notices.after_quiet(NIGHTS, at, SHANGHAI, works)
        assert may >= at
        assert notices.after_quiet(NIGHTS, may, SHANGHAI, works) == may
        local = datetime.fromtimestamp(may / 1000, SHANGHAI)
        begins, ends = (8, 21) if works(local.date()) else (9, 20)
        assert begins <= local.hour < ends


def test_legal_service_never_waits() -> None:
    late = instant("2026-03-06T23:00")
    told = {"quiet_hours": NIGHTS, "purpose": "legal-service"}
    assert notices.may_go(told, late, SHANGHAI, works) == late
    assert notices.may_go(told | {"purpose": "courtesy"}, late, SHANGHAI, works) > late
