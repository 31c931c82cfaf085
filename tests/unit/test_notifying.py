"""Notices on their way: from a case's event to a provider that really listens, past those who fail, until a receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partialmethod
from itertools import count
from typing import Any

import pytest

from chalicelib.actions import notice_receipts, noticing
from chalicelib.domain import notices
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.clock import SHANGHAI
from chalicelib.domain.notices import LOST
from tests.builders_app import House
from tests.builders_effects import releases, words
from tests.builders_notices import (
    EMAIL,
    MOBILE,
    bodies,
    channel,
    knows,
    provider,
    reachable,
    reports,
    sent_rows,
    tells_people,
)  # fmt: skip
from tests.builders_webhooks import Crash, Office, Receiver, receiver
from tests.unit.test_triggering import FIRM, files


@contextmanager
def two_providers(up: House, post: Office, **more: Any) -> Iterator[tuple[Receiver, Receiver, str]]:
    """SMS by `first`, else by `second`; the firm can be reached."""
    with receiver() as first, receiver() as second:
        ways = [provider("first", first.url, **more), provider("second", second.url, **more)]
        releases(up, channel("sms", "mobile", ways))
        secret = knows(up, "sms", "first", "second")
        reachable(up, FIRM)
        yield first, second, secret


def verdicts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["provider"], one["verdict"]) for one in row["attempts"]]


def until_settled(post: Office, most: int = 12) -> list[str]:
    """Carry what waits, a few seconds after another, until nothing waits."""
    done = list[str]()
    for _ in range(most):
        if not post.fast and not post.slow:
            break
        post.up.app.at += 6_000
        done += post.deliver()
    return done


def shown(post: Office, case: str, by: Mapping[str, str]) -> list[dict[str, Any]]:
    answer = post.up.call("GET", f"/v1/cases/{case}/notices", None, by)
    assert answer.status == 200, answer
    return list(answer.json()["notices"])


# ── from a case's step to a telephone


def test_a_step_of_a_case_is_told_by_sms_past_a_provider_that_is_down_and_the_receipt_is_shown(
    up: House, post: Office
) -> None:
    handler = up.bearer("person:demo-handler", "staff")
    with two_providers(up, post) as (first, second, secret):
        first.says(503)
        case = files(up)
        assert tells_people(up) == {"noticed": 1}
        assert until_settled(post) == ["retry", "retry", "ok"]
        assert [len(first.heard), len(second.heard)] == [2, 1]
        (row,) = sent_rows(up)
        assert verdicts(row) == [("first", "failed"), ("first", "failed"), ("second", "accepted")]
        ids = {one.id for one in (*first.heard, *second.heard)}
        assert ids == {row["id"]} == {one["id"] for one in bodies((*first.heard, *second.heard))}
        (told,) = bodies(second.heard)
        assert (told["to"], told["channel"], told["notice"]) == (MOBILE, "sms", "submitted")
        assert case["number"] in told["text"]
        (line,) = shown(post, case["case_id"], handler)
        assert (line["state"], line["channel"], line["provider"]) == ("sent", "sms", "second")
        answer = reports(post, secret, {"id": row["id"], "status": "delivered"}, "sms", "second")
        assert answer.status == 202, answer
        (line,) = shown(post, case["case_id"], handler)
        assert line["state"] == "delivered"
        assert [one["verdict"] for one in line["attempts"]] == ["failed", "failed", "accepted", "delivered"]
        assert line["roles"] == ["applicant"]


def test_what_a_provider_reports_as_failed_goes_to_the_next_one_and_then_to_the_next_channel(
    up: House, post: Office
) -> None:
    with two_providers(up, post) as (first, second, secret), receiver() as mail:
        releases(up, channel("email", "email", [provider("mail", mail.url)]))
        knows(up, "email", "mail")
        reachable(up, FIRM, addresses={"mobile": MOBILE, "email": EMAIL})
        files(up)
        tells_people(up)
        assert until_settled(post) == ["ok"]
        (row,) = sent_rows(up)
        for name in ("first", "second"):
            lost = {"id": row["id"], "status": "failed", "why": "number-unknown"}
            for _ in range(2):  # and a report that comes twice asks nobody twice
                assert reports(post, secret, lost, "sms", name).status == 202
            assert until_settled(post) == ["ok"]
        assert [len(first.heard), len(second.heard), len(mail.heard)] == [1, 1, 1]
        assert bodies(mail.heard)[0]["to"] == EMAIL
        (row,) = sent_rows(up)
        assert verdicts(row) == [
            ("first", "accepted"), ("first", "undelivered"), ("second", "accepted"), ("second", "undelivered"),
            ("mail", "accepted"),
        ]  # fmt: skip


def test_who_refuses_for_good_is_passed_over_at_once(up: House, post: Office) -> None:
    with two_providers(up, post) as (first, second, _):
        first.says(422)
        files(up)
        tells_people(up)
        assert until_settled(post) == ["retry", "ok"]
        assert [len(first.heard), len(second.heard)] == [1, 1]


def test_a_provider_that_fails_everybody_is_asked_by_nobody_until_it_has_rested(
    up: House, post: Office
) -> None:
    with two_providers(up, post, rests_after=4) as (first, second, _):
        first.says(500)
        for key in "abc":
            files(up, key)
            tells_people(up)
            until_settled(post)
        assert [len(first.heard), len(second.heard)] == [4, 3]
        first.says(204)
        up.app.at += 5 * 60_000
        files(up, "d")
        tells_people(up)
        assert until_settled(post) == ["ok"]
        assert [len(first.heard), len(second.heard)] == [5, 3]


def test_when_all_are_down_it_is_sent_once_they_are_up_again_and_nothing_is_lost(
    up: House, post: Office
) -> None:
    with two_providers(up, post) as (first, second, _):
        first.says(503)
        second.says(503)
        files(up)
        tells_people(up)
        until_settled(post)
        assert [one["state"] for one in sent_rows(up)] == ["retry"]
        assert "ok" not in post.minute(10 * 60_000) + until_settled(post)
        second.says(204)
        assert (post.minute(3_600_000) + until_settled(post))[-1] == "ok"
        (row,) = sent_rows(up)
        assert row["state"] == "ok"
        assert {one.id for one in (*first.heard, *second.heard)} == {row["id"]}


def test_nobody_to_carry_it_ends_it_with_a_reason_and_it_can_still_be_read(up: House, post: Office) -> None:
    case = files(up)
    reachable(up, FIRM, addresses={})
    tells_people(up)
    assert until_settled(post) == ["skipped"]
    (line,) = shown(post, case["case_id"], up.bearer("person:demo-handler", "staff"))
    assert (line["state"], line["why"]) == ("skipped", "no-way")
    (own,) = up.call("GET", "/v1/notices", None, up.bearer(FIRM, "citizen")).json()["notices"]
    assert case["number"] in own["text"]["zh"]


# ── when


def at_night(up: House) -> None:
    up.app.at = int(datetime(2026, 3, 2, 22, 0, tzinfo=SHANGHAI).timestamp() * 1000)


def test_courtesy_waits_until_the_quiet_hours_are_over(up: House, post: Office) -> None:
    with two_providers(up, post) as (first, _, _):
        at_night(up)
        case = files(up)
        tells_people(up)
        assert (post.fast, post.slow) == ([], [])
        (line,) = shown(post, case["case_id"], up.bearer("person:demo-handler", "staff"))
        assert (line["state"], line["why"], line["next_attempt"]) == (
            "waiting", "quiet-hours", "2026-03-03T08:00:00+08:00",
        )  # fmt: skip
        assert post.minute(9 * 3_600_000) == []  # seven in the morning
        assert first.heard == []
        assert post.minute(3_600_000) == ["ok"]
        assert len(first.heard) == 1


def test_what_failed_in_the_evening_is_tried_again_in_the_morning(up: House, post: Office) -> None:
    with two_providers(up, post) as (first, second, _):
        first.says(503)
        second.says(503)
        up.app.at = int(datetime(2026, 3, 2, 20, 59, tzinfo=SHANGHAI).timestamp() * 1000)
        files(up)
        tells_people(up)
        until_settled(post)
        heard = len(first.heard) + len(second.heard)
        first.says(204)
        assert post.minute(7 * 60_000) == ["retry"]  # the next round is due, and it is quiet
        assert post.minute(10 * 3_600_000) == []
        assert len(first.heard) + len(second.heard) == heard
        assert (post.minute(3_600_000) + until_settled(post))[-1] == "ok"
        assert sent_rows(up)[0]["state"] == "ok"


def test_legal_service_goes_at_night_and_to_who_wants_no_courtesy(up: House, post: Office) -> None:
    served = {
        "kind": "notices", "id": "served-by-message", "title": words("送达", "Served"), "on": ["submitted"],
        "to": ["party:applicant"], "channels": ["sms"], "purpose": "legal-service",
        "subject": words("送达", "Served"), "template": words("{{case.number}}", "{{case.number}}"),
    }  # fmt: skip
    with two_providers(up, post) as (first, _, _):
        releases(up, served)
        reachable(up, FIRM, without=("sms",))
        at_night(up)
        files(up)
        assert tells_people(up) == {"noticed": 2}
        assert until_settled(post) == ["ok"]
        post.minute(11 * 3_600_000)
        until_settled(post)
        assert [one["notice"] for one in bodies(first.heard)] == ["served-by-message"]


def test_people_are_told_in_their_language_and_by_no_channel_that_they_do_not_want(
    up: House, post: Office
) -> None:
    with two_providers(up, post) as (first, _, _):
        reachable(up, FIRM, language="en")
        files(up, "a")
        tells_people(up)
        until_settled(post)
        assert "was received as case" in bodies(first.heard)[0]["text"]
        reachable(up, FIRM, without=("sms",))
        files(up, "b")
        tells_people(up)
        assert until_settled(post) == ["skipped"]
        assert len(first.heard) == 1


# ── at least once


def test_a_message_that_comes_often_tells_nobody_twice(up: House, post: Office) -> None:
    with two_providers(up, post) as (first, _, _):
        files(up)
        assert tells_people(up) == {"noticed": 1}
        assert tells_people(up) == {"again": 1}
        waiting = list(post.fast)
        post.fast.extend(waiting * 2)
        assert set(post.deliver()) == {"ok"}
        post.fast.extend(waiting)
        assert post.deliver() == ["nothing"]
        assert len(first.heard) == 1


def test_nobody_is_thanked_for_an_application_that_a_trigger_opened(up: House, monkeypatch: Any) -> None:
    case = files(up)["case_id"]
    cases = up.app.kit.cases
    ((as_it_is, opened, form),) = cases.told_with_forms([(case, 1)]).values()
    assert noticing.respond(up.app.kit, [(case, 1)]) == {"noticed": 1}
    messages = list[str]()
    assert noticing.hand_on(up.app.kit, messages.extend, [(case, 1)], {}, ()) == 1
    assert noticing.hand_on(up.app.kit, messages.extend, [(case, 1)], {}, [(case, 1)]) == 0
    assert len(messages) == 1
    by_trigger = {(case, 1): (as_it_is, opened | {"trigger": "red-light@0"}, form)}
    monkeypatch.setattr(type(cases), "told_with_forms", lambda *_: by_trigger)
    assert noticing.respond(up.app.kit, [(case, 1)]) == {}


def test_what_one_message_says_to_many_is_handed_over_to_be_sent_in_one_piece(
    up: House, post: Office
) -> None:
    with two_providers(up, post):
        told = [(files(up, f"k{number}")["case_id"], 1) for number in range(4)]
        carried = list[int]()
        kit = replace(up.app.kit, carry=lambda messages, _: carried.append(len(messages)))
        assert noticing.respond(kit, told) == {"noticed": 4}
        assert noticing.respond(kit, told) == {"again": 4}
        assert carried == [1]


def test_the_notices_of_one_message_are_sent_for_hardly_more_requests_than_one(
    up: House, post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_providers(up, post) as (first, _, _):
        dynamo, asked = type(up.app.dynamo), list[str]()
        call = dynamo.call

        def counted(store: Any, operation: str, **arguments: Any) -> Any:
            asked.append(operation)
            return call(store, operation, **arguments)

        keys = (f"k{number}" for number in count())

        def requests_for(number: int) -> int:
            told = [(files(up, next(keys))["case_id"], 1) for _ in range(number)]
            assert noticing.respond(up.app.kit, told) == {"noticed": number}
            asked.clear()
            assert post.deliver() == ["ok"] * number
            return len(asked)

        monkeypatch.setattr(dynamo, "call", counted)
        requests_for(1)  # definitions are read and kept
        alone = requests_for(1)
        assert requests_for(8) <= alone + 1
        assert len(first.heard) == 10


def test_a_notice_that_cannot_be_opened_holds_up_no_other(
    up: House, post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_providers(up, post) as (first, _, _):
        told = [(files(up, f"k{number}")["case_id"], 1) for number in range(3)]
        noticing.respond(up.app.kit, told)
        store = type(up.app.kit.notices)
        opened, broken = store._opened, list[str]()

        def refusing(self: Any, item: Any) -> Any:
            broken.extend([] if broken else [item["id"]])
            if item["id"] in broken:
                raise ValueError("sealed with a key that is gone")
            return opened(self, item)

        with monkeypatch.context() as patch:
            patch.setattr(store, "_opened", refusing)
            assert sorted(post.deliver()) == ["error", "ok", "ok"]
        assert post.minute(LOST) == ["ok"]
        assert len({one.id for one in first.heard}) == 3


class Dying:
    """A store whose client dies at one request, before or after it is done."""

    def __init__(self, call: Any, when: str) -> None:
        self.call, self.when, self.count, self.at = call, when, 0, 0

    def __call__(self, store: Any, operation: str, **arguments: Any) -> dict[str, Any]:
        self.count += 1
        here = self.count == self.at
        if here and self.when == "before":
            raise Crash(operation)
        answer: dict[str, Any] = self.call(store, operation, **arguments)
        if here:  # it was done, and nobody heard so
            raise Crash(operation)
        return answer


def told_though(dying: Dying, post: Office, case: str, step: int) -> int:
    """Tell of a case's first event, dying at request `step`; queues and sweeps bring again what failed. How many
    requests it took until the notice was taken up."""
    kit = post.up.app.kit
    dying.count, dying.at = 0, step
    for _ in range(2):
        with suppress(Crash):
            noticing.respond(kit, [(case, 1)])
            break
    for _ in range(3):  # first provider, second provider
        with suppress(Crash):  # whose messages come again, and where they do not, the sweep finds what is due
            post.deliver()
    count, dying.at = dying.count, 0
    for _ in range(2):
        post.minute(LOST)
        post.deliver()
    return count


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_dies_at_any_step_loses_nothing_and_every_duplicate_has_the_same_id(
    up: House, post: Office, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_providers(up, post) as (first, second, _):
        first.says(422)
        dynamo = type(up.app.dynamo)
        dying = Dying(dynamo.call, when)
        monkeypatch.setattr(dynamo, "call", partialmethod(dying))
        steps = told_though(dying, post, files(up, "warm")["case_id"], 0)
        assert steps > 12
        for step in range(1, steps + 1):
            told_though(dying, post, files(up, f"case-{step}")["case_id"], step)
        rows = sent_rows(up)
        assert ({one["state"] for one in rows}, len(rows)) == ({"ok"}, steps + 1)
        assert {one.id for one in second.heard} == {one["id"] for one in rows}
        assert {one.id for one in first.heard} <= {one["id"] for one in rows}


def test_a_receipt_that_comes_while_the_notice_is_being_sent_comes_back(
    up: House, post: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_providers(up, post) as (first, _, _):
        early = list[int]()

        def answers(_: int, one: Any) -> tuple[int, dict[str, str], bytes]:
            with pytest.raises(RuntimeError):
                notice_receipts.note(up.app.dispatch, _receipt(one.id))
            early.append(1)
            return 204, {}, b""

        first.answers = answers
        files(up)
        tells_people(up)
        assert until_settled(post) == ["ok"]
        assert early == [1]
        (row,) = sent_rows(up)
        assert notice_receipts.note(up.app.dispatch, _receipt(row["id"])) == {"delivered": 1}
        assert notice_receipts.note(up.app.dispatch, _receipt(row["id"])) == {"again": 1}


def _receipt(identity: str) -> dict[str, Any]:
    return {"id": identity, "channel": "sms", "provider": "first", "status": "delivered", "why": "", "at": 1}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "maybe"}, "receipt-invalid"), ({"id": "ntc_1"}, "receipt-invalid"),
        ({"why": "13800138000"}, "receipt-invalid"), ({"why": "not a code"}, "receipt-invalid"),
    ],
)  # fmt: skip
def test_a_report_that_is_none_is_refused_with_what_is_wrong(
    up: House, post: Office, change: dict[str, str], code: str
) -> None:
    with two_providers(up, post) as (_, _, secret):
        asked = {"id": "dlv_01KJQ8ZZZZZZZZZZZZZZZZZZZZ", "status": "delivered"} | change
        answer = reports(post, secret, asked, "sms", "first")
        assert (answer.status, answer.code) == (422, code)
        assert reports(post, "whsec_" + "A" * 43 + "=", asked, "sms", "first").code == "signature-invalid"
        assert reports(post, secret, asked, "sms", "nobody").status == 404


# ── who sees what


def test_a_party_sees_what_is_to_them_and_nobody_else_anything(up: House, post: Office) -> None:
    reachable(up, FIRM)
    case = files(up)["case_id"]
    tells_people(up)
    until_settled(post)
    assert len(shown(post, case, up.bearer(FIRM, "citizen"))) == 1
    for other in (
        up.bearer("enterprise:91430112MA4DEM0200", "citizen"),
        up.bearer("person:demo-tax-handler", "staff"),
    ):
        assert up.call("GET", f"/v1/cases/{case}/notices", None, other).status == 404
    assert up.call("GET", f"/v1/cases/{case}/notices").status == 401


def test_what_is_about_a_confidential_case_is_sent_nowhere(up: House) -> None:
    declared = up.app.catalogue.live(up.app.catalogue.pointer(strong=True), "notices", "submitted")
    values = {"department": {"title": "局"}, "item": {"title": "事项"}, "case": {"number": "1"}}
    for hidden in (False, True):
        made = notices.drafted(
            declared,
            values,
            identity="ntc_x",
            to=FIRM,
            at=up.app.at,
            zone=SHANGHAI,
            case=None,
            confidential=hidden,
        )
        assert made.sent is not hidden


# ── carriers


def test_what_stands_in_reaches_nobody_where_there_is_no_outbox_and_says_so(up: House, post: Office) -> None:
    case = files(up)
    reachable(up, FIRM)
    tells_people(up)
    assert until_settled(post)[-1] == "dead"
    (line,) = shown(post, case["case_id"], up.bearer("person:demo-handler", "staff"))
    assert line["attempts"][-1]["why"] == "no-outbox"


def test_a_provider_without_a_secret_is_asked_nothing(up: House, post: Office) -> None:
    with receiver() as there:
        releases(up, channel("sms", "mobile", [provider("first", there.url)]))
        reachable(up, FIRM)
        files(up)
        tells_people(up)
        assert until_settled(post)[-1] == "dead"
        assert there.heard == []


def test_the_number_of_the_enterprises_record_is_used_where_nobody_set_one(up: House, post: Office) -> None:
    with receiver() as there:
        named = {"of": "enterprise", "register": "enterprises", "field": "/mobile"}
        releases(up, channel("sms", "mobile", [provider("first", there.url)], records=[named]))
        knows(up, "sms", "first")
        code, other = FIRM.partition(":")[2], "13900139000"
        present = up.app.kit.records.read("enterprises", code)
        body = {"uscc": code, "name": "示例", "status": "active", "mobile": other}
        revision, key = (present.revision, present.key) if present else (0, None)
        write = RecordWrite("enterprises", code, revision, body, "2026-01-01", key)
        up.app.kit.records.write(write, "system:import", up.app.at)
        files(up, "a")
        tells_people(up)
        assert until_settled(post) == ["ok"]
        reachable(up, FIRM)
        files(up, "b")
        tells_people(up)
        until_settled(post)
        assert [one["to"] for one in bodies(there.heard)] == [other, MOBILE]


def test_an_outbox_shows_what_it_took_and_that_it_stands_in(up: House) -> None:
    from chalicelib.actions.notice_ports import Parcel
    from chalicelib.clients.carriers import OutboxCarrier
    from chalicelib.clients.webhooks import Sender

    parcel = Parcel("dlv_1", "sms", MOBILE, "zh", "标题", "内容", "submitted", "v", {"n": 1})
    with receiver() as there:
        told = OutboxCarrier(there.url, Sender(loopback=True).post).carry(provider("box"), parcel, (), 0)
        assert told.verdict == "accepted"
        (body,) = bodies(there.heard)
    assert (body["stand_in"], body["to"], body["provider"], body["text"]) == (True, MOBILE, "box", "内容")
    assert json.loads(json.dumps(body)) == body
