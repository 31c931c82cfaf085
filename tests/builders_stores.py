"""Stores to test against: tables as infra/resources.yaml declares them, keys without KMS, changes, the real pack."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pynamodb.connection import Connection

from chalicelib.actions.catalogue import Catalogue
from chalicelib.actions.office import Kit
from chalicelib.actions.ports import Chain
from chalicelib.actions.submit import Submission
from chalicelib.clients.aws import TRIES, Service
from chalicelib.clients.seals import StandInSeals
from chalicelib.domain import ids
from chalicelib.domain.change import Change, Event, Places
from chalicelib.domain.clock import SHANGHAI, OfficeHours, Times
from chalicelib.domain.definitions import SHARED, Definition
from chalicelib.domain.expansion import expand
from chalicelib.domain.manifests import resolve
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.parties import Principal
from chalicelib.domain.publishing import Pointer, ReleaseSet, plan
from chalicelib.domain.world import World
from chalicelib.stores.accounts import AccountStore
from chalicelib.stores.attributes import Item
from chalicelib.stores.cases import CaseStore
from chalicelib.stores.drafts import DraftStore
from chalicelib.stores.dynamo import Dynamo, connection_over
from chalicelib.stores.feed import Feed
from chalicelib.stores.keys import Tables
from chalicelib.stores.notices import NoticeStore
from chalicelib.stores.records import RecordStore
from chalicelib.stores.roots import RootLog
from chalicelib.stores.schema_files import engine_versions, load_pack
from chalicelib.stores.sealing import Vault
from chalicelib.stores.timers import TimerStore
from tests.builders_pack import KINDS, SCHEMAS

ROOT = Path(__file__).resolve().parents[1]
NOON = 1_772_424_000_000  # 2026-03-02T12:00:00+08:00
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OWNER = "enterprise:91430112MA4DEM010Y"


class LocalKeys:
    """What KMS does, without KMS: data keys wrapped with AES-256-GCM under a key that never leaves this object."""

    def __init__(self, master: bytes = bytes(32), secret: bytes = b"blind") -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher, self._secret = AESGCM(master), secret
        self.generated = self.unwrapped = 0

    def generate(self) -> tuple[bytes, bytes]:
        plain, nonce = os.urandom(32), os.urandom(12)
        self.generated += 1
        return plain, nonce + self._cipher.encrypt(nonce, plain, b"data key")

    def unwrap(self, wrapped: bytes) -> bytes:
        self.unwrapped += 1
        return self._cipher.decrypt(wrapped[:12], wrapped[12:], b"data key")

    def blind_secret(self) -> bytes:
        return self._secret


@cache  # to be read: a parse of the file takes longer than making the tables
def table_definitions() -> dict[str, dict[str, Any]]:
    """Keys and indexes of each table, read from infra/resources.yaml, by the field of `Tables` that names it."""
    resources = yaml.safe_load((ROOT / "infra" / "resources.yaml").read_text())["Resources"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {
        name.removesuffix("Table").lower(): {
            key: body["Properties"][key] for key in wanted if key in body["Properties"]
        }
        for name, body in resources.items()
        if body.get("Type") == "AWS::DynamoDB::Table"
    }


def connection(endpoint: str | None = None, tries: int = TRIES) -> Connection:
    """As `wiring` makes it, with the engine's address."""
    return connection_over(Service("dynamodb", "us-east-1", endpoint, tries=tries))


class Counting(Dynamo):
    """Counts requests by operation."""

    def __init__(self, connected: Connection) -> None:
        super().__init__(connected)
        self.requests: list[str] = []

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        self.requests.append(operation)
        return super().call(operation, **arguments)


