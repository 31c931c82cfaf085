"""Wires the rings together, once a container and on first use: the rooms that actions work in, and the only clock."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib import config
from chalicelib.parts import SCHEMAS, Parts

if TYPE_CHECKING:
    from chalicelib.actions.draw_ports import Drawer
    from chalicelib.actions.importing import Importer
    from chalicelib.actions.limiting import Limiter
    from chalicelib.actions.notice_ports import Dispatch
    from chalicelib.actions.office import Kit
    from chalicelib.actions.releasing import Press
    from chalicelib.actions.webhook_ports import Postroom
    from chalicelib.domain.parties import Principal
    from chalicelib.domain.quotas import Limits

__all__ = ["SCHEMAS", "App", "app"]

OFFSET_KEY = ("DEV#CLOCK", "OFFSET")
OFFSET_FOR = 1.0  # seconds between two reads of the offset (decisions 3)


class App(Parts):
    """One container: its parts, and the rooms that actions work in, made of them."""

    def __init__(self, settings: config.Config) -> None:
        super().__init__(settings)
        self._offset = (float("-inf"), 0)

    @cached_property
    def catalogue(self) -> Any:
        from chalicelib.actions.catalogue import Catalogue

        # A steady clock: on one that is moved, something minutes old could look fresh.
        return Catalogue(self.definitions, lambda: time.monotonic_ns() // 1_000_000)

    @property
    def drawer(self) -> Drawer:
        """What actions on draws work with."""
        from chalicelib.actions.draw_ports import Drawer
        from chalicelib.stores.draws import DrawStore

        return Drawer(
            kit=self.kit,
            draws=DrawStore(self.dynamo, self.config.tables.definitions, self.vault),
            signer=self.head_signer,
            fetch=self.relays,
            later=self.hand_over if self.config.work_queue else None,
        )

    @property
    def importer(self) -> Importer:
        """What actions on imports work with."""
        from chalicelib.actions.importing import Importer
        from chalicelib.stores.imports import ImportStore

        return Importer(
            kit=self.kit,
            imports=ImportStore(self.dynamo, self.config.tables.records, self.vault),
            later=self.hand_over if self.config.work_queue else None,
        )

    @cached_property
    def kit(self) -> Kit:
        """What actions on cases and records work with."""
        from chalicelib.actions.office import Kit
        from chalicelib.clients.seals import StandInSeals
        from chalicelib.stores.accounts import AccountStore
        from chalicelib.stores.drafts import DraftStore
        from chalicelib.stores.notices import NoticeStore
        from chalicelib.stores.records import RecordStore
        from chalicelib.stores.timers import TimerStore

        return Kit(
            cases=self.cases,
            timers=TimerStore(self.dynamo, self.config.tables),
            drafts=DraftStore(self.dynamo, self.config.tables, self.vault),
            records=RecordStore(self.dynamo, self.config.tables, self.vault),
            accounts=AccountStore(self.dynamo, self.config.tables, self.vault),
            notices=NoticeStore(self.dynamo, self.config.tables, self.vault),
            seals=StandInSeals(),
            catalogue=self.catalogue,
            now=self.now,
            entropy=os.urandom,
            pause=time.sleep,
            shared=self.kinds.shared,
            zone=self.zone,
            carry=self.queue_deliveries,
        )

    @cached_property
    def press(self) -> Press:
        """What actions on definitions work with."""
        from chalicelib.actions.permits import permit
        from chalicelib.actions.releasing import Press
        from chalicelib.stores.running import RunningCases
        from chalicelib.stores.schema_files import engine_versions
        from chalicelib.stores.work import WorkStore

        return Press(
            store=self.definitions,
            kinds=self.kinds,
            engines=engine_versions(),
            permit=permit(self.kit),
            now=self.now,
            entropy=os.urandom,
            powers=self._power,
            work=WorkStore(self.dynamo, self.config.tables.definitions),
            later=self.hand_over if self.config.work_queue else None,
            running=RunningCases(self.dynamo, self.config.tables, self.feed),
            kit=self.kit,
            drawer=self.drawer,
            importer=self.importer,
            postroom=lambda: self.postroom,
            dispatch=lambda: self.dispatch,
        )

    @cached_property
    def postroom(self) -> Postroom:
        """What actions on webhooks work with."""
        from chalicelib.actions.webhook_ports import Postroom
        from chalicelib.clients.webhooks import Sender
        from chalicelib.stores.deliveries import DeliveryStore
        from chalicelib.stores.inbound import InboundStore

        loopback = self.config.hooks_reach_loopback
        return Postroom(
            kit=self.kit,
            subscriptions=self.subscriptions,
            deliveries=DeliveryStore(self.dynamo, self.config.tables),
            inbound=InboundStore(self.dynamo, self.config.tables, self.vault),
            contracts=self.contracts,
            line=Sender(loopback=loopback).line,
            queue=self.queue_deliveries,
            seconds=lambda: int(time.time()),
            loopback=loopback,
            tell=self._tell,
        )

    def _tell(self, places: Sequence[tuple[str, str]]) -> Any:
        from chalicelib.actions import notifying

        return notifying.send_all(self.dispatch, places)

    @cached_property
    def dispatch(self) -> Dispatch:
        """What actions on notices work with."""
        from chalicelib.actions.notice_ports import Dispatch
        from chalicelib.clients.carriers import HttpCarrier, OutboxCarrier
        from chalicelib.clients.mail import SmtpCarrier
        from chalicelib.clients.webhooks import Sender
        from chalicelib.stores.contacts import ContactStore
        from chalicelib.stores.deliveries import DeliveryStore
        from chalicelib.stores.inbound import InboundStore

        loopback = self.config.hooks_reach_loopback
        post = Sender(loopback=loopback).post
        return Dispatch(
            kit=self.kit,
            deliveries=DeliveryStore(self.dynamo, self.config.tables),
            contacts=ContactStore(self.dynamo, self.config.tables, self.vault),
            inbound=InboundStore(self.dynamo, self.config.tables, self.vault),
            carriers={
                "http": HttpCarrier(post),
                "smtp": SmtpCarrier(loopback=loopback),
                "outbox": OutboxCarrier(self.config.outbox, post),
            },
            queue=self.queue_deliveries,
            seconds=lambda: int(time.time()),
        )

    def _power(self, power: str) -> Any:
        """The record of a power in the powers list, None for one that is not listed."""
        found = self.kit.records.read("powers", power)
        return found.body if found else None

    @cached_property
    def limiter(self) -> Limiter:
        """Who calls too often, or failed too often."""
        from chalicelib.actions.limiting import Limiter
        from chalicelib.stores.quotas import QuotaStore

        return Limiter(QuotaStore(self.dynamo, self.config.tables, self.vault))

    def limits(self) -> Limits:
        """By the access definition that this container saw last: looking it up anew would cost a read a call."""
        from chalicelib.actions.office import ACCESS
        from chalicelib.domain.quotas import USUAL, limits_of

        seen = self.catalogue.seen
        if seen is None or f"access/{ACCESS}" not in seen.live:
            return USUAL
        return limits_of(self.catalogue.live(seen, "access", ACCESS))

    def authenticate(self, header: str | None) -> Principal:
        """Who calls. Tokens live by the real clock, whatever the stage's clock says."""
        from chalicelib.domain.parties import NOBODY

        if header is None:
            return NOBODY
        principal: Principal = self._tokens.authenticate(header, int(time.time()))
        return principal

    def now(self) -> int:
        """UTC milliseconds; in local stage moved by the offset item, elsewhere by nothing."""
        return time.time_ns() // 1_000_000 + (self._read_offset() if self.config.is_local else 0)

    def _read_offset(self) -> int:
        from chalicelib.stores.dynamo import Key

        read_at, offset = self._offset
        if time.monotonic() - read_at > OFFSET_FOR:
            (item,) = self.dynamo.get(Key(self.config.tables.definitions, *OFFSET_KEY))
            offset = int(item["ms"]) if item else 0
            self._offset = (time.monotonic(), offset)
        return offset

    def enqueue(self, messages: Sequence[str]) -> None:
        """Put messages on the timers' queue."""
        self.queues.send(self.config.timer_queue, messages)

    def hand_over(self, messages: Sequence[str]) -> None:
        """Put messages on the queue of long work."""
        self.queues.send(self.config.work_queue, messages)

    def have_done(self, messages: Sequence[str]) -> None:
        """Give long work to a worker, or do it at once where there is no queue."""
        from chalicelib.actions.working import hand_over

        hand_over(self.press, messages)

    def announce_later(self, messages: Sequence[str]) -> None:
        """Put events that subscribers wait for on the queue that has nothing else to do."""
        self.queues.send(self.config.announcement_queue or self.config.work_queue, messages)

    @property
    def slow_lane(self) -> str:
        """The name of the queue of retries, as its ARN ends."""
        return self.config.retry_queue.rpartition("/")[2]

    def queue_deliveries(self, messages: Sequence[tuple[str, int]], slow: bool) -> None:
        """Put (message, seconds to wait) pairs where deliveries are sent from; `slow`: where retries wait."""
        queue = self.config.retry_queue if slow else self.config.delivery_queue
        if queue:
            self.queues.send(queue, [message for message, _ in messages], [wait for _, wait in messages])


@lru_cache(maxsize=1)
def app() -> App:
    return App(config.current())
