"""A result is published in time or said to be late; anybody entitled objects; it is corrected and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import jsonschema_rs
import pytest

from chalicelib.actions import sweeping
from chalicelib.domain import bulletins, forms, moves, publicity
from chalicelib.domain.accounts import Everything
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.transitions import Course
from tests.builders import FOOD, application
from tests.builders_app import Answer, House
from tests.builders_cases import DAY, NINE, cause, later, moved, opened
from tests.builders_clock import ms
from tests.builders_pack import PACK
from tests.builders_stores import KINDS
from tests.builders_stores import world as world_of
from tests.matrix.callers import FIRM
from tests.matrix.world import CODE

WINDOW, HANDLER = "person:demo-food-window", "person:demo-handler"
REVIEWER, DECIDER = "person:demo-reviewer", "person:demo-decider"
RIVAL = "enterprise:91430112P00000901P"
CLAIM, PENALTY, COMMITTED = "policy-claim", "street-penalty", "human-resources-licence"


class Licence:
    """A food licence that was granted on Monday 2 March: to be public by Wednesday the 11th."""

    def __init__(self, up: House) -> None:
        self.up = up
        up.app.at = ms("2026-03-02 09:00")
        headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "licence"}
        answer = up.call("POST", f"/v1/items/{FOOD}/cases", application(FOOD, CODE), headers)
        assert answer.status == 201, answer.text
        self.id = answer.json()["case_id"]

    def granted(self) -> Licence:
        given = {"opinion": "grant", "grounds": "符合"}
        for who, move, input_ in (
            (WINDOW, "accept", {}), (HANDLER, "propose", given), (REVIEWER, "pass", {}), (DECIDER, "grant", {}),
        ):  # fmt: skip
            self.moves(who, move, input_)
        return self

    def moves(self, who: str, move: str, input_: Any) -> Any:
        answer = self.staff(who, f"/v1/cases/{self.id}/moves", {"move": move, "input": input_})
        assert answer.status == 200, answer.text
        return answer.json()

    def staff(self, who: str, path: str, body: Any, **headers: str) -> Answer:
        return self.up.call("POST", path, body, {**self.up.bearer(who, "staff"), **headers})

    def publishes(self, who: str = HANDLER, **headers: str) -> Answer:
        return self.staff(who, f"/v1/cases/{self.id}/publications", {"publicity": "licence"}, **headers)

    def public(self) -> str:
        answer = self.publishes()
        assert answer.status == 200, answer.text
        return str(self.shown()[0]["id"])

    def shown(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.up.call("GET", f"/v1/bulletins{query}")
        assert answer.status == 200, answer.text
        return list(answer.json()["bulletins"])

    def objects(
        self, bulletin: str, who: str = RIVAL, key: str | None = "o", reason: str = "面积不实"
    ) -> Answer:
        headers = self.up.bearer(who, "citizen") | ({"Idempotency-Key": key} if key else {})
        return self.up.call("POST", f"/v1/bulletins/{bulletin}/objections", {"reason": reason}, headers)

    def on(self, bulletin: str, what: str, body: Any, who: str = HANDLER) -> Answer:
        return self.staff(who, f"/v1/bulletins/{bulletin}/{what}", body)

    def clock(self) -> dict[str, Any]:
        answer = self.up.call("GET", f"/v1/cases/{self.id}", None, self.up.bearer(HANDLER, "staff"))
        return next(one for one in answer.json()["clocks"] if one["id"] == "publication")

    def events(self) -> list[dict[str, Any]]:
        return list(self.up.app.kit.cases.events(self.id))


@pytest.fixture
def licence(up: House) -> Licence:
    return Licence(up)


def test_a_licence_is_public_without_signing_in_and_its_personal_field_is_masked(licence):
    licence.granted()
    assert licence.shown() == []
    assert licence.publishes().status == 200
    (one,) = licence.shown("?kind=licence&state=standing")
    assert (one["decided_on"], one["due_on"], one["published_on"]) == (
        "2026-03-02",
        "2026-03-11",
        "2026-03-02",
    )
    assert (one["in_time"], one["state"], one["until"]) == (True, "standing", None)
    told = {field["title"]["zh"]: field["value"] for field in one["fields"]}
    assert told["统一社会信用代码"] == CODE
    assert told["姓名"].endswith("*")
    plain = application(FOOD, CODE)["form"]["legal_representative"]
    assert not {plain["name"], plain["id_number"], plain["mobile"]} & set(told.values())
    assert not {"case", "status", "clock"} & one.keys()
    assert licence.shown("?kind=penalty") == []


def test_the_seven_working_days_are_a_clock_that_publishing_stops_and_red_supervises(licence):
    licence.granted()
    assert licence.clock()["deadline"].startswith("2026-03-11T")
    assert licence.clock()["running"]
    licence.publishes()
    assert not licence.clock()["running"]
    assert licence.events()[-1]["data"]["publicity"]["in_time"] is True


def test_what_is_published_late_rings_red_once_and_says_so_for_good(licence):
    licence.granted()
    licence.up.app.at = ms("2026-03-12 09:00")
    case = licence.up.app.kit.cases.load(licence.id).case
    sweeping.pass_time(licence.up.app.kit, licence.id, case.timer)
    rung = [one for one in licence.events() if one["data"].get("clock") == "publication"]
    assert [(one["type"], one["data"]["rung"]) for one in rung] == [("case.deadline_passed", 100)]
    licence.public()
    (one,) = licence.shown()
    assert (one["published_on"], one["due_on"], one["in_time"]) == ("2026-03-12", "2026-03-11", False)


def test_nothing_is_published_before_the_decision_nor_twice_nor_by_anybody_else(licence):
    assert licence.publishes().code == "nothing-to-publish"
    licence.granted()
    assert licence.publishes(WINDOW).status == 403
    missing = licence.staff(HANDLER, f"/v1/cases/{licence.id}/publications", {"publicity": "other"})
    assert missing.status == 404
    first, again = (licence.publishes(**{"Idempotency-Key": "p"}) for _ in range(2))
    assert (first.status, again.status, again.headers.get("idempotency-replayed")) == (200, 200, "true")
    assert licence.publishes().code == "already-published"
    assert len(licence.shown()) == 1


def test_a_result_is_published_of_a_case_that_is_over_as_well(licence):
    licence.granted().moves(WINDOW, "serve", {"way": "electronic"})
    bulletin = licence.public()
    assert licence.shown()[0]["state"] == "standing"
    assert licence.on(bulletin, "withdrawals", {"reason": "许可已撤销"}, DECIDER).status == 200
    (one,) = licence.shown()
    assert (one["state"], one["withdrawn_on"]) == ("withdrawn", "2026-03-02")
    assert licence.objects(bulletin).code == "bulletin-not-standing"
    assert licence.publishes().status == 200, "what was taken back can be made public anew"
    assert licence.shown()[0]["state"] == "standing"


def test_a_correction_changes_one_field_and_the_past_stays(licence):
    bulletin = licence.granted().public()
    fields = licence.shown()[0]["fields"]
    at = 1 + [one["title"]["zh"] for one in fields].index("经营者名称")
    wrong = fields[at - 1]["value"]
    body = {"field": at, "value": "更正后的名称", "reason": "录入有误"}
    assert licence.on(bulletin, "corrections", body, WINDOW).status == 403
    assert licence.on(bulletin, "corrections", body).status == 200
    (one,) = licence.shown()
    assert (one["fields"][at - 1]["value"], one["corrected_on"]) == ("更正后的名称", "2026-03-02")
    versions = licence.up.app.kit.records.history("bulletins", bulletin)
    assert [version.body["fields"][at - 1]["value"] for version in versions] == [wrong, "更正后的名称"]
    assert licence.events()[-1]["data"]["input"]["reason"] == "录入有误"
    assert licence.on(bulletin, "corrections", body | {"field": 99}).code == "field-unknown"
    assert licence.on(bulletin, "corrections", body | {"field": 0}).code == "input-invalid"


def test_nobody_types_a_person_into_what_is_public(licence):
    bulletin = licence.granted().public()
    at = 1 + [one["title"]["zh"] for one in licence.shown()[0]["fields"]].index("姓名")
    body = {"field": at, "value": "王示例", "reason": "录入有误"}
    assert licence.on(bulletin, "corrections", body).code == "field-masked"
    assert "王示例" not in str(licence.shown())


def test_any_firm_objects_and_what_it_objects_to_is_suspended_until_it_is_answered(licence):
    bulletin = licence.granted().public()
    answer = licence.objects(bulletin)
    assert (answer.status, answer.json()) == (
        201, {"bulletin_id": bulletin, "objection": 1, "received_on": "2026-03-02"},
    )  # fmt: skip
    (one,) = licence.shown()
    assert one["state"] == "suspended"
    assert one["objected"] == [{"number": 1, "on": "2026-03-02", "state": "open"}]
    assert RIVAL not in str(one)
    event = licence.events()[-1]
    assert (event["type"], event["actor"]["person"]) == ("case.publicity_objected", RIVAL)
    assert (
        licence.up.call("GET", f"/v1/cases/{licence.id}", None, licence.up.bearer(RIVAL, "citizen")).status
        == 404
    )
    dismissed = {"objection": 1, "upheld": False, "reason": "面积经核查属实"}
    assert licence.on(bulletin, "answers", dismissed, WINDOW).status == 403
    assert licence.on(bulletin, "answers", dismissed).status == 200
    (one,) = licence.shown()
    assert (one["state"], one["objected"][0]["state"]) == ("standing", "dismissed")
    assert licence.on(bulletin, "answers", dismissed).code == "objection-not-open"


def test_an_objection_that_is_upheld_takes_it_back(licence):
    bulletin = licence.granted().public()
    licence.objects(bulletin)
    upheld = {"objection": 1, "upheld": True, "reason": "公示内容有误"}
    assert licence.on(bulletin, "answers", upheld).status == 200
    (one,) = licence.shown()
    assert (one["state"], one["objected"][0]["state"]) == ("withdrawn", "upheld")


def test_an_objection_comes_in_once_for_one_key_and_each_has_its_number(licence):
    bulletin = licence.granted().public()
    numbers = [licence.objects(bulletin).json()["objection"] for _ in range(3)]
    assert numbers == [1, 1, 1]
    assert licence.objects(bulletin, reason="另一个理由").code == "idempotency-key-reused"
    assert licence.objects(bulletin, key=None).json()["objection"] == 2
    assert licence.objects(bulletin, "person:somebody").json()["objection"] == 3
    assert len(licence.shown()[0]["objected"]) == 3


def test_who_did_not_sign_in_and_who_is_staff_does_not_object(licence):
    bulletin = licence.granted().public()
    path, body = f"/v1/bulletins/{bulletin}/objections", {"reason": "不同意"}
    assert licence.up.call("POST", path, body).status == 401
    assert licence.staff("node:market-regulation", path, body).status == 403
    assert (
        licence.up.call("POST", path, {"reason": ""}, licence.up.bearer(RIVAL, "citizen")).code
        == "input-invalid"
    )
    assert licence.objects("pub_01J00000000000000000000000").status == 404


def test_the_answers_are_as_the_api_describes_them(licence):
    bulletin = licence.granted().public()
    objected = licence.objects(bulletin)
    described = licence.up.call("GET", "/v1/openapi.json").json()
    registry = jsonschema_rs.Registry([("urn:api", described)])
    for name, answer in (("BulletinPage", licence.up.call("GET", "/v1/bulletins")), ("Objection", objected)):
        schema = {"$ref": f"urn:api#/components/schemas/{name}"}
        judge = jsonschema_rs.Draft202012Validator(schema, registry=registry, offline=True)
        assert [error.message for error in judge.iter_errors(answer.json())] == []


# ── where publicity is a stage of the case, and where a result publishes itself


def placed(item: str, state: str) -> Course:
    """A case of the item that stands in this state, on accounts that nobody has posted to yet."""
    world = world_of(item, NINE)
    whole = {name: one for name, one in world.bundle.item.items() if name != "parties"}
    bundle = replace(world.bundle, item=whole)
    world = replace(world, bundle=bundle, accounts=lambda identity: PACK[f"accounts/{identity}"])
    course = opened(item, world=world, book=Everything())
    course.case = replace(course.case, configuration=course.world.process.placed([state]))
    return course


def approved() -> tuple[Course, RecordWrite]:
    """A policy claim that was approved on Tuesday 3 March, and what that made public."""
    course = later(placed(CLAIM, "deciding"), NINE + DAY)
    course.book = Everything()
    approve = course.world.process.moves["approve"]
    moves.make(course, approve, {"amount": 200_000}, cause("person:d", NINE + DAY))
    (record,) = [one for one in course.written if one.register == "bulletins"]
    return course, record


def read_again(course: Course, record: RecordWrite, at: int) -> Course:
    """The case at a later instant, with its bulletin read."""
    after = later(course, at)
    after.book = Everything()
    after.records = {(record.register, record.record_id): Version(record.body, 1, None)}
    return after


class Version(NamedTuple):
    body: Mapping[str, Any]
    revision: int
    key: bytes | None


def test_where_publicity_is_a_stage_entering_it_publishes_and_its_clock_says_until_when():
    course, record = approved()
    assert [one.body["type"] for one in course.events] == ["case.approved", "case.result_published"]
    assert course.case.configuration["in"][-1] == "publicity"
    days = {
        one["id"]: course.world.times.day_of(one["deadline"]) for one in course.case.clocks if one["deadline"]
    }
    body = {**record.body, "case": course.case.id}
    assert bulletins.standing(body, course.case, course.world.today, days) == ("standing", date(2026, 3, 10))
    assert [one["value"] for one in body["fields"] if "*" in str(one["value"])], "the contact is masked"


def test_an_objection_to_a_stage_makes_the_move_that_the_process_has_for_it():
    course, record = approved()
    after = read_again(course, record, NINE + 2 * DAY)
    cause_ = cause(RIVAL, NINE + 2 * DAY)
    assert publicity.object_to(after, record.record_id, {"reason": "已享受过同类政策"}, cause_) == 1
    assert [one.body["type"] for one in after.events] == ["case.publicity_objected", "case.objected"]
    assert after.case.configuration["in"][-1] == "objection"
    clock = next(one for one in after.case.clocks if one["id"] == "publicity")
    assert clock["running_since"] is None
    (written,) = [one for one in after.written if one.register == "bulletins"]
    assert [one["state"] for one in written.body["objected"]] == ["passed-on"]
    assert bulletins.standing(written.body, after.case, after.world.today, {}) == ("suspended", None)


def test_a_licence_on_a_commitment_is_public_in_the_commit_that_grants_it():
    course = moved(opened(COMMITTED), "sign", "person:a", {"agreed": True}, NINE + DAY)
    (body,) = [one.body for one in course.written if one.register == "bulletins"]
    assert [one.body["type"] for one in course.events].count("case.result_published") == 1
    assert body["decided_on"] == body["published_on"] == "2026-03-03" < body["due_on"] == "2026-03-12"


def test_of_a_confidential_case_nothing_is_published_at_once():
    course = opened(COMMITTED)
    course.case = replace(course.case, confidential=True)
    course = moved(course, "sign", "person:a", {"agreed": True}, NINE + DAY)
    assert [one for one in course.written if one.register == "bulletins"] == []


def test_what_is_published_is_a_record_as_its_register_wants_it():
    form = forms.compile_form(PACK["registers/bulletins"]["schema"], KINDS.shared)
    _, record = approved()
    identity = "pub_01J00000000000000000000000"
    assert form.errors({**record.body, "id": identity, "case": "cas_TEST"}) == []


def test_a_penalty_is_public_for_three_years_and_no_longer():
    course = placed(PENALTY, "serving")
    history = [{"occurred_at": NINE, "data": {"from": ["deliberating"], "to": ["serving"]}}]
    course = later(course, NINE + DAY)
    publicity.publish(course, "penalty", history, cause("person:h", NINE + DAY))
    (body,) = [one.body for one in course.written if one.register == "bulletins"]
    assert (body["kind"], body["decided_on"], body["due_on"]) == ("penalty", "2026-03-02", "2026-03-11")
    assert body["until"] == "2029-03-05", "the 3rd of March 2029 is a Saturday (民法典 第203条)"
    last, over = date(2029, 3, 5), date(2029, 3, 6)
    assert bulletins.standing(body, course.case, last, {}) == ("standing", last)
    assert bulletins.standing(body, course.case, over, {}) == ("ended", last)
