"""Tells how enterprises leave or change, talents and workers get what is theirs, a promise is verified, a "no" ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.builders import REMEDIES
from tests.builders_people import (
    CHANGE,
    HOME,
    LICENCE,
    ME,
    SIMPLIFIED,
    SUBSIDY,
    UNRESOLVED,
    employed,
    interest,
    talent,
    worker,
)
from tests.journeys.telling import (
    CHAIN,
    DECIDED,
    ESTABLISHED,
    GUIDE,
    INSTANT,
    LIMIT,
    MORNING,
    Step,
    Story,
    accepts,
    at,
    cleared,
    ends,
)

EXIT, TALENT, WORKER, PROMISE, EXCLUDED, CANNOT = "S070", "S091", "S092", "S134", "S135", "S225"
OF_FIRM = "read /v1/registers/enterprises/records/{uscc}"


def hr(who: str, zh: str, en: str, does: str, given: Mapping[str, Any], **expect: Any) -> Step:
    """A step of the human resources bureau."""
    return Step(zh, en, who, f"move {does}", given, expect)


# ── 企业简易注销

PUBLISHED = Step(
    "企业申请简易注销,系统受理并公示二十日", "The company applies, and is published for twenty days", "firm",
    f"submit {SIMPLIFIED}", {},
    {"state": "publicity", "can": ["withdraw"],
     "clocks": {"publicity": {"budget": 20, "unit": "calendar_day", "deadline": "2026-03-23T17:00:00+08:00"}}},
)  # fmt: skip
UNOPPOSED = (
    at("2026-03-24T09:30:00", "公示期满次日(三月二十二日是星期日,顺延一日)", "The day after the notice"),
    Step("无异议:二十日内可以申请", "Unopposed: to be applied for within twenty days", "applicant", "see", {},
         {"state": "applying", "can": ["apply", "withdraw"],
          "clocks": {"application": {"budget": 20, "unit": "calendar_day",
                                     "deadline": "2026-04-13T17:00:00+08:00"}}}, (EXIT,)),
)  # fmt: skip
STILL_ACTIVE = Step("登记簿仍为存续", "The register still says active", "anybody", OF_FIRM, {},
                    {"body": {"/body/status": "active"}}, (EXIT,))  # fmt: skip

LEAVES = Story(
    "simplified-deregistration", "E10", "简易注销:公示二十日无异议,申请即办",
    "Simplified deregistration: twenty days unopposed, then at once",
    (
        MORNING,
        Step("办事指南:材料三件、一次不跑", "The guide: three materials, no visit", "anybody",
             f"read /v1/items/{SIMPLIFIED}", {},
             {"body": {"/materials/2/id": "business-licence", "/materials/3": None, "/guide/max_visits": 0,
                       "/guide/kiosk": True}}, (GUIDE, EXIT)),
        *ESTABLISHED,
        cleared(),
        PUBLISHED,
        Step("公告已出具", "The notice is issued", "applicant", "documents", {},
             {"issued": ["receipt", "acceptance-notice", "public-notice"]}, (EXIT,)),
        Step("公示期内不能申请", "Nobody applies while the notice stands", "applicant", "move apply", {},
             {"status": 409, "code": "move-not-available"}, (EXIT,)),
        *UNOPPOSED,
        Step("企业申请,重新核验后即时核准送达", "It applies: checked anew, granted and served at once", "applicant",
             "move apply", {}, {"state": "completed", "outcome": "completed"}, (EXIT, INSTANT)),
        Step("登记簿已注销", "The register says so", "anybody", OF_FIRM, {},
             {"body": {"/body/status": "deregistered", "/body/deregistered_on": "2026-03-24"}}, (EXIT,)),
        Step("七份文书", "Seven documents", "applicant", "documents", {},
             {"issued": ["receipt", "acceptance-notice", "public-notice", "decision-grant", "service-receipt",
                         "completion-notice", "deregistration-notice"]}),
        CHAIN,
    ),
)  # fmt: skip

OPPOSED = Story(
    "simplified-objection", "E10", "简易注销:债权人异议成立,程序终止",
    "Simplified deregistration: stopped by a creditor's objection",
    (
        MORNING,
        *ESTABLISHED,
        cleared(),
        PUBLISHED,
        at("2026-03-05T10:00:00", "公示第三日", "The third day of the notice"),
        Step("窗口登记债权人异议,公示停止计算", "The window enters an objection, the notice stands still", "window",
             "move object", {"by": "creditor", "reason": "尚有货款二十万元未清偿"},
             {"state": "objection", "clocks": {"publicity": {"running": False}}}, (EXIT,)),
        Step("登记异议的人不能自己核查", "Who entered it does not check it", "window", "move uphold_objection",
             {"reason": "债务属实"}, {"status": 403}),
        Step("承办人核实,异议成立", "The handler finds it true", "handler", "move uphold_objection",
             {"reason": "债务属实,应办理一般注销"}, {"state": "stopped", "outcome": "stopped"}, (EXIT,)),
        Step("告知书已出具", "It was told in writing", "applicant", "documents", {},
             {"issued": ["receipt", "acceptance-notice", "public-notice", "objection-notice",
                         "termination-notice"]}),
        STILL_ACTIVE,
        CHAIN,
    ),
)  # fmt: skip

FORGOTTEN = Story(
    "simplified-lapse", "E10", "简易注销:期满后二十日内未申请,失效", "Simplified deregistration: never applied for",
    (
        MORNING,
        *ESTABLISHED,
        cleared(),
        PUBLISHED,
        *UNOPPOSED,
        at("2026-04-14T09:30:00", "二十日之后", "After twenty days"),
        ends("lapsed", "申请失效", "It has lapsed"),
        STILL_ACTIVE,
        CHAIN,
    ),
)  # fmt: skip

INDEBTED = Story(
    "simplified-by-people", "E10", "简易注销:申请时有欠税,转三人三岗两个工作日",
    "Simplified deregistration: a tax debt, so people decide within two working days",
    (
        MORNING,
        *ESTABLISHED,
        cleared(tax="outstanding"),
        PUBLISHED,
        *UNOPPOSED,
        Step("企业申请:系统不自动核准", "It applies: rules do not grant it", "applicant", "move apply", {},
             {"state": "examining", "clocks": {
                 "promised": {"budget": 2, "unit": "working_day", "deadline": "2026-03-26T17:00:00+08:00"},
                 "decision": {"budget": 3, "deadline": "2026-03-27T17:00:00+08:00"}}}, (EXIT, INSTANT)),
        *DECIDED,
        ends("completed", "两个工作日内办结", "Done within two working days"),
        CHAIN,
    ),
)  # fmt: skip

# ── 企业变更

MOVES_HOUSE = Story(
    "change-instant", "E10", "变更住所和经营范围:即时核准", "A new address and scope: granted at once",
    (
        MORNING,
        *ESTABLISHED,
        Step("企业申请,即时核准送达", "The company applies, and it is done", "firm", f"submit {CHANGE}", {},
             {"state": "completed", "outcome": "completed"}, (INSTANT,)),
        Step("登记簿已变更", "The register has it", "window", OF_FIRM, {},
             {"body": {"/body/address/detail": "示例路八号示例大厦五零一室", "/body/status": "active"}}, (INSTANT,)),
        Step("变更登记通知书", "The notice of change", "applicant", "documents", {},
             {"issued": ["receipt", "acceptance-notice", "decision-grant", "service-receipt", "completion-notice",
                         "change-notice"]}),
        CHAIN,
    ),
)  # fmt: skip

NEW_HEAD = Story(
    "change-by-people", "E10", "变更法定代表人:三人三岗", "A new legal representative: people decide",
    (
        MORNING,
        *ESTABLISHED,
        Step("企业申请", "The company applies", "firm", f"submit {CHANGE}", {"example": 1}, {"state": "received"}),
        accepts(clocks={"promised": {"budget": 2, "deadline": "2026-03-04T17:00:00+08:00"},
                        "decision": {"budget": 3, "deadline": "2026-03-05T17:00:00+08:00"}}),
        *DECIDED,
        Step("登记簿已变更", "The register has it", "window", OF_FIRM, {},
             {"body": {"/body/legal_representative": "王示例"}}, (LIMIT,)),
        CHAIN,
    ),
)  # fmt: skip

# ── 企业人才购房

INSURED = Step(
    "社保经办机构共享参保月数", "The insurance office shares the months insured", "hr-handler",
    f"write social-insurance {ME}", {"subject": ME, "months": 20}, {"status": 201},
)  # fmt: skip

GREEN = Story(
    "talent-home", "E09", "人才购房绿色通道:即时出具资格证明", "A talent buys a home through the green channel",
    (
        MORNING,
        *ESTABLISHED,
        Step("人社部门认定B类人才", "Recognised as a talent of class B", "hr-handler", f"write talents {ME}",
             talent("B"), {"status": 201}, (TALENT,)),
        INSURED,
        Step("人才申请,即时出具证明", "The talent applies and has the certificate", "citizen:wang", f"submit {HOME}",
             {"form": employed()}, {"state": "completed", "outcome": "completed"}, (INSTANT,)),
        Step("购房资格证明已出具", "The certificate is issued", "applicant", "documents", {},
             {"issued": ["receipt", "acceptance-notice", "decision-grant", "service-receipt", "completion-notice",
                         "home-purchase-certificate"]}, (TALENT,)),
        Step("任何人凭编号可验真,不见姓名", "Anybody can verify the number, not the name", "anybody",
             "read /v1/registers/purchase-certificates/records/{number}", {},
             {"body": {"/body/status": "valid", "/body/class": "B", "/body/holder": None, "/masked": True}},
             (TALENT,)),
        Step("住建部门核验持证人", "The housing bureau sees whose it is", "housing-window",
             "read /v1/registers/purchase-certificates/records/{number}", {},
             {"body": {"/body/holder": "王示例", "/body/project": "示例家园"}}, (TALENT,)),
        CHAIN,
    ),
)  # fmt: skip

NO_TALENT = Story(
    "talent-refused", "E09", "未认定的人才:转人工,不予确认", "Not recognised: people refuse, with remedies",
    (
        MORNING,
        *ESTABLISHED,
        INSURED,
        Step("申请人申请,查不到人才认定,转人工", "No recognition on record: a person must look", "citizen:wang",
             f"submit {HOME}", {"form": employed()}, {"state": "received"}, (INSTANT,)),
        hr("talent-window", "窗口受理", "The window accepts", "accept", {}, state="examining",
           clocks={"promised": {"budget": 5, "deadline": "2026-03-09T17:00:00+08:00"}}),
        hr("hr-handler", "承办人提出意见", "The handler proposes", "propose",
           {"opinion": "refuse", "grounds": "未取得人才认定"}, state="checking"),
        hr("hr-reviewer", "审核人通过", "The reviewer passes", "pass", {"opinion": "同意"}, state="deciding"),
        hr("hr-decider", "不予确认,告知救济", "Refused, with remedies", "refuse",
           {"reasons": ["未取得人才认定,不符合条件"], "remedies": REMEDIES}, state="refusing"),
        hr("talent-window", "窗口送达", "The window serves", "serve", {"way": "electronic"}, state="refused"),
        CHAIN,
    ),
)  # fmt: skip

# ── 技术工人购房贷款利息补贴

YUAN = 100
MATCHED = Step(
    "工人申报,系统核验并匹配,只待确认账户", "The worker claims: matched, the account to be confirmed", "citizen:wang",
    f"submit {SUBSIDY}", {}, {"state": "matched", "can": ["confirm", "decline", "withdraw"]},
)  # fmt: skip


def on_file(last: int, paid: int) -> tuple[Step, ...]:
    return (
        Step("技能档案:高级工", "The file: a senior worker", "hr-handler", f"write skilled-workers {ME}",
             worker(last), {"status": 201}),
        Step(f"银行共享上年利息{paid}元", f"The bank shares last year's interest: {paid} yuan", "hr-handler",
             f"write mortgage-interests {ME}", interest(paid * YUAN), {"status": 201}),
    )  # fmt: skip


CAPPED = Story(
    "interest-subsidy", "E05", "利息补贴:付息7200元,补贴以5000元为限,公示后到账",
    "Interest subsidy: 7,200 yuan paid, capped at 5,000, published, on the account",
    (
        MORNING,
        *on_file(2024, 7200),
        MATCHED,
        Step("系统算得5000元", "The rule says 5,000 yuan", "applicant", "events", {},
             {"body": {"/events/1/data/decision/result/amount": 5000 * YUAN,
                       "/events/1/data/decision/result/reason": "capped"}}, (WORKER,)),
        Step("确认收款账户", "The account is confirmed", "applicant", "move confirm",
             {"account": "6200000000000000001", "bank": "长沙示例银行望城支行"},
             {"state": "checking", "clocks": {"promised": {"budget": 15,
                                                           "deadline": "2026-03-23T17:00:00+08:00"}}}),
        hr("hr-handler", "审核", "Checked", "propose", {"opinion": "approve", "grounds": "共享数据核验一致"},
           state="deciding"),
        hr("hr-decider", "审定5000元,公示", "5,000 yuan approved and published", "approve", {"amount": 5000 * YUAN},
           state="publicity", clocks={"publicity": {"budget": 5, "deadline": "2026-03-09T17:00:00+08:00"}}),
        at("2026-03-10T09:30:00", "公示期满", "The publicity is over"),
        hr("hr-handler", "下达付款", "Payment is ordered", "order", {}, state="paying"),
        Step("下达付款的人不能确认到账", "Who orders does not confirm", "hr-handler", "move confirm_paid",
             {"evidence": "回单"}, {"status": 403, "code": "same-person"}),
        hr("hr-cashier", "确认到账", "Confirmed as paid", "confirm_paid", {"evidence": "国库集中支付回单"},
           state="paid", outcome="paid"),
        Step("一人一年一次:档案记下2025年度", "Once a person and year: the file says 2025", "hr-window",
             f"read /v1/registers/skilled-workers/records/{ME}", {},
             {"body": {"/body/last_subsidy_year": 2025, "/body/last_paid_on": "2026-03-10"}}, (WORKER,)),
        Step("同一年度再次申报:不再匹配", "A second claim for the year is not matched", "citizen:wang",
             f"submit {SUBSIDY}", {}, {"state": "submitted"}),
        hr("talent-window", "窗口并入原办件", "The window merges it", "supersede",
           {"into": "原办件", "note": "2025年度已补贴"}, state="superseded"),
        CHAIN,
    ),
)  # fmt: skip

IN_FULL = Story(
    "interest-in-full", "E05", "利息补贴:付息3600元,据实补贴", "Interest subsidy: 3,600 yuan paid, in full",
    (
        MORNING,
        *on_file(0, 3600),
        MATCHED,
        Step("系统算得3600元", "The rule says 3,600 yuan", "applicant", "events", {},
             {"body": {"/events/1/data/decision/result/amount": 3600 * YUAN}}, (WORKER,)),
        at("2026-03-17T09:30:00", "十个工作日未确认账户", "The account was not confirmed for ten working days"),
        Step("转窗口人工受理", "It goes to the desk", "applicant", "see", {}, {"state": "submitted"}),
        CHAIN,
    ),
)  # fmt: skip

# ── 告知承诺

COMMITS = (
    Step("企业申请:一次告知条件", "The company applies and is told the conditions", "firm", f"submit {LICENCE}", {},
         {"state": "received", "can": ["sign", "withdraw"]}),
    Step("签署承诺,当场取得许可", "It signs, and is granted on the spot", "applicant", "move sign", {"agreed": True},
         {"state": "in_force", "clocks": {"verification": {"budget": 30,
                                                           "deadline": "2026-04-14T17:00:00+08:00"}}}, (PROMISE,)),
    Step("许可证在核查之前已有效", "The licence is valid before it is verified", "anybody",
         "read /v1/registers/human-resources-licences/records/{number}", {},
         {"body": {"/body/status": "valid", "/body/by_commitment": True, "/body/verified_on": None}}, (PROMISE,)),
)  # fmt: skip
FOUND_SHORT = (
    at("2026-03-16T10:00:00", "两周后上门核查", "Visited two weeks later"),
    Step("核查不符,责令限期整改", "Not as promised: to be mended in time", "hr-handler", "move verify_failed",
         {"findings": "只有两名专职人员", "wanted": "配齐三名专职人员"},
         {"state": "rectifying", "clocks": {"rectification": {"deadline": "2026-04-07T17:00:00+08:00"}}}, (PROMISE,)),
)  # fmt: skip

KEPT = Story(
    "commitment-kept", "E03", "告知承诺:当场发证,核查不符,整改后履诺",
    "A commitment: licensed on the spot, found short, mended",
    (
        MORNING,
        *ESTABLISHED,
        *COMMITS,
        Step("承诺书和许可证", "Letter of commitment and licence", "applicant", "documents", {},
             {"issued": ["receipt", "commitment-letter", "decision-grant", "human-resources-licence"]}, (PROMISE,)),
        hr("talent-window", "送达", "Served", "serve", {}, state="in_force"),
        *FOUND_SHORT,
        Step("企业报告整改完成", "The company reports", "applicant", "move report", {"report": "已配齐三名专职人员"},
             {"state": "rechecking"}),
        hr("hr-handler", "复查合格", "The recheck is passed", "pass", {"findings": "已整改"}, state="fulfilled"),
        Step("登记簿记下核查日期", "The register has the day", "anybody",
             "read /v1/registers/human-resources-licences/records/{number}", {},
             {"body": {"/body/status": "valid", "/body/verified_on": "2026-03-16"}}, (PROMISE,)),
        CHAIN,
    ),
)  # fmt: skip

BROKEN = Story(
    "commitment-broken", "E03", "告知承诺:逾期未整改,转违诺认定", "A commitment that is not mended: breach",
    (
        MORNING,
        *ESTABLISHED,
        *COMMITS,
        *FOUND_SHORT,
        at("2026-04-08T09:30:00", "整改期满", "The time to mend it is over"),
        Step("系统转入复查", "It is rechecked without being asked", "applicant", "see", {}, {"state": "rechecking"},
             (PROMISE,)),
        Step("复查不合格,转违诺认定", "Still short: breach", "hr-handler", "move fail", {"reason": "仍只有两人"},
             {"state": "breach"}, (PROMISE,)),
        CHAIN,
    ),
)  # fmt: skip

NOT_OPEN = Story(
    "commitment-excluded", "E01", "涉外招聘属重要涉外事项:不适用告知承诺", "Work abroad: not open to commitment",
    (
        MORNING,
        *ESTABLISHED,
        Step("企业申请:系统排除告知承诺,转一般程序", "The rule sends it to the ordinary procedure", "firm",
             f"submit {LICENCE}", {"form": {"services": ["agency", "overseas-labour"]}},
             {"state": "ordinary", "outcome": "ordinary"}, (EXCLUDED,)),
        Step("理由在卷", "The reason is on record", "applicant", "events", {},
             {"body": {"/events/1/data/decision/result/reason": "important-foreign"}}, (EXCLUDED,)),
        Step("书面告知", "Told in writing", "applicant", "documents", {}, {"issued": ["receipt", "redirect-notice"]},
             (EXCLUDED,)),
        CHAIN,
    ),
)  # fmt: skip

# ── “办不成事”

REPORTS = Step("企业反映办不成的事", "The company reports it", "firm", f"submit {UNRESOLVED}", {"example": 1},
               {"state": "received", "clocks": {"triage": {"budget": 1,
                                                           "deadline": "2026-03-03T17:00:00+08:00"}}})  # fmt: skip
TAKEN = (
    Step("窗口派单", "The window dispatches it", "unresolved-window", "move dispatch", {"note": "会同市场监管局"},
         {"state": "dispatched"}, (CANNOT,)),
    Step("承办人签收,五个工作日内答复", "Signed for; an answer within five working days", "approval-handler",
         "move sign", {}, {"state": "handling",
                           "clocks": {"reply": {"budget": 5, "deadline": "2026-03-09T17:00:00+08:00"}}}),
)  # fmt: skip


def replies(text: str) -> Step:
    return Step("答复", "The answer", "approval-handler", "move reply", {"reply": text}, {"state": "replied"})


def recorded(result: str) -> Step:
    return Step("台账:事项、单位、原因、结果", "On record: item, body, cause, result", "anybody",
                "read /v1/registers/unresolved-matters/records/{number}", {},
                {"body": {"/body/result": result, "/body/unit": "market-regulation", "/body/cause": "rule",
                          "/body/about_item": "食品经营许可"}}, (CANNOT,))  # fmt: skip


LAWFUL_NO = Story(
    "unresolved-lawful-no", "E06", "办不成事:依法不能办,说明理由", "What could not be done: lawfully no, explained",
    (
        MORNING,
        REPORTS,
        *TAKEN,
        replies("房屋为违法建设,依法不能作为经营场所"),
        Step("回访:依法不能办,已解释", "Called back: lawfully no", "unresolved-window", "move confirm_lawful_no",
             {"reason": "已当面解释依据"}, {"state": "lawful_no", "outcome": "lawful_no"}, (CANNOT,)),
        recorded("lawful-no"),
        CHAIN,
    ),
)  # fmt: skip

RULE_CHANGED = Story(
    "unresolved-rule-changed", "E06", "办不成事:规则不合理,改规则", "What could not be done: the rule was changed",
    (
        MORNING,
        REPORTS,
        *TAKEN,
        replies("两份指南要求不一致"),
        Step("回访:规则已改", "Called back: the rule was changed", "unresolved-window", "move confirm_rule_changed",
             {"change": "取消房东不动产权证复印件"}, {"state": "rule_changed", "outcome": "rule_changed"}, (CANNOT,)),
        recorded("rule-changed"),
        CHAIN,
    ),
)  # fmt: skip

SAT_UPON = Story(
    "unresolved-overdue", "E06", "办不成事:一个工作日未分类,升级督办", "What could not be done: not sorted, escalated",
    (
        MORNING,
        REPORTS,
        at("2026-03-04T09:30:00", "两个工作日后", "Two working days later"),
        Step("系统升级", "The clock escalates it", "applicant", "see", {},
             {"state": "escalated", "clocks": {"supervision": {"budget": 3}}}, ("S027", CANNOT)),
        Step("督办岗改派", "The supervisor reassigns it", "approval-supervisor", "move reassign",
             {"to": "administrative-approval"}, {"state": "dispatched"}, (CANNOT,)),
        Step("承办人签收", "Signed for", "approval-handler", "move sign", {}, {"state": "handling"}),
        replies("已一次性告知并受理"),
        Step("企业满意,办结", "The company is satisfied", "applicant", "move confirm", {},
             {"state": "closed", "outcome": "closed"}, (CANNOT,)),
        recorded("done"),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (
    *(LEAVES, OPPOSED, FORGOTTEN, INDEBTED, MOVES_HOUSE, NEW_HEAD, GREEN, NO_TALENT, CAPPED, IN_FULL),
    *(KEPT, BROKEN, NOT_OPEN, LAWFUL_NO, RULE_CHANGED, SAT_UPON),
)
