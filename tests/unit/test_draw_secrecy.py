"""Before the last visit: whoever holds everything that is public, and a firm's own slip, does not find who is drawn."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.draws import plan, tickets
from tests.builders_draws import KEY, ORIGIN, Draw, draw
from tests.unit.test_draw_verifier import _slip as slip_of

EARLY = ("plan", "commitment", "values", "notice")  # what the API tells before the last visit
MADE = draw(11, objects=200, recusals=0)
DRAWN = {visit["object"] for visit in MADE.documents["result"]["visits"]}


def early(made: Draw) -> str:
    """Every word that is public once the draw is drawn, and the slip of the first firm."""
    told = made.entries[:-1]  # all but the reveal
    log = {"origin": ORIGIN, "entries": told, "checkpoint": KEY.note(told), "key": KEY.verifier}
    return json.dumps(
        [*(made.documents.get(one, made.plan) for one in EARLY), log, slip_of(made, 0).decode()]
    )


def guesses(text: str, row: dict[str, Any]) -> Iterator[str]:
    """Salts that an outsider would try for a row: every 16 bytes that were told, with what he knows of the firm.

    Alone they would be one salt for all, which says the same of every firm of a grade."""
    for found in sorted(set(re.findall("[0-9a-f]{32,}", text))):
        for at in range(0, len(found) - 31, 32):
            half = found[at : at + 32]
            for known in (row["id"], row["name"], f"objects\0{row['id']}"):
                yield hashlib.sha256(bytes.fromhex(half) + known.encode()).hexdigest()[:32]


def found_with(of: Any) -> dict[str, set[str]]:
    """Which guess → the rows that it takes for drawn: those with a ticket not above the cut-off of their stratum."""
    read, notice = plan.read(MADE.plan), MADE.documents["notice"]
    cutoffs = {one["id"]: bytes.fromhex(one["cutoff"]) for one in notice["strata"]}
    seed, stratum_of = bytes.fromhex(notice["seed"]), read.sorter()
    taken: dict[str, set[str]] = {}
    for row in MADE.rosters["objects"][1:]:
        for n, salt in enumerate(of(row)):
            if tickets.ticket(seed, salt, read.weight(row)) <= cutoffs[stratum_of(row)]:
                taken.setdefault(str(n), set()).add(row["id"])
    return taken


def test_no_salt_but_ones_own_and_no_drawn_firm_is_in_what_is_public_early() -> None:
    text = early(MADE)
    for row in MADE.rosters["objects"][1:]:
        assert row["salt"] not in text
        assert row["id"] not in text
    for roster in ("inspectors", "conflicts"):
        assert not [row for row in MADE.rosters[roster] if row["salt"] in text]


def test_whoever_tries_everything_that_is_public_as_a_salt_finds_nobody() -> None:
    """Of those whom a guess names, so many are drawn as of any others; no guess finds half of them."""
    text = early(MADE)
    tried = found_with(lambda row: list(guesses(text, row)))
    assert len(tried) > 30
    assert max(len(named & DRAWN) for named in tried.values()) <= len(DRAWN) // 2
    named, hit = sum(map(len, tried.values())), sum(len(one & DRAWN) for one in tried.values())
    assert hit < named / 5


def test_the_same_attempt_succeeds_with_the_salts() -> None:
    """So it is the salts that keep the secret, and the attempt would have found it."""
    assert found_with(lambda row: [row["salt"]])["0"] == DRAWN - {MADE.rosters["objects"][0]["id"]}
