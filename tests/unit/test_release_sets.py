from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.actions import definitions, drafts
from chalicelib.actions.catalogue import FRESH_FOR, Catalogue
from chalicelib.actions.definition_ports import Publication
from chalicelib.actions.packs import seed
from chalicelib.actions.releasing import Press
from chalicelib.actions.working import work
from chalicelib.domain import canonical
from chalicelib.domain.forms import compile_form
from chalicelib.domain.problems import Problem
from chalicelib.domain.publishing import Pointer, closed_because
from chalicelib.stores.definitions import POINTER, DynamoDefinitions, pointer_from_item
from chalicelib.stores.dynamo import Key
from tests.builders_definitions import (
    AUTHOR,
    OTHER,
    RELEASER,
    TABLE,
    Counting,
    Ticking,
    aws,
    create_table,
    drop_table,
    edited,
    form,
    item,
    official,
    organisation,
    pack,
    press,
    process,
)

DAY = "2026-03-02"
NEW_TITLE = {"zh": "新名称", "en": "A new title"}


@pytest.fixture(scope="module")
def seeded() -> Iterator[tuple[Counting, list]]:
    """One imitation of DynamoDB, and the rows of a district that was loaded once."""
    with aws() as dynamo:
        create_table(dynamo)
        seed(press(dynamo, Ticking()), pack())
        yield dynamo, drop_table(dynamo)


@pytest.fixture
def dynamo(seeded) -> Iterator[Counting]:
    dynamo, rows = seeded
    create_table(dynamo, rows)
    dynamo.requests.clear()
    yield dynamo
    drop_table(dynamo)


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def desk(dynamo, clock) -> Press:
    clock.drawn = 1_000_000
    return press(dynamo, clock)


@pytest.fixture
def catalogue(desk, clock) -> Catalogue:
    return Catalogue(desk.store, clock.now)


def drafted(desk: Press, body: dict, who=AUTHOR) -> str:
    return drafts.create_draft(desk, who, body["kind"], body["id"], body).draft_id


def publish(desk: Press, *bodies: dict) -> dict:
    return dict(definitions.release(desk, RELEASER, [drafted(desk, body) for body in bodies]))


def refusal(act, *arguments, **named) -> Problem:
    with pytest.raises(Problem) as caught:
        act(*arguments, **named)
    return caught.value


class Interrupted(DynamoDefinitions):
    """A store in which somebody else does something between our read and our write, once."""

    def __init__(self, dynamo, meanwhile) -> None:
        super().__init__(dynamo, TABLE)
        self.meanwhile = meanwhile

    def publish(self, publication: Publication):
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return super().publish(publication)


def test_a_release_makes_the_next_set_and_uses_its_draft_up(desk, catalogue):
    act = publish(desk, item(title=NEW_TITLE))
    assert (act["set"], act["from_set"], act["changes"]) == (2, 1, ["items/deregistration"])
    assert catalogue.bundle_of("deregistration").item["title"] == NEW_TITLE
    assert drafts.list_drafts(desk, RELEASER).rows == []
    assert desk.store.release_set(1).definitions != desk.store.release_set(2).definitions


def test_drafts_released_together_are_one_set(desk):
    act = publish(desk, item(title=NEW_TITLE), item("change-of-name", title=NEW_TITLE))
    assert act["set"] == 2
    assert len(act["items"]) == 2
    assert [one["authors"] for one in act["drafts"]] == [[AUTHOR.subject]] * 2


def test_the_author_of_a_draft_cannot_release_it(desk):
    draft = drafted(desk, item(title=NEW_TITLE))
    problem = refusal(definitions.release, desk, AUTHOR, [draft])
    assert (problem.kind, problem.code) == ("forbidden", "author-is-releaser")
    assert desk.store.pointer().set == 1


def test_whoever_saved_a_draft_once_cannot_release_it_either(desk):
    draft = drafted(desk, item(title=NEW_TITLE))
    drafts.save_draft(desk, RELEASER, draft, item(title=NEW_TITLE), 1)
    assert refusal(definitions.release, desk, RELEASER, [draft]).code == "author-is-releaser"
    assert definitions.release(desk, OTHER, [draft])["set"] == 2


