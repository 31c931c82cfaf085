"""Faults of what an item points to: rules, fields of forms and registers, states; nothing is read in vain."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


@fault("items", "rule-for-nothing")
def rule_for_a_clock_or_step_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    rules = clean.of("rules")
    if item["mode"] != "case" or not rules:
        return None
    member = rng.choice(["limits", "needs"])
    item.setdefault("rules", {}).setdefault(member, {})["no-such-thing"] = rng.choice(rules)["id"]
    return f"/rules/{member}/no-such-thing"


@fault("items", "limit-rule-unused")
def rule_for_a_clock_that_does_not_ask_it(item: Body, clean: Clean, rng: Random) -> Place:
    rules = [r["id"] for r in clean.of("rules") if "budget" in r["result"].get("properties", {})]
    unasking = [one["id"] for one in item.get("clocks", ()) if "limit" not in one]
    if item["mode"] != "case" or not rules or not unasking:
        return None
    name = rng.choice(unasking)
    item.setdefault("rules", {}).setdefault("limits", {})[name] = rng.choice(rules)
    return f"/rules/limits/{name}"


@fault("items", "limit-rule-unused")
def clock_that_asks_another_rule_than_the_one_named_for_it(item: Body, clean: Clean, rng: Random) -> Place:
    named = item.get("rules", {}).get("limits", {})
    found = [one for one in item.get("clocks", ()) if one["id"] in named]
    if not found:
        return None
    clock = rng.choice(found)
    clock.pop("limit")
    clock |= {"budget": clock.get("budget", 5), "unit": clock.get("unit", "working_day")}
    return f"/rules/limits/{clock['id']}"


@fault("items", "rule-begins-late")
def rule_that_begins_after_the_item(item: Body, clean: Clean, rng: Random) -> Place:
    references = [r for r in clean.press.kinds.references(item) if r.kind == "rules"]
    if not references:
        return None
    item["effective_from"] = "1990-01-01"
    return rng.choice(references).pointer


@fault("items", "rule-answer-missing")
def limit_by_a_rule_that_answers_something_else(item: Body, clean: Clean, rng: Random) -> Place:
    others = [
        r["id"] for r in clean.of("rules") if "budget" not in r["result"].get("properties", {"budget": 1})
    ]
    known = enumerate(item.get("clocks", ()))
    found = [i for i, one in known if "until" not in one and one["effect"] != "due"]
    if not others or not found:
        return None
    index = rng.choice(found)
    item["clocks"][index]["limit"] = f"rule:{rng.choice(others)}"
    return f"/clocks/{index}/limit"


@fault("items", "form-field-unknown")
def dimension_from_a_field_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if "form" not in item:
        return None
    item.setdefault("dimensions", {})["planted"] = "form:/no_such_field"
    return "/dimensions/planted"


@fault("items", "form-field-unknown")
def clock_until_a_field_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("clocks") or "form" not in item:
        return None
    clock = {
        "id": "planted",
        "title": {"zh": "示例", "en": "sample"},
        "effect": "internal",
        "starts_on": ["submitted"],
        "source": "planted",
    }
    item["clocks"].append(clock | {"until": "form:/no_such_field"})
    return f"/clocks/{len(item['clocks']) - 1}/until"


@fault("items", "form-field-unknown")
def party_that_sees_a_field_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("parties") or "form" not in item:
        return None
    role = rng.choice(sorted(item["parties"]))
    item["parties"][role]["sees"] = ["/no_such_field"]
    return f"/parties/{role}/sees/0"


@fault("items", "form-field-unknown")
def record_from_a_field_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    places = [
        (s, i) for s, every in item.get("outcomes", {}).items() for i, one in enumerate(every) if "set" in one
    ]
    if not places:
        return None
    state, index = rng.choice(places)
    name = rng.choice(sorted(item["outcomes"][state][index]["set"]))
    item["outcomes"][state][index]["set"][name] = "form:/no_such_field"
    return f"/outcomes/{state}/{index}/set/{name}"


@fault("items", "record-field-unknown")
def record_with_a_field_that_the_register_lacks(item: Body, clean: Clean, rng: Random) -> Place:
    places = [
        (s, i) for s, every in item.get("outcomes", {}).items() for i, one in enumerate(every) if "set" in one
    ]
    if not places:
        return None
    state, index = rng.choice(places)
    item["outcomes"][state][index]["set"]["no_such_field"] = "today"
    return f"/outcomes/{state}/{index}/set/no_such_field"


@fault("items", "state-unknown")
def outcome_of_a_state_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("outcomes"):
        return None
    item["outcomes"]["no_such_state"] = item["outcomes"][rng.choice(sorted(item["outcomes"]))]
    return "/outcomes/no_such_state"


@fault("items", "review-state-unknown")
def review_after_a_state_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if item["mode"] != "case":
        return None
    item["review"] = {"enabled": True, "invite_on": ["no_such_state"]}
    return "/review/invite_on/0"


def _asked(item: Body, clean: Clean) -> list[tuple[int, str]]:
    """Facts that are read from a top field of the form, with their place."""
    found = []
    for index, name in enumerate(item.get("facts", ())):
        source = clean.pack.get(f"facts/{name}", {"source": {}})["source"].get("form", "")
        if source.count("/") == 1 and source[1:] in item.get("form", {}).get("properties", {}):
            found.append((index, source[1:]))
    return found


@fault("items", "fact-without-field")
def fact_from_a_field_that_the_form_lacks(item: Body, clean: Clean, rng: Random) -> Place:
    if not (asked := _asked(item, clean)):
        return None
    index, field = rng.choice(asked)
    del item["form"]["properties"][field]
    item["form"]["required"] = [name for name in item["form"].get("required", ()) if name != field]
    return f"/facts/{index}"


@fault("items", "fact-field-hidden")
def rule_over_a_field_that_no_screen_shows(item: Body, clean: Clean, rng: Random) -> Place:
    """Lesson 12, CiviForm #4512: a hidden condition still acted."""
    if not (asked := _asked(item, clean)):
        return None
    index, field = rng.choice(asked)
    item["form"]["properties"][field]["x-ui"] = {"widget": "hidden"}
    return f"/facts/{index}"


