"""Remembers draws: the log of a series, what is on its way, rosters in chunks; all bodies sealed, salts are in them.

pk                     sk                   body
DRAW#<series>          CURRENT              the draw that is on its way or was the last; `rev` in the clear guards it
DRAW#<series>          L#<index>            an entry of the log, its signed checkpoint, the document that it is about
DRAW#<series>#<period> <part>               what one worker made; written once

In the table of definitions. A part is one item, so it stays below 400 KB: a chunk has 512 rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.sealing import Vault

BODY_VERSION = 1
LOG = "L#"
CURRENT = "CURRENT"


class DrawStore:
    """The `actions.draw_ports.Draws` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, table: str, vault: Vault) -> None:
        self._dynamo, self._table, self._vault = dynamo, table, vault

    def current(self, series: str) -> tuple[dict[str, Any], int] | None:
        """The draw that is on its way, or the last one; and its revision."""
        (item,) = self._dynamo.get(Key(self._table, _pk(series), CURRENT))
        return (self._opened(item), int(item["rev"])) if item else None

    def keep(self, series: str, body: Mapping[str, Any], expected: int) -> bool:
        """Write it if its revision is still `expected` (0: there is none); False otherwise."""
        condition, values = (
            ("rev = :read", {":read": expected}) if expected else ("attribute_not_exists(pk)", {})
        )
        item = self._item(_pk(series), CURRENT, body) | {"rev": expected + 1}
        return self._put(item, condition, values)

    def fill(self, series: str, period: str, part: str, body: Mapping[str, Any]) -> bool:
        """Write one part; a message that is delivered twice changes nothing."""
        return self._put(self._item(_pk(series, period), part, body), "attribute_not_exists(pk)", {})

    def part(self, series: str, period: str, part: str) -> dict[str, Any] | None:
        (item,) = self._dynamo.get(Key(self._table, _pk(series, period), part))
        return self._opened(item) if item else None

    def parts(self, series: str, period: str, prefix: str) -> Iterator[dict[str, Any]]:
        """Every part whose name begins so, in the order of names, a page at a time."""
        for item in self._dynamo.every(self._table, _pk(series, period), prefix=prefix, limit=8):
            yield self._opened(item)

    def log(self, series: str) -> list[dict[str, Any]]:
        """`{entry, checkpoint, document, period}` of every entry, in order."""
        return [self._opened(item) for item in self._dynamo.every(self._table, _pk(series), prefix=LOG)]

    def append(self, series: str, index: int, body: Mapping[str, Any]) -> bool:
        """Entry `index` (from 0) of the log; False if another has that place."""
        return self._put(self._item(_pk(series), f"{LOG}{index:08d}", body), "attribute_not_exists(pk)", {})

    def _item(self, pk: str, sk: str, body: Mapping[str, Any]) -> Item:
        key = self._vault.new_key()
        sealed = self._vault.seal(key, (pk, sk), dict(body))
        return {"pk": pk, "sk": sk, "v": BODY_VERSION, "k": key, "b": sealed}

    def _opened(self, item: Item) -> dict[str, Any]:
        return dict(self._vault.open(item["k"], item))

    def _put(self, item: Item, condition: str, values: Mapping[str, Any]) -> bool:
        return self._dynamo.held(
            Write("draw", self._table, item=item, condition=condition, values=dict(values))
        )


def _pk(series: str, period: str = "") -> str:
    return f"DRAW#{series}#{period}" if period else f"DRAW#{series}"
