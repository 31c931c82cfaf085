"""The one write path: every member of a change is written with it and can be read, or nothing of it is."""

from __future__ import annotations

import threading
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
    Places,
    Posting,
    RecordWrite,
    Timer,
)
from chalicelib.domain.problems import Problem
from chalicelib.stores.dynamo import Key
from chalicelib.stores.keys import idempotency_pk
from tests.builders_stores import DAY, HOUR, NOON, OWNER, case_id, change, grown, head

NOBODY_SAID = "person:nobody"


def test_head_and_form_come_back_as_they_were_decided(shelf):
    identity = case_id()
    shelf.cases.commit(change(identity, form={"v": 1, "form": {"name": "王示例"}}), None)
    loaded = shelf.cases.load(identity)
    assert loaded.case.id == identity
    assert loaded.case.parties == ({"role": "applicant", "subject": OWNER},)
    assert loaded.case.configuration == {"in": ["received"], "history": {}}
    assert loaded.form == {"v": 1, "form": {"name": "王示例"}}
    assert loaded.chain.seq == loaded.case.seq == 1


def test_a_case_is_read_with_all_it_asks_for_in_one_request(shelf):
    identity = case_id()
    shelf.cases.commit(change(identity, idempotency=Idempotency("row", "f", "n", NOON + DAY)), None)
    shelf.records.write(RecordWrite("enterprises", "A", 0, {"status": "active"}, "2026-03-02"), "x", NOON)
    shelf.dynamo.requests.clear()
    loaded = shelf.cases.load(
        identity, idempotency="row", records=[("enterprises", "A"), ("enterprises", "B")]
    )
    assert shelf.dynamo.requests == ["BatchGetItem"]
    assert loaded.idempotency["case"] == identity
    assert loaded.records["enterprises", "A"].body == {"status": "active"}
    assert loaded.records["enterprises", "B"] is None
    assert loaded.pointer is None


def test_events_come_back_in_order_linked_by_their_hashes(shelf):
    identity = case_id()
    grown(shelf, identity, 3)
    told = shelf.cases.events(identity)
    assert [event["seq"] for event in told] == [1, 2, 3]
    assert told[0]["prev_hash"] == "00" * 32
    assert [event["prev_hash"] for event in told[1:]] == [event["hash"] for event in told[:-1]]
    assert [event["seq"] for event in shelf.cases.events(identity, after=1, limit=1)] == [2]


def test_several_events_of_one_decision_follow_each_other(shelf):
    identity = case_id()
    chain = shelf.cases.commit(change(identity, count=3), None)
    assert chain.seq == 3
    assert shelf.cases.verify(identity).checked == 3
    assert shelf.cases.verify(identity).holds


def test_a_link_is_found_from_both_ends(shelf):
    identity, other = case_id(), case_id()
    link = Link(identity, "parent", other, role="clearance", valid_from=NOON)
    shelf.cases.commit(change(identity, links=(link,)), None)
    assert shelf.cases.links(identity) == [link]
    assert shelf.cases.links(other) == [link]


def test_a_party_that_is_not_the_owner_finds_its_case(shelf):
    identity = case_id()
    shelf.cases.commit(change(identity, parties=(Party("person:agent", "agent", NOON),)), None)
    assert shelf.cases.as_party("person:agent") == [identity]
    assert shelf.cases.as_party(NOBODY_SAID) == []


def test_outputs_are_read_with_document_state_and_content(shelf):
    identity = case_id()
    output = Output("out_1", "acceptance-notice", "drafted", {"seq": 1})
    shelf.cases.commit(change(identity, outputs=(output,)), None)
    assert shelf.cases.outputs(identity) == [
        {"id": "out_1", "document": "acceptance-notice", "state": "drafted", "seq": 1}
    ]


def test_more_outputs_than_a_page_holds_are_all_read(shelf):
    identity, chain = case_id(), None
    for read in range(6):
        outputs = tuple(Output(f"out_{read}_{n}", "notice", "drafted", {}) for n in range(20))
        chain = shelf.cases.commit(change(identity, read, outputs=outputs), chain)
    assert len(shelf.cases.outputs(identity)) == 120


def test_what_a_party_owes_is_a_sealed_row_of_its_case(shelf):
    identity = case_id()
    shelf.cases.commit(change(identity, dues=(Due("licence-fee", {"what": "fee", "by": OWNER}),)), None)
    (row,) = [one for one in shelf.rows("cases") if one["sk"] == "D#licence-fee"]
    (stored,) = shelf.dynamo.get(Key(shelf.tables.cases, identity, "HEAD"))
    assert row["pk"] == identity
    assert shelf.vault.open(stored["k"], row) == {"what": "fee", "by": OWNER}


