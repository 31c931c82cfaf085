"""Tells the stories of people's mediation: a limit in months, consent, agreement, the court's confirmation."""

from __future__ import annotations

from typing import Any

from tests.builders_mediation import MEDIATION, OTHER, agreement, dispute
from tests.journeys.stories_supervision import linked, shows, struck_off, supervised
from tests.journeys.telling import CHAIN, GUIDE, LIMIT, MORNING, Step, Story, at

LINKED, ONLINE = "S373", "S375"  # 三调联动；在线商事纠纷多元化解平台
COURT = {"court": "望城区人民法院"}
REPLY = {"cause": "双方对金额分歧较大", "measures": "主任参加调解,三日内提出方案", "done_by": "2026-04-10"}


def month(deadline: str, light: str = "green", **more: Any) -> dict[str, Any]:
    """How the limit of one month is shown; `deadline` to the minute."""
    return {"mediation": {"unit": "month", "budget": 1, "effect": "statutory", "light": light,
                          "minute": deadline, **more}}  # fmt: skip


def turns(
    light: str, when: str, deadline: str, zh: str, en: str, who: str = "applicant"
) -> tuple[Step, Step]:
    """The lights of the month a minute before and after: `when` is the instant at which they change."""
    return (
        at(when, zh, en),
        shows(light, "mediation", f"一个月时限:{zh}", f"One month: {en}", who, unit="month", minute=deadline),
    )


APPLIES = Step("李示例申请人民调解", "Li asks for mediation", "citizen:li", f"submit {MEDIATION}",
               {"body": dispute()}, {"state": "intake", "can": ["invite", "withdraw"]})  # fmt: skip
INVITES = Step("窗口征求对方意见,五个工作日", "The window asks the other side", "mediation-window", "move invite",
               {"mediator": "张调解员(示例)"}, {"state": "inviting"})  # fmt: skip


def consents(deadline: str, longest: str) -> Step:
    """The other side agrees: the month begins, counted from the next day."""
    clocks = month(deadline) | {"longest": {"unit": "month", "budget": 2, "minute": longest}}
    return Step("对方同意,进入调解,一个月起算", "The other side agrees; the month begins", OTHER, "move consent", {},
                {"state": "mediating", "clocks": clocks}, (LIMIT,))  # fmt: skip


def agrees(who: str, **expect: Any) -> Step:
    return Step("达成一致须双方确认", "It is agreed once both say so", who, "move agree",
                {"terms": "支付三万六千元"}, expect)  # fmt: skip


AGREED = (agrees("applicant", state="mediating"), agrees(OTHER, state="signing"))
HANDED = Step("转行业性调解组织,案卷不变", "Handed to another mediating body; the file is kept", "justice-handler",
              "move transfer_body", {"reason": "涉及专业问题", "to": "示例行业调解委员会"},
              {"state": "mediating", "clocks": month("2026-04-02T17:00")}, (LINKED,))  # fmt: skip


def signs(who: str, **expect: Any) -> Step:
    return Step(
        "阅读全文后签署", "Read in full, then signed", who, "move sign", {"read": True}, expect, (ONLINE,)
    )


