"""Does the submission of an application: one strong read, one decision, one transaction, once for one key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.actions import looking_up
from chalicelib.actions.office import Kit, Office, RecordKey, grant_keys, grants_in
from chalicelib.actions.ports import CommitRefused, Loaded
from chalicelib.actions.seeing import Seen
from chalicelib.actions.settling import Book, settle
from chalicelib.domain import canonical, facts, filing, ids, linking
from chalicelib.domain.access import asked, item_resource, place
from chalicelib.domain.change import External, Idempotency, Link
from chalicelib.domain.definitions import Bundle
from chalicelib.domain.events import Cause, Prompt, told_of
from chalicelib.domain.filing import Application
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.parties import Principal, actor_of, receipt_hash, speaks_for, valid_grant
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.publishing import closed_because

MATERIAL = ("id", "mode")  # what an application says of a material; its files travel apart
IDEMPOTENT_FOR = 24 * 3_600_000  # ms a create's key is remembered (decisions 2)


@dataclass(frozen=True, slots=True)
class Opening:
    """What only a trigger, a parent, a predecessor or a connector says of a case that it opens: its id, which makes it
    once, for whom, why. `allowed`: who opens it was judged by what it follows from; `receipt`, `followers`: whose it
    was there; `external`: what an outside system calls it.
    """

    case_id: str
    owner: str
    prompt: Prompt
    node: str | None = None
    window: str | None = None
    links: tuple[Link, ...] = ()
    parent: str | None = None  # of a member's case; `materials`: whose material stands for each of its own
    materials: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    allowed: bool = False
    receipt: str | None = None
    followers: tuple[Mapping[str, Any], ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    external: External | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What the caller sent. `release` names another release than today's only for a draft begun under it."""

    item: str
    form: Mapping[str, Any]
    materials: tuple[Mapping[str, Any], ...]
    parties: tuple[Mapping[str, Any], ...]
    key: str
    release: str | None = None
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    seen: Seen | None  # None: replayed
    case_id: str
    receipt_code: str | None
    replayed: bool


def submit(kit: Kit, principal: Principal, submission: Submission) -> Submitted:
    """Open a case. Raises Problem when the item takes no applications, the form is wrong, or the key was used."""
    row = None if submission.opening else idempotency_row(principal, submission)
    fingerprint = canonical.digest(
        {"item": submission.item, "form": submission.form, "materials": list(submission.materials),
         "parties": list(submission.parties)}
    )  # fmt: skip
    nonce = kit.entropy(12).hex()
    book, needed = Book(), set[RecordKey]()

    def decided() -> Submitted:
        return _attempt(kit, principal, submission, row, fingerprint, nonce, book, needed)

    def attempt() -> Submitted:
        while True:
            try:
                return book.decided(kit, decided)
            except RecordsNeeded as more:  # decided at once, and what it comes to is written over a record
                needed.update(more.keys)

    return settle(kit, attempt)


def idempotency_row(principal: Principal, submission: Submission) -> str:
    """Scoped by principal, method and route, so that two people may use the same key (decisions 2)."""
    who = principal.acting_for or principal.subject
    return canonical.digest(
        [principal.subject, who, "POST", f"/v1/items/{submission.item}/cases", submission.key]
    )


