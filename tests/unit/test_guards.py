"""Guards of one request and of one row, on stores in memory; `tests/bugs` shows that each of them bites."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.actions import moving, submit
from chalicelib.domain.change import Due, Output, Party, RecordWrite
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem
from chalicelib.stores.attributes import Item
from chalicelib.stores.chain import GENESIS, event_sk, link, verify
from chalicelib.stores.encoding import pack_body
from tests.builders_moto import moto_aws
from tests.builders_stores import (
    NOON,
    Counting,
    Hand,
    Shelf,
    applicant,
    case_id,
    change,
    connection,
    drop_tables,
    events,
    example,
    grown,
    head,
    kit,
    make_tables,
    submission,
)
from tests.integration.faults.canaries import PLANTED, found, needles

ITEM = "food-licence"
PERSON = applicant(example(ITEM)["applicant"])
CLERK = Principal("person:demo-window", "示例", frozenset({"staff"}), "web")
_NUMBERS = itertools.count()


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with moto_aws():
        connected = connection()
        tables = make_tables(connected, f"guards{next(_NUMBERS)}")
        yield Shelf(Counting(connected), tables)
        drop_tables(connected, tables)


def test_a_submission_under_a_used_key_with_another_body_is_refused_and_opens_nothing(shelf: Shelf) -> None:
    first = submission(ITEM, "one")
    made = submit.submit(kit(Hand(), shelf), PERSON, first)
    again = submit.submit(kit(Hand(), shelf), PERSON, first)
    assert (again.case_id, again.replayed) == (made.case_id, True)
    with pytest.raises(Problem, match="idempotency-key-reused"):
        submit.submit(kit(Hand(), shelf), PERSON, replace(first, form={**first.form, "online": True}))
    assert [row["pk"] for row in shelf.rows("cases") if row["sk"] == "HEAD"] == [made.case_id]


@pytest.mark.parametrize("caller", [PERSON, CLERK], ids=["party", "clerk"])
@pytest.mark.parametrize("event", ["timeout.intake", "auto.accept_instant", "done.state.open", "submitted"])
def test_an_event_of_the_kernel_is_no_callers_word(shelf: Shelf, caller: Principal, event: str) -> None:
    made = submit.submit(kit(Hand(), shelf), PERSON, submission(ITEM, "one")).case_id
    with pytest.raises(Problem, match="move-not-available"):
        moving.move(kit(Hand(), shelf), caller, moving.MoveRequest(made, event, {}, "k"))
    assert shelf.cases.verify(made).checked == 1


def test_no_row_of_a_commit_shows_a_person_however_it_was_packed(shelf: Shelf) -> None:
    identity, said = case_id(), {"person": list(PLANTED.words) * 2}
    opened = change(
        identity, head=head(identity, 1, dimensions=said), form=said, dues=(Due("fee", said),),
        outputs=(Output("out_1", "notice", "drafted", said),), parties=(Party(PLANTED.id_number, "agent", NOON),),
        records=(RecordWrite("enterprises", "A", 0, said, "2026-03-02"),),
        events=tuple(replace(one, body={**one.body, **said}) for one in events(identity, 1)),
    )  # fmt: skip
    shelf.cases.commit(opened, None)
    shelf.drafts.put(PLANTED.id_number, {"draft_id": "app_1", **said}, 0, NOON)
    shelf.records.note_read({"about": PLANTED.id_number, **said}, NOON)
    assert len(_rows(shelf)) >= 9
    assert [row for row in _rows(shelf) if _shows(row)] == []
    shelf.put("cases", {"pk": "open", "sk": "0", "b": pack_body(said)})
    assert [row["pk"] for row in _rows(shelf) if _shows(row)] == ["open"]  # the search is not blind


def _rows(shelf: Shelf) -> list[Item]:
    return [row for rows in shelf.everything().values() for row in rows]


def _shows(row: Item) -> bool:
    values = [value if isinstance(value, bytes) else json.dumps(value).encode() for value in row.values()]
    return any(found(value, needles(PLANTED.words)) for value in values)


def test_a_body_copied_over_another_row_of_the_same_partition_is_refused(shelf: Shelf) -> None:
    identity = case_id()
    grown(shelf, identity, 2)
    first, second = (
        row for row in shelf.rows("cases") if row["pk"] == identity and row["sk"].startswith("E#")
    )
    shelf.put("cases", second | {"b": first["b"]})
    with pytest.raises(Problem, match="seal-broken"):
        shelf.cases.events(identity)


def test_a_history_rewritten_from_the_middle_does_not_fit_the_head() -> None:
    """A forger who may write the table makes every link fit again; only the head's hash is out of reach."""
    history = _linked([b"one", b"two", b"three", b"four"])
    told = {"seq": 4, "h": history[-1]["h"]}
    assert verify("cas_1", history, told).holds
    forged = _linked([b"one", b"forged", b"three", b"four"])
    assert forged[1]["h"] != history[1]["h"]
    assert not verify("cas_1", forged, told).holds


def _linked(bodies: list[bytes]) -> list[Item]:
    items, previous = list[Item](), GENESIS
    for seq, body in enumerate(bodies, start=1):
        item: Item = {
            "pk": "cas_1",
            "sk": event_sk(seq),
            "seq": seq,
            "t": "case.noted",
            "at": seq,
            "v": 1,
            "b": body,
        }
        item["p"] = previous
        previous = item["h"] = link(previous, item)
        items.append(item)
    return items
