"""Decides whether what a trigger does beside cases may be published: the register lets triggers write it, the
notice can be filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain import trigger_effects, triggers
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.schema_places import field_at

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

WRITER = "role:trigger"
GRANTS = "grants"  # power over somebody: given by who has it (民法典 §165), never just written

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def writes(trigger: Definition, context: Context) -> Iterator[Finding]:
    """The register admits triggers as writers, has the fields and states that are set, and its key is the key."""
    registers = of_kind("registers", context.world)
    for index, act in enumerate(trigger["do"]):
        register = registers.get(str(act.get("write", {}).get("register")))
        if register is None:  # no write, or a dangling reference, which is already a finding
            continue
        pointer = f"/do/{index}/write"
        yield from _admitted(register, pointer)
        yield from _fields(act["write"], register, Places(register["schema"], context.kinds.shared), pointer)
        yield from _state(act["write"], register, pointer)


def _admitted(register: Definition, pointer: str) -> Iterator[Finding]:
    name, place = register["id"], f"{pointer}/register"
    if name == GRANTS or WRITER not in register.get("writers", ()):
        zh, en = (
            f"登记簿 {name} 不许触发器写入",
            f"the register {name} does not name {WRITER} among its writers",
        )
        yield finding(place, "register-not-written-by-triggers", zh, en, register=name)
    if items := register.get("life", {}).get("changes_only_by"):
        zh, en = f"登记簿 {name} 只能经由办件变更", f"only cases change the register {name}"
        yield finding(place, "changes-only-by-cases", zh, en, register=name, items=items)


def _fields(declared: Definition, register: Definition, places: Places, pointer: str) -> Iterator[Finding]:
    key = trigger_effects.key_field(register)
    for name, value in declared["set"].items():
        place = f"{pointer}/set/{escape(name)}"
        if not field_at(places, f"/{escape(name)}"):
            zh, en = (
                f"登记簿 {register['id']} 没有字段 {name}",
                f"register {register['id']} has no field {name}",
            )
            yield finding(place, "record-field-unknown", zh, en, field=name)
        elif name == key and value != declared["key"]:
            zh, en = f"主键 {name} 与 key 不符", f"{name} is the key, and is not what `key` says"
            yield finding(place, "record-misplaced", zh, en, field=name)


def _state(declared: Definition, register: Definition, pointer: str) -> Iterator[Finding]:
    """A state of its life that is written outright is one of those that its register has."""
    life: Mapping[str, Any] = register.get("life", {})
    name, *deeper = str(life.get("field", "")).strip("/").split("/")
    value = declared["set"].get(name)
    states = [one["id"] for one in life.get("states", ())]
    if not name or deeper or value is None or triggers.is_source(value) or value in states:
        return
    zh, en = f"登记簿 {register['id']} 没有状态 {value}", f"register {register['id']} has no state {value!r}"
    yield finding(f"{pointer}/set/{escape(name)}", "record-state-unknown", zh, en, state=value)


def notices(trigger: Definition, context: Context) -> Iterator[Finding]:
    """The notice is one that is sent with values, gets all of them, and nothing beside."""
    known = of_kind("notices", context.world)
    for index, act in enumerate(trigger["do"]):
        declared = act.get("notice", {})
        notice, pointer = known.get(str(declared.get("notice"))), f"/do/{index}/notice"
        if notice is None:  # no notice, or a dangling reference
            continue
        if "values" not in notice:
            zh, en = (
                f"通知 {notice['id']} 随办件事件发出",
                f"the notice {notice['id']} comes with events of cases",
            )
            yield finding(f"{pointer}/notice", "notice-of-events", zh, en, notice=notice["id"])
            continue
        yield from _values(declared.get("values", {}), notice, pointer)


def _values(given: Mapping[str, Any], notice: Definition, pointer: str) -> Iterator[Finding]:
    wanted = set(notice["values"])
    for name in sorted(given.keys() - wanted):
        zh, en = f"通知 {notice['id']} 没有 {name}", f"the notice {notice['id']} has no value {name}"
        yield finding(f"{pointer}/values/{escape(name)}", "notice-value-unknown", zh, en, value=name)
    for name in sorted(wanted - given.keys() - set(notice.get("optional", ()))):
        zh, en = f"没有给出 {name}", f"nothing fills {name}"
        yield finding(f"{pointer}/values", "notice-value-missing", zh, en, value=name)


CHECKS: tuple[Check, ...] = (writes, notices)
