"""Registers are given out as tables: whole, page by page, no more of them than the caller may see, and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.actions import exporting, importing
from chalicelib.actions.importing import Importer
from chalicelib.domain import exports
from chalicelib.domain.change import RecordWrite
from tests.builders import uscc_of
from tests.builders_app import MORNING, House, house
from tests.builders_pack import PACK

FIRMS = 63
OBJECTS, BULLETINS = "supervision-objects", "bulletins"


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "ROWS", 25)
        patch.setattr(exporting, "AT_ONCE", 10)
        for n in range(FIRMS):
            sector = ("general", "food-drugs", "special-equipment")[n % 3]
            name = ["示例企业", '"引号",逗号\n', "=HYPERLINK(1)", "-5", "@某店", "'平常"][n % 6]
            _keep(made, OBJECTS, uscc_of(n), {"uscc": uscc_of(n), "name": f"{name}{n}", "sector": sector})
        for n in range(30):
            _keep(made, BULLETINS, f"pub_{n:026d}", _bulletin(n))
        yield made


def _keep(up: House, register: str, identity: str, body: Any) -> None:
    up.app.kit.records.write(RecordWrite(register, identity, 0, body, "2026-01-01"), "system:test", MORNING)


def _bulletin(n: int) -> dict[str, Any]:
    """Licences and penalties of January to March; every fifth was taken back."""
    return {
        "id": f"pub_{n:026d}", "title": {"zh": "行政处罚", "en": "Penalty"}, "number": f"望市监{n}号",
        "item_title": {"zh": "处罚", "en": "Penalty"}, "department": {"zh": "市监局", "en": "Market"},
        "case": f"cas_{n:026d}", "kind": "penalty" if n % 2 else "licence", "publicity": "result",
        "published_on": f"2026-{n % 3 + 1:02d}-1{n % 9}", "decided_on": "2026-01-05", "due_on": "2026-01-14",
        "fields": [{"title": {"zh": "当事人", "en": "Party"}, "value": "张*"}],
        "status": "withdrawn" if n % 5 == 0 else "published",
    }  # fmt: skip


def _whole(up: House, path: str, **headers: str) -> tuple[str, int]:
    """All parts of a table put together, by following `Link`; how many there were."""
    text, parts, query = "", 0, ""
    while True:
        said = up.call("GET", path + query, headers=headers)
        assert said.status == 200, said.text
        text, parts = text + said.text, parts + 1
        link = said.headers.get("link")
        if link is None:
            return text, parts
        query = link.removeprefix("<").partition(">")[0]


def _json(up: House, path: str) -> list[dict[str, Any]]:
    """The rows of all parts, by following `after`."""
    rows, after = list[dict[str, Any]](), ""
    while True:
        part = up.call("GET", f"{path}?format=json{after}").json()
        rows += part["rows"]
        if part["after"] is None:
            return rows
        after = f"&after={part['after']}"


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(exports.MARK))))


def test_every_record_is_in_the_table_once_and_the_header_stands_once(up: House) -> None:
    text, parts = _whole(up, f"/v1/registers/{OBJECTS}/table")
    header, *rows = _rows(text)
    assert (header, parts) == (["统一社会信用代码", "名称", "行业标签", "片区"], 3)
    assert sorted(row[0] for row in rows) == sorted(uscc_of(n) for n in range(FIRMS))
    assert {row[2] for row in rows} == {"一般行业", "食品药品", "特种设备"}


def test_a_table_that_was_taken_away_says_the_same_when_it_comes_back(up: House) -> None:
    text, _ = _whole(up, f"/v1/registers/{OBJECTS}/table")
    app = up.app.importer
    done = importing.begin(Importer(app.kit, app.imports), OBJECTS, text.encode(), "system:test")
    assert done["counts"] == {"new": 0, "changed": 0, "same": FIRMS, "bad": 0}


def test_no_cell_is_run_by_a_spreadsheet(up: House) -> None:
    text, _ = _whole(up, f"/v1/registers/{OBJECTS}/table")
    names = [row[1] for row in _rows(text)[1:]]
    assert sum(name.startswith("'=") for name in names) == sum(n % 6 == 2 for n in range(FIRMS))
    assert not [name for name in names if exports.FORMULA.match(name)]
    assert exports.cell(-5, {"type": "integer"}, "zh") == "-5"


def test_a_table_shows_what_its_caller_may_see_and_nothing_more(up: House) -> None:
    register = PACK["registers/enterprises"]
    private = {pointer[1:].split("/")[0] for pointer in register["personal"]}
    seen = up.call("GET", "/v1/registers/enterprises/table?format=json").json()
    shown = {one["name"] for one in seen["columns"]}
    assert seen["masked"] is True
    assert shown == {pointer[1:].split("/")[0] for pointer in register["public"]}
    assert not shown & private
    assert all(set(row) <= shown for row in seen["rows"])
    official = up.bearer("person:demo-handler", "staff")
    whole = up.call("GET", "/v1/registers/enterprises/table?format=json", headers=official).json()
    assert whole["masked"] is False
    assert private <= {one["name"] for one in whole["columns"]}
    assert up.call("GET", "/v1/registers/inspectors/table").status in {401, 403}
    assert up.call("GET", "/v1/registers/no-such-register/table").status == 404
    assert up.call("GET", f"/v1/registers/{OBJECTS}/table?format=xml").status == 422


def test_who_takes_personal_data_away_stands_in_the_read_log(up: House) -> None:
    about, path = "register:enterprises", "/v1/registers/enterprises/table"
    before = len(up.app.kit.records.reads_about(about, 50))
    up.call("GET", path)
    assert len(up.app.kit.records.reads_about(about, 50)) == before
    up.call("GET", path, headers=up.bearer("person:demo-handler", "staff"))
    found = up.app.kit.records.reads_about(about, 50)
    assert len(found) == before + 1
    assert (found[0]["by"], found[0]["purpose"]) == ("person:demo-handler", "export")
    assert up.app.kit.records.reads_about(f"register:{OBJECTS}", 1) == []


@pytest.mark.parametrize(
    ("period", "months"),
    [("2026", {1, 2, 3}), ("2026-Q1", {1, 2, 3}), ("2026-02", {2}), ("2026-Q2", set()), ("2025", set())],
)
def test_open_data_are_what_was_published_in_the_period_and_still_stands(
    up: House, period: str, months: set[int]
) -> None:
    meant = {f"pub_{n:026d}" for n in range(30) if n % 3 + 1 in months and n % 5}
    path = f"/v1/open-data/{BULLETINS}/{period}"
    assert {row["id"] for row in _json(up, path)} == meant
    assert {row[0] for row in _rows(_whole(up, path)[0])[1:]} == meant


def test_open_data_have_the_schema_that_the_list_gives_and_only_public_fields(up: House) -> None:
    sets = {one["register_id"]: one for one in up.call("GET", "/v1/open-data").json()["open_data"]}
    assert {BULLETINS, "joint-inspections", "street-inspections", "food-licences"} <= set(sets)
    valid = jsonschema_rs.validator_for(sets[BULLETINS]["schema"])
    rows = _json(up, f"/v1/open-data/{BULLETINS}/2026")
    assert rows
    assert all(valid.is_valid(row) for row in rows)
    assert not {"case", "clock", "objected"} & {name for row in rows for name in row}
    for one in sets.values():
        register = PACK[f"registers/{one['register_id']}"]
        public = {pointer[1:].split("/")[0] for pointer in register["public"]}
        assert set(one["schema"]["properties"]) == public
        assert not public & {pointer[1:].split("/")[0] for pointer in register["personal"]}


def test_a_bulletin_is_words_in_either_language(up: House) -> None:
    path = f"/v1/open-data/{BULLETINS}/2026-02"
    assert "当事人：张*" in _whole(up, path)[0]
    assert "Party：张*" in _whole(up, path, **{"Accept-Language": "en"})[0]
    assert up.call("GET", path).headers["content-type"].startswith("text/csv")


def test_what_is_not_open_or_no_period_is_said(up: House) -> None:
    assert up.call("GET", "/v1/open-data/enterprises/2026").status == 404
    assert up.call("GET", "/v1/open-data/nothing/2026").status == 404
    for period in ("2026-13", "2026-Q5", "26", "2026-1", "all"):
        said = up.call("GET", f"/v1/open-data/{BULLETINS}/{period}")
        assert (said.status, said.json()["code"]) == (422, "period-invalid")
