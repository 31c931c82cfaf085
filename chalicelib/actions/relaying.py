"""Does the telling: what the stream brings goes into the feed; a sweeper tells what the stream missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from chalicelib.actions.office import Kit
from chalicelib.domain import ids

Pair = tuple[str, int]
Ahead = Callable[[Sequence[Pair]], None]

BATCH = 100  # pairs a feed row: well under 4 KB
SETTLED = 10_000  # ms before a row is shown (decisions 18)
HOUR = 3_600_000
WINDOW = 2 * HOUR  # ms that the hourly sweep looks back
OPEN_SHARDS = 16


class Feed(Protocol):
    """What was told, and what there is to tell."""

    def tell(self, pairs: Sequence[Pair], at: int, entropy: bytes) -> None: ...
    def told(self, since: int, until: int) -> set[Pair]: ...
    def ever_told(self) -> set[Pair]: ...
    def rows(self, since: int, until: int) -> Iterator[tuple[str, list[Pair]]]: ...
    def heads(self, releases: Iterable[str], shards: int) -> Iterator[tuple[str, int, int]]: ...
    def recorded(self, case_id: str, since: int) -> Iterable[Pair]: ...
    def all_events(self, since: int) -> Iterator[Pair]: ...


def nobody(_: Sequence[Pair]) -> None:
    """Nobody else hears of what is told."""


def relay(kit: Kit, feed: Feed, pairs: Sequence[Pair], ahead: Ahead = nobody) -> int:
    """Tell what a batch of the stream brought, in order; how many.

    `ahead` hears of it first: when it fails, nothing was told, and a sweep finds all of it again.
    """
    ahead(pairs)
    at = kit.now()
    for number, start in enumerate(range(0, len(pairs), BATCH)):  # rows of one millisecond have no order
        feed.tell(pairs[start : start + BATCH], at + number, kit.entropy(10))
    return len(pairs)


def sweep_open(kit: Kit, feed: Feed, ahead: Ahead = nobody) -> int:
    """The hourly pass over open cases: every event of the last two hours that the feed does not know is told.

    The bound that this gives: minutes when a gap is seen in the feed, an hour at worst (decisions 19).
    """
    now = kit.now()
    told = feed.told(now - WINDOW, now)
    missing = set(_gaps(told))
    for case, seq, at in feed.heads(_releases(kit), OPEN_SHARDS):
        if at >= now - WINDOW and any((case, number) not in told for number in range(1, seq + 1)):
            missing |= {pair for pair in feed.recorded(case, now - WINDOW) if pair not in told}
    return relay(kit, feed, sorted(missing), ahead)


def _releases(kit: Kit) -> list[str]:
    """Releases that open cases may run under: those of the published set and of the twenty before it."""
    last = kit.catalogue.pointer(strong=True).last
    sets = [kit.catalogue.release_set(number) for number in range(max(1, last - 20), last + 1)]
    return sorted({str(release["release"]) for one in sets for release in one.releases.values()})


def sweep_all(kit: Kit, feed: Feed, since: int, ahead: Ahead = nobody) -> int:
    """Every event since an instant that the feed does not know is told: the embedded stack's start.

    Whatever its age: there the clock is moved, and ended cases are in no index that `sweep_open` reads.
    """
    told = feed.ever_told()
    return relay(kit, feed, sorted(pair for pair in feed.all_events(since) if pair not in told), ahead)


def page(kit: Kit, feed: Feed, after: str | None, limit: int) -> tuple[list[Pair], str | None]:
    """The next events after a cursor (`<position>.<index>`), each once, and the cursor to go on from.

    Where nothing was told for long the cursor goes on through the silence, two days a page, so that a reader who
    was away, or whose district sleeps, asks for a bounded number of partitions.
    """
    settled = kit.now() - SETTLED
    position, _, index = (after or "").partition(".")
    since = ids.at_of(position) if position else settled - 24 * HOUR
    until = min(settled, since + 48 * HOUR)
    found, seen, cursor = list[Pair](), set[Pair](), after
    for place, pairs in feed.rows(since, until):
        if place < position:
            continue
        for number, pair in enumerate(pairs):
            if place == position and number <= int(index or -1):
                continue
            cursor = f"{place}.{number}"
            if pair not in seen:
                seen.add(pair)
                found.append(pair)
            if len(found) == limit:
                return found, cursor
    silent_until = min(until, settled - HOUR)
    if not found and silent_until > since + HOUR:  # else unchanged: so a reader sees that it has caught up
        cursor = f"{ids.ulid(silent_until, bytes(10))}."
    return found, cursor


def _gaps(told: set[Pair]) -> Iterator[Pair]:
    """Numbers missing between the lowest and the highest that were told of one case."""
    by_case: dict[str, list[int]] = {}
    for case, seq in told:
        by_case.setdefault(case, []).append(seq)
    for case, numbers in by_case.items():
        present = set(numbers)
        yield from ((case, n) for n in range(min(numbers), max(numbers)) if n not in present)
