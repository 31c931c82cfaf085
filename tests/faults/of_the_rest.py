"""Faults of everything else: any definition, registers, documents, notices, organisations, calendars, access."""

from __future__ import annotations

import json

from tests.faults.planting import Body, Clean, Place, Random, fault

# ── any definition


@fault("*", "dangling-reference")
def reference_to_what_does_not_exist(body: Body, clean: Clean, rng: Random) -> Place:
    found = [one for one in clean.press.kinds.references(body) if one.kind != "items"]
    if not found:
        return None
    reference = rng.choice(found)
    *way, last = [part.replace("~1", "/") for part in reference.pointer.split("/")[1:]]
    holder = body
    for part in way:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    place = int(last) if isinstance(holder, list) else last
    holder[place] = holder[place].replace(reference.id, "no-such-definition")
    return reference.pointer


@fault("*", "retired-before-effective")
def definition_retired_before_it_begins(body: Body, clean: Clean, rng: Random) -> Place:
    if "retired_at" not in clean.press.kinds.meta(body["kind"])["properties"]:
        return None
    body |= {"effective_from": "2026-05-01", "retired_at": rng.choice(["2026-05-01", "2025-12-31"])}
    return "/retired_at"


@fault("*", "shape")
def title_in_one_language(body: Body, clean: Clean, rng: Random) -> Place:
    language = rng.choice(["zh", "en"])
    del body["title"][language]
    return f"/title/{language}"


@fault("*", "shape")
def member_that_nobody_knows(body: Body, clean: Clean, rng: Random) -> Place:
    body["surprise"] = True
    return "/surprise"


@fault("*", "not-canonical")
def number_with_a_fraction(body: Body, clean: Clean, rng: Random) -> Place:
    body["description"] = {"zh": "示例", "en": "sample", "weight": 0.5}
    return "/description/weight"


@fault("*", "not-canonical")
def text_in_another_unicode_form(body: Body, clean: Clean, rng: Random) -> Place:
    body["title"]["en"] += " e\u0301"
    return "/title/en"


@fault("*", "definition-too-large")
def definition_larger_than_one_item_can_hold(body: Body, clean: Clean, rng: Random) -> Place:
    body["description"] = {"zh": "长" * 100_000, "en": "long"}
    return ""


@fault("processes", "fragment-unknown")
def process_of_a_fragment_that_is_not_there(process: Body, clean: Clean, rng: Random) -> Place:
    process["includes"] = [{"fragment": "no-such-fragment", "places": {}}]
    return "/includes/0/fragment"


@fault("items", "extends-unknown")
def item_that_extends_nothing(item: Body, clean: Clean, rng: Random) -> Place:
    item["extends"] = "no-such-item"
    return "/extends"


# ── registers


@fault("registers", "register-lacks-field")
def register_that_loses_a_field_that_a_fact_reads(register: Body, clean: Clean, rng: Random) -> Place:
    read = [fact["source"]["record"] for fact in clean.of("facts") if "record" in fact["source"]]
    fields = sorted({one["field"] for one in read if one["register"] == register["id"] and one["field"]})
    fields = [field for field in fields if field[1:] in register["schema"]["properties"]]
    if not fields:
        return None
    name = rng.choice(fields)[1:]
    del register["schema"]["properties"][name]
    register["schema"]["required"] = [one for one in register["schema"].get("required", ()) if one != name]
    return "/schema"


@fault("registers", "record-field-unknown")
def register_whose_key_is_no_field(register: Body, clean: Clean, rng: Random) -> Place:
    register["key"]["field"] = "/no_such_field"
    return "/key/field"


@fault("registers", "record-field-unknown")
def register_that_publishes_a_field_that_is_not_there(register: Body, clean: Clean, rng: Random) -> Place:
    member = rng.choice(["public", "personal"])
    register[member].append("/no_such_field")
    return f"/{member}/{len(register[member]) - 1}"


@fault("registers", "life-state-unknown")
def register_that_begins_in_no_state(register: Body, clean: Clean, rng: Random) -> Place:
    register["life"]["initial"] = "no-such-state"
    return "/life/initial"


@fault("registers", "node-unknown")
def register_written_by_a_body_that_is_not_there(register: Body, clean: Clean, rng: Random) -> Place:
    member = rng.choice(["readers", "writers"])
    register[member].append("node:no-such-node")
    return f"/{member}/{len(register[member]) - 1}"


@fault("registers", "record-invalid")
def record_that_is_not_of_its_shape(register: Body, clean: Clean, rng: Random) -> Place:
    register["records"] = [*register.get("records", ()), {"surprise": True}]
    return f"/records/{len(register['records']) - 1}"


@fault("registers", "record-twice")
def record_that_is_there_twice(register: Body, clean: Clean, rng: Random) -> Place:
    if not register.get("records"):
        return None
    register["records"].append(dict(rng.choice(register["records"])))
    return f"/records/{len(register['records']) - 1}"


# ── documents and notices


