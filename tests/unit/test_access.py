"""One decision for every path: who may do what is the table in this file, and nothing else decides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import (
    AccessPolicies,
    Action,
    Decision,
    Resource,
    access_policies,
    asked,
    audit_resource,
    case_resource,
    definition_resource,
    findings,
    grant_resource,
    item_resource,
    notes,
    notices_resource,
    place,
    plain_resource,
    queue_resource,
    subscription_resource,
)
from chalicelib.domain.parties import ANYWHERE, NOBODY, ROLES, Grant, Principal
from chalicelib.domain.problems import Problem
from chalicelib.domain.triggers import principal_of

FOLDER = Path(__file__).parents[2] / "schemas" / "access"
POLICIES = (FOLDER / "policies.cedar").read_text(encoding="utf-8")
SCHEMA = (FOLDER / "schema.cedarschema").read_text(encoding="utf-8")

OWNER = "person:owner"


def person(name: str, *roles: str, **more: Any) -> Principal:
    return Principal(f"person:{name}", name, frozenset(roles), "web", **more)


def at(node: str, post: str, name: str) -> Principal:
    return person(name, "staff", posts=((node, post),))


def grant(kind: str, giver: str, taker: str) -> Grant:
    return Grant(kind, giver, taker, "2026-01-01", "2026-12-31", ("*",))


class Someone(NamedTuple):
    """A caller as an action meets them: with the grant that was found valid, and from where the call came."""

    principal: Principal
    grant: Grant | None = None
    internal: bool = False


BANK = Principal("system:bank", "bank", frozenset({"integrator"}), "integrator")
TIMER = Principal("system:timer", "timer", frozenset({"system"}), "system")

PEOPLE = {
    "nobody": Someone(NOBODY),
    "receipt": Someone(NOBODY),  # the same nobody, who shows the code of an unnamed case
    "owner": Someone(person("owner", "citizen")),
    "other": Someone(person("other", "citizen")),
    "agent": Someone(person("agent", "citizen", acting_for=OWNER), grant("mandate", OWNER, "person:agent")),
    "agent?": Someone(person("agent", "citizen", acting_for=OWNER)),  # no mandate, or a revoked one
    "legal": Someone(
        person("legal", "citizen", acting_for=OWNER), grant("appointment", OWNER, "person:legal")
    ),
    "clerk": Someone(replace(at("desk-one", "window", "clerk"), via="window")),
    "desk2": Someone(at("desk-two", "window", "desk-two")),  # another window of the same hall
    "tax": Someone(at("tax", "decider", "tax")),  # another department
    "self": Someone(
        person("owner", "citizen", "staff", posts=(("desk-one", "window"),))
    ),  # a clerk's own case
    "decider": Someone(at("market", "decider", "decider")),
    "definer": Someone(at("market", "definer", "definer")),  # writes the department's definitions
    # signed in for the whole district's releases as well, which gives no right to write in them
    "both": Someone(replace(at("market", "definer", "both"), roles=frozenset({"staff", "releaser"}))),
    "both2": Someone(replace(at("market", "releaser", "both2"), roles=frozenset({"staff", "admin"}))),
    "pressman": Someone(at("market", "releaser", "pressman")),  # releases them
    "superv": Someone(at("market", "supervisor", "supervisor")),
    "above": Someone(at("district", "head", "above")),
    # holds every post that matters, but is not signed in as staff
    "off": Someone(
        Principal(
            "person:off",
            "off",
            frozenset({"citizen"}),
            "window",
            posts=(
                ("market", "head"),
                ("market", "definer"),
                ("market", "releaser"),
                ("desk-one", "window"),
                ("district", "head"),
            ),
        )
    ),
    "scope": Someone(BANK, grant("scope", "node:market", "system:bank")),
    "scope?": Someone(BANK),
    "queued": Someone(BANK, internal=True),  # its call, handled by our own queue, does not become ours
    "norole": Someone(replace(BANK, roles=frozenset()), grant("scope", "node:market", "system:bank")),
    "admin": Someone(person("admin", "admin")),
    "releaser": Someone(person("releaser", "releaser")),
    "auditor": Someone(person("auditor", "auditor")),
    "system": Someone(TIMER, internal=True),
    "posing": Someone(person("posing", "system")),  # the platform's role, but the call comes over HTTP
    "trigger": Someone(principal_of({"id": "red-light", "title": {"zh": "红灯", "en": "Red light"}})),
    "triggers?": Someone(person("triggers", "trigger")),  # a trigger's role, but the call comes over HTTP
    "outside": Someone(replace(person("outside", "admin"), via="system")),
}

CASE: dict[str, Any] = {
    "parties": [{"role": "applicant", "subject": OWNER}],
    "node": "market",
    "ancestors": ["market", "desk-one"],
    "superiors": ["district"],
    "confidential": False,
    "readers": [],
    "receipt": None,
    "claimed_by": None,
}
SECRET = CASE | {"confidential": True, "readers": ["party:applicant", "post:decider"]}
UNNAMED = CASE | {"parties": [], "receipt": "5f", "receipt_shown": None}
CLAIMED = CASE | {"claimed_by": "person:colleague", "claimed_for": "post:window"}
MARKET = place("market", ("market", "desk-one"), ("district",))
DISTRICT = place(ANYWHERE)

WINDOW, APPLICANT, BOTH = (
    ("post:window",),
    ("party:applicant",),
    ("party:applicant", "post:window", "post:decider"),
)
PERSONAL_ITEM = {"id": "i", "audience": ["person"], "parties": {"applicant": {"subject": ["person"]}}}
STAFF_ITEM = {"id": "i", "audience": ["staff"], "parties": {"applicant": {"subject": ["person"]}}}
UNNAMED_ITEM = {
    "id": "i",
    "audience": ["person"],
    "anonymous": True,
    "parties": {"informant": {"subject": ["person"]}},
}
DRAFT = definition_resource("items", "i", ["person:author"])  # the whole district's
OWN = definition_resource("items", "i", ["person:author"], "market")
FLOW = definition_resource("processes", "p", ["person:author"], "market")
GRANT = plain_resource("Register", "grants")
REGISTER = plain_resource("Register", "enterprises")


class Question(NamedTuple):
    action: Action
    resource: Resource
    view: dict[str, Any]
    more: Mapping[str, Any] = MappingProxyType({})


def of_case(action: Action, view: dict[str, Any] = CASE, **more: Any) -> Question:
    return Question(action, case_resource("cas_1", view), view, more)


def gift(kind: str, giver: str = OWNER, document: str | None = None) -> Question:
    given = replace(grant(kind, giver, "person:helper"), document=document)
    return Question("give_grant", grant_resource(given), DISTRICT)


QUESTIONS = {
    "read_catalogue": Question("read_catalogue", DRAFT, DISTRICT),
    "read_record_public": Question("read_record_public", REGISTER, DISTRICT),
    "read_case": of_case("read_case"),
    "list_cases": of_case("list_cases"),
    "read_events": of_case("read_events"),
    "read_case, confidential": of_case("read_case", SECRET),
    "list_cases, confidential": of_case("list_cases", SECRET),
    "read_events, confidential": of_case("read_events", SECRET),
    "read_case, unnamed": of_case("read_case", UNNAMED),
    "move_case, of the window": of_case("move_case", by=WINDOW),
    "move_case, of the head": of_case("move_case", by=("post:head",)),
    "move_case, of the head above": of_case("move_case", by=("above:head",)),
    "move_case, of the applicant": of_case("move_case", by=APPLICANT),
    "move_case, of nobody": of_case("move_case", by=()),
    "move_case, of a scope": of_case("move_case", by=("scope",)),
    "move_case, of a trigger": of_case("move_case", by=("role:trigger",)),
    "move_case, of a trigger, confidential": of_case("move_case", SECRET, by=("role:trigger",)),
    "read_case, for triggers": of_case("read_case", SECRET | {"readers": ["role:trigger"]}),
    "move_case, by receipt": of_case("move_case", UNNAMED, by=("receipt",)),
    "move_case, kept apart": of_case("move_case", by=WINDOW, same_person_did=("propose",)),
    "move_case, recused": of_case("move_case", CASE | {"recused": ["person:clerk"]}, by=WINDOW),
    "move_case, confidential": of_case("move_case", SECRET, by=BOTH),
    "move_case, claimed": of_case("move_case", CLAIMED, by=(*WINDOW, "post:supervisor")),
    "add_material": of_case("add_material", by=APPLICANT),
    "claim_case": of_case("claim_case", by=WINDOW),
    "claim_case, claimed": of_case("claim_case", CLAIMED, by=WINDOW),
    "assign_case": of_case("assign_case"),
    "read_personal, no purpose": of_case("read_personal", by=BOTH),
    "read_personal, purpose": of_case("read_personal", by=BOTH, purpose="核对身份"),
    "open_case, for people": Question("open_case", item_resource(PERSONAL_ITEM), MARKET),
    "open_case, for staff": Question("open_case", item_resource(STAFF_ITEM), MARKET),
    "open_case, unnamed": Question("open_case", item_resource(UNNAMED_ITEM), MARKET),
    "read_queue": Question("read_queue", queue_resource("market", "window"), MARKET),
    "read_register": Question("read_register", REGISTER, DISTRICT, {"by": ("post:window",)}),
    "read_register, anyone's": Question("read_register", REGISTER, DISTRICT, {"by": ("anyone",)}),
    "read_register, by its key": Question(
        "read_register", GRANT, DISTRICT | {"keys": (OWNER, "person:agent")}, {"by": ("key", "role:auditor")}
    ),
    "read_register, one node's": Question("read_register", REGISTER, DISTRICT, {"by": ("node:tax",)}),
    "write_register": Question("write_register", REGISTER, DISTRICT, {"by": ("role:admin",)}),
    "read_definition": Question("read_definition", DRAFT, DISTRICT),
    "edit_definition": Question("edit_definition", DRAFT, DISTRICT),
    "check_definition": Question("check_definition", DRAFT, DISTRICT),
    "trial_rule": Question("trial_rule", DRAFT, DISTRICT),
    "release_definition": Question("release_definition", DRAFT, DISTRICT),
    "release_definition, own": Question(
        "release_definition", definition_resource("items", "i", ["person:releaser"]), DISTRICT
    ),
    "edit_definition, a department's": Question("edit_definition", OWN, MARKET),
    "edit_definition, another's": Question("edit_definition", OWN, place("tax")),
    "edit_definition, a process": Question("edit_definition", FLOW, MARKET),
    "check_definition, a department's": Question("check_definition", OWN, MARKET),
    "trial_rule, a department's": Question("trial_rule", OWN, MARKET),
    "release_definition, a department's": Question("release_definition", OWN, MARKET),
    "release_definition, another's": Question("release_definition", OWN, place("tax")),
    "release_definition, a process": Question("release_definition", FLOW, MARKET),
    "release_definition, a department's own": Question(
        "release_definition", definition_resource("items", "i", ["person:pressman"], "market"), MARKET
    ),
    "hard_stop, a department's": Question("hard_stop", OWN, MARKET),
    "rollback_definition": Question("rollback_definition", DRAFT, DISTRICT),
    "hard_stop": Question("hard_stop", DRAFT, DISTRICT),
    "give_grant, mandate": gift("mandate"),
    "give_grant, on paper": Question(  # given at the window, by a clerk who came through it
        "give_grant",
        grant_resource(replace(grant("mandate", "person:x", "person:y"), document="no. 7")),
        MARKET,
    ),
    "give_grant, without paper": Question(
        "give_grant", grant_resource(grant("mandate", "person:x", "person:y")), MARKET
    ),
    "give_grant, scope": gift("scope", "node:market"),
    "give_grant, appointment": gift("appointment"),
    "give_grant, to oneself": Question(
        "give_grant", grant_resource(grant("scope", "node:market", "person:admin")), DISTRICT
    ),
    "revoke_grant": Question(
        "revoke_grant", grant_resource(grant("mandate", OWNER, "person:agent")), DISTRICT
    ),
    "revoke_grant, scope": Question(
        "revoke_grant", grant_resource(grant("scope", "node:market", "system:bank")), DISTRICT
    ),
    "write_register, of a trigger": Question("write_register", REGISTER, DISTRICT, {"by": ("role:trigger",)}),
    "read_notices, the owner's": Question("read_notices", notices_resource(OWNER), DISTRICT),
    "read_notices, an office's": Question("read_notices", notices_resource("node:market"), MARKET),
    "read_feed": Question("read_feed", plain_resource("Feed", "events"), DISTRICT),
    "keep_subscription": Question("keep_subscription", subscription_resource("system:bank"), DISTRICT),
    "keep_subscription, another's": Question(
        "keep_subscription", subscription_resource("system:tax"), DISTRICT
    ),
    "read_audit": Question("read_audit", audit_resource(), DISTRICT),
    "read_audit, about the owner": Question("read_audit", audit_resource(OWNER), DISTRICT),
    "read_account": Question("read_account", plain_resource("Account", "caps"), MARKET),
    "read_account, the district's": Question("read_account", plain_resource("Account", "numbers"), DISTRICT),
}


def ask(policies: AccessPolicies, who: str, question: Question) -> Decision:
    someone = PEOPLE[who]
    view = question.view | ({"receipt_shown": "5f"} if who == "receipt" else {})
    context = asked(someone.principal, view, grant=someone.grant, internal=someone.internal, **question.more)
    return policies.decide(someone.principal, question.action, question.resource, context)


SEE = "owner agent legal clerk self decider superv above scope auditor system trigger"
NAMED = "owner agent legal self decider system"
PUBLIC = (
    "nobody receipt owner other agent agent? legal clerk desk2 tax self decider definer both both2 pressman superv "
    "above off scope scope? queued norole admin releaser auditor system"
)
SIGNED_IN = (
    "owner other agent legal clerk desk2 tax self decider definer both both2 pressman superv above off "
    "admin releaser auditor system"
)

# Question → everybody who may. Whoever is not named may not.
EXPECTED = {
    "read_catalogue": PUBLIC,
    "read_record_public": PUBLIC,
    "read_case": SEE,
    "list_cases": SEE,
    "read_events": SEE,
    "read_case, confidential": NAMED,
    "list_cases, confidential": NAMED,
    "read_events, confidential": NAMED,
    "read_case, unnamed": "receipt clerk self decider superv above scope auditor system trigger",
    "move_case, of the window": "clerk system",
    "move_case, of the head above": "above system",
    "move_case, of the head": "system",
    "move_case, of the applicant": "owner agent legal self system",
    "move_case, of nobody": "system",
    "move_case, of a scope": "scope norole system",
    "move_case, of a trigger": "trigger system",
    "move_case, of a trigger, confidential": "system",
    "read_case, for triggers": "trigger system",
    "move_case, by receipt": "receipt system",
    "move_case, kept apart": "",
    "move_case, recused": "system",
    "move_case, confidential": NAMED,
    "move_case, claimed": "superv system",
    "add_material": "owner agent legal self system",
    "claim_case": "clerk",
    "claim_case, claimed": "",
    "assign_case": "superv",
    "read_personal, no purpose": "owner agent legal self",
    "read_personal, purpose": "owner agent legal clerk self decider",
    "open_case, for people": f"{SIGNED_IN} scope trigger",
    "open_case, for staff": (
        "clerk desk2 tax self decider definer both both2 pressman superv above scope system trigger"
    ),
    "open_case, unnamed": f"nobody receipt {SIGNED_IN} scope norole trigger",
    "read_queue": "clerk self superv above",
    "read_register": "clerk desk2 self system",
    "read_register, anyone's": f"{SIGNED_IN} scope scope? queued norole",
    "read_register, by its key": "owner agent legal self auditor system",
    "read_register, one node's": "tax system",
    "write_register": "both2 admin system",
    "read_definition": (
        "clerk desk2 tax self decider definer both both2 pressman superv above admin releaser auditor system"
    ),
    "edit_definition": "both2 admin system",
    "check_definition": "both both2 admin releaser system",
    "trial_rule": "both both2 admin releaser",
    "release_definition": "both releaser system",
    "release_definition, own": "both system",
    "edit_definition, a department's": "definer both both2 admin system",
    "edit_definition, another's": "both2 admin system",
    "edit_definition, a process": "both2 admin system",
    "check_definition, a department's": "definer both both2 pressman admin releaser system",
    "trial_rule, a department's": "definer both both2 pressman admin releaser",
    "release_definition, a department's": "both both2 pressman releaser system",
    "release_definition, another's": "both releaser system",
    "release_definition, a process": "both releaser system",
    "release_definition, a department's own": "both both2 releaser system",
    "hard_stop, a department's": "both both2 pressman admin releaser",
    "rollback_definition": "both releaser",
    "hard_stop": "both both2 admin releaser",
    "give_grant, mandate": "owner legal self system",
    "give_grant, on paper": "clerk system",
    "give_grant, without paper": "system",
    "give_grant, scope": "both2 admin system",
    "give_grant, appointment": "system",
    "give_grant, to oneself": "both2 system",
    "revoke_grant": "owner agent legal self system",
    "revoke_grant, scope": "scope scope? queued norole both2 admin system",
    "write_register, of a trigger": "trigger system",
    "read_notices, the owner's": "owner agent legal self",
    "read_notices, an office's": "clerk self decider superv",
    "read_feed": "scope scope? queued auditor",
    "keep_subscription": "scope scope? queued",
    "keep_subscription, another's": "",
    "read_audit": "auditor",
    "read_audit, about the owner": "owner self auditor",
    "read_account": "superv above auditor",
    "read_account, the district's": "superv above auditor",
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_who_may_do_what_is_exactly_the_table(name: str):
    decisions = {who: ask(policies(), who, QUESTIONS[name]) for who in PEOPLE}
    assert {who for who, decision in decisions.items() if decision.errors} == set()
    assert {who for who, decision in decisions.items() if decision.allowed} == set(EXPECTED[name].split())


def test_every_action_has_a_row_in_the_table_and_is_known_to_the_schema():
    declared = re.findall(r"action ([\w,\s]+?)(?: in \[[\w, ]+\])?\s+appliesTo", SCHEMA)
    in_schema = {name for names in declared for name in re.split(r",\s*", names)}
    assert in_schema == set(get_args(Action)) == {question.action for question in QUESTIONS.values()}


def test_lesson_20_reading_listing_and_events_are_one_decision():
    for who in PEOPLE:
        for suffix in ("", ", confidential"):
            asked_ways = ("read_case", "list_cases", "read_events")
            answers = {ask(policies(), who, QUESTIONS[way + suffix]).allowed for way in asked_ways}
            assert len(answers) == 1, who


def test_a_removed_policy_never_goes_unnoticed():
    head, *parts = re.split(r"^(?=@id\()", POLICIES, flags=re.MULTILINE)
    assert len(parts) > 30
    for part in parts:
        without_it = "".join([head, *(other for other in parts if other is not part)])
        assert not holds(without_it, decided_by(part.split('"')[1])), part


def test_a_removed_role_check_never_goes_unnoticed():
    checks = list(re.finditer(r"(!?)principal\.roles\.contains(?:Any)?\([^)]*\)", POLICIES))
    assert len(checks) > 20
    for check in checks:
        before, after = POLICIES[: check.start()], POLICIES[check.end() :]
        clause = re.findall(r"^(?:(permit|forbid) \(|(unless) \{)", before, flags=re.MULTILINE)[-1]
        weaker = "false" if clause[0] == "forbid" else "true"  # never forbidden, or permitted to every role
        policy = re.findall(r'^@id\("([^"]+)"', before, flags=re.MULTILINE)[-1]
        assert not holds(before + weaker + after, decided_by(policy)), before[-120:] + check[0]


def holds(text: str, names: Iterable[str]) -> bool:
    """Does this set of policies give the table, as far as these questions go?"""
    changed = AccessPolicies(text, SCHEMA)
    return all(
        ask(changed, who, QUESTIONS[name]).allowed == (who in EXPECTED[name].split())
        for name, who in product(names, PEOPLE)
    )


def decided_by(policy: str) -> list[str]:
    """The questions that this policy decides for somebody."""
    return [name for name, deciding in decided().items() if policy in deciding]


@lru_cache
def decided() -> dict[str, set[str]]:
    return {
        name: {policy for who in PEOPLE for policy in ask(policies(), who, question).determining}
        for name, question in QUESTIONS.items()
    }


# ── errors, missing attributes, forbids


@pytest.mark.parametrize("missing", sorted(asked(NOBODY, MARKET)))
def test_a_missing_fact_is_a_denial_though_cedar_would_skip_the_forbid(missing: str):
    question, someone = QUESTIONS["move_case, of the window"], PEOPLE["clerk"].principal
    context = asked(someone, question.view, by=WINDOW)
    assert policies().decide(someone, "move_case", question.resource, context).allowed
    del context[missing]
    decision = policies().decide(someone, "move_case", question.resource, context)
    assert not decision.allowed
    assert decision.errors


@pytest.mark.parametrize("missing", ["confidential", "readers"])
def test_a_case_whose_view_does_not_say_is_not_shown(missing: str):
    view = {name: value for name, value in CASE.items() if name != missing}
    decision = ask(policies(), "owner", of_case("read_case", view))
    assert not decision.allowed
    assert decision.errors


def test_any_error_while_deciding_is_a_denial_even_where_cedar_says_allow():
    overflow = '@id("o") forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };'
    broken = AccessPolicies(POLICIES + overflow, SCHEMA)
    decision = ask(broken, "owner", QUESTIONS["read_case"])
    assert decision.determining == ("see-as-party",)  # Cedar allowed it, and reported that a forbid failed
    assert "overflow" in decision.errors[0]
    assert not decision.allowed


def test_the_policies_in_an_actions_scope_answer_as_all_of_them_do():
    seen = 'forbid (principal, action in Action::"see_case", resource)'
    overflow = f'@id("o") {seen} when {{ 9223372036854775807 + 1 > 0 }};'
    whole, sliced = (AccessPolicies(POLICIES + overflow, SCHEMA) for _ in range(2))
    whole._slices.for_action = lambda *_: whole._slices._whole  # type: ignore[method-assign]
    for question in QUESTIONS.values():
        ask(sliced, "owner", question)  # from the second question on an action has its slice
        assert all(ask(sliced, who, question) == ask(whole, who, question) for who in PEOPLE), question
    assert set(sliced._slices._slices) == set(get_args(Action))
    assert any(ask(sliced, "owner", question).errors for question in QUESTIONS.values())


def test_a_question_that_cedar_cannot_read_cuts_no_slice():
    fresh = AccessPolicies(POLICIES, SCHEMA)
    for _ in range(3):
        broken = Question("read_case", Resource("Secret", "x", {}), CASE)
        assert ask(fresh, "owner", broken).errors
    assert fresh._slices._slices == {}


def test_an_unknown_action_or_resource_is_a_denial():
    owner, context = PEOPLE["owner"].principal, asked(PEOPLE["owner"].principal, CASE)
    unknown: Any = "read_everything"
    assert policies().decide(owner, unknown, case_resource("cas_1", CASE), context).errors
    assert policies().decide(owner, "read_case", Resource("Secret", "x", {}), context).errors
    assert policies().decide(owner, "read_queue", case_resource("cas_1", CASE), context).errors


tokens = st.frozensets(
    st.sampled_from(
        [
            "party:applicant",
            "post:window",
            "post:head",
            "role:staff",
            "role:admin",
            "receipt",
            "on-duty",
            "scope",
        ]
    )
)


@settings(max_examples=60, deadline=None)
@given(
    action=st.sampled_from(["read_case", "move_case", "claim_case", "assign_case", "add_material"]),
    by=tokens,
    facts=st.fixed_dictionaries(
        {
            "as_party": tokens,
            "as_post": tokens,
            "as_role": tokens,
            "mandate": st.sampled_from(["not-needed", "missing", "mandate", "appointment"]),
            "interested": st.booleans(),
            "same_person_did": st.sampled_from([(), ("propose",)]),
            "internal": st.booleans(),
        }
    ),
    roles=st.frozensets(
        st.sampled_from(
            ["citizen", "staff", "admin", "auditor", "integrator", "system", "trigger", "anonymous"]
        )
    ),
    confidential=st.booleans(),
)
def test_a_forbid_wins_over_any_permit(
    action: Action, by: frozenset[str], facts: dict[str, Any], roles: frozenset[str], confidential: bool
):
    who = Principal("person:x", "x", roles, "web")
    view = CASE | {"confidential": confidential, "readers": ["party:applicant"]}
    context = asked(who, view, by=sorted(by)) | {
        name: sorted(value) if isinstance(value, frozenset) else value for name, value in facts.items()
    }
    decision = policies().decide(who, action, case_resource("cas_1", view), context)
    assert decision.errors == ()
    if forbids().intersection(decision.determining):
        assert not decision.allowed
    if decision.allowed:
        assert context["mandate"] != "missing"
        assert "anonymous" not in roles or "receipt" in context["as_party"]
        assert not roles & {"system", "trigger"} or context["internal"]
        named = {"party:applicant"} & {*context["as_party"], *context["as_post"], *context["as_role"]}
        assert named or not confidential or "system" in roles


def test_one_forbid_for_everybody_stops_everything():
    stopped = AccessPolicies(
        POLICIES + '@id("stop") @zh("停") @en("stop") forbid (principal, action, resource);', SCHEMA
    )
    assert not any(
        ask(stopped, who, question).allowed for question in QUESTIONS.values() for who in ("owner", "system")
    )


# ── lists


def test_a_list_is_judged_row_by_row_and_a_broken_row_hides_only_itself():
    mine, foreign = CASE, CASE | {"parties": [{"role": "applicant", "subject": "person:someone"}]}
    owner = PEOPLE["owner"].principal
    views = [mine, foreign, SECRET, {**mine, "readers": None}, mine]
    rows = [(case_resource(f"cas_{n}", view), asked(owner, view)) for n, view in enumerate(views)]
    decisions = policies().decide_many(owner, "list_cases", rows)
    assert [decision.allowed for decision in decisions] == [True, False, True, False, True]
    assert decisions[3].errors
    assert policies().decide_many(owner, "list_cases", []) == []


def test_the_same_case_asked_twice_in_one_list_gets_each_questions_own_answer():
    owner, case = PEOPLE["owner"].principal, case_resource("cas_1", CASE)
    rows = [(case, asked(owner, CASE, by=tokens)) for tokens in (APPLICANT, WINDOW)]
    assert [each.allowed for each in policies().decide_many(owner, "move_case", rows)] == [True, False]


# ── what the refused are told


@pytest.mark.parametrize(
    ("who", "question", "kind", "code"),
    [
        ("nobody", "read_case", "unauthenticated", "sign-in-needed"),
        ("nobody", "read_queue", "unauthenticated", "sign-in-needed"),
        ("other", "read_case", "forbidden", "forbidden"),
        ("agent?", "read_case", "forbidden", "mandate-missing"),
        ("posing", "read_case", "forbidden", "system-is-internal"),
        ("triggers?", "read_case", "forbidden", "system-is-internal"),
        ("trigger", "read_register, anyone's", "forbidden", "forbidden"),
        ("self", "move_case, of the window", "forbidden", "conflict-of-interest"),
        ("clerk", "move_case, kept apart", "forbidden", "same-person"),
        ("clerk", "move_case, claimed", "forbidden", "claimed-by-another"),
        ("clerk", "read_personal, no purpose", "forbidden", "purpose-missing"),
        ("releaser", "release_definition, own", "forbidden", "author-does-not-release"),
        ("clerk", "edit_definition, a department's", "forbidden", "not-your-definition"),
        ("definer", "edit_definition", "forbidden", "not-your-definition"),
        ("definer", "edit_definition, another's", "forbidden", "not-your-definition"),
        ("definer", "release_definition, a department's", "forbidden", "not-your-definition"),
        ("admin", "give_grant, to oneself", "forbidden", "not-to-oneself"),
    ],
)
def test_a_refusal_says_why_in_both_languages(who: str, question: str, kind: str, code: str):
    refusal = policies().refusal(PEOPLE[who].principal, ask(policies(), who, QUESTIONS[question]))
    assert (refusal.kind, refusal.code) == (kind, code)
    assert refusal.message.zh.endswith("。")
    assert refusal.message.en.endswith(".")


def test_a_refusal_does_not_tell_that_a_case_is_confidential():
    told = [policies().refusal(PEOPLE[who].principal, ask(policies(), who, QUESTIONS[question]))
            for who, question in (("clerk", "read_case, confidential"), ("other", "read_case"))]  # fmt: skip
    assert (told[0].code, told[0].message) == (told[1].code, told[1].message)


# ── the gate


def access_definition(**changes: str) -> dict[str, Any]:
    return {"kind": "access", "id": "district", "policies": POLICIES, "schema": SCHEMA} | changes


def codes(**changes: str) -> set[str]:
    return {finding.code for finding in findings(access_definition(**changes))}


def without(policy: str) -> str:
    return re.sub(rf'@id\("{policy}"\).*?\n(?:permit|forbid) .*?;\n', "", POLICIES, flags=re.DOTALL)


def test_the_districts_own_policies_pass_the_gate():
    assert findings(access_definition()) == []


def test_the_shipped_definition_has_the_shape_of_its_kind():
    from jsonschema_rs import validator_for

    meta = json.loads((FOLDER.parent / "meta" / "access.schema.json").read_text(encoding="utf-8"))
    shipped = json.loads((FOLDER / "district.json").read_text(encoding="utf-8"))
    for name, member in shipped.items():
        if isinstance(member, dict) and "$file" in member:
            text = (FOLDER / member["$file"]).read_text(encoding="utf-8")
            shipped[name] = json.loads(text) if member["$file"].endswith(".json") else text
    assert list(validator_for(meta).iter_errors(shipped)) == []
    assert (shipped["policies"], shipped["schema"]) == (POLICIES, SCHEMA)
    assert not validator_for(meta).is_valid(shipped | {"masks": {}})
    assert {role["id"] for role in shipped["roles"]} == ROLES


@pytest.mark.parametrize(
    "policy",
    ["write-definitions", "release-definitions", "try-definitions", "read-own-queue", "admitted-at-post",
     "admitted-as-party", "see-as-party", "platform-acts", "anybody-reads-what-is-public", "stop-new-applications"],
)  # fmt: skip
def test_a_release_that_would_lock_everyone_out_is_refused(policy: str):
    assert codes(policies=without(policy)) == {"would-lock-everyone-out"}


@pytest.mark.parametrize(
    "policy",
    ["system-is-internal", "confidential", "conflict-of-interest", "same-person", "purpose-missing",
     "author-does-not-release"],
)  # fmt: skip
def test_a_release_that_would_let_everyone_in_is_refused(policy: str):
    assert codes(policies=without(policy)) == {"would-let-everyone-in"}


def test_a_policy_that_admits_everybody_to_cases_is_refused():
    wide = '@id("wide") permit (principal, action in Action::"see_case", resource);'
    assert codes(policies=POLICIES + wide) == {"would-let-everyone-in"}


ONE = '(principal == Subject::"person:x", action, resource)'


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"policies": f'{POLICIES} @id("x") permit {ONE} when {{ principal.rank > 3 }};'}, "policy-invalid"),
        (
            {"policies": f'{POLICIES} @id("x") permit (principal, action == Action::"fly", resource);'},
            "policy-invalid",
        ),
        ({"policies": "permit ("}, "policy-invalid"),
        ({"schema": "entity"}, "schema-unreadable"),
        ({"policies": f"{POLICIES} permit {ONE};"}, "policy-without-id"),
        ({"policies": f'{POLICIES} @id("confidential") permit {ONE};'}, "policy-without-id"),
        ({"policies": f'{POLICIES} @id("x") forbid {ONE};'}, "refusal-unexplained"),
    ],
)
def test_policies_that_cannot_be_read_validated_named_or_explained_are_refused(
    changes: dict[str, str], code: str
):
    found = findings(access_definition(**changes))
    assert {finding.code for finding in found} == {code}
    assert all(finding.pointer in {"/policies", "/schema"} and finding.message.zh for finding in found)


def test_invalid_policies_are_never_run():
    with pytest.raises(Problem) as refused:
        AccessPolicies("permit (principal, action, resource) when { principal.rank > 3 };", SCHEMA)
    assert refused.value.code == "access-policies-invalid"
    assert refused.value.findings


def test_a_set_is_parsed_once_for_one_text():
    assert access_policies(POLICIES, SCHEMA) is access_policies(POLICIES, SCHEMA)


def policies() -> AccessPolicies:
    return access_policies(POLICIES, SCHEMA)


@lru_cache
def forbids() -> frozenset[str]:
    return frozenset(note["id"] for note in notes(POLICIES) if note["effect"] == "forbid")
