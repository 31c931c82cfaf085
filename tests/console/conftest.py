"""Has the console built, where `make` has not done so already."""

from __future__ import annotations

import pytest

from infra import console


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    console.install()
    if not (console.BUILT / "index.html").exists():
        console.build()
