"""Does the hourly root: over the heads of every chain that the feed saw, and the root before it; signed, logged."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from chalicelib.actions.office import Kit
from chalicelib.actions.relaying import SETTLED, Feed
from chalicelib.domain import audit, merkle
from chalicelib.domain.problems import Problem, Text

SPAN = 24 * 3_600_000  # ms that one entry covers at most: who slept for a month catches up in bounded steps
MOST = 48  # entries a run


class Head(NamedTuple):
    """A chain's end as a leaf says it."""

    case: str
    seq: int
    hash: bytes
    erased: bool


class Roots(Protocol):
    """The log of roots: append-only, each naming the one before, with the leaves that each was made of."""

    def last(self) -> dict[str, Any] | None: ...
    def entries(self, numbers: Iterable[int]) -> dict[int, dict[str, Any]]: ...
    def page(self, after: int, limit: int) -> list[dict[str, Any]]: ...
    def append(self, entry: Mapping[str, Any], heads: Sequence[Head]) -> bool:
        """False if the number is taken; the leaves are kept before the entry that needs them."""

    def heads_of(self, root: str) -> list[Head]: ...
    def find(self, root: str, case_id: str) -> tuple[int, Head] | None: ...
    def note_key(self, key: Mapping[str, str]) -> None: ...
    def keys(self) -> list[dict[str, str]]: ...
    def chain_heads(self, case_ids: list[str]) -> list[Head]: ...
    def recorded(self, case_id: str, limit: int) -> list[int]:
        """When (ms) the newest events of a case were recorded, latest first."""

    def chain(self, case_id: str, after: int) -> tuple[list[dict[str, Any]], int | None]:
        """Events as they are stored, sealed, with every part that their hash covers; where to go on, if anywhere."""


class Signer(Protocol):
    """Who signs roots: a key that nothing but KMS ever holds."""

    def public(self) -> dict[str, str]: ...
    def sign(self, statement: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Rooted:
    """What a run did. `missing`: cases of the feed that have no head any more, which nothing but an attack explains."""

    entries: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]

    @property
    def leaves(self) -> int:
        return sum(int(entry["leaves"]) for entry in self.entries)


def write_roots(kit: Kit, feed: Feed, roots: Roots, signer: Signer) -> Rooted:
    """Append what is due. It is never on a request's way (lesson 28); two runs at once append one entry."""
    now = kit.now()
    settled = now - SETTLED  # a row of the feed younger than this may still be on its way (decisions 18)
    written, missing = list[Mapping[str, Any]](), list[str]()
    for _ in range(MOST):
        last = roots.last()
        since = _since(last, settled)
        until = min(settled, since + SPAN)
        if until <= since:
            break
        cases = sorted({case for case, _ in feed.told(since, until - 1)})
        heads = sorted(roots.chain_heads(cases))
        missing += sorted(set(cases) - {head.case for head in heads})
        entry = _signed(_next(roots, last, (now, since, until), heads), signer, roots)
        if not roots.append(entry, heads):
            break
        written.append(entry)
    return Rooted(tuple(written), tuple(missing))


def _since(last: Mapping[str, Any] | None, settled: int) -> int:
    """Where the last entry ended. A day back at the first, and where the clock was moved back (local stage only)."""
    return int(last["until"]) if last and last["until"] <= settled else settled - SPAN


def _next(
    roots: Roots, last: Mapping[str, Any] | None, when: tuple[int, int, int], heads: Sequence[Head]
) -> dict[str, Any]:
    number = int(last["number"]) + 1 if last else 1
    before = bytes.fromhex(last["root"]) if last else audit.GENESIS
    leaves = [before, *(audit.leaf(*head) for head in heads)]
    at, since, until = when
    entry: dict[str, Any] = {
        "number": number, "at": at, "since": since, "until": until, "leaves": len(heads),
        "before": before.hex(), "root": merkle.root(leaves).hex(),
    }  # fmt: skip
    node = _nodes(roots, number)
    if last and merkle.log_root(number - 1, node).hex() != last["log"]:
        said = Text("根日志与其上一条目不符,停止签名", "the log of roots is not what its last entry says")
        raise Problem("unavailable", "log-broken", said)
    own = merkle.finished(number, merkle.leaf_hash(audit.entry_leaf(entry)), node)

    def with_own(level: int, end: int) -> bytes:
        return own[level] if end == number else node(level, end)

    log = merkle.log_root(number, with_own).hex()
    return entry | {"nodes": [one.hex() for one in own], "log": log}


def _nodes(roots: Roots, number: int) -> merkle.Node:
    """What the entries before this number keep of the tree over them, read in one request."""
    wanted = merkle.entries_read(
        lambda node: merkle.finished(number, b"", node),
        lambda node: merkle.log_root(number, node),
        lambda node: merkle.log_root(number - 1, node) if number > 1 else None,
    )
    return kept_nodes(roots.entries(one for one in wanted if one < number))


def kept_nodes(entries: Mapping[int, Mapping[str, Any]]) -> merkle.Node:
    return lambda level, end: bytes.fromhex(entries[end]["nodes"][level])


def _signed(entry: dict[str, Any], signer: Signer, roots: Roots) -> dict[str, Any]:
    key = signer.public()
    roots.note_key(key)
    entry |= {"key": key["kid"], "algorithm": audit.ALGORITHM}
    return entry | {"signature": base64.b64encode(signer.sign(audit.statement(entry))).decode()}
