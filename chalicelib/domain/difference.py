"""Decides what changed between two JSON values, so that a person who releases sees it member by member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.definitions import escape


def difference(before: Any, after: Any, pointer: str = "") -> list[dict[str, Any]]:
    """Each change as `{"pointer", "before"?, "after"?}`: no `before` was added, no `after` was removed."""
    old, new = _members(before), _members(after)
    alike = type(before) is type(after)  # Python holds False and 0 for equal, JSON does not
    if old is None or new is None or not alike:
        same = alike and before == after
        return [] if same else [{"pointer": pointer, "before": before, "after": after}]
    found: list[dict[str, Any]] = []
    for name in [*old, *(name for name in new if name not in old)]:
        place = f"{pointer}/{escape(name)}"
        if name in old and name in new:
            found += difference(old[name], new[name], place)
        elif name in old:
            found.append({"pointer": place, "before": old[name]})
        else:
            found.append({"pointer": place, "after": new[name]})
    return found


def _members(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list):
        return {str(index): member for index, member in enumerate(value)}
    return None
