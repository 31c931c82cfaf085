"""Runs the tests in their tiers: `python -m infra.testing` is `make test`, with `--proof` it is `make proof`.

Units and contracts go side by side; what needs a whole stack goes one after the other, in one process that
starts it once. Prints the wall time of each tier; a proof also writes .local/proof.json with the commit.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIERS = (
    ("units", ("tests/unit",), True),
    ("contracts", ("tests/contract",), False),
    ("integration", ("tests/integration", "tests/journeys"), False),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tier: how many of each verdict pytest counted, its exit code, seconds of wall time."""

    tier: str
    code: int
    seconds: float
    counts: dict[str, int]


def main() -> int:
    """Run every tier even after a failure; return 0 only if all passed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--proof", action="store_true", help="full counts")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--only", choices=[tier for tier, _, _ in TIERS])
    chosen = options.parse_args()
    outcomes = [
        run(tier, paths, chosen.workers if side_by_side else 0, proof=chosen.proof)
        for tier, paths, side_by_side in TIERS
        if chosen.only in (None, tier)
    ]
    for outcome in outcomes:
        print(f"{outcome.tier:12} {outcome.seconds:7.1f} s  {outcome.counts}")
    if chosen.proof:
        write_proof(outcomes)
    return max(outcome.code for outcome in outcomes)


def run(tier: str, paths: tuple[str, ...], workers: int, *, proof: bool) -> Outcome:
    """Run one tier with pytest, its output passed through as it comes."""
    command = [sys.executable, "-m", "pytest", *(path for path in paths if (ROOT / path).exists()), "-q"]
    command += ["-n", str(workers)] if workers else []
    command += [] if proof else ["-m", "not proof"]
    print(f"--- {tier}: {' '.join(command[1:])}", flush=True)
    started, lines = time.monotonic(), list[str]()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    closing = next((line for line in reversed(lines) if re.search(r"\d+ (passed|failed|error)", line)), "")
    counts = {
        verdict: int(count)
        for count, verdict in re.findall(r"(\d+) (passed|failed|errors?|skipped)", closing)
    }
    code = process.returncode or (0 if counts.get("passed") else 1)  # a tier that ran nothing has not passed
    return Outcome(tier, code, round(time.monotonic() - started, 1), counts)


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
