"""Tells the stories of real-estate registration: a house, a mortgage, a parcel, and a name that has changed."""

from __future__ import annotations

from typing import Any

from tests.builders import REMEDIES, grant_record
from tests.builders_property import (
    CHEN,
    CLEAR,
    HOUSE,
    IDENTITY,
    LAND,
    LI,
    MORTGAGE,
    PARCEL,
    RENAMED,
    TRANSFER,
    WANG,
    citizen,
    parcel,
    pledge,
    renaming,
    sale,
)
from tests.journeys.telling import (
    CHAIN,
    FORWARD,
    GUIDE,
    INSTANT,
    LIMIT,
    MORNING,
    POWERS,
    Step,
    Story,
    at,
    ends,
)

HOUR = "S170"
FIRST, SECOND = "HT{serial}-1", "HT{serial}-2"
UNIT = f"/v1/registers/real-estate-units/records/{HOUSE}"
EVENTS = "read /v1/cases/{case}/events?limit=100"
WHY = "/events/0/data/decision/result"
ISSUED = ["real-estate-receipt", "real-estate-acceptance-notice", "real-estate-entry-notice", "service-receipt",
          "completion-notice"]  # fmt: skip


def close(day: str, budget: int, **more: Any) -> dict[str, Any]:
    return {"deadline": f"{day}T17:00:00+08:00", "budget": budget, "unit": "working_day", **more}


def clear(unit: str, **restrictions: str) -> Step:
    return Step("法院与登记机构反馈权利限制状态", "What courts and registry say of the unit", "resources-handler",
                f"write real-estate-restrictions {unit}", {"unit_number": unit, **CLEAR, **restrictions},
                {"status": 201})  # fmt: skip


def paid(contract: str, **what: str) -> Step:
    return Step("税务部门反馈缴清状态", "The tax authority says what is paid", "tax-handler",
                f"write real-estate-payments {contract}", {"contract_number": contract, **what},
                {"status": 201})  # fmt: skip


def accepted(days: int, promised: str, decision: str = "2026-04-14") -> Step:
    clocks = {
        "promised": close(promised, days, light="green"),
        "decision": close(decision, 30, effect="statutory"),
    }
    return Step("窗口当场受理", "The window accepts on the spot", "resources-window", "move accept", {},
                {"state": "examining", "clocks": clocks}, (LIMIT,))  # fmt: skip


def proposed(opinion: str, grounds: str) -> tuple[Step, Step]:
    return (
        Step("承办人提出意见", "The handler proposes", "resources-handler", "move propose",
             {"opinion": opinion, "grounds": grounds}, {"state": "checking"}),
        Step("审核人通过", "The reviewer passes", "resources-reviewer", "move pass", {"opinion": "同意"},
             {"state": "deciding"}),
    )  # fmt: skip


SERVES = Step("窗口送达,同时登簿", "The window serves it, and the entry is made", "resources-window", "move serve",
              {"way": "electronic"}, {"state": "completed", "outcome": "completed"})  # fmt: skip
GRANTED = (
    *proposed("grant", "材料齐全,符合登记条件"),
    Step(
        "批准人准予登记", "The decider grants", "resources-decider", "move grant", {}, {"state": "granting"}
    ),
    SERVES,
)
ENTERED = (  # a house comes into the register: what nobody knows yet is done by people
    Step("王示例卖给李示例,双方共同申请", "Wang sells to Li, and both apply", "citizen:li", f"submit {TRANSFER}",
         {"body": sale("wang", LI, WANG, FIRST)},
         {"state": "received", "can": ["withdraw"],
          "clocks": {"intake": {"budget": 1, "unit": "office_hour", "effect": "statutory"}}}),
    accepted(3, "2026-03-05"),
    *GRANTED,
)  # fmt: skip

