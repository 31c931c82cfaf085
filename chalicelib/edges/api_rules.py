"""Listens for trials of rules: what would they decide of these facts on this day, and by which row."""

from __future__ import annotations

from datetime import date

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.reading import OBJECT, TEXT, members

route = Routes(__name__)


@route("POST", "/v1/rules/{rule_id}/trials")
def try_rule(request: Request) -> Reply:
    from chalicelib.domain import rules

    app, rule_id = wiring.app(), request.path["rule_id"]
    body = members(request, {"facts": OBJECT}, {"on": TEXT})
    app.press.permit(request.caller, "trial_rule", "rules", rule_id, ())
    pointer = app.catalogue.pointer(strong=False)
    definition = app.catalogue.live(pointer, "rules", rule_id)
    declared = {fact: app.catalogue.live(pointer, "facts", fact) for fact in definition["facts"]}
    today = app.kit.office().today
    decision = rules.trial(definition, body["facts"], _day(body.get("on")) or today, declared)
    answer = {
        "result": decision.result,
        "manual": decision.manual,
        "code": decision.code,
        "trace": decision.trace,
    }
    return Reply(answer | {"unknown": list(decision.unknown), "ask": list(decision.ask)})


def _day(text: object) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise Problem("invalid", "body-invalid", Text("on 应为日期", "on must be a date")) from error
