"""What takes seconds to make of the tree, and is the same for every test: kept on disk, made once a tree.

It holds for the bytes of everything that takes part in making it. Whoever asks while another process makes it waits
for that one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".local" / "cache"
TAKES_PART = (
    "chalicelib",
    "schemas",
    "infra/resources.yaml",
    "infra/gate.py",
    "tests/builders_app.py",
    "requirements.txt",
)
LATEST = 8  # trees of which it stays

Made = TypeVar("Made")


def kept(name: str, make: Callable[[], Made]) -> Made:
    """What `make` makes, which pickle must be able to write: a tree's first call makes it."""
    path = place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            path.touch()  # as one of the latest
            return read(path)  # type: ignore[no-any-return]
        made = make()
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(pickle.dumps(made))
        fresh.replace(path)
        for old in sorted(path.parent.glob("*.pickle"), key=lambda one: one.stat().st_mtime)[:-LATEST]:
            old.unlink(missing_ok=True)
    return made


def read(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # noqa: S301  we wrote it


def place(name: str) -> Path:
    """Where it is kept for the tree as it is."""
    return KEPT / name / f"{_digest()}.pickle"


@cache
def _digest() -> str:
    told = hashlib.sha256()
    for name in TAKES_PART:
        found = ROOT / name
        for file in sorted(found.rglob("*")) if found.is_dir() else (found,):
            if file.is_file() and file.suffix != ".pyc":
                told.update(str(file.relative_to(ROOT)).encode() + b"\0")
                told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()[:32]
