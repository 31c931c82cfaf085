"""A point-in-time restore into new tables is verified there, row by row and root by root, and leaves nothing behind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.stores.attributes import encode
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.keys import Tables
from infra import restore_drill
from infra.backup import Refused
from tests.builders_audit import Past
from tests.builders_stores import Counting, Shelf, connection, drop_tables, make_tables
from tests.contract.stores.engines import ministack

_NUMBERS = itertools.count(1)


class Client:
    """DynamoDB's own client, and what is done to a restored table before anybody looks at it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.asked: list[dict[str, Any]] = []
        self.spoil: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def restore_table_to_point_in_time(self, **arguments: Any) -> None:
        self.asked.append(arguments)
        self.client.restore_table_to_point_in_time(**arguments)
        if self.spoil and len(self.asked) == len(Tables.__dataclass_fields__):
            self.spoil()


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The emulator: it has the operation, though it restores what is there now, whatever time is asked."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.delenv("AWS_PROFILE", raising=False)
        with ministack(tmp_path_factory.mktemp("drills")) as address:
            yield address


@pytest.fixture
def client(endpoint: str) -> Client:
    return Client(get_session().create_client("dynamodb", "us-east-1", endpoint_url=endpoint))


@pytest.fixture
def past(endpoint: str, client: Client) -> Iterator[Past]:
    connected = connection(endpoint)
    tables = make_tables(connected, f"live{next(_NUMBERS)}")
    for name in Tables.__dataclass_fields__:
        client.update_continuous_backups(
            TableName=getattr(tables, name),
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    yield Past(Shelf(Counting(connected), tables)).played(cases=4, hours=2)
    drop_tables(connected, tables)


def drill(past: Past, client: Client, **how: Any) -> tuple[restore_drill.Drill, str]:
    suffix = f"drill-{next(_NUMBERS)}"
    return restore_drill.run(
        client, past.shelf.dynamo, past.shelf.tables, suffix, pause=lambda _: None, **how
    ), suffix


def of_drills(client: Client) -> list[str]:
    return [name for name in client.list_tables()["TableNames"] if "-drill-" in name]


def test_new_tables_are_verified_whole_and_removed(past, client):
    live = past.shelf.everything()
    done, _ = drill(past, client)
    assert sum(seq for seq, _ in done.survey.chains.values()) == 5
    assert done.survey.roots == [2, past.shelf.roots.last()["log"]]
    assert done.survey.rows["Cases"] == len(live["cases"])
    assert "verified in" in done.told()
    assert "4 cases, 5 events, every chain verified, all 2 roots recomputed" in done.told()
    assert done.told().endswith("hold more: none")
    assert of_drills(client) == []
    assert past.shelf.everything() == live
    assert (
        len({one["RestoreDateTime"] for one in client.asked}) == 1
    )  # one second for all: they belong together


def test_all_tables_are_restored_to_the_same_second_and_kept_when_it_is_no_drill(past, client):
    at = datetime(2026, 3, 2, 4, tzinfo=UTC)
    _, suffix = drill(past, client, at=at, keep=True)
    assert [one["RestoreDateTime"] for one in client.asked] == [at] * 5
    assert sorted(of_drills(client)) == sorted(
        f"{getattr(past.shelf.tables, name)}-{suffix}" for name in Tables.__dataclass_fields__
    )
    for name in of_drills(client):
        client.delete_table(TableName=name)


@pytest.mark.parametrize("damage", ["event", "leaf", "log"])
def test_one_damaged_row_of_the_copy_is_refused_and_the_copy_removed(past, client, damage):
    def spoil() -> None:
        """One row less, or one byte else, in the restored table."""
        if damage == "event":
            row = next(row for row in past.shelf.rows("cases") if row["sk"] == "E#00000001")
            table, changed = "cases", row | {"b": row["b"] + b"x"}
        elif damage == "leaf":
            row = next(row for row in past.shelf.rows("deliveries") if row["pk"].startswith("ROOT#"))
            heads = unpack_body(row["b"])
            heads[0][1] += 1
            table, changed = "deliveries", row | {"b": pack_body(heads)}
        else:
            row = [row for row in past.shelf.rows("deliveries") if row["pk"] == "ROOTLOG"][-1]
            table, changed = "deliveries", None
        copy = client.asked[list(Tables.__dataclass_fields__).index(table)]["TargetTableName"]
        if changed is None:
            client.delete_item(TableName=copy, Key=encode({"pk": row["pk"], "sk": row["sk"]}))
        else:
            client.put_item(TableName=copy, Item=encode(changed))

    client.spoil = spoil
    if damage == "log":  # a log that lost its end is a true, shorter one: the live log goes on from it
        done, _ = drill(past, client)
        assert done.survey.roots[0] == 1
        assert done.behind["Deliveries"] == 1
    else:
        with pytest.raises(Refused, match="do not hold"):
            drill(past, client)
    assert of_drills(client) == []


def test_a_copy_of_another_past_is_refused(past, client):
    """Every signature holds; but the live log does not begin with this one."""
    entry = past.shelf.roots.last()
    past.shelf.put(
        "deliveries",
        {"pk": "ROOTLOG", "sk": f"{2:012d}", "b": pack_body(entry | {"log": "ab" * 32})},
    )
    row = next(row for row in past.shelf.rows("deliveries") if row["sk"] == f"{2:012d}")

    def spoil() -> None:
        copy = client.asked[4]["TargetTableName"]
        past.shelf.dynamo.connection.dispatch(
            "PutItem", {"TableName": copy, "Item": encode(row | {"b": pack_body(entry)})}
        )

    client.spoil = spoil
    with pytest.raises(Refused, match="does not go on from the restored one"):
        drill(past, client)


def test_tables_without_continuous_backups_are_told_before_anything_is_restored(past, client):
    client.update_continuous_backups(
        TableName=past.shelf.tables.timers,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    with pytest.raises(Refused, match="timers keeps no continuous backups"):
        drill(past, client)
    assert (client.asked, of_drills(client)) == ([], [])
