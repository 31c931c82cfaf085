"""Every route is called as every kind of caller, and what comes of it is the table in `tests/matrix/expected.tsv`.

Lesson 20: a read path that skips the access decision is found here, whatever it is called.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.actions import office
from chalicelib.domain import access
from chalicelib.domain.access import AccessPolicies, Decision
from chalicelib.edges import http, mounting
from tests.matrix.callers import CALLERS
from tests.matrix.rows import ROWS, Row, ask, cell
from tests.matrix.table import EXPECTED, as_text, differences, read
from tests.matrix.world import FOOD, SEALED, World, world

ACCESS = Path(__file__).parents[2] / "schemas" / "access"
POLICIES = (ACCESS / "policies.cedar").read_text(encoding="utf-8")
SCHEMA = (ACCESS / "schema.cedarschema").read_text(encoding="utf-8")
assert mounting.mount  # importing it mounts every room
ROUTES = {f"{method} {path}" for method, path in http.TABLE}

# Policies that no HTTP call of the matrix can reach, each with its reason; the table of test_access decides by them.
UNREACHED = {
    "anybody-reads-what-is-public": "public routes ask no policy: there is nobody whom they would refuse",
    "author-does-not-release": "`publishing.forbid_own_release` refuses an author before the policy is asked",
    "platform-acts": "timers and the pack's loading come over no route",
    "read-audit": "no route reads the log about somebody else yet",
    "same-person": "nobody in the pack holds two posts of one process on that day (test_reserved_events plays it)",
    "system-is-internal": "no token can claim the role or the channel of the system, nor a trigger's role",
    "triggers-only-act": "triggers come over no route",
    "triggers-see-and-open": "triggers come over no route",
}

Deciding = dict[str, list[tuple[Row, str]]]
deciding: Deciding = defaultdict(list)  # policy → cells for which it decided something


@pytest.fixture(scope="module")
def prepared() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The policies that decide, as they do."""
    seen: list[str] = []
    ask_ = AccessPolicies._ask

    def listen(self: AccessPolicies, *question: Any) -> list[Decision]:
        decisions = ask_(self, *question)
        seen.extend(policy for one in decisions for policy in one.determining)
        return decisions

    monkeypatch.setattr(AccessPolicies, "_ask", listen)
    return seen


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row.name).strip() for row in ROWS])
def test_what_comes_of_a_call_is_what_the_table_says(prepared: World, row: Row, spied: list[str]) -> None:
    cells = []
    for name, caller in CALLERS.items():
        spied.clear()
        answer = ask(prepared, row, caller)
        for policy in set(spied):
            deciding[policy].append((row, name))
        assert answer.status < 500, answer
        if answer.status >= 400:
            assert answer.code, answer  # every refusal is a problem
        cells.append(cell(row, answer))
    assert differences(read(), [[*row.name, *cells]]) == []


def test_every_route_has_a_row_and_every_row_a_line() -> None:
    assert {row.name[0] for row in ROWS} == ROUTES
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert set(read()) == {row.name for row in ROWS}
    assert EXPECTED.read_text(encoding="utf-8").splitlines()[0].split("\t")[2:] == list(CALLERS)


def test_a_new_route_a_changed_cell_and_a_missing_line_are_noticed() -> None:
    assert ROUTES | {"GET /v1/new-thing"} != {row.name[0] for row in ROWS}
    (route, of), cells = next(iter(read().items()))
    line = [route, of, *cells.values()]
    assert differences(read(), [line]) == []
    assert len(differences(read(), [[*line[:-1], "404"]])) == 1
    assert len(differences({}, [line])) == len(CALLERS)
    assert as_text([line]).count("\n") == 2


