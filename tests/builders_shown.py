"""Lives random cases of the real pack through the real API, and holds together what it shows, stores and fires.

Everything is the real code, from the gateway's event to its answer and from the timer's row to the event, over the
DynamoDB in memory (`tests/builders_memory.py`). What must be equal, in every case, for every clock:

* the `deadline` of the case's answer, that of the clock's account, and the `due` and `occurred_at` of the event with
  which the clock ran out, to the millisecond; for a special step the `max_until` that the case's answer shows;
* the instant of the one timer row that woke the sweeper and what fired then, to the millisecond too (only a row set
  within two minutes of its deadline stands later, at two minutes: no sweep may have passed its place), unless the
  sweeper was down: what fell due meanwhile fires in one go, or before somebody's step, each at its own instant;
* the due key in the desk's queue and the earliest deadline shown of a running clock.

A rung below the deadline is no instant that the API shows: its share is not yet consumed in the answer before it and
is in the one after it. The sweeper comes by at every full minute (a tick), so `recorded_at` is within a tick of what
it records. Ticks at which nothing is due are left out, but for the last before something is: it must find nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.actions import sweeping
from chalicelib.domain.cases import FAR_FUTURE
from chalicelib.domain.clock_timers import MARGIN
from chalicelib.domain.expiry import MAX_FIRINGS
from chalicelib.stores.keys import timer_pk
from tests.builders_lives import Lot
from tests.builders_memory import TABLES
from tests.builders_stores import DAY, MINUTE

TICK = MINUTE
ACTS, AFTERWARDS = 8, 90 * DAY  # what people do at most; how long time goes on when nobody does anything more


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


class Life(Lot):
    """A case from its application on, held together at every step."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.row: Row | None = None
        self.fired = set[tuple[str, int, int]]()
        self.down = 0, 0  # no sweeper comes by between these

    def live(self) -> None:
        self.at = self.a_start()
        if self.random.random() < 0.4:
            since = self.at + self.random.randrange(4 * DAY)
            self.down = since, since + self.random.randrange(12 * DAY)
        self.apply()
        self.look()
        self._find_row(by_sweep=False)
        for number in range(self.random.randint(1, ACTS)):
            self.until(self.at + self.a_while())
            if self.shown["outcome"]:
                break
            if self.act(number):
                self.seen["caught up"] += bool(self._note())
                self.look()
                self._find_row(by_sweep=False)
        self.until(self.at + AFTERWARDS)
        self.seen["cases"] += 1

    def look(self) -> None:
        """Read the case as its applicant does; everything in the answer must agree with what is stored."""
        answer = self.call("GET", f"/v1/cases/{self.case_id}")
        assert answer.status == 200, answer.text
        self.shown = answer.json()
        clocks = self.clocks
        running = [instant(one["deadline"]) for one in clocks.values() if one["running"]]
        head = self.app.dynamo._item(TABLES.cases, self.case_id, "HEAD")  # type: ignore[attr-defined]
        if self.shown["outcome"] is None:
            same(
                "due in the queue", int(str(head["qsk"]).partition("#")[0]), min(running, default=FAR_FUTURE)
            )
        if clocks and self.random.random() < 0.5:
            one = clocks[self.random.choice(sorted(clocks))]
            told = self.call("GET", f"/v1/cases/{self.case_id}/clocks/{one['id']}").json()
            same("account", {name: told[name] for name in one}, one)
            self._explained(told)
        self.starts = {one["id"]: one["started_at"] for one in self._stored().clocks}
        self.seen["looks"] += 1
        self.seen["over the year's end"] += any(str(one["deadline"])[:4] == "2027" for one in clocks.values())
        self.seen["provisional"] += any(one["provisional"] for one in clocks.values())
        self.seen["stands still"] += any(one["paused_by"] for one in clocks.values())

    def _explained(self, told: Mapping[str, Any]) -> None:
        """The last day of the account that is not yet over is the deadline's."""
        if told["running"] and told["light"] != "overdue" and told["unit"] != "office_hour":
            same("last day", told["account"][-1]["day"], str(told["deadline"])[:10])

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
            assert not row.by_sweep, (
                f"woken for nothing at {row}"
            )  # a step may have moved what the row was for
            self.seen["idle"] += 1
        if fired:
            self.look()
            self._reached(fired)
        self._find_row(by_sweep=True)
        if len(fired) < MAX_FIRINGS:  # what one commit cannot hold fires two minutes later
            self._nothing_left()

    def _note(self, row: Row | None = None) -> list[dict[str, Any]]:
        """Read the events since the last look, and hold those of the clock against the last answer."""
        answer = self.call(
            "GET", f"/v1/cases/{self.case_id}/events?after={self.shown['seq']}&limit=100"
        ).json()
        fired = [one for one in answer["events"] if "due" in one["data"] or one["type"] == "case.hold_ended"]
        fired = [one for one in fired if one["actor"]["person"] == "system:clock"]
        for number, event in enumerate(fired):
            self._fired(event, row if number == 0 else None)
        return fired

    def _fired(self, event: Mapping[str, Any], row: Row | None) -> None:
        data, at, recorded = event["data"], instant(event["occurred_at"]), instant(event["recorded_at"])
        if "owed" in data:
            self._owed(data, at)
        elif "due" in data:
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
            self._in_time(row, at)
        self.seen["fired"] += 1

    def _in_time(self, row: Row, due: int) -> None:
        """What fired first when the row was met was due at the row's own instant; late only by an outage."""
        if self.at - row.at < TICK + sweeping.SLACK:
            set_close = due < row.at == row.set_at + MARGIN
            assert due == row.at or set_close, f"due {due}, {row}"
            self.seen["exact" if due == row.at else "in two minutes"] += 1
        else:
            put_off = (
                due > row.at and not row.by_sweep
            )  # a step had moved what it was for, and then that passed too
            assert due == row.at or put_off, f"due {due}, {row}"
            assert self.at >= self.down[1] > row.at, f"{row} was met at {self.at}"
            self.seen["late"] += 1

    def _at_deadline(self, clock: str, at: int) -> None:
        """What the last answer said of it. A run that another firing of the same tick began is in no answer yet."""
        known = self.clocks.get(clock)
        same_run = self.starts.get(clock) == self._start_of(clock)
        if known is not None and same_run and known["deadline"] is not None:
            same(f"{clock} ran out", at, instant(known["deadline"]))
            self.seen["deadline"] += 1
        else:
            self.seen["deadline unseen"] += 1

    def _owed(self, data: Mapping[str, Any], at: int) -> None:
        """A part of what is owed: each rung once, the breach at the deadline that was shown."""
        same(f"{data['clock']} occurred", at, data["due"])
        (said,) = data["owed"][:1]
        fired = (f"{said['id']}#{said['part']}", data["rung"], 0)
        assert fired not in self.fired, f"{fired} fired twice"
        self.fired.add(fired)
        shown = [one for one in self.shown["dues"] if one["id"] == said["id"]]
        if shown and data["rung"] == 100:  # one that another firing of the same tick made is in no answer yet
            same("breach", at, instant(shown[0]["parts"][said["part"] - 1]["deadline"]))
            self.seen["deadline"] += 1

    def _start_of(self, clock: str) -> int:
        """Tells one run of a clock from the next."""
        (found,) = [one for one in self._stored().clocks if one["id"] == clock]
        return int(found["started_at"])

    def _stored(self) -> Any:
        return self.app.kit.cases.load(self.case_id).case

    def _reached(self, fired: list[dict[str, Any]]) -> None:
        """After a rung its share is consumed, in the answer's own figures."""
        for data in (one["data"] for one in fired if "due" in one["data"] and "owed" not in one["data"]):
            one = self.clocks[data["clock"]]
            if one["light"] != "stopped":
                total = one["consumed"] + one["remaining"]
                assert one["consumed"] * 100 >= total * data["rung"], f"{data} at {one}"
                self.seen["rung"] += data["rung"] < 100

    def _find_row(self, *, by_sweep: bool) -> None:
        """The one row of the case, which the head names; a row that did not move is as old as it was."""
        rows = list(self.app.dynamo.rows(TABLES.timers, "DUE#"))  # type: ignore[attr-defined]
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


def instant(text: str) -> int:
    """An answer's instant, as milliseconds."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)
