"""Decides what of a person's data is shown: fields that a schema marks `x-personal` are masked unless kept.

How each kind of field is masked, and who sees which kind plain, is data: `masks` of the access definition.
Pointers name places of a *form*: `/members/*/phone` stands for the phone of every member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chalicelib.domain.definitions import escape

Schema = Mapping[str, Any]

HIDDEN = "***"
WHOLE = "whole"  # `x-personal: true`: personal, of no kind that may be shown in part

_BESIDE = ("allOf", "anyOf", "oneOf")
_WHEN = ("if", "then", "else", "not")


# What is shown where a district declares nothing else: 430102…1234 → 4301***1234, 13812340000 → 138****0000,
# 张小明 → 张**. `masks.styles` of the access definition replaces any of them.
_USUAL: Mapping[str, Mapping[str, Any]] = {
    "id": {"head": 4, "stars": 3, "tail": 4},
    "phone": {"head": 3, "stars": 4, "tail": 4},
    "name": {
        "head": 1,
        "longer_heads": ("欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "慕容", "令狐", "司徒"),
    },
    "email": {"head": 1, "stars": 3, "before": "@"},
    "address": {"through": "区县旗", "unless_after": "小社园校库"},
}
_USUAL_KINDS: Mapping[str, Mapping[str, str]] = {
    "formats": {"cn-resident-id": "id", "cn-mobile": "phone", "email": "email"},
    "names": {"id_number": "id", "name": "name", "mobile": "phone", "phone": "phone"},
}


@dataclass(frozen=True, slots=True)
class Masks:
    """The district's masks, and the shared schemas that forms refer to, by `$id`.

    `styles`: how each kind is masked. `infer`: the kind of a field that is only marked `true`, by its format
    or its name. `plain`: token → kinds shown in full. What refers elsewhere is masked whole.
    """

    styles: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _USUAL)
    infer: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _USUAL_KINDS)
    plain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shared: Mapping[str, Schema] = field(default_factory=dict)


USUAL = Masks()


def masks_of(definition: Mapping[str, Any], shared: Mapping[str, Schema] | None = None) -> Masks:
    """The masks of an access definition; a kind that it does not style keeps the usual mask."""
    declared = definition["masks"]
    plain = {token: tuple(kinds) for token, kinds in declared.get("plain", {}).items()}
    styles = {**_USUAL, **declared.get("styles", {})}
    return Masks(styles, declared.get("infer", _USUAL_KINDS), plain, shared or {})


def mask_name(name: str, masks: Masks = USUAL) -> str:
    """A person's name: the surname only."""
    return _styled(name, masks.styles["name"])


def mask(
    value: Any,
    schema: Schema,
    keep: Set[str] = frozenset(),
    masks: Masks = USUAL,
    *,
    also: Set[str] = frozenset(),
) -> Any:
    """A copy of `value` with every personal field masked, but those whose pointer is in `keep`.

    `also`: pointers that are personal though the schema does not say so (a register's `personal`).
    """
    return _Walk(masks, keep, also).shown(value, (_At(schema, schema),), "", None)


def personal_pointers(
    schema: Schema, masks: Masks = USUAL, *, also: Set[str] = frozenset()
) -> dict[str, str]:
    """Pointer → kind (`id`, `phone`, `name`, `address`, `email`, `whole`) of every personal field."""
    return dict(_Walk(masks, frozenset(), also).personal((_At(schema, schema),), "", frozenset()))


def kept(schema: Schema, masks: Masks, standing: Set[str], *, also: Set[str] = frozenset()) -> frozenset[str]:
    """Pointers that the caller sees plain without unmasking: the kinds that `plain` gives their tokens."""
    kinds = {kind for token, given in masks.plain.items() if token in standing for kind in given}
    found = personal_pointers(schema, masks, also=also)
    return frozenset(place for place, kind in found.items() if kind in kinds)


class _At(NamedTuple):
    """A schema and the document in which its `#/…` references are looked up."""

    schema: Any
    root: Schema


_Spoken = tuple[_At, ...]


