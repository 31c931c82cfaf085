"""Packages the very artefact that goes to AWS: Chalice's template merged with ours, and one proven zip.

    python infra/package.py --stage prod            → .local/package/prod/{template.json,deployment.zip}

Nothing is rebuilt while the inputs' hash stays the same. Exits 1 with one sentence if the artefact is not whole.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import artefact  # a script's own folder, not a package: infra is never imported by the code
import templates

ROOT = Path(__file__).resolve().parent.parent
# What decides the artefact's bytes. Folders are hashed file by file, in order.
TEMPLATES = tuple(f"infra/{name}" for name in (*templates.EVERYWHERE, *templates.ON_AWS, *templates.LOCAL))
FILES = ("app.py", "requirements.txt", ".chalice/config.json", *TEMPLATES)
FOLDERS = ("chalicelib", "vendor", "schemas")
# The least that Chalice packages: it wants a function.
CARRIER = """
from chalice import Chalice
app = Chalice(app_name="wheels")
@app.lambda_function()
def nothing(event, context): ...
"""
BUILDERS = ("package.py", "artefact.py")
MEGABYTE = 1e6
LAMBDA_BYTES = 250 * 1024 * 1024  # what a function may have unpacked


def main() -> int:
    """Build for one stage, print where it lies."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--stage", default="local", choices=("local", "prod"))
    options.add_argument("--project", type=Path, default=ROOT, help="folder with app.py (default: this one)")
    options.add_argument("--out", type=Path, help="default: .local/package/<stage> in the project")
    chosen = options.parse_args()
    project = chosen.project.resolve()
    out = (chosen.out or project / ".local" / "package" / chosen.stage).resolve()
    try:
        built = build(project, chosen.stage, out)
    except artefact.BuildError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    print("\n".join([f"{'packaged' if built else 'unchanged'} {out}", *made(out)]))
    return 0


def made(out: Path) -> list[str]:
    """Return a line for each file of a built artefact: its size, and what decides whether AWS takes it."""
    text = (out / "template.json").read_bytes()
    zipped, plain = (out / "deployment.zip").stat().st_size, unpacked(out / "deployment.zip")
    share = 100 * plain / LAMBDA_BYTES
    return [
        f"  template.json   {len(text) / MEGABYTE:6.2f} MB, {len(json.loads(text)['Resources'])} resources",
        f"  deployment.zip  {zipped / MEGABYTE:6.2f} MB, {plain / MEGABYTE:.1f} MB unpacked: {share:.0f} % of Lambda's",
    ]


