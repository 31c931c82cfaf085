"""The log of roots: what an hour told is covered once, signed, kept with its leaves; nothing is skipped or forked."""

from __future__ import annotations

import base64
import zlib
from types import SimpleNamespace

import pytest

from chalicelib.actions import auditing, relaying, rooting
from chalicelib.domain import audit, merkle
from chalicelib.domain.problems import Problem
from chalicelib.stores.dynamo import Write
from chalicelib.stores.encoding import pack_body, unpack_body
from chalicelib.stores.roots import CHUNK, LOG, RootLog
from infra import verify
from tests.builders_audit import Past, signer, stranger
from tests.builders_stores import DAY, HOUR, MINUTE, Hand, Shelf, case_id


@pytest.fixture
def past(shelf: Shelf) -> Past:
    return Past(shelf)


def cases(count: int) -> list[str]:
    return sorted(case_id() for _ in range(count))


def test_a_root_covers_the_heads_that_the_feed_saw_and_the_root_before(past):
    first, second = cases(2)
    past.grow(first, second)
    past.grow(first)
    (entry,) = past.root().entries
    heads = past.shelf.roots.heads_of(entry["root"])
    assert [(head.case, head.seq) for head in heads] == [(first, 2), (second, 1)]
    leaves = [audit.leaf(*head) for head in heads]
    assert entry["root"] == merkle.root([bytes(32), *leaves]).hex()
    assert (entry["number"], entry["leaves"]) == (1, 2)
    (later,) = past.root().entries
    assert (later["number"], later["before"], later["leaves"]) == (2, entry["root"], 0)
    assert later["since"] == entry["until"]
    assert later["log"] == merkle.root([audit.entry_leaf(entry), audit.entry_leaf(later)]).hex()
    assert past.shelf.roots.last() == later


def test_a_root_is_signed_by_the_key_that_it_names_and_that_key_stays_published(past):
    past.grow(*cases(1))
    (entry,) = past.root().entries
    (key,) = past.shelf.roots.keys()
    assert key == signer().public()
    report = verify.Report()
    assert verify.signed(entry, verify.usable({"keys": [key]}, [], report), report, "root")
    for name in (*audit.SIGNED, "signature"):
        other = entry | {
            name: entry[name] + 1 if isinstance(entry[name], int) else entry[name][:-5] + "AAAA="
        }
        other = other | ({"algorithm": "none"} if name == "algorithm" else {})
        try:
            good = verify.signed(other, verify.usable({"keys": [key]}, [], report), report, name)
        except ValueError:
            good = False
        assert not good, name


def test_two_runs_at_once_append_one_entry_and_mix_no_leaves(past):
    first, second = cases(2)
    past.grow(first)
    log = past.shelf.roots

    class Raced(RootLog):
        """Another run appends between this one's decision and its write."""

        def append(self, entry, heads):
            past.grow(second)
            past.hand.at += MINUTE
            assert len(rooting.write_roots(past.kit, past.shelf.feed, log, signer()).entries) == 1
            return super().append(entry, heads)

    past.hand.at += HOUR
    raced = Raced(past.shelf.dynamo, past.shelf.tables)
    assert rooting.write_roots(past.kit, past.shelf.feed, raced, signer()).entries == ()
    (entry,) = log.page(0, 10)
    assert [head.case for head in log.heads_of(entry["root"])] == [first, second]
    assert verify.verify_bundle(past.bundle(), whole=True).findings == []


def test_what_was_told_in_the_last_ten_seconds_waits_for_the_next_root(past):
    """A row of the feed may still be on its way; each falls into exactly one span (decisions 18)."""
    early, late = cases(2)
    past.grow(early)
    past.hand.at += relaying.SETTLED
    past.grow(late)
    covered = [
        [head.case for head in past.shelf.roots.heads_of(entry["root"])]
        for after in (0, 1, relaying.SETTLED)
        for entry in past.root(after).entries
    ]
    assert covered == [[], [early], [late]]


