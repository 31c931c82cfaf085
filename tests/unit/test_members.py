"""The join: the same ends give the same result, whoever ended first, however often it was said."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from chalicelib.domain import members
from chalicelib.domain.members import Report, Table
from tests.builders_groups import lives, shuffled

SIX = ("licence", "seal", "tax", "insurance", "fund", "account")
TWELVE = tuple(f"department-{number:02d}" for number in range(1, 13))
GOOD = ("granted",)
JOINS: tuple[Any, ...] = ("all", "any", {"at_least": 4}, {"quorum": 4})


def begun(names: tuple[str, ...], aside: tuple[str, ...] = ()) -> Table:
    return members.planned({}, "running", {name: name not in aside for name in names})


def ended(names: tuple[str, ...], outcomes: dict[str, str]) -> Table:
    return members.merged(begun(names), lives(names, outcomes))


def by_hand(join: Any, outcomes: dict[str, str]) -> str:
    """What the join must say once everybody has ended, worked out from nothing but how many succeeded."""
    succeeded = sum(outcome == "granted" for outcome in outcomes.values())
    least = {"all": len(outcomes), "any": 1}.get(join) if isinstance(join, str) else join.get("at_least")
    return "joined" if least is None or succeeded >= least else "refused"


@pytest.mark.parametrize("join", JOINS, ids=str)
def test_a_bundle_of_six_joins_rightly_in_all_sixty_four_outcomes(join: Any) -> None:
    seen = set()
    for outcome in product(("granted", "refused"), repeat=6):
        outcomes = dict(zip(SIX, outcome, strict=True))
        table = ended(SIX, outcomes)
        assert members.verdict(table, "running", join, GOOD) == by_hand(join, outcomes)
        assert {name: table[name]["outcome"] for name in SIX} == outcomes  # nobody's end undid another's
        seen.add(outcome)
    assert len(seen) == 2**6


def permutations_agree(count: int, join: Any) -> set[str]:
    """Twelve departments in any order, duplicated, late: one result each time, and one table at the end."""
    verdicts = set()
    for seed in range(count):
        outcomes = {
            name: "refused" if (seed >> place) % 3 == 0 else "granted" for place, name in enumerate(TWELVE)
        }
        table, said = begun(TWELVE), list[str]()
        for report in shuffled(list(lives(TWELVE, outcomes)), seed):
            table = members.merged(table, [report])
            verdict = members.verdict(table, "running", join, GOOD)
            if verdict and not said:  # the state is left by the first: what comes later is late
                said.append(verdict)
            assert verdict in (None, *said)  # and never is it taken back
        assert said == [by_hand(join, outcomes)]
        assert table == ended(TWELVE, outcomes)
        verdicts |= set(said)
    return verdicts


@pytest.mark.parametrize("join", JOINS, ids=str)
def test_twelve_departments_in_any_order_duplicated_and_late_give_one_result(join: Any) -> None:
    assert permutations_agree(150, join)


@pytest.mark.proof
def test_ten_thousand_orders_of_twelve_departments_give_one_result_each() -> None:
    assert permutations_agree(10_000, "all") == {"joined", "refused"}


def test_reports_that_come_twice_or_late_change_nothing() -> None:
    table = members.merged(begun(SIX), [Report("tax", 3, "refused")])
    assert members.merged(table, [Report("tax", 3, "refused"), Report("tax", 2, due=5)]) == table
    assert members.merged(table, [Report("nobody", 9, "granted")]) == table


def test_all_waits_for_everybody_and_any_for_the_first_that_succeeds() -> None:
    table = members.merged(begun(SIX), [Report("seal", 4, "refused"), Report("tax", 4, "granted")])
    assert members.verdict(table, "running", "all", GOOD) is None
    assert members.verdict(table, "running", "any", GOOD) == "joined"
    assert members.verdict(table, "running", {"quorum": 2}, GOOD) == "joined"
    assert members.verdict(table, "running", {"at_least": 2}, GOOD) is None
    assert (
        members.verdict(table, "running", {"at_least": 6}, GOOD) == "refused"
    )  # it can no longer be reached


def test_who_does_not_count_is_not_waited_for_and_whoever_was_dropped_neither() -> None:
    table = begun(SIX, aside=("account",))
    table = members.merged(table, [Report(name, 2, "granted") for name in SIX[:4]])
    assert members.verdict(table, "running", "all", GOOD) is None
    assert members.verdict(members.dropped(table, ["fund"]), "running", "all", GOOD) == "joined"


def test_a_member_that_could_not_be_opened_is_waited_for_until_a_person_decides() -> None:
    table = members.merged(
        begun(("a", "b")), [Report("a", 0, code="form-invalid"), Report("b", 2, "granted")]
    )
    assert members.standing(table["a"]) == "failed"
    assert members.verdict(table, "running", "all", GOOD) is None
    again = members.added(table, "running", "a", counts=True)
    assert members.standing(again["a"]) == "planned"
    assert again["a"]["again"] == 1


def test_that_it_failed_is_forgotten_once_its_case_is_there() -> None:
    for order in (
        [Report("a", 0, code="busy"), Report("a", 1)],
        [Report("a", 1), Report("a", 0, code="busy")],
    ):
        table = begun(("a",))
        for report in order:
            table = members.merged(table, [report])
        assert table["a"] == {"in": "running", "turn": 1, "seq": 1}


def test_nothing_to_join_is_never_joined() -> None:
    assert members.verdict({}, "running", "all", GOOD) is None
    assert members.verdict(begun(("a",), aside=("a",)), "running", "any", GOOD) is None


def test_a_second_turn_of_the_state_is_joined_by_its_own_members() -> None:
    first = members.merged(begun(("a",)), [Report("a", 2, "refused")])
    second = members.planned(first, "running", {"b": True})
    assert members.verdict(second, "running", "all", GOOD) is None
    assert (
        members.verdict(members.merged(second, [Report("b", 2, "granted")]), "running", "all", GOOD)
        == "joined"
    )


def test_the_group_ends_with_its_longest_counting_member_that_runs() -> None:
    table = members.planned({}, "running", {"a": True, "b": True, "c": False})
    table = members.merged(table, [Report("a", 1, due=30), Report("b", 1, due=20), Report("c", 1, due=99)])
    assert members.longest(table, "running") == 30
    assert members.longest(members.merged(table, [Report("a", 2, "granted")]), "running") == 20
    assert members.longest(members.merged(table, [Report("a", 2), Report("b", 2)]), "running") is None