def test_one_function_checks_rights_on_edit_and_on_release(desk):
    """Lesson 24: a draft that could be written and can never be released."""
    asked = []

    def permit(principal, action, kind, identity, authors, *drafts):
        asked.append((action, kind, identity, tuple(authors), [one["title"] for one in drafts]))

    strict = replace(desk, permit=permit)
    draft = drafted(strict, item(title=NEW_TITLE))
    definitions.release(strict, RELEASER, [draft])
    assert asked == [
        ("edit_definition", "items", "deregistration", (), [NEW_TITLE]),
        ("release_definition", "items", "deregistration", (AUTHOR.subject,), [NEW_TITLE]),
    ]


def test_nobody_without_the_role_releases_rolls_back_or_stops(desk):
    citizen, draft = official("citizen", "citizen"), drafted(desk, item(title=NEW_TITLE))
    for act in (
        lambda: definitions.release(desk, citizen, [draft]),
        lambda: definitions.roll_back(desk, citizen, 1, "x"),
        lambda: definitions.stop_item(desk, citizen, "deregistration", "x"),
        lambda: definitions.switch_off(desk, citizen, "submissions", "x"),
        lambda: drafts.create_draft(desk, citizen, "items", "deregistration", item()),
    ):
        assert refusal(act).kind == "forbidden"


def test_a_shared_process_takes_its_items_along_and_running_cases_keep_their_hash(desk, catalogue, clock):
    before = {one: catalogue.bundle_of(one) for one in ("deregistration", "change-of-name", "tax-guide")}
    act = publish(desk, edited(process(), title=NEW_TITLE))
    clock.at += FRESH_FOR + 1
    after = {one: catalogue.bundle_of(one) for one in before}
    assert [one["id"] for one in act["items"]] == ["change-of-name", "deregistration"]
    assert after["deregistration"].release != before["deregistration"].release
    assert after["deregistration"].process["title"] == NEW_TITLE
    assert after["tax-guide"].release == before["tax-guide"].release
    fresh = Catalogue(desk.store, clock.now)
    running = fresh.bundle(before["deregistration"].release)
    assert running == before["deregistration"]
    assert running.process["title"] != NEW_TITLE


def test_the_gate_is_run_again_for_items_that_use_what_changed(desk):
    """The process is sound; what it breaks is the promise of an item that nobody edited."""
    internal = {k: v for k, v in process()["internal"].items() if k != "timeout.correction"}
    chart = process()["chart"]
    chart["states"]["correction"]["transitions"] = [{"event": "resubmit", "target": "received"}]
    problem = refusal(publish, desk, edited(process(), internal=internal, chart=chart))
    assert problem.code == "gate-refused"
    assert {(f.params["definition"], f.code) for f in problem.findings} == {
        ("items/deregistration", "expiry-event-unknown"),
        ("items/change-of-name", "expiry-event-unknown"),
    }
    assert desk.store.pointer().set == 1


def test_a_process_and_the_item_that_it_needs_changed_pass_together(desk):
    clocks = item()["clocks"]
    clocks[0]["on_expiry"] = "timeout.receiving"
    renamed = edited(process())
    renamed["internal"]["timeout.receiving"] = renamed["internal"].pop("timeout.intake")
    renamed["chart"]["states"]["received"]["transitions"][3]["event"] = "timeout.receiving"
    assert refusal(publish, desk, renamed).code == "gate-refused"
    act = publish(desk, renamed, item(clocks=clocks), item("change-of-name", clocks=clocks))
    assert act["set"] == 2


def test_two_releasers_at_once_both_succeed_one_after_the_other(dynamo, desk, clock):
    mine = drafted(desk, item(title=NEW_TITLE))
    yours = drafted(desk, item("change-of-name", title=NEW_TITLE))
    slow = replace(desk, store=Interrupted(dynamo, lambda: definitions.release(desk, OTHER, [yours])))
    act = definitions.release(slow, RELEASER, [mine])
    assert (act["set"], act["from_set"]) == (3, 2)
    third = desk.store.release_set(3)
    for one in ("deregistration", "change-of-name"):
        body = desk.store.versions({f"items/{one}": third.definitions[f"items/{one}"]})
        assert body[f"items/{one}"]["title"] == NEW_TITLE


