"""Remembers where each row lives: the one place that spells table names, partition keys and sort keys."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

HEAD = "HEAD"
BALANCE = "BALANCE"
FORM = "F"
FORMER = "F@"
DUE = "D#"  # what a party of the case owes, found by who owes it and by the desk
DUE_TO = "#to"  # the same, found by whom it is owed to
LINK = "L#"  # what a case points to, and at the other end what points to it
LINK_BACK = "R#"
LOCK = "X#"  # at an end of an exclusive relation: who alone holds it
FEED = "F#"  # partitions of the feed, in the table of deliveries
SUBSCRIPTIONS = "SUBS"  # every subscription of the district, in the table of records
TIMER_SHARDS = 16
POINTER = ("PUBLISHED", "POINTER")

QUEUE_INDEX = ("queue", "qpk", "qsk")
OWNER_INDEX = ("owner", "opk", "osk")
OPEN_INDEX = ("open", "rpk", "rsk")
NUMBER_INDEX = ("number", "npk", "pk")


@dataclass(frozen=True, slots=True)
class Tables:
    definitions: str
    cases: str
    timers: str
    records: str
    deliveries: str


def former_sk(until: int) -> str:
    """Where the form stands that was in force up to and including event `until`."""
    return f"{FORMER}{until:08d}"


def index_sk(at: int, case_id: str) -> str:
    """An instant, and enough of the id that no two entries are alike: an entry holds the whole id anyway."""
    return f"{at:015d}#{case_id[-8:]}"


def open_pk(release: str, shard: int) -> str:
    """128 bits of the release's hash: heads stay under 1 KB, and indexes have to be read again anyway."""
    return f"{release[:32]}#{shard}"


def queue_pk(department: str, window: str, shard: int = 0) -> str:
    return f"{department}#{window}#{shard}"


def owing(side: str, subject: str) -> str:
    """What is blinded for the list of what a subject owes (`by`) or is owed (`to`): no list of cases has it."""
    return f"due|{side}|{subject}"


def party_pk(blind: str) -> str:
    return f"P#{blind}"


def draft_pk(blind: str) -> str:
    return f"APP#{blind}"


def idempotency_pk(row: str) -> str:
    return f"IDEM#{row}"


def external_pk(system: str, external_id: str) -> str:
    return f"X#{system}#{external_id}"


def account_pk(account: str) -> str:
    return f"ACC#{account}"


def lines_pk(definition: str) -> str:
    """The accounts of one definition for which somebody waits."""
    return f"LINE#{definition}"


def record_pk(register: str, record_id: str) -> str:
    return f"R#{register}#{record_id}"


def act_pk(act: str) -> str:
    """What a trigger did once, outside any case."""
    return f"ACT#{act}"


def notice_pk(blind: str) -> str:
    """The outbox of one subject."""
    return f"NTC#{blind}"


def notices_of_case_pk(case_id: str) -> str:
    """What was told about one case, to whomever."""
    return f"CNT#{case_id}"


def contact_pk(blind: str) -> str:
    """How one subject wants to be told, and where."""
    return f"CON#{blind}"


def provider_pk(channel: str, provider: str) -> str:
    """How a provider of a channel fares."""
    return f"CHN#{channel}#{provider}"


def member_pk(register: str, shard: int) -> str:
    return f"REG#{register}#{shard:02d}"


def read_log_pk(blind: str) -> str:
    return f"AUD#{blind}"


def quota_pk(blind: str) -> str:
    return f"Q#{blind}"


def feed_pk(hour: str, shard: int) -> str:
    return f"{FEED}{hour}#{shard:02d}"


def deliveries_pk(subscription: str, at: int) -> str:
    """A subscription's deliveries of one UTC day, so that no partition grows for ever."""
    return f"DLV#{subscription}#{datetime.fromtimestamp(at / 1000, UTC):%Y%m%d}"


def delivery_due_pk(shard: int) -> str:
    """Not by day: a row goes when its delivery has ended, so what is late is found however late it is."""
    return f"WDUE#{shard:02d}"


def new_deliveries_pk(shard: int) -> str:
    """What watches over deliveries from when they are written."""
    return f"WNEW#{shard:02d}"


def replays_pk(subscription: str) -> str:
    return f"{SUBSCRIPTIONS}#{subscription}#REPLAY"


def inbound_pk(connector: str) -> str:
    return f"INB#{connector}"


def inbound_day_pk(connector: str, day: str) -> str:
    """What an outside system said first on a day."""
    return f"INB#{connector}#D#{day}"


def message_pk(connector: str, message: str) -> str:
    return f"INB#{connector}#M#{message}"


def matter_pk(connector: str, external_id: str) -> str:
    """All that an outside system said of one number of its own."""
    return f"INB#{connector}#X#{external_id}"


def timer_pk(at: int, case_id: str) -> str:
    """`DUE#<yyyymmdd>#<shard>`, the day in UTC, spread over 16 partitions."""
    return due_pk(at, zlib.crc32(case_id.encode()) % TIMER_SHARDS)


def due_pk(at: int, shard: int) -> str:
    return f"DUE#{datetime.fromtimestamp(at / 1000, UTC):%Y%m%d}#{shard:02d}"


def timer_sk(at: int, case_id: str) -> str:
    return f"{at:015d}#{case_id}"
