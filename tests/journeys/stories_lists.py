"""Tells the stories of lists kept by the day, of tables tried before they are used, of one window and one standard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.builders import FOOD, grant_record
from tests.builders_lists import (
    LINE,
    PENALTY,
    PPP,
    PROJECT,
    PROMISE,
    SPOT_CHECK,
    TEST_CALL,
    project_of,
    without,
)
from tests.builders_people import CHANGE
from tests.journeys.telling import CHAIN, ESTABLISHED, MORNING, POWERS, Step, Story

MENU, EXEMPT, WINDOW, STANDARD = "S158", "S159", "S131", "S126"
CHECKS, DICTIONARY, LINES, OLD_DEBTS, CAPITAL = "S297", "S322", "S459", "S223", "S287"
ADDRESS, SECTOR, STANDING, CREDIT_PLUS = "S067", "S289", "S326", "S119"
LICENCE = "human-resources-licence"
INVALID = {"status": 422, "code": "record-invalid"}


def tried(rule: str, row: str, zh: str, en: str, facts: Mapping[str, Any], by: str, **result: Any) -> Step:
    """The demo admin asks a table what it says of these facts: the whole result, and the row `by` which it says so."""
    body = {"/result": result, "/trace/rows/0/id": by, "/manual": False}
    return Step(zh, en, "admin", f"try {rule}", facts, {"body": body}, (row,))


def unknown(rule: str, row: str, facts: Mapping[str, Any], name: str) -> Step:
    return Step("事实不明,转人工", "Where a fact is not known, a person decides", "admin", f"try {rule}",
                {**facts, name: {"unknown": True}},
                {"body": {"/result": None, "/manual": True, "/unknown": [name]}}, (row,))  # fmt: skip


# ── “菜单式”审批与豁免清单

PERMITS = "construction-planning-permit construction-permit"
CONNECTIONS = "water-connection gas-connection electricity-connection"
BELOW = "建筑工程施工许可管理办法第二条：限额以下小型工程（未核对原文）"


def menu(zh: str, en: str, kind: str, area: int, by: str, items: str | None, **exempt: str) -> Step:
    result = {"event": "auto.propose_menu" if items else None, "menu": items, "exempt": None, "basis": None}
    facts = {"project-kind": kind, "floor-area": area}
    return tried("construction-menu", EXEMPT if exempt else MENU, zh, en, facts, by, **{**result, **exempt})


MENUS = Story(
    "construction-menus", "E02", "“菜单式”审批:清单、材料、时限随项目属性而定", "The menu follows from the project",
    (
        MORNING,
        menu("厂房:两证三报装", "A plant: two permits, three connections", "private-industrial", 20000, "private",
             f"{PERMITS} {CONNECTIONS}"),
        menu("学校:两证", "A school: two permits", "government-building", 8000, "government", PERMITS),
        menu("道路:清单由人确定", "A road: people make the menu", "municipal", 0, "municipal", None),
        Step("清单上的事项写明材料和法定时限", "An item on the menu says which materials and limits apply", "anybody",
             "read /v1/items/construction-planning-permit", {},
             {"has": ["/materials/0/id", "/materials/0/source", "/clocks/0/id"]}, (MENU,)),
        tried("planning-permit-limit", MENU, "规划许可:社会投资工业类 5 个工作日", "Planning permit of a plant: 5 days",
              {"project-kind": "private-industrial"}, "private-industrial", budget=5, unit="working_day"),
        tried("construction-permit-limit", MENU, "施工许可:2 个工作日", "Construction permit of a plant: 2 days",
              {"project-kind": "private-industrial"}, "private-industrial", budget=2, unit="working_day"),
        unknown("construction-menu", MENU, {"project-kind": "private-industrial"}, "floor-area"),
    ),
)  # fmt: skip

EXEMPTED = Story(
    "construction-exemption", "E02", "豁免清单:限额以下小型工程不办施工许可", "Small works are exempt from the permit",
    (
        MORNING,
        menu("门卫室 299 平方米:豁免施工许可并写明依据", "A gatehouse: exempt, and on what basis", "private-industrial",
             299, "small", f"construction-planning-permit {CONNECTIONS}", exempt="construction-permit", basis=BELOW),
        Step("建设单位申请", "The owner applies", "firm", f"submit {PROJECT}",
             {"example": 1, "form": project_of("private-industrial", 299)}, {"state": "confirming"}),
        Step("豁免及依据留在办件记录中", "The exemption and its basis are on record in the case", "applicant",
             "events", {},
             {"body": {"/events/1/data/decision/result/exempt": "construction-permit",
                       "/events/1/data/decision/result/basis": BELOW,
                       "/events/1/data/decision/result/menu": f"construction-planning-permit {CONNECTIONS}"}},
             (EXEMPT,)),
        CHAIN,
    ),
)  # fmt: skip

# ── 综合窗

MANDATE, MANDATED = grant_record(
    "mandate", "enterprise:{uscc}", "person:demo-integrated-window", items=[FOOD, LICENCE],
    document="授权委托书（纸质）2026-01",
)  # fmt: skip
TAKEN = {"body": {"/events/0/actor/person": "person:demo-integrated-window",
                  "/events/0/actor/acting_for": "enterprise:{uscc}", "/events/0/actor/via": "window",
                  "/events/0/dimensions/channel": "window"}}  # fmt: skip


def taken(item: str, zh: str, en: str) -> tuple[Step, ...]:
    return (
        Step(f"综合窗收件:{zh}", f"The same clerk takes {en}", "for-firm:integrated-window", f"submit {item}", {},
             {"state": "received"}),
        Step("当场出具收件凭证", "The receipt is issued at once", "firm", "documents", {}, {"issued": ["receipt"]},
             (WINDOW,)),
        Step("记录写明谁代谁、在窗口办理", "On record: who acted for whom, at the window", "firm", "events", {}, TAKEN,
             (WINDOW,)),
    )  # fmt: skip


ONE_WINDOW = Story(
    "integrated-window", "E01", "综合窗一窗受理,按事项分送部门", "One window takes all; each goes to its department",
    (
        MORNING,
        Step("没有委托不能代企业提交", "Without a mandate nobody acts for the firm", "for-firm:integrated-window",
             f"submit {FOOD}", {}, {"status": 403, "code": "mandate-missing"}),
        Step("不能自己登记给自己的委托", "The clerk cannot record a mandate to themselves", "counter:integrated-window",
             f"write grants {MANDATE.rpartition('/')[2]}", MANDATED["body"], {"status": 403, "code": "not-to-oneself"}),
        Step("另一窗口登记纸质委托书", "A colleague records the mandate on paper", "counter:centre-window",
             f"write grants {MANDATE.rpartition('/')[2]}", MANDATED["body"], {"status": 201}, (WINDOW,)),
        *taken(FOOD, "食品经营许可", "a food licence"),
        Step("已在市场监管局窗口的队列", "It stands in the queue of market regulation", "window",
             "queue market-regulation.food", {}, {"queued": "{case}"}, (WINDOW,)),
        Step("市场监管局受理", "Which accepts it", "window", "move accept", {}, {"state": "examining"}, (WINDOW,)),
        *taken(LICENCE, "人力资源服务许可", "a human-resources licence"),
        Step("已在人社局窗口的队列", "It stands in the queue of human resources", "talent-window",
             "queue human-resources.talent", {}, {"queued": "{case}"}, (WINDOW,)),
        Step("别的部门看不到这个队列", "Another department does not see that queue", "window",
             "queue human-resources.talent", {}, {"status": 403}, (WINDOW,)),
        CHAIN,
    ),
)  # fmt: skip

# ── 一事项一标准

ONE_STANDARD = Story(
    "one-standard", "E01", "一事项一标准、一流程一规范", "One item, one standard, one process",
    (
        MORNING,
        Step("公布的事项:一个版本、一个流程、完整要素", "The published item: one release, one process, all parts",
             "anybody", f"read /v1/items/{FOOD}", {},
             {"body": {"/process": "approval", "/guide/version": 1, "/guide/fees/charged": False},
              "has": ["/release", "/legal_basis/0/article", "/guide/conditions/0/zh", "/materials/0/id",
                      "/guide/flow/0/zh", "/clocks/0/budget", "/guide/results/0/title/zh", "/form/properties"]},
             (STANDARD,)),
        Step("没有问题的修改通过检查", "A draft with nothing wrong passes", "admin", f"check items/{FOOD}",
             {"description": {"zh": "改一句说明"}}, {"body": {"/status": "passed"}, "codes": []}, (STANDARD,)),
        Step("清单之外的权力:不得发布", "A power that is not in the list: refused", "admin", f"check items/{FOOD}",
             {"power": "market-9999"}, {"body": {"/status": "failed"}, "codes": ["power-not-listed"]},
             (STANDARD, POWERS)),
        Step("指向没有的流程:不得发布", "A process that is not there: refused", "admin", f"check items/{FOOD}",
             {"process": "my-own-way"}, {"body": {"/status": "failed"}, "codes": ["dangling-reference"]}, (STANDARD,)),
        Step("没有时限:不得发布", "An item without its limits: refused", "admin", f"check items/{FOOD}",
             {"clocks": []},
             {"body": {"/status": "failed"}, "codes": ["rule-for-nothing", "wait-without-clock"]}, (STANDARD,)),
        Step("两个流程:不得发布", "Two processes for one item: refused", "admin", f"check items/{FOOD}",
             {"process": ["approval", "commitment"]}, {"body": {"/status": "failed"}, "codes": ["shape"]},
             (STANDARD,)),
        Step("公布的仍是原来的版本", "What is published is what was", "anybody", f"read /v1/items/{FOOD}", {},
             {"body": {"/power": "market-0301", "/process": "approval"}}, (STANDARD,)),
    ),
)  # fmt: skip

# ── 清单

ENTRY = "/v1/registers/joint-inspection-items/records/food-{serial}"
SPOT_CHECKS = Story(
    "spot-check-list", "E07", "联合抽查事项统一清单:按日留版本", "The list of joint spot checks, by the day",
    (
        MORNING,
        Step("缺检查表:不能进清单", "Without a checklist it does not come into the list", "handler",
             "write joint-inspection-items food-{serial}", without(SPOT_CHECK, "checklist"),
             {**INVALID, "body": {"/errors/0/pointer": "/checklist"}}, (CHECKS,)),
        Step("只有一个部门不是联合抽查", "One department alone is no joint check", "handler",
             "write joint-inspection-items food-{serial}", {**SPOT_CHECK, "departments": ["market-regulation"]},
             {**INVALID, "body": {"/errors/0/pointer": "/departments"}}, (CHECKS,)),
        Step("别的部门不能改清单", "Another department does not write it", "hr-handler",
             "write joint-inspection-items food-{serial}", SPOT_CHECK, {"status": 403}),
        Step("市场监管局列入清单", "Market regulation enters it", "handler",
             "write joint-inspection-items food-{serial}", SPOT_CHECK, {"status": 201}),
        Step("自七月一日起比例提高到 10%、每年两次", "From 1 July: ten per cent, twice a year", "handler",
             "revise joint-inspection-items food-{serial}",
             {"valid_from": "2026-07-01", "body": {**SPOT_CHECK, "ratio_percent": 10,
                                                   "frequency": {"times": 2, "per": "year"}}},
             {"body": {"/revision": 2}}, (CHECKS,)),
        Step("六月三十日:5%,部门、对象、检查表", "On 30 June: five per cent, departments, object, checklist", "anybody",
             f"read {ENTRY}?as_of=2026-06-30", {},
             {"body": {"/body/ratio_percent": 5, "/body/frequency/times": 1, "/body/object_type": "餐饮服务单位",
                       "/body/departments": ["market-regulation", "urban-management"],
                       "/body/checklist/0": "食品经营许可证是否有效"}}, (CHECKS,)),
        Step("七月一日:10%", "On 1 July: ten per cent", "anybody", f"read {ENTRY}?as_of=2026-07-01", {},
             {"body": {"/body/ratio_percent": 10, "/body/frequency/times": 2}}, (CHECKS,)),
        Step("两个版本都在", "Both versions are there", "anybody", f"read {ENTRY}/versions", {},
             {"body": {"/versions/0/valid_from": "2026-03-02", "/versions/1/valid_from": "2026-07-01",
                       "/versions/2": None}}, (CHECKS,)),
        Step("移出清单,历次版本仍在", "Taken off the list; what it was stays on record", "handler",
             "revise joint-inspection-items food-{serial}",
             {"valid_from": "2026-12-31", "body": {**SPOT_CHECK, "status": "withdrawn"}},
             {"body": {"/revision": 3}}, (CHECKS,)),
    ),
)  # fmt: skip


def credit(zh: str, en: str, given: dict[str, Any], **expect: Any) -> Step:
    return Step(zh, en, "handler", f"write credit-records {given['id']}", given, expect, (DICTIONARY,))


def lacks(zh: str, en: str, given: dict[str, Any], pointer: str) -> Step:
    return credit(zh, en, given, **INVALID, body={"/errors/0/pointer": pointer, "/errors/1": None})


STANDARDS = Story(
    "credit-standard", "E08", "信用信息标准:不合标准的记录写不进来", "A record that is not to standard is refused",
    (
        MORNING,
        Step("数据字典:类型、必填项、来源、保存期限", "The dictionary: types, mandatory fields, source, retention",
             "handler", "read /v1/definitions/registers/credit-records", {},
             {"body": {"/definition/schema/properties/type/enum": ["licence", "penalty", "commitment", "repair"],
                       "/definition/schema/required": ["id", "type", "uscc", "source", "decided_on", "content"],
                       "/definition/schema/allOf/1/then/required": ["document", "basis"],
                       "/definition/life/retention/budget": 5, "/definition/life/retention/unit": "year"}},
             (DICTIONARY,)),
        lacks("缺来源单位", "Its source is missing", without(PENALTY, "source"), "/source"),
        lacks("处罚缺依据", "A penalty without its basis", without(PENALTY, "basis"), "/basis"),
        lacks("承诺缺是否履行", "A commitment that does not say whether it was kept",
              {**without(PENALTY, "document", "basis"), "type": "commitment"}, "/performed"),
        lacks("统一社会信用代码校验位不对", "A credit code that is none", {**PENALTY, "uscc": "91430112MA4DEM0101"},
              "/uscc"),
        credit("合标准的记录写入", "A record to standard is written", PENALTY, status=201),
        Step("公开可查", "Anybody reads it", "anybody", "read /v1/registers/credit-records/records/penalty-{serial}",
             {},
             {"body": {"/body/type": "penalty", "/body/source": "market-regulation", "/body/uscc": "{uscc}"}},
             (DICTIONARY,)),
    ),
)  # fmt: skip

LINE_AT = "/v1/registers/complaint-lines/records/desk-{serial}"
PHONES = Story(
    "complaint-lines", "E11", "各部门举报投诉电话与拨测", "Complaint numbers, their hours and test calls",
    (
        MORNING,
        Step("热线承办单位登记号码和接听时间", "The hotline's desk enters number and hours", "hotline-window",
             "write complaint-lines desk-{serial}", LINE, {"status": 201}),
        Step("拨测不写是否接通不行", "A test call that does not say whether it was answered", "hotline-window",
             "revise complaint-lines desk-{serial}", {"body": {**LINE, "test_calls": [without(TEST_CALL, "answered")]}},
             {**INVALID, "body": {"/errors/0/pointer": "/test_calls/0/answered"}}, (LINES,)),
        Step("登记一次拨测", "A test call is logged", "hotline-window", "revise complaint-lines desk-{serial}",
             {"body": {**LINE, "test_calls": [TEST_CALL]}}, {"body": {"/revision": 2}}, (LINES,)),
        Step("部门自己不能改拨测记录", "A department does not write its own log", "handler",
             "revise complaint-lines desk-{serial}", {"body": LINE}, {"status": 403}, (LINES,)),
        Step("任何人可查号码、时间、拨测", "Anybody reads number, hours and log", "anybody", f"read {LINE_AT}", {},
             {"body": {"/body/number": "0731-00000000", "/body/hours/0/from": "09:00", "/body/hours/0/to": "17:00",
                       "/body/test_calls/0/on": "2026-03-02", "/body/test_calls/0/answered": True}}, (LINES,)),
    ),
)  # fmt: skip

PROMISE_AT = "/v1/registers/government-promises/records/promise-{serial}"
RESOLVED = {**PROMISE, "status": "resolved"}
HOW = {"how": "已列入预算并拨付", "resolved_on": "2026-03-02"}
FORMER_PROMISES = Story(
    "former-promises", "E10", "“新官不理旧账”:台账与办结", "A former promise is on the list until it is kept",
    (
        MORNING,
        Step("没有文件不能列入", "Not without the document", "approval-handler",
             "write government-promises promise-{serial}", without(PROMISE, "document"),
             {**INVALID, "body": {"/errors/0/pointer": "/document"}}, (OLD_DEBTS,)),
        Step("列入台账:文件、金额、责任单位", "Entered: document, amount, responsible unit", "approval-handler",
             "write government-promises promise-{serial}", PROMISE, {"status": 201}, (OLD_DEBTS,)),
        Step("公众只看责任单位和状态", "The public sees who answers for it, and whether it is kept", "anybody",
             f"read {PROMISE_AT}", {},
             {"body": {"/body/responsible": "economic-zone", "/body/status": "open", "/body/amount_fen": None}},
             (OLD_DEBTS,)),
        Step("不写处理结果不能办结", "Not closed without saying how", "approval-handler",
             "revise government-promises promise-{serial}", {"body": RESOLVED},
             {**INVALID, "body": {"/errors/0/pointer": "/resolution"}}, (OLD_DEBTS,)),
        Step("办结", "Closed", "approval-handler", "revise government-promises promise-{serial}",
             {"body": {**RESOLVED, "resolution": HOW}}, {"body": {"/revision": 2}}, (OLD_DEBTS,)),
        Step("台账写明文件、金额和处理结果", "The list has document, amount and resolution", "approval-handler",
             f"read {PROMISE_AT}", {},
             {"body": {"/body/document/dated": "2019-06-18", "/body/amount_fen": 120_000_000,
                       "/body/resolution/how": "已列入预算并拨付", "/body/status": "resolved"}}, (OLD_DEBTS,)),
    ),
)  # fmt: skip

PPP_AT = "/v1/registers/ppp-projects/records/ppp-{serial}"
PAID = [{**PPP["payments"][0], "paid_on": "2026-03-02"}, PPP["payments"][1]]
PARTNERS = Story(
    "ppp-projects", "E12", "政府和社会资本合作:合同、义务、付款计划", "Projects with private capital, on the record",
    (
        MORNING,
        Step("没有付款计划不能列入", "Not without a payment schedule", "housing-handler",
             "write ppp-projects ppp-{serial}", {**PPP, "payments": []},
             {**INVALID, "body": {"/errors/0/pointer": "/payments"}}, (CAPITAL,)),
        Step("列入清单", "Entered", "housing-handler", "write ppp-projects ppp-{serial}", PPP, {"status": 201}),
        Step("第一笔已付", "The first payment is made", "housing-handler", "revise ppp-projects ppp-{serial}",
             {"body": {**PPP, "payments": PAID}}, {"body": {"/revision": 2}}, (CAPITAL,)),
        Step("公开合同、双方义务和付款进度", "Anybody sees contract, obligations and what is paid", "anybody",
             f"read {PPP_AT}", {},
             {"body": {"/body/contract/partner_uscc": "{uscc}", "/body/contract/ends_on": "2049-01-09",
                       "/body/obligations/1/of": "government", "/body/payments/0/paid_on": "2026-03-02",
                       "/body/payments/1/paid_on": None, "/body/payments/1/amount_fen": 50_000_000}}, (CAPITAL,)),
    ),
)  # fmt: skip

# ── 判定表


def address(
    zh: str, en: str, area: str, use: str, left: int, by: str, kind: str | None, proof: str | None
) -> Step:
    facts = {"address-area": area, "industry-premises": use, "host-quota-left": left}
    return tried("cluster-address", ADDRESS, zh, en, facts, by, address_type=kind, proof=proof)


ADDRESSES = Story(
    "cluster-addresses", "E01", "集群注册:住所类型和证明", "Which address a cluster registration may use",
    (
        MORNING,
        address("集群区办公、有名额:托管协议", "An office in the zone: the host's agreement", "cluster-zone",
                "office-only", 1, "host", "host", "host-agreement"),
        address("名额用完:自有或租赁场所", "The host is full: own or rented premises", "cluster-zone", "office-only", 0,
                "host-full", "own", "title-or-lease"),
        address("住宅办公:利害关系业主同意", "At home: the owners concerned consent", "residential", "office-only", 0,
                "dwelling", "dwelling", "neighbours-consent"),
        address("需要经营场所的行业:不得托管", "An industry that needs premises: no host", "cluster-zone", "on-site", 9,
                "works", "own", "title-or-lease"),
        address("住宅内生产:不允许", "Works in a dwelling: not allowed", "residential", "on-site", 9, "not-in-dwelling",
                None, None),
        unknown("cluster-address", ADDRESS, {"address-area": "cluster-zone", "industry-premises": "office-only"},
                "host-quota-left"),
    ),
)  # fmt: skip


def sector(zh: str, en: str, tag: str, by: str, mode: str, reason: str) -> Step:
    return tried(
        "supervision-mode", SECTOR, zh, en, {"supervision-sector": tag}, by, mode=mode, reason=reason
    )


SECTORS = Story(
    "supervision-modes", "E07", "除特殊行业、重点领域外随机抽查", "At random, but for special trades and key fields",
    (
        MORNING,
        sector("一般行业:随机抽查", "General: at random", "general", "general", "random", "general"),
        sector("特种设备:特殊行业,重点监管", "Lifts: a special trade", "special-equipment", "special", "key",
               "special-trade"),
        sector("食品药品:重点领域,重点监管", "Food and drugs: a key field", "food-drugs", "key", "key", "key-field"),
        unknown("supervision-mode", SECTOR, {}, "supervision-sector"),
    ),
)  # fmt: skip


def standing(zh: str, en: str, history: tuple[int, int, bool], by: str, **result: Any) -> Step:
    kept, broken, unmended = history
    facts = {"commitments-kept": kept, "commitments-broken": broken, "breach-unmended": unmended}
    return tried("commitment-standing", STANDING, zh, en, facts, by, **result)


STANDINGS = Story(
    "commitment-standings", "E03", "履诺优惠便利、违诺追责惩戒", "Kept commitments make it easier, broken ones harder",
    (
        MORNING,
        standing("三次履诺:抽查即可", "Three kept: checked by sample", (3, 0, False), "kept", path="open",
                 verification="sample", reason="kept"),
        standing("两次履诺:按规定核查", "Two kept: as usual", (2, 0, False), "new", path="open",
                 verification="ordinary", reason="new"),
        standing("曾违诺:逐件核查", "Once broken: checked every time", (9, 1, False), "broken", path="open",
                 verification="every-time", reason="broken-before"),
        standing("违诺未整改:不得再用告知承诺", "A breach not mended: no commitment", (9, 1, True), "unmended",
                 path="blocked", verification=None, reason="breach-unmended"),
        unknown("commitment-standing", STANDING, {"commitments-kept": 0, "breach-unmended": False},
                "commitments-broken"),
    ),
)  # fmt: skip

# ── “信用+”


def graded(grade: str, name: str, zh: str, en: str, budget: int, unit: str) -> Story:
    """A change that people decide on: the credit grade of the firm says how fast they promise to be."""
    return Story(
        f"credit-plus-{name}", "E08", f"信用+:{zh}", f"Credit-plus: {en}",
        (
            MORNING,
            *ESTABLISHED,
            Step("信用等级(外部评价的替身)", "Its grade, by a stand-in for who grades it", "approval-handler",
                 "write credit-grades", {"uscc": "{uscc}", "grade": grade, "graded_on": "2026-01-15"},
                 {"status": 201}),
            Step("企业申请变更法定代表人", "The company changes its legal representative", "firm", f"submit {CHANGE}",
                 {"example": 1}, {"state": "received"}),
            Step(zh, en, "window", "move accept", {},
                 {"state": "examining", "clocks": {"promised": {"budget": budget, "unit": unit, "light": "green"}}},
                 (CREDIT_PLUS,)),
            CHAIN,
        ),
    )  # fmt: skip


TRUSTED = graded("a", "trusted", "A 级企业四个办公小时", "grade A, four office hours", 4, "office_hour")
ORDINARY = graded("b", "ordinary", "B 级企业两个工作日", "grade B, two working days", 2, "working_day")

STORIES = (
    *(MENUS, EXEMPTED, ONE_WINDOW, ONE_STANDARD, SPOT_CHECKS, STANDARDS, PHONES, FORMER_PROMISES, PARTNERS),
    *(ADDRESSES, SECTORS, STANDINGS, TRUSTED, ORDINARY),
)
