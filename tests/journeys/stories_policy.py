"""Tells the stories of policies, reviewed, published, paid without applying; of deals and their subsidies."""

from __future__ import annotations

from typing import Any

from tests.builders import item_of
from tests.journeys.telling import CHAIN, ESTABLISHED, MORNING, Step, Story, at

FAIR, CONSULTED, NEGLECTED = "S239", "S428", "S243"
FUNCTIONS, BY_ITSELF, HIRES, TOGETHER = "S217", "S221", "S268", "S218"
REVIEW, CONSULTATION, PUBLICATION = "fair-competition-review", "policy-consultation", "policy-publication"
COMPLAINT, HIRE, CLAIM = "fair-competition-complaint", "employment-filing", "policy-claim"
FEEDBACK = [
    {"opinion": "希望扩大到派遣用工企业", "adopted": False, "reason": "派遣用工由用工单位申报"},
    {"opinion": "简化证明材料", "adopted": True},
]


def form_of(item: str) -> dict[str, Any]:
    return dict(item_of(item)["examples"][0]["form"])


def body_of(item: str, **changes: Any) -> dict[str, Any]:
    """The first example's form for a person who hands it in, with these members changed."""
    return {"body": {"form": {**form_of(item), **changes}, "materials": []}}


def does(who: str, zh: str, en: str, move: str, given: Any, state: str, *rows: str, **expect: Any) -> Step:
    return Step(zh, en, who, f"move {move}", given or {}, {"state": state, **expect}, rows)


