"""Decides what a definition amounts to: an item over the basic item that it extends, a process with its fragments.

An official writes only what differs. What is released, run and hashed is the whole; what was written is kept
beside it under `source/<key>`, so that an answer to "who said so" leads to the right document.

* `extends` (基本目录 → 实施清单 → 业务办理项): the item's members are a merge patch (RFC 7396) over the item that it
  extends; lists whose members have an `id` are merged by id. What the extended item says is fixed, except under
  the pointers of its `overrides` (list members by their id: `/clocks/promised/budget`).
* `includes`: a fragment brings states, moves and internal events. `@name` in it stands for the host's state that
  the include gives for that place. What the host says of an included move or state is merged over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.definitions import SOURCE, Definition, escape
from chalicelib.domain.problems import Finding, Problem, Text

# What belongs to one item alone and is never handed down.
OWN = ("abstract", "overrides", "serves", "effective_from", "retired_at", "hard_stop")

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A world in which every definition is whole; `broken` says of the rest why it cannot be put together."""

    world: Mapping[str, Definition]
    broken: Mapping[str, list[Finding]] = field(default_factory=dict)


def expand(world: Mapping[str, Definition]) -> Expansion:
    """Put every definition together that is made of others."""
    whole, broken = dict(world), dict[str, list[Finding]]()
    for key, body in world.items():
        make = _MAKERS.get(key.partition("/")[0])
        if make is None or not parts(body):
            continue
        try:
            whole[key] = make(body, world)
        except Problem as problem:
            broken[key] = list(problem.findings)
        else:
            whole[SOURCE + key] = body
    return Expansion(whole, broken)


def parts(body: Body) -> list[str]:
    """Keys of what a definition is directly made of."""
    extended = [f"items/{body['extends']}"] if isinstance(body.get("extends"), str) else []
    includes = body.get("includes", ())
    named = includes if isinstance(includes, list) else ()
    return [*extended, *(f"fragments/{one['fragment']}" for one in named if isinstance(one, Mapping))]


def merged(under: Any, over: Any) -> Any:
    """`over` on `under`: objects member by member (null removes), lists of things with ids by id, else replaced."""
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        kept = {name: member for name, member in under.items() if over.get(name, member) is not None}
        patched = {
            name: merged(under.get(name), member) for name, member in over.items() if member is not None
        }
        return kept | patched
    old, new = _by_id(under), _by_id(over)
    if old is None or new is None:
        return over
    return list({identity: merged(old.get(identity), one) for identity, one in (old | new).items()}.values())


def _extended(item: Body, world: Mapping[str, Definition]) -> dict[str, Any]:
    """The item over all that it extends, the farthest first."""
    line = [item]
    while isinstance(line[-1].get("extends"), str):
        above = world.get(f"items/{line[-1]['extends']}")
        if above is None:
            raise _broken(
                _finding("/extends", "extends-unknown", "没有这个基本事项", "there is no such item")
            )
        if above in line:
            raise _broken(_finding("/extends", "extends-itself", "事项继承成环", "the item extends itself"))
        line.append(above)
    whole = dict(line.pop())
    for below in reversed(line):
        fixed = list(_fixed(whole, below))
        if fixed:
            raise _broken(*fixed)
        inherited = {name: member for name, member in whole.items() if name not in OWN}
        whole = merged(inherited, below)
    return whole


def _fixed(above: Body, below: Body) -> Iterator[Finding]:
    """Where the lower item changes what the upper one fixed."""
    open_ = [str(one) for one in above.get("overrides", ())]
    names = [name for name in below if name in above and name not in (*OWN, "kind", "id", "extends")]
    for name in names:
        for place, pointer in _changes(above[name], below[name], f"/{escape(name)}", f"/{escape(name)}"):
            if not any(place == one or place.startswith(one + "/") for one in open_):
                zh, en = (
                    f"{place} 由上级事项规定，不能修改",
                    f"{place} is fixed by the item that this one extends",
                )
                yield _finding(pointer, "override-not-allowed", zh, en, place=place)


