"""Tells the stories of water, gas and power connections and of a construction project with its two permits."""

from __future__ import annotations

from typing import Any

from tests.builders import REMEDIES
from tests.journeys.telling import CHAIN, GUIDE, LIMIT, MORNING, POWERS, Step, Story, at, ends

WATER, GAS, POWER = "water-connection", "gas-connection", "electricity-connection"
PLANNING, BUILDING, PROJECT = "construction-planning-permit", "construction-permit", "industrial-project"
NO_MATERIAL = "S264"
TAG = "three-all-five-isations"
CHECKLIST = {
    "tag": TAG, "term": "三全五化", "item": POWER, "supplied_by": "望城区供电公司（示例）",
    "entries": [{"title": "示例条目,规划未界定"}],
}  # fmt: skip
OFFER = {"surveyed_on": "2026-03-03", "plan": "由示例路主管接入", "charge_fen": 0}
PROPOSES = {"opinion": "grant", "grounds": "符合法定条件、标准"}


def deadline(day: str, **more: Any) -> dict[str, Any]:
    return {"deadline": f"{day}T17:00:00+08:00", **more}


def surveyed(company: str, **expect: Any) -> Step:
    return Step("勘查并答复方案,收费 0 元", "Surveyed and answered; nothing is charged", f"{company}-handler",
                "move offer_plan", OFFER, {"state": "building", **expect})  # fmt: skip


def built(company: str, **expect: Any) -> Step:
    return Step("施工完成,请用户验收", "The works are done", f"{company}-handler", "move complete_works",
                {"summary": "接入管线敷设完成"}, {"state": "accepting", **expect})  # fmt: skip


def taken(**expect: Any) -> Step:
    return Step("用户验收(第二个环节)", "The user accepts the works: the second step", "applicant",
                "move accept_works", {}, {"state": "connecting", "can": [], **expect})  # fmt: skip


def connected(company: str, zh: str, en: str, *rows: str) -> Step:
    return Step(zh, en, f"{company}-handler", "move connect", {"meter_number": "B-0001", "reading": 0},
                {"state": "completed", "outcome": "completed"}, rows)  # fmt: skip


WATER_0520 = Story(
    "water-0520", "E02", "用水报装“0520”", "A water connection: no material, five days, two steps, no charge",
    (
        MORNING,
        Step("指南写明 0 材料、0 费用、不用跑", "The guide: no material, no charge, no visit", "anybody",
             f"read /v1/items/{WATER}", {},
             {"body": {"/materials": [], "/guide/fees/charged": False, "/guide/max_visits": 0}},
             (GUIDE, NO_MATERIAL)),
        Step("企业申请(第一个环节),不交材料,即时受理", "The company applies with no material: accepted at once", "firm",
             f"submit {WATER}", {},
             {"state": "surveying", "can": ["withdraw"],
              "clocks": {"promised": deadline("2026-03-09", budget=5, unit="working_day", light="green")}}),
        at("2026-03-03T10:00:00", "第二天", "The next day"),
        Step("收费方案被拒绝:只能是 0", "A plan with a charge is refused", "water-handler", "move offer_plan",
             OFFER | {"charge_fen": 100}, {"status": 422, "code": "input-invalid"}, (NO_MATERIAL,)),
        Step("别的公司办不了", "Another company cannot do it", "gas-handler", "move offer_plan", OFFER,
             {"status": 404}),
        surveyed("water"),
        at("2026-03-06T10:00:00", "第四个工作日", "The fourth working day"),
        built("water", clocks={"promised": {"running": False}}),
        at("2026-03-09T10:00:00", "周一上午", "Monday morning"),
        taken(clocks={"promised": {"running": True}}),
        connected("water", "装表通水", "The meter is set, water flows", NO_MATERIAL),
        Step("收件单、方案、确认单", "Receipt, plan, confirmation", "applicant", "documents", {},
             {"issued": ["connection-receipt", "supply-plan", "connection-confirmation"]}),
        CHAIN,
    ),
)  # fmt: skip

