"""Decides whether a connector may be published: what it reads is in its messages, what it opens and moves lets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import connectors, trigger_checks, trigger_cycles, triggers
from chalicelib.domain.definitions import Definition, escape, key_of, of_kind
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.parties import NOBODY
from chalicelib.domain.problems import Finding, Problem, finding
from chalicelib.domain.schema_places import field_at, types_of

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

MOVER = "role:integrator"
CHANNEL = "integrator"

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def findings(connector: Definition, context: Context) -> list[Finding]:
    """All that stands against a connector that has the shape of one."""
    return [one for check in CHECKS for one in check(connector, context)]


def system(connector: Definition, context: Context) -> Iterator[Finding]:
    """One system has one connector: two would give one number of theirs two meanings."""
    others = of_kind("connectors", context.world)
    twin = next(
        (i for i, one in others.items() if one["system"] == connector["system"] and i != connector["id"]), ""
    )
    if twin:
        zh, en = f"该系统已有对接 {twin}", f"the connector {twin} is this system's already"
        yield finding("/system", "system-taken", zh, en, connector=twin)


def keys(connector: Definition, context: Context) -> Iterator[Finding]:
    """Type, number and order stand in every message, and in none may they be left out."""
    inbound = connector.get("inbound", {"type": "", "external_id": ""})
    wanted = {"type": {"string"}, "external_id": {"string", "integer"}}
    for name, pointer in (
        *((one, inbound[one]) for one in wanted),
        ("order", inbound.get("order", {}).get("key")),
    ):
        for type_, message in connector.get("messages", {}).items() if pointer else ():
            places = Places(message["schema"], context.kinds.shared)
            found = types_of(field_at(places, pointer))
            if (
                not found
                or not found <= wanted.get(name, {"integer"})
                or not _required(message["schema"], pointer)
            ):
                zh, en = (
                    f"{pointer} 须为必填字段",
                    f"{pointer} must be a field of it, required, of a fitting type",
                )
                yield finding(f"/messages/{escape(type_)}/schema", "key-missing", zh, en, key=name)


def values(connector: Definition, context: Context) -> Iterator[Finding]:
    """Every value is read from a field that the message has."""
    for type_, message in connector.get("messages", {}).items():
        places, at = Places(message["schema"], context.kinds.shared), f"/messages/{escape(type_)}"
        for pointer, named in _sources(message, at):
            if not field_at(places, named):
                zh, en = f"来报没有字段 {named}", f"the message has no field {named}"
                yield finding(pointer, "message-field-unknown", zh, en, field=named)


def opens(connector: Definition, context: Context) -> Iterator[Finding]:
    """The item takes cases, from outside systems too, and its form gets what it requires."""
    for at, declared in _acts(connector, "open"):
        item = context.world.get(f"items/{declared['item']}")
        if item is None:  # a dangling reference is already a finding
            continue
        if item.get("mode") != "case" or item.get("abstract"):
            zh, en = f"事项 {item['id']} 不立案", f"the item {item['id']} opens no cases"
            yield finding(f"{at}/item", "item-opens-nothing", zh, en, item=item["id"])
            continue
        if CHANNEL not in item.get("channels", ()):
            zh, en = (
                f"事项 {item['id']} 没有对接渠道",
                f"the item {item['id']} does not list the channel {CHANNEL}",
            )
            yield finding(f"{at}/item", "channel-missing", zh, en, item=item["id"])
        if NOBODY.subject in declared["party"] and not item.get("anonymous"):
            zh, en = f"事项 {item['id']} 不接受匿名", f"the item {item['id']} takes nobody unnamed"
            yield finding(f"{at}/party", "party-kind", zh, en, party=NOBODY.subject)
        yield from trigger_checks.mapped(declared["form"], item["form"], f"{at}/form")


def moves(connector: Definition, context: Context) -> Iterator[Finding]:
    """Each of the items has the move, lets outside systems make it, and gets the input that it wants."""
    processes = {str(one["id"]): one for one in trigger_cycles.processes(context)}
    for at, declared in _acts(connector, "move"):
        for index, name in enumerate(declared["items"]):
            item = context.world.get(f"items/{name}")
            process = processes.get(str((item or {}).get("process")))
            if item is None or process is None:
                continue
            move = process["moves"].get(declared["move"])
            if move is None or MOVER not in move.get("by", ()):
                zh = f"事项 {name} 的流程不许对接系统办理“{declared['move']}”"
                en = f"the process of {name} lets no outside system make {declared['move']!r} (by: {MOVER})"
                yield finding(f"{at}/items/{index}", "move-not-for-systems", zh, en, move=declared["move"])
                continue
            wanted = trigger_checks.input_of(move)
            yield from trigger_checks.mapped(declared.get("input", {}), wanted, f"{at}/input")


def words(connector: Definition, context: Context) -> Iterator[Finding]:
    """Every state that a case of its items can be in has a word, and no word is for a state that none has."""
    declared = connector.get("statuses")
    if declared is None:
        return
    processes = {str(one["id"]): one for one in trigger_cycles.processes(context)}
    items = {str(one["item"]) for _, one in _acts(connector, "open")}
    items |= {str(name) for _, one in _acts(connector, "move") for name in one["items"]}
    found = [
        processes.get(str(context.world.get(f"items/{name}", {}).get("process"))) for name in sorted(items)
    ]
    if None in found:
        return  # what is missing is said where it is named
    paths = [path for one in found if one for path in _innermost(one["chart"]["states"])]
    named, known = (
        {state for one in declared for state in one["states"]},
        {one for path in paths for one in path},
    )
    for index, one in enumerate(declared):
        for number, state in enumerate(one["states"]):
            if state not in known:
                zh, en = f"没有状态 {state}", f"none of its items has a state {state}"
                yield finding(
                    f"/statuses/{index}/states/{number}", "status-state-unknown", zh, en, state=state
                )
    if bare := sorted({path[-1] for path in paths if not named.intersection(path)}):
        zh, en = f"状态 {'、'.join(bare)} 没有对方用语", f"no word for the states {', '.join(bare)}"
        yield finding("/statuses", "status-missing", zh, en, states=bare)


def _innermost(states: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every state without states of its own, behind those that it stands in."""
    for name, body in states.items():
        if inner := body.get("states"):
            yield from _innermost(inner, (*above, name))
        else:
            yield (*above, name)


