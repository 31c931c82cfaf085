"""Does what people do to a draw: seal and open nonces, name and type a lottery, bring a round, recuse, declare void.

Who may is who may edit the draw's definition, by the same policies; a department's nonce is its own people's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.actions import draw_freezing, draw_log
from chalicelib.actions.draw_announcing import announce
from chalicelib.actions.draw_ports import Body, Drawer
from chalicelib.actions.releasing import Permit
from chalicelib.domain.draws import announcements, beacons, declared, plan, result
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text, not_found

Act = Callable[[Drawer, Principal, Body, Mapping[str, Any]], Body]
TRIES = 5


def act(
    drawer: Drawer, permit: Permit, principal: Principal, identity: str, asked: Mapping[str, Any]
) -> Body:
    """One act on the draw that is on its way; `{number, step, act}`. Refused where it may not come now."""
    does = ACTS.get(str(asked.get("act")))
    if does is None:
        said = Text("没有此操作", "there is no such act")
        raise Problem("invalid", "draw-act-unknown", said, extra={"acts": sorted(ACTS)})
    if asked["act"] not in OF_DEPARTMENTS:  # those ask for a post in one
        permit(principal, "edit_definition", declared.KIND, identity, ())
    for _ in range(TRIES):
        found = drawer.draws.current(identity)
        if found is None:
            raise not_found(Text("此抽查", "such draw"), identity)
        head, revision = found
        after = does(drawer, principal, head, asked)
        if after == head or drawer.draws.keep(identity, after, revision):
            return {"number": after["number"], "step": after["step"], "act": asked["act"]}
    raise Problem("unavailable", "draw-busy", Text("请稍后重试", "please retry"), extra={"retry_after": 1})


def _seal(drawer: Drawer, principal: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """A department's sealed nonce, before the commitment; never changed afterwards."""
    _at(head, "freezing", "frozen")
    department = _own(drawer, principal, head, asked)
    sealed = _hex(asked, "sealed")
    if head["sealed"].get(department, sealed) != sealed:
        raise _conflict("该部门已密封", "this department has sealed already")
    return {**head, "sealed": {**head["sealed"], department: sealed}}


