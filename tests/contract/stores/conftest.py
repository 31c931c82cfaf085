"""Runs every test of this folder on each engine, and says by name what an engine skips."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from pynamodb.connection import Connection

from tests.builders_stores import Counting, Shelf, connection, drop_tables, make_tables
from tests.contract.stores.engines import ENGINES, HERE, LACKS, running

# Killing the store needs the store's own process: inside the namespace only (see test_dynamodb_local.py).
collect_ignore = ["test_dynamodb_local.py"] if HERE else ["test_killing_the_store.py"]

_NUMBERS = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", [_param(metafunc, engine) for engine in ENGINES], scope="session")


def _param(metafunc: pytest.Metafunc, engine: str) -> object:
    needs = {need for mark in metafunc.definition.iter_markers("needs") for need in mark.args}
    lacking = sorted(needs & LACKS[engine].keys())
    name = metafunc.function.__name__
    reason = f"{engine} skips {name}: {'; '.join(LACKS[engine][need] for need in lacking)}"
    return pytest.param(engine, marks=[pytest.mark.skip(reason=reason)] if lacking else [])


@pytest.fixture(scope="session")
def endpoint(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.delenv("AWS_PROFILE", raising=False)
        with running(engine, tmp_path_factory.mktemp(engine)) as address:
            yield address


@pytest.fixture(scope="session")
def connected(endpoint: str | None) -> Connection:
    return connection(endpoint)


@pytest.fixture
def shelf(connected: Connection) -> Iterator[Shelf]:
    """All stores over tables of the test's own."""
    tables = make_tables(connected, f"t{next(_NUMBERS)}")
    yield Shelf(Counting(connected), tables)
    drop_tables(connected, tables)
