"""A backup is whole or it is refused; the data in place are never lost, whatever the backup is."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.stores.dynamo import Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.roots import KEYS, LOG
from infra import audit, backup
from infra.backup import NOTES, Refused, Survey
from tests.builders_audit import Past
from tests.builders_moto import moto_aws
from tests.builders_stores import Counting, Shelf, connection, make_tables

FOUND = Survey({"Cases": 3}, {"cas_1": [2, "ab"]}, [1, "cd"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "state" / "gen-1").mkdir(parents=True)
    (folder / "state" / "gen-1" / "dynamodb.json").write_text("{}")
    (folder / "state" / "current").symlink_to("gen-1")
    (folder / "keys").mkdir()
    (folder / "keys" / "dev-signing.json").write_text("{}")
    (folder / "deployed.json").write_text(
        json.dumps({"outputs": {f"Table{name}": name for name in audit.TABLES}})
    )
    (folder / "emulator.log").write_text("noise")
    return folder


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Survey]:
    """What each survey finds, from the last; the store is played."""
    finds = [FOUND]
    monkeypatch.setattr(backup, "survey", lambda _: finds[-1])
    return finds


def saved(data: Path) -> Path:
    backup.save(data, data.parent / "backups")
    (target,) = (data.parent / "backups").glob("2*")
    return target


def load(data: Path, target: Path) -> str:
    return backup.load(data, target, data.parent / "backups")


def test_what_is_saved_comes_back_as_it_was(data, counted):
    target = saved(data)
    (data / "deployed.json").write_text("changed since")
    assert "restored" in load(data, target)
    assert json.loads((data / "deployed.json").read_text())["outputs"]
    assert (data / "state" / "current" / "dynamodb.json").read_text() == "{}"
    assert (data / "state" / "current").is_symlink()
    assert not (data / "emulator.log").exists()


def test_the_former_data_are_kept_beside_the_backups(data, counted):
    target = saved(data)
    (data / "deployed.json").write_text("changed since")
    load(data, target)
    (kept,) = (data.parent / "backups").glob("replaced-*")
    assert (kept / "deployed.json").read_text() == "changed since"


def test_nothing_is_copied_while_the_instance_runs(data, counted):
    target = saved(data)
    with (data / "lock").open("a+") as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="the instance runs"):
            backup.save(data, data.parent / "elsewhere")
        with pytest.raises(Refused, match="the instance runs"):
            load(data, target)
    assert not (data.parent / "elsewhere").exists()


@pytest.mark.parametrize("damage", ["changed", "lost", "added"])
def test_a_backup_that_was_touched_is_refused_and_the_data_stay(data, counted, damage):
    target = saved(data)
    path = target / "data" / "state" / "gen-1" / "dynamodb.json"
    if damage == "changed":
        path.write_text('{"one": "row more"}')
    elif damage == "lost":
        path.unlink()
    else:
        path.with_name("more.json").write_text("{}")
    (data / "deployed.json").write_text("in use")
    with pytest.raises(Refused, match="not as it was saved"):
        load(data, target)
    assert (data / "deployed.json").read_text() == "in use"
    assert not data.with_name("data.coming").exists()


@pytest.mark.parametrize(
    "other",
    [
        Survey({"Cases": 2}, FOUND.chains, FOUND.roots),
        Survey(FOUND.rows, {}, FOUND.roots),
        Survey(FOUND.rows, {"cas_1": [2, "cd"]}, FOUND.roots),
        Survey(FOUND.rows, FOUND.chains, [0, ""]),
    ],
)
def test_a_copy_that_holds_other_rows_or_chains_is_refused(data, counted, other):
    target = saved(data)
    counted.append(other)
    with pytest.raises(Refused, match="something else than was saved"):
        load(data, target)


def test_there_must_be_something_to_save_and_a_backup_to_load(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    with pytest.raises(Refused, match="nothing is saved"):
        backup.save(tmp_path / "data", tmp_path / "backups")
    assert (
        backup.main(["load", "", "--data", str(tmp_path / "data"), "--backups", str(tmp_path / "backups")])
        == 1
    )
    assert "say FROM=<folder>; there are: none" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["none", "changed"])
def test_a_drill_restores_elsewhere_touches_nothing_in_use_and_says_how_long_it_took(
    data, counted, damage, capsys
):
    target = saved(data)
    (data / "deployed.json").write_text("in use")
    to = data.parent / "restored" / "one"
    if damage == "changed":
        (target / "data" / "deployed.json").write_text("{}")
        with pytest.raises(Refused, match="not as it was saved"):
            backup.drill(target, to)
        assert not to.exists()
    else:
        assert backup.main(["drill", str(target), "--to", str(to)]) == 0
        said = capsys.readouterr().out
        assert re.search(
            r"restored .* to .*/one and verified it in \d+\.\d s: 3 rows, 1 cases, 2 events", said
        )
        assert json.loads((to / "deployed.json").read_text())["outputs"]
        with pytest.raises(Refused, match="new folder"):
            backup.drill(target, to)
    assert (data / "deployed.json").read_text() == "in use"


@pytest.fixture(scope="module")
def played() -> Iterator[Past]:
    """Tables with six hours of cases and roots."""
    with pytest.MonkeyPatch.context() as patch, moto_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        connected = connection()
        yield Past(Shelf(Counting(connected), make_tables(connected, "copy"))).played()


@pytest.fixture
def stored(played: Past, monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    """Those tables where a survey looks for the copy; what a test spoils in them is put right after it."""
    monkeypatch.setattr(backup, "tables", lambda _: contextlib.nullcontext("http://nowhere"))
    monkeypatch.setattr(audit, "client", lambda _: played.shelf.dynamo)
    monkeypatch.setattr(audit, "tables_of", lambda _: played.shelf.tables)
    whole = {table: played.shelf.rows(table) for table in ("cases", "deliveries")}
    yield played
    for table, rows in whole.items():
        spoilt = played.shelf.rows(table)
        for row in rows:
            if row not in spoilt:
                played.shelf.put(table, row)


def test_a_survey_counts_rows_walks_every_chain_and_recomputes_every_root(data, stored):
    found = backup.survey(data)
    assert found.rows == {name: len(stored.shelf.rows(name.lower())) for name in audit.TABLES}
    assert sum(seq for seq, _ in found.chains.values()) == 41
    assert found.roots == [6, stored.shelf.roots.last()["log"]]
    assert backup.told(found).endswith(
        "12 cases, 41 events, every chain verified, all 6 roots recomputed, their signatures checked"
    )


def _row(past: Past, table: str, pk: str, sk: str = "") -> dict[str, Any]:
    """The first row of a partition whose sort key begins so, as it is stored."""
    return dict(next(row for row in past.shelf.rows(table) if row["pk"] == pk and row["sk"].startswith(sk)))


def _lose(past: Past, table: str, row: dict[str, Any]) -> None:
    place = getattr(past.shelf.tables, table)
    past.shelf.dynamo.write(Write("lost", place, key=(row["pk"], row["sk"])))


@pytest.mark.parametrize("spoil", ["content", "lost", "all-lost", "head"])
def test_a_chain_that_does_not_hold_is_refused(data, stored, spoil):
    case = sorted(stored.chains)[0]
    event, head = _row(stored, "cases", case, "E#"), _row(stored, "cases", case, "HEAD")
    if spoil == "content":
        stored.shelf.put("cases", event | {"b": b"other"})
    elif spoil == "lost":
        _lose(stored, "cases", event)
    elif spoil == "all-lost":  # nothing to check is no proof
        for row in stored.shelf.rows("cases"):
            if row["pk"] == case and row["sk"].startswith("E#"):
                _lose(stored, "cases", row)
    else:
        stored.shelf.put("cases", head | {"seq": head["seq"] + 1})
    with pytest.raises(Refused, match="do not hold"):
        backup.survey(data)


@pytest.mark.parametrize(
    "spoil", ["entry", "signature", "leaf", "leaves-lost", "entry-lost", "log-lost", "key-lost"]
)
def test_a_root_that_does_not_hold_is_refused_though_every_chain_does(data, stored, spoil):
    entry = stored.shelf.roots.entries([3])[3]
    leaves = _row(stored, "deliveries", f"ROOT#{entry['root']}")
    log = [row for row in stored.shelf.rows("deliveries") if row["pk"] == LOG]
    if spoil in ("entry", "signature"):
        changed = (
            {"at": entry["at"] + 1}
            if spoil == "entry"
            else {"signature": stored.shelf.roots.last()["signature"]}
        )
        stored.shelf.put("deliveries", log[2] | {"b": pack_body(entry | changed)})
    elif spoil == "leaf":
        heads = unpack_body(leaves["b"])
        heads[0][1] += 1
        stored.shelf.put("deliveries", leaves | {"b": pack_body(heads)})
    else:
        lost = {
            "leaves-lost": [leaves],
            "entry-lost": log[2:3],
            "log-lost": log,
            "key-lost": [_row(stored, "deliveries", KEYS)],
        }
        for row in lost[spoil]:
            _lose(stored, "deliveries", row)
    with pytest.raises(Refused, match="the roots do not hold"):
        backup.survey(data)


def test_a_case_that_is_gone_whole_is_missed_by_the_roots(data, stored):
    case = sorted(stored.chains)[0]
    for row in stored.shelf.rows("cases"):
        if row["pk"] == case:
            _lose(stored, "cases", row)
    with pytest.raises(Refused, match=f"vouches for event . of case {case}, which is not there"):
        backup.survey(data)


def test_an_instance_younger_than_its_first_root_is_surveyed_by_its_chains(data, stored):
    for row in stored.shelf.rows("deliveries"):
        _lose(stored, "deliveries", row)
    found = backup.survey(data)
    assert found.roots == [0, ""]
    assert backup.told(found).endswith("every chain verified, no root yet")


def test_a_note_lies_beside_every_backup(data, counted):
    notes = json.loads((saved(data) / NOTES).read_text())
    assert notes["survey"] == {"rows": {"Cases": 3}, "chains": {"cas_1": [2, "ab"]}, "roots": [1, "cd"]}
    assert notes["files"]["state/current"] == "-> gen-1"
    assert "emulator.log" not in notes["files"]
