"""Sends calls that schemathesis makes up from our OpenAPI, valid and broken ones, as several people in turn.

    .local/fuzz/bin/python -m tests.fuzz.run --calls 400 --seed 1

Prints one JSON line: how many calls, which statuses, and what was wrong; the exit code is 1 when anything was. Wrong
is: an answer of 5xx, a status, a content type or a body that the description does not have.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random  # noqa: TID251 — a given seed
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.errors import UnsupportedSchema
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.domain.quotas import Budget, Limits, Lockout
from tests.fuzz.shim import application
from tests.matrix.callers import CALLERS
from tests.matrix.world import CELL, CODE, FOOD, World, world

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
PEOPLE = (
    "owner",
    "clerk",
    "handler",
    "decider",
    "admin",
    "releaser",
    "auditor",
    "anonymous",
    "definer",
    "agent",
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
ENOUGH = 12  # different things wrong, after which it stops listing
BOUNDLESS = Budget(10**9)


def known_ids(prepared: World) -> dict[str, list[str]]:
    """Values of path parameters that lead somewhere; half of all calls take them."""
    ids = prepared.ids
    cases = [value for name, value in ids.items() if name.startswith(("case:", "number:"))] + [ids["held"]]
    return {
        "case_id": cases, "item_id": [FOOD, "general-deregistration", "tip-off"], "kind": ["items", "rules", "access"],
        "definition_id": [FOOD, "food-licence-limit", "district"], "rule_id": ["food-licence-limit"],
        "draft_id": [ids["application"], ids["item-draft"], ids["notice-draft"]], "check_id": [ids["check"]],
        "register_id": ["enterprises", "clearances", "powers", "grants"], "switch_id": ["submissions"],
        "record_id": [CODE, "market-0301", ids["mandate"]], "calendar_id": ["cn-2026"],
        "queue_id": ["market-regulation.food", f"{CELL}.{CELL}"],
    }  # fmt: skip


class Fuzz:
    """One run: `calls` in all, spread over the operations; what it finds is in `wrong`."""

    def __init__(self, prepared: World, calls: int, number: int) -> None:
        self.world, self.calls, self.seed = prepared, calls, number
        self.statuses: Counter[int] = Counter()
        self.operations: Counter[str] = Counter()
        self.wrong: dict[str, str] = {}
        self.unsupported: set[str] = set()
        self._known = known_ids(prepared)
        self._chance = random.Random(number)
        self._people = itertools.cycle(PEOPLE)

    def run(self) -> None:
        shim = application(self.world.house)
        schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", shim)
        schema.config.update(base_url="http://localhost/")  # ours is relative to the document
        operations = [found.ok() for found in schema.get_all_operations()]
        each = math.ceil(self.calls / len(operations) / len(MODES))
        while sum(self.statuses.values()) < self.calls:  # some operations have nothing that could be broken
            for operation, mode in itertools.product(operations, MODES):
                self._operation(operation, mode, each)
                self.world.house.rewind()
            self.seed, each = self.seed + 1, 1

    def _operation(self, operation: Any, mode: GenerationMode, times: int) -> None:
        @seed(self.seed)
        @settings(
            max_examples=times, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            self._send(operation, case)

        try:
            send()
        except UnsupportedSchema:  # a form that it cannot fill in; `submit_case` is sent all the same
            self.unsupported.add(operation.label)
        except Exception as error:  # nothing to break in a call without parameters, say
            if "Unsatisfiable" not in type(error).__name__ and "skip" not in type(error).__name__.lower():
                raise

    def _send(self, operation: Any, case: Any) -> None:
        if self._chance.random() < 0.5:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = self._chance.choice(self._known.get(name, [FOOD]))
        caller = CALLERS[next(self._people)]
        response = case.call(headers=caller.headers(self.world.house, self.world.receipt))
        self.operations[operation.label] += 1
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            first = str(failure).strip().splitlines()
            key = f"{operation.label} {response.status_code} {' '.join(first[:3])}"[:300]
            if len(self.wrong) < ENOUGH:
                self.wrong.setdefault(key, f"{case.as_curl_command()[-600:]} -> {response.text[:600]}")


def generous(prepared: World) -> None:
    """Quotas have tests of their own; here every call is to be answered by its route."""
    limits = Limits({"citizen": {"reads": BOUNDLESS, "writes": BOUNDLESS}},
                    {about: Lockout(10**9, 600, 900) for about in ("receipt", "case", "token")})  # fmt: skip
    type(prepared.house.app).limits = lambda _: limits  # type: ignore[method-assign]


def misbehave() -> None:
    """A list that is no list, and a view that breaks down."""
    from chalicelib.actions import drafting, keeping

    drafting.mine = lambda *_: None  # type: ignore[assignment]
    keeping.who_looked = lambda *_: 1 / 0  # type: ignore[assignment]


def said(fuzz: Fuzz) -> Iterator[tuple[str, Any]]:
    yield "calls", sum(fuzz.statuses.values())
    yield "operations", len(fuzz.operations)
    yield "statuses", {str(status): count for status, count in sorted(fuzz.statuses.items())}
    yield "unsupported", sorted(fuzz.unsupported)
    yield "wrong", fuzz.wrong


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--calls", type=int, default=400)
    options.add_argument("--seed", type=int, default=20260302)
    options.add_argument("--with-a-bug", action="store_true", help="two routes misbehave: does it find them?")
    chosen = options.parse_args()
    with world() as prepared:
        generous(prepared)
        if chosen.with_a_bug:
            misbehave()
        fuzz = Fuzz(prepared, chosen.calls, chosen.seed)
        fuzz.run()
    print(json.dumps(dict(said(fuzz)), ensure_ascii=False))
    return 1 if fuzz.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
