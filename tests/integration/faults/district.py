"""Plays the people of the demo district through the front door, and reads what they left behind in the tables."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from chalicelib import config, wiring
from chalicelib.stores.attributes import Item, decode
from chalicelib.stores.encoding import unpack_body
from chalicelib.stores.keys import timer_pk, timer_sk
from infra.local.stack import Stack

ROOT = Path(__file__).resolve().parents[3]
TODAY = "2026-03-02T09:00:00+08:00"  # the day of all examples
LICENCE = "food-licence"
EXAMPLE = json.loads((ROOT / "schemas/items/food/food-licence.json").read_text())["examples"][0]
APPLICANT = EXAMPLE["applicant"]
WINDOW, HANDLER = "person:demo-window", "person:demo-handler"
PROPOSAL = {"opinion": "grant", "grounds": "现场核查符合要求"}


class District:
    """One caller's connection; threads take one each. Nothing is repeated unless a test repeats it."""

    def __init__(self, url: str, patience: float = 40.0) -> None:
        self.http = httpx.Client(base_url=url, timeout=patience)
        self._tokens: dict[str, dict[str, str]] = {}

    def as_(self, subject: str) -> dict[str, str]:
        """The header with which this person calls; who handles cases is staff, everybody else a citizen."""
        if subject not in self._tokens:
            roles = ["staff"] if subject.startswith("person:demo-") else ["citizen"]
            asked = {"subject": subject, "roles": roles, "via": "web"}
            token = self.http.post("/v1/dev/tokens", json=asked).raise_for_status().json()["token"]
            self._tokens[subject] = {"Authorization": f"Bearer {token}"}
        return self._tokens[subject]

    def set_clock(self, now: str = TODAY) -> None:
        self.http.post("/v1/dev/clock", json={"now": now}).raise_for_status()

    def submit(self, key: str | None = None, form: Any = None, subject: str = APPLICANT) -> httpx.Response:
        headers = self.as_(subject) | {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.http.post(f"/v1/items/{LICENCE}/cases", json=application(form), headers=headers)

    def move(
        self, case_id: str, move: str, subject: str, given: Any = None, key: str | None = None
    ) -> httpx.Response:
        headers = self.as_(subject) | {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.http.post(
            f"/v1/cases/{case_id}/moves", json={"move": move, "input": given or {}}, headers=headers
        )


def application(form: Any = None) -> dict[str, Any]:
    """What is handed in for a food licence."""
    return {"form": form or EXAMPLE["form"], "materials": [{"id": one} for one in EXAMPLE["materials"]]}


@contextlib.contextmanager
def stores_of(stack: Stack) -> Iterator[wiring.App]:
    """The code's own parts in this process, on the stack's tables, keys and secret."""
    names = ("DEFINITIONS", "CASES", "TIMERS", "RECORDS", "DELIVERIES")
    settings = {f"TABLE_{name}": stack.outputs[f"Table{name.capitalize()}"] for name in names} | {
        "STAGE": "local", "KMS_KEY_ID": stack.outputs["KmsKeyId"], "BLIND_SECRET_ID": stack.outputs["BlindSecretId"],
        "JWT_ISSUER": "urn:jisheng:local", "JWT_AUDIENCE": "jisheng", "AWS_REGION": "us-east-1",
    }  # fmt: skip
    aws = {
        "AWS_ENDPOINT_URL": stack.endpoint, "AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    before = {name: os.environ.get(name) for name in aws}
    os.environ.update(aws)
    try:
        yield wiring.App(config.read(settings))
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@dataclass(slots=True)
class Books:
    """Everything that the tables say about cases, read by scans, nothing unsealed."""

    heads: dict[str, Item] = field(default_factory=dict)
    events: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    forms: set[str] = field(default_factory=set)
    idempotency: dict[str, str] = field(default_factory=dict)
    timers: set[tuple[str, str, str]] = field(default_factory=set)  # pk, sk, case
    told: set[tuple[str, int]] = field(default_factory=set)

    @property
    def pairs(self) -> set[tuple[str, int]]:
        return {(case, int(event["seq"])) for case, events in self.events.items() for event in events}


def books_of(app: wiring.App) -> Books:
    books, tables = Books(), app.config.tables
    for item in scanned(app, tables.cases):
        _file(books, item)
    for item in scanned(app, tables.timers):
        if str(item["pk"]).startswith("DUE#"):
            books.timers.add((str(item["pk"]), str(item["sk"]), str(item["case"])))
    for item in scanned(app, tables.deliveries):
        if str(item["pk"]).startswith("F#"):
            books.told |= {(str(case), int(seq)) for case, seq in unpack_body(item["b"])}
    return books


def _file(books: Books, item: Item) -> None:
    pk, sk = str(item["pk"]), str(item["sk"])
    if pk.startswith("IDEM#"):
        books.idempotency[pk] = str(item["case"])
    elif pk.startswith("cas_"):
        if sk == "HEAD":
            books.heads[pk] = item
        elif sk == "F":
            books.forms.add(pk)
        elif sk.startswith("E#"):
            books.events[pk].append(item)


def scanned(app: wiring.App, table: str) -> Iterator[Item]:
    after: dict[str, Any] = {}
    while True:
        answer = app.dynamo.call("Scan", TableName=table, ConsistentRead=True, **after)
        yield from (decode(raw) for raw in answer["Items"])
        if not answer.get("LastEvaluatedKey"):
            return
        after = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def what_is_half_written(app: wiring.App, books: Books) -> list[str]:
    """A sentence for every case whose rows contradict each other; a look at nothing is one too."""
    if not books.heads:
        return ["there was no case to look at"]
    found = [f"{case}: rows without a head" for case in {*books.events, *books.forms} - set(books.heads)]
    found += [f"{case}: no form" for case in set(books.heads) - books.forms]
    found += [f"{row}: names no case" for row, case in books.idempotency.items() if case not in books.heads]
    for case, head in books.heads.items():
        numbers = sorted(int(event["seq"]) for event in books.events[case])
        if numbers != list(range(1, int(head["seq"]) + 1)):
            found.append(f"{case}: the head says {head['seq']}, the events are {numbers}")
        verdict = app.cases.verify(case)
        if not verdict.holds:
            found.append(f"{case}: the chain breaks at {verdict.broken_at} ({verdict.checked} checked)")
    wanted = {
        (timer_pk(int(head["tm"]), case), timer_sk(int(head["tm"]), case), case)
        for case, head in books.heads.items()
        if "tm" in head
    }
    found += [f"{case}: a timer of its head is missing" for _, _, case in wanted - books.timers]
    # A row that no head names does nothing: the sweep that meets it takes it away. One of no case at all is wrong.
    found += [
        f"{case}: a timer of no case" for _, _, case in books.timers - wanted if case not in books.heads
    ]
    return found


def told_again(app: wiring.App) -> None:
    """What the hourly sweep does."""
    from chalicelib.actions import relaying

    relaying.sweep_open(app.kit, app.feed)


def workers_of(stack: Stack) -> list[int]:
    """The processes in which Lambdas run and have begun to: neither supervisor nor emulator nor a child that saves.

    One that is killed while it starts makes ministack end all others of its function, which start and are ended
    in turn: a fault of its own that would leave no load to speak of. Who has begun holds a connection to AWS.
    """
    found = []
    for pid in stack.pids:
        with contextlib.suppress(OSError):
            place = Path(f"/proc/{pid}")
            if "_worker.py" in (place / "cmdline").read_text() and _has_a_socket(place):
                found.append(pid)
    return found


def _has_a_socket(place: Path) -> bool:
    return any(str(link.readlink()).startswith("socket:") for link in (place / "fd").iterdir())


def kill_a_worker(stack: Stack, number: int) -> bool:
    """kill -9 of one worker; False when there was none."""
    workers = sorted(workers_of(stack))
    if not workers:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(workers[number % len(workers)], signal.SIGKILL)
        return True
    return False
