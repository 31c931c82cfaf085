"""Does the taking of what outside systems say: verified, kept once, and done in its turn.

A message is kept before it is answered and done by a worker, who looks at all that was said of the matter. So it may
come often and in any order, and whoever dies leaves nothing half done: case ids and marks are the same each time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.actions import moving, submit
from chalicelib.actions.feeding import Reach
from chalicelib.actions.webhook_ports import Postroom
from chalicelib.domain import connectors, forms, reconciliation
from chalicelib.domain.access import asked, place, subscription_resource
from chalicelib.domain.change import External
from chalicelib.domain.connectors import KIND, TOLERANCE, Message
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.parties import ANYWHERE, Principal
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.subscriptions import BYTES, Secret, in_force, rotated
from chalicelib.domain.webhook_signatures import holds

WORK = "inbound"
PASSING = frozenset({"unavailable", "throttled"})  # kinds of problems that another try may not meet


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as it stands, whether it came before, and whether somebody has yet to look at it."""

    message: Message
    again: bool

    @property
    def open(self) -> bool:
        return self.message.state in connectors.WAITS


def take(
    room: Postroom, connector_id: str, headers: Mapping[str, str], raw: bytes, admit: Callable[[str], None]
) -> Taken:
    """Keep a message that is signed; the same id brings the same answer, and does nothing twice. `admit` is asked
    whether the system that signed may call now.

    Problems: not-found, unauthenticated `signature-invalid`, `message-type-unknown`, `message-invalid`,
    `message-id-reused` for other bytes under the same id.
    """
    connector = _declared(room, connector_id)
    secrets, _ = room.inbound.secrets(connector_id)
    if not holds(headers, raw, in_force(secrets, room.kit.now()), room.seconds(), TOLERANCE):
        said = Text("签名无效或已过期", "the signature is wrong, or too old")
        raise Problem("unauthenticated", "signature-invalid", said, extra={"reason": "signature"})
    admit(str(connector["system"]))
    body = forms.parse(raw)
    message = connectors.read(connector, headers["webhook-id"], body, room.kit.now())
    _check(room, connector["messages"][message.type]["schema"], body)
    fingerprint = hashlib.sha256(raw).hexdigest()
    before = room.inbound.put(connector_id, message, fingerprint, _day(room, message.at))
    if before is None:
        return Taken(message, again=False)
    known, external_id = before
    if known != fingerprint:
        said = Text("此 webhook-id 已用于另一份内容", "this webhook-id was used for another body")
        raise Problem("invalid", "message-id-reused", said)
    kept = room.inbound.of_matter(connector_id, external_id)
    found = next((one for one in kept if one.id == message.id), message)
    return Taken(found, again=True)


def settle(room: Postroom, connector_id: str, external_id: str) -> dict[str, int]:
    """Do what was said of one number of theirs and whose turn it is; how many of each state.

    What waits stays: for the message before it, or for the case that a later one opens.
    """
    connector = _declared(room, connector_id)
    done = Counter[str]()
    for message, late in connectors.in_turn(connector, room.inbound.of_matter(connector_id, external_id)):
        after = connectors.ended(message, "late") if late else _done(room, connector, message)
        if after != message:
            room.inbound.note(connector_id, after)
        done[after.state] += 1
        if after.state in connectors.WAITS and _in_sequence(connector):
            break
    return dict(done)


def rotate_secret(room: Postroom, principal: Principal, connector_id: str) -> tuple[str, tuple[Secret, ...]]:
    """A new secret for the outside system itself, shown this once; the old one holds beside it for a day."""
    connector = own_connector(room, principal, connector_id)
    secrets, revision = room.inbound.secrets(connector_id)
    new = rotated(secrets, room.kit.entropy(BYTES), room.kit.now())
    if not room.inbound.put_secrets(str(connector["id"]), new, revision):
        raise Problem("precondition", "changed-since", Text("密钥已被更换", "the secret changed since"))
    return new[-1].text, new


def see_matter(
    room: Postroom, principal: Principal, connector_id: str, external_id: str
) -> tuple[str, Mapping[str, Any] | None, list[Message]]:
    """What the outside system said of one of its numbers, and what became of it: the id of the case, or "", and its
    status in the system's own words, where its scope reaches the case."""
    connector = own_connector(room, principal, connector_id)
    found = room.inbound.of_matter(connector_id, external_id)
    if not found:
        raise not_found(Text("该外部编号", "such a number of theirs"), external_id)
    case_id = connectors.case_id_of(connector, external_id)
    case_id = next((one.case for one in found if one.case), case_id)
    case = room.kit.cases.load(case_id).case
    status = None
    if case is not None and Reach(room.kit, room.kit.office()).over(principal, case):
        status = reconciliation.status_of(connector, case)
    said = sorted(found, key=lambda one: (one.order, one.at, one.id))
    return case.id if case else "", status, said


