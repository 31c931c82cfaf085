"""Tells E07: one visit, many checks. A draw that nobody can bend, joint visits, leniency, results recognised.

The plans are the pack's own, on the days that they name: a story's series differs from them in its district, and in its
source. No beacon can be reached where stories are played, so the public value comes from the fallback that the plan
declares: sealed nonces of two departments, and the numbers of a lottery that two people type in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.domain.draws import beacons
from tests.builders import REMEDIES, definition_of
from tests.journeys.stories_policy import body_of, does
from tests.journeys.telling import MORNING, Step, Story, at

MODES, DRAW, EXCLUDED, FEWER, COVERED, JOINT, REACHED = "S113", "S288", "S289", "S290", "S292", "S295", "S296"
ONCE, LISTED, SHARED, RECOGNISED, THREE, PUBLIC = "S294", "S297", "S298", "S299", "S300", "S301"
TIERS, TRIGGERED, OFF_SITE, OBSERVED, EXEMPT, FIRST, EVIDENCE = (
    "S317", "S333", "S334", "S335", "S336", "S337", "S340",
)  # fmt: skip

JOINT_PLAN, URBAN_PLAN = "joint-random-inspection", "urban-order-inspection"
SERIES, SECOND = "joint-{serial}", "urban-{serial}"
MARKET, CITY = "market-regulation", "urban-management"
FIRMS = tuple(f"shop-{n}" for n in range(21))
DRAWN = 3  # none of them is graded, so each counts as c: of these the plan draws a tenth, rounded up
NONCES = {MARKET: bytes(range(32)), CITY: bytes(range(32, 64))}
CLERKS = {MARKET: "handler", CITY: "urban-handler"}
NUMBERS = "03 07 12 19 21 28 30"
OFFICERS = {MARKET: ("handler", "market-inspector"), CITY: ("urban-handler", "urban-inspector")}
LIST = definition_of("registers", "joint-inspection-items")["records"]
OF_THE_CITY = definition_of("draws", URBAN_PLAN)["matters"]


def ms(instant: str) -> int:
    return int(datetime.fromisoformat(f"{instant}+08:00").timestamp() * 1000)


def of_a_district(name: str, **changes: Any) -> dict[str, Any]:
    """What a story's series has of its own: where it draws, and the fallback as its source."""
    return {
        "title": {"zh": "示例片区抽查", "en": "Draw of a sample district"}, "origin": f"draws.example.cn/{name}",
        "effective_from": "2026-03-01", "source": "fallback", "objects": {"where": {"/district": "d{serial}"}},
        **changes,
    }  # fmt: skip


def written(register: str, key: str, body: dict[str, Any], zh: str, en: str, *rows: str) -> Step:
    return Step(zh, en, "handler", f"write {register} {key}", body, {"status": 201}, rows)


def inspector(identity: str, department: str) -> Step:
    body = {
        "id": identity,
        "department": department,
        "certificates": ["enforcement"],
        "pool": 0,
        "status": "active",
    }
    return written("inspectors", identity, body, "检查人员入库", "An inspector is on the roster", JOINT)


REGISTERS = (
    *(
        written("supervision-objects", f"{{firm:{name}}}",
                {"uscc": f"{{firm:{name}}}", "name": f"望城示例{name}店", "sector": "general", "district": "d{serial}"},
                "一般行业的企业列入抽查对象", "A firm of a general trade is an object of the draw", EXCLUDED)
        for name in FIRMS
    ),
    written("supervision-objects", "{firm:refinery}",
            {"uscc": "{firm:refinery}", "name": "望城示例化工", "sector": "hazardous-chemicals",
             "district": "d{serial}"}, "特殊行业:重点监管,不随机", "A special trade: never drawn", EXCLUDED),
    *(inspector(f"m{{serial}}-{n}", MARKET) for n in range(4)),
    *(inspector(f"u{{serial}}-{n}", CITY) for n in range(4)),
    written("inspection-conflicts", "c{serial}",
            {"id": "c{serial}", "uscc": "{firm:shop-1}", "inspector": "m{serial}-0", "reason": "亲属"},
            "利害关系:回避", "A conflict: this one never inspects that firm", DRAW),
    Step("统一清单:占道经营由城管牵头", "The unified list: urban management leads this matter", "anybody",
         "read /v1/registers/joint-inspection-items/records/occupation", {},
         {"body": {"/body/departments": [CITY, MARKET], "/body/status": "in-force"}}, (LISTED,)),
)  # fmt: skip


