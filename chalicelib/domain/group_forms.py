"""Decides whether a parent's form fills its members': all they require, of the right kind, and nothing asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain import canonical, children
from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.schema_places import field_at, types_of

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

FORM = "form:"
UPLOAD = "upload"  # the one way of giving a material in which somebody must hand it in


class Filled(NamedTuple):
    """One member's item with what fills its form, and where that is declared."""

    name: str
    pattern: Definition
    pointer: str
    item: Definition
    form: Places
    parent: Definition
    parents_form: Places


Check = Callable[[Filled, "Context"], Iterable[Finding]]


def findings(item: Definition, declared: Definition, pointer: str, context: Context) -> Iterator[Finding]:
    """All that stands against the forms, parties and materials of a group's members."""
    parents = Places(item["form"], context.kinds.shared)
    yield from _list(declared, parents, pointer)
    found = list[Finding]()
    members = list[Filled]()
    for place, name, pattern in _patterns(declared):
        member = context.world.get(f"items/{pattern['item']}", {})
        if "form" not in member:
            continue
        form = Places(member["form"], context.kinds.shared)
        members.append(Filled(name, pattern, f"{pointer}{place}", member, form, item, parents))
        found += [one for check in CHECKS for one in check(members[-1], context)]
    yield from found
    yield from _asked_twice(members)
    yield from _shared(declared, members, pointer)
    if not found:
        yield from _examples(item, declared, members, context)


def _patterns(declared: Definition) -> Iterator[tuple[str, str, Definition]]:
    if "open" in declared:
        yield "/open", "open", declared["open"]
    for index, one in enumerate(declared.get("members", ())):
        yield f"/members/{index}", str(one.get("id", one["item"])), one


def _list(declared: Definition, form: Places, pointer: str) -> Iterator[Finding]:
    """The list that says who takes part is a list of the form, and names members only."""
    named = str(declared.get("for_each", {}).get("list", ""))
    if not named.startswith(FORM):
        return
    place = f"{pointer}/for_each/list"
    schemas = field_at(form, named.removeprefix(FORM))
    if "array" not in types_of(schemas):
        zh, en = f"表单的 {named} 不是名单", f"{named} is no list of the form"
        yield finding(place, "form-field-unknown", zh, en, field=named)
        return
    entries = form.at([*named.removeprefix(f"{FORM}/").split("/"), 0])
    known = {*children.listed(declared), *(one["item"] for one in declared.get("members", ()))}
    for strange in sorted({str(one) for schema in entries for one in schema.get("enum", ())} - known):
        if "members" in declared:
            zh, en = f"名单可选“{strange}”，成员中没有", f"{strange!r} may be chosen and is no member"
            yield finding(place, "member-unknown", zh, en, member=strange)


def _targets(member: Filled, _: Context) -> Iterator[Finding]:
    """What is filled is a field of the member's form, from a field of the parent's, of a type that fits."""
    for target, value in member.pattern["map"].items():
        pointer = f"{member.pointer}/map/{escape(target)}"
        there = field_at(member.form, target)
        if not there:
            zh, en = f"成员表单没有栏目 {target}", f"the member's form has no field {target}"
            yield finding(pointer, "field-unknown", zh, en, field=target)
            continue
        if not isinstance(value, str) or not value.startswith(f"{FORM}/"):
            continue
        here = field_at(member.parents_form, value.removeprefix(FORM))
        if not here:
            zh, en = f"表单没有栏目 {value}", f"the form has no field {value}"
            yield finding(pointer, "form-field-unknown", zh, en, field=value)
        elif (wanted := types_of(there)) and (given := types_of(here)) and not wanted & given:
            zh, en = f"{value} 的类型与 {target} 不符", f"{value} is not of the type of {target}"
            yield finding(pointer, "field-type", zh, en, wanted=sorted(wanted), given=sorted(given))


