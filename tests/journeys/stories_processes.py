"""Tells the stories of processes that no other story plays to an end, and of six bodies that start an enterprise."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_people import COMMITS, FOUND_SHORT, PROMISE
from tests.journeys.stories_policy import body_of, does
from tests.journeys.stories_streets import by_two, taken
from tests.journeys.telling import CHAIN, DECIDED, ESTABLISHED, MORNING, TRAIL, Step, Story, at

BREACH, TRIGGERED, FIRST, TABLE, RECOGNISED = "S324", "S333", "S337", "S022", "S299"
LICENCE, DETERMINATION = "human-resources-licence", "breach-determination"
REMEDIES = {"reconsideration": "长沙市望城区人民政府", "litigation": "有管辖权的人民法院"}
PROPOSED = {"opinion": "penalise", "grounds": "复查仍只有两名专职人员，与承诺不符"}


def of(item: str, state: str, **more: Any) -> dict[str, Any]:
    """What is seen of a case that was gone to: which item it is of, and where it stands."""
    return {"state": state, "body": {"/item_id": item, **more.pop("body", {})}, **more}


def licence(status: str, zh: str, en: str, **body: Any) -> Step:
    where = f"read /v1/registers/human-resources-licences/records/{{number:{LICENCE}}}"
    return Step(zh, en, "anybody", where, {}, {"body": {"/body/status": status, **body}}, (PROMISE, BREACH))


REVOKED = Story(
    "commitment-revoked", "E03", "告知承诺违诺:认定、送达、履行,许可随认定撤销",
    "A commitment that is broken: determined, served, performed, and the licence is revoked with it",
    (
        MORNING,
        *ESTABLISHED,
        *COMMITS,
        *FOUND_SHORT,
        at("2026-04-08T09:30:00", "整改期满", "The time to mend it is over"),
        Step("系统转入复查", "It is rechecked without being asked", "applicant", "see", {},
             {"state": "rechecking"}),
        does("hr-handler", "复查不合格,转违诺认定", "Still short: a breach", "fail", {"reason": "仍只有两人"},
             "breach", PROMISE),
        Step("自动立违诺认定", "Its determination follows by itself", "hr-head", "follow about", {"revokes": True},
             of(DETERMINATION, "lead", body={"/form/source": f"{{number:{LICENCE}}}", "/form/revokes": True},
                clocks={"verify": {"budget": 15, "unit": "working_day"}}), (BREACH,)),
        licence("valid", "认定之前许可仍有效", "Until then the licence stands"),
        does("hr-head", "立案,九十日内办结", "Filed, to be decided within ninety days", "file",
             {"reason": "有违诺事实"}, "investigating", BREACH,
             clocks={"case": {"unit": "calendar_day", "budget": 90, "light": "green"}}),
        does("hr-handler", "调查一人不算", "One investigator is not enough", "propose", PROPOSED, "investigating",
             BREACH),
        does("hr-cashier", "两人调查,提出意见", "Two of them propose", "propose", PROPOSED, "legal_review", BREACH),
        Step("调查的人不能审核", "Who investigated does not review", "hr-handler", "move pass", {"opinion": "合法"},
             {"status": 403}, (BREACH,)),
        does("hr-reviewer", "法制审核,事先告知,五个工作日申辩", "Legal review; five working days of defence", "pass",
             {"opinion": "合法"}, "notified", BREACH, clocks={"defence": {"deadline": "2026-04-15T17:00:00+08:00"}}),
        at("2026-04-16T09:30:00", "申辩期满", "The time of defence is over"),
        Step("没有申辩,进入审议", "No defence: it is deliberated", "firm", "see", {},
             {"state": "deliberating", "clocks": {"defence": {"light": "overdue"}}}),
        does("hr-head", "认定违诺,撤销许可", "A breach, and the licence is revoked", "penalise",
             {"decision": "认定违反承诺，撤销人力资源服务许可", "remedies": REMEDIES}, "serving", BREACH,
             clocks={"service": {"unit": "calendar_day", "budget": 7, "deadline": "2026-04-23T17:00:00+08:00"}}),
        does("hr-handler", "送达,十五日内履行", "Served; fifteen days to perform", "serve", {}, "performing", BREACH,
             clocks={"service": {"running": False}, "payment": {"unit": "calendar_day", "budget": 15}}),
        does("hr-cashier", "履行完毕", "Performed", "confirm_performed", {"evidence": "缴回许可证回执"}, "performed",
             BREACH, outcome="performed"),
        Step("认定在册", "On record", "hr-handler", "read /v1/registers/breach-determinations/records/{number}", {},
             {"body": {"/body/status": "performed", "/body/source": f"{{number:{LICENCE}}}"}}, (BREACH,)),
        CHAIN,
        Step("原许可随认定撤销,不再申请", "The licence was revoked with it", "hr-decider", "follow about revoked",
             {"declaration": True},
             of(LICENCE, "revoked", outcome="revoked"), (PROMISE, BREACH)),
        licence("revoked", "登记簿:已撤销", "The register says so", **{"/body/valid_to": "2026-04-16"}),
        CHAIN,
    ),
)  # fmt: skip

REPORT, INSPECTION = "street-report", "street-inspection"

RECTIFIED = Story(
    "inspection-rectified", "E03", "举报触发检查:两人亮证,责令改正,复查合格,公示办结",
    "A report leads to an inspection: two officers, mended, rechecked, published",
    (
        MORNING,
        Step("群众举报", "Somebody reports a firm", "citizen:wu", f"submit {REPORT}",
             body_of(REPORT, object="enterprise:{firm:diner}", uscc="{firm:diner}"), {"state": "received"}),
        does("urban-window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
        taken("urban-handler", TRIGGERED),
        Step("签收触发检查,二十个工作日内进场", "Signing for it opens the inspection: twenty days", "urban-handler",
             "follow about", {},
             of(INSPECTION, "planned", body={"/form/origin": "report", "/form/uscc": "{firm:diner}"},
                clocks={"visit": {"budget": 20, "deadline": "2026-03-30T17:00:00+08:00"}}), (TRIGGERED,)),
        *by_two("start", "亮证进场", "Papers are shown", {"place": "普瑞大道"}, "planned", "onsite"),
        *by_two("record", "记录", "Recorded", {"findings": "人行道摆放桌椅六套"}, "onsite", "recorded"),
        Step("检查对象确认笔录", "The firm confirms the record", "firm:diner", "move confirm_record", {},
             {"state": "recorded"}),
        does("urban-handler", "责令改正,十个工作日", "To be mended in ten working days", "order_rectification",
             {"wanted": "撤出人行道,恢复通行"}, "rectifying", FIRST,
             clocks={"rectification": {"budget": 10, "deadline": "2026-03-16T17:00:00+08:00"}}),
        does("firm:diner", "报告改正", "Said to be mended", "report", {"report": "已撤出"}, "rechecking", FIRST),
        Step("当事人不能自己复查", "The firm does not recheck itself", "firm:diner", "move pass_recheck",
             {"findings": "已改正"}, {"status": 403}, (FIRST,)),
        does("urban-handler", "复查合格", "Mended indeed", "pass_recheck", {"findings": "已恢复通行"},
             "publishing_rectified", FIRST, clocks={"publish": {"budget": 7, "unit": "working_day"}}),
        does("urban-handler", "公示,办结", "Published: closed", "publish", {}, "rectified", FIRST,
             outcome="rectified"),
        Step("检查台账", "The register", "urban-handler", "read /v1/registers/street-inspections/records/{number}",
             {}, {"body": {"/body/status": "rectified", "/body/origin": "report"}}, (TRIGGERED, FIRST)),
        Step("供联合抽查互认:哪个部门查了哪一项", "What joint draws recognise: which department checked what",
             "anybody", "read /v1/registers/department-checks/records/{firm:diner}", {},
             {"body": {"/body/department": "urban-management", "/body/number": "{number}"}, "has": ["/body/matter"]},
             (RECOGNISED,)),
        Step("办理过程留痕,哈希首尾相接", "Every step is on record, hashes link up", "firm:diner", "chain",
             rows=(TRAIL,)),
    ),
)  # fmt: skip

MEETING, TASK = "government-enterprise-round-table", "plan-task"
CLEAR = {"task": "用电增容", "owner": "administrative-approval", "due": "2026-04-10", "standard": "接通用电"}


def struck_off(member: str, last: bool) -> tuple[Step, ...]:
    """What the meeting settled is a task: all clear, signed for, done, verified by somebody else."""
    state = "closed" if last else "following"
    over = {"state": state, **({"outcome": "closed"} if last else {})}
    return (
        Step(f"议定事项 {member} 是一件任务", f"What was settled, {member}, is a task", "approval-supervisor",
             f"member {member}", {}, of(TASK, "draft", body={"/form/goal": member}), (TABLE,)),
        does("approval-supervisor", "四明确,下达", "All four clear: issued", "activate", CLEAR, "assigned"),
        does("approval-handler", "签收", "Signed for", "sign", {}, "doing"),
        does("approval-handler", "提交核验", "Done, to be verified", "submit", {"result": "已接通"}, "verifying"),
        does("approval-supervisor", "销号", "Struck off", "strike_off", {"note": "属实"}, "done", TABLE,
             outcome="done"),
        Step("回到圆桌会", "Back to the round table", "approval-handler", f"whole {state}", {}, over, (TABLE,)),
    )  # fmt: skip


ROUND_TABLE = Story(
    "round-table-closed", "E07", "政企圆桌会:纪要逐项立任务,全部销号才办结",
    "A round table: every point of the minutes is a task, and it is closed when all are struck off",
    (
        MORNING,
        Step("筹备", "It is planned", "approval-reviewer", f"submit {MEETING}", body_of(MEETING),
             {"state": "planned", "clocks": {"prepare": {"budget": 20, "unit": "working_day"}}}),
        does("approval-handler", "开放报名", "Enrolment opens", "open_enrolment", {}, "enrolling", TABLE,
             clocks={"enrolment": {"budget": 10, "unit": "working_day"}}),
        does("approval-handler", "截止报名", "Enrolment closes", "close_enrolment", {}, "ready"),
        does("approval-handler", "举办", "Held", "hold", {}, "held", TABLE, clocks={"minutes": {"budget": 3}}),
        does("approval-handler", "纪要,两项议定事项", "Minutes with two points", "file_minutes",
             {"minutes": "会议议定两项", "actions": ["power-capacity", "pavement"]}, "following", TABLE,
             clocks={"follow": {"budget": 60, "unit": "working_day"}}),
        *struck_off("pavement", last=False),
        *struck_off("power-capacity", last=True),
        Step("会议台账:已办结", "The register: closed", "approval-handler",
             f"read /v1/registers/meetings/records/{{number:{MEETING}}}", {}, {"body": {"/body/status": "closed"}},
             (TABLE,)),
    ),
)  # fmt: skip

# ── 企业开办“一件事”: 4 环节→1，14 件→5 件，4 小时

START, TOGETHER, WINDOW = "S069", "S060", "S068"
BUNDLE = "enterprise-start-up"
LIVES = {  # member: its item, its desk, what it finds
    "seal": ("seal-making", "police-handler", "印章备案编号 SAMPLE-YZ-0001"),
    "tax": ("tax-registration", "tax-handler", "税（费）种认定完成 SAMPLE"),
    "social-insurance": ("social-insurance-registration", "hr-handler", "社会保险登记编号 SAMPLE-SB-0001"),
    "housing-fund": ("housing-fund-registration", "fund-handler", "单位公积金账号 SAMPLE-GJJ-0001"),
    "bank": ("bank-account-opening", "bank-handler", "基本存款账户编号 SAMPLE-J-0001"),
}
ORDER = ("establishment", *LIVES)
FOUNDS = (
    Step("创办人一张表单、五件材料办六项", "One form and five materials for six matters", "founder",
         f"submit {BUNDLE}", {}, {"state": "running"}),
    Step("六家同时收到", "Six bodies have it at the same time", "founder", "see", {},
         {"state": "running", "has": ["/materials/4"],
          "body": {"/materials/5": None, "/members/0/member": "establishment", "/members/5/member": "bank"}},
         (START, TOGETHER)),
)  # fmt: skip


def goes_to(name: str) -> Step:
    """The member's own case: filled from the one form, at its own body."""
    item, desk, _ = LIVES[name]
    filled = {"/form/uscc": "{uscc}", "/form/enterprise_name": "长沙望城示例餐饮有限公司"}
    return Step(f"成员办件:{name}", f"The member's case: {name}", desk, f"member {name}", {},
                of(item, "received", body=filled, clocks={"intake": {"budget": 1, "unit": "office_hour"}}),
                (TOGETHER,))  # fmt: skip


