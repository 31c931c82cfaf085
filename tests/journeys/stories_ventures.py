"""Tells of firms that build first, enter as agencies, list their products and sell them nearby."""

from __future__ import annotations

from typing import Any

from tests.builders import item_of
from tests.journeys.stories_policy import dealt, does, form_of, rated
from tests.journeys.telling import ESTABLISHED, MORNING, Step, Story, at

BUILD, NO_FEE, WAIVED = "S042", "S083", "S084"
APART, CATALOGUE, NEARBY = "S046", "S080", "S079"
FIRST, AGENCY, PRODUCT, DEAL = "build-first", "agency-entry", "product-entry", "local-deal"
REMEDIES = {"reconsideration": "长沙市望城区人民政府", "litigation": "有管辖权的人民法院"}

# ── 先建后验

CODE = "2603-430112-04-01-{serial}"
PROJECT = {**form_of(FIRST)["project"], "code": CODE}
FEES = {"in-park": True, "building-use": "industrial"}


def ledger(zh: str, en: str, **body: Any) -> Step:
    return Step(zh, en, "auditor", f"read /v1/accounts/fees-waived/statement?key={CODE}", {}, {"body": body["body"]},
                (NO_FEE, WAIVED))  # fmt: skip


def allowed() -> tuple[Step, ...]:
    return (
        MORNING,
        Step("收费标准表:园区工业建筑为零", "The table: nothing for a plant in the park", "admin",
             "try build-first-fees", FEES,
             {"body": {"/result/infrastructure_percent": 0, "/result/soil_percent": 0,
             "/trace/rows/0/id": "productive"}},
             (NO_FEE, WAIVED)),
        Step("企业申请,一次告知条件", "The firm applies and is told the conditions", "firm", f"submit {FIRST}",
             {"form": {"project": PROJECT}}, {"state": "received", "can": ["sign", "withdraw"]}),
        does("firm", "签署承诺", "It signs the commitment", "sign", {"agreed": True}, "granting", BUILD),
        does("housing-window", "准予先行开工", "It may start", "grant", {}, "in_force", BUILD,
             clocks={"verification": {"budget": 30, "unit": "working_day"}}),
        Step("公示:承诺在建、免收两项费用", "In public: building on its word, two fees waived", "anybody",
             "read /v1/registers/build-first-projects/records/{number}", {},
             {"body": {"/body/status": "building", "/body/infrastructure_fen": 96_000_000,
                       "/body/soil_fen": 1_200_000}}, (BUILD, WAIVED)),
        ledger("免收金额记入台账", "What is waived is on the ledger", body={"/entries/0/posted/0": "hold",
                                                                  "/entries/0/free": -97_200_000}),
    )  # fmt: skip


KEPT = Story(
    "build-first-verified", "E02", "先建后验:承诺开工,两项费用免收,竣工核验合格",
    "Built first, two fees waived, verified",
    (
        *allowed(),
        Step("园区外的不免,也不能先建后验", "Outside the park: fees are due, nothing is built first", "firm",
             f"submit {FIRST}",
             {"form": {"project": {**PROJECT, "in_park": False, "code": f"{CODE}-2"}}},
             {"state": "ordinary", "outcome": "ordinary"}, (BUILD, NO_FEE)),
    ),
)  # fmt: skip
BROKEN = Story(
    "build-first-broken", "E03", "先建后验违诺:优惠撤回,费用照收,记入信用",
    "A broken word: the fees are due, and it is recorded",
    (
        *allowed(),
        at("2026-03-16T10:00:00", "两周后核验", "Verified two weeks later"),
        does("housing-handler", "擅自改变用途,限期整改", "Not as promised: to be mended", "verify_failed",
             {"findings": "擅自改变用途", "wanted": "恢复生产性用途"}, "rectifying", BUILD),
        does("firm", "报告", "Said to be mended", "report", {"report": "已恢复"}, "rechecking"),
        does("housing-handler", "复查不合格", "It is not", "fail", {"reason": "仍作他用"}, "breach", BUILD),
        does("housing-decider", "违诺认定成立,撤回", "The breach is upheld: reversed", "uphold_breach",
             {"determination": "HC-示例-1"}, "revoked", BUILD, WAIVED),
        ledger("免收的费用退回照收", "The waiver is given back", body={"/entries/1/posted/0": "release",
                                                            "/entries/1/free": 97_200_000}),
        Step("项目公示已撤回", "In public: reversed", "anybody",
             "read /v1/registers/build-first-projects/records/{number}", {}, {"body": {"/body/status": "reversed"}},
             (BUILD, WAIVED)),
        Step("记入信用记录", "On the credit record", "anybody", "read /v1/registers/credit-records/records/{number}",
             {},
             {"body": {"/body/type": "commitment", "/body/performed": False, "/body/uscc": "{uscc}"}}, (BUILD,)),
    ),
)  # fmt: skip

# ── 中介入驻


def qualified(status: str) -> Step:
    return Step("主管部门资质数据", "The authority's data", "resources-handler", "write agency-qualifications",
                {"uscc": "{uscc}", "grade": "b", "status": status}, {"status": 201})  # fmt: skip


def on_list(status: str, **more: Any) -> Step:
    return Step("名录可查", "Anybody reads the list", "anybody", "read /v1/registers/agencies/records/{number}", {},
                {"body": {"/body/status": status, **more}}, (APART,))  # fmt: skip


