"""Listens to nothing: says how each released item is applied for: its own form, materials, parties, guide, example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from chalicelib.domain import canonical
from chalicelib.domain.definitions import Bundle, Definition
from chalicelib.domain.forms_schema import subschemas
from chalicelib.domain.manifests import shared_used
from chalicelib.edges.openapi_schemas import SUBJECT, Schema, asked, record, ref

ROOT = "#/components/schemas/"
LANGUAGES = ("zh", "en")
# A guide's own words, in the order in which people ask: (member, what it answers)
GUIDE = (
    ("conditions", {"zh": "办理条件", "en": "Conditions"}),
    ("flow", {"zh": "办理流程", "en": "How it goes"}),
    ("promised_limit_note", {"zh": "承诺时限", "en": "Promised limit"}),
    ("statutory_limit_note", {"zh": "法定时限", "en": "Statutory limit"}),
    ("results", {"zh": "办理结果", "en": "Results"}),
)
MATERIALS = {"zh": "申请材料", "en": "Materials"}
FEES = {True: {"zh": "收费", "en": "A fee is charged"}, False: {"zh": "不收费", "en": "No fee"}}


class Forms:
    """The forms of one document as components: what several share stands once, each version of it apart."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._versions: dict[str, str] = {}  # component → digest of all that it stands for

    def add(self, bundle: Bundle) -> str:
        """The component that holds this item's form, with every `$ref` leading to a component."""
        name = f"form-{bundle.item['id']}"
        names = {identity: self._share(identity, bundle.shared) for identity in _shared(bundle)}
        self.components[name] = _moved(bundle.item.get("form", {"type": "object"}), name, names)
        return name

    def _share(self, identity: str, shared: Mapping[str, Mapping[str, Any]]) -> str:
        """A shared schema under its own name; a version that another item pins differently gets one more."""
        within = sorted({identity, *shared_used([shared[identity]], shared)})
        digest = canonical.digest({one: shared[one] for one in within})
        name = "shared-" + identity.rpartition("/")[2].removesuffix(".json")
        if self._versions.setdefault(name, digest) != digest:
            name = f"{name}-{digest[:8]}"
        if name not in self.components:
            self._versions[name] = digest
            self.components[name] = {}  # before its own references: they may lead back here
            names = {one: self._share(one, shared) for one in within if one != identity} | {identity: name}
            self.components[name] = _moved(shared[identity], name, names)
        return name


def _shared(bundle: Bundle) -> list[str]:
    return sorted(shared_used([bundle.item.get("form", {})], bundle.shared))


def _moved(schema: Any, name: str, names: Mapping[str, str]) -> Schema:
    """The schema as it must read inside the document: no identity of its own, references to components."""
    copy: Schema = {key: value for key, value in deepcopy(schema).items() if key not in {"$schema", "$id"}}
    for _, each in subschemas(copy):
        if isinstance(each.get("$ref"), str):
            document, _, fragment = each["$ref"].partition("#")
            target = names[document] if document else name
            each["$ref"] = ROOT + target + fragment  # type: ignore[index]  # a part of our own copy
    return copy


def request_of(item: Definition, form: str) -> Schema:
    """The body of an application for this item."""
    title = item["title"]
    members: dict[str, Schema] = {"form": ref(form), "materials": _materials(item.get("materials", ()))}
    declared = item.get("parties") or {"applicant": {"subject": ["person", "enterprise"]}}
    members["parties"] = _parties(declared)
    members["draft_id"] = {"type": "string", "description": "a draft to hand in instead"}
    one_of_them = {"anyOf": [{"required": ["form"]}, {"required": ["draft_id"]}]}
    return asked(title["zh"], title["en"], " ".join(members), **members) | one_of_them


def _materials(declared: Sequence[Definition]) -> Schema:
    """Each material at most once, in one of the ways that it admits; the first is taken when none is named."""
    if not declared:
        return {"type": "array", "maxItems": 0}
    choices = []
    for one in declared:
        mode: Schema = {"enum": list(one["modes"]), "default": one["modes"][0]}
        members: dict[str, Schema] = {"id": {"const": one["id"]}, "mode": mode}
        choices.append(record(one["title"]["zh"], one["title"]["en"], "mode", **members))
    return {"type": "array", "maxItems": len(choices), "items": {"oneOf": choices}}


def _parties(declared: Mapping[str, Any]) -> Schema:
    """Other parties than the caller's own side, which is known from the token."""
    kinds = sorted({kind for party in declared.values() for kind in party["subject"]})
    who: Schema = {**SUBJECT, "description": f"whom: {', '.join(kinds)}"}
    members: dict[str, Schema] = {
        "role": {"enum": list(declared)},
        "subject": who,
        "name": {"type": "string"},
    }
    return {"type": "array", "items": record("当事人", "A party", "name", **members)}


def example_of(item: Definition) -> dict[str, Any] | None:
    """The item's first example as the body that applies for it."""
    first = next(iter(item.get("examples", ())), None)
    if first is None:
        return None
    shown = {"form": first["form"], "materials": [{"id": one} for one in first.get("materials", ())]}
    return shown | ({"parties": list(first["parties"])} if first.get("parties") else {})


def takes_unnamed(item: Definition) -> bool:
    return bool(item.get("anonymous", False))


def guide_of(item: Definition, language: str) -> str:
    """The guide in one language, as Markdown: what integrators read beside the schema."""
    return "\n\n".join(_paragraphs(item, language))


def _paragraphs(item: Definition, language: str) -> Iterator[str]:
    guide = item.get("guide", {})
    if "description" in item:
        yield item["description"][language]
    for member, heading in GUIDE:
        if guide.get(member):
            yield f"**{heading[language]}**\n{_lines(guide[member], language)}"
    if item.get("materials"):
        yield f"**{MATERIALS[language]}**\n{_lines(item['materials'], language)}"
    if "charged" in guide.get("fees", {}):
        yield FEES[guide["fees"]["charged"]][language]


def _lines(value: Any, language: str) -> str:
    """A sentence, or a list of sentences or of things with titles, one a line."""
    if isinstance(value, Mapping):
        return str(value.get("title", value)[language])
    return "\n".join(f"- {_lines(one, language)}" for one in value)
