"""Restores the tables of a deployment on AWS to new ones at a point in time, verifies them there, and removes them.

    python -m infra.restore_drill --stack jisheng --region cn-north-1                 the latest restorable second
    python -m infra.restore_drill --stack jisheng --region cn-north-1 --at 2026-03-02T09:00:00+08:00
    … --keep           leave the restored tables, as one does when it is no drill

What it proves of the restored tables: every chain walked to its head, every root computed anew and its signature
checked, each leaf found in its chain, rows counted table by table, and that the log of roots of the live tables goes on
from the restored one. It says how long restoring and verifying took: that is the recovery time to plan with.

What a restore does not bring back, by AWS's own rules, and what to do when it is no drill: point-in-time recovery,
TTL (attribute `ttl` of Cases and Deliveries), the stream of Cases, tags and alarms are set anew; then the functions are
pointed to the new tables (TABLE_… in `infra/resources.yaml`) and `sweep_feed` is invoked with {"since": <ms>}. Bodies
stay readable, for a seal binds a body to its keys and not to its table; the keys (KMS) and the blind index's secret are
not in the tables and must not be lost.

Needs: dynamodb:RestoreTableToPointInTime, DescribeTable, DeleteTable, Scan, Query, BatchGetItem and, as AWS asks of who
restores, the writing rights on the new tables; kms rights on the tables' key; cloudformation:DescribeStacks.
Exercised against the emulator, which restores what is there *now*, whatever time is asked; on AWS it has not been run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.stores.keys import Tables
from infra import audit
from infra.backup import Refused, Survey, surveyed, told

PATIENCE = 6 * 3600.0  # seconds: AWS restores most tables within an hour, large ones take longer
EVERY = 10.0
GONE_ON = ("ResourceNotFoundException", "TableNotFoundException")


@dataclass(frozen=True, slots=True)
class Drill:
    """What was found. `behind`: rows that the live tables hold more than the restored ones, by table."""

    survey: Survey
    restoring: float
    verifying: float
    behind: Mapping[str, int]

    def told(self) -> str:
        times = f"restored in {self.restoring:.0f} s, verified in {self.verifying:.1f} s"
        behind = ", ".join(f"{name} {number:+d}" for name, number in self.behind.items() if number) or "none"
        return f"{times}: {told(self.survey)}; rows that the live tables hold more: {behind}"


def main(arguments: list[str] | None = None) -> int:
    """Run the drill; 1 with one sentence if anything does not hold."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--stack", required=True)
    options.add_argument("--region", required=True)
    options.add_argument("--at", type=_instant, help="RFC 3339, with its offset")
    options.add_argument("--keep", action="store_true")
    chosen = options.parse_args(arguments)
    from botocore.session import get_session

    client = get_session().create_client("dynamodb", chosen.region)
    live = audit.tables_of(audit.deployed(chosen.stack, chosen.region))
    suffix = time.strftime("drill-%Y%m%dT%H%M%SZ", time.gmtime())
    try:
        print(
            run(client, audit.client(region=chosen.region), live, suffix, chosen.at, keep=chosen.keep).told()
        )
    except Refused as refused:
        print(f"restore drill: {refused}", file=sys.stderr)
        return 1
    return 0


def run(
    client: Any, dynamo: Any, live: Tables, suffix: str, at: datetime | None = None, *, keep: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Drill:  # fmt: skip
    """Restore to tables named `<table>-<suffix>`, verify them, drop them. Raises Refused if anything does not hold."""
    restored = Tables(*(f"{getattr(live, name)}-{suffix}" for name in Tables.__dataclass_fields__))
    started = time.monotonic()
    try:
        _restore(client, live, restored, at, pause)
        restoring = time.monotonic() - started
        survey = surveyed(dynamo, restored)
        _continues(dynamo, live, survey)
        verifying = time.monotonic() - started - restoring
        behind = {
            name: _count(client, getattr(live, name.lower())) - rows for name, rows in survey.rows.items()
        }
    finally:
        if not keep:
            _drop(client, restored)
    return Drill(survey, restoring, verifying, behind)


def _restore(
    client: Any, live: Tables, restored: Tables, at: datetime | None, pause: Callable[[float], None]
) -> None:
    """Start all five at once, to one and the same second, and wait for each."""
    at = at or _latest(client, live)
    for name in Tables.__dataclass_fields__:
        client.restore_table_to_point_in_time(
            SourceTableName=getattr(live, name), TargetTableName=getattr(restored, name), RestoreDateTime=at
        )
    deadline = time.monotonic() + PATIENCE
    for name in Tables.__dataclass_fields__:
        table = getattr(restored, name)
        while client.describe_table(TableName=table)["Table"]["TableStatus"] != "ACTIVE":
            if time.monotonic() > deadline:
                raise Refused(f"{table} was not restored within {PATIENCE / 3600:.0f} hours")
            pause(EVERY)


def _latest(client: Any, live: Tables) -> datetime:
    """The latest second to which every table can go back: each for itself would tear what belongs together."""
    latest = []
    for name in Tables.__dataclass_fields__:
        table = getattr(live, name)
        told = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        recovery = told.get("PointInTimeRecoveryDescription", {})
        if "LatestRestorableDateTime" not in recovery:
            raise Refused(f"{table} keeps no continuous backups: point-in-time recovery is off")
        latest.append(recovery["LatestRestorableDateTime"])
    return min(latest)


def _continues(dynamo: Any, live: Tables, survey: Survey) -> None:
    """The live log of roots begins with the restored one: else one of the two is not our past."""
    from chalicelib.stores.roots import RootLog

    number, log = survey.roots
    entry = RootLog(dynamo, live).entries([number]).get(number)
    if number and (entry is None or entry["log"] != log):
        raise Refused(f"the live log of roots does not go on from the restored one (entry {number})")


def _count(client: Any, table: str) -> int:
    pages = client.get_paginator("scan").paginate(TableName=table, Select="COUNT", ConsistentRead=True)
    return sum(page["Count"] for page in pages)


def _drop(client: Any, restored: Tables) -> None:
    """Only what this run made: a name with its own suffix, which no live table has."""
    from botocore.exceptions import ClientError

    for name in Tables.__dataclass_fields__:
        try:
            client.delete_table(TableName=getattr(restored, name))
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE_ON:
                raise


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("say the offset too: 2026-03-02T09:00:00+08:00")
    return at


if __name__ == "__main__":
    sys.exit(main())
