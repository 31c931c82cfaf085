from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.definitions import content_hash
from chalicelib.domain.gate import Context, gate
from chalicelib.domain.problems import Problem
from chalicelib.domain.publishing import (
    SUBMISSIONS,
    Pointer,
    ReleaseSet,
    affected,
    closed_because,
    forbid_own_release,
    is_open_for_submissions,
    plan,
    point,
    upgrade,
)
from chalicelib.domain.waits import unclocked
from tests.builders_definitions import (
    ENGINES,
    T,
    calendar,
    district,
    edited,
    form,
    item,
    kinds,
    organisation,
    process,
    rules,
    stand_in_examples,
)

OWN = "items/deregistration"
DAY = "2026-03-02"


@pytest.fixture(autouse=True)
def small_examples(monkeypatch):
    stand_in_examples(monkeypatch)


def first_set() -> ReleaseSet:
    everything = district()
    return plan(ReleaseSet(), 1, everything, world=everything, kinds=kinds(), engines=ENGINES).set


def planned(current: ReleaseSet, number: int, *changes: dict) -> object:
    changed = {f"{one['kind']}/{one['id']}": one for one in changes}
    return plan(current, number, changed, world=district() | changed, kinds=kinds(), engines=ENGINES)


def found(*changes: dict, powers=None) -> list:
    """Findings of the gate on a district with `changes` in it."""
    world = district() | {f"{one['kind']}/{one['id']}": one for one in changes}
    keys = [f"{one['kind']}/{one['id']}" for one in changes]
    departments = {one["id"]: one["department"] for key, one in world.items() if key.startswith("items/")}
    return gate(keys, Context(kinds(), world, world.keys(), departments, powers))


def codes(*changes: dict, **context) -> set[tuple[str, str]]:
    return {(finding.pointer, finding.code) for finding in found(*changes, **context)}


def test_the_sample_district_passes_the_gate():
    assert codes(*district().values(), powers=lambda power: power == "market-0123") == set()


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (item(process="nowhere"), "/process", "dangling-reference"),
        (item(outcomes={"granted": [{"record": "ghosts"}]}), "/outcomes/granted/0/record", "dangling-reference"),
        (item(mode="spell"), "/mode", "shape"),
        (item(power=None), "/power", "shape"),
        (item(power=""), "/power", "power-missing"),
        (item(power="market-9999"), "/power", "power-not-listed"),
        (item(department="nowhere"), "/department", "department-unknown"),
        (item(form={"type": "object"}), "/form", "form-open"),
        (item(clocks=[*item()["clocks"], {"id": "late", "on_expiry": "timeout.never"}]), "/clocks/2/on_expiry",
         "expiry-event-unknown"),
        (item(outcomes={"never": []}), "/outcomes/never", "state-unknown"),
        (item(rules={"never": "some-rule"}), "/rules/never", "state-unknown"),
        (item(clocks=item()["clocks"][:1]), "/clocks", "wait-without-clock"),
        (item(clocks=item()["clocks"][1:]), "/clocks", "wait-without-clock"),
        (item(examples=item()["examples"][1:]), "/examples", "no-refusal-example"),
        (item(examples=item()["examples"][:1]), "/examples", "no-timeout-example"),
        (item(description={"zh": "x" * 300_000, "en": ""}), "", "definition-too-large"),
        (item(description=0.5), "/description", "not-canonical"),
        (edited(process(), moves={**process()["moves"], "accept": {"title": T, "by": [], "emits": "accepted"}}),
         "/moves/accept/by", "nobody-may-move"),
        (edited(rules(), tests=[]), "/versions/0/table", "row-untested"),
        (organisation("elsewhere"), "/nodes", "department-in-use"),
        (edited(organisation(), id="second"), "/id", "second-organisation"),
        (edited(calendar(2026), makeup_workdays=["2026-03-02"]), "/makeup_workdays/0", "makeup-on-weekday"),
        ({"kind": "access", "id": "district", "title": T, "policies": "", "schema": "entity"}, "/schema",
         "schema-unreadable"),
        ({"kind": "facts", "id": "debts", "title": T, "type": "integer", "source": {"history": {}}, "unknown": "ask"},
         "/unknown", "ask-without-form"),
        (calendar(2029), "/year", "calendar-years-not-consecutive"),
        ({"kind": "documents", "id": "notice", "title": T, "template": {"zh": "{{#x}}", "en": "x"}}, "/template/zh",
         "section-open"),
    ],
)  # fmt: skip
def test_the_gate_refuses(change, pointer, code):
    assert (pointer, code) in codes(change, powers=lambda power: power == "market-0123")


