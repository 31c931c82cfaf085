"""A food licence's desk on a Monday morning: cases of seven ages, so that every light shines.

python -m tests.builders_desks [--port 8124]     the console over it, until interrupted
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.builders import application, grant_record, uscc_of
from tests.builders_app import MORNING, House, house
from tests.builders_console import served

FOOD, DAY = "food-licence", 86_400_000
MANDATED = 7_100  # number of the firm that gave the clerk a mandate
AGES = (-3, 0, 1, 2, 3, 4, 7, 7, 7)  # days after the first Monday on which each was handed in
NOW = MORNING + 7 * DAY  # Monday, 2026-03-09, 09:00
CLERK, COLLEAGUE = "person:demo-food-window", "person:demo-window"


@contextmanager
def monday() -> Iterator[House]:
    """The whole pack with nine food licences at their desk, and a mandate on paper for the clerk at the counter."""
    with house() as up:
        for number, age in enumerate(AGES):
            up.app.at = MORNING + age * DAY + number * 60_000
            applied(up, uscc_of(7_000 + number), number)
        up.app.at = NOW
        mandated(up, uscc_of(MANDATED))
        yield up


def applied(up: House, uscc: str, number: int) -> dict[str, Any]:
    """A case that a firm has just handed in by itself."""
    body = application(FOOD, uscc, enterprise_name=f"望城示例餐饮店{number + 1}号")
    key = {"Idempotency-Key": f"firm-{number}"}
    answer = up.call(
        "POST", f"/v1/items/{FOOD}/cases", body, up.bearer(f"enterprise:{uscc}", "citizen") | key
    )
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def mandated(up: House, uscc: str) -> None:
    """A firm's mandate on paper for the clerk, recorded by a colleague at the window."""
    path, body = grant_record("mandate", f"enterprise:{uscc}", CLERK, document="授权委托书 2026-01")
    clerk = up.bearer(COLLEAGUE, "staff", via="window")
    answer = up.call("PUT", path, body, clerk)
    assert answer.status == 201, answer.text


def main() -> int:
    """Serve it until interrupted."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--port", type=int, default=8124)
    with monday() as up, served(up, options.parse_args().port) as url:
        print(f"{url}/admin/", flush=True)
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
