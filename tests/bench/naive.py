"""Prices what others write for the same cases: the alternatives of `lifecycle-write-units`.

Both see the very changes that our commits wrote, as plain JSON: what PynamoDB's mapped attributes or a document
store would hold, neither compressed nor merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from chalicelib.domain.change import Change
from tests.bench.pricing import units

KEYS = 150  # bytes of keys, index keys, version, hash and wrapped data key beside a body


def rewritten(changes: Sequence[Change]) -> int:
    """One item a case that holds everything, rewritten by each step; two indexes project all of it.

    The alternative of most service platforms on DynamoDB: no transaction, so a unit a KB, thrice.
    """
    held, total = 0, 0
    for change in changes:
        head = _bytes([change.head])
        held += _bytes(event.body for event in change.events)
        held += _bytes([change.form] if change.form else []) + _bytes(one.body for one in change.outputs)
        records = sum(2 * units(KEYS + _bytes([record.body])) for record in change.records)
        total += 3 * units(KEYS + head + held) + records
    return total


def literal(changes: Sequence[Change]) -> int:
    """This design read to the letter: every row that it names, in the transaction, on every step.

    Head and event, an idempotency row, the timer taken out and put anew, a row for each document, a counter for
    the case's number, records with their history, two index entries moved, and a feed row for each event.
    """
    total = 0
    for change in changes:
        rows = [_bytes([change.head]), *(_bytes([event.body]) for event in change.events), 0]
        rows += [_bytes([change.form])] if change.form else []
        rows += [_bytes([output.body]) for output in change.outputs]
        rows += [_bytes([record.body]) for record in change.records for _ in ("now", "history")]
        timers = 2 * 2
        number = 1 if change.expected == 0 else 0
        indexes = 2 * (1 if change.expected == 0 else 2)
        total += 2 * sum(units(KEYS + row) for row in rows) + timers + number + indexes + len(change.events)
    return total


def _bytes(bodies: Iterable[Mapping[str, Any]]) -> int:
    return sum(len(orjson.dumps(dict(body), default=_plain)) for body in bodies)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value)
