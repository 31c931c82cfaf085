"""Tells what firms go through with the market regulator: licences, establishment, exit, correction, silence."""

from __future__ import annotations

from tests.builders import DEREGISTRATION, FOOD, GAPS
from tests.journeys.telling import (
    CHAIN,
    DECIDED,
    ESTABLISHED,
    FORWARD,
    GRANTS,
    GUIDE,
    INSTANT,
    LIMIT,
    MORNING,
    ONCE,
    PASSES,
    POWERS,
    PROPOSES,
    SERVES,
    Step,
    Story,
    accepts,
    at,
    cleared,
    ends,
)

PERMIT = Story(
    "food-permit", "E01", "开一家餐馆:食品经营许可", "A restaurant gets its food licence",
    (
        MORNING,
        Step("任何人查看办事指南", "Anybody reads the guide", "anybody", f"read /v1/items/{FOOD}", {},
             {"body": {"/power": "market-0301", "/guide/commitment/allowed": False}}, (GUIDE, POWERS, "S135")),
        Step("企业网上申请", "The company applies online", "firm", f"submit {FOOD}", {},
             {"state": "received", "clocks": {"intake": {"deadline": "2026-03-09T17:00:00+08:00"}}}, (FORWARD,)),
        at("2026-03-03T10:00:00", "第二天上午", "The next morning"),
        accepts(clocks={
            "decision": {"deadline": "2026-03-31T17:00:00+08:00", "effect": "statutory"},
            "promised": {"budget": 8, "deadline": "2026-03-13T17:00:00+08:00", "light": "green"},
        }),
        Step("承办人不能替别人批准", "A handler cannot grant", "handler", "move grant", {},
             {"status": 409, "code": "move-not-available"}),
        PROPOSES,
        Step("承办与审核不得同一人", "Whoever proposed does not check", "handler", "move pass", {"opinion": "同意"},
             {"status": 403}),
        PASSES,
        GRANTS,
        SERVES,
        ends("completed", "企业看到已办结", "The company sees that it is done"),
        Step("六份文书", "Six documents", "applicant", "documents", {}, {"issued": [
            "receipt", "acceptance-notice", "decision-grant", "service-receipt", "completion-notice",
            "food-business-licence"]}),
        Step("许可证进入登记簿", "The licence stands in the register", "anybody",
             "read /v1/registers/food-licences/records/{number}", {},
             {"body": {"/body/status": "valid", "/masked": True}}),
        CHAIN,
    ),
)  # fmt: skip

ESTABLISHING = Story(
    "establishment", "E01", "企业开办:四个办公小时", "An enterprise is established within four office hours",
    (
        MORNING,
        *ESTABLISHED,
        Step("营业执照与登记通知书", "Licence and notice of registration", "applicant", "documents", {}, {"issued": [
            "receipt", "acceptance-notice", "decision-grant", "service-receipt", "completion-notice",
            "registration-notice", "business-licence"]}),
        Step("任何人可查登记", "Anybody can look it up", "anybody", "read /v1/registers/enterprises/records/{uscc}", {},
             {"body": {"/body/status": "active", "/masked": True}}, ("S004",)),
        CHAIN,
    ),
)  # fmt: skip


INSTANTLY = Story(
    "deregistration-instant", "E10", "一般注销:全部结清,即时办结", "Deregistered at once when all is clear",
    (
        MORNING,
        *ESTABLISHED,
        cleared(),
        Step("企业申请注销,系统即时办结", "The company applies, and is deregistered at once", "firm",
             f"submit {DEREGISTRATION}", {}, {"state": "completed", "outcome": "completed"}, (INSTANT,)),
        Step("登记簿已注销", "The register says so", "anybody", "read /v1/registers/enterprises/records/{uscc}", {},
             {"body": {"/body/status": "deregistered", "/body/deregistered_on": "2026-03-02"}}),
        CHAIN,
    ),
)  # fmt: skip

