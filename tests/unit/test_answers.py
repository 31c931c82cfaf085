"""Items that answer at once and keep nothing, items that only guide; neither opens a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random  # noqa: TID251 - seeded: the same forms every time
from typing import Any

import pytest

from chalicelib.actions import answering, drafting, submit
from chalicelib.domain import answers
from chalicelib.domain.problems import Problem
from tests.builders_memory import MemoryShelf
from tests.builders_stores import Hand, applicant, kit, submission

LOOKUP, CALCULATOR, GUIDE = "market-access-lookup", "electricity-tariff-calculator", "rd-expense-deduction"
WHO = applicant("person:demo-founder")
USE = {"tariff_class": "below-1kv", "peak_kwh": 0, "flat_kwh": 0, "valley_kwh": 0}


def ask(item: str, form: Mapping[str, Any], as_of: date | None = None, shelf: Any = None) -> dict[str, Any]:
    return answering.ask(kit(Hand(), shelf or MemoryShelf()), item, form, as_of)


def refusal(item: str, form: Mapping[str, Any], as_of: date | None = None) -> Problem:
    with pytest.raises(Problem) as refused:
        ask(item, form, as_of)
    return refused.value


@pytest.mark.parametrize(
    ("industry", "capital", "status", "entry"),
    [(8610, "non-public", "prohibited", "news"), (8610, "public", "licensed", "news"),
     (1620, "non-public", "licensed", "tobacco"), (6513, "non-public", "free", "none")],
)  # fmt: skip
def test_the_negative_list_says_what_a_trade_is(industry: int, capital: str, status: str, entry: str) -> None:
    found = ask(LOOKUP, {"industry": industry, "capital": capital})
    assert found["result"] == {"status": status, "entry": entry}
    assert found["labels"]["status"]["zh"] in {"禁止准入", "许可准入", "自由进入"}
    assert (found["manual"], found["code"], found["as_of"]) == (False, None, "2026-03-02")


def test_an_answer_says_by_which_rule_of_which_day_and_on_what_basis() -> None:
    found = ask(LOOKUP, {"industry": 6513, "capital": "public"}, date(2025, 1, 1))
    trace = found["trace"]
    assert (trace["rules"], trace["version"], trace["on"]) == ("market-access", "2022-01-01", "2025-01-01")
    assert [row["id"] for row in trace["rows"]] == ["free"]
    assert {one["id"]: one["value"] for one in trace["facts"]} == {
        "industry-class": 6513,
        "capital-kind": "public",
    }
    assert found["legal_basis"][0]["article"] == "二篇·二章·一·1"
    assert "示例" in found["source"]["zh"]


def test_before_the_first_version_there_is_no_answer() -> None:
    assert refusal(LOOKUP, {"industry": 6513, "capital": "public"}, date(2020, 1, 1)).code == (
        "no-version-in-force"
    )


def test_nothing_is_kept() -> None:
    shelf = MemoryShelf()
    ask(CALCULATOR, USE, shelf=shelf)
    assert shelf.dynamo.places == {}
    assert not any(one.startswith(("put", "update", "transact")) for one in shelf.dynamo.requests)


def test_the_calculator_adds_up_what_a_second_arithmetic_does() -> None:
    dice = Random(20260302)
    price = {"below-1kv": (7003, 10505, 3501), "10kv": (6803, 10205, 3401)}
    for _ in range(50):
        use = {name: dice.randrange(100_000) for name in ("peak_kwh", "flat_kwh", "valley_kwh")}
        kind = dice.choice(list(price))
        flat, peak, valley = price[kind]
        found = {one["id"]: one["value"] for one in ask(CALCULATOR, {"tariff_class": kind, **use})["sums"]}
        one_price = round_half_up(sum(use.values()) * flat)
        by_hour = round_half_up(use["peak_kwh"] * peak + use["flat_kwh"] * flat + use["valley_kwh"] * valley)
        assert found == {"one_price": one_price, "by_hour": by_hour, "saving": one_price - by_hour}


def round_half_up(hundredths: int) -> int:
    whole, rest = divmod(hundredths, 100)
    return whole + (rest >= 50)


@pytest.mark.parametrize(("fen", "rounded"), [(149, 1), (150, 2), (-149, -1), (-150, -2), (0, 0)])
def test_a_half_is_rounded_away_from_nothing(fen: int, rounded: int) -> None:
    item = {"sums": [{"id": "one", "title": {}, "per": 100, "terms": [{"of": [fen]}]}]}
    assert answers._sums(item, {}, {})[0]["value"] == rounded


def test_a_form_that_is_wrong_is_refused_at_its_places() -> None:
    refused = refusal(LOOKUP, {"industry": "6513"})
    assert refused.code == "form-invalid"
    assert {one.pointer for one in refused.findings} == {"/industry", "/capital"}


@pytest.mark.parametrize("item", ["food-licence", GUIDE])
def test_what_is_no_answer_gives_none(item: str) -> None:
    assert refusal(item, {}).code == "item-answers-nothing"


@pytest.mark.parametrize("item", [LOOKUP, GUIDE])
def test_what_opens_no_case_takes_neither_application_nor_draft(item: str) -> None:
    given = kit(Hand(), MemoryShelf())
    for act in (
        lambda: submit.submit(given, WHO, replace(submission("food-licence", "k"), item=item)),
        lambda: drafting.create(given, WHO, item, {"form": {}}),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code == "item-opens-no-case"
