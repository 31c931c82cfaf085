"""Tells the stories of bodies at one table: administrators, rights, talents, the leading group, the last-ranked."""

from __future__ import annotations

from tests.journeys.stories_policy import body_of, does
from tests.journeys.stories_streets import opinions
from tests.journeys.telling import MORNING, Step, Story

ENQUIRIES, RIGHTS, TALENTS, INSOLVENT, GROUP, LAST = "S372", "S355", "S408", "S364", "S440", "S455"
ENQUIRY, INTAKE, SERVICES = "insolvency-enquiry", "rights-intake", "talent-life-services"
DEBTS, LEADING = "insolvency-coordination", "leading-group-meeting"


def side_by_side(item: str, window: str, handler: str, members: dict[str, str], row: str) -> tuple[Step, ...]:
    """One application of a firm, opinions of all at once, one conclusion."""
    return (
        Step("一次申请", "One application", "firm", f"submit {item}", {}, {"state": "menu"}, (row,)),
        does(window, "清单", "The list", "propose_menu", {}, "confirming"),
        does("firm", "确认,各部门同时开始", "Confirmed: all begin at once", "confirm", {}, "running", row),
        *opinions(members, row),
        does(handler, "汇总", "One conclusion", "deliver", {"note": "同意"}, "delivering", row),
        does(window, "送达", "Served", "serve", {}, "completed", row),
    )


AT_ONE_WINDOW = Story(
    "one-window-many-bodies", "E10", "破产事务一窗查询、维权一次受理、人才服务按类别:各部门同时办,一份结果",
    "Insolvency at one window, rights filed once, talents by class: bodies side by side, one result",
    (
        MORNING,
        *side_by_side(ENQUIRY, "registration-window", "handler",
                      {"property": "resources-handler", "tax": "tax-handler", "seal": "police-handler"}, ENQUIRIES),
        Step("一份结果,写明债务人和案号", "One sheet: debtor and case", "firm", "documents", {},
             {"says": {"insolvency-findings": "示例制造有限公司（（2026）示例破1号）"}}, (ENQUIRIES,)),
        *side_by_side(INTAKE, "mediation-window", "justice-handler",
                      {"mediation": "justice-handler", "supervision": "approval-handler", "reply": "handler"}, RIGHTS),
        Step("一份结果", "One result", "firm", "documents", {},
             {"says": {"rights-result": "维权事项均已"}}, (RIGHTS,)),
        Step("人才库登记E类", "On file: class E", "hr-handler", "write talents person:story-{serial}-luo",
             {"subject": "person:story-{serial}-luo", "name": "罗示例", "class": "E", "status": "valid"},
             {"status": 201}),
        Step("E类人才申请", "A talent of class E", "citizen:luo", f"submit {SERVICES}", {}, {"state": "confirming"}),
        Step("E类:公寓、配偶就业两项", "Class E: apartment and spouse, nothing else", "citizen:luo", "events", {},
             {"body": {"/events/1/data/decision/result/menu": "apartment spouse"}}, (TALENTS,)),
        Step("人才库登记A类", "On file: class A", "hr-handler", "write talents person:story-{serial}-qin",
             {"subject": "person:story-{serial}-qin", "name": "秦示例", "class": "A", "status": "valid"},
             {"status": 201}),
        Step("A类人才申请", "A talent of class A", "citizen:qin", f"submit {SERVICES}", {}, {"state": "confirming"}),
        does("citizen:qin", "七项服务,确认后各部门同时开始", "All seven; confirmed, all begin", "confirm", {},
             "running", TALENTS),
        Step("公寓由住建部门办", "The apartment is for housing", "housing-handler", "member apartment", {},
             {"state": "called", "body": {"/item_id": "department-opinion", "/form/topic": "人才公寓"}}, (TALENTS,)),
        does("housing-handler", "接收", "Taken up", "check_in", {}, "acting"),
        does("housing-handler", "已分配", "Given", "sign_off", {"result": "已分配一套"}, "done", TALENTS),
        Step("七项都在办", "All seven are members", "citizen:qin", "whole running", {},
             {"state": "running", "has": ["/members/6/case_id"]}, (TALENTS,)),
    ),
)  # fmt: skip

ISSUED = {"task": "落实议定事项", "owner": "tax", "due": "2026-03-20", "standard": "逐项核验"}


