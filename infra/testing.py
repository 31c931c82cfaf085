"""Runs the tests in their tiers: `python -m infra.testing` is `make test`, with `--proof` it is `make proof`.

Three tiers at a time, because a stack mostly waits: the next begins where one has ended. What a stack serves is one
process that starts it once; stories go on several, each with a stack of its own. Each tier is printed when
it is done, and in the end the wall time and CPU of each; a proof also writes .local/proof.json with the commit.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 3
# In the order of their beginning: the longest first; what stops and kills stacks under load last, when little else
# runs. Stories have a stack of their own: their clock moves by months, and fires whatever others left open. A browser
# wants a core: the console's stories go one after another, from the beginning.
PATHS = {
    "units": ("tests/unit",),
    "console": ("tests/console",),
    "api": ("tests/integration/api",),
    "contracts": ("tests/contract",),
    "browser": ("tests/browser",),
    "journeys": ("tests/journeys",),
    "stacks": ("tests/integration/stack", "tests/integration/roles"),
    "faults": ("tests/integration/faults",),
}
LOGS = ROOT / ".local" / "tests"
SPLIT = ("units", "journeys")  # go on several workers: stories have a stack on each
_printing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tier: how many of each verdict pytest counted, its exit code, seconds of wall time and of CPU.

    CPU is that of all processes that were waited for: a stack's workers count, unless they were killed with it.
    """

    tier: str
    code: int
    seconds: float
    cpu: float
    counts: dict[str, int]


def main() -> int:
    """Run every tier even after a failure; return 0 only if all passed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--proof", action="store_true", help="full counts")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--only", choices=list(PATHS))
    chosen = options.parse_args()
    tiers = [tier for tier in PATHS if chosen.only in (None, tier)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda tier: run(tier, chosen.workers, proof=chosen.proof), tiers))
    for outcome in outcomes:
        print(f"{outcome.tier:12} {outcome.seconds:7.1f} s {outcome.cpu:7.1f} s CPU  {outcome.counts}")
    if chosen.proof:
        write_proof(outcomes)
    return max(outcome.code for outcome in outcomes)


def run(tier: str, workers: int, *, proof: bool) -> Outcome:
    """Run one tier with pytest; what it said is printed in one piece, so that lanes do not mix."""
    command = [sys.executable, "-m", "pytest", *PATHS[tier], "-q"]
    command += ["-n", str(workers)] if tier in SPLIT and workers > 1 else []
    command += [] if proof else ["-m", "not proof"]
    log = LOGS / f"{tier}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"--- {tier} begins, as {log.relative_to(ROOT)} shows: {' '.join(command[1:])}", flush=True)
    started = time.monotonic()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="replace")
    with _printing:
        print(f"--- {tier}", said, sep="\n", flush=True)
    lines = said.splitlines()
    closing = next((line for line in reversed(lines) if re.search(r"\d+ (passed|failed|error)", line)), "")
    counts = {
        verdict: int(count)
        for count, verdict in re.findall(r"(\d+) (passed|failed|errors?|skipped)", closing)
    }
    code = process.returncode or (0 if counts.get("passed") else 1)  # a tier that ran nothing has not passed
    cpu = used.ru_utime + used.ru_stime
    return Outcome(tier, code, round(time.monotonic() - started, 1), round(cpu, 1), counts)


def write_proof(outcomes: list[Outcome]) -> None:
    """Write what was proven, for which commit, and whether the tree was clean."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run(
        [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    dirty = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    proof = {"commit": commit, "clean": not dirty.strip(), "tiers": [asdict(one) for one in outcomes]}
    path = ROOT / ".local" / "proof.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(proof, indent=1) + "\n")
    print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
