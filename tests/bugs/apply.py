"""Plants each bug of bugs.toml in a copy of the tree and demands that the test it names fails there, and only there.

    python -m tests.bugs.apply [name …]

A patch that no longer applies, a test that fails on the sound tree, and a test that fails by anything but an
assertion are failures: they would prove nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests import shipped

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
COPIED = (
    "chalicelib",
    "schemas",
    "infra",
    "tests",
    "admin/draws",
    "app.py",
    "pyproject.toml",
    "requirements.txt",
)
SIDE_BY_SIDE = 2
PATIENCE = 120  # seconds for one test
Runners = queue.Queue[Any]  # of processes that run `warm.py`
BY_ASSERTION = ("assert", "AssertionError", "Failed: ")  # pytest's own words for a test that says no


@dataclass(frozen=True, slots=True)
class Bug:
    """One patch, the test that must catch it, and what would happen if nothing did."""

    name: str
    patch: str
    test: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    bug: Bug
    caught: bool
    said: str
    seconds: float


def listed() -> list[Bug]:
    return [Bug(**one) for one in tomllib.loads((HERE / "bugs.toml").read_text())["bug"]]


def main() -> int:
    """Print a table; 0 only if every bug was caught and every test is sound without it."""
    wanted = sys.argv[1:]
    bugs = [bug for bug in listed() if not wanted or bug.name in wanted]
    if not bugs:
        print("no such bug", file=sys.stderr)
        return 2
    outcomes, sound = hunt(bugs)
    for one in outcomes:
        print(f"{'caught' if one.caught else 'MISSED':7} {one.bug.name:28} {one.seconds:5.1f} s  {one.said}")
    print(f"without a bug: {sound or 'all of these tests pass'}")
    return 0 if not sound and all(one.caught for one in outcomes) else 1


def hunt(bugs: Sequence[Bug], at_once: int = SIDE_BY_SIDE) -> tuple[list[Outcome], str]:
    """An outcome for each bug, and what is wrong with the tests on the sound tree (empty: nothing).

    The sound tree goes first: what its tests import stays beside it, compiled, for the trees that differ in a file.
    """
    with tempfile.TemporaryDirectory(prefix="jisheng-bugs-") as folder, _runners(at_once) as runners:
        copy = Path(folder) / "sound"
        for name in COPIED:
            _copied(ROOT / name, copy / name)
        sound = _sound(copy, [bug.test for bug in bugs], runners)
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(lambda bug: _planted(bug, copy, runners), bugs)), sound


@contextlib.contextmanager
def _runners(count: int) -> Iterator[Runners]:
    """As many warm processes as run side by side (`warm.py`), in the project's own interpreter."""
    alone = {**os.environ, "ENGINE": "moto", "PYTEST_ADDOPTS": ""}
    unwanted = ("PYTEST_XDIST", "PYTHONDONTWRITEBYTECODE")  # each tree would compile all of it again
    alone = {name: value for name, value in alone.items() if not name.startswith(unwanted)}
    alone |= {shipped.GIVEN: str(shipped.path())}  # a test of a whole platform need not seed one in each tree
    with contextlib.ExitStack() as running:
        ready: Runners = queue.Queue()
        for _ in range(count):
            process = subprocess.Popen(
                [sys.executable, str(HERE / "warm.py")], env=alone, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            ready.put(running.enter_context(process))
        yield ready


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)  # with its time, by which Python knows what it has compiled


def _sound(copy: Path, tests: Iterable[str], runners: Runners) -> str:
    """What the sound tree's tests say, tier by tier: the contracts' engine stays up for as long as their process."""
    tiers: dict[str, list[str]] = {}
    for test in sorted(set(tests)):
        tiers.setdefault(test.split("/")[1], []).append(test)
    for some in tiers.values():
        code, failures = _tested(copy, some, runners)
        if code:
            return f"pytest exits {code}: {'; '.join(failures) or 'no test ran'}"
    return ""


def _planted(bug: Bug, sound: Path, runners: Runners) -> Outcome:
    started = time.monotonic()
    tree = sound.parent / bug.name
    shutil.copytree(
        sound, tree, copy_function=os.link
    )  # whoever changes a file there puts another in its place
    caught, said = _caught(bug, tree, runners)
    return Outcome(bug, caught, said, time.monotonic() - started)


def _caught(bug: Bug, tree: Path, runners: Runners) -> tuple[bool, str]:
    apply = ["git", "apply", "--whitespace=nowarn", str(HERE / bug.patch)]
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)}
    done = subprocess.run(apply, cwd=tree, env=alone, capture_output=True, text=True, check=False)
    if done.returncode:
        return False, f"the patch no longer applies: {done.stderr.strip()}"
    code, failures = _tested(tree, [bug.test], runners)
    name = bug.test.rpartition("::")[2]
    if code == 0:
        return False, f"{name} passes in spite of it"
    if code != 1 or not failures:
        return False, f"{name} did not run: pytest exits {code}"
    strange = [one for one in failures if not one.startswith(BY_ASSERTION)]
    return not strange, f"{name} fails by {strange[0]}" if strange else name


def _tested(tree: Path, tests: Sequence[str], runners: Runners) -> tuple[int, list[str]]:
    """Pytest's exit code in this tree and the first line of each failure."""
    report = tree.parent / f"{tree.name}.xml"
    once = ["-x"] if len(tests) == 1 else []
    unused = ["-p", "no:xdist", "-p", "no:anyio"]
    arguments = ["-q", *unused, *once, "-o", f"timeout={PATIENCE}", f"--junitxml={report}", *tests]
    runner = runners.get()
    try:
        runner.stdin.write(json.dumps({"tree": str(tree), "arguments": arguments}) + "\n")
        runner.stdin.flush()
        code = int(runner.stdout.readline())
    finally:
        runners.put(runner)
    if not report.exists():
        return code, []
    root = ElementTree.parse(report).getroot()  # noqa: S314  pytest wrote it a moment ago
    broken = [one.get("message", "").strip() for one in root.iter("error")]
    failed = [one.get("message", "").strip().splitlines()[0] for one in root.iter("failure")]
    return (2 if broken else code), failed


if __name__ == "__main__":
    sys.exit(main())
