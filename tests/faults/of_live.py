"""Faults of what every case meets at once: organisations, calendars, access."""

from __future__ import annotations

import json

from tests.faults.planting import Body, Clean, Place, Random, fault

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
