"""Faults of what parties owe: to or by nobody, by a clock that is none, in amounts that nobody knows, without a way."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


def _due(item: Body, *members: str) -> tuple[str, Body] | None:
    """The item's first due that has these members, with its place."""
    found = [(n, one) for n, one in enumerate(item.get("dues", ())) if all(name in one for name in members)]
    return (f"/dues/{found[0][0]}", found[0][1]) if found else None


@fault("items", "due-twice")
def due_that_is_there_twice(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("dues"):
        return None
    item["dues"].append(dict(item["dues"][0]))
    return f"/dues/{len(item['dues']) - 1}/id"


@fault("items", "due-party-unknown")
def due_of_a_party_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item)):
        return None
    found[1]["by"] = "party:nobody"
    return f"{found[0]}/by"


@fault("items", "due-party-many")
def due_of_a_party_that_may_be_several(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item)) or not found[1]["to"].startswith("party:"):
        return None
    item["parties"][found[1]["to"].removeprefix("party:")]["cardinality"] = [1, 5]
    return f"{found[0]}/to"


@fault("items", "due-to-oneself")
def due_to_oneself(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item)):
        return None
    found[1]["to"] = found[1]["by"]
    return f"{found[0]}/to"


@fault("items", "due-clock-unknown")
def due_by_a_clock_of_the_office(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item)):
        return None
    found[1]["clock"] = next(one["id"] for one in item["clocks"] if one["effect"] != "due")
    return f"{found[0]}/clock"


@fault("items", "due-clock-unused")
def clock_by_which_nothing_is_owed(item: Body, clean: Clean, rng: Random) -> Place:
    clock = next((one for one in item.get("clocks", ()) if one["effect"] == "due"), None)
    if clock is None:
        return None
    item["clocks"].append({**clock, "id": "planted"})
    return f"/clocks/{len(item['clocks']) - 1}"


@fault("items", "due-milestone-unknown")
def due_that_begins_with_what_never_happens(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item)):
        return None
    found[1]["begins_on"].append("never_emitted")
    return f"{found[0]}/begins_on/{len(found[1]['begins_on']) - 1}"


@fault("items", "due-milestone-unknown")
def due_paid_on_an_account_to_which_nothing_is_posted(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "amount")):
        return None
    found[1]["fulfilled_by"].append("account:nowhere")
    return f"{found[0]}/fulfilled_by/{len(found[1]['fulfilled_by']) - 1}"


@fault("items", "due-event-unknown")
def due_whose_end_nobody_hears(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "on_fulfilled")):
        return None
    found[1]["on_fulfilled"] = "auto.never_declared"
    return f"{found[0]}/on_fulfilled"


@fault("items", "due-never-fulfilled")
def due_that_no_move_fulfils(item: Body, clean: Clean, rng: Random) -> Place:
    """What fulfils it happens only before it is owed."""
    if not (found := _due(item)) or found[1]["begins_on"] == ["submitted"]:
        return None
    found[1].pop("paid", None)
    found[1]["fulfilled_by"] = ["submitted"]
    return f"{found[0]}/fulfilled_by"


@fault("items", "due-amount-not-whole")
def due_of_an_amount_that_is_no_number(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "amount")):
        return None
    found[1]["amount"] = "form:/contact"
    return f"{found[0]}/amount"


@fault("items", "due-without-amount")
def payment_of_a_due_that_has_no_amount(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "amount", "paid")):
        return None
    del found[1]["amount"]
    return f"{found[0]}/fulfilled_by"


@fault("items", "due-input-missing")
def payment_that_the_move_does_not_ask_for(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "paid")):
        return None
    found[1]["paid"] = "input:/evidence"
    return f"{found[0]}/paid"


@fault("items", "due-value-unknown")
def note_of_what_a_due_has_not(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "on_breach")) or "record" not in found[1]["on_breach"]:
        return None
    found[1]["on_breach"]["record"]["key"] = "due:nothing"
    return f"{found[0]}/on_breach/record/key"


@fault("items", "due-record-field-unknown")
def note_into_a_field_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _due(item, "on_breach")) or "record" not in found[1]["on_breach"]:
        return None
    found[1]["on_breach"]["record"]["set"]["planted"] = "today"
    return f"{found[0]}/on_breach/record/set/planted"
