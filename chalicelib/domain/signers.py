"""Decides how many have signed a move that needs several: different people who sign for different sides."""

from __future__ import annotations

from collections.abc import Iterable

Signing = tuple[tuple[str, str], ...]  # (person, the subject for whom they signed)


def with_signature(before: Iterable[Iterable[str]], person: str, side: str) -> Signing:
    """Who has signed once `person` does so for `side`: each pair once, in order."""
    pairs = {(str(who), str(of)) for who, of in before}
    return tuple(sorted({*pairs, (person, side)}))


def counted(signing: Signing) -> int:
    """The most people who can each stand for a side of their own: a maximum matching, found by augmenting paths
    (Kuhn 1955). Two clerks of one party are one signature, and so is one agent of two parties.
    """
    stands_for: dict[str, str] = {}  # by side

    def finds_a_side(person: str, tried: set[str]) -> bool:
        for who, side in signing:
            if who == person and side not in tried:
                tried.add(side)
                if side not in stands_for or finds_a_side(stands_for[side], tried):
                    stands_for[side] = person
                    return True
        return False

    return sum(finds_a_side(person, set()) for person in sorted({who for who, _ in signing}))
