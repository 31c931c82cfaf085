from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from chalicelib.actions import definitions, drafts
from chalicelib.actions.packs import RELEASER as PACK_RELEASER
from chalicelib.actions.packs import seed, seed_records
from chalicelib.actions.ports import CommitRefused
from chalicelib.actions.releasing import Press
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.problems import Problem
from chalicelib.stores.definitions import DynamoDefinitions
from tests.builders_definitions import (
    AUTHOR,
    RELEASER,
    TABLE,
    Counting,
    T,
    Ticking,
    aws,
    create_table,
    district,
    drop_table,
    edited,
    item,
    pack,
    press,
    process,
)
from tests.builders_stores import NOON

OWN = "items/deregistration"
OURS = {"zh": "官员改的", "en": "as officials have it"}
THEIRS = {"zh": "新版自带", "en": "as shipped next"}
LATER = {"zh": "再下一版", "en": "as shipped after that"}


@pytest.fixture(scope="module")
def aws_once() -> Iterator[Counting]:
    with aws() as dynamo:
        yield dynamo


@pytest.fixture
def desk(aws_once) -> Iterator[Press]:
    create_table(aws_once)
    aws_once.requests.clear()
    yield press(aws_once, Ticking())
    drop_table(aws_once)


def official_edit(desk: Press, body: dict) -> None:
    draft = drafts.create_draft(desk, AUTHOR, body["kind"], body["id"], body)
    definitions.release(desk, RELEASER, [draft.draft_id])


def published(desk: Press, key: str) -> dict:
    hashes = desk.store.release_set(desk.store.pointer().set).definitions
    return dict(desk.store.versions({key: hashes[key]})[key])


def offers(desk: Press) -> list[str]:
    return [f"{row['kind']}/{row['id']}" for row in drafts.list_drafts(desk, RELEASER).rows]


def test_the_first_load_releases_everything_as_set_one(desk):
    done = seed(desk, pack())
    assert (done.set, done.released, done.offered) == (1, tuple(sorted(district())), ())
    (row,) = desk.store.history(None, 10).rows
    assert (row["act"], row["by"], row["author"]) == ("pack_loaded", PACK_RELEASER, pack().author)
    assert row["pack"] == pack().hash


def test_a_pack_that_is_loaded_is_not_written_again(desk, aws_once):
    """Decisions 26: or the second `make run` overwrites an official's work."""
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    rows = len(desk.store.history(None, 50).rows)
    aws_once.requests.clear()
    assert seed(desk, pack()).set is None
    assert aws_once.requests == ["BatchGetItem"]
    assert len(desk.store.history(None, 50).rows) == rows
    assert published(desk, OWN)["title"] == OURS


def test_an_upgrade_is_released_by_itself_where_nobody_changed_anything(desk):
    seed(desk, pack())
    done = seed(desk, pack(item(title=THEIRS), item("brand-new")))
    assert done.released == ("items/brand-new", OWN)
    assert (done.set, done.offered, offers(desk)) == (2, (), [])
    assert published(desk, OWN)["title"] == THEIRS


def test_an_upgrade_of_what_an_official_changed_twice_is_left_as_a_draft_with_its_difference(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS, topics=["first"]))
    official_edit(desk, item(title=OURS, topics=["second"]))
    new = pack(item(title=THEIRS), item("change-of-name", title=THEIRS))
    done = seed(desk, new)
    assert (done.released, done.offered) == (("items/change-of-name",), (OWN,))
    assert published(desk, OWN) == item(title=OURS, topics=["second"])
    assert published(desk, "items/change-of-name")["title"] == THEIRS
    (row,) = drafts.list_drafts(desk, RELEASER).rows
    assert (row["author"], row["editors"]) == (new.author, [new.author])
    changes = drafts.draft_difference(desk, RELEASER, row["draft_id"])
    assert {change["pointer"]: change["after"] for change in changes} == {
        "/title/zh": THEIRS["zh"], "/title/en": THEIRS["en"], "/topics/0": "exit",
    }  # fmt: skip


