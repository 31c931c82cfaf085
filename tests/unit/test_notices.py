"""A notice that a trigger sends: put into the outbox once, read by whom it is to and nobody else, kept sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from random import Random  # noqa: TID251 - seeded: the same order every time
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.actions import campaign_trials, campaigning, foreseeing
from chalicelib.domain import notices
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.definitions import content_hash
from chalicelib.domain.problems import Problem
from tests.builders import grant_record
from tests.builders_app import House
from tests.builders_campaigns import District, campaign
from tests.builders_effects import heard, judged, notice, releases, tells, tells_of, words, writes
from tests.builders_memory import TABLES
from tests.builders_relay import relays, stream, told_in, works
from tests.unit.test_campaign_trials import COUNTS, DRAFTER, outside_work
from tests.unit.test_record_triggering import images
from tests.unit.test_triggering import CODE, FIRM, files

HEAD = ("person:demo-head", "staff")
PATH = "/v1/notices"


def outbox(up: House) -> list[dict[str, Any]]:
    return [one for one in up.rows("records") if one["pk"].startswith("NTC#")]


def own(up: House, subject: str, role: str, query: str = "", **claims: Any) -> list[dict[str, Any]]:
    answer = up.call("GET", PATH + query, None, up.bearer(subject, role, **claims))
    assert answer.status == 200, answer.text
    return list(answer.json()["notices"])


# ── at work


def test_each_of_them_is_told_once_in_both_languages_and_reads_it_at_once(up: House) -> None:
    releases(up, notice(), tells())
    case = files(up)
    assert works(up, relays(up, stream(up))) == {"noticed": 3}
    text = {
        "zh": f"长沙望城示例餐饮有限公司提交了办件{case['number']}。",
        "en": f"长沙望城示例餐饮有限公司 handed in case {case['number']}.",
    }
    for read in (own(up, FIRM, "citizen"), own(up, *HEAD), own(up, *HEAD, "?node=market-regulation")):
        (one,) = read
        assert (one["text"], one["subject"]) == (text, words("收到申请", "An application came"))
        assert (one["notice"], one["version"]) == ("firm-applied", content_hash(notice()))
        assert (one["case_id"], one["at"]) == (case["case_id"], "2026-03-02T09:00:00+08:00")


@pytest.mark.parametrize("seed", range(4))
def test_a_stream_read_three_times_in_any_order_tells_nobody_twice(up: House, seed: int) -> None:
    releases(up, notice(), tells())
    for key in "abc":
        files(up, key)
    order = Random(seed)
    records = stream(up) * 3
    order.shuffle(records)
    messages = relays(up, records) + relays(up, records)
    order.shuffle(messages)
    done = works(up, messages)
    assert done == {"noticed": 9, "again": 3 * told_in(messages) - 9}
    assert len(outbox(up)) == 9
    assert len({one["id"] for one in outbox(up)}) == 9
    assert len({one["text"]["zh"] for one in own(up, FIRM, "citizen")}) == 3


def test_a_new_version_of_trigger_and_notice_tells_nobody_twice_and_what_was_said_stays_said(
    up: House,
) -> None:
    releases(up, notice(), tells())
    files(up)
    works(up, relays(up, stream(up)))
    before = own(up, FIRM, "citizen")
    releases(
        up,
        notice(template=words("{{firm}}、{{number}}", "{{firm}}, {{number}}")),
        tells(title=words("告", "T")),
    )
    assert works(up, relays(up, stream(up))) == {"again": 3}
    assert own(up, FIRM, "citizen") == before
    up.app.at += 1000
    files(up, "second")
    works(up, relays(up, stream(up)))
    newest, older = own(up, FIRM, "citizen")
    assert (newest["text"]["zh"][-1] != "。", older) == (True, before[0])


def test_a_post_that_changed_hands_is_not_told_again_and_a_vacant_one_not_at_all(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.domain.organisations import Organisation

    releases(up, notice(), tells(to=["post:head"]))
    files(up)
    messages = relays(up, stream(up))
    works(up, messages)
    monkeypatch.setattr(Organisation, "holder", lambda *_: "person:somebody-else")
    assert works(up, messages) == {"again": 1}
    assert own(up, "person:somebody-else", "staff") == []
    monkeypatch.setattr(Organisation, "holder", lambda *_: None)
    files(up, "second")
    assert works(up, relays(up, stream(up))) == {"missed": 2}


def test_what_stands_in_the_row_is_what_a_relay_needs_and_nothing_personal_in_the_clear(up: House) -> None:
    releases(up, notice(), tells(to=["case:owner"]))
    case = files(up)
    works(up, relays(up, stream(up)))
    (row,) = outbox(up)
    assert (row["kind"], row["template"], row["version"]) == (
        "notice",
        "firm-applied",
        content_hash(notice()),
    )
    assert row["not_before"] == up.app.at
    assert (row["depth"], row["root"]) == (1, case["case_id"])
    clear = {name: value for name, value in row.items() if not isinstance(value, bytes)}
    for personal in (CODE, "示例餐饮", FIRM):
        assert personal not in str(clear)
        assert personal.encode() not in bytes(row["b"])
    (kept,) = up.app.kit.notices.of_subject(FIRM, None, 9)[0]
    assert (kept.to, dict(kept.values)) == (
        FIRM, {"number": case["number"], "firm": "长沙望城示例餐饮有限公司"},
    )  # fmt: skip


def test_what_the_template_does_not_use_is_not_kept(up: House) -> None:
    more = {"number": "case:number", "firm": "form:/enterprise_name", "boss": "form:/legal_representative"}
    made = notices.drafted(
        notice(), more, identity="ntc_x", to=FIRM, at=up.app.at, zone=SHANGHAI, case=None
    )  # fmt: skip
    assert set(made.values) == {"number", "firm"}


def test_a_notice_that_lacks_a_value_is_refused_and_nothing_is_marked_as_done(up: House) -> None:
    releases(up, notice(), tells(values={"number": "case:number", "firm": "form:/online_platforms"}))
    files(up)
    messages = relays(up, stream(up))
    with pytest.raises(Problem, match="notice-incomplete"):
        works(up, messages)
    assert outbox(up) == []
    assert not [one for one in up.rows("records") if one["pk"].startswith("ACT#")]


def test_who_died_between_two_of_them_goes_on_with_the_next(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases(up, notice(), tells())
    files(up)
    messages = relays(up, stream(up))
    store, told = type(up.app.kit.notices), list[Any]()
    put = store.put

    def dies(*arguments: Any) -> None:
        put(*arguments)
        told.append(arguments)
        if len(told) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(store, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        works(up, messages)
    monkeypatch.undo()
    assert works(up, messages) == {"again": 2, "noticed": 1}
    assert len(outbox(up)) == 3


# ── who reads


def test_nobody_reads_another_ones_notices(up: House) -> None:
    releases(up, notice(), tells())
    files(up)
    works(up, relays(up, stream(up)))
    assert own(up, "enterprise:91430112MA4DEM0200", "citizen") == []
    assert own(up, "person:demo-handler", "staff") == []
    assert up.call("GET", PATH).status == 401
    for subject, role in (
        ("person:demo-tax-handler", "staff"),
        (FIRM, "citizen"),
        ("person:demo-admin", "admin"),
    ):
        answer = up.call("GET", f"{PATH}?node=market-regulation", None, up.bearer(subject, role))
        assert (answer.status, answer.code) == (403, "forbidden")


def test_who_acts_for_a_firm_reads_its_notices_by_a_grant_that_says_so(up: House) -> None:
    releases(up, notice(), tells())
    files(up)
    works(up, relays(up, stream(up)))
    agent = "person:demo-agent"
    acting = {"acting_for": FIRM, "via": "agent"}
    answer = up.call("GET", PATH, None, up.bearer(agent, "citizen", **acting))
    assert (answer.status, answer.code) == (403, "mandate-missing")
    _, grant = grant_record("mandate", FIRM, agent)
    for items, status in ((["food-licence"], 403), (["*"], 200)):
        body = grant["body"] | {"items": items, "acts": ["*"]}
        present = up.app.kit.records.read("grants", body["id"])
        write = RecordWrite(
            "grants", body["id"], present.revision if present else 0, body, "2026-01-01",
            present.key if present else None,
        )  # fmt: skip
        up.app.kit.records.write(write, "system:test", up.app.at)
        assert up.call("GET", PATH, None, up.bearer(agent, "citizen", **acting)).status == status
    assert len(own(up, agent, "citizen", **acting)) == 1


def test_pages_are_newest_first_and_reading_is_quiet(up: House) -> None:
    releases(up, notice(), tells(to=["case:owner"]))
    for number in range(5):
        up.app.at += 60_000
        files(up, f"k{number}")
        works(up, relays(up, stream(up)))
    before = {(one["pk"], one["sk"]): one for one in up.rows("records")}
    seen, after, pages = list[dict[str, Any]](), "", 0
    while pages < 9:
        answer = up.call("GET", f"{PATH}?limit=2{after}", None, up.bearer(FIRM, "citizen")).json()
        seen += answer["notices"]
        pages += 1
        if answer["after"] is None:
            break
        after = f"&after={answer['after']}"
    assert len(seen) == len({one["notice_id"] for one in seen}) == 5
    assert [one["at"] for one in seen] == sorted((one["at"] for one in seen), reverse=True)
    assert {(one["pk"], one["sk"]): one for one in up.rows("records")} == before
    assert up.call("GET", f"{PATH}?after=bm8", None, up.bearer(FIRM, "citizen")).code == "cursor-invalid"


def test_the_answer_is_the_one_that_is_described(up: House) -> None:
    releases(up, notice(), tells())
    files(up)
    works(up, relays(up, stream(up)))
    described = up.call("GET", "/v1/openapi.json").json()
    shape = {"$ref": "#/components/schemas/NoticePage", "components": described["components"]}
    answer = up.call("GET", PATH, None, up.bearer(FIRM, "citizen")).json()
    assert jsonschema_rs.validator_for(shape).is_valid(answer)
    del answer["notices"][0]["text"]
    assert not jsonschema_rs.validator_for(shape).is_valid(answer)


QUIET = {"from": "21:00", "to": "08:00"}


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (None, "2026-03-02T23:00", "2026-03-02T23:00"),
        (QUIET, "2026-03-02T20:59", "2026-03-02T20:59"),
        (QUIET, "2026-03-02T21:00", "2026-03-03T08:00"),
        (QUIET, "2026-03-31T23:59", "2026-04-01T08:00"),
        (QUIET, "2026-03-02T00:00", "2026-03-02T08:00"),
        (QUIET, "2026-03-02T08:00", "2026-03-02T08:00"),
        ({"from": "12:00", "to": "14:30"}, "2026-03-02T12:00", "2026-03-02T14:30"),
        ({"from": "12:00", "to": "14:30"}, "2026-03-02T14:30", "2026-03-02T14:30"),
    ],
)
def test_quiet_hours_are_over_before_it_is_sent_on(quiet: Any, at: str, until: str) -> None:
    def instant(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)

    assert notices.after_quiet(quiet, instant(at), SHANGHAI) == instant(until)


# ── after changes of records, every period, and dry runs


def test_a_change_of_a_record_tells_the_firm_that_it_is_about(up: House) -> None:
    told = {
        "notice": "firm-applied", "to": ["enterprise:record:/uscc"],
        "values": {"number": "record:/last_case", "firm": "record:/name"},
    }  # fmt: skip
    releases(up, heard(), notice(), writes(), tells_of() | {"do": [{"notice": told}]})
    files(up)
    works(up, relays(up, stream(up)))
    assert works(up, relays(up, images(up)) * 3) == {"noticed": 1, "again": 2}
    (one,) = own(up, FIRM, "citizen")
    assert one["case_id"] is None


def asks(**more: Any) -> dict[str, Any]:
    told = {
        "notice": "firm-applied", "to": ["enterprise:record:/host_uscc", "enterprise:record:/uscc"],
        "values": {"number": "period:id", "firm": "record:/name"},
    }  # fmt: skip
    return campaign(do=[{"notice": told}], **more)


@pytest.mark.parametrize("once_per", [None, ["record:/host_uscc", "period:id"]])
def test_the_count_of_a_trial_is_that_of_the_run(once_per: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigning, "CHUNK", 5)
    up = District(declared=asks(**({"once_per": once_per} if once_per else {})), more=[notice()])
    up.hosts(range(12))
    up.hosts(range(12, 15), contact="ended")
    up.hosts(range(15, 17), name=None)
    up.hosts(range(17, 19), host_uscc=None)
    before = outside_work(up)
    press = up.press()
    asked = campaign_trials.request(press, DRAFTER, str(asks()["id"]), None)
    up.works(press)
    dry = campaign_trials.see_trial(press, DRAFTER, str(asks()["id"]), asked["campaign_id"])
    assert outside_work(up) == before
    up.tick()
    up.works()
    run = up.run()
    rows = list(up.dynamo.rows(TABLES.records, "NTC#"))
    assert dry["noticed"] == run["noticed"] == len(rows) > 0
    if not once_per:
        names = (*COUNTS, "noticed", "missed")
        assert {name: dry[name] for name in names} == {name: run[name] for name in names}
        assert (dry["noticed"], dry["missed"], dry["refused"]) == (26, 2, 2)
        assert max(Counter(one["pk"] for one in rows).values()) == 12  # the host, of each of its firms


def test_the_dry_run_of_a_drafted_trigger_counts_what_the_run_then_sends(up: House) -> None:
    releases(up, notice())
    files(up, "a")
    files(up, "b")
    cases = [one["pk"] for one in up.rows("cases") if one["sk"] == "HEAD"]
    drafted = tells(to=["case:owner", "post:head", "post:nobody-holds-this"])
    (row,) = foreseeing.foreseen(up.app.kit, cases, [drafted])
    releases(up, drafted)
    done = works(up, relays(up, stream(up)))
    assert done == {"noticed": row["notices"], "missed": 2} == {"noticed": 4, "missed": 2}


# ── what the gate refuses


def codes(*bodies: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one.pointer, one.code) for one in judged(*bodies)}


def test_the_gate_lets_it_pass() -> None:
    assert codes(tells(), notice()) == set()


@pytest.mark.parametrize(
    ("trigger", "told", "pointer", "code"),
    [
        ({"notice": "no-such"}, {}, "/do/0/notice/notice", "dangling-reference"),
        ({"notice": "accepted"}, {}, "/do/0/notice/notice", "notice-of-events"),
        ({"values": {"number": "case:number"}}, {}, "/do/0/notice/values", "notice-value-missing"),
        ({"values": {"number": "case:number", "firm": "case:title", "phone": "form:/agent"}}, {},
         "/do/0/notice/values/phone", "notice-value-unknown"),
        ({"values": {"number": "clock:id", "firm": "case:title"}}, {}, "/do/0/notice/values/number", "value-unknown"),
        ({"to": ["case:colour"]}, {}, "/do/0/notice/to/0", "value-unknown"),
        ({}, {"values": ["number", "firm", "phone"]}, "/values/2", "notice-value-unused"),
        ({}, {"template": words("{{firm}}{{number}}{{case.number}}", "{{firm}}{{number}}{{case.number}}")},
         "/template/zh", "placeholder-unknown"),
        ({}, {"template": words("{{firm}}{{number}}", "{{firm}}")}, "/template/en", "languages-differ"),
        ({}, {"on": ["accepted"], "to": ["party:applicant"]}, "/values", "shape"),
    ],
)  # fmt: skip
def test_the_gate_names_what_cannot_be_sent(
    trigger: dict[str, Any], told: dict[str, Any], pointer: str, code: str
) -> None:
    assert (pointer, code) in codes(tells(**trigger), notice(**told))
