"""Decides what is known about a case: typed facts from declared sources, pinned once, known or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.problems import Finding, Problem, Text
from chalicelib.domain.readings import ABSENT, NUMBERS, TAKES, Declaration, is_of_type, read, taken

Scalar = bool | int | str

_MINUTES = {"minute": 1, "hour": 60, "calendar_day": 24 * 60}


@dataclass(frozen=True, slots=True)
class Lookup:
    """What must be fetched for a fact: the source's name and its arguments, resolved, as canonical JSON.

    Two facts that read one record make one lookup, because the field that each reads is no part of it; so do two
    that measure one account.
    """

    source: str  # record | history | account | connector | place
    query: str

    @property
    def arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = canonical.loads(self.query)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """What a lookup brought: `as_of` (UTC ms) is its age, `version` that of the record that was read."""

    value: Any
    as_of: int | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a lookup brought nothing: `not-found`, `failed`, `timed-out`, `no-consent`…"""

    reason: str


@dataclass(frozen=True, slots=True)
class PinnedFact:
    """A fact as it stood when it was resolved. `known` false carries no value, whatever the source said.

    `unknown` tells what not knowing does: ask the applicant, leave it to a person (manual), or refuse.
    """

    id: str
    known: bool
    value: Scalar | None
    source: Mapping[str, Any] = field(default_factory=dict)
    at: int | None = None
    reason: str | None = None
    unknown: str = "manual"

    def as_json(self) -> dict[str, Any]:
        """The pin as a case stores it."""
        pin: dict[str, Any] = {"id": self.id, "known": self.known, "source": dict(self.source), "at": self.at}
        if self.known:
            return pin | {"value": self.value}
        return pin | {"reason": self.reason, "unknown": self.unknown}

    @classmethod
    def from_json(cls, pin: Mapping[str, Any]) -> PinnedFact:
        return cls(**{"value": None, **pin})


def needed(
    declarations: Iterable[Declaration], form: Any, parties: Mapping[str, str] | None = None
) -> list[Lookup]:
    """What must be fetched to pin the facts, each once. `parties` maps a role to its subject.

    A fact whose key the form does not give needs nothing: it can only be unknown.
    """
    lookups = (_lookup(declaration, form, parties or {}) for declaration in declarations)
    return list(dict.fromkeys(one for one in lookups if one))


def pin(
    declaration: Declaration,
    form: Any,
    fetched: Mapping[Lookup, Found | Missing],
    at: int,
    parties: Mapping[str, str] | None = None,
) -> PinnedFact:
    """The fact at the instant `at` (UTC ms), from the form or from what was fetched for `needed`.

    Whatever is absent, failed, too old or of a wrong type makes it unknown, with the reason.
    """
    declaration = compared(declaration, form, parties or {})
    source: Mapping[str, Any] = declaration["source"]
    if "form" in source:
        value = read(form, str(source["form"]))
        return _pinned(declaration, "not-given" if value in (ABSENT, None) else Found(value), at)
    lookup = _lookup(declaration, form, parties or {})
    answer = fetched.get(lookup, Missing("not-fetched")) if lookup else Missing("no-key")
    if isinstance(answer, Missing):
        return _pinned(declaration, answer.reason, at)
    if _stale(declaration, answer, at):
        return _pinned(declaration, "stale", at)
    return _pinned(declaration, answer, at)


def pin_all(
    declarations: Iterable[Declaration],
    form: Any,
    fetched: Mapping[Lookup, Found | Missing],
    at: int,
    parties: Mapping[str, str] | None = None,
) -> dict[str, PinnedFact]:
    """Every fact pinned, by id."""
    return {str(one["id"]): pin(one, form, fetched, at, parties) for one in declarations}


def compared(declaration: Declaration, form: Any, parties: Mapping[str, str]) -> Declaration:
    """The declaration with `same_as` resolved: the form's value or the party's subject stands in its place."""
    take = declaration.get("take") or {}
    if "same_as" not in take:
        return declaration
    return {**declaration, "take": {"same_as": _resolved(take["same_as"], form, parties)}}


def given(declaration: Declaration, value: Any, at: int | None = None) -> PinnedFact:
    """A fact as an example, a test or a trial states it: a value, or `{"unknown": true}`.

    Raises `fact-wrong-type` for a value that the fact can never have: a test that says so tests nothing.
    """
    identity, policy = str(declaration["id"]), str(declaration.get("unknown", "manual"))
    if isinstance(value, Mapping) and value.get("unknown") is True:
        return PinnedFact(identity, False, None, {"given": True}, at, "stated", policy)
    if not is_of_type(declaration, value):
        said = Text(f"事实 {identity} 的值类型不符", f"fact {identity} cannot have that value")
        raise Problem(
            "invalid", "fact-wrong-type", said, findings=[Finding(f"/{identity}", "fact-wrong-type", said)]
        )
    return PinnedFact(identity, True, value, {"given": True}, at, None, policy)


