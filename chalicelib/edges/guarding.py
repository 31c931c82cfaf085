"""Listens at the door of every route: one valid token or none, not too many calls, no guessing.

An invalid token is refused wherever it is shown: whoever shows one believes to be somebody, and would otherwise
be answered as nobody without noticing. Ordinary calls cost no request to the store here (`actions.limiting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text

if TYPE_CHECKING:
    from chalicelib.domain.parties import Principal
    from chalicelib.domain.quotas import About
    from chalicelib.edges.http import Request

READS = frozenset({"GET", "HEAD", "OPTIONS"})
RECEIPT = "x-receipt-code"
IN_QUERY = frozenset({"access_token", "authorization", "token", "id_token", "jwt"})
# Whoever signs is counted once that is proved.
SIGNED = frozenset({
    "/v1/connectors/{connector_id}/events", "/v1/channels/{channel_id}/providers/{provider_id}/receipts",
})  # fmt: skip
NOBODYS = "address:"  # counters of whoever did not sign in


def admit(call: Request) -> None:
    """Raises unauthenticated for a bad token, throttled for who calls too often or is locked out."""
    _require_one_token(call)
    principal = call.caller
    app = wiring.app()
    at, limits = app.now(), app.limits()
    use = "reads" if call.method in READS else "writes"
    if call.route not in SIGNED:
        app.limiter.spend(_who(call, principal), use, limits.budget(principal.roles, use), at)
    if RECEIPT in call.headers:  # an unnamed case's holder: rare enough to look at the lock each time
        app.limiter.require_open(NOBODYS + call.source, "receipt", at)


def count(call: Request, problem: Problem) -> None:
    """A refusal that may be a guess counts; beyond the limit the answer is `locked-out` instead."""
    about = _guessed(call, problem)
    if about is None:
        return
    app = wiring.app()
    named = about == "case" and call.known is not None
    who = _who(call, call.known) if named and call.known else NOBODYS + call.source
    app.limiter.failed(who, about, app.limits().lockouts[about], app.now())


def _guessed(call: Request, problem: Problem) -> About | None:
    if "reason" in problem.extra and problem.kind == "unauthenticated":
        return "token"
    if RECEIPT in call.headers and problem.code in {"sign-in-needed", "case-not-found"}:
        return "receipt"
    return "case" if problem.code == "case-not-found" else None


def _who(call: Request, principal: Principal) -> str:
    return NOBODYS + call.source if "anonymous" in principal.roles else principal.subject


def _require_one_token(call: Request) -> None:
    """One header and nothing else: RFC 6750 §2 allows one way a request, and addresses end up in logs (§5.3)."""
    if call.tokens > 1 or IN_QUERY & {name.lower() for name in call.query}:
        said = Text(
            "登录凭证只能放在一个 Authorization 请求头中", "a token goes into one Authorization header"
        )
        reason = "duplicated" if call.tokens > 1 else "in-query"
        raise Problem("unauthenticated", "unauthenticated", said, extra={"reason": reason})
