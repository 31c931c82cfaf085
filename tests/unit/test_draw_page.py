"""The page of the format says what is so: its example is computed, its lists are those of the code."""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.draws import bundle, log, rosters
from infra import verify_draw
from tests.frozen_draws import example

PAGE = Path(verify_draw.__file__).with_suffix(".md").read_text()


def test_every_line_of_the_worked_example_is_computed() -> None:
    shown = PAGE.partition("## 5. ")[2].partition("```text\n")[2].partition("```")[0]
    assert shown.splitlines() == example.lines()


def test_the_page_names_every_file_every_kind_of_entry_and_every_code() -> None:
    for name in bundle.DOCUMENTS:
        assert f"`{name}.json`" in PAGE
    for roster in rosters.KEYS:
        assert f"`{roster}.jsonl`" in PAGE
    for kind in log.FOLLOWS:
        assert kind is None or f"| `{kind}` |" in PAGE
    for name, code in verify_draw.CODES.items():
        assert f"{code} `{name}`" in PAGE


def test_what_may_follow_what_is_told_alike_everywhere() -> None:
    assert {kind: list(next_) for kind, next_ in log.FOLLOWS.items()} == verify_draw.FOLLOWS
    assert log.ENDED == verify_draw.ENDED
    for kind in verify_draw.FOLLOWS:
        line = next(
            (one for one in PAGE.splitlines() if one.startswith(f"| `{kind}` |") and one.count("|") == 5), ""
        )
        before = [str(one or "nothing") for one, after in log.FOLLOWS.items() if kind in after]
        if kind:
            assert sorted(line.rsplit("|", 2)[1].strip().split(", ")) == sorted(before)