def examples(connector: Definition, context: Context) -> Iterator[Finding]:
    """Each example is a message of its type, and what is made of it is a form that would be taken.

    They are tried when the connector changes: a form that grows a field is no reason to hold up its item.
    """
    if key_of(connector) not in context.changed:
        return
    for type_, message in connector.get("messages", {}).items():
        at = f"/messages/{escape(type_)}/example"
        try:
            said = connectors.read(connector, "example", message["example"], 0)
        except Problem as problem:
            yield Finding(at, problem.code, problem.message)
            continue
        wrong = _refused(message["schema"], message["example"], context)
        wrong += [] if wrong else _made_of(message, said, context)
        if said.type != type_:
            zh, en = f"样例的类型为 {said.type}", f"the example is of the type {said.type}"
            yield finding(at, "example-misplaced", zh, en, type=said.type)
        yield from (replace(one, pointer=f"{at}{one.pointer}", code="example-refused") for one in wrong)


def _made_of(message: Mapping[str, Any], said: connectors.Message, context: Context) -> list[Finding]:
    if "open" in message:
        item = context.world.get(f"items/{message['open']['item']}", {})
        form = connectors.value_of(message["open"]["form"], said)
        if connectors.party_of(message["open"]["party"], said) is None:
            return [finding("", "party", "没有当事人", "it names nobody to be the party")]
        return _refused(item["form"], form, context) if "form" in item else []
    return []


def _refused(schema: Mapping[str, Any], value: Any, context: Context) -> list[Finding]:
    from chalicelib.domain.forms import compile_form

    return list(compile_form(schema, context.kinds.shared).errors(value))


def _acts(connector: Definition, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for type_, message in connector.get("messages", {}).items():
        if kind in message:
            yield f"/messages/{escape(type_)}/{kind}", message[kind]


def _sources(message: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """(pointer, field) of every value that an act takes from its message."""
    for kind in ("open", "move", "tally"):
        for pointer, (source, name) in triggers.sources_in(message.get(kind, {}), f"{at}/{kind}"):
            if source == "message":
                yield pointer, name
    for index, one in enumerate(message.get("open", {}).get("party", ())):
        prefix, _, rest = one.partition(":")
        if prefix != "message" and rest.startswith("message:"):
            yield f"{at}/open/party/{index}", rest.removeprefix("message:")


def _required(schema: Mapping[str, Any], pointer: str) -> bool:
    for part in pointer.strip("/").split("/"):
        if part not in schema.get("required", ()):
            return False
        schema = schema.get("properties", {}).get(part, {})
    return True


CHECKS: tuple[Check, ...] = (system, keys, values, opens, moves, words, examples)
