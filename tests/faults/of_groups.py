"""Faults of groups: members that cannot be joined, a process that never hears, forms not filled or asked twice."""

from __future__ import annotations

from chalicelib.domain import children
from tests.faults.planting import Body, Clean, Place, Random, fault


def _group(item: Body) -> tuple[str, Body] | None:
    found = [(f"/children/{state}", one) for state, one in item.get("children", {}).items() if one]
    return found[0] if found else None


def _filed(item: Body, clean: Clean, rng: Random) -> tuple[str, Body, Body] | None:
    """(pointer, member, its item) of a member whose case the platform opens."""
    found = _group(item)
    members = list(enumerate(found[1].get("members", ()))) if found else []
    filed = [(index, one) for index, one in members if one.get("filed_by") != "applicant"]
    if found is None or not filed:
        return None
    index, one = rng.choice(filed)
    return f"{found[0]}/members/{index}", one, clean.pack[f"items/{one['item']}"]


def _may_succeed(item: Body, group: Body, clean: Clean) -> bool:
    """Whether some end of the item is what the group calls a success."""
    states = clean.pack.get(f"processes/{item.get('process')}", {"states": {}})["states"]
    return bool({one.get("outcome") for one in states.values()} & set(children.good(group)))


def _promising(group: Body, clean: Clean) -> bool:
    """Whether a member has a limit of its own that the whole could overrun: an internal one is no promise."""
    members = [clean.pack[f"items/{one['item']}"] for one in group.get("members", [group.get("open")])]
    return any(clock["effect"] != "internal" for one in members for clock in one["clocks"])


