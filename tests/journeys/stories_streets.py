"""Tells the stories of tasks, complaints, streets, credit and talents: what is agreed, reported, inspected, mended."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_policy import body_of, does, form_of
from tests.journeys.telling import ESTABLISHED, MORNING, Step, Story

TREE, CLEAR = "S447", "S448"
LINE, CHANNELS, SUPERVISORS, QUESTIONS, CHARGES, LISTED, CENTRE = (
    "S026",
    "S433",
    "S438",
    "S017",
    "S185",
    "S198",
    "S010",
)
PROJECTS, OBJECTS, TRIGGERED, EXEMPT, FIRST, REPAIR, TALENT = (
    "S057",
    "S291",
    "S333",
    "S336",
    "S337",
    "S327",
    "S400",
)
ACCEPTED, DRAWN, CONSULTED = "S157", "S156", "S153"
DECOMPOSITION, TASK = "task-decomposition", "plan-task"
CLEARED = {
    "task": "企业开办四小时办结",
    "owner": "market-regulation",
    "due": "2026-03-20",
    "standard": "抽查十件",
}

TASKS = Story(
    "plan-into-tasks", "E10", "方案分解为任务:四明确才能下达,核验销号",
    "A plan into tasks: four things clear, verified, struck off",
    (
        MORNING,
        Step("任务没有责任领导、时限,填不了", "A task without leader and date is not taken", "approval-handler",
             f"submit {DECOMPOSITION}", body_of(DECOMPOSITION, tasks=[{"id": "t1", "goal": "四小时", "unit": "tax"}]),
             {"status": 422}, (TREE, CLEAR)),
        Step("召开分解部署会", "The meeting is planned", "approval-reviewer", f"submit {DECOMPOSITION}",
             body_of(DECOMPOSITION), {"state": "planned"}),
        does("approval-handler", "无需报名", "Nobody enrols", "skip_enrolment", {}, "ready"),
        does("approval-handler", "举办", "Held", "hold", {}, "held"),
        does("approval-handler", "纪要下发,逐项立案", "With the minutes every task is opened", "file_minutes",
             {"minutes": "按分解表落实"}, "following", TREE),
        Step("责任单位收到任务,写明目标、责任人、时限", "The body has its task: goal, leader, date",
             "supervisor", "member t1", {},
             {"state": "draft", "body": {"/item_id": TASK, "/department": "market-regulation",
                                         "/form/leader": "张示例", "/form/deadline": "2026-03-20"}}, (TREE,)),
        Step("缺完成标准,不能下达", "Not issued without a standard", "supervisor", "move activate",
             {"task": "四小时", "owner": "market-regulation", "due": "2026-03-20"}, {"status": 422}, (CLEAR,)),
        does("supervisor", "四明确,下达", "All four clear: issued", "activate", CLEARED, "assigned", CLEAR),
        does("handler", "签收,完成时限即任务书所写", "Signed for; the date is the task's own", "sign", {},
             "doing", CLEAR,
             clocks={"due": {"deadline": "2026-03-20T17:00:00+08:00"}}),
        does("handler", "报告进展", "Progress", "report", {"report": "并联审批已上线", "percent": 60}, "doing",
             CLEAR),
        does("handler", "提交核验", "Submitted", "submit", {"result": "抽查十件,平均三小时"}, "verifying", CLEAR),
        does("supervisor", "核验销号", "Struck off", "strike_off", {"note": "属实"}, "done", CLEAR),
        Step("台账:上级任务、状态", "The register: the task above, and its status", "supervisor",
             "read /v1/registers/plan-tasks/records/{number}", {},
             {"body": {"/body/status": "done", "/body/above": f"{{number:{DECOMPOSITION}}}"}}, (TREE, CLEAR)),
    ),
)  # fmt: skip

COMPLAINT, FINDING, ENQUIRY, OFF_LIST, SERVICE = (
    "business-complaint", "supervisor-finding", "policy-enquiry", "off-list-report", "enterprise-service-request",
)  # fmt: skip


def taken(who: str, *rows: str) -> Step:
    return does(who, "签收", "Signed for", "sign", {}, "handling", *rows)


def answered(who: str, reply: str, *rows: str) -> Step:
    return does(who, "答复", "Answered", "reply", {"reply": reply}, "replied", *rows)


def dispatched(*rows: str) -> Step:
    return does("unresolved-window", "派单", "Dispatched", "dispatch", {}, "dispatched", *rows)


COMPLAINTS = Story(
    "complaints-and-questions", "E07", "投诉、监督意见、咨询、清单外举报:一张工单,限时答复,不满意重办",
    "Complaints, findings, questions, reports: one form, answered in time, again when not satisfied",
    (
        MORNING,
        Step("不登录也能投诉,凭回执码查询", "Unnamed: with a receipt code", "anybody", f"submit {COMPLAINT}", {},
             {"state": "received", "has": ["/receipt_code"]}, (CHANNELS,)),
        Step("企业实名投诉", "A firm complains", "firm", f"submit {COMPLAINT}", {},
             {"state": "received", "clocks": {"triage": {"budget": 1, "unit": "working_day"}}}, (CHANNELS,)),
        dispatched(LINE),
        taken("approval-handler"),
        does("approval-handler", "联系企业", "Contacted", "contact", {"note": "已电话联系"}, "handling"),
        answered("approval-handler", "已书面告知标准", LINE),
        does("firm", "不满意", "Not satisfied", "dissatisfied", {"reason": "标准仍不一致"}, "reopened", LINE),
        Step("自动重办,关联原工单", "Opened again by itself, linked to the first", "firm", "follow reopens", {},
             {"state": "received", "body": {"/item_id": "complaint-second-round",
                                            "/form/first": f"{{number:{COMPLAINT}}}"}}, (LINE,)),
        Step("聘任特约监督员", "A supervisor is appointed", "approval-handler",
             "write special-supervisors person:story-{serial}-he",
             {"subject": "person:story-{serial}-he", "name": "何示例", "status": "appointed"}, {"status": 201}),
        Step("监督员提交意见:直接派单", "The supervisor's finding is dispatched at once", "citizen:he",
             f"submit {FINDING}", {}, {"state": "dispatched"}, (SUPERVISORS,)),
        taken("approval-handler"),
        answered("approval-handler", "自助机已修复", SUPERVISORS),
        does("citizen:he", "监督员确认", "The supervisor confirms", "confirm", {}, "closed"),
        Step("意见进入台账", "On record for the assessment", "approval-supervisor",
             "read /v1/registers/supervisor-findings/records/{number}", {},
             {"body": {"/body/area": "government", "/body/unit": "tax", "/body/result": "closed"}}, (SUPERVISORS,)),
        Step("没有聘任的人提交:不直派", "Of somebody else the window decides", "citizen:xu", f"submit {FINDING}", {},
             {"state": "received"}, (SUPERVISORS,)),
        Step("就条款咨询", "A question about a clause", "firm", f"submit {ENQUIRY}", {}, {"state": "received"}),
        does("integrated-window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
        does("approval-handler", "签收,三个工作日答复", "Signed for, three days to answer", "sign", {}, "handling",
             QUESTIONS, clocks={"reply": {"deadline": "2026-03-05T17:00:00+08:00"}}),
        answered("approval-handler", "派遣用工由用工单位申报", QUESTIONS),
        does("firm", "满意", "Satisfied", "confirm", {}, "closed"),
        Step("公开为常见问答", "Published as a question", "anybody",
             "read /v1/registers/policy-questions/records/{number}", {},
             {"body": {"/body/clause": "第一条", "/body/question": "派遣用工能不能申领补贴？"}}, (QUESTIONS,)),
        Step("匿名举报已取消的收费:对照清单直接派单", "An abolished charge, unnamed: dispatched at once", "anybody",
             f"submit {OFF_LIST}", {}, {"state": "dispatched"}, (CHARGES,)),
        Step("清单外的中介要求同样直接派单", "So is an intermediary off the list", "firm", f"submit {OFF_LIST}",
             {"form": {"demand": {"code": "int-0002", "title": "可研评估", "kind": "intermediary",
                                  "approval_item": "项目备案"}}}, {"state": "dispatched"}, (LISTED,)),
        Step("在清单之内的由窗口判断", "What is listed is for the window", "firm", f"submit {OFF_LIST}",
             {"form": {"demand": {"code": "int-0001", "title": "放线测量", "kind": "intermediary"}}},
             {"state": "received"}, (LISTED,)),
        Step("清单人人可查,写明对应审批事项", "Anybody reads the list", "anybody",
             "read /v1/registers/charge-list/records/int-0001", {},
             {"body": {"/body/status": "listed", "/body/approval_item": "建设工程规划许可"}}, (LISTED,)),
        Step("企业提出法务诉求", "A firm asks for legal help", "firm", f"submit {SERVICE}", {},
             {"state": "received"}),
        dispatched(CENTRE),
        taken("approval-handler"),
        answered("approval-handler", "律师已出具书面意见", CENTRE),
        does("firm", "满意,办结", "Satisfied: closed", "confirm", {}, "closed", CENTRE),
    ),
)  # fmt: skip

FILING, OCCUPATION, REPORT, INSPECTION, PENALTY = (
    "investment-project-filing", "road-occupation", "street-report", "street-inspection", "street-penalty",
)  # fmt: skip
CODE = "2603-430112-04-01-{serial}"
OFFICERS = ("urban-handler", "urban-inspector")


def by_two(move: str, zh: str, en: str, given: Any, before: str, after: str, *rows: str) -> tuple[Step, ...]:
    """One officer alone is not enough (行政处罚法 §42)."""
    first, second = OFFICERS
    return (
        does(first, f"{zh}:一人不算", f"{en}: one alone is not enough", move, given, before, *rows),
        does(second, f"{zh}:两人", f"{en}: two of them", move, given, after, *rows),
    )


def project(item: str) -> dict[str, Any]:
    return form_of(item)["project"] | {"code": CODE}


ON_THE_STREET = Story(
    "on-the-street", "E03", "项目备案、占道许可;发证即监管,举报才检查,首错不改才处罚",
    "A project filed, a road occupied; supervised from the permit on, inspected on a report, punished if not mended",
    (
        MORNING,
        *ESTABLISHED,
        Step("项目当场备案", "The project is filed at once", "firm", f"submit {FILING}",
             {"form": {"project": project(FILING)}}, {"state": "completed"}),
        Step("项目库人人可查", "Anybody reads the register", "anybody",
             f"read /v1/registers/investment-projects/records/{CODE}", {},
             {"body": {"/body/stage": "filed", "/body/owner": "长沙望城示例商贸有限公司",
             "/body/industry": "食品制造业"}}, (PROJECTS,)),
        Step("凭项目代码申请占道:核对项目库,当场准予", "By the project's code: granted at once", "firm",
             f"submit {OCCUPATION}", {"form": {"project_code": CODE}}, {"state": "completed"}, (PROJECTS,)),
        Step("发证即建立监管对象", "The permit has put it under supervision", "urban-handler", "follow about", {},
             {"state": "planned", "body": {"/item_id": INSPECTION, "/form/origin": "permit",
                                           "/form/unit": "urban-management"}}, (OBJECTS,)),
        Step("监管库", "The register of what is supervised", "urban-handler",
             "read /v1/registers/street-inspections/records/{number}", {},
             {"body": {"/body/unit": "urban-management", "/body/status": "planned", "/body/uscc": "{uscc}"}},
             (OBJECTS,)),
        Step("群众匿名举报", "Somebody reports a firm", "citizen:wu", f"submit {REPORT}",
             body_of(REPORT, object="enterprise:{firm:diner}", uscc="{firm:diner}"), {"state": "received"}),
        does("urban-window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
        taken("urban-handler", TRIGGERED),
        Step("签收触发检查", "Signing for it triggers the inspection", "urban-handler", "follow about", {},
             {"state": "planned", "body": {"/form/origin": "report", "/form/uscc": "{firm:diner}"}}, (TRIGGERED,)),
        *by_two("start", "亮证进场", "Papers are shown", {"place": "普瑞大道"}, "planned", "onsite"),
        *by_two("record", "记录", "Recorded", {"findings": "桌椅六套"}, "onsite", "recorded"),
        does("urban-handler", "责令改正,十个工作日", "To be mended in ten working days", "order_rectification",
             {"wanted": "恢复通行"}, "rectifying", FIRST, clocks={"rectification": {"budget": 10,
             "unit": "working_day"}}),
        does("firm:diner", "报告改正", "Said to be mended", "report", {"report": "已撤出"}, "rechecking", FIRST),
        does("urban-handler", "复查未改,转立案", "It is not: filed", "file", {"reason": "仍占道"}, "filed", FIRST),
        Step("自动立处罚案件", "The penalty case follows by itself", "urban-head", "follow about",
             {"circumstances": {"first": True, "slight": True, "mended": False}},
             {"state": "lead", "body": {"/item_id": PENALTY, "/form/circumstances/mended": False}}, (FIRST,)),
        does("urban-head", "立案", "Filed", "file", {"reason": "有违法事实"}, "investigating"),
        *by_two("propose", "提出意见", "Proposed", {"opinion": "penalise", "grounds": "事实清楚"}, "investigating",
                "legal_review"),
        does("urban-reviewer", "法制审核,事先告知", "Legal review, prior notice", "pass", {}, "notified",
             clocks={"defence": {"deadline": "2026-03-09T17:00:00+08:00"}}),
        does("firm:diner", "放弃申辩:核对免罚清单", "No defence: the no-penalty list is read", "waive", {},
             "deliberating"),
        Step("免罚清单:首次、轻微、已改正才不罚", "The list: first, slight and mended", "admin",
             "try no-penalty-list",
             {"first-offence": True, "harm-slight": True, "mended-in-time": True},
             {"body": {"/result/reason": "exempt"}}, (EXEMPT,)),
        Step("本案未改正", "Here it was not mended", "admin", "try no-penalty-list",
             {"first-offence": True, "harm-slight": True, "mended-in-time": False},
             {"body": {"/result/reason": "not-mended"}}, (EXEMPT, FIRST)),
    ),
)  # fmt: skip

ACCEPTANCE, DRAWINGS, SITE = "joint-acceptance", "joint-drawing-review", "site-consultation"


def opinions(members: dict[str, str], row: str) -> list[Step]:
    """Every member's opinion; the whole goes on when the last is in."""
    steps = []
    for number, (member, who) in enumerate(members.items(), 1):
        state = "consolidating" if number == len(members) else "running"
        steps += [
            Step(
                f"意见:{member}",
                f"Opinion: {member}",
                who,
                f"member {member}",
                {},
                {"state": "called"},
                (row,),
            ),
            does(who, "接收", "Taken up", "check_in", {}, "acting"),
            does(who, "给出意见", "Given", "sign_off", {"result": "同意"}, "done", row),
            Step(
                "回到办件", "Back to the whole", "applicant", f"whole {state}", {}, {"state": state}, (row,)
            ),
        ]
    return steps