def act(who: str, series: str, name: str, zh: str, en: str, given: dict[str, Any], **expect: Any) -> Step:
    wanted = expect or {"body": {"/act": name}}
    return Step(zh, en, who, f"act {series}", {"act": name, **given}, wanted, (DRAW,))


def sealed(series: str) -> tuple[Step, ...]:
    return tuple(
        act(CLERKS[one], series, "seal", "部门密封随机数", "A department seals its nonce",
            {"department": one, "sealed": beacons.sealed(one, nonce)})
        for one, nonce in NONCES.items()
    )  # fmt: skip


def opened(series: str) -> tuple[Step, ...]:
    return tuple(
        act(CLERKS[one], series, "open", "部门开封", "A department opens its nonce",
            {"department": one, "nonce": nonce.hex()})
        for one, nonce in NONCES.items()
    )  # fmt: skip


def reached(series: str, step: str, zh: str, en: str) -> Step:
    expect = {"body": {"/current/step": step}}
    return Step(zh, en, "anybody", f"draw {series} {step}", {}, expect, (DRAW,))


def committed(series: str, day: str, next_day: str) -> tuple[Step, ...]:
    """From the day that the plan names to the commitment."""
    return (
        at(f"{day}T09:00:00", "方案写明的日子,计划任务触发", "The day of the plan: the schedule fires"),
        reached(series, "frozen", "名册冻结", "The rosters are frozen"),
        *sealed(series),
        act("admin", series, "name-lottery", "写明用哪一期彩票", "Which drawing of the lottery will count",
            {"issue": f"issue-{next_day}", "at": ms(f"{next_day}T21:15:00"), "until": ms(f"{next_day}T18:00:00")}),
        reached(series, "committed", "承诺公布:谁也不能再改名册", "Committed: nobody can change a roster now"),
    )  # fmt: skip


def valued(series: str, next_day: str) -> tuple[Step, ...]:
    """From the nonces to the result."""
    return (
        at(f"{next_day}T10:00:00", "次日上午", "The next morning"),
        act("handler", series, "open", "与密封的不符,不收", "Not what was sealed: refused",
            {"department": MARKET, "nonce": "00" * 32}, status=422, code="draw-value"),
        *opened(series),
        act("admin", series, "type-lottery", "还没有开奖,不能录入", "Nothing is drawn yet: not typed",
            {"numbers": NUMBERS}, status=409, code="draw-not-now"),
        at(f"{next_day}T21:20:00", "开奖之后", "After the lottery"),
        act("admin", series, "type-lottery", "第一人录入号码", "One person types the numbers", {"numbers": NUMBERS}),
        reached(series, "committed", "一人录入不算", "One person is not enough"),
        act("admin:second", series, "type-lottery", "第二人录入相同号码", "A second person types the same",
            {"numbers": NUMBERS}),
        reached(series, "drawn", "十六个分片抽取,结果公布", "Sixteen shards draw, the result is told"),
    )  # fmt: skip


