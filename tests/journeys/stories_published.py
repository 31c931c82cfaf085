"""Tells what the district publishes: parcels, scenes, prices, rights, honours, measures; what is answered from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.builders_lists import without
from tests.builders_published import (
    EXPORT,
    GAS_PRICE,
    HONOUR,
    MEASURE,
    PARCEL,
    RESULT,
    SCENE,
    SURVEY,
    TARIFF,
    TRADER,
    WATER_LIMIT,
    WEAK,
)
from tests.journeys.stories_answers import asked
from tests.journeys.stories_policy import does
from tests.journeys.stories_utilities import built, connected, surveyed
from tests.journeys.stories_utilities import taken as works_taken
from tests.journeys.telling import MORNING, Step, Story, at

SURVEYED, SCENES, WATER_PRICE, TERMS, RIGHTS, HONOURS = "S160", "S124", "S095", "S132", "S115", "S006"
PAPERLESS, LIFE, MERGED = "S177", "S125", "S176"
CLEARANCE, DUTY = "S193", "S195"
WATER = "water-connection"


def invalid(pointer: str) -> dict[str, Any]:
    return {
        "status": 422,
        "code": "record-invalid",
        "body": {"/errors/0/pointer": pointer, "/errors/1": None},
    }


def named(row: str | None) -> tuple[str, ...]:
    """The row of the plan that a step shows, where it shows all that the row asks."""
    return (row,) if row else ()


def written(
    who: str, zh: str, en: str, what: str, record: Mapping[str, Any], row: str | None = None, **expect: Any
) -> Step:
    return Step(zh, en, who, f"write {what}", record, expect or {"status": 201}, named(row))


def revised(
    who: str, zh: str, en: str, what: str, record: Mapping[str, Any], row: str | None = None, **expect: Any
) -> Step:
    since = expect.pop("since", None)
    given = {"body": record, **({"valid_from": since} if since else {})}
    return Step(zh, en, who, f"revise {what}", given, expect or {"body": {"/revision": 2}}, named(row))


def shown(zh: str, en: str, path: str, row: str | None = None, who: str = "anybody", **body: Any) -> Step:
    return Step(zh, en, who, f"read /v1/registers/{path}", {}, {"body": body["body"]}, named(row))


# ── 宗地

PLOT = "parcels p-{serial}"
PARCELS = Story(
    "parcel-surveyed-first", "E02", "土地挂牌前先做权籍调查", "No parcel is listed before its survey",
    (
        MORNING,
        written("resources-handler", "宗地入库,准备出让", "A parcel is entered", PLOT, PARCEL, SURVEYED),
        revised("resources-handler", "没有权籍调查,不能挂牌", "Without a survey it is not listed", PLOT,
                {**PARCEL, "state": "listed"}, SURVEYED, **invalid("/survey")),
        revised("resources-handler", "调查成果不全,也不能", "Nor with half of one", PLOT,
                {**PARCEL, "state": "listed", "survey": without(SURVEY, "number")}, SURVEYED,
                **invalid("/survey/number")),
        revised("handler", "别的部门不能挂牌", "Another department does not list it", PLOT,
                {**PARCEL, "state": "listed", "survey": SURVEY}, SURVEYED, status=403),
        revised("resources-handler", "附上调查成果,挂牌", "With its survey it is listed", PLOT,
                {**PARCEL, "state": "listed", "survey": SURVEY}, SURVEYED),
        shown("公开:状态和调查成果编号", "Anybody sees state and survey", "parcels/records/p-{serial}", SURVEYED,
              body={"/body/state": "listed", "/body/survey/number": "QJ-示例-001"}),
    ),
)  # fmt: skip

# ── 场景

RESTAURANT = "service-scenes s-{serial}"
SCENE_STORY = Story(
    "scene-of-a-restaurant", "E01", "特色场景:开餐馆要用的事项、政策、诉求放在一页",
    "A scene: all that a restaurant needs",
    (
        MORNING,
        written("approval-handler", "空场景不能上架", "An empty scene is not published", RESTAURANT, {**SCENE,
                "items": []},
                SCENES, **invalid("/items")),
        written("approval-handler", "管理员上架场景", "An official publishes it", RESTAURANT, SCENE, SCENES),
        revised("approval-handler", "加上用水报装", "A connection is added", RESTAURANT,
                {**SCENE, "items": [*SCENE["items"], WATER]}, SCENES),
        shown("小程序不登录读取:事项、政策、诉求入口", "The mini-program reads it without signing in",
              "service-scenes/records/s-{serial}", SCENES,
              body={"/body/items/1": "food-licence", "/body/items/2": WATER, "/body/tickets/0": "business-complaint",
                    "/body/policies/0": "望城区支持餐饮业若干措施（示例）"}),
        Step("每个事项都能点开办理", "Each item on it can be opened", "anybody", "read /v1/items/food-licence", {},
             {"body": {"/mode": "case"}, "has": ["/form/properties"]}, (SCENES,)),
    ),
)  # fmt: skip

# ── 水电气价格和时限

PRICES = Story(
    "prices-and-limits-of-utilities", "E02", "水价比较、水电气明码标价和服务时限",
    "Prices compared, limits published and kept",
    (
        MORNING,
        written("water-handler", "没有比较的水价不公布", "A tariff without a comparison is not published",
                "water-tariffs w-{serial}", {**TARIFF, "compared": []}, WATER_PRICE, **invalid("/compared")),
        written("water-handler", "公布工业用水价格", "The tariff of industry", "water-tariffs w-{serial}", TARIFF,
                WATER_PRICE),
        revised("water-handler", "七月一日起调整", "From 1 July it is another", "water-tariffs w-{serial}",
                {**TARIFF, "price_fen": 340}, WATER_PRICE, since="2026-07-01"),
        shown("六月底的价格和邻区比较", "The price at the end of June, beside the neighbours'",
              "water-tariffs/records/w-{serial}?as_of=2026-06-30", WATER_PRICE,
              body={"/body/price_fen": 355, "/body/compared/0/district": "示例邻区",
              "/body/compared/0/price_fen": 372}),
        shown("七月一日的价格", "The price on 1 July", "water-tariffs/records/w-{serial}?as_of=2026-07-01",
              WATER_PRICE, body={"/body/price_fen": 340}),
        written("gas-handler", "价格没有金额,不能公示", "A price without its amount", "utility-terms g-{serial}",
                without(GAS_PRICE, "amount_fen"), TERMS, **invalid("/amount_fen")),
        written("gas-handler", "燃气公司公示气价", "The gas company's price", "utility-terms g-{serial}", GAS_PRICE,
                TERMS),
        written("water-handler", "供水公司公示报装时限", "The water company's limit", "utility-terms l-{serial}",
                WATER_LIMIT, TERMS),
        shown("网站和大厅屏幕读取", "The site and the hall's screen read it", "utility-terms/records/l-{serial}", TERMS,
              body={"/body/limit/budget": 5, "/body/limit/unit": "working_day", "/body/item": WATER,
                    "/body/shown_at/1": "政务大厅屏幕"}),
        Step("实际办件:时限就是公示的五个工作日", "A real case runs by the limit that is published", "firm",
             f"submit {WATER}", {}, {"state": "surveying",
                                     "clocks": {"promised": {"budget": 5, "unit": "working_day"}}}, (TERMS,)),
        at("2026-03-03T10:00:00", "第二天", "The next day"),
        surveyed("water"),
        at("2026-03-06T10:00:00", "第四个工作日", "The fourth working day"),
        built("water"),
        works_taken(),
        connected("water", "装表通水", "The meter is set"),
        Step("实际用时与公示时限相比:还有余", "What it took against what was published: time is left", "firm", "see",
             {},
             {"clocks": {"promised": {"budget": 5, "consumed": 3, "light": "stopped"}}}, (TERMS,)),
    ),
)  # fmt: skip

# ── 台账

RECORDS = Story(
    "honours-rights-measures", "E12", "荣誉、成果权属、法治措施、单证备案:缺一项都写不进来",
    "Honours, rights, measures, documents: nothing is entered by halves",
    (
        MORNING,
        written("approval-handler", "荣誉缺佐证文件", "An honour without its proof", "honours h-{serial}",
                without(HONOUR, "evidence"), HONOURS, **invalid("/evidence")),
        written("approval-handler", "登记荣誉", "An honour is entered", "honours h-{serial}", HONOUR, HONOURS),
        shown("公开:日期、颁发单位、佐证、对应任务", "Date, issuer, proof and task", "honours/records/h-{serial}",
              HONOURS,
              body={"/body/on": "2020-12-18", "/body/issuer": "示例颁发单位", "/body/task": "企业开办提速（示例）",
                    "/body/evidence/title": "颁奖文件（示例）"}),
        written("approval-handler", "没有授权文件的成果不能标为可交易", "What nobody allowed may not be traded",
                "research-results r-{serial}", without(RESULT, "authorisation"), RIGHTS, **invalid("/authorisation")),
        written("approval-handler", "登记成果权属", "The rights are entered", "research-results r-{serial}", RESULT,
                RIGHTS),
        shown("买方看到谁有什么权、凭什么文件", "A buyer sees whose each right is, and by what paper",
              "research-results/records/r-{serial}", RIGHTS,
              body={"/body/owner": "示例高校", "/body/rights/2/right": "proceeds", "/body/rights/2/percent": 70,
                    "/body/authorisation/title": "科技成果授权书（示例）", "/body/tradable": True}),
        written("justice-handler", "措施入库", "A measure is loaded", "rule-of-law-measures m-{serial}", MEASURE),
        written("justice-handler", "序号超出二十六条", "There are 26, no more", "rule-of-law-measures n-{serial}",
                {**MEASURE, "id": "n-{serial}", "ordinal": 27}, **invalid("/ordinal")),
        revised("justice-handler", "没有佐证不算完成", "Not done without evidence", "rule-of-law-measures m-{serial}",
                {**MEASURE, "status": "done"}, **invalid("/evidence")),
        revised("justice-handler", "附佐证,完成", "Done, with its evidence", "rule-of-law-measures m-{serial}",
                {**MEASURE, "status": "done", "evidence": {"title": "实施方案（示例）", "dated": "2026-03-02"}}),
        shown("公开:责任单位、时限、进展、佐证", "Owner, deadline, status, evidence",
              "rule-of-law-measures/records/m-{serial}",
              body={"/body/owner": "justice", "/body/deadline": "2026-06-30", "/body/status": "done",
                    "/body/evidence/title": "实施方案（示例）"}),
        written("tax-handler", "单证没有摘要,不能备案", "A document without its hash is not filed",
                "export-documents e-{serial}", without(EXPORT, "sha256"), PAPERLESS, **invalid("/sha256")),
        written("tax-handler", "单证备案,写明保存到何日", "Filed, with the day until which it is kept",
                "export-documents e-{serial}", EXPORT, PAPERLESS),
        shown("税务部门随时调取", "The tax service has it on request", "export-documents/records/e-{serial}", PAPERLESS,
              "tax-handler", body={"/body/kept_until": "2031-03-02", "/body/sha256": EXPORT["sha256"]}),
        Step("别的部门调取不了", "No other department has", "handler",
             "read /v1/registers/export-documents/records/e-{serial}", {}, {"status": 403}, (PAPERLESS,)),
    ),
)  # fmt: skip

# ── 双对标

BENCHMARKED = Story(
    "weak-indicator", "E12", "双对标:短板指标自动下达改进任务", "Benchmarked: a weak indicator opens its task",
    (
        MORNING,
        written("approval-handler", "登记一项指标:本区值、对标值、差距", "Own value, benchmark, gap",
                "benchmark-indicators i-{serial}", {**WEAK, "weak": False}),
        revised("approval-handler", "标为短板", "It is marked weak", "benchmark-indicators i-{serial}", WEAK),
        Step("牵头单位自动收到改进任务,写明差距来源", "The lead unit has its task, which names the indicator",
             "supervisor",
             "desk market-regulation.market-regulation", {"above": "i-{serial}"},
             {"state": "draft", "body": {"/item_id": "plan-task", "/form/unit": "market-regulation",
                                         "/form/deadline": "2026-09-30"}}),
        does("supervisor", "四明确,下达", "Issued", "activate",
             {"task": WEAK["improvement"], "owner": "market-regulation", "due": "2026-09-30", "standard": "抽查十件"},
             "assigned"),
        shown("公开:本区值、对标城市和对标值、差距", "Anybody sees both values and the gap",
              "benchmark-indicators/records/i-{serial}",
              body={"/body/own": 240, "/body/benchmark_city": "杭州", "/body/benchmark": 180, "/body/gap": 60,
                    "/body/weak": True}),
    ),
)  # fmt: skip

# ── 即问即答、指南

CHAIN, MERGED_FORM = "life-chain-guide", "property-tax-merged-form"
TRADE = "trade-participants"
ANSWERS = Story(
    "what-comes-next", "E01", "全生命周期推荐下一步、合并申报指引、跨境贸易指南",
    "What comes next; two returns on one form; trade",
    (
        MORNING,
        asked("企业拿到执照:推荐许可和用工备案,下一环是建设",
              "A firm has its licence: permits and hires, then building", LIFE,
              CHAIN, {"who": "enterprise", "event": "licensed"},
              body={"/result/stage": "operate", "/result/next": "build", "/labels/stage/zh": "经营",
                    "/result/items": "food-licence human-resources-licence employment-filing"}),
        asked("个人购房:人才购房、过户、抵押", "A person buys a home", LIFE, CHAIN, {"who": "person", "event": "home"},
              body={"/result/stage": "home",
                    "/result/items": "talent-home-purchase second-hand-house-transfer mortgage-registration"}),
        asked("个人没有注销这一环", "People are not wound up", LIFE, CHAIN, {"who": "person", "event": "leaving"},
              body={"/result/stage": "none", "/result/items": None}),
        Step("推荐的事项就在目录里", "What is recommended is in the catalogue", "anybody",
             "read /v1/items/talent-home-purchase", {}, {"body": {"/id": "talent-home-purchase"}}, (LIFE,)),
        asked("一张表同时算出两张申报表", "One form, two returns", MERGED, MERGED_FORM,
              {"land_grade": "three", "house_fen": 1_000_000_000, "land_sqm": 5000},
              body={"/sums/0/value": 9_600_000, "/sums/1/value": 1_500_000, "/sums/2/value": 11_100_000}),
        Step("申报在税务部门办理,这里不受理", "It is filed with the tax service, not here", "firm",
             f"submit {MERGED_FORM}", {"body": {"form": {"land_grade": "one", "house_fen": 1, "land_sqm": 1},
                                                "materials": []}},
             {"status": 409, "code": "item-opens-no-case"}, (MERGED,)),
        Step("指南写明到哪里申报", "The guide says where", "anybody", f"read /v1/items/{MERGED_FORM}", {},
             {"body": {"/mode": "answer", "/guide/flow/2/zh": "在国家税务总局电子税务局合并申报"}}, (MERGED,)),
        *(
            Step(f"指南:{zh}", f"Guide: {en}", "anybody", f"read /v1/items/{item}", {},
                 {"body": {"/mode": "guide", "/form": None, "/guide/flow/0/zh": flow}}, named(row))
            for item, row, zh, en, flow in (
                ("customs-clearance-reforms", CLEARANCE, "通关改革", "clearance", "通关一体化：在任一海关申报"),
                ("international-trade-single-window", None, "单一窗口", "the Single Window",
                 "登录 https://www.singlewindow.cn 申报"),
                ("duty-payment-modes", DUTY, "缴税方式", "ways to pay", "自报自缴：申报时自行计算税款并缴纳"),
            )
        ),
        written("approval-handler", "登记参加税单无纸化的企业", "A firm in a reform of clearance",
                f"{TRADE} a-{{serial}}",
                {**TRADER, "id": "a-{serial}", "reform": "paperless-tax-bill"}, CLEARANCE),
        written("approval-handler", "单一窗口缺培训记录", "The Single Window without its trainings",
                f"{TRADE} b-{{serial}}",
                {**TRADER, "id": "b-{serial}", "reform": "single-window", "uses": 12}, **invalid("/trainings")),
        written("approval-handler", "登记单一窗口培训和使用次数", "Trained, and used how often",
                f"{TRADE} b-{{serial}}",
                {**TRADER, "id": "b-{serial}", "reform": "single-window", "uses": 12,
                 "trainings": [{"on": "2026-02-10", "people": 3}]}),
        written("approval-handler", "登记汇总征税企业", "A firm that pays in aggregate", f"{TRADE} c-{{serial}}",
                {**TRADER, "id": "c-{serial}", "reform": "aggregate-payment"}, DUTY),
        shown("参加企业名单可查", "Who takes part may be read", f"{TRADE}/records/a-{{serial}}", CLEARANCE,
              body={"/body/reform": "paperless-tax-bill", "/body/uscc": "{uscc}", "/body/since": "2026-01-15"}),
        shown("培训和使用次数可查", "Trainings and uses may be read", f"{TRADE}/records/b-{{serial}}",
              body={"/body/trainings/0/people": 3, "/body/uses": 12}),
        shown("汇总征税企业可查", "So may those that pay in aggregate", f"{TRADE}/records/c-{{serial}}", DUTY,
              body={"/body/reform": "aggregate-payment"}),
    ),
)  # fmt: skip

STORIES = (PARCELS, SCENE_STORY, PRICES, RECORDS, BENCHMARKED, ANSWERS)