def back(state: str, zh: str, en: str, **ended: str) -> Step:
    """The whole, once it has heard how these members ended."""
    body = {f"/members/{ORDER.index(name)}/outcome": outcome for name, outcome in ended.items()}
    return Step(zh, en, "founder", f"whole {state}", dict.fromkeys(ended, "closed"), of(BUNDLE, state, body=body),
                (START, TOGETHER))  # fmt: skip


def done(name: str, hours: int, state: str = "running") -> tuple[Step, ...]:
    """Taken up and done by its own desk, whatever the others do; the whole shows it at once."""
    _, desk, result = LIVES[name]
    return (
        goes_to(name),
        does(desk, f"收件,{hours}个办公小时", f"Taken up: {hours} office hours", "accept", {}, "handling", START,
             clocks={"promised": {"budget": hours, "unit": "office_hour", "light": "green"}}),
        does(desk, "办结", "Done", "finish", {"result": result}, "completed", START, outcome="completed"),
        back(state, f"整件事:{name} 已办结", f"The whole: {name} is done", **{name: "granted"}),
    )  # fmt: skip


def licensed(state: str = "running") -> tuple[Step, ...]:
    licence = Step("设立登记也是一件成员办件", "So is the registration", "window", "member establishment", {},
                   of("enterprise-establishment", "received", body={"/form/reservation/uscc": "{uscc}"}),
                   (TOGETHER,))  # fmt: skip
    accept = Step("窗口受理,四个办公小时", "The window accepts: four office hours", "window", "move accept", {},
                  {"state": "examining", "clocks": {"promised": {"unit": "office_hour", "budget": 4}}},
                  (START,))  # fmt: skip
    return (licence, accept, *DECIDED, back(state, "执照已发", "Licensed", establishment="granted"))


