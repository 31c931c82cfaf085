"""Has the words in which stories are told: what a step is, what a story is, and the steps that many share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.builders import ESTABLISHMENT, PROPOSAL

FORWARD, ONCE, TRAIL, GUIDE, LIMIT = "S059", "S229", "S165", "S130", "S228"
INSTANT, POWERS = "S142", "S120"


@dataclass(frozen=True, slots=True)
class Step:
    """`does` is a verb and its object: `submit <item>`, `move <move>`, `write <register> [<key>]`, `read <path>`,
    `ask <item>` (its form, answered at once),
    `revise <register> <key>` (a new version), `queue <desk>`, `try <rule>` (given its facts), `check <kind>/<id>` (a
    draft with a merge patch), `see`, `time <instant>`, `documents`, `serve <document>` (records how the last of that
    kind was served), `events`, `chain`, `follow <relation> [<state>]` (to the linked case whose form says what is
    given, once it has that state: the story is then about that one, `{followed}` is where it came from),
    `member <member>` (likewise to the case of a member), `whole <state>` (back to the whole, once it has that state
    and its members stand as is given: `{member: standing}`),
    `asked <code>` (to the case that a trigger opened for `who` and whose form names this code),
    `desk <queue>` (to the case on that desk's queue whose form says what is given; a trigger may be about to open it),
    `verify <document>` (what the code on the last document of that kind says to anybody),
    `release <kind>/<id> <base>` (another definition with a merge patch, under an id of the story's own),
    `draw <series> <step>` (a series of draws once it is there), `act <series>` (what people do to a draw),
    `drawn <series> <count>` (its visits once they are told: their firms are `{firm:drawn-1}`, `{firm:drawn-2}` …),
    `message <connector>` (what an outside system says, signed),
    `checked <series>/<number>` (a draw's bundle, verified as an outsider would),
    `go <relation>` (to the case linked, whatever `who` sees of it), `reopen <relation>` (given a reason: to the
    successor). `{before}` is the number of the case before the last one that was submitted.
    `{uscc}`, `{serial}` (`{tail}`: its last six digits), `{case}` and `{number}` stand for the story's own,
    `{number:<item>}` for the last case of an item, `{firm:<name>}` for the code of another firm; `submit` may be given
    its whole `body`, or members of the example's `form`, and further `parties`.

    `expect`: `status` and `code` of a refusal; `state`, `outcome`, `can` (moves that the caller may make next);
    `clocks` {id: {member: value}}, where `minute` is the deadline to the minute; `issued` (documents, all at once in
    any order); `says` {document: words in it}; `body` {pointer: value}; `at_least` {pointer:
    number}; `has` pointers that lead to something; `codes` of a check's findings; `queued` a case.
    A step that submits exercises the rows that the item serves as well.
    """

    zh: str
    en: str
    who: str
    does: str
    given: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A story of the plan: `journey` says which one in the list of twelve it is a part of."""

    id: str
    journey: str
    zh: str
    en: str
    steps: tuple[Step, ...]


def at(instant: str, zh: str, en: str) -> Step:
    return Step(zh, en, "clock", f"time {instant}+08:00")


def accepts(**expect: Any) -> Step:
    return Step(
        "窗口受理", "The window accepts", "window", "move accept", {}, {"state": "examining"} | expect
    )


def ends(outcome: str, zh: str, en: str) -> Step:
    expect = {"state": outcome, "outcome": outcome}
    return Step(zh, en, "applicant", "see", {}, expect)


MORNING = at("2026-03-02T09:00:00", "周一上午九点", "Monday, nine in the morning")
CHAIN = Step(
    "办理过程留痕,哈希首尾相接",
    "Every step is on record, hashes link up",
    "applicant",
    "chain",
    rows=(TRAIL,),
)
PROPOSES = Step(
    "承办人提出意见", "The handler proposes", "handler", "move propose", PROPOSAL, {"state": "checking"}
)
PASSES = Step(
    "审核人通过", "The reviewer passes", "reviewer", "move pass", {"opinion": "同意"}, {"state": "deciding"}
)
GRANTS = Step("批准人准予", "The decider grants", "decider", "move grant", {}, {"state": "granting"})
SERVES = Step(
    "窗口送达",
    "The window serves",
    "window",
    "move serve",
    {"way": "electronic"},
    {"state": "completed"},
    (LIMIT,),
)
DECIDED = (PROPOSES, PASSES, GRANTS, SERVES)

ESTABLISHED = (
    Step(
        "创办人一表申请", "The founder applies with one form", "founder", f"submit {ESTABLISHMENT}", {},
        {"state": "received", "can": ["withdraw"]},
    ),
    accepts(clocks={"promised": {"unit": "office_hour", "budget": 4, "light": "green"}}),
    *DECIDED,
)  # fmt: skip


def cleared(**states: str) -> Step:
    clear = dict.fromkeys(("tax", "social_insurance", "customs", "bank"), "cleared")
    return Step(
        "税务部门回传结清状态", "The tax office says what is cleared", "tax-handler", "write clearances",
        {"uscc": "{uscc}", **clear, **states}, {"status": 201}, ("S152",),
    )  # fmt: skip
