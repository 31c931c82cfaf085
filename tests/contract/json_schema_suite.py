"""Does the obtaining of the official JSON Schema test suite: it ships in jsonschema's source distribution."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

RELEASE = "4.26.0"
SHA256 = "0c26707e2efad8aa1bfc5b7ce170f3fccc2e4918ff85989ba9ffa9facb2be326"
ARCHIVE = f"jsonschema-{RELEASE}.tar.gz"
CACHE = Path(__file__).parents[2] / ".local" / "cache" / "json-schema-test-suite"
REMOTES = "http://localhost:1234"  # the address under which the suite's schemas know one another


class Case(NamedTuple):
    name: str
    schema: Any
    value: Any
    valid: bool


def suite() -> Path:
    """The folder `json` of the release, downloaded once and kept in .local/cache."""
    folder = CACHE / RELEASE
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            _unpack(_download(Path(scratch)), Path(scratch))
            unpacked = Path(scratch) / f"jsonschema-{RELEASE}" / "json"
            if not folder.is_dir():  # another worker may have been faster
                shutil.move(unpacked, folder)
    return folder


def cases(folder: str, pattern: str = "*.json") -> Iterator[Case]:
    for path in sorted((suite() / "tests" / "draft2020-12" / folder).glob(pattern)):
        for group in json.loads(path.read_text("utf-8")):
            for test in group["tests"]:
                name = f"{path.name}: {group['description']}: {test['description']}"
                yield Case(name, group["schema"], test["data"], test["valid"])


def remotes() -> dict[str, Any]:
    """Every schema that the suite serves, by the address it is asked for."""
    root = suite() / "remotes"
    found = {}
    for path in sorted(root.rglob("*.json")):
        name = path.relative_to(root).as_posix()
        if not name.startswith("draft") or name.startswith("draft2020-12"):
            found[f"{REMOTES}/{name}"] = json.loads(path.read_text("utf-8"))
    return found


def _download(scratch: Path) -> Path:
    """pip, because it knows the index that this machine uses; it asks the source for its metadata on the way."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary=jsonschema", f"--dest={scratch}", f"jsonschema=={RELEASE}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    archive = scratch / ARCHIVE
    if not archive.is_file():
        raise RuntimeError(
            f"the JSON Schema test suite could not be downloaded: {done.stderr.strip()[-600:]}"
        )
    return archive


def _unpack(archive: Path, scratch: Path) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise RuntimeError(f"{archive.name} is not the release that was reviewed: SHA-256 {found}")
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
