"""The page of the format says what is so: its example is computed, its lists are those of the code."""

from __future__ import annotations

import random  # noqa: TID251  by a fixed seed
from pathlib import Path

import pytest

from chalicelib.domain.draws import bundle, log, rosters
from infra import verify_draw
from tests.builders_draws import draw
from tests.builders_tampering import tampered
from tests.frozen_draws import example
from tests.frozen_draws.third import Third

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


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_verifier_written_from_the_page_alone_makes_the_frozen_draws_anew(number: int) -> None:
    files = verify_draw.archive(example.BUNDLE.with_name(f"draw-{number}.zip"))
    assert Third(files).check() == {"visits": 7, "pool": None if number == 3 else 0, "void": number == 3}


@pytest.mark.parametrize("number", [6, pytest.param(60, marks=pytest.mark.proof)])
def test_a_verifier_written_from_the_page_alone_makes_random_draws_anew(number: int) -> None:
    chance = random.Random(8)
    for n in range(number):
        source = "fallback" if n % 3 == 0 else "primary"
        made = draw(
            n, chance.randint(1, 60), chance.randint(4, 30), source=source, recusals=n % 3, cap=1 + n % 4
        )
        Third(made.bundle()).check()
    with pytest.raises(AssertionError, match="result"):
        Third(tampered("an inspector of one's own choice", 0)[0]).check()
