"""Remembers how people want to be told, and where; and how those fare who tell them.

pk                          sk        in the clear                        sealed
CON#<blind of subject>      CONTACT   rev                                 language, without, addresses
CHN#<channel>#<provider>    HEALTH    f: failures in a row; fd: when (ms) –

Addresses stand here and in registers, and nowhere else: whoever sends reads them in that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.contacts import Contact
from chalicelib.domain.notice_courses import Health
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.keys import Tables, contact_pk, provider_pk
from chalicelib.stores.sealing import NEWEST_BODY, Vault

CONTACT, HEALTH = "CONTACT", "HEALTH"


class ContactStore:
    """The `actions.notice_ports.Contacts` of DynamoDB, in the table of records."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo, self._table, self._vault = dynamo, tables.records, vault

    def of(self, subject: str) -> Contact:
        """What somebody asked for; of who never did, that they asked for nothing (revision 0)."""
        return self.of_all([subject])[subject]

    def of_all(self, subjects: Sequence[str]) -> dict[str, Contact]:
        """What each of them asked for, at most a hundred, in one request."""
        known = list(dict.fromkeys(subjects))
        keys = [Key(self._table, contact_pk(self._vault.blind(one)), CONTACT) for one in known]
        rows = self._dynamo.get(*keys) if keys else []
        return {one: self._opened(row) if row else Contact() for one, row in zip(known, rows, strict=True)}

    def _opened(self, row: Item) -> Contact:
        body = self._vault.open(bytes(row["k"]), row)
        return Contact(body["language"], tuple(body["without"]), body["addresses"], int(row["rev"]))

    def put(self, subject: str, contact: Contact) -> bool:
        """Write it over its own revision; False where it is another by now."""
        place, key = (contact_pk(self._vault.blind(subject)), CONTACT), self._vault.new_key()
        body = {
            "language": contact.language,
            "without": list(contact.without),
            "addresses": dict(contact.addresses),
        }
        item: Item = {
            "pk": place[0], "sk": CONTACT, "rev": contact.rev + 1, "v": NEWEST_BODY, "k": key,
            "b": self._vault.seal(key, place, body),
        }  # fmt: skip
        values: Mapping[str, Any] = {":read": contact.rev} if contact.rev else {}
        condition = "rev = :read" if contact.rev else "attribute_not_exists(pk)"
        return self._dynamo.held(Write("contact", self._table, item=item, condition=condition, values=values))

    def health(self, ways: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Health]:
        """How providers fare, by (channel, provider); those of whom anything is known."""
        rows = (
            self._dynamo.get(*(Key(self._table, provider_pk(*way), HEALTH) for way in ways)) if ways else []
        )
        pairs = zip(ways, rows, strict=True)
        return {way: Health(int(row["f"]), int(row["fd"])) for way, row in pairs if row}

    def failed(self, way: tuple[str, str], at: int) -> None:
        """One failure more in a row."""
        write = Write("health", self._table, key=(provider_pk(*way), HEALTH), update="SET fd = :at ADD f :one",
                      values={":at": at, ":one": 1})  # fmt: skip
        self._dynamo.write(write)

    def fared_well(self, way: tuple[str, str]) -> None:
        """Whatever failed before is over."""
        write = Write("health", self._table, key=(provider_pk(*way), HEALTH), update="SET f = :none",
                      condition="attribute_exists(pk)", values={":none": 0})  # fmt: skip
        self._dynamo.held(write)
