"""What `make backup` saved of a real instance comes back with `make restore`, cases, chains and all."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import backup, verify
from infra.local.stack import Stack, start_stack
from tests.builders import Api, Firm, ok

pytestmark = pytest.mark.stack


def test_a_case_survives_the_loss_of_all_data(tmp_path: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    with start_stack(data, persist=True) as stack, Api(stack.url) as api:
        firm = Firm(api)
        case = firm.applies()
        assert rooted(stack, api, firm, case) == 1
        with pytest.raises(backup.Refused, match="the instance runs"):
            backup.save(data, backups)
    backup.save(data, backups)
    (target,) = backups.glob("2*")
    noted = json.loads((target / backup.NOTES).read_text())["survey"]
    assert list(noted["chains"]) == [case["case_id"]]
    assert noted["rows"]["Definitions"] > 50

    said = backup.drill(target, tmp_path / "elsewhere")
    assert "1 cases, 1 events, every chain verified, all" in said
    refused_when_one_row_is_damaged(target, tmp_path / "damaged")

    for path in (data / "state" / "current").resolve().glob("dynamodb.json"):
        path.write_text("lost")
    assert "1 cases, 1 events, every chain verified, all" in backup.load(data, target, backups)
    with start_stack(data, persist=True) as stack, Api(stack.url) as api:
        again = ok(api.person(firm.subject).get(f"/v1/cases/{case['case_id']}"))
        assert again["form"] == case["form"]
        assert again["number"] == case["number"]
        key = ok(api.anybody.get("/v1/audit/keys"))["keys"]
        proof = ok(api.person(firm.subject).get(f"/v1/cases/{case['case_id']}/proof"))
        assert verify.verify_proof(proof, {"keys": key}).valid
        assert rooted(stack, api, firm, case) == 1  # the key came back with the data: the log goes on


def rooted(stack: Stack, api: Api, firm: Firm, case: dict[str, Any]) -> int:
    """How many events of the case a root covers, once it covers any, and the newest entry of the log is new."""
    api.set_clock((api.now() + timedelta(minutes=1)).isoformat())
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        assert stack.invoke("Root")["entries"]
        covered = ok(api.person(firm.subject).get(f"/v1/cases/{case['case_id']}/proof"))["covered"]
        if covered:
            return int(covered["seq"])
        time.sleep(1)
    raise AssertionError("no root covered the case")


def refused_when_one_row_is_damaged(target: Path, to: Path) -> None:
    """One row of the copy is not as it was, and whoever did it fitted the digests of the files too."""
    path = target / "data" / "state" / "current" / "dynamodb.json"
    notes, whole = (target / backup.NOTES).read_text(), path.read_text()
    damaged = re.sub(r'("t": ?\{"S": ?")case\.submitted"', r'\1case.invented"', whole, count=1)
    assert damaged != whole
    path.write_text(damaged)
    told = json.loads(notes) | {"files": backup.digests(target / "data")}
    (target / backup.NOTES).write_text(json.dumps(told))
    with pytest.raises(backup.Refused, match="1 of 1 chains do not hold"):
        backup.drill(target, to)
    assert not to.exists()
    path.write_text(whole)
    (target / backup.NOTES).write_text(notes)
