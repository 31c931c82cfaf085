"""Does the asking whether a trigger's condition holds: the facts of its rule are read where they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.actions.looking_up import fetched
from chalicelib.actions.office import Kit
from chalicelib.domain import facts, trigger_conditions
from chalicelib.domain.definitions import Definition
from chalicelib.domain.triggers import Sayer


def holds(
    kit: Kit, trigger: Definition, source: Sayer, form: Mapping[str, Any], parties: Mapping[str, str], on: date
) -> bool | None:  # fmt: skip
    """True, false, or None where it is not known. `form` is what facts read: a case's, or a record in its place."""
    known = trigger_conditions.values_hold(trigger, source)
    if known is False or "rule" not in trigger.get("when", {}):
        return known
    answered = _by_rule(kit, trigger, form, parties, on)
    return answered if known or answered is False else None


def _by_rule(
    kit: Kit, trigger: Definition, form: Mapping[str, Any], parties: Mapping[str, str], on: date
) -> bool | None:  # fmt: skip
    pointer = kit.office().pointer
    rule = kit.catalogue.live(pointer, "rules", str(trigger["when"]["rule"]))
    declared = [kit.catalogue.live(pointer, "facts", fact) for fact in rule["facts"]]
    lookups = facts.needed(declared, form, parties)
    pins = facts.pin_all(declared, form, fetched(kit, lookups), kit.now(), parties)
    return trigger_conditions.rule_holds(trigger, rule, pins, on)
