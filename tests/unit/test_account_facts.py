"""A fact from an account's balance: read when the case comes, pinned, known or unknown; a rule goes by it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from chalicelib.actions import looking_up
from chalicelib.domain import accounts, facts
from chalicelib.domain.accounts import Balance
from chalicelib.domain.facts import Found, Missing
from tests.builders import FOOD
from tests.builders_app import House
from tests.builders_effects import judged, releases, words
from tests.unit.test_triggering import FIRM, files, passes

RULE = "food-licence-limit"


def account(**more: Any) -> dict[str, Any]:
    """Two applications a firm and year are looked at first."""
    return {
        "kind": "accounts", "id": "first-looks", "title": words("优先次数", "First looks"), "unit": "use",
        "key": ["party:applicant"], "period": "year", "opening": 2, "min": 0,
        "source": "sample default, not from the plan",
    } | more  # fmt: skip


def fact(**more: Any) -> dict[str, Any]:
    source = {"account": "first-looks", "key": "party:applicant", "measure": "available"} | more.pop("of", {})
    return {
        "kind": "facts", "id": "first-looks-left", "title": words("剩余优先次数", "First looks left"),
        "type": "integer", "source": {"account": source}, "purpose": words("决定时限", "to set the limit"),
        "consent": False, "unknown": "manual",
    } | more  # fmt: skip


# ── read, and pinned


def pinned(
    declared: dict[str, Any], answer: Any = None, parties: Any = None, form: Any = None
) -> facts.PinnedFact:
    parties = {"applicant": FIRM} if parties is None else parties
    lookups = facts.needed([declared], form or {}, parties)
    return facts.pin(declared, form or {}, {one: answer for one in lookups if answer}, 1, parties)


def test_two_measures_of_one_account_need_one_lookup_and_each_its_own_value() -> None:
    balance = fact(id="all", of={"measure": "balance"})
    (lookup,) = facts.needed([fact(), balance], {}, {"applicant": FIRM})
    assert (lookup.source, lookup.arguments) == ("account", {"account": "first-looks", "key": [FIRM]})
    found = Found({"balance": 5, "available": 3}, as_of=1)
    assert (pinned(fact(), found).value, pinned(balance, found).value) == (3, 5)
    assert pinned(fact(), found).source["as_of"] == 1


def test_an_account_kept_by_several_values_is_named_by_all_of_them() -> None:
    declared = fact(of={"key": "party:applicant|form:/year"})
    (lookup,) = facts.needed([declared], {"year": 2026}, {"applicant": FIRM})
    assert lookup.arguments["key"] == [FIRM, 2026]
    assert facts.needed([declared], {}, {"applicant": FIRM}) == []
    (whole,) = facts.needed([fact(source={"account": {"account": "x", "measure": "balance"}})], {}, {})
    assert whole.arguments == {"account": "x"}


@pytest.mark.parametrize(
    ("answer", "parties", "reason"),
    [
        (Missing("not-found"), None, "not-found"),
        (None, None, "not-fetched"),
        (None, {}, "no-key"),
        (Found({"balance": 1}), None, "no-value"),
        (Found({"available": "3"}), None, "wrong-type"),
        (Found({"available": 3}, as_of=1 - 3 * 60_000), None, "stale"),
    ],
)
def test_what_is_not_there_is_unknown_and_carries_no_value(answer: Any, parties: Any, reason: str) -> None:
    one = pinned(fact(fresh_for={"budget": 2, "unit": "minute"}), answer, parties)
    assert (one.known, one.value, one.reason) == (False, None, reason)


@pytest.mark.parametrize(
    ("book", "balance", "available"),
    [
        ({}, 7, 5),
        ({"x~0": Balance(3, 3), "x~1": Balance(2, 0)}, 7, 3),
        ({"x~0": Balance(0, 0), "x~1": Balance(0, 0), "x~2": Balance(1, 1)}, 1, 0),
    ],
)  # fmt: skip
def test_all_rows_of_an_account_stand_together_and_its_lower_bound_is_not_available(
    book: dict[str, Balance], balance: int, available: int
) -> None:
    declared = {"id": "x", "unit": "use", "key": [], "opening": 7, "min": 1, "shards": 3}
    if not book:
        declared = {"id": "x", "unit": "use", "key": [], "opening": 7, "min": 2}
    rows = accounts.shards(declared, "x")
    found = accounts.standing(declared, rows, book)
    assert found == {"balance": balance, "available": available}


# ── at work


def published(up: House, path: str) -> dict[str, Any]:
    answer = up.call("GET", f"/v1/definitions/{path}", None, up.bearer("person:demo-admin", "admin"))
    return copy.deepcopy(dict(answer.json()["definition"]))


def by_looks(up: House) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rule of the promised limit and its item: who has no first look left waits twelve days, whatever it is."""
    rule, item = published(up, f"rules/{RULE}"), published(up, f"items/{FOOD}")
    rule["facts"].append("first-looks-left")
    for version in rule["versions"]:
        content = version["table"]["nodes"][1]["content"]
        content["inputs"].append({"id": "in-looks", "name": "剩余优先次数", "field": "first_looks_left"})
        for row in content["rules"]:
            row["in-looks"] = "> 0"
        last = {"_id": "no-look-left", "_description": "已用完 / used up", "in-food-category": "", "in-looks": "<= 0",
                "out-budget": "12", "out-unit": "'working_day'"}  # fmt: skip
        content["rules"].append(last)
    for one in rule["tests"]:
        one["facts"]["first-looks-left"] = 1
    used_up = copy.deepcopy(rule["tests"][0])
    used_up |= {"name": "used up", "expect": {"budget": 12, "unit": "working_day"}, "row": "no-look-left"}
    used_up["facts"]["first-looks-left"] = 0
    rule["tests"].append(used_up)
    item["facts"].append("first-looks-left")
    item["posts"] = [*item.get("posts", ()), {"account": "first-looks", "amount": 1, "entry": ["submitted"]}]
    for example in item["examples"]:
        example["facts"] = {**example.get("facts", {}), "first-looks-left": 2}
    return rule, item


