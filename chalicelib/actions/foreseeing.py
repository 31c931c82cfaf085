"""Does the dry run of a drafted trigger: what it would have done on the events of the last days, as numbers only.

Nothing is opened, moved or stored; who drafts learns how often, never about whom (decisions 25).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from chalicelib.actions.office import Kit
from chalicelib.actions.triggering import condition_holds, source_of
from chalicelib.domain import trigger_effects, triggers
from chalicelib.domain.definitions import Definition
from chalicelib.domain.triggers import Source

DAYS = 3  # of the past that are looked through: as far as recent cases are known by the feed
MOST_CASES = 400
DAY = 86_400_000


@dataclass(slots=True)
class _Row:
    meant: int = 0
    acts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def foreseen(kit: Kit, recent: Iterable[str], declared: Sequence[Definition]) -> list[dict[str, Any]]:
    """A row a trigger: `cases` and `events` looked at, how many events were `meant`, what it `opens`, acts that
    `move`, drafts that it `proposes`, records that it `writes`, `notices`.

    What would be done once for several events is counted once.
    """
    found = {str(one["id"]): _Row() for one in declared}
    cases = events = 0
    for sources in _lately(kit, islice(recent, MOST_CASES)):
        cases += 1
        for source in sources:
            events += 1
            for trigger in declared:
                if triggers.matches(trigger, source) and condition_holds(kit, trigger, source):
                    _count(found[str(trigger["id"])], trigger, source)
    return [
        {"trigger": name, "days": DAYS, "cases": cases, "events": events, "meant": one.meant,
         **{count: len(one.acts[count]) for count in trigger_effects.COUNTED.values()}}
        for name, one in sorted(found.items())
    ]  # fmt: skip


def _count(row: _Row, trigger: Definition, source: Source) -> None:
    row.meant += 1
    for number, act in enumerate(trigger["do"]):
        (kind,) = act
        row.acts[trigger_effects.COUNTED[kind]].update(trigger_effects.ids_of(trigger, number, act, source))


def _lately(kit: Kit, case_ids: Iterable[str]) -> Iterator[list[Source]]:
    """The events of each case that are as young as that, each with what surrounds it."""
    from chalicelib.actions.history import whole_history

    office, since = kit.office(), kit.now() - DAYS * DAY
    for case_id in case_ids:
        loaded = kit.cases.load(case_id)
        if loaded.case is None:
            continue
        young: Iterator[Mapping[str, Any]] = (
            event for event in whole_history(kit, loaded.case) if event["recorded_at"] >= since
        )
        yield [source_of(kit, office, loaded.case, loaded.form, event) for event in young]
