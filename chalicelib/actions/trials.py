"""Does trials of drafts: plays an example that somebody thought of against what would be released, in memory.

A trial publishes and stores nothing about anybody: the form is made up by who tries (decisions 8, 24).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.actions.drafts import together
from chalicelib.actions.releasing import Press, world_with
from chalicelib.domain.definitions import of_kind
from chalicelib.domain.manifests import manifest, resolve
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text, not_found

KIND = "trial"


def request_trial(
    press: Press, principal: Principal, draft_ids: Sequence[str], item: str, example: Mapping[str, Any]
) -> dict[str, Any]:
    """A trial as a resource: `example` has the shape of an item's example without what it expects."""
    for draft in together(press, draft_ids):
        press.permit(principal, "check_definition", draft.kind, draft.id, draft.editors, draft.body)
    _require_shape(press, example)
    trial = {
        "trial_id": press.new_id("trl"), "status": "running", "drafts": list(draft_ids), "item": item,
        "example": dict(example), "by": principal.subject, "at": press.now(), "result": None,
    }  # fmt: skip
    if press.work is None:
        raise Problem("unavailable", "no-work-here", Text("此处不能试办", "there is nowhere to keep a trial"))
    press.work.keep(KIND, str(trial["trial_id"]), trial, 0)
    from chalicelib.actions.working import hand_over

    hand_over(press, [json.dumps({"work": KIND, "id": trial["trial_id"]})])
    return _kept(press, str(trial["trial_id"]))[0]


def _require_shape(press: Press, example: Mapping[str, Any]) -> None:
    """An example as items declare them; what it would expect may be left out."""
    from chalicelib.domain.forms import compile_form

    form = compile_form({"$ref": f"{press.kinds.meta('items')['$id']}#/$defs/Example"}, press.kinds.shared)
    whole = {"name": "trial", "expect": {"state": "any"}, **example}
    if not form.is_valid(whole):
        said = Text("示例的写法有误", "the example is not written as one")
        raise Problem("invalid", "example-invalid", said, findings=form.errors(whole))


def get_trial(press: Press, principal: Principal, trial_id: str) -> dict[str, Any]:
    press.permit(principal, "read_definition", "", "", ())
    return _kept(press, trial_id)[0]


def run_trial(press: Press, trial_id: str) -> None:
    """Play it. What goes wrong, in the drafts or in the example, is the trial's result."""
    trial, revision = _kept(press, trial_id)
    try:
        result = {"played": _played(press, trial)}
    except Problem as problem:
        findings = [
            {"pointer": one.pointer, "code": one.code, "message": one.message.as_json()}
            for one in problem.findings
        ]
        result = {
            "problem": {"code": problem.code, "message": problem.message.as_json(), "findings": findings}
        }
    if press.work is not None:
        press.work.keep(KIND, trial_id, {**trial, "status": "done", "result": result}, revision)


def _played(press: Press, trial: Mapping[str, Any]) -> dict[str, Any]:
    from chalicelib.domain import examples
    from chalicelib.domain.calendar import Calendar
    from chalicelib.domain.organisations import Organisation

    drafts, pointer = press.store.drafts(trial["drafts"]), press.store.pointer()
    current = press.store.release_set(pointer.set)
    world = world_with(press, current, {draft.key: draft.body for draft in drafts})
    key = f"items/{trial['item']}"
    if key not in world:
        said = Text("草稿不涉及该事项", "the drafts do not touch this item")
        raise Problem("invalid", "item-not-touched", said)
    bundle = resolve(manifest(key, world, press.kinds, {}), world)
    calendar = Calendar(of_kind("calendars", world).values())
    graph = Organisation(next(iter(of_kind("organisations", world).values())))
    return examples.play(bundle, trial["example"], calendar, graph, of_kind("accounts", world))


def _kept(press: Press, trial_id: str) -> tuple[dict[str, Any], int]:
    found = press.work.kept(KIND, trial_id) if press.work else None
    if found is None:
        raise not_found(Text("试办", "trial"), trial_id)
    return found
