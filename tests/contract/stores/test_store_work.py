"""Long work as resources, and the cases that a release touches."""

from __future__ import annotations

from chalicelib.domain.change import Places
from chalicelib.stores.running import HOUR, RunningCases
from chalicelib.stores.work import WorkStore
from tests.builders_stores import NOON, OWNER, case_id, change

RELEASE, OTHER = "a" * 64, "b" * 64


def test_work_is_kept_once_and_replaced_only_over_the_revision_that_was_read(shelf):
    work = WorkStore(shelf.dynamo, shelf.tables.definitions)
    assert work.kept("migration", "mig_1") is None
    assert work.keep("migration", "mig_1", {"n": 1}, 0)
    assert not work.keep("migration", "mig_1", {"n": 9}, 0)
    assert work.keep("migration", "mig_1", {"n": 2}, 1)
    assert not work.keep("migration", "mig_1", {"n": 9}, 1)
    assert work.kept("migration", "mig_1") == ({"n": 2}, 2)


def test_a_part_is_filled_once_however_often_its_message_comes(shelf):
    work = WorkStore(shelf.dynamo, shelf.tables.definitions)
    assert work.fill("migration", "mig_2", "run#00001", {"found": {"moved": 3}})
    assert not work.fill("migration", "mig_2", "run#00001", {"found": {"gone": 3}})
    work.fill("migration", "mig_2", "dry#00001", {"found": {}})
    assert work.parts("migration", "mig_2", "run#") == [{"found": {"moved": 3}}]
    assert work.parts("migration", "mig_3", "run#") == []


def test_open_cases_are_found_by_their_release_and_ended_ones_are_not(shelf):
    running = RunningCases(shelf.dynamo, shelf.tables, shelf.feed)

    def filed(release):
        identity = case_id()
        shelf.cases.commit(change(identity, places=Places(None, (OWNER, NOON), release, None)), None)
        return identity

    ours = {filed(RELEASE) for _ in range(20)}
    filed(OTHER)
    filed(None)
    assert set(running.open_cases(RELEASE)) == ours
    assert list(running.open_cases("c" * 64)) == []


def test_recent_cases_are_told_latest_hour_first_each_once(shelf):
    running = RunningCases(shelf.dynamo, shelf.tables, shelf.feed)
    early, late = case_id(), case_id()
    shelf.feed.tell([(early, 1), (late, 1)], NOON - 5 * HOUR, b"0" * 10)
    shelf.feed.tell([(late, 2)], NOON - HOUR, b"1" * 10)
    shelf.feed.tell([(case_id(), 1)], NOON - 100 * HOUR, b"2" * 10)
    assert list(running.recent(NOON)) == [late, early]