def pins_of(up: House, case_id: str) -> dict[str, Any]:
    return dict((up.app.kit.cases.load(case_id).form or {})["facts"]["first-looks-left"])


def promised(up: House, case_id: str) -> str:
    shown = up.call("GET", f"/v1/cases/{case_id}", None, up.bearer(FIRM, "citizen")).json()
    (clock,) = [one for one in shown["clocks"] if one["id"] == "promised"]
    return str(clock["deadline"])[:10]


def test_each_case_pins_what_the_account_had_when_it_came_and_its_limit_follows(up: House) -> None:
    rule, item = by_looks(up)
    releases(up, account(opening=2, min=-9), fact(), rule, item)
    cases = [files(up, f"k{number}")["case_id"] for number in range(4)]
    pins = [pins_of(up, one) for one in cases]
    assert [one["value"] for one in pins] == [11, 10, 9, 8]  # the bound is nine below nothing
    assert all(one["known"] and one["at"] == up.app.at == one["source"]["as_of"] for one in pins)


def test_a_rule_over_an_account_sets_the_promised_limit(up: House) -> None:
    rule, item = by_looks(up)
    releases(up, account(opening=1, max=9, min=0), fact(), rule, item | {"posts": []})
    first = files(up, "a")["case_id"]
    releases(up, item)
    second = files(up, "b")["case_id"]  # takes the last
    releases(up, item | {"posts": []})
    third = files(up, "c")["case_id"]
    assert [pins_of(up, one)["value"] for one in (first, second, third)] == [1, 1, 0]
    passes(up, 8)
    days = [promised(up, one) for one in (first, second, third)]
    assert days[0] == days[1] < days[2]


def test_the_account_of_another_firm_is_another_one(up: House) -> None:
    rule, item = by_looks(up)
    releases(up, account(), fact(), rule, item)
    files(up, "a")
    lookups = facts.needed([fact()], {}, {"applicant": FIRM})
    others = facts.needed([fact()], {}, {"applicant": "enterprise:91430112MA4DEM0200"})
    found = looking_up.fetched(up.app.kit, [*lookups, *others])
    assert [one.value["available"] for one in found.values() if isinstance(one, Found)] == [1, 2]


def test_an_account_that_is_no_more_is_unknown_never_nothing(up: House) -> None:
    lookups = facts.needed([fact()], {}, {"applicant": FIRM})
    assert looking_up.fetched(up.app.kit, lookups) == {lookups[0]: Missing("not-found")}


# ── what the gate refuses


def test_the_gate_lets_it_pass() -> None:
    assert judged(account(), fact()) == []


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"of": {"account": "no-such"}}, "/source/account/account", "dangling-reference"),
        ({"of": {"key": "party:applicant|form:/year"}}, "/source/account/key", "account-key-differs"),
        ({"source": {"account": {"account": "first-looks", "measure": "balance"}}}, "/source/account/key",
         "account-key-differs"),
        ({"type": "string"}, "/type", "account-fact-type"),
        ({"type": "money"}, "/type", "account-fact-type"),
        ({"type": "boolean", "take": {"equals": {"value": True, "among": [True, False]}}}, "/type",
         "account-fact-type"),
    ],
)  # fmt: skip
def test_the_gate_names_a_fact_that_could_never_be_known(
    changed: dict[str, Any], pointer: str, code: str
) -> None:
    assert (pointer, code) in {(one.pointer, one.code) for one in judged(account(), fact(**changed))}