ENTRIES = {
    f"/log/entries/{n}/kind": kind for n, kind in enumerate(("commitment", "nonces", "values", "result"))
}
THE_DRAW = (
    Step("按随包方案发布片区抽查:分层、权重、事项、互认不变",
         "A district's series by the pack's plan: its strata, weights, matters, recognition", "admin",
         f"release draws/{SERIES} {JOINT_PLAN}", of_a_district("joint"), {"status": 201}, (MODES, JOINT, TIERS)),
    at("2026-04-07T17:00:00", "二季度第五个工作日的前一天", "The day before the quarter's fifth working day"),
    Step("还没有到日子", "It is not due yet", "anybody", f"read /v1/draws/{SERIES}", {}, {"status": 404}),
    *committed(SERIES, "2026-04-08", "2026-04-09"),
    Step("公开:用的是备用随机源,没有抽中名单", "In public: the fallback is its source, nobody is named", "anybody",
         f"read /v1/draws/{SERIES}/1", {},
         {"body": {"/commitment/source": "fallback", "/commitment/objects/count": len(FIRMS), "/values": None,
                   "/result": None, "/revealed": False}}, (DRAW, EXCLUDED)),
    *valued(SERIES, "2026-04-09"),
    Step("再来一次触发,什么也不抽", "A second tick draws nothing", "anybody", f"draw {SERIES} drawn", {},
         {"body": ENTRIES | {"/log/entries/4": None}}, (DRAW,)),
    Step("检查前没有名册", "No rosters before the visits", "anybody", f"read /v1/draws/{SERIES}/1/bundle", {},
         {"status": 409, "code": "draw-not-revealed"}, (DRAW,)),
    Step("抽中三户,每户一次检查、全部部门", "Three are drawn: one visit each, all departments", "handler",
         f"drawn {SERIES} {DRAWN}", {}, {"has": ["/records"]}, (ONCE, JOINT)),
    Step("抽中的企业凭自查单核对", "A firm that is drawn has its own slip", "firm:drawn-1",
         f"read /v1/draws/{SERIES}/1/slip", {}, {"body": {"/row/id": "{firm:drawn-1}"}}, (DRAW,)),
    Step("特殊行业不在名册", "The special trade is in no roster", "firm:refinery",
         f"read /v1/draws/{SERIES}/1/slip", {}, {"status": 404}, (EXCLUDED,)),
)  # fmt: skip

PHOTO = {"sha256": "3b" * 32, "taken_at": "2026-04-10T09:40:00+08:00", "place": "普瑞大道 1 号（示例）"}
GOOD = {"matter": "亮照经营", "department": MARKET, "result": "conforms"}
BAD = {"matter": "门前秩序", "department": CITY, "result": "problem", "finding": "桌椅六套"}


def visit_of(firm: str) -> Step:
    """The case that the draw has opened."""
    return Step(
        "抽中即立一件联合检查", "The draw has opened one inspection", f"firm:{firm}", f"asked {{firm:{firm}}}", {},
        {"state": "planned", "body": {"/item_id": "joint-inspection", "/form/origin": "draw",
                                      "/form/departments": [MARKET, CITY]}}, (ONCE,),
    )  # fmt: skip


def by_two(
    move: str, zh: str, en: str, given: Any, before: str, after: str, *rows: str, of: str = MARKET
) -> tuple[Step, ...]:
    """One officer alone is not enough (行政处罚法 §42)."""
    first, second = OFFICERS[of]
    return (
        does(first, f"{zh}:一人不算", f"{en}: one alone is not enough", move, given, before, *rows),
        does(second, f"{zh}:两人", f"{en}: two of them", move, given, after, *rows),
    )


def visited(firm: str, checks: list[Any], findings: str) -> tuple[Step, ...]:
    given = {"findings": findings, "mode": "on-site", "checks": checks}
    return (
        visit_of(firm),
        *by_two(
            "start", "亮证进场", "Papers are shown", {"place": PHOTO["place"]}, "planned", "onsite", ONCE
        ),
        *by_two("record", "各部门逐项记录", "Every check is recorded", given, "onsite", "recorded", EVIDENCE),
        does(
            f"firm:{firm}", "企业确认记录", "The firm confirms the record", "confirm_record", {}, "recorded"
        ),
    )


def on_record(firm: str, status: str) -> Step:
    return Step(
        "结果公开", "The result is public", "anybody", "read /v1/registers/joint-inspections/records/{number}", {},
        {"body": {"/body/status": status, "/body/uscc": f"{{firm:{firm}}}"}}, (SHARED,),
    )  # fmt: skip