def entering(independent: bool) -> dict[str, Any]:
    return {"form": {"agency": {**form_of(AGENCY)["agency"], "independent": independent}}}


ENTERED = Story(
    "agency-enters", "E09", "中介零门槛入驻:自动核对资质,当场入驻;政府工作人员不得参与",
    "An agency enters at once; no official among them",
    (
        MORNING,
        *ESTABLISHED,
        qualified("valid"),
        Step("自行登记,资质自动核对,当场入驻", "It enters by itself: checked and admitted at once", "firm",
             f"submit {AGENCY}", {}, {"state": "completed"}, (APART,)),
        on_list("admitted", **{"/body/qualification": "测资字示例0001"}),
        Step("有政府工作人员参与:不能当场入驻,写明理由代码", "With officials among its people: not at once, and why",
             "firm",
             f"submit {AGENCY}", entering(independent=False), {"state": "received"}, (APART,)),
        Step("理由代码在卷", "The reason is on record, as a code", "firm", "events", {},
             {"body": {"/events/0/data/decision/result/reason": "officials"}}, (APART,)),
        Step("不写理由,不能不予入驻", "No refusal without its reasons", "approval-window", "move refuse_acceptance",
             {"remedies": REMEDIES}, {"status": 422, "code": "input-invalid"}),
        does("approval-window", "写明理由,不予入驻", "Refused, with the reason", "refuse_acceptance",
             {"reasons": ["政府工作人员参与"], "remedies": REMEDIES}, "not_accepted", APART),
        on_list("refused"),
        Step("政府工作人员不能以机构身份报价:发布一个需求", "No official offers as an agency: a demand", "firm",
             "submit intermediary-deal",
             {"parties": [{"role": "seller", "subject": "enterprise:{firm:one}"}]}, {"state": "posted"}),
        does("approval-window", "发布", "Published", "publish", {}, "matching"),
        does("approval-window", "入围", "Shortlisted", "shortlist", {"sellers": ["一号机构"]}, "selecting"),
        Step("工作人员报价被拒绝", "An official's offer is refused", "approval-handler", "move offer", {"price": 1},
             {"status": 403}, (APART,)),
        does("firm:one", "机构报价", "The agency's is taken", "offer", {"price": 4_800_000}, "selecting", APART),
    ),
)  # fmt: skip

# ── 名录与“四零”采购

RENEWED = {**form_of(PRODUCT)["product"], "kind": "renewal", "year": 2027}
PRODUCTS = Story(
    "product-on-the-list", "E09", "本地优质产品:申报、三人评审、公布、逐年续期",
    "A product: applied, reviewed, published, renewed",
    (
        MORNING,
        Step("企业申报", "The firm applies", "firm", f"submit {PRODUCT}", {}, {"state": "received"}),
        does("approval-window", "受理", "Accepted", "accept", {}, "examining"),
        does("approval-handler", "评审意见", "Examined", "propose", {"opinion": "grant", "grounds": "检验合格"},
             "checking"),
        does("approval-reviewer", "复核", "Checked", "pass", {"opinion": "同意"}, "deciding", CATALOGUE),
        does("approval-decider", "列入", "Listed", "grant", {}, "granting"),
        does("approval-window", "公布", "Published", "serve", {"way": "electronic"}, "completed", CATALOGUE),
        Step("采购企业查名录:类别、标准、年度", "Buyers read the list", "anybody",
             "read /v1/registers/local-products/records/{number}", {},
             {"body": {"/body/product": "高强螺栓", "/body/category": "紧固件", "/body/year": 2026,
                       "/body/listed_on": "2026-03-02"}}, (CATALOGUE,)),
        Step("续期不写原编号,填不了", "A renewal without what it renews is not taken", "firm", f"submit {PRODUCT}",
             {"form": {"product": RENEWED}}, {"status": 422}, (CATALOGUE,)),
        Step("次年续期", "Renewed for the next year", "firm", f"submit {PRODUCT}",
             {"form": {"product": {**RENEWED, "renews": "{number}"}}},
             {"state": "received", "body": {"/form/product/year": 2027}}, (CATALOGUE,)),
    ),
)  # fmt: skip

DEMAND = item_of(DEAL)["examples"][0]["form"]["demand"]
BOUGHT = Story(
    "bought-nearby", "E09", "“四零”采购:按类别、距离、交付期撮合,双方确认合同",
    "Bought nearby: matched, confirmed by both",
    (
        MORNING,
        Step("需求不写距离,发布不了", "A demand without a distance is not posted", "firm", f"submit {DEAL}",
             {"form": {"demand": {name: value for name, value in DEMAND.items() if name != "within_km"}},
              "parties": [{"role": "seller", "subject": "enterprise:{firm:one}"}]}, {"status": 422}, (NEARBY,)),
        *dealt(DEAL, NEARBY),
        Step("审计看到需方、类别、预算、双方确认日", "The audit sees buyer, category, ceiling, day", "auditor",
             "read /v1/registers/local-deals/records/{number}", {},
             {"body": {"/body/subject": "紧固件", "/body/uscc": "{uscc}", "/body/ceiling_fen": 6_000_000,
                       "/body/contracted_on": "2026-03-02"}}, (NEARBY,)),
        *rated(NEARBY),
    ),
)  # fmt: skip

STORIES = (KEPT, BROKEN, ENTERED, PRODUCTS, BOUGHT)
