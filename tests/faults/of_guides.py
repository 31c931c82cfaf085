"""Faults of an item's guide, materials and examples: nothing asked that may not be, nothing shown that is not so."""

from __future__ import annotations

from chalicelib.domain.item_checks import REFUSALS
from tests.faults.planting import Body, Clean, Place, Random, fault


@fault("items", "deferral-of-principal")
def deferral_of_a_principal_material(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("materials"):
        return None
    index = rng.randrange(len(item["materials"]))
    item["materials"][index] |= {
        "principal": True, "deferrable": {"budget": 5, "unit": "working_day"}, "deferrable_source": "law",
    }  # fmt: skip
    return f"/materials/{index}/deferrable"


@fault("items", "deferral-of-principal")
def deferral_of_the_application_itself(item: Body, clean: Clean, rng: Random) -> Place:
    found = [i for i, one in enumerate(item.get("materials", ())) if one.get("kind") == "application"]
    if not found:
        return None
    item["materials"][found[0]] |= {
        "deferrable": {"budget": 5, "unit": "working_day"},
        "deferrable_source": "x",
    }
    return f"/materials/{found[0]}/deferrable"


@fault("items", "deferral-without-source")
def deferral_without_a_source(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("materials"):
        return None
    index = rng.randrange(len(item["materials"]))
    item["materials"][index]["deferrable"] = {"budget": 5, "unit": "working_day"}
    item["materials"][index].pop("deferrable_source", None)
    return f"/materials/{index}/deferrable"


@fault("items", "commitment-excluded")
def commitment_on_an_excluded_subject(item: Body, clean: Clean, rng: Random) -> Place:
    subject = rng.choice(["state-security", "health", "environment", "life-and-property"])
    item["guide"]["commitment"] = {
        "allowed": True, "reason": {"zh": "省时", "en": "saves time"}, "excluded": [subject],
    }  # fmt: skip
    return "/guide/commitment/allowed"


@fault("items", "commitment-not-allowed")
def commitment_where_the_guide_allows_none(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("materials"):
        return None
    item["guide"]["commitment"] = {"allowed": False, "reason": {"zh": "不适用", "en": "not here"}}
    index = rng.randrange(len(item["materials"]))
    modes = item["materials"][index]["modes"]
    if "commitment" not in modes:
        modes.append("commitment")
    return f"/materials/{index}/modes/{modes.index('commitment')}"


@fault("items", "commitment-not-allowed")
def process_of_commitments_where_the_guide_allows_none(item: Body, clean: Clean, rng: Random) -> Place:
    if item["mode"] != "case":
        return None
    item["guide"]["commitment"] = {"allowed": False, "reason": {"zh": "不适用", "en": "not here"}}
    letters = {one["id"] for one in clean.of("documents") if one["purpose"] == "undertaking"}
    signing = [
        one["id"]
        for one in clean.of("processes")
        if any(letters & set(move.get("issues", ())) for move in one["moves"].values())
    ]
    item["process"] = rng.choice(signing)
    return "/process"


@fault("items", "fee-without-basis")
def fee_without_its_basis(item: Body, clean: Clean, rng: Random) -> Place:
    item["guide"]["fees"] = {"charged": True}
    return "/guide/fees"


@fault("items", "visit-without-reason")
def visit_without_a_reason(item: Body, clean: Clean, rng: Random) -> Place:
    item["guide"]["max_visits"] = rng.randint(1, 3)
    item["guide"].pop("visit_reason", None)
    return "/guide/max_visits"


def _of_material(item: Body, rng: Random) -> int | None:
    return rng.randrange(len(item["materials"])) if item.get("materials") else None


@fault("items", "shape")
def material_without_a_source(item: Body, clean: Clean, rng: Random) -> Place:
    index = _of_material(item, rng)
    if index is None:
        return None
    del item["materials"][index]["source"]
    return f"/materials/{index}/source"


@fault("items", "shape")
def material_with_an_unknown_mode(item: Body, clean: Clean, rng: Random) -> Place:
    index = _of_material(item, rng)
    if index is None:
        return None
    item["materials"][index]["modes"].append("telepathy")
    return f"/materials/{index}/modes"


@fault("items", "id-twice")
def two_materials_of_one_id(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("materials"):
        return None
    item["materials"].append(dict(rng.choice(item["materials"])))
    return f"/materials/{len(item['materials']) - 1}/id"


@fault("items", "when-never-holds")
def material_on_a_value_that_never_comes(item: Body, clean: Clean, rng: Random) -> Place:
    index = _of_material(item, rng)
    facts = [f for f in item.get("facts", ()) if f"facts/{f}" in clean.pack]
    if index is None or not facts:
        return None
    fact = clean.pack[f"facts/{rng.choice(facts)}"]
    wrong = {"boolean": "maybe", "integer": "many", "money": "much", "date": "some day"}.get(fact["type"], 7)
    item["materials"][index]["when"] = {"fact": fact["id"], "equals": wrong}
    return f"/materials/{index}/when/equals"


@fault("items", "no-refusal-example")
def no_example_of_a_refusal(item: Body, clean: Clean, rng: Random) -> Place:
    process = clean.pack.get(f"processes/{item.get('process')}")
    if process is None or item["mode"] != "case":
        return None
    good = [
        one for one in item["examples"] if not one["expect"].get("refused") and not _refuses(one, process)
    ]
    item["examples"] = (good * 3)[: max(3, len(good))]
    return "/examples" if good else None


def _refuses(example: Body, process: Body) -> bool:
    ended = example["expect"]["state"]
    states = [ended] if isinstance(ended, str) else ended
    return any(process["states"].get(state, {}).get("outcome") not in (None, "completed") for state in states)


@fault("items", "no-timeout-example")
def no_example_of_a_time_out(item: Body, clean: Clean, rng: Random) -> Place:
    good = [one for one in item.get("examples", ()) if not _waits(one)]
    item["examples"] = (good * 3)[: max(3, len(good))]
    return "/examples" if good else None


@fault("items", "no-timeout-example")
def example_that_waits_and_lets_nothing_run_out(item: Body, clean: Clean, rng: Random) -> Place:
    good = [one for one in item.get("examples", ()) if not _waits(one)]
    good = [one for one in good if not any("after" in step for step in one["moves"])]
    played = [one for one in good if not one["expect"].get("refused") and not one["expect"].get("deadlines")]
    if not played or not any(one["expect"].get("refused") or _refuses_in(one, item, clean) for one in good):
        return None
    played[0]["moves"].append({"wait": {"budget": 1, "unit": "office_hour"}})
    item["examples"] = (good * 3)[: max(3, len(good))]
    return "/examples"


def _refuses_in(example: Body, item: Body, clean: Clean) -> bool:
    """Whether it ends in what the gate counts as a refusal, which is less than every end that is no completion."""
    ended = example["expect"]["state"]
    states = clean.pack[f"processes/{item['process']}"]["states"]
    return any(
        states.get(one, {}).get("outcome") in REFUSALS
        for one in ([ended] if isinstance(ended, str) else ended)
    )


def _waits(example: Body) -> bool:
    return any("wait" in step or step.get("event", "").startswith("timeout.") for step in example["moves"])


@fault("items", "example-state")
def example_that_ends_elsewhere(item: Body, clean: Clean, rng: Random) -> Place:
    played = [i for i, one in enumerate(item.get("examples", ())) if not one["expect"].get("refused")]
    if not played:
        return None
    index = rng.choice(played)
    process = clean.pack[f"processes/{item['process']}"]
    now = item["examples"][index]["expect"]["state"]
    item["examples"][index]["expect"]["state"] = rng.choice(
        [s for s in process["states"] if s != now and s not in now]
    )
    return f"/examples/{index}/expect/state"


@fault("items", "example-deadline")
def example_with_a_wrong_deadline(item: Body, clean: Clean, rng: Random) -> Place:
    dated = [i for i, one in enumerate(item.get("examples", ())) if one["expect"].get("deadlines")]
    if not dated:
        return None
    index = rng.choice(dated)
    name = rng.choice(sorted(item["examples"][index]["expect"]["deadlines"]))
    item["examples"][index]["expect"]["deadlines"][name] = "2026-02-14"
    return f"/examples/{index}/expect/deadlines/{name}"


@fault("items", "example-not-refused")
def example_of_a_refusal_that_does_not_come(item: Body, clean: Clean, rng: Random) -> Place:
    played = [i for i, one in enumerate(item.get("examples", ())) if not one["expect"].get("refused")]
    if not played:
        return None
    index = rng.choice(played)
    item["examples"][index]["expect"]["refused"] = "move-not-available"
    return f"/examples/{index}/expect/refused"


@fault("items", "example-refused")
def example_whose_form_is_not_filled_in(item: Body, clean: Clean, rng: Random) -> Place:
    played = [
        i
        for i, one in enumerate(item.get("examples", ()))
        if not one["expect"].get("refused") and item["form"].get("required")
    ]
    if not played:
        return None
    index = rng.choice(played)
    item["examples"][index]["form"].pop(rng.choice(item["form"]["required"]), None)
    return f"/examples/{index}"
