"""The rows of the matrix: for every route at least one call that the right caller succeeds with.

A new route is one line in `ROWS` and one in the table: `python -m tests.matrix.table` prints the whole table anew, to
be read cell by cell and then kept.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.domain.webhook_signatures import signed
from tests.builders import application, grant_record
from tests.builders_app import Answer, filled
from tests.builders_tables import csv_of, firm
from tests.matrix.callers import ADMIN, CALLERS, FIRM, Caller
from tests.matrix.world import CODE, FOOD, PROJECT, ROUND, SEALED, TIP, World, example_of

Maker = Any  # (World, Caller) → a body, or a body that is the same for everybody


class Row(NamedTuple):
    """One call. `values` fill the route; `of` is the row's second name. `counts`: the answer's list is counted.
    `signed`: by the bank, whoever calls."""

    method: str
    route: str
    of: str = ""
    values: Mapping[str, str] = {}
    body: Maker = None
    headers: Mapping[str, str] = {}
    query: str = ""
    counts: str = ""
    signed: bool = False

    @property
    def name(self) -> tuple[str, str]:
        return f"{self.method} {self.route}", self.of


CASE, DRAFT = "/v1/cases/{case_id}", "/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}"
RECORD = "/v1/registers/{register_id}/records/{record_id}"
IMPORTS = "/v1/registers/{register_id}/imports"
TABLE = b64encode(csv_of([firm(1)])).decode()
KEY, FIRST = {"Idempotency-Key": "matrix"}, {"If-Match": '"1"'}
WHY, TO_COME = {"reason": "检查"}, {"due": "2026-06-01T00:00:00+08:00"}
AGAIN = {"rel": "reopens", "reason": "又出现了"}
SERVED = {"way": "in-person", "day": "2026-03-02", "receipt": "示例回证"}
ITEM = {"kind": "items", "definition_id": FOOD, "draft_id": "item-draft"}
RULE = {"kind": "rules", "definition_id": "food-licence-limit", "draft_id": "notice-draft"}
KINDS_OF_CASES = {"": FOOD, "confidential": SEALED, "of a cell": ROUND, "unnamed": TIP}
CLEAR = dict.fromkeys(("tax", "social_insurance", "customs", "bank"), "cleared")


def _mandate(world: World, caller: Caller) -> Any:
    return {"body": grant_record("mandate", FIRM, "person:helper")[1]["body"]}


def _on_paper(world: World, caller: Caller) -> Any:
    return {"body": grant_record("mandate", FIRM, "person:helper", document="授权委托书")[1]["body"]}


def _scope(world: World, caller: Caller) -> Any:
    return {"body": grant_record("scope", "node:tax", "system:new")[1]["body"]}


def _own_scope(world: World, caller: Caller) -> Any:
    return {"body": grant_record("scope", "node:tax", ADMIN)[1]["body"]}


def _revoked(world: World, caller: Caller) -> Any:
    body = grant_record("mandate", FIRM, "person:matrix-agent", revoked=True)[1]["body"]
    return {"body": body}


def _published(kind: str, identity: str) -> Maker:
    def body(world: World, caller: Caller) -> Any:
        catalogue = world.house.app.catalogue
        found = dict(catalogue.live(catalogue.pointer(strong=False), kind, identity))
        return {"body": found | {"title": {"zh": "新", "en": "new"}}}

    return body


def _migration(world: World, caller: Caller) -> Any:
    return {"item": ROUND, "from": world.ids["old-release"], "reason": "检查"}


def _power(world: World, caller: Caller) -> Any:
    found = world.house.app.kit.records.read("powers", "market-0301")
    assert found
    return {"body": dict(found.body)}


def _of_cases() -> Iterator[Row]:
    """The same calls on every kind of case: what differs is who."""
    for of, item in KINDS_OF_CASES.items():
        at = {"case_id": f"case:{item}"}
        yield Row("GET", CASE, of, at)
        yield Row("GET", f"{CASE}/events", of, at, counts="events")
        if item in (FOOD, SEALED):
            yield Row("GET", CASE, f"{of} by number".strip(), {"case_id": f"number:{item}"})
            yield Row("GET", f"{CASE}/documents", of, at)
            paper = {**at, "document_id": f"document:{item}"}
            one = f"{CASE}/documents/{{document_id}}"
            yield Row("GET", f"{one}/print", of, paper)
            yield Row("POST", f"{one}/service-records", of, paper, SERVED, KEY)
            yield Row("POST", f"{one}/withdrawals", of, paper, WHY, KEY)
            yield Row("GET", "/v1/documents/verify/{code}", of, {"code": f"code:{item}"})
            yield Row("GET", f"{CASE}/links", of, at)
            yield Row("POST", f"{CASE}/successors", of, at, AGAIN, KEY)
            yield Row("GET", f"{CASE}/clocks/{{clock_id}}", of, {**at, "clock_id": "intake"})
            yield Row("GET", f"{CASE}/proof", of, at)
        yield Row("POST", f"{CASE}/moves", f"{of} accept".strip(), at, {"move": "accept", "input": {}}, KEY)
        yield Row("POST", f"{CASE}/disclosures", of, at, {"purpose": "核对身份"})
        yield Row("PUT", f"{CASE}/claim", of, at, {})
    yield Row("POST", f"{CASE}/successors", "closed", {"case_id": "closed"}, AGAIN, KEY)
    at = {"case_id": f"case:{FOOD}"}
    yield Row("GET", CASE, "that is not there", {"case_id": "cas_00000000000000000000000000"})
    yield Row("POST", f"{CASE}/moves", "withdraw", at, {"move": "withdraw", "input": {}}, KEY)
    yield Row("POST", f"{CASE}/moves", "propose", at, {"move": "propose", "input": {}}, KEY)
    yield Row(
        "POST", f"{CASE}/moves", "accept, claimed", {"case_id": "held"}, {"move": "accept", "input": {}}, KEY
    )
    yield Row("GET", CASE, "the clerk's own", {"case_id": "own"})
    yield Row(
        "POST",
        f"{CASE}/moves",
        "accept, the clerk's own",
        {"case_id": "own"},
        {"move": "accept", "input": {}},
        KEY,
    )
    yield Row("POST", f"{CASE}/disclosures", "no purpose", at, {"purpose": ""})
    yield Row("POST", f"{CASE}/publications", "", {"case_id": "granted"}, {"publicity": "licence"}, KEY)
    bulletin, public = "/v1/bulletins/{bulletin_id}", {"bulletin_id": "bulletin"}
    yield Row("POST", f"{bulletin}/objections", "", public, WHY, KEY)
    yield Row("POST", f"{bulletin}/answers", "", public, {"objection": 1, "upheld": False, **WHY}, KEY)
    yield Row("POST", f"{bulletin}/corrections", "", public, {"field": 1, "value": "更正", **WHY}, KEY)
    yield Row("POST", f"{bulletin}/withdrawals", "", public, WHY, KEY)
    yield Row("PUT", f"{CASE}/claim", "assign", at, {"to": "person:demo-window"})
    yield Row("DELETE", f"{CASE}/claim", "", {"case_id": "held"})


def _of_definitions() -> Iterator[Row]:
    yield Row("GET", "/v1/definitions")
    yield Row("GET", "/v1/definitions/{kind}", "", {"kind": "rules"})
    yield Row("GET", "/v1/definitions/{kind}/{definition_id}", "", ITEM)
    yield Row("GET", "/v1/drafts-of-definitions", counts="drafts")
    new = "/v1/definitions/{kind}/{definition_id}/drafts"
    for of, at in (("a department's", ITEM), ("the district's", RULE)):
        published = _published(at["kind"], at["definition_id"])
        yield Row("POST", new, of, at, published)
        yield Row("GET", DRAFT, of, at)
        yield Row("PUT", DRAFT, of, at, published, FIRST)
        yield Row("DELETE", DRAFT, of, at, headers=FIRST)
        yield Row("GET", f"{DRAFT}/differences", of, at)
        yield Row("POST", f"{DRAFT}/checks", of, at, {})
        yield Row("POST", f"{DRAFT}/trials", of, at, {"item": FOOD, "example": example_of(FOOD)})
        yield Row("POST", f"{DRAFT}/releases", of, at, {})
        yield Row("POST", f"{DRAFT}/schedules", of, at, TO_COME)
    taken = {"kind": "items", "definition_id": "enterprise-establishment"}

    def other(world: World, caller: Caller) -> Any:
        body = _published(kind="items", identity="enterprise-establishment")(world, caller)["body"]
        return {"body": body | {"department": "tax"}}

    yield Row("POST", new, "a department's, given away", taken, other)
    organisation = {"kind": "organisations", "definition_id": "wangcheng"}
    yield Row("POST", new, "the organisation", organisation, _published("organisations", "wangcheng"))
    yield Row("POST", new, "the policies", {"kind": "access", "definition_id": "district"},
              _published("access", "district"))  # fmt: skip
    yield Row("GET", "/v1/checks/{check_id}", "", {"check_id": "check"})
    yield Row("GET", "/v1/trials/{trial_id}", "", {"trial_id": "trial"})
    yield Row("GET", "/v1/definitions/{kind}/{definition_id}/uses", "", RULE)
    past = RULE | {"version_hash": "notice-version"}
    yield Row("GET", "/v1/definitions/{kind}/{definition_id}/versions", "", RULE, counts="versions")
    yield Row("GET", "/v1/definitions/{kind}/{definition_id}/versions/{version_hash}", "", past)
    yield Row("GET", "/v1/definitions/{kind}/{definition_id}/links", "", RULE, counts="links")
    campaign = {
        "trigger_id": "cluster-quarterly-confirmation",
        "period": "2026-Q1",
        "trial_id": "campaign-trial",
    }
    yield Row("POST", "/v1/triggers/{trigger_id}/trials", "", campaign, {})
    yield Row("GET", "/v1/triggers/{trigger_id}/trials/{trial_id}", "", campaign)
    yield Row("GET", "/v1/triggers/{trigger_id}/runs/{period}", "", campaign)
    yield Row("POST", "/v1/migrations", "", {}, _migration)
    yield Row("GET", "/v1/reprojections/{reprojection_id}", "", {"reprojection_id": "reprojection"})
    yield Row("GET", "/v1/migrations/{migration_id}", "", {"migration_id": "migration"})
    yield Row("POST", "/v1/migrations/{migration_id}/approvals", "", {"migration_id": "migration"}, {})
    yield Row("GET", "/v1/scheduled-releases", counts="scheduled")
    yield Row("DELETE", "/v1/scheduled-releases/{schedule_id}", "", {"schedule_id": "schedule"})
    yield Row("GET", "/v1/release-sets", counts="history")
    yield Row("POST", "/v1/release-sets/rollbacks", "", {}, {"to": 1, "reason": "检查"})
    for method in ("PUT", "DELETE"):
        yield Row(method, "/v1/items/{item_id}/stop", "", {"item_id": FOOD}, WHY)
        yield Row(method, "/v1/switches/{switch_id}", "", {"switch_id": "submissions"}, WHY)
    facts = {"facts": {"food-category": "catering"}}
    yield Row("POST", "/v1/rules/{rule_id}/trials", "", {"rule_id": "food-licence-limit"}, facts)


def _of_registers() -> Iterator[Row]:
    listed = "/v1/registers/{register_id}/records"
    ids = {"enterprises": CODE, "clearances": CODE, "powers": "market-0301", "grants": "mandate"}
    for register, record in ids.items():
        of = {"register_id": register, "record_id": record}
        yield Row("GET", listed, register, of, query="limit=1", counts="records")  # the pack grows
        yield Row("GET", "/v1/registers/{register_id}/table", register, of, query="format=json")
        yield Row("GET", "/v1/registers/{register_id}/figures", register, of)
        yield Row("GET", RECORD, register, of)
        yield Row("GET", f"{RECORD}/versions", register, of, counts="versions")
    pledged = {"register_id": "movable-assets", "record_id": "YS-2026-000301"}
    yield Row("GET", f"{RECORD}/links", "a pledge", pledged, counts="links")
    project = {"register_id": "investment-projects", "record_id": PROJECT}
    yield Row("GET", f"{RECORD}/dossier", "", project, counts="members")
    yield Row(
        "GET", f"{RECORD}/dossier", "of no register", {**project, "register_id": "no-such"}, counts="members"
    )
    yield Row("GET", RECORD, "a grant of scope", {"register_id": "grants", "record_id": "scope"})
    of = {"register_id": "clearances", "record_id": CODE}
    yield Row("PUT", RECORD, "clearances", of, {"body": {"uscc": CODE, **CLEAR}}, FIRST)
    of = {"register_id": "enterprises", "record_id": CODE}
    yield Row("PUT", RECORD, "enterprises", of, {"body": {"uscc": CODE}}, FIRST)
    for register in ("supervision-objects", "enterprises"):
        yield Row("POST", IMPORTS, register, {"register_id": register}, {"table": TABLE})
        yield Row(
            "GET", f"{IMPORTS}/{{import_id}}", register, {"register_id": register, "import_id": "import"}
        )
    yield Row("PUT", RECORD, "powers", {"register_id": "powers", "record_id": "market-0301"}, _power, FIRST)
    mandate = f"mandate:{FIRM}:person:helper"
    for of_grant, identity, body in (
        ("give a mandate", mandate, _mandate), ("give a mandate on paper", mandate, _on_paper),
        ("give a scope", "scope:node:tax:system:new", _scope),
        ("give oneself a scope", f"scope:node:tax:{ADMIN}", _own_scope),
    ):  # fmt: skip
        yield Row("PUT", RECORD, of_grant, {"register_id": "grants", "record_id": identity}, body)
    yield Row(
        "PUT",
        RECORD,
        "take a mandate back",
        {"register_id": "grants", "record_id": "mandate"},
        _revoked,
        FIRST,
    )
    yield Row("GET", "/v1/reads", counts="reads")


def _of_accounts() -> Iterator[Row]:
    """Slots are everybody's to see; what was posted is the auditor's, and of who answers for the department."""
    of = {"account_id": "hall-appointments"}
    slot = "key=2026-03-05%7C09:30"
    yield Row("GET", "/v1/accounts/{account_id}/availability", "", of, query="days=7", counts="slots")
    for route in ("statement", "reconciliation"):
        counts = "entries" if route == "statement" else "rows"
        yield Row("GET", f"/v1/accounts/{{account_id}}/{route}", "", of, query=slot, counts=counts)
    cap = {"account_id": "payment-order-number"}
    yield Row(
        "GET",
        "/v1/accounts/{account_id}/statement",
        "the district's",
        cap,
        query="key=2026",
        counts="entries",
    )


def _of_draws() -> Iterator[Row]:
    """All is anybody's to read, but nobody has the rosters before the last visit: the second draw is committed only."""
    series = {"series_id": "joint-random-inspection"}
    one, second = {**series, "draw_number": "1"}, {**series, "draw_number": "2"}
    early, roster = "before the last visit", "/v1/draws/{series_id}/{draw_number}/rosters/{roster}"
    yield Row("GET", "/v1/draws/{series_id}/{draw_number}/bundle", early, second)
    yield Row("GET", roster, early, {**second, "roster": "objects"})
    yield Row("GET", "/v1/draws", counts="draws")
    yield Row("GET", "/v1/draws/{series_id}", "", series)
    yield Row("GET", "/v1/draws/{series_id}/coverage", "", series)
    yield Row("GET", "/v1/draws/{series_id}/{draw_number}", "", one)
    yield Row("GET", "/v1/draws/{series_id}/{draw_number}/bundle", "", one)
    yield Row("GET", roster, "", {**one, "roster": "objects"})
    yield Row("GET", "/v1/draws/{series_id}/{draw_number}/slip", "", one)
    yield Row(
        "POST", "/v1/draws/{series_id}/acts", "", series, body={"act": "declare-void", "reason": "error"}
    )


