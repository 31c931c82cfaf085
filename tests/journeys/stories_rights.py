"""Tells the stories of a firm that asks: which way, may I, help me, hear me; lists that who raised them closes."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_answers import asked
from tests.journeys.stories_policy import does, form_of
from tests.journeys.telling import CHAIN, MORNING, Step, Story

RELIEF, PATHS, COMPLIANCE, SCORE, FREE = "S344", "S356", "S248", "S276", "S258"
UTILITY, APPEALS, LISTS, EXPORTS, POINTS = "S262", "S431", "S252", "S353", "S345"
FINDER = "rights-path-finder"
SMALL = {"matter": "contract", "agreed": True, "amount": 3_000_000}
LARGE = {"matter": "contract", "agreed": False, "amount": 300_000_000}
FROZEN = {"matter": "coercive", "agreed": False, "amount": 0}

ANSWERED = Story(
    "which-way", "E11", "不立案就得到答案:解纷途径、合规自查、信用额度、“零成本”投标",
    "Answers without a case: which way, self-check, credit line, zero-cost bidding",
    (
        MORNING,
        asked("小额货款:先调解,后司法确认;简单案件", "A small invoice: mediation, then confirmation; simple", None,
              FINDER, SMALL, body={"/result/way": "mediation", "/result/next": "confirmation",
                                   "/result/triage": "simple"}),
        asked("复杂合同争议:仍先调解,调不成再诉讼", "A complex contract: mediation first all the same", None, FINDER,
              LARGE, body={"/result/way": "mediation", "/result/next": "litigation", "/result/triage": "complex"}),
        asked("工资争议:调解仲裁", "Wages: arbitration", PATHS, FINDER, SMALL | {"matter": "labour"},
              body={"/result/way": "arbitration", "/labels/way/zh": "劳动争议调解、仲裁"}),
        asked("账户被冻结:检察、纪检监督", "An account frozen: supervision", RELIEF, FINDER, FROZEN,
              body={"/result/way": "supervision", "/labels/next/zh": "信访"}),
        asked("促销用语自查:中风险,对应广告法", "Claims in an advertisement: medium, advertising law", COMPLIANCE,
              "compliance-self-check",
              {"industry": "retail", "unproven": True, "agreed_prices": False, "exclusive": False},
              body={"/result/risk": "medium", "/labels/topic/zh": "广告法"}),
        asked("平台要求二选一:高风险", "A platform that forces a choice: high", COMPLIANCE, "compliance-self-check",
              {"industry": "platform", "unproven": False, "agreed_prices": False, "exclusive": True},
              body={"/result/risk": "high"}),
        asked("五件专利:B档二百万元,匹配知识价值信用贷", "Five patents: two million, and the product", SCORE,
              "knowledge-credit-calculator", {"patents": 5, "research_share": 80, "staff_share": 200},
              body={"/result/band": "b", "/result/line": 200_000_000, "/labels/product/zh": "知识价值信用贷"}),
        asked("没有专利:没有额度", "No patent: no line", SCORE, "knowledge-credit-calculator",
              {"patents": 0, "research_share": 80, "staff_share": 200},
              body={"/result/line": 0, "/result/product": "none"}),
        *(asked(f"政府采购{zh}:必须为零", f"In procurement {en}: zero", FREE, "zero-cost-bidding-check",
                {"charge": charge}, body={"/result/allowed": 0, "/result/verdict": "zero"})
          for charge, zh, en in (("bid-bond", "投标保证金", "a bid bond"),
                                 ("performance-bond", "履约保证金", "a performance bond"),
                                 ("documents", "文件费", "the documents"))),
    ),
)  # fmt: skip

OFF_LIST = "off-list-report"


def charged(code: str, title: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"form": {"demand": {"code": code, "title": title, "kind": kind, "amount": 36_000}, **more}}


def handled(who: str, window: str, reply: str, *rows: str) -> tuple[Step, ...]:
    """Dispatched, signed for, answered."""
    return (
        does(window, "派单", "Dispatched", "dispatch", {"note": "请专家部门、律师办理"}, "dispatched"),
        *taken(who, reply, *rows),
    )


def taken(who: str, reply: str, *rows: str) -> tuple[Step, ...]:
    return (
        does(who, "签收", "Signed for", "sign", {}, "handling", *rows),
        does(who, "答复", "Answered", "reply", {"reply": reply}, "replied", *rows),
    )


def satisfied(*rows: str, who: str = "firm") -> Step:
    return does(who, "满意,办结", "Satisfied: closed", "confirm", {"note": "满意"}, "closed", *rows)


def kept(register: str, who: str, zh: str, en: str, row: str, **body: Any) -> Step:
    wanted = {f"/body/{name}": value for name, value in body.items()}
    return Step(
        zh, en, who, f"read /v1/registers/{register}/records/{{number}}", {}, {"body": wanted}, (row,)
    )


FEES = Story(
    "charges-that-must-not-be", "E09", "“零成本”投标和水电气收费:清单公开,违规收费直接派单,退费留痕",
    "Zero-cost bidding and utility charges: a public list, what is off it is dispatched at once, refunds on record",
    (
        MORNING,
        Step("政府采购收了投标保证金:直接派单", "A bid bond was charged: dispatched at once", "anybody",
             f"submit {OFF_LIST}", charged("gp-bid-bond", "投标保证金", "fee"), {"state": "dispatched"}, (FREE,)),
        Step("水电气收费清单人人可查,有依据", "Anybody reads the list of utility charges", "anybody",
             "read /v1/registers/charge-list/records/ut-0002", {},
             {"body": {"/body/kind": "utility", "/body/status": "listed"}, "has": ["/body/basis"]}, (UTILITY,)),
        Step("清单外的开户费:直接派单", "A fee off the list: dispatched at once", "firm", f"submit {OFF_LIST}",
             charged("ut-0001", "用气报装开户费", "utility", refund=36_000), {"state": "dispatched"}, (UTILITY,)),
        *taken("approval-handler", "开户费已退还,附退款凭证", UTILITY),
        satisfied(UTILITY),
        kept("off-list-reports", "approval-supervisor", "退费记入台账", "The refund is on record", UTILITY,
             refund=36_000, kind="utility", result="closed"),
        Step("在清单之内的由窗口判断", "What is listed is for the window", "firm", f"submit {OFF_LIST}",
             charged("ut-0002", "阶梯水价", "utility"), {"state": "received"}, (UTILITY,)),
    ),
)  # fmt: skip

APPEAL, GUIDANCE, EXPORT, IP, PROTECTED, ENTRY = (
    "enterprise-appeal", "compliance-guidance", "export-ip-guidance", "ip-service-request", "protected-relief",
    "improvement-entry",
)  # fmt: skip
HELPED = Story(
    "heard-and-helped", "E11", "企业诉求、保密救济、合规指导函、知识产权网点和出口分析",
    "A firm is heard: appeals, protected relief, letters of guidance, intellectual property",
    (
        MORNING,
        Step("提出诉求,选定权益维护途径", "An appeal, and the way its right is kept", "firm", f"submit {APPEAL}", {},
             {"state": "received"}),
        *handled("approval-handler", "unresolved-window", "补偿款本月拨付", APPEALS),
        satisfied(APPEALS),
        kept("enterprise-appeals", "approval-supervisor", "台账:途径、单位、结果", "On record: way, body, result",
             APPEALS, track="supervision", unit="urban-management", result="closed"),
        Step("损失没有写金额,填不了", "A loss without its amount: not taken", "firm", f"submit {APPEAL}",
             {"form": {"right": {"track": "reply", "unit": "tax", "harmed": True}}}, {"status": 422}, (APPEALS,)),
        Step("提交保密救济工单", "A protected ticket", "firm", f"submit {PROTECTED}", {}, {"state": "received"}),
        Step("承办单位看得到", "The body that handles it reads it", "justice-handler", "see", {},
             {"state": "received"}, (RELIEF,)),
        Step("其他单位看不到,连有没有都不知道", "Another body is told that there is none", "tax-handler", "see", {},
             {"status": 404}, (RELIEF,)),
        Step("督办、其他窗口也看不到", "Nor does another window", "approval-window", "see", {}, {"status": 404},
             (RELIEF,)),
        *handled("justice-handler", "justice-window", "已移送有权机关,告知复议、申诉途径", RELIEF),
        satisfied(RELIEF),
        Step("咨询促销用语,希望律师指导", "May this be said? A lawyer is asked", "firm", f"submit {GUIDANCE}", {},
             {"state": "received"}),
        *handled("handler", "registration-window", "不得使用“最低价”", COMPLIANCE),
        Step("出具合规指导函", "A letter of guidance", "firm", "documents", {},
             {"says": {"guidance-letter": "指导意见：不得使用“最低价”"}}, (COMPLIANCE,)),
        Step("出口前申请分析,写明产品和市场", "Before export: product and market", "firm", f"submit {EXPORT}", {},
             {"state": "received"}),
        *handled("handler", "registration-window", "检索到两件外观专利", EXPORTS),
        Step("交付分析意见", "The report is delivered", "firm", "documents", {},
             {"says": {"ip-analysis-report": "产品：净水器；目标市场：示例国"}}, (EXPORTS,)),
        *(Step(f"网点按街镇公开:{town}", f"A point in {town} is public", "anybody",
               f"read /v1/registers/ip-service-points/records/ip-00{number}", {},
               {"body": {"/body/town": town, "/body/status": "open"}, "has": ["/body/services"]}, (POINTS,))
          for number, town in enumerate(("gaotangling", "yueliangdao", "jinggang"), 1)),
        Step("就近申请检索", "A search at a point nearby", "firm", f"submit {IP}", {}, {"state": "received"}),
        *handled("handler", "registration-window", "检索报告已发送", POINTS),
        satisfied(POINTS),
        kept("ip-service-requests", "handler", "台账写明网点", "On record with its point", POINTS, point="ip-001",
             kind="search"),
        CHAIN,
    ),
)  # fmt: skip


def entry(kind: str, **more: Any) -> dict[str, Any]:
    own = form_of(ENTRY)
    return {"body": {"form": own | {"kind": kind, "entry": own["entry"] | more}, "materials": []}}


LINKED = {"linked": True, "about": f"{{number:{ENTRY}}}"}
THREE = Story(
    "three-lists", "E12", "问题、需求、解决措施三张清单:逐条关联,有责任单位和时限,提出人核验关闭",
    "Three lists, linked to one another, with body and date; who raised an entry closes it",
    (
        MORNING,
        Step("走流程发现问题", "A problem is found", "hr-handler", f"submit {ENTRY}", entry("problem"),
             {"state": "received"}, (LISTS,)),
        *handled("approval-handler", "unresolved-window", "已合并为一次签名", LISTS),
        Step("责任单位不能自己关闭", "The body does not close it itself", "approval-handler", "move confirm", {},
             {"status": 403}, (LISTS,)),
        satisfied(LISTS, who="hr-handler"),
        kept("improvement-entries", "approval-supervisor", "问题清单:责任单位、时限", "On the list of problems", LISTS,
             kind="problem", unit="market-regulation", due="2026-03-20", result="closed"),
        Step("关联却没有写编号,填不了", "Linked to nothing: not taken", "hr-handler", f"submit {ENTRY}",
             entry("demand", linked=True), {"status": 422}, (LISTS,)),
        Step("措施关联问题", "A solution, linked to the problem", "hr-handler", f"submit {ENTRY}",
             entry("solution", **LINKED), {"state": "received", "has": ["/form/entry/about"]}, (LISTS,)),
    ),
)  # fmt: skip

STORIES = (ANSWERED, FEES, HELPED, THREE)