WATER_SILENCE = Story(
    "water-silence", "E02", "大口径用水:逾期未答复视为受理", "A large meter: silence counts as acceptance",
    (
        MORNING,
        Step("大口径由人受理", "A large meter is accepted by a person", "firm", f"submit {WATER}", {"example": 2},
             {"state": "received", "can": ["withdraw"]}),
        at("2026-03-05T09:30:00", "两个工作日之后", "After two working days"),
        Step("自收到之日起视为受理,5 个工作日从收到起算", "Five working days from receipt", "applicant", "see", {},
             {"state": "surveying", "clocks": {"promised": deadline("2026-03-09")}}, (NO_MATERIAL,)),
        Step("勘查:管网未覆盖", "No main in reach", "water-handler", "move refuse",
             {"reasons": ["给水管网尚未敷设"], "until": "2026年底"}, {"state": "refused", "outcome": "refused"}),
        CHAIN,
    ),
)  # fmt: skip

GAS_0210 = Story(
    "gas-0210", "E02", "非居民用户燃气报装“0210”", "A gas connection: no material, two steps, on within a day",
    (
        MORNING,
        Step("餐馆申请,不交材料,即时受理", "A restaurant applies with no material: accepted at once", "firm",
             f"submit {GAS}", {}, {"state": "surveying"}),
        at("2026-03-03T10:00:00", "第二天", "The next day"),
        surveyed("gas"),
        Step("未完工不能接通", "Nobody connects before the works are done", "gas-handler", "move connect",
             {"meter_number": "B-0001"}, {"status": 409, "code": "move-not-available"}),
        at("2026-03-05T10:00:00", "周四", "Thursday"),
        built("gas"),
        taken(clocks={"gas-on": deadline("2026-03-06", budget=1, unit="calendar_day", effect="promised")}),
        at("2026-03-06T09:30:00", "次日", "The next day"),
        connected("gas", "一天内通气", "Gas is on within the day", "S266"),
        Step("收件单、方案、确认单", "Receipt, plan, confirmation", "applicant", "documents", {},
             {"issued": ["connection-receipt", "supply-plan", "connection-confirmation"]}),
        CHAIN,
    ),
)  # fmt: skip

GAS_RESIDENT = Story(
    "gas-resident", "E02", "居民用户:告知居民渠道", "A resident is told where to go",
    (
        MORNING,
        Step("居民用气不适用“0210”", "0210 is not for residents", "firm", f"submit {GAS}", {"example": 3},
             {"state": "received"}),
        Step("窗口告知", "The window says so", "utilities-window", "move redirect", {"to": "燃气公司居民开户渠道"},
             {"state": "redirected", "outcome": "redirected"}, ("S266",)),
    ),
)  # fmt: skip

POWER_TAGGED = Story(
    "power-connection", "E02", "用电业扩报装:逾期未验收", "A power connection that the user never accepts",
    (
        MORNING,
        Step("指南:标签在,含义未界定,时限为示例", "The tag is there, its meaning undefined, the limit a sample",
             "anybody", f"read /v1/items/{POWER}", {},
             {"body": {"/topics": ["utilities", "three-all-five-isations"]}}, ("S265",)),
        Step("别人不能替供电企业填写清单", "Nobody else writes the grid company's checklist", "gas-handler",
             f"write item-checklists {TAG}", CHECKLIST, {"status": 403}, ("S265",)),
        Step("供电企业提供清单", "The grid company supplies the checklist", "power-handler",
             f"write item-checklists {TAG}", CHECKLIST, {"status": 201}, ("S265",)),
        Step("任何人可查清单", "Anybody reads it", "anybody", f"read /v1/registers/item-checklists/records/{TAG}", {},
             {"body": {"/body/supplied_by": "望城区供电公司（示例）"}}, ("S265",)),
        Step("企业申请", "The company applies", "firm", f"submit {POWER}", {}, {"state": "received"}),
        Step("窗口受理:低压示例 5 个工作日", "Accepted: five working days, a sample", "power-window", "move accept", {},
             {"state": "surveying", "clocks": {"promised": deadline("2026-03-09")}}),
        surveyed("power"),
        built("power"),
        at("2026-04-02T09:30:00", "三十天之后", "After thirty days"),
        ends("lapsed", "逾期未验收,办件终结", "Never accepted: the case has lapsed"),
        CHAIN,
    ),
)  # fmt: skip


