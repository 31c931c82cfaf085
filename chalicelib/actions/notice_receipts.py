"""Does the receipts: what a provider reports of a notice, signed, is noted there; what failed goes to the next one.

A report is verified and answered, and noted by a worker. It may come before the attempt that it is about has ended:
then its message comes back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.actions import noticing
from chalicelib.actions.notice_ports import Dispatch, secrets_name
from chalicelib.actions.notifying import CHANNELS, KEPT
from chalicelib.actions.office import Kit
from chalicelib.actions.releasing import Permit
from chalicelib.actions.seeing import Seen
from chalicelib.actions.webhook_ports import message_of
from chalicelib.domain import forms, notice_courses, notices
from chalicelib.domain.connectors import TOLERANCE
from chalicelib.domain.definitions import Definition
from chalicelib.domain.deliveries import Next
from chalicelib.domain.notices import Notice
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Finding, Problem, Text, finding, not_found
from chalicelib.domain.subscriptions import BYTES, Secret, in_force, rotated
from chalicelib.domain.views import rfc3339
from chalicelib.domain.webhook_signatures import holds

WORK = "notice-receipt"
STATUS = {"delivered": True, "failed": False}
_ID = re.compile(r"dlv_[0-7][0-9A-HJKMNP-TV-Z]{25}")
_WHY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_LONG = re.compile(r"[0-9]{11}")  # nobody's number is kept for a reason


def heard(
    room: Dispatch, channel: str, provider: str, headers: Mapping[str, str], raw: bytes, admit: Callable[[str], None]
) -> dict[str, Any]:  # fmt: skip
    """A signed report, as a worker is asked to note it. `admit` is asked whether this provider may call now.

    Problems: not-found, unauthenticated `signature-invalid`, `receipt-invalid`.
    """
    _provider(room, channel, provider)
    secrets, _ = room.inbound.secrets(secrets_name(channel, provider))
    if not holds(headers, raw, in_force(secrets, room.kit.now()), room.seconds(), TOLERANCE):
        said = Text("签名无效或已过期", "the signature is wrong, or too old")
        raise Problem("unauthenticated", "signature-invalid", said, extra={"reason": "signature"})
    admit(f"system:{channel}.{provider}")
    said_ = _checked(forms.parse(raw))
    return {"work": WORK, "channel": channel, "provider": provider, "at": room.kit.now(), **said_}


def _checked(body: Any) -> dict[str, Any]:
    """`{"id", "status", "why"?}` of a report, nothing else of it."""
    found, given = list[Finding](), body if isinstance(body, Mapping) else {}
    if not _ID.fullmatch(str(given.get("id"))):
        found.append(
            finding("/id", "id-invalid", "应为所发通知的 id", "the id with which the notice was sent")
        )
    if given.get("status") not in STATUS:
        found.append(finding("/status", "status-unknown", "应为 delivered 或 failed", "delivered or failed"))
    why = str(given.get("why") or "")
    if why and (not _WHY.fullmatch(why) or _LONG.search(why)):
        found.append(
            finding("/why", "why-invalid", "应为不超过 64 字符的代码", "a code of at most 64 characters")
        )
    if found:
        raise Problem("invalid", "receipt-invalid", Text("回执有误", "the receipt is wrong"), findings=found)
    return {"id": given["id"], "status": given["status"], "why": why}


def note(room: Dispatch, asked: Mapping[str, Any]) -> dict[str, int]:
    """Note one report: `delivered`, `next` (the next provider is asked), `noted`, `again`, `stray` or `unknown`.

    Raises RuntimeError while the notice is being sent: the message comes back.
    """
    place = notices.place_of(str(asked["id"]))
    found = room.deliveries.get(place)
    if found is None:
        return {"unknown": 1}
    delivered = STATUS[str(asked["status"])]
    receipt = notice_courses.receipt_line(
        str(asked["channel"]),
        str(asked["provider"]),
        delivered=delivered,
        why=str(asked["why"]),
        at=int(asked["at"]),
    )
    became = notice_courses.reported(found["attempts"], receipt)
    if found["state"] == "sending" or (became == "stray" and found["state"] == "pending"):
        raise RuntimeError("the notice is being sent")
    if became in {"again", "stray"}:
        return {became: 1}
    at = room.kit.now()
    then = {
        "delivered": Next("ok", "delivered"),
        "next": Next("retry", "undelivered", at),
    }.get(became, Next(found["state"], found["why"], int(found["due"])))
    if not room.deliveries.report(place, found, then, [*found["attempts"], receipt][-KEPT:]):
        raise RuntimeError("the notice went on meanwhile")
    if became == "next":
        room.queue([(message_of(place), 0)], True)
    return {became: 1}


def rotate_secret(
    room: Dispatch, permit: Permit, principal: Principal, channel: str, provider: str, sign_in: str | None
) -> tuple[str | None, tuple[Secret, ...]]:
    """A new secret for a provider, shown this once; the old one holds beside it for a day. With `sign_in`
    (`user:password`) what this platform signs in with instead, which nobody is shown.
    """
    permit(principal, "edit_definition", CHANNELS, channel, ())
    _provider(room, channel, provider)
    name = secrets_name(channel, provider)
    secrets, revision = room.inbound.secrets(name)
    now = room.kit.now()
    new = (Secret(sign_in, now),) if sign_in else rotated(secrets, room.kit.entropy(BYTES), now)
    if not room.inbound.put_secrets(name, new, revision):
        raise Problem("precondition", "changed-since", Text("密钥已被更换", "the secret changed since"))
    return None if sign_in else new[-1].text, new


def of_case(
    room: Dispatch, seen: Seen, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """What was told about a case, newest first, and what became of it; to who is no official only what is to them."""
    found, cursor = room.kit.notices.of_case(seen.case.id, after, limit)
    if "staff" not in seen.principal.roles:
        own = {seen.principal.subject, seen.principal.acting_for or ""}
        found = [one for one in found if one.to in own]
    sent = [one for one in found if one.sent]
    rows = dict(zip((one.id for one in sent), room.deliveries.many([one.place for one in sent]), strict=True))
    return [_line(room, seen, one, rows.get(one.id)) for one in found], cursor


def _line(room: Dispatch, seen: Seen, notice: Notice, row: Mapping[str, Any] | None) -> dict[str, Any]:
    kit, attempts = room.kit, row["attempts"] if row else ()
    definition = kit.catalogue.version(noticing.KIND, notice.template, notice.version)
    last = attempts[-1] if attempts else {}
    return {
        "notice_id": notice.id, "notice": notice.template, "version": notice.version,
        "subject": dict(definition["subject"]), "purpose": definition.get("purpose", "courtesy"),
        "roles": sorted({str(one["role"]) for one in seen.case.parties if one["subject"] == notice.to}),
        "at": rfc3339(notice.at, kit.zone), "state": _state(notice, row), "why": str(row["why"]) if row else "",
        "channel": last.get("channel"), "provider": last.get("provider"),
        "next_attempt": rfc3339(int(row["due"]), kit.zone) if row and row["state"] == "retry" else None,
        "attempts": [_attempt(kit, one) for one in attempts],
    }  # fmt: skip


def _state(notice: Notice, row: Mapping[str, Any] | None) -> str:
    """As far as it has come: `kept` to be read, `waiting`, `sent`, `delivered`, `undelivered`, `skipped`."""
    if row is None:
        return "expired" if notice.sent else "kept"
    if row["state"] == "ok":
        return "delivered" if any(one["verdict"] == "delivered" for one in row["attempts"]) else "sent"
    return {"dead": "undelivered", "skipped": "skipped"}.get(str(row["state"]), "waiting")


def _attempt(kit: Kit, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": rfc3339(int(one["at"]), kit.zone), "channel": one["channel"], "provider": one["provider"],
        "verdict": one["verdict"], "why": one["why"], "status": one.get("status"), "ms": one.get("ms"),
    }  # fmt: skip


def _provider(room: Dispatch, channel: str, provider: str) -> Definition:
    """The published provider."""
    catalogue = room.kit.catalogue
    declared: Sequence[Definition] = catalogue.definitions(catalogue.pointer(strong=True), CHANNELS)
    for one in declared:
        if one["id"] == channel:
            for named in one["providers"]:
                if named["id"] == provider:
                    return dict(named)
    raise not_found(Text("渠道服务商", "provider of a channel"), f"{channel}/{provider}")
