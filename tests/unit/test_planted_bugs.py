"""The guards bite: each planted bug is caught by the test that it names, and every patch is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bugs.apply import HERE, ROOT, Bug, hunt, listed


def test_every_patch_is_listed_once_and_names_a_test_that_is_there() -> None:
    bugs = listed()
    assert sorted(bug.patch for bug in bugs) == sorted(path.name for path in HERE.glob("*.patch"))
    assert len({bug.name for bug in bugs}) == len(bugs) >= 10
    for bug in bugs:
        path, _, name = bug.test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / path).read_text(), bug.name
        assert bug.why


PARTS = 4


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS), ids="part-{}".format)
def test_each_planted_bug_makes_its_test_fail_and_nothing_else_does(part: int) -> None:
    outcomes, sound = hunt(listed()[part::PARTS], at_once=1)  # the parts go side by side themselves
    assert sound == ""
    assert [f"{one.bug.name}: {one.said}" for one in outcomes if not one.caught] == []


def test_a_patch_that_does_nothing_and_one_that_no_longer_applies_are_no_proof(tmp_path: Path) -> None:
    harmless, stale = tmp_path / "harmless.patch", tmp_path / "stale.patch"
    first, second, *_ = (ROOT / "app.py").read_text().splitlines()
    harmless.write_text(f"--- a/app.py\n+++ b/app.py\n@@ -1,2 +1,3 @@\n {first}\n+# nothing\n {second}\n")
    stale.write_text("--- a/app.py\n+++ b/app.py\n@@ -1,1 +1,1 @@\n-this line was never there\n+nor this\n")
    sound = "tests/unit/test_ids.py"
    outcomes, _ = hunt([Bug(path.stem, str(path), sound, "") for path in (harmless, stale)])
    assert [one.caught for one in outcomes] == [False, False]
    assert "passes in spite of it" in outcomes[0].said
    assert "no longer applies" in outcomes[1].said
