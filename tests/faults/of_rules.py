"""Faults of decision tables and of facts: gaps, overlaps, what cannot be read, what nobody tests."""

from __future__ import annotations

import copy

from tests.faults.planting import Body, Clean, Place, Random, fault


def table(rules: Body, rng: Random) -> tuple[int, Body]:
    """A version and the content of its table."""
    index = rng.randrange(len(rules["versions"]))
    nodes = rules["versions"][index]["table"]["nodes"]
    return index, next(node["content"] for node in nodes if node["type"] == "decisionTableNode")


def where(rules: Body, index: int) -> str:
    nodes = rules["versions"][index]["table"]["nodes"]
    place = next(i for i, node in enumerate(nodes) if node["type"] == "decisionTableNode")
    return f"/versions/{index}/table/nodes/{place}/content"


def cell(content: Body, rng: Random) -> tuple[int, str]:
    return rng.randrange(len(content["rules"])), rng.choice(content["inputs"])["id"]


@fault("rules", "table-gap")
def table_with_a_gap(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    if len(content["rules"]) < 2 or content["hitPolicy"] != "first":
        return None
    content["rules"].pop()
    return f"/versions/{index}/table"


@fault("rules", "rows-overlap")
def rows_that_overlap_in_no_order(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    if content["hitPolicy"] != "first":
        return None
    rules["versions"][index].pop("ordered", None)
    row = copy.deepcopy(rng.choice(content["rules"]))
    content["rules"].append(row | {"_id": "planted"})
    return f"/versions/{index}/table"


@fault("rules", "row-unreachable")
def row_that_nothing_reaches(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    if content["hitPolicy"] != "first":
        return None
    rules["versions"][index]["ordered"] = True
    content["rules"].append(copy.deepcopy(rng.choice(content["rules"])) | {"_id": "planted"})
    return f"/versions/{index}/table"


@fault("rules", "row-untested")
def row_that_nobody_tests(rules: Body, clean: Clean, rng: Random) -> Place:
    hit = [test for test in rules["tests"] if "row" in test]
    row = rng.choice(hit)["row"]
    kept = [test for test in rules["tests"] if test.get("row") != row]
    if not kept:
        return None
    rules["tests"] = kept
    return "/versions"


@fault("rules", "row-repeated")
def two_rows_of_one_id(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    if len(content["rules"]) < 2:
        return None
    content["rules"][-1]["_id"] = content["rules"][0]["_id"]
    return f"{where(rules, index)}/rules"


@fault("rules", "shape")
def node_with_code_in_it(rules: Body, clean: Clean, rng: Random) -> Place:
    index = rng.randrange(len(rules["versions"]))
    nodes = rules["versions"][index]["table"]["nodes"]
    nodes[1] = {
        "id": nodes[1]["id"],
        "type": "functionNode",
        "name": "f",
        "content": "export const handler = 1",
    }
    return f"/versions/{index}/table/nodes/1"


def outside(name: str, text: str) -> None:
    def spoil(rules: Body, clean: Clean, rng: Random) -> Place:
        index, content = table(rules, rng)
        row, column = cell(content, rng)
        content["rules"][row][column] = text
        return f"{where(rules, index)}/rules/{row}/{column}"

    spoil.__name__ = name
    fault("rules", "cell-outside-dialect")(spoil)


outside("cell_that_asks_the_clock", "< date('now')")
outside("cell_that_throws_dice", "> rand(10)")
outside("cell_that_calls_a_function", "len($) > 3")
outside("cell_that_computes", "> 3 + 4")


@fault("rules", "output-not-literal")
def output_that_computes(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    row, column = rng.randrange(len(content["rules"])), rng.choice(content["outputs"])["id"]
    content["rules"][row][column] = "1 + rand(3)"
    return f"{where(rules, index)}/rules/{row}/{column}"


@fault("rules", "column-mixes-types")
def cell_of_another_type_than_its_fact(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    row, column = cell(content, rng)
    field = next(one["field"] for one in content["inputs"] if one["id"] == column)
    kind = clean.pack[f"facts/{field.replace('_', '-')}"]["type"]
    content["rules"][row][column] = "'many'" if kind in ("integer", "money", "boolean", "date") else "7"
    return f"/versions/{index}/table"


@fault("rules", "value-not-declared")
def cell_of_a_value_that_the_fact_never_has(rules: Body, clean: Clean, rng: Random) -> Place:
    index, content = table(rules, rng)
    for one in content["inputs"]:
        if clean.pack[f"facts/{one['field'].replace('_', '-')}"].get("values"):
            rng.choice(content["rules"])[one["id"]] = "'planted'"
            return f"/versions/{index}/table"
    return None


@fault("rules", "facts-not-as-read")
def fact_that_is_listed_and_not_read(rules: Body, clean: Clean, rng: Random) -> Place:
    others = [fact["id"] for fact in clean.of("facts") if fact["id"] not in rules["facts"]]
    rules["facts"].append(rng.choice(others))
    return "/facts"


@fault("rules", "facts-not-as-read")
def fact_that_is_read_and_not_listed(rules: Body, clean: Clean, rng: Random) -> Place:
    if len(rules["facts"]) < 2 or any(len(test["facts"]) < 1 for test in rules["tests"]):
        return None
    rules["facts"].remove(rng.choice(rules["facts"]))
    return "/facts"


@fault("rules", "version-repeated")
def two_versions_from_one_day(rules: Body, clean: Clean, rng: Random) -> Place:
    rules["versions"].append(copy.deepcopy(rng.choice(rules["versions"])))
    return f"/versions/{len(rules['versions']) - 1}/effective_from"


@fault("rules", "test-failed")
def test_that_expects_something_else(rules: Body, clean: Clean, rng: Random) -> Place:
    index = rng.choice([i for i, test in enumerate(rules["tests"]) if "expect" in test])
    rules["tests"][index]["expect"] = {"planted": True}
    return f"/tests/{index}"


@fault("rules", "result-not-as-declared")
def result_that_is_not_as_declared(rules: Body, clean: Clean, rng: Random) -> Place:
    rules["result"]["required"] = [*rules["result"].get("required", ()), "planted"]
    return "/tests"


@fault("rules", "rule-begins-late")
def rule_that_loses_its_first_versions(rules: Body, clean: Clean, rng: Random) -> Place:
    for item in clean.users(f"rules/{rules['id']}"):
        for reference in clean.press.kinds.references(item):
            if reference.key == f"rules/{rules['id']}" and "effective_from" in item:
                rules["versions"] = rules["versions"][-1:]
                rules["versions"][0]["effective_from"] = "2099-01-01"
                return f"items/{item['id']}", reference.pointer
    return None


# ── facts


@fault("facts", "shape")
def fact_without_a_source(fact: Body, clean: Clean, rng: Random) -> Place:
    del fact["source"]
    return "/source"


@fault("facts", "shape")
def fact_that_does_not_say_what_unknown_means(fact: Body, clean: Clean, rng: Random) -> Place:
    del fact["unknown"]
    return "/unknown"


@fault("facts", "ask-without-form")
def fact_of_a_register_asked_of_the_applicant(fact: Body, clean: Clean, rng: Random) -> Place:
    if "form" in fact["source"]:
        return None
    fact["unknown"] = "ask"
    return "/unknown"


@fault("facts", "take-wrong-type")
def fact_whose_reading_gives_another_type(fact: Body, clean: Clean, rng: Random) -> Place:
    fact["take"] = {"size": True}
    fact["type"] = "date"
    return "/take"


@fault("facts", "bound-wrong-type")
def bounds_of_a_fact_that_has_none(fact: Body, clean: Clean, rng: Random) -> Place:
    if fact["type"] in ("integer", "money"):
        fact["values"] = ["planted"]
        return "/values"
    fact["minimum"] = 1
    return "/minimum"


@fault("facts", "record-field-unknown")
def fact_of_a_field_that_the_register_lacks(fact: Body, clean: Clean, rng: Random) -> Place:
    if "record" not in fact["source"]:
        return None
    fact["source"]["record"]["field"] = "/no_such_field"
    return "/source/record/field"


@fault("facts", "record-field-type")
def fact_of_another_type_than_the_registers(fact: Body, clean: Clean, rng: Random) -> Place:
    if not fact["source"].get("record", {}).get("field"):
        return None
    schema = clean.pack[f"registers/{fact['source']['record']['register']}"]["schema"]
    kind = schema["properties"].get(fact["source"]["record"]["field"][1:], {}).get("type")
    if not isinstance(kind, str):
        return None
    for bound in ("take", "values", "minimum", "maximum"):
        fact.pop(bound, None)
    fact["type"] = "boolean" if kind != "boolean" else "integer"
    return "/source/record/field"


@fault("facts", "take-value-unknown")
def fact_that_waits_for_a_value_that_never_comes(fact: Body, clean: Clean, rng: Random) -> Place:
    if "equals" not in fact.get("take", {}):
        return None
    fact["take"]["equals"]["among"].append("planted")
    return "/take/equals/among"