def test_an_offered_draft_is_released_by_a_person_and_the_next_upgrade_goes_on_by_itself(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    seed(desk, pack(item(title=THEIRS)))
    (row,) = drafts.list_drafts(desk, RELEASER).rows
    definitions.release(desk, RELEASER, [row["draft_id"]])
    assert published(desk, OWN)["title"] == THEIRS
    assert seed(desk, pack(item(title=LATER))).released == (OWN,)


def test_an_official_who_went_back_to_what_was_shipped_gets_upgrades_again(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    official_edit(desk, item())
    assert seed(desk, pack(item(title=THEIRS))).released == (OWN,)


def test_an_official_who_made_the_same_change_first_is_asked_nothing(desk):
    seed(desk, pack())
    official_edit(desk, item(title=THEIRS))
    done = seed(desk, pack(item(title=THEIRS)))
    assert (done.set, done.released, done.offered) == (None, (), ())


def test_a_definition_that_only_the_official_changed_stays_and_is_not_offered(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    done = seed(desk, pack(item("brand-new")))
    assert (done.released, done.offered) == (("items/brand-new",), ())
    assert published(desk, OWN)["title"] == OURS


def test_what_was_not_taken_is_offered_again_when_it_changes_again_and_never_forced(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    for title in (THEIRS, LATER):
        assert seed(desk, pack(item(title=title))).offered == (OWN,)
    assert offers(desk) == [OWN, OWN]
    assert published(desk, OWN)["title"] == OURS


def test_a_rollback_is_not_undone_by_an_upgrade(desk):
    seed(desk, pack())
    seed(desk, pack(item(title=THEIRS)))
    definitions.roll_back(desk, RELEASER, 1, "x")
    assert seed(desk, pack(item(title=THEIRS))).set is None
    assert seed(desk, pack(item(title=LATER))).offered == (OWN,)
    assert published(desk, OWN)["title"] == item()["title"]


def test_a_definition_that_the_pack_no_longer_ships_stays(desk):
    seed(desk, pack(item("brand-new")))
    seed(desk, pack(item(title=THEIRS)))
    assert published(desk, "items/brand-new")["id"] == "brand-new"


def test_an_upgraded_process_takes_the_items_of_officials_along(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    seed(desk, pack(edited(process(), title=THEIRS)))
    current = desk.store.release_set(desk.store.pointer().set)
    assert current.releases["deregistration"]["version"] == current.number
    manifest, bodies = desk.store.release(current.releases["deregistration"]["release"])
    assert (bodies[OWN]["title"], bodies["processes/simple"]["title"]) == (OURS, THEIRS)
    assert manifest[OWN] == current.definitions[OWN]


def without_correction() -> dict:
    """A sound process that lacks a time-out which the items of officials fire."""
    less = edited(process())
    del less["internal"]["timeout.correction"]
    less["chart"]["states"]["correction"]["transitions"] = [{"event": "resubmit", "target": "received"}]
    return less


def fitting(identity: str) -> dict:
    clocks = item()["clocks"]
    del clocks[1]["on_expiry"]
    return edited(district()[f"items/{identity}"], clocks=clocks)


def test_an_upgrade_that_does_not_go_with_what_officials_made_is_left_whole_to_people(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    both = [fitting("deregistration"), fitting("change-of-name")]
    done = seed(desk, pack(without_correction(), *both))
    assert done.set is None
    assert set(done.offered) == {OWN, "items/change-of-name", "processes/simple"}
    assert {finding.code for finding in done.findings} == {"expiry-event-unknown"}
    assert desk.store.pointer().set == 2
    assert published(desk, "processes/simple") == process()


def test_what_was_left_to_people_is_released_by_the_next_pack_that_passes(desk):
    seed(desk, pack())
    official_edit(desk, item(title=OURS))
    seed(desk, pack(without_correction(), fitting("change-of-name")))
    assert seed(desk, pack(edited(process(), title=THEIRS))).released == ("processes/simple",)


def test_a_first_pack_that_does_not_pass_the_gate_loads_nothing(desk):
    with pytest.raises(Problem, match="pack-refused") as caught:
        seed(desk, pack(item(power="")))
    assert caught.value.findings[0].params["definition"] == OWN
    assert desk.store.pointer().rev == 0
    assert desk.store.pack() is None


def test_two_containers_that_load_the_pack_at_once_make_one_set(desk, aws_once):
    class Second(DynamoDefinitions):
        raced = False

        def publish(self, publication):
            if not self.raced:
                self.raced = True
                seed(desk, pack())
            return super().publish(publication)

    done = seed(replace(desk, store=Second(aws_once, TABLE)), pack())
    assert done.set is None
    assert (desk.store.pointer().set, desk.store.pointer().last) == (1, 1)


def test_drafts_in_progress_are_not_touched_by_an_upgrade(desk):
    seed(desk, pack())
    draft = drafts.create_draft(desk, AUTHOR, "items", "deregistration", item(description=T))
    seed(desk, pack(item(title=THEIRS)))
    assert drafts.get_draft(desk, AUTHOR, draft.draft_id) == draft


class Forgetful:
    """Records of which the first write's answer is lost, and the second is overtaken."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}
        self.writes = 0

    def read(self, register: str, record_id: str) -> object | None:
        return self.kept.get(f"{register}/{record_id}")

    def write(self, record: RecordWrite, _author: str, _at: int) -> None:
        self.writes += 1
        if self.writes != 2:
            self.kept[f"{record.register}/{record.record_id}"] = record.body
        if self.writes <= 2:
            raise CommitRefused((f"record:{record.register}/{record.record_id}",), transient=True)


def test_records_of_the_pack_are_there_once_though_answers_are_lost():
    register = {
        "kind": "registers",
        "id": "powers",
        "key": {"field": "/code"},
        "records": [{"code": code} for code in ("a", "b", "c")],
    }
    records = Forgetful()
    kit = SimpleNamespace(records=records, zone=SHANGHAI, entropy=lambda n: b"\x00" * n, pause=lambda _: None)
    brought = replace(pack(), definitions={"registers/powers": register})
    assert seed_records(kit, brought, NOON) == 2  # the first was written before it was asked for again
    assert sorted(records.kept) == ["powers/a", "powers/b", "powers/c"]
    assert seed_records(kit, brought, NOON) == 0
