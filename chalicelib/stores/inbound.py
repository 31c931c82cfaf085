"""Remembers what outside systems said: each message once, by its own id and by the matter that it is about.

pk                        sk         attributes
INB#<connector>           SECRETS    rev; k, b: the secrets that its messages are signed with, sealed
INB#<connector>#M#<id>    MESSAGE    fp: digest of its bytes; x: their number of the matter; ttl
INB#<connector>#X#<no>    <id>       st, why, case; o: order; t: type; at; k, b: the message, sealed; ttl
INB#<connector>#D#<day>   <id>       x: their number of the matter; ttl
INB#<connector>           DAY#<day>  k, b: what the day came to, sealed; ttl

A matter's messages stand in one partition, because what is to be done next depends on all of them. They are kept
sealed: what a citizen told a hotline is in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.domain.connectors import Message
from chalicelib.domain.subscriptions import Secret
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.keys import Tables, inbound_day_pk, inbound_pk, matter_pk, message_pk
from chalicelib.stores.sealing import NEWEST_BODY, Vault

SECRETS, MESSAGE, DAY = "SECRETS", "MESSAGE", "DAY#"
KEPT = 90 * 86_400  # s; longer than anybody goes on sending (sample default, not from the plan)
_NEW = "attribute_not_exists(pk)"


class InboundStore:
    """The `actions.webhook_ports.Inbound` of DynamoDB, in the table of records, which the API writes."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo, self._table, self._vault = dynamo, tables.records, vault

    def secrets(self, connector: str) -> tuple[tuple[Secret, ...], int]:
        """What its messages are signed with, and the revision of that; 0: nothing yet."""
        (row,) = self._dynamo.get(Key(self._table, inbound_pk(connector), SECRETS))
        if row is None:
            return (), 0
        body = self._vault.open(bytes(row["k"]), row)
        return tuple(Secret(**one) for one in body["secrets"]), int(row["rev"])

    def put_secrets(self, connector: str, secrets: Sequence[Secret], expected: int) -> bool:
        """Write them if their revision is still `expected`."""
        key, place = self._vault.new_key(), (inbound_pk(connector), SECRETS)
        body = {"secrets": [asdict(one) for one in secrets]}
        item: Item = {
            "pk": place[0], "sk": SECRETS, "rev": expected + 1, "v": NEWEST_BODY, "k": key,
            "b": self._vault.seal(key, place, body),
        }  # fmt: skip
        condition, values = ("rev = :read", {":read": expected}) if expected else (_NEW, {})
        return self._dynamo.held(Write("secrets", self._table, item=item, condition=condition, values=values))

    def put(self, connector: str, message: Message, fingerprint: str, day: str) -> tuple[str, str] | None:
        """Keep a message; None, or where its id came before, the fingerprint and the number that came with it.

        Its id is taken first: whoever dies then leaves a message that the next attempt, with the same bytes, completes.
        """
        ttl = message.at // 1000 + KEPT
        named: Item = {
            "pk": message_pk(connector, message.id), "sk": MESSAGE, "fp": fingerprint, "x": message.external_id,
            "ttl": ttl,
        }  # fmt: skip
        new = self._dynamo.held(Write("named", self._table, item=named, condition=_NEW))
        before = None if new else self._named(named["pk"])
        if before is not None and before[0] != fingerprint:
            return before
        place, key = (matter_pk(connector, message.external_id), message.id), self._vault.new_key()
        row: Item = {
            "pk": place[0], "sk": message.id, "st": message.state, "o": message.order, "t": message.type,
            "at": message.at, "ttl": ttl, "v": NEWEST_BODY, "k": key, "b": self._vault.seal(key, place, message.body),
        }  # fmt: skip
        if self._dynamo.held(Write("message", self._table, item=row, condition=_NEW)) or before is None:
            listed: Item = {
                "pk": inbound_day_pk(connector, day), "sk": message.id, "x": message.external_id, "ttl": ttl,
            }  # fmt: skip
            self._dynamo.write(Write("listed", self._table, item=listed))
        return before

    def of_day(self, connector: str, day: str) -> list[tuple[str, str]]:
        """(message, number) of everything that came first on a day."""
        rows = self._dynamo.every(self._table, inbound_day_pk(connector, day))
        return [(str(row["sk"]), str(row["x"])) for row in rows]

    def account(self, connector: str, day: str) -> dict[str, Any] | None:
        """What a day came to; None before it was made."""
        (row,) = self._dynamo.get(Key(self._table, inbound_pk(connector), f"{DAY}{day}"))
        return dict(self._vault.open(bytes(row["k"]), row)) if row else None

    def put_account(self, connector: str, day: str, body: Mapping[str, Any]) -> bool:
        """Keep it, unless there is one: what was told of a day stays."""
        place, key = (inbound_pk(connector), f"{DAY}{day}"), self._vault.new_key()
        item: Item = {
            "pk": place[0], "sk": place[1], "v": NEWEST_BODY, "k": key, "b": self._vault.seal(key, place, dict(body)),
            "ttl": int(body["made_at"]) // 1000 + KEPT,
        }  # fmt: skip
        return self._dynamo.held(Write("account", self._table, item=item, condition=_NEW))

    def _named(self, pk: str) -> tuple[str, str] | None:
        (found,) = self._dynamo.get(Key(self._table, pk, MESSAGE))
        return (str(found["fp"]), str(found["x"])) if found else None

    def of_matter(self, connector: str, external_id: str) -> list[Message]:
        """Every message about one number of theirs."""
        rows = self._dynamo.every(self._table, matter_pk(connector, external_id))
        return [self._opened(row, external_id) for row in rows]

    def note(self, connector: str, message: Message) -> None:
        """What became of a message. Who notes it a second time notes the same."""
        write = Write(
            "message", self._table, key=(matter_pk(connector, message.external_id), message.id),
            update="SET #st = :st, why = :why, #case = :case", condition="attribute_exists(pk)",
            names={"#st": "st", "#case": "case"},
            values={":st": message.state, ":why": message.why, ":case": message.case},
        )  # fmt: skip
        self._dynamo.held(write)

    def _opened(self, row: Item, external_id: str) -> Message:
        body = self._vault.open(bytes(row["k"]), row)
        return Message(
            str(row["sk"]), str(row["t"]), external_id, int(row["o"]), int(row["at"]), body, str(row["st"]),
            str(row.get("why", "")), str(row.get("case", "")),
        )  # fmt: skip
