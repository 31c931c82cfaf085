"""Tells the stories of groups: three connections as one matter, a whistle that calls twelve departments."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_utilities import OFFER
from tests.journeys.telling import MORNING, Step, Story, at

BUNDLE, TICKET, DUTY = "utilities-joint-connection", "unresolved-matter", "whistle-duty"
JOINT, ONCE, WHISTLE = "S260", "S060", "S233"
COMPANIES = {"water": "water", "electricity": "power", "gas": "gas"}
CALLED = {
    "market-regulation": "handler", "administrative-approval": "approval-handler", "tax": "tax-handler",
    "human-resources": "hr-handler", "housing-construction": "housing-handler",
    "natural-resources": "resources-handler", "urban-management": "urban-handler",
    "public-security": "police-handler", "water-supply": "water-handler", "gas-supply": "gas-handler",
    "electricity-supply": "power-handler", "yueliangdao": "yueliangdao-handler",
}  # fmt: skip


def member(name: str, item: str, who: str = "applicant", **expect: Any) -> Step:
    told = {"/item_id": item, **expect.pop("body", {})}
    return Step(f"成员办件:{name}", f"The member's case: {name}", who, f"member {name}", {}, {"body": told, **expect},
                (ONCE,))  # fmt: skip


def whole(state: str, zh: str, en: str, *rows: str, who: str = "applicant", **expect: Any) -> Step:
    return Step(zh, en, who, f"whole {state}", {}, {"state": state, **expect}, rows)


def back_to_the_ticket() -> Step:
    return Step(
        "回到工单", "Back to the ticket", "approval-handler", "whole", {}, {"body": {"/item_id": TICKET}}
    )


def accepted(name: str) -> list[Step]:
    """Power is accepted by a person; water and gas of this size at once."""
    if name != "electricity":
        return []
    return [
        Step(
            "供电公司受理",
            "The power company accepts",
            "power-window",
            "move accept",
            {},
            {"state": "surveying"},
        )
    ]


def connected(name: str) -> list[Step]:
    company = COMPANIES[name]
    return [
        member(name, f"{name}-connection"),
        *accepted(name),
        Step("勘查并答复方案", "Surveyed and answered", f"{company}-handler", "move offer_plan", OFFER,
             {"state": "building"}),
        Step("施工完成", "The works are done", f"{company}-handler", "move complete_works",
             {"summary": "接入管线敷设完成"}, {"state": "accepting"}),
        Step("用户验收", "The user accepts the works", "applicant", "move accept_works", {}, {"state": "connecting"}),
        Step("装表接通", "Connected", f"{company}-handler", "move connect", {"meter_number": "B-0001", "reading": 0},
             {"outcome": "completed"}),
    ]  # fmt: skip


ALL_THREE = Story(
    "joint-connection", "E02", "水电气联合报装:一次申请,三家同时办,一并送达",
    "Water, power and gas as one matter: one application, three companies at once, one result",
    (
        MORNING,
        Step("企业一张表单申请三项", "One form for three connections", "firm", f"submit {BUNDLE}", {},
             {"state": "running"}),
        member("water", "water-connection", "water-handler", state="surveying",
               body={"/form/enterprise_name": "长沙望城示例餐饮有限公司", "/form/water/diameter_mm": 25}),
        whole("running", "以最长一项为准:燃气施工十个工作日", "As long as the longest member: ten days of gas works",
              JOINT, clocks={"promised": {"deadline": "2026-03-16T17:00:00+08:00", "effect": "promised"}}),
        at("2026-03-04T09:00:00", "周三", "Wednesday"),
        *connected("gas"),
        whole("running", "燃气已通,其他两项照办", "Gas is on, the other two go on", ONCE),
        *connected("electricity"),
        whole("running", "还差用水", "Water is still to come", ONCE),
        *connected("water"),
        whole("consolidating", "三项办结,自动汇总", "All three done: they are joined", JOINT, ONCE,
              body={"/members/0/standing": "closed", "/members/1/standing": "closed", "/members/2/standing": "closed",
                    "/members/0/outcome": "granted"}, has=["/members/0/documents", "/members/2/documents"]),
        Step("汇总,转送达", "Consolidated", "approval-handler", "move deliver", {}, {"state": "delivering"}),
        Step("一并送达", "Served together", "approval-window", "move serve", {},
             {"state": "completed", "outcome": "completed"}, (JOINT, ONCE)),
        Step("联合报装台账", "The register has it", "approval-handler",
             "read /v1/registers/joint-connections/records/{number}", {}, {"body": {"/body/status": "completed"}},
             (JOINT,)),
    ),
)  # fmt: skip

ONE_REFUSED = Story(
    "joint-connection-partly", "E02", "联合报装:燃气不予,水电照办,部分办结",
    "Gas cannot be connected: water and power are, the whole is completed in part",
    (
        MORNING,
        Step("企业申请三项", "Three connections", "firm", f"submit {BUNDLE}", {}, {"state": "running"}),
        member("gas", "gas-connection", "gas-handler", state="surveying"),
        Step("管网未覆盖,不予接入", "No main in reach: refused", "gas-handler", "move refuse",
             {"reasons": ["管网未覆盖"]}, {"outcome": "refused"}),
        whole("running", "一项不予,不影响其他", "One refusal undoes no other", ONCE),
        *connected("water"),
        whole("running", "还差用电", "Power is still to come"),
        *connected("electricity"),
        whole("consolidating", "汇总:部分办成", "Joined: done in part", JOINT,
              body={"/members/2/outcome": "refused", "/members/0/outcome": "granted"}),
        Step("部分办成,转送达", "Done in part", "approval-handler", "move deliver_partly",
             {"reason": "燃气管网未覆盖,水、电已接通"}, {"state": "delivering_partly"}),
        Step("一并送达", "Served together", "approval-window", "move serve", {},
             {"state": "partly", "outcome": "partly"}, (JOINT,)),
    ),
)  # fmt: skip


def on_duty(name: str, who: str) -> list[Step]:
    """One department comes, acts and signs off; the street says that it is not concerned."""
    if name == "yueliangdao":
        return [
            member(name, DUTY, who, state="called"),
            Step("不属于本单位,说明理由", "Not ours, and why", who, "move decline", {"reason": "不属于街道职责"},
                 {"outcome": "declined"}, (WHISTLE,)),
            back_to_the_ticket(),
        ]  # fmt: skip
    return [
        member(name, DUTY, who, state="called"),
        Step("报到", "Checks in", who, "move check_in", {}, {"state": "acting"}, (WHISTLE,)),
        Step("现场处置", "Acts on site", who, "move act", {"what": "到窗口会商", "on": "2026-03-02"},
             {"state": "acting"}, (WHISTLE,)),
        Step("签字销号", "Signs off", who, "move sign_off", {"result": "已会商"}, {"outcome": "done"}, (WHISTLE,)),
        back_to_the_ticket(),
    ]  # fmt: skip


TWELVE = Story(
    "whistle-twelve", "E05", "吹哨:十二个部门报到,次序不限,一个退回,全部销号后继续办理",
    "A whistle calls twelve departments: in any order, one declines, the ticket goes on when all have answered",
    (
        MORNING,
        Step("企业反映办不成的事", "A firm says what could not be done", "firm", f"submit {TICKET}", {},
             {"state": "received"}),
        Step("派单", "Dispatched", "unresolved-window", "move dispatch", {"note": "会同各部门办理"},
             {"state": "dispatched"}),
        Step("签收", "Signed for", "approval-handler", "move sign", {}, {"state": "handling"}),
        Step("吹哨,叫十二个部门", "Twelve departments are called", "approval-handler", "move whistle",
             {"departments": list(CALLED), "note": "请派员到窗口会商"}, {"state": "cohandling"}, (WHISTLE,)),
        *(step for name, who in reversed(CALLED.items()) for step in on_duty(name, who)),
        whole("handling", "全部销号,工单继续办理", "All have answered: the ticket goes on", WHISTLE,
              who="approval-handler"),
        Step("吹哨单位评价报到部门", "Who whistled evaluates a department", "approval-handler", "move evaluate_duty",
             {"department": "tax", "satisfied": True, "note": "到场及时"}, {"state": "handling"}, (WHISTLE,)),
    ),
)  # fmt: skip

STORIES = (ALL_THREE, ONE_REFUSED, TWELVE)
