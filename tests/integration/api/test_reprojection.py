"""A notice released while hundreds of cases run tells each its new dates once; the full count is `make bench`."""

from __future__ import annotations

import pytest

from chalicelib.stores.sealing import Vault
from infra.local.stack import Stack, wait_until
from tests.bench.retold import Inspection, announce, deliver_again, drained, heads
from tests.builders import Api
from tests.builders_population import NOW, Keys, plays, spread, write_down
from tests.builders_releases import as_it_was
from tests.integration.faults.district import stores_of

__all__ = ["as_it_was"]
pytestmark = pytest.mark.stack

ITEMS = (
    "food-licence", "enterprise-change", "human-resources-licence", "second-hand-house-transfer", "water-connection"
)  # fmt: skip
CASES = 250
KINDS = {"open", "paused", "extended", "in correction", "finished"}


def test_a_notice_tells_every_open_case_its_new_dates_once_and_twice_delivered_changes_nothing(
    api: Api, running: Stack
) -> None:
    api.set_clock(NOW)
    with stores_of(running) as app:
        vault, queue = Vault(Keys(app.vault._keys)), running.outputs["QueueWork"]
        known = spread(plays(app.kit, ITEMS, ["2026-03-06"]), CASES)
        people = write_down(app.dynamo, app.config.tables, vault, known)
        release = announce(api, 120)
        seen = Inspection(app, vault, people, release).look()
        assert seen.wrong == []
        assert set(seen.counts) >= KINDS
        assert min(seen.counts[f"{kind}, told once"] for kind in KINDS - {"open", "finished"}) > 0
        assert {play.case.item for play in people.cases.values()} == set(ITEMS)
        before = heads(app.dynamo, app.config.tables, people.cases)
        deliver_again(app, queue, release, forget=1)
        assert wait_until(lambda: drained(app, queue, release), 60, every=0.2)
        assert heads(app.dynamo, app.config.tables, people.cases) == before
