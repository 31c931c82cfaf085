"""Remembers what triggers did outside any case, each once: a mark in the transaction that does it. Nothing personal."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.trigger_effects import Act
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.keys import act_pk

ACT = "act"  # the role in which a transaction refuses what was done before
VERSION = 1


def mark(act: Act, table: str, at: int) -> Write:
    """The row that lets it be done once. It stays: a stream may be read again after any time."""
    item: Item = {"pk": act_pk(act.id), "sk": "0", "v": VERSION, "key": act.key, "at": at, **follows(act)}
    return Write(ACT, table, item=item, condition="attribute_not_exists(pk)")


def follows(act: Act) -> dict[str, Any]:
    """What it follows from, in the clear: the relay hands it on, and the depth of what comes next is counted by it."""
    prompt = act.prompt
    return {
        "act": act.id, "trg": prompt.trigger or "", "cause": prompt.caused_by, "root": prompt.root,
        "depth": prompt.depth,
    }  # fmt: skip


def done(dynamo: Dynamo, table: str, act: str) -> str | None:
    (row,) = dynamo.get(Key(table, act_pk(act), "0"))
    return str(row["key"]) if row else None
