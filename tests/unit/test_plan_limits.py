"""The plan's limits, each on a released item played in memory: the instant of the deadline on days set by hand.

Every date was counted by hand on the State Council's notice for 2026: the spring festival took 15 to 23 February
(14 and 28 February worked), Qingming 4 to 6 April, Labour Day 1 to 5 May (9 May worked), the national holiday
1 to 7 October (10 October worked). Offices are open 09:00 to 12:00 and 13:30 to 17:00.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest

from chalicelib.domain import clock, example_steps, examples
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Body
from chalicelib.domain.definitions import SHARED, Bundle, of_kind
from chalicelib.domain.manifests import manifest, resolve
from chalicelib.domain.organisations import Organisation
from tests.builders_clock import local
from tests.builders_pack import KINDS, PACK, WHOLE

CALENDAR = Calendar(of_kind("calendars", PACK).values())
DISTRICT = Organisation(PACK["organisations/wangcheng"])


@cache
def bundle(item: str) -> Bundle:
    shared = {f"{SHARED}{name}": schema for name, schema in KINDS.shared.items()}
    return resolve(manifest(f"items/{item}", WHOLE, KINDS, {}), {**WHOLE, **shared})


def deadline(item: str, clock_id: str, today: str, moves: list[Body], **facts: Any) -> str | None:
    """When that clock of the item's first example runs out, begun at `today`, its facts as given, after `moves`."""
    example = copy.deepcopy(bundle(item).item["examples"][0])
    example |= {"today": f"{today.replace(' ', 'T')}:00+08:00", "moves": moves, "expect": {}}
    for name, value in facts.items():
        example["facts"][name.replace("_", "-")] = value
        _fill_in(example["form"], PACK[f"facts/{name.replace('_', '-')}"]["source"].get("form"), value)
    return _deadline(item, clock_id, example)


def _fill_in(form: Body, pointer: str | None, value: Any) -> None:
    *parents, last = pointer.strip("/").split("/") if pointer else [""]
    for parent in parents:
        form = form[parent]
    if pointer:
        form[last] = value


def _deadline(item: str, clock_id: str, example: Body) -> str | None:
    played = examples.begin(examples.world_of(bundle(item), example, CALENDAR, DISTRICT), example, [])
    for step in example["moves"]:
        refused = example_steps.make_step(played, step)
        assert refused is None, refused
    case, world = played.course.case, played.course.world
    one = next(each for each in case.clocks if each["id"] == clock_id)
    return local(clock.project(one, world.bundle.item, world.at, times=world.times).latest_ms)


ACCEPT: list[Body] = [{"by": "post:window", "move": "accept", "input": {}}]
CONFIRM: list[Body] = [{"by": "party:applicant", "move": "confirm", "input": {}}]
PROPOSE: list[Body] = [{"by": "post:window", "move": "propose_menu", "input": {"note": "规划许可、管线迁改"}}]
UNKNOWN = {"unknown": True}  # so that the rule leaves the case to a person


@pytest.mark.parametrize(
    ("kind", "today", "ends"),
    [
        ("private-industrial", "2026-03-02 09:00", "2026-04-14 17:00"),
        ("private-building", "2026-03-02 09:00", "2026-05-06 17:00"),
        ("government-building", "2026-03-02 09:00", "2026-05-28 17:00"),
        ("municipal", "2026-03-02 09:00", "2026-05-27 17:00"),
        ("private-industrial", "2026-09-30 16:00", "2026-11-17 17:00"),
        ("private-building", "2026-09-30 16:00", "2026-12-04 17:00"),
        ("government-building", "2026-09-30 16:00", "2026-12-29 17:00"),
        ("municipal", "2026-09-30 16:00", "2026-12-28 17:00"),
    ],
)
def test_construction_projects_have_30_43_60_and_59_working_days(kind, today, ends):
    moves = CONFIRM if kind != "municipal" else PROPOSE + CONFIRM  # the rule has no menu for municipal works
    assert deadline("industrial-project", "promised", today, moves, project_kind=kind) == ends


@pytest.mark.parametrize(
    ("item", "today", "ends"),
    [
        ("second-hand-house-transfer", "2026-03-02 09:00", "2026-03-05 17:00"),
        ("mortgage-registration", "2026-03-02 09:00", "2026-03-05 17:00"),
        ("land-registration", "2026-03-02 09:00", "2026-03-04 17:00"),
        ("second-hand-house-transfer", "2026-04-03 16:50", "2026-04-09 17:00"),
        ("mortgage-registration", "2026-04-03 16:50", "2026-04-09 17:00"),
        ("land-registration", "2026-04-03 16:50", "2026-04-08 17:00"),
    ],
)
def test_registrations_have_3_3_and_2_working_days(item, today, ends):
    assert deadline(item, "promised", today, ACCEPT, unit_seized=UNKNOWN) == ends


