"""Does the reading of a definition's past, and says what a person may do with it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.actions.definition_ports import Listing
from chalicelib.actions.releasing import Press
from chalicelib.domain.definitions import Definition
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem

# What a screen may offer, and what is asked of the policies for it.
ACTS = {"edit": "edit_definition", "check": "check_definition", "release": "release_definition"}
_TOLD = ("set", "act", "by", "at", "note")


def list_versions(
    press: Press, principal: Principal, kind: str, identity: str, after: str | None = None, limit: int = 50
) -> Listing:
    """Every act that brought another version of this definition into force, newest first, with that version's hash.

    `hash` is None where a roll-back took the definition out of force. A page looks at `limit` acts, so it may be short.
    """
    press.permit(principal, "read_definition", kind, identity, ())
    press.kinds.meta(kind)
    key, page = f"{kind}/{identity}", press.store.history(after, limit)
    found = [_version(press, key, row) for row in page.rows if _may_concern(key, row)]
    return Listing([row for row in found if row], page.after)


def get_version(press: Press, principal: Principal, kind: str, identity: str, hash_: str) -> Definition:
    """A version that was published once; not found where no such one was."""
    press.permit(principal, "read_definition", kind, identity, ())
    key = f"{kind}/{identity}"
    return press.store.versions({key: hash_})[key]


def may(
    press: Press, principal: Principal, kind: str, identity: str, authors: Sequence[str], *drafts: Definition
) -> list[str]:
    """Which of `ACTS` the policies admit for this person, so that a screen offers nothing that would be refused."""
    return [
        act
        for act, action in ACTS.items()
        if _admits(press, principal, action, kind, identity, authors, *drafts)
    ]


def _admits(
    press: Press, principal: Principal, action: str, kind: str, identity: str, authors: Sequence[str],
    *drafts: Definition,
) -> bool:  # fmt: skip
    try:
        press.permit(principal, action, kind, identity, authors, *drafts)
    except Problem:
        return False
    return True


def _may_concern(key: str, row: Mapping[str, Any]) -> bool:
    return row["act"] == "rolled_back" or key in row.get("changes", ())


def _version(press: Press, key: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
    now = press.store.release_set(row["set"]).definitions.get(key)
    if row["act"] == "rolled_back" and now == press.store.release_set(row["from_set"]).definitions.get(key):
        return None
    return {**{name: row[name] for name in _TOLD if name in row}, "hash": now}
