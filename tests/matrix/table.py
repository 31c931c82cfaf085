"""The table that the matrix is compared with: reads `expected.tsv`, and prints what really happens.

.venv/bin/python -m tests.matrix.table            # the table as it is now, on standard output
.venv/bin/python -m tests.matrix.table --changes  # only the cells that differ from the one that is kept
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from tests.matrix.callers import CALLERS

EXPECTED = Path(__file__).with_name("expected.tsv")
Lines = dict[tuple[str, str], dict[str, str]]


def read() -> Lines:
    """(route, of) → caller → cell."""
    header, *rest = EXPECTED.read_text(encoding="utf-8").splitlines()
    names = header.split("\t")[2:]
    found: Lines = {}
    for text in rest:
        route, of, *cells = text.split("\t")
        if (route, of) in found or len(cells) != len(names):
            raise ValueError(f"expected.tsv: {route} {of}: twice, or not {len(names)} cells")
        found[route, of] = dict(zip(names, cells, strict=True))
    return found


def as_text(lines: Iterable[list[str]]) -> str:
    header = ["route", "of", *CALLERS]
    return "".join("\t".join(one) + "\n" for one in [header, *lines])


def differences(expected: Lines, lines: Iterable[list[str]]) -> list[str]:
    """A sentence for every cell that is not as expected."""
    names = list(CALLERS)
    return [
        f"{route} {of} as {name}: {was} instead of {expected.get((route, of), {}).get(name)}"
        for route, of, *cells in lines
        for name, was in zip(names, cells, strict=True)
        if expected.get((route, of), {}).get(name) != was
    ]


def main() -> int:
    from tests.matrix.rows import ROWS, line
    from tests.matrix.world import world

    with world() as prepared:
        lines = [line(prepared, row) for row in ROWS]
    if "--changes" in sys.argv:
        found = differences(read(), lines)
        print("\n".join(found) or "no change")
        return 1 if found else 0
    sys.stdout.write(as_text(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
