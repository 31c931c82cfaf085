"""Draws on a real engine: a log without gaps, parts that are written once, a head that only its reader moves on."""

from __future__ import annotations

import threading

import pytest

from chalicelib.stores.draws import DrawStore
from chalicelib.stores.sealing import Vault
from tests.builders_stores import LocalKeys, Shelf

SERIES = "sample"


@pytest.fixture
def draws(shelf: Shelf) -> DrawStore:
    return DrawStore(shelf.dynamo, shelf.tables.definitions, Vault(LocalKeys()))


def test_the_head_is_kept_only_by_who_read_it_last(draws: DrawStore) -> None:
    assert draws.current(SERIES) is None
    assert draws.keep(SERIES, {"step": "freezing"}, 0)
    assert not draws.keep(SERIES, {"step": "other"}, 0)
    assert draws.keep(SERIES, {"step": "frozen"}, 1)
    assert not draws.keep(SERIES, {"step": "other"}, 1)
    assert draws.current(SERIES) == ({"step": "frozen"}, 2)


def test_a_part_is_written_once_and_read_in_the_order_of_names(draws: DrawStore) -> None:
    rows = {"rows": [{"id": f"{n:04}", "salt": "0" * 32} for n in range(512)]}
    names = [f"R#a#objects#{n:06d}" for n in (2, 0, 1)]
    for name in names:
        assert draws.fill(SERIES, "2026-Q1", name, {**rows, "name": name})
        assert not draws.fill(SERIES, "2026-Q1", name, {"other": True})
    assert draws.fill(SERIES, "2026-Q1", "S#00", {"shard": 0})
    assert [one["name"] for one in draws.parts(SERIES, "2026-Q1", "R#a#objects#")] == sorted(names)
    assert draws.part(SERIES, "2026-Q1", "S#01") is None
    assert draws.part(SERIES, "2026-Q2", "S#00") is None


def test_of_many_who_append_at_once_each_place_of_the_log_has_one(draws: DrawStore) -> None:
    taken, lock = list[tuple[int, int]](), threading.Lock()

    def appends(who: int) -> None:
        for index in range(12):
            if draws.append(SERIES, index, {"by": who}):
                with lock:
                    taken.append((index, who))

    threads = [threading.Thread(target=appends, args=(who,)) for who in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(index for index, _ in taken) == list(range(12))
    assert [one["by"] for one in draws.log(SERIES)] == [who for _, who in sorted(taken)]


def test_what_is_kept_is_sealed(draws: DrawStore, shelf: Shelf) -> None:
    draws.fill(SERIES, "2026-Q1", "R#x", {"rows": [{"id": "canary-firm", "salt": "ab" * 16}]})
    scanned = shelf.dynamo.call("Scan", TableName=shelf.tables.definitions)["Items"]
    assert len(scanned) == 1
    assert "canary" not in repr(scanned)
