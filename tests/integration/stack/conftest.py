"""Builds a small artefact once and runs stacks on it."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from standin import ROOT, make_project

from infra import package as packaging
from infra.local.stack import start_stack


@pytest.fixture(scope="session")
def project() -> Path:
    """The stand-in project with its artefact built; kept between runs, rebuilt when an input changes."""
    folder = ROOT / ".local" / "stack-tests"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:  # workers of xdist build it once
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_project(folder)
        packaging.build(folder, "local", folder / ".local" / "package" / "local")
    return folder


@pytest.fixture(scope="session")
def artefact(project: Path) -> Path:
    """The folder with template and zip."""
    return project / ".local" / "package" / "local"


@pytest.fixture(scope="session")
def stack(project: Path, artefact: Path, tmp_path_factory: pytest.TempPathFactory):
    """One running stack that tests may share, as long as they only add."""
    with start_stack(tmp_path_factory.mktemp("shared"), package=artefact, project=project) as running:
        yield running