ASKED_FIRM = {"parties": [{"role": "invited", "subject": "enterprise:{firm:asked}"}]}
NUMBERS = {"fair_review": f"{{number:{REVIEW}}}", "consultation": f"{{number:{CONSULTATION}}}"}
REVIEWED = (
    Step("起草单位送审:自查表不全,填不了", "A checklist with too few standards is not taken", "hr-handler",
         f"submit {REVIEW}", body_of(REVIEW, checklist=[]), {"status": 422}, (FAIR,)),
    Step("补齐四方面标准送审", "Sent to review with all four standards", "hr-handler", f"submit {REVIEW}",
         body_of(REVIEW) | ASKED_FIRM, {"state": "submitted", "clocks": {"intake": {"budget": 3,
         "unit": "working_day"}}}),
    does("window", "形式审查通过", "The formal check", "accept", {}, "checking"),
    does("reviewer", "公开征求意见", "Consultation", "consult", {}, "consulting"),
    Step("被征求的企业提意见", "The firm that was asked comments", "firm:asked", "move comment",
         {"comment": "请明确适用范围"}, {"state": "consulting"}, (FAIR,)),
    does("reviewer", "意见收齐,提前结束", "All has been said: closed early", "close_early",
         {"reason": "无异议"}, "deciding"),
    Step("审查的人不能作结论", "Who reviews does not conclude", "reviewer", "move pass", {}, {"status": 403},
         (FAIR,)),
    does("head", "负责人通过,出具结论", "The head passes it", "pass", {"note": "同意"}, "passed", FAIR),
    Step("存档", "It is archived", "anybody",
         f"read /v1/registers/fair-competition-reviews/records/{{number:{REVIEW}}}", {},
         {"body": {"/body/result": "passed", "/body/drafter": "natural-resources"}}, (FAIR,)),
)  # fmt: skip
ASKED = (
    Step("向企业征求意见", "Enterprises are asked", "hr-handler", f"submit {CONSULTATION}",
         body_of(CONSULTATION) | ASKED_FIRM,
         {"state": "submitted"}),
    does("approval-window", "接收", "Received", "accept", {}, "checking"),
    does("approval-reviewer", "公开征求意见十个工作日", "Ten working days of consultation", "consult", {},
         "consulting",
         CONSULTED, clocks={"consultation": {"budget": 10, "unit": "working_day"}}),
    Step("被征求的企业提意见", "The firm that was asked comments", "firm:asked", "move comment",
         {"comment": "希望扩大到派遣用工企业"}, {"state": "consulting"}, (CONSULTED,)),
    does("approval-reviewer", "意见收齐", "All has been said", "close_early", {"reason": "商会意见已收齐"},
         "deciding"),
    does("approval-head", "要求逐条反馈", "Every opinion is to be answered", "revise",
         {"gaps": [{"what": "意见采纳情况", "how": "逐条写明,不采纳的说明理由", "pointer": "/feedback"}]},
         "revising"),
    Step("不采纳又不说明理由的,交不上", "A refusal without its reason is not taken", "hr-handler", "move resubmit",
         {"form": {**form_of(CONSULTATION), "feedback": [{"opinion": "扩大范围", "adopted": False}]}},
         {"status": 422}, (CONSULTED,)),
    does("hr-handler", "逐条反馈", "Answered one by one", "resubmit",
         {"form": {**form_of(CONSULTATION), "feedback": FEEDBACK}}, "submitted"),
    does("approval-window", "接收", "Received", "accept", {}, "checking"),
    does("approval-reviewer", "提交评审", "To the panel", "convene", {}, "panel"),
    does("approval-reviewer", "反馈完整", "The answers are complete", "record_panel", {"conclusion": "逐条反馈完整"},
         "deciding"),
    does("approval-head", "公示反馈", "The answers are published", "pass_to_publicity", {}, "publicity"),
)  # fmt: skip
PUBLISHED = (
    Step("没有审查、征求意见,入库即被拒绝", "Without review and consultation it is refused at once", "hr-handler",
         f"submit {PUBLICATION}", body_of(PUBLICATION, fair_review="X-0", consultation="X-0"),
         {"status": 409, "code": "account-overdrawn"}, (FAIR, CONSULTED)),
    Step("征求意见还在公示,也不能入库", "Nor while the answers are still in view", "hr-handler",
         f"submit {PUBLICATION}", body_of(PUBLICATION, **NUMBERS), {"status": 409}, (CONSULTED,)),
    at("2026-03-10T09:30:00", "反馈公示期满", "The answers have been in view"),
    Step("反馈公开可查", "Anybody reads the answers", "anybody",
         f"read /v1/registers/policy-consultations/records/{{number:{CONSULTATION}}}", {},
         {"body": {"/body/feedback/0/adopted": False, "/body/feedback/0/reason": "派遣用工由用工单位申报"}},
         (CONSULTED,)),
    Step("惠企而没有申报事项,填不了", "A benefit without an item to claim it is not taken", "hr-handler",
         f"submit {PUBLICATION}", body_of(PUBLICATION, **NUMBERS, policy={
             "title": "示例", "level": "district", "effective_from": "2026-04-01", "benefit": True}),
         {"status": 422}, (FUNCTIONS,)),
    Step("没有解读,填不了", "Nor without an explanation", "hr-handler", f"submit {PUBLICATION}",
         body_of(PUBLICATION, **NUMBERS, interpretation="无"), {"status": 422}, (FUNCTIONS,)),
    Step("齐全的提交入库", "Complete, it is taken", "hr-handler", f"submit {PUBLICATION}",
         body_of(PUBLICATION, **NUMBERS), {"state": "submitted"}, (FAIR, CONSULTED)),
    does("approval-window", "接收", "Received", "accept", {}, "checking"),
    does("approval-reviewer", "核对", "Checked", "conclude", {"opinion": "pass", "grounds": "齐全"}, "deciding"),
    does("approval-head", "入库", "Into the pool", "pass", {}, "passed"),
    Step("政策池有解读和申报事项", "The pool has explanation and item", "anybody",
         f"read /v1/registers/policies/records/{{number:{PUBLICATION}}}", {},
         {"body": {"/body/status": "current", "/body/claim_item": "hire-incentive"},
          "has": ["/body/interpretation"]}, (FUNCTIONS,)),
)  # fmt: skip