def _day(room: Postroom, at: int) -> str:
    """The district's day of an instant."""
    return datetime.fromtimestamp(at / 1000, room.kit.zone).date().isoformat()


def _declared(room: Postroom, connector_id: str) -> Definition:
    """The published connector, in force today, if it says anything at all."""
    office = room.kit.office()
    found = room.kit.catalogue.definitions(office.pointer, KIND)
    connector = next((one for one in found if one["id"] == connector_id), None)
    if connector is None or not connectors.in_force(connector, office.today.isoformat()):
        raise not_found(Text("对接系统", "connector"), connector_id)
    if "inbound" not in connector:
        raise not_found(Text("来报", "messages of the connector"), connector_id)
    return connector


def own_connector(room: Postroom, principal: Principal, connector_id: str) -> Definition:
    """The caller's own connector; to another system it does not exist."""
    office = room.kit.office()
    resource, context = subscription_resource(principal.subject), asked(principal, place(ANYWHERE))
    decision = office.policies.decide(principal, "keep_subscription", resource, context)
    if not decision.allowed:
        raise office.policies.refusal(principal, decision)
    connector = _declared(room, connector_id)
    if connector["system"] != principal.subject:
        raise not_found(Text("对接系统", "connector"), connector_id)
    return connector


def _check(room: Postroom, schema: Mapping[str, Any], body: Any) -> None:
    compiled = forms.compile_form(schema, room.kit.shared)
    if not compiled.is_valid(body):
        said = Text("来报内容有误", "the message is not as agreed")
        raise Problem("invalid", "message-invalid", said, findings=compiled.errors(body))


def _in_sequence(connector: Definition) -> bool:
    return bool(connector["inbound"].get("order", {}).get("as") == "sequence")


def _done(room: Postroom, connector: Definition, message: Message) -> Message:
    """The message with what became of it. What another try may not meet is raised: the queue brings it again."""
    declared = connector["messages"].get(message.type)
    if declared is None:  # a later version of the connector agreed on something else
        return connectors.ended(message, "refused", "message-type-unknown")
    if "observe" in declared or "tally" in declared:
        return connectors.ended(message, "seen")
    try:
        if "open" in declared:
            return _opened(room, connector, declared["open"], message)
        return _moved(room, connector, declared["move"], message)
    except Problem as problem:
        if problem.kind in PASSING:
            raise
        state = "missed" if problem.code == "move-not-available" else "refused"
        return connectors.ended(message, state, problem.code)


def _opened(room: Postroom, connector: Definition, declared: Definition, message: Message) -> Message:
    owner = connectors.party_of(declared["party"], message)
    if owner is None:
        return connectors.ended(message, "refused", "party-missing")
    case_id = connectors.case_id_of(connector, message.external_id)
    external = External(str(connector["system"]), message.external_id)
    opening = submit.Opening(
        case_id=case_id, owner=owner, prompt=Prompt(None, message.id, case_id, 0), window=declared.get("window"),
        external=external,
    )  # fmt: skip
    materials = connectors.value_of(declared.get("materials", []), message) or []
    submission = submit.Submission(
        item=str(declared["item"]), form=connectors.value_of(declared["form"], message), materials=tuple(materials),
        parties=(), key=case_id, opening=opening,
    )  # fmt: skip
    submit.submit(room.kit, connectors.principal_of(connector), submission)
    return connectors.ended(message, "done", case=case_id)


def _moved(room: Postroom, connector: Definition, declared: Definition, message: Message) -> Message:
    """A case of ours that they name, or the one that their number became: until that is there the message waits."""
    named = connectors.value_of(declared["case"], message) if "case" in declared else None
    case_id = str(named or connectors.case_id_of(connector, message.external_id))
    case = room.kit.cases.load(case_id).case
    if case is None:
        return connectors.ended(message, "refused" if named else "waiting", "case-not-found")
    if case.item not in declared["items"]:
        return connectors.ended(message, "refused", "item-not-agreed")
    request = moving.MoveRequest(
        case_id=case_id, move=str(declared["move"]), given=connectors.value_of(declared.get("input", {}), message),
        once=connectors.once_row(connector, message),
    )  # fmt: skip
    moving.move(room.kit, connectors.principal_of(connector), request)
    return connectors.ended(message, "done", case=case_id)