class _Walk:
    def __init__(self, masks: Masks, keep: Set[str], also: Set[str]) -> None:
        self.masks, self.keep, self.also = masks, keep, also

    def shown(self, value: Any, given: _Spoken, place: str, around: str | None) -> Any:
        """`value` as it is shown; `around` is the kind of a personal field that encloses it."""
        if place in self.keep:
            return value
        spoken = tuple(self._all(given, frozenset()))
        kind = self._kind(spoken, place) or around
        if isinstance(value, Mapping):
            return {
                name: self.shown(member, _below(spoken, name), f"{place}/{escape(name)}", kind)
                for name, member in value.items()
            }
        if isinstance(value, list | tuple):
            return [
                self.shown(member, _inside(spoken, index), f"{place}/*", kind)
                for index, member in enumerate(value)
            ]
        return value if kind is None or value is None else self._masked(value, kind)

    def personal(self, given: _Spoken, place: str, above: frozenset[int]) -> Iterator[tuple[str, str]]:
        spoken = tuple(self._all(given, frozenset()))
        met = frozenset(id(at.schema) for at in spoken)
        if met and met <= above:  # a schema that contains itself: one round has named its fields
            return
        if kind := self._kind(spoken, place):
            yield place, kind
        for name in sorted({name for at in spoken for name in at.schema.get("properties", ())}):
            yield from self.personal(_below(spoken, name), f"{place}/{escape(name)}", above | met)
        if items := _inside(spoken, None):
            yield from self.personal(items, f"{place}/*", above | met)

    def _kind(self, spoken: _Spoken, place: str) -> str | None:
        marked = [at.schema for at in spoken if at.schema.get("x-personal")]
        if not marked and place not in self.also:
            return None
        formats = [str(at.schema["format"]) for at in spoken if "format" in at.schema]
        kinds = {self._refined(schema["x-personal"], place, formats) for schema in marked}
        kinds = kinds or {self._refined(True, place, formats)}
        return kinds.pop() if len(kinds) == 1 else WHOLE  # two opinions: show neither's part

    def _refined(self, mark: object, place: str, formats: list[str]) -> str:
        if isinstance(mark, str):
            return mark
        by_format, by_name = self.masks.infer.get("formats", {}), self.masks.infer.get("names", {})
        known = [by_format[name] for name in formats if name in by_format]
        return known[0] if known else by_name.get(place.rpartition("/")[2], WHOLE)

    def _all(self, given: _Spoken, seen: frozenset[int]) -> Iterator[_At]:
        """The schemas that speak about a place: those given, those they refer to, every branch's."""
        for at in given:
            schema = at.schema
            if not isinstance(schema, Mapping) or id(schema) in seen:
                continue
            yield at
            beside = [each for word in _BESIDE for each in schema.get(word, ())]
            beside += [schema[word] for word in _WHEN if word in schema]
            beside += schema.get("dependentSchemas", {}).values()
            ahead = tuple(_At(each, at.root) for each in beside)
            if "$ref" in schema:
                ahead += (self._target(at.root, str(schema["$ref"])),)
            yield from self._all(ahead, seen | {id(schema)})

    def _target(self, root: Schema, ref: str) -> _At:
        document, _, fragment = ref.partition("#")
        base: Any = self.masks.shared.get(document) if document else root
        target = base
        for part in fragment.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, Mapping) else None
        if isinstance(target, Mapping):
            return _At(target, base)
        return _At({"x-personal": WHOLE}, root)  # cannot be looked up: assume the worst

    def _masked(self, value: Any, kind: str) -> str:
        style = self.masks.styles.get(kind)
        return _styled(value, style) if style and isinstance(value, str) else HIDDEN


def _styled(text: str, style: Mapping[str, Any]) -> str:
    """The part of `text` that its style shows: up to a landmark, or head and tail, at most two thirds."""
    if "through" in style:
        return _up_to(text, style["through"], style.get("unless_after", "")) + HIDDEN
    end = text.rfind(style["before"]) if "before" in style else len(text)
    if end < 0:
        return HIDDEN
    body, rest = text[:end], text[end:]
    heads = [len(each) for each in style.get("longer_heads", ()) if body.startswith(each)]
    head, tail = max([style.get("head", 0), *heads]), style.get("tail", 0)
    if 3 * (head + tail) > 2 * len(body):
        head, tail = (1 if len(body) > 1 and style.get("head") else 0), 0
    stars = "*" * int(style.get("stars", max(len(body) - head - tail, 1)))
    shown: str = body[:head] + stars + body[len(body) - tail :] + rest
    return shown


def _up_to(text: str, landmarks: str, unless_after: str) -> str:
    """The text through its first landmark (区, 县…), unless that closes another word (小区, 社区)."""
    for index in range(1, len(text)):
        if text[index] in landmarks and text[index - 1] not in unless_after:
            return text[: index + 1]
    return ""


def _below(spoken: _Spoken, name: str) -> _Spoken:
    """What is said about a member of an object."""
    found = []
    for schema, root in spoken:
        named = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        said = [below for pattern, below in patterns.items() if re.search(pattern, name)]
        said += [named[name]] if name in named else []
        found += [_At(each, root) for each in said or [schema.get("additionalProperties")]]
    return tuple(found)


def _inside(spoken: _Spoken, index: int | None) -> _Spoken:
    """What is said about a member of an array; without an index, about all positions at once."""
    found = []
    for schema, root in spoken:
        first = schema.get("prefixItems", [])
        said = list(first) if index is None else first[index : index + 1]
        if index is None or not said:  # `items` speaks about what `prefixItems` has no position for
            said = [*said, schema.get("items")]
        said = [*said, schema.get("contains")]
        found += [_At(each, root) for each in said if isinstance(each, Mapping)]
    return tuple(found)
