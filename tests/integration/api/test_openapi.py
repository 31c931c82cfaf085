"""What the API says of itself is true: every answer of every route is as its description promises."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import jsonschema_rs
import pytest

from chalicelib.domain.publicity import bulletin_id
from chalicelib.domain.webhook_signatures import signed
from chalicelib.edges.openapi_routes import OPERATIONS
from infra.local.stack import Stack, wait_until
from tests.builders import (
    ESTABLISHMENT,
    FOOD,
    GRANT,
    TO_DECISION,
    Api,
    Firm,
    application,
    approved_case,
    grant_record,
    item_of,
    new_key,
    new_uscc,
    ok,
    refused,
    walk,
)
from tests.builders_pack import PACK
from tests.builders_webhooks import receiver
from tests.integration.api.scenes_of_draws import draws_are_read, tables_are_sent
from tests.journeys.play import play
from tests.journeys.stories_market import INSTANTLY

pytestmark = pytest.mark.stack

FACT = "/v1/definitions/facts/food-category"


class Contract:
    """Holds every answer against the description, and remembers which operations answered as hoped."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.broken: list[str] = []
        self.answered: set[tuple[str, str]] = set()
        self._registry = jsonschema_rs.Registry([("urn:api", document)])
        self._routes = [
            (
                re.compile(
                    "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/"))
                ),
                path,
            )
            for path in document["paths"]  # concrete paths stand before templates
        ]

    def __call__(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        if request.url.path.startswith("/v1/dev/"):
            return
        template = self._template(request)
        operation = self.document["paths"][template].get(request.method.lower(), {})
        told = f"{request.method} {template} {response.status_code}"
        declared = operation.get("responses", {}).get(str(response.status_code))
        if declared is None:
            self.broken.append(f"{told}: this status is not described")
            return
        self._check_body(told, self._resolved(declared), response)
        if response.is_success:
            always = {"ETag", "X-Request-Id"} & set(self._resolved(declared).get("headers", {}))
            self.broken += [f"{told}: no {name}" for name in sorted(always) if name not in response.headers]
            self.answered.add((request.method, self._general(template)))
            self._check_request(told, operation, request)

    def _template(self, request: httpx.Request) -> str:
        found = [path for pattern, path in self._routes if pattern.fullmatch(request.url.path)]
        return next(path for path in found if request.method.lower() in self.document["paths"][path])

    def _general(self, template: str) -> str:
        return re.sub(r"^/v1/items/[^/]+/cases$", "/v1/items/{item_id}/cases", template)

    def _resolved(self, declared: dict[str, Any]) -> dict[str, Any]:
        name = declared.get("$ref", "").rpartition("/")[2]
        return self.document["components"]["responses"][name] if name else declared

    def _check_body(self, told: str, declared: dict[str, Any], response: httpx.Response) -> None:
        content = declared.get("content", {})
        if not content:
            return
        kind = response.headers["content-type"].partition(";")[0]
        if kind not in content:
            self.broken.append(f"{told}: {kind} is not described")
            return
        if kind.endswith("json"):  # a page is text, whatever it says
            self._judge(f"{told} answer", content[kind]["schema"], response.json())

    def _check_request(self, told: str, operation: dict[str, Any], request: httpx.Request) -> None:
        """What the API takes, its description admits: nobody is kept out by a schema that is too narrow."""
        if request.content and "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self._judge(f"{told} request", schema, httpx.Response(200, content=request.content).json())

    def _judge(self, told: str, schema: dict[str, Any], value: Any) -> None:
        anchored = {"$ref": f"urn:api{schema['$ref']}"}
        judge = jsonschema_rs.Draft202012Validator(anchored, registry=self._registry, offline=True)
        self.broken += [
            f"{told} {list(one.instance_path)}: {one.message[:200]}" for one in judge.iter_errors(value)
        ]


@pytest.fixture(scope="module")
def contract(stack: str) -> Contract:
    return Contract(httpx.get(f"{stack}/v1/openapi.json", timeout=30).json())


@pytest.fixture(scope="module")
def watched(running: Stack, stack: str, contract: Contract) -> Iterator[Api]:
    with Api(stack) as client:
        client.be_on("2026-03-02")
        running.invoke("Root")  # so that there is an entry to describe
        client.http.event_hooks = {"response": [contract]}
        yield client


def anybody_asks(api: Api) -> None:
    for path in (
        "/v1/health", "/v1/openapi.json", "/v1/items?q=食品&limit=1", f"/v1/items/{FOOD}",
        "/v1/calendars/cn-2026/deadlines?from=2026-03-02&days=5", "/v1/asyncapi.json", "/v1/event-types",
        "/v1/event-types/case.accepted",
    ):  # fmt: skip
        ok(api.anybody.get(path))
    ok(api.anybody.get("/v1/bulletins?limit=5"))
    ok(api.anybody.get("/v1/bulletins?state=standing"))
    refused(api.anybody.get("/v1/bulletins?state=x"), 422, "query-invalid")
    ok(api.anybody.get("/v1/open-data"))
    for form in ("csv", "json"):
        assert api.anybody.get(f"/v1/open-data/bulletins/2026?format={form}").status_code == 200
        assert api.anybody.get(f"/v1/registers/enterprises/table?format={form}").status_code == 200
    refused(api.anybody.get("/v1/open-data/bulletins/soon"), 422, "period-invalid")
    ok(api.anybody.get("/v1/registers/inspection-modes/figures?year=2026"))
    refused(api.anybody.get("/v1/registers/inspection-modes/figures?year=soon"), 422, "query-invalid")
    refused(api.anybody.get("/v1/registers/inspectors/figures"), 401, "sign-in-needed")
    refused(api.anybody.get("/v1/open-data/enterprises/2026"), 404, "not-found")
    refused(api.anybody.get("/v1/registers/inspectors/table"), 401, "sign-in-needed")
    refused(api.anybody.get("/v1/items/no-such-item"), 404, "not-found")
    refused(api.anybody.get("/v1/event-types/case.no_such"), 404, "not-found")
    for item, form in (
        ("market-access-lookup", {"industry": 6513, "capital": "public"}),
        (
            "electricity-tariff-calculator",
            {"tariff_class": "10kv", "peak_kwh": 1, "flat_kwh": 2, "valley_kwh": 3},
        ),
    ):
        asked = f"/v1/items/{item}/answers"
        ok(api.anybody.post(asked, {"form": form, "as_of": "2025-06-30"}))
        refused(api.anybody.post(asked, {"form": {}}), 422, "form-invalid")
        refused(api.anybody.post(asked, {"form": form, "as_of": "soon"}), 422, "body-invalid")
        refused(api.anybody.post(asked, {"form": form, "as_of": "2020-01-01"}), 409, "no-version-in-force")
    refused(api.anybody.post(f"/v1/items/{FOOD}/answers", {"form": {}}), 409, "item-answers-nothing")
    refused(api.anybody.get("/v1/calendars/cn-2026/deadlines?from=soon&days=5"), 422, "query-invalid")
    refused(api.anybody.get("/v1/cases"), 401, "sign-in-needed")


def an_auditor_looks(api: Api) -> None:
    for path in ("roots?limit=2", "roots/latest", "roots/1", "roots/latest/consistency?since=1", "keys"):
        ok(api.anybody.get(f"/v1/audit/{path}"))
    refused(api.anybody.get("/v1/audit/roots/0"), 404, "not-found")
    refused(api.anybody.get("/v1/audit/roots/1/consistency"), 422, "query-invalid")
    refused(api.anybody.get("/v1/audit/roots?after=x"), 422, "cursor-invalid")
    firm = Firm(api)
    case = firm.applies(FOOD)
    ok(firm.person.get(f"/v1/cases/{case['case_id']}/proof"))
    refused(Firm(api).person.get(f"/v1/cases/{case['case_id']}/proof"), 404, "case-not-found")


def an_applicant_drafts(api: Api) -> None:
    firm = Firm(api)
    draft = ok(firm.person.post(f"/v1/items/{FOOD}/drafts", {"form": {"uscc": firm.uscc}}), 201)
    path = f"/v1/drafts/{draft['draft_id']}"
    ok(firm.person.get("/v1/drafts"))
    ok(firm.person.get(path))
    refused(firm.person.put(path, {"form": {}}), 400, "if-match-missing")
    whole = application(FOOD, firm.uscc)
    ok(firm.person.put(path, whole, if_match='"1"'))
    refused(firm.person.put(path, whole, if_match='"1"'), 412, "changed-since")
    ok(firm.person.submit(FOOD, {"draft_id": draft["draft_id"]}), 201)
    ok(firm.person.delete(path), 204)


def an_application_is_refused(api: Api) -> None:
    firm = Firm(api)
    refused(firm.person.submit(FOOD, {"form": {"uscc": 1}}), 422, "form-invalid")
    refused(firm.person.post(f"/v1/items/{FOOD}/cases", {"form": {}}), 400, "idempotency-key-missing")


def a_desk_works(api: Api) -> None:
    firm = Firm(api)
    case = firm.applies(FOOD)
    path = f"/v1/cases/{case['case_id']}"
    window = api.staff("window")
    ok(window.get("/v1/queues"))
    ok(window.get("/v1/queues/market-regulation.food?post=window&limit=5"))
    ok(api.anybody.get(f"/v1/items/{FOOD}?release={case['release']}"))
    refused(
        api.anybody.get(f"/v1/items/{ESTABLISHMENT}?release={case['release']}"),
        422,
        "release-of-another-item",
    )
    ok(window.get(path))
    ok(window.put(f"{path}/claim", {}))
    ok(window.delete(f"{path}/claim"))
    ok(window.post(f"{path}/disclosures", {"purpose": "核对身份"}))
    ok(firm.person.get("/v1/reads"))
    ok(firm.person.get("/v1/cases?limit=5"))
    (receipt, *_) = ok(firm.person.get(f"{path}/documents"))["documents"]
    served = {"way": "in-person", "day": "2026-03-02", "receipt": "示例回证"}
    record = f"{path}/documents/{receipt['document_id']}/service-records"
    for form in ("html", "pdf"):
        page = firm.person.get(f"{path}/documents/{receipt['document_id']}/print?format={form}")
        assert page.status_code == 200, page.text
        assert form in page.headers["content-type"]
    ok(api.anybody.get(f"/v1/documents/verify/{receipt['code']}"))
    ok(api.anybody.get("/v1/documents/verify/unknown"))
    decider = api.staff("decider")
    ok(window.post(record, served))
    refused(window.post(record, served), 409, "already-served")
    refused(window.post(record, {"way": "in-person", "day": "2026-03-02"}), 422, "service-receipt-missing")
    withdrawal = f"{path}/documents/{receipt['document_id']}/withdrawals"
    ok(decider.post(withdrawal, {"reason": "名称有误"}))
    refused(decider.post(withdrawal, {"reason": "名称有误"}), 409, "document-withdrawn")
    ok(api.anybody.get(f"/v1/documents/verify/{receipt['code']}"))
    ok(firm.person.get(f"{path}/documents"))
    ok(firm.person.get(f"{path}/links"))
    refused(window.move(case, "grant"), 409, "move-not-available")
    ok(api.auditor.get("/v1/events?limit=5"))


def registers_are_kept(api: Api) -> None:
    uscc, tax = new_uscc(), api.staff("tax-handler")
    path = f"/v1/registers/clearances/records/{uscc}"
    ok(tax.put(path, {"body": {"uscc": uscc, "tax": "cleared"}}), 201)
    ok(
        tax.put(
            path, {"body": {"uscc": uscc, "tax": "outstanding"}, "valid_from": "2026-03-02"}, if_match='"1"'
        )
    )
    refused(tax.put(path, {"body": {"uscc": uscc}}, if_match='"1"'), 412, "changed-since")
    refused(tax.put(path, {"body": {"uscc": "x"}}, if_match='"2"'), 422, "record-invalid")
    for found in (
        path,
        f"{path}?as_of=2026-03-02",
        f"{path}/versions",
        "/v1/registers/clearances/records?limit=3",
    ):
        ok(tax.get(found))
    asked = {"facts": {"debts-outstanding": 0}, "on": "2026-03-02"}
    ok(api.admin.post("/v1/rules/deregistration-limit/trials", asked))


def definitions_are_released(api: Api) -> None:
    admin, releaser = api.admin, api.releaser
    before = ok(api.anybody.get("/v1/health"))["release_set"]
    ok(admin.get("/v1/definitions"))
    ok(admin.get("/v1/definitions/items?limit=2"))
    body = ok(admin.get(FACT))["definition"]
    body["description"] = {"zh": f"示例 {new_key()}", "en": "sample"}
    draft = ok(admin.post(f"{FACT}/drafts", {"body": body}), 201)
    path = f"{FACT}/drafts/{draft['draft_id']}"
    ok(admin.get(path))
    ok(admin.put(path, {"body": body, "rebase": True}, if_match='"1"'))
    ok(admin.get("/v1/drafts-of-definitions?limit=5"))
    ok(admin.get(f"{path}/differences"))
    check = admin.awaited(admin.post(f"{path}/checks", {"with": []}))
    assert check["status"] == "passed"
    ok(admin.get(f"/v1/definitions/facts/{body['id']}/uses"))
    (version, *_) = ok(admin.get(f"{FACT}/versions?limit=100"))["versions"]
    ok(admin.get(f"{FACT}/versions/{version['hash']}"))
    refused(admin.get(f"{FACT}/versions/{'0' * 64}"), 404, "not-found")
    example = {name: item_of(FOOD)["examples"][0][name] for name in ("today", "applicant", "form", "moves")}
    trial = admin.awaited(admin.post(f"{path}/trials", {"item": FOOD, "example": example}))
    assert trial["result"]
    refused(admin.post(f"{path}/releases", {"note": "alone"}), 403, "author-is-releaser")
    later = {"due": (api.now() + timedelta(days=1)).isoformat()}
    schedule = ok(releaser.post(f"{path}/schedules", later), 201)["schedule_id"]
    refused(releaser.post(f"{path}/schedules", later), 409, "already-scheduled")
    ok(admin.get("/v1/scheduled-releases?limit=5"))
    ok(releaser.delete(f"/v1/scheduled-releases/{schedule}"))
    refused(releaser.delete(f"/v1/scheduled-releases/{schedule}"), 409, "schedule-over")
    refused(releaser.post(f"{path}/schedules", {"due": "tomorrow"}), 422, "body-invalid")
    ok(releaser.post(f"{path}/releases", {"note": "together"}), 201)
    ok(releaser.post("/v1/release-sets/rollbacks", {"to": before, "reason": "only a test"}), 201)
    ok(admin.get("/v1/release-sets?limit=5"))
    wrong = ok(admin.post(f"{FACT}/drafts", {"body": {**body, "title": {"zh": "只有中文"}}}), 201)
    failed = admin.awaited(admin.post(f"{FACT}/drafts/{wrong['draft_id']}/checks", {}))
    assert failed["status"] == "failed"
    ok(admin.delete(f"{FACT}/drafts/{wrong['draft_id']}", if_match='"1"'), 204)


def a_case_is_moved_to_another_release(api: Api) -> None:
    """Off a release to the one before it, by two people."""
    before, item = ok(api.anybody.get("/v1/health"))["release_set"], f"/v1/definitions/items/{FOOD}"
    good = ok(api.anybody.get(f"/v1/items/{FOOD}"))["release"]
    body = ok(api.admin.get(item))["definition"]
    body["description"] = {"zh": f"示例 {new_key()}", "en": "sample"}
    draft = ok(api.admin.post(f"{item}/drafts", {"body": body}), 201)
    act = ok(api.releaser.post(f"{item}/drafts/{draft['draft_id']}/releases", {}), 201)
    Firm(api).applies()
    ok(api.releaser.post("/v1/release-sets/rollbacks", {"to": before, "reason": "only a test"}), 201)
    (faulty,) = [one["release"] for one in act["items"] if one["id"] == FOOD]
    asked = {"item": FOOD, "from": faulty, "to": good, "reason": "only a test"}
    dry = api.admin.awaited(api.admin.post("/v1/migrations", asked))
    place = f"/v1/migrations/{dry['migration_id']}/approvals"
    done = api.releaser.awaited(api.releaser.post(place, {}))
    assert done["run"]["found"] == {"moved": dry["cases"]}


def dates_are_told_anew(api: Api) -> None:
    """A clock explains itself; a notice on a day that no test reaches, and back."""
    firm = Firm(api)
    clocks = f"/v1/cases/{firm.applies(FOOD)['case_id']}/clocks"
    assert ok(firm.person.get(f"{clocks}/intake"))["account"]
    refused(firm.person.get(f"{clocks}/none"), 404, "not-found")
    path = "/v1/definitions/calendars/cn-2026"
    body = ok(api.admin.get(path))["definition"]
    body["rest_days"] = sorted([*body["rest_days"], "2026-12-30"])
    draft = ok(api.admin.post(f"{path}/drafts", {"body": body}), 201)
    act = ok(api.releaser.post(f"{path}/drafts/{draft['draft_id']}/releases", {}), 201)
    told = api.admin.finished(f"/v1/reprojections/{act['reprojection']}")
    assert (told["status"], told["failed"]) == ("done", 0)
    assert told["unchanged"] >= 1
    ok(api.releaser.post("/v1/release-sets/rollbacks", {"to": act["from_set"], "reason": "only a test"}), 201)


def what_comes_with_a_period_is_tried_and_done(api: Api) -> None:
    """A tenancy on record is counted by a trial; the quarter's run is there, whoever looks for it."""
    path, now = "/v1/triggers/cluster-quarterly-confirmation", api.now()
    tried = api.admin.awaited(api.admin.post(f"{path}/trials", {}))
    assert (tried["mode"], tried["refused"]) == ("dry", 0)
    refused(api.admin.post("/v1/triggers/red-light-supervision/trials", {}), 409, "trigger-not-periodic")
    refused(api.admin.get(f"{path}/runs/1999-Q1"), 404, "not-found")
    quarter = f"{path}/runs/{now.year}-Q{(now.month + 2) // 3}"
    until = time.monotonic() + 90  # a minute's look begins it
    while api.admin.get(quarter).status_code == 404 and time.monotonic() < until:
        time.sleep(0.5)
    assert api.admin.finished(quarter, 90)["status"] == "done"


def accounts_are_asked(api: Api) -> None:
    """A place is booked, seen to be taken, and found again in the statement."""
    hall = "/v1/accounts/hall-appointments"
    ok(api.anybody.get(f"{hall}/availability?from=2026-03-04&days=1"))
    refused(api.anybody.get(f"{hall}/availability?days=99"), 422, "query-invalid")
    refused(api.anybody.get("/v1/accounts/interest-subsidy-cap/availability"), 404, "account-without-slots")
    body = application("window-appointment", "", day="2026-03-04", time="10:00")
    case = ok(api.person("person:story-openapi").submit("window-appointment", body), 201)
    slot = "key=2026-03-04%7C10:00"
    page = ok(api.auditor.get(f"{hall}/statement?{slot}&limit=1"))
    assert page["entries"][0]["case_id"] == case["case_id"]
    assert ok(api.auditor.get(f"{hall}/reconciliation?{slot}"))["agrees"]
    refused(api.anybody.get(f"{hall}/statement?{slot}"), 401, "sign-in-needed")
    refused(api.auditor.get(f"{hall}/statement"), 422, "query-invalid")
    refused(api.auditor.get(f"{hall}/statement?{slot}&after=x"), 422, "cursor-invalid")
    refused(api.auditor.get("/v1/accounts/none/statement"), 404, "not-found")


def what_is_owed_is_asked(api: Api) -> None:
    """A deposit is asked for: the firm finds that it owes it, and sees it in its case; nothing is owed to it yet."""
    firm = Firm(api)
    case = firm.applies("enterprise-deposit")
    (line,) = ok(firm.person.get("/v1/dues"))["dues"]
    assert line["case_id"] == case["case_id"]
    assert ok(firm.person.get(f"/v1/cases/{case['case_id']}"))["dues"] == [line["due"]]
    assert ok(firm.person.get("/v1/dues?side=to&limit=5"))["dues"] == []
    desk = "/v1/queues/housing-construction.construction/dues"
    ok(api.staff("housing-supervisor").get(desk))
    refused(firm.person.get(desk), 403, "forbidden")
    refused(firm.person.get("/v1/dues?side=x"), 422, "query-invalid")
    refused(firm.person.get("/v1/dues?after=x"), 422, "cursor-invalid")


def links_are_followed(api: Api) -> None:
    """A report is dealt with, taken up again, and merged with another one; a project and a pledge are looked up."""
    firm, other = Firm(api), Firm(api)
    window, handler = api.staff("urban-window"), api.staff("urban-handler")
    case = firm.applies("street-report")
    again = f"/v1/cases/{case['case_id']}/successors"
    body = {"rel": "reopens", "reason": "又出现了"}
    refused(firm.person.post(again, body, idempotency_key=new_key()), 409, "not-reopenable")
    ok(window.move(case, "dispatch"))
    ok(handler.move(case, "sign"))
    ok(handler.move(case, "reply", {"reply": "已责令改正"}))
    ok(firm.person.move(case, "confirm"))
    new = ok(firm.person.post(again, body, idempotency_key=new_key()), 201)
    refused(firm.person.post(again, body, idempotency_key=new_key()), 409, "already-reopened")
    refused(firm.person.post(again, body), 400, "idempotency-key-missing")
    refused(other.person.post(again, body, idempotency_key=new_key()), 404, "case-not-found")
    ok(firm.person.get(f"/v1/cases/{new['case_id']}/links?rel=reopens&limit=1"))
    refused(firm.person.get(f"/v1/cases/{new['case_id']}/links?after=x"), 422, "cursor-invalid")
    second = other.applies("street-report")
    ok(window.move(second, "merge", {"into": new["number"]}))
    ok(other.person.get(f"/v1/cases/{new['case_id']}"))
    ok(other.person.get(f"/v1/cases/{new['case_id']}/events"))
    refused(other.person.get(f"/v1/cases/{new['case_id']}/documents"), 403, "forbidden")
    refused(firm.person.move(new, "withdraw"), 409, "others-follow")
    project = "/v1/registers/investment-projects/records/2603-430112-04-01-000001"
    firm.applies("construction-permit")
    ok(firm.person.get(f"{project}/dossier?limit=2"))
    ok(firm.person.get(f"{project}/links?rel=project"))
    refused(firm.person.get(f"{project}/links?rel=No!"), 422, "query-invalid")
    refused(firm.person.get("/v1/registers/none/records/x/dossier"), 404, "not-found")
    ok(api.admin.get("/v1/definitions/items/street-report/links"))
    refused(firm.person.get("/v1/definitions/items/street-report/links"), 403, "forbidden")


def results_are_published(api: Api) -> None:
    """A licence is made public, objected to, answered, corrected and taken back; who was told reads it."""
    case, rival, handler = Firm(api).applies(), Firm(api).person, api.staff("handler")
    made = f"/v1/cases/{case['case_id']}/publications"
    refused(
        handler.post(made, {"publicity": "licence"}, idempotency_key=new_key()), 409, "nothing-to-publish"
    )
    walk(api, case, [*TO_DECISION, GRANT])
    ok(handler.post(made, {"publicity": "licence"}, idempotency_key=new_key()))
    refused(handler.post(made, {"publicity": "licence"}, idempotency_key=new_key()), 409, "already-published")
    bulletin = f"/v1/bulletins/{bulletin_id(case['case_id'], 'licence')}"
    ok(rival.post(f"{bulletin}/objections", {"reason": "面积不实"}, idempotency_key=new_key()), 201)
    refused(
        rival.post("/v1/bulletins/none/objections", {"reason": "x"}, idempotency_key=new_key()),
        404,
        "not-found",
    )
    answered = {"objection": 1, "upheld": False, "reason": "面积经核查属实"}
    ok(handler.post(f"{bulletin}/answers", answered, idempotency_key=new_key()))
    refused(
        handler.post(f"{bulletin}/answers", answered, idempotency_key=new_key()), 409, "objection-not-open"
    )
    corrected = {"field": 1, "value": "更正后的名称", "reason": "录入有误"}
    ok(handler.post(f"{bulletin}/corrections", corrected, idempotency_key=new_key()))
    refused(handler.post(f"{bulletin}/corrections", corrected | {"field": 99}), 422, "field-unknown")
    refused(handler.post(f"{bulletin}/withdrawals", {"reason": "公示有误"}), 403, "forbidden")
    withdrawn = {"reason": "许可已撤销"}
    ok(api.staff("decider").post(f"{bulletin}/withdrawals", withdrawn, idempotency_key=new_key()))
    ok(rival.get("/v1/notices?limit=5"))
    refused(api.anybody.get("/v1/notices"), 401, "sign-in-needed")


def integrators_subscribe(api: Api) -> None:
    """A system subscribes, is sent a test, looks at the log, asks for it again, rotates, pauses and goes."""
    reader = api.person(f"system:scene-{new_key()}", "integrator", via="integrator")
    every = "/v1/webhooks/subscriptions"
    refused(reader.post(every, {"url": "http://example.cn/in"}), 422, "webhook-url-refused")
    with receiver() as there:
        asked = {"url": there.url, "types": ["case.accepted"]}
        one = ok(reader.post(every, asked, idempotency_key=new_key()), 201)
        path = f"{every}/{one['subscription_id']}"
        ok(reader.get(every))
        ok(reader.get(path))
        refused(reader.put(path, asked), 400, "if-match-missing")
        ok(reader.put(path, asked | {"title": "示例"}, if_match='"1"'))
        sent = ok(reader.post(f"{path}/tests", {}), 202)
        log = f"{path}/deliveries/{sent['delivery_id']}"
        assert wait_until(
            lambda: reader.get(log).status_code == 200 and ok(reader.get(log))["state"] == "ok", 30
        )
        ok(reader.get(f"{path}/deliveries?state=ok&limit=5"))
        refused(reader.get(f"{path}/deliveries?from=soon"), 422, "query-invalid")
        replay = ok(reader.post(f"{path}/replays", {"ids": [sent["delivery_id"]]}), 202)
        ok(reader.get(f"{path}/replays/{replay['replay_id']}"))
        refused(reader.post(f"{path}/replays", {}), 422, "replay-invalid")
        ok(reader.post(f"{path}/secrets", {}), 201)
        ok(reader.put(f"{path}/state", {"state": "paused"}))
        ok(reader.delete(path, if_match=reader.get(path).headers["ETag"]), 204)
        refused(reader.get(path), 404, "not-found")


def outside_systems_report(api: Api) -> None:
    """The hotline gets a secret, passes on a ticket, and looks at what became of it."""
    hotline = api.person("system:hotline-12345", "integrator", via="integrator")
    path, grant = grant_record(
        "scope", "node:administrative-approval", hotline.subject, document="数据共享协议"
    )
    assert api.admin.put(path, grant).status_code in (201, 412)
    one, number = "/v1/connectors/hotline-12345", f"T-{new_key()}"
    secret = ok(hotline.post(f"{one}/secrets", {}), 201)["secret"]
    said = PACK["connectors/hotline-12345"]["messages"]["ticket.filed"]["example"]
    body = json.dumps({**said, "ticket": {"number": number}}, ensure_ascii=False).encode()

    def says(raw: bytes, **headers: str) -> httpx.Response:
        signature = signed(f"msg_{number}", time.time_ns() // 10**9, raw, [secret])
        shown = {"Content-Type": "application/json", **signature, **headers}
        return api.http.post(f"{one}/events", content=raw, headers=shown)

    refused(says(body, **{"webhook-signature": "v1,AAAA"}), 401, "signature-invalid")
    refused(says(b'{"type": "none"}'), 422, "message-type-unknown")
    for _ in range(2):
        ok(says(body), 202)
    matter = f"{one}/matters/{number}"
    assert wait_until(lambda: ok(hotline.get(matter))["case"] is not None, 30)
    refused(hotline.get(f"{one}/matters/none"), 404, "not-found")
    assert ok(hotline.get(matter))["status"]["code"] == "10"
    refused(hotline.get(f"{one}/reconciliations/2020-01-01"), 404, "not-found")
    today = date.fromisoformat(ok(hotline.get(matter))["messages"][0]["at"][:10])
    account = f"{one}/reconciliations/{today - timedelta(days=1)}"
    assert wait_until(lambda: hotline.get(account).is_success, 120, every=1)  # the minute's sweep makes it


def people_are_told(api: Api) -> None:
    """Somebody says how they want to be told, an official looks at what became of it, a provider reports."""
    firm = Firm(api)
    own, person = "/v1/notice-preferences", firm.person
    ok(person.get(own))
    refused(person.put(own, {"language": "en"}), 400, "if-match-missing")
    refused(person.put(own, {"language": "fr"}, if_match='"0"'), 422, "preferences-invalid")
    ok(person.put(own, {"language": "en", "addresses": {"mobile": "13800138000"}}, if_match='"0"'))
    refused(person.put(own, {"language": "zh"}, if_match='"0"'), 412, "changed-since")
    path = f"/v1/cases/{firm.applies()['case_id']}/notices"
    assert wait_until(lambda: bool(ok(api.staff("handler").get(path))["notices"]), 60)
    one = "/v1/channels/sms/providers/sms-outbox"
    refused(api.http.post(f"{one}/receipts", json={}), 401, "signature-invalid")
    refused(firm.person.post(f"{one}/secrets", {}), 403, "forbidden")
    secret = ok(api.admin.post(f"{one}/secrets", {}), 201)["secret"]

    def says(body: dict[str, str]) -> httpx.Response:
        raw = json.dumps(body).encode()
        signature = signed(f"rcp_{new_key()}", time.time_ns() // 10**9, raw, [secret])
        return api.http.post(
            f"{one}/receipts", content=raw, headers={"Content-Type": "application/json", **signature}
        )

    refused(says({"id": "none", "status": "delivered"}), 422, "receipt-invalid")
    ok(says({"id": f"dlv_{0:026d}", "status": "delivered"}), 202)


def items_are_stopped(api: Api) -> None:
    for path in (f"/v1/items/{ESTABLISHMENT}/stop", "/v1/switches/sample"):
        try:
            ok(api.releaser.put(path, {"reason": "only a test"}))
        finally:
            ok(api.releaser.delete(path, {"reason": "only a test"}))


@pytest.mark.parametrize(
    "scene",
    [anybody_asks, an_auditor_looks, an_applicant_drafts, an_application_is_refused, a_desk_works, registers_are_kept,
     definitions_are_released, a_case_is_moved_to_another_release, dates_are_told_anew,
     accounts_are_asked, what_is_owed_is_asked, what_comes_with_a_period_is_tried_and_done,
     links_are_followed, results_are_published, integrators_subscribe, outside_systems_report, people_are_told,
      items_are_stopped, approved_case, tables_are_sent],
    ids=lambda scene: scene.__name__,
)  # fmt: skip
def test_every_answer_is_as_described(watched: Api, contract: Contract, scene: Any) -> None:
    watched.be_on("2026-03-02")
    contract.broken.clear()
    scene(watched)
    assert contract.broken == []


def test_a_whole_story_is_as_described(watched: Api, contract: Contract) -> None:
    contract.broken.clear()
    assert all(outcome.ok for outcome in play(watched, INSTANTLY))
    assert contract.broken == []


def test_what_is_told_of_draws_is_as_described(running: Stack, watched: Api, contract: Contract) -> None:
    """After the scenes: it takes the clock two months on."""
    watched.be_on("2026-03-02")
    contract.broken.clear()
    draws_are_read(running, watched)
    assert contract.broken == []


def test_every_described_operation_has_answered(contract: Contract) -> None:
    """Depends on the scenes above: together they reach every route, so that no description is only paper."""
    assert sorted(set(OPERATIONS) - contract.answered) == []


def test_who_has_the_description_of_this_set_is_not_sent_it_again(stack: str) -> None:
    with Api(stack) as api:
        first = api.anybody.get("/v1/openapi.json")
        number = ok(api.anybody.get("/v1/health"))["release_set"]
        assert first.headers["etag"].startswith(f'"{number}-')
        again = api.anybody.get("/v1/openapi.json", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_description_that_is_wrong_is_noticed(stack: str, contract: Contract) -> None:
    document = {**contract.document, "components": {**contract.document["components"]}}
    document["components"]["schemas"] = {
        **document["components"]["schemas"],
        "Health": {"required": ["temperature"]},
    }
    strict = Contract(document)
    with Api(stack) as api:
        api.http.event_hooks = {"response": [strict]}
        ok(api.anybody.get("/v1/health"))
    assert "temperature" in strict.broken[0]
