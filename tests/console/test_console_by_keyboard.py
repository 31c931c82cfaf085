"""The whole way of a release — change, check, a second person — without a pointer, every stop visible."""

from __future__ import annotations

import json
import subprocess

import pytest

from infra import console
from tests.builders_console import ROOT, served, small_house

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

JOURNEY = ROOT / "admin" / "console" / "browser" / "keyboard.mjs"


def test_an_item_is_changed_and_released_with_the_keyboard_alone():
    with small_house() as up:
        with served(up) as url:
            played = subprocess.run(
                [str(console.node()), str(JOURNEY), f"{url}/admin/", str(ROOT / ".local" / "tests" / "console")],
                capture_output=True, text=True, timeout=600, check=False,
            )  # fmt: skip
        assert played.returncode == 0, played.stderr[-2000:]
        seen = json.loads(played.stdout.splitlines()[-1])
        assert seen["failed"] == []
        assert seen["unseen"] == []
        assert dict(seen["steps"])["released"].endswith("（键盘）")
        (found,) = [
            one for one in up.call("GET", "/v1/items").json()["items"] if one["id"] == "water-connection"
        ]
        assert found["title"]["zh"].endswith("（键盘）")
