"""A draw takes place while officials look on: sealed, counted down, drawn by a round of drand, verified by anybody.

The district draws in August 2023, because rounds of drand from then are on record: their signatures are verified, not
believed. In a real Chromium, by role and label; the pictures lie in .local/tests/draw-hall afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.change import RecordWrite
from tests.builders_console import ROOT, played, small_house
from tests.builders_drawing import COMMIT, DAY, HOUR, KNOWN, SERIES, records
from tests.builders_draws import RANDOMNESS_1000

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

TIMES = (COMMIT - 2 * HOUR, COMMIT, KNOWN + 3_000, KNOWN + 62 * DAY)
MORE = (f"draws/{SERIES}", "registers/powers")
# Once a quarter, on the day that monthly draws of the other tests fall on: no second one begins before the reveal.
QUARTERLY = {"every": {"period": "quarter", "day": 53, "hour": 23}, "effective_from": "2023-08-01"}


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the browser saw on its way; see draw_hall.mjs."""
    with small_house(None, *MORE, changed={f"draws/{SERIES}": QUARTERLY}) as up:
        up.app.at = TIMES[0]
        for register, identity, body in records():
            write = RecordWrite(register, identity, 0, body, "2023-01-01")
            up.app.kit.records.write(write, "system:test", up.app.at)
        instants = [datetime.fromtimestamp(at / 1000, UTC).isoformat() for at in TIMES]
        return played(up, "draw_hall", ROOT / ".local" / "tests" / "draw-hall", *instants)


def test_before_anything_is_sealed_the_hall_says_so_and_when_it_begins(seen):
    assert "尚未开始 · 下次抽查 2023-08-22 23:00:00" in seen["steps"]["before"]


def test_the_next_draw_is_named_once_nothing_more_is_to_come(seen):
    assert "下次抽查" not in seen["steps"]["committed"] + seen["steps"]["drawn"]
    assert "下次抽查 2023-11-" in seen["steps"]["revealed"]


def seconds_of(shown: str) -> int:
    """Of a countdown: `1天 00:00:00`, `23:59:59`."""
    days, _, clock = shown.rpartition("天 ")
    hours, minutes, seconds = map(int, clock.split(":"))
    return ((int(days or 0) * 24 + hours) * 60 + minutes) * 60 + seconds


def test_the_commitment_is_shown_and_the_time_to_its_value_counts_down(seen):
    assert "第 1 次 · 2023-Q3" in seen["steps"]["committed"]
    assert "2023-08-23 23:59" in seen["steps"]["committed"]
    first, second = seen["steps"]["countdown"], seen["steps"]["later"]
    assert first.startswith(("1天 00:00:", "23:59:"))
    assert seconds_of(second) < seconds_of(first)
    assert "轮次" in seen["steps"]["commitment"] or "1000" in seen["steps"]["commitment"]


def test_nothing_is_drawn_in_the_open_before_its_value(seen):
    for word in ("随机数 ·", "共安排检查", RANDOMNESS_1000):
        assert word not in seen["steps"]["commitment"]


def test_an_act_that_does_not_fit_is_refused_in_words_and_what_was_typed_stays(seen):
    assert "尚未开奖" in seen["steps"]["refused"]
    assert seen["steps"]["kept"] == "01 02 03"


def test_the_value_that_drew_is_the_one_on_record(seen):
    assert RANDOMNESS_1000 in seen["steps"]["drawn"]
    assert "信用较差：" in seen["steps"]["drawn"]
    assert seen["steps"]["acts"] == ["回避", "宣布作废"]


def test_in_the_end_all_of_it_is_told_and_anybody_verifies_it(seen):
    assert "共安排检查" in seen["steps"]["revealed"]
    assert "核验通过" in seen["steps"]["verdict"]


def test_nothing_grave_stands_against_any_screen_and_none_is_wider_than_its_window(seen):
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}
    assert seen["refused"] == []
    assert len(seen["axe"]) == 9
