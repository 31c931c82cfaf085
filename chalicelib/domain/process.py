"""Decides which moves a case may make in its present state, who may make them, and where each leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NoReturn, TypedDict

from chalicelib.domain import canonical, subset
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.statechart import chart_of

# What only the kernel sends: the engine itself, a clock, a member case, another system, a rule.
RESERVED = ("done.", "timeout.", "child.", "external.", "auto.", "error.")
# The engine makes these two out of its own states; nobody sends them, not even the kernel.
ENGINE_ONLY = ("done.", "error.")
# `auto.` events follow at once from a rule; these three wait for the world outside the chart.
WAITING = ("timeout.", "child.", "external.")
REASON_LENGTH = 2000

# `in`: active states, outer before inner, in document order. `history` is kept for charts that would use it.
Configuration = TypedDict("Configuration", {"in": list[str], "history": dict[str, list[str]]})


@dataclass(frozen=True, slots=True)
class Move:
    """What a caller may send: who may, what it asks for, what it is called once made."""

    id: str
    title: Text
    by: tuple[str, ...]
    emits: str
    order: int
    input: Mapping[str, Any] | None  # JSON Schema, the demanded reason included
    issues: tuple[str, ...]
    at_most: int | None  # times in the life of the case
    bounded_by: str | None  # the time-out whose clock runs on while this move goes round
    distinct_from: tuple[str, ...]  # moves that another person must have made
    signers: int  # different people who must make it before it takes effect
    reason: bool
    reveals: tuple[str, ...]
    stays: tuple[str, ...] | None  # the states in which it is legal and changes none
    revises: bool  # its input's `form` replaces the form of the case
    merges: (
        Mapping[str, str] | None
    )  # {"rel", "into"}: where its input says into which case this one is merged
    alone: bool  # only while nobody else follows the case


@dataclass(frozen=True, slots=True)
class Internal:
    """What the kernel sends: a clock that expired, a member case that closed, a rule that decided."""

    id: str
    title: Text
    emits: str
    issues: tuple[str, ...]
    backdate: str | None  # the milestone whose instant becomes this event's effective date
    stays: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of the chart as people see it."""

    id: str
    title: Text
    order: int
    waits_for: str | None
    final: bool
    outcome: str | None


