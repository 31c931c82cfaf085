"""Tells what is owed: arrears paid in instalments, one of them late and supervised; a deposit that comes back late."""

from __future__ import annotations

from typing import Any

from tests.builders import item_of
from tests.journeys.telling import CHAIN, MORNING, Step, Story, at

ARREARS, DEPOSIT = "sme-arrears", "enterprise-deposit"
CLEANUP, DEPOSITS = "S222", "S253"
YUAN = 100
PART = "/dues/0/parts"


def debt(yuan: int) -> dict[str, Any]:
    """What the story's firm hands in; the debtor is another firm."""
    form = {**item_of(ARREARS)["examples"][0]["form"], "amount_fen": yuan * YUAN, "uscc": "{uscc}"}
    parties = [{"role": "debtor", "subject": "enterprise:{firm:debtor}"}]
    return {"body": {"form": form, "materials": [{"id": "contract"}], "parties": parties}}


def paid(yuan: int, zh: str, en: str, **expect: Any) -> Step:
    given = {"amount": yuan * YUAN, "evidence": "银行回单"}
    return Step(zh, en, "firm", "move confirm_payment", given, expect, (CLEANUP,))


def asks(who: str, path: str, zh: str, en: str, row: str, **body: Any) -> Step:
    return Step(zh, en, who, f"read {path}", {}, {"body": body["body"]}, (row,))


INSTALMENTS = Story(
    "arrears-in-instalments", "E08", "拖欠账款清理:三期还款,一期逾期记台账并督办,清偿销号",
    "Arrears: three instalments, one of them late, noted and supervised, then all is paid",
    (
        MORNING,
        Step("企业登记被拖欠的九千元", "A firm registers 9,000 yuan of arrears", "firm", f"submit {ARREARS}",
             debt(9_000), {"state": "registered"}),
        Step("五日内核实", "Verified", "approval-handler", "move verify", {"evidence": "合同、结算单、对账函一致"},
             {"state": "planning", "clocks": {"verification": {"light": "stopped"}}}, (CLEANUP,)),
        Step("订立三期还款计划,逐期计时", "A plan of three instalments, each with its clock", "approval-handler",
             "move agree", {"instalments": 3},
             {"state": "performing", "body": {
                 "/dues/0/amount": 9_000 * YUAN, f"{PART}/0/deadline": "2026-04-02T17:00:00+08:00",
                 f"{PART}/1/deadline": "2026-05-06T17:00:00+08:00",  # May Day's holiday ends on the 5th
                 f"{PART}/2/deadline": "2026-06-02T17:00:00+08:00", f"{PART}/0/light": "green"}}, (CLEANUP,)),
        asks("firm:debtor", "/v1/dues", "欠款单位看到自己欠什么", "The debtor sees what it owes", CLEANUP,
             body={"/dues/0/number": "{number}", "/dues/0/due/by": "party:debtor",
                   "/dues/0/due/next_deadline": "2026-04-02T17:00:00+08:00"}),
        asks("firm", "/v1/dues?side=to", "债权企业看到欠自己什么", "The creditor sees what it is owed", CLEANUP,
             body={"/dues/0/number": "{number}", "/dues/0/due/amount": 9_000 * YUAN}),
        at("2026-03-20T09:00:00", "三月二十日", "20 March"),
        paid(4_000, "到账四千元:第一期清,余额抵第二期", "4,000 came: the first part, and some of the second",
             body={f"{PART}/0/state": "fulfilled", f"{PART}/1/paid": 1_000 * YUAN, "/dues/0/paid": 4_000 * YUAN}),
        Step("多付不收", "More than is owed is refused", "firm", "move confirm_payment",
             {"amount": 5_001 * YUAN, "evidence": "银行回单"}, {"status": 409, "code": "due-overpaid"}, (CLEANUP,)),
        at("2026-05-07T09:00:00", "第二期到期未付清", "The second is due and not all of it paid"),
        Step("第二期逾期,第三期照常", "The second is overdue, the third is not", "firm", "see", {},
             {"state": "performing", "body": {f"{PART}/1/state": "breached", f"{PART}/1/light": "overdue",
                                              f"{PART}/1/breached_at": "2026-05-06T17:00:00+08:00",
                                              f"{PART}/2/state": "owed"}}, (CLEANUP,)),
        asks("approval-supervisor", "/v1/registers/overdue-dues/records/{number}-instalment-2",
             "逾期记入台账:到期日、未付两千元", "It is on the register, with what is missing", CLEANUP,
             body={"/body/due_on": "2026-05-06", "/body/amount_fen": 2_000 * YUAN,
                   "/body/by": "enterprise:{firm:debtor}"}),
        paid(5_000, "补付并付清:全部清偿,自动办结", "The rest is paid: cleared, and the case ends by itself",
             state="cleared", body={f"{PART}/1/late": True, f"{PART}/2/state": "fulfilled",
                                    "/dues/0/next_deadline": None}),
        CHAIN,
        Step("逾期的督办单到了负责人", "The notice about the late part has come to the head", "approval-head",
             "follow about", {"clock": "instalment"},
             {"state": "notified", "can": ["reply"],
              "body": {"/form/due_on": "2026-05-06", "/form/effect": "due"}}, (CLEANUP,)),
    ),
)  # fmt: skip

