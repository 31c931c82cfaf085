"""Tells the stories of the district's errands: interfaces, clauses, ladders, what is mended, households."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_policy import does, form_of
from tests.journeys.telling import CHAIN, MORNING, Step, Story, at

INTERFACES, CLAUSES, LADDER, RECTIFIED, INSPECTED, HOUSEHOLDS = "S202", "S247", "S383", "S421", "S450", "S272"
GRID = "S236"
REQUEST, CLAUSE, GROWTH, RECTIFICATION, SUPERVISION, HOUSEHOLD = (
    "interface-request", "restrictive-clause", "growth-ladder", "environment-rectification",
    "supervision-inspection", "zero-employment-household",
)  # fmt: skip
OPEN = "/v1/accounts/households-open/statement"


def raised(item: str, who: str, zh: str, en: str, row: str, **changes: Any) -> Step:
    body = {"form": {**form_of(item), **changes}, "materials": []}
    return Step(zh, en, who, f"submit {item}", {"body": body}, {"state": "draft"}, (row,))


def issued(item: str, desk: str, owner: str, row: str) -> tuple[Step, ...]:
    """Issued with its four things clear, and signed for; the date is the form's own."""
    due = form_of(item)["deadline"]
    given = {"task": form_of(item)["owner"]["leader"], "owner": owner, "due": due, "standard": "逐项核验属实"}
    return (
        does(f"{desk}supervisor", "四明确,下达", "Issued", "activate", given, "assigned"),
        does(f"{desk}handler", "签收,时限即所写", "Signed for, by its own date", "sign", {}, "doing", row,
             clocks={"due": {"deadline": f"{due}T17:00:00+08:00"}}),
    )  # fmt: skip


def finished(desk: str, result: str, row: str) -> tuple[Step, ...]:
    return (
        does(f"{desk}handler", "提交核验", "Submitted", "submit", {"result": result}, "verifying", row),
        Step("提交的人不能核验", "Who submits does not verify", f"{desk}handler", "move strike_off", {},
             {"status": 403}, (row,)),
        does(f"{desk}supervisor", "核验销号", "Verified and struck off", "strike_off", {"note": "属实"}, "done", row),
    )  # fmt: skip


def kept(register: str, who: str, zh: str, en: str, row: str, **body: Any) -> Step:
    wanted = {f"/body/{name}": value for name, value in body.items()}
    return Step(
        zh, en, who, f"read /v1/registers/{register}/records/{{number}}", {}, {"body": wanted}, (row,)
    )


REFORM = Story(
    "clauses-and-interfaces", "E12", "限制性条款逐条清理,上级接口逐条登记卡点,企业成长逐级留痕",
    "Clauses cleaned up one by one, interfaces with what blocks them, firms promoted on record",
    (
        MORNING,
        Step("保留条款没有理由,填不了", "A clause kept without reason: not taken", "hr-handler", f"submit {CLAUSE}",
             {"body": {"form": form_of(CLAUSE) | {"clause": form_of(CLAUSE)["clause"] | {"decision": "keep"}},
                       "materials": []}}, {"status": 422}, (CLAUSES,)),
        raised(CLAUSE, "hr-handler", "登记招标领域一条限制:废止", "A restriction in tenders: to be abolished", CLAUSES),
        *issued(CLAUSE, "", "market-regulation", CLAUSES),
        *finished("", "文件已废止并公布", CLAUSES),
        kept("restrictive-clauses", "anybody", "公开:领域、文件、意见、结果", "Public: field, document, decision",
             CLAUSES, field="tender", decision="abolish", status="done"),
        raised(REQUEST, "resources-handler", "登记不动产平台接口需求和卡点", "An interface and what blocks it",
               INTERFACES),
        *issued(REQUEST, "approval-", "administrative-approval", INTERFACES),
        kept("interface-requests", "anybody", "人人可查卡在哪里、现在怎么办", "Anybody reads what blocks it",
             INTERFACES, blocker="等待市级平台开放授权", fallback="部门人工核验，一个工作日内回复",
             status="doing"),
        *finished("approval-", "接口联调通过", INTERFACES),
        raised(GROWTH, "zone-handler", "企业建档:阶段、差距、导师", "A firm's file: stage, gaps, coach", LADDER),
        *issued(GROWTH, "approval-", "administrative-approval", LADDER),
        does("approval-handler", "晋级留痕", "A promotion is on record", "advance_stage",
             {"stage": "规上", "note": "营业收入达到两千万元"}, "doing", LADDER),
        *finished("approval-", "纳统入规", LADDER),
        kept("growth-ladders", "approval-supervisor", "成长档案", "The file", LADDER, stage="small",
             next="above-scale", coach="周示例", gaps="营业收入距两千万元差两百万元", status="done"),
        Step("晋级事件写明到了哪一级", "The event says which stage", "approval-handler", "events", {},
             {"body": {"/events/3/type": "case.stage_advanced", "/events/3/data/input/stage": "规上"}}, (LADDER,)),
        CHAIN,
    ),
)  # fmt: skip

