"""Does the keeping of records: reads as of a day, edits by revision, masks for the public, the read log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from chalicelib.actions.office import Kit, Office, grant_keys, grants_in
from chalicelib.actions.ports import CommitRefused, RecordVersion
from chalicelib.domain import views
from chalicelib.domain.access import Action, asked, audit_resource, grant_resource, place, plain_resource
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.formats import is_uscc
from chalicelib.domain.parties import ANYWHERE, Grant, Principal, grant_of, sides_of, valid_grant
from chalicelib.domain.problems import Problem, Text

Register = Mapping[str, Any]

GRANTS = "grants"  # the built-in register that access reads by key


@dataclass(frozen=True, slots=True)
class Edit:
    """A new version of a record; `revision` None creates it, otherwise it is the one that was read."""

    body: Any
    valid_from: str | None
    revision: int | None


def read(
    kit: Kit, principal: Principal, register_id: str, record_id: str, as_of: str | None
) -> dict[str, Any]:
    """A record as it is, or as it was valid on the day `as_of`; only its public fields for who may see no more."""
    office, register = open_register(kit, register_id)
    reveal = may_read(office, principal, register, record_id)
    version = kit.records.read(register_id, record_id, as_of)
    if version is None:
        raise _unknown(record_id)
    return _shown(register, version, reveal=reveal)


def history(kit: Kit, principal: Principal, register_id: str, record_id: str) -> list[dict[str, Any]]:
    office, register = open_register(kit, register_id)
    reveal = may_read(office, principal, register, record_id)
    return [_shown(register, one, reveal=reveal) for one in kit.records.history(register_id, record_id)]


def list_records(
    kit: Kit, principal: Principal, register_id: str, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    office, register = open_register(kit, register_id)
    reveal = may_read(office, principal, register)
    listed = kit.records.list(register_id, after, limit)
    found = [kit.records.read(register_id, row.case_id) for row in listed.rows]
    return [_shown(register, one, reveal=reveal) for one in found if one], listed.after


def write(kit: Kit, principal: Principal, register_id: str, record_id: str, edit: Edit) -> dict[str, Any]:
    """A new version, checked against the register's schema. Refused when another was faster, or when the
    register says that only cases change it (`life.changes_only_by`)."""
    office, register = open_register(kit, register_id)
    if register_id == GRANTS:
        check_record(kit, register, record_id, edit.body)
        _require_grantor(office, principal, record_id, edit.body)
        _only_by_cases(register)
    else:
        require_writer(office, principal, register)
    check_record(kit, register, record_id, edit.body)
    valid_from = _day(edit.valid_from) or office.today.isoformat()
    present = kit.records.read(register_id, record_id)
    if (present.revision if present else None) != edit.revision:
        said = Text("记录已被更新,请刷新后重试", "the record has changed since you read it")
        raise Problem(
            "precondition", "changed-since", said, extra={"revision": present.revision if present else 0}
        )
    wanted = RecordWrite(
        register_id, record_id, edit.revision or 0, edit.body, valid_from, present.key if present else None
    )
    try:
        version = kit.records.write(wanted, principal.subject, office.at)
    except CommitRefused as refused:
        raise Problem(
            "precondition", "changed-since", Text("记录已被更新,请刷新后重试", "the record has changed since")
        ) from refused
    return _shown(register, version, reveal=True)


def require_writer(office: Office, principal: Principal, register: Register) -> None:
    """The register names the writer, and is not one that only cases change. Grants are given, never just written."""
    by = () if register["id"] == GRANTS else register.get("writers", ())
    _require(office, principal, "write_register", register, by)
    _only_by_cases(register)


def who_looked(kit: Kit, principal: Principal, limit: int) -> list[dict[str, Any]]:
    """The read log about the caller: who, when, for what purpose. A claim to act for someone opens nobody's."""
    office, about = kit.office(), principal.acting_for or principal.subject
    context = asked(principal, place(ANYWHERE))
    decision = office.policies.decide(principal, "read_audit", audit_resource(about), context)
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)
    entries = kit.records.reads_about(about, limit)
    return [{**entry, "at": views.rfc3339(int(entry["at"]), kit.zone)} for entry in entries]