def digest(pins: Mapping[str, PinnedFact]) -> str:
    """128 bits of the hash of all pins, as a case head keeps it."""
    return canonical.digest({identity: pinned.as_json() for identity, pinned in pins.items()})[:32]


def findings(declaration: Declaration) -> list[Finding]:
    """What the meta-schema cannot say: that type, values, bounds and the way of reading fit together."""
    found = []
    kind, taken = declaration["type"], next(iter(declaration.get("take", ())), None)
    if taken and TAKES[taken] != kind:
        said = Text(
            f"“{taken}”得到 {TAKES[taken]}，与类型 {kind} 不符",
            f"{taken!r} gives {TAKES[taken]}, not {kind}",
        )
        found.append(Finding("/take", "take-wrong-type", said))
    for name, kinds in (("values", ("string",)), ("minimum", NUMBERS), ("maximum", NUMBERS)):
        if name in declaration and kind not in kinds:
            said = Text(f"类型 {kind} 没有“{name}”", f"type {kind} has no {name!r}")
            found.append(Finding(f"/{name}", "bound-wrong-type", said))
    if declaration["unknown"] == "ask" and "form" not in declaration["source"]:
        said = Text(
            "只有表单里的事实才能请申请人补充", "only a fact of the form can be asked of the applicant"
        )
        found.append(Finding("/unknown", "ask-without-form", said))
    return found


def _lookup(declaration: Declaration, form: Any, parties: Mapping[str, str]) -> Lookup | None:
    """The lookup with its `form:/pointer` and `party:<role>` tokens resolved; None when one has no value."""
    ((name, source),) = declaration["source"].items()
    if name == "form":
        return None
    if name == "account":
        source = (
            {"account": source["account"], "key": source["key"].split("|")} if "key" in source else source
        )
    read_there = "measure" if name == "account" else "field"
    arguments = _resolved({key: value for key, value in source.items() if key != read_there}, form, parties)
    return None if arguments is ABSENT else Lookup(name, canonical.dumps(arguments).decode())


def _resolved(value: Any, form: Any, parties: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        members = {key: _resolved(member, form, parties) for key, member in value.items()}
        return ABSENT if ABSENT in members.values() else members
    if isinstance(value, list):
        parts = [_resolved(part, form, parties) for part in value]
        return ABSENT if ABSENT in parts else parts
    if not isinstance(value, str):
        return value
    if value.startswith("form:"):
        found = read(form, value.removeprefix("form:"))
        return found if isinstance(found, bool | int | str) else ABSENT
    if value.startswith("party:"):
        return parties.get(value.removeprefix("party:"), ABSENT)
    return value


def _pinned(declaration: Declaration, answer: Found | str, at: int) -> PinnedFact:
    identity, policy = str(declaration["id"]), str(declaration["unknown"])
    source = dict(declaration["source"])
    if isinstance(answer, str):
        return PinnedFact(identity, False, None, source, at, answer, policy)
    source |= {"as_of": answer.as_of} if answer.as_of is not None else {}
    source |= {"version": answer.version} if answer.version is not None else {}
    (place,) = declaration["source"].values()
    value = answer.value if isinstance(place, str) else read(answer.value, _read_there(place))
    value = taken(declaration.get("take"), value)
    if value in (ABSENT, None):
        return PinnedFact(identity, False, None, source, at, "no-value", policy)
    if not is_of_type(declaration, value):
        return PinnedFact(identity, False, None, source, at, "wrong-type", policy)
    return PinnedFact(identity, True, value, source, at, None, policy)


def _read_there(place: Mapping[str, Any]) -> str:
    """Where in what was brought the value stands; of an account what is measured."""
    return f"/{place['measure']}" if "account" in place else str(place.get("field", ""))


def _stale(declaration: Declaration, answer: Found, at: int) -> bool:
    """Older than `fresh_for`. The age of a datum is elapsed time, so a calendar day is 24 hours here."""
    limit = declaration.get("fresh_for")
    if not limit or answer.as_of is None:
        return False
    return at - answer.as_of > int(limit["budget"]) * _MINUTES[limit["unit"]] * 60_000
