"""Remembers long work as resources: what was asked, and the parts that workers fill in, each once.

pk                    sk                  body
WORK#<kind>#<id>      WORK                what was asked and how far it is; `rev` in the clear guards it
WORK#<kind>#<id>      <part>              what one worker found; written once

Nothing personal stands here: numbers, codes, ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body

BODY_VERSION = 1


class WorkStore:
    """The `actions.definition_ports.Work` of DynamoDB, in the table of definitions."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def keep(self, kind: str, identity: str, body: Mapping[str, Any], expected: int) -> bool:
        """Write the resource if its revision is still `expected` (0: it is new); False otherwise."""
        item = self._item(kind, identity, "WORK", body) | {"rev": expected + 1}
        condition, values = (
            ("rev = :read", {":read": expected}) if expected else ("attribute_not_exists(pk)", {})
        )
        return self._put(item, condition, values)

    def kept(self, kind: str, identity: str) -> tuple[dict[str, Any], int] | None:
        """The resource and its revision."""
        (item,) = self._dynamo.get(Key(self._table, _pk(kind, identity), "WORK"))
        return (dict(unpack_body(item["b"])), int(item["rev"])) if item else None

    def fill(self, kind: str, identity: str, part: str, body: Mapping[str, Any]) -> bool:
        """Write one part; a message that is delivered twice changes nothing."""
        return self._put(self._item(kind, identity, part, body), "attribute_not_exists(pk)", {})

    def parts(self, kind: str, identity: str, prefix: str) -> list[dict[str, Any]]:
        """Every part whose name begins so."""
        rows = self._dynamo.every(self._table, _pk(kind, identity), prefix=prefix)
        return [dict(unpack_body(row["b"])) for row in rows]

    def _item(self, kind: str, identity: str, sk: str, body: Mapping[str, Any]) -> Item:
        return {"pk": _pk(kind, identity), "sk": sk, "v": BODY_VERSION, "b": pack_body(dict(body))}

    def _put(self, item: Item, condition: str, values: Mapping[str, Any]) -> bool:
        try:
            self._dynamo.write(
                Write("work", self._table, item=item, condition=condition, values=dict(values))
            )
        except TransactionRefused:
            return False
        return True


def _pk(kind: str, identity: str) -> str:
    return f"WORK#{kind}#{identity}"
