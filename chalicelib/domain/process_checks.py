"""Decides whether a sound process fits the district: posts that exist, inputs that can be filled in, documents too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import placeholders
from chalicelib.domain.definitions import Definition, escape, of_kind
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

Check = Callable[[Definition, "Context"], Iterable[Finding]]


def findings(process: Definition, context: Context) -> list[Finding]:
    """What stands against a process that is sound in itself."""
    return [one for check in CHECKS for one in check(process, context)]


def _inputs(process: Definition, context: Context) -> Iterator[Finding]:
    from chalicelib.domain.forms_gate import schema_findings

    for name, move in process["moves"].items():
        for one in schema_findings(move["input"], context.kinds.shared) if "input" in move else ():
            yield replace(one, pointer=f"/moves/{escape(name)}/input{one.pointer}")


def _posts(process: Definition, context: Context) -> Iterator[Finding]:
    """A post that no node of the organisation has: whoever it is, nobody could ever hold it."""
    graphs = of_kind("organisations", context.world).values()
    known = {post for graph in graphs for node in graph["nodes"].values() for post in node.get("posts", {})}
    named = {
        f"/moves/{escape(name)}/by/{index}": token
        for name, move in process["moves"].items()
        for index, token in enumerate(move.get("by", ()))
    }
    named |= {f"/states/{name}/waits_for": s.get("waits_for", "") for name, s in process["states"].items()}
    for pointer, token in named.items() if known else ():
        kind, _, post = token.partition(":")
        if kind == "post" and post not in known:
            zh, en = f"组织图中没有岗位 {post}", f"no node of the organisation has the post {post!r}"
            yield finding(pointer, "post-unknown", zh, en, post=post)


def _merges(process: Definition, context: Context) -> Iterator[Finding]:
    from chalicelib.domain import link_checks

    return link_checks.of_process(process, context)


def _backdates(process: Definition, _: Context) -> Iterator[Finding]:
    steps = (*process["moves"].values(), *process.get("internal", {}).values())
    known = {"submitted", *(step["emits"] for step in steps)}
    for name, step in process.get("internal", {}).items():
        if step.get("backdate", "submitted") not in known:
            zh, en = f"流程中不会发生“{step['backdate']}”", f"{step['backdate']!r} never happens here"
            pointer = f"/internal/{escape(name)}/backdate"
            yield finding(pointer, "milestone-unknown", zh, en, milestone=step["backdate"])


def _documents(process: Definition, context: Context) -> Iterator[Finding]:
    """A document that a step issues prints only what the step asks for."""
    documents = of_kind("documents", context.world)
    for pointer, step in _steps(process):
        given = step.get("input", {})
        if step.get("reason"):  # the kernel asks for it by itself
            given = {**given, "properties": {**given.get("properties", {}), "reason": {}}}
        for index, name in enumerate(step.get("issues", ())):
            for path in sorted(placeholders.not_given(documents[name], given)) if name in documents else ():
                zh, en = (
                    f"文书 {name} 需要 {path}，此操作不填",
                    f"{name} prints {path}, which this step never asks",
                )
                yield finding(f"{pointer}/issues/{index}", "placeholder-not-given", zh, en, path=path)


def _steps(process: Definition) -> Iterator[tuple[str, Any]]:
    yield "/opening", process.get("opening", {})
    for section in ("moves", "internal"):
        for name, step in process.get(section, {}).items():
            yield f"/{section}/{escape(name)}", step


CHECKS: tuple[Check, ...] = (
    _inputs,
    _posts,
    _backdates,
    _merges,
    _documents,
)