def check_record(kit: Kit, register: Register, record_id: str, body: Any) -> None:
    """The record fits its register's schema, and its key field is the id under which it is kept."""
    from chalicelib.domain import forms

    form = forms.compile_form(register["schema"], kit.shared)
    if not form.is_valid(body):
        said = Text("记录不符合登记簿的格式", "the record is not as the register wants it")
        raise Problem("invalid", "record-invalid", said, findings=form.errors(body))
    key: Any = body
    for part in str(register["key"]["field"]).strip("/").split("/"):
        key = key.get(part) if isinstance(key, Mapping) else None
    if key != record_id:
        said = Text("记录编号与主键不符", "the id is not the record's key")
        raise Problem("invalid", "record-misplaced", said)


def may_read(office: Office, principal: Principal, register: Register, record_id: str = "") -> bool:
    """True: the whole record; False: its public fields. Raises when the caller may see nothing at all."""
    readers = register.get("readers", ())
    refusal = _refusal(office, principal, "read_register", register, readers, record_id)
    if refusal is None:
        return True
    if not register.get("public"):
        raise refusal
    return False


def _only_by_cases(register: Register) -> None:
    if items := register.get("life", {}).get("changes_only_by"):
        said = Text("该登记簿只能经由办件变更", "only cases change this register")
        raise Problem("conflict", "changes-only-by-cases", said, extra={"items": items})


def _require(
    office: Office, principal: Principal, action: str, register: Register, by: Sequence[str]
) -> None:
    refusal = _refusal(office, principal, action, register, by)
    if refusal is not None:
        raise refusal


def _refusal(
    office: Office,
    principal: Principal,
    action: str,
    register: Register,
    by: Sequence[str],
    record_id: str = "",
) -> Problem | None:
    principal = office.staffed(principal)
    view = place(ANYWHERE) | {"keys": _named_by(register["id"], record_id)}
    grant = valid_grant(_grants(office, principal), principal, register["id"], action, office.today)
    context = asked(principal, view, by=by, grant=grant)
    resource = plain_resource("Register", register["id"])
    decision = office.policies.decide(principal, cast("Action", action), resource, context)
    return None if decision.allowed else office.policies.refusal(principal, decision)


def _named_by(register_id: str, record_id: str) -> tuple[str, ...]:
    """Whom a record's key names: a firm by its code; of a grant both sides, who must know what holds about them."""
    if register_id == GRANTS:
        return sides_of(record_id)
    return (f"enterprise:{record_id}",) if is_uscc(record_id) else ()


def _require_grantor(office: Office, principal: Principal, record_id: str, body: Mapping[str, Any]) -> None:
    """Who may give or take back a grant is said by policies of its own: it is power over somebody (民法典 §165)."""
    given = grant_of(body)
    if given.id != record_id:  # else a record under a stranger's name could say anything
        said = Text("编号与授权双方不符", "the id does not say who gives what to whom")
        raise Problem("invalid", "record-misplaced", said)
    principal = office.staffed(principal)
    own = valid_grant(_grants(office, principal), principal, GRANTS, "give_grant", office.today)
    action: Action = "revoke_grant" if given.revoked else "give_grant"
    context = asked(principal, place(ANYWHERE), grant=own)
    decision = office.policies.decide(principal, action, grant_resource(given), context)
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)


def _grants(office: Office, principal: Principal) -> tuple[Grant, ...]:
    keys = grant_keys(principal) if principal.acts_for_another else []
    return grants_in(office.kit.cases.load(None, records=keys).records) if keys else ()


def open_register(kit: Kit, register_id: str) -> tuple[Office, Register]:
    """The register in force; Problem `not-found` where there is none."""
    office = kit.office()
    return office, kit.catalogue.live(office.pointer, "registers", register_id)


def _shown(register: Register, version: RecordVersion, *, reveal: bool) -> dict[str, Any]:
    body: Mapping[str, Any] = version.body
    if not reveal:
        names = {str(pointer).strip("/").split("/")[0] for pointer in register.get("public", ())}
        body = {name: value for name, value in body.items() if name in names}
    return {
        "register_id": version.register, "record_id": version.record_id, "revision": version.revision,
        "valid_from": version.valid_from, "body": dict(body), "masked": not reveal,
    }  # fmt: skip


def _unknown(record_id: str) -> Problem:
    said = Text("没有找到该记录", "no such record")
    return Problem("not_found", "record-not-found", said, extra={"record_id": record_id})


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except (ValueError, TypeError) as error:
        raise Problem(
            "invalid", "body-invalid", Text("valid_from 应为日期", "valid_from must be a date")
        ) from error
