"""A part of the Wangcheng pack that holds together by itself: seconds to judge where the whole pack takes many."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.domain.definitions import Definition
from chalicelib.domain.publishing import Pack, pack_of
from chalicelib.stores.schema_files import load_kinds, load_pack
from infra.gate import SCHEMAS, file_of

# What is no definition, or is read from several files.
WHOLE_FOLDERS = ("access", "events", "meta", "plan", "shared")
NEEDED = ("access/district", "organisations/wangcheng", "registers/powers")


def smaller(pack: Pack, *wanted: str, changed: Mapping[str, Mapping[str, Any]] | None = None) -> Pack:
    """The definitions that `wanted` lead to, and all working days. `changed`: members that are otherwise in some."""
    kinds, found = load_kinds(SCHEMAS), dict[str, Definition]()
    ahead = [*wanted, *(key for key in pack.definitions if key.startswith("calendars/"))]
    while ahead:
        key = ahead.pop()
        if key not in found and key in pack.definitions:
            found[key] = {**pack.definitions[key], **(changed or {}).get(key, {})}
            ahead += [one.key for one in kinds.references(found[key])]
            if key.startswith(
                "notices/"
            ):  # "web", which is no definition, stands among the channels of a notice
                ahead += [f"channels/{name}" for name in found[key]["channels"]]
    return pack_of(list(found.values()))


def smaller_schemas(folder: Path, *wanted: str) -> Path:
    """`schemas/` as files with such a part alone, in a new folder of that name."""
    made = folder / "schemas"
    for name in WHOLE_FOLDERS:
        shutil.copytree(SCHEMAS / name, made / name)
    for key in smaller(load_pack(SCHEMAS), *NEEDED, *wanted).definitions:
        path = file_of(SCHEMAS, key)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(SCHEMAS.parent / path, folder / path)
    return made