def _name(_: Drawer, __: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """Which drawing of the lottery will count, and until when nonces are opened; before the commitment."""
    _at(head, "freezing", "frozen")
    issue, at, until = asked.get("issue"), asked.get("at"), asked.get("until")
    if not isinstance(issue, str) or not issue or not all(type(one) is int for one in (at, until)):
        raise _invalid("issue")
    return {**head, "lottery": {"issue": issue, "at": at, "until": until}}


def _open(drawer: Drawer, principal: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """A nonce as it was sealed, in time. Once all are open the log says so."""
    _at(head, "committed")
    department, nonce = _own(drawer, principal, head, asked), _hex(asked, "nonce")
    named = next((one for one in head["commitment"]["beacons"] if one["kind"] == "nonces"), None)
    if named is None or drawer.kit.now() > int(named["until"]):
        raise _conflict("已过开封时限", "the time for opening has passed")
    if beacons.sealed(department, bytes.fromhex(nonce)) != named["sealed"].get(department):
        raise beacons.untrue(f"the nonce of {department} is not the one that was sealed")
    opened = {**head["nonces"], department: nonce}
    if sorted(opened) == sorted(named["sealed"]):
        document = {"kind": "nonces", "nonces": opened}
        draw_log.append(drawer, head, "nonces", drawer.kit.now(), document)
    return {**head, "nonces": opened}


def _type(drawer: Drawer, principal: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """The numbers of the lottery by one more person; two must have typed the same (a slip is typed over)."""
    _at(head, "committed")
    named = next((one for one in head["commitment"]["beacons"] if one["kind"] == "lottery"), None)
    if named is None or drawer.kit.now() < int(named["at"]):
        raise _conflict("尚未开奖", "nothing has been drawn yet")
    numbers = asked.get("numbers")
    if not isinstance(numbers, str):
        raise _invalid("numbers")
    return {**head, "typed": {**head["typed"], principal.subject: numbers}}


def _bring(_: Drawer, __: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """A round of drand from whatever relay: it proves itself, so nobody has to be trusted with it."""
    _at(head, "committed")
    read, said = plan.read(head["plan"]), head["commitment"]
    for source, named in zip(read.beacons[said["source"]], said["beacons"], strict=True):
        if named["kind"] == "drand":
            value = {**{k: asked.get(k) for k in ("round", "signature", "randomness")}, "kind": "drand"}
            beacons.entropy(source, named, value)
            return {**head, "round": value}
    raise _conflict("本次不用 drand", "this draw does not use drand")


def _recuse(drawer: Drawer, principal: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """回避: the next smallest ticket stands in; the reason and who approved it are logged."""
    _at(head, "drawn")
    reason, place = asked.get("reason"), (asked.get("object"), asked.get("slot"))
    if not isinstance(reason, str) or not reason:
        raise _invalid("reason")
    said, rows = head["commitment"], drawer.draws.log(head["series"])
    made = drawer.draws.part(head["series"], head["period"], "RESULT") or {}
    visit = next((one for one in made.get("visits", ()) if one["object"] == place[0]), None)
    if visit is None or place[1] not in [slot for slot, _ in visit["team"]]:
        raise not_found(Text("此席位", "such place"), str(place))
    if asked.get("recused") != _holder(rows, said["number"], visit, place[1]):
        raise _conflict("该席位现由他人担任", "somebody else holds the place now")
    before = [one["document"] for one in draw_log.rows_of(rows, said["number"], "replacement")]
    at = max(drawer.kit.now(), int(rows[-1]["entry"]["at"]))
    why = {"reason": reason, "approver": principal.subject, "at": at}
    where = (str(place[0]), int(str(place[1])))
    one = result.replacement(_ground(drawer, head), made, before, where, why)
    draw_log.append(drawer, head, "replacement", at, one)
    return head


def _holder(rows: list[Body], number: int, visit: Body, slot: Any) -> str:
    """Who holds the place now. Whoever recuses names him, so that an act which comes twice is done once."""
    stood_in = [one["document"] for one in draw_log.rows_of(rows, number, "replacement")]
    mine = [one for one in stood_in if (one["object"], one["slot"]) == (visit["object"], slot)]
    return str(mine[-1]["replacement"] if mine else dict(visit["team"])[slot])


def _void(drawer: Drawer, principal: Principal, head: Body, asked: Mapping[str, Any]) -> Body:
    """The number stays; why, and what it would have been, is published."""
    _at(head, "committed", "drawn")
    reason = asked.get("reason")
    if not isinstance(reason, str) or not reason:
        raise _invalid("reason")
    made = drawer.draws.part(head["series"], head["period"], "RESULT") if head["step"] == "drawn" else None
    document = result.void(head["commitment"], reason, principal.subject, made)
    row = draw_log.append(drawer, head, "void", drawer.kit.now(), document)
    announce(drawer, head, announcements.VOID, row["document"])
    return {
        **head,
        "step": "void",
        "was_void": True,
        "drawn_at": int(head.get("drawn_at", row["entry"]["at"])),
    }


ACTS: dict[str, Act] = {
    "seal": _seal, "name-lottery": _name, "open": _open, "type-lottery": _type, "bring-round": _bring,
    "recuse": _recuse, "declare-void": _void,
}  # fmt: skip

OF_DEPARTMENTS = frozenset({"seal", "open"})


def _ground(drawer: Drawer, head: Body) -> result.Ground:
    made = drawer.draws.part(head["series"], head["period"], "RESULT") or {}
    chosen = {visit["object"] for visit in made["visits"]}
    objects = [row for row in draw_freezing.rows(drawer, head, "objects") if row["id"] in chosen]
    return result.Ground(
        plan.read(head["plan"]), bytes.fromhex(head["seed"]), objects,
        draw_freezing.rows(drawer, head, "inspectors"), draw_freezing.rows(drawer, head, "conflicts"),
    )  # fmt: skip


def _own(drawer: Drawer, principal: Principal, head: Body, asked: Mapping[str, Any]) -> str:
    """A department of the plan at which the caller has a post."""
    department = str(asked.get("department"))
    if department not in {node for node, _ in drawer.kit.office().staffed(principal).posts}:
        said = Text("只能代表本部门", "only for one's own department")
        raise Problem("forbidden", "not-your-department", said)
    source = plan.read(head["plan"]).beacons[str(head["definition"]["source"])]
    if department not in {one for some in source for one in some.get("departments", ())}:
        raise _invalid("department")
    return department


def _hex(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not beacons.HEX32.fullmatch(value):
        raise _invalid(name)
    return value


def _at(head: Body, *steps: str) -> None:
    if head["step"] not in steps:
        raise Problem(
            "conflict",
            "draw-not-now",
            Text("现在不能这样做", "not at this step"),
            extra={"step": head["step"]},
        )


def _conflict(zh: str, en: str) -> Problem:
    return Problem("conflict", "draw-not-now", Text(zh, en))


def _invalid(name: str) -> Problem:
    return Problem(
        "invalid", "draw-act-invalid", Text(f"{name} 有误", f"{name} is wrong"), extra={"member": name}
    )
