"""Does the sending of notices: one provider asked once, and what follows; the rows are those of webhooks' deliveries.

At least once, with the same id at every attempt and every provider: a delivery is claimed under a lease and ended by
whoever holds it. An address is read in the moment of sending and goes nowhere but to the provider.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.actions.delivering import LEASE, SHORT, Attempt
from chalicelib.actions.notice_ports import Dispatch, Parcel, secrets_name
from chalicelib.actions.noticing import KIND
from chalicelib.actions.office import Office
from chalicelib.actions.webhook_ports import Place, message_of
from chalicelib.domain import contacts, notice_courses, notices
from chalicelib.domain.contacts import Contact
from chalicelib.domain.definitions import Definition
from chalicelib.domain.deliveries import Next, State
from chalicelib.domain.notice_courses import Ask, Over, Told, Wait, Way, course
from chalicelib.domain.notices import Notice
from chalicelib.domain.subscriptions import in_force

CHANNELS = "channels"
KEPT = 200  # attempts and receipts of one notice: every round of every provider, and more


def send(room: Dispatch, place: Place) -> Attempt:
    """One attempt, if one is due."""
    kit = room.kit
    held = room.deliveries.claim_all([place], kit.entropy(8).hex(), kit.now(), LEASE)
    if not held:
        return Attempt("nothing")
    claimed = held[0]
    notice = kit.notices.sent_by(bytes(claimed["body"]))
    if notice is None:
        return _ended(room, claimed, Next("skipped", "notice-gone"), claimed["attempts"])
    office = Office(kit, kit.catalogue.pointer(strong=True), kit.now())
    definition = kit.catalogue.version(KIND, notice.template, notice.version)
    quiet = notices.may_go(definition, office.at, kit.zone, _works(office))
    if quiet > office.at:
        return _ended(room, claimed, Next("retry", "quiet-hours", quiet), claimed["attempts"])
    contact = room.contacts.of(notice.to)
    ways, addresses = _ways(room, office, definition, notice, contact)
    health = room.contacts.health([way.key for way in ways])
    chance = zlib.crc32(
        place[1].encode()
    )  # the same each time: a wait that is looked at again ends when it did
    then = course(ways, claimed["attempts"], health, office.at, chance)
    if isinstance(then, Over):
        state: State = (
            "skipped" if then.why == notice_courses.NO_WAY else "dead"
        )  # only the latter raises an alarm
        return _ended(room, claimed, Next(state, then.why), claimed["attempts"])
    if isinstance(then, Wait):
        return _ended(room, claimed, Next("retry", then.why, then.until), claimed["attempts"])
    return _asked(room, claimed, then, _parcel(place, definition, notice, contact, then, addresses))


def _works(office: Office) -> notices.Works:
    calendar = office.kit.catalogue.calendar(office.pointer)
    return lambda day: _is_working(calendar, day)


def _is_working(calendar: Any, day: date) -> bool:
    return bool(calendar.works(day.toordinal()))


def _asked(room: Dispatch, claimed: Mapping[str, Any], then: Ask, parcel: Parcel) -> Attempt:
    way, lines = then.way, list(claimed["attempts"])
    told = _carried(room, way, parcel)
    at = room.kit.now()
    round_ = notice_courses.round_of(way, lines)
    lines = [*lines, notice_courses.line(way, told, at, int(claimed["n"]), round_)][-KEPT:]
    if told.by_fault:
        room.contacts.failed(way.key, at)
    elif told.verdict == "accepted":
        room.contacts.fared_well(way.key)
    if told.verdict == "accepted":
        return _ended(room, claimed, Next("ok", "accepted"), lines)
    return _ended(room, claimed, Next("retry", told.why, at), lines)


def _carried(room: Dispatch, way: Way, parcel: Parcel) -> Told:
    carrier = room.carriers.get(str(way.provider["adapter"]))
    if carrier is None:
        return Told("broken", "no-such-adapter")
    held, _ = room.inbound.secrets(secrets_name(*way.key))
    return carrier.carry(way.provider, parcel, in_force(held, room.kit.now()), room.seconds())


def _ended(
    room: Dispatch, claimed: Mapping[str, Any], then: Next, lines: Sequence[Mapping[str, Any]]
) -> Attempt:
    """What follows, if the lease still held; a short wait is the queue's, a longer one the due index's."""
    if not room.deliveries.end_all([(claimed, then, list(lines), "")])[0]:
        return Attempt("overtaken")
    wait = then.due - room.kit.now()
    if then.state == "retry" and wait < SHORT:
        place = (str(claimed["subscription"]), str(claimed["id"]))
        room.queue([(message_of(place), max(0, -(-wait // 1000)))], True)
    return Attempt(then.state)


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


def _parcel(
    place: Place, definition: Definition, notice: Notice, contact: Contact, then: Ask, addresses: Mapping[str, str]
) -> Parcel:  # fmt: skip
    shown, language = notices.shown(notice, definition), contact.language
    return Parcel(
        place[1], then.way.channel, addresses[then.way.channel], language, shown["subject"][language],
        shown["text"][language], notice.template, notice.version, notice.values,
    )  # fmt: skip
