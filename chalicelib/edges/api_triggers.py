"""Listens for what is done every period for each record: its trials, and how far the run of a period is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib import wiring
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import TEXT, members

campaign_trials = Late("campaign_trials")
route = Routes(__name__)

ONE = "/v1/triggers/{trigger_id}"


@route("POST", ONE + "/trials")
def create_campaign_trial(request: Request) -> Reply:
    """Count what the next period would do, by the published trigger or by a draft of it; nothing is done."""
    draft_id, trigger_id = (
        members(request, {}, {"draft_id": TEXT}).get("draft_id"),
        request.path["trigger_id"],
    )
    trial = campaign_trials.request(wiring.app().press, request.caller, trigger_id, draft_id)
    return Reply(_dated(trial), 202, {"Location": f"/v1/triggers/{trigger_id}/trials/{trial['campaign_id']}"})


@route("GET", ONE + "/trials/{trial_id}")
def get_campaign_trial(request: Request) -> Reply:
    trigger_id, trial_id = request.path["trigger_id"], request.path["trial_id"]
    return Reply(_dated(campaign_trials.see_trial(wiring.app().press, request.caller, trigger_id, trial_id)))


@route("GET", ONE + "/runs/{period}")
def get_campaign(request: Request) -> Reply:
    """What the run of a period did: records seen, cases opened, refusals with their reasons."""
    trigger_id, period = request.path["trigger_id"], request.path["period"]
    return Reply(_dated(campaign_trials.see_run(wiring.app().press, request.caller, trigger_id, period)))


def _dated(shown: Mapping[str, Any]) -> dict[str, Any]:
    from chalicelib.domain import views

    zone = wiring.app().zone
    return {**shown, **{name: views.rfc3339(int(shown[name]), zone) for name in ("due", "at")}}
