"""Checks `schemas/` as a release would, in memory: every definition through the publish gate (`make check`).

python -m infra.gate            → each finding with its file, pointer, code and both sentences; exit 1 if any refuses
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from chalicelib.actions.definition_ports import Definitions
from chalicelib.actions.releasing import Prepared, Press, prepare
from chalicelib.domain.problems import Finding, Problem
from chalicelib.domain.publishing import Pack, ReleaseSet
from chalicelib.stores.schema_files import engine_versions, load_kinds, load_pack

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas"


class Nothing:
    """The store of a district in which nothing is published yet."""

    def versions(self, hashes: Mapping[str, str]) -> dict[str, Any]:
        """Bodies by key: nobody can ask for any, because the empty set names none."""
        return dict.fromkeys(hashes)


def main(arguments: list[str] | None = None) -> int:
    """Print every finding; return 1 if there is one."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--schemas", type=Path, default=SCHEMAS)
    root = options.parse_args(arguments).schemas.resolve()
    try:
        pack = load_pack(root)
        prepared = judge(root, pack)
    except Problem as problem:  # what cannot even be loaded or planned
        for finding in (Finding("", problem.code, problem.message), *problem.findings):
            print(said(root, finding))
        return 1
    for finding in prepared.findings:
        print(said(root, finding))
    played = sum(len(one.get("examples", ())) for one in pack.definitions.values() if one["kind"] == "items")
    counts = f"{len(pack.definitions)} definitions, {len(prepared.plan.items)} items, {played} examples"
    warnings = len(prepared.findings) - len(prepared.refusals)
    print(f"gate: {counts}, {len(prepared.refusals)} findings, {warnings} warnings")
    return 1 if prepared.refusals else 0


def judge(root: Path, pack: Pack) -> Prepared:
    """What releasing the whole pack as the first set would write, and all that stands against it."""
    return prepare(press_of(root, pack), ReleaseSet(), 1, pack.definitions)


def press_of(root: Path, pack: Pack) -> Press:
    """What a release is judged with when only `schemas/` is there: its kinds, and its own list of powers."""
    listed = {str(one["id"]): one for one in pack.definitions.get("registers/powers", {}).get("records", ())}
    return Press(
        store=cast("Definitions", Nothing()),
        kinds=load_kinds(root),
        engines=engine_versions(),
        permit=lambda *_: None,
        now=lambda: 0,
        entropy=bytes,
        powers=listed.get,
    )


def said(root: Path, finding: Finding) -> str:
    """A finding as a person reads it: where, what, and the sentence in both languages."""
    key = str(finding.params.get("definition", ""))
    place = f"{file_of(root, key) if key else root.name} {finding.pointer or '/'}"
    flagged = "  [warning]" if finding.params.get("severity") == "warning" else ""
    return f"{place}  {finding.code}{flagged}\n    {finding.message.zh}\n    {finding.message.en}"


def file_of(root: Path, key: str) -> str:
    """The file that declares `kind/id`, from the folder above `schemas`."""
    kind, _, identity = key.partition("/")
    path = next(iter(sorted((root / kind).rglob(f"{identity}.json"))), root / kind)
    return path.relative_to(root.parent).as_posix()


if __name__ == "__main__":
    sys.exit(main())
