"""Copies the data of the stopped local instance away and back, and proves that what comes back is what was there.

    python -m infra.backup save                              → .local/backups/<time>
    python -m infra.backup load .local/backups/<time>        → .local/data, the former data kept beside the backups
    python -m infra.backup drill .local/backups/<time>       → a folder of its own; nothing in use is touched

All read the copy with the embedded stack's own store, started on nothing but the copied tables: no function, no
schedule and no timer can then change what is counted. Every case's chain of hashes is walked to its head; every root
over them is computed anew from its leaves, its signature checked, and each leaf found in its chain.
On AWS the drill is `infra/restore_drill.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from infra import audit, verify

if TYPE_CHECKING:
    from chalicelib.stores.keys import Tables

ROOT = Path(__file__).resolve().parent.parent
DATA, BACKUPS, RESTORED = (ROOT / ".local" / name for name in ("data", "backups", "restored"))
STACK_PYTHON = ROOT / ".local" / "stack" / "bin" / "python"
EMULATOR = ROOT / "infra" / "local" / "emulator.py"
# What a running instance makes anew at its start.
PASSING = shutil.ignore_patterns("run", "lock", "saved", "emulator.pid", "*.log", "*.log.*")
NOTES = "notes.json"
PATIENCE = 60.0  # seconds for the store to start


class Refused(Exception):
    """It cannot be done; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the tables hold, all verified: rows by table, length and end of each chain, number of roots and the log."""

    rows: dict[str, int]
    chains: dict[str, list[Any]]
    roots: list[Any] = field(default_factory=lambda: [0, ""])


def main(arguments: list[str] | None = None) -> int:
    """Save or load; return 1 with one sentence when that cannot be done or what was copied is not whole."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", choices=("save", "load", "drill"))
    options.add_argument("backup", nargs="?", default="", help="load, drill: the folder that save made")
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--backups", type=Path, default=BACKUPS)
    options.add_argument("--to", type=Path, help="drill: the new folder (default: .local/restored/<time>)")
    chosen = options.parse_args(arguments)
    try:
        if chosen.what == "save":
            print(save(chosen.data, chosen.backups))
        elif chosen.what == "load":
            print(load(chosen.data, _existing(chosen.backup, chosen.backups), chosen.backups))
        else:
            to = chosen.to or RESTORED / time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
            print(drill(_existing(chosen.backup, chosen.backups), to))
    except Refused as refused:
        print(f"backup: {refused}", file=sys.stderr)
        return 1
    return 0


def save(data: Path, backups: Path) -> str:
    """Copy the data of a stopped instance, and note what is in the copy."""
    if not (data / "state" / "current").exists():
        raise Refused(f"nothing is saved in {data}: run `make run` first")
    started = time.monotonic()
    target = backups / time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    with stopped(data):
        shutil.copytree(data, target / "data", symlinks=True, ignore=PASSING)
    found = survey(target / "data")
    notes = {"survey": asdict(found), "files": digests(target / "data")}
    (target / NOTES).write_text(json.dumps(notes, indent=1) + "\n")
    return f"saved {target} in {_since(started)}: {told(found)}\nback with: make restore FROM={target}"


def load(data: Path, backup: Path, backups: Path) -> str:
    """Put a backup in place of the data, once it is proven to be what was saved. The former data are kept."""
    notes = json.loads((backup / NOTES).read_text())
    noted, coming = Survey(**notes["survey"]), data.with_name(f"{data.name}.coming")
    started = time.monotonic()
    data.mkdir(parents=True, exist_ok=True)
    with stopped(data):
        shutil.rmtree(coming, ignore_errors=True)
        shutil.copytree(backup / "data", coming, symlinks=True)
        try:
            _prove(coming, noted, notes["files"])
        except Refused:
            shutil.rmtree(coming)
            raise
        kept = backups / time.strftime("replaced-%Y%m%dT%H%M%SZ", time.gmtime())
        data.rename(kept)
        coming.rename(data)
    return f"restored {backup} in {_since(started)}: {told(noted)}\nthe former data are in {kept}"


def drill(backup: Path, to: Path) -> str:
    """Restore a backup elsewhere and prove it there, as one does before one has to. The data in use are not touched."""
    notes = json.loads((backup / NOTES).read_text())
    if to.exists():
        raise Refused(f"{to} exists: a drill restores into a new folder")
    started, noted = time.monotonic(), Survey(**notes["survey"])
    shutil.copytree(backup / "data", to, symlinks=True)
    try:
        _prove(to, noted, notes["files"])
    except Refused:
        shutil.rmtree(to)
        raise
    said = f"restored {backup} to {to} and verified it in {_since(started)}: {told(noted)}"
    return f"{said}\nlook at it with: {STACK_PYTHON.relative_to(ROOT)} infra/local/launcher.py --port 8001 --data {to}"


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"


