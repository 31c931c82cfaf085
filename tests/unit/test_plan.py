"""Every row of the plan is in the table, and nothing that claims to serve one claims a row that is not there."""

from __future__ import annotations

import pytest

from chalicelib.stores.schema_files import load_kinds, load_pack
from infra import plan
from infra.plan import SCHEMAS, Row
from tests.builders_smaller import smaller_schemas
from tests.journeys.checks import CHECKS
from tests.journeys.play import rows_of
from tests.journeys.scene import Scene
from tests.journeys.stories import STORIES
from tests.shipped import judged

ROWS = plan.load_rows(SCHEMAS / "plan" / "rows.tsv")
TWO = [Row("S001", "一", "one", "A"), Row("S002", "二", "two", "B")]


def test_the_table_has_all_rows_of_the_plan_once():
    assert [row.id for row in ROWS] == [f"S{number:03d}" for number in range(1, 463)]
    assert {row.priority for row in ROWS} == {"A", "B", "C"}
    assert all(row.name_zh and row.name_en for row in ROWS)


def test_a_table_with_other_columns_or_a_row_twice_is_refused(tmp_path):
    path = tmp_path / "rows.tsv"
    path.write_text("id\tname\nS001\tone\n")
    with pytest.raises(ValueError, match="columns"):
        plan.load_rows(path)
    path.write_text("id\tname_zh\tname_en\tpriority\nS001\t一\tone\tA\nS001\t一\tone\tA\n")
    with pytest.raises(ValueError, match="S001"):
        plan.load_rows(path)


def test_the_table_is_no_kind_of_definition():
    assert "plan" not in load_kinds(SCHEMAS).names
    assert not any(key.startswith("plan/") for key in load_pack(SCHEMAS).definitions)


def test_every_row_that_the_pack_or_a_story_names_is_in_the_plan(capsys, monkeypatch):
    monkeypatch.setattr(plan, "judge", lambda *_: judged())
    assert plan.main([]) == 0
    printed = capsys.readouterr().out
    assert f"all  {len(ROWS):4} rows" in printed
    assert "S071 A  一般注销" in printed
    assert "items/general-deregistration" in printed
    assert "deregistration-instant" in printed


def test_a_definition_that_serves_no_row_of_the_plan_is_an_error(tmp_path, capsys):
    path = smaller_schemas(tmp_path, "facts/tax-cleared") / "facts" / "tax-cleared.json"
    path.write_text(path.read_text().replace('"S071"', '"S999"'))
    assert plan.main(["--schemas", str(tmp_path / "schemas")]) == 1
    assert "the plan has no S999: facts/tax-cleared" in capsys.readouterr().err


def test_what_the_gate_refuses_is_declared_and_not_released(tmp_path, capsys):
    path = smaller_schemas(tmp_path, "facts/tax-cleared") / "facts" / "tax-cleared.json"
    path.write_text(path.read_text().replace('"unknown": "manual"', '"unknown": "perhaps"', 1))
    assert plan.main(["--schemas", str(tmp_path / "schemas")]) == 0
    assert "facts/tax-cleared*" in capsys.readouterr().out


def test_rows_are_counted_by_what_declares_releases_and_exercises_them():
    declaring, playing = {"S001": ["items/a", "facts/b"]}, {"S001": ["story"], "S002": ["story"]}
    releasing = {"S001": ["facts/b"]}
    assert plan.line(TWO[0], declaring, releasing, playing).endswith(
        "declared: items/a*, facts/b · exercised: story"
    )
    assert plan.line(TWO[1], declaring, releasing, playing).endswith("declared: – · exercised: story")
    told = [" ".join(one.split()) for one in plan.counts(TWO, declaring, {}, playing)]
    assert told == [
        "all 2 rows, 1 declared, 0 released, 2 exercised",
        "A 1 rows, 1 declared, 0 released, 1 exercised",
        "B 1 rows, 0 declared, 0 released, 1 exercised",
    ]
    assert plan.strangers(TWO, {"S003": ["items/c"]}, {}) == ["规划没有 S003 / the plan has no S003: items/c"]


def test_every_story_says_only_what_the_player_understands():
    assert len({story.id for story in STORIES}) == len(STORIES)
    for story in STORIES:
        for step in story.steps:
            verb = step.does.partition(" ")[0]
            assert verb in {*Scene.VERBS, "time"}, step
            assert set(step.expect) - {"status"} <= set(CHECKS), step
            assert verb == "time" or step.expect or verb == "chain", f"{story.id}: {step.en} cannot fail"


def test_a_step_that_submits_exercises_what_the_item_serves():
    submits = next(
        step for story in STORIES for step in story.steps if step.does == "submit general-deregistration"
    )
    assert {"S071", "S151", "S152"} <= set(rows_of(submits))
