"""Cases of the real pack behind the real API, each over tables of its own in memory, and chance that lives them.

One container a case; what is published and the sign-in's keys are shared. Nobody's registers say anything, so a fact
that the form does not give is unknown and leaves its case to people, as on the first day of a deployment.
"""

from __future__ import annotations

import random  # noqa: TID251  by a fixed seed
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any

from chalicelib import wiring
from chalicelib.actions.catalogue import Catalogue
from chalicelib.domain.filing import check_form
from chalicelib.domain.problems import Problem
from tests.builders_app import Answer, House, Inside
from tests.builders_clock import ms
from tests.builders_memory import TABLES, MemoryDynamo
from tests.builders_pack import FILED_BY_PEOPLE, ITEMS, PACK
from tests.builders_stores import DAY, HOUR, MINUTE, NOON, published

FIRST, LAST = ms("2026-01-05 08:00"), ms("2026-12-31 18:00")
EDGES = (
    8 * 60,
    9 * 60,
    11 * 60 + 59,
    12 * 60,
    12 * 60 + 30,
    13 * 60 + 30,
    16 * 60 + 30,
    17 * 60,
    23 * 60 + 59,
)
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


def _of_its_day(item: Mapping[str, Any]) -> bool:
    """Whether an application needs a place in time, which another day does not have, or what another case brings."""
    accounts = [PACK[f"accounts/{one['account']}"] for one in item.get("posts", ()) if "hold" in one]
    return any("slots" in one or one.get("opening") == 0 for one in accounts)


FILED_ANY_DAY = [item for item in FILED_BY_PEOPLE if not _of_its_day(item)]


@cache
def examples() -> list[tuple[str, int]]:
    """(item, example) of all examples of the pack's real items that are an application in order."""
    found = []
    for item in FILED_ANY_DAY:
        for number in range(len(item["examples"])):
            try:
                check_form(shared().catalogue.bundle_of(item["id"]), item["examples"][number]["form"])
            except Problem:
                continue
            found.append((item["id"], number))
    assert {item for item, _ in found} == {item["id"] for item in FILED_ANY_DAY}
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
    places = (
        [declared.get("window", ""), declared["department"]] if post == "window" else [declared["department"]]
    )
    for place in places:
        for one in nodes.get(place, {}).get("posts", {}).get(post, {}).get("holders", ()):
            return str(one["subject"])
    return None


class Lot:
    """One case, who is concerned with it, and what chance lets them do. `shown` is the last answer to its applicant."""

    def __init__(self, number: int) -> None:
        self.random, self.seen = random.Random(number), Counter[str]()
        self.item, self.example = self.random.choice(examples())
        self.declared, self.at = PACK[f"items/{self.item}"], 0
        self.app = container()
        wiring.app = lambda: self.app  # type: ignore[assignment]
        self.house, self.case_id = House(self.app), ""
        self.shown: dict[str, Any] = {}

    def call(self, method: str, path: str, body: Any = None, *, who: str = "", key: str = "") -> Answer:
        self.app.at, person = self.at, who or self.owner
        outside = person == self.owner and self.declared["audience"] != ["staff"]
        headers = self.house.bearer(person, "citizen" if outside else "staff")
        return self.house.call(method, path, body, headers | ({"Idempotency-Key": key} if key else {}))

    @cached_property
    def owner(self) -> str:
        """Who applies in the example; for a department, an official."""
        subject = str(self.declared["examples"][self.example]["applicant"])
        return subject if not subject.startswith("node:") else "person:drafting-official"

    @property
    def clocks(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.shown["clocks"]}

    def apply(self) -> None:
        """Hand the application in, as the example has it."""
        example = self.declared["examples"][self.example]
        body = {"form": example["form"], "materials": [{"id": one} for one in example["materials"]]}
        if example.get("parties"):
            body["parties"] = list(example["parties"])
        answer = self.call("POST", f"/v1/items/{self.item}/cases", body, key="first")
        assert answer.status == 201, answer.text
        self.case_id = answer.json()["case_id"]
        self.seen["at lunch"] += 12 * 60 <= (self.at + 8 * HOUR) % DAY // MINUTE < 13 * 60 + 30

    def act(self, number: int) -> bool:
        """Somebody makes one of the moves that they are offered, with an input of the pack's examples; whether it
        was taken.
        """
        person = self._somebody()
        if person is None:
            return False
        seen = self.call("GET", f"/v1/cases/{self.case_id}", who=person).json()
        offered = [one["move"] for one in seen.get("moves", ())]  # none for who may not see it
        (move,) = self.random.choices([*offered, ""], [*map(_weight, offered), 0.3])
        if not move:
            return False
        special = WHY if move.startswith(("begin_", "extend_")) else {}
        given = self.random.choice(inputs().get((self.declared["process"], move)) or [special])
        body = {"move": move, "input": given}
        answer = self.call("POST", f"/v1/cases/{self.case_id}/moves", body, who=person, key=f"{number}")
        assert answer.status in (200, 403, 404, 409, 422), answer.text  # 404: merged into what is not there
        if answer.status == 200:
            self.seen[move.partition("_")[0] if move.startswith(SPECIAL) else move] += 1
        return answer.status == 200

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

    def a_start(self) -> int:
        """Any working or rest day of the year, the last two weeks in three of ten cases; any minute, edges of

        office hours as often as all others.
        """
        first = ms("2026-12-18 00:00") if self.random.random() < 0.3 else FIRST
        day = self.random.randrange(first, LAST) // DAY * DAY - 8 * HOUR
        minute = self.random.choice(EDGES) if self.random.random() < 0.5 else self.random.randrange(24 * 60)
        return max(FIRST, day + minute * MINUTE + self.random.choice((0, 0, 1, 59_999, 30_000)))

    def a_while(self) -> int:
        most = self.random.choice((10 * MINUTE, 3 * HOUR, 3 * HOUR, DAY, DAY, 3 * DAY, 8 * DAY, 25 * DAY))
        return self.random.randrange(MINUTE, most)


def _weight(move: str) -> float:
    return 0.1 if move in ENDS else 3 if move.startswith(SPECIAL) else 1