def held(item: str, minutes: str, row: str) -> tuple[Step, ...]:
    """A meeting, with minutes that open a task for each body."""
    return (
        Step("登记会议", "The meeting is planned", "approval-reviewer", f"submit {item}", body_of(item),
             {"state": "planned"}, (row,)),
        does("approval-handler", "无需报名", "Nobody enrols", "skip_enrolment", {}, "ready"),
        does("approval-handler", "召开", "Held", "hold", {}, "held", row),
        does("approval-handler", "纪要下发,逐项立案", "Minutes; each item is opened", "file_minutes",
             {"minutes": minutes}, "following", row),
        Step("纪要存档", "The minutes are kept", "approval-handler", "documents", {}, {"says": {"minutes": minutes}},
             (row,)),
    )  # fmt: skip


TABLES = Story(
    "round-one-table", "E10", "府院联席会议、领导小组会议:议定事项逐项交到部门,各有时限;末位自动约谈",
    "Court and government, the leading group: what is agreed goes to each body with a date; the last is interviewed",
    (
        MORNING,
        Step("事项没有类别,填不了", "A matter without its kind: not taken", "approval-handler", f"submit {DEBTS}",
             body_of(DEBTS, tasks=[{"id": "t1", "goal": "申报债权", "unit": "tax", "leader": "张示例",
                                    "deadline": "2026-03-20"}]), {"status": 422}, (INSOLVENT,)),
        *held(DEBTS, "税务、职工事项按期办结", INSOLVENT),
        Step("税务事项交税务部门,写明时限", "Tax has its matter and its date", "tax-supervisor", "member t1", {},
             {"state": "draft", "body": {"/department": "tax", "/form/deadline": "2026-03-20",
                                         "/form/list": "示例制造有限公司"}}, (INSOLVENT,)),
        does("tax-supervisor", "下达", "Issued", "activate", ISSUED, "assigned"),
        does("tax-handler", "签收,时限在计", "Signed for; the clock runs", "sign", {}, "doing", INSOLVENT,
             clocks={"due": {"deadline": "2026-03-20T17:00:00+08:00"}}),
        Step("组长必须写明", "Who chairs must be said", "approval-handler", f"submit {LEADING}",
             body_of(LEADING, group={"office": "administrative-approval"}), {"status": 422}, (GROUP,)),
        *held(LEADING, "一季度任务按期完成", GROUP),
        Step("议定事项成为责任单位的任务", "A decision is a task of its body", "supervisor", "member t1", {},
             {"state": "draft", "body": {"/item_id": "plan-task", "/department": "market-regulation",
                                         "/form/above": f"{{number:{LEADING}}}"}}, (GROUP,)),
        Step("居中的不约谈", "In the middle: no interview", "approval-handler",
             "write assessment-ranks q1-{serial}-hr",
             {"code": "q1-{serial}-hr", "period": "2026-Q1", "group": "部门组", "unit": "human-resources", "rank": 6,
              "of": 12, "place": "middle", "leader": "刘示例", "interview_on": "2026-03-05",
              "head": "person:demo-hr-head", "report_by": "2026-04-05", "status": "current"}, {"status": 201}),
        Step("末位写入", "The last rank is written", "approval-handler", "write assessment-ranks q1-{serial}-tax",
             {"code": "q1-{serial}-tax", "period": "2026-Q1", "group": "部门组{serial}", "unit": "tax", "rank": 12,
              "of": 12, "place": "last", "leader": "张示例", "interview_on": "2026-03-05",
              "head": "person:demo-tax-head", "report_by": "2026-04-05", "status": "current"}, {"status": 201}),
        Step("末位自动立约谈,写明期次、名次", "The interview is opened by itself", "tax-head",
             "asked 部门组{serial}", {}, {"state": "planned", "body": {
                 "/item_id": "last-place-interview", "/form/period": "2026-Q1", "/form/rank": 12}}, (LAST,)),
        does("approval-handler", "约谈", "Prepared", "skip_enrolment", {}, "ready"),
        does("approval-handler", "当面约谈", "Held", "hold", {}, "held", LAST),
        does("approval-handler", "形成记录,整改立案", "Minuted; rectification is opened", "file_minutes",
             {"minutes": "说明原因,承诺整改", "actions": ["压缩办税等候时间"]}, "following", LAST),
        Step("约谈记录", "The minutes", "tax-head", "documents", {}, {"says": {"minutes": "承诺整改"}}, (LAST,)),
        Step("居中的没有约谈", "The one in the middle has none", "hr-head", "asked 部门组", {"wait": 0},
             {"status": 404}, (LAST,)),
    ),
)  # fmt: skip

STORIES = (AT_ONE_WINDOW, TABLES)
