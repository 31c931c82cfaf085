"""Tells how a document is served: by post, in person, electronically, by publicity; each has a day of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.builders import FOOD
from tests.journeys.telling import CHAIN, MORNING, Step, Story, at

NOTICE = "one-time-correction-notice"
GAPS = {"gaps": [{"what": "从业人员健康证明", "how": "请补交"}]}
ISSUED = "2026-03-17"  # ten working days from the day of the notice, as the clock is begun
PAPER, EVENT = (
    "/documents/1",
    "/events/2/data",
)  # the notice follows the receipt; the service follows the notice


def close(day: str) -> str:
    return f"{day}T17:00:00+08:00"


def ms(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp() * 1000)


def served(given: Mapping[str, Any], ends: str) -> Step:
    """The window records it: the time for the correction runs from the day that counts, and nothing else moves."""
    clocks = {"correction": {"budget": 10, "deadline": close(ends)}, "intake": {"running": False}}
    return Step("窗口登记送达,补正期限自送达之日起计算", "The window records it: the time runs from that day",
                "window", f"serve {NOTICE}", given, {"state": "correction", "clocks": clocks})  # fmt: skip


def told(way: str, day: str, counts: str, ends: str, state: str = "delivered") -> tuple[Step, ...]:
    """The history says which document by number and hash, which way, which day, from when it counts, what moved."""
    said = {
        "/events/2/type": "case.document_served",
        **{f"{EVENT}/service/{name}": value for name, value in
           {"document": NOTICE, "way": way, "day": day, "effective": counts}.items()},
        **{f"{EVENT}/clocks/0/{name}": value for name, value in
           {"clock": "correction", "old": ms(close(ISSUED)), "new": ms(close(ends))}.items()},
        f"{EVENT}/clocks/1": None,
    }  # fmt: skip
    paper = {f"{PAPER}/state": state, f"{PAPER}/services/0/way": way, f"{PAPER}/services/0/effective": counts}
    return (
        Step("办理过程写明文号、摘要、方式、日期和新的期限", "The history says which, how, when, until when",
             "applicant", "events", {},
             {"has": [f"{EVENT}/service/number", f"{EVENT}/service/sha256"], "body": said}),
        Step("文书状态随之改变", "The document says so too", "applicant", "documents", {}, {"body": paper}),
    )  # fmt: skip


def story(identity: str, zh: str, en: str, *steps: Step) -> Story:
    """A food licence is filed on Monday and sent back on Tuesday; then the notice is on its way."""
    return Story(
        identity, "E01", zh, en,
        (
            MORNING,
            Step("企业申请食品经营许可", "A firm applies for a food licence", "firm", f"submit {FOOD}", {},
                 {"state": "received"}),
            at("2026-03-03T09:00:00", "周二上午", "Tuesday morning"),
            Step("窗口一次性告知补正,期限先自告知书之日起", "The window says what is missing; the clock begins",
                 "window", "move request_correction", GAPS,
                 {"state": "correction", "clocks": {"correction": {"budget": 10, "unit": "working_day",
                                                                   "deadline": close(ISSUED)}}}),
            Step("告知书有文号和正文摘要,尚未送达", "The notice has number and hash, nobody has it yet", "applicant",
                 "documents", {},
                 {"has": [f"{PAPER}/number", f"{PAPER}/sha256"],
                  "body": {f"{PAPER}/document": NOTICE, f"{PAPER}/intact": True, f"{PAPER}/services/0": None}}),
            *steps,
            CHAIN,
        ),
    )  # fmt: skip


BY_POST = story(
    "served-by-post", "邮寄送达:以回执上的日期为准", "By post: the day on the receipt counts",
    at("2026-03-10T10:00:00", "回执周二退回", "The receipt comes back on Tuesday"),
    Step("没有回执的编号不能登记", "Without the receipt nothing is recorded", "window", f"serve {NOTICE}",
         {"way": "post", "day": "2026-03-06"}, {"status": 422, "code": "service-receipt-missing"}),
    served({"way": "post", "day": "2026-03-06", "receipt": "邮政回执(示例)"}, "2026-03-20"),
    *told("post", "2026-03-06", "2026-03-06", "2026-03-20"),
    Step("已送达的不再登记", "What is served is not served again", "window", f"serve {NOTICE}",
         {"way": "in-person", "day": "2026-03-09", "receipt": "送达回证(示例)"},
         {"status": 409, "code": "already-served"}),
)  # fmt: skip

IN_PERSON = story(
    "served-in-person", "直接送达:以签收之日为准", "In person: the day of the signature counts",
    at("2026-03-06T10:00:00", "周五登记", "It is recorded on Friday"),
    Step("送达不能早于文书", "Nothing is served before it was issued", "window", f"serve {NOTICE}",
         {"way": "in-person", "day": "2026-03-02", "receipt": "送达回证(示例)"},
         {"status": 409, "code": "service-before-issue"}),
    served({"way": "in-person", "day": "2026-03-05", "receipt": "送达回证(示例)"}, "2026-03-19"),
    *told("in-person", "2026-03-05", "2026-03-05", "2026-03-19"),
)  # fmt: skip

ELECTRONIC = story(
    "served-electronically", "电子送达:须经同意,以到达之日为准",
    "Electronically: with consent, and the day of arrival counts",
    at("2026-03-04T10:00:00", "周三送到企业空间", "On Wednesday it is in the firm's own space"),
    Step("当事人不同意,不能电子送达", "Without consent it is not served so", "window", f"serve {NOTICE}",
         {"way": "electronic", "consent": False}, {"status": 409, "code": "service-consent-missing"}),
    served({"way": "electronic", "consent": True}, "2026-03-18"),
    *told("electronic", "2026-03-04", "2026-03-04", "2026-03-18"),
)  # fmt: skip

PUBLISHED = story(
    "served-by-publicity", "公告送达:满三十日视为送达,期限自此开始",
    "By publicity: it counts thirty days later, and the time runs from then",
    at("2026-03-05T10:00:00", "周四登记前一日的公告", "On Thursday the publication of the day before is recorded"),
    served({"way": "public", "day": "2026-03-04", "receipt": "区政府网站公告(示例)"}, "2026-04-20"),
    *told("public", "2026-03-04", "2026-04-03", "2026-04-20", state="sent"),
    at("2026-04-03T17:30:00", "公告满三十日", "The thirty days are over"),
    Step("此时才算送达,补正期限开始计算", "Only now it counts, and the clock runs", "applicant", "see", {},
         {"state": "correction", "clocks": {"correction": {"running": True, "deadline": close("2026-04-20")}}}),
    Step("办理过程写明自何日起视为送达", "The history says from which day it counts", "applicant", "events", {},
         {"body": {"/events/3/type": "case.service_effective", "/events/3/data/service/way": "public",
                   "/events/3/data/service/effective": "2026-04-03"}}),
)  # fmt: skip

STORIES = (BY_POST, IN_PERSON, ELECTRONIC, PUBLISHED)
