"""Tells the stories of lateness by clock unit: yellow, red, the notice that the head of the body must answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.builders import FOOD
from tests.journeys.stories_utilities import GAS, built, surveyed, taken
from tests.journeys.telling import CHAIN, ESTABLISHED, MORNING, Step, Story, accepts, at

SUPERVISION = "S027"
REPLY = {"cause": "现场核查人手不足", "measures": "增派两人,当日完成核查", "done_by": "2026-03-18"}


def shows(light: str, clock: str, zh: str, en: str, who: str = "applicant", **more: Any) -> Step:
    expect = {"clocks": {clock: {"light": light, **more}}}
    return Step(zh, en, who, "see", {}, expect, (SUPERVISION,))


def supervised(head: str, clock: str, body: str) -> Step:
    """The head finds the notice about this clock, linked to the late case, and may answer it."""
    expect = {
        "state": "notified", "can": ["reply"],
        "clocks": {"reply": {"budget": 2, "unit": "working_day", "light": "green"}},
        "body": {"/department": body, "/form/clock": clock, "/form/light": "red", "/form/head": f"person:demo-{head}"},
    }  # fmt: skip
    return Step("红灯:督办单到了单位负责人", "Red: the notice has come to the head of the body", head, "follow about",
                {"clock": clock}, expect, (SUPERVISION,))  # fmt: skip


def linked(zh: str = "申请人看得到本办件已被督办,看不到督办内容") -> Step:
    """Who reads the late case sees that it is supervised, and no more."""
    return Step(zh, "The late case's reader sees the link, not what is behind it", "applicant",
                "read /v1/cases/{followed}/links", {},
                {"body": {"/links/0/rel": "about", "/links/0/direction": "from", "/links/0/item_id": "supervision",
                          "/links/0/visible": False, "/links/0/number": None}}, (SUPERVISION,))  # fmt: skip


def counted(result: str, who: str) -> Step:
    """What the assessment counts."""
    return Step("督办台账记下,供考核统计", "The register that the assessment counts from has it", who,
                "read /v1/registers/supervisions/records/{number}", {},
                {"body": {"/body/result": result}}, (SUPERVISION,))  # fmt: skip


def struck_off(head: str, supervisor: str, reply: Mapping[str, str], **note: str) -> tuple[Step, Step, Step]:
    """The head replies, the supervisor takes the reply, and the register has it."""
    return (
        Step("负责人回复", "The head replies", head, "move reply", reply, {"state": "replied"}, (SUPERVISION,)),
        Step("督办岗审核销号", "The supervisor strikes it off", supervisor, "move accept", note,
             {"state": "closed", "outcome": "closed"}, (SUPERVISION,)),
        counted("closed", supervisor),
    )  # fmt: skip


WORKING_DAYS = Story(
    "supervision-working-days", "E06", "按工作日:黄灯、红灯、督办、负责人回复、销号",
    "Working days: yellow, red, the notice, the head's reply, struck off",
    (
        MORNING,
        Step("企业申请食品经营许可", "A firm applies for a food licence", "firm", f"submit {FOOD}", {},
             {"state": "received"}),
        accepts(clocks={"promised": {"unit": "working_day", "budget": 8, "light": "green"}}),
        at("2026-03-09T09:00:00", "过半", "Half of it gone"),
        shows("yellow", "promised", "承诺时限过半:黄灯", "Half of the promise is gone: yellow"),
        at("2026-03-11T17:30:00", "用去七天", "Seven of eight days are gone"),
        shows("red", "promised", "用去八成以上:红灯", "More than four fifths are gone: red", who="handler"),
        at("2026-03-12T17:30:00", "承诺时限用满", "The promise is used up"),
        shows("overdue", "promised", "承诺时限用满", "The promise is used up", who="head"),
        supervised("head", "promised", "market-regulation"),
        linked(),
        Step("在负责人的待办里", "It stands in the head's queue", "head", "queue market-regulation.market-regulation",
             {}, {"queued": "{case}"}, (SUPERVISION,)),
        Step("承办人不能代负责人回复", "The handler does not reply for the head", "handler", "move reply", REPLY,
             {"status": 403}, (SUPERVISION,)),
        Step("回复须写明原因、措施、日期", "A reply says cause, measures, date", "head", "move reply", {"cause": "忙"},
             {"status": 422, "code": "input-invalid"}),
        at("2026-03-13T10:00:00", "次日", "The next day"),
        *struck_off("head", "supervisor", REPLY, note="措施到位"),
    ),
)  # fmt: skip

OFFICE_HOURS = Story(
    "supervision-office-hours", "E06", "按工作小时:黄灯、红灯、督办;无人回复,升级上级",
    "Office hours: yellow, red, the notice; nobody replies, it goes up",
    (
        MORNING,
        *ESTABLISHED[:2],
        at("2026-03-02T11:05:00", "两个工作小时后", "Two office hours later"),
        shows("yellow", "promised", "四小时过半:黄灯", "Two of four hours are gone: yellow"),
        at("2026-03-02T14:20:00", "还剩不到一刻钟", "Less than a quarter of an hour is left"),
        shows("red", "promised", "用去八成以上:红灯", "More than four fifths are gone: red", who="head"),
        at("2026-03-02T14:35:00", "四个工作小时用满", "Four office hours are used up"),
        shows("overdue", "promised", "四小时用满", "Four hours are used up"),
        supervised("head", "promised", "market-regulation"),
        linked(),
        at("2026-03-05T09:00:00", "两个工作日没有回复", "Two working days without a reply"),
        Step("升级到上级单位", "It has gone up to the superior", "district-supervisor", "see", {},
             {"state": "escalated", "can": ["conclude", "cancel"]}, (SUPERVISION,)),
        Step("本单位督办岗不能替上级结案", "The body's own supervisor cannot conclude it", "supervisor",
             "move conclude", {"reason": "已处理"}, {"status": 403}, (SUPERVISION,)),
        Step("上级督办岗约谈后结案", "The superior talks to the head and concludes", "district-supervisor",
             "move conclude", {"reason": "约谈负责人,计入考核"}, {"state": "concluded", "outcome": "concluded"},
             (SUPERVISION,)),
        counted("concluded", "supervisor"),
    ),
)  # fmt: skip

CALENDAR_DAYS = Story(
    "supervision-calendar-days", "E06", "按自然日:黄灯;一天通气没有做到,督办燃气公司负责人",
    "Calendar days: yellow; gas not on within its day, the company's head is asked",
    (
        MORNING,
        Step("餐馆申请用气", "A restaurant applies for gas", "firm", f"submit {GAS}", {}, {"state": "surveying"}),
        at("2026-03-03T10:00:00", "第二天", "The next day"),
        surveyed("gas"),
        at("2026-03-05T10:00:00", "周四", "Thursday"),
        built("gas"),
        at("2026-03-20T18:00:00", "验收期三十天过半", "Half of the thirty days for the acceptance"),
        shows("yellow", "acceptance", "自然日时限过半:黄灯", "Half of a limit in calendar days: yellow",
              unit="calendar_day"),
        at("2026-03-30T10:00:00", "第二十五天", "The twenty-fifth day"),
        shows("red", "acceptance", "用去八成以上:红灯", "More than four fifths are gone: red", unit="calendar_day"),
        at("2026-04-03T10:00:00", "清明假期前一天", "The eve of Qingming"),
        taken(clocks={"gas-on": {"unit": "calendar_day", "budget": 1, "light": "green"}}),
        at("2026-04-07T17:30:00", "假期中到期,顺延到节后", "Due in the holiday, moved to the day after: used up"),
        shows("overdue", "gas-on", "一天通气没有做到", "Gas was not on within its day"),
        supervised("gas-head", "gas-on", "gas-supply"),
        linked(),
        Step("负责人回复", "The head replies", "gas-head", "move reply", REPLY | {"done_by": "2026-04-08"},
             {"state": "replied"}, (SUPERVISION,)),
        Step("措施不具体,退回一次", "Too vague: sent back", "gas-supervisor", "move send_back",
             {"reason": "请写明几时通气"}, {"state": "notified"}, (SUPERVISION,)),
        Step("重新回复", "Replied again", "gas-head", "move reply",
             REPLY | {"measures": "4 月 8 日上午 10 时点火", "done_by": "2026-04-08"}, {"state": "replied"}),
        Step("区督办岗审核销号", "The district's supervisor strikes it off", "district-supervisor", "move accept", {},
             {"state": "closed"}, (SUPERVISION,)),
        replace(CHAIN, who="gas-head"),
    ),
)  # fmt: skip

STORIES = (WORKING_DAYS, OFFICE_HOURS, CALENDAR_DAYS)