def in_template(name: str, code: str, text: str, both: bool = True) -> None:
    for of in ("documents", "notices"):

        def spoil(body: Body, clean: Clean, rng: Random) -> Place:
            language = rng.choice(["zh", "en"])
            for one in ("zh", "en") if both else (language,):
                body["template"][one] += text
            other = {"zh": "en", "en": "zh"}[language]
            return f"/template/{language if both else other}"

        spoil.__name__ = f"{name}_in_{of}"
        fault(of, code)(spoil)


in_template("mark_that_nothing_fills", "placeholder-unknown", "{{weather.today}}")
in_template("mark_of_a_member_that_is_not_there", "placeholder-unknown", "{{case.colour}}")
in_template("section_that_stays_open", "section-open", "{{#materials}}")
in_template("mark_that_is_none", "not-a-mark", "{{ case number }}")
in_template("mark_in_one_language_only", "languages-differ", "{{case.number}}{{applicant.id}}", both=False)


@fault("documents", "shape")
def document_in_one_language(document: Body, clean: Clean, rng: Random) -> Place:
    language = rng.choice(["zh", "en"])
    del document["template"][language]
    return f"/template/{language}"


# ── organisations


def edges(organisation: Body, view: str | None = None) -> list[list[str]]:
    return organisation["views"][
        view or max(organisation["views"], key=lambda one: len(organisation["views"][one]))
    ]


@fault("organisations", "cycle")
def body_that_stands_above_itself(organisation: Body, clean: Clean, rng: Random) -> Place:
    _, child = rng.choice(edges(organisation, "departments"))
    top = next(
        p
        for p, _ in edges(organisation, "departments")
        if all(p != c for _, c in edges(organisation, "departments"))
    )
    edges(organisation, "departments").append([child, top])
    return "/views/departments"


@fault("organisations", "second-superior")
def body_with_two_superiors(organisation: Body, clean: Clean, rng: Random) -> Place:
    view = edges(organisation, "departments")
    (one, _), (_, other) = view[0], view[-1]
    view.append([view[1][1], other] if view[1][1] != other else [one, other])
    return f"/views/departments/{len(view) - 1}"


@fault("organisations", "unknown-node")
def view_with_a_node_that_is_not_there(organisation: Body, clean: Clean, rng: Random) -> Place:
    view = rng.choice(sorted(organisation["views"]))
    organisation["views"][view].append([organisation["views"][view][0][0], "no-such-node"])
    return f"/views/{view}/{len(organisation['views'][view]) - 1}/1"


def _post(organisation: Body, rng: Random) -> tuple[str, Body]:
    found = [(n, p) for n, node in organisation["nodes"].items() for p in node.get("posts", {})]
    node, post = rng.choice(found)
    return f"/nodes/{node}/posts/{post}", organisation["nodes"][node]["posts"][post]


@fault("organisations", "post-without-holder")
def post_that_nobody_holds(organisation: Body, clean: Clean, rng: Random) -> Place:
    pointer, post = _post(organisation, rng)
    post["holders"] = []
    return f"{pointer}/holders"


@fault("organisations", "deputy-of-nobody")
def deputy_of_somebody_who_is_not_there(organisation: Body, clean: Clean, rng: Random) -> Place:
    pointer, post = _post(organisation, rng)
    spell = {"subject": "person:a", "for": "person:nobody", "from": "2026-01-01", "until": "2026-02-01"}
    post["deputies"] = [*post.get("deputies", ()), spell]
    return f"{pointer}/deputies/{len(post['deputies']) - 1}/for"


@fault("organisations", "ends-before-start")
def holder_who_leaves_before_coming(organisation: Body, clean: Clean, rng: Random) -> Place:
    pointer, post = _post(organisation, rng)
    post["holders"][0]["until"] = "1999-01-01"
    return f"{pointer}/holders/0/until"


@fault("organisations", "node-outside-views")
def node_in_no_view(organisation: Body, clean: Clean, rng: Random) -> Place:
    organisation["nodes"]["planted"] = {"title": {"zh": "栽入", "en": "Planted"}, "kind": "cell"}
    return "/nodes/planted"


@fault("organisations", "node-outside-view")
def body_missing_from_the_view_that_empowers(organisation: Body, clean: Clean, rng: Random) -> Place:
    elsewhere = {
        name
        for view, every in organisation["views"].items()
        if view != "departments"
        for e in every
        for name in e
    }
    bodies = [c for _, c in edges(organisation, "departments") if c in elsewhere]
    bodies = [c for c in bodies if all(p != c for p, _ in edges(organisation, "departments"))]
    if not bodies:
        return None
    gone = rng.choice(bodies)
    organisation["views"]["departments"] = [e for e in edges(organisation, "departments") if gone not in e]
    return "/views/departments"


@fault("organisations", "view-in-pieces")
def view_that_falls_apart(organisation: Body, clean: Clean, rng: Random) -> Place:
    view = edges(organisation, "departments")
    inner = [e for e in view if any(e[1] == parent for parent, _ in view)]
    if not inner:
        return None
    view.remove(rng.choice(inner))
    return "/views/departments"


