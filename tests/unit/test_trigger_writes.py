"""A record that a trigger writes: once whatever becomes of the stream, under its register's own rules, in no circle."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import pytest

from chalicelib.actions import campaign_trials, campaigning
from chalicelib.domain import triggers
from chalicelib.domain.problems import Problem
from tests.builders import FOOD
from tests.builders_app import House
from tests.builders_campaigns import District, campaign
from tests.builders_effects import HEARD, heard, judged, releases, tells_of, writes
from tests.builders_memory import TABLES
from tests.builders_relay import relays, stream, told_in, works
from tests.unit.test_campaign_trials import COUNTS, DRAFTER, outside_work
from tests.unit.test_record_triggering import images, keys_of
from tests.unit.test_triggering import CODE, files


def versions(up: House, record_id: str = CODE) -> list[dict[str, Any]]:
    return [dict(one.body) for one in up.app.kit.records.history(HEARD, record_id)]


def handed_in(up: House, *keys: str) -> list[str]:
    """Applications; the numbers of their cases."""
    return [files(up, key)["number"] for key in keys]


# ── at work


def test_a_record_is_written_at_once_after_two_people_released_register_and_trigger(up: House) -> None:
    releases(up, heard(), writes())
    (number,) = handed_in(up, "k")
    assert works(up, relays(up, stream(up))) == {"written": 1}
    (row,) = [one for one in up.rows("records") if one["pk"] == f"R#{HEARD}#{CODE}" and one["sk"] == "NOW"]
    assert row["by"] == "trigger:heard-of"
    (case,) = [one for one in up.rows("cases") if one["sk"] == "HEAD"]
    (event,) = up.app.kit.cases.events(case["pk"])
    assert (row["cause"], row["root"], row["depth"]) == (event["id"], case["pk"], 1)
    read = up.call(
        "GET", f"/v1/registers/{HEARD}/records/{CODE}", None, up.bearer("person:demo-handler", "staff")
    )
    firm = {"uscc": CODE, "name": "长沙望城示例餐饮有限公司"}
    assert read.json()["body"] == firm | {"last_case": number, "heard_on": "2026-03-02", "state": "known"}


@pytest.mark.parametrize("seed", range(4))
def test_a_stream_read_three_times_in_any_order_writes_once_for_each_event(up: House, seed: int) -> None:
    releases(up, heard(), writes())
    numbers = handed_in(up, "a", "b", "c")
    order = Random(seed)
    records = stream(up) * 3
    order.shuffle(records)
    messages = relays(up, records) + relays(up, records)
    order.shuffle(messages)
    done = works(up, messages)
    assert done == {"written": 3, "again": told_in(messages) - 3}
    assert sorted(one["last_case"] for one in versions(up)) == sorted(numbers)


def test_a_new_version_of_the_trigger_writes_no_second_time_and_once_per_is_heeded(up: House) -> None:
    releases(up, heard(), writes(once_per=["form:/uscc"]))
    handed_in(up, "a", "b")
    assert works(up, relays(up, stream(up))) == {"written": 1, "again": 1}
    releases(up, writes(once_per=["form:/uscc"], title={"zh": "听说过", "en": "Another title"}))
    assert works(up, relays(up, stream(up))) == {"again": 2}
    assert len(versions(up)) == 1


def test_what_the_source_has_not_is_left_as_it_stands(up: House) -> None:
    releases(up, heard(), writes())
    handed_in(up, "a")
    works(up, relays(up, stream(up)))
    before = versions(up)[-1]
    releases(up, writes(set={"name": "form:/nothing_like_it", "state": "gone"}, id="gone"))
    handed_in(up, "b")
    done = works(up, relays(up, stream(up)))
    assert done["written"] == 3
    assert {one["name"] for one in versions(up)} == {before["name"]}


def test_a_register_that_stopped_naming_triggers_is_written_no_more(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate judged the register as it was; the act is judged by what is published now."""
    releases(up, heard(), writes())
    handed_in(up, "a")
    messages = relays(up, stream(up))
    closed = heard(writers=["node:market-regulation"])
    catalogue = type(up.app.kit.catalogue)
    live = catalogue.live
    monkeypatch.setattr(
        catalogue, "live",
        lambda self, pointer, kind, name: closed if name == HEARD else live(self, pointer, kind, name),
    )  # fmt: skip
    with pytest.raises(Problem, match="forbidden"):
        works(up, messages)
    assert versions(up) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"set": {"state": "form:/uscc"}}, "record-invalid"),
        ({"key": "form:/nothing_like_it"}, "trigger-without-key"),
    ],
)
def test_what_the_register_refuses_is_refused_and_nothing_is_marked_as_done(
    up: House, changed: dict[str, Any], code: str
) -> None:
    releases(up, heard(), writes(**changed))
    handed_in(up, "a")
    messages = relays(up, stream(up))
    with pytest.raises(Problem, match=code):
        works(up, messages)
    assert not [one for one in up.rows("records") if one["pk"].startswith("ACT#")]


