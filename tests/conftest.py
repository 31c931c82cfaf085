"""Starts the embedded stack once a run, for every test that is marked `stack`; spreads tests over workers by file."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from infra.local.stack import ROOT, Stack, start_stack
from tests.builders import Api

settings.register_profile("shared-machine", deadline=None)  # a slow machine is no counter-example
settings.register_profile("reduced", deadline=None, max_examples=40)  # where a test names no count of its own


APART = re.compile(r"\[part-\d+]$|::test_a_story_")  # what goes to whichever worker is free


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Side by side, a file stays on one worker: what it makes for all of its tests is then made once.

    But the parts of a full count (`ids="part-{}".format`), minutes each, need nothing of each other, nor do stories,
    which mostly wait for the clock of their worker's stack: each goes to whichever worker is free. Not by xdist's
    groups: version 3.8 does not honour them under pytest 9 (no test id gets its group's name).
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if APART.search(nodeid) else str(super()._split_scope(nodeid))

    return Scheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """`make test` tries fewer examples of hypothesis; `make proof`, and whoever runs a test alone, the full count."""
    settings.load_profile("reduced" if config.option.markexpr == "not proof" else "shared-machine")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this run: the packaged artefact, nothing persisted, roles enforced.

    `STACK_URL` names one that already runs, for whoever repeats a test many times; `STACK_DATA` its folder, if that
    is not the one of `make run`.
    """
    url = os.environ.get("STACK_URL")
    if url:
        found = Stack(Path(os.environ.get("STACK_DATA", ROOT / ".local" / "data")), 0, False, None, ROOT)
        found.url = url
        yield found
        return
    with start_stack(tmp_path_factory.mktemp("stack"), enforce_roles=True) as started:
        yield started


@pytest.fixture(scope="session")
def stack(running: Stack) -> str:
    """The front door's address of this run's stack."""
    return running.url


@pytest.fixture(scope="session")
def api(stack: str) -> Iterator[Api]:
    """A client of the stack, with its clock on the morning of 2 March 2026."""
    with Api(stack) as client:
        client.set_clock(client.MORNING)
        yield client