def test_two_releases_of_one_definition_at_once_leave_one(dynamo, desk):
    mine, yours = drafted(desk, item(title=NEW_TITLE)), drafted(desk, item(topics=["other"]))
    slow = replace(desk, store=Interrupted(dynamo, lambda: definitions.release(desk, OTHER, [yours])))
    problem = refusal(definitions.release, slow, RELEASER, [mine])
    assert (problem.kind, problem.code) == ("conflict", "draft-outdated")
    assert problem.findings[0].params == {"definition": "items/deregistration"}
    assert desk.store.pointer().set == 2


def test_a_draft_that_is_changed_while_it_is_released_is_not_released(dynamo, desk):
    draft = drafted(desk, item(title=NEW_TITLE))

    def meanwhile():
        drafts.save_draft(desk, OTHER, draft, item(topics=["unchecked"]), 1)

    slow = replace(desk, store=Interrupted(dynamo, meanwhile))
    assert refusal(definitions.release, slow, RELEASER, [draft]).code == "draft-changed"
    assert desk.store.pointer().set == 1


def test_a_release_whose_answer_was_lost_is_not_made_twice(dynamo, desk):
    class Forgetful(DynamoDefinitions):
        def publish(self, publication):
            super().publish(publication)
            return super().publish(publication)

    draft = drafted(desk, item(title=NEW_TITLE))
    act = definitions.release(replace(desk, store=Forgetful(dynamo, TABLE)), RELEASER, [draft])
    assert act["set"] == 2
    assert desk.store.pointer().last == 2


def test_releases_that_never_get_through_end_in_a_conflict(dynamo, desk):
    class Unlucky(DynamoDefinitions):
        def publish(self, publication):
            return "moved"

    draft = drafted(desk, item(title=NEW_TITLE))
    unlucky = replace(desk, store=Unlucky(dynamo, TABLE))
    assert refusal(definitions.release, unlucky, RELEASER, [draft]).code == "release-raced"


def test_a_draft_based_on_an_older_version_must_be_rebased(desk):
    stale = drafted(desk, item(topics=["mine"]))
    publish(desk, item(title=NEW_TITLE))
    assert refusal(definitions.release, desk, RELEASER, [stale]).code == "draft-outdated"
    drafts.save_draft(desk, AUTHOR, stale, item(title=NEW_TITLE, topics=["mine"]), 1, rebase=True)
    assert definitions.release(desk, RELEASER, [stale])["set"] == 3


def test_a_draft_is_saved_only_over_the_revision_that_was_read(desk):
    draft = drafted(desk, item(title=NEW_TITLE))
    saved = drafts.save_draft(desk, OTHER, draft, item(topics=["a"]), 1)
    assert (saved.rev, saved.author, saved.editors) == (2, AUTHOR.subject, (AUTHOR.subject, OTHER.subject))
    assert refusal(drafts.save_draft, desk, AUTHOR, draft, item(topics=["b"]), 1).kind == "precondition"
    assert refusal(drafts.discard_draft, desk, AUTHOR, draft, 1).kind == "precondition"
    drafts.discard_draft(desk, AUTHOR, draft, 2)
    assert refusal(drafts.get_draft, desk, AUTHOR, draft).kind == "not_found"


def test_a_draft_may_be_wrong_until_it_is_released(desk):
    draft = drafted(desk, item(mode="spell", process="nowhere"))
    assert drafts.get_draft(desk, AUTHOR, draft).body["mode"] == "spell"
    assert refusal(definitions.release, desk, RELEASER, [draft]).code == "gate-refused"


def test_a_new_definition_begins_without_a_base(desk, catalogue):
    draft = drafts.create_draft(desk, AUTHOR, "items", "brand-new", item("brand-new"))
    assert draft.base_hash is None
    definitions.release(desk, RELEASER, [draft.draft_id])
    assert catalogue.entry("brand-new")["version"] == 2


def test_drafts_are_listed_by_pages_without_their_bodies(desk):
    for topic in ("a", "b", "c"):
        drafted(desk, item(topics=[topic]))
    first = drafts.list_drafts(desk, RELEASER, limit=2)
    rest = drafts.list_drafts(desk, RELEASER, after=first.after, limit=2)
    assert [len(first.rows), len(rest.rows), rest.after] == [2, 1, None]
    assert all("body" not in row and row["id"] == "deregistration" for row in first.rows)


