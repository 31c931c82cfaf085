"""Does the sending of notices: providers asked once each, and what follows; the rows are those of webhooks' deliveries.

At least once, with the same id at every attempt and every provider: a delivery is claimed under a lease and ended by
whoever holds it. What a batch has in common is read and written together; one that fails holds up no other. An address
is read in the moment of sending and goes nowhere but to the provider.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeVar

from chalicelib.actions.delivering import LEASE, SHORT, Attempt, place_of
from chalicelib.actions.notice_ports import Dispatch, Key, Parcel, secrets_name
from chalicelib.actions.noticing import KIND
from chalicelib.actions.office import Office
from chalicelib.actions.webhook_ports import Place, message_of
from chalicelib.domain import contacts, notice_courses, notices
from chalicelib.domain.contacts import Contact
from chalicelib.domain.definitions import Definition
from chalicelib.domain.deliveries import Next, State
from chalicelib.domain.notice_courses import Health, Over, Told, Wait, Way, course
from chalicelib.domain.notices import Notice
from chalicelib.domain.subscriptions import in_force

CHANNELS = "channels"
AT_ONCE = 25  # under one lease, each to a provider at the same time
KEPT = 200  # attempts and receipts of one notice: every round of every provider, and more

Claimed = Mapping[str, Any]
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Errand(NamedTuple):
    """One notice on its way to somebody: whom to ask, in order, and under which address each channel reaches them."""

    claimed: Claimed
    notice: Notice
    definition: Definition
    contact: Contact
    ways: Sequence[Way]
    addresses: Mapping[str, str]


class Outcome(NamedTuple):
    """What follows on an attempt, with all lines of its log; who was asked, if anybody was."""

    claimed: Claimed
    then: Next
    lines: Sequence[Mapping[str, Any]]
    told: tuple[Way, Told] | None = None


def send_all(room: Dispatch, places: Sequence[Place]) -> dict[Place, Attempt]:
    """One attempt at each of these notices that is due."""
    done = dict[Place, Attempt]()
    for start in range(0, len(places), AT_ONCE):
        done |= _send(room, places[start : start + AT_ONCE])
    return done


def _send(room: Dispatch, places: Sequence[Place]) -> dict[Place, Attempt]:
    kit, done = room.kit, dict.fromkeys(places, Attempt("nothing"))
    claimed = room.deliveries.claim_all(places, kit.entropy(8).hex(), kit.now(), LEASE)
    if not claimed:
        return done
    office = Office(kit, kit.catalogue.pointer(strong=True), kit.now())
    found = _errands(room, office, claimed)
    ways = dict.fromkeys(way.key for one in found if isinstance(one, Errand) for way in one.ways)
    health = room.contacts.health(list(ways))

    @cache
    def secrets(key: Key) -> Sequence[str]:
        held, _ = room.inbound.secrets(secrets_name(*key))
        return in_force(held, room.kit.now())

    def attempted(one: Errand | Outcome | Exception) -> Outcome | Exception:
        try:
            return _attempted(room, one, health, secrets, office.at) if isinstance(one, Errand) else one
        except Exception as error:
            return error

    with ThreadPoolExecutor(max_workers=len(found)) as pool:
        outcomes = list(pool.map(attempted, found))
    for one, outcome in zip(claimed, outcomes, strict=True):
        if isinstance(outcome, Exception):  # its lease ends, and then it is found again
            done[place_of(one)] = Attempt("error", error=type(outcome).__name__)
    made = [one for one in outcomes if isinstance(one, Outcome)]
    done |= _ended(room, made)
    _noted(room, health, [one.told for one in made if one.told])
    return done


def _errands(
    room: Dispatch, office: Office, claimed: Sequence[Claimed]
) -> list[Errand | Outcome | Exception]:
    """What is to be done with each; an exception where one of them cannot be read."""
    notices_ = _read(room.kit.notices.sent_by, [bytes(one["body"]) for one in claimed])
    to = list(dict.fromkeys(one.to for one in notices_ if isinstance(one, Notice)))
    of = dict(zip(to, _read(lambda some: [room.contacts.of_all(some)[one] for one in some], to), strict=True))

    def errand(one: Claimed, notice: Notice | Exception | None) -> Errand | Outcome | Exception:
        try:
            return _errand(room, office, one, notice, of)
        except Exception as error:
            return error

    return [errand(one, notice) for one, notice in zip(claimed, notices_, strict=True)]


def _read(
    read: Callable[[Sequence[Asked]], Iterable[Answer]], asked: Sequence[Asked]
) -> list[Answer | Exception]:
    """In one request; where that fails each by itself, so that one that cannot be opened holds up no other."""
    try:
        return list(read(asked)) if asked else []
    except Exception as error:
        if len(asked) == 1:
            return [error]
        return [one for single in asked for one in _read(read, [single])]


def _errand(
    room: Dispatch, office: Office, claimed: Claimed, notice: Notice | Exception | None,
    contacts_: Mapping[str, Contact | Exception],
) -> Errand | Outcome:  # fmt: skip
    if isinstance(notice, Exception):
        raise notice
    if notice is None:
        return Outcome(claimed, Next("skipped", "notice-gone"), claimed["attempts"])
    kit, contact = office.kit, contacts_[notice.to]
    if isinstance(contact, Exception):
        raise contact
    definition = kit.catalogue.version(KIND, notice.template, notice.version)
    quiet = notices.may_go(definition, office.at, kit.zone, _works(office))
    if quiet > office.at:
        return Outcome(claimed, Next("retry", "quiet-hours", quiet), claimed["attempts"])
    return Errand(claimed, notice, definition, contact, *_ways(room, office, definition, notice, contact))


def _works(office: Office) -> notices.Works:
    calendar = office.kit.catalogue.calendar(office.pointer)
    return lambda day: _is_working(calendar, day)


def _is_working(calendar: Any, day: date) -> bool:
    return bool(calendar.works(day.toordinal()))


def _attempted(
    room: Dispatch,
    errand: Errand,
    health: Mapping[Key, Health],
    secrets: Callable[[Key], Sequence[str]],
    at: int,
) -> Outcome:
    """The provider whose turn it is asked once; or why nobody is."""
    claimed, lines = errand.claimed, list(errand.claimed["attempts"])
    chance = zlib.crc32(
        str(claimed["id"]).encode()
    )  # the same each time: a wait that is looked at again ends when it did
    then = course(errand.ways, lines, health, at, chance)
    if isinstance(then, Over):
        state: State = (
            "skipped" if then.why == notice_courses.NO_WAY else "dead"
        )  # only the latter raises an alarm
        return Outcome(claimed, Next(state, then.why), lines)
    if isinstance(then, Wait):
        return Outcome(claimed, Next("retry", then.why, then.until), lines)
    way = then.way
    told = _carried(room, way, _parcel(errand, way), secrets)
    at = room.kit.now()
    round_ = notice_courses.round_of(way, lines)
    lines = [*lines, notice_courses.line(way, told, at, int(claimed["n"]), round_)][-KEPT:]
    follows = Next("ok", "accepted") if told.verdict == "accepted" else Next("retry", told.why, at)
    return Outcome(claimed, follows, lines, (way, told))


def _carried(room: Dispatch, way: Way, parcel: Parcel, secrets: Callable[[Key], Sequence[str]]) -> Told:
    carrier = room.carriers.get(str(way.provider["adapter"]))
    if carrier is None:
        return Told("broken", "no-such-adapter")
    return carrier.carry(way.provider, parcel, secrets(way.key), room.seconds())


def _ended(room: Dispatch, outcomes: Sequence[Outcome]) -> dict[Place, Attempt]:
    """What follows, where the lease still held; a short wait is the queue's, a longer one the due index's."""
    if not outcomes:
        return {}
    held = room.deliveries.end_all([(one.claimed, one.then, list(one.lines), "") for one in outcomes])
    done, later, now = dict[Place, Attempt](), list[tuple[str, int]](), room.kit.now()
    for (claimed, then, _, _), ours in zip(outcomes, held, strict=True):
        done[place_of(claimed)] = Attempt(then.state if ours else "overtaken")
        if ours and then.state == "retry" and then.due - now < SHORT:
            later.append((message_of(place_of(claimed)), max(0, -(-(then.due - now) // 1000))))
    if later:
        room.queue(later, True)
    return done


def _noted(room: Dispatch, health: Mapping[Key, Health], told: Sequence[tuple[Way, Told]]) -> None:
    """How providers fare: every fault; and that one fares well, once, where a fault stood."""
    at, faults = room.kit.now(), [way.key for way, said in told if said.by_fault]
    for key in faults:
        room.contacts.failed(key, at)
    faulty = {*faults, *(key for key, one in health.items() if one.failures)}
    for key in sorted(faulty & {way.key for way, said in told if said.verdict == "accepted"}):
        room.contacts.fared_well(key)


def _ways(
    room: Dispatch, office: Office, definition: Definition, notice: Notice, contact: Contact
) -> tuple[list[Way], dict[str, str]]:
    """Whom to ask, in order, and under which address each channel reaches this person."""
    declared = {str(one["id"]): one for one in room.kit.catalogue.definitions(office.pointer, CHANNELS)}
    today, service = office.today.isoformat(), definition.get("purpose") == notices.SERVICE
    ways, addresses = list[Way](), dict[str, str]()
    for name in definition["channels"]:
        channel = declared.get(str(name))
        if channel is None or not _in_force(channel, today) or (name in contact.without and not service):
            continue
        address = _address(room, channel, notice.to, contact)
        if address is not None:
            addresses[str(name)] = address
            ways += [Way(str(name), provider) for provider in channel["providers"]]
    return ways, addresses


def _in_force(channel: Definition, today: str) -> bool:
    return str(channel.get("effective_from", "")) <= today < str(channel.get("retired_at", "9999"))


def _address(room: Dispatch, channel: Definition, subject: str, contact: Contact) -> str | None:
    """What they said themselves; else what a register knows, where the channel names one."""
    sort = str(channel["address"])
    own = contact.addresses.get(sort)
    if own is not None:
        return own
    for register, pointer in contacts.registers_of(channel, subject):
        found = room.kit.records.read(register, subject.partition(":")[2])
        address = contacts.address_in(found.body, pointer) if found else None
        if contacts.fits(sort, address):
            return address
    return None


def _parcel(errand: Errand, way: Way) -> Parcel:
    notice, language = errand.notice, errand.contact.language
    shown = notices.shown(notice, errand.definition)
    return Parcel(
        str(errand.claimed["id"]), way.channel, errand.addresses[way.channel], language, shown["subject"][language],
        shown["text"][language], notice.template, notice.version, notice.values,
    )  # fmt: skip