def _changes(under: Any, over: Any, place: str, pointer: str) -> Iterator[tuple[str, str]]:
    """(place by ids, pointer into the lower document) of each value that is there and would be another."""
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        for name in (name for name in over if name in under):
            step = f"/{escape(str(name))}"
            yield from _changes(under[name], over[name], place + step, pointer + step)
        return
    old, new = _by_id(under), _by_id(over)
    if old is not None and new is not None:
        for index, (identity, member) in enumerate(new.items()):
            if identity in old:
                below = f"{place}/{escape(identity)}", f"{pointer}/{index}"
                yield from _changes(old[identity], member, *below)
    elif under != over:
        yield place, pointer


def _by_id(value: Any) -> dict[str, Any] | None:
    """A list of objects with ids, by id; None when it is anything else."""
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(one, Mapping) and isinstance(one.get("id"), str) for one in value):
        return None
    return {one["id"]: one for one in value}


def _included(process: Body, world: Mapping[str, Definition]) -> dict[str, Any]:
    """The process with every fragment that it includes."""
    whole: dict[str, Any] = _copied(process)
    for index, include in enumerate(process["includes"]):
        fragment = world.get(f"fragments/{include['fragment']}")
        pointer = f"/includes/{index}"
        if fragment is None:
            raise _broken(
                _finding(
                    f"{pointer}/fragment", "fragment-unknown", "没有这个片段", "there is no such fragment"
                )
            )
        _include(whole, fragment, include, pointer)
    return whole


def _include(whole: dict[str, Any], fragment: Body, include: Body, pointer: str) -> None:
    places: Mapping[str, str] = include.get("places", {})
    if set(places) != set(fragment.get("places", {})):
        named = ", ".join(sorted(fragment.get("places", {})))
        raise _broken(
            _finding(f"{pointer}/places", "fragment-places", f"须指明：{named}", f"places to give: {named}")
        )
    known = dict(_nodes(whole["chart"]["states"]))
    strangers = [name for name in (*places.values(), include.get("within")) if name and name not in known]
    if strangers:
        raise _broken(
            _finding(pointer, "fragment-place-unknown", f"流程中没有状态 {strangers[0]}",
                     f"the process has no state {strangers[0]!r}")
        )  # fmt: skip
    body = _renamed(fragment, {f"@{name}": state for name, state in places.items()})
    within = known[include["within"]]["states"] if "within" in include else whole["chart"]["states"]
    for name, node in body["chart"]["states"].items():
        if name in known:  # the host has ways of its own out of this state
            _attach(known[name], node.get("transitions", ()), pointer)
        else:
            (whole["chart"]["states"] if node.get("final") else within)[name] = node
    for place, arrows in body.get("attach", {}).items():
        _attach(known[places[place]], arrows, pointer)
    for member in ("moves", "internal", "states"):
        whole[member] = merged(body.get(member, {}), whole.get(member, {}))


def _attach(node: dict[str, Any], arrows: Any, pointer: str) -> None:
    taken = {arrow["event"] for arrow in node.get("transitions", ())} & {arrow["event"] for arrow in arrows}
    if taken:
        name = sorted(taken)[0]
        zh, en = f"片段与流程都写了“{name}”", f"the fragment and the process both declare {name!r}"
        raise _broken(_finding(pointer, "fragment-collides", zh, en, event=name))
    node["transitions"] = [*node.get("transitions", ()), *arrows]


def _nodes(states: Body) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, node in states.items():
        yield name, node
        yield from _nodes(node.get("states", {}))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The fragment with the host's names in its places."""
    if isinstance(value, Mapping):
        return {name: _renamed(member, names) for name, member in value.items()}
    if isinstance(value, list):
        return [_renamed(member, names) for member in value]
    return names.get(value, value) if isinstance(value, str) else value


def _copied(value: Any) -> Any:
    return _renamed(value, {})


def _broken(*findings: Finding) -> Problem:
    said = Text("定义无法合成", "the definition cannot be put together")
    return Problem("invalid", "not-expandable", said, findings=findings)


def _finding(pointer: str, code: str, zh: str, en: str, **params: Any) -> Finding:
    return Finding(pointer, code, Text(zh, en), params)


_MAKERS = {"items": _extended, "processes": _included}
