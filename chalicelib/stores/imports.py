"""Remembers imports: how far one is, the lines that were sent, chunk by chunk, and what became of them; all sealed.

pk               sk           body
IMPORT#<id>      IMPORT       register, author, counts of lines and chunks
IMPORT#<id>      L#<chunk>    the lines as they were read; written once
IMPORT#<id>      R#<chunk>    what became of them; written once

In the table of records: lines are what records become.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.sealing import Vault

BODY_VERSION = 1


class ImportStore:
    """The `actions.importing.Imports` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, table: str, vault: Vault) -> None:
        self._dynamo, self._table, self._vault = dynamo, table, vault

    def fill(self, identity: str, part: str, body: Mapping[str, Any]) -> bool:
        """Write one part; False where it is there already, which changes nothing."""
        pk = f"IMPORT#{identity}"
        key = self._vault.new_key()
        sealed = self._vault.seal(key, (pk, part), dict(body))
        item: Item = {"pk": pk, "sk": part, "v": BODY_VERSION, "k": key, "b": sealed}
        return self._dynamo.held(
            Write("import", self._table, item=item, condition="attribute_not_exists(pk)")
        )

    def part(self, identity: str, part: str) -> dict[str, Any] | None:
        (item,) = self._dynamo.get(Key(self._table, f"IMPORT#{identity}", part))
        return dict(self._vault.open(item["k"], item)) if item else None

    def parts(self, identity: str, prefix: str) -> list[dict[str, Any]]:
        """Every part whose name begins so, in the order of names."""
        found = self._dynamo.every(self._table, f"IMPORT#{identity}", prefix=prefix)
        return [dict(self._vault.open(item["k"], item)) for item in found]