def _of_webhooks() -> Iterator[Row]:
    """Each of the bank's own; to whoever else keeps subscriptions it does not exist."""
    every, one = "/v1/webhooks/subscriptions", "/v1/webhooks/subscriptions/{subscription_id}"
    of = {"subscription_id": "subscription", "delivery_id": "delivery", "replay_id": "replay"}
    new = {"url": "https://hooks.example.cn/in", "types": ["case.accepted"]}
    yield Row("GET", every, counts="subscriptions")
    yield Row("POST", every, "", {}, new)
    yield Row("GET", one, "", of)
    yield Row("PUT", one, "", of, new, FIRST)
    yield Row("DELETE", one, "", of, headers=FIRST)
    yield Row("PUT", f"{one}/state", "", of, {"state": "paused"})
    yield Row("POST", f"{one}/secrets", "", of, {})
    yield Row("POST", f"{one}/tests", "", of, {})
    yield Row("GET", f"{one}/deliveries", "", of, counts="deliveries")
    yield Row("GET", f"{one}/deliveries/{{delivery_id}}", "", of)
    yield Row("POST", f"{one}/replays", "", of, {"from": "2026-03-01T00:00:00+08:00"})
    yield Row("GET", f"{one}/replays/{{replay_id}}", "", of)


def _of_connectors() -> Iterator[Row]:
    """The bank is a system without a connector; what one says is let in by its signature, whoever calls."""
    one, hotline = "/v1/connectors/{connector_id}", {"connector_id": "hotline-12345"}
    yield Row("POST", f"{one}/events", "unsigned", hotline, {})
    said = {"event": "case.viewed", "city_number": "M-2"}
    yield Row("POST", f"{one}/events", "signed", {"connector_id": "bank"}, said, signed=True)
    yield Row("POST", f"{one}/secrets", "another's", hotline, {})
    yield Row("POST", f"{one}/secrets", "the bank's", {"connector_id": "bank"}, {})
    yield Row(
        "GET",
        f"{one}/matters/{{external_id}}",
        "the bank's",
        {"connector_id": "bank", "external_id": "matter"},
    )
    yield Row("GET", f"{one}/reconciliations/{{day}}", "the bank's", {"connector_id": "bank", "day": "day"})


