"""Faults of triggers: what never happens, what cannot be done, values nobody has, circles."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


def _opening(trigger: Body) -> tuple[str, Body] | None:
    found = [(index, act["open"]) for index, act in enumerate(trigger["do"]) if "open" in act]
    return (f"/do/{found[0][0]}/open", found[0][1]) if found else None


def _applicant(item: Body) -> Body:
    first: Body = next(iter(item["parties"].values()))
    return first


@fault("triggers", "event-unknown")
def event_that_no_process_says(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "on" not in trigger:
        return None
    trigger["on"] = {"event": "case.never_happens"}
    return "/on/event"


@fault("triggers", "filter-without-clock")
def clock_filter_on_an_event_without_a_clock(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "on" not in trigger:
        return None
    trigger["on"] = {"event": "case.withdrawn", "rungs": [100]}
    return "/on/rungs"


@fault("triggers", "value-unknown")
def value_that_its_source_has_not(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if found is None or not found[1]["form"]:
        return None
    pointer, opened = found
    name = rng.choice(sorted(opened["form"]))
    opened["form"][name] = "case:colour"
    return f"{pointer}/form/{name}"


@fault("triggers", "value-unknown")
def clock_of_an_event_that_has_none(trigger: Body, clean: Clean, rng: Random) -> Place:
    if not trigger.get("once_per") or "on" not in trigger:
        return None
    trigger["on"] = {"event": "case.withdrawn", "items": {"not": ["supervision"]}}
    trigger["once_per"] = ["case:id", "clock:id"]
    return "/once_per/1"


@fault("triggers", "field-unknown")
def field_that_the_form_has_not(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if found is None:
        return None
    found[1]["form"]["no-such-field"] = "x"
    return f"{found[0]}/form/no-such-field"


@fault("triggers", "field-missing")
def required_field_that_nothing_fills(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if found is None:
        return None
    item = clean.pack[f"items/{found[1]['item']}"]
    del found[1]["form"][rng.choice(item["form"]["required"])]
    return f"{found[0]}/form"


@fault("triggers", "party-kind")
def party_of_a_kind_that_the_item_does_not_admit(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if found is None or "person" in _applicant(clean.pack[f"items/{found[1]['item']}"])["subject"]:
        return None
    found[1]["party"] = "post:head"
    return f"{found[0]}/party"


@fault("triggers", "parties-missing")
def item_that_needs_further_parties(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    needing = [
        item["id"]
        for item in clean.of("items")
        if item.get("mode") == "case"
        and not item.get("abstract")
        and any(party["cardinality"][0] for party in list(item.get("parties", {}).values())[1:])
    ]
    if found is None or not needing:
        return None
    found[1]["item"] = rng.choice(needing)
    return f"{found[0]}/item"


@fault("triggers", "dangling-reference")
def item_that_is_not_there(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if found is None:
        return None
    found[1]["item"] = "no-such-item"
    return f"{found[0]}/item"


@fault("triggers", "move-not-for-triggers")
def move_that_no_process_gives_to_triggers(trigger: Body, clean: Clean, rng: Random) -> Place:
    moves = sorted({name for process in clean.of("processes") for name in process["moves"]})
    trigger["do"].append({"move": {"of": "source", "move": rng.choice(moves)}})
    return f"/do/{len(trigger['do']) - 1}/move/move"


@fault("triggers", "trigger-cycle")
def circle_through_the_case_that_it_opens(trigger: Body, clean: Clean, rng: Random) -> Place:
    if _opening(trigger) is None or "on" not in trigger:
        return None
    trigger["on"] = {"event": "clock.rung"}
    return "/do"


# ── what comes with a calendar period


@fault("triggers", "register-not-for-triggers")
def register_that_no_trigger_may_read(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    closed = [
        one["id"] for one in clean.of("registers") if not {"anyone", "role:trigger"} & set(one["readers"])
    ]
    trigger["for_each"]["query"] = {"register": rng.choice(closed), "where": {}}
    return "/for_each/query/register"


@fault("triggers", "dangling-reference")
def register_that_is_not_there(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    trigger["for_each"]["query"]["register"] = "no-such-register"
    return "/for_each/query/register"


@fault("triggers", "register-field-unknown")
def query_for_a_field_that_the_register_has_not(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    trigger["for_each"]["query"]["where"]["/no_such"] = "x"
    return "/for_each/query/where/~1no_such"


@fault("triggers", "register-field-unknown")
def value_that_the_record_has_not(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if "every" not in trigger or found is None:
        return None
    name = rng.choice(sorted(found[1]["form"]))
    found[1]["form"][name] = "record:/no_such"
    return f"{found[0]}/form/{name}"


@fault("triggers", "register-field-unknown")
def party_that_the_record_does_not_name(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if "every" not in trigger or found is None:
        return None
    found[1]["party"] = "enterprise:record:/no_such"
    return f"{found[0]}/party"


@fault("triggers", "value-unknown")
def value_of_a_case_where_there_is_none(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    trigger["once_per"] = ["record:id", "case:id"]
    return "/once_per/1"


@fault("triggers", "no-case-here")
def link_to_a_case_where_there_is_none(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if "every" not in trigger or found is None:
        return None
    found[1]["links"] = [{"rel": "about"}]
    return f"{found[0]}/links"


@fault("triggers", "no-case-here")
def move_of_a_case_where_there_is_none(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    trigger["do"].append({"move": {"of": "source", "move": "withdraw"}})
    return f"/do/{len(trigger['do']) - 1}/move"


@fault("triggers", "shape")
def period_without_a_first_day(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    del trigger["effective_from"]
    return ""


@fault("triggers", "fact-never-known")
def rule_whose_fact_no_record_gives(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    trigger["when"] = {"rule": "food-licence-limit", "is": {"unit": "working_day"}}
    return "/when/rule"


@fault("triggers", "rule-answer-missing")
def answer_that_the_rule_does_not_give(trigger: Body, clean: Clean, rng: Random) -> Place:
    rule = rng.choice(clean.of("rules"))
    trigger["when"] = {"rule": rule["id"], "is": {"no_such": 1}}
    return "/when/is/no_such"


@fault("triggers", "value-unknown")
def condition_on_a_value_that_nobody_has(trigger: Body, clean: Clean, rng: Random) -> Place:
    trigger["when"] = {"values": {"case:colour": ["red"]}}
    return "/when/values/case:colour"


# ── what follows from a change of a record


@fault("triggers", "trigger-cycle")
def circle_through_the_record_that_its_case_writes(trigger: Body, clean: Clean, rng: Random) -> Place:
    found = _opening(trigger)
    if "every" not in trigger or found is None or "period" not in found[1]["form"]:
        return None
    trigger["on"] = {"record": {"register": trigger.pop("for_each")["query"]["register"]}}
    del trigger["every"], trigger["once_per"]
    found[1]["form"]["period"] = "2026-Q1"
    return "/do"


# ── proposals


@fault("triggers", "proposal-with-data")
def what_a_form_says_in_a_proposal(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "on" not in trigger:
        return None
    rule = rng.choice(clean.of("rules"))
    patch = {"description": {"zh": "form:/name", "en": "case:item"}}
    trigger["do"].append({"propose": {"definition": f"rules:{rule['id']}", "patch": patch, "note": "x"}})
    return f"/do/{len(trigger['do']) - 1}/propose/patch/description/zh"


@fault("triggers", "proposal-for-each")
def a_release_for_each_record(trigger: Body, clean: Clean, rng: Random) -> Place:
    if "every" not in trigger:
        return None
    rule = rng.choice(clean.of("rules"))
    trigger["do"].append(
        {"propose": {"definition": f"rules:{rule['id']}", "patch": {"title": {"en": "x"}}, "note": "x"}}
    )
    return f"/do/{len(trigger['do']) - 1}/propose"


@fault("triggers", "dangling-reference")
def a_release_of_what_is_not_there(trigger: Body, clean: Clean, rng: Random) -> Place:
    trigger["do"].append(
        {"propose": {"definition": "rules:no-such", "patch": {"title": {"en": "x"}}, "note": "x"}}
    )
    return f"/do/{len(trigger['do']) - 1}/propose/definition"
