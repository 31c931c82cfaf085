"""Records with their versions, lists of registers, drafts of applications, the log of who read what."""

from __future__ import annotations

import pytest

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.problems import Problem
from chalicelib.stores.dynamo import Key
from chalicelib.stores.keys import record_pk
from tests.builders_stores import DAY, NOON, OWNER


def write(shelf, record_id, revision, body, valid_from="2026-03-02"):
    return shelf.records.write(
        RecordWrite("enterprises", record_id, revision, body, valid_from), "person:x", NOON
    )


def test_a_record_is_read_as_of_a_day(shelf):
    for revision, (day, status) in enumerate(
        [("2026-01-01", "new"), ("2026-02-01", "active"), ("2026-03-01", "gone")]
    ):
        write(shelf, "A", revision, {"status": status}, day)
    seen = {
        day: found.body["status"] if (found := shelf.records.read("enterprises", "A", day)) else None
        for day in (
            "2025-12-31",
            "2026-01-01",
            "2026-01-31",
            "2026-02-01",
            "2026-02-28",
            "2026-03-01",
            "2027-01-01",
        )
    }
    assert list(seen.values()) == [None, "new", "new", "active", "active", "gone", "gone"]


def test_of_two_versions_of_one_day_the_later_holds(shelf):
    write(shelf, "A", 0, {"status": "first"})
    write(shelf, "A", 1, {"status": "second"})
    assert shelf.records.read("enterprises", "A", "2026-03-02").body == {"status": "second"}


def test_of_two_editors_who_read_the_same_revision_one_is_refused(shelf):
    write(shelf, "A", 0, {"n": 0})
    write(shelf, "A", 1, {"n": 1})
    with pytest.raises(CommitRefused) as refused:
        write(shelf, "A", 1, {"n": 2})
    assert refused.value.roles[0] == "record:enterprises/A"
    with pytest.raises(CommitRefused):
        write(shelf, "A", 0, {"n": 3})
    assert shelf.records.read("enterprises", "A").body == {"n": 1}
    assert len(shelf.records.history("enterprises", "A")) == 2


def test_a_record_keeps_one_data_key_through_its_versions(shelf):
    for revision in range(3):
        write(shelf, "A", revision, {"n": revision})
    assert len({one.key for one in shelf.records.history("enterprises", "A")}) == 1


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_register_is_listed_whole_page_by_page(shelf, limit):
    wanted = {f"E{number:03d}" for number in range(20)}
    for record_id in wanted:
        write(shelf, record_id, 0, {})
    found, after = list[str](), None
    while True:
        page = shelf.records.list("enterprises", after, limit)
        assert len(page.rows) <= limit
        found += [row.case_id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert sorted(found) == sorted(wanted)


def test_a_list_in_reading_loses_nobody_when_others_join(shelf):
    wanted = [f"E{number:03d}" for number in range(18)]
    for record_id in wanted:
        write(shelf, record_id, 0, {})
    found, after = list[str](), None
    for turn in range(100):
        page = shelf.records.list("enterprises", after, 3)
        found += [row.case_id for row in page.rows]
        write(shelf, f"D{turn:03d}", 0, {})
        after = page.after
        if after is None:
            break
    assert set(wanted) <= set(found)
    assert len(found) == len(set(found))


def test_a_record_moved_or_altered_in_the_table_is_not_read(shelf):
    write(shelf, "A", 0, {"status": "active"})
    (stored,) = shelf.dynamo.get(Key(shelf.tables.records, record_pk("enterprises", "A"), "NOW"))
    bit_turned = stored["b"][:-1] + bytes([stored["b"][-1] ^ 1])
    for changed in ({"pk": record_pk("enterprises", "B")}, {"b": bit_turned}, {"b": stored["b"][:5]}):
        shelf.put("records", stored | changed)
        record_id = changed.get("pk", stored["pk"])[-1]
        with pytest.raises(Problem, match="seal-broken"):
            shelf.records.read("enterprises", record_id)


def test_what_newer_code_wrote_is_refused_not_misread(shelf):
    write(shelf, "A", 0, {"status": "active"})
    (stored,) = shelf.dynamo.get(Key(shelf.tables.records, record_pk("enterprises", "A"), "NOW"))
    shelf.put("records", stored | {"v": 2})
    with pytest.raises(Problem, match="written-by-newer-code"):
        shelf.records.read("enterprises", "A")


def test_the_read_log_tells_the_person_newest_first(shelf):
    for number in range(3):
        shelf.records.note_read(
            {"about": "person:a", "by": f"person:{number}", "purpose": "review"}, NOON + number
        )
    shelf.records.note_read({"about": "person:b", "by": "person:9"}, NOON)
    told = shelf.records.reads_about("person:a", 10)
    assert [(entry["by"], entry["at"]) for entry in told] == [
        ("person:2", NOON + 2),
        ("person:1", NOON + 1),
        ("person:0", NOON),
    ]
    assert len(shelf.records.reads_about("person:a", 2)) == 2


def test_a_draft_is_kept_by_revision_and_found_by_its_owner_alone(shelf):
    shelf.drafts.put(OWNER, {"draft_id": "app_1", "form": {"n": 1}}, 0, NOON + DAY)
    shelf.drafts.put(OWNER, {"draft_id": "app_1", "form": {"n": 2}}, 1, NOON + DAY)
    with pytest.raises(CommitRefused):
        shelf.drafts.put(OWNER, {"draft_id": "app_1", "form": {"n": 3}}, 1, NOON + DAY)
    with pytest.raises(CommitRefused):
        shelf.drafts.put(OWNER, {"draft_id": "app_1", "form": {"n": 4}}, 0, NOON + DAY)
    assert shelf.drafts.get(OWNER, "app_1")["form"] == {"n": 2}
    assert shelf.drafts.get("person:another", "app_1") is None
    shelf.drafts.put(OWNER, {"draft_id": "app_2"}, 0, NOON + DAY)
    assert [one["draft_id"] for one in shelf.drafts.of_owner(OWNER)] == ["app_2", "app_1"]
    shelf.drafts.drop(OWNER, "app_1")
    assert [one["draft_id"] for one in shelf.drafts.of_owner(OWNER)] == ["app_2"]
