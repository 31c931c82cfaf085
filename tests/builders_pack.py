"""The Wangcheng pack as files, for tests that ask whether it holds together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.expansion import expand
from chalicelib.stores.schema_files import load_kinds

SCHEMAS = Path(__file__).parents[1] / "schemas"
KINDS = load_kinds(SCHEMAS)


def _load() -> dict[str, dict[str, Any]]:
    found = {}
    for kind in KINDS.names:
        for path in sorted((SCHEMAS / kind).rglob("*.json")):
            body = canonical.loads(path.read_bytes())
            if isinstance(body, dict) and body.get("kind") == kind:
                found[f"{kind}/{path.stem}"] = body
    return found


WRITTEN = _load()  # as the files say
WHOLE = expand(
    WRITTEN
).world  # with items and processes put together from their parts, their sources beside them
PACK: dict[str, dict[str, Any]] = {key: dict(WHOLE[key]) for key in WRITTEN}
EVERY_ITEM = [body for key, body in PACK.items() if key.startswith("items/") and not body.get("abstract")]
ITEMS = [item for item in EVERY_ITEM if item["mode"] == "case"]  # the others open none
_OPENED_BY_ITSELF = {
    act["open"]["item"]
    for key, one in PACK.items()
    if key.startswith("triggers/")
    for act in one["do"]
    if "open" in act
} | {
    group["open"]["item"]
    for item in ITEMS
    for group in item.get("children", {}).values()
    if group and "open" in group
}
# Nobody fills in the form of an item for staff that a trigger opens, or a group for each entry of a list.
FILED_BY_PEOPLE = [one for one in ITEMS if one["audience"] != ["staff"] or one["id"] not in _OPENED_BY_ITSELF]


def walk(value: Any) -> Iterator[Any]:
    """The value and everything inside it."""
    yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(member)


def leaves(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field that holds a value, with shared documents followed; `*` is any member of a list."""
    schema = {**KINDS.shared[schema["$ref"]], **schema} if "$ref" in schema else schema
    if schema.get("type") == "object" and "properties" in schema:
        for name, member in schema["properties"].items():
            yield from leaves(member, f"{path}/{name}")
    elif isinstance(schema.get("items"), dict):
        yield from leaves(schema["items"], f"{path}/*")
    else:
        yield path, schema
