"""Remembers what the code ships: reads the `schemas/` tree into kinds and a pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.definitions import Definition, Kinds
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.publishing import Pack, pack_of

ENGINES = ("python-statemachine", "zen-engine", "jsonschema-rs")  # pinned in every release (decisions 34)
_META = ".schema.json"


def load_kinds(root: Path) -> Kinds:
    """A kind for each `meta/<kind>.schema.json` that declares `kind`; the rest are shared parts by `$id`."""
    meta, shared = {}, {}
    for path in sorted([*(root / "meta").glob(f"*{_META}"), *(root / "shared").glob("*.json")]):
        schema = _json(path)
        name = path.name.removesuffix(_META)
        if path.parent.name == "meta" and "kind" in schema.get("properties", {}):
            meta[name] = schema
        shared[str(schema.get("$id", name))] = schema
    return Kinds(meta, shared)


def load_pack(root: Path) -> Pack:
    """Every definition under `<root>/<kind>/`, with `{"$file": "name"}` replaced by what that file holds.

    Raises Problem `pack-file-wrong` naming the file: not JSON, not of its folder's kind, not its name's id.
    """
    kinds = load_kinds(root)
    taken: set[Path] = set()
    found = {path: _inlined(_json(path), path, taken) for kind in kinds.names for path in _files(root / kind)}
    definitions = [_checked(body, path, root) for path, body in found.items() if path not in taken]
    if len({(one["kind"], one["id"]) for one in definitions}) < len(definitions):
        raise _wrong(root, "有重复的定义", "a definition is there twice")
    return pack_of(definitions)


def load_contracts(root: Path) -> list[Any]:
    """The JSON Schemas under `<root>/events/`, one a file, as `domain.contracts` reads them."""
    return [_json(path) for path in sorted((root / "events").glob("*.json"))]


def engine_versions() -> dict[str, str]:
    """The versions of the engines that run here."""
    from importlib.metadata import version

    return {name: version(name) for name in ENGINES}


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.rglob("*.json"))) if folder.is_dir() else iter(())


def _json(path: Path) -> Any:
    try:
        return canonical.loads(path.read_bytes())
    except ValueError as error:
        raise _wrong(path, "不是有效的 JSON", f"not JSON ({error})") from error


def _inlined(value: Any, path: Path, taken: set[Path]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$file"}:
            return _file(path.parent / str(value["$file"]), path, taken)
        return {name: _inlined(member, path, taken) for name, member in value.items()}
    if isinstance(value, list):
        return [_inlined(member, path, taken) for member in value]
    return value


def _file(wanted: Path, path: Path, taken: set[Path]) -> Any:
    """The text of a neighbour (its value, when it is JSON); nothing outside the folder is read."""
    if wanted.resolve().parent != path.resolve().parent or not wanted.is_file():
        raise _wrong(path, f"找不到同目录文件 {wanted.name}", f"has no neighbour {wanted.name}")
    taken.add(wanted)
    return _json(wanted) if wanted.suffix == ".json" else wanted.read_text(encoding="utf-8")


def _checked(body: Any, path: Path, root: Path) -> Definition:
    kind = path.relative_to(root).parts[0]
    if not isinstance(body, dict) or body.get("kind") != kind or body.get("id") != path.stem:
        key = f"{kind}/{path.stem}"
        raise _wrong(path, f"kind 与 id 应为 {key}", f"its kind and id must be {key}")
    try:
        canonical.check(body)
    except Problem as problem:
        raise _wrong(path, problem.message.zh, problem.message.en) from problem
    return body


def _wrong(path: Path, zh: str, en: str) -> Problem:
    name = "/".join(path.parts[-3:])
    return Problem("invalid", "pack-file-wrong", Text(f"{name}:{zh}", f"{name}: {en}"))
