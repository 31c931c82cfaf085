"""A district in memory that draws: the pack's draw, registers of its own, real rounds of drand, a clock that is moved.

The stores, the seals and the decisions are the real ones; DynamoDB and SQS stand in this process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from chalicelib.actions import draw_acts, draw_reading, drawing
from chalicelib.actions.draw_ports import Drawer
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.draws import beacons
from chalicelib.domain.parties import Principal
from chalicelib.stores.draws import DrawStore
from chalicelib.stores.records import RecordStore
from chalicelib.stores.sealing import Vault
from infra import verify_draw
from tests.builders import uscc_of
from tests.builders_draws import QUICKNET, ROUNDS, drand
from tests.builders_memory import TABLES, MemoryDynamo, MemoryShelf
from tests.builders_stores import Hand, LocalKeys, Published, kit, published

SERIES = "joint-random-inspection"
DAY, HOUR = 86_400_000, 3_600_000
KNOWN = beacons.round_time(QUICKNET, 1000)  # the round that the first draw will name
COMMIT = KNOWN - DAY - 2_000  # so that it is the first after the lead
PERIOD = "2023-08"
# So that the pack's draw is due while rounds that are on record become known.
MONTHLY = {"every": {"period": "month", "day": 22, "hour": 23}, "effective_from": "2023-01-01"}
MARKET, CITY = ("person:zhou", "market-regulation"), ("person:wu", "urban-management")


class EdSigner:
    """What KMS does, without KMS."""

    def __init__(self, seed: int = 1) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def definition(**changes: Any) -> dict[str, Any]:
    """The pack's draw, every month on the 22nd at 23."""
    body = json.loads(json.dumps(published().world[f"draws/{SERIES}"]))
    return {**body, **MONTHLY, **changes}


@cache
def pack_with(changes: str, beside: str = "{}") -> Published:
    """Putting a set together takes seconds; nobody may change one that others share. `beside`: changes of others."""
    others = {
        key: {**published().world[key], **members}
        for key, members in json.loads(beside).items()
    }  # fmt: skip
    return Published({f"draws/{SERIES}": definition(**json.loads(changes)), **others})


def recorded(_: Mapping[str, Any], number: int) -> Any:
    """A relay that has what was recorded, and nothing later."""
    return drand(number) if number in ROUNDS else None


def made_up(_: Any, number: int) -> dict[str, Any]:
    """A round of a chain of our own, where signatures are not looked at."""
    signature = hashlib.sha384(str(number).encode()).digest()
    randomness = hashlib.sha256(signature).hexdigest()
    return {"kind": "drand", "round": number, "signature": signature.hex(), "randomness": randomness}


def records(
    firms: int = 60, inspectors: int = 24, since: int = 0
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(register, id, body): firms with their grades, inspectors of two departments, who is related to whom."""
    for n in range(since, firms):
        uscc = uscc_of(n)
        yield "supervision-objects", uscc, {"uscc": uscc, "name": f"示例企业{n}", "sector": "general"}
        if n % 5:
            yield "credit-grades", uscc, {"uscc": uscc, "grade": "abcd"[n % 4], "graded_on": "2023-01-01"}
    for n in range(inspectors):
        department = MARKET[1] if n % 3 else CITY[1]
        yield "inspectors", f"ins-{n:04}", {
            "id": f"ins-{n:04}", "department": department, "pool": int(n % 5 == 4), "status": "active",
            "certificates": ["enforcement"] if n % 2 else [],
        }  # fmt: skip
    for n in range(0, min(firms, 40), 7):
        inspector = f"ins-{n % inspectors:04}"
        yield "inspection-conflicts", f"c-{n}", {
            "id": f"c-{n}", "uscc": uscc_of(n), "inspector": inspector, "reason": "relative"
        }  # fmt: skip


class Drawn:
    """One set of tables and one queue. `drawer()` is a container: its own caches on the same tables."""

    def __init__(self, at: int = COMMIT, beside: Mapping[str, Any] | None = None, **changes: Any) -> None:
        self.hand, self.dynamo, self.keys = Hand(at), MemoryDynamo(), LocalKeys()
        self.definitions = pack_with(json.dumps(changes), json.dumps(beside or {}))
        self.queue: list[str] = []
        self.fetched: Callable[[Mapping[str, Any], int], Any] = recorded
        self.records = RecordStore(self.dynamo, TABLES, Vault(self.keys))

    def drawer(self, queued: bool = True) -> Drawer:
        shelf: Any = MemoryShelf(self.dynamo, self.keys)
        shelf.records = RecordStore(self.dynamo, TABLES, Vault(self.keys))
        store: Any = self.definitions
        return Drawer(
            kit=kit(self.hand, shelf, store), draws=DrawStore(self.dynamo, TABLES.definitions, Vault(self.keys)),
            signer=EdSigner(), fetch=self.fetched,
            later=self.queue.extend if queued else None,
        )  # fmt: skip

    def registers(self, firms: int = 60, inspectors: int = 24, since: int = 0) -> None:
        for register, identity, body in records(firms, inspectors, since):
            self.record(register, identity, body)

    def record(self, register: str, identity: str, body: Mapping[str, Any], revision: int = 0) -> None:
        write = RecordWrite(register, identity, revision, dict(body), "2023-01-01")
        self.records.write(write, "system:test", self.hand.at)

    def tick(self, drawer: Drawer | None = None) -> None:
        """What a minute's look does, and the workers after it."""
        drawing.work_part(drawer or self.drawer(), {})
        self.works(drawer)

    def works(self, drawer: Drawer | None = None) -> None:
        drawer = drawer or self.drawer()
        while self.queue:
            drawing.work_part(drawer, json.loads(self.queue.pop(0)))

    def until(self, step: str, minutes: int = 12, series: str = SERIES) -> None:
        for _ in range(minutes):
            if self.step(series) == step:
                return
            self.tick()
        raise AssertionError(f"{self.step(series)}, not {step}")

    def step(self, series: str = SERIES) -> str:
        found = self.drawer().draws.current(series)
        return str(found[0]["step"]) if found else ""

    def act(self, who: tuple[str, str], name: str, **asked: Any) -> dict[str, Any]:
        """By somebody with a post in that department; who may act at all is asked over HTTP."""
        principal = Principal(who[0], "", frozenset({"staff"}), "web", posts=((who[1], "handler"),))
        return draw_acts.act(self.drawer(), lambda *_: None, principal, SERIES, {"act": name, **asked})

    def files(self, number: int = 1) -> dict[str, bytes]:
        return draw_reading.files(self.drawer(), SERIES, number)

    def verified(self, number: int = 1, **how: Any) -> str:
        return str(verify_draw.verify(self.files(number), **how))

    def log(self) -> list[tuple[str, int]]:
        return [(one["entry"]["kind"], one["entry"]["number"]) for one in self.drawer().draws.log(SERIES)]


def whole(up: Drawn) -> None:
    """From nothing to the reveal."""
    up.until("committed")
    up.hand.at = KNOWN + 3_000
    up.until("drawn")
    up.hand.at += 61 * DAY
    up.tick()
