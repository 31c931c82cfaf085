"""What outside systems say: signed, kept once, done in its turn; one number of theirs is one case, whatever comes."""

from __future__ import annotations

import base64
import copy
import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.actions import receiving, reconciling
from chalicelib.domain import connectors
from chalicelib.domain.connectors import Message, in_turn
from chalicelib.domain.reconciliation import day_to_make, status_of
from chalicelib.domain.webhook_signatures import holds, secret_of, signed
from chalicelib.stores.inbound import InboundStore
from tests.builders import application, grant_record
from tests.builders_app import Answer, House
from tests.builders_pack import PACK
from tests.builders_webhooks import made, office

HOTLINE, CITY, WORKS = "hotline-12345", "city-platform", "electricity-works"
NODES = {HOTLINE: "administrative-approval", CITY: "market-regulation", WORKS: "electricity-supply"}
FIRM = "91430112P000005011"
MOBILE = "13800138000"
DAY = 86_400_000


def declared(connector: str) -> dict[str, Any]:
    return copy.deepcopy(dict(PACK[f"connectors/{connector}"]))


def example(connector: str, type_: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = declared(connector)["messages"][type_]["example"]
    return found | changes


@dataclass
class Outside:
    """An outside system: its identity, its secret, what it sends. `lost`: the queue loses what is put there."""

    up: House
    connector: str
    secret: str = ""
    system: str = field(init=False)

    def __post_init__(self) -> None:
        self.system = str(declared(self.connector)["system"])
        self.by = self.up.bearer(self.system, "integrator", via="integrator")
        self.secret = made(self.up.call("POST", f"{self.path}/secrets", {}, self.by))["secret"]

    @property
    def path(self) -> str:
        return f"/v1/connectors/{self.connector}"

    @property
    def seconds(self) -> int:
        return int(self.up.app.postroom.seconds())

    def scope(self) -> Outside:
        path, grant = grant_record("scope", f"node:{NODES[self.connector]}", self.system)
        answer = self.up.call("PUT", path, grant, self.up.bearer("person:demo-admin", "admin"))
        assert answer.status in (201, 412), answer
        return self

    def says(self, body: Any, identity: str | None = None, late: int = 0, **headers: str) -> Answer:
        raw = json.dumps(body, ensure_ascii=False)
        identity = identity or "msg_" + hashlib.sha256(raw.encode()).hexdigest()[:24]
        shown = signed(identity, self.seconds - late, raw.encode(), [self.secret]) | headers
        return self.up.call("POST", f"{self.path}/events", None, shown, raw=raw)

    def matter(self, number: str) -> dict[str, Any]:
        return made(self.up.call("GET", f"{self.path}/matters/{number}", None, self.by))

    def events(self, case: str) -> list[str]:
        by = self.up.bearer(f"enterprise:{FIRM}", "citizen")
        return [
            one["type"] for one in made(self.up.call("GET", f"/v1/cases/{case}/events", None, by))["events"]
        ]


@pytest.fixture
def hotline(up: House) -> Iterator[Outside]:
    with office(up):
        yield Outside(up, HOTLINE).scope()


def ticket(number: str, extra: int = 2) -> list[dict[str, Any]]:
    """A ticket as the hotline tells it: it is filed, something is added twice, the caller was called back."""
    about = {"ticket": {"number": number}}
    said = [
        example(HOTLINE, "ticket.supplemented", sequence=2 + one, text=f"补充第 {one + 1} 点", **about)
        for one in range(extra)
    ]
    caller = {"uscc": FIRM, "name": "王小明", "mobile": MOBILE}
    first = example(HOTLINE, "ticket.filed", sequence=1, caller=caller, **about)
    return [first, *said, example(HOTLINE, "ticket.called_back", sequence=2 + extra, **about)]


@pytest.mark.parametrize(
    "order", list(itertools.permutations(range(4)))[::5], ids=lambda one: "".join(map(str, one))
)
def test_every_message_three_times_in_any_order_becomes_exactly_one_case(hotline, order):
    up, messages = hotline.up, ticket("T-1")
    before = {row["pk"] for row in up.rows("cases") if row["sk"] == "HEAD"}
    for _ in range(3):
        for index in order:
            assert hotline.says(messages[index]).status == 202
    cases = {row["pk"] for row in up.rows("cases") if row["sk"] == "HEAD"} - before
    told = hotline.matter("T-1")
    assert cases == {told["case"]}
    assert [(one["order"], one["state"]) for one in told["messages"]] == [
        (1, "done"), (2, "done"), (3, "done"), (4, "seen"),
    ]  # fmt: skip
    assert hotline.events(told["case"]) == [
        "case.submitted",
        "case.information_added",
        "case.information_added",
    ]
    by = up.bearer(f"enterprise:{FIRM}", "citizen")
    events = made(up.call("GET", f"/v1/cases/{told['case']}/events", None, by))["events"]
    assert [one["data"].get("input", {}).get("text") for one in events[1:]] == ["补充第 1 点", "补充第 2 点"]


def test_whoever_dies_between_the_case_and_its_note_makes_no_second_one(hotline, monkeypatch):
    first, second, *_ = ticket("T-2")
    noted = InboundStore.note

    def dying_at(order: int) -> Any:
        def note(store: InboundStore, connector: str, message: Message) -> None:
            if message.order == order:
                raise ConnectionError
            noted(store, connector, message)

        return note

    monkeypatch.setattr(InboundStore, "note", dying_at(1))
    assert hotline.says(first).status == 500  # the case was opened, and nobody wrote that down
    monkeypatch.setattr(InboundStore, "note", dying_at(2))
    assert hotline.says(second).status == 500  # nor that something was added to it
    monkeypatch.undo()
    assert hotline.says(second).status == 202
    told = hotline.matter("T-2")
    assert [one["state"] for one in told["messages"]] == ["done", "done"]
    assert hotline.events(told["case"]) == ["case.submitted", "case.information_added"]


def test_the_case_carries_the_number_of_the_outside_system_and_its_channel(hotline):
    hotline.says(ticket("T-3")[0])
    case = hotline.up.app.kit.cases.load(hotline.matter("T-3")["case"]).case
    assert case.external == {"system": "system:hotline-12345", "external_id": "T-3"}
    assert (case.channel, case.owner) == ("integrator", f"enterprise:{FIRM}")


def test_who_does_not_say_who_they_are_is_nobody(hotline):
    hotline.says(ticket("T-4")[0] | {"caller": {}})
    case = hotline.up.app.kit.cases.load(hotline.matter("T-4")["case"]).case
    assert case.owner == "anonymous"


def test_what_is_not_signed_or_signed_too_long_ago_is_refused_and_leaves_nothing(hotline):
    message = ticket("T-5")[0]
    rows = hotline.up.rows("records")
    wrong = base64.b64encode(b"x" * 32).decode()
    for answer in (
        hotline.says(message, **{"webhook-signature": f"v1,{wrong}"}),
        hotline.says(message, **{"webhook-signature": ""}),
        hotline.says(message, **{"webhook-id": "msg_another"}),
        hotline.says(message, late=301),
        hotline.says(message, late=-301),
        hotline.up.call("POST", f"{hotline.path}/events", message, hotline.by),
        Outside(hotline.up, CITY).up.call("POST", f"{hotline.path}/events", message),
    ):
        assert (answer.status, answer.code) == (401, "signature-invalid")
    kept = [
        one for one in hotline.up.rows("records") if one["pk"].startswith("INB#") and one["sk"] != "SECRETS"
    ]
    assert kept == []
    assert len(rows) <= len(hotline.up.rows("records"))
    assert hotline.says(message, late=299).status == 202


def test_the_same_id_with_other_bytes_is_refused(hotline):
    first, second, *_ = ticket("T-6")
    assert hotline.says(first, "msg_1").status == 202
    again = hotline.says(first, "msg_1")
    assert (again.status, again.headers["idempotency-replayed"], again.json()["state"]) == (
        202,
        "true",
        "done",
    )
    assert hotline.says(second, "msg_1").code == "message-id-reused"


def test_a_rotation_leaves_the_old_secret_in_force_for_a_day(hotline):
    old, message = hotline.secret, ticket("T-7")[0]
    new = made(hotline.up.call("POST", f"{hotline.path}/secrets", {}, hotline.by))["secret"]
    assert new != old
    assert hotline.says(message).status == 202
    hotline.up.app.at += 86_400_001
    assert hotline.says(message).code == "signature-invalid"
    hotline.secret = new
    assert hotline.says(message).status == 202


def test_a_secret_and_what_a_caller_said_stand_readable_in_no_table(hotline):
    hotline.says(ticket("T-8")[0])
    stored = repr(
        [hotline.up.rows(name) for name in ("records", "deliveries", "definitions", "cases", "timers")]
    )
    assert "INB#hotline-12345#X#T-8" in stored
    for secret in (hotline.secret.removeprefix("whsec_"), MOBILE, "王小明", "同一门头招牌"):
        assert secret not in stored
        assert base64.b64encode(secret.encode()).decode() not in stored


def test_a_case_is_told_of_in_the_outside_systems_own_words(hotline):
    """What it is called there is declared; who has no scope over the case is told nothing of it."""
    hotline.says(ticket("T-w")[0])
    seen = hotline.matter("T-w")
    assert seen["status"] == {"code": "10", "title": {"zh": "待签收", "en": "Waiting to be signed for"}}
    case = hotline.up.app.kit.cases.load(seen["case"]).case
    word = {name: status_of(declared(HOTLINE), replace(case, configuration={"in": states}, outcome=outcome))["code"]
            for name, states, outcome in (
                ("handling", ["open", "handling"], None), ("closed", ["closed"], "closed"),
                ("lawful_no", ["lawful_no"], "lawful_no"),
            )}  # fmt: skip
    assert word == {"handling": "20", "closed": "90", "lawful_no": "91"}
    assert status_of(declared(WORKS), case) is None  # nothing is declared there
    path, grant = grant_record("scope", f"node:{NODES[HOTLINE]}", hotline.system)
    admin = hotline.up.bearer("person:demo-admin", "admin")
    ended = {**grant, "body": {**grant["body"], "revoked": True}}
    answer = hotline.up.call("PUT", path, ended, {**admin, "If-Match": '"1"'})
    assert answer.status == 200, answer
    assert hotline.matter("T-w")["status"] is None


def test_a_day_is_reconciled_once_from_the_declared_hour_on(hotline):
    """Two tickets, one of which was refused and one told in two parts; the hotline counts one that never came."""
    up, room = hotline.up, hotline.up.app.postroom
    first, more, *_ = ticket("T-1")
    hotline.says(first)
    hotline.says(more)
    hotline.says(first, "msg_again")  # another id, the same number of theirs: late, and no second case
    hotline.says(ticket("T-2")[1])  # what it follows on never comes
    today = str(up.app.kit.office().today)
    counts = {"ticket.filed": 3, "ticket.supplemented": 2}
    closed = example(HOTLINE, "day.closed", date=today, sent=counts, ticket={"number": f"DAY-{today}"})
    path = f"{hotline.path}/reconciliations/{today}"
    assert up.call("GET", path, None, hotline.by).status == 404
    assert reconciling.sweep(room) == {"made": 2, "left": 0}  # yesterday, with each system; today is not over
    assert up.call("GET", path, None, hotline.by).status == 404
    up.app.at += DAY
    hotline.says(closed)
    assert reconciling.sweep(room) == {"made": 2, "left": 2}
    found = made(up.call("GET", path, None, hotline.by))
    assert found["counts"] == [
        {"type": "ticket.filed", "state": "done", "count": 1},
        {"type": "ticket.filed", "state": "late", "count": 1},
        {"type": "ticket.supplemented", "state": "done", "count": 1},
        {"type": "ticket.supplemented", "state": "received", "count": 1},
    ]
    assert (found["theirs"], found["differences"], found["cases"]) == (counts, {"ticket.filed": -1}, 1)
    assert {(one["external_id"], one["state"]) for one in found["left"]} == {
        ("T-1", "late"),
        ("T-2", "received"),
    }
    assert reconciling.sweep(room) == {}  # once
    other = up.bearer("system:city-platform", "integrator", via="integrator")
    assert up.call("GET", path, None, other).status == 404
    stored = repr([row for row in up.rows("records") if row["sk"].startswith("DAY#")])
    assert "T-1" not in stored


def test_no_day_is_reconciled_before_its_hour_or_where_none_is_declared():
    hotline, works = declared(HOTLINE), declared(WORKS)
    days = "2026-03-03", "2026-03-02"
    assert day_to_make(hotline, *days, 1) is None
    assert day_to_make(hotline, *days, 2) == "2026-03-02"
    assert day_to_make(hotline, "2026-01-01", "2025-12-31", 5) is None  # it was not in force
    assert day_to_make(works, *days, 23) is None


def test_another_system_finds_no_such_connector(hotline):
    hotline.says(ticket("T-9")[0])
    other = hotline.up.bearer("system:bank", "integrator", via="integrator")
    for method, path in (("POST", "secrets"), ("GET", "matters/T-9")):
        body = {} if method == "POST" else None
        assert hotline.up.call(method, f"{hotline.path}/{path}", body, other).status == 404
        citizen = hotline.up.bearer(f"enterprise:{FIRM}", "citizen")
        assert hotline.up.call(method, f"{hotline.path}/{path}", body, citizen).status == 403
    assert hotline.up.call("POST", "/v1/connectors/name-register/events", {}).status == 404
    assert hotline.up.call("POST", "/v1/connectors/nobody/events", {}).status == 404


def test_a_message_of_another_shape_is_refused_with_every_place(hotline):
    first = ticket("T-10")[0]
    answer = hotline.says({**first, "category": "天气", "wanted": 1})
    assert (answer.status, answer.code) == (422, "message-invalid")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/category", "/wanted"}
    assert hotline.says({**first, "type": "ticket.lost"}).code == "message-type-unknown"
    assert hotline.says({**first, "sequence": -1}).code == "message-invalid"
    for number in ("", "a b", "x" * 129, "号", "a/b"):
        assert hotline.says({**first, "ticket": {"number": number}}).code == "message-invalid"


def test_a_system_without_a_scope_opens_nothing_and_is_told_so(up):
    with office(up):
        city = Outside(up, CITY)
        said = example(CITY, "case.filed")
        assert city.says(said, "msg_1").json()["state"] == "received"
        (line,) = city.matter(said["city_number"])["messages"]
        assert (line["state"], line["why"]) == ("refused", "forbidden")
        city.scope()
        assert city.says(said, "msg_2").status == 202  # the same number again, under another id
        assert [one["state"] for one in city.matter(said["city_number"])["messages"]] == ["refused", "done"]


def test_an_application_at_the_city_platform_is_filed_here_with_its_materials(up):
    with office(up):
        city = Outside(up, CITY).scope()
        body = application("food-licence", FIRM)
        said = example(CITY, "case.filed", applicant={"uscc": FIRM}, **body)
        for _ in range(3):
            city.says(said)
        case = city.matter(said["city_number"])["case"]
        loaded = up.app.kit.cases.load(case)
        assert loaded.case.item == "food-licence"
        assert loaded.form["form"] == body["form"]
        assert [one["id"] for one in loaded.form["materials"]] == [one["id"] for one in body["materials"]]
        assert city.events(case) == ["case.submitted"]


def test_a_power_company_reports_what_it_finished_and_an_older_version_is_done_no_more(up):
    with office(up):
        works, owner = Outside(up, WORKS).scope(), up.bearer(f"enterprise:{FIRM}", "citizen")
        item = "electricity-connection"
        key = {**owner, "Idempotency-Key": "works"}
        case = made(up.call("POST", f"/v1/items/{item}/cases", application(item, FIRM), key))["case_id"]
        room = up.app.postroom
        done = example(WORKS, "works.completed", case=case, version=2)
        connected = example(WORKS, "connection.completed", case=case, version=1)
        assert works.says(done).status == 202
        (line,) = works.matter("SAMPLE-JOB-1")["messages"]
        assert (line["state"], line["why"]) == ("missed", "move-not-available")  # no plan was offered yet
        works.says(connected)
        assert works.matter("SAMPLE-JOB-1")["messages"][0]["state"] == "late"
        elsewhere = example(WORKS, "works.completed", case="cas_" + "0" * 26, version=3)
        works.says(elsewhere)
        assert works.matter("SAMPLE-JOB-1")["messages"][-1]["why"] == "case-not-found"
        assert receiving.settle(room, WORKS, "SAMPLE-JOB-1") == {}


def test_what_the_power_company_finishes_in_its_own_system_is_a_step_of_the_case(up):
    with office(up):
        works, owner = Outside(up, WORKS).scope(), up.bearer(f"enterprise:{FIRM}", "citizen")
        key = {**owner, "Idempotency-Key": "steps"}
        item = "electricity-connection"
        case = made(up.call("POST", f"/v1/items/{item}/cases", application(item, FIRM), key))["case_id"]

        def does(who: dict[str, str], move: str, **given: Any) -> None:
            made(up.call("POST", f"/v1/cases/{case}/moves", {"move": move, "input": given}, who))

        def state() -> frozenset[str]:
            return frozenset(up.app.kit.cases.load(case).case.configuration["in"])

        if "received" in state():  # else rules accepted it at once
            does(up.bearer("person:demo-power-window", "staff"), "accept")
        plan = {"surveyed_on": "2026-03-02", "plan": "由示例路主管接入，埋地敷设", "charge_fen": 0}
        does(up.bearer("person:demo-power-handler", "staff"), "offer_plan", **plan)
        for _ in range(3):
            works.says(example(WORKS, "works.completed", case=case, version=1))
        assert "accepting" in state()
        does(owner, "accept_works")
        for _ in range(3):
            works.says(example(WORKS, "connection.completed", case=case, version=2))
        assert state() == {"completed"}
        assert [one["state"] for one in works.matter("SAMPLE-JOB-1")["messages"]] == ["done", "done"]
        assert works.events(case).count("case.connected") == 1


def test_an_item_that_was_not_agreed_on_is_not_moved(up):
    with office(up):
        works, owner = Outside(up, WORKS).scope(), up.bearer(f"enterprise:{FIRM}", "citizen")
        key = {**owner, "Idempotency-Key": "food"}
        body = application("food-licence", FIRM)
        case = made(up.call("POST", "/v1/items/food-licence/cases", body, key))["case_id"]
        works.says(example(WORKS, "works.completed", case=case))
        assert works.matter("SAMPLE-JOB-1")["messages"][0]["why"] == "item-not-agreed"


# ── the turn of messages, without a platform ──


def said(order: int, type_: str = "ticket.supplemented", state: str = "received", at: int = 0) -> Message:
    return Message(f"m{order}{type_}{at}", type_, "T", order, at, {}, state)


@pytest.mark.parametrize(
    ("held", "turns"),
    [
        ([said(3), said(1, "ticket.filed")], [(1, False)]),
        ([said(3), said(2), said(1, "ticket.filed")], [(1, False), (2, False), (3, False)]),
        ([said(2)], []),
        ([said(1, "ticket.filed", "done"), said(2, state="missed"), said(3)], [(3, False)]),
        ([said(1, "ticket.filed", "refused"), said(2)], []),
        ([said(1, "ticket.filed", "refused"), said(1, "ticket.filed", at=5)], [(1, False)]),
        ([said(1, "ticket.filed", "done"), said(1, "ticket.filed", at=5)], [(1, True)]),
    ],
)
def test_numbers_without_gaps_are_done_one_after_the_other(held, turns):
    assert [(one.order, late) for one, late in in_turn(declared(HOTLINE), held)] == turns


def test_what_comes_after_a_gap_waits_until_it_is_filled():
    first, third = said(1, "ticket.filed"), said(3)
    assert [one.order for one, _ in in_turn(declared(HOTLINE), [third, first])] == [1]
    assert [one.order for one, _ in in_turn(declared(HOTLINE), [third, said(2), first])] == [1, 2, 3]


def test_of_versions_nothing_older_than_what_was_done_is_done():
    works = "works.completed"
    held = [said(2, works, "done"), said(1, works), said(3, works)]
    assert [(one.order, late) for one, late in in_turn(declared(WORKS), held)] == [(1, True), (3, False)]


def test_a_value_is_read_translated_or_left_out():
    one = Message("m", "t", "T", 1, 0, {"a": {"b": "收费"}, "n": 7})
    lookup = {"of": "message:/a/b", "map": [["收费", "fee"]], "otherwise": "other"}
    form = {
        "tag": lookup,
        "n": "message:/n",
        "gone": "message:/x/y",
        "fixed": "hotline",
        "deep": ["message:/a/b"],
    }
    assert connectors.value_of(form, one) == {"tag": "fee", "n": 7, "fixed": "hotline", "deep": ["收费"]}
    assert connectors.value_of({**lookup, "of": "message:/n"}, one) == "other"
    assert connectors.party_of(["enterprise:message:/gone", "anonymous"], one) == "anonymous"
    assert connectors.party_of(["enterprise:message:/a/b"], one) == "enterprise:收费"
    assert connectors.party_of(["enterprise:message:/gone"], one) is None


def test_the_known_answer_of_standard_webhooks_is_taken_and_nothing_near_it():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at, signature = 1_614_265_330, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    headers = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": str(at)}

    def taken(
        body: bytes = body, seconds: int = at, secrets: tuple[str, ...] = (secret,), **more: str
    ) -> bool:
        return holds({**headers, "webhook-signature": signature, **more}, body, secrets, seconds, 300)

    other = secret_of(b"o" * 32)
    assert taken()
    assert taken(secrets=(other, secret))
    assert taken(**{"webhook-signature": f"v1a,xx v1,AAAA {signature}"})
    assert taken(seconds=at + 300)
    assert not taken(seconds=at + 301)
    assert not taken(seconds=at - 301)
    assert not taken(body + b" ")
    assert not taken(secrets=(other,))
    assert not taken(secrets=())
    assert not taken(**{"webhook-timestamp": str(at + 1)})
    assert not taken(**{"webhook-timestamp": "²"})
    assert not taken(**{"webhook-id": "msg.1"})
    assert not taken(**{"webhook-signature": signature[:-1]})
    assert not taken(**{"webhook-signature": " ".join(["v1,AAAA"] * 10 + [signature])})
