"""Who someone is in a matter: nothing is believed about acting for someone until a grant proves it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.parties import (
    ANYWHERE,
    NOBODY,
    SUBJECT,
    Grant,
    Principal,
    actor_of,
    grant_id,
    grant_of,
    grants_to_read,
    interested,
    mandate_of,
    receipt_hash,
    sides_of,
    speaks_for,
    standing,
    valid_grant,
)

REGISTER = Path(__file__).parents[2] / "schemas" / "registers" / "grants.json"
DAY = date(2026, 3, 2)
FIRM, AGENT = "enterprise:91430112MA4L0X0X0X", "person:agent"
CASE: dict[str, Any] = {
    "parties": [{"role": "applicant", "subject": FIRM}, {"role": "bank", "subject": "enterprise:bank"}],
    "node": "market",
    "ancestors": ["hall"],
    "superiors": ["district"],
    "receipt": None,
}
AGENCY = Principal(AGENT, "代办员", frozenset({"citizen"}), "agent", acting_for=FIRM)
MANDATE = Grant("mandate", FIRM, AGENT, "2026-01-01", "2026-06-30", ("deregistration",))


def clerk(*posts: tuple[str, str]) -> Principal:
    return Principal("person:clerk", "窗口", frozenset({"staff"}), "window", posts=posts)


def of(
    principal: Principal, prefix: str, view: dict[str, Any] = CASE, grant: Grant | None = None
) -> set[str]:
    return {token for token in standing(principal, view, grant) if token.startswith(prefix)}


# ── parties and mandates


def test_a_party_is_who_the_case_names():
    firm = replace(AGENCY, subject=FIRM, acting_for=None)
    assert of(firm, "party:") == {"party:applicant"}
    assert of(replace(firm, subject="person:stranger"), "party:") == set()


def test_acting_for_oneself_needs_no_grant():
    firm = replace(AGENCY, subject=FIRM, acting_for=FIRM)
    assert of(firm, "party:") == {"party:applicant"}
    assert mandate_of(firm, None) == "not-needed"
    assert "agent" not in standing(firm, CASE)


def test_a_claim_to_act_for_someone_gives_nothing_without_a_grant():
    assert of(AGENCY, "party:") == set()
    assert "agent" not in standing(AGENCY, CASE)
    assert mandate_of(AGENCY, None) == "missing"
    assert speaks_for(AGENCY, None) is None


def test_an_unproven_claim_does_not_fall_back_to_ones_own_rights():
    own = CASE | {"parties": [{"role": "applicant", "subject": AGENT}]}
    assert of(AGENCY, "party:", own) == set()


def test_a_mandate_makes_the_agent_stand_where_the_giver_stands():
    assert of(AGENCY, "party:", grant=MANDATE) == {"party:applicant"}
    assert "agent" in standing(AGENCY, CASE, MANDATE)
    assert mandate_of(AGENCY, MANDATE) == "mandate"


def test_a_mandate_of_someone_who_is_no_party_gives_no_standing_in_the_case():
    elsewhere = CASE | {"parties": [{"role": "applicant", "subject": "person:someone"}]}
    assert standing(AGENCY, elsewhere, MANDATE) & {"agent", "party:applicant"} == set()


@pytest.mark.parametrize(
    "grant",
    [
        replace(MANDATE, giver="enterprise:other"),
        replace(MANDATE, taker="person:other"),
        replace(MANDATE, kind="consent"),
        replace(MANDATE, kind="invitation"),
        replace(MANDATE, kind="scope"),
        replace(MANDATE, kind="device"),
    ],
)
def test_a_grant_between_others_or_of_another_kind_proves_nothing(grant: Grant):
    assert speaks_for(AGENCY, grant) is None
    assert valid_grant([grant], AGENCY, "deregistration", "open_case", DAY) is None


@pytest.mark.parametrize(
    ("change", "item", "act", "day", "holds"),
    [
        ({}, "deregistration", "open_case", DAY, True),
        ({}, "deregistration", "open_case", date(2026, 1, 1), True),
        ({}, "deregistration", "open_case", date(2026, 6, 30), True),
        ({}, "deregistration", "open_case", date(2025, 12, 31), False),
        ({}, "deregistration", "open_case", date(2026, 7, 1), False),
        ({"valid_to": None}, "deregistration", "open_case", date(2036, 7, 1), True),
        ({"revoked": True}, "deregistration", "open_case", DAY, False),
        ({}, "food-licence", "open_case", DAY, False),
        ({"items": ("*",)}, "food-licence", "open_case", DAY, True),
        ({"items": ()}, "deregistration", "open_case", DAY, False),
        ({"items": ("*", "food-licence")}, "deregistration", "open_case", DAY, False),
        ({"acts": ("read_case",)}, "deregistration", "open_case", DAY, False),
        ({"acts": ("read_case", "open_case")}, "deregistration", "open_case", DAY, True),
    ],
)
def test_a_grant_holds_for_its_items_acts_and_days_until_revoked(
    change: dict[str, Any], item: str, act: str, day: date, holds: bool
):
    grant = replace(MANDATE, **change)
    assert valid_grant([grant], AGENCY, item, act, day) == (grant if holds else None)


def test_the_valid_grant_is_found_among_those_that_are_not():
    grants = [replace(MANDATE, revoked=True), replace(MANDATE, kind="appointment", items=("*",))]
    found = valid_grant(grants, AGENCY, "food-licence", "move_case", DAY)
    assert found is grants[1]


def test_an_integrator_has_the_scope_it_was_given():
    bank = Principal("system:bank", "bank", frozenset({"integrator"}), "integrator")
    scope = Grant("scope", "node:market", "system:bank", "2026-01-01", None, ("*",))
    assert valid_grant([scope], bank, "any", "read_events", DAY) is scope
    assert "scope" in standing(bank, CASE, scope)
    assert "scope" not in standing(bank, CASE)
    assert "scope" not in standing(bank, CASE, replace(scope, taker="system:other"))


# ── posts


def test_a_post_counts_at_the_node_and_in_its_organ_but_a_superior_only_looks():
    assert of(clerk(("market", "decider")), "post:") == {"post:decider"}
    assert of(clerk(("hall", "window")), "post:") == {"post:window"}
    assert of(clerk(("district", "head")), "post:") == set()
    assert of(clerk(("district", "head")), "above:") == {"above:head"}
    assert "on-duty" in standing(clerk(("hall", "window")), CASE)
    assert "on-duty" not in standing(clerk(("district", "head")), CASE)


def test_a_post_elsewhere_is_no_post_here():
    stranger = clerk(("tax", "decider"))
    assert of(stranger, "post:") == of(stranger, "above:") == set()


def test_what_belongs_to_the_district_takes_a_post_held_anywhere():
    district = {"parties": (), "node": ANYWHERE}
    assert of(clerk(("tax", "decider")), "post:", district) == {"post:decider"}
    exact = {"anyone", "node:tax", "held:tax/decider"}
    assert exact <= standing(clerk(("tax", "decider")), district)
    assert exact.isdisjoint(standing(clerk(("tax", "decider")), CASE))


def test_who_acts_for_someone_holds_no_post_in_the_same_breath():
    both = replace(AGENCY, roles=frozenset({"staff"}), posts=(("market", "decider"),))
    assert of(both, "post:", grant=MANDATE) == set()
    assert "on-duty" not in standing(both, CASE, MANDATE)


# ── receipts, records, interest


def test_a_receipt_code_is_recognised_by_its_hash_alone():
    unnamed = CASE | {"receipt": receipt_hash("code-1")}
    assert "receipt" in standing(NOBODY, unnamed | {"receipt_shown": receipt_hash("code-1")})
    for shown in (None, "", "code-1", receipt_hash("code-2")):
        assert "receipt" not in standing(NOBODY, unnamed | {"receipt_shown": shown})
    assert "receipt" not in standing(NOBODY, CASE | {"receipt_shown": receipt_hash("")})
    assert "receipt" not in standing(NOBODY, CASE | {"receipt": "", "receipt_shown": ""})


def test_two_unnamed_people_are_not_the_same_party():
    assert (
        of(NOBODY, "party:", CASE | {"parties": [{"role": "informant", "subject": NOBODY.subject}]}) == set()
    )


def test_whom_a_records_key_names_stands_in_it():
    assert "key" in standing(AGENCY, CASE | {"keys": (FIRM,)}, MANDATE)
    assert "key" not in standing(AGENCY, CASE | {"keys": (FIRM,)})
    assert "key" not in standing(clerk(), CASE | {"keys": (FIRM,)})
    assert "key" not in standing(AGENCY, CASE)


def test_both_sides_of_a_grant_are_named_by_its_id_and_nobody_else_is():
    assert sides_of("mandate:enterprise:91430112MA4DEM010Y:person:a.b") == (
        "enterprise:91430112MA4DEM010Y", "person:a.b",
    )  # fmt: skip
    for wrong in ("", "mandate", "mandate:person:a", "mandate:person:a:person:b:person:c", "mandate:city:a:person:b",
                  "mandate:person:a:person:b ", "mandate:person::person:b"):  # fmt: skip
        assert sides_of(wrong) == (), wrong


def test_who_writes_a_departments_definitions_sees_no_case_by_that():
    """Decisions 25: the person who drafts never sees personal data."""
    definer = replace(clerk(), posts=((CASE["node"], "definer"),))
    assert "on-duty" not in standing(definer, CASE)
    assert "on-duty" in standing(
        replace(definer, posts=((CASE["node"], "definer"), (CASE["node"], "window"))), CASE
    )


def test_a_party_its_agent_and_the_recused_have_an_interest():
    assert interested(replace(AGENCY, subject=FIRM, acting_for=None), CASE)
    assert interested(AGENCY, CASE)
    assert not interested(clerk(), CASE)
    assert interested(clerk(), CASE | {"recused": ["person:clerk"]})


# ── what is stored


def test_an_actor_says_person_whom_for_channel_and_post_of_the_day():
    assert actor_of(AGENCY).as_json() == {"person": AGENT, "via": "agent", "acting_for": FIRM}
    at_post = actor_of(clerk(), "market", "decider").as_json()
    assert at_post == {"person": "person:clerk", "via": "window", "node": "market", "post": "decider"}
    assert "acting_for" not in actor_of(replace(AGENCY, acting_for=AGENT)).as_json()


def test_the_ids_of_grants_follow_from_kind_and_both_sides():
    assert MANDATE.id == grant_id("mandate", FIRM, AGENT) == f"mandate:{FIRM}:{AGENT}"
    assert grants_to_read(AGENCY, "market") == tuple(
        f"{kind}:{FIRM}:{AGENT}" for kind in ("appointment", "delegation", "mandate")
    )
    bank = Principal("system:bank", "bank", frozenset({"integrator"}), "integrator")
    assert grants_to_read(bank, "market") == ("scope:node:market:system:bank",)
    assert grants_to_read(clerk(), "market") == ()


def test_a_record_that_leaves_something_out_grants_none_of_it():
    grant = grant_of({"kind": "mandate", "from": FIRM, "to": AGENT, "valid_from": "2026-01-01"})
    assert valid_grant([grant], AGENCY, "deregistration", "open_case", DAY) is None


def test_a_record_of_the_built_in_register_becomes_its_grant():
    from jsonschema_rs import validator_for

    record = {
        "id": MANDATE.id, "kind": "mandate", "from": FIRM, "to": AGENT, "items": ["deregistration"],
        "fields": ["/name"],
        "purpose": {"zh": "代办注销", "en": "deregister"}, "valid_from": "2026-01-01", "valid_to": "2026-06-30",
        "document": "委托书 7 号", "revoked": False,
    }  # fmt: skip
    definition = json.loads(REGISTER.read_text(encoding="utf-8"))
    schema = validator_for(definition["schema"])
    assert schema.is_valid(record)
    assert not schema.is_valid(record | {"to": "everybody"})
    assert not schema.is_valid({name: value for name, value in record.items() if name != "items"})
    grant = grant_of(record)
    assert grant.id == record["id"]
    assert valid_grant([grant], AGENCY, "deregistration", "open_case", DAY) == grant
    assert (grant.document, grant.fields) == ("委托书 7 号", frozenset({"/name"}))


@pytest.mark.parametrize("subject", ["person:a", f"enterprise:{'9' * 64}", "system:pack", "node:tax", FIRM])
def test_a_subject_is_a_kind_and_an_id(subject: str):
    assert SUBJECT.fullmatch(subject)


@pytest.mark.parametrize(
    "subject",
    ["", "person:", "anonymous", "person:a b", f"person:{'a' * 65}", "person:人", "x:a", "person:a\n"],
)
def test_nothing_else_is_a_subject(subject: str):
    assert not SUBJECT.fullmatch(subject)


subjects = st.sampled_from(["person:a", "person:b", "enterprise:x", "node:n"])


@given(
    who=st.builds(
        Principal, subjects, st.just(""), st.frozensets(st.sampled_from(["citizen", "staff", "integrator"])),
        st.just("web"), acting_for=st.none() | subjects, posts=st.just((("market", "head"),)),
    ),
    grant=st.builds(
        Grant, st.sampled_from(["mandate", "appointment", "delegation", "consent", "scope", "device"]),
        subjects, subjects, st.just("2026-01-01"),
    ),
    party=subjects,
)  # fmt: skip
def test_nobody_ever_stands_as_a_party_but_that_party_or_whom_it_let_act(
    who: Principal, grant: Grant, party: str
):
    view = CASE | {"parties": [{"role": "applicant", "subject": party}]}
    if "party:applicant" in standing(who, view, grant):
        direct = who.subject == party and who.acting_for in {None, party}
        proven = who.acting_for == party == grant.giver and who.subject == grant.taker
        assert direct or (proven and grant.kind in {"mandate", "appointment", "delegation"})
