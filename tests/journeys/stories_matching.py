"""Tells the stories of offers and answers: appraisers, universities, scenes, shared hands, loans on what is pledged."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_policy import does, form_of
from tests.journeys.telling import CHAIN, MORNING, Step, Story

QUOTES, RESULTS, SCENES, HANDS = "S363", "S354", "S397", "S269"
PATENTS, MOVABLES, GREEN = "S346", "S277", "S278"
SELLERS = {
    "parties": [{"role": "seller", "subject": f"enterprise:{{firm:{name}}}"} for name in ("one", "two")]
}


def posted(item: str, desk: str, *rows: str, **given: Any) -> tuple[Step, ...]:
    """Posted, checked, two sellers are asked."""
    return (
        Step("发布需求", "Posted", "firm", f"submit {item}", SELLERS | given, {"state": "posted"}, rows),
        does(f"{desk}-window", "核验发布", "Checked and published", "publish", {}, "matching"),
        does(f"{desk}-window", "推荐两家", "Two are shortlisted", "shortlist", {"sellers": ["一号", "二号"]},
             "selecting"),
    )  # fmt: skip


def offers(first: int, second: int, *rows: str) -> tuple[Step, ...]:
    return (
        does("firm:one", "一家响应", "One answers", "offer", {"price": first, "terms": "示例条件"}, "selecting", *rows),
        does("firm:two", "另一家响应", "Another answers", "offer", {"price": second, "terms": "示例条件"}, "selecting",
             *rows),
        does("firm", "选定一家", "One is chosen", "choose", {"seller": "一号"}, "negotiating", *rows),
    )  # fmt: skip


def agreed(*rows: str) -> tuple[Step, ...]:
    """Both agree and all but the last signature of the contract is there."""
    return (
        does("firm", "需方同意", "The buyer agrees", "agree", {}, "negotiating"),
        does("firm:one", "供方同意", "So does the seller", "agree", {}, "contracted", *rows),
        does("firm", "需方确认合同", "The buyer confirms the contract", "confirm", {}, "contracted"),
    )


def contracted(*rows: str) -> tuple[Step, ...]:
    signed = does(
        "firm:one", "供方确认:成交", "So does the seller: it stands", "confirm", {}, "delivering", *rows
    )
    return (*agreed(*rows), signed)


def on_record(item: str, zh: str, en: str, row: str, **body: Any) -> Step:
    """What anybody reads of the deal in its register."""
    wanted = {f"/body/{name}": value for name, value in body.items()}
    return Step(
        zh, en, "anybody", f"read /v1/registers/{item}s/records/{{number}}", {}, {"body": wanted}, (row,)
    )


def closed(*rows: str) -> tuple[Step, ...]:
    return (
        does("firm:one", "交付", "Delivered", "deliver", {"delivered": "示例成果"}, "delivering"),
        does("firm", "验收", "Accepted", "accept", {}, "rating", *rows),
        does("firm", "需方评价", "The buyer rates", "rate", {"grade": 5}, "rating"),
        does("firm:one", "供方评价", "So does the seller", "rate", {"grade": 4}, "closed", *rows),
    )


APPRAISER, UNIVERSITY, SCENE, SHARED = (
    "appraiser-selection", "university-results-deal", "scene-deal", "shared-labour-deal",
)  # fmt: skip
QUOTED = {"body": {"/events/3/type": "case.offered", "/events/3/data/input/price": 4_800_000,
                   "/events/4/data/input/price": 5_500_000, "/events/5/type": "case.chosen",
                   "/events/5/data/input/seller": "一号"}}  # fmt: skip
OPEN = Story(
    "offers-in-the-open", "E09", "鉴定机构比价、高校成果、应用场景、共享用工:公开响应,成交留痕",
    "Appraisers, universities, scenes, shared hands: answered in the open, what was agreed is on record",
    (
        MORNING,
        *posted(APPRAISER, "justice"),
        *offers(4_800_000, 5_500_000, QUOTES),
        Step("两家报价和选定都在记录里", "Both quotes and the choice are on record", "firm", "events", {}, QUOTED,
             (QUOTES,)),
        *contracted(QUOTES),
        on_record(APPRAISER, "控制价公开,供定价审核", "The ceiling is public", QUOTES, ceiling=6_000_000,
                  subject="cost", status="contracted"),
        Step("作价入股没有写明比例,填不了", "For equity without the share: not taken", "firm", f"submit {UNIVERSITY}",
             {"form": {"result": form_of(UNIVERSITY)["result"] | {"mode": "equity"}}}, {"status": 422}, (RESULTS,)),
        *posted(UNIVERSITY, "approval"),
        *offers(30_000_000, 36_000_000, RESULTS),
        *contracted(RESULTS),
        on_record(UNIVERSITY, "登记转化方式:许可", "The way is on record: licensed", RESULTS, mode="licence",
                  status="contracted"),
        *posted(SCENE, "approval"),
        *offers(10_000_000, 12_000_000, SCENES),
        *contracted(SCENES),
        *closed(SCENES),
        on_record(SCENE, "场景目录:问题、数据、采购意向、结果", "The catalogue: problem, data, purchase, result",
                  SCENES, need="产线表面缺陷识别", data_offered="脱敏图像十万张、产线一条", procurement=True,
                  status="closed"),
        *posted(SHARED, "hr"),
        *offers(800_000, 850_000, HANDS),
        *contracted(HANDS),
        on_record(SHARED, "四十名电焊工,借用三个月", "Forty welders, lent for three months", HANDS, workers=40,
                  title="电焊工", until="2026-06-15", subject="shared"),
        CHAIN,
    ),
)  # fmt: skip

PLEDGE = "pledge-finance-deal"
PLEDGED = "/v1/accounts/assets-free"


def asset(kind: str, number: str, **more: Any) -> dict[str, Any]:
    own = form_of(PLEDGE)["asset"] | {
        "kind": kind,
        "number": number,
        "confirmer": "enterprise:{firm:keeper}",
        "confirmer_uscc": "{firm:keeper}",
    }
    return {"form": {"asset": own | more}}


def confirmed(kind: str) -> tuple[Step, ...]:
    """Who owes, keeps or registers the asset is asked by itself, and confirms it."""
    return (
        Step("自动请欠付、保管、登记的一方确认", "Who owes, keeps or registers it is asked", "approval-handler",
             "follow about", {},
             {"state": "asked", "body": {"/item_id": "asset-confirmation", "/form/kind": kind}}, (MOVABLES,)),
        Step("确认属实", "It is real", "firm:keeper", "move confirm", {"on": "2026-03-02"}, {"state": "confirmed"},
             (MOVABLES,)),
    )  # fmt: skip


def back() -> Step:
    return Step("回到融资", "Back to the loan", "firm", "whole", {}, {"body": {"/item_id": PLEDGE}})


RECEIVABLE, PATENT, CARBON = "YS-{serial}", "ZL-{serial}", "TP-{serial}"
PLEDGES = Story(
    "pledged-once", "E08", "应收账款、专利、碳排放权质押:确认方先确认,同一质押物不能质押两次,还清后解除",
    "Receivables, patents, rights to emit: confirmed first, pledged only once, free again when repaid",
    (
        MORNING,
        *posted(PLEDGE, "approval", MOVABLES, **asset("receivable", RECEIVABLE)),
        *offers(430, 460, MOVABLES),
        *agreed(),
        Step("欠付方还没有确认,签不成", "Not contracted while the debtor has not confirmed", "firm:one", "move confirm",
             {}, {"status": 409, "code": "account-overdrawn"}, (MOVABLES,)),
        *confirmed("receivable"),
        back(),
        does("firm:one", "确认之后签约,质押成立", "Confirmed: contracted and pledged", "confirm", {}, "delivering",
             MOVABLES),
        on_record(PLEDGE, "质押状态可查", "The pledge is on record", MOVABLES, asset=RECEIVABLE, status="contracted",
                  subject="receivable"),
        *posted(PLEDGE, "approval", **asset("receivable", RECEIVABLE)),
        *offers(430, 460),
        *agreed(),
        Step("同一笔应收账款再质押:签不成", "The same receivable again: refused", "firm:one", "move confirm", {},
             {"status": 409, "code": "account-overdrawn"}, (MOVABLES,)),
        *posted(PLEDGE, "approval", PATENTS, **asset("patent", PATENT, name="净水器发明专利")),
        *confirmed("patent"),
        back(),
        *offers(430, 460, PATENTS),
        *contracted(PATENTS),
        on_record(PLEDGE, "专利:评估价值、质押状态", "The patent: its value and the pledge", PATENTS, asset=PATENT,
                  value=300_000_000, status="contracted"),
        does("firm:one", "银行放款、到期收回", "Paid out and repaid", "deliver", {"delivered": "本息已收回"},
             "delivering", PATENTS),
        *closed(PATENTS)[1:],
        on_record(PLEDGE, "还清,质押解除", "Repaid: the pledge is over", PATENTS, status="closed"),
        Step("专利又可以质押", "It may be pledged again", "auditor", f"read {PLEDGED}/statement?key={PATENT}", {},
             {"body": {"/entries/2/posted/0": "release", "/entries/2/after/balance": 1}}, (PATENTS,)),
        Step("绿色权益没有写明数量,填不了", "A green right without its quantity: not taken", "firm", f"submit {PLEDGE}",
             SELLERS | asset("carbon", CARBON), {"status": 422}, (GREEN,)),
        *posted(PLEDGE, "approval", GREEN, **asset("carbon", CARBON, quantity="一万吨")),
        *confirmed("carbon"),
        back(),
        *offers(430, 460, GREEN),
        *contracted(GREEN),
        on_record(PLEDGE, "碳排放权:有效期、质押状态", "The right to emit: its term and the pledge", GREEN,
                  asset=CARBON, subject="carbon", valid_until="2027-03-01", status="contracted"),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (OPEN, PLEDGES)
