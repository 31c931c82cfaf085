"""Decides what one firm is given at once: its own row and salt, the path to the committed root, what the draw says.

With it the firm finds out alone that it was in the roster as it is, and whether its ticket was among the smallest;
nobody else learns anything of it, and it learns nothing of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain import merkle
from chalicelib.domain.draws.rosters import Row

FORMAT = "jisheng-draw-slip-1"


def slip(
    documents: Mapping[str, Any], row: Row, index: int, path: Sequence[bytes], log: Mapping[str, Any]
) -> dict[str, Any]:
    """`documents`: plan, commitment and, once it is drawn, notice. `index`: of the row, from 0. `log`: as published."""
    return {
        "format": FORMAT,
        "plan": documents["plan"],
        "commitment": documents["commitment"],
        "row": dict(row),
        "index": index,
        "path": [one.hex() for one in path],
        "notice": documents.get("notice"),
        "log": dict(log),
    }


def path_in_chunks(roots: Sequence[bytes], chunk: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` of a tree whose leaves are kept in chunks of `size`, a power of two.

    `roots`: of every chunk, in order; `chunk`: the hashes of the leaves of the one that holds it.
    """
    if size & (size - 1):
        raise ValueError("chunks must be whole subtrees")
    return [*merkle.path(chunk, index % size), *merkle.path(roots, index // size)]