@fault("organisations", "view-missing")
def organisation_without_the_view_that_empowers(organisation: Body, clean: Clean, rng: Random) -> Place:
    del organisation["views"]["departments"]
    return "/views"


@fault("organisations", "code-taken")
def two_bodies_of_one_code(organisation: Body, clean: Clean, rng: Random) -> Place:
    coded = [name for name, node in organisation["nodes"].items() if "code" in node]
    first, second = sorted(rng.sample(range(len(coded)), 2))
    organisation["nodes"][coded[second]]["code"] = organisation["nodes"][coded[first]]["code"]
    return f"/nodes/{coded[second]}/code"


@fault("organisations", "shape")
def body_with_a_wrong_check_character(organisation: Body, clean: Clean, rng: Random) -> Place:
    name = rng.choice([name for name, node in organisation["nodes"].items() if "code" in node])
    code = organisation["nodes"][name]["code"]
    organisation["nodes"][name]["code"] = code[:17] + ("1" if code[17] != "1" else "2")
    return f"/nodes/{name}/code"


@fault("organisations", "department-in-use")
def department_that_closes_while_items_are_its_own(organisation: Body, clean: Clean, rng: Random) -> Place:
    used = rng.choice(sorted({item["department"] for item in clean.of("items")}))
    organisation.update(json.loads(json.dumps(organisation).replace(f'"{used}"', '"planted"')))
    return "/nodes"


@fault("organisations", "second-organisation")
def second_organisation(organisation: Body, clean: Clean, rng: Random) -> Place:
    organisation["id"] = "planted"
    return "organisations/planted", "/id"


# ── calendars


@fault("calendars", "calendar-years-not-consecutive")
def missing_year(calendar: Body, clean: Clean, rng: Random) -> Place:
    if calendar["year"] != max(one["year"] for one in clean.of("calendars")):
        return None
    calendar["year"] += 1
    return "/year"


@fault("calendars", "makeup-on-weekday")
def make_up_day_on_a_weekday(calendar: Body, clean: Clean, rng: Random) -> Place:
    from datetime import date, timedelta

    day = date(calendar["year"], 6, 15)
    while day.weekday() > 4 or day.isoformat() in calendar["rest_days"]:
        day += timedelta(days=1)
    calendar["makeup_workdays"].append(day.isoformat())
    return f"/makeup_workdays/{len(calendar['makeup_workdays']) - 1}"


@fault("calendars", "day-of-another-year")
def holiday_of_another_year(calendar: Body, clean: Clean, rng: Random) -> Place:
    calendar["rest_days"].append(f"{calendar['year'] + rng.choice([1, 2])}-05-01")
    return f"/rest_days/{len(calendar['rest_days']) - 1}"


@fault("calendars", "day-rests-and-works")
def day_that_rests_and_works(calendar: Body, clean: Clean, rng: Random) -> Place:
    if not calendar["makeup_workdays"]:
        return None
    index = rng.randrange(len(calendar["makeup_workdays"]))
    calendar["rest_days"].append(calendar["makeup_workdays"][index])
    return f"/makeup_workdays/{index}"


@fault("calendars", "shape")
def day_that_does_not_exist(calendar: Body, clean: Clean, rng: Random) -> Place:
    calendar["rest_days"].append(f"{calendar['year']}-02-30")
    return f"/rest_days/{len(calendar['rest_days']) - 1}"


# ── access


def in_policies(name: str, code: str, text: str) -> None:
    def spoil(access: Body, clean: Clean, rng: Random) -> Place:
        access["policies"] += text
        return "/policies"

    spoil.__name__ = name
    fault("access", *code.split())(spoil)


in_policies(
    "policy_without_an_id", "policy-without-id", "\npermit(principal, action, resource) when { false };\n"
)
in_policies(
    "refusal_without_a_sentence",
    "refusal-unexplained",
    '\n@id("planted")\nforbid(principal, action, resource) when { false };\n',
)
in_policies(
    "policies_that_lock_everyone_out",
    "would-lock-everyone-out",
    '\n@id("planted")@zh("不")@en("no")\nforbid(principal, action, resource);\n',
)
in_policies(
    "policies_that_let_everyone_in",
    "would-let-everyone-in",
    '\n@id("planted")\npermit(principal, action, resource);\n',
)


@fault(
    "access", "policies-invalid", "policy-invalid", "not-valid", "policies-unreadable", "policies-not-valid"
)
def policies_that_ask_for_what_is_not_there(access: Body, clean: Clean, rng: Random) -> Place:
    access["policies"] += (
        '\n@id("planted")\npermit(principal, action, resource) when { resource.colour == "red" };\n'
    )
    return "/policies"


@fault("access", "policy-invalid")
def policies_that_cannot_be_read(access: Body, clean: Clean, rng: Random) -> Place:
    access["policies"] += "\npermit(;\n"
    return "/policies"


@fault("access", "schema-unreadable")
def access_schema_that_cannot_be_read(access: Body, clean: Clean, rng: Random) -> Place:
    access["schema"] = "entity {"
    return "/schema"
