"""Decides who holds which post on a day, and which node stands under which in a named view.

One graph of nodes carries several hierarchies (departments, Leifeng whistle, grid, agents): a question about
rank always names its view. Days are dates of the district; `from` and `until` both include their day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from chalicelib.domain.problems import Finding, Problem, Text, not_found


class Organisation:
    """One released `organisations` definition, indexed once and asked often."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.id: str = definition["id"]
        self.nodes: Mapping[str, Mapping[str, Any]] = definition["nodes"]
        self._superior: dict[str, dict[str, str]] = {}
        self._subordinates: dict[str, dict[str, tuple[str, ...]]] = {}
        for view, edges in definition["views"].items():
            self._superior[view] = {child: parent for parent, child in edges}
            below: defaultdict[str, list[str]] = defaultdict(list)
            for parent, child in edges:
                below[parent].append(child)
            self._subordinates[view] = {parent: tuple(children) for parent, children in below.items()}
        self._spells: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for node, post, holding in _engagements(definition["nodes"]):
            if (node, post) not in self._spells[holding["subject"]]:
                self._spells[holding["subject"]].append((node, post))

    @property
    def views(self) -> tuple[str, ...]:
        return tuple(self._superior)

    def node(self, node: str) -> Mapping[str, Any]:
        """The node's declaration; an unknown one is a `not_found`."""
        if node not in self.nodes:
            raise not_found(Text("组织节点", "organisation node"), node)
        return self.nodes[node]

    def posts_of(self, subject: str, on: date) -> tuple[tuple[str, str], ...]:
        """The (node, post) pairs that the subject acts in on that day, deputising included."""
        return tuple(
            (node, post)
            for node, post in self._spells.get(subject, ())
            if subject in self.holders(node, post, on)
        )

    def holders(self, node: str, post: str, on: date) -> tuple[str, ...]:
        """Who acts in the post on that day: holders who are not replaced, then their deputies."""
        declared = self.node(node).get("posts", {}).get(post)
        if declared is None:
            return ()
        acting = [spell for spell in declared.get("deputies", ()) if _covers(spell, on)]
        away = {spell["for"] for spell in acting}
        present = [
            spell["subject"]
            for spell in declared["holders"]
            if _covers(spell, on) and spell["subject"] not in away
        ]
        return tuple(dict.fromkeys(present + [spell["subject"] for spell in acting]))

    def holder(self, node: str, post: str, on: date) -> str | None:
        """The first of those who act in the post on that day; None when it is vacant."""
        return next(iter(self.holders(node, post, on)), None)

    def superior(self, node: str, view: str) -> str | None:
        return self._edges_up(view).get(node)

    def subordinates(self, node: str, view: str) -> tuple[str, ...]:
        self._edges_up(view)
        return self._subordinates[view].get(node, ())

    def path(self, node: str, view: str) -> tuple[str, ...]:
        """The node and all its superiors in the view, nearest first."""
        up = self._edges_up(view)
        steps = [self._known(node)]
        while (above := up.get(steps[-1])) is not None and above not in steps:
            steps.append(above)
        return tuple(steps)

    def descends(self, node: str, ancestor: str, view: str) -> bool:
        """Whether the node is the ancestor or stands under it in the view: the scope of a permission."""
        return ancestor in self.path(node, view)

    def _known(self, node: str) -> str:
        self.node(node)
        return node

    def _edges_up(self, view: str) -> Mapping[str, str]:
        if view not in self._superior:
            raise not_found(Text("组织视图", "view of the organisation"), view)
        return self._superior[view]


def check(definition: Mapping[str, Any]) -> Organisation:
    """The organisation, or a `Problem` that names everything wrong with it at once."""
    found = findings(definition)
    if found:
        raise Problem(
            "invalid",
            "organisation-unsound",
            Text("组织定义有误", "the organisation is not sound"),
            findings=found,
        )
    return Organisation(definition)


def findings(definition: Mapping[str, Any]) -> list[Finding]:
    """What the gate refuses: unknown nodes, two superiors, cycles, posts nobody holds, deputies of nobody."""
    nodes = definition["nodes"]
    found = [
        finding for view, edges in definition["views"].items() for finding in _of_view(view, edges, nodes)
    ]
    for node, declared in nodes.items():
        for post, seat in declared.get("posts", {}).items():
            found += _of_post(f"/nodes/{node}/posts/{post}", seat)
    return found


def _of_view(view: str, edges: list[list[str]], nodes: Mapping[str, Any]) -> Iterator[Finding]:
    superior: dict[str, str] = {}
    for index, (parent, child) in enumerate(edges):
        place = f"/views/{view}/{index}"
        for end, name in enumerate((parent, child)):
            if name not in nodes:
                yield _finding(
                    f"{place}/{end}", "unknown-node", f"没有这个节点:{name}", f"no such node: {name}"
                )
        if child in superior:
            yield _finding(place, "second-superior", f"{child} 有两个上级", f"{child} has two superiors")
        superior.setdefault(child, parent)
    for name in _on_cycles(superior):
        yield _finding(f"/views/{view}", "cycle", f"{name} 是自己的上级", f"{name} is its own superior")


def _on_cycles(superior: Mapping[str, str]) -> list[str]:
    """One name per cycle: each is walked once, so the whole costs as much as there are edges."""
    seen: dict[str, str] = {}
    found = []
    for start in superior:
        name: str | None = start
        while name is not None and name not in seen:
            seen[name] = start
            name = superior.get(name)
        if name is not None and seen[name] == start:
            found.append(name)
    return found


def _of_post(place: str, seat: Mapping[str, Any]) -> Iterator[Finding]:
    if not seat["holders"]:
        yield _finding(f"{place}/holders", "post-without-holder", "岗位无人任职", "nobody holds this post")
    holders = {spell["subject"] for spell in seat["holders"]}
    for index, spell in enumerate(seat.get("deputies", ())):
        here = f"{place}/deputies/{index}"
        if spell["for"] not in holders:
            yield _finding(
                f"{here}/for",
                "deputy-of-nobody",
                "被代理人不任此岗",
                "the one replaced does not hold the post",
            )
        if spell["subject"] == spell["for"]:
            yield _finding(here, "deputy-of-self", "不能代理自己", "nobody deputises for themselves")
    for role in ("holders", "deputies"):
        for index, spell in enumerate(seat.get(role, ())):
            if spell.get("until", spell["from"]) < spell["from"]:
                yield _finding(
                    f"{place}/{role}/{index}/until",
                    "ends-before-start",
                    "止日早于起日",
                    "ends before it starts",
                )


def _engagements(nodes: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for node, declared in nodes.items():
        for post, seat in declared.get("posts", {}).items():
            for spell in [*seat["holders"], *seat.get("deputies", ())]:
                yield node, post, spell


def _covers(spell: Mapping[str, Any], on: date) -> bool:
    day = on.isoformat()  # ISO days sort as text
    return bool(spell["from"] <= day <= spell.get("until", day))


def _finding(pointer: str, code: str, zh: str, en: str) -> Finding:
    return Finding(pointer, code, Text(zh, en))
