"""Does the showing of the log of roots to anybody, and of one case's proof to who may see the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.actions.rooting import Head, Roots, Signer, kept_nodes
from chalicelib.actions.seeing import Seen
from chalicelib.domain import audit, merkle
from chalicelib.domain.problems import Problem, Text, not_found

SHOWN = (*audit.SIGNED, "signature")
LEAVES = 1_000  # hashes of leaves a page
NEWEST = 20  # events of a case for which a root is sought
LATE = 3  # roots after the first that could cover an event: what the stream missed is told an hour later (decisions 19)
LATEST = 24  # roots looked through where the clock says nothing (a stage's clock that was moved)

Entry = Mapping[str, Any]


def listed(roots: Roots, after: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """Entries in order, from the one after number `after`."""
    found = roots.page(after, limit)
    return [shown(entry) for entry in found], found[-1]["number"] if len(found) == limit else None


def one(roots: Roots, number: int | None, after: int) -> dict[str, Any]:
    """An entry (None: the newest) and the hashes of its leaves: who knows a leaf finds it, nobody else learns of it."""
    entry = _entry(roots, number)
    own = merkle.leaf_hash(bytes.fromhex(entry["before"]))
    hashes = [own, *(merkle.leaf_hash(audit.leaf(*head)) for head in roots.heads_of(entry["root"]))]
    page = hashes[after : after + LEAVES]
    more = after + len(page) if after + len(page) < len(hashes) else None
    return {"root": shown(entry), "leaf_hashes": [hash_.hex() for hash_ in page], "after": more}


def consistency(roots: Roots, old: int, new: int | None) -> dict[str, Any]:
    """That the log which ends with entry `new` begins with the one which ended with entry `old`."""
    later = _entry(roots, new)
    earlier = _entry(roots, old)
    if earlier["number"] > later["number"]:
        said = Text("since 应不大于 number", "since must not be greater than number")
        raise Problem("invalid", "query-invalid", said)
    sizes = int(earlier["number"]), int(later["number"])
    wanted = merkle.entries_read(lambda node: merkle.consistency(*sizes, node))
    proof = merkle.consistency(*sizes, kept_nodes(roots.entries(wanted)))
    return {"old": shown(earlier), "new": shown(later), "proof": [node.hex() for node in proof]}


def keys(roots: Roots, signer: Signer) -> dict[str, Any]:
    """The key that signs now, and every one that ever signed."""
    known = {key["kid"]: key for key in [*roots.keys(), signer.public()]}
    return {"keys": [known[kid] for kid in sorted(known)]}


def proof(roots: Roots, seen: Seen, after: int) -> dict[str, Any]:
    """A case's chain as stored, sealed, and the path from its newest covered event to a signed root.

    `covered` is null until the first root after the case was opened. Whoever may see the case may have this: the
    sealed bytes are what the hashes cover, and nobody reads them without the case's key.
    """
    case = seen.case
    (head,) = roots.chain_heads([case.id])  # first, so that what follows is at least as long
    events, more = roots.chain(case.id, after)
    return {
        "format": "jisheng-case-proof-1", "case_id": case.id, "seq": head.seq, "hash": head.hash.hex(),
        "events": [event for event in events if event["seq"] <= head.seq], "after": more,
        "covered": _covered(roots, case.id),
    }  # fmt: skip


def shown(entry: Entry) -> dict[str, Any]:
    return {name: entry[name] for name in SHOWN}


def _entry(roots: Roots, number: int | None) -> Entry:
    entry = roots.last() if number is None else roots.entries([number]).get(number)
    if entry is None:
        raise not_found(Text("此条目", "such root"), "latest" if number is None else str(number))
    return entry


def _covered(roots: Roots, case_id: str) -> dict[str, Any] | None:
    found = _newest(roots, case_id)
    if found is None:
        return None
    entry, place, head = found
    leaves = [audit.leaf(*one) for one in roots.heads_of(entry["root"])]
    hashes = [merkle.leaf_hash(one) for one in (bytes.fromhex(entry["before"]), *leaves)]
    return {
        "seq": head.seq, "hash": head.hash.hex(), "erased": head.erased, "leaf_index": place + 1,
        "path": [node.hex() for node in merkle.path(hashes, place + 1)], "root": shown(entry),
    }  # fmt: skip


def _newest(roots: Roots, case_id: str) -> tuple[Entry, int, Head] | None:
    """The newest root that covers a case: sought by when its events were recorded, for no row says it.

    Such a row would cost a write unit a case and hour (a lifecycle has sixty); this costs a rare reader a few reads.
    """
    last = roots.last()
    if last is None:
        return None
    log: dict[int, Entry] = {int(last["number"]): last}
    for number in _candidates(roots, log, int(last["number"]), roots.recorded(case_id, NEWEST)):
        found = roots.find(_of(roots, log, number)["root"], case_id)
        if found:
            return log[number], *found
    return None


def _candidates(roots: Roots, log: dict[int, Entry], last: int, instants: Sequence[int]) -> Iterator[int]:
    tried = set[int]()
    for at in instants:
        first = _first_after(roots, log, last, at)
        for number in reversed(range(first, min(last, first + LATE) + 1)):
            if number not in tried:
                tried.add(number)
                yield number
    yield from (one for one in range(last, max(0, last - LATEST), -1) if one not in tried)


def _first_after(roots: Roots, log: dict[int, Entry], last: int, at: int) -> int:
    """The first entry whose span ends after `at`; one beyond the last if none does."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        if int(_of(roots, log, middle)["until"]) > at:
            high = middle
        else:
            low = middle + 1
    return low


def _of(roots: Roots, log: dict[int, Entry], number: int) -> Entry:
    if number not in log:
        log |= roots.entries([number])
    return log[number]
