"""Does the log of a series of draws: what is said is appended, in one conditional write with its signed checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.domain.draws import log
from chalicelib.domain.problems import Problem, Text

TRIES = 5
ONCE = frozenset({"commitment", "nonces", "values", "result", "void", "reveal"})


def append(drawer: Drawer, head: Mapping[str, Any], kind: str, at: int, document: Any) -> Body:
    """The row of the entry: a new one, or the one that is there already where the draw can have but one of a kind.

    Refused (`draw-log`) where it may not come now. No entry is earlier than the one before it: the clocks of two
    containers differ, and who is a moment behind must not be refused for it.
    """
    series = str(head["series"])
    for _ in range(TRIES):
        rows = drawer.draws.log(series)
        not_before = max((int(row["entry"]["at"]) for row in rows[-1:]), default=0)
        made = log.entry(kind, int(head["number"]), max(at, not_before), document)
        known = _known(rows, made)
        if known is not None:
            return known
        entries = [row["entry"] for row in rows]
        log.check([*entries, made])
        row = {
            "entry": made, "document": document, "period": head["period"],
            "checkpoint": _signed(drawer, str(head["origin"]), [*entries, made]),
        }  # fmt: skip
        if drawer.draws.append(series, len(rows), row):
            return row
    said = Text("日志繁忙,请稍后重试", "the log is busy, please retry")
    raise Problem("unavailable", "draw-log-busy", said, extra={"retry_after": 1})


def rows_of(rows: Sequence[Body], number: int, kind: str) -> list[Body]:
    return [one for one in rows if one["entry"]["number"] == number and one["entry"]["kind"] == kind]


def document(rows: Sequence[Body], number: int, kind: str) -> Any:
    """What the first entry of this kind is about; None where there is none."""
    found = rows_of(rows, number, kind)
    return found[0]["document"] if found else None


def published(drawer: Drawer, head: Mapping[str, Any], rows: Sequence[Body]) -> Body:
    """The log as it is told: `{origin, entries, checkpoint, key}`."""
    origin = str(head["origin"])
    return {
        "origin": origin,
        "entries": [one["entry"] for one in rows],
        "checkpoint": rows[-1]["checkpoint"],
        "key": log.verifier_key(origin, drawer.signer.public()),
    }


def _known(rows: Sequence[Body], made: Mapping[str, Any]) -> Body | None:
    same = rows_of(rows, made["number"], made["kind"])
    if made["kind"] in ONCE:
        return same[0] if same else None
    return next((one for one in same if one["entry"]["digest"] == made["digest"]), None)


def _signed(drawer: Drawer, origin: str, entries: Sequence[log.Entry]) -> str:
    body = log.checkpoint(origin, entries)
    return log.note(body, origin, drawer.signer.public(), drawer.signer.sign(body))