@fault("items", "group-state")
def members_of_a_state_that_waits_for_nobody(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None:
        return None
    states = clean.pack[f"processes/{item['process']}"]["states"]
    other = rng.choice(
        sorted(name for name, one in states.items() if one.get("waits_for", "").startswith("post:"))
    )
    item["children"] = {other: found[1]}
    return f"/children/{other}"


@fault("items", "group-event")
def join_that_the_process_does_not_hear(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None:
        return None
    name = rng.choice(["joined", "refused"])
    found[1]["events"][name] = "child.unheard_of"
    return f"{found[0]}/events/{name}"


@fault("items", "group-move")
def member_added_by_a_move_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None:
        return None
    found[1]["moves"] = {"add_member": "propose_menu"}
    return f"{found[0]}/moves/add_member"


@fault("items", "member-twice")
def member_that_is_there_twice(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "members" not in found[1]:
        return None
    found[1]["members"].append(dict(rng.choice(found[1]["members"])))
    return f"{found[0]}/members/{len(found[1]['members']) - 1}"


@fault("items", "stage-unknown")
def member_of_a_stage_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or not found[1].get("stages"):
        return None
    index = rng.randrange(len(found[1]["members"]))
    found[1]["members"][index] |= {"stage": "no-such-stage"}
    return f"{found[0]}/members/{index}"


@fault("items", "member-order")
def member_that_waits_for_one_of_its_own_stage(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or len(found[1].get("members", ())) < 2:
        return None
    first, second = found[1]["members"][:2]
    second["stage"] = first.get("stage", "")
    if not second["stage"]:
        del second["stage"]
    second["after"] = [first.get("id", first["item"])]
    return f"{found[0]}/members/1/after/0"


@fault("items", "dangling-reference")
def member_whose_item_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "members" not in found[1]:
        return None
    found[1]["members"][0]["item"] = "no-such-item"
    return f"{found[0]}/members/0/item"


@fault("items", "item-opens-nothing")
def member_that_opens_no_case(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    idle = [
        one["id"]
        for one in clean.press.store.bodies.values()
        if one["kind"] == "items" and one.get("abstract")
    ]
    if found is None or not idle or "members" not in found[1]:
        return None
    found[1]["members"][0]["item"] = rng.choice(idle)
    return f"{found[0]}/members/0/item"


@fault("items", "member-never-good")
def success_that_no_member_knows(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None:
        return None
    found[1]["good"] = ["splendid"]
    return f"{found[0]}/{'open' if 'open' in found[1] else 'members'}"


@fault("items", "join-out-of-reach")
def join_that_too_few_members_count_for(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "members" not in found[1]:
        return None
    found[1]["join"] = {rng.choice(["at_least", "quorum"]): len(found[1]["members"]) + 1}
    return f"{found[0]}/join"


@fault("items", "rule-answer-missing")
def menu_that_the_rule_does_not_answer(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "rule" not in found[1].get("for_each", {}):
        return None
    found[1]["for_each"]["list"] = "colours"
    return f"{found[0]}/for_each/list"


@fault("items", "group-clock-unknown")
def clock_of_the_whole_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None:
        return None
    found[1]["group_clock"] = "no-such-clock"
    return f"{found[0]}/group_clock"


@fault("items", "limit-without-group")
def clock_that_ends_with_members_it_has_not(item: Body, clean: Clean, rng: Random) -> Place:
    if item.get("children") or not item.get("clocks"):
        return None
    index = rng.randrange(len(item["clocks"]))
    clock = item["clocks"][index]
    if "until" in clock or clock["effect"] == "due":
        return None
    clock["limit"] = "members"
    return f"/clocks/{index}/limit"


@fault("items", "group-cycle")
def group_that_opens_itself_again(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "members" not in found[1]:
        return None
    found[1]["members"].append({"id": "again", "item": item["id"], "map": {}})
    return found[0]


@fault("items", "promise-shorter-than-branch")
def promise_of_the_whole_that_its_members_overrun(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    named = found[1].get("group_clock") if found and _promising(found[1], clean) else None
    for index, clock in enumerate(item.get("clocks", ())):
        if clock["id"] == named:
            clock.pop("limit", None)
            clock |= {"budget": 1, "unit": "working_day"}
            return f"/clocks/{index}"
    return None


# ── forms


@fault("items", "form-field-unknown")
def list_of_members_that_the_form_has_not(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "list" not in found[1].get("for_each", {}) or "rule" in found[1]["for_each"]:
        return None
    found[1]["for_each"]["list"] = rng.choice(["form:/no-such-field", "form:/uscc"])
    return f"{found[0]}/for_each/list"


@fault("items", "member-unknown")
def choice_in_the_form_that_is_no_member(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    chosen = str(found[1].get("for_each", {}).get("list", "")) if found else ""
    if found is None or not chosen.startswith("form:") or len(found[1].get("members", ())) < 2:
        return None  # what a rule lists is the rule's
    found[1]["members"].pop(rng.randrange(len(found[1]["members"])))
    return f"{found[0]}/for_each/list"


@fault("items", "field-unknown")
def field_that_the_members_form_has_not(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None:
        return None
    found[1]["map"]["/no-such-field"] = "x"
    return f"{found[0]}/map/~1no-such-field"


@fault("items", "form-field-unknown")
def field_that_the_parents_form_has_not(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None:
        return None
    target = rng.choice(sorted(found[1]["map"]))
    found[1]["map"][target] = "form:/no-such-field"
    return f"{found[0]}/map/{target.replace('/', '~1')}"


@fault("items", "field-type")
def field_of_another_type(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None or not {"/uscc", "/contact"} <= found[1]["map"].keys():
        return None
    found[1]["map"]["/uscc"] = found[1]["map"]["/contact"]
    return f"{found[0]}/map/~1uscc"


@fault("items", "field-missing")
def required_field_of_a_member_that_nothing_fills(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None:
        return None
    required = {f"/{name}" for name in found[2]["form"]["required"]}
    del found[1]["map"][rng.choice(sorted(required & found[1]["map"].keys()))]
    return f"{found[0]}/map"


@fault("items", "field-asked-twice")
def field_that_two_members_read_from_two_places(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or len(found[1].get("members", ())) < 2:
        return None
    if "/uscc" not in found[1]["members"][0]["map"] or "/uscc" not in found[1]["members"][-1]["map"]:
        return None
    item["form"]["properties"]["uscc_again"] = {
        **item["form"]["properties"]["uscc"], "x-ui": {"widget": "uscc", "order": 90}
    }  # fmt: skip
    found[1]["members"][-1]["map"]["/uscc"] = "form:/uscc_again"
    return f"{found[0]}/members/{len(found[1]['members']) - 1}/map/~1uscc"


@fault("items", "parties-missing")
def member_that_needs_further_parties(item: Body, clean: Clean, rng: Random) -> Place:
    found, group = _filed(item, clean, rng), _group(item)
    good = set(group[1].get("good", ["granted"])) if group else set()
    needing = [
        one["id"]
        for one in clean.of("items")
        if one.get("mode") == "case"
        and any(p["cardinality"][0] for p in list(one.get("parties", {}).values())[1:])
        and good
        & {state.get("outcome") for state in clean.pack[f"processes/{one['process']}"]["states"].values()}
    ]  # a member that can come to no good is another fault
    if found is None or not needing:
        return None
    found[1]["item"] = rng.choice(needing)
    return f"{found[0]}/item"


@fault("items", "party-kind")
def member_whose_party_may_not_be_such(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None or "node" in next(iter(found[2]["parties"].values()))["subject"]:
        return None
    found[1]["party"] = "node:administrative-approval"
    return f"{found[0]}/item"


@fault("items", "material-unknown")
def material_that_nobody_has(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None:
        return None
    found[1]["materials"] = {"no-such-material": "no-such-material"}
    return f"{found[0]}/materials/no-such-material"


@fault("items", "material-missing")
def material_of_a_member_that_nobody_hands_in(item: Body, clean: Clean, rng: Random) -> Place:
    found, group = _filed(item, clean, rng), _group(item)
    if found is None or group is None:
        return None
    asking = [
        one["id"]
        for one in clean.of("items")
        if _may_succeed(one, group[1], clean)
        and any(
            m["modes"] == ["upload"] and m["required"] and not (m["when"] or m["deferrable"])
            for m in one.get("materials", ())
        )
    ]
    if not asking:
        return None
    found[1]["item"] = rng.choice(asking)
    return f"{found[0]}/materials"


@fault("items", "shared-by-nobody")
def field_said_to_be_shared_that_no_member_reads(item: Body, clean: Clean, rng: Random) -> Place:
    found = _group(item)
    if found is None or "share" not in found[1]:
        return None
    if rng.random() < 0.5:
        found[1]["share"]["materials"] = ["no-such-material"]
        return f"{found[0]}/share/materials/0"
    found[1]["share"]["fields"] = ["/no-such-field"]
    return f"{found[0]}/share/fields/0"


@fault("items", "member-form-invalid")
def form_that_leaves_a_member_wrongly_filled(item: Body, clean: Clean, rng: Random) -> Place:
    found = _filed(item, clean, rng)
    if found is None:
        return None
    texts = [
        target
        for target in sorted(found[1]["map"])
        if found[2]["form"]["properties"].get(target[1:], {}).get("format") == "cn-uscc"
    ]
    if not texts:
        return None
    found[1]["map"][texts[0]] = "91430112 too long to be a code"
    return "/examples"


# ── who takes part


def _called(item: Body) -> tuple[str, Body] | None:
    """A group with a case for each entry of a list."""
    found = _group(item)
    return found if found and "open" in found[1] else None


@fault("items", "move-input-unknown")
def list_that_no_move_gives(item: Body, clean: Clean, rng: Random) -> Place:
    found = _called(item)
    if found is None:
        return None
    found[1]["for_each"] = {"list": "input:/no-such-list"}
    return f"{found[0]}/for_each/list"


@fault("items", "register-field-unknown")
def query_of_a_field_that_the_register_has_not(item: Body, clean: Clean, rng: Random) -> Place:
    found = _called(item)
    if found is None:
        return None
    register = rng.choice(clean.of("registers"))["id"]
    found[1]["for_each"] = {"query": {"register": register, "where": {"/no-such-field": "x"}}}
    return f"{found[0]}/for_each/query/where/~1no-such-field"


@fault("items", "dangling-reference")
def query_of_a_register_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    found = _called(item)
    if found is None:
        return None
    found[1]["for_each"] = {"query": {"register": "no-such-register", "where": {"/status": "x"}}}
    return f"{found[0]}/for_each/query/register"
