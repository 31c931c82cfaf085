"""The stand-alone verifier: whole draws are valid, a firm's slip says the same, and nothing that was changed passes."""

from __future__ import annotations

import random  # noqa: TID251  by a fixed seed
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain import canonical, merkle
from chalicelib.domain.draws import bundle, rosters, slips
from infra import verify_draw, verify_slip
from tests.builders_draws import KEY, ORIGIN, Draw, draw, early_void
from tests.builders_tampering import CHANGES, tampered

FROZEN = Path(__file__).parent.parent / "frozen_draws"
SCRIPT = Path(verify_draw.__file__)


def refused(files: dict[str, bytes], **how: Any) -> str:
    """The code with which the verifier refuses, or nothing."""
    try:
        if list(files) == ["slip.json"]:
            verify_slip.verify(files["slip.json"], **how)
        else:
            verify_draw.verify(files, **how)
    except (verify_draw.Wrong, verify_slip.Wrong) as wrong:
        return str(wrong.args[0])
    return ""


@pytest.mark.parametrize("number", [12, pytest.param(500, marks=pytest.mark.proof)])
def test_whole_draws_of_every_kind_are_valid(number: int) -> None:
    chance = random.Random(6)
    for n in range(number):
        source = "fallback" if n % 3 == 0 else "primary"
        made = draw(
            n, chance.randint(1, 120), chance.randint(4, 40), source=source, recusals=n % 3, cap=1 + n % 4,
            round_=chance.choice((1000, 1001, 1002)),
        )  # fmt: skip
        assert refused(made.bundle()) == "", n


def test_three_frozen_draws_of_one_series_are_valid_for_ever() -> None:
    files = [verify_draw.archive(FROZEN / f"draw-{n}.zip") for n in (1, 2, 3)]
    for n, (one, before) in enumerate(zip(files, [None, *files], strict=False), 1):
        assert verify_draw.verify(one, trusted=[KEY.verifier], before=before).startswith(
            f"draw {n} of joint-food"
        )


def test_the_frozen_draws_are_written_again_byte_for_byte() -> None:
    """So that what the platform writes today is what it wrote then."""
    from tests.frozen_draws.made import frozen

    for name, files in frozen().items():
        assert files == verify_draw.archive(FROZEN / name), name


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.proof)])
@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_any_kind_is_refused_with_its_own_code(what: str, times: int) -> None:
    code, _ = CHANGES[what]
    for seed in range(times):
        files, how = tampered(what, seed)
        assert refused(files, **how) == code


def test_kinds_of_changes_are_told_apart() -> None:
    assert len(CHANGES) >= 25
    assert len({code for code, _ in CHANGES.values()}) >= 25
    assert {code for code, _ in CHANGES.values()} <= set(verify_draw.CODES)


def _run(path: Path, script: str = SCRIPT.name) -> subprocess.CompletedProcess[str]:
    """As an outsider does: no site packages, nothing of ours on the path."""
    asked = [sys.executable, "-I", "-S", str(SCRIPT.with_name(script)), str(path)]
    return subprocess.run(asked, capture_output=True, text=True, check=False)


def test_each_class_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    assert len(set(verify_draw.CODES.values())) == len(verify_draw.CODES) == len(verify_draw.NAMES)
    assert not {0, 1, 2} & set(verify_draw.CODES.values())
    files, _ = tampered("a row is dropped", 0)
    path = tmp_path / "draw-1.zip"
    path.write_bytes(bundle.zipped(files))
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == verify_draw.CODES["row-missing"]
    assert done.stdout.startswith("NOT VALID row-missing: objects")


