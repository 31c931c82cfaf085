"""Prints every row of the district's plan with what declares, releases and exercises it (`make plan`).

    python -m infra.plan            → a line a row, then the counts; exit 1 if something names a row that is not there

A row is *declared* by the definitions whose `serves` names it, *released* by those of them that the publish gate lets
into a set, and *exercised* by the stories of `make journeys` in which a step asserts something of it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.actions.releasing import Prepared
from chalicelib.domain.definitions import Definition
from chalicelib.stores.schema_files import load_pack
from infra.gate import judge

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas"
HEADER = ["id", "name_zh", "name_en", "priority"]
NOBODY = "–"

Named = Mapping[str, list[str]]  # row → what names it


@dataclass(frozen=True, slots=True)
class Row:
    """A system, mechanism or promise of the plan. Priority A, B or C."""

    id: str
    name_zh: str
    name_en: str
    priority: str


def main(arguments: list[str] | None = None) -> int:
    """Print rows and counts; return 1 when a definition or a story names a row that the plan does not have."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--schemas", type=Path, default=SCHEMAS)
    root = options.parse_args(arguments).schemas
    rows = load_rows(root / "plan" / "rows.tsv")
    pack = load_pack(root)
    declaring, playing = served(pack.definitions), exercised()
    releasing = served(released(judge(root, pack)))
    for row in rows:
        print(line(row, declaring, releasing, playing))
    print("\n" + "\n".join(counts(rows, declaring, releasing, playing)))
    wrong = strangers(rows, declaring, playing)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


def load_rows(path: Path) -> list[Row]:
    """The plan's table; ValueError when it is not one, or names a row twice."""
    header, *lines = [one.split("\t") for one in path.read_text(encoding="utf-8").splitlines()]
    if header != HEADER or any(len(one) != len(HEADER) for one in lines):
        raise ValueError(f"{path.name} must have the columns {', '.join(HEADER)}")
    rows = [Row(*one) for one in lines]
    twice = [identity for identity, count in Counter(row.id for row in rows).items() if count > 1]
    if twice:
        raise ValueError(f"{path.name} has {', '.join(twice)} more than once")
    return rows


def released(prepared: Prepared) -> dict[str, Definition]:
    """The definitions that a first release of the pack would publish: whatever the gate has nothing against."""
    refused = {str(one.params.get("definition", "")) for one in prepared.refusals}
    keys = prepared.plan.set.definitions.keys() - refused
    return {key: prepared.world.get(f"source/{key}", prepared.world[key]) for key in keys}


def served(definitions: Mapping[str, Definition]) -> Named:
    """Row → keys of the definitions that serve it."""
    return _named((key, one.get("serves", ())) for key, one in sorted(definitions.items()))


def exercised() -> Named:
    """Row → ids of the stories in which a step exercises it."""
    from tests.journeys.play import rows_of
    from tests.journeys.stories import STORIES

    return _named((story.id, {row for step in story.steps for row in rows_of(step)}) for story in STORIES)


def _named(pairs: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, rows in pairs:
        for row in rows:
            found.setdefault(row, []).append(name)
    return found


def line(row: Row, declaring: Named, releasing: Named, playing: Named) -> str:
    """One row as it is printed: id, priority, names; what declares it (`*`: not released); what exercises it."""
    let_in = releasing.get(row.id, ())
    by = ", ".join(one if one in let_in else f"{one}*" for one in declaring.get(row.id, ())) or NOBODY
    stories = ", ".join(playing.get(row.id, ())) or NOBODY
    return f"{row.id} {row.priority}  {row.name_zh} / {row.name_en}\n       declared: {by} · exercised: {stories}"


def counts(rows: list[Row], declaring: Named, releasing: Named, playing: Named) -> list[str]:
    """How many rows there are, and how many are declared, released, exercised: in all and by priority."""
    told = []
    for priority in (None, *sorted({row.priority for row in rows})):
        group = [row.id for row in rows if priority in (None, row.priority)]
        named = {"declared": declaring, "released": releasing, "exercised": playing}
        has = ", ".join(f"{sum(one in by for one in group):4} {name}" for name, by in named.items())
        told.append(f"{priority or 'all':<4} {len(group):4} rows, {has}")
    return told


def strangers(rows: list[Row], serving: Named, playing: Named) -> list[str]:
    """A sentence for each row that somebody names and the plan does not have."""
    known = {row.id for row in rows}
    return [
        f"规划没有 {row} / the plan has no {row}: {', '.join(by)}"
        for named in (serving, playing)
        for row, by in sorted(named.items())
        if row not in known
    ]


if __name__ == "__main__":
    sys.exit(main())
