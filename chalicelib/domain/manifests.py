"""Decides what a release of an item consists of, and puts it together again from its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.definitions import (
    SHARED,
    SOURCE,
    Bundle,
    Definition,
    Kinds,
    Schema,
    ancestors,
    content_hash,
    of_kind,
    reached,
)
from chalicelib.domain.problems import Problem, Text


def manifest(
    item: str, definitions: Mapping[str, Definition], kinds: Kinds, engines: Mapping[str, str]
) -> dict[str, str]:
    """What a release of `items/<id>` consists of: key → content hash, `shared/<$id>` → hash of a schema that its
    forms refer to, `source/<key>` → hash of what was written, where that is not the whole (`domain.expansion`),
    `engine/<name>` → version."""
    keys = reached(item, definitions, kinds)
    parts = {key: content_hash(definitions[key]) for key in keys}
    made = [key for key in keys if SOURCE + key in definitions]
    for key in (*made, *ancestors(item, definitions)):
        parts[SOURCE + key] = content_hash(definitions.get(SOURCE + key) or definitions[key])
    used = shared_used([definitions[key] for key in keys], kinds.shared)
    parts |= {f"{SHARED}{identity}": content_hash(kinds.shared[identity]) for identity in used}
    return parts | {f"engine/{name}": version for name, version in engines.items()}


def shared_used(definitions: Iterable[Definition], shared: Mapping[str, Schema]) -> frozenset[str]:
    """The `$id`s of shared schemas that these definitions' forms refer to, and those that these refer to."""
    found, ahead = set[str](), list[Any](definitions)
    while ahead:
        value = ahead.pop()
        if isinstance(value, Mapping):
            identity = str(value.get("$ref", "")).partition("#")[0]
            if identity in shared and identity not in found:
                found.add(identity)
                ahead.append(shared[identity])
            ahead += value.values()
        elif isinstance(value, list):
            ahead += value
    return frozenset(found)


def release_hash(contents: Mapping[str, str]) -> str:
    """The hash that a case stores and runs on for ever: over the manifest, hence over everything it names."""
    return canonical.digest(contents)


def pinned_keys(contents: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of a manifest that a case runs on: definitions and shared schemas."""
    return tuple(key for key in contents if not key.startswith(("engine/", SOURCE)))


def resolve(contents: Mapping[str, str], definitions: Mapping[str, Definition]) -> Bundle:
    """Put a release together from its parts; a part that is not what was released is refused, not run."""
    keys = pinned_keys(contents)
    damaged = [k for k in keys if k not in definitions or content_hash(definitions[k]) != contents[k]]
    if damaged:
        words = ", ".join(damaged)
        said = Text(f"发布版本内容不符:{words}", f"the release does not match: {words}")
        raise Problem("unavailable", "release-damaged", said)
    own = {key: definitions[key] for key in keys if not key.startswith(SHARED)}
    shared = {key.removeprefix(SHARED): definitions[key] for key in keys if key.startswith(SHARED)}
    item = next(own[key] for key in keys if key.startswith("items/"))
    return Bundle(
        release=release_hash(contents),
        manifest=contents,
        item=item,
        process=own.get(f"processes/{item.get('process')}"),
        rules=of_kind("rules", own),
        facts=of_kind("facts", own),
        documents=of_kind("documents", own),
        definitions=own,
        shared=shared,
    )
