"""Tables of firms become records: none lost, what is wrong is said with line and column, whoever dies on the way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.actions import importing
from chalicelib.actions.importing import Importer
from chalicelib.domain.problems import Problem
from chalicelib.domain.sheets import decoded, lines
from chalicelib.stores.imports import ImportStore
from chalicelib.stores.records import RecordStore
from chalicelib.stores.sealing import Vault
from tests.builders import uscc_of
from tests.builders_memory import TABLES, MemoryDynamo, MemoryShelf
from tests.builders_stores import Hand, LocalKeys, kit, published
from tests.builders_tables import HEADER, KINDS, REGISTER, csv_of, firm, packed, spoilt, table, xlsx_of

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


class Office:
    """One set of tables; `importer()` is a container."""

    def __init__(self) -> None:
        self.dynamo, self.keys, self.queue, self.hand = (
            MemoryDynamo(),
            LocalKeys(),
            list[str](),
            Hand(1_772_413_200_000),
        )
        self.records = RecordStore(self.dynamo, TABLES, Vault(self.keys))

    def importer(self, queued: bool = False) -> Importer:
        shelf: Any = MemoryShelf(self.dynamo, self.keys)
        shelf.records = RecordStore(self.dynamo, TABLES, Vault(self.keys))
        store: Any = published()
        imports = ImportStore(self.dynamo, TABLES.records, Vault(self.keys))
        return Importer(kit(self.hand, shelf, store), imports, self.queue.extend if queued else None)

    def sends(self, content: bytes) -> dict[str, Any]:
        return importing.begin(self.importer(), REGISTER, content, "person:zhou")

    def flaws(self, identity: str) -> list[dict[str, Any]]:
        return list(importing.flaws(self.importer(), identity))

    def firms(self) -> dict[str, Any]:
        found, after = dict[str, Any](), None
        while True:
            page = self.records.list(REGISTER, after, 100)
            for row in page.rows:
                version = self.records.read(REGISTER, row.case_id)
                assert version
                found[row.case_id] = (version.revision, version.body["name"], version.body["sector"])
            after = page.after
            if after is None:
                return found


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_a_table_is_read_in_whichever_encoding_it_comes(office: Office, encoding: str, between: str) -> None:
    done = office.sends(csv_of([firm(n) for n in range(20)], encoding, between))
    assert (done["lines"], done["counts"]["new"], done["counts"]["bad"]) == (20, 20, 0)
    assert office.firms()[uscc_of(7)] == (1, "示例企业7", "hazardous-chemicals")


IN_XML = [kind for kind in KINDS if kind != "control characters"]  # XML has none


@pytest.mark.parametrize(
    ("form", "kind"), [*(("csv", one) for one in KINDS), *(("xlsx", one) for one in IN_XML)]
)
def test_each_kind_of_bad_line_is_reported_where_it_is(office: Office, form: str, kind: str) -> None:
    rows = [firm(0), firm(1), spoilt(kind, 2), firm(3)]
    done = office.sends(csv_of(rows) if form == "csv" else xlsx_of(rows))
    assert done["counts"] == {"new": 3, "changed": 0, "same": 0, "bad": 1}
    (flaw,) = office.flaws(done["id"])
    assert (flaw["line"], flaw["code"], flaw["column"]) == (4, *KINDS[kind])
    assert flaw["message"]["zh"]
    assert flaw["message"]["en"]
    assert sorted(office.firms()) == sorted(uscc_of(n) for n in (0, 1, 3))


def test_a_quotation_mark_that_nobody_closed_costs_its_own_line_only(office: Office) -> None:
    content = csv_of([firm(n) for n in range(60)]).replace("示例企业5,".encode(), '"示例企业5,'.encode())
    done = office.sends(content)
    assert (done["counts"]["new"], done["counts"]["bad"]) == (59, 1)
    assert [(one["line"], one["code"]) for one in office.flaws(done["id"])] == [(7, "quote-open")]


def test_a_cell_merged_over_lines_stands_in_each_and_one_over_columns_in_none(office: Office) -> None:
    rows = [firm(0), [*firm(1)[:2], ""], [*firm(2)[:2], ""], firm(3)]
    done = office.sends(xlsx_of(rows, merged=["C2:C4", "B5:C5"]))
    assert (done["counts"]["new"], done["counts"]["bad"]) == (3, 1)
    assert {sector for _, _, sector in office.firms().values()} == {"general"}
    assert {(one["line"], one["code"]) for one in office.flaws(done["id"])} == {(5, "merged-cell")}


def test_a_formula_in_error_is_said_of_its_cell(office: Office) -> None:
    done = office.sends(xlsx_of([firm(0), firm(1)], errors=["B3"]))
    assert [(one["line"], one["column"], one["code"]) for one in office.flaws(done["id"])] == [
        (3, "B", "formula-error")
    ]


def test_strings_in_the_cell_are_read_like_shared_ones() -> None:
    rows = [firm(n) for n in range(3)]
    read = [[line.cells for line in lines(xlsx_of(rows, shared=one))] for one in (True, False)]
    assert read[0] == read[1] == [HEADER, *rows]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf\r\n", b"PK\x03\x04 no archive", xlsx_of([firm(0)])[:-40], packed({"a.txt": "x"}),
     packed({"xl/workbook.xml": BOMB, "xl/_rels/workbook.xml.rels": BOMB})],
)  # fmt: skip
def test_what_is_no_table_is_refused_and_leaves_nothing(office: Office, content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        office.sends(content)
    assert refused.value.code == "sheet-unreadable"
    assert office.firms() == {}


def test_a_workbook_that_unpacks_to_more_than_the_limit_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.domain import workbooks

    monkeypatch.setattr(workbooks, "UNPACKED", 500)
    with pytest.raises(Problem, match="too large"):
        office.sends(xlsx_of([firm(0)]))


def test_a_header_that_does_not_fit_is_refused_with_what_it_lacks(office: Office) -> None:
    content = csv_of([firm(0)]).replace("名称".encode(), "店名".encode())
    with pytest.raises(Problem) as refused:
        office.sends(content)
    assert refused.value.extra == {"missing": ["name"], "twice": [], "unknown": ["店名"]}


def test_the_same_table_twice_changes_nothing_and_a_newer_one_only_what_differs(office: Office) -> None:
    rows = [firm(n) for n in range(50)]
    first = office.sends(csv_of(rows))
    assert office.sends(csv_of(rows)) == first
    done = office.sends(csv_of(rows, "gb18030"))  # other bytes, the same firms
    assert done["counts"] == {"new": 0, "changed": 0, "same": 50, "bad": 0}
    assert done["root"] == first["root"]
    rows[9][1] = "示例企业（新名）"
    assert office.sends(csv_of(rows))["counts"] == {"new": 0, "changed": 1, "same": 49, "bad": 0}
    assert office.firms()[uscc_of(9)][:2] == (2, "示例企业（新名）")


class Killed(Exception):
    pass


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.proof)])
def test_whoever_dies_at_any_request_the_register_is_the_same(
    every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after its effect; what was sent is sent again, as a person does whose upload broke off."""
    monkeypatch.setattr(importing, "CHUNK", 8)
    monkeypatch.setattr(importing, "TOGETHER", 3)
    rows, bad = table(40, 5)
    content, whole = csv_of(rows), Office()
    expected = whole.sends(content)
    assert expected["counts"]["bad"] == len(bad)
    deaths = 0
    for number in range(1, 400, every):
        fired = [_dies(number, after, content, expected, whole.firms()) for after in (False, True)]
        deaths += any(fired)
        if not any(fired):
            break
    assert deaths > 20 / every


