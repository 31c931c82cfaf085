"""Writes what the console shows of the district's plan: each row, what serves it, the stories that play it.

    python -m infra.plan_page <file>

The data are those of `make plan`, but for whether the gate lets a definition into a set: a build does not wait for it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from chalicelib.stores.schema_files import load_pack
from infra.plan import SCHEMAS, exercised, load_rows, served


def main() -> int:
    """Write the file named on the command line."""
    write(Path(sys.argv[1]))
    return 0


def write(path: Path, schemas: Path = SCHEMAS) -> None:
    """Write `{"rows": [...]}` as JSON."""
    path.write_text(json.dumps(page(schemas), ensure_ascii=False, separators=(",", ":")))


def page(schemas: Path = SCHEMAS) -> dict[str, Any]:
    """`{"rows": [{"id", "title": {"zh", "en"}, "priority", "declared": [key], "exercised": [story]}]}`."""
    declaring, playing = served(load_pack(schemas).definitions), exercised()
    rows = [
        {
            "id": row.id, "title": {"zh": row.name_zh, "en": row.name_en}, "priority": row.priority,
            "declared": declaring.get(row.id, []), "exercised": playing.get(row.id, []),
        }
        for row in load_rows(schemas / "plan" / "rows.tsv")
    ]  # fmt: skip
    return {"rows": rows}


if __name__ == "__main__":
    sys.exit(main())
