"""A backup is whole or it is refused; the data in place are never lost, whatever the backup is."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.stores.chain import GENESIS, event_sk, link
from chalicelib.stores.dynamo import Page
from infra import backup
from infra.backup import NOTES, Refused, Survey

FOUND = Survey({"Cases": 3}, {"cas_1": [2, "ab"]})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "state" / "gen-1").mkdir(parents=True)
    (folder / "state" / "gen-1" / "dynamodb.json").write_text("{}")
    (folder / "state" / "current").symlink_to("gen-1")
    (folder / "keys").mkdir()
    (folder / "keys" / "dev-signing.json").write_text("{}")
    (folder / "deployed.json").write_text(
        json.dumps({"outputs": {f"Table{name}": name for name in backup.TABLES}})
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
    [Survey({"Cases": 2}, FOUND.chains), Survey(FOUND.rows, {}), Survey(FOUND.rows, {"cas_1": [2, "cd"]})],
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


class Tables:
    """Two cases of two events each, as the store keeps them; `spoil` changes one row."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in backup.TABLES}
        for case in ("cas_1", "cas_2"):
            previous = GENESIS
            for seq in (1, 2):
                event = {
                    "pk": case,
                    "sk": event_sk(seq),
                    "seq": seq,
                    "t": "case.submitted",
                    "at": 1,
                    "b": b"sealed",
                }
                event |= {"p": previous, "h": link(previous, event)}
                self.rows["Cases"].append(event)
                previous = event["h"]
            self.rows["Cases"].append({"pk": case, "sk": "HEAD", "seq": 2, "h": previous})
        self.rows["Cases"].append({"pk": "N#market#20260302", "sk": "0", "n": 20})

    def scan(self, table: str, *_: Any) -> Page:
        return Page(self.rows[table], None)

    def get(self, key: Any) -> list[Any]:
        return [next((row for row in self.rows["Cases"] if (row["pk"], row["sk"]) == (key.pk, key.sk)), None)]

    def every(self, table: str, pk: str, *, prefix: str) -> Iterator[dict[str, Any]]:
        return (row for row in self.rows[table] if row["pk"] == pk and row["sk"].startswith(prefix))

    def of(self, pk: str, sk: str) -> dict[str, Any]:
        return self.get(type("K", (), {"pk": pk, "sk": sk}))[0]


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Tables:
    found = Tables()
    monkeypatch.setattr(backup, "tables", lambda _: contextlib.nullcontext("http://nowhere"))
    monkeypatch.setattr(backup, "_client", lambda _: found)
    return found


def test_a_survey_counts_rows_and_walks_every_chain(data, stored):
    found = backup.survey(data)
    assert found.rows == {"Definitions": 0, "Cases": 7, "Timers": 0, "Records": 0, "Deliveries": 0}
    assert [seq for seq, _ in found.chains.values()] == [2, 2]
    assert backup.told(found) == "7 rows, 2 cases, 4 events, every chain verified"


@pytest.mark.parametrize("spoil", ["content", "lost", "all-lost", "head"])
def test_a_chain_that_does_not_hold_is_refused(data, stored, spoil):
    rows = stored.rows["Cases"]
    if spoil == "content":
        stored.of("cas_2", event_sk(1))["b"] = b"other"
    elif spoil == "lost":
        rows.remove(stored.of("cas_2", event_sk(2)))
    elif spoil == "all-lost":  # nothing to check is no proof
        stored.rows["Cases"] = [row for row in rows if not row["sk"].startswith("E#")]
    else:
        stored.of("cas_1", "HEAD")["seq"] = 3
    with pytest.raises(Refused, match="do not hold"):
        backup.survey(data)


def test_a_note_lies_beside_every_backup(data, counted):
    notes = json.loads((saved(data) / NOTES).read_text())
    assert notes["survey"] == {"rows": {"Cases": 3}, "chains": {"cas_1": [2, "ab"]}}
    assert notes["files"]["state/current"] == "-> gen-1"
    assert "emulator.log" not in notes["files"]