def together(
    item: str, applicant: str, desk: str, members: dict[str, str], row: str, **given: Any
) -> tuple[Step, ...]:
    return (
        Step("一次申请", "One application", applicant, f"submit {item}", given, {"state": "menu"}, (row,)),
        does(f"{desk}-window", "清单", "The list", "propose_menu", {}, "confirming"),
        does(
            "applicant", "确认,各部门同时开始", "Confirmed: all begin at once", "confirm", {}, "running", row
        ),
        *opinions(members, row),
        does(
            f"{desk}-handler",
            "汇总为一份意见",
            "One conclusion",
            "deliver",
            {"note": "同意"},
            "delivering",
            row,
        ),
        does(f"{desk}-window", "送达", "Served", "serve", {}, "completed", row),
    )


JOINTLY = Story(
    "jointly", "E02", "联合验收、多图联审、多规会商:一次申请,各部门同时给意见,一份结论",
    "Acceptance, drawings, sites: one application, opinions side by side, one conclusion",
    (
        MORNING,
        *together(ACCEPTANCE, "firm", "housing",
                  {"planning": "resources-handler", "fire": "housing-handler", "archives": "urban-handler"},
                  ACCEPTED),
        Step("一份联合验收意见书", "One document", "firm", "documents", {},
             {"says": {"joint-acceptance-opinion": "结论：通过"}}, (ACCEPTED,)),
        *together(DRAWINGS, "firm", "housing",
                  {"building": "housing-handler", "civil-defence": "resources-handler"}, DRAWN,
                  form={"specialities": ["building", "civil-defence"]}),
        Step("一份审查意见书", "One document", "firm", "documents", {},
             {"says": {"drawing-review-opinion": "结论：通过"}}, (DRAWN,)),
        *together(SITE, "resources-reviewer", "resources",
                  {"housing-construction": "housing-handler", "urban-management": "urban-handler"}, CONSULTED,
                  **body_of(SITE)),
        Step("一张建设条件清单", "One sheet", "applicant", "documents", {},
             {"says": {"site-requirements": "意见均已给出并汇总"}},
             (CONSULTED,)),
    ),
)  # fmt: skip