@pytest.mark.parametrize(
    ("today", "ends"),
    [("2026-03-02 09:00", "2026-03-02 14:30"), ("2026-04-30 15:00", "2026-05-06 11:00")],
)
def test_starting_a_firm_has_four_office_hours(today, ends):
    assert deadline("enterprise-establishment", "promised", today, ACCEPT, name_conflicts=UNKNOWN) == ends


@pytest.mark.parametrize(
    ("today", "cause", "ends"),
    [
        ("2026-07-01 09:00", "sale", "2026-07-01 10:00"),
        ("2026-07-01 11:30", "sale", "2026-07-01 14:00"),
        ("2026-09-30 16:30", "sale", "2026-10-08 09:30"),
        ("2026-09-30 16:30", "gift", "2026-10-10 17:00"),
        ("2026-06-30 16:30", "sale", "2026-07-03 17:00"),
    ],
)
def test_a_plain_sale_is_registered_within_one_hour_once_that_limit_holds_and_not_before(today, cause, ends):
    moves: list[Body] = []  # accepted at once by the rule
    assert deadline("second-hand-house-transfer", "promised", today, moves, transfer_cause=cause) == ends


@pytest.mark.parametrize(
    ("today", "ends"),
    [("2026-03-02 09:00", "2026-03-09 17:00"), ("2026-04-30 15:00", "2026-05-11 17:00")],
)
def test_water_is_0520_no_paper_five_working_days_two_steps_no_fee(today, ends):
    assert deadline("water-connection", "promised", today, [{"event": "auto.accept"}]) == ends
    assert _scheme("water-connection") == (0, 2, 0)


WORKS: list[Body] = [
    {"event": "auto.accept"},
    {
        "by": "post:handler",
        "move": "offer_plan",
        "input": {"surveyed_on": "2026-03-02", "plan": "由示例路主管接入，埋地敷设", "charge_fen": 0},
    },
    {"by": "post:handler", "move": "complete_works", "input": {"summary": "接入管线敷设完成，具备验收条件"}},
    {"by": "party:applicant", "move": "accept_works", "input": {}},
]


@pytest.mark.parametrize(
    ("today", "ends"),
    [("2026-03-02 09:00", "2026-03-03 17:00"), ("2026-09-30 15:00", "2026-10-08 17:00")],
)
def test_gas_is_0210_no_paper_two_steps_one_day_no_fee(today, ends):
    assert deadline("gas-connection", "gas-on", today, WORKS) == ends
    assert _scheme("gas-connection") == (0, 2, 0)


def _scheme(item: str) -> tuple[int, int, int]:
    """How many papers the applicant brings, steps the applicant makes on the way to the service, what it costs."""
    declared = bundle(item).item
    made = [step for step in declared["examples"][0]["moves"] if step.get("by") == "party:applicant"]
    return len(declared["materials"]), 1 + len(made), len(declared.get("fees", ()))


@pytest.mark.parametrize(
    ("today", "debts", "ends"),
    [
        ("2026-03-02 09:00", 0, "2026-03-02 10:00"),
        ("2026-09-30 16:30", 0, "2026-10-08 09:30"),
        ("2026-03-02 09:00", 1, "2026-03-16 17:00"),
        ("2026-09-30 16:30", 1, "2026-10-20 17:00"),
    ],
)
def test_a_deregistration_is_instant_or_has_ten_working_days_by_its_rule(today, debts, ends):
    asked = {
        "enterprise_status": UNKNOWN,
        "debts_outstanding": debts,
    }  # a person accepts: the system would grant at once
    assert deadline("general-deregistration", "promised", today, ACCEPT, **asked) == ends


def test_an_instant_deregistration_ends_without_a_person():
    (granted, *_) = bundle("general-deregistration").item["examples"]
    assert {step.get("event", "") for step in granted["moves"]} == {"auto.grant", "auto.serve"}
    assert examples.run(bundle("general-deregistration"), granted, CALENDAR, DISTRICT) == []


def test_joint_handling_has_45_working_days_and_15_more_by_the_head_of_the_government():
    """行政许可法 第42条第二款: not the head of the body that handles it, but of the one above."""
    extend: Body = {
        "by": "above:head",
        "move": "extend_stage",
        "input": {"reason": "管线迁改须会同省级单位办理"},
    }
    assert deadline("industrial-project", "stage", "2026-03-02 09:00", CONFIRM) == "2026-05-08 17:00"
    assert (
        deadline("industrial-project", "stage", "2026-03-02 09:00", [*CONFIRM, extend]) == "2026-05-28 17:00"
    )
    with pytest.raises(AssertionError, match="move-not-available"):
        deadline("industrial-project", "stage", "2026-03-02 09:00", [*CONFIRM, extend | {"by": "post:head"}])
