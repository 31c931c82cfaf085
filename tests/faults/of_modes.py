"""Faults of items that answer or only guide: what their mode never does, what is asked of whom, sums of nothing."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


def _is(item: Body, mode: str) -> bool:
    return bool(item["mode"] == mode)


@fault("items", "not-of-this-mode", every_mode=True)
def answer_with_a_process(item: Body, clean: Clean, rng: Random) -> Place:
    if not _is(item, "answer"):
        return None
    item["process"] = "approval"
    return "/process"


@fault("items", "not-of-this-mode", every_mode=True)
def guide_with_a_form(item: Body, clean: Clean, rng: Random) -> Place:
    if not _is(item, "guide"):
        return None
    item["form"] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {
        "note": {"type": "string", "title": "Note", "x-title": {"zh": "说明", "en": "Note"}}}}  # fmt: skip
    return "/form"


@fault("items", "answer-asks-personal", every_mode=True)
def answer_that_asks_who_asks(item: Body, clean: Clean, rng: Random) -> Place:
    if not _is(item, "answer"):
        return None
    item["form"]["properties"]["who"] = {"$ref": "https://schemas.jisheng/shared/person.json"}
    return "/form"


@fault("items", "answer-fact-elsewhere", every_mode=True)
def answer_that_looks_somebody_up(item: Body, clean: Clean, rng: Random) -> Place:
    if not _is(item, "answer"):
        return None
    known = {one["id"]: one for one in clean.of("facts")}
    found = next(one["id"] for one in known.values() if "record" in one["source"])
    item["facts"].append(found)
    return "/rules/answer"


@fault("items", "sum-term-unknown", every_mode=True)
def sum_of_what_comes_later(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("sums"):
        return None
    item["sums"][0]["terms"][0]["of"] = [f"sum:{item['sums'][-1]['id']}"]
    return "/sums/0/terms/0/of/0"


@fault("items", "sum-term-unknown", every_mode=True)
def sum_of_what_the_rule_does_not_say(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("sums"):
        return None
    item["sums"][0]["terms"][0]["of"].append("result:nothing")
    return f"/sums/0/terms/0/of/{len(item['sums'][0]['terms'][0]['of']) - 1}"


@fault("items", "answer-differs", every_mode=True)
def answer_that_is_another(item: Body, clean: Clean, rng: Random) -> Place:
    if not _is(item, "answer"):
        return None
    name = next(iter(item["answers"][0]["expect"]))
    item["answers"][0]["expect"][name] = "another"
    return f"/answers/0/expect/{name}"
