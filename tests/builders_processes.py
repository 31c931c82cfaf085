"""Which final state of a process an example of the pack reaches, and which a story plays through HTTP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.builders_pack import ITEMS, PACK
from tests.journeys.telling import Step, Story

THE_TWELVE = (
    *("approval", "commitment", "joint", "ticket", "inspection", "enforcement"),
    *("claim", "deal", "dispute", "task", "review", "activity"),
)
USED = sorted({item["process"] for item in ITEMS})
OF_ITEM = {item["id"]: item for item in ITEMS}


def finals(process: str) -> set[str]:
    """The states in which a case of this process is over."""
    return {
        name for name, state in PACK[f"processes/{process}"]["states"].items() if state.get("final", False)
    }


def shown(items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """{process: {state: items}} in which an example ends; one that ends in a refusal reaches nothing."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        for example in item["examples"]:
            if example["expect"]["refused"] is None:
                found[item["process"]][example["expect"]["state"]].append(item["id"])
    return found


def played(stories: Iterable[Story]) -> dict[str, dict[str, set[str]]]:
    """{process: {final state: stories}} to which a story plays a case, and asserts that it is there."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for story in stories:
        for item, step in cases_of(story):
            process = OF_ITEM[item]["process"]
            for state in finals(process) & {step.expect.get("state"), step.expect.get("outcome")}:
                found[process][state].add(story.id)
    return found


def cases_of(story: Story) -> Iterator[tuple[str, Step]]:
    """Each step with the item of the case that it is about, as far as the story itself says which that is."""
    item, wholes = "", list[str]()
    for step in story.steps:
        verb, _, what = step.does.partition(" ")
        told = step.expect.get("body", {}).get("/item_id", "")
        if verb == "submit" and "status" not in step.expect:
            item, wholes = what, []
        elif verb == "member":
            wholes, item = [*wholes, item], told or _member(item, what)
        elif verb == "whole":
            item = told or (wholes.pop() if wholes else "")
        elif verb in ("follow", "asked"):
            item, wholes = told, [item]
        if item in OF_ITEM:
            yield item, step


def _member(item: str, name: str) -> str:
    """The item of a member, from what the whole declares; unknown if another rule names it."""
    for group in OF_ITEM.get(item, {}).get("children", {}).values():
        for one in group.get("members", ()):
            if name == one.get("id", one["item"]):
                return str(one["item"])
        if "open" in group:
            return str(group["open"]["item"])
    return ""