def test_an_example_that_fails_is_a_finding_at_its_place():
    examples = [
        *item()["examples"],
        {"name": "wrong", "fails": True, "moves": [], "expect": {"state": "granted"}},
    ]
    assert codes(item(examples=examples)) == {("/examples/2/expect/state", "example-failed")}


def test_every_finding_says_whose_it_is_in_two_languages():
    for finding in found(item(power="", department="nowhere", process="nowhere")):
        assert finding.params["definition"] == OWN
        assert finding.message.zh != finding.message.en


def test_a_public_service_and_a_matter_decided_elsewhere_need_no_power():
    free = [item(nature="public-service", power=""), item(authority="external", power="")]
    assert [codes(one, powers=lambda _: False) for one in free] == [set(), set()]


def test_a_guide_needs_neither_process_nor_examples():
    guide = item(mode="guide", nature="help", examples=[], clocks=[])
    del guide["process"]
    of_cases = {f"/{name}" for name in ("form", "facts", "rules", "outcomes")}
    assert codes(guide) == {(place, "not-of-this-mode") for place in of_cases}
    for place in of_cases:
        del guide[place[1:]]
    assert codes(guide) == set()


def test_a_refused_move_counts_as_the_refusal_that_an_item_must_show():
    examples = [{"name": "barred", "moves": [], "expect": {"state": "received", "refused": "move-not-now"}}]
    examples.append({"name": "late", "moves": [{"event": "timeout.intake"}], "expect": {"state": "granted"}})
    assert codes(item(examples=examples)) == set()


def test_what_has_not_the_shape_of_its_kind_is_judged_no_further():
    assert {code for _, code in codes(item(mode="spell", process="nowhere"))} == {"shape"}


def test_a_process_that_cannot_be_compiled_is_a_finding_and_no_crash():
    broken = edited(process(), chart={"states": {"received": {"invoke": []}}})
    assert codes(broken, item())


def test_a_reference_to_a_kind_that_does_not_exist_yet_is_left_alone():
    assert codes(item(modes=["licence:anything"])) == set()


def test_a_clock_that_stops_for_good_leaves_the_next_wait_bare():
    clocks = [{**item()["clocks"][0], "restarts_on": []}, item()["clocks"][1]]
    assert unclocked(clocks, process()) == ["received"]


def test_a_state_that_only_a_timeout_reaches_waits_bare_only_if_some_clock_fires_it():
    """Else an item would be refused for a state in which none of its cases can ever be."""
    late = edited(process())
    late["chart"]["states"]["received"]["transitions"][3]["target"] = "late"
    late["chart"]["states"]["late"] = {"transitions": [{"event": "refuse", "target": "refused"}]}
    late["states"]["late"] = {"title": T, "waits_for": "post:head"}
    firing = item()["clocks"]
    firing[0]["stops_on"].append("deemed_accepted")
    silent = [{name: value for name, value in clock.items() if name != "on_expiry"} for clock in firing]
    assert unclocked(firing, late) == ["late"]
    assert unclocked(silent, late) == []


@pytest.mark.parametrize(
    "whom", ["party:applicant", "post:head", "role:staff", "children", "external", "system"]
)
def test_whomever_a_state_waits_for_it_needs_a_clock(whom):
    """A body outside, children and a machine can be late too: no case may stand still where nothing will ring."""
    waiting = edited(process())
    waiting["states"]["received"]["waits_for"] = whom
    assert unclocked([], waiting) == unclocked([], process()) == ["correction", "received"]


def test_a_clock_started_by_a_state_covers_that_state():
    clocks = [{"id": each, "starts_on": [f"state:{each}"]} for each in ("received", "correction")]
    assert unclocked(clocks, process()) == []


def test_the_first_set_holds_every_definition_and_a_release_of_every_item():
    first = first_set()
    assert first.definitions == {key: content_hash(body) for key, body in sorted(district().items())}
    assert sorted(first.releases) == ["change-of-name", "deregistration", "tax-guide"]
    assert [entry["id"] for entry in first.catalogue] == sorted(first.releases)
    assert all(entry["release"] == first.releases[entry["id"]]["release"] for entry in first.catalogue)


def test_changing_a_shared_process_takes_every_item_that_uses_it_along():
    first = first_set()
    second = planned(first, 2, edited(process(), title={"zh": "新", "en": "new"}))
    assert second.items == ("change-of-name", "deregistration")
    assert second.gated() == ("processes/simple", "items/change-of-name", "items/deregistration")
    for one in second.items:
        assert second.set.releases[one]["release"] != first.releases[one]["release"]
    assert second.set.releases["tax-guide"] == first.releases["tax-guide"]


def test_changing_an_item_gives_it_a_new_version_and_no_other():
    first = first_set()
    second = planned(first, 2, item(form=form(uscc="string", reason="string"))).set
    assert {one: release["version"] for one, release in second.releases.items()} == {
        "change-of-name": 1, "deregistration": 2, "tax-guide": 1,
    }  # fmt: skip