def checked(member: str, who: str) -> tuple[Step, ...]:
    return (
        Step("部门各有一件,同时办", "One case for each department", who, f"member {member}", {},
             {"state": "called", "body": {"/item_id": "department-opinion"}}, (TOGETHER,)),
        does(who, "接收", "Taken up", "check_in", {}, "acting"),
        does(who, "给出意见", "Given", "sign_off", {"result": "属实"}, "done"),
    )  # fmt: skip


PAID = (
    Step("企业备案新招用人员:当场办结", "A hire is filed: done at once", "firm", f"submit {HIRE}",
         {"form": {"policy": f"{{number:{PUBLICATION}}}"}}, {"state": "completed"}),
    Step("没有申请,兑付自动生成,只等确认账户", "Not applied for: the claim is there, only the account is asked",
         "firm",
         "follow result_of", {}, {"state": "matched", "can": ["confirm", "decline", "withdraw"],
                                  "body": {"/item_id": CLAIM, "/form/ground/kind": "hire"}}, (BY_ITSELF, HIRES)),
    does("firm", "确认账户,部门并联核查", "Confirmed: departments check side by side", "confirm",
         {"account": "6200000000000000001", "bank": "长沙示例银行望城支行"}, "checking", BY_ITSELF, TOGETHER),
    *checked("tax-check", "tax-handler"),
    Step("还有部门没有意见", "One is still to come", "firm", "whole checking", {}, {"state": "checking"},
         (TOGETHER,)),
    *checked("insurance-check", "hr-handler"),
    Step("全部给出,转审定", "All are in: to be decided", "firm", "whole deciding", {}, {"state": "deciding"},
         (TOGETHER,)),
    does("approval-decider", "审定2000元,公示五个工作日", "2,000 yuan approved, five days in view", "approve",
         {"amount": 200_000}, "publicity", TOGETHER, clocks={"publicity": {"deadline": "2026-03-17T17:00:00+08:00"}}),
    at("2026-03-18T09:30:00", "公示期满", "The publicity is over"),
    does("approval-handler", "下达付款", "Payment is ordered", "order", {}, "paying", TOGETHER,
         clocks={"payment": {"budget": 10, "unit": "working_day"}}),
    Step("下达的人不能确认到账", "Who orders does not confirm", "approval-handler", "move confirm_paid",
         {"evidence": "回单"}, {"status": 403}, (TOGETHER,)),
    does("approval-cashier", "凭回单确认到账", "Paid, by the receipt", "confirm_paid",
         {"evidence": "国库集中支付回单"},
         "paid", BY_ITSELF, HIRES, TOGETHER, outcome="paid"),
    Step("资金盘子:占用后结算", "The budget: held, then settled", "auditor",
         f"read /v1/accounts/policy-budget/statement?key={{number:{PUBLICATION}}}", {},
         {"body": {"/entries/0/posted/0": "hold", "/entries/1/posted/0": "settle",
                   "/entries/1/after/balance": 49_800_000}}, (TOGETHER,)),
    CHAIN,
)  # fmt: skip

FROM_DRAFT = Story(
    "policy-from-draft-to-money", "E05", "一项惠企政策:公平竞争审查、征求意见、入库,企业不申请而到账",
    "A policy: reviewed, consulted upon, published; the money comes without an application",
    (MORNING, *ESTABLISHED, *REVIEWED, *ASKED, *PUBLISHED, *PAID),
)  # fmt: skip

