"""Tells of links: a thing pledged once, two complaints become one and nobody is shut out, a project by one code."""

from __future__ import annotations

from typing import Any

from tests.journeys.telling import CHAIN, MORNING, Step, Story

PLEDGE, COMPLAINT, REPORT = "movable-asset-pledge", "business-complaint", "street-report"
FILING, PERMIT = "investment-project-filing", "construction-permit"
ONE_PLEDGE = "S277"
ASSET = "YS-{serial}"
PROJECT = "2603-430112-04-01-{tail}"


def does(who: str, zh: str, en: str, move: str, given: dict[str, Any], *rows: str, **expect: Any) -> Step:
    return Step(zh, en, who, f"move {move}", given, expect, rows)


def offered(bank: str, zh: str, en: str) -> Step:
    parties = [{"role": "pledgee", "subject": f"enterprise:{{firm:{bank}}}"}]
    asset = {"kind": "receivable", "number": ASSET, "name": "对示例建设公司的货款", "value_fen": 250_000_000}
    return Step(zh, en, "firm", f"submit {PLEDGE}", {"form": {"asset": asset}, "parties": parties},
                {"state": "requested", "clocks": {"answer": {"budget": 5, "unit": "working_day"}}})  # fmt: skip


def asset(status: str, zh: str, en: str) -> Step:
    return Step(zh, en, "firm", f"read /v1/registers/movable-assets/records/{ASSET}", {},
                {"body": {"/body/status": status}}, (ONE_PLEDGE,))  # fmt: skip


PLEDGED_ONCE = Story(
    "pledged-to-one", "E08", "应收账款质押:一笔只能在押一次,重复质押被拒,解除后可再押",
    "A receivable is pledged once; a second pledge is refused until the first is released",
    (
        MORNING,
        offered("bank", "企业以一笔应收账款出质", "A firm offers a receivable"),
        does("firm:bank", "甲银行确认,在押", "The bank confirms", "confirm", {}, ONE_PLEDGE, state="pledged"),
        asset("pledged", "台账:在押", "The register says so"),
        offered("other-bank", "同一笔又向乙银行出质", "The same receivable is offered to another bank"),
        does("firm:other-bank", "重复质押被拒", "A second pledge is refused", "confirm", {}, ONE_PLEDGE,
             status=409, code="link-taken"),
        does("firm:other-bank", "乙银行不接受", "The other bank declines", "decline", {"reason": "该资产已在押"},
             ONE_PLEDGE, outcome="declined"),
        Step("谁在引用这笔资产:出质人看得到", "Where the asset is used, as the firm sees it", "firm",
             f"read /v1/registers/movable-assets/records/{ASSET}/links", {},
             {"body": {"/links/0/rel": "pledged_to", "/links/0/until": None, "/links/1": None}}, (ONE_PLEDGE,)),
    ),
)  # fmt: skip

TWO_BECOME_ONE = Story(
    "two-complaints-become-one", "E07", "两件诉求并为一件:当事人都能继续看、继续说,不能由一方了结",
    "Two complaints become one: both go on seeing and objecting, and neither ends it alone",
    (
        MORNING,
        Step("甲企业投诉", "A firm complains", "firm", f"submit {COMPLAINT}", {}, {"state": "received"}),
        Step("乙企业投诉同一件事", "Another firm complains about the same", "firm:second", f"submit {COMPLAINT}", {},
             {"state": "received"}),
        does("firm:second", "当事人不能自行并单", "A party merges nothing", "merge", {"into": "{before}"}, status=403),
        does("unresolved-window", "窗口并入甲企业的工单", "Merged into the first one", "merge", {"into": "{before}"},
             outcome="merged"),
        Step("乙企业可以查看主单,看不到甲企业的材料", "The second firm follows the first one's, and sees of it nothing",
             "firm:second", "go merged_into", {},
             {"state": "received", "can": ["add_information"], "body": {"/form": None, "/parties/0": None}}),
        does("firm:second", "补充情况", "It adds something", "add_information", {"text": "我店也是同样情况"},
             state="received"),
        does("firm", "甲企业不能单独撤单", "The first firm cannot withdraw alone", "withdraw", {}, status=409,
             code="others-follow"),
        does("unresolved-window", "派单", "Dispatched", "dispatch", {}, state="dispatched"),
        does("approval-handler", "签收", "Signed for", "sign", {}, state="handling"),
        does("approval-handler", "答复", "Answered", "reply", {"reply": "已统一标准"}, state="replied"),
        does("firm:second", "乙企业不满意", "The second firm is not satisfied", "dissatisfied", {"reason": "没有解决"},
             state="reopened", outcome="reopened"),
    ),
)  # fmt: skip

REOPENED = Story(
    "reopened-as-successor", "E07", "办结后重办:另立新件,原件不动", "Taken up again as a new case; the old one stays",
    (
        MORNING,
        Step("随手拍占道", "A report from the street", "firm", f"submit {REPORT}", {}, {"state": "received"}),
        does("firm", "未办结不能重办", "Nothing is taken up again that is still open", "add_information",
             {"text": "昨晚又有"}, state="received"),
        Step("未办结:不能重办", "Still open: not reopenable", "firm", "reopen reopens", {"reason": "还没办"},
             {"status": 409, "code": "not-reopenable"}),
        does("urban-window", "派单", "Dispatched", "dispatch", {}, state="dispatched"),
        does("urban-handler", "签收", "Signed for", "sign", {}, state="handling"),
        does("urban-handler", "答复", "Answered", "reply", {"reply": "已责令改正"}, state="replied"),
        does("firm", "满意,办结", "Satisfied: closed", "confirm", {}, outcome="closed"),
        Step("又出现了:重办,带过表单", "It is back: taken up again with the form", "firm", "reopen reopens",
             {"reason": "又出现了"}, {"state": "received", "status": 201, "has": ["/form/story"]}),
        CHAIN,
        Step("新件指向原件,原件仍为办结", "It points to the old one, which stays closed", "firm",
             "read /v1/cases/{case}/links", {},
             {"body": {"/links/0/rel": "reopens", "/links/0/direction": "to", "/links/0/outcome": "closed"}}),
    ),
)  # fmt: skip

ONE_CODE = Story(
    "project-by-one-code", "E03", "项目档案:凭一个代码看到跨部门的全部办件,各看各的",
    "A project's dossier by one code, over departments; everybody sees what is theirs to see",
    (
        MORNING,
        Step("项目备案", "The project is filed", "firm", f"submit {FILING}", {"form": {}, "project": PROJECT},
             {"state": "received"}),
        Step("施工许可", "A construction permit", "firm", f"submit {PERMIT}", {"form": {}, "project": PROJECT},
             {"state": "received"}),
        Step("一个代码,两个部门的办件都在", "Both departments' cases by the one code", "firm",
             f"read /v1/registers/investment-projects/records/{PROJECT}/dossier", {},
             {"body": {"/members/0/item_id": FILING, "/members/1/item_id": PERMIT, "/members/2": None}}),
        Step("别的企业什么也看不到", "Another firm sees nothing of it", "firm:other",
             f"read /v1/registers/investment-projects/records/{PROJECT}/dossier", {},
             {"body": {"/members/0": None, "/after": None}}),
    ),
)  # fmt: skip

STORIES = (PLEDGED_ONCE, TWO_BECOME_ONE, REOPENED, ONE_CODE)