def _of_notices() -> Iterator[Row]:
    """What a case's parties were told, preferences of one's own, what a provider reports (signed as the bank signs)."""
    sms = {"channel_id": "sms", "provider_id": "sms-outbox"}
    provider = "/v1/channels/{channel_id}/providers/{provider_id}"
    yield Row("GET", f"{CASE}/notices", "", {"case_id": f"case:{FOOD}"}, counts="notices")
    yield Row("GET", "/v1/notice-preferences")
    yield Row("PUT", "/v1/notice-preferences", "", {}, {"language": "en"}, {"If-Match": '"0"'})
    yield Row("POST", f"{provider}/receipts", "unsigned", sms, {})
    said = {"id": f"dlv_{0:026d}", "status": "delivered"}
    yield Row("POST", f"{provider}/receipts", "signed", sms, said, signed=True)
    yield Row("POST", f"{provider}/secrets", "", sms, {})


def _all() -> Iterator[Row]:
    yield Row("GET", "/v1/health")
    yield Row("GET", "/v1/openapi.json")
    yield Row("GET", "/v1/asyncapi.json")
    yield Row("GET", "/v1/event-types")
    yield Row("GET", "/v1/event-types/{event_type}", "", {"event_type": "case.accepted"})
    yield Row("GET", "/v1/audit/keys")
    yield Row("GET", "/v1/audit/roots", counts="roots")
    yield Row("GET", "/v1/audit/roots/{number}", "", {"number": "1"})
    yield Row("GET", "/v1/audit/roots/{number}/consistency", "", {"number": "latest"}, query="since=1")
    yield from _of_draws()
    yield Row("GET", "/v1/items", query="limit=2", counts="items")
    yield Row("GET", "/v1/items/{item_id}", "", {"item_id": FOOD})
    yield Row("GET", "/v1/bulletins", query="limit=1", counts="bulletins")  # each draw adds some
    yield Row("GET", "/v1/open-data", counts="open_data")
    opened = {"register_id": "bulletins", "period": "2026"}
    yield Row("GET", "/v1/open-data/{register_id}/{period}", "", opened)
    days = "from=2026-03-02&days=5"
    yield Row("GET", "/v1/calendars/{calendar_id}/deadlines", "", {"calendar_id": "cn-2026"}, query=days)
    for of, item in (("", FOOD), ("unnamed", TIP), ("for staff", ROUND)):
        yield Row("POST", "/v1/items/{item_id}/cases", of, {"item_id": item}, application(FOOD, CODE), KEY)
    question = {"form": {"industry": 6513, "capital": "public"}}
    yield Row("POST", "/v1/items/{item_id}/answers", "", {"item_id": "market-access-lookup"}, question)
    yield Row("POST", "/v1/items/{item_id}/drafts", "", {"item_id": FOOD}, {"form": {}})
    yield Row("GET", "/v1/cases", counts="cases")
    yield Row("GET", "/v1/drafts", counts="drafts")
    draft = {"draft_id": "application"}
    yield Row("GET", "/v1/drafts/{draft_id}", "", draft)
    yield Row("PUT", "/v1/drafts/{draft_id}", "", draft, {"form": {}}, FIRST)
    yield Row("DELETE", "/v1/drafts/{draft_id}", "", draft)
    yield from _of_cases()
    yield Row("GET", "/v1/queues", counts="desks")
    yield Row(
        "GET",
        "/v1/queues/{queue_id}",
        "a window",
        {"queue_id": f"market-regulation.{_WINDOW}"},
        counts="cases",
    )
    yield Row("GET", "/v1/queues/{queue_id}", "a cell", {"queue_id": "yueliangdao-building-1.yueliangdao-building-1"},
              counts="cases")  # fmt: skip
    desk = {"queue_id": "housing-construction.construction"}
    yield Row("GET", "/v1/queues/{queue_id}/dues", "a window", desk, counts="dues")
    yield Row("GET", "/v1/dues", "by me", counts="dues")
    yield Row("GET", "/v1/dues", "to me", query="side=to", counts="dues")
    yield Row("GET", "/v1/notices", "to me", counts="notices")
    office = "node=market-regulation"
    yield Row("GET", "/v1/notices", "to an office", query=office, counts="notices")
    yield from _of_notices()
    yield Row("GET", "/v1/events", counts="events")
    yield from _of_registers()
    yield from _of_accounts()
    yield from _of_webhooks()
    yield from _of_connectors()
    yield from _of_definitions()


