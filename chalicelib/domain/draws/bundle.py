"""Decides what a published draw is as files: `draw-<number>.zip`, the same bytes for the same draw."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.draws.rosters import KEYS, Row, line

DOCUMENTS = (
    "plan", "commitment", "nonces", "values", "notice", "result", "replacements", "void", "log",
)  # fmt: skip
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant that a zip can say


def files(documents: Mapping[str, Any], rosters: Mapping[str, Iterable[Row]]) -> dict[str, bytes]:
    """File name → canonical bytes. A document that is null does not exist; every roster does, if need be empty."""
    made = {
        f"{name}.json": canonical.dumps(documents[name])
        for name in DOCUMENTS
        if documents.get(name) is not None
    }
    for roster in KEYS:
        made[f"{roster}.jsonl"] = b"".join(line(roster, row) + b"\n" for row in rosters[roster])
    return made


def zipped(content: Mapping[str, bytes]) -> bytes:
    """The files in the order of their names, deflated, without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(content):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content[name])
    return out.getvalue()