def test_a_record_written_by_a_case_has_its_history_and_stands_in_its_registers_list(shelf):
    identity = case_id()
    record = RecordWrite("enterprises", "A1", 0, {"status": "active"}, "2026-03-02")
    chain = shelf.cases.commit(change(identity, records=(record,)), None)
    first = shelf.records.read("enterprises", "A1")
    again = RecordWrite("enterprises", "A1", 1, {"status": "gone"}, "2026-04-01", first.key)
    shelf.cases.commit(change(identity, 1, records=(again,)), chain)
    now = shelf.records.read("enterprises", "A1")
    assert (now.revision, now.body, now.key) == (2, {"status": "gone"}, first.key)
    assert shelf.records.read("enterprises", "A1", "2026-03-31").body == {"status": "active"}
    assert shelf.records.read("enterprises", "A1", "2026-03-01") is None
    assert [one.body["status"] for one in shelf.records.history("enterprises", "A1")] == ["active", "gone"]
    assert [row.case_id for row in shelf.records.list("enterprises", None, 10).rows] == ["A1"]


def test_postings_move_balances_and_leave_entries_that_explain_them(shelf):
    identity = case_id()
    postings = (
        Posting("fees", "fen", -500, -500, reason="licence"),
        Posting("till", "fen", 500, 500, reason="licence"),
    )
    shelf.cases.commit(change(identity, postings=postings), None)
    rows = {(row["pk"], row["sk"]): row for row in shelf.rows("records")}
    assert (rows["ACC#fees", "BALANCE"]["bal"], rows["ACC#till", "BALANCE"]["bal"]) == (-500, 500)
    entries = [row for (_, sk), row in rows.items() if sk != "BALANCE"]
    assert [(one["case"], one["reason"], abs(one["bal"])) for one in entries] == [
        (identity, "licence", 500)
    ] * 2


def test_an_external_number_leads_to_one_case_only(shelf):
    external = External("12345", "T-1")
    first = case_id()
    shelf.cases.commit(change(first, external=external), None)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(case_id(), external=external), None)
    assert refused.value.roles == ("external",)
    assert refused.value.items["external"]["case"] == first


def test_an_idempotency_row_admits_one_create(shelf):
    row = Idempotency("k1", "fp", "mine", NOON + DAY)
    first = case_id()
    shelf.cases.commit(change(first, idempotency=row), None)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(case_id(), idempotency=replace(row, nonce="theirs")), None)
    assert refused.value.roles == ("idempotency",)
    assert (refused.value.items["idempotency"]["case"], refused.value.items["idempotency"]["nonce"]) == (
        first,
        "mine",
    )


def test_an_idempotency_row_expires_by_its_value_though_ttl_has_not_removed_it(shelf):
    row = Idempotency("k2", "fp", "n", NOON + HOUR)
    shelf.cases.commit(change(case_id(), idempotency=row), None)
    with pytest.raises(CommitRefused):
        shelf.cases.commit(change(case_id(), at=NOON + HOUR - 2, idempotency=row), None)
    later = case_id()
    again = Idempotency("k2", "fp2", "n2", NOON + DAY)
    shelf.cases.commit(change(later, at=NOON + HOUR + 1, idempotency=again), None)
    assert shelf.cases.load(None, idempotency="k2").idempotency["case"] == later


def test_the_ttl_of_an_idempotency_row_lies_behind_its_expiry(shelf):
    shelf.cases.commit(change(case_id(), idempotency=Idempotency("k3", "f", "n", NOON + DAY)), None)
    (row,) = shelf.dynamo.get(Key(shelf.tables.cases, idempotency_pk("k3"), "0"))
    assert row["ttl"] * 1000 > row["exp_at"] == NOON + DAY


def test_a_case_is_opened_once(shelf):
    identity = case_id()
    shelf.cases.commit(change(identity), None)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(identity), None)
    assert refused.value.roles == ("head", "event")
    assert not refused.value.transient


def test_of_two_who_read_the_same_only_one_writes(shelf):
    identity = case_id()
    read = shelf.cases.commit(change(identity), None)
    shelf.cases.commit(change(identity, 1, head=head(identity, 2, window="first")), read)
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(identity, 1, head=head(identity, 2, window="second")), read)
    assert refused.value.roles == ("head", "event")
    assert refused.value.items["head"]["seq"] == 2
    assert shelf.cases.load(identity).case.window == "first"


def test_a_stale_writer_is_refused_by_the_head_alone(shelf):
    """The events of the loser have numbers of their own here, so only the head's condition can refuse."""
    identity = case_id()
    read = shelf.cases.commit(change(identity), None)
    shelf.cases.commit(change(identity, 1, head=head(identity, 2)), read)
    jumped = replace(read, seq=5)  # as if it had read a version that never was
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit(change(identity, 5), jumped)
    assert refused.value.roles == ("head",)
    assert shelf.cases.verify(identity).holds


