"""Decides whether a declared draw may be published: its plan can be read in one way, its rows come from somewhere,
whoever sees them may, and no value could be known, or chosen, when it is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.draws import declared, rosters
from chalicelib.domain.problems import Finding, Problem, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

ALONE = ({"lottery"}, {"nonces"})  # whoever draws, or opens last, would decide (draws.md, step 2)

WRITER = "system:draw"

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def findings(draw: Definition, context: Context) -> list[Finding]:
    """All that stands against it; strata and weights are compared with rows only where rows are sound."""
    return [one for ask in CHECKS for one in ask(draw, context)]


def plan(draw: Definition, _: Context) -> Iterator[Finding]:
    try:
        declared.plan_of(draw)
    except Problem as problem:
        yield Finding("", problem.code, problem.message)


def beacons(draw: Definition, context: Context) -> Iterator[Finding]:
    for source, some in draw["beacons"].items():
        kinds = [one["kind"] for one in some]
        if set(kinds) in ALONE or len(set(kinds)) < len(kinds):
            zh, en = "彩票号码、密封随机数均不得单独使用", "neither a lottery nor nonces stand alone"
            yield finding(f"/beacons/{source}", "draw-beacon-alone", zh, en)
        nodes = context.nodes()
        for number, one in enumerate(some):
            for place, node in enumerate(one.get("departments", ())):
                if node not in nodes:
                    pointer = f"/beacons/{source}/{number}/departments/{place}"
                    yield _no_node(pointer, node)


def departments(draw: Definition, context: Context) -> Iterator[Finding]:
    nodes = context.nodes()
    named = {"/department": draw["department"]}
    named |= {
        f"/slots/{n}/department": one["department"]
        for n, one in enumerate(draw["slots"])
        if "department" in one
    }
    for pointer, node in named.items():
        if node not in nodes:
            yield _no_node(pointer, node)


def rows(draw: Definition, context: Context) -> Iterator[Finding]:
    """Every roster has its key, every field a member of its register, and none that is personal: all is revealed."""
    for roster in (one for one in declared.ROSTERS if one in draw):
        fields = draw[roster]["fields"]
        for name in rosters.KEYS[roster]:
            if name not in fields:
                zh, en = f"名册缺少“{name}”", f"the roster has no {name!r}"
                yield finding(f"/{roster}/fields", "draw-key-missing", zh, en, member=name)
        if "without" in draw[roster]:
            yield from _member(draw, context, f"{roster}/without", draw[roster]["without"])
        for name, field in fields.items():
            if "at" in field:
                yield from _member(draw, context, f"{roster}/fields/{escape(name)}", field)


def _member(draw: Definition, context: Context, place: str, field: dict[str, Any]) -> Iterator[Finding]:
    register_id = str(field.get("of", draw[place.partition("/")[0]]["register"]))
    key, pointer = f"registers/{register_id}", f"/{place}/at"
    yield from _known(context, {**field, "of": register_id}, pointer)
    register = context.world.get(key, {})
    if any(field["at"].startswith(one) for one in register.get("personal", ())):
        zh, en = "名册公布后人人可见，不得取个人信息", "rosters are revealed to everybody: no personal data"
        yield finding(pointer, "draw-member-personal", zh, en, register=key)


def _known(context: Context, field: dict[str, Any], pointer: str) -> Iterator[Finding]:
    key = f"registers/{field['of']}"
    register = context.world.get(key)
    if register is None:  # said by the reference itself
        return
    if field["at"].split("/")[1] not in register["schema"]["properties"]:
        zh, en = f"{key} 没有“{field['at']}”", f"{key} has no {field['at']}"
        yield finding(pointer, "draw-member-unknown", zh, en, register=key)


def visits(draw: Definition, context: Context) -> Iterator[Finding]:
    """The register of visits lets the draw write it, and not everybody read it: a visit comes unannounced."""
    name = draw.get("visits", {}).get("register")
    register = context.world.get(f"registers/{name}")
    if register is None:  # none is named, or the reference itself is a finding
        return
    if WRITER not in register.get("writers", ()):
        zh, en = (
            f"登记簿 {name} 未许可抽查写入",
            f"the register {name} does not name {WRITER} among its writers",
        )
        yield finding("/visits/register", "draw-visits-closed", zh, en, register=name)
    field = declared.object_field(draw)
    if field not in register["schema"]["properties"]:
        zh, en = f"登记簿 {name} 没有“{field}”", f"the register {name} has no {field!r}"
        yield finding("/visits/object", "draw-member-unknown", zh, en, register=name)
    if "anyone" in register.get("readers", ()) or register.get("public"):
        zh, en = (
            f"登记簿 {name} 人人可读",
            f"anybody reads the register {name}: the visits would be known before they come",
        )
        yield finding("/visits/register", "draw-visits-public", zh, en, register=name)


def recognition(draw: Definition, context: Context) -> Iterator[Finding]:
    """What a recognised result is read from, and what the unified list is asked by, are members of those registers."""
    said = draw.get("visits", {}).get("recognised", {})
    for name in ("matters", "at", "source"):
        if said:
            field, pointer = {"of": said["of"], "at": said[name]}, f"/visits/recognised/{name}"
            yield from _known(context, field, pointer)
    listed = draw.get("coverage", {}).get("matters", {})
    for at in listed.get("where", {}):
        field = {"of": listed["register"], "at": at}
        yield from _known(context, field, f"/coverage/matters/where/{escape(at)}")


def strata(draw: Definition, _: Context) -> Iterator[Finding]:
    """What strata and weights look at stands in every row, and each value of a weight is in exactly one stratum."""
    fields = draw["objects"]["fields"]
    named = {"/weights/field": draw["weights"]["field"]}
    for number, one in enumerate(draw["strata"]):
        named |= {f"/strata/{number}/where/{escape(name)}": name for name in one["where"]}
    for pointer, name in named.items():
        if name not in fields:
            zh, en = f"名册没有“{name}”", f"no row has {name!r}"
            yield finding(pointer, "draw-member-unknown", zh, en, member=name)
    looked_at = {name for one in draw["strata"] for name in one["where"]}
    if looked_at == {draw["weights"]["field"]}:
        yield from _each_once(draw)


def _each_once(draw: Definition) -> Iterator[Finding]:
    field = draw["weights"]["field"]
    for value in draw["weights"]["of"]:
        held = [one["id"] for one in draw["strata"] if value in one["where"][field]]
        if len(held) != 1:
            zh, en = f"“{value}”属于 {len(held)} 个分层", f"{value!r} is in {len(held)} strata"
            yield finding("/strata", "draw-strata-overlap", zh, en, value=value, strata=held)


def _no_node(pointer: str, node: str) -> Finding:
    zh, en = f"组织图中没有 {node}", f"no organisation has {node}"
    return finding(pointer, "draw-department-unknown", zh, en, node=node)


CHECKS: tuple[Check, ...] = (plan, beacons, departments, rows, visits, recognition, strata)