@dataclass
class Shelf:
    """Every store over one set of tables, as one container has them."""

    dynamo: Counting
    tables: Tables
    keys: LocalKeys = field(default_factory=LocalKeys)

    def __post_init__(self) -> None:
        self.vault = Vault(self.keys)
        self.cases = CaseStore(self.dynamo, self.tables, self.vault)
        self.timers = TimerStore(self.dynamo, self.tables)
        self.records = RecordStore(self.dynamo, self.tables, self.vault)
        self.drafts = DraftStore(self.dynamo, self.tables, self.vault)
        self.feed = Feed(self.dynamo, self.tables)
        self.accounts = AccountStore(self.dynamo, self.tables, self.vault)
        self.notices = NoticeStore(self.dynamo, self.tables, self.vault)
        self.roots = RootLog(self.dynamo, self.tables)

    @property
    def service(self) -> Service:
        """What sends this container's requests."""
        return self.dynamo.connection.client.sender

    def another(self) -> Shelf:
        """A second container on the same tables: its own connection and caches, the same KMS."""
        return Shelf(Counting(connection(self.service.url)), self.tables, self.keys)

    def rows(self, table: str) -> list[Item]:
        """Everything in a table, sorted by key."""
        from chalicelib.stores.attributes import decode

        name, found, after = getattr(self.tables, table), list[Item](), None
        while True:
            more = {"ExclusiveStartKey": after} if after else {}
            page = self.dynamo.connection.dispatch(
                "Scan", {"TableName": name, "ConsistentRead": True, **more}
            )
            found += [decode(raw) for raw in page["Items"]]
            after = page.get("LastEvaluatedKey")
            if after is None:
                return sorted(found, key=lambda one: (one["pk"], one["sk"]))

    def everything(self) -> dict[str, list[Item]]:
        return {name: self.rows(name) for name in Tables.__dataclass_fields__}

    def put(self, table: str, item: Mapping[str, Any]) -> None:
        """Write a raw row behind the stores' back."""
        from chalicelib.stores.attributes import encode

        name = getattr(self.tables, table)
        self.dynamo.connection.dispatch("PutItem", {"TableName": name, "Item": encode(item)})


def make_tables(connected: Connection, prefix: str) -> Tables:
    """A fresh set of tables."""
    names = {}
    for field_, body in table_definitions().items():
        names[field_] = f"{prefix}-{field_}"
        connected.dispatch("CreateTable", {"TableName": names[field_], **body})
    return Tables(**names)


def drop_tables(connected: Connection, tables: Tables) -> None:
    for name in Tables.__dataclass_fields__:
        connected.dispatch("DeleteTable", {"TableName": getattr(tables, name)})


_drawn = iter(range(10**9))


def case_id(at: int = NOON) -> str:
    """A new id; no two tests share one."""
    return ids.new("cas", at, next(_drawn).to_bytes(5, "big") + os.urandom(5))


def head(identity: str, seq: int, **members: Any) -> dict[str, Any]:
    """The body of a head that `domain.cases.of_body` can read."""
    body = {
        "id": identity, "number": f"MR20260302-{identity[-4:]}", "item": "food-licence", "release": "r" * 64,
        "release_set": 1, "opened_at": NOON, "node": "market-regulation", "window": "registration", "owner": OWNER,
        "parties": [{"role": "applicant", "subject": OWNER}], "channel": "web",
        "configuration": {"in": ["received"], "history": {}}, "seq": seq, "at": NOON + seq,
    }  # fmt: skip
    return body | members


def events(identity: str, start: int, count: int = 1, at: int = NOON) -> tuple[Event, ...]:
    made = []
    for seq in range(start, start + count):
        body = {
            "v": 1,
            "id": ids.derived("evt", identity, str(seq)),
            "case": identity,
            "seq": seq,
            "data": {"n": seq},
        }
        made.append(Event(body["id"], seq, "case.noted" if seq > 1 else "case.submitted", at + seq, body))
    return tuple(made)


