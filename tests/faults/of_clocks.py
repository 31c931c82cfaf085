"""Faults of an item's clocks, holds, rules and of what it points to: nothing may be promised or read in vain."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault

SAID = {"zh": "示例", "en": "sample"}


def _clock(item: Body, rng: Random) -> int | None:
    """One that something starts: what dates a due has faults of its own."""
    found = [index for index, one in enumerate(item.get("clocks", ())) if one["effect"] != "due"]
    return rng.choice(found) if found else None


def _hold(item: Body, rng: Random) -> int | None:
    return rng.randrange(len(item["holds"])) if item.get("holds") else None


@fault("items", "milestone-unknown")
def clock_that_waits_for_what_never_happens(item: Body, clean: Clean, rng: Random) -> Place:
    index = _clock(item, rng)
    if index is None:
        return None
    member = rng.choice(["starts_on", "stops_on"])
    item["clocks"][index].setdefault(member, []).append("never_happens")
    return f"/clocks/{index}/{member}/{len(item['clocks'][index][member]) - 1}"


@fault("items", "expiry-event-unknown")
def clock_that_fires_what_nobody_hears(item: Body, clean: Clean, rng: Random) -> Place:
    index = _clock(item, rng)
    if index is None:
        return None
    item["clocks"][index]["on_expiry"] = "timeout.nobody_hears"
    return f"/clocks/{index}/on_expiry"


@fault("items", "wait-without-clock")
def wait_without_a_clock(item: Body, clean: Clean, rng: Random) -> Place:
    running = [one for one in item.get("clocks", ()) if "submitted" in one.get("starts_on", ())]
    if not running or any(name.startswith("state:") for one in item["clocks"] for name in one.get("starts_on", ())[:1]
                          if name in ("state:received", "state:submitted", "state:open")):  # fmt: skip
        return None
    item["clocks"] = [one for one in item["clocks"] if one not in running]
    return "/clocks"


@fault("items", "shape")
def clock_without_a_unit(item: Body, clean: Clean, rng: Random) -> Place:
    found = [i for i, one in enumerate(item.get("clocks", ())) if "unit" in one and "limit" not in one]
    if not found:
        return None
    index = rng.choice(found)
    del item["clocks"][index]["unit"]
    return f"/clocks/{index}"


@fault("items", "shape")
def clock_without_a_basis(item: Body, clean: Clean, rng: Random) -> Place:
    index = _clock(item, rng)
    if index is None:
        return None
    item["clocks"][index].pop("basis", None)
    item["clocks"][index].pop("source", None)
    return f"/clocks/{index}"


@fault("items", "shape")
def clock_in_days_that_could_mean_anything(item: Body, clean: Clean, rng: Random) -> Place:
    found = [i for i, one in enumerate(item.get("clocks", ())) if "unit" in one]
    if not found:
        return None
    item["clocks"][found[0]]["unit"] = "day"  # jmix #790: one day meant 24 business hours
    return f"/clocks/{found[0]}/unit"


def _promise_alike(item: Body, one: Body) -> None:
    """No rule decides how long this promise is: it is as long for everybody."""
    one.pop("limit", None)
    item["rules"].get("limits", {}).pop(one["id"], None)


@fault("items", "promise-longer-than-law")
def promise_that_is_longer_than_the_law_allows(item: Body, clean: Clean, rng: Random) -> Place:
    for law in item.get("clocks", ()):
        for index, one in enumerate(item["clocks"]):
            same = all(one.get(m) == law.get(m) for m in ("starts_on", "stops_on", "restarts_on"))
            if law["effect"] == "statutory" and one["effect"] == "promised" and "budget" in law and same:
                one |= {"budget": law["budget"] + rng.randint(1, 30), "unit": law["unit"]}
                return f"/clocks/{index}"
    return None


@fault("items", "stages-exceed-limit")
def stage_that_takes_longer_than_the_promise(item: Body, clean: Clean, rng: Random) -> Place:
    for index, one in enumerate(item.get("clocks", ())):
        if one["effect"] == "promised" and one.get("unit") == "working_day" and one.get("stops_on"):
            stage = {"id": "planted-stage", "title": SAID, "effect": "internal", "source": "planted"}
            stage |= {"starts_on": one["starts_on"], "stops_on": one["stops_on"], "unit": "working_day"}
            item["clocks"].append(stage | {"budget": 500})
            return f"/clocks/{index}"
    return None


@fault("items", "stages-exceed-limit")
def stages_that_add_up_to_more_than_the_promise(item: Body, clean: Clean, rng: Random) -> Place:
    """Each of the two is shorter than the promise; only one after the other they are longer."""
    process = clean.pack.get(f"processes/{item.get('process')}")
    for index, one in enumerate(item.get("clocks", ()) if process else ()):
        by_rule = "limit" in one  # what is decided case by case is not certain to be overrun
        if (
            one["effect"] == "promised"
            and one.get("unit") == "working_day"
            and one["budget"] > 2
            and not by_rule
        ):
            for between in _between(process, one):
                half = {"title": SAID, "effect": "internal", "source": "planted", "unit": "working_day"}
                half |= {"budget": one["budget"] // 2 + 1}
                first = {"id": "first-half", "starts_on": one["starts_on"], "stops_on": [between]}
                second = {"id": "second-half", "starts_on": [between], "stops_on": one["stops_on"]}
                item["clocks"] += [half | first, half | second]
                return f"/clocks/{index}"
    return None


@fault("items", "stages-exceed-limit")
def stage_in_calendar_days_that_ends_after_the_promise_on_some_day_only(
    item: Body, clean: Clean, rng: Random
) -> Place:
    """As many calendar days as the promise has working days end earlier, and much later over no holiday at all."""
    for index, one in enumerate(item.get("clocks", ())):
        if one["effect"] == "promised" and one.get("unit") == "working_day" and one.get("stops_on"):
            _promise_alike(item, one)
            stage = {"id": "planted-stage", "title": SAID, "effect": "internal", "source": "planted"}
            stage |= {"starts_on": one["starts_on"], "stops_on": one["stops_on"], "unit": "calendar_day"}
            item["clocks"].append(stage | {"budget": one["budget"] * 7 // 5 + 2})
            return f"/clocks/{index}"
    return None


@fault("items", "stages-exceed-limit")
def stage_that_only_a_loop_makes_longer_than_the_promise(item: Body, clean: Clean, rng: Random) -> Place:
    """Once it is in time; sent back as often as the process allows, it is not."""
    process = clean.pack.get(f"processes/{item.get('process')}")
    back = {m["emits"] for m in process["moves"].values() if m.get("at_most", 0) > 1} if process else set()
    for index, one in enumerate(item.get("clocks", ())):
        if one["effect"] == "promised" and one.get("unit") == "working_day" and one["budget"] > 2:
            _promise_alike(item, one)
            for between in _between(process, one) if process else ():
                stage = {"id": "planted-stage", "title": SAID, "effect": "internal", "source": "planted"}
                starts = [*one["starts_on"], *sorted(back & {"returned", "remanded"})]
                stage |= {"starts_on": starts, "stops_on": [between], "unit": "working_day"}
                if len(starts) > len(one["starts_on"]):
                    item["clocks"].append(stage | {"budget": one["budget"] // 2 + 1})
                    return f"/clocks/{index}"
    return None


@fault("items", "promise-longer-than-law")
def promise_in_other_days_than_the_laws(item: Body, clean: Clean, rng: Random) -> Place:
    """As many working days as the law gives calendar days."""
    for law in item.get("clocks", ()):
        for index, one in enumerate(item["clocks"]):
            same = all(one.get(m) == law.get(m) for m in ("starts_on", "stops_on", "restarts_on"))
            if law["effect"] == "statutory" and one["effect"] == "promised" and "budget" in law and same:
                one |= {"budget": law["budget"], "unit": "working_day"}
                law |= {"unit": "calendar_day"}
                return f"/clocks/{index}"
    return None


def _between(process: Body, promise: Body) -> list[str]:
    """What happens on the way: emitted by a move out of the state in which the promise begins, into an open one."""
    steps = {**process["moves"], **process.get("internal", {})}
    arrows = [
        (here, row) for here, state in _states(process["chart"]) for row in state.get("transitions", ())
    ]
    begun = {
        row["target"] for _, row in arrows if steps.get(row["event"], {}).get("emits") in promise["starts_on"]
    }
    return [
        steps[row["event"]]["emits"]
        for here, row in arrows
        if here in begun
        and row["event"] in process["moves"]
        and process["states"][row["target"]].get("waits_for", "").startswith("post:")
        and "at_most" not in steps[row["event"]]
        and steps[row["event"]]["emits"] not in (*promise["starts_on"], *promise["stops_on"])
    ]


def _states(holder: Body) -> list[tuple[str, Body]]:
    return [
        each for name, body in holder.get("states", {}).items() for each in ((name, body), *_states(body))
    ]


@fault("items", "extension-too-long")
def extension_beyond_the_laws_bound(item: Body, clean: Clean, rng: Random) -> Place:
    found = [i for i, one in enumerate(item.get("clocks", ())) if "at_most" in one.get("extension", {})]
    if not found:
        return None
    index = rng.choice(found)
    item["clocks"][index]["extension"]["budget"] = item["clocks"][index]["extension"][
        "at_most"
    ] + rng.randint(1, 9)
    return f"/clocks/{index}/extension/budget"


@fault("items", "post-vacant")
def extension_by_somebody_who_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    found = [i for i, one in enumerate(item.get("clocks", ())) if "extension" in one]
    if not found:
        return None
    index = rng.choice(found)
    item["clocks"][index]["extension"]["by"] = [rng.choice(["post:nobody-holds-it", "above:nobody-holds-it"])]
    return f"/clocks/{index}/extension/by"


@fault("items", "post-vacant")
def special_step_by_a_post_that_only_the_body_itself_has(item: Body, clean: Clean, rng: Random) -> Place:
    """The window clerk of the department is nobody in the government above it."""
    index = _hold(item, rng)
    if index is None:
        return None
    item["holds"][index]["by"] = ["above:window"]
    return f"/holds/{index}/by"


@fault("items", "id-twice")
def two_clocks_of_one_id(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("clocks"):
        return None
    item["clocks"].append(dict(rng.choice(item["clocks"])))
    return f"/clocks/{len(item['clocks']) - 1}/id"


@fault("items", "shape")
def hold_without_a_maximum(item: Body, clean: Clean, rng: Random) -> Place:
    index = _hold(item, rng)
    if index is None:
        return None
    del item["holds"][index]["max"]
    return f"/holds/{index}/max"


@fault("items", "shape")
def hold_without_a_document(item: Body, clean: Clean, rng: Random) -> Place:
    index = _hold(item, rng)
    if index is None:
        return None
    del item["holds"][index]["document"]
    return f"/holds/{index}/document"


@fault("items", "hold-blocks-unknown")
def hold_that_blocks_no_move(item: Body, clean: Clean, rng: Random) -> Place:
    index = _hold(item, rng)
    if index is None:
        return None
    item["holds"][index].setdefault("blocks", []).append("no_such_move")
    return f"/holds/{index}/blocks/{len(item['holds'][index]['blocks']) - 1}"


@fault("items", "hold-clocks-unknown")
def hold_of_a_clock_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    index = _hold(item, rng)
    if index is None:
        return None
    item["holds"][index]["clocks"] = ["no-such-clock"]
    return f"/holds/{index}/clocks/0"
