"""What `make backup` saved of a real instance comes back with `make restore`, cases, chains and all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra import backup
from infra.local.stack import start_stack
from tests.builders import Api, Firm, ok

pytestmark = pytest.mark.stack


def test_a_case_survives_the_loss_of_all_data(tmp_path: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    with start_stack(data, persist=True) as stack, Api(stack.url) as api:
        firm = Firm(api)
        case = firm.applies()
        with pytest.raises(backup.Refused, match="the instance runs"):
            backup.save(data, backups)
    backup.save(data, backups)
    (target,) = backups.glob("2*")
    noted = json.loads((target / backup.NOTES).read_text())["survey"]
    assert list(noted["chains"]) == [case["case_id"]]
    assert noted["rows"]["Definitions"] > 50

    for path in (data / "state" / "current").resolve().glob("dynamodb.json"):
        path.write_text("lost")
    assert "1 cases, 1 events, every chain verified" in backup.load(data, target, backups)
    with start_stack(data, persist=True) as stack, Api(stack.url) as api:
        again = ok(api.person(firm.subject).get(f"/v1/cases/{case['case_id']}"))
        assert again["form"] == case["form"]
        assert again["number"] == case["number"]
