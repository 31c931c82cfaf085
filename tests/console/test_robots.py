"""What holds for all robot officials (`test_robot_*.py`): they know no more of a screen than who looks at it."""

from __future__ import annotations

import pytest

from tests.builders_console import BROWSER

SCRIPTS = [BROWSER / "robots.mjs", *sorted(BROWSER.glob("robot_*.mjs"))]
SEEN_ONLY_BY_PROGRAMS = ["locator(", "evaluate(", "fetch(", "$(", "getByTestId", "frame(", "JSON"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_robot_knows_no_more_of_a_screen_than_who_looks_at_it(script):
    """By role, label, title and visible text; it reads no page behind the screen and asks no route."""
    written = script.read_text()
    assert [one for one in SEEN_ONLY_BY_PROGRAMS if one in written] == []