UPHELD = Story(
    "fair-competition-complaint", "E06", "公平竞争举报成立:自动复审",
    "A complaint about a document: upheld, reviewed again",
    (
        MORNING,
        Step("企业举报采购指引限定本地", "A firm reports a local-only guideline", "firm", f"submit {COMPLAINT}", {},
             {"state": "received", "clocks": {"triage": {"budget": 1, "unit": "working_day"}}}),
        does("window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
        does("handler", "签收,十个工作日内答复", "Signed for, to be answered in ten days", "sign", {}, "handling",
             NEGLECTED, clocks={"reply": {"deadline": "2026-03-16T17:00:00+08:00"}}),
        does("handler", "答复", "Answered", "reply", {"reply": "违反市场准入标准"}, "replied", NEGLECTED),
        does("window", "举报成立", "Upheld", "confirm_rule_changed", {"change": "启动复审"}, "rule_changed",
             NEGLECTED),
        Step("系统自动立复审,写明举报编号", "A review is opened by itself", "reviewer", "follow about", {},
             {"state": "submitted", "body": {"/item_id": REVIEW, "/form/origin": "complaint",
                                             "/form/drafter": "economic-zone"}}, (NEGLECTED,)),
    ),
)  # fmt: skip

# ── deals
AGENCY, BANK, INSTITUTE = "S199", "S284", "S388"
SELLERS = {
    "parties": [{"role": "seller", "subject": f"enterprise:{{firm:{name}}}"} for name in ("one", "two")]
}


def dealt(item: str, row: str) -> tuple[Step, ...]:
    """Posted, shortlisted, two offers, one is chosen, both sides agree and confirm."""
    return (
        Step("发布需求,核验", "Posted, to be checked", "firm", f"submit {item}", SELLERS, {"state": "posted"}),
        does("approval-window", "核验发布", "Published", "publish", {}, "matching"),
        does("approval-window", "推荐入围", "Shortlisted", "shortlist", {"sellers": ["一号机构", "二号机构"]},
             "selecting",
             row),
        does("firm:one", "一家报价", "One offers", "offer", {"price": 4_800_000, "terms": "十日"}, "selecting", row),
        does("firm:two", "另一家报价", "Another offers", "offer", {"price": 5_200_000, "terms": "十五日"},
             "selecting", row),
        does("firm", "选定报价低的", "The better one is chosen", "choose", {"seller": "一号机构"},
             "negotiating", row),
        does("firm", "需方同意", "The buyer agrees", "agree", {}, "negotiating"),
        does("firm:one", "供方同意:双方一致", "So does the seller", "agree", {}, "contracted", row),
        does("firm", "需方确认合同", "The buyer confirms", "confirm", {}, "contracted"),
        does("firm:one", "供方确认:合同登记", "So does the seller: registered", "confirm", {}, "delivering", row),
        Step("台账登记合同", "The contract is on record", "anybody",
             f"read /v1/registers/{item}s/records/{{number}}", {},
             {"body": {"/body/status": "contracted", "/body/contracted_on": "2026-03-02"}}, (row,)),
    )  # fmt: skip


def rated(row: str) -> tuple[Step, ...]:
    return (
        does("firm:one", "交付", "Delivered", "deliver", {"delivered": "成果"}, "delivering"),
        does("firm", "验收", "Accepted", "accept", {}, "rating", row),
        does("firm", "需方评价", "The buyer rates", "rate", {"grade": 5}, "rating"),
        does("firm:one", "供方评价:完成", "So does the seller: closed", "rate", {"grade": 4}, "closed", row),
    )


DEALS = Story(
    "deals", "E04", "中介比选、融资对接、成果转化:报价、签约、互评,合同自动进入补贴",
    "Intermediaries, finance, technology: offers, contracts, ratings; a contract opens its subsidy",
    (
        MORNING,
        *dealt("intermediary-deal", AGENCY),
        *rated(AGENCY),
        *dealt("finance-deal", BANK)[:3],
        Step("银行三个工作日内反馈", "The bank has three working days", "firm", "see", {},
             {"clocks": {"response": {"budget": 3, "deadline": "2026-03-05T17:00:00+08:00"}}}, (BANK,)),
        *dealt("finance-deal", BANK)[3:],
        *rated(BANK),
        *dealt("technology-deal", INSTITUTE),
        Step("合同确认,补贴兑付自动生成", "The confirmed contract has opened its subsidy", "firm",
             "follow result_of", {},
             {"body": {"/item_id": CLAIM, "/form/ground/kind": "contract"}}, (INSTITUTE,)),
    ),
)  # fmt: skip

STORIES = (FROM_DRAFT, UPHELD, DEALS)