RECOGNISED, MENDED = "talent-recognition", "credit-repair"
REMEDIES = {"reconsideration": "长沙市望城区人民政府", "litigation": "长沙市望城区人民法院"}
EARLY = form_of(MENDED)["record"] | {"published_months": 2}
MERITS = Story(
    "repair-and-recognition", "E08", "信用修复核对最短公示期;人才认定按积分",
    "Credit repaired after its period; talents by points",
    (
        MORNING,
        Step("公示两个月就申请修复", "After two months in view", "firm", f"submit {MENDED}",
             {"form": {"record": EARLY}},
             {"state": "received"}),
        does("window", "未满三个月:不予受理", "Too early: not accepted", "refuse_acceptance",
             {"reasons": ["公示未满三个月"], "remedies": REMEDIES}, "not_accepted", REPAIR),
        Step("满三个月,附纠正证明", "After three months, with proof", "firm", f"submit {MENDED}", {},
             {"state": "received"}),
        does("window", "受理,七个工作日", "Accepted: seven working days", "accept", {}, "examining", REPAIR,
             clocks={"promised": {"budget": 7, "deadline": "2026-03-11T17:00:00+08:00"}}),
        does("handler", "审查", "Examined", "propose", {"opinion": "grant", "grounds": "已纠正"}, "checking"),
        does("reviewer", "审核", "Checked", "pass", {}, "deciding"),
        does("decider", "准予修复", "Repaired", "grant", {}, "granting", REPAIR),
        does("window", "送达", "Served", "serve", {"way": "electronic"}, "completed"),
        Step("公开记录:已修复,撤下公示", "On record: repaired, out of view", "anybody",
             "read /v1/registers/credit-repairs/records/{number}", {},
             {"body": {"/body/status": "repaired", "/body/record": "cr-2025-0001"}}, (REPAIR,)),
        Step("参保记录在库", "The insurance record is there", "hr-handler",
             "write social-insurance person:story-{serial}-sun",
             {"subject": "person:story-{serial}-sun", "months": 12}, {"status": 201}),
        Step("E类65分:当场认定", "Class E, 65 points: at once", "citizen:sun", f"submit {RECOGNISED}", {},
             {"state": "completed"}, (TALENT,)),
        Step("电子证书,五年有效", "The certificate, valid for five years", "applicant", "documents", {},
             {"says": {"talent-certificate": "五年内有效"}}, (TALENT,)),
        Step("积分不足:由人审查", "Too few points: by people", "citizen:sun", f"submit {RECOGNISED}",
             {"form": {"points": 40}}, {"state": "received"}, (TALENT,)),
    ),
)  # fmt: skip

STORIES = (TASKS, COMPLAINTS, ON_THE_STREET, JOINTLY, MERITS)