def decided(department: str, outcome: str = "completed") -> tuple[Step, ...]:
    """Proposed, checked, granted and served by four people of the department."""
    return (
        Step("承办人提出意见", "The handler proposes", f"{department}-handler", "move propose", PROPOSES,
             {"state": "checking"}),
        Step("承办与审核不得同一人", "Whoever proposed does not check", f"{department}-handler", "move pass", {},
             {"status": 403}),
        Step("审核人通过", "The reviewer passes", f"{department}-reviewer", "move pass", {"opinion": "同意"},
             {"state": "deciding"}),
        Step("批准人准予", "The decider grants", f"{department}-decider", "move grant", {}, {"state": "granting"}),
        Step("窗口送达", "The window serves", f"{department}-window", "move serve", {"way": "electronic"},
             {"state": outcome}, (LIMIT,)),
    )  # fmt: skip


PLANNING_PERMIT = Story(
    "planning-permit", "E02", "建设工程规划许可", "A planning permit for a plant",
    (
        MORNING,
        Step("权责清单有此权力", "The power is listed", "anybody", f"read /v1/items/{PLANNING}", {},
             {"body": {"/power": "resources-0401", "/department": "natural-resources"}}, (GUIDE, POWERS)),
        Step("建设单位申请", "The owner applies", "firm", f"submit {PLANNING}", {},
             {"state": "received", "clocks": {"intake": deadline("2026-03-09")}}),
        at("2026-03-03T10:00:00", "第二天", "The next day"),
        Step("工程窗口受理:法定 20 日,工业承诺 5 日", "Accepted: twenty days by law, five promised",
             "construction-window", "move accept", {},
             {"state": "examining", "clocks": {"decision": deadline("2026-03-31", effect="statutory"),
                                               "promised": deadline("2026-03-10", budget=5)}}),
        *decided("resources"),
        Step("证书与文书", "Certificate and documents", "applicant", "documents", {}, {"issued": [
            "receipt", "acceptance-notice", "decision-grant", "service-receipt", "completion-notice",
            "planning-permit-certificate"]}),
        Step("许可证进入登记簿", "The permit stands in the register", "anybody",
             "read /v1/registers/planning-permits/records/{number}", {},
             {"body": {"/body/status": "valid", "/masked": True}}),
        CHAIN,
    ),
)  # fmt: skip

CONSTRUCTION_PERMIT = Story(
    "construction-permit", "E02", "施工许可:自收到之日起七日", "A construction permit: seven days from receipt",
    (
        MORNING,
        Step("建设单位申请:七日从收到起算", "The owner applies: the seven days run from receipt", "firm",
             f"submit {BUILDING}", {},
             {"state": "received", "clocks": {"decision": deadline("2026-03-11", budget=7, effect="statutory")}}),
        Step("窗口受理,承诺 2 个工作日", "Accepted, two working days promised", "construction-window", "move accept",
             {}, {"state": "examining", "clocks": {"promised": deadline("2026-03-04", budget=2)}}),
        *decided("housing"),
        Step("证书与文书", "Certificate and documents", "applicant", "documents", {}, {"issued": [
            "receipt", "acceptance-notice", "decision-grant", "service-receipt", "completion-notice",
            "construction-permit-certificate"]}),
        Step("许可证进入登记簿", "The permit stands in the register", "anybody",
             "read /v1/registers/construction-permits/records/{number}", {}, {"body": {"/body/status": "valid"}}),
        CHAIN,
    ),
)  # fmt: skip

CONSTRUCTION_REFUSED = Story(
    "construction-permit-refused", "E02", "未取得规划许可:不予施工许可", "Without a planning permit it is refused",
    (
        MORNING,
        Step("建设单位申请", "The owner applies", "firm", f"submit {BUILDING}", {"example": 2}, {"state": "received"}),
        Step("窗口受理", "Accepted", "construction-window", "move accept", {}, {"state": "examining"}),
        Step("承办人建议不予", "The handler proposes to refuse", "housing-handler", "move propose",
             {"opinion": "refuse", "grounds": "尚未取得建设工程规划许可证"}, {"state": "checking"}),
        Step("审核人通过", "The reviewer passes", "housing-reviewer", "move pass", {}, {"state": "deciding"}),
        Step("批准人不予,写明理由与救济", "Refused with reasons and remedies", "housing-decider", "move refuse",
             {"reasons": ["不具备建筑法第八条第（二）项规定的条件"], "remedies": REMEDIES}, {"state": "refusing"}),
        Step("窗口送达", "Served", "housing-window", "move serve", {"way": "in-person"}, {"state": "refused"}),
        CHAIN,
    ),
)  # fmt: skip


