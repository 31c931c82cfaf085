"""Changes what is published, as two officials do through the front door, and puts it back after a module of tests."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.builders import FOOD, Api, ok

ITEM = f"/v1/definitions/items/{FOOD}"
FRESH = 5.0  # seconds after which no worker may show the former release (decisions 6)

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module", autouse=True)
def as_it_was(api: Api) -> Iterator[None]:
    """The set that was published before these tests is published again after them."""
    api.be_on("2026-03-02")
    before = ok(api.anybody.get("/v1/health"))["release_set"]
    yield
    api.releaser.post("/v1/release-sets/rollbacks", {"to": before, "reason": "测试结束"})
    time.sleep(FRESH)


def draft(api: Api, path: str, change: Change) -> str:
    """A draft of the published definition with a change; where it is."""
    body = copy.deepcopy(ok(api.admin.get(path))["definition"])
    change(body)
    return f"{path}/drafts/{ok(api.admin.post(f'{path}/drafts', {'body': body}), 201)['draft_id']}"


def release(api: Api, change: Change, path: str = ITEM) -> dict[str, Any]:
    """What became of releasing such a draft."""
    act: dict[str, Any] = ok(api.releaser.post(f"{draft(api, path, change)}/releases", {"note": "测试"}), 201)
    return act


def retire_supervision(api: Api) -> None:
    """From here on no red light opens a supervision: for crowds that are late all at once."""
    release(
        api,
        lambda body: body.update(retired_at="2026-01-02"),
        "/v1/definitions/triggers/red-light-supervision",
    )


def hash_of(act: dict[str, Any], item: str = FOOD) -> str:
    """The release of an item that an act made."""
    return next(str(one["release"]) for one in act["items"] if one["id"] == item)


def described(words: str) -> Change:
    return lambda body: body.update(description={"zh": words, "en": f"changed: {words}"})