def test_a_change_decided_on_another_version_is_not_sent(shelf):
    identity = case_id()
    chain = grown(shelf, identity, 2)
    shelf.dynamo.requests.clear()
    with pytest.raises(Problem, match="stale-read"):
        shelf.cases.commit(change(identity, 1), chain)
    assert shelf.dynamo.requests == []


def test_more_than_twenty_five_items_are_refused_before_anything_is_sent(shelf):
    identity = case_id()
    dues = tuple(Due(f"d{n}", {}) for n in range(23))
    shelf.cases.commit(change(identity, dues=dues), None)
    shelf.dynamo.requests.clear()
    with pytest.raises(Problem, match="change-too-large"):
        shelf.cases.commit(change(case_id(), dues=(*dues, Due("one-more", {}))), None)
    assert shelf.dynamo.requests == []


def test_more_than_400_kilobytes_are_refused_before_anything_is_sent(shelf):
    import os

    form = {"v": 1, "form": {"text": os.urandom(210 * 1024).hex()}}  # deflate halves hex
    shelf.dynamo.requests.clear()
    with pytest.raises(Problem, match="change-too-large"):
        shelf.cases.commit(
            change(case_id(), form=form, dues=tuple(Due(f"d{n}", form) for n in range(2))), None
        )
    assert shelf.dynamo.requests == []


def test_a_closed_case_leaves_the_queue_and_the_open_index(shelf):
    identity = case_id()
    chain = grown(shelf, identity, 1)
    assert [row.case_id for row in shelf.cases.queue("market-regulation", "registration", None, 10).rows] == [
        identity
    ]
    closed = Places(None, (OWNER, NOON), None, None)
    shelf.cases.commit(change(identity, 1, places=closed), chain)
    assert shelf.cases.queue("market-regulation", "registration", None, 10).rows == []
    assert list(shelf.feed.heads(["r" * 64], 16)) == []
    assert [row.case_id for row in shelf.cases.of_subject(OWNER, None, 10).rows] == [identity]


@pytest.mark.needs("threads")
def test_a_race_of_eight_writers_has_one_winner_and_one_chain(shelf):
    identity = case_id()
    read = shelf.cases.commit(change(identity), None)
    won, lost = list[int](), list[tuple[str, ...]]()

    def write(number: int) -> None:
        try:
            shelf.cases.commit(change(identity, 1, head=head(identity, 2, window=str(number))), read)
            won.append(number)
        except CommitRefused as refused:
            lost.append(refused.roles)

    _side_by_side([lambda n=n: write(n) for n in range(8)])
    assert len(won) == 1
    assert len(lost) == 7
    assert shelf.cases.load(identity).case.window == str(won[0])
    assert shelf.cases.verify(identity).holds


def test_a_timer_row_is_written_with_the_head_that_points_to_it(shelf):
    identity = case_id()
    chain = shelf.cases.commit(change(identity, timer=Timer(None, NOON + HOUR)), None)
    assert shelf.cases.load(identity).case.timer == NOON + HOUR
    chain = shelf.cases.commit(change(identity, 1, timer=Timer(NOON + HOUR, NOON + DAY)), chain)
    shelf.cases.commit(change(identity, 2, timer=Timer(NOON + DAY, NOON + DAY)), chain)
    (row,) = shelf.rows("timers")
    assert (row["case"], row["sk"]) == (identity, f"{NOON + DAY:015d}#{identity}")
    assert shelf.cases.load(identity).case.timer == NOON + DAY


def _side_by_side(jobs) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_small_changes_of_many_cases_go_together_as_many_a_transaction_as_the_engine_takes(shelf):
    cases = [case_id() for _ in range(100)]
    chains = {one: shelf.cases.commit(change(one), None) for one in cases}
    shelf.dynamo.requests.clear()
    shelf.cases.commit_together([(change(one, 1), chains[one]) for one in cases])
    assert shelf.dynamo.requests == ["TransactWriteItems"] * 3  # two rows each, eighty a transaction
    assert {shelf.cases.verify(one).checked for one in cases} == {2}
    assert all(shelf.cases.verify(one).holds for one in cases)


def test_one_that_no_longer_holds_takes_all_of_its_transaction_with_it(shelf):
    fresh, stale = case_id(), case_id()
    chains = {one: shelf.cases.commit(change(one), None) for one in (fresh, stale)}
    shelf.cases.commit(change(stale, 1), chains[stale])
    with pytest.raises(CommitRefused) as refused:
        shelf.cases.commit_together([(change(one, 1), chains[one]) for one in (fresh, stale)])
    assert "head" in refused.value.roles
    assert (shelf.cases.load(fresh).chain.seq, shelf.cases.load(stale).chain.seq) == (1, 2)
