"""A robot official builds a permit from nothing but the screen and a one-page brief in Chinese, a second person
releases it, and a case of it runs to its end through the public API.

How long a practised official would take is worked out by the Keystroke-Level Model (`robot_time.mjs`) and printed.
"""

from __future__ import annotations

import pytest

from tests.builders_robots import (
    asks_what_the_brief_adds,
    built,
    line,
    released,
    runs,
    stands_before_the_public,
)

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

# What the process may issue is named in no place of a reference.
PACK = ("items/road-occupation", "registers/powers", "documents/one-time-correction-notice")


@pytest.mark.parametrize("brief", ["permit.md", pytest.param("permit-changed.md", marks=pytest.mark.proof)])
def test_a_robot_builds_a_permit_that_a_second_person_releases_and_that_then_runs(brief):
    with built("permit", brief, *PACK) as (up, _):
        stands_before_the_public(up, brief)
        asks_what_the_brief_adds(released(up, "items", line(brief, "事项编号")), brief)
        case = runs(up, line(brief, "事项编号"))
        (promised,) = [one for one in case["clocks"] if one["id"] == "promised"]
        assert f"{promised['budget']}个工作日" == line(brief, "承诺时限").split("，")[1]
