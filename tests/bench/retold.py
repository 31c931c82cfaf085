"""A new notice while a district full of cases runs: released by two people, then every case looked at, one by one.

The notice is made up: it rests on a Thursday and works on the weekend after, so that dates move both ways.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache, cached_property
from itertools import islice
from typing import Any

from chalicelib.actions import reprojecting
from chalicelib.actions.office import Office
from chalicelib.domain import cases as shape
from chalicelib.domain import clock
from chalicelib.domain.world import World
from chalicelib.stores.attributes import Item, decode
from chalicelib.stores.chain import event_sk, link
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.keys import HEAD, Tables, timer_pk, timer_sk
from chalicelib.stores.ledger import standing_clear
from chalicelib.stores.sealing import Vault
from chalicelib.wiring import App
from tests.builders import SCHEMAS, Api, ok
from tests.builders_population import NOW, Play, Population, at

CALENDAR = "/v1/definitions/calendars/cn-2026"
REST, WORK = ("2026-03-12",), ("2026-03-14", "2026-03-15")
LOCAL = timezone(timedelta(hours=8))
LATEST = 1_800_000  # ms that a run may take: a row never lies in the past of who writes it
EVERY = 1.0  # seconds between two looks at the progress


@dataclass(frozen=True)
class Release:
    """What the two people did, and what was told of it in the end."""

    act: Mapping[str, Any]
    findings: Sequence[Any]
    counted: Mapping[str, Any]  # what the check said that it would touch
    progress: Mapping[str, Any]
    seconds: float  # from the releaser's request until all was done


def announce(api: Api, patience: float) -> Release:
    """One drafts and checks the notice, another releases it; wait until every case has been told."""
    body = ok(api.admin.get(CALENDAR))["definition"]
    for member, days in (("rest_days", REST), ("makeup_workdays", WORK)):
        body[member] = sorted({*body[member], *days})
    draft = f"{CALENDAR}/drafts/{ok(api.admin.post(f'{CALENDAR}/drafts', {'body': body}), 201)['draft_id']}"
    check = api.admin.awaited(api.admin.post(f"{draft}/checks", {}), 120)
    started = time.monotonic()
    act = ok(api.releaser.post(f"{draft}/releases", {"note": "试验通知，不是国务院的通知"}), 201)
    place = f"/v1/reprojections/{act['reprojection']}"
    while (seen := ok(api.admin.get(place)))["status"] != "done":
        if time.monotonic() - started > patience:
            break
        time.sleep(EVERY)
    impact = check.get("impact") or {}
    return Release(act, check["findings"], impact, seen, time.monotonic() - started)


def deliver_again(app: App, queue: str, release: Release, forget: int) -> None:
    """The announcement comes once more; of each `forget`-th chunk nobody remembers that it was done."""
    tables, identity = app.config.tables, str(release.act[reprojecting.KIND])
    for number in range(0, int(release.progress["chunks"]), forget):
        place = (f"WORK#{reprojecting.KIND}#{identity}", f"done#{number:06d}")
        app.dynamo.write(Write("forgotten", tables.definitions, key=place))
    app.queues.send(queue, [json.dumps({"work": reprojecting.KIND, "id": identity})])


def drained(app: App, queue: str, release: Release) -> bool:
    """Whether every message was worked off and every chunk is marked as done again."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    left = app.queues.service.call("GetQueueAttributes", {"QueueUrl": queue, "AttributeNames": names})[
        "Attributes"
    ]
    done = app.press.work.parts(reprojecting.KIND, str(release.act[reprojecting.KIND]), "done#")
    return not any(int(left[name]) for name in names) and len(done) == release.progress["chunks"]


def heads(dynamo: Dynamo, tables: Tables, cases: Iterable[str]) -> dict[str, Item | None]:
    """Every head as it is stored."""
    found: dict[str, Item | None] = {}
    for some in hundreds(cases):
        found |= zip(some, dynamo.get(*(Key(tables.cases, one, HEAD) for one in some)), strict=True)
    return found


