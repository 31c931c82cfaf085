"""Faults of relations, and of what items and processes link: ends that do not fit, locks on nothing, rights lost."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


@fault("relations", "exclusive-of-many")
def exclusive_where_both_ends_have_many(relation: Body, clean: Clean, rng: Random) -> Place:
    relation |= {"cardinality": "many-to-many", "exclusive": True}
    return "/exclusive"


@fault("relations", "carries-from-no-case")
def carried_over_from_what_is_no_case(relation: Body, clean: Clean, rng: Random) -> Place:
    relation |= {"source": ["record"], "carries": {"form": True}}
    return "/carries"


def _linked(item: Body, rng: Random, member: str) -> tuple[str, Body] | None:
    found = [
        (f"/outcomes/{state}/{index}", one)
        for state, outcomes in item.get("outcomes", {}).items()
        for index, one in enumerate(outcomes)
        if member in one
    ]
    return rng.choice(found) if found else None


@fault("items", "link-end-unfit")
def link_to_what_the_relation_does_not_link(item: Body, clean: Clean, rng: Random) -> Place:
    found = _linked(item, rng, "link")
    if found is None:
        return None
    place, one = found
    one["link"] = "about"
    return f"{place}/{'source' if 'source' in one else 'target'}"


@fault("items", "unlink-of-nothing")
def end_of_a_link_that_no_state_makes(item: Body, clean: Clean, rng: Random) -> Place:
    found = _linked(item, rng, "unlink")
    if found is None:
        return None
    item["outcomes"] = {
        state: [one for one in outcomes if "link" not in one] for state, outcomes in item["outcomes"].items()
    }
    return found[0]


@fault("items", "successor-of-open")
def successor_of_a_case_that_is_open(item: Body, clean: Clean, rng: Random) -> Place:
    process = clean.pack.get(f"processes/{item.get('process')}", {"states": {}})
    still_open = [name for name, state in process["states"].items() if not state.get("final")]
    if not item.get("successors") or not still_open:
        return None
    item["successors"][0]["states"] = [rng.choice(still_open)]
    return "/successors/0/states/0"


def _merging(process: Body) -> tuple[str, Body] | None:
    return next(((name, move) for name, move in process["moves"].items() if "merges" in move), None)


@fault("processes", "merge-into-nothing")
def merge_into_a_case_that_nobody_names(process: Body, clean: Clean, rng: Random) -> Place:
    found = _merging(process)
    if found is None:
        return None
    found[1]["merges"] = {**found[1]["merges"], "into": "/nowhere"}
    return f"/moves/{found[0]}/merges/into"


@fault("processes", "merge-loses-rights")
def merge_that_takes_nobody_along(process: Body, clean: Clean, rng: Random) -> Place:
    found = _merging(process)
    if found is None:
        return None
    found[1]["merges"] = {**found[1]["merges"], "rel": "about"}
    return f"/moves/{found[0]}/merges/rel"
