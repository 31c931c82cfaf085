"""`make check` says where the pack is wrong, in both languages, and fails."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from infra import gate
from tests.builders_smaller import smaller_schemas
from tests.shipped import judged


def change(path: Path, **members: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | members, ensure_ascii=False))


def check(schemas: Path) -> int:
    return gate.main(["--schemas", str(schemas)])


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """A part of the pack with three things wrong, judged once: exit code and what was printed."""
    wanted = ("items/food-licence", "items/general-deregistration")
    schemas = smaller_schemas(tmp_path_factory.mktemp("spoiled"), *wanted)
    food = json.loads((schemas / "items" / "food" / "food-licence.json").read_text())
    change(
        schemas / "items" / "food" / "food-licence.json",
        power="market-9999", facts=[*food["facts"], "no-such-fact"],
    )  # fmt: skip
    path = schemas / "items" / "market" / "general-deregistration.json"
    item = json.loads(path.read_text())
    item["examples"][1]["expect"]["state"] = "refused"
    change(path, examples=item["examples"])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = check(schemas)
    return code, printed.getvalue()


def test_the_pack_passes(capsys, monkeypatch):
    monkeypatch.setattr(gate, "judge", lambda *_: judged())  # as everybody's verdict on the whole of it
    assert gate.main([]) == 0
    assert ", 0 findings" in capsys.readouterr().out


def test_a_pack_in_which_something_is_wrong_does_not_pass(spoiled):
    code, printed = spoiled
    assert code == 1
    assert ", 3 findings" in printed


def test_a_finding_names_file_pointer_code_and_says_why_in_both_languages(spoiled):
    _, printed = spoiled
    assert "schemas/items/food/food-licence.json /power  power-not-listed" in printed
    assert "不在权力清单内" in printed
    assert "is not in the powers list" in printed


def test_an_example_that_no_longer_holds_is_found(spoiled):
    assert "general-deregistration.json /examples/1/expect/state" in spoiled[1]


def test_a_reference_into_nothing_is_found(spoiled):
    assert "dangling-reference" in spoiled[1]


def test_a_file_that_cannot_be_loaded_is_named(tmp_path, capsys):
    schemas = smaller_schemas(tmp_path, "items/food-licence")
    (schemas / "facts" / "broken.json").write_text("{")
    assert check(schemas) == 1
    assert "facts/broken.json" in capsys.readouterr().out
