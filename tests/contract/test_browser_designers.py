"""What the admin's designers make of the pack is what the server makes of it: bytes, fragments, cells, differences."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain import canonical, templates
from chalicelib.domain.cells import parse
from chalicelib.domain.difference import difference
from chalicelib.domain.gate import Context
from chalicelib.domain.item_promises import against_stages
from chalicelib.domain.problems import Problem
from tests.builders_browser import node, own_tests_fail, with_bug
from tests.builders_forms import Dice
from tests.builders_pack import KINDS, WHOLE, WRITTEN

_ODD_CELLS = [
    "",
    "-",
    "< 'a'",
    "1, 'a'",
    "[5..1]",
    "(1..2)",
    "[1..2]",
    "in ['a'",
    "d('2026-02-30')",
    "05",
    "-0",
]
_ODD_CELLS += ["'a'b'", "> true", "== true", "9007199254740993", "not  in [ 1 ,2 ]", "in [1]", "x", "'é\\'"]
_ODD_CELLS += ["d('2024-02-29')", "d('2023-02-29')"]
_ODD_CELLS += ["[d('2026-01-01')..d('2026-12-31'))", "[1..'a']", "<5", "= 5", "1,", "null", '"a"', "'\u2028'"]

BUGS = {  # what somebody might get wrong in a designer: module, what it says, what it would say, whose test says no
    "a rule that is not written back as it was": ("conditions", "return exact ? rule : null", "return rule", "form"),
    "an answer that may be missing must be there": ("conditions", "ifMissing: true }", "}", "form"),
    "what stands beside if and then is lost": ("form_edits", "{ ...rest, ...writeRule", "{ ...writeRule", "form"),
    "a rename forgets what is required": ("form_mentions", 'keyword === "required" &&', "false &&", "form"),
    "undo takes back too little": ("history", "session.past.at(-1)", "session.past.at(-2)", "form"),
    "keys instead of titles": ("effects", "this.places.title([...this.group, ...field])", "null", "effects"),
    "a guard is not told by the picture": ("process", "arrow.guard === null", "true", "process"),
    "states lie over one another": ("layout", "x += size.width + GAP.across", "x += 40", "process"),
    "the layout follows the order of members": ("layout", ".toSorted(byOrder)", "", "process"),
    "a renamed state keeps its old arrows": ("process_edits", 'row["target"] === id', "false", "process"),
    "a moved row is put back one too low": ("table", "rules/${index}`", "rules/${index + 1}`", "table"),
    "a renamed row loses its tests": ("table", "row.tests.reduce(", "[].reduce(", "table"),
    "a date that no calendar has": ("cells", "return real ?", "return true ?", "table"),
    "the edge of a comparison is left out": ("deciding", '">=": at >= than', '">=": at > than', "deciding"),
    "a span is not counted": ("holiday_notice", "Number(counted) !== found.length", "false", "holiday_notice"),
    "no is a value in a template": ("template", "value === false", "false", "template"),
    "keys sorted as they come": ("json", "Object.keys(value).sort()", "Object.keys(value)", "json"),
}  # fmt: skip


_TEMPLATED = [key for key in WRITTEN if key.startswith(("notices/", "documents/"))]


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    pairs = [[one, _changed(one, Dice(key))] for key, one in sorted(WRITTEN.items())[::7]]
    fragments = {key.partition("/")[2]: one for key, one in WRITTEN.items() if key.startswith("fragments/")}
    cells = sorted({text for one in WRITTEN.values() for text in _cells(one)})
    spoiled = [
        text[: place % len(text)] + text[place % len(text) + 1 :] for place, text in enumerate(cells) if text
    ]
    return {
        "definitions": WRITTEN,
        "fragments": fragments,
        "cells": [*cells, *spoiled, *_ODD_CELLS],
        "pairs": pairs,
        "promises": _broken_promises(),
        "templates": [[WRITTEN[key], _view(WRITTEN[key])] for key in _TEMPLATED],
    }


@pytest.fixture(scope="module")
def told(asked: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("designers") / "asked.json"
    path.write_text(json.dumps(asked))
    answer: dict[str, Any] = node("designers.js", str(path))
    return answer


def test_the_canonical_bytes_of_every_definition_are_the_servers(told):
    assert len(told["canonical"]) > 500
    wrong = [key for key, text in told["canonical"].items() if text.encode() != canonical.dumps(WRITTEN[key])]
    assert wrong == []


def test_a_process_is_put_together_from_its_fragments_as_the_server_does_it(told):
    assert len(told["whole"]) >= 20
    assert [key for key, one in told["whole"].items() if one != WHOLE[key]] == []


def test_an_item_is_put_over_what_it_extends_as_the_server_does_it(told):
    assert len(told["extended"]) >= 2
    assert [key for key, one in told["extended"].items() if one != WHOLE[key]] == []


def test_a_cell_is_read_where_the_server_reads_it_and_refused_where_the_server_refuses_it(told, asked):
    expected = [_is_read(text) for text in asked["cells"]]

    judged = zip(asked["cells"], told["cells"], expected, strict=True)
    assert [text for text, ours, theirs in judged if ours != theirs] == []
    assert 20 < expected.count(False) < expected.count(True)


def test_a_template_says_with_some_values_what_the_server_says_of_them(told, asked):
    assert len(asked["templates"]) >= 50
    for (definition, view), found in zip(asked["templates"], told["templates"], strict=True):
        rendered = templates.render(definition, view)
        assert found["text"] == dict(rendered.text), definition["id"]
        missing = {one.params["path"] for one in rendered.findings if one.code == "missing-value"}
        assert set(found["missing"]) == missing, definition["id"]


def test_a_difference_is_the_servers(told, asked):
    for (before, after), found in zip(asked["pairs"], told["differences"], strict=True):
        assert found == difference(before, after)
        assert found


def test_every_promise_that_the_gate_finds_too_short_is_drawn_as_one_connected_path(told, asked):
    assert sum(len(one) for one in told["promises"]) >= 5
    for question, marks in zip(asked["promises"], told["promises"], strict=True):
        for finding, mark in zip(question["findings"], marks, strict=True):
            where = (question["item"]["id"], finding["params"]["stages"], mark["path"])
            assert len(mark["path"]) >= 2, where
            assert len(mark["way"]) == len(mark["path"]) - 1, where
            for arrow, before, after in zip(mark["way"], mark["path"], mark["path"][1:], strict=False):
                assert arrow["source"] in before, where  # from the state, or from one that holds it
                assert arrow["target"] in after, where
            begun = {clock for arrow in mark["way"] for clock in arrow["starts"]}
            ended = {clock for arrow in mark["way"] for clock in (*arrow["stops"], *arrow["expires"])}
            assert set(finding["params"]["stages"]) <= begun | ended, where


@pytest.mark.proof
@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_planted_in_a_designer_is_found_by_the_kits_own_tests(tmp_path, bug):
    module, sound, broken, name = BUGS[bug]

    assert own_tests_fail(with_bug(tmp_path, module, sound, broken), name) is not None


def _view(definition: dict[str, Any]) -> dict[str, Any]:
    """Every second path of the template has a value, texts, lists and numbers in turn."""
    view: dict[str, Any] = {}
    for number, path in enumerate(sorted(templates.paths(definition))[::2]):
        *above, last = path.split(".")
        here = view
        for name in above:
            here = here.setdefault(name, {})
            if not isinstance(here, dict):
                break
        else:
            here.setdefault(last, ["一行\n二行", [{"title": {"zh": "甲", "en": "A"}}], 0, True][number % 4])
    return view


def _broken_promises() -> list[dict[str, Any]]:
    """Every second item that promises anything, promising next to nothing: what the gate says of its stages."""
    context = Context(KINDS, WHOLE, set(WHOLE), {})
    found = []
    items = [(key, item) for key, item in sorted(WHOLE.items()) if key.startswith("items/")]
    for _, item in items[::2]:
        if not any(one["effect"] == "promised" for one in item.get("clocks", ())):
            continue
        short = {"budget": 1, "unit": "office_hour"}
        clocks = [
            {**one, **short, "limit": ""} if one["effect"] == "promised" else one for one in item["clocks"]
        ]
        draft = {**item, "clocks": clocks}
        process = WHOLE[f"processes/{item['process']}"]
        findings = [
            one for one in against_stages(draft, process, context) if one.code == "stages-exceed-limit"
        ]
        told = [
            {
                "pointer": one.pointer,
                "code": one.code,
                "message": one.message.as_json(),
                "params": {**one.params},
            }
            for one in findings
        ]
        if told:
            found.append(
                {"process": WRITTEN[f"processes/{item['process']}"], "item": draft, "findings": told}
            )
    return found


def _cells(definition: Any) -> list[str]:
    tables = [
        graph["content"]
        for version in definition.get("versions", ())
        if isinstance(version, dict) and isinstance(version.get("table"), dict)
        for graph in version["table"].get("nodes", ())
        if "content" in graph
    ]
    return [row[column["id"]] for table in tables for row in table["rules"] for column in table["inputs"]]


def _is_read(text: str) -> bool:
    try:
        parse(text)
    except Problem:
        return False
    return True


def _changed(value: Any, dice: Dice) -> Any:
    """A copy in which one place is another value, one is gone and one is new."""
    copy = json.loads(json.dumps(value))
    holders = [copy]
    for holder in holders:  # grows while it is read
        members = holder.values() if isinstance(holder, dict) else holder
        holders += [one for one in members if isinstance(one, dict | list) and one]
    for kind in range(3):
        holder = dice.one_of(holders)
        key = (
            dice.one_of(list(holder) if isinstance(holder, dict) else range(len(holder))) if holder else None
        )
        if kind == 0 and key is not None:
            holder[key] = False
        elif kind == 1 and key is not None and len(holder) > 1:
            del holder[key]
        elif isinstance(holder, dict):
            holder["a/b~c"] = {"new": [None]}
        else:
            holder.append(0)
    return copy