def unpacked(archive: Path) -> int:
    """Return the bytes of all files in a zip."""
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def fingerprint(project: Path, stage: str) -> str:
    """Return the hash of everything that decides the artefact: sources, builders, interpreter."""
    digest = hashlib.sha256(f"{stage} {sys.version} {platform.machine()}".encode())
    builders = [Path(__file__).with_name(name) for name in (*BUILDERS, "templates.py")]
    for path in [*_sources(project), *builders]:
        name = path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name
        digest.update(f"\n{name} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def _sources(project: Path) -> list[Path]:
    found: list[Path] = []
    for name in (*FILES, *FOLDERS):
        path = project / name
        if path.is_dir():
            found += [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        elif path.exists():
            found.append(path)
    return sorted(found)


def build(project: Path, stage: str, out: Path) -> bool:
    """Make template and zip in `out` unless they are there already; return whether anything was built."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "lock").open("w") as lock:  # a test run and a `make run` may both want it now
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build(project, stage, out)


def _build(project: Path, stage: str, out: Path) -> bool:
    wanted = fingerprint(project, stage)
    stamp = out / "fingerprint"
    if stamp.exists() and stamp.read_text() == wanted and (out / "deployment.zip").exists():
        return False
    stamp.unlink(missing_ok=True)  # a build that fails half way leaves nothing that looks whole
    work = out / "work"
    wheels = _wheels(project, stage, work / "wheels")
    template = render(project, stage, work)
    tree = _unpack(work / "chalice" / "deployment.zip", work / "tree")
    if (project / "schemas").exists():  # a folder at the top is not packaged by Chalice
        shutil.copytree(project / "schemas", tree / "schemas")
    artefact.trim(tree)
    artefact.compile_tree(tree)
    artefact.write_zip(tree, out / "deployment.zip", wheels / "wheels.zip")
    artefact.prove(out / "deployment.zip", [*json.loads((wheels / "imports.json").read_text()), "app"])
    if unpacked(out / "deployment.zip") > LAMBDA_BYTES:
        raise artefact.BuildError("Unpacked, the artefact is more than the 250 MB that Lambda takes.")
    (out / "template.json").write_text(template)
    shutil.rmtree(tree)
    stamp.write_text(wanted)
    return True


def render(project: Path, stage: str, work: Path) -> str:
    """Return the template for one stage; the code's zip, still without wheels, is left in `work`/chalice."""
    import yaml  # comes with Chalice

    work.mkdir(parents=True, exist_ok=True)
    _copy_sources(project, work / "source")
    added = templates.ours(work / "source" / "infra", stage)
    (work / "merged.yaml").write_text(json.dumps(added))  # JSON is YAML, and YAML is what Chalice answers in
    _chalice(work / "source", stage, work / "chalice", work / "merged.yaml")
    return templates.whole(yaml.safe_load((work / "chalice" / "sam.yaml").read_text()), added)


def _wheels(project: Path, stage: str, folder: Path) -> Path:
    """Make the part of the zip that the requirements decide, which code changes then need not make again."""
    requirements = (project / "requirements.txt").read_text()
    decided = [requirements, stage, sys.version, platform.machine()]
    decided += [Path(__file__).with_name(name).read_text() for name in BUILDERS]
    wanted = hashlib.sha256("\n".join(decided).encode()).hexdigest()
    stamp = folder / "fingerprint"
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    stamp.unlink(missing_ok=True)
    source = folder / "source"
    (source / ".chalice").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(project / ".chalice" / "config.json", source / ".chalice" / "config.json")
    (source / "requirements.txt").write_text(requirements)
    (source / "app.py").write_text(CARRIER)
    _chalice(source, stage, folder / "chalice", None)
    tree = _unpack(folder / "chalice" / "deployment.zip", folder / "tree")
    (tree / "app.py").unlink()
    shutil.rmtree(tree / "chalice")  # its own runtime comes with the code
    pins = artefact.pinned(requirements)
    _complete(tree, pins, stage)
    (folder / "imports.json").write_text(json.dumps(artefact.import_names(tree, pins)))
    artefact.trim(tree)
    artefact.compile_tree(tree)
    artefact.write_zip(tree, folder / "wheels.zip")
    shutil.rmtree(tree)
    stamp.write_text(wanted)
    return folder


def _copy_sources(project: Path, source: Path) -> None:
    """Copy what Chalice may see of the project: all but the definitions, and no requirement to look for."""
    if source.exists():
        shutil.rmtree(source)
    for path in _sources(project):
        if path.is_relative_to(project / "schemas"):
            continue
        target = source / path.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (source / "requirements.txt").write_text("")


def _chalice(source: Path, stage: str, target: Path, merged: Path | None) -> None:
    if target.exists():
        shutil.rmtree(target)  # a merge template in YAML leaves an older sam.json lying beside it
    command = [sys.executable, "-c", "from chalice.cli import main; main()", "--project-dir", str(source)]
    command += [
        "package",
        "--stage",
        stage,
        *(("--merge-template", str(merged)) if merged else ()),
        str(target),
    ]
    # Chalice wants a region to speak of; no call is made.
    dummy = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    done = subprocess.run(command, env={**os.environ, **dummy}, check=False, capture_output=True, text=True)
    if done.returncode or not (target / "deployment.zip").exists():
        raise artefact.BuildError(f"chalice package failed: {(done.stdout + done.stderr).strip()[-2000:]}")


def _unpack(archive: Path, tree: Path) -> Path:
    if tree.exists():
        shutil.rmtree(tree)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tree)
    return tree


def _complete(tree: Path, pins: dict[str, str], stage: str) -> None:
    """Fail on a wheel that Chalice left out; on Python 3.11 fetch it for the local artefact only."""
    gone = artefact.missing(tree, pins)
    if gone and stage == "local" and sys.version_info[:2] == (3, 11):
        # Chalice takes 3.11 to mean glibc 2.26 and refuses manylinux_2_28 wheels, which this machine can run.
        fetch = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*fetch, "--target", str(tree), *gone], check=False, capture_output=True)
        gone = artefact.missing(tree, pins)
    if gone:
        raise artefact.BuildError(
            f"{', '.join(gone)} of requirements.txt is not in the deployment package. Chalice found no wheel that "
            f"Lambda's Python {sys.version_info[0]}.{sys.version_info[1]} could run, and went on without it: build "
            "with Python 3.13, or pin a version that has a manylinux wheel."
        )


if __name__ == "__main__":
    sys.exit(main())
