"""Faults of connectors: keys that messages may leave out, values they have not, acts that nobody lets them do."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tests.faults.planting import Body, Clean, Place, Random, fault


def _acts(connector: Body, kind: str) -> Iterator[tuple[str, Body]]:
    for name, message in sorted(connector.get("messages", {}).items()):
        if kind in message:
            yield f"/messages/{name}/{kind}", message[kind]


def _one(connector: Body, kind: str, rng: Random) -> tuple[str, Body] | None:
    found = list(_acts(connector, kind))
    return rng.choice(found) if found else None


def _message(connector: Body, rng: Random) -> tuple[str, Body] | None:
    found = sorted(connector.get("messages", {}).items())
    return rng.choice(found) if found else None


@fault("connectors", "system-taken")
def system_that_has_a_connector_already(connector: Body, clean: Clean, rng: Random) -> Place:
    others = [one["system"] for one in clean.of("connectors") if one["id"] != connector["id"]]
    connector["system"] = rng.choice(others)
    return "/system"


@fault("connectors", "key-missing")
def number_that_a_message_may_leave_out(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _message(connector, rng)
    if found is None:
        return None
    name, message = found
    first = connector["inbound"]["external_id"].split("/")[1]
    message["schema"]["required"] = [one for one in message["schema"]["required"] if one != first]
    return f"/messages/{name}/schema"


@fault("connectors", "key-missing")
def order_that_is_no_whole_number(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _message(connector, rng)
    if found is None or "order" not in connector["inbound"]:
        return None
    name, message = found
    key = connector["inbound"]["order"]["key"].strip("/")
    message["schema"]["properties"][key] |= {"type": "number"}
    return f"/messages/{name}/schema"


@fault("connectors", "message-field-unknown")
def value_of_a_field_that_the_message_has_not(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "move", rng)
    if found is None:
        return None
    pointer, move = found
    name = rng.choice(sorted(move["input"]))
    move["input"][name] = "message:/no_such_field"
    return f"{pointer}/input/{name}"


@fault("connectors", "message-field-unknown")
def party_of_a_field_that_the_message_has_not(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "open", rng)
    if found is None:
        return None
    found[1]["party"] = ["enterprise:message:/no_such_field", *found[1]["party"][1:]]
    return f"{found[0]}/party/0"


@fault("connectors", "item-opens-nothing")
def item_that_opens_no_case(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "open", rng)
    if found is None:
        return None
    others = [one["id"] for one in clean.of("items") if one["mode"] != "case"]
    found[1]["item"] = rng.choice(others)
    return f"{found[0]}/item"


@fault("connectors", "channel-missing")
def item_that_outside_systems_are_no_channel_of(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "open", rng)
    if found is None:
        return None
    others = [
        one["id"]
        for one in clean.of("items")
        if one["mode"] == "case" and "integrator" not in one["channels"]
    ]
    found[1]["item"] = rng.choice(others)
    return f"{found[0]}/item"


@fault("connectors", "party-kind")
def nobody_where_the_item_wants_a_name(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "open", rng)
    if found is None or clean.pack[f"items/{found[1]['item']}"].get("anonymous"):
        return None
    found[1]["party"] = [*found[1]["party"], "anonymous"]
    return f"{found[0]}/party"


@fault("connectors", "field-unknown")
def field_that_the_opened_form_has_not(connector: Body, clean: Clean, rng: Random) -> Place:
    found = [one for one in _acts(connector, "open") if isinstance(one[1]["form"], dict)]
    if not found:
        return None
    pointer, opened = rng.choice(found)
    opened["form"]["no-such-field"] = "x"
    return f"{pointer}/form/no-such-field"


@fault("connectors", "field-missing")
def input_that_the_move_wants_and_nothing_fills(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "move", rng)
    if found is None:
        return None
    found[1]["input"] = {}
    return f"{found[0]}/input"


@fault("connectors", "move-not-for-systems")
def move_that_no_outside_system_may_make(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _one(connector, "move", rng)
    if found is None:
        return None
    found[1]["move"] = "refuse"
    return f"{found[0]}/items/0"


@fault("connectors", "example-refused")
def example_that_is_no_message_of_its_schema(connector: Body, clean: Clean, rng: Random) -> Place:
    found = _message(connector, rng)
    if found is None:
        return None
    found[1]["example"]["no_such_field"] = 1
    return f"/messages/{found[0]}/example"


@fault("connectors", "example-refused")
def translation_to_what_the_form_refuses(connector: Body, clean: Clean, rng: Random) -> Place:
    for pointer, opened in _acts(connector, "open"):
        form = opened["form"] if isinstance(opened["form"], dict) else {}
        for name, value in form.items():
            if isinstance(value, dict) and "map" in value:
                value["map"] = [[theirs, "no-such-value"] for theirs, _ in value["map"]]
                return f"{pointer.removesuffix('/open')}/example/{name}"
    return None


@fault("connectors", "example-misplaced", "message-invalid", "message-type-unknown")
def example_of_another_message(connector: Body, clean: Clean, rng: Random) -> Place:
    names = sorted(connector.get("messages", {}))
    if len(names) < 2:
        return None
    one, other = names[:2]
    connector["messages"][one]["example"] = copy.deepcopy(connector["messages"][other]["example"])
    return f"/messages/{one}/example"


@fault("connectors", "status-missing")
def state_without_a_word(connector: Body, clean: Clean, rng: Random) -> Place:
    if "statuses" not in connector:
        return None
    connector["statuses"] = [one for one in connector["statuses"] if "open" not in one["states"]]
    return "/statuses"


@fault("connectors", "status-state-unknown")
def word_for_a_state_that_there_is_not(connector: Body, clean: Clean, rng: Random) -> Place:
    if "statuses" not in connector:
        return None
    index = rng.randrange(len(connector["statuses"]))
    connector["statuses"][index]["states"].append("no_such_state")
    return f"/statuses/{index}/states/{len(connector['statuses'][index]['states']) - 1}"
