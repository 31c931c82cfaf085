"""Asks the JavaScript verifier, in Node, about many bundles at once."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chalicelib.domain.draws import bundle

BATCH = Path(__file__).parent / "batch.mjs"
Files = Mapping[str, bytes]


def verdicts(asked: Iterable[tuple[Files, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """What it says of each: `name` and `code` of the fault ("" and 0: valid), and what it made itself.

    `asked`: files of a bundle, and what `infra.verify_draw.verify` would be told beside them."""
    said = "".join(f"{json.dumps(_line(files, how))}\n" for files, how in asked)
    done = subprocess.run(["node", str(BATCH)], input=said, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _line(files: Files, how: Mapping[str, Any]) -> dict[str, Any]:
    line = {**how, "file": _written(files)}
    if how.get("before"):
        line["before"] = _written(how["before"])
    return line


def _written(files: Files) -> str:
    alone = files["slip.json"] if list(files) == ["slip.json"] else bundle.zipped(files)
    return base64.b64encode(alone).decode()
