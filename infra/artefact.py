"""Makes one small, reproducible and proven deployment zip out of a tree of unpacked wheels and sources."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# The services that the code calls; botocore carries 400 more (15.7 MB of the zip, zipped).
SERVICES = frozenset({"dynamodb", "kms", "s3", "secretsmanager", "sqs", "sts"})
# What botocore reads whatever the service.
SHARED_DATA = frozenset(
    {"endpoints.json", "partitions.json", "_retry.json", "sdk-default-configuration.json"}
)  # fmt: skip
# Metadata that importlib.metadata needs and licences that have to travel stay; the installer's notes go.
INSTALLER_NOTES = frozenset({"RECORD", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json", "sboms"})
NOT_RUN = (".pyi", ".c", ".h", ".pyx", ".pxd", ".pyc")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: same inputs, same bytes

COMPILE = """
import compileall, py_compile, sys
ok = compileall.compile_dir(sys.argv[1], quiet=1, force=True, workers=1, stripdir=sys.argv[1],
    prependdir='/var/task', invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
sys.exit(0 if ok else 1)
"""

IMPORT_ALL = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
failed = []
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f'{name} ({type(error).__name__}: {error})')
print('; '.join(failed))
"""


class BuildError(Exception):
    """The artefact cannot be made; the sentence says why and what to do."""


def pinned(requirements: str) -> dict[str, str]:
    """Return normalised name → exact version of every line of a requirements file."""
    pins = {}
    for line in requirements.splitlines():
        text = line.split("#")[0].split(";")[0].strip()
        if not text:
            continue
        name, _, version = text.partition("==")
        if not version:
            raise BuildError(f"requirements.txt must pin exactly, but says {text!r}.")
        pins[_normal(name.split("[")[0])] = version.strip()
    return pins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def installed(tree: Path) -> dict[str, tuple[str, Path]]:
    """Return normalised name → (version, dist-info folder) of what lies unpacked in `tree`."""
    found = {}
    for info in tree.glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        found[_normal(name)] = (version, info)
    return found


def missing(tree: Path, pins: dict[str, str]) -> list[str]:
    """Return the requirements that are not in `tree` at their version (Chalice exits 0 without them)."""
    have = installed(tree)
    return [f"{name}=={version}" for name, version in pins.items() if have.get(name, ("",))[0] != version]


def import_names(tree: Path, pins: dict[str, str]) -> list[str]:
    """Return every top-level module that the pinned wheels bring, read from their RECORD."""
    names: set[str] = set()
    have = installed(tree)
    for name in pins:
        for line in (have[name][1] / "RECORD").read_text().splitlines():
            names |= _top_level(tree, line.split(",")[0])
    return sorted(names)


def _top_level(tree: Path, recorded: str) -> set[str]:
    first = recorded.split("/", maxsplit=1)[0]
    if first.endswith((".dist-info", ".data", ".pth")) or first in ("..", "__pycache__"):
        return set()
    path = tree / first
    if path.is_dir():
        return {first} if (path / "__init__.py").exists() else set()
    return {first.split(".")[0]} if first.endswith((".py", ".so")) else set()


def trim(tree: Path) -> None:
    """Take out of `tree` what no Lambda reads: other services' models, stubs, tests, installer's notes."""
    data = tree / "botocore" / "data"
    for path in list(data.iterdir()) if data.exists() else ():
        if path.name not in SERVICES | SHARED_DATA:
            _remove(path)
    for path in sorted(tree.rglob("*"), reverse=True):
        if _is_ballast(path):
            _remove(path)
    for path in (*data.glob("*.json"), *data.rglob("*.json.gz")):
        _thin(path)


def _thin(path: Path) -> None:
    """Leave out of a botocore model what only readers of manuals need, and regions' notes on other services.

    Every cold start parses these: 1.9 MB for the first DynamoDB request, 0.2 MB when thinned.
    """
    packed = path.suffix == ".gz"
    model = json.loads(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    if path.name == "endpoints.json":
        for partition in model["partitions"]:
            kept = partition["services"].items()
            partition["services"] = {name: body for name, body in kept if name in SERVICES}
    thin = json.dumps(_undocumented(model), ensure_ascii=False, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(thin, mtime=0) if packed else thin)


def _undocumented(value: object) -> object:
    """With every text `documentation` empty: some readers of models want the member, and a shape's may be named so."""
    if isinstance(value, dict):
        return {
            name: "" if name == "documentation" and isinstance(inner, str) else _undocumented(inner)
            for name, inner in value.items()
        }
    return [_undocumented(inner) for inner in value] if isinstance(value, list) else value


def _is_ballast(path: Path) -> bool:
    if path.parent.name.endswith(".dist-info"):
        return path.name in INSTALLER_NOTES
    if path.is_dir():
        return path.name in ("__pycache__", "tests") or path.name.endswith(".data")
    return path.suffix in NOT_RUN or path.name.startswith("examples-1.json")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def compile_tree(tree: Path) -> None:
    """Compile every module into unchecked-hash .pyc files, whose bytes do not depend on time or place."""
    # One process, one worker, a fixed hash seed: marshalled sets and shared references come out alike.
    done = subprocess.run(
        [sys.executable, "-S", "-s", "-c", COMPILE, str(tree)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BuildError(f"Some modules do not compile: {(done.stdout + done.stderr).strip()}")


def write_zip(tree: Path, target: Path, first: Path | None = None) -> None:
    """Write `tree`, after what is in the zip `first`, as a zip whose bytes depend on names and contents only."""
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    if first:
        shutil.copyfile(first, partial)
    with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(p for p in tree.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), EPOCH)
            entry.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    partial.replace(target)


def prove(archive: Path, names: list[str]) -> None:
    """Import all of `names` from the unzipped archive, in an interpreter that sees nothing else."""
    with tempfile.TemporaryDirectory(prefix="jisheng-prove-") as folder:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", IMPORT_ALL, folder, *names],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
        )
    failed = done.stdout.strip() or (done.stderr.strip()[-500:] if done.returncode else "")
    if failed:
        raise BuildError(f"The artefact does not import in a clean interpreter: {failed}.")
