"""`make check` says where the pack is wrong, in both languages, and fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from infra import gate


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    shutil.copytree(gate.SCHEMAS, tmp_path / "schemas")
    return tmp_path / "schemas"


def change(path: Path, **members: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | members, ensure_ascii=False))


def check(schemas: Path) -> int:
    return gate.main(["--schemas", str(schemas)])


def test_the_pack_passes(capsys):
    assert gate.main([]) == 0
    assert ", 0 findings" in capsys.readouterr().out


def test_a_finding_names_file_pointer_code_and_says_why_in_both_languages(schemas, capsys):
    change(schemas / "items" / "food" / "food-licence.json", power="market-9999")
    assert check(schemas) == 1
    printed = capsys.readouterr().out
    assert "schemas/items/food/food-licence.json /power  power-not-listed" in printed
    assert "不在权力清单内" in printed
    assert "is not in the powers list" in printed


def test_an_example_that_no_longer_holds_is_found(schemas, capsys):
    path = schemas / "items" / "market" / "general-deregistration.json"
    item = json.loads(path.read_text())
    item["examples"][1]["expect"]["state"] = "refused"
    change(path, examples=item["examples"])
    assert check(schemas) == 1
    assert "general-deregistration.json /examples/1/expect/state" in capsys.readouterr().out


def test_a_file_that_cannot_be_loaded_is_named(schemas, capsys):
    (schemas / "facts" / "broken.json").write_text("{")
    assert check(schemas) == 1
    assert "facts/broken.json" in capsys.readouterr().out


def test_a_reference_into_nothing_is_found(schemas, capsys):
    change(
        schemas / "items" / "food" / "food-licence.json",
        facts=["food-category", "abnormal-list", "no-such-fact"],
    )
    assert check(schemas) == 1
    assert "dangling-reference" in capsys.readouterr().out