def _prove(copy: Path, noted: Survey, files: dict[str, str]) -> None:
    found = digests(copy)
    changed = sorted(name for name in {*files, *found} if files.get(name) != found.get(name))
    if changed:
        raise Refused(f"the backup is not as it was saved: {', '.join(changed[:5])} ({len(changed)} files)")
    seen = survey(copy)
    if seen != noted:
        raise Refused(f"the copy holds something else than was saved: {told(seen)} instead of {told(noted)}")


def told(found: Survey) -> str:
    events = sum(seq for seq, _ in found.chains.values())
    number, _ = found.roots
    rooted = f"all {number} roots recomputed, their signatures checked" if number else "no root yet"
    counted = f"{sum(found.rows.values())} rows, {len(found.chains)} cases, {events} events"
    return f"{counted}, every chain verified, {rooted}"


@contextlib.contextmanager
def stopped(data: Path) -> Iterator[None]:
    """Hold the lock that a running instance holds, so that it is stopped and stays so."""
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("the instance runs: stop it first (Ctrl-C where `make run` runs)") from error
        yield


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its path in the folder; of a link, where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def survey(data: Path) -> Survey:
    """Count the rows and verify chains and roots of a copy, with the store alone. Refused if anything does not hold."""
    with tables(data) as endpoint:
        return surveyed(audit.client(endpoint), audit.tables_of(audit.local_outputs(data)))


def surveyed(dynamo: Any, names: Tables) -> Survey:
    """What these tables hold. The chains are checked twice: by the store, and by the verifier that knows no store."""
    from chalicelib.stores.cases import CaseStore
    from chalicelib.stores.keys import HEAD

    rows = {name: list(audit.rows(dynamo, getattr(names, name.lower()))) for name in audit.TABLES}
    heads = [row for row in rows["Cases"] if row["sk"] == HEAD and row["pk"].startswith("cas_")]
    store = CaseStore(dynamo, names, cast("Any", None))  # verifying needs no key
    verdicts = {str(head["pk"]): store.verify(str(head["pk"])) for head in heads}
    broken = {case: one for case, one in verdicts.items() if not one.holds}  # none checked: not held
    if broken:
        case, verdict = next(iter(broken.items()))
        raise Refused(
            f"{len(broken)} of {len(heads)} chains do not hold; the first is {case}, broken at event "
            f"{verdict.broken_at} ({verdict.checked} checked)"
        )
    chains = {str(head["pk"]): [int(head["seq"]), bytes(head["h"]).hex()] for head in heads}
    counted = {name: len(found) for name, found in rows.items()}
    return Survey(counted, chains, _rooted(dynamo, names, rows["Deliveries"]))


def _rooted(dynamo: Any, names: Tables, deliveries: list[dict[str, Any]]) -> list[Any]:
    """Number of roots and the log over them. None at all is believed only where nothing of a root is left."""
    from chalicelib.stores.roots import KEYS, LOG

    if not any(str(row["pk"]) in (LOG, KEYS) or str(row["pk"]).startswith("ROOT#") for row in deliveries):
        return [0, ""]
    try:
        made = audit.bundle(dynamo, names)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise Refused(f"the roots do not hold: a row cannot be read ({error})") from error
    report = verify.verify_bundle(made)
    if not report.valid:
        more = f" (and {len(report.findings) - 1} findings more)" if len(report.findings) > 1 else ""
        raise Refused(f"the roots do not hold: {report.findings[0]}{more}")
    last = made["roots"][-1]
    return [last["number"], last["log"]]


@contextlib.contextmanager
def tables(data: Path) -> Iterator[str]:
    """The store alone, on a copy of the tables of `data`; yields its address."""
    with tempfile.TemporaryDirectory(prefix="jisheng-survey-") as scratch, socket.socket() as listening:
        generation = Path(scratch) / "state" / "gen-00000001"
        generation.mkdir(parents=True)
        shutil.copyfile(data / "state" / "current" / "dynamodb.json", generation / "dynamodb.json")
        (generation.parent / "current").symlink_to(generation.name)
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [str(STACK_PYTHON), str(EMULATOR), "--fd", str(listening.fileno()), "--data", scratch]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(listening.fileno(),)
        )
        listening.close()
        try:
            _await(endpoint, process)
            yield endpoint
        finally:
            process.kill()
            process.communicate()


def _await(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{endpoint}/_stack/status", timeout=PATIENCE).close()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise Refused(f"the store did not start on the copied tables (exit code {process.poll()})")


def _existing(name: str, backups: Path) -> Path:
    path = Path(name)
    if not name or not (path / NOTES).exists():
        known = ", ".join(str(one.parent) for one in sorted(backups.glob(f"*/{NOTES}"))) or "none"
        raise Refused(f"no backup at {name!r}: say FROM=<folder>; there are: {known}")
    return path


if __name__ == "__main__":
    sys.exit(main())