def change(identity: str, read: int = 0, *, count: int = 1, at: int = NOON, **members: Any) -> Change:
    """A change of `count` events on what was read; any member of Change may be given."""
    seq = read + count
    ready: dict[str, Any] = {
        "head": head(identity, seq), "events": events(identity, read + 1, count, at),
        "places": Places(("market-regulation", "registration", NOON + DAY), (OWNER, NOON), "r" * 64, None),
    }  # fmt: skip
    return Change(identity, read, **ready | members)


def grown(shelf: Shelf, identity: str, length: int) -> Chain:
    """A stored case with `length` events, one commit each."""
    chain = None
    for read in range(length):
        chain = shelf.cases.commit(change(identity, read), chain)
    assert chain is not None
    return chain


class Published:
    """The real pack as a set that is published, in memory: the reading half of `Definitions`."""

    def __init__(self, changes: Mapping[str, Definition] | None = None) -> None:
        pack = {**load_pack(SCHEMAS).definitions, **(changes or {})}
        shared = {f"{SHARED}{name}": schema for name, schema in KINDS.shared.items()}
        self.world = expand({**pack, **shared}).world
        self.plan = plan(ReleaseSet(), 1, pack, world=self.world, kinds=KINDS, engines=engine_versions())
        self.now = Pointer(set=1, last=1, rev=1, live=self.plan.set.live())

    def front(self) -> tuple[Pointer, int, Any]:
        return self.now, 1, self.plan.set.catalogue

    def pointer(self) -> Pointer:
        return self.now

    def pointer_of(self, item: Mapping[str, Any] | None) -> Pointer:
        return self.now

    def release_set(self, number: int) -> ReleaseSet:
        return self.plan.set

    def versions(self, hashes: Mapping[str, str]) -> dict[str, Definition]:
        return {key: self.world[key] for key in hashes}

    def release(self, hash_: str) -> tuple[Mapping[str, str], Mapping[str, Definition]]:
        return self.plan.manifests[hash_], self.world


@cache
def published() -> Published:
    return Published()


class Hand:
    """The test's hand on time and chance: `now` stands until it is moved, entropy never repeats, waits are noted."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at
        self.waits: list[float] = []

    def now(self) -> int:
        return self.at

    def entropy(self, size: int) -> bytes:
        return os.urandom(size)

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)


def kit(hand: Hand, shelf: Any, definitions: Any = None) -> Kit:
    """What actions are given: these stores and the real pack. `shelf` may be any object with the ports' names."""
    return Kit(
        cases=shelf.cases, timers=shelf.timers, drafts=shelf.drafts, records=shelf.records,
        accounts=getattr(shelf, "accounts", None), notices=getattr(shelf, "notices", None), seals=StandInSeals(),
        catalogue=Catalogue(definitions or published(), hand.now), now=hand.now, entropy=hand.entropy, pause=hand.pause,
        shared=KINDS.shared, zone=SHANGHAI,
    )  # fmt: skip


def world(item: str, at: int = NOON) -> World:
    """The world of a decision about an item of the real pack."""
    source = published()
    bundle = resolve(*source.release(str(source.plan.set.releases[item]["release"])))
    catalogue = Catalogue(source, lambda: at)
    organisation = Organisation(source.world["organisations/wangcheng"])
    hours = OfficeHours(organisation.node(bundle.item["department"]).get("office_hours"), SHANGHAI)
    times = Times(catalogue.calendar(source.now), hours)
    return World(bundle, times, SHANGHAI, at, organisation=organisation)


def example(item: str) -> dict[str, Any]:
    """The first example of an item of the pack: a form that is right, by somebody who may apply."""
    return dict(published().world[f"items/{item}"]["examples"][0])


def applicant(subject: str) -> Principal:
    return Principal(subject, "示例", frozenset({"citizen"}), "web")


def submission(item: str, key: str, **members: Any) -> Submission:
    """The item's first example as an application."""
    shown = example(item)
    materials = tuple({"id": one} for one in shown["materials"])
    return Submission(
        **{"item": item, "form": shown["form"], "materials": materials, "parties": (), "key": key} | members
    )
