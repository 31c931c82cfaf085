"""Starting an enterprise for tests: a bundle of six that is applied for, and the desks that end its members."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

from chalicelib.actions import membership
from chalicelib.domain import children
from tests import builders_relay
from tests.builders import application, uscc_of
from tests.builders_app import House
from tests.builders_pack import PACK
from tests.builders_relay import stream, works

BUNDLE = "enterprise-start-up"
ITEM = PACK[f"items/{BUNDLE}"]
MEMBERS = {one["id"]: one for one in ITEM["children"]["running"]["members"]}
SIX = tuple(MEMBERS)
OUTCOMES = list(product(("granted", "refused"), repeat=6))
DESKS = {
    "establishment": "", "seal": "police", "tax": "tax", "social-insurance": "hr", "housing-fund": "fund",
    "bank": "bank",
}  # fmt: skip
FOUNDER = "person:demo-founder"


class Started:
    """A start-up that was applied for; its members' desks act on their own cases."""

    def __init__(self, up: House, number: int) -> None:
        self.up, self.read = up, set[tuple[str, str]]()
        body = application(BUNDLE, uscc_of(number))
        headers = {**up.bearer(FOUNDER, "citizen"), "Idempotency-Key": f"start-{number}"}
        answer = up.call("POST", f"/v1/items/{BUNDLE}/cases", body, headers)
        assert answer.status == 201, answer.text
        self.id = str(answer.json()["case_id"])
        self.settle()

    def settle(self) -> None:
        """The stream is read on until nobody has anything left to say."""
        while new := [one for one in stream(self.up) if _place(one) not in self.read]:
            self.read.update(map(_place, new))
            messages = builders_relay.relays(self.up, new)
            works(self.up, [one for one in messages if json.loads(one)["work"] == membership.WORK])

    def child(self, member: str) -> str:
        case = self.up.app.kit.cases.load(self.id).case
        return children.case_id(self.id, member, case.members[member])

    def moves(self, case: str, who: str, move: str, given: Mapping[str, Any] | None = None) -> Any:
        body = {"move": move, "input": dict(given or {})}
        answer = self.up.call(
            "POST", f"/v1/cases/{case}/moves", body, self.up.bearer(f"person:demo-{who}", "staff")
        )
        assert answer.status == 200, answer.text
        return answer.json()

    def shows(self, case: str = "") -> Any:
        return self.up.call(
            "GET", f"/v1/cases/{case or self.id}", None, self.up.bearer(FOUNDER, "citizen")
        ).json()

    def ends(self, member: str, outcome: str) -> None:
        case = self.child(member)
        if member == "establishment":
            remedies = {"reconsideration": "长沙市望城区人民政府", "litigation": "有管辖权的人民法院"}
            self.moves(case, "window", "accept")
            self.moves(case, "handler", "propose", {"opinion": "grant", "grounds": "齐全"})
            self.moves(case, "reviewer", "pass", {"opinion": "同意"})
            refusal = {"reasons": ["名称近似"], "remedies": remedies}
            self.moves(case, "decider", *(("grant",) if outcome == "granted" else ("refuse", refusal)))
            self.moves(case, "window", "serve", {"way": "electronic"})
            return
        desk = f"{DESKS[member]}-handler"
        self.moves(case, desk, "accept")
        given = {"result": "SAMPLE-1"} if outcome == "granted" else {"reasons": ["不符合条件"]}
        self.moves(case, desk, "finish" if outcome == "granted" else "refuse", given)


def _place(record: Mapping[str, Any]) -> tuple[str, str]:
    image = record["dynamodb"]["NewImage"]
    return image["pk"]["S"], image["sk"]["S"]


def plays(up: House, number: int) -> None:
    """One of the sixty-four, from the form to the pack: by its desks, in an order of its own; heard of all at once."""
    outcomes = dict(zip(SIX, OUTCOMES[number], strict=True))
    case, order = Started(up, number), list(SIX)
    Random(number).shuffle(order)
    for member in order:
        case.ends(member, outcomes[member])
    case.settle()
    shown = case.shows()
    assert {one["member"]: one["outcome"] for one in shown["members"]} == outcomes
    for line in shown["members"]:
        papers = {one["document"] for one in line["documents"]}
        done = {"establishment": "business-licence"}.get(line["member"], "completion-notice")
        assert (done in papers) == (outcomes[line["member"]] == "granted"), line
    good = set(outcomes.values()) == {"granted"}
    refusal = {"reason": "部分事项未办成"}
    case.moves(case.id, "handler", *(("deliver",) if good else ("deliver_partly", refusal)))
    case.moves(case.id, "window", "serve")
    assert case.shows()["outcome"] == ("completed" if good else "partly")