def project(name: str, row: str, example: int, days: int, last: str, zh: str, en: str) -> Story:
    """A project whose menu the system proposes; its group clock runs from the day on which it is confirmed."""
    return Story(
        f"project-{name}", "E02", f"{zh} {days} 个工作日", f"{en}: {days} working days",
        (
            MORNING,
            Step("建设单位一表申请,系统生成清单", "The owner applies with one form, the menu is made", "firm",
                 f"submit {PROJECT}", {"example": example},
                 {"state": "confirming", "can": ["confirm", "change", "withdraw"]}),
            Step("窗口不能替建设单位确认", "The window cannot confirm for the owner", "construction-window",
                 "move confirm", {}, {"status": 403, "code": "forbidden"}),
            at("2026-03-03T10:00:00", "第二天", "The next day"),
            Step("建设单位确认,组时钟起算", "The owner confirms: the group clock runs", "applicant", "move confirm", {},
                 {"state": "running", "clocks": {"promised": deadline(
                     last, budget=days, unit="working_day", effect="promised", light="green")}}, (row,)),
            Step("成员未办完不能送达", "Nothing is delivered while members run", "approval-handler", "move deliver", {},
                 {"status": 409, "code": "move-not-available"}),
            CHAIN,
        ),
    )  # fmt: skip


INDUSTRIAL = project("industrial", "S048", 1, 30, "2026-04-15", "社会投资工业类", "Private industrial")
PRIVATE = project("building", "S049", 2, 43, "2026-05-07", "社会投资房建类", "Private building")
GOVERNMENT = project("government", "S050", 3, 60, "2026-05-29", "政府投资房建类", "Government building")

MUNICIPAL = Story(
    "project-municipal", "E02", "市政类 59 个工作日,黄灯、红灯", "Municipal works: 59 working days, yellow, red",
    (
        MORNING,
        Step("市政工程的清单由人提出", "The menu of municipal works is made by people", "firm", f"submit {PROJECT}",
             {"example": 4}, {"state": "menu"}),
        Step("窗口提出清单", "The window proposes the menu", "approval-window", "move propose_menu", {},
             {"state": "confirming"}),
        at("2026-03-04T10:00:00", "两天后", "Two days later"),
        Step("建设单位确认", "The owner confirms", "applicant", "move confirm", {},
             {"state": "running", "clocks": {"promised": deadline("2026-05-29", budget=59)}}, ("S051",)),
        at("2026-04-20T10:00:00", "时限过半", "Half of the time is gone"),
        Step("黄灯", "Yellow", "applicant", "see", {}, {"clocks": {"promised": {"light": "yellow"}}}, ("S027",)),
        at("2026-05-28T10:00:00", "期满前一天", "The day before the last"),
        Step("红灯", "Red", "applicant", "see", {}, {"clocks": {"promised": {"light": "red"}}}, ("S027",)),
        at("2026-06-01T09:30:00", "第六十个工作日", "The sixtieth working day"),
        Step("超过 59 个工作日:已超期", "More than 59 working days: overdue", "applicant", "see", {},
             {"state": "running", "clocks": {"promised": {"light": "overdue"}}}, ("S051",)),
        CHAIN,
    ),
)  # fmt: skip

UNCONFIRMED = Story(
    "project-unconfirmed", "E02", "申请人逾期未确认清单", "The menu was never confirmed",
    (
        MORNING,
        Step("建设单位申请", "The owner applies", "firm", f"submit {PROJECT}", {"example": 8}, {"state": "confirming"}),
        at("2026-03-17T09:30:00", "十个工作日之后", "After ten working days"),
        ends("lapsed", "办件终结", "It has lapsed"),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (
    WATER_0520, WATER_SILENCE, GAS_0210, GAS_RESIDENT, POWER_TAGGED, PLANNING_PERMIT, CONSTRUCTION_PERMIT,
    CONSTRUCTION_REFUSED, INDUSTRIAL, PRIVATE, GOVERNMENT, MUNICIPAL, UNCONFIRMED,
)  # fmt: skip