def test_the_difference_shows_a_releaser_what_a_draft_changes(desk):
    draft = drafted(desk, item(title=NEW_TITLE))
    pointers = [change["pointer"] for change in drafts.draft_difference(desk, RELEASER, draft)]
    assert sorted(pointers) == ["/title/en", "/title/zh"]


def test_a_check_is_a_resource_with_what_the_gate_says_and_what_it_touches(desk):
    bad = drafted(desk, item(power="", title=NEW_TITLE))
    queue: list[str] = []
    asked = drafts.request_check(replace(desk, later=queue.extend), AUTHOR, [bad])
    assert drafts.get_check(desk, AUTHOR, asked["check_id"])["status"] == "running"
    assert [work(desk, message) for message in queue] == [{"kind": "check"}]
    done = drafts.get_check(desk, AUTHOR, asked["check_id"])
    assert (done["status"], done["items"]) == ("failed", ["deregistration"])
    (finding,) = done["findings"]
    assert (finding["pointer"], finding["code"]) == ("/power", "power-missing")
    assert set(finding["message"]) == {"zh", "en"}


def test_a_check_that_breaks_says_so_to_whoever_waits_for_it(desk):
    queue: list[str] = []
    asked = drafts.request_check(
        replace(desk, later=queue.extend), AUTHOR, [drafted(desk, item(title=NEW_TITLE))]
    )
    desk.store.drafts = None  # a store that fails in the middle
    with pytest.raises(TypeError):
        work(desk, queue[0])
    assert drafts.get_check(desk, AUTHOR, asked["check_id"])["status"] == "broken"


def test_a_check_that_passes_says_so_and_publishes_nothing(desk):
    asked = drafts.request_check(desk, AUTHOR, [drafted(desk, item(title=NEW_TITLE))])
    done = drafts.run_check(desk, asked["check_id"])
    assert (done["status"], done["findings"]) == ("passed", [])
    assert [change["pointer"][:6] for change in done["differences"]["items/deregistration"]] == ["/title"] * 2
    assert desk.store.pointer().set == 1


def test_a_check_of_a_draft_that_changes_nothing_says_that(desk):
    asked = drafts.request_check(desk, AUTHOR, [drafted(desk, item())])
    done = drafts.run_check(desk, asked["check_id"])
    assert [finding["code"] for finding in done["findings"]] == ["nothing-to-release"]


@pytest.mark.parametrize(("count", "code"), [(0, "too-many-drafts"), (21, "too-many-drafts")])
def test_a_release_of_none_or_of_too_many_is_refused(desk, count, code):
    assert refusal(definitions.release, desk, RELEASER, [f"drf_{n}" for n in range(count)]).code == code


def test_two_drafts_of_one_definition_are_not_released_together(desk):
    both = [drafted(desk, item(topics=[topic])) for topic in ("a", "b")]
    assert refusal(definitions.release, desk, RELEASER, both).code == "two-drafts-of-one"


def test_a_rollback_points_to_the_older_set_and_the_next_release_goes_on_from_there(desk, clock):
    publish(desk, item(title=NEW_TITLE))
    publish(desk, item("change-of-name", title=NEW_TITLE))
    act = definitions.roll_back(desk, RELEASER, 2, "错误")
    assert (act["set"], act["from_set"], act["note"]) == (2, 3, "错误")
    catalogue = Catalogue(desk.store, clock.now)
    assert catalogue.bundle_of("deregistration").item["title"] == NEW_TITLE
    assert catalogue.bundle_of("change-of-name").item["title"] != NEW_TITLE
    assert [entry["title"]["zh"] for entry in catalogue.published_items("change-of-name")] == ["名称变更"]
    assert publish(desk, item("change-of-name", topics=["again"]))["set"] == 4


@pytest.mark.parametrize("to", [0, 1, 2])
def test_a_rollback_to_no_other_set_is_refused(desk, to):
    assert refusal(definitions.roll_back, desk, RELEASER, to, "x").code == "no-such-rollback"


def test_a_rollback_brings_the_organisation_of_that_set_back(desk, catalogue, clock):
    publish(desk, organisation("market-regulation", "tax"))
    pointer = catalogue.pointer(strong=True)
    assert set(catalogue.organisation(pointer).nodes) == {"market-regulation", "tax"}
    definitions.roll_back(desk, RELEASER, 1, "x")
    assert set(catalogue.organisation(catalogue.pointer(strong=True)).nodes) == {"market-regulation"}