@dataclass
class Inspection:
    """Every case of a population after the notice, compared with what should have become of it.

    `vault` knows the cases' keys already: the look shall not ask KMS fifty thousand times.
    """

    app: App
    vault: Vault
    people: Population
    release: Release
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def look(self) -> Inspection:
        cases, tables = self.people.cases, self.app.config.tables
        for some in hundreds(cases):
            asked = [Key(tables.cases, one, HEAD) for one in some]
            for later in (1, 2):
                asked += [Key(tables.cases, one, event_sk(cases[one].case.seq + later)) for one in some]
            found = [
                row
                for start in range(0, len(asked), 100)
                for row in self.app.dynamo.get(*asked[start : start + 100])
            ]
            for number, one in enumerate(some):
                head, first, second = found[number :: len(some)]
                said = self._case(cases[one], head, first, second)
                self.wrong += [f"{one} ({cases[one].case.item} {cases[one].told}): {what}" for what in said]
        self._timers()
        self.wrong += self._progress()
        return self

    @cached_property
    def _worlds(self) -> dict[str, World]:
        """By item: what a decision knows now, under the new notice."""
        pointer = self.app.catalogue.pointer(strong=True)
        office = Office(self.app.kit, pointer, at(NOW))
        entries = self.app.catalogue.entries(pointer)
        return {one["id"]: office.world(self.app.catalogue.bundle_at(pointer, one["id"])) for one in entries}

    @cached_property
    def _wanted(self) -> dict[int, tuple[list[Any], list[dict[str, Any]]]]:
        """By play: dates as they should stand now, and which of them should have been said to move."""
        each = {id(play): play for play in self.people.cases.values()}
        return {number: self._of(play) for number, play in each.items()}

    def _of(self, play: Play) -> tuple[list[Any], list[dict[str, Any]]]:
        case, world = play.case, self._worlds[play.case.item]
        if case.outcome is not None:
            return dates(case.clocks, case.holds), []
        item, times = world.bundle.item, world.times
        holds, ends = clock.measured_anew(case.holds, item, times=times)
        clocks, moved = clock.reproject(case.clocks, item, world.at, times=times, holds=holds)
        self.wrong += [f"{case.item} {play.told}: {one}" for one in by_hand(clocks, holds, item)]
        return dates(clocks, holds), [*moved, *ends]

    def _case(self, play: Play, head: Item | None, first: Item | None, second: Item | None) -> Iterator[str]:
        want, moved = self._wanted[id(play)]
        self.counts.update(play.kinds)
        if head is None or second is not None or int(head["seq"]) != play.case.seq + bool(moved):
            yield f"it stands at event {head and head['seq']}, {play.case.seq + bool(moved)} wanted"
            return
        body = self.vault.open(head["k"], head)
        if (found := dates(body.get("clocks", ()), body.get("holds", ()))) != want:
            yield f"its dates are {found}, {want} wanted"
        if not moved:
            self.counts["finished, untouched" if play.case.outcome else "no date moves, untouched"] += 1
            return
        self.counts["told once"] += 1
        self.counts.update(f"{kind}, told once" for kind in play.kinds - {"open"})
        yield from self._event(head, first or {}, moved)

    def _event(self, head: Item, event: Item, moved: Sequence[Any]) -> Iterator[str]:
        """Old, new and why; chained to what was before."""
        if event.get("t") != "case.reprojected" or not link(event["p"], event) == event["h"] == head["h"]:
            yield "its last event is none that tells it, or not chained"
            return
        data, act = self.vault.open(head["k"], event)["data"], self.release.act
        want = {
            "moved": list(moved),
            "act": act["id"],
            "set": act["set"],
            "reprojection": act["reprojection"],
        }
        if (said := {name: data.get(name) for name in want}) != want:
            yield f"it was told {said}, {want} wanted"

    def _timers(self) -> None:
        """One row an open case, where its head says, none later than what is due first; none of a finished one."""
        tables, ours = self.app.config.tables, self.people.cases
        rows, after = set[tuple[str, str, str]](), dict[str, Any]()
        while True:
            page = self.app.dynamo.call("Scan", TableName=tables.timers, ConsistentRead=True, **after)
            for row in map(decode, page["Items"]):
                if str(row["pk"]).startswith("DUE#") and row.get("case") in ours:
                    rows.add((row["pk"], row["sk"], row["case"]))
            if not page.get("LastEvaluatedKey"):
                break
            after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        wanted = set[tuple[str, str, str]]()
        for one, head in heads(self.app.dynamo, tables, ours).items():
            if head and "tm" in head:
                wanted.add((timer_pk(head["tm"], one), timer_sk(head["tm"], one), one))
                self._timer(one, ours[one], head)
        if rows != wanted:
            self.wrong.append(f"{len(rows - wanted)} timers too many, {len(wanted - rows)} missing")

    def _timer(self, identity: str, play: Play, head: Item) -> None:
        row = int(head["tm"])
        self.counts["timers moved"] += row != play.case.timer
        case = shape.of_body({**standing_clear(head), **self.vault.open(head["k"], head)}, row)
        due = next((one.at for one in self._worlds[case.item].firings(case)), None)
        if case.outcome is not None or due is None or row > max(due, at(NOW) + LATEST):
            self.wrong.append(f"{identity}: its timer stands at {row}, {due} is due first")

    def _progress(self) -> Iterator[str]:
        """What the resource says; others may run on the same stack."""
        said = self.release.progress
        for name, known in (("moved", "told once"), ("unchanged", "no date moves, untouched")):
            if said[name] < self.counts[known]:
                yield f"{said[name]} cases {name} by the resource, {self.counts[known]} in the tables"
        if self.release.findings:
            yield f"the check found {list(self.release.findings)[:3]}"
        if said["failed"] or said["status"] != "done":
            yield f"it ends with {dict(said)}"


