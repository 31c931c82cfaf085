"""Decides whether relations make sense, and whether what items and processes link fits them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.linking import KIND, declared_links
from chalicelib.domain.parties import FOLLOWER
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.statechart import chart_of

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

_CASES = ["case"]


def findings(relation: Definition) -> Iterator[Finding]:
    """An exclusive relation has an end that one alone may hold; only between cases is anything carried over."""
    cardinality = str(relation["cardinality"])
    if relation.get("exclusive") and "one" not in cardinality.split("-to-"):
        zh, en = "多对多的关系没有可独占的一端", "where both ends may have many, no end can be exclusive"
        yield finding("/exclusive", "exclusive-of-many", zh, en, cardinality=cardinality)
    between = (list(relation["source"]), list(relation["target"]))
    if "carries" in relation and between != (_CASES, _CASES):
        zh, en = "只有办件之间的关系才能带过去内容", "only from case to case can anything be carried over"
        yield finding("/carries", "carries-from-no-case", zh, en)


def of_item(item: Definition, context: Context) -> Iterator[Finding]:
    """What a state links is what the relation may link; what ends was made by another state."""
    if FOLLOWER in item.get("parties", {}):
        zh, en = "“follower”留给并入办件的当事人", "the role “follower” is kept for who follows after a merge"
        yield finding(f"/parties/{FOLLOWER}", "party-reserved", zh, en)
    made = {_same(one["link"], one) for _, _, one in declared_links(item) if "link" in one}
    for state, index, one in declared_links(item):
        pointer = f"/outcomes/{escape(state)}/{index}"
        rel = str(one.get("link") or one.get("unlink"))
        relation = context.world.get(f"{KIND}/{rel}")
        for end in ("source", "target") if relation else ():
            kind = "record" if end in one else "case"
            if relation and kind not in relation[end]:
                zh, en = f"关系“{rel}”的这一端不能是{_NAMES[kind]}", f"this end of {rel!r} cannot be a {kind}"
                yield finding(f"{pointer}/{end}", "link-end-unfit", zh, en, relation=rel, kind=kind)
        if "unlink" in one and _same(rel, one) not in made:
            zh, en = f"没有哪个状态建立过这一“{rel}”关联", f"no state makes the link {rel!r} that ends here"
            yield finding(pointer, "unlink-of-nothing", zh, en, relation=rel)


def of_process(process: Definition, context: Context) -> Iterator[Finding]:
    """A move that merges ends the case, reads the leading one out of its input, and takes nobody's rights away."""
    arrows = chart_of(process["chart"]).arrows
    for name, move in process["moves"].items():
        if "merges" not in move:
            continue
        pointer = f"/moves/{escape(name)}/merges"
        field = str(move["merges"]["into"]).strip("/")
        if field not in move.get("input", {}).get("required", ()):
            zh, en = f"输入中没有必填的 {field}", f"its input does not ask for {field!r}"
            yield finding(f"{pointer}/into", "merge-into-nothing", zh, en, field=field)
        open_after = [
            arrow.target
            for arrow in arrows
            if arrow.event == name and not process["states"].get(arrow.target, {}).get("final")
        ]
        if open_after or move.get("stays"):
            zh, en = "并入后办件应当办结", "a case that was merged into another one has ended"
            yield finding(pointer, "merge-stays-open", zh, en, states=open_after)
        relation = context.world.get(f"{KIND}/{move['merges']['rel']}", {})
        if relation and relation.get("carries") != _KEEPS_RIGHTS:
            zh, en = (
                "并入的关系须带过去当事人和较早的时限",
                "a merge carries parties as followers and the earlier deadline",
            )
            yield finding(f"{pointer}/rel", "merge-loses-rights", zh, en)


_KEEPS_RIGHTS = {"parties": FOLLOWER, "clocks": "earliest"}
_NAMES = {"case": "办件", "record": "档案"}


def _same(rel: Any, declared: Mapping[str, Any]) -> str:
    """The link as it is declared, whichever state makes or ends it."""
    return repr([rel, *(sorted(dict(declared.get(end, {})).items()) for end in ("source", "target"))])
