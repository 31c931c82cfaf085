"""What is published with a document stands for everybody to read, as long as its clock runs, and names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import bulletins, forms, issued
from chalicelib.domain.outcomes import RecordsNeeded
from chalicelib.domain.transitions import Course
from tests.builders import application
from tests.builders_app import Answer, House, house
from tests.builders_cases import DAY, NINE, cause, later, moved, opened
from tests.builders_clock import ms
from tests.builders_pack import PACK
from tests.builders_stores import KINDS
from tests.builders_stores import world as world_of
from tests.matrix.callers import FIRM
from tests.matrix.world import CODE

EXIT = "simplified-deregistration"
WINDOW, HANDLER, DECIDER = "person:demo-window", "person:demo-handler", "person:demo-decider"


def published(course: Course) -> dict[str, Any]:
    (one,) = [one for one in course.written if one.register == bulletins.REGISTER]
    return dict(one.body)


def noticed(fields: list[dict[str, Any]]) -> Course:
    """A simplified deregistration whose notice publishes these fields."""
    world = world_of(EXIT)
    notice = {**world.bundle.documents["public-notice"], "bulletin": {"fields": fields}}
    bundle = replace(world.bundle, documents={**world.bundle.documents, "public-notice": notice})
    return opened(EXIT, world=replace(world, bundle=bundle))


def test_a_notice_is_published_in_the_commit_that_issues_it():
    course = opened(EXIT)
    body = published(course)
    (told,) = [
        one for one in course.events[-1].body["data"]["documents"] if one["document"] == "public-notice"
    ]
    assert (body["number"], body["published_on"]) == (told["number"], "2026-03-02")
    assert body["code"].endswith(told["sha256"][:16])
    assert [one["value"] for one in body["fields"]] == ["长沙望城示例商贸有限公司", "91430112MA4DEM010Y"]
    record = next(one for one in course.change().records if one.register == bulletins.REGISTER)
    assert (record.record_id, record.revision) == (body["id"], 0)


def test_what_is_published_is_a_record_as_its_register_wants_it():
    register = PACK["registers/bulletins"]
    form = forms.compile_form(register["schema"], KINDS.shared)
    assert form.errors({**published(opened(EXIT)), "case": "cas_TEST"}) == []
    assert not form.is_valid({**published(opened(EXIT)), "phone": "1"})


def test_what_the_form_marks_as_personal_is_masked():
    title = {"zh": "联系人", "en": "Contact"}
    course = noticed([{"from": f"form:/contact/{name}", "title": title} for name in ("name", "mobile")])
    plain = course.form["contact"]
    shown = [one["value"] for one in published(course)["fields"]]
    assert len(shown) == 2
    assert not set(shown) & {plain["name"], plain["mobile"]}
    assert all("*" in one for one in shown)


def test_a_field_that_the_form_lacks_or_that_is_no_value_is_left_out():
    title = {"zh": "-", "en": "-"}
    course = noticed([{"from": f"form:{one}", "title": title} for one in ("/no_such", "/contact", "/uscc")])
    assert [one["value"] for one in published(course)["fields"]] == ["91430112MA4DEM010Y"]


def test_of_a_confidential_case_nothing_is_published():
    world = world_of(EXIT)
    item = {**world.bundle.item, "confidential": True, "readers": ["party:applicant"]}
    course = opened(EXIT, world=replace(world, bundle=replace(world.bundle, item=item)))
    assert course.written == []


def test_with_its_document_a_bulletin_is_withdrawn_and_its_record_has_to_be_read_for_that():
    course = opened(EXIT)
    (paper,) = [one for one in issued.issued(course.case.id, [one.body for one in course.events])
                if one.document == "public-notice"]  # fmt: skip
    again = later(course, NINE + DAY)
    again.records = {}
    with pytest.raises(RecordsNeeded) as needed:
        issued.withdraw(again, paper, {"reason": "有误"}, cause("person:d", NINE + DAY))
    assert needed.value.keys == [("bulletins", paper.id)]


# ── whether it stands


def standing(course: Course) -> tuple[str, str | None]:
    world = course.world
    days = {one["id"]: world.times.day_of(one["deadline"]) for one in course.case.clocks if one["deadline"]}
    state, until = bulletins.standing(
        {"status": "published", "clock": "publicity"}, course.case, world.today, days
    )
    return state, until.isoformat() if until else None


def test_it_stands_as_long_as_its_clock_runs_and_an_objection_suspends_it():
    course = opened(EXIT)
    assert standing(course) == ("standing", "2026-03-23")
    objected = moved(course, "object", "person:w", {"by": "creditor", "reason": "货款未清偿"}, NINE + 3 * DAY)
    assert standing(objected) == ("suspended", None)
    dismissed = moved(objected, "dismiss_objection", "person:h", {"reason": "已清偿"}, NINE + 5 * DAY)
    assert standing(dismissed) == ("standing", "2026-03-24")  # the 22nd, two days later
    assert standing(later(dismissed, NINE + 40 * DAY))[0] == "ended"
    upheld = moved(objected, "uphold_objection", "person:h", {"reason": "属实"}, NINE + 5 * DAY)
    assert standing(upheld) == ("ended", None)


def test_without_a_clock_it_stands_until_it_is_withdrawn():
    course = opened(EXIT)
    assert bulletins.standing({"status": "published"}, course.case, course.world.today, {}) == (
        "standing",
        None,
    )
    elsewhere = {"status": "published", "clock": "a-clock-of-another-item"}
    assert bulletins.standing(elsewhere, course.case, course.world.today, {}) == ("standing", None)
    assert bulletins.standing({"status": "withdrawn"}, course.case, course.world.today, {}) == (
        "withdrawn",
        None,
    )
    assert bulletins.standing({"status": "published"}, None, course.world.today, {}) == ("ended", None)


# ── through the API


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def notice(up: House) -> Iterator[Notice]:
    yield Notice(up)
    up.rewind()


class Notice:
    """A simplified deregistration, accepted and published on Monday 2 March for twenty days."""

    def __init__(self, up: House) -> None:
        self.up = up
        up.app.at = ms("2026-03-02 09:00")
        headers = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": "bulletins"}
        answer = up.call("POST", f"/v1/items/{EXIT}/cases", application(EXIT, CODE), headers)
        self.case_id = answer.json()["case_id"]
        assert self.move(WINDOW, "accept", {}).status == 200

    def move(self, who: str, move: str, given: Any) -> Answer:
        path = f"/v1/cases/{self.case_id}/moves"
        return self.up.call("POST", path, {"move": move, "input": given}, self.up.bearer(who, "staff"))

    def shown(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.up.call("GET", f"/v1/bulletins{query}")
        assert answer.status == 200, answer.text
        return list(answer.json()["bulletins"])


def test_anybody_reads_what_stands_until_when_and_how_to_object(notice):
    (one,) = notice.shown()
    assert (one["state"], one["until"], one["published_on"]) == ("standing", "2026-03-23", "2026-03-02")
    assert one["fields"][1]["value"] == CODE
    assert "异议" in one["objections"]["zh"]
    assert not {"case", "clock", "status"} & one.keys(), "how it is kept is nobody's business"
    assert notice.up.call("GET", f"/v1/documents/verify/{one['code']}").json()["status"] == "valid"
    assert notice.shown("?state=standing") == [one]
    assert notice.shown("?state=withdrawn") == []
    assert notice.up.call("GET", "/v1/bulletins?state=x").code == "query-invalid"
    assert notice.up.call("GET", "/v1/bulletins?after=x").code == "cursor-invalid"


def test_an_objection_suspends_it_and_its_withdrawal_ends_it(notice):
    assert notice.move(WINDOW, "object", {"by": "creditor", "reason": "货款未清偿"}).status == 200
    (one,) = notice.shown()
    assert (one["state"], one["until"]) == ("suspended", None)
    path = f"/v1/cases/{notice.case_id}/documents/{one['id']}/withdrawals"
    decider = notice.up.bearer(DECIDER, "staff")
    answer = notice.up.call("POST", path, {"reason": "公示内容有误"}, decider)
    assert answer.status == 200, answer.text
    (gone,) = notice.shown()
    assert (gone["state"], gone["withdrawn_on"]) == ("withdrawn", "2026-03-02")
    versions = notice.up.app.kit.records.history("bulletins", one["id"])
    assert [one.body["status"] for one in versions] == ["published", "withdrawn"]


def test_nobody_writes_a_bulletin_by_hand(notice):
    (one,) = notice.shown()
    path = f"/v1/registers/bulletins/records/{one['id']}"
    answer = notice.up.call(
        "PUT", path, {"body": {}}, {**notice.up.bearer(HANDLER, "staff"), "If-Match": '"1"'}
    )
    assert answer.status == 403, answer.text
