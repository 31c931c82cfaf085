"""The store suite once more on Amazon's own engine, in a network namespace of its own: it judges the other two."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.contract.stores.engines import ENGINES, LACKS, ROOT, Unavailable, install, require_namespace

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.dynamodb_local,
    pytest.mark.timeout(600),
]  # seconds, on a machine that others use too


def _ready() -> None:
    """The tier says in one line why it cannot run here; in CI that is a failure."""
    try:
        install()
        require_namespace()
    except Unavailable as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(f"the suite does not run on DynamoDB Local: {reason}")


def _inside(chosen: list[str], capsys: pytest.CaptureFixture[str], patience: int = 580) -> dict[str, int]:
    """Run pytest on this folder where the engine is alone with it; print its closing lines, return its counts."""
    command = [sys.executable, "-m", "pytest", str(HERE.relative_to(ROOT)), "-q", *chosen]
    script = 'ip link set lo up && exec "$@"'
    environment = {**os.environ, "ENGINE": "dynamodb-local", "PYTHONDONTWRITEBYTECODE": "1"}
    started = time.monotonic()
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", script, "sh", *command], cwd=ROOT, env=environment, capture_output=True,
        text=True, timeout=patience, check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    shown = [line for line in lines if line.startswith(("SKIPPED", "FAILED", "ERROR", "dynamodb-local"))]
    with capsys.disabled():
        print("\n" + "\n".join([*shown, f"dynamodb-local: {lines[-1] if lines else done.stderr[-300:]}"]))
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    counts = {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", lines[-1])
    }
    return counts | {"seconds": round(time.monotonic() - started)}


def _suite(request: pytest.FixtureRequest) -> list[pytest.Function]:
    return [item for item in request.session.items if isinstance(item, pytest.Function) and HERE in item.path.parents
            and "engine" in item.fixturenames]  # fmt: skip


def test_the_whole_suite_holds_on_dynamodb_local(request, capsys):
    _ready()
    counts = _inside(["-m", "not proof"], capsys)
    assert counts["passed"] > 100
    assert counts.get("skipped", 0) <= len(LACKS["dynamodb-local"])
    path = ROOT / ".local" / "store-suite.json"
    path.write_text(json.dumps({"dynamodb-local": counts}) + "\n")


@pytest.mark.proof
def test_ten_kills_and_a_thousand_mutants_on_dynamodb_local(capsys):
    _ready()
    assert _inside(["-m", "proof", "-k", "not postings and not campaigns"], capsys)["passed"] >= 2


@pytest.mark.proof
@pytest.mark.timeout(2400)
def test_full_counts_of_accounts_and_campaigns_on_dynamodb_local(capsys):
    """330 writes a second, so minutes each; on a machine that others use too a quarter of an hour in all."""
    _ready()
    assert _inside(["-m", "proof", "-k", "postings or campaigns"], capsys, 2300)["passed"] == 3


def test_each_engine_runs_what_it_must(request, capsys):
    """ministack skips nothing, moto runs at least 60 % of the suite; counted on what was collected."""
    ran = {engine: [0, 0] for engine in ENGINES}
    for item in _suite(request):
        engine = item.callspec.params["engine"]
        ran[engine][0] += not any(mark.name == "skip" for mark in item.iter_markers())
        ran[engine][1] += 1
    with capsys.disabled():
        print("\n" + "; ".join(f"{engine}: {runs} of {all_} run" for engine, (runs, all_) in ran.items()))
    assert ran["ministack"][0] == ran["ministack"][1] > 0
    assert ran["moto"][0] >= 0.6 * ran["moto"][1] > 0