MENDED = Story(
    "mended-and-seen-again", "E12", "环保督察问题整改:逾期督办、验收、回头看;营商督查发现问题:通知、整改、复查",
    "Rectified, accepted, seen again; late ones supervised; what a supervision found is mended and checked",
    (
        MORNING,
        raised(RECTIFICATION, "urban-reviewer", "一个问题一条:措施、时限", "One problem: measure and date", RECTIFIED),
        *issued(RECTIFICATION, "urban-", "urban-management", RECTIFIED),
        at("2026-03-23T09:30:00", "整改时限已过", "The date has passed"),
        Step("逾期自动转督办", "Late: supervised by itself", "urban-supervisor", "see", {}, {"state": "supervised"},
             (RECTIFIED,)),
        does("urban-head", "负责人回复督办", "The head answers", "reply", {"reply": "本周完工"}, "doing", RECTIFIED),
        *finished("urban-", "改造完成,水质监测合格", RECTIFIED),
        kept("environment-rectifications", "anybody", "公开:措施、时限、结果", "Public: measure and result",
             RECTIFIED, problem="HB-2026-007", measure="完成雨污分流改造", status="done"),
        Step("验收后自动“回头看”", "A second look follows by itself", "urban-handler", "follow about",
             {"topic": "环保整改“回头看”"}, {"state": "called", "body": {"/item_id": "department-opinion"}},
             (RECTIFIED,)),
        does("urban-handler", "到现场再看", "Seen again on site", "check_in", {}, "acting", RECTIFIED),
        does("urban-handler", "没有反弹", "It has not come back", "sign_off", {"result": "雨天复核无溢流"}, "done",
             RECTIFIED),
        MORNING,
        raised(SUPERVISION, "approval-reviewer", "督查发现窗口无人值守", "Found: a counter without anybody", INSPECTED),
        *issued(SUPERVISION, "approval-", "administrative-approval", INSPECTED),
        does("approval-handler", "提交复查", "Submitted", "submit", {"result": "午间轮值已实行"}, "verifying"),
        does("approval-supervisor", "复查不合格,退回", "Checked again: not yet", "return", {"reason": "周三仍无人"},
             "doing", INSPECTED),
        *finished("approval-", "已补排班", INSPECTED),
        kept("supervision-inspections", "approval-supervisor", "督查台账", "On record", INSPECTED, topic="hall",
             what="两个窗口午间无人值守", status="done"),
    ),
)  # fmt: skip


def level(name: str, to: str, day: str) -> tuple[Step, ...]:
    """Taken up at a level, whose five working days begin anew."""
    return (
        does("hr-supervisor", f"提到{name}", f"Up to {name}", "reassign", {"to": to, "note": name}, "dispatched",
             HOUSEHOLDS),
        does("hr-handler", f"{name}响应,重新计时", f"{name}, timed anew", "sign", {}, "handling", HOUSEHOLDS,
             clocks={"reply": {"deadline": f"{day}T17:00:00+08:00", "light": "green"}}),
    )  # fmt: skip


TREE = "/definition/views/grid"
BUILDING = "/definition/nodes/yueliangdao-building-1"
FOUR_LEVELS = {
    "body": {
        f"{TREE}/1": ["yueliangdao", "yueliangdao-community-1"],
        f"{TREE}/4": ["yueliangdao-community-1", "yueliangdao-estate-1"],
        f"{TREE}/6": ["yueliangdao-estate-1", "yueliangdao-building-1"],
        "/definition/nodes/yueliangdao/kind": "street",
        f"{BUILDING}/kind": "cell",
        f"{BUILDING}/areas": ["yueliangdao-building-1"],
    },
    "has": [f"{BUILDING}/posts/grid-worker"],
}
WORK = Story(
    "no-household-without-work", "E09", "零就业家庭:三级响应逐级计时,一人就业销号,在册户数归零",
    "No household without work: three levels, each timed, struck off when one works, back to zero",
    (
        MORNING,
        Step("四级网格:街镇、社区、小区、楼栋,楼栋覆盖地址", "Four levels of the grid, a building covers its addresses",
             "hr-handler", "read /v1/definitions/organisations/wangcheng", {}, FOUR_LEVELS, (GRID,)),
        Step("网格发现一户", "The grid finds a household", "hr-reviewer", f"submit {HOUSEHOLD}",
             {"body": {"form": form_of(HOUSEHOLD), "materials": []}}, {"state": "received"}, (HOUSEHOLDS,)),
        Step("在册一户", "One on file", "auditor", f"read {OPEN}", {}, {"body": {"/entries/0/after/balance": 1}},
             (HOUSEHOLDS,)),
        does("talent-window", "派到社区", "To the community", "dispatch", {"note": "社区"}, "dispatched"),
        does("hr-handler", "一级响应,五个工作日", "The first level: five working days", "sign", {}, "handling",
             HOUSEHOLDS, clocks={"reply": {"budget": 5, "unit": "working_day",
                                           "deadline": "2026-03-09T17:00:00+08:00"}}),
        at("2026-03-10T09:00:00", "五个工作日过去,没有就业", "Five working days, nobody works"),
        Step("自动提级", "It goes up by itself", "hr-supervisor", "see", {}, {"state": "escalated"}, (HOUSEHOLDS,)),
        *level("二级(街镇)", "yueliangdao", "2026-03-17"),
        at("2026-03-18T09:00:00", "又是五个工作日", "Five more"),
        *level("三级(区)", "human-resources", "2026-03-25"),
        does("hr-handler", "一人就业", "One works", "reply", {"reply": "一人就业,参保可查"}, "replied", HOUSEHOLDS),
        does("hr-reviewer", "回访销号", "Struck off", "confirm", {"note": "已上岗"}, "closed", HOUSEHOLDS),
        Step("在册归零", "Back to zero", "auditor", f"read {OPEN}", {}, {"body": {"/entries/1/after/balance": 0}},
             (HOUSEHOLDS,)),
    ),
)  # fmt: skip

STORIES = (REFORM, MENDED, WORK)