def test_a_second_run_in_the_same_instant_has_nothing_to_do(past):
    past.grow(*cases(1))
    assert len(past.root().entries) == 1
    assert past.root(0).entries == ()


def test_who_slept_catches_up_in_bounded_steps(past, monkeypatch):
    (case,) = cases(1)
    past.root(0)
    past.hand.at += 3 * DAY
    past.grow(case)
    done = past.root()
    assert [entry["until"] - entry["since"] for entry in done.entries] == [DAY] * 3 + [HOUR]
    assert done.leaves == 1
    monkeypatch.setattr(rooting, "MOST", 5)
    past.hand.at += 100 * DAY
    assert len(past.root(0).entries) == 5


def test_a_clock_that_was_moved_back_leaves_no_hole(past):
    """Local stage only: demos and tests move the clock as they like."""
    (case,) = cases(1)
    past.hand.at += 90 * DAY
    past.root()
    past.hand.at -= 80 * DAY
    past.grow(case)
    (entry,) = past.root().entries
    assert [head.case for head in past.shelf.roots.heads_of(entry["root"])] == [case]
    found = auditing._newest(past.shelf.roots, case)
    assert found is not None
    assert found[0]["number"] == entry["number"]


def test_a_case_that_was_told_and_is_gone_is_missed(past):
    kept, lost = cases(2)
    past.grow(kept, lost)
    past.shelf.dynamo.write(Write("gone", past.shelf.tables.cases, key=(lost, "HEAD")))
    done = past.root()
    assert (done.leaves, done.missing) == (1, (lost,))


def test_an_erased_case_is_covered_as_erased_and_still_verifies(past):
    (case,) = cases(1)
    past.grow(case)
    past.root()
    past.shelf.cases.erase(case)
    relaying.relay(past.kit, past.shelf.feed, [(case, 1)])
    (entry,) = past.root().entries
    (head,) = past.shelf.roots.heads_of(entry["root"])
    assert head.erased
    assert verify.verify_bundle(past.bundle(), whole=True).findings == []


def test_an_hour_of_many_cases_is_kept_in_rows_far_from_any_limit(past):
    """Leaves are looked up one by one without reading the hour."""
    heads = [rooting.Head(f"cas_{number:026d}", number, bytes(32), False) for number in range(3 * CHUNK + 7)]
    log = past.shelf.roots
    assert log.append({"number": 1, "root": "ab" * 32}, heads)
    rows = [row for row in past.shelf.rows("deliveries") if row["pk"] == f"ROOT#{'ab' * 32}"]
    assert len(rows) == 4
    assert max(len(row["b"]) for row in rows) < 32_768
    assert log.heads_of("ab" * 32) == heads
    past.shelf.dynamo.requests.clear()
    for place in (0, CHUNK - 1, CHUNK, 3 * CHUNK + 6):
        assert log.find("ab" * 32, heads[place].case) == (place, heads[place])
    assert len(past.shelf.dynamo.requests) == 4
    assert log.find("ab" * 32, "cas_") is None
    assert log.find("ab" * 32, heads[5].case + "x") is None


def test_a_log_that_was_touched_is_not_signed_on(past):
    for _ in range(3):
        past.grow(*cases(1))
        past.root()
    second = past.shelf.roots.entries([2])[2]
    spoilt = second | {"nodes": [second["nodes"][0], "11" * 32]}
    past.shelf.put("deliveries", {"pk": LOG, "sk": f"{2:012d}", "b": pack_body(spoilt)})
    signed = signer().signed
    with pytest.raises(Problem, match="log-broken"):
        past.root()
    assert signer().signed == signed
    assert past.shelf.roots.last()["number"] == 3