class Process:
    """A compiled process: the chart's answers, and the overlay that says who, what and how often."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.id: str = definition["id"]
        self.title = _text(definition["title"])
        self.chart = chart_of(definition["chart"])
        self.moves = MappingProxyType({key: move_of(key, body) for key, body in definition["moves"].items()})
        internal = definition.get("internal", {})
        self.internal = MappingProxyType({key: _internal(key, body) for key, body in internal.items()})
        self.states = MappingProxyType({key: _stage(key, body) for key, body in definition["states"].items()})
        self.opening_issues = tuple(definition.get("opening", {}).get("issues", ()))

    def initial(self) -> Configuration:
        return _configuration(self.chart.initial())

    def send(self, config: Configuration, event: str) -> Configuration | None:
        """Where a declared event leads, or None when it is not possible now.

        For the kernel's own events; a caller's come through `take`. The name is matched exactly, because the
        engine matches by prefix (`accept.now` would answer to `accept`). A move that stays answers with the
        configuration it was given.
        """
        after = self._next(self._restore(config), event)
        return None if after is None else _configuration(after)

    def enabled(self, config: Configuration) -> tuple[str, ...]:
        """Declared events, internal ones included, that are possible now (guards evaluated)."""
        active = self._restore(config)
        return tuple(name for name in (*self.moves, *self.internal) if self._next(active, name) is not None)

    def take(
        self, config: Configuration, move: str, done: Mapping[str, Mapping[str, Any]] | None = None
    ) -> Configuration:
        """Where a caller's move leads. Only a key of `moves` is taken, exactly; anything else is a conflict.

        `done`: `{move: {"count": n, "last": subject}}`, what this case has seen so far.
        """
        declared = self.moves.get(move)
        if declared is None:
            self._refuse("move-unknown", f"没有“{move}”这一步", f"there is no move {move!r}", config, done)
        after = self.send(config, move)
        if after is None:
            zh, en = (
                f"当前状态不能{declared.title.zh}",
                f"{declared.title.en!r} is not possible in this state",
            )
            self._refuse("move-not-now", zh, en, config, done)
        if used_up(declared, done or {}):
            zh = f"“{declared.title.zh}”最多 {declared.at_most} 次,已用完"
            en = f"{declared.title.en!r} is possible {declared.at_most} time(s) at most"
            self._refuse("move-used-up", zh, en, config, done)
        return after

    def placed(self, innermost: Iterable[str]) -> Configuration:
        """The configuration whose innermost states are these; conflict `state-unknown` where there is none."""
        wanted = list(innermost)
        active = set(wanted)
        for name in wanted:
            above = self.chart.nodes[name].parent if name in self.chart.nodes else None
            while above is not None:
                active.add(above)
                above = self.chart.nodes[above].parent
        ordered = self.chart.ordered(active)
        if len(ordered) != len(active) or not self.chart.is_legal(ordered):
            said = Text("流程中没有这样的状态", "the process has no such state")
            raise Problem("conflict", "state-unknown", said, extra={"state": wanted})
        return _configuration(ordered)

    def final(self, config: Configuration) -> str | None:
        """The final state reached, or None while the process is open."""
        return self.chart.ending(self._restore(config))

    def active(self, config: Configuration) -> tuple[str, ...]:
        """The innermost active states: one, or one for each parallel region."""
        return self.chart.atomic(self._restore(config))

    def _next(self, active: tuple[str, ...], event: str) -> tuple[str, ...] | None:
        declared = self.moves.get(event) or self.internal.get(event)
        if declared is None or event.startswith(ENGINE_ONLY):
            return None
        if declared.stays is not None:
            return active if set(declared.stays) & set(active) else None
        return self.chart.step(active, event)

    def _restore(self, config: Configuration) -> tuple[str, ...]:
        active = self.chart.ordered(config["in"])
        if len(active) != len(config["in"]) or not self.chart.is_legal(active):
            text = Text("案件状态与流程不符", "the stored configuration does not fit the process")
            raise Problem("invalid", "configuration-not-legal", text, extra={"in": list(config["in"])})
        return active

    def _refuse(
        self,
        code: str,
        zh: str,
        en: str,
        config: Configuration,
        done: Mapping[str, Mapping[str, Any]] | None,
    ) -> NoReturn:
        """A 409 always says which moves exist (the engine would keep silent)."""
        extra = {
            "state": list(self.active(config)),
            "moves": [move.id for move in available_moves(self, config, done or {})],
        }
        raise Problem("conflict", code, Text(zh, en), extra=extra)


def compile_process(definition: Mapping[str, Any]) -> Process:
    """The process of a definition, cached by its canonical bytes. Raises Problem when that cannot be."""
    return _compiled(canonical.dumps(definition))


def available_moves(
    process: Process, config: Configuration, done: Mapping[str, Mapping[str, Any]]
) -> list[Move]:
    """The moves that are possible now and not used up, in the order of the definition's `order`.

    Who may make them is another question: the access policy answers it from `Move.by` (decisions 35).
    """
    moves = [process.moves[name] for name in process.enabled(config) if name in process.moves]
    return sorted((m for m in moves if not used_up(m, done)), key=lambda move: (move.order, move.id))


def used_up(move: Move, done: Mapping[str, Mapping[str, Any]]) -> bool:
    return move.at_most is not None and done.get(move.id, {}).get("count", 0) >= move.at_most


def waits(definition: Mapping[str, Any]) -> list[str]:
    """The states in which a case stays, whomever it waits for: the gate wants a clock that runs in each."""
    return [name for name, state in definition.get("states", {}).items() if state.get("waits_for")]


def timeouts(definition: Mapping[str, Any]) -> set[str]:
    """The `timeout.*` events that the process knows: the gate wants a clock that sends each."""
    return {name for name in definition.get("internal", {}) if name.startswith("timeout.")}


@lru_cache(maxsize=128)
def _compiled(data: bytes) -> Process:
    definition = canonical.loads(data)
    chart = definition.get("chart") if isinstance(definition, dict) else None
    found = subset.findings(chart)
    if found:
        text = Text("流程图超出允许的范围", "the chart goes beyond what is allowed")
        raise Problem("invalid", "process-not-allowed", text, findings=found)
    try:
        return Process(definition)
    except (KeyError, TypeError, AttributeError) as error:
        text = Text("流程定义不完整", "the process definition is incomplete")
        raise Problem("invalid", "process-malformed", text, extra={"member": str(error)}) from error


def _configuration(active: tuple[str, ...]) -> Configuration:
    return {"in": list(active), "history": {}}


def _text(value: Mapping[str, str]) -> Text:
    return Text(value["zh"], value["en"])


def move_of(name: str, body: Mapping[str, Any]) -> Move:
    """A move as it is declared."""
    return Move(
        id=name,
        title=_text(body["title"]),
        by=tuple(body.get("by", ())),
        emits=body["emits"],
        order=body.get("order", 0),
        input=_input(body),
        issues=tuple(body.get("issues", ())),
        at_most=body.get("at_most"),
        bounded_by=body.get("bounded_by"),
        distinct_from=tuple(body.get("distinct_from", ())),
        signers=body.get("signers", 1),
        reason=body.get("reason", False),
        reveals=tuple(body.get("reveals", ())),
        stays=tuple(body.get("in", ())) if body.get("stays") else None,
        revises=body.get("revises", False),
        merges=body.get("merges"),
        alone=body.get("alone", False),
    )


def _input(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of a move's input; `reason: true` demands a sentence that is kept with the event."""
    schema: Mapping[str, Any] | None = body.get("input")
    if not body.get("reason"):
        return schema
    whole = dict(schema or {"type": "object", "additionalProperties": False})
    reason = {
        "type": "string",
        "minLength": 1,
        "maxLength": REASON_LENGTH,
        "title": "Reason",
        "x-title": {"zh": "理由", "en": "Reason"},
        "x-ui": {"widget": "textarea", "order": 1},
    }
    whole["properties"] = {"reason": reason, **whole.get("properties", {})}
    whole["required"] = sorted({"reason", *whole.get("required", ())})
    return whole


def _internal(name: str, body: Mapping[str, Any]) -> Internal:
    title = body.get("title") or {"zh": name, "en": name}
    return Internal(
        id=name,
        title=_text(title),
        emits=body["emits"],
        issues=tuple(body.get("issues", ())),
        backdate=body.get("backdate"),
        stays=tuple(body.get("in", ())) if body.get("stays") else None,
    )


def _stage(name: str, body: Mapping[str, Any]) -> Stage:
    return Stage(
        id=name,
        title=_text(body["title"]),
        order=body.get("order", 0),
        waits_for=body.get("waits_for"),
        final=body.get("final", False),
        outcome=body.get("outcome"),
    )
