"""The demo and the stories hold on the packaged artefact, and say so when something does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import Api
from tests.journeys import demo, play
from tests.journeys.checks import chain_of, merged
from tests.journeys.stories import STORIES
from tests.journeys.stories_market import INSTANTLY
from tests.journeys.telling import Step, Story

pytestmark = pytest.mark.stack


def run_demo(monkeypatch: pytest.MonkeyPatch, url: str) -> int:
    monkeypatch.setattr("sys.argv", ["demo", "--url", url])
    return demo.main()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_a_story_goes_as_it_is_told(api: Api, story: Story) -> None:
    said: list[str] = []
    outcomes = play.play(api, story, said.append)
    assert [f"{one.does}: {one.said}" for one in outcomes if not one.ok] == []
    assert len(outcomes) == len(story.steps)
    assert sum("✓" in line for line in said) == len(story.steps)


def test_the_demo_tells_a_permit_from_application_to_licence(
    stack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_demo(monkeypatch, stack) == 0
    told = capsys.readouterr().out
    for wanted in (
        "2026-03-02 09:00  case.submitted", "case.accepted      person:demo-window @ market-regulation.window",
        "承诺日 / promised: 2026-03-13 · 办结 / done: 2026-03-09", "食品经营许可证 Food business licence",
        "6 个事件首尾相接 / events link up", "一切如预期 / all as expected",
    ):  # fmt: skip
        assert wanted in told
    with Api(stack) as client:
        assert client.http.get("/v1/dev/clock").json()["offset_ms"] == 0


def test_the_demo_fails_with_a_sentence_when_something_is_not_as_expected(
    stack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "deadline", lambda *_: "2026-03-03")
    assert run_demo(monkeypatch, stack) == 1
    assert "the promise is not what the calendar says" in capsys.readouterr().err


def test_the_demo_says_what_to_do_when_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_demo(monkeypatch, "http://127.0.0.1:9") == 2
    assert "start it with `make run`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("expect", "found"),
    [
        ({"state": "granting"}, "['received'] instead of ['granting']"),
        ({"clocks": {"intake": {"budget": 6}}}, "{'budget': 5}"),
        ({"can": []}, "['withdraw'] instead of []"),
        ({"status": 409}, "201 instead of 409"),
    ],
)
def test_a_step_that_is_not_as_expected_is_shown_and_ends_the_story(
    api: Api, expect: dict[str, object], found: str
) -> None:
    submits = next(step for step in INSTANTLY.steps if step.does.startswith("submit enterprise"))
    never = Step("不会到这里", "never reached", "applicant", "see")
    story = replace(INSTANTLY, steps=(replace(submits, expect=expect), never))
    said: list[str] = []
    (outcome,) = play.play(api, story, said.append)
    assert found in outcome.said
    assert any(line.startswith("  ✗") for line in said)
    assert not any("never reached" in line for line in said)


def test_a_chain_with_a_gap_or_a_wrong_link_is_noticed() -> None:
    whole = [
        {"seq": 1, "prev_hash": "0" * 64, "hash": "a"},
        {"seq": 2, "prev_hash": "a", "hash": "b"},
        {"seq": 3, "prev_hash": "b", "hash": "c"},
    ]
    assert chain_of(whole) == ""
    assert chain_of([]) == "no event at all"
    assert chain_of(whole[1:]) == "a gap in the sequence numbers"
    assert chain_of([whole[0], {**whole[1], "prev_hash": "x"}]) == "the hashes do not link up"


@pytest.mark.parametrize(
    ("value", "patch", "wanted"),
    [
        ({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}, {"a": 1, "b": {"c": 2, "d": 3}}),
        ({"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
        ({"a": 1}, {"a": {"b": 1, "c": None}}, {"a": {"b": 1}}),
        ([1], {"a": 1}, {"a": 1}),
    ],
)
def test_a_merge_patch_changes_what_it_names_and_nothing_else(
    value: object, patch: object, wanted: object
) -> None:
    assert merged(value, patch) == wanted