def _required(member: Filled, _: Context) -> Iterator[Finding]:
    """What the member's form requires is filled, unless the applicant completes it."""
    if member.pattern.get("filed_by") == children.BY_APPLICANT:
        return
    targets = {tuple(target.split("/")[1:]) for target in member.pattern["map"]}
    for missing in _unfilled((), member.form, targets):
        field = "/" + "/".join(missing)
        zh, en = f"没有填写成员必填的 {field}", f"the member's required {field} is not filled"
        yield finding(f"{member.pointer}/map", "field-missing", zh, en, field=field)


def _unfilled(at: tuple[str, ...], form: Places, targets: set[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Required fields at or below a place of which no part is filled."""
    required = {str(name) for schema in form.at(at) for name in _always(schema)}
    for name in sorted(required):
        place = (*at, name)
        if place in targets:
            continue
        if any(target[: len(place)] == place for target in targets):
            yield from _unfilled(place, form, targets)
        else:
            yield place


def _always(schema: Mapping[str, Any]) -> Iterable[Any]:
    """What a schema requires by itself: a condition is judged on the examples."""
    return schema.get("required", ()) if "properties" in schema and "type" in schema else ()


def _parties(member: Filled, _: Context) -> Iterator[Finding]:
    """The member's case has one party, of a kind that its item admits."""
    roles = member.item.get("parties") or {
        "applicant": {"subject": ["person", "enterprise"], "cardinality": [1, 1]}
    }
    first, *others = roles.items()
    needed = [role for role, party in others if party["cardinality"][0] > 0]
    if needed:
        zh, en = f"还须有当事人 {'、'.join(needed)}", f"the item also needs the parties {', '.join(needed)}"
        yield finding(f"{member.pointer}/item", "parties-missing", zh, en, parties=needed)
    kinds = _kinds(member)
    if kinds and not kinds & set(first[1]["subject"]):
        zh, en = f"“{first[0]}”不能是此类主体", f"{first[0]!r} cannot be this kind of subject"
        yield finding(f"{member.pointer}/item", "party-kind", zh, en, kinds=sorted(kinds))


def _kinds(member: Filled) -> set[str]:
    """The kinds of subject that the member's party may be; empty where only the case can tell."""
    declared = str(member.pattern.get("party", "case:owner"))
    if declared == "case:owner":
        parents = member.parent.get("parties") or {"applicant": {"subject": ["person", "enterprise"]}}
        return set(next(iter(parents.values()))["subject"])
    kind = declared.partition(":")[0]
    return {kind} if kind in ("person", "enterprise", "node", "system") else set()


def _materials(member: Filled, _: Context) -> Iterator[Finding]:
    """What stands for a material is one; what only an upload could bring is asked of the whole, once."""
    ours = {str(one["id"]) for one in member.parent.get("materials", ())}
    theirs = {str(one["id"]): one for one in member.item.get("materials", ())}
    mapped = member.pattern.get("materials", {})
    for name, source in mapped.items():
        if name not in theirs or source not in ours:
            zh, en = f"没有材料“{name}”或“{source}”", f"there is no material {name!r} or {source!r}"
            yield finding(
                f"{member.pointer}/materials/{escape(name)}", "material-unknown", zh, en, material=name
            )
    if member.pattern.get("filed_by") == children.BY_APPLICANT:
        return
    for name, one in theirs.items():
        if _only_uploaded(one) and name not in mapped:
            zh, en = f"成员材料“{name}”没有来源", f"nothing stands for the member's material {name!r}"
            yield finding(f"{member.pointer}/materials", "material-missing", zh, en, material=name)


def _only_uploaded(material: Definition) -> bool:
    """Whether somebody must hand it in, always and at once: no shared data, licence or promise stands for it."""
    waived = bool(material.get("deferrable") or material.get("when")) or not material.get("required", True)
    return set(material["modes"]) == {UPLOAD} and not waived


def _asked_twice(members: Iterable[Filled]) -> Iterator[Finding]:
    """One and the same field of several members is read from one place of the parent's form: else it is asked twice."""
    first: dict[bytes, tuple[str, str]] = {}
    for member in members:
        for target, value in member.pattern["map"].items():
            if not isinstance(value, str) or not value.startswith(f"{FORM}/"):
                continue
            element = canonical.dumps([target, _kind_of_field(field_at(member.form, target))])
            source, name = first.setdefault(element, (value, member.name))
            if source != value:
                zh = f"{target} 已由 {source} 填给“{name}”，又从 {value} 再问一次"
                en = f"{target} is read from {source} for {name!r} and asked again as {value}"
                params = {"field": target, "first": source, "again": value}
                pointer = f"{member.pointer}/map/{escape(target)}"
                yield finding(pointer, "field-asked-twice", zh, en, **params)


def _kind_of_field(schemas: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What makes two fields the same data element: what they refer to, or their title and type."""
    nearest = next(iter(schemas), {})
    if "$ref" in nearest:
        return [str(nearest["$ref"])]
    return [nearest.get("title"), nearest.get("type"), nearest.get("format")]


def _shared(declared: Definition, members: Iterable[Filled], pointer: str) -> Iterator[Finding]:
    """What is said to be shared is read by some member."""
    read = {str(value) for member in members for value in member.pattern["map"].values()}
    given = {str(source) for member in members for source in member.pattern.get("materials", {}).values()}
    share = declared.get("share", {})
    for index, field in enumerate(share.get("fields", ())):
        if not any(value == f"{FORM}{field}" or value.startswith(f"{FORM}{field}/") for value in read):
            zh, en = f"没有成员使用 {field}", f"no member reads {field}"
            yield finding(f"{pointer}/share/fields/{index}", "shared-by-nobody", zh, en, field=field)
    for index, name in enumerate(share.get("materials", ())):
        if name not in given:
            zh, en = f"没有成员使用材料“{name}”", f"no member uses the material {name!r}"
            yield finding(f"{pointer}/share/materials/{index}", "shared-by-nobody", zh, en, material=name)


def _examples(
    item: Definition, declared: Definition, members: Iterable[Filled], context: Context
) -> Iterator[Finding]:
    """The form of every example fills a right form of each member that it chooses: nobody is asked again."""
    from chalicelib.domain import forms
    from chalicelib.domain.cases import Case

    whole = forms.compile_form(item["form"], context.kinds.shared)
    nobody = Case(
        id="cas_EXAMPLE", number="EX20260302-0001", item=item["id"], release="", release_set=0, opened_at=0,
        node=item["department"], window=item.get("window", item["department"]), owner="", parties=(), channel="web",
        configuration={"in": [], "history": {}},
    )  # fmt: skip
    by_name = {member.name: member for member in members}
    for index, example in enumerate(item.get("examples", ())):
        if not whole.is_valid(example["form"]):
            continue
        for name, element in _chosen(declared, children.Source(nobody, example["form"])):
            member = by_name.get(name)
            if member is None or member.pattern.get("filed_by") == children.BY_APPLICANT:
                continue
            form = forms.compile_form(member.item["form"], context.kinds.shared)
            filled = children.form_of(
                member.pattern, children.Source(nobody, example["form"], element=element)
            )
            for one in form.errors(filled)[:3]:
                zh = f"样例填出的“{name}”表单有误：{one.pointer} {one.message.zh}"
                en = f"the form that the example fills for {name!r} is wrong: {one.pointer} {one.message.en}"
                yield finding(
                    f"/examples/{index}/form", "member-form-invalid", zh, en, member=name, field=one.pointer
                )


def _chosen(declared: Definition, source: children.Source) -> Iterator[tuple[str, Any]]:
    """Who takes part as the form says it: a rule may pick anybody."""
    if children.query_of(declared):  # the register says who
        return
    if "open" in declared:
        yield from (("open", element) for _, element in children.elements(declared, source))
        return
    picked = "rule" not in declared.get("for_each", {})
    names = children.chosen(declared, source, None, {}) if picked else list(children.listed(declared))
    yield from ((name, None) for name in names)


CHECKS: tuple[Check, ...] = (
    _targets,
    _required,
    _parties,
    _materials,
)
