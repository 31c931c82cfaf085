"""The rows that the pack's seed leaves behind, kept on disk: the gate over the whole pack takes seconds, once a tree.

What is kept holds for the bytes of everything that takes part in a seed; `JISHENG_SHIPPED` names a file that holds in
spite of a difference. That is for planted bugs, whose trees begin where the sound one's seed ended: a bug that only
the seed could show would pass there, and the hunt says so.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".local" / "cache" / "shipped"
GIVEN = "JISHENG_SHIPPED"
TAKES_PART = ("chalicelib", "schemas", "infra/resources.yaml", "tests/builders_app.py", "requirements.txt")
LATEST = 8  # trees whose rows stay

Rows = dict[str, list[Any]]  # by table


def rows(seeded: Callable[[], Rows]) -> Rows:
    """The rows of the tree as it is; `seeded` makes them where they are not kept yet."""
    path = Path(os.environ.get(GIVEN) or KEPT / f"{_digest()}.pickle")
    if path.exists():
        return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]  # noqa: S301  we wrote it
    made = seeded()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(pickle.dumps(made))
    fresh.replace(path)  # whole or not at all: several workers may come at once
    for old in sorted(KEPT.glob("*.pickle"), key=lambda one: one.stat().st_mtime)[:-LATEST]:
        old.unlink(missing_ok=True)
    return made


def path() -> Path:
    """Where the rows of this tree are, made by a house if need be."""
    from tests.builders_app import house

    with house():
        return KEPT / f"{_digest()}.pickle"


def _digest() -> str:
    told = hashlib.sha256()
    for name in TAKES_PART:
        found = ROOT / name
        for file in sorted(found.rglob("*")) if found.is_dir() else (found,):
            if file.is_file() and file.suffix != ".pyc":
                told.update(str(file.relative_to(ROOT)).encode() + b"\0")
                told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()[:32]
