"""Faults of declared draws: values that somebody chooses, rows that come from nowhere, rosters that tell of people."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


@fault("draws", "draw-plan")
def share_of_more_than_all(draw: Body, clean: Clean, rng: Random) -> Place:
    number = rng.randrange(len(draw["strata"]))
    quota = draw["strata"][number]["quota"]
    quota["num"] = quota["den"] + 1
    return ""


@fault("draws", "draw-beacon-alone")
def lottery_alone(draw: Body, clean: Clean, rng: Random) -> Place:
    source = rng.choice(["primary", "fallback"])
    draw["beacons"][source] = [{"kind": "lottery", "game": "sample", "numbers": 7}]
    return f"/beacons/{source}"


@fault("draws", "draw-department-unknown")
def slot_of_a_department_that_nobody_knows(draw: Body, clean: Clean, rng: Random) -> Place:
    number = rng.randrange(len(draw["slots"]))
    draw["slots"][number]["department"] = "no-such-department"
    return f"/slots/{number}/department"


@fault("draws", "draw-key-missing")
def roster_without_its_key(draw: Body, clean: Clean, rng: Random) -> Place:
    roster = rng.choice(["objects", "inspectors"])
    del draw[roster]["fields"]["id"]
    return f"/{roster}/fields"


@fault("draws", "draw-member-unknown")
def member_that_no_record_has(draw: Body, clean: Clean, rng: Random) -> Place:
    draw["inspectors"]["fields"]["pool"] = {"at": "/no_such_member"}
    return "/inspectors/fields/pool/at"


@fault("draws", "draw-member-unknown")
def coverage_asked_of_what_no_list_has(draw: Body, clean: Clean, rng: Random) -> Place:
    draw.setdefault("coverage", {"matters": {"register": "joint-inspection-items"}})
    draw["coverage"]["matters"]["where"] = {"/no_such_member": "in-force"}
    return "/coverage/matters/where/~1no_such_member"


@fault("draws", "draw-member-unknown")
def results_recognised_that_no_record_has(draw: Body, clean: Clean, rng: Random) -> Place:
    said = {"of": "inspected-firms", "matters": "/matters", "at": "/inspected_on", "source": "/number"}
    name = rng.choice(["matters", "at", "source"])
    draw.setdefault("visits", {"register": "drawn-visits"})
    draw["visits"]["recognised"] = {**said, "within_days": 180, name: "/no_such_member"}
    return f"/visits/recognised/{name}"


@fault("draws", "draw-member-personal")
def roster_that_tells_of_people(draw: Body, clean: Clean, rng: Random) -> Place:
    draw["objects"]["fields"]["person"] = {"at": "/legal_representative", "of": "enterprises"}
    return "/objects/fields/person/at"


@fault("draws", "draw-strata-overlap")
def grade_in_no_stratum(draw: Body, clean: Clean, rng: Random) -> Place:
    field = draw["weights"]["field"]
    if len(draw["strata"][0]["where"][field]) < 2:
        return None
    draw["strata"][0]["where"][field] = draw["strata"][0]["where"][field][1:]
    return "/strata"


@fault("draws", "draw-visits-closed")
def visits_where_no_draw_may_write(draw: Body, clean: Clean, rng: Random) -> Place:
    draw["visits"] = {"register": "joint-inspections"}
    return "/visits/register"


@fault("draws", "draw-member-unknown")
def visits_whose_object_no_record_names(draw: Body, clean: Clean, rng: Random) -> Place:
    draw["visits"] = {"register": "drawn-visits", "object": "no_such_member"}
    return "/visits/object"


@fault("draws", "draw-visits-public")
def visits_where_everybody_reads(draw: Body, clean: Clean, rng: Random) -> Place:
    draw["visits"] = {"register": rng.choice(["joint-inspections", "supervision-objects"])}
    return "/visits/register"
