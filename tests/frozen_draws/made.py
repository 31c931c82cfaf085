"""Writes the frozen draws, once: three of one series, the second by the fallback, the third void for want of people.

python -m tests.frozen_draws.made      only when a new protocol gets bundles of its own; these are never replaced
"""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.draws import bundle
from tests.builders_draws import draw

HERE = Path(__file__).parent
HOUR = 3_600_000


def frozen() -> dict[str, dict[str, bytes]]:
    """File name → files of the bundle. They share one log, each as long as it was when the bundle was published."""
    first = draw(1, 80, 24, round_=1000)
    second = draw(2, 80, 24, source="fallback", recusals=2, round_=1000, earlier=first.entries)
    third = draw(3, 80, 12, round_=657413, recusals=0, earlier=second.entries, cap=1)
    return {f"draw-{n}.zip": one.bundle() for n, one in enumerate((first, second, third), 1)}


if __name__ == "__main__":
    for name, files in frozen().items():
        (HERE / name).write_bytes(bundle.zipped(files))