HOUSE_SOLD = Story(
    "house-transfer", "E04", "二手房转移登记:三个工作日", "A house is transferred within three working days",
    (
        MORNING,
        Step("任何人查看办事指南:时限、收费及依据", "Anybody reads the guide: limit, fee and its basis", "anybody",
             f"read /v1/items/{TRANSFER}", {},
             {"body": {"/power": "resources-0701", "/guide/fees/charged": True, "/guide/fees/items/0/amount_fen": 8000,
                       "/guide/max_visits": 0}}, (GUIDE, POWERS)),
        Step("只有一方申请不行", "One side alone cannot apply", "citizen:li", f"submit {TRANSFER}",
             {"body": {**sale("wang", LI, WANG, FIRST), "parties": []}},
             {"status": 422, "code": "parties-invalid"}),
        *ENTERED[:1],
        Step("登记簿查不到,转人工并写明原因", "The register knows nothing yet: a person decides, and it says why",
             "resources-window", EVENTS, {},
             {"body": {"/events/0/data/decision/result": None, "/events/0/data/decision/facts/0/known": False}}),
        accepted(3, "2026-03-05"),
        Step("出让人也能看到办件", "The seller sees the case as well", "citizen:wang", "see", {},
             {"state": "examining", "can": []}),
        Step("外人看不到", "A stranger does not", "citizen:stranger", "see", {}, {"status": 404}),
        at("2026-03-04T10:00:00", "第二个工作日", "The second working day"),
        *GRANTED[:3],
        Step("承诺时限内办结", "Decided within the promise", "applicant", "see", {},
             {"clocks": {"promised": {"running": False, "deadline": None}}}),
        SERVES,
        ends("completed", "李示例看到已办结", "Li sees that it is done"),
        Step("六份文书,证书写明权利人", "Six documents; the certificate names the owner", "applicant", "documents", {},
             {"issued": [*ISSUED, "real-estate-certificate"],
              "says": {"real-estate-certificate": "权利人:李示例".replace(":", "："),
                       "real-estate-acceptance-notice": "不动产登记暂行条例"}}),
        Step("公众只能核对是否登记", "The public only sees that it is registered", "anybody", f"read {UNIT}", {},
             {"body": {"/body/status": "registered", "/body/owner": None, "/masked": True}}),
        Step("登记机构看到权利人", "The registry sees the owner", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/owner/name": "李示例", "/body/mortgage": "none", "/body/registered_on": "2026-03-04"}}),
        CHAIN,
    ),
)  # fmt: skip

HOUSE_CLEAR = Story(
    "house-transfer-clear", "E04", "各项清楚,系统随即受理", "Nothing stands against it: accepted at once",
    (
        MORNING,
        *ENTERED,
        clear(HOUSE),
        paid(SECOND, deed_tax="paid"),
        Step("李示例转卖陈示例:登记簿、法院、税务都清楚,系统受理", "Li sells on to Chen, and all is clear",
             "citizen:chen", f"submit {TRANSFER}", {"body": sale("li", CHEN, LI, SECOND)},
             {"state": "examining", "clocks": {"promised": close("2026-03-05", 3, light="green")}}, (FORWARD,)),
        Step("受理理由留在记录中", "Why it was accepted is on record", "applicant", EVENTS, {},
             {"body": {"/events/1/data/decision/result/reason": "clear", "/events/1/actor/person": "system:rules"}}),
        *GRANTED,
        Step("权利人已变更", "The owner has changed", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/owner/name": "陈示例"}}),
        CHAIN,
    ),
)  # fmt: skip

HOUSE_HOUR = Story(
    "house-transfer-in-an-hour", "E04", "买卖、无抵押、税已缴:一小时办结", "A plain sale is done within one hour",
    (
        MORNING,
        *ENTERED,
        clear(HOUSE),
        paid(SECOND, deed_tax="paid"),
        at("2026-09-30T16:00:00", "国庆前最后一个工作日", "The last working day before the holiday"),
        at("2026-09-30T16:30:00", "下班前半小时", "Half an hour before the office closes"),
        Step("随即受理:一个工作小时,节后再半小时", "Accepted at once: one office hour, half of it after the holiday",
             "citizen:chen", f"submit {TRANSFER}", {"body": sale("li", CHEN, LI, SECOND)},
             {"state": "examining",
              "clocks": {"promised": {"minute": "2026-10-08T09:30", "budget": 1, "unit": "office_hour"}}},
             (HOUR, INSTANT)),
        *GRANTED[:3],
        Step("一小时内办结", "Decided within the hour", "applicant", "see", {},
             {"clocks": {"promised": {"running": False, "deadline": None}}}, (HOUR,)),
        SERVES,
        Step("权利人已变更", "The owner has changed", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/owner/name": "陈示例", "/body/registered_on": "2026-09-30"}}),
        CHAIN,
    ),
)  # fmt: skip

HOUSE_SEIZED = Story(
    "house-transfer-seized", "E04", "已被查封:不予登记", "A seized house is not registered",
    (
        MORNING,
        *ENTERED,
        clear(HOUSE, seizure="in-force"),
        paid(SECOND, deed_tax="paid"),
        Step("查封期间申请转移", "A transfer is applied for while a court holds it", "citizen:chen",
             f"submit {TRANSFER}", {"body": sale("li", CHEN, LI, SECOND)}, {"state": "received"}),
        Step("判定为不予登记,由人工确认", "The table says refuse; people confirm", "resources-handler", EVENTS, {},
             {"body": {f"{WHY}/verdict": "refuse", f"{WHY}/reason": "seized", f"{WHY}/event": None}}),
        at("2026-03-02T11:30:00", "一个工作小时过去,无人告知", "An office hour passes in silence"),
        Step("未当场告知,视为受理", "Not told on the spot: it counts as accepted", "applicant", "see", {},
             {"state": "examining", "clocks": {"promised": close("2026-03-05", 3)}}, (LIMIT,)),
        *proposed("refuse", "已被人民法院查封"),
        Step("不写理由和救济途径不能不予登记", "No refusal without reasons and remedies", "resources-decider",
             "move refuse", {"reasons": []}, {"status": 422, "code": "input-invalid"}),
        Step("批准人不予登记", "The decider refuses", "resources-decider", "move refuse",
             {"reasons": ["已被人民法院查封,查封期间不予登记"], "remedies": REMEDIES}, {"state": "refusing"}),
        Step("送达", "Served", "resources-window", "move serve", {"way": "electronic"},
             {"state": "refused", "outcome": "refused"}),
        Step("不予登记告知书写明理由", "The notice gives the reason", "applicant", "documents", {},
             {"says": {"real-estate-refusal-notice": "查封"}}),
        Step("登记簿没有变", "The register is unchanged", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/owner/name": "李示例"}}),
        CHAIN,
    ),
)  # fmt: skip

MANDATE, MANDATED = grant_record(
    "mandate", "enterprise:{uscc}", "system:story-{serial}-bank", items=[MORTGAGE]
)
MANDATE_ID = MANDATE.rpartition("/")[2]
BY_BANK = Story(
    "mortgage-by-bank", "E04", "抵押登记:银行系统代双方提交", "A mortgage handed in by the bank's system",
    (
        MORNING,
        *ENTERED,
        clear(HOUSE),
        Step("没有授权的系统不能代银行提交", "A system without a mandate cannot act for the bank", "system:bank",
             f"submit {MORTGAGE}", {"body": pledge("li", LI)}, {"status": 403, "code": "mandate-missing"}),
        Step("银行授权自己的系统", "The bank gives its system a mandate", "firm", f"write grants {MANDATE_ID}",
             MANDATED["body"], {"status": 201}),
        Step("银行系统提交,抵押人为登记的权利人:系统受理", "The bank's system hands it in: accepted at once",
             "system:bank", f"submit {MORTGAGE}", {"body": pledge("li", LI)},
             {"state": "examining", "clocks": {"promised": close("2026-03-05", 3, light="green"),
                                               "decision": close("2026-04-14", 30)}}, (LIMIT,)),
        Step("抵押人看到办件", "The owner sees the case", "citizen:li", "see", {}, {"state": "examining", "can": []}),
        Step("记录写明谁代谁、经何渠道", "On record: who acted for whom, and how", "resources-handler", EVENTS, {},
             {"body": {"/events/0/actor/acting_for": "enterprise:{uscc}", "/events/0/actor/via": "integrator"}}),
        *GRANTED,
        Step("核发不动产登记证明", "The proof of registration", "applicant", "documents", {},
             {"issued": [*ISSUED, "real-estate-registration-proof"],
              "says": {"real-estate-registration-proof": "义务人（抵押人）：李示例"}}),
        Step("登记簿写明已抵押", "The register says that it is mortgaged", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/mortgage": "in-force", "/body/owner/name": "李示例"}}),
        paid(SECOND, deed_tax="paid"),
        Step("此后转让须人工核对约定", "A transfer is now looked at by a person", "citizen:chen", f"submit {TRANSFER}",
             {"body": sale("li", CHEN, LI, SECOND)}, {"state": "received"}),
        Step("原因:已抵押", "The reason: mortgaged", "resources-window", EVENTS, {},
             {"body": {f"{WHY}/verdict": "manual", f"{WHY}/reason": "mortgaged"}}),
        CHAIN,
    ),
)  # fmt: skip

AT_WINDOW = Story(
    "mortgage-at-window", "E04", "抵押登记:抵押人到窗口", "A mortgage applied for at the window",
    (
        MORNING,
        Step("抵押人在窗口申请", "The owner applies at the window", "at-window:li", f"submit {MORTGAGE}",
             {"body": pledge("li", LI)}, {"state": "received"}),
        accepted(3, "2026-03-05"),
        Step("渠道为窗口", "The channel is the window", "resources-handler", EVENTS, {},
             {"body": {"/events/0/dimensions/channel": "window"}}),
        Step("抵押人撤回", "The owner withdraws", "applicant", "move withdraw", {"note": "解除抵押合同"},
             {"state": "withdrawn", "outcome": "withdrawn"}),
        Step("没有登记任何抵押权", "No mortgage was entered", "resources-handler", f"read {UNIT}", {},
             {"status": 404, "code": "record-not-found"}),
        CHAIN,
    ),
)  # fmt: skip

PARCEL_ENTERED = Story(
    "land-registration", "E04", "纯土地登记:两个工作日", "Land alone is registered within two working days",
    (
        MORNING,
        clear(PARCEL),
        paid("CR{serial}", land_price="paid"),
        Step("价款缴清、无限制,系统随即受理", "Paid and clear: accepted at once", "citizen:li", f"submit {LAND}",
             {"body": parcel(LI, "CR{serial}")},
             {"state": "examining", "clocks": {"promised": close("2026-03-04", 2, light="green"),
                                               "decision": close("2026-04-14", 30)}}, (LIMIT,)),
        at("2026-03-03T10:00:00", "第一个工作日", "The first working day"),
        *GRANTED,
        Step("证书", "The certificate", "applicant", "documents", {},
             {"issued": [*ISSUED, "real-estate-certificate"]}),
        Step("进入登记簿", "It stands in the register", "resources-handler",
             f"read /v1/registers/real-estate-units/records/{PARCEL}", {},
             {"body": {"/body/kind": "land", "/body/owner/name": "李示例", "/body/registered_on": "2026-03-03"}}),
        CHAIN,
    ),
)  # fmt: skip

LAND_LATE = Story(
    "land-registration-late", "E04", "纯土地登记:超过承诺即标为超期", "Beyond two working days the promise is overdue",
    (
        MORNING,
        Step("价款状态查不到,由窗口受理", "What was paid is unknown: the window accepts", "citizen:li",
             f"submit {LAND}", {"body": parcel(LI, "CR{serial}")}, {"state": "received"}),
        accepted(2, "2026-03-04"),
        at("2026-03-05T09:30:00", "第三个工作日", "The third working day"),
        Step("承诺超期,法定绿灯", "The promise is overdue, the law's limit green", "applicant", "see", {},
             {"clocks": {"promised": {"light": "overdue"}, "decision": {"light": "green"}}}, ("S027", LIMIT)),
        CHAIN,
    ),
)  # fmt: skip


def police(current: dict[str, Any], previous: dict[str, Any]) -> Step:
    who = citizen("li")
    return Step("公安机关反馈身份变更", "The police say what has changed", "police-handler",
                f"write identity-checks {who}", {"subject": who, "current": current, "previous": previous},
                {"status": 201})  # fmt: skip


RENAMED_AT_ONCE = Story(
    "identity-change-instant", "E04", "身份信息变更:双重确认,网上即办", "A new name, confirmed twice: entered at once",
    (
        MORNING,
        *ENTERED,
        police(RENAMED, LI),
        Step("别人拿着同样的资料也不能即办", "Somebody else with the same particulars is not believed", "citizen:thief",
             f"submit {IDENTITY}", {"body": renaming(LI, RENAMED)}, {"state": "received"}),
        Step("本人网上申请,系统即时办结", "The owner applies online: done at once", "citizen:li",
             f"submit {IDENTITY}", {"body": renaming(LI, RENAMED)},
             {"state": "completed", "outcome": "completed"}, (INSTANT,)),
        Step("登记簿已是新名", "The register has the new name", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/owner/name": "李新名", "/body/registered_on": "2026-03-02"}}),
        Step("新证书", "The new certificate", "applicant", "documents", {},
             {"issued": [*ISSUED, "real-estate-certificate"], "says": {"real-estate-certificate": "权利人：李新名"}}),
        Step("依据留在记录中", "What it rests on is on record", "applicant", EVENTS, {},
             {"body": {"/events/2/data/decision/result/reason": "clear", "/events/2/actor/person": "system:rules"}},
             (INSTANT,)),
        CHAIN,
    ),
)  # fmt: skip

RENAMED_BY_PEOPLE = Story(
    "identity-change-by-people", "E04", "身份变更:公安未确认,由人工决定", "Not confirmed by the police: people decide",
    (
        MORNING,
        *ENTERED,
        police(RENAMED, CHEN),
        Step("公安信息与原身份不符,转人工", "The police know another former identity: a person decides", "citizen:li",
             f"submit {IDENTITY}", {"body": renaming(LI, RENAMED)}, {"state": "received", "can": ["withdraw"]}),
        Step("写明是哪一项", "It says which", "resources-window", EVENTS, {},
             {"body": {f"{WHY}/verdict": "manual", f"{WHY}/reason": "former-number"}}),
        Step("窗口受理", "The window accepts", "resources-window", "move accept", {},
             {"state": "examining", "clocks": {"decision": close("2026-04-14", 30)}}),
        *proposed("refuse", "原身份与现身份不是同一人"),
        Step("不予登记", "Refused", "resources-decider", "move refuse",
             {"reasons": ["公安核验结果显示不是同一人"], "remedies": REMEDIES}, {"state": "refusing"}),
        Step("送达", "Served", "resources-window", "move serve", {"way": "electronic"},
             {"state": "refused", "outcome": "refused"}),
        Step("登记簿没有变", "The register is unchanged", "resources-handler", f"read {UNIT}", {},
             {"body": {"/body/owner/name": "李示例"}}),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (
    HOUSE_SOLD, HOUSE_CLEAR, HOUSE_HOUR, HOUSE_SEIZED, BY_BANK, AT_WINDOW, PARCEL_ENTERED, LAND_LATE, RENAMED_AT_ONCE,
    RENAMED_BY_PEOPLE,
)  # fmt: skip