def _attempt(
    kit: Kit,
    principal: Principal,
    submission: Submission,
    row: str | None,
    fingerprint: str,
    nonce: str,
    book: Book,
    needed: Collection[RecordKey],
) -> Submitted:
    at, opening = kit.now(), submission.opening
    expected = kit.catalogue.expected(submission.item, submission.release)
    lookups = facts.needed(expected.facts.values(), submission.form, _roles(principal, submission))
    always = [*grant_keys(principal, expected.item["department"]), *looking_up.record_keys(lookups)]
    records = list(dict.fromkeys([*always, *sorted(needed)]))
    loaded = kit.cases.load(opening.case_id if opening else None, idempotency=row, records=records)
    if opening and loaded.case:  # its id says what it follows from: there can be no second one
        return Submitted(None, opening.case_id, None, replayed=True)
    if replay := _replay(loaded, fingerprint, nonce, at):
        return replay
    office = kit.office(loaded.pointer)
    bundle = kit.catalogue.bundle_at(office.pointer, submission.item, submission.release)
    if bundle.release != expected.release:  # published a moment ago: it may want other facts than were read
        return _attempt(kit, principal, submission, row, fingerprint, nonce, book, needed)
    principal = office.staffed(principal)
    grant = valid_grant(grants_in(loaded.records), principal, submission.item, "open_case", office.today)
    check_open(office, principal, bundle, grant, judged=bool(opening and opening.allowed))
    filing.check_form(bundle, submission.form)
    application = _application(principal, grant, bundle, submission)
    pins = facts.pin_all(
        bundle.facts.values(),
        submission.form,
        looking_up.found(kit, lookups, loaded.records),
        at,
        _roles_of(application),
    )
    world = office.world(bundle, application.node)
    code = kit.entropy(10).hex() if "anonymous" in principal.roles and not application.receipt else None
    if code:
        application = replace(application, receipt=receipt_hash(code))
    cause = Cause(
        actor_of(principal).as_json(),
        at,
        at,
        key=canonical.digest(submission.key)[:16],
        fingerprint=fingerprint,
        nonce=nonce,
        **told_of(opening.prompt if opening else None),
    )
    idempotency = Idempotency(row, fingerprint, nonce, at + IDEMPOTENT_FOR) if row else None
    case_id = opening.case_id if opening else ids.new("cas", at, kit.entropy(10))
    course = filing.open_case(
        world, application, pins, case_id=case_id,
        number=_number(kit, office, bundle), release_set=office.pointer.set, cause=cause,
        records=dict(loaded.records), book=book,
    )  # fmt: skip
    change = filing.as_change(course, application, idempotency)
    if application.links:
        locks = [one for link in application.links for one in linking.locks_of(_relation(office, link), link)]
        change = replace(change, locks=(*change.locks, *locks))
    try:
        book.commit(kit, change, None)
    except CommitRefused as refused:
        if "external" in refused.roles and "idempotency" not in refused.roles:  # else our own, or a replay
            raise _external_taken(refused) from refused
        raise
    scope = office.scope(course.case, code)
    seen = Seen(course.case, bundle, office, principal, grants_in(loaded.records), scope, course.form_row)
    return Submitted(seen, change.case_id, code, replayed=False)


def _relation(office: Office, link: Link) -> Mapping[str, Any]:
    """What the relation is today; nothing where nobody declared it."""
    declared = office.kit.catalogue.definitions(office.pointer, linking.KIND)
    return next((one for one in declared if one["id"] == link.rel), {})


def _replay(loaded: Loaded, fingerprint: str, nonce: str, at: int) -> Submitted | None:
    """The case that this key already made; a lost response of our own is not called a replay."""
    row = loaded.idempotency
    if row is None or row["exp_at"] < at:
        return None
    if row["fp"] != fingerprint:
        raise Problem(
            "invalid",
            "idempotency-key-reused",
            Text("该 Idempotency-Key 已用于另一份内容", "this Idempotency-Key was used for another body"),
        )
    return Submitted(None, str(row["case"]), None, replayed=row["nonce"] != nonce)


def check_open(
    office: Office, principal: Principal, bundle: Bundle, grant: Any, *, judged: bool = False
) -> None:  # fmt: skip
    """The item takes applications today, and this caller may apply; `judged`: by what the case follows from."""
    closed = closed_because(bundle.item, office.pointer, office.today.isoformat())
    if closed:
        raise closed
    if judged:
        return
    context = asked(principal, place(bundle.item["department"]), grant=grant)
    decision = office.policies.decide(principal, "open_case", item_resource(bundle.item), context)
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)


