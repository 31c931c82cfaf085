"""Decides by whom a notice is sent next: which channel, which of its providers, when; and when it is given up.

Channels are tried in the notice's order, providers in their channel's. Whoever refuses a notice for good, or fails as
often in a row as their channel allows, is passed over and the next one is asked; whoever fails everybody rests for
some minutes. When all of them have failed for now, a further round begins, by the waits of webhooks, for those whom
nothing but time kept from it. What one provider has taken is given to no other, unless they report that it failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.domain.deliveries import MINUTE, SECOND, WAITS, Said, with_jitter

Verdict = Literal["accepted", "refused", "broken", "failed", "delivered", "undelivered"]

TRIES, AGAIN = (
    2,
    5 * SECOND,
)  # in one round of one provider, and how far apart; sample default, not from the plan
RESTS_AFTER, RESTS = 5, 5  # failures in a row of a provider, minutes; sample default, not from the plan
ROUNDS = len(WAITS) - 1  # over three days and more, as a webhook's
# The notice is wrong for this provider: number, template, size. They would say so again.
_REFUSED = frozenset({400, 404, 410, 413, 415, 422})
_PASSED_OVER = frozenset({"refused", "broken", "undelivered"})
_BY_FAULT = frozenset({"broken", "failed"})  # what says something of a provider's health
NO_WAY = "no-way"  # no address is known, or none is wanted: nobody's failure
KEPT_WHY = 64  # characters of a provider's reason that are kept


@dataclass(frozen=True, slots=True)
class Told:
    """What came of asking a provider once."""

    verdict: Verdict
    why: str
    ms: int = 0
    status: int | None = None

    @property
    def by_fault(self) -> bool:
        return self.verdict in _BY_FAULT


@dataclass(frozen=True, slots=True)
class Health:
    """How a provider fares: failures in a row, and when the last one was (ms)."""

    failures: int = 0
    failed_at: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """One provider of one channel, as the channel declares it."""

    channel: str
    provider: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        return self.channel, str(self.provider["id"])

    def rests_until(self, health: Health | None) -> int:
        """The instant (ms) until which nobody asks them: 0 for one who fares well enough."""
        if health is None or health.failures < int(self.provider.get("rests_after", RESTS_AFTER)):
            return 0
        return health.failed_at + int(self.provider.get("rest_minutes", RESTS)) * MINUTE


@dataclass(frozen=True, slots=True)
class Ask:
    way: Way


@dataclass(frozen=True, slots=True)
class Wait:
    until: int
    why: str


@dataclass(frozen=True, slots=True)
class Over:
    """Nobody is left to be asked."""

    why: str


def course(
    ways: Sequence[Way], attempts: Sequence[Mapping[str, Any]], health: Mapping[tuple[str, str], Health],
    at: int, chance: int,
) -> Ask | Wait | Over:  # fmt: skip
    """What follows on these attempts at `at`. `ways` in the order in which they are asked; `chance`: 32 random bits."""
    left = [way for way in ways if not _of(way, attempts, _PASSED_OVER)]
    if not left:
        return Over("refused-by-all" if ways else NO_WAY)
    for number in range(ROUNDS):
        found = _in_round(number, left, attempts, health, at, chance)
        if found is not None:
            return found
    return Over("failed-by-all")


def _in_round(
    number: int, left: Sequence[Way], attempts: Sequence[Mapping[str, Any]],
    health: Mapping[tuple[str, str], Health], at: int, chance: int,
) -> Ask | Wait | None:  # fmt: skip
    """The first who may be asked in this round; None where all of them have had their tries."""
    rests = list[int]()
    for way in left:
        failed, tries = _of(way, attempts, {"failed"}), int(way.provider.get("tries", TRIES))
        if len(failed) >= tries * (number + 1):
            continue
        within = len(failed) > tries * number
        rest = way.rests_until(health.get(way.key))
        if rest > at and not within:  # who has begun with it is not held back by what befell others
            rests.append(rest)
            continue
        due = int(failed[-1]["at"]) + AGAIN if within else _round_begins(number, attempts, chance)
        return Wait(due, "again" if within else "next-round") if due > at else Ask(way)
    return Wait(min(rests), "providers-rest") if rests else None


def _round_begins(number: int, attempts: Sequence[Mapping[str, Any]], chance: int) -> int:
    """The first round at once, a further one after a wait that begins with the last failure of the one before.

    By the schedule of webhooks, from its third wait on: the first two are the tries within a round.
    """
    failed = [one for one in attempts if one["verdict"] == "failed"]
    if not number or not failed:
        return 0
    # Who was asked in this round already has begun it: the others follow at once.
    if _begun(number, failed):
        return 0
    return int(failed[-1]["at"]) + with_jitter(WAITS[min(number + 1, len(WAITS) - 1)], chance)


def _begun(number: int, failed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether somebody failed in this round: each failure says in which one it was."""
    return any(int(one.get("round", 0)) >= number for one in failed)


