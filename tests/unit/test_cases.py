"""The head of a case: its stored form, its memory of keys, where it is found."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import canonical, cases
from tests.builders_cases import DAY, NINE, moved, opened, waited


def test_a_head_survives_being_stored() -> None:
    for course in (opened(), moved(opened(), "accept", "person:w"), waited(opened(), NINE + 9 * DAY)):
        stored = canonical.loads(canonical.dumps(course.case.body()))
        assert cases.of_body(stored, course.case.timer) == course.case


def test_what_a_newer_version_added_to_a_head_is_passed_over() -> None:
    body = {**opened().case.body(), "unheard_of": 1}
    assert cases.of_body(body).id == "cas_TEST"


@given(st.lists(st.text(alphabet="abcdef", min_size=1, max_size=4), max_size=30, unique=True))
def test_a_head_remembers_the_last_eight_keys_and_no_more(keys: list[str]) -> None:
    case = opened_once()
    for seq, key in enumerate(keys, start=2):
        case = case.remember(key, seq)
    assert len(case.recent) <= cases.RECENT
    for seq, key in list(enumerate(keys, start=2))[-cases.RECENT :]:
        assert case.replayed(key) == seq


def test_a_move_without_a_key_is_not_remembered() -> None:
    case = replace(opened_once(), recent=())
    assert case.remember(None, 2).recent == ()
    assert case.replayed(None) is None


def test_who_did_a_step_is_known_however_often_it_was_done_since() -> None:
    case = opened_once()
    case = replace(case, done=case.counted("propose", "person:a"))
    case = replace(case, done=case.counted("propose", "person:b"))
    assert case.did("person:a", ["propose"]) == ["propose"]
    assert case.did("person:c", ["propose"]) == []
    assert case.done["propose"]["count"] == 2


def test_a_queue_is_ordered_by_the_earliest_running_deadline_and_what_has_none_comes_last() -> None:
    case = opened_once()
    assert case.places().queue == ("market-regulation", "food", case.next_deadline())
    without = replace(case, clocks=())
    assert without.places().queue == ("market-regulation", "food", cases.FAR_FUTURE)


def opened_once() -> cases.Case:
    return opened().case
