"""Decides how a case begins: parties, facts and limits pinned, the form kept, the first event written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import facts
from chalicelib.domain.accounts import Balance
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Change, External, Idempotency, Link, Party
from chalicelib.domain.definitions import Bundle
from chalicelib.domain.events import Cause
from chalicelib.domain.facts import PinnedFact
from chalicelib.domain.parties import NOBODY, SUBJECT
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.transitions import Course, Happening
from chalicelib.domain.world import World

PARTY = ("role", "subject", "name")
MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Application:
    """What an applicant hands in, after the form was checked against the released schema."""

    form: Body
    materials: tuple[Body, ...]
    parties: tuple[Body, ...]  # {"role", "subject", "name"?}; the first is the owner
    channel: str
    external: External | None = None
    receipt: str | None = None
    parent: str | None = None
    root: str | None = None
    depth: int = 0
    node: str | None = None  # who handles it, where that is not the item's own department
    window: str | None = None
    links: tuple[Link, ...] = ()
    followers: tuple[Body, ...] = ()  # of the case that this one takes up again
    told: Body = field(default_factory=dict)  # what its first event says beside the materials


def open_case(
    world: World,
    application: Application,
    pins: Mapping[str, PinnedFact],
    *,
    case_id: str,
    number: str,
    release_set: int,
    cause: Cause,
    records: Mapping[tuple[str, str], Any],
    book: Mapping[str, Balance | None] | None = None,
) -> Course:
    """The course that begins the case; the caller turns it into a Change with `as_change`."""
    item, process = world.bundle.item, world.process
    check_parties(item, application.parties)
    case = Case(
        id=case_id, number=number, item=item["id"], release=world.bundle.release, release_set=release_set,
        opened_at=cause.recorded_at, node=application.node or item["department"],
        window=application.window or item.get("window", item["department"]), depth=application.depth,
        owner=application.parties[0]["subject"], parties=application.parties, channel=application.channel,
        configuration=process.initial(), authority=item.get("authority", "own"),
        confidential=item.get("confidential", False), receipt=application.receipt, parent=application.parent,
        root=application.root, followers=application.followers, facts=facts.digest(pins),
        dimensions=_dimensions(item, application.form),
        external=_external(application.external),
    )  # fmt: skip
    course = Course(world, case, application.form, pins, records, {} if book is None else book)
    course.form_row = form_row(application.form, application.materials, pins)
    course.happen(
        Happening(None, "submitted", cause, {**application.told, "materials": [m["id"] for m in application.materials]},
                  process.opening_issues, opens=True)
    )  # fmt: skip
    return course


def as_change(course: Course, application: Application, idempotency: Idempotency | None) -> Change:
    """One Change: the owner sits in the head's index, every other party gets a row of its own."""
    case = course.case
    others = {
        party["subject"]: party["role"] for party in application.parties if party["subject"] != case.owner
    }
    parties = tuple(Party(subject, role, case.opened_at) for subject, role in others.items())
    return course.change(
        parties=parties, links=application.links, idempotency=idempotency, external=application.external
    )


def form_row(form: Body, materials: tuple[Body, ...], pins: Mapping[str, PinnedFact]) -> Body:
    """What is kept beside the head: the form as given, the materials, the facts with source and time."""
    return {
        "v": 1,
        "form": form,
        "materials": list(materials),
        "facts": {name: pinned.as_json() for name, pinned in pins.items()},
    }


def check_form(bundle: Bundle, form: Mapping[str, Any]) -> None:
    """Every error of the form at once, each at its place."""
    from chalicelib.domain import forms

    compiled = forms.compile_form(bundle.item["form"], bundle.shared)
    if not compiled.is_valid(form):
        raise Problem(
            "invalid", "form-invalid", Text("申请表填写有误", "the form is not filled in correctly"),
            findings=compiled.errors(form), extra={"release": bundle.release},
        )  # fmt: skip


def check_parties(item: Mapping[str, Any], parties: tuple[Body, ...]) -> None:
    """Every declared role within its cardinality and of a subject type that it admits; no other roles."""
    declared = item.get("parties") or {
        "applicant": {"subject": ["person", "enterprise"], "cardinality": [1, 1]}
    }
    # Who did not sign in holds the case by its receipt code alone.
    unnamed = takes_unnamed(item) and bool(parties) and parties[0].get("subject") == NOBODY.subject
    named = parties[1:] if unnamed else parties
    findings = [
        found
        for index, party in enumerate(named, len(parties) - len(named))
        for found in _party_findings(index, party, declared)
    ]
    if not findings:
        roles = [role for role in declared if not (unnamed and role == parties[0]["role"])]
        findings = [finding for role in roles for finding in _role_findings(role, declared[role], named)]
    if findings:
        raise Problem(
            "invalid",
            "parties-invalid",
            Text("当事人不符合要求", "the parties are not as declared"),
            findings=findings,
        )


def takes_unnamed(item: Mapping[str, Any]) -> bool:
    """Whether somebody may bring it who does not say who they are."""
    return bool(item.get("anonymous", False))


def _party_findings(index: int, party: Body, declared: Mapping[str, Any]) -> list[Finding]:
    """A party names its role and its subject, and may be called by a name; nothing else."""
    place = f"/parties/{index}"
    findings = [
        Finding(f"{place}/{name[:100]}", "additionalProperties", Text("不接受此字段", "not asked for"))
        for name in party
        if name not in PARTY
    ]
    role, subject, name = (party.get(member, "") for member in PARTY)
    if not isinstance(role, str) or role not in declared:
        said = Text(f"该事项没有“{str(role)[:40]}”这一方", f"this item has no party {str(role)[:40]!r}")
        findings.append(Finding(f"{place}/role", "party-unknown", said))
    if not isinstance(subject, str) or not SUBJECT.fullmatch(subject):
        said = Text("应为 person:… 或 enterprise:…", "must be person:… or enterprise:…")
        findings.append(Finding(f"{place}/subject", "party-subject", said))
    if not isinstance(name, str) or len(name) > MAX_NAME:
        said = Text(f"名称不超过 {MAX_NAME} 字", f"a name has at most {MAX_NAME} characters")
        findings.append(Finding(f"{place}/name", "party-name", said))
    return findings


def _role_findings(role: str, declared: Mapping[str, Any], parties: tuple[Body, ...]) -> list[Finding]:
    low, high = declared.get("cardinality", [1, 1])
    present = [party for party in parties if party["role"] == role]
    title = declared.get("title", {"zh": role, "en": role})
    findings = []
    if len(present) < low or (high is not None and len(present) > high):
        said = Text(
            f"“{title['zh']}”人数应为 {low}–{high or '不限'}",
            f"{title['en']}: {low} to {high or 'any'} needed",
        )
        findings.append(Finding("/parties", "party-count", said))
    for party in present:
        if party["subject"].partition(":")[0] not in declared["subject"]:
            said = Text(f"“{title['zh']}”不能是此类主体", f"{title['en']} cannot be this kind of subject")
            findings.append(Finding("/parties", "party-kind", said))
    return findings


def _dimensions(item: Mapping[str, Any], form: Body) -> dict[str, Any]:
    """Town, industry, tags as the item says where to find them in the form; frozen in every event."""
    found = {}
    for name, pointer in (item.get("dimensions") or {}).items():
        value: Any = form
        for part in pointer.removeprefix("form:").strip("/").split("/"):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, str | int):
            found[name] = value
    return found


def _external(external: External | None) -> Body | None:
    return {"system": external.system, "external_id": external.external_id} if external else None
