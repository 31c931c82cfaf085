"""Runs the rows of `make bench`: prints them as a table and writes `.local/bench.json`.

    python -m tests.bench.run [--rows a,b]

A row is a module in `tests/bench/rows/` (its name with `_` for `-`) with `run()`: one object with name, value,
unit, alternative, alternative_value, ratio, floor, goal, ok and detail. Each runs in a process of its own, so that
no row warms or burdens another. Nothing here asserts a time: a figure that misses its goal is printed as such.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROWS = Path(__file__).with_name("rows")
RESULT = ROOT / ".local" / "bench.json"
COLUMNS = ("name", "value", "unit", "alternative", "alternative_value", "ratio", "floor", "goal", "ok")
# What the row's code prints (the logger, for one) goes to stderr; stdout is the result's alone.
ONE = """
import importlib, json, sys
result, sys.stdout = sys.stdout, sys.stderr
print(json.dumps(importlib.import_module(sys.argv[1]).run()), file=result)
"""
PATIENCE = 900  # seconds for one row
LONGER = {"reproject": 3_600}  # seconds: opens more cases than any other, and looks at each


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", default="", help="names, separated by commas; all by default")
    chosen = [name.strip() for name in options.parse_args().rows.split(",") if name.strip()]
    known = sorted(path.stem.replace("_", "-") for path in ROWS.glob("[a-z]*.py"))
    unknown = set(chosen) - set(known)
    if unknown:
        print(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores", flush=True
    )
    rows = [measured(name) for name in chosen or known]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    print(table(rows))
    print(f"written to {RESULT.relative_to(ROOT)}, with the detail of each row")
    return 0 if all("error" not in row for row in rows) else 1


def measured(name: str) -> dict[str, Any]:
    """One row from a fresh process; what it failed with stands in `error`."""
    print(f"  {name} …", flush=True)
    module = f"tests.bench.rows.{name.replace('-', '_')}"
    command, patience = [sys.executable, "-c", ONE, module], LONGER.get(name, PATIENCE)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience, check=False)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return {"name": name, "ok": False, "error": done.stderr.strip().rpartition("\n")[2]}
    row: dict[str, Any] = json.loads(done.stdout)
    return row | {"interpreter": platform.python_version(), "cores": os.cpu_count()}


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in columns; a Chinese character takes two places."""
    lines = [list(COLUMNS), *([_cell(row.get(column)) for column in COLUMNS] for row in rows)]
    widths = [max(_width(line[number]) for line in lines) for number in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return "–" if value is None else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


if __name__ == "__main__":
    sys.exit(main())
