"""What an answer means, when the next attempt is, when an endpoint is given up; which addresses may be subscribed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import deliveries
from chalicelib.domain.deliveries import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    WAITS,
    Said,
    after,
    asked_wait,
    given_up,
    redacted,
)
from chalicelib.domain.problems import Problem
from chalicelib.domain.webhook_urls import refused, target_of
from tests.builders_stores import NOON
from tests.unit.test_webhook_signing import SPECIAL

CHANCES = st.integers(0, 2**32 - 1)


def answered(status: int, retry_after: str = "") -> Said:
    return Said(status, "answered", 5, retry_after)


def test_ten_attempts_reach_over_three_days_and_three_hours_and_a_half():
    at, times = NOON, [NOON]
    for attempt in range(1, 10):
        then = after(attempt, answered(500), at, 0)
        assert then.state == "retry"
        at = then.due
        times.append(at)
    assert after(10, answered(500), at, 0).state == "dead"
    assert len(times) == len(WAITS) == 10
    assert at - NOON == 75 * HOUR + 35 * MINUTE + 5 * SECOND
    assert [later - earlier for earlier, later in pairwise(times)] == list(WAITS[1:])


@given(st.integers(1, 9), CHANCES)
def test_jitter_only_ever_adds_and_a_fifth_at_most(attempt, chance):
    wait = after(attempt, answered(500), NOON, chance).due - NOON
    assert WAITS[attempt] <= wait <= WAITS[attempt] * 6 // 5


def test_ten_thousand_endpoints_that_fail_together_do_not_return_together():
    for attempt, at_most in ((2, 0.02), (9, 0.001)):
        seconds = [after(attempt, answered(500), NOON, _chance(n)).due // 1000 for n in range(10_000)]
        busiest = max(seconds.count(one) for one in set(seconds))
        assert busiest <= 10_000 * at_most * 1.5
        assert max(seconds) - min(seconds) > WAITS[attempt] // 1000 * 0.19


def _chance(number: int) -> int:
    return int.from_bytes(hashlib.sha256(number.to_bytes(4, "big")).digest()[:4], "big")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_delivery(status):
    assert after(1, answered(status), NOON, 0).state == "ok"


@pytest.mark.parametrize(
    "status", [301, 302, 307, 308, 304, 400, 401, 404, 409, 422, 429, 500, 502, 503, 504]
)
def test_everything_else_is_tried_again_redirects_and_every_4xx_too(status):
    then = after(1, answered(status), NOON, 0)
    assert (then.state, then.why, then.gone) == ("retry", f"status-{status}", False)


def test_410_ends_it_at_once():
    then = after(1, answered(410), NOON, 0)
    assert (then.state, then.gone) == ("dead", True)


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_for_time_gets_it_in_seconds_or_until_a_date_a_day_at_most(status):
    date = format_datetime(datetime.fromtimestamp(NOON / 1000 + 7200, UTC), usegmt=True)
    for text, wait in (
        ("3600", HOUR),
        (date, 2 * HOUR),
        ("99999999", DAY),
        ("-5", 5 * SECOND),
        ("soon", 5 * SECOND),
    ):
        assert after(1, answered(status, text), NOON, 0).due - NOON == wait
    assert after(1, answered(500, "3600"), NOON, 0).due - NOON == 5 * SECOND  # only these two statuses ask
    assert after(6, answered(status, "1"), NOON, 0).due - NOON == WAITS[6]  # never sooner than the schedule


@given(st.text(max_size=60))
def test_whatever_stands_in_retry_after_is_a_wait_of_a_day_at_most(text):
    assert 0 <= asked_wait(text, NOON) <= DAY


def test_an_endpoint_is_given_up_after_five_days_without_a_success_and_not_before():
    assert not given_up(None, NOON)
    assert not given_up(NOON, NOON + 5 * DAY - 1)
    assert given_up(NOON, NOON + 5 * DAY)


def test_what_a_receiver_echoes_is_kept_without_long_numbers_and_four_kilobytes_at_most():
    kept = redacted("id 11010519491231002X, phone 13800138000, no. 1234567890 " + "x" * 9000)
    assert "11010519491231002X" not in kept
    assert "13800138000" not in kept
    assert "1234567890" in kept
    assert len(kept) == deliveries.KEPT_OF_ANSWER


def test_a_deliverys_id_is_the_same_for_the_same_event_and_subscription_only():
    one = deliveries.identity("evt_1", "sub_1", NOON)
    assert one == deliveries.identity("evt_1", "sub_1", NOON)
    assert (
        len({one, deliveries.identity("evt_2", "sub_1", NOON), deliveries.identity("evt_1", "sub_2", NOON)})
        == 3
    )
    assert one < deliveries.identity("evt_1", "sub_1", NOON + 1)
    assert "." not in one


SPELLINGS = (
    "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "017700000001",
    "%31%32%37.0.0.1", "①②⑦.⓪.⓪.①", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "localhost",
)  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_none_of_13_spellings_of_this_machine_may_be_subscribed(spelling):
    assert len(set(SPELLINGS)) == 13
    with pytest.raises(Problem) as found:
        target_of(f"https://{spelling}/")
    assert found.value.code == "webhook-url-refused"


def test_none_of_48_special_purpose_literals_may_be_subscribed():
    literals = SPECIAL.split()
    urls = [f"https://[{one}]/" if ":" in one else f"https://{one}/" for one in literals]
    assert [url for url in urls if refused(url) is None] == []
    assert [url for url in urls if refused(url, loopback=True) is None] == [
        "https://127.0.0.1/",
        "https://[::1]/",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.cn/in", "https://hooks.example.cn", "https://hooks.example.cn:8443/a?b=c",
        "https://1.1.1.1/", "https://[2400:3200::1]/", "https://xn--fiq228c.example.cn/",
    ],
)  # fmt: skip
def test_ordinary_addresses_may_be_subscribed(url):
    assert refused(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.cn", "ftp://hooks.example.cn/", "http://hooks.example.cn/", "https://", "https:///x",
        "https://hooks.example.cn:80/", "https://hooks.example.cn:x/", "https://u@hooks.example.cn/",
        "https://hooks.example.cn/#f", "https://hooks.example.cn/ x", "https://hooks.example.cn\\@127.0.0.1/",
        "https://hooks.example.cn/\r\nHost: x", "https://hooks", "https://-a.cn/", "https://[fe80::1%25lo]/",
        "https://hooks.example.cn/" + "x" * 1000, "https://[2400:3200:0::1]/", "https://a..cn/",
    ],
)  # fmt: skip
def test_everything_that_is_no_plain_https_address_of_a_public_host_is_refused(url):
    assert refused(url) is not None
    assert refused(url, loopback=True) is not None  # the allowance is for two literals, not for anything else