MONTH = Story(
    "supervision-months", "E06", "按月:黄灯、红灯、督办;一个月没有调结,负责人回复、销号",
    "Months: yellow, red, the notice; not concluded in a month; the head replies, struck off",
    (
        MORNING,
        Step("任何人查看指南:一般一个月,不收费", "Anybody reads: as a rule one month, free of charge", "anybody",
             f"read /v1/items/{MEDIATION}", {}, {"body": {"/guide/fees/charged": False, "/guide/max_visits": 0}},
             (GUIDE,)),
        APPLIES,
        Step("外人看不到", "A stranger does not see it", "citizen:stranger", "see", {}, {"status": 404}),
        INVITES,
        Step("申请人不能代对方同意", "The applicant cannot consent for the other side", "applicant", "move consent", {},
             {"status": 403}),
        consents("2026-04-02T17:00", "2026-05-06T17:00"),
        *turns("green", "2026-03-18T16:50:00", "2026-04-02T17:00", "第十六天下班前:绿灯", "still green"),
        HANDED,
        *turns("yellow", "2026-03-18T17:10:00", "2026-04-02T17:00", "三十一天用去十六天:黄灯", "16 of 31 days: yellow"),
        *turns("yellow", "2026-03-27T16:50:00", "2026-04-02T17:00", "第二十五天下班前:黄灯", "still yellow"),
        *turns("red", "2026-03-27T17:10:00", "2026-04-02T17:00", "用去二十五天:红灯", "25 of 31 days: red",
               who="justice-handler"),
        at("2026-04-02T17:10:00", "一个月届满", "The month is over"),
        shows("overdue", "mediation", "一个月用满,调解不当然终止", "The month is used up; mediation goes on",
              who="justice-head", unit="month"),
        supervised("justice-head", "mediation", "justice"),
        linked(),
        *struck_off("justice-head", "justice-supervisor", REPLY),
    ),
)  # fmt: skip

AGREEMENT = Story(
    "mediation-agreed", "E11", "人民调解:协议书双方签署,三十日内共同申请司法确认",
    "Mediation: both sign, and both ask the court within thirty days",
    (
        MORNING,
        APPLIES,
        INVITES,
        consents("2026-04-02T17:00", "2026-05-06T17:00"),
        at("2026-03-10T10:00:00", "第六个工作日", "The sixth working day"),
        AGREED[0],
        Step("一方确认两次不算双方", "One side twice is not both", "applicant", "move agree", {},
             {"state": "mediating"}),
        AGREED[1],
        Step("调解员制作协议书并盖章", "The mediator draws it up and seals it", "justice-handler", "move draw_up",
             {"form": agreement("written", "2026-05-08"), "sealed": True}, {"state": "drawn"}),
        signs("applicant", state="drawn"),
        signs(OTHER, state="performing", clocks={
            "mediation": {"running": False}, "performance": {"minute": "2026-05-08T17:00"},
            "application": {"unit": "calendar_day", "budget": 30, "minute": "2026-04-09T17:00", "light": "green"}}),
        Step("协议书写明内容、履行期限、三十日", "The agreement says terms, date, and the thirty days", "applicant",
             "documents", {}, {"issued": ["mediation-agreement", "mediation-notice", "receipt"],
                               "says": {"mediation-agreement": "三十日内（至2026年4月9日）共同向人民法院申请司法确认",
                                        "mediation-notice": "2026年4月2日"}}, (ONLINE,)),
        at("2026-04-09T10:00:00", "第三十天", "The thirtieth day"),
        Step("一方申请不够", "One side's application is not enough", "applicant", "move apply_confirmation", COURT,
             {"state": "performing"}),
        Step("双方共同申请司法确认", "Both ask the court together", OTHER, "move apply_confirmation", COURT,
             {"state": "confirming", "clocks": {"application": {"running": False},
                                                "court": {"unit": "calendar_day", "budget": 18}}}, (ONLINE,)),
        at("2026-04-16T10:00:00", "法院裁定", "The court rules"),
        Step("登记确认裁定", "The ruling is recorded", "justice-handler", "move report_confirmed",
             {"ruling": "（2026）示例调确1号", "on": "2026-04-15"}, {"state": "confirmed", "outcome": "confirmed"},
             (ONLINE,)),
        Step("调解登记簿记下结果", "The register has the result", "justice-handler",
             "read /v1/registers/mediations/records/{number}", {},
             {"body": {"/body/result": "confirmed", "/body/form": "written", "/body/begun_on": "2026-03-02",
                       "/body/agreed_on": "2026-03-10"}}, (ONLINE,)),
        CHAIN,
    ),
)  # fmt: skip