def promised(firm: str) -> tuple[Step, ...]:
    """The warning is accepted, and what is wrong will be mended in time: without it there is no exemption."""
    return (
        Step("不接受教育的,不算承诺", "Without accepting the warning it is no promise", f"firm:{firm}", "move promise",
             {"accepted": False, "promise": "再说"}, {"status": 422, "code": "input-invalid"}, (FIRST,)),
        does(f"firm:{firm}", "接受教育,承诺改正", "The warning is accepted, mending promised", "promise",
             {"accepted": True, "promise": "五日内撤出,不再占道"}, "promised", FIRST,
             clocks={"rectification": {"budget": 10, "unit": "working_day"}}),
    )  # fmt: skip


TO_BE_MENDED = does(
    "handler", "责令改正,十个工作日", "To be mended in ten working days", "order_rectification",
    {"wanted": "恢复通行"}, "rectifying", FIRST,
    clocks={"rectification": {"budget": 10, "unit": "working_day"}},
)  # fmt: skip
LENIENT = (
    at("2026-04-10T09:30:00", "检查当天", "The day of the visits"),
    *visited("drawn-1", [GOOD, BAD | {"photos": [PHOTO]}], "人行道摆放桌椅六套"),
    TO_BE_MENDED,
    *promised("drawn-1"),
    at("2026-04-13T10:00:00", "下一个工作日", "The next working day"),
    does("firm:drawn-1", "报告改正", "Said to be mended", "report", {"report": "已撤出"}, "rechecking_promised", FIRST),
    Step("检查的人不能决定免罚", "Who inspects does not exempt", "handler", "move exempt", {"reason": "已改正"},
         {"status": 403}, (FIRST,)),
    does("decider", "复查合格,首错免罚", "Rechecked: a first offence, exempt", "exempt",
         {"reason": "首次、轻微、已改正"}, "exempt", FIRST, EXEMPT, outcome="exempt"),
    on_record("drawn-1", "exempt"),
    Step("信用记录:免罚", "On the credit register: exempt", "handler",
         "read /v1/registers/credit-entries/records/{number}", {}, {"body": {"/body/kind": "exempted"}}, (TIERS,)),
)  # fmt: skip
NOT_MENDED = (
    *visited("drawn-2", [GOOD, BAD | {"photos": [PHOTO]}], "人行道摆放桌椅六套"),
    TO_BE_MENDED,
    *promised("drawn-2"),
    at("2026-04-28T10:00:00", "改正期满", "The time to mend is over"),
    Step("到期自动转复查", "Rechecked by itself once the time is over", "handler", "see", {}, {"state": "rechecking"},
         (FIRST,)),
    Step("承诺落空,不能免罚", "The promise was broken: no exemption", "decider", "move exempt", {"reason": "首次"},
         {"status": 409, "code": "move-not-available"}, (FIRST,)),
    does("handler", "复查未改,转立案", "It is not mended: filed", "file", {"reason": "仍占道"}, "filed", FIRST,
         outcome="filed"),
    on_record("drawn-2", "filed"),
    Step("自动立处罚案件", "The penalty case follows by itself", "head", "follow about", {"uscc": "{firm:drawn-2}"},
         {"state": "lead", "body": {"/item_id": "market-penalty", "/form/circumstances/mended": False}}, (FIRST,)),
    does("head", "立案", "Filed", "file", {"reason": "有违法事实"}, "investigating", THREE),
    *by_two("propose", "提出意见", "Proposed", {"opinion": "penalise", "grounds": "事实清楚"}, "investigating",
            "legal_review", THREE),
    Step("未经法制审核,不能决定", "Nothing is decided before legal review", "head", "move penalise",
         {"decision": "罚款500元（示例）", "remedies": REMEDIES},
         {"status": 409}, (THREE,)),
    does("reviewer", "法制审核,事先告知", "Legal review, prior notice", "pass", {}, "notified", THREE),
)  # fmt: skip
REPORT = "street-report"
IN_ORDER = (
    *visited("drawn-3", [GOOD, BAD | {"result": "conforms", "finding": "无"}], "未发现问题"),
    does("handler", "未发现问题", "No problem found", "pass", {}, "publishing", PUBLIC,
         clocks={"publish": {"budget": 7, "unit": "working_day"}}),
    does("handler", "七个工作日内公示", "Published within seven working days", "publish", {}, "closed", PUBLIC,
         outcome="closed"),
    on_record("drawn-3", "closed"),
    Step("有人举报这家企业", "Somebody reports this firm", "citizen:wu", f"submit {REPORT}",
         body_of(REPORT, object="enterprise:{firm:drawn-3}", uscc="{firm:drawn-3}"), {"state": "received"}),
    does("urban-window", "派单", "Dispatched", "dispatch", {}, "dispatched"),
    does("urban-handler", "签收触发检查", "Signing for it triggers an inspection", "sign", {}, "handling", TRIGGERED),
    Step("第二个部门的检查任务", "The second department's inspection", "urban-handler", "follow about",
         {"uscc": "{firm:drawn-3}"}, {"state": "planned", "body": {"/item_id": "street-inspection"}}, (TRIGGERED,)),
    does("urban-handler", "互认已公示的结果,不再入企", "The published result is recognised: no visit", "recognise",
         {"source": "{before}"}, "recognised", RECOGNISED, outcome="recognised"),
)  # fmt: skip
AFTERWARDS = (
    at("2026-06-09T10:00:00", "最后一次检查之后", "After the last visit"),
    reached(SERIES, "revealed", "全部公开", "Everything is revealed"),
    Step("任何人用独立程序核验", "Anybody verifies it", "anybody", f"checked {SERIES}/1", {},
         {"body": {"/format": "jisheng-draw-bundle-1"}}, (DRAW,)),
    Step("覆盖率、负担:每户一次,没有重复", "Coverage and burden: one visit each, none twice", "anybody",
         f"read /v1/draws/{SERIES}/coverage?year=2026", {},
         {"body": {"/year/draws": 1, "/year/visits": DRAWN, "/year/twice": 0, "/year/overloaded": 0,
                   "/year/firms/met": DRAWN, "/year/burden/most": 1, "/before": None,
                   "/year/matters/met": len(LIST), "/year/matters/goal": 9_000},
          "at_least": {"/year/matters/share": 9_000}},
         (COVERED, REACHED, FEWER)),
)  # fmt: skip
EVERYBODY = {"id": "all", "where": {"grade": ["a", "b", "c", "d"]}}
RECOGNISING = of_a_district(
    "urban", effective_from="2026-04-01",
    strata=[EVERYBODY | {"quota": {"num": 1, "den": 1, "min": 0, "max": 100}}],
)  # fmt: skip
THE_SECOND_DEPARTMENT = (
    Step("第二个部门的方案写明互认", "The second department's plan recognises results", "admin",
         f"release draws/{SECOND} {URBAN_PLAN}", RECOGNISING, {"status": 201}, (RECOGNISED,)),
    *committed(SECOND, "2026-07-21", "2026-07-22"),
    *valued(SECOND, "2026-07-22"),
    Step("查过的企业:结果互认,不再入企", "Of a firm that was inspected the result is recognised: no visit",
         "urban-handler", f"drawn {SECOND} {len(FIRMS)}", {}, {"has": ["/records"]}, (RECOGNISED,)),
    Step("二十一户中三户免于入企", "Three of twenty-one firms are spared a visit", "anybody",
         f"read /v1/draws/{SECOND}/coverage?year=2026", {},
         {"body": {"/year/visits": len(FIRMS) - DRAWN, "/year/spared": DRAWN * len(OF_THE_CITY),
                   "/year/twice": 0,
                   "/year/matters/share": 10_000}}, (RECOGNISED, FEWER, COVERED)),
)  # fmt: skip

