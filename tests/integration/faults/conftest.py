"""Starts stacks of the real artefact, with faults where a test wants them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra import package as packaging
from infra.local.stack import Stack, start_stack
from tests.integration.faults.district import ROOT
from tests.integration.faults.faulty import Wire

Start = Callable[..., Stack]


@pytest.fixture(scope="session")
def artefact() -> Path:
    """The folder with the very template and zip that `make run` deploys."""
    folder = ROOT / ".local" / "package" / "local"
    packaging.build(ROOT, "local", folder)
    return folder


@pytest.fixture
def start(artefact: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts a stack, keeps its data if asked to, and stops it in the end.

    `dynamo`: the wire over which the Lambdas reach DynamoDB, by one more variable of their environment.
    """
    running: list[Stack] = []

    def begin(*, persist: bool = False, dynamo: Wire | None = None) -> Stack:
        data = tmp_path / f"data{len(running)}"
        package = artefact
        if dynamo:
            dynamo.target = lambda: int((data / "port").read_text())
            package = pointed_at(artefact, tmp_path / "package", dynamo.port)
        running.append(start_stack(data, persist=persist, package=package))
        return running[-1]

    yield begin
    for stack in running:
        stack.stop()


def pointed_at(artefact: Path, folder: Path, port: int) -> Path:
    """The same zip under a template whose Lambdas look for DynamoDB at `port`."""
    folder.mkdir()
    template = json.loads((artefact / "template.json").read_text())
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables["AWS_ENDPOINT_URL_DYNAMODB"] = f"http://127.0.0.1:{port}"
    (folder / "template.json").write_text(json.dumps(template))
    shutil.copyfile(artefact / "deployment.zip", folder / "deployment.zip")
    return folder