@fault("items", "fact-field-type")
def fact_from_a_field_of_another_type(item: Body, clean: Clean, rng: Random) -> Place:
    if not (asked := _asked(item, clean)):
        return None
    index, field = rng.choice(asked)
    kept = {k: v for k, v in item["form"]["properties"][field].items() if k in ("title", "x-title", "x-ui")}
    item["form"]["properties"][field] = kept | {"type": "number"}
    return f"/facts/{index}"


@fault("rules", "rule-event-unknown")
def rule_that_names_an_event_no_process_knows(rules: Body, clean: Clean, rng: Random) -> Place:
    import json

    for item in clean.users(f"rules/{rules['id']}"):
        places = [p for p, named in item.get("rules", {}).items() if named == rules["id"]]
        if places and "auto." in json.dumps(rules):
            text = json.dumps(rules, ensure_ascii=False).replace("auto.", "auto.planted_")
            rules.update(json.loads(text))
            return f"items/{item['id']}", f"/rules/{places[0]}"
    return None


@fault("items", "wording-unused")
def wording_of_a_document_that_is_never_issued(item: Body, clean: Clean, rng: Random) -> Place:
    process = clean.pack.get(f"processes/{item.get('process')}")
    if process is None or item["mode"] != "case":
        return None
    steps = [process.get("opening", {}), *process["moves"].values(), *process.get("internal", {}).values()]
    issued = {name for step in steps for name in step.get("issues", ())}
    other = rng.choice([one["id"] for one in clean.of("documents") if one["id"] not in issued])
    item["wording"] = {other: other}
    return f"/wording/{other}"
