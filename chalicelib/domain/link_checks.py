"""Decides whether relations make sense, and whether what items and processes link fits them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition, escape
from chalicelib.domain.linking import KIND, declared_links
from chalicelib.domain.problems import Finding, finding

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


_NAMES = {"case": "办件", "record": "档案"}


def _same(rel: Any, declared: Mapping[str, Any]) -> str:
    """The link as it is declared, whichever state makes or ends it."""
    return repr([rel, *(sorted(dict(declared.get(end, {})).items()) for end in ("source", "target"))])
