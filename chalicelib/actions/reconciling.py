"""Does the daily reconciliation with outside systems: by a sweep once the declared hour has come, once a day each."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from chalicelib.actions.receiving import own_connector
from chalicelib.actions.webhook_ports import Postroom
from chalicelib.domain import reconciliation
from chalicelib.domain.change import Body
from chalicelib.domain.connectors import KIND, Message
from chalicelib.domain.definitions import Definition
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Text, not_found

WORK = "inbound-day"


def sweep(room: Postroom) -> dict[str, int]:
    """Reconcile yesterday with every system whose hour has come and with whom nobody has yet; `made`, `left`."""
    done, office = Counter[str](), room.kit.office()
    now = datetime.fromtimestamp(room.kit.now() / 1000, room.kit.zone)
    today, yesterday = now.date().isoformat(), (now.date() - timedelta(days=1)).isoformat()
    for connector in room.kit.catalogue.definitions(office.pointer, KIND):
        day = reconciliation.day_to_make(connector, today, yesterday, now.hour)
        if day is not None and room.inbound.account(str(connector["id"]), day) is None:
            made = reconcile(room, connector, day)
            done.update(made=1, left=int(made["left_count"]))
    return dict(done)


def reconcile(room: Postroom, connector: Definition, day: str) -> Body:
    """The account of one day, as the messages stand now; kept, and the same to whoever makes it a second time.

    The other side counts a day when it is over, so what it says of it comes on that day or the next.
    """
    identity = str(connector["id"])
    after = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    said = _of_day(room, identity, day)
    tallies = [*said, *_of_day(room, identity, after)]
    made = reconciliation.reconciled(connector, day, said, tallies, room.kit.now())
    room.inbound.put_account(identity, day, made)
    return room.inbound.account(identity, day) or made


def _of_day(room: Postroom, connector: str, day: str) -> list[Message]:
    """What came on a day, in the order of their ids; messages of one matter are read together."""
    named = dict(room.inbound.of_day(connector, day))
    matters = {matter: room.inbound.of_matter(connector, matter) for matter in sorted(set(named.values()))}
    held = {one.id: one for matter in matters.values() for one in matter}
    return [held[identity] for identity in sorted(named) if identity in held]


def see(room: Postroom, principal: Principal, connector_id: str, day: str) -> dict[str, Any]:
    """The account of a day, to the system itself. Problem not-found before it is made."""
    connector = own_connector(room, principal, connector_id)
    found = room.inbound.account(str(connector["id"]), day)
    if found is None:
        raise not_found(Text("该日对账", "the account of that day"), day)
    return found
