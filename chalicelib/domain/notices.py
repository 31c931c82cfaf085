"""Decides what a notice is: with which values, from when it may be sent on, to whom an event's is, how it reads.

Most notices are courtesy; one that is part of legal service says so, and waits for no quiet hours. What is kept is its
template's version and the values that the template uses, no text: whoever sends it on, and whoever reads it, has the
words of that version.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from chalicelib.domain import deliveries, templates
from chalicelib.domain.definitions import Definition, content_hash
from chalicelib.domain.problems import Problem, Text

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case
    from chalicelib.domain.organisations import Organisation

WEB = "web"  # the channel by which nothing is sent: it is there to be read
SERVICE = "legal-service"
TOLD = (
    "person:",
    "enterprise:",
)  # whom the notices of events are to; what offices have to do stands in their queues
SHARDS = 16  # partitions over which the notices of a day are spread
LOST = 150_000  # ms after which a notice that nobody took up is queued again
QUIET_DAYS = 400  # no quiet hours are followed further
_FIRST = "ntc-"

Works = Callable[[date], bool]  # whether offices work on a day


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the outbox. `to` is a subject; `not_before` (ms) where its quiet hours end; `case` what it is about;
    `sent`: whether it goes out by some channel, or is only there to be read.
    """

    id: str
    to: str
    template: str
    version: str
    at: int
    not_before: int
    values: Mapping[str, Any]
    case: str | None = None
    sent: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Where its delivery stands, among those of webhooks."""
        return place_of(deliveries.identity(self.id, "notice", self.at))

    @property
    def looked_after(self) -> int:
        """When a sweep looks after its delivery (ms): at once after quiet hours, else where nobody took it up."""
        return self.not_before if self.not_before > self.at else self.at + LOST


def place_of(delivery: str) -> tuple[str, str]:
    """The place of a notice's delivery, by its id alone."""
    return f"{_FIRST}{zlib.crc32(delivery.encode()) % SHARDS:02d}", delivery


def is_place(place: tuple[str, str]) -> bool:
    """Whether a delivery is a notice's, and no webhook."""
    return place[0].startswith(_FIRST)


def drafted(
    definition: Definition,
    values: Mapping[str, Any],
    *,
    identity: str,
    to: str,
    at: int,
    zone: tzinfo,
    case: str | None,
    works: Works | None = None,
    confidential: bool = False,
) -> Notice:
    """The notice as it is kept: nothing but what its template uses. What is about a confidential case is sent nowhere:
    it is read by who signs in.

    Raises `notice-incomplete` where a value is missing that the template cannot do without.
    """
    kept = _picked(values, templates.paths(definition))
    if wanting := templates.render(definition, kept).findings:
        said = Text("通知内容不完整", "the notice lacks what its template asks for")
        raise Problem("conflict", "notice-incomplete", said, findings=list(wanting))
    sent = not confidential and any(channel != WEB for channel in definition["channels"])
    return Notice(
        identity, to, str(definition["id"]), content_hash(definition), at, may_go(definition, at, zone, works), kept,
        case, sent,
    )  # fmt: skip


def may_go(definition: Definition, at: int, zone: tzinfo, works: Works | None = None) -> int:
    """The instant (ms) from which a notice may be sent on: legal service at any time."""
    if definition.get("purpose") == SERVICE:
        return at
    return after_quiet(definition.get("quiet_hours"), at, zone, works)


def after_quiet(quiet: Mapping[str, Any] | None, at: int, zone: tzinfo, works: Works | None = None) -> int:
    """The instant (ms) from which it may be sent on: now, or when the quiet hours around now end.

    Hours over midnight count for each day by itself, before their end and after their beginning: so a rest day, whose
    hours may be others, begins and ends at midnight.
    """
    now = datetime.fromtimestamp(at / 1000, zone)
    for number in range(QUIET_DAYS):
        ends = _quiet_until(quiet, now, works) if quiet else None
        if ends is None:
            return int(now.timestamp() * 1000) if number else at
        now = ends
    return int(now.timestamp() * 1000)


def _quiet_until(quiet: Mapping[str, Any], now: datetime, works: Works | None) -> datetime | None:
    """The end of what is quiet around an instant, midnight at the latest; None where nothing is."""
    rests = works is not None and "rest_days" in quiet and not works(now.date())
    begins, ends = (
        time.fromisoformat((quiet["rest_days"] if rests else quiet)[name]) for name in ("from", "to")
    )
    clock, midnight = now.time(), datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    if begins == ends:  # the whole day
        return midnight
    if begins < ends:
        return datetime.combine(now.date(), ends, now.tzinfo) if begins <= clock < ends else None
    if clock < ends:
        return datetime.combine(now.date(), ends, now.tzinfo)
    return midnight if clock >= begins else None


def of_event(definitions: Iterable[Definition], event: str, day: str) -> list[Definition]:
    """The notices that are sent on an event of this type (`case.accepted`), in force on an ISO day."""
    suffix = event.partition(".")[2]
    return [
        one
        for one in definitions
        if suffix in one.get("on", ())
        and str(one.get("effective_from", "")) <= day < str(one.get("retired_at", "9999"))
    ]


def addressed(declared: str, case: Case, organisation: Organisation, today: date) -> list[str]:
    """The subjects that `party:<role>` or `post:<post>` names today; none for who stays unnamed (`receipt`)."""
    sort, _, name = declared.partition(":")
    if sort == "party":
        found = [str(party["subject"]) for party in case.parties if party["role"] == name]
    else:
        holder = organisation.holder(case.node, name, today) if sort == "post" else None
        found = [holder] if holder else []
    return [one for one in dict.fromkeys(found) if one.startswith(TOLD)]


def _picked(values: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Of nested values those that some path leads to."""
    kept = dict[str, Any]()
    for path in sorted(paths, key=lambda one: one.count(".")):
        value, place, (*above, last) = values, kept, path.split(".")
        for name in above:
            inner = value.get(name) if isinstance(value, Mapping) else None
            if not isinstance(inner, Mapping) or place.get(name) is inner:
                break
            value, place = inner, place.setdefault(name, {})
        else:
            if isinstance(value, Mapping) and value.get(last) is not None:
                place[last] = value[last]
    return kept


def shown(notice: Notice, definition: Definition) -> dict[str, Any]:
    """What its reader sees, in both languages, in the words of the version under which it was written."""
    return {
        "notice_id": notice.id, "notice": notice.template, "version": notice.version,
        "subject": dict(definition["subject"]), "text": dict(templates.render(definition, notice.values).text),
        "case_id": notice.case,
    }  # fmt: skip