def test_a_hard_stop_holds_at_once_for_who_reads_the_pointers_row(dynamo, desk, catalogue):
    """Lesson 10: a disabled programme still took applications, because something was cached."""
    assert closed_because(item(), catalogue.pointer(strong=False), DAY) is None
    definitions.stop_item(desk, AUTHOR, "deregistration", "系统漏洞")
    (row,) = dynamo.get(Key(TABLE, *POINTER))
    assert pointer_from_item(row).hard_stops["deregistration"]["reason"] == "系统漏洞"
    closed = closed_because(item(), catalogue.pointer_of(row), DAY)
    assert closed is not None
    assert closed.code == "item-stopped"
    assert closed_because(item("change-of-name"), catalogue.pointer_of(row), DAY) is None
    definitions.resume_item(desk, AUTHOR, "deregistration", "已修复")
    assert closed_because(item(), catalogue.pointer(strong=True), DAY) is None


def test_a_stop_survives_releases_and_rollbacks(desk):
    definitions.stop_item(desk, AUTHOR, "deregistration", "x")
    publish(desk, item(title=NEW_TITLE))
    definitions.roll_back(desk, RELEASER, 1, "x")
    assert "deregistration" in desk.store.pointer().hard_stops


def test_a_stop_in_the_middle_of_a_release_is_not_lost(dynamo, desk):
    draft = drafted(desk, item(title=NEW_TITLE))
    slow = replace(
        desk,
        store=Interrupted(dynamo, lambda: definitions.stop_item(desk, AUTHOR, "deregistration", "x")),
    )
    assert definitions.release(slow, RELEASER, [draft])["set"] == 2
    assert "deregistration" in desk.store.pointer().hard_stops


def test_an_item_that_does_not_exist_cannot_be_stopped(desk):
    assert refusal(definitions.stop_item, desk, AUTHOR, "nothing", "x").kind == "not_found"


def test_a_kill_switch_closes_every_item(desk):
    definitions.switch_off(desk, AUTHOR, "submissions", "演练")
    assert closed_because(item("change-of-name"), desk.store.pointer(), DAY) is not None
    definitions.switch_on(desk, AUTHOR, "submissions", "结束")
    assert closed_because(item("change-of-name"), desk.store.pointer(), DAY) is None


def test_the_history_says_who_moved_the_pointer_newest_first(desk):
    publish(desk, item(title=NEW_TITLE))
    definitions.stop_item(desk, AUTHOR, "deregistration", "x")
    definitions.roll_back(desk, RELEASER, 1, "y")
    rows = definitions.list_history(desk, OTHER).rows
    assert [(row["act"], row["by"]) for row in rows] == [
        ("rolled_back", RELEASER.subject),
        ("stopped", AUTHOR.subject),
        ("released", RELEASER.subject),
        ("pack_loaded", "system:pack"),
    ]


def test_republished_with_removed_and_retyped_fields_old_and_new_applications_both_submit(desk, clock):
    """Lesson 26: an application begun before a re-publish span for ever."""
    publish(desk, item(form=form(uscc="string", staff="integer", reason="string")))
    begun = Catalogue(desk.store, clock.now).bundle_of("deregistration").release
    publish(desk, item(form=form(uscc="string", staff="string")))
    fresh = Catalogue(desk.store, clock.now)
    pointer = fresh.pointer(strong=True)
    old = fresh.bundle_at(pointer, "deregistration", begun)
    new = fresh.bundle_at(pointer, "deregistration")
    filled = {"uscc": "a", "staff": 3, "reason": "b"}, {"uscc": "a", "staff": "三"}
    verdicts = [compile_form(each.item["form"]).is_valid(one) for each in (old, new) for one in filled]
    assert verdicts == [True, False, False, True]
    assert is_open(old.item, pointer)
    assert is_open(new.item, pointer)


def is_open(body, pointer: Pointer) -> bool:
    return closed_because(body, pointer, DAY) is None


def test_the_release_of_one_item_does_not_open_a_case_of_another(catalogue):
    pointer = catalogue.pointer(strong=True)
    release = catalogue.bundle_of("change-of-name").release
    assert refusal(catalogue.bundle_at, pointer, "deregistration", release).code == "release-of-another-item"


