"""Decides whether somebody is there for all that an item needs: its bodies, posts, parties, different persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from chalicelib.domain.definitions import Definition, of_kind
from chalicelib.domain.organisations import Organisation
from chalicelib.domain.parties import FOLLOWER
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


def organisation_of(context: Context) -> Organisation | None:
    """The one organisation of the district; None before it is loaded."""

    def read() -> Organisation | None:
        return next(map(Organisation, of_kind("organisations", context.world).values()), None)

    return cast("Organisation | None", context.once("organisation", read))


def organs_of(item: Definition, context: Context) -> tuple[str, ...]:
    """The nodes in whose posts people handle the item's cases: its department's organ, and its window."""
    return _around(item, context)[0]


def _around(item: Definition, context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those nodes, and the ones above them."""
    from chalicelib.domain.scope import VIEW, around

    organisation, node = organisation_of(context), str(item.get("department"))
    if organisation is None or node not in organisation.nodes:
        return (), ()
    window = item.get("window", node)
    if VIEW not in organisation.views:
        return (node, window), ()
    return around(organisation, node, window)


def nodes(item: Definition, context: Context) -> Iterator[Finding]:
    """Every body that the item names stands in the organisation; its window is a desk."""
    known, guide = context.nodes(), item.get("guide", {})
    if item["department"] not in known:
        zh, en = f"组织图中没有 {item['department']}", f"no organisation has the node {item['department']}"
        yield finding("/department", "department-unknown", zh, en)
    window = item.get("window")
    if window is not None and window not in known:
        zh, en = f"组织图中没有窗口 {window}", f"no organisation has the window {window}"
        yield finding("/window", "window-unknown", zh, en)
    elif window is not None and not _holders([window], "window", context):
        zh, en = f"{window} 没有窗口受理岗", f"{window} has no post of a window clerk"
        yield finding("/window", "window-not-a-desk", zh, en)
    named = {f"/guide/joint_departments/{i}": one for i, one in enumerate(guide.get("joint_departments", ()))}
    named |= {f"/guide/places/{i}/node": one.get("node") for i, one in enumerate(guide.get("places", ()))}
    for pointer, node in named.items():
        if node is not None and node not in known:
            yield finding(pointer, "node-unknown", f"组织图中没有 {node}", f"no organisation has {node}")


def parties(item: Definition, process: Definition, _: Context) -> Iterator[Finding]:
    """A party on which the process counts and that the item does not declare could never act."""
    if "parties" not in item:
        return
    for role, where in _roles(process):
        if role not in item["parties"]:
            zh, en = f"流程需要当事人“{role}”（{where}），事项没有声明", f"{where} needs the party {role!r}"
            yield finding("/parties", "party-undeclared", zh, en, party=role, where=where)


def _roles(process: Definition) -> Iterable[tuple[str, str]]:
    found: dict[str, str] = {}
    for name, move in process["moves"].items():
        found |= {token[6:]: name for token in move.get("by", ()) if token.startswith("party:")}
    found.pop(FOLLOWER, None)  # nobody files as one: it comes of a merge
    for name, state in process["states"].items():
        if str(state.get("waits_for", "")).startswith("party:"):
            found.setdefault(state["waits_for"][6:], name)
    return sorted(found.items())


def posts(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """Moves for which nobody is there: none of the posts that may make it is held where the case is handled."""
    places, above = _around(item, context)
    for name, move in process["moves"].items() if places else ():
        by = [str(token) for token in move.get("by", ())]
        vacant = [
            token
            for token in by
            if _is_vacant(token, places, context) or _is_vacant(token, above, context, kind="above")
        ]
        if by and len(vacant) == len(by):
            zh = f"“{name}”无人可办：{item['department']} 无人担任 {'、'.join(vacant)}"
            en = f"nobody can make {name!r}: nobody in {item['department']} holds {', '.join(vacant)}"
            yield finding("/department", "post-vacant", zh, en, move=name, posts=vacant)


def _is_vacant(token: str, places: Iterable[str], context: Context, kind: str = "post") -> bool:
    of, _, post = token.partition(":")
    return of == kind and not _holders(places, post, context)


def _holders(places: Iterable[str], post: str, context: Context) -> set[str]:
    """Who holds the post for good; deputies come and go."""
    organisation = organisation_of(context)
    declared: Mapping[str, Any] = organisation.nodes if organisation else {}
    seats = [declared.get(place, {}).get("posts", {}).get(post, {}) for place in places]
    return {spell["subject"] for seat in seats for spell in seat.get("holders", ())}


def extenders(item: Definition, context: Context) -> Iterator[Finding]:
    """Extensions and special steps that nobody could decide: the body has no such post, nor one above it."""
    here, above = _around(item, context)
    named = {
        f"/clocks/{i}/extension/by": one.get("extension", {}) for i, one in enumerate(item.get("clocks", ()))
    }
    named |= {f"/holds/{i}/by": one for i, one in enumerate(item.get("holds", ()))}
    for pointer, body in named.items() if here else ():
        by = [str(token) for token in body.get("by", ())]
        vacant = [
            token
            for token in by
            if _is_vacant(token, here, context) or _is_vacant(token, above, context, kind="above")
        ]
        if by and len(vacant) == len(by):
            zh = f"无人可以批准：{item['department']} 及其上级无人担任 {'、'.join(vacant)}"
            en = f"nobody can decide it: nobody in {item['department']} or above it holds {', '.join(vacant)}"
            yield finding(pointer, "post-vacant", zh, en, posts=vacant)


def distinct(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """承办 ≠ 审核 ≠ 批准: whoever may make a move must not be the only one who can have made those before it."""
    places, moves = organs_of(item, context), process["moves"]
    for name, move in moves.items() if places else ():
        able = _able(move, places, context)
        others = [_able(moves.get(other, {}), places, context) for other in move.get("distinct_from", ())]
        if able and able <= set().union(*(people for people in others if len(people) == 1)):
            zh = f"“{name}”须另一人办理，而 {item['department']} 只有 {'、'.join(sorted(able))}"
            en = f"{name!r} needs another person, and {item['department']} has only {', '.join(sorted(able))}"
            yield finding("/department", "distinct-impossible", zh, en, move=name, people=sorted(able))


def _able(move: Mapping[str, Any], places: Iterable[str], context: Context) -> set[str]:
    """The people who can make a move; none when others than the holders of posts can."""
    found = set[str]()
    for token in move.get("by", ()):
        kind, _, post = token.partition(":")
        if kind != "post":
            return set()
        found |= _holders(places, post, context)
    return found
