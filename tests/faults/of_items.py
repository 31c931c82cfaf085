"""Faults of items: what they claim to be, who is there, what their guide, materials and examples say."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


def some(rng: Random, found: list) -> object:
    return rng.choice(found) if found else None


@fault("items", "shape")
def item_without_power(item: Body, clean: Clean, rng: Random) -> Place:
    return "/power" if item.pop("power", None) else None


@fault("items", "power-not-listed")
def power_outside_the_list(item: Body, clean: Clean, rng: Random) -> Place:
    if "power" not in item:
        return None
    item["power"] = "no-such-power"
    return "/power"


@fault("items", "power-of-another-nature")
def power_of_another_nature(item: Body, clean: Clean, rng: Random) -> Place:
    natures = {"licence", "registration", "confirmation", "penalty", "inspection"}
    if "power" not in item or item["authority"] == "external":
        return None
    item["nature"] = rng.choice(sorted(natures - {item["nature"]}))
    return "/power"


@fault("items", "power-of-another-body")
def power_of_another_department(item: Body, clean: Clean, rng: Random) -> Place:
    if "power" not in item or item["authority"] == "external":
        return None
    (organisation,) = clean.of("organisations")
    others = [n for n, body in organisation["nodes"].items() if body["kind"] == "department"]
    item["department"] = rng.choice([node for node in others if node != item["department"]])
    return "/power"


@fault("items", "code-check-failed")
def implementation_code_with_a_wrong_check_character(item: Body, clean: Clean, rng: Random) -> Place:
    code = item.get("codes", {}).get("implementation")
    if not code:
        return None
    item["codes"]["implementation"] = code[:17] + ("1" if code[17] != "1" else "2") + code[18:]
    return "/codes/implementation"


@fault("items", "code-of-another-body")
def implementation_code_of_another_body(item: Body, clean: Clean, rng: Random) -> Place:
    code = item.get("codes", {}).get("implementation")
    (organisation,) = clean.of("organisations")
    others = [n["code"] for n in organisation["nodes"].values() if "code" in n]
    if not code:
        return None
    item["codes"]["implementation"] = rng.choice([one for one in others if one != code[:18]]) + code[18:]
    return "/codes/implementation"


@fault("items", "shape")
def code_of_a_wrong_length(item: Body, clean: Clean, rng: Random) -> Place:
    if "codes" not in item:
        return None
    name = rng.choice([name for name in ("basic", "implementation") if name in item["codes"]])
    item["codes"][name] = item["codes"][name][:-1]
    return f"/codes/{name}"


@fault("items", "business-code-apart")
def business_code_of_something_else(item: Body, clean: Clean, rng: Random) -> Place:
    code = item.get("codes", {}).get("business")
    if not code:
        return None
    item["codes"]["business"] = code[:20] + ("7" if code[20] != "7" else "8") + code[21:]
    return "/codes/business"


@fault("items", "code-taken")
def code_of_another_item(item: Body, clean: Clean, rng: Random) -> Place:
    others = [one for one in clean.of("items") if one["id"] != item["id"] and "codes" in one]
    if "codes" not in item or not others:
        return None
    item["codes"] = dict(rng.choice(others)["codes"])
    return "/codes/business" if "business" in item["codes"] else "/codes/implementation"


@fault("items", "department-unknown")
def department_that_does_not_exist(item: Body, clean: Clean, rng: Random) -> Place:
    item["department"] = "no-such-department"
    return "/department"


@fault("items", "window-unknown")
def window_that_does_not_exist(item: Body, clean: Clean, rng: Random) -> Place:
    if "window" not in item:
        return None
    item["window"] = "no-such-window"
    return "/window"


@fault("items", "window-not-a-desk")
def window_that_is_no_desk(item: Body, clean: Clean, rng: Random) -> Place:
    (organisation,) = clean.of("organisations")
    plain = [name for name, node in organisation["nodes"].items() if "window" not in node.get("posts", {})]
    if "window" not in item or not plain:
        return None
    item["window"] = rng.choice(plain)
    return "/window"


@fault("items", "node-unknown")
def place_of_nobody(item: Body, clean: Clean, rng: Random) -> Place:
    index = rng.randrange(len(item["guide"]["places"]))
    item["guide"]["places"][index]["node"] = "no-such-node"
    return f"/guide/places/{index}/node"


@fault("items", "node-unknown")
def joint_department_that_does_not_exist(item: Body, clean: Clean, rng: Random) -> Place:
    item["guide"].setdefault("joint_departments", []).append("no-such-department")
    return f"/guide/joint_departments/{len(item['guide']['joint_departments']) - 1}"


@fault("items", "party-undeclared")
def party_that_the_process_needs_and_nobody_declared(item: Body, clean: Clean, rng: Random) -> Place:
    process = clean.pack.get(f"processes/{item.get('process')}")
    needed = {
        t[6:] for m in (process or {"moves": {}})["moves"].values() for t in m["by"] if t.startswith("party:")
    }
    declared = sorted(needed & item.get("parties", {}).keys())
    if not declared:
        return None
    role = rng.choice(declared)
    item["parties"]["somebody-else"] = item["parties"].pop(role)
    return "/parties"


@fault("items", "post-vacant")
def department_in_which_nobody_holds_the_posts(item: Body, clean: Clean, rng: Random) -> Place:
    (organisation,) = clean.of("organisations")
    process = clean.pack.get(f"processes/{item.get('process')}")
    bare = [n for n, node in organisation["nodes"].items() if node["kind"] in ("cell", "estate")]
    alone = [
        m
        for m in (process or {"moves": {}})["moves"].values()
        if m["by"] in (["post:reviewer"], ["post:decider"])
    ]
    if not alone or not bare:
        return None
    item["department"] = rng.choice(bare)
    return "/department"


@fault("organisations", "distinct-impossible", whole=True)
def one_person_in_two_posts_that_must_differ(organisation: Body, clean: Clean, rng: Random) -> Place:
    for item in rng.sample(clean.of("items"), len(clean.of("items"))):
        process = clean.pack.get(f"processes/{item.get('process')}", {"moves": {}})
        for move in process["moves"].values():
            others = [process["moves"][name]["by"] for name in move.get("distinct_from", ())]
            pairs = [
                (move["by"], by) for by in others if len(by) == len(move["by"]) == 1 and by != move["by"]
            ]
            seats = organisation["nodes"][item["department"]].get("posts", {})
            for mine, theirs in pairs:
                one, other = mine[0].removeprefix("post:"), theirs[0].removeprefix("post:")
                if one in seats and other in seats and "window" not in (one, other):
                    seats[one]["holders"] = [dict(seats[other]["holders"][0])]
                    seats[other]["holders"] = seats[other]["holders"][:1]
                    seats[one].pop("deputies", None)
                    seats[other].pop("deputies", None)
                    return f"items/{item['id']}", "/department"
    return None


def published(item: Body) -> tuple[str, Body] | None:
    """The first result that the item publishes, and where it says so."""
    for state, outcomes in item.get("outcomes", {}).items():
        for index, one in enumerate(outcomes):
            if "publicity" in one:
                return f"/outcomes/{state}/{index}/publicity", one["publicity"]
    return None


@fault("items", "publicity-until-unknown")
def result_that_stands_until_a_clock_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if (found := published(item)) is None:
        return None
    found[1]["until"] = "no-such-clock"
    return f"{found[0]}/until"


@fault("items", "publicity-objection-move-unknown")
def objection_that_makes_a_move_nobody_declared(item: Body, clean: Clean, rng: Random) -> Place:
    if (found := published(item)) is None:
        return None
    found[1]["objection_move"] = "no_such_move"
    return f"{found[0]}/objection_move"


@fault("items", "publicity-by-nobody")
def result_that_publishes_itself_and_is_published_by_somebody(item: Body, clean: Clean, rng: Random) -> Place:
    if (found := published(item)) is None:
        return None
    found[1].update({"at_once": True, "by": ["post:handler"]})
    return f"{found[0]}/by"


@fault("items", "id-twice")
def two_results_of_one_name(item: Body, clean: Clean, rng: Random) -> Place:
    if (found := published(item)) is None:
        return None
    state = found[0].split("/")[2]
    item["outcomes"][state].append({"publicity": dict(found[1])})
    return f"/outcomes/{state}/{len(item['outcomes'][state]) - 1}/publicity/id"


@fault("items", "dangling-reference")
def rule_asked_at_submission_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    """Its examples, which would ask it, are not played: what they meet is missing."""
    if "intake" not in item.get("rules", {}):
        return None
    item["rules"]["intake"] = "nowhere"
    return "/rules/intake"