def test_an_item_is_read_cold_in_two_requests_and_warm_in_none(dynamo, catalogue):
    catalogue.bundle_of("deregistration")
    assert dynamo.requests == ["BatchGetItem"] * 2
    catalogue.bundle_of("deregistration")
    catalogue.published_items("注销")
    assert len(dynamo.requests) == 2


def test_after_five_seconds_only_the_pointer_is_read_again(dynamo, catalogue, clock):
    catalogue.bundle_of("deregistration")
    clock.at += FRESH_FOR
    catalogue.bundle_of("deregistration")
    assert len(dynamo.requests) == 2
    clock.at += 1
    catalogue.bundle_of("deregistration")
    assert len(dynamo.requests) == 3


def test_a_clock_that_is_set_back_does_not_freeze_the_catalogue(dynamo, catalogue, clock):
    catalogue.bundle_of("deregistration")
    clock.at -= 24 * 3_600_000
    catalogue.bundle_of("deregistration")
    assert len(dynamo.requests) == 3


def test_access_calendars_and_organisations_are_read_without_the_set(dynamo, catalogue):
    pointer = catalogue.pointer(strong=True)
    assert catalogue.live(pointer, "organisations", "district")["id"] == "district"
    assert catalogue.calendar(pointer).horizon.year == 2026
    assert len(dynamo.requests) == 3
    assert [one["id"] for one in catalogue.definitions(pointer, "processes")] == ["simple"]
    assert refusal(catalogue.live, pointer, "registers", "ghosts").kind == "not_found"


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, ["change-of-name", "deregistration", "tax-guide"]),
        ({"q": "名称"}, ["change-of-name"]),
        ({"q": "NAME change"}, ["change-of-name"]),
        ({"q": "end enterprise"}, ["change-of-name", "deregistration", "tax-guide"]),
        ({"q": "exit"}, ["change-of-name", "deregistration", "tax-guide"]),
        ({"q": "deregistration"}, ["deregistration", "tax-guide"]),
        ({"q": "no such words"}, []),
        ({"audience": "person"}, []),
        ({"audience": "enterprise", "domain": "market"}, ["change-of-name", "deregistration", "tax-guide"]),
        ({"domain": "housing"}, []),
    ],
)
def test_the_catalogue_is_searched_by_words_audience_and_domain(catalogue, wanted, ids):
    assert [entry["id"] for entry in catalogue.published_items(**wanted)] == ids


def test_a_title_that_matches_comes_before_a_topic_that_does(desk, catalogue):
    publish(desk, item(title={"zh": "退出", "en": "Exit"}))
    assert catalogue.published_items("exit")[0]["id"] == "deregistration"


def test_a_retired_item_is_listed_until_its_day(desk, catalogue):
    publish(desk, item(retired_at="2026-06-01"))
    days = ("2026-05-31", "2026-06-01")
    found = [{entry["id"] for entry in catalogue.published_items(day=day)} for day in days]
    assert [("deregistration" in each) for each in found] == [True, False]


def test_an_entry_names_its_release_and_the_set_it_came_with(desk, catalogue):
    publish(desk, item(title=NEW_TITLE))
    entry = catalogue.entry("deregistration")
    assert (entry["version"], entry["release"]) == (2, catalogue.bundle_of("deregistration").release)
    assert entry["mode"] == "case"
    assert entry["department"] == "market-regulation"
    assert catalogue.entry("tax-guide")["version"] == 1
    assert refusal(catalogue.entry, "nothing").kind == "not_found"


def test_before_anything_is_published_there_is_an_empty_catalogue(dynamo, desk, catalogue):
    drop_table(dynamo)
    create_table(dynamo)
    assert catalogue.published_items() == []
    assert catalogue.pointer(strong=True) == Pointer()


def test_a_body_written_by_newer_code_is_refused(dynamo, desk):
    (row,) = dynamo.get(Key(TABLE, *POINTER))
    assert refusal(pointer_from_item, row | {"v": 2}).code == "newer-shape"


def test_a_body_too_large_to_store_is_refused_with_its_size(desk):
    noise = [canonical.digest(number) for number in range(12_000)]
    problem = refusal(desk.store.put_check, {"check_id": "x", "noise": noise})
    assert problem.code == "stored-item-too-large"
    assert problem.extra["size"] > problem.extra["limit"]
