"""Decides who someone is in a matter: the person, whom they act for, the posts they hold, what proves it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SUBJECT = re.compile(r"(?:person|enterprise|system|node):[A-Za-z0-9._-]{1,64}", re.ASCII)
_GRANT = re.compile(rf"[a-z]+:({SUBJECT.pattern}):({SUBJECT.pattern})", re.ASCII)
ROLES = frozenset(
    {"citizen", "staff", "admin", "releaser", "auditor", "integrator", "system", "trigger", "anonymous"}
)
CHANNELS = frozenset({"app", "mini-program", "web", "window", "agent", "device", "integrator", "system"})

FOLLOWER = "follower"  # the role of whose case was merged into this one (domain.merging); nobody files as one
ANYWHERE = "*"  # the node of what belongs to the whole district: a post held at any node counts there

# Posts that write and release a department's definitions: they handle no case and see none (decisions 25).
_OF_DEFINITIONS = frozenset({"definer", "releaser"})

# 民法典 §163, §61: by mandate (委托), by an organ's delegation, by office (法定代表人).
# Consents, devices and invitations prove other things, never that one acts for someone.
_SPEAKS_FOR = frozenset({"mandate", "delegation", "appointment"})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `acting_for` is only a claim until a grant proves it; `posts` are those held on the day.

    `internal`: made inside the platform, for a message of its own queue. No token ever gives it.
    """

    subject: str
    name: str
    roles: frozenset[str]
    via: str
    acting_for: str | None = None
    posts: tuple[tuple[str, str], ...] = ()
    internal: bool = False

    @property
    def acts_for_another(self) -> bool:
        return self.acting_for is not None and self.acting_for != self.subject


NOBODY = Principal("anonymous", "", frozenset({"anonymous"}), "web")


