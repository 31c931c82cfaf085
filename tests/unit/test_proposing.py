"""What a trigger would have changed is a draft that nobody wrote: taken up by one person, released by another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders_app import House
from tests.builders_relay import relays, stream, works
from tests.unit.test_triggering import FIRM, files, release

RULE = "food-licence-limit"
PATH = f"/v1/definitions/rules/{RULE}"
ADMIN, RELEASER = ("person:demo-admin", "admin"), ("person:demo-releaser", "releaser")


def proposing() -> dict[str, Any]:
    """Whoever withdraws an application for a food licence: the limit is to be looked at."""
    proposed = {
        "definition": f"rules:{RULE}",
        "patch": {"title": {"en": "case:item"}},
        "note": "撤回过多,请复核时限",
    }
    return {
        "kind": "triggers", "id": "look-at-the-limit", "title": {"zh": "复核时限", "en": "Look at the limit"},
        "on": {"event": "case.withdrawn", "items": ["food-licence"]}, "do": [{"propose": proposed}],
        "once_per": ["case:item"],
    }  # fmt: skip


def withdrawn(up: House, key: str = "k") -> list[str]:
    """A firm gives up; the messages that follow."""
    assert up.app.press.store.pointer().set
    case = files(up, key)["case_id"]
    headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": f"w{key}"}
    assert (
        up.call("POST", f"/v1/cases/{case}/moves", {"move": "withdraw", "input": {}}, headers).status == 200
    )
    return relays(up, stream(up))


def drafts(up: House) -> list[dict[str, Any]]:
    listed = up.call("GET", "/v1/drafts-of-definitions", None, up.bearer(*ADMIN)).json()["drafts"]
    return [one for one in listed if one["author"].startswith("trigger:")]


def published(up: House) -> dict[str, Any]:
    return dict(up.call("GET", PATH, None, up.bearer(*ADMIN)).json()["definition"])


def test_a_proposal_is_one_draft_however_often_it_is_asked_for_and_changes_nothing(up: House) -> None:
    assert release(up, proposing()).status == 201
    before = published(up)
    messages = withdrawn(up) + withdrawn(up, "k2")
    done = works(up, messages * 3)
    assert done["proposed"] == 1
    assert done["again"] >= 2
    (draft,) = drafts(up)
    assert (draft["kind"], draft["id"], draft["author"]) == ("rules", RULE, "trigger:look-at-the-limit")
    assert draft["note"] == "撤回过多,请复核时限"
    assert published(up) == before
    shown = up.call("GET", f"{PATH}/drafts/{draft['draft_id']}", None, up.bearer(*ADMIN)).json()["body"]
    assert shown == before | {"title": before["title"] | {"en": "food-licence"}}


def test_a_proposal_may_remove_a_member(up: House) -> None:
    trigger, before = proposing(), published(up)
    trigger["do"][0]["propose"]["patch"] = {"description": None}
    assert release(up, trigger).status == 201
    works(up, withdrawn(up))
    (draft,) = drafts(up)
    shown = up.call("GET", f"{PATH}/drafts/{draft['draft_id']}", None, up.bearer(*ADMIN)).json()["body"]
    assert shown == {name: one for name, one in before.items() if name != "description"} != before


def test_one_person_takes_it_up_and_another_releases_it(up: House) -> None:
    assert release(up, proposing()).status == 201
    messages = withdrawn(up)
    works(up, messages)
    (draft,) = drafts(up)
    path = f"{PATH}/drafts/{draft['draft_id']}"
    alone = up.call("POST", f"{path}/releases", {}, up.bearer(*RELEASER))
    assert (alone.status, alone.code) == (403, "proposal-not-taken-up")
    both = up.bearer("person:demo-both", "admin", "releaser")
    seen = up.call("GET", path, None, both)
    saved = up.call("PUT", path, {"body": seen.json()["body"]}, both | {"If-Match": seen.headers["etag"]})
    assert saved.json()["editors"] == ["trigger:look-at-the-limit", "person:demo-both"]
    assert up.call("POST", f"{path}/releases", {}, both).code == "author-is-releaser"
    assert up.call("POST", f"{path}/releases", {}, up.bearer(*RELEASER)).status == 201
    assert published(up)["title"]["en"] == "food-licence"
    assert works(up, messages)["again"] == 1  # and a message that comes late proposes it no second time
    assert drafts(up) == []


def test_what_was_thrown_away_is_not_proposed_again(up: House) -> None:
    assert release(up, proposing()).status == 201
    messages = withdrawn(up)
    works(up, messages)
    (draft,) = drafts(up)
    path = f"{PATH}/drafts/{draft['draft_id']}"
    assert up.call("DELETE", path, None, up.bearer(*ADMIN) | {"If-Match": '"1"'}).status == 204
    works(up, messages)
    assert drafts(up) == []


def test_who_died_between_the_draft_and_its_mark_proposes_it_once(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert release(up, proposing()).status == 201
    messages = withdrawn(up)
    work = up.app.press.work
    assert work is not None

    def dies(*_: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(work), "keep", dies)
    with pytest.raises(KeyboardInterrupt):
        works(up, messages)
    monkeypatch.undo()
    assert works(up, messages)["again"] == 1
    assert len(drafts(up)) == 1
