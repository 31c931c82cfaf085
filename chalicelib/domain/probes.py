"""Decides which answers no release of access policies may change: the floor under what an admin edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.parties import ANYWHERE, NOBODY, Principal
from chalicelib.domain.problems import Text
from chalicelib.domain.questions import (
    Action,
    Context,
    Resource,
    asked,
    case_resource,
    definition_resource,
    place,
    plain_resource,
    queue_resource,
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One question; `said` is what stays true as long as it is answered as it should be."""

    said: Text
    principal: Principal
    action: Action
    resource: Resource
    context: Context


def _person(name: str, *roles: str, posts: tuple[tuple[str, str], ...] = ()) -> Principal:
    return Principal(f"person:probe-{name}", name, frozenset(roles), "web", posts=posts)


_OWNER, _STRANGER = _person("owner", "citizen"), _person("stranger", "citizen")
_CLERK = _person("clerk", "staff", posts=(("probe-office", "window"),))
_OUTSIDER = _person("outsider", "staff", posts=(("other-office", "window"),))
_ADMIN, _RELEASER = _person("admin", "admin"), _person("releaser", "releaser")
_BOTH = _person("both", "admin", "releaser")
_DESIGNER = _person("designer", "staff", posts=(("probe-office", "definer"), ("probe-office", "releaser")))
_TIMER = Principal("system:probe", "probe", frozenset({"system"}), "system")
_TRIGGER = Principal("trigger:probe", "probe", frozenset({"trigger"}), "system", internal=True)

_CASE: Mapping[str, Any] = {
    "parties": ({"role": "applicant", "subject": _OWNER.subject},),
    "node": "probe-office",
    "confidential": False,
    "readers": (),
}
_SECRET = {**_CASE, "confidential": True, "readers": ("party:applicant",)}
_CONCERNED = {**_CASE, "recused": (_CLERK.subject,)}

_DRAFT = definition_resource("items", "probe", [_ADMIN.subject, _BOTH.subject])
_THEIRS = definition_resource("items", "probe", ["person:probe-author"], "other-office")
_FOREIGN = definition_resource("items", "probe", ["person:probe-author"])
_QUEUE, _FEED = queue_resource("probe-office", "window"), plain_resource("Feed", "events")
_WINDOW, _APPLICANT = ("post:window",), ("party:applicant",)


def _of_case(said: Text, who: Principal, act: Action, view: Mapping[str, Any] = _CASE, **more: Any) -> Probe:
    return Probe(said, who, act, case_resource("cas_probe", view), asked(who, view, **more))


def _of(said: Text, who: Principal, act: Action, what: Resource, node: str = "probe-office") -> Probe:
    return Probe(said, who, act, what, asked(who, place(node)))


MUST_ALLOW: tuple[Probe, ...] = (
    _of(Text("管理员能修改定义", "an admin edits definitions"), _ADMIN, "edit_definition", _DRAFT),
    _of(
        Text("区级管理员能修改各部门的定义", "the district's admin edits every department's definitions"),
        _ADMIN, "edit_definition", _THEIRS, "other-office",
    ),
    _of(
        Text("区级发布人能发布各部门的定义", "the district's releaser releases every department's"),
        _RELEASER, "release_definition", _THEIRS, "other-office",
    ),
    _of(Text("发布人能校验", "a releaser checks drafts"), _RELEASER, "check_definition", _DRAFT),
    _of(Text("发布人能发布", "a releaser releases"), _RELEASER, "release_definition", _DRAFT),
    _of(Text("发布人能回退", "a releaser rolls back"), _RELEASER, "rollback_definition", _DRAFT),
    _of(Text("能停止受理", "someone can stop new applications"), _ADMIN, "hard_stop", _DRAFT),
    _of(Text("窗口能看本窗口办件", "a clerk reads their queue"), _CLERK, "read_queue", _QUEUE),
    _of(Text("公众能查事项", "anyone reads the catalogue"), NOBODY, "read_catalogue", _DRAFT),
    _of_case(Text("窗口能办理", "a clerk moves a case"), _CLERK, "move_case", by=_WINDOW),
    _of_case(Text("申请人能看自己的办件", "an applicant reads their case"), _OWNER, "read_case"),
    _of_case(Text("申请人能补正", "an applicant moves their case"), _OWNER, "move_case", by=_APPLICANT),
    _of_case(Text("到期能流转", "a timer moves a case"), _TIMER, "move_case", internal=True),
    _of_case(
        Text("触发器能办写明由它办的", "a trigger makes a move that names it"),
        _TRIGGER, "move_case", by=("role:trigger",),
    ),
)  # fmt: skip

