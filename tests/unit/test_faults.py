"""The gate refuses what must not go live: each kind of fault at a seeded place, with pointer, code and sentence."""

from __future__ import annotations

import pytest

from tests.faults import of_clocks, of_forms, of_items, of_processes, of_rules, of_the_rest
from tests.faults.planting import KINDS, clean, is_found, judged, plant

CATALOGUE = (of_clocks, of_forms, of_items, of_processes, of_rules, of_the_rest)


def test_there_is_no_false_alarm_on_the_clean_pack():
    assert clean().released.findings == ()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_this_kind_of_fault_is_refused(name):
    planted = plant(KINDS[name], 1)
    assert planted is not None, "nothing in the pack can have this fault"
    findings = judged(planted)
    assert is_found(planted, findings), f"{planted}: {[(one.pointer, one.code) for one in findings]}"
