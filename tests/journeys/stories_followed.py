"""Tells what follows from a meeting, a visit, a transfer, a plan; that law comes before a penalty; what codes say."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.children import member_named
from tests.builders import FOOD
from tests.builders_property import TRANSFER
from tests.builders_published import MATTER
from tests.journeys.stories_policy import body_of, does
from tests.journeys.stories_property import ENTERED
from tests.journeys.stories_published import invalid, revised, written
from tests.journeys.stories_streets import by_two
from tests.journeys.telling import DECIDED, MORNING, Step, Story, accepts

REVIEWED_LAW, DIALOGUE, VOUCHERS, UTILITIES, MODES = "S008", "S022", "S140", "S172", "S113"
VISIT, TABLE, PENALTY = "enterprise-visit", "government-enterprise-round-table", "street-penalty"
REPORT = "street-report"

# ── 法制审核

REMEDIES = {"reconsideration": "长沙市望城区人民政府", "litigation": "有管辖权的人民法院"}
FINE = {"decision": "罚款500元（示例）", "remedies": REMEDIES}
OPINION = {"opinion": "penalise", "grounds": "事实清楚，证据充分"}
LAW = Story(
    "law-before-penalty", "E07", "处罚决定先经法制审核:审核人员不签,决定出不来",
    "No penalty before the legal reviewer has signed",
    (
        MORNING,
        Step("部门设有法制审核岗,写明审核人员", "The department has its reviewer, by name", "admin",
             "read /v1/definitions/organisations/wangcheng", {},
             {"body": {"/definition/nodes/urban-management/posts/reviewer/holders/0/subject":
                       "person:demo-urban-reviewer"}}, (REVIEWED_LAW,)),
        Step("群众举报", "A report", "citizen:wu", f"submit {REPORT}",
             body_of(REPORT, object="enterprise:{uscc}", uscc="{uscc}"), {"state": "received"}),
        does("urban-window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
        does("urban-handler", "签收,触发检查", "Signed for: inspected", "sign", {}, "handling"),
        Step("检查", "The inspection", "urban-handler", "follow about", {}, {"state": "planned"}),
        *by_two("start", "亮证进场", "Papers are shown", {"place": "普瑞大道"}, "planned", "onsite"),
        *by_two("record", "记录", "Recorded", {"findings": "桌椅六套"}, "onsite", "recorded"),
        does("urban-handler", "转立案", "Filed", "file", {"reason": "屡次占道"}, "filed"),
        Step("处罚案件自动立案", "The penalty case follows", "urban-head", "follow about",
             {"circumstances": {"first": True, "slight": True, "mended": False}},
             {"state": "lead", "body": {"/item_id": PENALTY}}),
        does("urban-head", "立案", "Filed", "file", {"reason": "有违法事实"}, "investigating"),
        does("urban-handler", "一人提出意见", "Proposed by one", "propose", OPINION, "investigating"),
        does("urban-inspector", "两人:转法制审核", "By two: to the legal review", "propose", OPINION, "legal_review"),
        Step("审核之前不能作出决定", "Before it nothing is decided", "urban-head", "move penalise", FINE,
             {"status": 409, "code": "move-not-available"}, (REVIEWED_LAW,)),
        Step("办案人员不能代替审核", "Who investigates does not review", "urban-handler", "move pass", {},
             {"status": 403}, (REVIEWED_LAW,)),
        Step("负责人也不能", "Nor does the head", "urban-head", "move pass", {}, {"status": 403}, (REVIEWED_LAW,)),
        does("urban-reviewer", "法制审核通过", "The reviewer signs", "pass", {"opinion": "合法"}, "notified",
             REVIEWED_LAW),
        Step("记录写明谁审核的", "On record: who reviewed it", "urban-head", "events", {},
             {"body": {"/events/4/actor/person": "person:demo-urban-reviewer",
                       "/events/4/actor/post": "reviewer"}}, (REVIEWED_LAW,)),
        does("firm", "放弃申辩", "No defence", "waive", {}, "deliberating"),
        does("urban-head", "审核之后才能决定", "Now it is decided", "penalise", FINE, "serving", REVIEWED_LAW),
    ),
)  # fmt: skip

# ── 走访、圆桌会

PROBLEMS = ("用电增容", "物流车辆夜间停放")


def solved(problem: str, last: bool) -> tuple[Step, ...]:
    state = "closed" if last else "following"
    return (
        Step(f"问题“{problem}”已立单", f"A ticket for “{problem}”", "approval-reviewer",
             f"member {member_named(problem)}", {},
             {"state": "received", "body": {"/item_id": "enterprise-service-request", "/form/story": problem,
                                            "/form/uscc": "{uscc}"}}),
        does("unresolved-window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
        does("approval-handler", "签收", "Signed for", "sign", {}, "handling"),
        does("approval-handler", "答复", "Answered", "reply", {"reply": "已会同有关单位解决"}, "replied"),
        does("approval-reviewer", "走访干部确认解决", "The officer confirms", "confirm", {}, "closed"),
        Step("回到走访", "Back to the visit", "approval-reviewer", f"whole {state}", {}, {"state": state}),
    )  # fmt: skip


VISITED = Story(
    "visited-enterprise", "E12", "民企大走访:按计划上门,发现的问题逐个立单,全部解决才办结",
    "A visit by plan: every problem has its ticket; done when all are",
    (
        MORNING,
        Step("走访计划:谁、哪家企业、哪一天", "The plan: who, which firm, when", "approval-reviewer", f"submit {VISIT}",
             body_of(VISIT, uscc="{uscc}"),
             {"state": "planned", "body": {"/form/uscc": "{uscc}", "/form/on": "2026-03-10",
                                           "/form/officer/name": "吴示例"}}),
        does("approval-handler", "无需报名", "Nobody enrols", "skip_enrolment", {}, "ready"),
        does("approval-handler", "已走访", "Visited", "hold", {}, "held"),
        does("approval-handler", "走访记录:两个问题", "The record: two problems", "file_minutes",
             {"minutes": "企业反映两个问题", "actions": list(PROBLEMS)}, "following",
             clocks={"follow": {"budget": 60, "unit": "working_day"}}),
        *solved(PROBLEMS[0], last=False),
        *solved(PROBLEMS[1], last=True),
        Step("走访台账:哪一天走访、已办结", "The register of visits", "approval-handler",
             f"read /v1/registers/meetings/records/{{number:{VISIT}}}", {},
             {"body": {"/body/status": "closed", "/body/on": "2026-03-10"}}),
    ),
)  # fmt: skip

ACTION = "企业用电增容一次办结"
NEXT: dict[str, Any] = {
    "subject": "2026年二季度政企圆桌会", "on": "2026-06-10",
    "agenda": [{"title": "一季度议定事项落实情况", "by": "administrative-approval"}],
}  # fmt: skip
TALKED = Story(
    "regular-dialogue", "E12", "常态化沟通:议题、参加人、议定事项逐项立任务,下次会议报告",
    "Dialogue: subjects, people, every action a task, reported at the next session",
    (
        MORNING,
        Step("没有议题的不召开", "Not without a subject", "approval-reviewer", f"submit {TABLE}",
             body_of(TABLE, agenda=[]), {"status": 422}, (DIALOGUE,)),
        Step("会议日程:日期、议题、参加人", "When, about what, with whom", "approval-reviewer", f"submit {TABLE}",
             body_of(TABLE), {"state": "planned", "body": {"/form/on": "2026-03-10", "/form/agenda/0/title": "用电增容",
                                                           "/form/attendees/0/of": "望城示例制造企业"}}, (DIALOGUE,)),
        does("approval-handler", "无需报名", "Nobody enrols", "skip_enrolment", {}, "ready"),
        does("approval-handler", "召开", "Held", "hold", {}, "held"),
        does("approval-handler", "纪要:议定一项", "Minutes: one action", "file_minutes",
             {"minutes": "议定一项", "actions": [ACTION]}, "following"),
        Step("议定事项成为任务:责任单位、责任人、时限", "It is a task with owner and deadline", "approval-supervisor",
             f"member {member_named(ACTION)}", {},
             {"state": "draft", "body": {"/item_id": "plan-task", "/form/goal": ACTION, "/form/leader": "陈示例",
                                         "/form/unit": "administrative-approval", "/form/deadline": "2026-06-02"}},
             (DIALOGUE,)),
        does("approval-supervisor", "下达", "Issued", "activate",
             {"task": ACTION, "owner": "administrative-approval", "due": "2026-06-02", "standard": "抽查五件"},
             "assigned"),
        does("approval-handler", "签收", "Signed for", "sign", {}, "doing"),
        does("approval-handler", "提交核验", "Submitted", "submit", {"result": "抽查五件均一次办结"}, "verifying"),
        does("approval-supervisor", "销号", "Struck off", "strike_off", {"note": "属实"}, "done", DIALOGUE),
        Step("全部办结,会议归档", "All done: the meeting is closed", "approval-reviewer", "whole closed", {},
             {"state": "closed"}, (DIALOGUE,)),
        Step("下次会议第一项:报告落实情况", "First on the next agenda: what came of it", "approval-reviewer",
             f"submit {TABLE}", body_of(TABLE, **NEXT),
             {"state": "planned", "body": {"/form/agenda/0/title": "一季度议定事项落实情况",
                                           "/form/on": "2026-06-10"}}, (DIALOGUE,)),
    ),
)  # fmt: skip

# ── 电子凭证


def genuine(document: str, zh: str, en: str) -> Step:
    return Step(f"扫码核验{zh}:真实有效", f"The code on {en} says that it is true", "anybody", f"verify {document}", {},
                {"body": {"/status": "valid", "/stand_in": True}, "has": ["/number", "/sha256", "/issued_on"]},
                (VOUCHERS,))  # fmt: skip


ON_PAPER = Story(
    "vouchers-verified", "E01", "电子凭证:收件、受理、结果都有编号和核验码",
    "Receipt, acceptance, result: numbered, verifiable",
    (
        MORNING,
        Step("企业申请", "A firm applies", "firm", f"submit {FOOD}", {}, {"state": "received"}),
        Step("收件凭证有编号和摘要", "The receipt has number and hash", "firm", "documents", {},
             {"has": ["/documents/0/number", "/documents/0/sha256", "/documents/0/code"]}, (VOUCHERS,)),
        genuine("receipt", "收件凭证", "the receipt"),
        accepts(),
        genuine("acceptance-notice", "受理通知书", "the acceptance"),
        *DECIDED,
        genuine("food-business-licence", "许可证", "the licence"),
        Step("编造的核验码:查无此文书", "A code that was made up", "anybody",
             "read /v1/documents/verify/{case}.2.00000000000000000000", {}, {"body": {"/status": "unknown"}},
             (VOUCHERS,)),
    ),
)  # fmt: skip

# ── 过户联动水电气


def transferred(company: str, node: str, zh: str, en: str) -> tuple[Step, ...]:
    return (
        Step(f"{zh}公司自动收到更名单", f"The {en} company has its order", f"{company}-handler", f"desk {node}.{node}",
             {"about": f"{{number:{TRANSFER}}}"},
             {"state": "called", "body": {"/form/topic": f"{zh}账户随房过户"}}, (UTILITIES,)),
        does(f"{company}-handler", "接收", "Taken up", "check_in", {}, "acting"),
        does(f"{company}-handler", "更名完成,回执", "Done, and confirmed", "sign_off", {"result": "账户已更名"}, "done",
             UTILITIES),
        Step("回执在册", "The confirmation is on record", f"{company}-handler",
             "read /v1/registers/department-opinions/records/{number}", {},
             {"body": {"/body/status": "done", "/body/about": f"{{number:{TRANSFER}}}"}}, (UTILITIES,)),
    )  # fmt: skip


MOVED_IN = Story(
    "accounts-follow-the-house", "E04", "水电气与不动产登记联动:过户办结,三家自动更名并回执",
    "Water, power and gas follow the transfer, and confirm",
    (
        MORNING,
        *ENTERED,
        *transferred("water", "water-supply", "供水", "water"),
        *transferred("power", "electricity-supply", "供电", "power"),
        *transferred("gas", "gas-supply", "供气", "gas"),
    ),
)  # fmt: skip

# ── 监管方式


def planned(mode: str, zh: str, en: str, goal: str) -> tuple[Step, ...]:
    matter = {**MATTER, "code": f"{mode}-{{serial}}", "mode": mode}
    what = f"supervision-matters {mode}-{{serial}}"
    return (
        written("handler", f"{zh}事项在列", f"A matter supervised {en}", what, matter, MODES),
        revised("handler", "列入年度计划", "It enters the year's plan", what, {**matter, "status": "planned"}, MODES),
        Step(f"计划按方式立任务:{zh}", f"The plan goes by the mode: {en}", "supervisor",
             "desk market-regulation.market-regulation", {"above": f"{mode}-{{serial}}"},
             {"state": "draft", "body": {"/form/goal": goal, "/form/list": "餐饮服务单位检查（示例）"}}, (MODES,)),
    )  # fmt: skip


SUPERVISED = Story(
    "plan-by-mode", "E07", "新型监管机制:双随机、重点、信用,计划按事项的方式生成",
    "Random, key, credit: the plan goes by the mode",
    (
        MORNING,
        written("handler", "没有监管方式,不能在列", "Without a mode it is not listed", "supervision-matters x-{serial}",
                {name: value for name, value in MATTER.items() if name != "mode"}, MODES, **invalid("/mode")),
        *planned("random", "双随机", "at random", "按双随机方式编制抽查方案：随机抽取对象和检查人员"),
        *planned("key", "重点监管", "in whole", "按重点监管方式编制检查方案：全部对象逐户检查"),
        *planned("credit", "信用触发", "by credit", "按信用触发方式编制检查方案：只检查信用下降的对象"),
    ),
)  # fmt: skip

STORIES = (LAW, VISITED, TALKED, ON_PAPER, MOVED_IN, SUPERVISED)