def dates(clocks: Sequence[Mapping[str, Any]], holds: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Every date of a case that a calendar decides."""
    told = {one["id"]: (one["deadline"], one["provisional"]) for one in clocks}
    return [told, [one["max_until"] for one in holds]]


def by_hand(clocks: Sequence[Any], holds: Sequence[Any], item: Mapping[str, Any]) -> Iterator[str]:
    """What differs from a count on the fingers: working days of clocks that never stood still, and of open steps."""
    for one in clocks:
        if one["unit"] == "working_day" and one["deadline"] is not None and not (holds or one.get("pauses")):
            budget = one["budget"] + sum(more["budget"] for more in one["extensions"])
            yield from _differs(one["id"], one["started_at"], budget, one["deadline"])
    longest = {one["id"]: one["max"] for one in item.get("holds", ())}
    for one in (one for one in holds if one["end"] is None and longest[one["id"]]["unit"] == "working_day"):
        yield from _differs(one["id"], one["start"], longest[one["id"]]["budget"], one["max_until"])


def _differs(name: str, start: int, budget: int, end: int) -> Iterator[str]:
    days = worked()
    wanted = days[bisect_right(days, day_of(start)) + budget - 1]
    if day_of(end) != wanted:
        yield f"{name} ends on {day_of(end)}, by hand on {wanted}"


def day_of(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, LOCAL).date().isoformat()


@cache
def worked() -> list[str]:
    """The days of 2026 on which people work, under the made-up notice too."""
    notice = json.loads((SCHEMAS / "calendars" / "cn-2026.json").read_text(encoding="utf-8"))
    days = [date(2026, 1, 1) + timedelta(number) for number in range(365)]
    plain = {one.isoformat() for one in days if one.weekday() < 5} - {*notice["rest_days"], *REST}
    return sorted({*plain, *notice["makeup_workdays"], *WORK})


def hundreds(cases: Iterable[str]) -> Iterator[list[str]]:
    left = iter(cases)
    while some := list(islice(left, 100)):
        yield some