ORAL = Story(
    "mediation-oral", "E11", "1月31日进入调解,期限到2月末;口头协议登记;三十日后不能再申请确认",
    "Begun on 31 January, due at the end of February; an oral agreement; too late for the court",
    (
        at("2026-01-31T10:00:00", "1月31日,周六", "31 January, a Saturday"),
        APPLIES,
        INVITES,
        consents("2026-02-28T17:00", "2026-03-31T17:00"),  # a make-up Saturday is a working day
        *turns("yellow", "2026-02-14T17:10:00", "2026-02-28T17:00", "二十八天过半:黄灯", "14 of 28 days: yellow"),
        *turns("red", "2026-02-24T00:10:00", "2026-02-28T17:00", "用去二十三天:红灯", "23 of 28 days: red"),
        at("2026-02-25T10:00:00", "节后第二天", "The second day after the holiday"),
        *AGREED,
        Step("登记口头协议", "The oral agreement is registered", "justice-handler", "move record_oral",
             {"form": agreement("oral", "2026-06-30"), "none_in_writing": True},
             {"state": "performing", "clocks": {"mediation": {"running": False},
                                                "application": {"minute": "2026-03-27T17:00"}}}, (ONLINE,)),
        Step("口头协议不出具协议书", "No document of an oral agreement", "applicant", "documents", {},
             {"issued": ["mediation-notice", "receipt"]}),
        at("2026-03-27T17:10:00", "三十日过去", "Thirty days are over"),
        Step("不能再申请司法确认", "The court can no longer be asked", "applicant", "move apply_confirmation", COURT,
             {"status": 409, "code": "move-not-available"}, (ONLINE,)),
        Step("履行完毕", "Performed", OTHER, "move confirm_performed", {},
             {"state": "performed", "outcome": "performed"}),
    ),
)  # fmt: skip

REFUSED = Story(
    "mediation-refused", "E11", "对方明确拒绝,不得调解,书面告知其他途径",
    "The other side refuses: no mediation, and the other ways are told in writing",
    (
        MORNING,
        APPLIES,
        INVITES,
        Step("对方拒绝", "The other side refuses", OTHER, "move decline", {"note": "不同意调解"},
             {"state": "failed", "outcome": "failed"}),
        Step("告知仲裁、行政、司法途径", "The other ways are told", "applicant", "documents", {},
             {"says": {"mediation-termination": "仲裁、行政、司法等途径"}}),
    ),
)  # fmt: skip

OVER = Story(
    "mediation-over", "E11", "1月30日进入调解,一个月到2月末、两个月到3月30日终止",
    "Begun on 30 January: a month to the end of February, ended after two",
    (
        at("2026-01-30T10:00:00", "1月30日,周五", "30 January, a Friday"),
        APPLIES,
        INVITES,
        consents("2026-02-28T17:00", "2026-03-30T17:00"),
        *turns("red", "2026-02-28T16:50:00", "2026-02-28T17:00", "补班的周六下班前:红灯", "a working Saturday: red"),
        at("2026-02-28T17:10:00", "一个月届满", "The month is over"),
        shows("overdue", "mediation", "2月末用满,不是3月2日", "Used up at the end of February, not on 2 March",
              unit="month"),
        at("2026-03-30T16:50:00", "两个月届满前", "Before the two months are over"),
        Step("还在调解", "Still being mediated", "applicant", "see", {}, {"state": "mediating"}),
        at("2026-03-30T17:10:00", "两个月届满", "The two months are over"),
        Step("终止调解", "Mediation is ended", "applicant", "see", {}, {"state": "failed", "outcome": "failed"}),
        Step("书面告知", "It is told in writing", "applicant", "documents", {},
             {"issued": ["mediation-notice", "mediation-termination", "receipt"]}),
        CHAIN,
    ),
)  # fmt: skip

STORIES = (MONTH, AGREEMENT, ORAL, REFUSED, OVER)
