"""Of a change all is written or nothing: each member made to fail in turn, and no body ever in the clear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.change import (
    Due,
    External,
    Idempotency,
    Link,
    Output,
    Party,
    Posting,
    RecordWrite,
    Timer,
)
from tests.builders_stores import DAY, HOUR, NOON, OWNER, Shelf, case_id, change, events, head


def _full(identity: str, read: int = 0, **members):
    """A change with every member that a change can have."""
    ready = {
        "form": {"v": 1, "form": {}}, "links": (Link(identity, "parent", "cas_PARENT"),),
        "parties": (Party("person:agent", "agent", NOON),), "dues": (Due("fee", {}),),
        "postings": (Posting("a", "fen", -5, -5, minimum=-100), Posting("b", "fen", 5, 5)),
        "outputs": (Output("out_1", "notice", "drafted", {}),),
        "records": (RecordWrite("enterprises", "A", 0, {}, "2026-03-02"),), "timer": Timer(None, NOON + HOUR),
        "idempotency": Idempotency("row", "f", "n", NOON + DAY), "external": External("city", "1"),
    }  # fmt: skip
    return change(identity, read, **ready | members)


def _taken(shelf: Shelf, what: str, identity: str) -> None:
    """Make one condition of the full change fail."""
    other = case_id()
    if what == "head":
        shelf.put("cases", {"pk": identity, "sk": "HEAD", "seq": 9})
    elif what == "event":
        shelf.put("cases", {"pk": identity, "sk": "E#00000001", "seq": 1})
    elif what == "entry":
        sk = f"{NOON + 1:015d}#{identity}#00000001"
        shelf.put("records", {"pk": "ACC#b", "sk": sk})
    elif what == "history":
        shelf.put("records", {"pk": "R#enterprises#A", "sk": "@2026-03-02#00000001"})
    else:
        members = {
            "idempotency": {"idempotency": Idempotency("row", "f", "other", NOON + DAY)},
            "external": {"external": External("city", "1")},
            "account:a": {"postings": (Posting("a", "seat", -98, -98),)},
            "record:enterprises/A": {"records": (RecordWrite("enterprises", "A", 0, {}, "2026-01-01"),)},
        }
        shelf.cases.commit(change(other, **members[what]), None)


MEMBERS = (
    "head", "event", "idempotency", "external", "account:a", "entry", "record:enterprises/A", "history"
)  # fmt: skip


@pytest.mark.parametrize("what", MEMBERS)
def test_nothing_of_a_change_is_written_when_one_member_is_refused(shelf, what):
    identity = case_id()
    _taken(shelf, what, identity)
    before = shelf.everything()
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(_full(identity), None)
    assert refused.value.roles == (what,)
    assert what in refused.value.items
    assert shelf.everything() == before
    assert sum(map(len, before.values())) > 0


def test_refusals_name_every_member_that_did_not_hold_in_the_order_sent(shelf):
    identity = case_id()
    for what in MEMBERS[2:5]:
        _taken(shelf, what, identity)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(_full(identity), None)
    assert refused.value.roles == ("idempotency", "external", "account:a")
    assert refused.value.items["account:a"]["avail"] == -98
    assert refused.value.items["idempotency"]["nonce"] == "other"


def test_the_full_change_is_written_when_every_member_holds(shelf):
    identity = case_id()
    shelf.cases.commit(_full(identity), None)
    rows = shelf.everything()
    assert {row["sk"] for row in rows["cases"] if row["pk"] == identity} >= {
        "HEAD",
        "E#00000001",
        "F",
        "D#fee",
    }
    assert {row["pk"].partition("#")[0] for row in rows["cases"]} >= {
        "IDEM",
        "X",
        "P",
        identity,
        "cas_PARENT",
    }
    assert {row["sk"].partition("#")[0] for row in rows["records"]} >= {"BALANCE", "NOW", "@2026-03-02", "A"}
    assert [row["case"] for row in rows["timers"]] == [identity]
    assert [one["id"] for one in shelf.cases.outputs(identity)] == ["out_1"]


def test_no_body_is_stored_in_the_clear(shelf):
    identity, canary = case_id(), "金丝雀-canary-13800000001"
    said = {"says": canary}
    shelf.cases.commit(
        _full(
            identity, head=head(identity, 1, dimensions=said), form=said, dues=(Due("fee", said),),
            outputs=(Output("out_1", "notice", "drafted", said),),
            records=(RecordWrite("enterprises", "A", 0, said, "2026-03-02"),),
            events=tuple(replace(one, body={**one.body, **said}) for one in events(identity, 1)),
        ), None,
    )  # fmt: skip
    shelf.drafts.put(OWNER, {"draft_id": "app_1", **said}, 0, NOON + DAY)
    shelf.records.note_read({"about": canary, **said}, NOON)
    stored = repr(shelf.everything())
    assert canary not in stored
    assert OWNER not in stored
    shelf.put("cases", {"pk": "open", "sk": "0", "b": canary})
    assert canary in repr(shelf.everything())  # the scan finds what is there to be found
