"""The rows that the pack's seed leaves behind, and the gate's verdict on the pack: each made once a tree.

`JISHENG_SHIPPED` names a file of rows that holds in spite of a difference. That is for planted bugs, whose trees begin
where the sound one's seed ended: a bug that only the seed could show would pass there, and the hunt says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import kept

if TYPE_CHECKING:
    from chalicelib.actions.releasing import Prepared

GIVEN = "JISHENG_SHIPPED"

Rows = dict[str, list[Any]]  # by table


def rows(seeded: Callable[[], Rows]) -> Rows:
    """The rows of the tree as it is; `seeded` makes them where they are not kept yet."""
    given = os.environ.get(GIVEN)
    return kept.read(Path(given)) if given else kept.kept("shipped", seeded)


def path() -> Path:
    """Where the rows of this tree are, made by a house if need be."""
    from tests.builders_app import house

    if not kept.place("shipped").exists():
        with house():
            pass
    return kept.place("shipped")


@cache
def judged() -> Prepared:
    """What a release of the whole pack as the first set would write, and all that stands against it: to be read."""
    from chalicelib.stores.schema_files import load_pack
    from infra.gate import SCHEMAS, judge

    return kept.kept("judged", lambda: judge(SCHEMAS, load_pack(SCHEMAS)))
