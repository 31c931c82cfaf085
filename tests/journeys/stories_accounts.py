"""Tells what is held, settled and given back: a cap a person and year, a payment with its number, an appointment."""

from __future__ import annotations

from tests.journeys.stories_people import MATCHED, WORKER, YUAN, hr, on_file
from tests.journeys.telling import CHAIN, MORNING, Step, Story, at

APPOINTMENT, HALL = "window-appointment", "hall-appointments"
CAP = "/v1/accounts/interest-subsidy-cap"
MINE = "key=person:story-{serial}-wang%7C2025"
CONFIRMED = Step(
    "确认收款账户", "The account is confirmed", "applicant", "move confirm",
    {"account": "6200000000000000001", "bank": "长沙示例银行望城支行"}, {"state": "checking"},
)  # fmt: skip
CHECKED = hr(
    "hr-handler", "审核", "Checked", "propose", {"opinion": "approve", "grounds": "共享数据核验一致"},
    state="deciding",
)  # fmt: skip

ONE_CAP = Story(
    "one-cap-a-year", "E05", "利息补贴:一人一年一个额度,审定时预留,到账后结算",
    "Interest subsidy: one cap a person and year, held when approved, settled when paid",
    (
        MORNING,
        *on_file(2024, 7200),
        MATCHED,
        CONFIRMED,
        CHECKED,
        hr("hr-decider", "审定4000元:额度预留", "4,000 yuan approved: held", "approve", {"amount": 4000 * YUAN},
           state="publicity"),
        Step("审计员看到预留,余额未动", "The auditor sees the hold; the balance stands", "auditor",
             f"read {CAP}/statement?{MINE}", {},
             {"body": {"/opening": 5000 * YUAN, "/entries/0/posted/0": "hold", "/entries/1": None,
                       "/entries/0/after/balance": 5000 * YUAN, "/entries/0/after/free": 1000 * YUAN}}, (WORKER,)),
        at("2026-03-10T09:30:00", "公示期满", "The publicity is over"),
        hr("hr-handler", "下达付款,取得连续编号", "Payment is ordered, and takes the next number", "order", {},
           state="paying"),
        hr("hr-cashier", "回单先到,确认到账", "The receipt comes first: confirmed as paid", "confirm_paid",
           {"evidence": "国库集中支付回单"}, state="paid"),
        Step("到账后结算", "Settled when paid", "auditor", f"read {CAP}/statement?{MINE}", {},
             {"body": {"/entries/1/posted/0": "settle", "/entries/1/after/balance": 1000 * YUAN,
                       "/entries/1/after/free": 1000 * YUAN, "/entries/2": None}}, (WORKER,)),
        Step("核对:余额与明细一致,借贷两边都在", "Reconciled: balances agree, money has both sides", "auditor",
             f"read {CAP}/reconciliation?{MINE}", {},
             {"body": {"/agrees": True, "/entries": 2, "/rows/0/difference": 0}}, (WORKER,)),
        Step("申请人不能看账户明细", "The applicant reads no statement", "applicant",
             f"read {CAP}/statement?{MINE}", {}, {"status": 403}),
        CHAIN,
    ),
)  # fmt: skip

BEYOND = Story(
    "beyond-the-cap", "E05", "利息补贴:同一年度两次申报,合计超过5000元的不能审定",
    "Interest subsidy: two claims of a year that go beyond 5,000 yuan together",
    (
        MORNING,
        *on_file(2024, 7200),
        MATCHED,
        CONFIRMED,
        CHECKED,
        hr("hr-decider", "审定4000元", "4,000 yuan approved", "approve", {"amount": 4000 * YUAN}, state="publicity"),
        MATCHED,
        CONFIRMED,
        CHECKED,
        Step("再审定5000元:额度不足,剩余1000元", "5,000 more: only 1,000 are left", "hr-decider", "move approve",
             {"amount": 5000 * YUAN}, {"status": 409, "code": "account-overdrawn"}, (WORKER,)),
        hr("hr-decider", "只能审定剩余的1000元", "What is left can be approved", "approve", {"amount": 1000 * YUAN},
           state="publicity"),
        Step("额度用尽", "Nothing is left", "auditor", f"read {CAP}/statement?{MINE}", {},
             {"body": {"/entries/1/after/free": 0}}, (WORKER,)),
    ),
)  # fmt: skip


def books(time: str, zh: str, en: str) -> Step:
    return Step(zh, en, "citizen:zhao", f"submit {APPOINTMENT}", {"form": {"day": "2026-03-05", "time": time}},
                {"state": "booked", "can": ["cancel"]})  # fmt: skip


KEPT_OR_NOT = Story(
    "appointment", "E01", "窗口预约:约到、取消释放、未到自动释放", "An appointment: booked, cancelled, not kept",
    (
        MORNING,
        Step("可约时段人人可查", "Anybody sees the slots", "anybody",
             f"read /v1/accounts/{HALL}/availability?from=2026-03-05&days=1", {},
             {"body": {"/waiting_list": True, "/slots/0/time": "09:00", "/slots/12/time": "16:30", "/slots/13": None,
                       "/slots/4/left": 6}}),
        books("11:00", "约定周四十一点", "Booked for Thursday at eleven"),
        Step("余量少一", "One less is left", "anybody",
             f"read /v1/accounts/{HALL}/availability?from=2026-03-05&days=1", {}, {"body": {"/slots/4/left": 5}}),
        Step("取消预约", "Cancelled", "applicant", "move cancel", {}, {"state": "cancelled"}),
        Step("余量恢复", "It can be booked again", "anybody",
             f"read /v1/accounts/{HALL}/availability?from=2026-03-05&days=1", {}, {"body": {"/slots/4/left": 6}}),
        Step("周六没有时段", "There is no slot on Saturday", "citizen:zhao", f"submit {APPOINTMENT}",
             {"form": {"day": "2026-03-07", "time": "11:00"}}, {"status": 409, "code": "slot-unknown"}),
        books("15:30", "改约当天下午", "Booked for the afternoon instead"),
        at("2026-03-07T09:00:00", "没有来,过了次日", "Nobody came; the next day has passed"),
        Step("自动释放,办结为未到", "It has ended by itself", "applicant", "see", {}, {"state": "missed"}),
        Step("明细:预留一次,到期释放一次", "The statement: held once, given back once", "auditor",
             f"read /v1/accounts/{HALL}/reconciliation?key=2026-03-05%7C15:30", {}, {"body": {"/agrees": True}}),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (ONE_CAP, BEYOND, KEPT_OR_NOT)
