"""Lives random cases of the real pack through the real API, and holds together what it shows, stores and fires.

Everything is the real code, from the gateway's event to its answer and from the timer's row to the event, over the
DynamoDB in memory (`tests/builders_memory.py`). What must be equal, in every case, for every clock:

* the `deadline` of the case's answer, that of the clock's account, and the `due` and `occurred_at` of the event with
  which the clock ran out, to the millisecond; for a special step the `max_until` that the case's answer shows;
* the instant of the one timer row that woke the sweeper and what fired then, to the millisecond too (only a row set
  within two minutes of its deadline stands later, at two minutes: no sweep may have passed its place), unless the sweeper
  was down: what fell due meanwhile fires in one go, or before somebody's step, each at its own instant;
* the due key in the desk's queue and the earliest deadline shown of a running clock.

A rung below the deadline is no instant that the API shows: its share is not yet consumed in the answer before it and
is in the one after it. The sweeper comes by at every full minute (a tick), so `recorded_at` is within a tick of what
it records. Ticks at which nothing is due are left out, but for the last before something is: it must find nothing.
"""

from __future__ import annotations

import random  # noqa: TID251  by a fixed seed
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from chalicelib import wiring
from chalicelib.actions import sweeping
from chalicelib.actions.catalogue import Catalogue
from chalicelib.domain.cases import FAR_FUTURE
from chalicelib.domain.filing import check_form
from chalicelib.domain.problems import Problem
from chalicelib.domain.transitions import MARGIN
from chalicelib.stores.keys import timer_pk
from tests.builders_app import Answer, House, Inside
from tests.builders_clock import ms
from tests.builders_memory import TABLES, MemoryDynamo
from tests.builders_pack import ITEMS, PACK
from tests.builders_stores import DAY, HOUR, MINUTE, NOON, published

TICK = MINUTE
ACTS, AFTERWARDS = 8, 150 * DAY  # what people do at the most; how long time goes on when nobody does anything more
FIRST, LAST = ms("2026-01-05 08:00"), ms("2026-12-31 18:00")
EDGES = (8 * 60, 9 * 60, 11 * 60 + 59, 12 * 60, 12 * 60 + 30, 13 * 60 + 30, 16 * 60 + 30, 17 * 60, 23 * 60 + 59)
ENDS = ("withdraw", "not_required", "redirect", "refuse", "refuse_acceptance", "terminate", "void", "forward",
        "merge", "decline", "exclude", "find_false", "supersede")  # fmt: skip
SPECIAL = ("begin_", "end_", "extend_")
WHY = {"reason": "需要检验产品样品"}


@cache
def shared() -> Inside:
    """What all containers have in common: the catalogue, warm, and the sign-in's keys."""
    app = Inside(MemoryDynamo(), TABLES)  # type: ignore[arg-type]
    app.__dict__["definitions"] = published()
    app.__dict__["catalogue"] = Catalogue(published(), lambda: NOON)
    return app


def container() -> Inside:
    """A container over empty tables in which the real pack is published."""
    app, common = Inside(MemoryDynamo(), TABLES), shared()  # type: ignore[arg-type]
    for name in ("definitions", "catalogue", "_tokens", "kinds", "zone"):
        app.__dict__[name] = getattr(common, name)
    return app


@contextmanager
def served() -> Iterator[None]:
    """Containers may be put behind the API's door (`Life`) while this is open."""
    import pytest

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        patch.setattr(wiring, "app", wiring.app)
        yield


@cache
def examples() -> list[tuple[str, int]]:
    """(item, example) of all examples of the pack's real items that are an application in order."""
    found = []
    for item in ITEMS:
        for number in range(len(item["examples"])):
            try:
                check_form(shared().catalogue.bundle_of(item["id"]), item["examples"][number]["form"])
            except Problem:
                continue
            found.append((item["id"], number))
    assert {item for item, _ in found} == {item["id"] for item in ITEMS}
    return found


@cache
def inputs() -> Mapping[tuple[str, str], list[dict[str, Any]]]:
    """What the pack's examples enter at a move, by (process, move)."""
    known: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for item in ITEMS:
        for step in (step for example in item["examples"] for step in example["moves"] if "move" in step):
            known[item["process"], step["move"]].append(step.get("input", {}))
    return known


@cache
def holder(item: str, post: str) -> str | None:
    """Somebody who holds the post for an item: at its window, else in its department."""
    nodes, declared = PACK["organisations/wangcheng"]["nodes"], PACK[f"items/{item}"]
    places = [declared.get("window", ""), declared["department"]] if post == "window" else [declared["department"]]
    for place in places:
        for one in nodes.get(place, {}).get("posts", {}).get(post, {}).get("holders", ()):
            return str(one["subject"])
    return None