def test_it_runs_alone_and_says_what_it_did_not_check() -> None:
    done = _run(FROZEN / "draw-1.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("valid: draw 1 of joint-food: ")
    assert "BLS signature of the drand round was not checked" in done.stdout
    assert KEY.verifier in done.stdout


def test_another_relays_value_and_an_earlier_checkpoint_are_compared() -> None:
    made = draw(1)
    value = made.documents["values"][0]["randomness"]
    root = merkle.root([canonical.dumps(one) for one in made.entries[:2]]).hex()
    assert refused(made.bundle(), randomness=value, seen=[(2, root)]) == ""
    assert refused(made.bundle(), randomness="00" * 32) == "randomness"
    assert refused(made.bundle(), seen=[(2, "00" * 32)]) == "seen"
    assert refused(made.bundle(), trusted=["another"]) == "key"


def test_a_draw_that_is_void_before_its_value_keeps_its_number() -> None:
    made = early_void(3)
    assert refused(made.bundle()) == ""
    told = verify_draw.verify(made.bundle())
    assert "(VOID)" in told
    assert "no visits" in told


def test_who_has_left_without_a_reason_is_missed() -> None:
    first = draw(1)
    second = draw(2, source="fallback", earlier=first.entries)  # another roster: some ids are gone
    before = first.bundle()
    gone = {row["id"] for row in first.rosters["objects"]} - {row["id"] for row in second.rosters["objects"]}
    assert refused(second.bundle(), before=before) == ("dropped" if gone else "")
    smaller = draw(2, objects=50, source="fallback", earlier=first.entries)
    assert refused(smaller.bundle(), before=before) == "dropped"
    assert refused(smaller.bundle(), before=second.bundle()) == "previous"


def _slip(made: Draw, at: int, **changes: Any) -> bytes:
    rows = made.rosters["objects"]
    hashes = [merkle.leaf_hash(rosters.line("objects", row)) for row in rows]
    log = {
        "origin": ORIGIN,
        "entries": made.entries,
        "checkpoint": KEY.note(made.entries),
        "key": KEY.verifier,
    }
    path = rosters.proof(rosters.levels(hashes), at)
    return canonical.dumps(slips.slip(made.documents, rows[at], at, path, log) | changes)


def test_a_firm_learns_by_its_slip_alone_whether_it_was_drawn() -> None:
    made = draw(5, objects=45)
    drawn = {visit["object"] for visit in made.documents["result"]["visits"]}
    for index, row in enumerate(made.rosters["objects"]):
        told = verify_slip.verify(_slip(made, index))
        assert ("is DRAWN" in told) == (row["id"] in drawn)
        assert ("is not drawn" in told) == (row["id"] not in drawn)


def test_a_slip_is_checked_by_the_file_beside_the_verifier(tmp_path: Path) -> None:
    path = tmp_path / "slip.json"
    path.write_bytes(_slip(draw(5, objects=45), 7))
    done = _run(path, "verify_slip.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("valid: ent-")
    assert "is row 8 of 45 of draw 1; its ticket " in done.stdout
    assert KEY.verifier in done.stdout
    path.write_bytes(_slip(draw(5, objects=45), 7, index=8))
    assert _run(path, "verify_slip.py").returncode == verify_draw.CODES["proof"]
    assert _run(tmp_path / "none.json", "verify_slip.py").returncode == 2
    other = _run(path)
    assert other.returncode == 2
    assert "verify_slip.py checks" in other.stderr


def test_a_slip_that_was_changed_is_refused() -> None:
    made = draw(5, objects=45)
    row = made.rosters["objects"][7]
    for change, code in (
        ({"row": row | {"grade": "A" if row["grade"] != "A" else "B"}}, "proof"),
        ({"row": row | {"salt": "0" * 32}}, "proof"),
        ({"index": 8}, "proof"),
        ({"index": 45}, "row"),
        ({"notice": made.documents["notice"] | {"seed": "00" * 32}}, "notice"),
        ({"commitment": made.documents["commitment"] | {"committed_at": 1}}, "commitment"),
    ):
        assert refused({"slip.json": _slip(made, 7, **change)}) == code


@pytest.mark.parametrize("size", [1, 4, 16])
def test_a_path_over_chunks_is_the_path_of_the_whole_tree(size: int) -> None:
    for count in range(1, 40):
        hashes = [merkle.leaf_hash(bytes([n])) for n in range(count)]
        chunks = [hashes[n : n + size] for n in range(0, count, size)]
        roots = [merkle.root_of(one) for one in chunks]
        for index in range(count):
            assert slips.path_in_chunks(roots, chunks[index // size], index, size) == merkle.path(
                hashes, index
            )
