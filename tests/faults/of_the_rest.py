"""Faults of everything else: any definition, registers, documents, notices, organisations, calendars, access."""

from __future__ import annotations

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


@fault("registers", "open-data-field-private")
def register_that_opens_by_a_day_that_is_not_public(register: Body, clean: Clean, rng: Random) -> Place:
    private = sorted({f"/{name}" for name in register["schema"]["properties"]} - set(register["public"]))
    if not private:
        return None
    field, member = rng.choice(private), rng.choice(["period", "only"])
    register["open_data"] = {"period": field} if member == "period" else {
        "period": rng.choice(register["public"] or private), "only": {field: ["x"]},
    }  # fmt: skip
    return "/open_data/period" if member == "period" else f"/open_data/only/~1{field[1:]}"


def _figure(register: Body, on: str, counted: str) -> None:
    register["figures"] = [
        {"id": "share", "title": {"zh": "占比", "en": "Share"}, "on": on, "of": {counted: ["x"]}}
    ]


@fault("registers", "figure-field-private")
def register_that_counts_what_is_not_public(register: Body, clean: Clean, rng: Random) -> Place:
    private = sorted({f"/{name}" for name in register["schema"]["properties"]} - set(register["public"]))
    if not private or not register["public"]:
        return None
    field, member = rng.choice(private), rng.choice(["on", "of"])
    _figure(register, *((field, register["public"][0]) if member == "on" else (register["public"][0], field)))
    return "/figures/0/on" if member == "on" else f"/figures/0/of/~1{field[1:]}"


@fault("registers", "figure-no-day")
def register_that_counts_by_what_is_no_day(register: Body, clean: Clean, rng: Random) -> Place:
    known = register["schema"]["properties"]
    texts = [
        one
        for one in register["public"]
        if known.get(one[1:], {}).get("type") and known[one[1:]].get("format") != "date"
    ]
    if not texts:
        return None
    _figure(register, rng.choice(texts), register["public"][0])
    return "/figures/0/on"


@fault("registers", "open-data-period-no-day")
def register_that_opens_by_what_is_no_day(register: Body, clean: Clean, rng: Random) -> Place:
    known = register["schema"]["properties"]
    texts = [
        one
        for one in register["public"]
        if known.get(one[1:], {}).get("type") and known[one[1:]].get("format") != "date"
    ]
    if not texts:
        return None
    register["open_data"] = {"period": rng.choice(texts)}
    return "/open_data/period"


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
def publication_that_never_counts_as_service(document: Body, clean: Clean, rng: Random) -> Place:
    return "" if document.pop("public_service", None) else None


def _numbered(document: Body, clean: Clean) -> Body | None:
    """A series that counts on an account, of a document that has any series."""
    return document["series"] if "account" in document.get("series", {}) else None


@fault("documents", "series-not-numbers")
def numbers_from_an_account_of_something_else(document: Body, clean: Clean, rng: Random) -> Place:
    series = _numbered(document, clean)
    if series is None:
        return None
    series["account"] = next(one["id"] for one in clean.of("accounts") if one["unit"] == "fen")
    return "/series/account"


@fault("documents", "series-period-differs")
def numbers_that_begin_anew_at_another_time(document: Body, clean: Clean, rng: Random) -> Place:
    series = _numbered(document, clean)
    if series is None:
        return None
    series["per"] = "day"
    return "/series/per"


@fault("documents", "series-key-unknown")
def numbers_kept_by_what_no_document_knows(document: Body, clean: Clean, rng: Random) -> Place:
    if "series" not in document:
        return None
    account = next(
        one for one in clean.of("accounts") if any(not key.startswith("case:") for key in one["key"])
    )
    document["series"]["account"] = account["id"]
    return "/series/account"


@fault("documents", "shape")
def document_in_one_language(document: Body, clean: Clean, rng: Random) -> Place:
    language = rng.choice(["zh", "en"])
    del document["template"][language]
    return f"/template/{language}"