RETURNED_LATE = Story(
    "deposit-returned-late", "E08", "保证金:保函代替现金,到期未返还列入台账,返还后销号",
    "A deposit: a guarantee instead of cash; not returned in time it is listed, and returned",
    (
        MORNING,
        Step("登记保证金,十个工作日内提供", "A deposit is registered, to be provided in ten working days", "firm",
             f"submit {DEPOSIT}", {},
             {"state": "required", "body": {"/dues/0/by": "party:applicant", "/dues/0/to": "office",
                                            f"{PART}/0/deadline": "2026-03-16T17:00:00+08:00"}}),
        Step("企业自选保函", "The firm chooses a guarantee", "firm", "move provide",
             {"form": "guarantee", "evidence": "BH-2026-001"},
             {"state": "held", "body": {f"{PART}/0/state": "fulfilled"}}),
        Step("返还条件成就,十个工作日内返还", "To be returned within ten working days", "housing-handler",
             "move release", {},
             {"state": "returning", "body": {"/dues/1/by": "office", "/dues/1/amount": 2_000_000,
                                             "/dues/1/parts/0/deadline": "2026-03-16T17:00:00+08:00"}}, (DEPOSITS,)),
        asks("firm", "/v1/dues?side=to", "企业看到应返还的保证金和到期日", "The firm sees what it gets back, and when",
             DEPOSITS, body={"/dues/0/number": "{number}", "/dues/0/due/id": "return",
                             "/dues/0/due/next_deadline": "2026-03-16T17:00:00+08:00"}),
        at("2026-03-17T09:00:00", "到期未返还", "It was not returned in time"),
        Step("窗口义务清单先列先到期的", "The desk's list has it, due first", "housing-supervisor",
             "read /v1/queues/housing-construction.construction/dues", {}, {"has": ["/dues/0/due/next_deadline"]},
             (DEPOSITS,)),
        asks("housing-supervisor", "/v1/registers/overdue-dues/records/{number}-return-1",
             "逾期未返还列入台账", "The late return is listed", DEPOSITS,
             body={"/body/due_on": "2026-03-16", "/body/amount_fen": 2_000_000,
                   "/body/by": "node:housing-construction"}),
        Step("返还到账", "Returned", "housing-decider", "move give_back", {"evidence": "银行回单"},
             {"state": "returned", "body": {"/dues/1/parts/0/late": True}}, (DEPOSITS,)),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (INSTALMENTS, RETURNED_LATE)
