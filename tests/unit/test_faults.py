"""The gate refuses what must not go live: each kind of fault at a seeded place, with pointer, code and sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain import (
    check_checks,
    connector_checks,
    draw_checks,
    gate,
    group_checks,
    group_forms,
    item_checks,
    process_checks,
    register_checks,
    soundness,
    trigger_checks,
)
from chalicelib.domain.problems import Finding, finding, refusing
from tests.faults import (
    of_accounts,
    of_channels,
    of_checks,
    of_clocks,
    of_connectors,
    of_draws,
    of_dues,
    of_forms,
    of_groups,
    of_guides,
    of_items,
    of_links,
    of_live,
    of_modes,
    of_processes,
    of_relations,
    of_rules,
    of_the_rest,
    of_triggers,
    of_ways,
)
from tests.faults.planting import KINDS, Kind, clean, is_found, judged, judged_as, plant, sow

CATALOGUE = (  # importing fills KINDS
    of_accounts,
    of_channels,
    of_checks,
    of_clocks,
    of_draws,
    of_connectors,
    of_dues,
    of_forms,
    of_groups,
    of_guides,
    of_items,
    of_links,
    of_live,
    of_modes,
    of_processes,
    of_relations,
    of_rules,
    of_the_rest,
    of_triggers,
    of_ways,
)
SEED = 20260302
# `make test` plants one kind for each code that the gate has; `make proof` all of them.
ONE_A_CODE = {code: name for name, kind in sorted(KINDS.items()) for code in kind.codes}
FURTHER = sorted(KINDS.keys() - set(ONE_A_CODE.values()))
# Where the gate keeps its checks one by one: without any of them some kind of fault must be missed.
LISTS = (
    (gate, "GENERAL"),
    (check_checks, "ASKABLE"),
    (check_checks, "TRIED"),
    (draw_checks, "CHECKS"),
    (connector_checks, "CHECKS"),
    (group_checks, "CHECKS"),
    (group_forms, "CHECKS"),
    (item_checks, "CHECKS"),
    (item_checks, "CASE_CHECKS"),
    (process_checks, "CHECKS"),
    (register_checks, "CHECKS"),
    (soundness, "CHECKS"),
    (trigger_checks, "CHECKS"),
)


def test_there_is_no_false_alarm_on_the_clean_pack():
    assert refusing(clean().released.findings) == ()


@pytest.mark.parametrize("each", [1, pytest.param(1000, marks=pytest.mark.proof)])
def test_there_is_no_false_alarm_when_only_a_description_changes(each):
    for kind in sorted({key.partition("/")[0] for key in clean().pack}):
        for body in clean().of(kind)[:each]:
            again = body | {"description": {"zh": "另一说明", "en": "another description"}}
            assert refusing(judged_as(again)) == (), f"{kind}/{body['id']}"


def test_the_catalogue_has_kinds_for_every_kind_of_definition_that_is_declared():
    assert len(KINDS) >= 200
    assert {kind.of for kind in KINDS.values()} >= {
        *("items", "processes", "rules", "facts", "registers", "documents", "notices"),
        *("organisations", "calendars", "access", "triggers", "checks", "draws", "*"),
        *("organisations", "calendars", "access", "triggers", "checks", "channels", "connectors", "*"),
    }


@pytest.mark.parametrize("name", sorted(set(ONE_A_CODE.values())))
def test_this_kind_of_fault_is_refused(name):
    _refuses(KINDS[name])


@pytest.mark.proof
@pytest.mark.parametrize("name", FURTHER)
def test_this_further_kind_of_fault_is_refused(name):
    _refuses(KINDS[name])


def _refuses(kind: Kind) -> None:
    planted = plant(kind, SEED)
    assert planted is not None, "nothing in the pack can have this fault"
    findings = judged(planted)
    assert is_found(planted, findings), f"{planted}: {[(one.pointer, one.code) for one in findings]}"


@pytest.mark.parametrize("count", [60, pytest.param(200, marks=pytest.mark.proof)])
def test_of_so_many_seeded_faults_98_in_100_are_found_with_pointer_code_and_sentence(count, capsys):
    tally = sow(count, SEED)
    with capsys.disabled():
        print(f"\n{tally.table()}")
    assert tally.planted.total() == count
    assert tally.missed.total() <= count * 2 // 100, "\n".join(tally.examples)


@pytest.mark.proof
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("module", "name"), LISTS, ids=lambda one: getattr(one, "__name__", one))
def test_without_any_one_check_some_kind_of_fault_is_missed(module, name, monkeypatch):
    checks = getattr(module, name)
    for index, check in enumerate(checks):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, (*checks[:index], *checks[index + 1 :]))
            assert any(map(_is_missed, _likely(check))), f"{check} bites nothing"


def _is_missed(planted: Any) -> bool:
    try:
        return not is_found(planted, judged(planted))
    except KeyError:  # without the check, the fault comes as far as the examples and stops them
        return True


def _likely(check: Any) -> Iterator[Any]:
    """Planted faults of the catalogue, those first whose code stands in the check's own text."""
    import inspect

    text = inspect.getsource(check)
    for kind in sorted(KINDS.values(), key=lambda one: not any(f'"{code}"' in text for code in one.codes)):
        planted = plant(kind, SEED)
        if planted is not None:
            yield planted


# ── checks that the district declares


def _no_item_of_the_market(item: dict[str, Any], _: gate.Context) -> Iterator[Finding]:
    if item["domain"] == "market":
        yield finding("/domain", "not-in-this-district", "本区不办", "not in this district")


def test_a_declared_check_runs_beside_the_built_in_ones_for_its_kind():
    item = next(one for one in clean().of("items") if one["domain"] == "market" and "power" in one)
    changed = item | {"power": "no-such-power"}
    codes = {one.code for one in judged_as(changed, checks={"items": [_no_item_of_the_market]})}
    assert {"not-in-this-district", "power-not-listed"} <= codes
    (calendar, *_) = clean().of("calendars")
    assert judged_as(calendar | {"serves": ["S001"]}, checks={"items": [_no_item_of_the_market]}) == []


def test_a_declared_check_for_every_kind_is_asked_of_every_kind():
    def never(definition: Any, _: gate.Context) -> Iterator[Finding]:
        yield finding("", "never", "不", f"never {definition['kind']}")

    for kind in ("calendars", "registers", "notices"):
        body = clean().of(kind)[0] | {"serves": ["S001"]}
        assert [one.code for one in judged_as(body, checks={"*": [never]})] == ["never"]
