"""A declared check says what must hold, where it does not, and on whose authority, and only where it applies."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain import check_checks, declared_checks, required_reviews
from chalicelib.domain.cases import Case
from chalicelib.domain.declared_clauses import breaches, places
from chalicelib.domain.declared_words import spoken, terms_of
from chalicelib.domain.definitions import SOURCE
from chalicelib.domain.gate import Context, gate
from chalicelib.domain.outcomes import outcome_links
from chalicelib.domain.problems import refusing
from chalicelib.domain.publishing import ReleaseSet
from infra.gate import said
from tests.builders_pack import KINDS, PACK, SCHEMAS

CHECKS = [one for key, one in PACK.items() if key.startswith("checks/")]
WATER = PACK["checks/water-0520"]


def world(*bodies: dict[str, Any]) -> Context:
    known = {f"{one['kind']}/{one['id']}": one for one in bodies}
    return Context(KINDS, known, known.keys(), {}, changed=known.keys())


def item(**members: Any) -> dict[str, Any]:
    return {"kind": "items", "id": "sample", **members}


def broken(clause: dict[str, Any], *bodies: dict[str, Any]) -> list[str]:
    """Where a clause does not hold in the first of the bodies."""
    return [one.pointer for one in breaches(clause, bodies[0], world(*bodies), "c")]


# ── places, counts, values


def test_a_step_of_a_pointer_is_a_name_a_number_or_every_member():
    body = {"a": [{"b": 1}, {"c": 2}], "d/e": {"x": 3, "y": 4}}
    assert places(body, "/a/1/c") == [("/a/1/c", 2)]
    assert places(body, "/a/*/b") == [("/a/0/b", 1)]
    assert places(body, "/d~1e/*") == [("/d~1e/x", 3), ("/d~1e/y", 4)]
    assert places(body, "/a/7") == places(body, "/a/b") == places(body, "/no/*") == []


@pytest.mark.parametrize(
    ("count", "have", "where"),
    [
        ({"exactly": 0}, 0, []), ({"exactly": 0}, 2, ["/materials/0"]),
        ({"exactly": 2}, 2, []), ({"exactly": 2}, 3, ["/materials/2"]), ({"exactly": 2}, 1, ["/materials"]),
        ({"at_most": 1}, 2, ["/materials/1"]), ({"at_most": 1}, 0, []),
        ({"at_least": 1}, 0, ["/materials"]), ({"at_least": 1, "at_most": 2}, 3, ["/materials/2"]),
    ],
)  # fmt: skip
def test_of_too_many_the_first_is_shown_and_of_too_few_where_they_belong(count, have, where):
    body = item(materials=[{"id": str(one)} for one in range(have)])
    assert broken({"at": "/materials/*", "count": count}, body) == where


def test_nothing_at_all_counts_as_none():
    assert broken({"at": "/materials/*", "count": {"exactly": 0}}, item()) == []
    assert broken({"at": "/materials/*", "count": {"at_least": 1}}, item()) == ["/materials"]


def test_only_what_where_says_is_looked_at():
    clause = {
        "at": "/clocks/*",
        "where": {"/effect": "promised"},
        "value": {"properties": {"budget": {"maximum": 5}}},
    }
    clocks = [{"effect": "internal", "budget": 9}, {"effect": "promised", "budget": 6}]
    assert broken(clause, item(clocks=clocks)) == ["/clocks/1/budget"]
    assert broken(clause, item(clocks=clocks[:1])) == []


def test_a_place_that_is_named_outright_must_be_there():
    clause = {"at": "/guide/fees/charged", "value": {"const": False}}
    assert (
        broken(clause, item())
        == broken(clause, item(guide={"fees": {"charged": True}}))
        == ["/guide/fees/charged"]
    )
    assert broken(clause, item(guide={"fees": {"charged": False}})) == []


# ── words and values


OWNERSHIP = {
    "words": ["国有", "state-owned", "ownership type"],
    "values": ["state", "private"],
    "apart_from": ["国有土地"],
}


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"title": "国有企业"}, ["/title"]),
        ({"title": "国有土地使用权"}, []),
        ({"title": "国有土地上的国有企业"}, ["/title"]),
        ({"title": "A State-Owned firm"}, ["/title"]),
        ({"title": "estate-ownedness"}, []),
        ({"ownership_type": 1}, ["/ownership_type"]),
        ({"enum": ["state", "private", "other"]}, ["/enum"]),
        ({"enum": ["private", "public"]}, []),
        ({"oneOf": [{"const": "state"}, {"const": "private"}]}, ["/oneOf"]),
        ({"rules": [{"in": "'state'"}, {"in": "not in ['private']"}]}, ["/rules"]),
        ({"rules": [{"in": "'state'"}, {"out": "'private'"}]}, []),
        ({"x-ui": {"help": "国有"}, "description": "国有", "source": ["国有"]}, []),
        ({"properties": {"a": {"title": "国有", "x-title": {"zh": "国有"}}}}, ["/properties/a"]),
    ],
)  # fmt: skip
def test_words_are_found_where_something_is_decided_and_two_values_where_they_are_told_apart(value, where):
    assert spoken(value, terms_of(OWNERSHIP)) == where


def test_what_an_item_uses_is_looked_at_and_shown_where_the_item_names_it():
    clause = {"free_of": OWNERSHIP, "uses": ["facts", "rules"]}
    fact = {"kind": "facts", "id": "nature", "values": ["state", "private"]}
    table = {"kind": "rules", "id": "who-may", "facts": ["nature"]}
    assert broken(clause, item(facts=["other", "nature"]), fact) == ["/facts/1"]
    assert broken(clause, item(rules={"eligibility": "who-may"}), table, fact) == ["/rules/eligibility"]
    assert broken(clause, item(rules={"eligibility": "who-may"}), table) == []
    assert broken({**clause, "uses": ["rules"]}, item(rules={"eligibility": "who-may"}), table, fact) == []


# ── what is said, and of what


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"kind": "items"}, True), ({"kind": "rules"}, False),
        ({"kind": "items", "ids": ["sample"]}, True), ({"kind": "items", "ids": ["other"]}, False),
        ({"kind": "items", "topics": ["b", "c"]}, True), ({"kind": "items", "topics": ["c"]}, False),
        ({"kind": "items", "natures": ["reward"], "modes": ["case"]}, True),
        ({"kind": "items", "natures": ["reward"], "modes": ["guide"]}, False),
        ({"kind": "items", "departments": ["tax"], "domains": ["market"]}, True),
        ({"kind": "items", "domains": ["talent"]}, False),
    ],
)  # fmt: skip
def test_a_pattern_fits_by_all_that_it_says(pattern, fits):
    body = item(topics=["a", "b"], nature="reward", mode="case", department="tax", domain="market")
    assert declared_checks.applies({"applies_to": [pattern]}, body) is fits
    assert declared_checks.applies({"applies_to": [{"kind": "facts"}, pattern]}, body) is fits
    assert not declared_checks.applies({"applies_to": [pattern], "in_force": False}, body)
    entry = {name: member for name, member in body.items() if name != "kind"}
    assert (declared_checks.subjects({"applies_to": [pattern]}, ["items/sample"], [entry]) != set()) is fits


def test_a_finding_names_the_check_the_row_the_place_and_says_so_in_both_languages():
    body = PACK["items/water-connection"] | {"materials": [{"id": "deed"}]}
    (found,) = declared_checks.asked(body, world(body, WATER))
    assert (found.pointer, found.code) == ("/materials/0", "declared-check")
    assert found.params == {
        "check": "water-0520",
        "rows": ["S264"],
        "severity": "error",
        "clause": 0,
        "count": 1,
    }
    for words in ("不要任何资料", "用水报装“0520”", "S264", "二篇·二章·二·2", "现有 1 项"):
        assert words in found.message.zh
    for words in ("no document", "Water connection 0520", "S264", "there are 1"):
        assert words in found.message.en


def test_a_warning_refuses_nothing_and_is_printed_as_one():
    flagged = next(declared_checks.asked(*_watered(severity="warning")))
    assert refusing([flagged]) == ()
    assert "[warning]" in said(SCHEMAS, flagged)
    strict = next(declared_checks.asked(*_watered()))
    assert refusing([strict]) == (strict,)
    assert "[warning]" not in said(SCHEMAS, strict)


def _watered(**changed: Any) -> tuple[dict[str, Any], Context]:
    body = PACK["items/water-connection"] | {"materials": [{"id": "deed"}]}
    return body, world(body, WATER | changed)


def test_a_basic_item_is_judged_in_what_extends_it():
    body, context = _watered()
    assert list(declared_checks.asked(body | {"abstract": True}, context)) == []


def test_a_check_without_the_shape_of_one_is_found_wrong_itself_and_asked_of_nothing():
    body, context = _watered(severity="fatal")
    assert list(declared_checks.asked(body, context)) == []
    codes = {one.code for one in gate(["checks/water-0520"], context)}
    assert codes == {"shape"}


# ── the pack's own


# Who tells ownership apart because the law or the plan does: arrears owed to private firms, foreign capital on the
# negative list, firms with foreign members in the tax rule, calls on private firms. Warned of, released all the same.
FLAGGED = {
    "ownership-neutral": [
        "items/enterprise-visit", "items/market-access-lookup", "items/rd-expense-deduction", "items/sme-arrears",
    ],
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one["id"])
def test_a_check_of_the_pack_can_be_asked_and_holds_in_the_whole_pack(check):
    whole = {key: one for key, one in PACK.items() if not key.startswith(SOURCE)}
    context = Context(KINDS, whole, whole.keys(), {}, changed=[f"checks/{check['id']}"])
    found = check_checks.findings(check, context)
    assert refusing(found) == ()
    assert [subject for one in found for subject in one.params["subjects"]] == FLAGGED.get(check["id"], [])


@pytest.mark.parametrize("check", [one for one in CHECKS if "assert" in one], ids=lambda one: one["id"])
def test_without_any_one_clause_some_test_of_a_check_no_longer_comes_out(check):
    for number in range(len(check["assert"])):
        less = check | {"assert": [*check["assert"][:number], *check["assert"][number + 1 :]]}
        codes = [one.code for one in check_checks.tests(less, world())]
        assert "check-test-failed" in codes, f"{check['id']}: clause {number} is shown by no test"


# ── reviews


def test_a_review_counts_only_of_the_named_item_and_with_the_named_end():
    review = {"items": ["fair-competition-review"], "outcomes": ["passed"]}
    assert required_reviews.passes(review, _case("fair-competition-review", "passed"))
    assert not required_reviews.passes(review, _case("fair-competition-review", "exception"))
    assert not required_reviews.passes(review, _case("fair-competition-review", None))
    assert not required_reviews.passes(review, _case("another", "passed"))


def _case(of: str, outcome: str | None) -> Case:
    return Case(
        id="cas_1", number="1", item=of, release="r", release_set=1, opened_at=0, node="n", window="w",
        owner="person:a", parties=(), channel="web", configuration={"in": []}, outcome=outcome,
    )  # fmt: skip


def test_a_review_is_wanted_of_the_draft_or_of_what_it_replaces():
    check = PACK["checks/fair-competition-review"]
    reward, other = item(nature="reward"), item(nature="help")
    for concerned, wanted in (([reward], 1), ([other], 0), ([other, reward], 1), ([reward, other], 1)):
        assert len(list(required_reviews.of([check], concerned))) == wanted
    assert list(required_reviews.of([WATER], [PACK["items/water-connection"]])) == []


def test_a_set_without_checks_asks_nothing_of_the_store():
    from chalicelib.actions.reviewed import looked_up

    assert looked_up(None, ReleaseSet(), {}, {}).missing == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(("said_hash", "linked"), [("ab" * 32, 1), ("AB" * 32, 0), ("ab" * 31, 0), (None, 0)])
def test_a_review_is_linked_to_a_content_hash_and_to_nothing_else(said_hash, linked):
    declared = SimpleNamespace(item=PACK["items/fair-competition-review"])
    course: Any = SimpleNamespace(
        form={"draft": {"content_hash": said_hash}},
        case=_case("fair-competition-review", "passed"),
        world=SimpleNamespace(bundle=declared),
    )
    links = outcome_links(course, "passed")
    assert [(one.source, one.rel, one.target, one.valid_from) for one in links] == [
        ("cas_1", "reviews", f"definition:{said_hash}", 0)
    ] * linked
    assert outcome_links(course, "rejected") == []