def started(status: str) -> Step:
    return Step("开办台账", "The register of start-ups", "window",
                f"read /v1/registers/start-ups/records/{{number:{BUNDLE}}}", {},
                {"body": {"/body/status": status, "/body/uscc": "{uscc}"}}, (START,))  # fmt: skip


SERVED_TOGETHER = Step("一个礼包送达:执照、印章、发票", "One pack: licence, seals, tax", "window", "move serve", {},
                       {"state": "completed", "outcome": "completed"}, (START, TOGETHER, WINDOW))  # fmt: skip
ALL_SIX = Story(
    "start-up-six", "E01", "企业开办:一次申请,六家各办各的,次序不限,一个礼包",
    "Starting an enterprise: one application, six bodies in an order of their own, one pack",
    (
        MORNING,
        Step("任何人查看指南:五件材料,不收费", "Anybody reads: five materials, no fee", "anybody",
             f"read /v1/items/{BUNDLE}", {},
             {"body": {"/guide/fees/charged": False, "/materials/4/id": "resolution-of-shareholders",
                       "/materials/5": None}}, (START, WINDOW)),
        Step("没有选设立登记的,不收", "Without the registration it is not taken", "founder", f"submit {BUNDLE}",
             {"form": {"matters": ["seal", "tax"]}}, {"status": 422}, (START,)),
        *FOUNDS,
        *done("housing-fund", 2),
        *done("bank", 4),
        *done("tax", 3),
        *licensed(),
        *done("social-insurance", 2),
        *done("seal", 3, "consolidating"),
        Step("六项的结果在一处", "All six results in one place", "founder", "see", {},
             {"state": "consolidating", "has": [f"/members/{place}/documents" for place in range(6)],
              "clocks": {"promised": {"effect": "promised", "running": False}}}, (START, TOGETHER)),
        Step("登记簿:企业已设立", "The register: it exists", "anybody",
             "read /v1/registers/enterprises/records/{uscc}", {}, {"body": {"/body/status": "active"}}, (START,)),
        does("handler", "汇总", "Consolidated", "deliver", {"note": "六项全部办成"}, "delivering", START),
        SERVED_TOGETHER,
        started("completed"),
        CHAIN,
    ),
)  # fmt: skip
NO_ACCOUNT = ["上门核实未见实际经营,暂不能开户"]
ONE_FAILS = Story(
    "start-up-one-refused", "E01", "企业开办:银行不同意开户,其余五项照办,部分办结",
    "Starting an enterprise: the bank declines, the other five are done, the whole in part",
    (
        MORNING,
        *FOUNDS,
        *done("tax", 3),
        goes_to("bank"),
        does("bank-handler", "收件", "Taken up", "accept", {}, "handling"),
        Step("别家的人办不了银行的事", "Another body's desk cannot act here", "tax-handler", "move refuse",
             {"reasons": NO_ACCOUNT}, {"status": 404}, (TOGETHER,)),
        does("bank-handler", "银行不同意,说明理由", "The bank declines, and says why", "refuse",
             {"reasons": NO_ACCOUNT, "elsewhere": "其他银行"}, "refused", START, outcome="refused"),
        Step("书面告知理由", "Told in writing", "applicant", "documents", {},
             {"issued": ["receipt", "handling-answer"], "says": {"handling-answer": "不影响同一件事中的其他事项"}},
             (START,)),
        back("running", "一项不成,已办的不撤,未办的照办", "One failed: nothing is undone, the others go on",
             bank="refused", tax="granted"),
        *done("seal", 3),
        *licensed(),
        *done("housing-fund", 2),
        *done("social-insurance", 2, "consolidating"),
        does("handler", "部分办成,说明哪一项", "Done in part, and which part", "deliver_partly",
             {"reason": "银行暂不开户,其他五项已办成"}, "delivering_partly", START),
        Step("五项结果一并送达", "Five results served together", "window", "move serve", {},
             {"state": "partly", "outcome": "partly"}, (START, TOGETHER)),
        started("partly"),
        Step("税务结果仍然有效", "What the tax office did still stands", "founder",
             "read /v1/cases/{case}", {},
             {"body": {"/members/2/outcome": "granted", "/members/0/outcome": "granted"}}, (START,)),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (REVOKED, RECTIFIED, ROUND_TABLE, ALL_SIX, ONE_FAILS)