ONE_VISIT = Story(
    "one-visit-many-checks", "E07", "一次入企、综合查一次:可验证的抽查、首错免罚、结果互认",
    "One visit, many checks: a draw that anybody verifies, a first offence exempt, results recognised",
    (MORNING, *REGISTERS, *THE_DRAW, *LENIENT, *NOT_MENDED, *IN_ORDER, *AFTERWARDS, *THE_SECOND_DEPARTMENT),
)  # fmt: skip

DEVICES, PLANT, LAB = "monitoring-devices", "{firm:plant}", "{firm:lab}"


def alarm(number: int, firm: str, zh: str, en: str) -> Step:
    said = {
        "type": "device.alarm", "alarm": {"number": f"A-{{serial}}-{number}"},
        "device": {"id": "smoke-17", "kind": "smoke"}, "enterprise": {"uscc": firm, "name": "望城示例材料有限公司"},
        "matter": "危险化学品储存", "note": "烟感连续告警三次",
    }  # fmt: skip
    return Step(zh, en, "anybody", f"message {DEVICES}", said, {"status": 202}, (TRIGGERED, EVIDENCE))


def checked_off_site(number: int, firm: str) -> Step:
    expect = {"state": "offsite", "body": {"/item_id": "triggered-inspection", "/form/origin": "sensor"}}
    return Step("触发检查,先作非现场核查", "It triggers an inspection, from records first", firm,
                f"asked A-{{serial}}-{number}", {}, expect, (TRIGGERED, OFF_SITE))  # fmt: skip


