"""A trial of what is done every period counts what the run then does, writes nothing, names nobody to who drafts."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.actions import campaign_trials, campaigning
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from chalicelib.edges import background
from tests.builders_app import House
from tests.builders_campaigns import CAMPAIGN, HOST, ITEM, REGISTER, District, campaign, tenancy
from tests.builders_memory import TABLES

DRAFTER = Principal("person:drafter", "", frozenset({"admin"}), "web")
COUNTS = ("seen", "meant", "opened", "again", "refused", "reasons")
PATH = f"/v1/triggers/{CAMPAIGN}"
ADMIN, HANDLER = ("person:demo-admin", "admin"), ("person:demo-handler", "staff")


def tried(up: District) -> dict[str, Any]:
    press = up.press()
    asked = campaign_trials.request(press, DRAFTER, CAMPAIGN, None)
    up.works(press)
    return campaign_trials.see_trial(press, DRAFTER, CAMPAIGN, asked["campaign_id"])


def outside_work(up: District) -> dict[Any, Any]:
    """All rows but those of the resource itself."""
    rows = [
        one
        for table in ("cases", "timers", "records", "deliveries")
        for one in up.dynamo.rows(getattr(TABLES, table))
    ]
    return {(one["pk"], one["sk"]): one for one in rows}


@pytest.mark.parametrize("once_per", [None, ["record:/host_uscc", "period:id"], ["record:/contact"]])
def test_the_count_of_a_trial_is_that_of_the_run(once_per: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigning, "CHUNK", 10)
    changes = {"once_per": once_per} if once_per else {}
    up = District(declared=campaign(**changes))
    up.hosts(range(30))
    up.hosts(range(30, 40), host_uscc="91430112T00000008X")
    up.hosts(range(40, 45), contact="ended")
    up.hosts(range(45, 49), name="")
    up.record({**tenancy(49), "host_uscc": None})
    before = outside_work(up)
    dry = tried(up)
    assert outside_work(up) == before
    assert up.opened() == []
    up.tick()
    up.works()
    run = up.run()
    if not once_per:
        assert {name: dry[name] for name in COUNTS} == {name: run[name] for name in COUNTS}
    # Where records share an act, one that is refused when it comes first is passed over when it comes later.
    for count in (
        lambda one: one["opened"],
        lambda one: one["again"] + one["refused"],
        lambda one: one["meant"],
    ):
        assert count(dry) == count(run)
    assert dry["opened"] == len(up.opened()) > 0
    assert (dry["status"], dry["seen"], dry["meant"]) == ("done", 50, 45)
    assert dry["refused"] >= 1


def test_a_trial_after_the_run_is_about_the_period_that_comes() -> None:
    up = District()
    up.hosts(range(3))
    assert (tried(up)["period"], tried(up)["opened"]) == ("2026-Q2", 3)
    up.tick()
    up.works()
    dry = tried(up)
    assert (dry["period"], dry["opened"], dry["again"]) == ("2026-Q3", 3, 0)
    assert len(up.opened()) == 3


def test_a_trial_over_a_register_longer_than_a_message_lists_goes_on_when_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaigning, "LISTED", 20)
    monkeypatch.setattr(campaigning, "CHUNK", 7)
    up, looks = District(), 1
    up.hosts(range(90))
    dry = tried(up)
    while dry["status"] != "done":
        press = up.press()
        dry = campaign_trials.see_trial(press, DRAFTER, CAMPAIGN, dry["campaign_id"])
        up.works(press)
        looks += 1
        assert looks < 12
    assert (dry["opened"], up.opened()) == (90, [])


def test_a_trial_is_shown_under_its_own_trigger_and_goes_on_under_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaigning, "LISTED", 20)
    up = District()
    up.hosts(range(150))
    dry = tried(up)
    up.queue.clear()
    with pytest.raises(Problem, match="not-found"):
        campaign_trials.see_trial(up.press(), DRAFTER, "red-light-supervision", dry["campaign_id"])
    assert (dry["status"], up.queue) == ("listing", [])


# ── over the API


def on_record(up: House, *numbers: int) -> None:
    for number in numbers:
        body = tenancy(number)
        up.app.kit.records.write(
            RecordWrite(REGISTER, body["uscc"], 0, body, "2026-01-01"), "system:test", up.app.at
        )


def test_an_official_tries_it_sees_the_run_and_the_host_confirms(up: House) -> None:
    on_record(up, 1, 2)
    admin, handler = up.bearer(*ADMIN), up.bearer(*HANDLER)
    asked = up.call("POST", f"{PATH}/trials", {}, admin)
    assert asked.status == 202
    dry = up.call("GET", asked.headers["location"], None, admin).json()
    assert (dry["status"], dry["mode"], dry["period"], dry["opened"]) == ("done", "dry", "2026-Q1", 2)
    assert up.call("GET", f"{PATH}/runs/2026-Q1", None, admin).code == "not-found"
    campaigning.look(up.app.press)
    run = up.call("GET", f"{PATH}/runs/2026-Q1", None, handler).json()
    assert (run["status"], run["mode"], run["opened"], run["by"]) == ("done", "run", 2, None)
    assert set(run["samples"]) == {tenancy(1)["uscc"], tenancy(2)["uscc"]}
    mine = up.call("GET", "/v1/cases", None, up.bearer(f"enterprise:{HOST}", "citizen")).json()["cases"]
    assert [one["item_id"] for one in mine] == ["cluster-contact-confirmation"] * 2
    headers = {**up.bearer(f"enterprise:{HOST}", "citizen"), "Idempotency-Key": "c"}
    body = {"move": "confirm", "input": {"on": "2026-03-02"}}
    moved = up.call("POST", f"/v1/cases/{mine[0]['case_id']}/moves", body, headers)
    assert moved.json()["outcome"] == "confirmed"
    kept = [up.app.kit.records.read(REGISTER, tenancy(number)["uscc"]) for number in (1, 2)]
    assert sorted(one.body.get("confirmed_for", "") for one in kept if one) == ["", "2026-Q1"]


def test_a_tenancy_that_ended_before_the_host_confirmed_stays_ended(up: House) -> None:
    on_record(up, 1)
    campaigning.look(up.app.press)
    ended = tenancy(1, contact="ended")
    write = RecordWrite(REGISTER, ended["uscc"], 1, ended, "2026-03-01")
    up.app.kit.records.write(write, "system:test", up.app.at)
    host = up.bearer(f"enterprise:{HOST}", "citizen")
    (mine,) = up.call("GET", "/v1/cases", None, host).json()["cases"]
    body = {"move": "confirm", "input": {"on": "2026-03-02"}}
    moves = f"/v1/cases/{mine['case_id']}/moves"
    assert up.call("POST", moves, body, host | {"Idempotency-Key": "c"}).status == 200
    kept = up.app.kit.records.read(REGISTER, ended["uscc"])
    assert kept is not None
    assert (kept.body["contact"], kept.body["confirmed_for"]) == ("ended", "2026-Q1")


def test_nobody_files_a_confirmation_for_himself(up: House) -> None:
    """It writes the tenancy of whichever firm its form names."""
    form = {"period": "2026-Q1", "host_uscc": HOST, "host_name": "示例众创空间"}
    form |= {name: tenancy(1)[name] for name in ("uscc", "name")}
    filed, codes = {"form": form, "materials": []}, list[str]()
    for who in ((f"enterprise:{HOST}", "citizen"), HANDLER):
        said = up.call("POST", f"/v1/items/{ITEM}/cases", filed, up.bearer(*who) | {"Idempotency-Key": "f"})
        codes.append(said.code)
    assert codes == ["forbidden", "parties-invalid"]


def test_who_drafts_a_campaign_sees_numbers_and_no_records(up: House) -> None:
    on_record(up, 1)
    up.app.kit.records.write(
        RecordWrite(REGISTER, tenancy(2)["uscc"], 0, tenancy(2, name=""), "2026-01-01"), "system:test", up.app.at
    )  # fmt: skip
    admin = up.bearer(*ADMIN)
    dry = up.call("POST", f"{PATH}/trials", {}, admin).json()
    assert (dry["opened"], dry["refused"], dry["reasons"]) == (1, 1, {"form-invalid": 1})
    assert sorted([*dry["samples"], *(one["record"] for one in dry["refusals"])]) == ["#1", "#2"]
    assert "91430112" not in json.dumps(dry)


def test_a_draft_is_tried_before_anybody_releases_it(up: House) -> None:
    on_record(up, 1, 2)
    admin = up.bearer(*ADMIN)
    body = campaign(id="another", once_per=["record:/host_uscc"])
    path = "/v1/definitions/triggers/another/drafts"
    draft = up.call("POST", path, {"body": body}, admin).json()["draft_id"]
    asked = {"draft_id": draft}
    dry = up.call("POST", "/v1/triggers/another/trials", asked, admin).json()
    assert (dry["opened"], dry["again"]) == (1, 1)
    assert up.call("POST", f"{PATH}/trials", asked, admin).code == "not-found"
    assert up.call("POST", "/v1/triggers/another/trials", asked, up.bearer(*HANDLER)).status == 403
    assert up.call("POST", "/v1/triggers/another/trials", {}, admin).code == "not-found"
    broken = up.call(
        "POST", path.replace("another", "broken"), {"body": {**body, "id": "broken", "every": {}}}, admin
    )
    said = up.call("POST", "/v1/triggers/broken/trials", {"draft_id": broken.json()["draft_id"]}, admin)
    assert (said.status, said.code) == (422, "trigger-invalid")
    assert (
        up.call("POST", "/v1/triggers/red-light-supervision/trials", {}, admin).code == "trigger-not-periodic"
    )


def test_the_answers_are_as_the_api_describes_them(up: House) -> None:
    on_record(up, 1)
    admin = up.bearer(*ADMIN)
    trial = up.call("POST", f"{PATH}/trials", {}, admin)
    campaigning.look(up.app.press)
    described = up.call("GET", "/v1/openapi.json", None).json()
    registry = jsonschema_rs.Registry([("urn:api", described)])
    judge = jsonschema_rs.Draft202012Validator(
        {"$ref": "urn:api#/components/schemas/Campaign"}, registry=registry, offline=True
    )
    for answer in (
        trial,
        up.call("GET", trial.headers["location"], None, admin),
        up.call("GET", f"{PATH}/runs/2026-Q1", None, admin),
    ):
        assert [error.message for error in judge.iter_errors(answer.json())] == []


def test_the_minutes_tick_has_a_worker_look(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    on_record(up, 1)
    messages: list[str] = []
    monkeypatch.setattr(up.app, "config", replace(up.app.config, work_queue="work"))
    monkeypatch.setattr(up.app, "enqueue", lambda _: None)
    monkeypatch.setattr(up.app, "hand_over", messages.extend)
    background.tick({}, None)
    monkeypatch.undo()
    for message in messages:
        background.work({"Records": [{"body": message}]}, None)
    assert up.call("GET", f"{PATH}/runs/2026-Q1", None, up.bearer(*ADMIN)).json()["opened"] == 1
