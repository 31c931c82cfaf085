"""Browser and server judge the same documents: same verdict, same findings in the same order, same words."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from tests.builders_browser import compared, with_bug
from tests.builders_documents import judged, samples

BUGS = {  # what somebody might get wrong in the browser: module, what it says, what it would say
    "a carriage return is no character": ("preparing", '"[^\\\\n]"', '"."'),
    "check characters are not looked at": ("formats", "return rest === 1", "return true"),
    "a missing field is not itself pointed at": ("validator", "[...path, names[0]]", "path"),
    "the order is the order of keywords": ("mistakes", ".sort(byRank)", ""),
    "titles of shared fields are not found": ("schemas", 'typeof schema["$ref"] === "string"', "false"),
    "the first alternative is always meant": ("validator", ".sort(byDistance)", ""),
}


def test_several_hundred_mutated_documents_over_all_forms_get_the_same_answer_in_the_browser(tmp_path):
    told = compared(judged(600, "unit"), tmp_path)

    assert told["disagreements"] == 0, told["shown"]
    assert told["documents"] == 600
    assert told["forms"] >= 300
    assert 100 < told["valid"] < 400  # the mutations leave some valid and spoil most


@pytest.mark.proof
def test_ten_thousand_mutated_documents_get_the_same_answer_in_the_browser(tmp_path):
    told = compared(judged(10_000, "proof"), tmp_path)

    assert told["disagreements"] == 0, told["shown"]
    assert told["documents"] == 10_000
    assert 2_000 < told["valid"] < 6_000


def test_every_form_of_an_item_and_every_input_of_a_move_is_among_the_documents():
    kinds = Counter(name.partition("/")[0] for name in samples())

    assert kinds["items"] >= 100
    assert kinds["processes"] >= 200


@pytest.mark.parametrize("spoil", ["verdict", "place", "words", "order"])
def test_a_planted_disagreement_is_found(tmp_path, spoil):
    documents = list(islice(judged(40, "unit"), 40))
    planted = next(one for one in documents if len(one["findings"]) > 1)
    findings = [list(one) for one in planted["findings"]]
    if spoil == "verdict":
        findings = []
    elif spoil == "order":
        findings.reverse()
    else:
        findings[0][0 if spoil == "place" else 2] += "x"
    documents[documents.index(planted)] = {**planted, "findings": findings}

    told = compared(documents, tmp_path)

    assert told["disagreements"] == 1
    assert told["shown"][0]["server"] == findings


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.proof
def test_a_bug_planted_in_the_browsers_validator_is_found(tmp_path: Path, bug: str):
    told = compared(judged(1_500, "bugs"), tmp_path, with_bug(tmp_path, *BUGS[bug]))

    assert told["disagreements"] > 0, json.dumps(told)
