"""Faults of declared checks, which could find nothing or would stop everything, and of items against the pack's own."""

from __future__ import annotations

from typing import Any

from tests.faults.planting import Body, Clean, Place, Random, fault

LINTED = ("0520", "0210")
OWNERSHIP = {"state": {"zh": "甲类", "en": "A"}, "private": {"zh": "乙类", "en": "B"}}


def _clause(check: Body, member: str, rng: Random) -> tuple[int, Body] | None:
    found = [(number, one) for number, one in enumerate(check.get("assert", ())) if member in one]
    return rng.choice(found) if found else None


@fault("checks", "check-place-unknown")
def place_that_no_definition_of_the_kind_has(check: Body, clean: Clean, rng: Random) -> Place:
    found = _clause(check, "at", rng)
    if found is None:
        return None
    found[1]["at"] = "/materails/*"
    return f"/assert/{found[0]}/at"


@fault("checks", "check-subject-unknown")
def check_of_what_there_is_not(check: Body, clean: Clean, rng: Random) -> Place:
    check["applies_to"].append({"kind": "items", "ids": ["no-such-item"]})
    return f"/applies_to/{len(check['applies_to']) - 1}/ids/0"


@fault("checks", "pattern-not-linear", "pattern-not-portable")
def value_by_a_pattern_that_hangs(check: Body, clean: Clean, rng: Random) -> Place:
    found = _clause(check, "value", rng)
    if found is None:
        return None
    found[1]["value"] = {"type": "string", "pattern": r"^(\d+)+(?=x)$"}
    return f"/assert/{found[0]}/value/pattern"


@fault("checks", "check-untested")
def check_that_no_test_fails(check: Body, clean: Clean, rng: Random) -> Place:
    if "assert" not in check:
        return None
    check["tests"] = [one for one in check["tests"] if not one["finds"]] * 2
    return "/tests"


@fault("checks", "check-test-failed")
def check_without_one_of_its_clauses(check: Body, clean: Clean, rng: Random) -> Place:
    counted = [(n, one) for n, one in enumerate(check.get("assert", ())) if "exactly" in one.get("count", {})]
    if not counted:
        return None
    found = rng.choice(counted)
    at = found[1]["at"].partition("/*")[0]
    del check["assert"][found[0]]
    tests = [n for n, one in enumerate(check["tests"]) if any(f.startswith(at) for f in one["finds"])]
    return f"/tests/{tests[0]}/finds"


@fault("checks", "check-breaks-published")
def check_that_what_is_published_does_not_satisfy(check: Body, clean: Clean, rng: Random) -> Place:
    found = _clause(check, "count", rng)
    if found is None:
        return None
    check["assert"].append({"at": "/guide/flow/*", "count": {"exactly": 0}})
    for test in check["tests"]:  # they show no flow
        test["definition"].setdefault("guide", {})
    return f"/assert/{len(check['assert']) - 1}"


@fault("checks", "check-for-nothing")
def check_that_applies_to_nothing(check: Body, clean: Clean, rng: Random) -> Place:
    if "requires" not in check:
        return None
    check["applies_to"] = [{"kind": "items", "topics": ["no-such-topic"]}]
    return "/applies_to"


@fault("checks", "review-not-linked")
def review_that_may_end_without_saying_what_it_was_about(check: Body, clean: Clean, rng: Random) -> Place:
    if "requires" not in check:
        return None
    check["requires"]["review"]["outcomes"].append("exception")
    return f"/requires/review/outcomes/{len(check['requires']['review']['outcomes']) - 1}"


@fault("items", "review-not-linked")
def review_whose_draft_nobody_could_tell(item: Body, clean: Clean, rng: Random) -> Place:
    for state, declared in item.get("outcomes", {}).items():
        if any("reviews" in one for one in declared):
            item["outcomes"][state] = [one for one in declared if "reviews" not in one]
            return "checks/fair-competition-review", "/requires/review/outcomes/0"
    return None