def _application(principal: Principal, grant: Any, bundle: Bundle, submission: Submission) -> Application:
    """The applicant is whom the caller speaks for; other parties are as named."""
    opening = submission.opening
    owner = opening.owner if opening else speaks_for(principal, grant) or principal.subject
    roles = list(bundle.item.get("parties") or {"applicant": {}})
    parties = (
        {"role": roles[0], "subject": owner},
        *(p for p in submission.parties if p.get("role") != roles[0]),
    )
    filing.check_parties(bundle.item, parties)  # before anything is asked about a party that is none
    application = Application(
        submission.form, checked_materials(bundle, submission.materials), parties, principal.via
    )
    if opening is None:
        return application
    shared = tuple({**one, **_shared(opening, str(one["id"]))} for one in application.materials)
    return replace(
        application, root=opening.prompt.root, depth=opening.prompt.depth, node=opening.node,
        window=opening.window, links=opening.links, parent=opening.parent, materials=shared,
        receipt=opening.receipt, followers=opening.followers, told=opening.told, external=opening.external,
    )  # fmt: skip


def _shared(opening: Opening, material: str) -> dict[str, Any]:
    """Where a material is that was handed in once, with the parent: it is referred to, never copied."""
    return {"from": dict(opening.materials[material])} if material in opening.materials else {}


def checked_materials(bundle: Bundle, given: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Only declared materials, each once; `mode` must be one that the material admits."""
    declared = {str(one["id"]): one for one in bundle.item.get("materials", ())}
    findings, seen = list[Finding](), set[str]()
    for index, one in enumerate(given):
        identity = one.get("id")
        if not isinstance(identity, str) or identity not in declared or identity in seen:
            said = Text("没有这项材料或重复提交", "no such material, or given twice")
            findings.append(Finding(f"/materials/{index}", "material-unknown", said))
            continue
        seen.add(identity)
        findings += _wrong_in(declared[identity], one, f"/materials/{index}")
    if findings:
        said = Text("申请材料有误", "the materials are not as declared")
        raise Problem("invalid", "materials-invalid", said, findings=findings)
    return tuple({"mode": declared[str(one["id"])]["modes"][0], **one} for one in given)


def _wrong_in(declared: Mapping[str, Any], one: Mapping[str, Any], place_: str) -> list[Finding]:
    findings = [
        Finding(f"{place_}/{name[:100]}", "additionalProperties", Text("不接受此字段", "not asked for"))
        for name in one
        if name not in MATERIAL
    ]
    if one.get("mode", declared["modes"][0]) not in declared["modes"]:
        said = Text("不接受这种提交方式", "not an accepted way for this material")
        findings.append(Finding(f"{place_}/mode", "material-mode", said))
    return findings


def _number(kit: Kit, office: Office, bundle: Bundle) -> str:
    """Human-readable: initials of the organ, day, serial; widened beyond 9,999 a day (decisions 31)."""
    organ = "".join(word[0] for word in bundle.item["department"].split("-")).upper()
    day = office.today.strftime("%Y%m%d")
    return f"{organ}{day}-{kit.cases.next_serial(organ, day):04d}"


def _roles(principal: Principal, submission: Submission) -> dict[str, str]:
    opened_for = submission.opening.owner if submission.opening else None
    return {"applicant": opened_for or principal.acting_for or principal.subject} | {
        str(party["role"]): str(party["subject"])
        for party in submission.parties
        if {"role", "subject"} <= party.keys()
    }


def _roles_of(application: Application) -> dict[str, str]:
    return {str(party["role"]): str(party["subject"]) for party in application.parties}


def _external_taken(refused: CommitRefused) -> Problem:
    case_id = str(refused.items.get("external", {}).get("case", ""))
    return Problem(
        "conflict", "external-id-taken", Text("该外部编号已有办件", "this external id already has a case"),
        extra={"case_id": case_id},
    )  # fmt: skip
