"""Two verifiers, one in Python and one in JavaScript that was written from the format page: they never disagree."""

from __future__ import annotations

import random  # noqa: TID251  by a fixed seed
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import canonical
from infra import verify_draw
from tests.browser.other_verifier import verdicts
from tests.builders_draws import KEY, draw, early_void, relogged
from tests.builders_tampering import CHANGES, tampered
from tests.builders_twisting import twisted
from tests.unit.test_draw_verifier import FROZEN, refused
from tests.unit.test_draw_verifier import _slip as slip_of

PAGE = Path(verify_draw.__file__).with_suffix(".md")
SHAPES = PAGE.parent.parent / "admin" / "draws" / "verify" / "shapes.js"


def whole(n: int, chance: random.Random) -> Any:
    source = "fallback" if n % 3 == 0 else "primary"
    return draw(
        n, chance.randint(1, 120), chance.randint(4, (8, 40)[n % 2]), source=source, recusals=n % 4, cap=1 + n % 5,
        round_=chance.choice((1000, 1001, 1002)),
    )  # fmt: skip


def test_the_three_frozen_draws_are_valid_in_javascript_too() -> None:
    files = [verify_draw.archive(FROZEN / f"draw-{n}.zip") for n in (1, 2, 3)]
    how = [{"trusted": [KEY.verifier], "before": before} for before in (None, *files[:2])]
    for n, one in enumerate(verdicts(zip(files, how, strict=True)), 1):
        assert (one["name"], one["number"], one["signature"]) == ("", n, "verified")


@pytest.mark.parametrize("number", [12, pytest.param(500, marks=pytest.mark.proof)])
def test_random_draws_are_made_byte_for_byte_alike(number: int) -> None:
    """What the other verifier computes by itself from plan, rosters and values is what the platform wrote."""
    chance = random.Random(12)
    draws = [whole(n, chance) for n in range(number)]
    files = [one.bundle() for one in draws]
    made = verdicts((one, {}) for one in files)
    for one, said in zip(files, made, strict=True):
        assert said["name"] == refused(one) == ""
        assert said["made"]["result"].encode() == one["result.json"]
        assert said["made"]["notice"].encode() == one["notice.json"]
    assert {one["void"] for one in made} == {True, False}
    assert {one["replacements"] for one in made} >= {0, 1, 2}


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.proof)])
def test_every_kind_of_change_is_found_with_the_same_code_of_its_own(times: int) -> None:
    asked = [(what, seed) for what in CHANGES for seed in range(times)]
    found = verdicts(tampered(*one) for one in asked)
    wrong = {
        f"{what} {seed}: {said['name']} {said.get('detail', '')} instead of {CHANGES[what][0]}"
        for (what, seed), said in zip(asked, found, strict=True)
        if (said["name"], said["code"]) != (CHANGES[what][0], verify_draw.CODES[CHANGES[what][0]])
    }
    assert not wrong
    assert len(CHANGES) >= 25


def test_a_draw_that_is_void_before_its_value_is_valid_in_javascript_too() -> None:
    (said,) = verdicts([(early_void(3).bundle(), {})])
    assert (said["name"], said["void"], said["visits"]) == ("", True, 0)


@pytest.mark.parametrize("number", [60, pytest.param(2000, marks=pytest.mark.proof)])
def test_whatever_is_twisted_both_say_the_same(number: int) -> None:
    """Any member of any document, of any type, logged again as it is: the first fault has one name."""
    made = [twisted(seed) for seed in range(number)]
    found = verdicts((files, {}) for _, files in made)
    wrong = {
        f"{seed} {what}: {said['name']} {said.get('detail', '')}, and in Python {python}"
        for seed, ((what, files), said) in enumerate(zip(made, found, strict=True))
        if said["name"] != (python := refused(files))
    }
    assert not wrong
    assert len({said["name"] for said in found}) >= 8


def test_true_is_no_number_and_a_missing_member_is_no_zero() -> None:
    """Python takes False for 0: a place numbered so was valid here and not valid there."""
    made = draw(3)
    visit = next(one for one in made.documents["result"]["visits"] if one["team"])
    visit["team"][0][0] = False
    made.documents["notice"]["result"] = canonical.digest(made.documents["result"])
    relogged(made, "notice")
    assert refused(made.bundle()) == verdicts([(made.bundle(), {})])[0]["name"] == "malformed"


@pytest.mark.parametrize(("plan", "code"), [
    ('{"a":"e\u0301","b":9007199254740993,"c":1.5}', "float"), ('{"a":"e\u0301","b":9007199254740993}', "integer"),
    ('{"a":-9007199254740992}', "integer"), ('{"é":1,"z":"e\u0301"}', "not-nfc"), ('{"a":"e\\u0301"}', "not-nfc"),
    ('{"é":1}', "not-canonical"), ('{"a":"\\ud800"}', "not-canonical"), ('{"a":-0}', "not-canonical"),
    ('{"a":1,"a":1}', "not-canonical"), ('{"a":NaN}', "malformed"), ('\ufeff{}', "malformed"), ("{}", "malformed"),
])  # fmt: skip
def test_what_is_not_canonical_has_one_name_whatever_else_is_wrong(plan: str, code: str) -> None:
    files = draw(1, objects=4).bundle() | {"plan.json": plan.encode()}
    assert refused(files) == verdicts([(files, {})])[0]["name"] == code


def test_a_firms_slip_says_the_same_in_both() -> None:
    made = draw(5, objects=45)
    drawn = {visit["object"] for visit in made.documents["result"]["visits"]}
    slips = [{"slip.json": slip_of(made, index)} for index in range(45)]
    for row, said in zip(made.rosters["objects"], verdicts((one, {}) for one in slips), strict=True):
        assert said["name"] == ""
        assert (said["id"], said["drawn"]) == (row["id"], row["id"] in drawn)
    row = made.rosters["objects"][7]
    changed: list[dict[str, Any]] = [
        {"row": row | {"salt": "0" * 32}}, {"index": 8}, {"index": 45}, {"index": True}, {"path": []},
        {"notice": made.documents["notice"] | {"seed": "00" * 32}},
        {"commitment": made.documents["commitment"] | {"committed_at": 1}},
    ]  # fmt: skip
    files = [{"slip.json": slip_of(made, 7, **one)} for one in changed]
    names = [said["name"] for said in verdicts((one, {}) for one in files)]
    assert names == [refused(one) for one in files]
    assert names == ["proof", "proof", "row", "malformed", "proof", "notice", "commitment"]


def test_the_shapes_are_one_text_on_the_page_and_in_both_verifiers() -> None:
    page = PAGE.read_text().partition("### Shapes\n")[2].partition("```text\n")[2].partition("\n```")[0]
    script = SHAPES.read_text().partition("TEXT = `")[2].partition("`;\n")[0]
    assert page == verify_draw.SHAPES == script