_WINDOW = "food"
ROWS = tuple(_all())


def ask(world: World, row: Row, caller: Caller) -> Answer:
    """Make the call as this caller, in the world as it was prepared."""
    values = {name: world.ids.get(value, value) for name, value in row.values.items()}
    path = filled(row.route, values) + (f"?{row.query}" if row.query else "")
    body = row.body(world, caller) if callable(row.body) else row.body
    headers = {**row.headers, **caller.headers(world.house, world.receipt)}
    if row.signed:
        now, text = int(world.house.app.postroom.seconds()), json.dumps(body, ensure_ascii=False)
        headers |= signed("msg_matrix", now, text.encode(), [world.ids["secret"]])
    answer = world.house.call(row.method, path, body, headers)
    world.house.rewind()
    return answer


def cell(row: Row, answer: Answer) -> str:
    """`ok`, `ok*` where personal fields are masked or only public ones shown, `ok/n` for a list of n; or the status.

    A 409, 412 or 422 would be an answer to somebody who may: rows are made so that only a 409 stands in the table,
    where a register is changed by cases alone or a move does not exist now.
    """
    if answer.status >= 300:
        return str(answer.status)
    body = answer.json() if answer.headers["content-type"] == "application/json" and answer.text else {}
    rows = body.get(row.counts, []) if row.counts else []
    masked = body.get("masked") is True or any(one.get("masked") is True for one in rows)
    return "ok" + ("*" if masked else "") + (f"/{len(rows)}" if row.counts else "")


def line(world: World, row: Row) -> list[str]:
    return [*row.name, *(cell(row, ask(world, row, caller)) for caller in CALLERS.values())]