@dataclass(frozen=True, slots=True)
class Actor:
    """Person × acting for × via, and the node and post of the day, as an event freezes them."""

    person: str
    via: str
    acting_for: str | None = None
    node: str | None = None
    post: str | None = None

    def as_json(self) -> dict[str, str]:
        pairs = {"person": self.person, "via": self.via, "acting_for": self.acting_for}
        pairs |= {"node": self.node, "post": self.post}
        return {name: value for name, value in pairs.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Party:
    """A subject's role in a case: applicant, buyer, bank, mediator…"""

    role: str
    subject: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One entry of the built-in register `grants`: what `giver` lets `taker` do. Days are inclusive."""

    kind: str
    giver: str
    taker: str
    valid_from: str
    valid_to: str | None = None
    items: tuple[str, ...] = ()
    acts: tuple[str, ...] = ("*",)
    fields: frozenset[str] = field(default_factory=frozenset)
    purpose: Mapping[str, str] | None = None
    document: str | None = None
    revoked: bool = False

    @property
    def id(self) -> str:
        return grant_id(self.kind, self.giver, self.taker)

    def holds_on(self, day: date) -> bool:
        today = day.isoformat()
        return (
            not self.revoked
            and self.valid_from <= today
            and (self.valid_to is None or today <= self.valid_to)
        )

    def covers(self, item: str, act: str) -> bool:
        """Agency is for named matters and named powers (民法典 §165 代理事项、权限); `*` names all."""
        return _names(self.items, item) and _names(self.acts, act)


def grant_id(kind: str, giver: str, taker: str) -> str:
    """The record's id, so that whoever claims to act is looked up by key, not searched for."""
    return f"{kind}:{giver}:{taker}"


def grant_of(record: Mapping[str, Any]) -> Grant:
    """A grant from its record; what the record leaves out is not granted (no items: nothing)."""
    return Grant(
        kind=record["kind"],
        giver=record["from"],
        taker=record["to"],
        valid_from=record["valid_from"],
        valid_to=record.get("valid_to"),
        items=tuple(record.get("items", ())),
        acts=tuple(record.get("acts", ("*",))),
        fields=frozenset(record.get("fields", ())),
        purpose=record.get("purpose"),
        document=record.get("document"),
        revoked=bool(record.get("revoked", False)),
    )


def sides_of(identity: str) -> tuple[str, ...]:
    """Giver and taker, as a grant's id names them; none when it names nobody."""
    found = _GRANT.fullmatch(identity)
    return (found[1], found[2]) if found else ()


def grants_to_read(principal: Principal, node: str) -> tuple[str, ...]:
    """Ids of the records that could prove this caller's claim about a matter handled at `node`."""
    if principal.acts_for_another and principal.acting_for is not None:
        return tuple(grant_id(kind, principal.acting_for, principal.subject) for kind in sorted(_SPEAKS_FOR))
    if "integrator" in principal.roles:
        return (grant_id("scope", f"node:{node}", principal.subject),)
    return ()


def valid_grant(grants: Iterable[Grant], principal: Principal, item: str, act: str, on: date) -> Grant | None:
    """The grant that proves the caller's claim for this item and act on this day, or none."""
    return next((g for g in grants if _fits(g, principal) and g.covers(item, act) and g.holds_on(on)), None)


def speaks_for(principal: Principal, grant: Grant | None) -> str | None:
    """The subject in whose name the caller stands, or none when the claim to act for someone is unproven."""
    if not principal.acts_for_another:
        return principal.subject
    return principal.acting_for if grant is not None and _fits(grant, principal) else None


def mandate_of(principal: Principal, grant: Grant | None) -> str:
    """`not-needed`, the kind of the grant that proves the claim, or `missing`."""
    if not principal.acts_for_another:
        return "not-needed"
    return grant.kind if grant is not None and _fits(grant, principal) else "missing"


def standing(
    principal: Principal, case_view: Mapping[str, Any], grant: Grant | None = None
) -> frozenset[str]:
    """Everything the caller is in this matter, as tokens.

    In the name of the subject that `speaks_for` gives: `party:<role>` · `agent` (a party's, by mandate) ·
    `key` (whom a record's key names). By code: `receipt`; of a case merged into this one: `receipt-of-follower`.
    By role: `role:<role>` · `scope` · `system:<name>`.
    By posts: `post:<post>` and `on-duty` at the handling node or above it *in the same organ* (`ancestors`) ·
    `above:<post>` in a superior organ (`superiors`; 行政许可法 §22: power belongs to the organ, so a superior
    may look but is not `post:`).
    What belongs to the whole district (`ANYWHERE`) takes any post as `post:<post>`, and may be more exact:
    `node:<node>`, `held:<node>/<post>`; or less: `anyone`.
    `grant` is what `valid_grant` found: without it a claim to act for someone gives nothing.
    """
    tokens = {f"role:{role}" for role in principal.roles}
    if case_view["node"] == ANYWHERE:
        tokens.add("anyone")
    tokens |= _as_party(principal, case_view, grant)
    if not principal.acts_for_another:  # who acts for someone does not sit at a desk in the same breath
        tokens |= _as_post(principal, case_view)
    if grant is not None and grant.kind == "scope" and _fits(grant, principal):
        tokens.add("scope")
    if principal.subject.startswith("system:"):
        tokens.add(principal.subject)
    stored, shown = case_view.get("receipt"), case_view.get("receipt_shown")
    if stored and shown and hmac.compare_digest(stored, shown):
        tokens.add("receipt")
    if shown and any(hmac.compare_digest(one, shown) for one in case_view.get("follower_receipts", ())):
        tokens |= {"receipt-of-follower", f"party:{FOLLOWER}"}
    return frozenset(tokens)


def interested(principal: Principal, case_view: Mapping[str, Any]) -> bool:
    """Is the caller, or whom they claim to act for, a party, or recused (`recused`: 回避, 公务员法 §76)?"""
    concerned = {party["subject"] for party in case_view["parties"]} | set(case_view.get("recused", ()))
    return principal.subject in concerned or principal.acting_for in concerned


def receipt_hash(code: str) -> str:
    """What a case keeps of its receipt code: codes are random (≥ 80 bits), so the hash gives nothing away."""
    return hashlib.sha256(code.encode()).hexdigest()


def actor_of(principal: Principal, node: str | None = None, post: str | None = None) -> Actor:
    """The actor that an event freezes; `node` and `post` only when the act was done at a post."""
    acting_for = principal.acting_for if principal.acts_for_another else None
    return Actor(principal.subject, principal.via, acting_for, node, post)


def _names(listed: tuple[str, ...], name: str) -> bool:
    return name in listed or listed == ("*",)


def _fits(grant: Grant, principal: Principal) -> bool:
    if grant.taker != principal.subject:
        return False
    if principal.acts_for_another:
        return grant.kind in _SPEAKS_FOR and grant.giver == principal.acting_for
    return grant.kind == "scope"


def _as_party(principal: Principal, case_view: Mapping[str, Any], grant: Grant | None) -> set[str]:
    subject = speaks_for(principal, grant)
    # All unnamed people share one subject: only a receipt tells them apart.
    if subject is None or "anonymous" in principal.roles:
        return set()
    tokens = {f"party:{party['role']}" for party in case_view["parties"] if party["subject"] == subject}
    if tokens and principal.acts_for_another:
        tokens.add("agent")
    return tokens | ({"key"} if subject in case_view.get("keys", ()) else set())


def _as_post(principal: Principal, case_view: Mapping[str, Any]) -> set[str]:
    within = {case_view["node"], *case_view.get("ancestors", ())}
    above = set(case_view.get("superiors", ())) - within
    here = {post for node, post in principal.posts if node in within or case_view["node"] == ANYWHERE}
    tokens = {f"above:{post}" for node, post in principal.posts if node in above}
    tokens |= {f"post:{post}" for post in here} | ({"on-duty"} if here - _OF_DEFINITIONS else set())
    if case_view["node"] != ANYWHERE:
        return tokens
    at_work = {f"node:{node}" for node, post in principal.posts if post not in _OF_DEFINITIONS}
    return tokens | at_work | {f"held:{node}/{post}" for node, post in principal.posts}