def test_a_deputy_in_the_organisation_changes_no_release():
    first = first_set()
    second = planned(first, 2, edited(organisation(), title={"zh": "新", "en": "new"}))
    assert second.items == ()
    assert second.manifests == {}
    assert second.set.live() != first.live()


def test_a_release_in_which_nothing_differs_is_refused():
    with pytest.raises(Problem, match="nothing-to-release"):
        planned(first_set(), 2, process(), item())


def test_a_document_deep_in_a_process_reaches_the_items():
    assert affected(first_set(), ["documents/notice"]) == ["change-of-name", "deregistration"]


def test_after_a_rollback_the_next_set_has_a_number_that_was_never_used():
    third, second = ReleaseSet(number=3), ReleaseSet(number=2)
    back = point(point(Pointer(), third, "person:a", 1), second, "person:a", 2)
    assert (back.set, back.last, back.rev) == (2, 3, 2)


def test_the_pointer_names_the_access_policies_that_a_decision_must_be_made_with():
    pointer = Pointer(live={"access/district": "aa", "calendars/cn-2026": "bb"})
    assert pointer.access == {"district": "aa"}


def test_whoever_wrote_any_part_of_a_draft_does_not_release_it():
    forbid_own_release("person:c", ["person:a", "person:b"])
    with pytest.raises(Problem, match="author-is-releaser"):
        forbid_own_release("person:b", ["person:a", "person:b"])


STOP = {"at": 1, "by": "person:a", "reason": "漏洞"}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({}, Pointer(hard_stops={"deregistration": STOP}), "item-stopped"),
        ({}, Pointer(kill_switches={SUBMISSIONS: STOP}), "item-stopped"),
        ({"hard_stop": {"at": "2026-03-02T00:00:00+08:00", "reason": T}}, Pointer(), "item-stopped"),
        ({"effective_from": "2026-03-03"}, Pointer(), "item-not-yet-effective"),
        ({"retired_at": "2026-03-02"}, Pointer(), "item-retired"),
    ],
)
def test_an_item_takes_no_new_case(changes, pointer, code):
    closed = closed_because(item(**changes), pointer, DAY)
    assert closed is not None
    assert closed.code == code
    assert not is_open_for_submissions(item(**changes), pointer, DAY)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({}, Pointer(hard_stops={"another-item": STOP}, kill_switches={"webhooks": STOP})),
        ({"effective_from": "2026-03-02", "retired_at": "2026-03-03"}, Pointer()),
        ({"hard_stop": {"at": "2026-03-03T00:00:00+08:00", "reason": T}}, Pointer()),
    ],
)
def test_an_item_takes_new_cases(changes, pointer):
    assert is_open_for_submissions(item(**changes), pointer, DAY)


def test_a_stop_says_since_when_and_why():
    closed = closed_because(item(), Pointer(hard_stops={"deregistration": STOP}), DAY)
    assert closed is not None
    assert closed.extra == {"since": 1, "reason": "漏洞"}


@pytest.mark.parametrize(
    ("new", "before", "now", "what"),
    [
        ("2", None, None, "release"),  # the pack brings something new
        ("2", "1", "1", "release"),  # nobody touched it
        ("2", "1", "x", "offer"),  # an official changed it, and so did the pack
        ("2", None, "x", "offer"),  # an official made one of the same name
        ("2", "1", None, "offer"),  # rolled back to before it existed
        ("1", "1", "x", "neither"),  # only the official changed it
        ("1", "1", None, "neither"),  # rolled back, and the pack has nothing new
        ("2", "1", "2", "neither"),  # an official made the very same change
        ("1", "1", "1", "neither"),
    ],
)
def test_an_upgrade_releases_only_what_nobody_touched(new, before, now, what):
    given = [{"facts/a": value} if value else {} for value in (new, before, now)]
    decided = upgrade(*given)
    assert ("facts/a" in decided.release, "facts/a" in decided.offer) == (what == "release", what == "offer")


def test_the_pointer_survives_being_stored():
    pointer = replace(Pointer(hard_stops={"a": STOP}), set=3)
    assert Pointer(**pointer.as_json()) == pointer


def test_what_uses_a_definition_without_a_shape_is_not_played() -> None:
    """A fact of a type that does not exist is one finding about the fact, never a crash of an item's examples."""
    from tests.builders_pack import KINDS, PACK

    world = {**PACK, "facts/food-category": {**PACK["facts/food-category"], "type": "colour"}}
    context = Context(KINDS, world, world.keys(), {}, None)
    found = gate(["facts/food-category", "items/food-licence"], context)
    assert {(one.params["definition"], one.code) for one in found} == {("facts/food-category", "shape")}