def _dies(number: int, after: bool, content: bytes, expected: dict[str, Any], firms: dict[str, Any]) -> bool:
    office, left = Office(), [number]

    def step(_: str, effect: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            raise Killed
        done = effect()
        if left[0] == 0:
            raise Killed
        return done

    office.dynamo.step = step
    for _ in range(3):
        with suppress(Killed):
            importing.begin(office.importer(queued=True), REGISTER, content, "person:zhou")
        while office.queue:
            with suppress(Killed):
                importing.work_part(office.importer(), json.loads(office.queue[0]))
                office.queue.pop(0)
    office.dynamo.step = lambda _, effect: effect()
    done = importing.standing(office.importer(), expected["id"])
    assert done["root"] == expected["root"], number
    assert done["counts"]["bad"] == expected["counts"]["bad"]
    assert sum(done["counts"].values()) == expected["lines"]
    assert office.firms() == firms  # every record once, at its first revision
    return left[0] <= 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_of_many_lines_no_good_one_is_lost(office: Office, encoding: str) -> None:
    rows, bad = table(3_000, 100)
    if encoding == "gb18030":
        bad = {line: kind for line, kind in bad.items() if kind != "signs that were lost"}
    done = office.sends(csv_of(rows, encoding))
    said = {one["line"]: (one["code"], one["column"]) for one in office.flaws(done["id"])}
    assert {line: said[line] for line in bad} == {line: KINDS[kind] for line, kind in bad.items()}
    good = {row[0] for number, row in enumerate(rows, 2) if number not in bad and number not in said}
    assert good <= set(office.firms())
    assert len(good) + len(said) == 3_000


def _texts(content: bytes) -> Sequence[str]:
    return decoded(content).splitlines()


def test_one_broken_sign_does_not_make_another_encoding_of_the_whole() -> None:
    content = csv_of([firm(n) for n in range(30)]).replace("示例企业3".encode(), b"\xff\xfe3")
    assert _texts(content)[1].split(",")[1] == "示例企业0"
