"""Has the steps of what heads and officials are asked every quarter and half-year: told within stories_periods."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories_policy import does, form_of
from tests.journeys.telling import Step

WALKS, HEADS = "S251", "S441"
SHEET = "walk-sheet"
HEAD_LIST, WALK_LIST = "/v1/registers/responsible-heads/records", "/v1/registers/walk-targets/records"


def head(unit: str, who: str) -> Step:
    return Step(f"名录写入主要负责同志:{unit}", f"The head of {unit} is on the list", "approval-handler",
                f"write responsible-heads {unit}",
                {"unit": unit, "head": f"person:demo-{who}", "status": "current"}, {"status": 201})  # fmt: skip


def sheet(**changes: Any) -> dict[str, Any]:
    own = form_of(SHEET)
    return {"body": {"form": own | {"walk": own["walk"] | changes}, "materials": []}}


LISTED = (
    head("tax", "tax-head"),
    head("human-resources", "hr-head"),
    Step("企业设立登记列入“走流程”名录", "An item is on the list to be walked", "approval-handler",
         "write walk-targets walk-{serial}",
         {"code": "walk-{serial}", "item": "企业设立登记", "unit": "market-regulation",
          "officer": "person:demo-reviewer", "status": "current"}, {"status": 201}),
)  # fmt: skip
NINE = form_of(SHEET)["walk"]["cells"][:9]
SIGNED = (
    Step("负责同志收到季度报告", "The head is asked for the report", "tax-head", "asked tax", {},
         {"state": "asked", "can": ["confirm", "report"],
          "body": {"/item_id": "head-quarterly-report", "/form/period": "2026-Q3"}}, (HEADS,)),
    Step("别人不能代签", "Nobody signs for the head", "tax-handler", "move confirm", {"on": "2026-07-01"},
         {"status": 404}, (HEADS,)),
    does("tax-head", "本人签署", "Signed in person", "confirm", {"on": "2026-07-01"}, "confirmed", HEADS),
    Step("人人可查谁签了", "Anybody reads who signed", "anybody", f"read {HEAD_LIST}/tax", {},
         {"body": {"/body/reported_for": "2026-Q3", "/body/reported_on": "2026-07-01"}}, (HEADS,)),
    Step("责任人收到“走流程”任务", "The official is asked to walk the item", "reviewer", "asked walk-{serial}", {},
         {"state": "asked", "body": {"/item_id": "process-walk", "/form/period": "2026-H1",
                                     "/form/item": "企业设立登记"}}, (WALKS,)),
    does("reviewer", "走完确认", "Walked", "confirm", {"on": "2026-07-01"}, "confirmed", WALKS),
    Step("名录记下本半年已走", "The list has the half-year", "anybody", f"read {WALK_LIST}/walk-{{serial}}", {},
         {"body": {"/body/walked_for": "2026-H1", "/body/walked_on": "2026-07-01"}}, (WALKS,)),
    Step("五环节两渠道少填一格,交不上", "With one of ten cells missing: not taken", "reviewer", f"submit {SHEET}",
         sheet(cells=NINE), {"status": 422}, (WALKS,)),
    Step("填满十格,问题转责任单位", "All ten; what was found goes to the body", "reviewer", f"submit {SHEET}", sheet(),
         {"state": "received", "body": {"/form/walk/cells/4/problem": "签名环节反复跳转"}}, (WALKS,)),
)  # fmt: skip
SILENT = (
    Step("另一位十个工作日未签:核实", "Another head did not sign: looked into", "hr-head", "asked human-resources", {},
         {"state": "checking"}, (HEADS,)),
    does("approval-handler", "催签未果,记为未签", "Recorded as not signed", "give_up", {"how": "催签两次仍未签署"},
         "lost", HEADS),
    Step("名录写明未签", "The list says so", "anybody", f"read {HEAD_LIST}/human-resources", {},
         {"body": {"/body/late_for": "2026-Q3"}}, (HEADS,)),
)  # fmt: skip