def from_records(findings: str, after: str) -> tuple[Step, ...]:
    given = {
        "findings": findings, "mode": "off-site",
        "checks": [{"matter": "储存量", "department": MARKET, "result": "conforms"}],
    }  # fmt: skip
    return by_two("record", "比对数据,形成记录", "Recorded from data", given, "offsite", after, OFF_SITE)


def result_of(status: str, *rows: str) -> Step:
    expect = {"body": {"/body/status": status, "/body/origin": "sensor"}}
    path = "/v1/registers/triggered-inspections/records/{number}"
    return Step("结果公开", "The result is public", "anybody", f"read {path}", {}, expect, rows)


TRIGGERED_ONLY = Story(
    "triggered-not-planned", "E07", "感知触发、非现场核查;观察期只作指导,红线照常立案",
    "Triggered by a sensor, checked from records; guidance alone within an observation period, but for red lines",
    (
        MORNING,
        alarm(1, PLANT, "设备告警", "A device raises an alarm"),
        checked_off_site(1, "firm:plant"),
        alarm(1, PLANT, "同一告警再报一次,不再立案", "The same alarm again opens nothing more"),
        *from_records("储存量在许可范围内", "recorded"),
        does("handler", "未发现问题", "No problem found", "pass", {}, "publishing", OFF_SITE),
        does("handler", "公示", "Published", "publish", {}, "closed", PUBLIC, outcome="closed"),
        result_of("closed", OFF_SITE, SHARED),
        Step("新业态企业列入观察期", "A firm of a new trade is in its observation period", "handler",
             f"write observation-periods {LAB}",
             {"uscc": LAB, "industry": "新材料中试", "from": "2026-01-01", "until": "2026-12-31", "running": True},
             {"status": 201}, (OBSERVED,)),
        alarm(2, LAB, "观察期企业的设备告警", "A device of that firm raises an alarm"),
        checked_off_site(2, "firm:lab"),
        *from_records("标识不全", "guiding"),
        Step("观察期内不得责令改正", "Nothing is ordered within the period", "handler", "move order_rectification",
             {"wanted": "补齐标识"}, {"status": 409, "code": "move-not-available"}, (OBSERVED,)),
        does("handler", "只作指导", "Guidance alone", "guide", {"guidance": "按标准补齐标识"}, "guided", OBSERVED,
             outcome="guided"),
        result_of("guided", OBSERVED),
        alarm(3, LAB, "再次告警", "Another alarm"),
        checked_off_site(3, "firm:lab"),
        *by_two("file_red_line", "触碰红线,转立案", "A red line: filed", {"reason": "存在重大安全隐患"}, "offsite",
                "filed", OBSERVED),
        Step("观察期不适用红线", "The period is no shield for red lines", "head", "follow about", {"uscc": LAB},
             {"state": "lead", "body": {"/item_id": "market-penalty", "/form/circumstances/red_line": True}},
             (OBSERVED,)),
    ),
)  # fmt: skip

STORIES = (ONE_VISIT, TRIGGERED_ONLY)