def test_who_died_before_the_answer_came_has_written_once(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    releases(up, heard(), writes())
    handed_in(up, "a")
    messages = relays(up, stream(up))
    store = type(up.app.kit.records)
    write = store.write

    def dies(*arguments: Any) -> Any:
        write(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        works(up, messages)
    monkeypatch.undo()
    assert works(up, messages) == {"again": 1}
    assert len(versions(up)) == 1


# ── one sets off the next


def test_a_record_that_was_written_sets_off_what_waits_for_its_change_one_deeper(up: House) -> None:
    releases(up, heard(), heard("heard-twice"), writes(), tells_of())
    handed_in(up, "a")
    works(up, relays(up, stream(up)))
    assert works(up, relays(up, images(up))) == {"written": 1}
    (row,) = [
        one for one in up.rows("records") if one["pk"] == f"R#heard-twice#{CODE}" and one["sk"] == "NOW"
    ]
    (case,) = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    assert (row["depth"], row["root"]) == (2, case)
    assert row["cause"].startswith("chg_")


def test_a_circle_forced_past_the_gate_ends_at_depth_eight(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases(up, heard(), heard("heard-twice"), writes(), tells_of())
    back = tells_of("heard-twice", HEARD, id="and-back")
    known = type(up.app.kit.catalogue).definitions
    monkeypatch.setattr(
        type(up.app.kit.catalogue), "definitions",
        lambda self, pointer, kind: [*known(self, pointer, kind), *([back] if kind == triggers.KIND else [])],
    )  # fmt: skip
    handed_in(up, "a")
    works(up, relays(up, stream(up)))
    deep = 0
    for _ in range(triggers.MAX_DEPTH + 2):
        deep += works(up, relays(up, [one for one in images(up) if CODE in keys_of(one)[0]])).get(
            "too_deep", 0
        )
    depths = [one["depth"] for one in up.rows("records") if one["sk"].startswith("@") and "depth" in one]
    assert sorted(depths) == list(range(1, triggers.MAX_DEPTH + 1))
    assert deep > 0


# ── every period, and dry runs


def stamps(**more: Any) -> dict[str, Any]:
    """Once a quarter each tenancy on record is noted as asked about, in a register of its own."""
    written = {
        "register": HEARD, "key": "record:/uscc",
        "set": {"name": "record:/name", "last_case": "period:id", "heard_on": "today", "state": "known"},
    }  # fmt: skip
    return campaign(do=[{"write": written}], **more)


@pytest.mark.parametrize("once_per", [None, ["record:/host_uscc", "period:id"]])
def test_the_count_of_a_trial_is_that_of_the_run(once_per: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigning, "CHUNK", 5)
    up = District(declared=stamps(**({"once_per": once_per} if once_per else {})), more=[heard()])
    up.hosts(range(12))
    up.hosts(range(12, 15), contact="ended")
    up.hosts(range(15, 18), name="")
    before = outside_work(up)
    press = up.press()
    asked = campaign_trials.request(press, DRAFTER, str(stamps()["id"]), None)
    up.works(press)
    dry = campaign_trials.see_trial(press, DRAFTER, str(stamps()["id"]), asked["campaign_id"])
    assert outside_work(up) == before
    up.tick()
    up.works()
    run = up.run()
    written = [one for one in up.dynamo.rows(TABLES.records, f"R#{HEARD}#") if one["sk"] == "NOW"]
    assert dry["written"] == run["written"] == (1 if once_per else 12) == len(written)
    if not once_per:
        names = (*COUNTS, "written")
        assert {name: dry[name] for name in names} == {name: run[name] for name in names}
        assert dry["refused"] == 3


def test_a_worker_that_died_in_the_middle_of_a_chunk_leaves_what_it_wrote_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    up = District(declared=stamps(), more=[heard()])
    up.hosts(range(6))
    store, written = type(up.records), list[Any]()
    write = store.write

    def dies(self: Any, record: Any, author: str, at: int, act: Any = None) -> Any:
        done = write(self, record, author, at, act)
        written.append(record)
        if len(written) == 3:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(store, "write", dies)
    up.tick()
    with pytest.raises(KeyboardInterrupt):
        up.works()
    up.hand.at += campaigning.STALLED + 60_000
    up.tick()
    up.works()
    assert (up.run()["written"], up.run()["again"], len(written)) == (6, 0, 6)


def test_the_dry_run_of_a_drafted_trigger_counts_what_the_run_then_writes(up: House) -> None:
    releases(up, heard())
    handed_in(up, "a", "b")
    from chalicelib.actions import foreseeing

    cases = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    (row,) = foreseeing.foreseen(up.app.kit, cases, [writes()])
    releases(up, writes())
    assert works(up, relays(up, stream(up))) == {"written": row["writes"]} == {"written": 2}
    assert (row["opens"], row["moves"], row["proposes"], row["notices"]) == (0, 0, 0, 0)


# ── what the gate refuses


def codes(*bodies: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one.pointer, one.code) for one in judged(*bodies)}


def test_the_gate_lets_it_pass() -> None:
    assert codes(writes(), heard()) == set()


@pytest.mark.parametrize(
    ("changed", "register", "pointer", "code"),
    [
        ({"register": "no-such"}, {}, "/do/0/write/register", "dangling-reference"),
        ({}, {"writers": ["node:market-regulation"]}, "/do/0/write/register", "register-not-written-by-triggers"),
        ({}, {"only": [FOOD]}, "/do/0/write/register", "changes-only-by-cases"),
        ({"set": {"colour": "red"}}, {}, "/do/0/write/set/colour", "record-field-unknown"),
        ({"set": {"uscc": "case:number"}}, {}, "/do/0/write/set/uscc", "record-misplaced"),
        ({"set": {"state": "asleep"}}, {}, "/do/0/write/set/state", "record-state-unknown"),
        ({"set": {"name": "case:colour"}}, {}, "/do/0/write/set/name", "value-unknown"),
        ({"key": "clock:id"}, {}, "/do/0/write/key", "value-unknown"),
    ],
)  # fmt: skip
def test_the_gate_names_what_cannot_be_written(
    changed: dict[str, Any], register: dict[str, Any], pointer: str, code: str
) -> None:
    assert (pointer, code) in codes(writes(**changed), heard(**register))


def test_grants_are_never_just_written() -> None:
    assert ("/do/0/write/register", "register-not-written-by-triggers") in codes(writes(register="grants"))


def test_a_circle_over_a_record_that_triggers_write_is_refused_and_shown() -> None:
    there, back = tells_of(), tells_of("heard-twice", HEARD, id="and-back")
    found = judged(there, back, heard(), heard("heard-twice"))
    shown = {one.params["cycle"] for one in found if one.code == "trigger-cycle"}
    assert shown == {"heard-again → and-back → heard-again", "and-back → heard-again → and-back"}


def test_what_a_write_leaves_alone_is_no_link_of_a_circle() -> None:
    there = tells_of(fields=["/last_case"])
    back = tells_of("heard-twice", HEARD, id="and-back", set={"heard_on": "today"})
    assert "trigger-cycle" not in {code for _, code in codes(there, back, heard(), heard("heard-twice"))}
    back["do"][0]["write"]["set"]["last_case"] = "x"
    assert "trigger-cycle" in {code for _, code in codes(there, back, heard(), heard("heard-twice"))}
