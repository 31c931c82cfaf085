"""A district in memory whose register has many tenancies: for tests of what is done every period for each record.

The stores, seals and decisions are the real ones; DynamoDB and SQS stand in this process.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.actions import campaigning
from chalicelib.actions.releasing import Press
from chalicelib.actions.working import work
from chalicelib.domain import campaigns, periods
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.definitions import Definition
from chalicelib.stores.accounts import AccountStore
from chalicelib.stores.notices import NoticeStore
from chalicelib.stores.records import RecordStore
from chalicelib.stores.schema_files import engine_versions
from chalicelib.stores.sealing import Vault
from chalicelib.stores.work import WorkStore
from tests.builders import uscc_of
from tests.builders_memory import TABLES, MemoryDynamo, MemoryShelf
from tests.builders_pack import KINDS
from tests.builders_stores import Hand, LocalKeys, Published, kit, published

REGISTER, ITEM, CAMPAIGN = (
    "cluster-tenancies",
    "cluster-contact-confirmation",
    "cluster-quarterly-confirmation",
)
NINE = int(datetime(2026, 4, 1, 9, tzinfo=SHANGHAI).timestamp() * 1000)  # the first working day of Q2
MINUTE, DAY = 60_000, 86_400_000
HOST = uscc_of(7)


def campaign(**changes: Any) -> dict[str, Any]:
    """The pack's campaign, with changes."""
    return {**json.loads(json.dumps(published().world[f"triggers/{CAMPAIGN}"])), **changes}


class District:
    """One set of tables and one queue of work. `press()` is a container: its own caches on the same tables."""

    def __init__(
        self, at: int = NINE, declared: Definition | None = None, more: Iterable[Definition] = ()
    ) -> None:
        self.hand, self.dynamo, self.keys = Hand(at), MemoryDynamo(), LocalKeys()
        declarations = [*([declared] if declared else []), *more]
        changes = {f"{one['kind']}/{one['id']}": one for one in declarations}
        self.definitions = Published(changes) if changes else published()
        self.queue: list[str] = []
        self.records = RecordStore(self.dynamo, TABLES, Vault(self.keys))

    def press(self, later: Callable[[list[str]], None] | None = None) -> Press:
        shelf: Any = MemoryShelf(self.dynamo, self.keys)
        shelf.records = RecordStore(self.dynamo, TABLES, Vault(self.keys))
        shelf.accounts = AccountStore(self.dynamo, TABLES, Vault(self.keys))
        store: Any = self.definitions
        shelf.notices = NoticeStore(self.dynamo, TABLES, Vault(self.keys))
        return Press(
            store=store, kinds=KINDS, engines=engine_versions(), permit=lambda *_: None, now=self.hand.now,
            entropy=self.hand.entropy, work=WorkStore(self.dynamo, TABLES.definitions),
            later=later or self.queue.extend, kit=kit(self.hand, shelf, store),
        )  # fmt: skip

    def hosts(self, numbers: Iterable[int], **changes: Any) -> None:
        """Tenancies of these numbers on record, each firm by its own code."""
        for number in numbers:
            self.record(tenancy(number, **changes))

    def record(self, body: Mapping[str, Any], revision: int = 0) -> None:
        write = RecordWrite(REGISTER, str(body["uscc"]), revision, dict(body), "2026-01-01")
        self.records.write(write, "system:test", self.hand.at)

    def tick(self, press: Press | None = None) -> None:
        """What a minute's look does."""
        work(press or self.press(), json.dumps({"work": campaigning.KIND}))

    def works(self, press: Press | None = None) -> Counter[str]:
        """One worker takes messages until there are none."""
        press, done = press or self.press(), Counter[str]()
        while self.queue:
            counts = work(press, self.queue.pop(0))
            done.update({name: count for name, count in counts.items() if name != "kind"})
        return done

    def run(self, trigger: str = CAMPAIGN, period: str = "2026-Q2") -> dict[str, Any]:
        """The run of a period as it is kept, with what came of it so far."""
        press = self.press()
        found = campaigning.kept(press, campaigns.named(trigger, period))
        assert found
        return {**found[0], **campaigning.result_of(press, found[0])}

    def opened(self) -> list[dict[str, Any]]:
        """The form of every case of the campaign's item."""
        shelf = MemoryShelf(self.dynamo, self.keys)
        heads = [str(one["pk"]) for one in self.dynamo.rows(TABLES.cases, "cas_") if one["sk"] == "HEAD"]
        return [dict((shelf.cases.load(one).form or {})["form"]) for one in heads]


def tenancy(number: int, **changes: Any) -> dict[str, Any]:
    body = {
        "uscc": uscc_of(1_000_000 + number), "name": f"示例托管企业{number}",
        "host_uscc": HOST, "host_name": "示例众创空间",
        "hosted_from": "2026-01-05", "contact": "kept",
    }  # fmt: skip
    return body | changes


def row(number: int = 1, period: str = "quarter", day: str = "2026-04-01", **changes: Any) -> campaigns.Row:
    body = tenancy(number, **changes)
    on = date.fromisoformat(day)
    return campaigns.Row(REGISTER, str(body["uscc"]), body, periods.holding(period, on), on)
