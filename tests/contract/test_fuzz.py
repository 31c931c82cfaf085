"""Whatever a machine makes of our description of the API, the answer is one that the description has."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".local" / "fuzz" / "bin" / "python"  # schemathesis has an environment of its own


def fuzzed(calls: int, seed: int, *more: str) -> dict[str, Any]:
    """What a run found. The environment is `make test`'s to build; without it nothing is proven, so nothing passes."""
    assert PYTHON.exists(), "the fuzzer is not installed: make .local/fuzz/.made"
    command = [str(PYTHON), "-m", "tests.fuzz.run", "--calls", str(calls), "--seed", str(seed), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip(), done.stderr[-3_000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def sound(found: dict[str, Any], calls: int) -> None:
    assert found["wrong"] == {}
    assert found["calls"] >= calls
    assert found["operations"] >= 50  # every route, and every item's own
    # What it cannot make up is one item's form at most, never a route of ours.
    assert all(one.startswith("POST /v1/items/") and "{" not in one for one in found["unsupported"])
    succeeded = sum(count for status, count in found["statuses"].items() if status < "300")
    assert succeeded >= found["calls"] // 15, found["statuses"]  # it gets behind the doors
    assert not [status for status in found["statuses"] if status >= "500"]


def test_four_hundred_calls_find_no_answer_off_the_description() -> None:
    sound(fuzzed(400, 20260302), 400)


@pytest.mark.proof
@pytest.mark.timeout(7_200)
def test_ten_thousand_calls_find_no_answer_off_the_description() -> None:
    sound(fuzzed(10_000, 20260303), 10_000)


def test_an_answer_off_the_description_would_be_found() -> None:
    """The same run with a bug in it: a route that answers what nobody described, one that fails."""
    found = fuzzed(300, 1, "--with-a-bug")
    wrong = " ".join(found["wrong"])
    assert "GET /v1/drafts " in wrong
    assert "GET /v1/reads " in wrong
