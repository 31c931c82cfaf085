"""Tells what is answered at once, without a case (the negative list, off-peak use), and what is only a guide."""

from __future__ import annotations

from typing import Any

from tests.journeys.telling import MORNING, Step, Story

LOOKUP, CALCULATOR, GUIDE = "market-access-lookup", "electricity-tariff-calculator", "rd-expense-deduction"
ACCESS, TARIFF, DEDUCTION = "S240", "S096", "S392"


def asked(zh: str, en: str, row: str | None, item: str, form: dict[str, Any], **body: Any) -> Step:
    return Step(zh, en, "anybody", f"ask {item}", form, {"body": body["body"]}, (row,) if row else ())


ANSWERED = Story(
    "answered-at-once", "E02", "即问即答:准入负面清单、错峰用电测算;只有指南的事项不受理申请",
    "Answered at once: the negative list, off-peak use; a guide takes no application",
    (
        MORNING,
        asked("软件开发不在清单内:自由进入", "Software is off the list: free", ACCESS, LOOKUP,
              {"industry": 6513, "capital": "non-public"},
              body={"/result/status": "free", "/labels/status/zh": "自由进入", "/as_of": "2026-03-02",
                    "/trace/version": "2022-01-01", "/legal_basis/0/article": "二篇·二章·一·1"}),
        asked("食品制造须经许可", "Food needs a licence", ACCESS, LOOKUP, {"industry": 1411, "capital": "non-public"},
              body={"/result/status": "licensed", "/trace/rows/0/id": "food"}),
        asked("非公有资本办报:禁止", "A newspaper of private capital: prohibited", ACCESS, LOOKUP,
              {"industry": 8610, "capital": "non-public"}, body={"/result/status": "prohibited"}),
        asked("夜间用电为主,一个月省1751元", "Mostly at night: 1,751 yuan a month are saved", TARIFF, CALCULATOR,
              {"tariff_class": "below-1kv", "peak_kwh": 1000, "flat_kwh": 3000, "valley_kwh": 6000},
              body={"/result/flat": 7003, "/sums/0/value": 700_300, "/sums/2/value": 175_100}),
        Step("问答类事项不受理申请", "What answers takes no application", "firm", f"submit {LOOKUP}",
             {"body": {"form": {"industry": 6513, "capital": "public"}, "materials": []}},
             {"status": 409, "code": "item-opens-no-case"}),
        Step("加计扣除:只有指南,说明到电子税务局办理", "The deduction: only a guide, which says where to go", "anybody",
             f"read /v1/items/{GUIDE}", {},
             {"body": {"/mode": "guide", "/form": None, "/process": None,
                       "/guide/flow/1/zh": "在国家税务总局电子税务局申报", "/guide/inquiry/0/value": "12366"}},
             (DEDUCTION,)),
    ),
)  # fmt: skip

STORIES = (ANSWERED,)
