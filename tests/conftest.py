"""Starts the embedded stack once a run, for every test that is marked `stack`, and keeps those tests on one worker."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from infra.local.stack import start_stack
from tests.builders import Api

settings.register_profile("shared-machine", deadline=None)  # a slow machine is no counter-example
settings.load_profile("shared-machine")


def pytest_configure(config: pytest.Config) -> None:
    """Under xdist, groups must be honoured: a second stack on two cores would only slow both down."""
    if getattr(config.option, "dist", "no") not in ("no", "loadgroup"):
        config.option.dist = "loadgroup"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("stack"):
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The front door's address of a stack of this run: the packaged artefact, nothing persisted.

    `STACK_URL` names one that already runs, for whoever repeats a test many times.
    """
    running = os.environ.get("STACK_URL")
    if running:
        yield running
        return
    with start_stack(tmp_path_factory.mktemp("stack")) as started:
        yield started.url


@pytest.fixture(scope="session")
def api(stack: str) -> Iterator[Api]:
    """A client of the stack, with its clock on the morning of 2 March 2026."""
    with Api(stack) as client:
        client.set_clock(client.MORNING)
        yield client