MUST_REFUSE: tuple[Probe, ...] = (
    _of(Text("起草人不能发布", "an author does not release"), _BOTH, "release_definition", _DRAFT),
    _of(Text("管理员不能发布", "an admin does not release"), _ADMIN, "release_definition", _FOREIGN),
    _of(Text("公众不能改定义", "the public edits nothing"), _STRANGER, "edit_definition", _FOREIGN),
    _of(
        Text("部门不能改其他部门的定义", "a department edits no other's definitions"),
        _DESIGNER, "edit_definition", _THEIRS, "other-office",
    ),
    _of(
        Text("部门不能发布其他部门的定义", "a department releases no other's definitions"),
        _DESIGNER, "release_definition", _THEIRS, "other-office",
    ),
    _of(
        Text("部门不能改全区共用的定义", "a department does not edit what is the whole district's"),
        _DESIGNER, "edit_definition", _FOREIGN, ANYWHERE,
    ),
    _of(
        Text("部门不能发布全区共用的定义", "a department does not release what is the whole district's"),
        _DESIGNER, "release_definition", _FOREIGN, ANYWHERE,
    ),
    _of(Text("公众不能读事件流", "the public reads no feed"), _STRANGER, "read_feed", _FEED),
    _of(Text("公众不能看窗口办件", "the public reads no queue"), _STRANGER, "read_queue", _QUEUE),
    _of_case(Text("未登录不能看办件", "the unnamed read no case"), NOBODY, "read_case"),
    _of_case(Text("他人不能看办件", "a stranger reads no case"), _STRANGER, "read_case"),
    _of_case(Text("他人不能列办件", "a stranger lists no case"), _STRANGER, "list_cases"),
    _of_case(Text("他人不能办理", "a stranger moves no case"), _STRANGER, "move_case", by=_APPLICANT),
    _of_case(Text("外单位不能办理", "another office moves no case"), _OUTSIDER, "move_case", by=_WINDOW),
    _of_case(
        Text("外单位不能看个人信息", "another office unmasks nothing"),
        _OUTSIDER, "read_personal", by=_WINDOW, purpose="probe",
    ),
    _of_case(
        Text("查看个人信息须有目的", "nobody unmasks without a purpose"), _CLERK, "read_personal", by=_WINDOW
    ),
    _of_case(
        Text("保密办件只有指名的人能看", "only named readers see a confidential case"),
        _CLERK, "read_case", _SECRET,
    ),
    _of_case(
        Text("利害关系人须回避", "who has an interest does not handle"),
        _CLERK, "move_case", _CONCERNED, by=_WINDOW,
    ),
    _of_case(
        Text("分离的环节由不同的人办理", "separated steps are done by different people"),
        _CLERK, "move_case", by=_WINDOW, same_person_did=("propose",),
    ),
    _of_case(Text("触发器不能办别的", "a trigger makes no other move"), _TRIGGER, "move_case", by=_WINDOW),
    _of(Text("触发器不能改定义", "a trigger edits nothing"), _TRIGGER, "edit_definition", _DRAFT),
    _of_case(
        Text("系统身份不能从外部使用", "nobody is the system from outside"),
        _TIMER, "move_case", by=("role:system",),
    ),
)  # fmt: skip
