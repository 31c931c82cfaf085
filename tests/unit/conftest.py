"""A platform for the tests of one file, seeded once: every test finds it as it was, at the hour at which it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders_app import House, house
from tests.builders_webhooks import Office, office


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def up(built: House) -> Iterator[House]:
    at = built.app.at
    yield built
    built.app.at = at
    built.rewind()


@pytest.fixture
def post(up: House) -> Iterator[Office]:
    """The same with its post office, in a stage that may reach loopback."""
    with office(up) as made:
        yield made