@dataclass(frozen=True, slots=True)
class Row:
    """The case's one timer row: where it stands, when it was set there, by the sweeper or by somebody's step."""

    at: int
    set_at: int
    by_sweep: bool


def play(number: int) -> Counter[str]:
    """Live one case; how often each thing was seen. AssertionError names the case and what is not equal."""
    life = Life(number)
    try:
        life.live()
    except AssertionError as wrong:
        raise AssertionError(f"case {number} ({life.item}): {wrong}") from wrong
    return life.seen


def same(what: str, here: Any, there: Any) -> None:
    assert here == there, f"{what}: {here} is not {there}"


class Life:
    """One case from its application on, as seen by whoever applied."""

    def __init__(self, number: int) -> None:
        self.random, self.seen = random.Random(number), Counter[str]()
        self.item, self.example = self.random.choice(examples())
        self.declared, self.at = PACK[f"items/{self.item}"], 0
        self.app = container()
        wiring.app = lambda: self.app  # type: ignore[assignment]
        self.house, self.case_id, self.row = House(self.app), "", None
        self.fired = set[tuple[str, int, int]]()
        self.down = 0, 0  # no sweeper comes by between these
        self.shown: dict[str, Any] = {}

    def live(self) -> None:
        self.at = self._a_start()
        if self.random.random() < 0.3:
            since = self.at + self.random.randrange(8 * DAY)
            self.down = since, since + self.random.randrange(8 * DAY)
        self._apply()
        for number in range(self.random.randint(1, ACTS)):
            self.until(self.at + self._a_while())
            if self.shown["outcome"]:
                break
            self._act(number)
        self.until(self.at + AFTERWARDS)
        self.seen["cases"] += 1

    # the calls

    def call(self, method: str, path: str, body: Any = None, *, who: str = "", key: str = "") -> Answer:
        self.app.at, person = self.at, who or self.owner
        headers = self.house.bearer(person, "citizen" if person == self.owner else "staff")
        return self.house.call(method, path, body, headers | ({"Idempotency-Key": key} if key else {}))

    @cached_property
    def owner(self) -> str:
        return str(self.declared["examples"][self.example]["applicant"])

    def look(self) -> None:
        """Read the case as its applicant does; everything in the answer must agree with what is stored."""
        answer = self.call("GET", f"/v1/cases/{self.case_id}")
        assert answer.status == 200, answer.text
        self.shown = answer.json()
        clocks = self.clocks
        running = [instant(one["deadline"]) for one in clocks.values() if one["running"]]
        head = self.app.dynamo._item(TABLES.cases, self.case_id, "HEAD")  # type: ignore[attr-defined]
        if self.shown["outcome"] is None:
            same("due in the queue", int(str(head["qsk"]).partition("#")[0]), min(running, default=FAR_FUTURE))
        if clocks:
            one = clocks[self.random.choice(sorted(clocks))]
            told = self.call("GET", f"/v1/cases/{self.case_id}/clocks/{one['id']}").json()
            same("account", {name: told[name] for name in one}, one)
            self._explained(told)
        self.seen["looks"] += 1
        self.seen["over the year's end"] += any(str(one["deadline"])[:4] == "2027" for one in clocks.values())
        self.seen["provisional"] += any(one["provisional"] for one in clocks.values())
        self.seen["stands still"] += any(one["paused_by"] for one in clocks.values())

    def _explained(self, told: Mapping[str, Any]) -> None:
        """The last day of the account that is not yet over is the deadline's."""
        if told["running"] and told["light"] != "overdue" and told["unit"] != "office_hour":
            same("last day", told["account"][-1]["day"], str(told["deadline"])[:10])

    @property
    def clocks(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.shown["clocks"]}

    # people

    def _apply(self) -> None:
        example = self.declared["examples"][self.example]
        body = {"form": example["form"], "materials": [{"id": one} for one in example["materials"]]}
        if example.get("parties"):
            body["parties"] = list(example["parties"])
        answer = self.call("POST", f"/v1/items/{self.item}/cases", body, key="first")
        assert answer.status == 201, answer.text
        self.case_id = answer.json()["case_id"]
        self.seen["at lunch"] += 12 * 60 <= (self.at + 8 * HOUR) % DAY // MINUTE < 13 * 60 + 30
        self.look()
        self._find_row(by_sweep=False)

    def _act(self, number: int) -> None:
        person = self._somebody()
        if person is None:
            return
        seen = self.call("GET", f"/v1/cases/{self.case_id}", who=person).json()
        weights = {one["move"]: _weight(one["move"]) for one in seen.get("moves", ())}  # none for who may not see it
        (move,) = self.random.choices([*weights, ""], [*weights.values(), 0.3])
        if not move:
            return
        special = WHY if move.startswith(("begin_", "extend_")) else {}
        given = self.random.choice(inputs().get((self.declared["process"], move)) or [special])
        body = {"move": move, "input": given}
        answer = self.call("POST", f"/v1/cases/{self.case_id}/moves", body, who=person, key=f"{number}")
        assert answer.status in (200, 403, 409, 422), answer.text
        if answer.status == 200:
            self.seen[move.partition("_")[0] if move.startswith(SPECIAL) else move] += 1
            self.seen["caught up"] += bool(self._note())
            self.look()
            self._find_row(by_sweep=False)

    def _somebody(self) -> str | None:
        """Mostly whom the case waits for; at times whoever else might have something to do with it."""
        waits = [str(one["waits_for"]) for one in self.shown["state"] if one["waits_for"]]
        anybody = ["post:handler", "post:handler", "post:decider", "party:applicant"]
        token = self.random.choice(waits if waits and self.random.random() < 0.6 else anybody)
        if self._extensible() and self.random.random() < 0.25:
            token = "post:head"
        kind, _, name = token.partition(":")
        return holder(self.item, name) if kind == "post" else self.owner

    def _extensible(self) -> bool:
        running = {name for name, one in self.clocks.items() if one["running"]}
        return any("extension" in one and one["id"] in running for one in self.declared["clocks"])

    def _a_start(self) -> int:
        """Any working or rest day of the year, the last days of it as often as all others; any minute, edges of

        office hours as often as all others.
        """
        first = ms("2026-12-18 00:00") if self.random.random() < 0.3 else FIRST
        day = self.random.randrange(first, LAST) // DAY * DAY - 8 * HOUR
        minute = self.random.choice(EDGES) if self.random.random() < 0.5 else self.random.randrange(24 * 60)
        return max(FIRST, day + minute * MINUTE + self.random.choice((0, 0, 1, 59_999, 30_000)))

    def _a_while(self) -> int:
        most = self.random.choice((10 * MINUTE, 3 * HOUR, 3 * HOUR, DAY, DAY, 3 * DAY, 8 * DAY, 25 * DAY))
        return self.random.randrange(MINUTE, most)

    # time

    def until(self, at: int) -> None:
        """The sweeper comes by at every tick until `at`."""
        for _ in range(80):
            if self.row is None:
                break
            tick = -(-(self.row.at + sweeping.SLACK) // TICK) * TICK
            up = -(-self.down[1] // TICK) * TICK if self.down[0] <= tick < self.down[1] else 0
            if max(tick, up) > at:
                break
            if not up and self.at <= tick - TICK:
                self._quiet(tick - TICK)
            self.at = max(self.at, tick, up)
            self._wake(self.row)
        else:
            raise AssertionError("the sweeper is woken again and again")
        self.at = at

    def _quiet(self, at: int) -> None:
        """The last tick before the row is due finds nothing."""
        self.at = at
        same("found before it is due", self._sweep().found, 0)

    def _sweep(self) -> sweeping.Swept:
        self.app.at = self.at
        done = sweeping.sweep(self.app.kit, int(timer_pk(self.at, self.case_id)[-2:]))
        same("failures", (list(done.failed), list(done.dead)), ([], []))
        return done

    def _wake(self, row: Row) -> None:
        """The tick at which a row is due: what fires is what was shown, at the instant of the row."""
        same("found when due", self._sweep().found, 1)
        fired = self._note(row)
        self.seen["wakes"] += 1
        if not fired:
            assert not row.by_sweep, f"woken for nothing at {row}"  # a step may have moved what the row was for
            self.seen["idle"] += 1
        if fired:
            self.look()
            self._reached(fired)
        self._find_row(by_sweep=True)
        self._nothing_left()

    def _note(self, row: Row | None = None) -> list[dict[str, Any]]:
        """Read the events since the last look, and hold those of the clock against the last answer."""
        answer = self.call("GET", f"/v1/cases/{self.case_id}/events?after={self.shown['seq']}&limit=100").json()
        fired = [one for one in answer["events"] if "due" in one["data"] or one["type"] == "case.hold_ended"]
        fired = [one for one in fired if one["actor"]["person"] == "system:clock"]
        for number, event in enumerate(fired):
            self._fired(event, row if number == 0 else None)
        return fired

    def _fired(self, event: Mapping[str, Any], row: Row | None) -> None:
        data, at, recorded = event["data"], instant(event["occurred_at"]), instant(event["recorded_at"])
        if "due" in data:
            same(f"{data['clock']} occurred", at, data["due"])
            if data["rung"] == 100:
                self._at_deadline(data["clock"], at)
            before = (data["clock"], data["rung"], self._start_of(data["clock"]))
            assert before not in self.fired, f"{before} fired twice"
            self.fired.add(before)
        else:
            (hold,) = [one for one in self.shown["holds"] if one["id"] == data["hold"] and one["end"] is None]
            same("end of the special step", at, instant(hold["max_until"]))
            self.seen["step ran out"] += 1
        same("recorded", recorded, self.at)
        if row is not None:
            exact = at == row.at
            assert exact or (at < row.at and row.at == row.set_at + MARGIN), f"due {at}, {row}"
            late = self.at - row.at >= TICK + sweeping.SLACK
            assert not late or self.at >= self.down[1] > row.at, f"{row} was met at {self.at}"
            self.seen["late" if late else "exact" if exact else "in two minutes"] += 1
        self.seen["fired"] += 1

    def _at_deadline(self, clock: str, at: int) -> None:
        """What the last answer said of it. One that another firing of the same tick set going is in no answer yet."""
        known = self.clocks.get(clock)
        if known is not None and known["deadline"] is not None:
            same(f"{clock} ran out", at, instant(known["deadline"]))
            self.seen["deadline"] += 1
        else:
            self.seen["deadline unseen"] += 1

    def _start_of(self, clock: str) -> int:
        """Tells one run of a clock from the next."""
        (found,) = [one for one in self._stored().clocks if one["id"] == clock]
        return int(found["started_at"])

    def _stored(self) -> Any:
        return self.app.kit.cases.load(self.case_id).case

    def _reached(self, fired: list[dict[str, Any]]) -> None:
        """After a rung its share is consumed, in the answer's own figures."""
        for data in (one["data"] for one in fired if "due" in one["data"]):
            one = self.clocks[data["clock"]]
            if one["light"] != "stopped":
                total = one["consumed"] + one["remaining"]
                assert one["consumed"] * 100 >= total * data["rung"], f"{data} at {one}"
                self.seen["rung"] += data["rung"] < 100

    def _find_row(self, *, by_sweep: bool) -> None:
        """The one row of the case, which the head names; a row that did not move is as old as it was."""
        rows = [one for one in self.app.dynamo.rows(TABLES.timers, "DUE#")]  # type: ignore[attr-defined]
        head = self.app.dynamo._item(TABLES.cases, self.case_id, "HEAD")  # type: ignore[attr-defined]
        at = [int(str(one["sk"]).partition("#")[0]) for one in rows]
        same("rows", at, [head["tm"]] if "tm" in head else [])
        if not at:
            self.row = None
        elif self.row is None or self.row.at != at[0]:
            self.row = Row(at[0], self.at, by_sweep)
        elif not by_sweep:
            self.row = Row(at[0], self.row.set_at, False)  # the step may have moved what the row is for

    def _nothing_left(self) -> None:
        """What the answer calls overdue has fired; the row stands at or before each deadline that has not."""
        if self.shown["outcome"] is not None:
            return
        kept = {one["id"]: one for one in self.declared["clocks"]}
        for name, one in self.clocks.items():
            rings = 100 in kept[name].get("rungs", ()) or kept[name].get("on_expiry")
            if one["light"] == "overdue" and rings and not self._halted(name):
                assert any(fired[:2] == (name, 100) for fired in self.fired), f"{name} is over, nothing fired"
            if one["running"] and one["light"] != "overdue" and rings:
                late = max(instant(one["deadline"]), self.at + MARGIN)
                assert self.row is not None, f"{name} runs, no row"
                assert self.row.at <= late, f"{name} is due {one['deadline']}, {self.row}"

    def _halted(self, name: str) -> bool:
        return any(one["id"] == name and one["stopped_at"] is not None for one in self._stored().clocks)


def _weight(move: str) -> float:
    return 0.1 if move in ENDS else 3 if move.startswith(SPECIAL) else 1


def instant(text: str) -> int:
    """An answer's instant, as milliseconds."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)