def round_of(way: Way, attempts: Sequence[Mapping[str, Any]]) -> int:
    """In which round a provider is asked now."""
    return len(_of(way, attempts, {"failed"})) // int(way.provider.get("tries", TRIES))


def _of(
    way: Way, attempts: Sequence[Mapping[str, Any]], verdicts: frozenset[str] | set[str]
) -> list[Mapping[str, Any]]:
    return [
        one for one in attempts if one["verdict"] in verdicts and (one["channel"], one["provider"]) == way.key
    ]


def judged(said: Said) -> Told:
    """What an answer over HTTP means. Redirects and refused sign-ins are the provider's own disorder."""
    status = said.status
    if status is None:
        verdict: Verdict = "broken" if said.why in {"address-forbidden", "certificate"} else "failed"
        return Told(verdict, said.why, said.ms)
    if 200 <= status < 300:
        return Told("accepted", "accepted", said.ms, status)
    if status in _REFUSED:
        return Told("refused", f"status-{status}", said.ms, status)
    broken = 300 <= status < 400 or status in {401, 403, 405}
    return Told("broken" if broken else "failed", f"status-{status}", said.ms, status)


def line(way: Way, told: Told, at: int, number: int, round_: int) -> dict[str, Any]:
    """What is kept of an attempt: no address, nothing of an answer but its status."""
    return {
        "n": number, "at": at, "ms": told.ms, "status": told.status, "why": told.why[:KEPT_WHY],
        "verdict": told.verdict, "channel": way.channel, "provider": way.key[1], "round": round_,
    }  # fmt: skip


def receipt_line(channel: str, provider: str, *, delivered: bool, why: str, at: int) -> dict[str, Any]:
    """What is kept of a receipt."""
    return {
        "at": at, "verdict": "delivered" if delivered else "undelivered", "why": why[:KEPT_WHY],
        "channel": channel, "provider": provider,
    }  # fmt: skip


def reported(attempts: Sequence[Mapping[str, Any]], receipt: Mapping[str, Any]) -> str:
    """What a receipt changes: `again` (it was heard before), `stray` (they were never given this notice), `noted`,
    `delivered`, or `next`: it failed, nobody else has it, so the next one is asked.
    """
    own = [one for one in attempts if _same(one, receipt)]
    if any(one["verdict"] == receipt["verdict"] for one in own):
        return "again"
    if not any(one["verdict"] in {"accepted", "failed"} for one in own):
        return "stray"
    if receipt["verdict"] == "delivered":
        return "delivered"
    return "noted" if _still_held(attempts, but=receipt) else "next"


def _still_held(attempts: Sequence[Mapping[str, Any]], but: Mapping[str, Any]) -> bool:
    """Whether somebody else took the notice and has not reported that it failed, or this one has delivered it."""
    if any(one["verdict"] == "delivered" for one in attempts):
        return True
    gone = [one for one in attempts if one["verdict"] == "undelivered"]
    return any(
        one["verdict"] == "accepted" and not _same(one, but) and not any(_same(one, lost) for lost in gone)
        for one in attempts
    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["channel"], one["provider"]) == (other["channel"], other["provider"])