# ── items against 0520, 0210 and the neutrality of the pack: one fault a digit


def _linted(item: Body) -> bool:
    return not {*LINTED}.isdisjoint(item.get("topics", ()))


def _material(clean: Clean, rng: Random) -> Any:
    plain = [one for item in clean.of("items") for one in item.get("materials", ()) if not one.get("when")]
    return {**rng.choice(plain), "id": "one-more"}


@fault("items", "declared-check")
def document_asked_for_where_there_are_none(item: Body, clean: Clean, rng: Random) -> Place:
    if not _linted(item):
        return None
    item["materials"] = [_material(clean, rng)]
    return "/materials/0"


@fault("items", "declared-check")
def promise_a_day_longer_than_the_plan(item: Body, clean: Clean, rng: Random) -> Place:
    if not _linted(item):
        return None
    (number,) = [n for n, one in enumerate(item["clocks"]) if one["effect"] == "promised"]
    item["clocks"][number]["budget"] += 1
    return f"/clocks/{number}/budget"


@fault("items", "declared-check")
def promise_taken_back(item: Body, clean: Clean, rng: Random) -> Place:
    if not _linted(item):
        return None
    for one in item["clocks"]:
        one["effect"] = "internal"
    return "/clocks"


@fault("items", "declared-check")
def third_step_for_the_applicant(item: Body, clean: Clean, rng: Random) -> Place:
    if not _linted(item):
        return None
    item["guide"]["applicant_steps"].append({"zh": "签约", "en": "Sign"})
    return "/guide/applicant_steps/2"


@fault("items", "declared-check")
def charge_where_nothing_is_charged(item: Body, clean: Clean, rng: Random) -> Place:
    if not _linted(item):
        return None
    item["guide"]["fees"] = {"charged": True, "basis": {"zh": "示例", "en": "sample"}}
    return "/guide/fees/charged"


@fault("items", "declared-check")
def ownership_asked_in_the_form(item: Body, clean: Clean, rng: Random) -> Place:
    fields = item.get("form", {}).get("properties")
    if not fields:
        return None
    field = {
        "type": "string",
        "title": "Nature",
        "x-title": {"zh": "性质", "en": "Nature"},
        "x-ui": {"order": 99},
    }
    choice = [
        {"enum": [*OWNERSHIP], "x-labels": OWNERSHIP},
        {"x-title": {"zh": "是否民营企业", "en": "Nature"}},
    ]
    fields["nature"] = field | rng.choice(choice)
    return "/form/properties/nature"


@fault("items", "declared-check")
def ownership_as_a_condition(item: Body, clean: Clean, rng: Random) -> Place:
    conditions = item.get("guide", {}).get("conditions")
    if conditions is None:
        return None
    conditions.append({"zh": "外商投资企业除外", "en": "sample"})
    return f"/guide/conditions/{len(conditions) - 1}/zh"


@fault("facts", "declared-check")
def fact_of_ownership_that_an_item_reads(fact: Body, clean: Clean, rng: Random) -> Place:
    users = [one for one in clean.users(f"facts/{fact['id']}") if fact["id"] in one.get("facts", ())]
    if not users:
        return None
    fact["title"] = {"zh": "企业所有制", "en": "Kind of enterprise"}
    user = rng.choice(users)
    return f"items/{user['id']}", f"/facts/{user['facts'].index(fact['id'])}"


@fault("rules", "declared-check")
def table_that_decides_by_ownership(rules: Body, clean: Clean, rng: Random) -> Place:
    users = [
        (one, place)
        for one in clean.users(f"rules/{rules['id']}")
        for place, name in one.get("rules", {}).items()
        if name == rules["id"]
    ]
    if not users:
        return None
    rules["title"] = {"zh": "国有企业优先", "en": "sample"}
    user, place = rng.choice(users)
    return f"items/{user['id']}", f"/rules/{place}"