def test_somebody_gets_through_every_route_and_every_route_but_the_public_ones_refuses_somebody() -> None:
    public = {
        "GET /v1/audit/keys", "GET /v1/audit/roots", "GET /v1/audit/roots/{number}",
        "GET /v1/audit/roots/{number}/consistency", "GET /v1/health", "GET /v1/openapi.json",
        "GET /v1/asyncapi.json", "GET /v1/event-types", "GET /v1/event-types/{event_type}",
        "GET /v1/items", "GET /v1/items/{item_id}", "POST /v1/items/{item_id}/answers",
        "GET /v1/calendars/{calendar_id}/deadlines", "GET /v1/accounts/{account_id}/availability",
        "GET /v1/bulletins", "GET /v1/open-data", "GET /v1/open-data/{register_id}/{period}",
        "GET /v1/documents/verify/{code}",
        "GET /v1/draws", "GET /v1/draws/{series_id}", "GET /v1/draws/{series_id}/{draw_number}",
        "GET /v1/draws/{series_id}/{draw_number}/bundle",
        "GET /v1/draws/{series_id}/coverage",
        "GET /v1/draws/{series_id}/{draw_number}/rosters/{roster}",
    }  # fmt: skip
    for route in ROUTES:
        cells = [one for (name, _), line in read().items() if name == route for one in line.values()]
        only_by_cases = route == "PUT /v1/registers/{register_id}/records/{record_id}"
        assert any(one.startswith("ok") for one in cells) or only_by_cases, route
        assert any(one in {"401", "403", "404"} for one in cells) != (route in public), route


def test_lesson_20_every_way_to_read_a_case_is_open_to_the_same_people() -> None:
    table = read()
    ways = [f"GET /v1/cases/{{case_id}}/{what}" for what in ("events", "documents", "links", "proof")]
    for of in ("", "confidential"):
        seen = [name for name, one in table["GET /v1/cases/{case_id}", of].items() if one.startswith("ok")]
        by_number = table["GET /v1/cases/{case_id}", f"{of} by number".strip()]
        for line in (*(table[way, of] for way in ways), by_number):
            assert [name for name, one in line.items() if one.startswith("ok")] == seen
    assert "owner" in [name for name, one in table["GET /v1/cases/{case_id}", ""].items() if one == "ok"]


def test_to_who_did_not_sign_in_a_case_that_is_there_looks_like_one_that_is_not() -> None:
    """A 404 for one and a 401 for the other would tell which numbers exist, and which cases are confidential."""
    answers = {
        line["anonymous"]
        for (route, _), line in read().items()
        if route.startswith("GET /v1/cases/{case_id}")
    }
    assert answers == {"401"}


def test_a_removed_policy_changes_a_cell(prepared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the cells that a policy decided are called again, until one differs."""
    if not deciding:
        pytest.fail("runs after the rows, in the same process: run the whole file")
    head, *parts = re.split(r"^(?=@id\()", POLICIES, flags=re.MULTILINE)
    expected, unnoticed = read(), set()
    for part in parts:
        policy = part.split('"')[1]
        changed = AccessPolicies("".join([head, *(one for one in parts if one is not part)]), SCHEMA)
        monkeypatch.setattr(office, "access_policies", lambda *_, changed=changed: changed)
        if not any(
            cell(row, ask(prepared, row, CALLERS[name])) != expected[row.name][name]
            for row, name in deciding[policy]
        ):
            unnoticed.add(policy)
    assert unnoticed == set(UNREACHED), sorted(unnoticed)


@pytest.mark.parametrize("missing", ["confidential", "readers"])
def test_a_case_of_which_a_fact_is_missing_is_shown_to_nobody(
    prepared: World, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    scope = office.Office.scope

    def poorer(self: office.Office, *given: Any) -> dict[str, Any]:
        return {name: value for name, value in scope(self, *given).items() if name != missing}

    (row,) = [one for one in ROWS if one.name == ("GET /v1/cases/{case_id}", "")]
    monkeypatch.setattr(office.Office, "scope", poorer)
    assert {cell(row, ask(prepared, row, caller)) for caller in CALLERS.values()} <= {"401", "404"}


def test_the_policies_of_the_world_are_the_ones_in_the_repository(prepared: World) -> None:
    here = prepared.house.app.kit.office().policies
    assert here is access.access_policies(POLICIES, SCHEMA)


def test_of_a_confidential_case_a_page_that_is_true_is_confirmed_by_its_hash_alone(prepared: World) -> None:
    said = {
        item: prepared.house.call("GET", f"/v1/documents/verify/{prepared.ids[f'code:{item}']}").json()
        for item in (FOOD, SEALED)
    }
    assert set(said[SEALED]) == {"status", "sha256", "stand_in"}
    assert said[SEALED]["status"] == said[FOOD]["status"] == "valid"
    assert said[FOOD]["number"]
