"""Remembers what parties owe, so that it is found: by who owes, by whom it is owed to, by the desk; due first."""

from __future__ import annotations

from chalicelib.domain.change import Change, Due
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Write
from chalicelib.stores.keys import DUE, DUE_TO, index_sk, owing, queue_pk
from chalicelib.stores.sealing import Vault

BODY_VERSION = 1
DESK = "dues"  # the queue of a desk beside its cases


def desk_pk(department: str, window: str) -> str:
    return queue_pk(department, f"{window}#{DESK}")


def due_writes(change: Change, due: Due, table: str, vault: Vault, key: bytes) -> list[Write]:
    """The due's row, and a second one where it is owed to a party: an item stands once in an index.

    Once nothing of it is owed the rows stand in no index. They are guarded by the head's condition.
    """
    here = f"{DUE}{due.id}"
    item: Item = {
        "pk": change.case_id,
        "sk": here,
        "v": BODY_VERSION,
        "b": vault.seal(key, (change.case_id, here), due.body),
    }
    other: Item = {"pk": change.case_id, "sk": f"{here}{DUE_TO}"}
    if due.deadline is not None:
        at = index_sk(due.deadline, change.case_id)
        if change.places.queue:
            department, window, _ = change.places.queue
            item |= {"qpk": desk_pk(department, window), "qsk": at}
        if due.by:
            item |= {"opk": vault.blind(owing("by", due.by)), "osk": at}
        if due.to:
            other |= {"opk": vault.blind(owing("to", due.to)), "osk": at}
    writes = [Write("due", table, item=item)]
    return [*writes, Write("due", table, item=other)] if due.to else writes
