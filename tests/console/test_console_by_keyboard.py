"""The whole way of a release — change, check, a second person — without a pointer, every stop visible."""

from __future__ import annotations

import pytest

from tests.builders_console import ROOT, played, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time


def test_an_item_is_changed_and_released_with_the_keyboard_alone():
    with small_house() as up:
        seen = played(up, "keyboard", ROOT / ".local" / "tests" / "keyboard")
        assert seen["unseen"] == []
        assert dict(seen["steps"])["released"].endswith("（键盘）")
        (found,) = [
            one for one in up.call("GET", "/v1/items").json()["items"] if one["id"] == "water-connection"
        ]
        assert found["title"]["zh"].endswith("（键盘）")
