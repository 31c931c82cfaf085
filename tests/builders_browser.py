"""The browser's side of a comparison: `admin/schema-kit`, built once, run by Node on what the server judged."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from infra import console
from tests.builders_documents import samples
from tests.builders_forms import shared_schemas

ADMIN = Path(__file__).parents[1] / "admin"
KIT = ADMIN / "schema-kit"
PATIENCE = 280  # seconds


@cache
def built() -> Path:
    """`dist` of the kit; the workspace's packages are installed where they are not yet."""
    ADMIN.joinpath("schema-kit", "dist").mkdir(exist_ok=True)
    with (KIT / "dist" / ".building").open("w") as lock:  # one worker builds, the others wait for it
        fcntl.flock(lock, fcntl.LOCK_EX)
        console.install()
        _run(["npm", "run", "--silent", "build"])
    return KIT / "dist"


def compared(judged: Iterable[Mapping[str, Any]], folder: Path, dist: Path | None = None) -> dict[str, Any]:
    """What the browser's validator says otherwise than the server: see `admin/schema-kit/test/agree.ts`."""
    forms = {name: sample.form for name, sample in samples().items()}
    (folder / "forms.json").write_text(json.dumps({"shared": shared_schemas(), "forms": forms}))
    with (folder / "documents.jsonl").open("w") as lines:
        lines.writelines(json.dumps(one) + "\n" for one in judged)
    told: dict[str, Any] = json.loads(
        _run(["node", str((dist or built()) / "test" / "agree.js"), str(folder)])
    )
    return told


def with_bug(folder: Path, module: str, sound: str, broken: str) -> Path:
    """A copy of the built kit with one thing wrong, in a tree with the pack beside it."""
    copy = folder / "admin" / "schema-kit"
    shutil.copytree(built(), copy / "dist")
    shutil.copy(KIT / "package.json", copy)
    (copy / "node_modules").symlink_to(ADMIN / "node_modules")
    (folder / "schemas").symlink_to(ADMIN.parent / "schemas")
    place = copy / "dist" / "src" / f"{module}.js"
    text = place.read_text("utf-8")
    assert text.count(sound) >= 1, f"{module} no longer says {sound}"
    place.write_text(text.replace(sound, broken), "utf-8")
    return copy / "dist"


def own_tests_fail(dist: Path, name: str) -> str | None:
    """Which of the kit's own tests of a file fails first; None when all of them pass."""
    command = ["node", "--test", str(dist / "test" / f"{name}.test.js")]
    done = subprocess.run(command, cwd=dist, capture_output=True, text=True, timeout=PATIENCE, check=False)
    failed = [line.partition(" - ")[2] for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert bool(failed) == bool(done.returncode), done.stdout + done.stderr
    assert not failed or "ERR_ASSERTION" in done.stdout, done.stdout[-2000:]
    return failed[0] if failed else None


def node(script: str, *arguments: str) -> Any:
    """The JSON that a script of the built kit prints."""
    return json.loads(_run(["node", str(built() / "test" / script), *arguments]))


def _run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=KIT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {(done.stdout + done.stderr).strip()[-2000:]}"
    return done.stdout