def test_the_newest_root_that_covers_a_case_is_found_whatever_came_after(past):
    first, second = cases(2)
    past.grow(first, second)
    past.root()
    past.grow(first)
    past.root()
    for _ in range(40):
        past.grow(*cases(1))
        past.root()
    past.shelf.dynamo.requests.clear()
    for case, number, seq in ((first, 2, 2), (second, 1, 1)):
        entry, _, head = auditing._newest(past.shelf.roots, case)
        assert (entry["number"], head.seq) == (number, seq)
    assert len(past.shelf.dynamo.requests) < 40
    past.grow(second)
    assert auditing._newest(past.shelf.roots, second)[0]["number"] == 1  # its newest event waits for the hour


def test_what_was_told_late_is_found_in_the_root_after(past):
    (case,) = cases(1)
    told, past.shelf.feed.tell = past.shelf.feed.tell, lambda *_: None
    past.grow(case)
    past.root()
    past.root()
    past.shelf.feed.tell = told
    relaying.relay(past.kit, past.shelf.feed, [(case, 1)])
    past.root()
    assert auditing._newest(past.shelf.roots, case)[0]["number"] == 3


def test_a_case_that_no_root_covers_has_no_proof_yet(past):
    (case,) = cases(1)
    assert auditing._newest(past.shelf.roots, case) is None
    past.root()
    past.grow(case)
    seen = SimpleNamespace(case=SimpleNamespace(id=case))
    proof = auditing.proof(past.shelf.roots, seen, 0)
    assert (proof["seq"], proof["covered"], proof["after"]) == (1, None, None)


def test_a_proof_leads_from_a_case_to_the_signed_root(past):
    mine, *others = cases(9)
    past.grow(mine, *others)
    past.grow(mine)
    past.root()
    seen = SimpleNamespace(case=SimpleNamespace(id=mine))
    proof = auditing.proof(past.shelf.roots, seen, 0)
    keys = auditing.keys(past.shelf.roots, signer())
    assert verify.verify_proof(proof, keys, trusted=[signer().public()["kid"]]).findings == []
    with pytest.raises((ValueError, zlib.error)):  # sealed: nothing to read
        unpack_body(base64.b64decode(proof["events"][0]["body"]))
    past.grow(mine)
    later = auditing.proof(past.shelf.roots, seen, 0)
    report = verify.verify_proof(later, keys)
    assert (report.valid, report.uncovered) == (True, 1)


def test_consistency_is_proven_from_a_bounded_number_of_entries(past):
    for _ in range(21):
        past.root()
    log = past.shelf.roots
    keys = auditing.keys(log, signer())
    for old in range(1, 22):
        past.shelf.dynamo.requests.clear()
        answer = auditing.consistency(log, old, 21)
        assert len(past.shelf.dynamo.requests) <= 3
        assert verify.verify_consistency(answer, keys).findings == []


def test_a_former_key_stays_published_beside_the_one_that_signs_now(past):
    past.root()
    fresh = Hand(past.hand.at + HOUR)
    past.kit = past.kit.__class__(**{**past.kit.__dict__, "now": fresh.now})
    rooting.write_roots(past.kit, past.shelf.feed, past.shelf.roots, stranger())
    published = {key["kid"] for key in auditing.keys(past.shelf.roots, stranger())["keys"]}
    assert published == {signer().public()["kid"], stranger().public()["kid"]}
    made = past.bundle() | {"chains": []}
    assert all("signature" not in one for one in verify.verify_bundle(made).findings)


def test_an_hour_in_which_nothing_can_be_signed_is_covered_by_the_next(past):
    """KMS may be away: nothing half is left behind, nothing is lost, and no case waited for it (lesson 28)."""
    (case,) = cases(1)

    class Away:
        def public(self):
            return signer().public()

        def sign(self, statement):
            raise TimeoutError

    past.grow(case)
    past.hand.at += HOUR
    with pytest.raises(TimeoutError):
        rooting.write_roots(past.kit, past.shelf.feed, past.shelf.roots, Away())
    assert past.shelf.roots.last() is None
    past.grow(case)
    (entry,) = past.root().entries
    (head,) = past.shelf.roots.heads_of(entry["root"])
    assert (head.case, head.seq, entry["number"]) == (case, 2, 1)