BY_PEOPLE = Story(
    "deregistration-by-people", "E10", "一般注销:有未结清事项,十个工作日内办结",
    "With something outstanding, people decide within ten working days",
    (
        MORNING,
        *ESTABLISHED,
        cleared(tax="outstanding"),
        Step("企业申请注销", "The company applies", "firm", f"submit {DEREGISTRATION}", {},
             {"state": "received", "can": ["withdraw"]}),
        accepts(clocks={"promised": {"budget": 10, "deadline": "2026-03-16T17:00:00+08:00"}}),
        at("2026-03-11T09:30:00", "第七个工作日", "The seventh working day"),
        Step("黄灯:承诺时限已过半", "Yellow: half of the promise is used up", "applicant", "see", {},
             {"clocks": {"promised": {"light": "yellow"}, "decision": {"light": "green"}}}, ("S027", LIMIT)),
        *DECIDED,
        ends("completed", "十个工作日内办结", "Done within ten working days"),
        Step("登记簿已注销", "The register says so", "anybody", "read /v1/registers/enterprises/records/{uscc}", {},
             {"body": {"/body/status": "deregistered", "/body/deregistered_on": "2026-03-11"}}),
        CHAIN,
    ),
)  # fmt: skip

ASKS = Step(
    "窗口一次性告知补正", "The window tells at once all that is missing", "window", "move request_correction", GAPS,
    {"state": "correction", "clocks": {"intake": {"running": False}}}, (ONCE,),
)  # fmt: skip
INCOMPLETE = Step("企业申请,缺一份材料", "The company applies, one material short", "firm", f"submit {FOOD}",
                  {"without": ["health-certificates"]}, {"state": "received"})  # fmt: skip

CORRECTED = Story(
    "correction", "E01", "补正一次,受理", "Corrected once, then accepted",
    (
        MORNING,
        INCOMPLETE,
        ASKS,
        Step("告知书已出具", "The notice is issued", "applicant", "documents", {},
             {"issued": ["receipt", "one-time-correction-notice"]}, (ONCE,)),
        Step("企业补正", "The company resubmits", "applicant", "move resubmit", {"materials": ["health-certificates"]},
             {"state": "received", "clocks": {"intake": {"running": True}}}),
        Step("不得再次要求补正", "It cannot be asked for a second time", "window", "move request_correction", GAPS,
             {"status": 409, "code": "move-not-available"}, (ONCE,)),
        accepts(),
        CHAIN,
    ),
)  # fmt: skip

LAPSED = Story(
    "lapse", "E01", "逾期未补正,视为放弃", "The correction never came: the application lapses",
    (
        MORNING,
        INCOMPLETE,
        ASKS,
        at("2026-03-17T09:30:00", "十个工作日之后", "After ten working days"),
        ends("lapsed", "视为放弃", "It has lapsed"),
        Step("不能再补正", "It is too late to resubmit", "applicant", "move resubmit", {},
             {"status": 409, "code": "move-not-available"}),
        CHAIN,
    ),
)  # fmt: skip

SILENCE = Story(
    "silence", "E01", "五个工作日未告知,视为受理", "Silence for five working days counts as acceptance",
    (
        MORNING,
        Step("企业申请", "The company applies", "firm", f"submit {FOOD}", {"example": 4}, {"state": "received"}),
        at("2026-03-10T09:30:00", "第六个工作日", "The sixth working day"),
        Step("自收到之日起视为受理", "Deemed accepted from the day of receipt", "applicant", "see", {},
             {"state": "examining", "clocks": {"decision": {"deadline": "2026-03-30T17:00:00+08:00"},
                                               "promised": {"deadline": "2026-03-16T17:00:00+08:00"}}}, (LIMIT,)),
        *DECIDED,
        CHAIN,
    ),
)  # fmt: skip

STORIES = (PERMIT, ESTABLISHING, INSTANTLY, BY_PEOPLE, CORRECTED, LAPSED, SILENCE)
