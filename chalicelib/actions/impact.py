"""Does the counting of what a release would touch: running cases, deadlines that move, recent cases replayed.

Numbers only: who drafts never sees what a case holds (decisions 25). Counts are capped (decisions 16).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from chalicelib.actions.history import whole_history
from chalicelib.actions.releasing import Prepared, Press
from chalicelib.domain.definitions import Bundle, of_kind
from chalicelib.domain.manifests import manifest, resolve
from chalicelib.domain.publishing import ReleaseSet

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit
    from chalicelib.domain.cases import Case
    from chalicelib.domain.clock import Times

MOST_COUNTED = 1_000  # "1,000+"
MOST_READ = 200  # cases an item whose deadlines are worked out anew
MOST_REPLAYED = 20  # recent cases an item
MOST_LOOKED_AT = 400  # recent cases in all
MOVERS = frozenset({"calendars", "organisations"})  # live kinds by which a running clock ends elsewhere


@dataclass(frozen=True, slots=True)
class District:
    """What clocks and organisations would be after the release."""

    press: Press
    kit: Kit
    world: Mapping[str, Any]

    def times(self, node: str) -> Times:
        from chalicelib.domain.calendar import Calendar
        from chalicelib.domain.clock import OfficeHours, Times
        from chalicelib.domain.organisations import Organisation

        calendar = Calendar(of_kind("calendars", self.world).values())
        graph = Organisation(next(iter(of_kind("organisations", self.world).values())))
        hours = graph.node(node).get("office_hours") if node in graph.nodes else None
        return Times(calendar, OfficeHours(hours, self.kit.zone))


def impact(press: Press, current: ReleaseSet, prepared: Prepared) -> dict[str, Any] | None:
    """What releasing `prepared` touches; None where there are no cases to ask (a pack checked in CI).

    `items`: a row an item with cases under way: `running` (`capped` when there are more), `keeps` whether they
    stay on their release, `deadlines` read and how many of them `move`. `replayed`: recent cases played again.
    `triggers`: for each that changes, what it would have done lately.
    """
    if press.running is None or press.kit is None:
        return None
    moving = any(key.partition("/")[0] in MOVERS for key in prepared.plan.changed)
    touched = sorted(current.releases) if moving else list(prepared.plan.items)
    district = District(press, press.kit, prepared.world)
    rows = [
        _row(district, item, current.releases[item], moving) for item in touched if item in current.releases
    ]
    rows = [row for row in rows if row["running"]]
    total = {
        name: sum(int(row[name]) for row in rows) for name in ("running", "deadlines", "deadlines_moved")
    }
    answer = {"items": rows, **total, "replayed": _replayed(district, prepared)}
    declared = [prepared.world[key] for key in prepared.plan.changed if key.startswith("triggers/")]
    changed = [
        one for one in declared if "event" in one.get("on", {})
    ]  # what comes with a period has a trial
    if changed:
        from chalicelib.actions import foreseeing

        answer["triggers"] = foreseeing.foreseen(press.kit, press.running.recent(press.now()), changed)
    return answer


def _row(district: District, item: str, release: Mapping[str, Any], moving: bool) -> dict[str, Any]:
    found = list(islice(running(district.press, release), MOST_COUNTED + 1))
    deadlines, moved = _deadlines(district, found[:MOST_READ], moving)
    return {
        "item": item,
        "running": min(len(found), MOST_COUNTED),
        "capped": len(found) > MOST_COUNTED,
        "keeps_release": True,  # what is pinned stays; only a migration moves it (decisions 5)
        "deadlines": deadlines,
        "deadlines_moved": moved,
    }


def running(press: Press, release: Mapping[str, Any]) -> Iterator[str]:
    """Open cases of an item, under its present release and the earlier ones."""
    if press.running is not None:
        for hash_ in (release["release"], *release.get("earlier", ())):
            yield from press.running.open_cases(hash_)


def _deadlines(district: District, case_ids: Sequence[str], moving: bool) -> tuple[int, int]:
    """(running clocks with a deadline and parts that are owed, those that would end at another instant)."""
    from chalicelib.domain import clock, dues
    from chalicelib.domain.migration import deadlines

    count = moved = 0
    times = cache(district.times)
    for case in (one for one in district.kit.cases.many(case_ids) if one):
        count += sum(one is not None for one in deadlines(case).values())
        if moving:
            item = district.kit.catalogue.bundle(case.release).item
            now, at = district.press.now(), times(case.node)
            _, changes = clock.reproject(case.clocks, item, now, times=at, holds=case.holds)
            _, dates = dues.redated(case.dues, item, at)
            moved += len(changes) + len(dates)
    return count, moved


def _replayed(district: District, prepared: Prepared) -> list[dict[str, Any]]:
    """For each item, how many recent cases came out the same, and the numbers of those that did not."""
    cases = _recent(district, set(prepared.plan.items))
    rows = []
    for item in sorted(cases):
        bundle = _bundle(district.press, prepared, item)
        found = {case.number: _differs(district, bundle, case) for case in cases[item]}
        different = [{"number": number, "what": what} for number, what in found.items() if what]
        rows.append(
            {"item": item, "cases": len(found), "same": len(found) - len(different), "differ": different}
        )
    return rows


def _recent(district: District, items: set[str]) -> dict[str, list[Case]]:
    if district.press.running is None or not items:
        return {}
    found: dict[str, list[Case]] = {}
    ids = list(islice(district.press.running.recent(district.press.now()), MOST_LOOKED_AT))
    for case in (one for one in district.kit.cases.many(ids) if one and one.item in items):
        if len(found.setdefault(case.item, [])) < MOST_REPLAYED:
            found[case.item].append(case)
    return found


def _bundle(press: Press, prepared: Prepared, item: str) -> Bundle:
    contents = manifest(f"items/{item}", prepared.world, press.kinds, press.engines)
    return resolve(contents, prepared.world)


def _differs(district: District, bundle: Bundle, case: Case) -> list[str]:
    from chalicelib.domain import replay
    from chalicelib.domain.process import compile_process
    from chalicelib.domain.world import World

    kit = district.kit
    former, loaded = kit.cases.former_forms(case.id), kit.cases.load(case.id)
    first = former[0][1] if former else loaded.form
    history = list(whole_history(kit, case))
    if first is None or not history:
        return ["erased"]
    account_of = kit.office().account
    world = World(bundle, district.times(case.node), kit.zone, case.opened_at, account_of)
    process = kit.catalogue.bundle(case.release).process or {}
    active = compile_process(process).active(case.configuration)
    return replay.differences(world, case, first, history, active)
