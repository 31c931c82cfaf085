"""The prepared world of the matrix: cases of four kinds, drafts, records, grants, drafts of definitions."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.actions import campaigning, draw_acts, drawing, importing, reprojecting
from chalicelib.actions.notice_ports import secrets_name
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.connectors import Message
from chalicelib.domain.events import Prompt
from chalicelib.domain.ids import derived
from chalicelib.domain.notices import drafted
from chalicelib.domain.parties import Principal
from chalicelib.domain.publicity import bulletin_id
from chalicelib.domain.publishing import Pack, pack_of
from chalicelib.domain.reconciliation import reconciled
from chalicelib.domain.subscriptions import Secret
from chalicelib.domain.trigger_effects import Act
from chalicelib.stores import schema_files
from tests import builders_tables
from tests.builders import application, grant_record, item_of
from tests.builders_app import Answer, House, house
from tests.builders_effects import notice
from tests.matrix.callers import ADMIN, AGENT, BANK, FIRM, LEGAL, OTHER, RELEASER

CODE = FIRM.partition(":")[2]
ENTERPRISE = {"name": "示例餐饮店", "status": "active", "legal_representative": "李四"}
CELL = "yueliangdao-building-1"
PROJECT = "2603-430112-04-01-000777"
FOOD, SEALED, TIP, ROUND = "food-licence", "sealed-licence", "tip-off", "cell-round"
DEPOSIT = "enterprise-deposit"
SERIES = "joint-random-inspection"


@dataclass(frozen=True)
class World:
    """Ids of what there is. `receipt`: the code of the tip, which an unnamed person handed in."""

    house: House
    ids: dict[str, str]
    receipt: str


def wider_pack(pack: Pack) -> Pack:
    """The pack and what it has no sample of yet: a confidential item, one for unnamed people, one of a grid cell."""
    food = pack.definitions[f"items/{FOOD}"]

    def like(identity: str, **changes: Any) -> dict[str, Any]:
        body: dict[str, Any] = copy.deepcopy(dict(food)) | {"id": identity} | changes
        mark = {SEALED: "91", TIP: "92", ROUND: "93"}[identity]  # a code belongs to one item
        body["codes"] |= {name: body["codes"][name].replace("0131SAMPLE", f"{mark}31SAMPLE")
                          for name in ("basic", "implementation", "business")}  # fmt: skip
        return body

    more = [
        like(SEALED, confidential=True, readers=["party:applicant", "post:handler", "post:decider"]),
        like(TIP, anonymous=True, audience=["person", "enterprise"]),
        like(ROUND, department=CELL, window=CELL, power="cell-0001", audience=["enterprise", "staff"]),
    ]
    staffed = copy.deepcopy(dict(pack.definitions["organisations/wangcheng"]))
    for post in ("window", "handler", "reviewer", "decider", "head"):  # an item's steps must find somebody
        seat = {
            "title": {"zh": post, "en": post},
            "holders": [{"subject": f"person:cell-{post}", "from": "2026-01-01"}],
        }
        staffed["nodes"][CELL]["posts"].setdefault(post, seat)
    powers = copy.deepcopy(dict(pack.definitions["registers/powers"]))
    food_power = next(one for one in powers["records"] if one["id"] == "market-0301")
    powers["records"].append(food_power | {"id": "cell-0001", "department": CELL, "items": [ROUND]})
    earlier = {
        **pack.definitions[f"draws/{SERIES}"],
        "effective_from": "2025-01-01",
    }  # so that one draw is over
    banks = pack.definitions["connectors/city-platform"] | {"id": "bank", "system": BANK}
    changed = {"organisations/wangcheng", "registers/powers", f"draws/{SERIES}"}
    rest = [one for key, one in pack.definitions.items() if key not in changed]
    return pack_of([*rest, staffed, powers, earlier, *more, notice(), banks])


@contextmanager
def world() -> Iterator[World]:
    import pytest

    shipped = schema_files.load_pack
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema_files, "load_pack", lambda root: wider_pack(shipped(root)))
        with house() as up:
            yield prepare(up)


def prepare(up: House) -> World:
    """Fill the house by its own API; only what a bulk import would bring is written below it."""
    owner = up.bearer(FIRM, "citizen")
    body = application(FOOD, CODE)
    ids, receipt = {"firm": CODE}, ""
    for item in (FOOD, SEALED, ROUND, TIP):
        who = {} if item == TIP else owner
        case = _made(
            up.call("POST", f"/v1/items/{item}/cases", body, {**who, "Idempotency-Key": f"matrix-{item}"})
        )
        ids[f"case:{item}"], ids[f"number:{item}"] = case["case_id"], case["number"]
        receipt = case.get("receipt_code", receipt)
    held = _made(
        up.call("POST", f"/v1/items/{FOOD}/cases", body, {**owner, "Idempotency-Key": "matrix-held"})
    )
    ids["held"] = held["case_id"]
    for case in (FOOD, SEALED):
        shown = up.call("GET", f"/v1/cases/{ids[f'case:{case}']}/documents", None, owner).json()
        ids[f"document:{case}"], ids[f"code:{case}"] = (
            shown["documents"][0][n] for n in ("document_id", "code")
        )
    clerk = up.bearer("person:demo-food-window", "staff", via="window")
    _made(up.call("PUT", f"/v1/cases/{held['case_id']}/claim", {}, clerk))
    own = _made(up.call("POST", f"/v1/items/{TIP}/cases", body, {**clerk, "Idempotency-Key": "matrix-own"}))
    ids["own"] = own["case_id"]
    deposit = {**owner, "Idempotency-Key": "matrix-deposit"}
    _made(up.call("POST", f"/v1/items/{DEPOSIT}/cases", application(DEPOSIT, CODE), deposit))
    _linked(up, ids)
    ids["application"] = _made(up.call("POST", f"/v1/items/{FOOD}/drafts", {"form": {}}, owner))["draft_id"]
    for kind, giver, taker in (("mandate", FIRM, AGENT), ("scope", "node:market-regulation", BANK)):
        path, grant = grant_record(kind, giver, taker)
        by = owner if kind == "mandate" else up.bearer(ADMIN, "admin")
        _made(up.call("PUT", path, grant, by))
        ids[kind] = grant["body"]["id"]
    _granted(up, ids)
    _appointment(up)
    _records(up)
    _notices(up)
    _draw(up, ids)
    _definitions(up, ids)
    _relay(up, ids)
    _webhooks(up, ids)
    _connectors(up, ids)
    up.app.dynamo._before.clear()  # type: ignore[attr-defined]
    return World(up, ids, receipt)


def _granted(up: House, ids: dict[str, str]) -> None:
    """A licence that was granted and may be made public, and another that is public, objected to."""
    given = {"opinion": "grant", "grounds": "符合"}
    for name in ("granted", "public"):
        firm = {**up.bearer(OTHER, "citizen"), "Idempotency-Key": f"matrix-{name}"}
        case = _made(up.call("POST", f"/v1/items/{FOOD}/cases", application(FOOD, CODE), firm))["case_id"]
        for who, move, input_ in (("food-window", "accept", {}), ("handler", "propose", given),
                                  ("reviewer", "pass", {}), ("decider", "grant", {})):  # fmt: skip
            clerk = up.bearer(f"person:demo-{who}", "staff")
            _made(up.call("POST", f"/v1/cases/{case}/moves", {"move": move, "input": input_}, clerk))
        ids[name] = case
    handler = up.bearer("person:demo-handler", "staff")
    _made(up.call("POST", f"/v1/cases/{ids['public']}/publications", {"publicity": "licence"}, handler))
    ids["bulletin"] = bulletin_id(ids["public"], "licence")
    path = f"/v1/bulletins/{ids['bulletin']}/objections"
    _made(up.call("POST", path, {"reason": "检查"}, up.bearer(FIRM, "citizen")))


def _linked(up: House, ids: dict[str, str]) -> None:
    """A pledge of the firm's, a permit of its project, and a report that was dealt with and is over."""
    owner = up.bearer(FIRM, "citizen")
    bank = "enterprise:91430112P000002010"

    def files(item: str, parties: Any = (), **changed: Any) -> str:
        body = application(item, CODE)
        for name, more in changed.items():
            body["form"][name] |= more
        body |= {"parties": list(parties)} if parties else {}
        key = {**owner, "Idempotency-Key": f"matrix-{item}"}
        return str(_made(up.call("POST", f"/v1/items/{item}/cases", body, key))["case_id"])

    def does(case: str, who: str, move: str, **given: Any) -> None:
        role = "citizen" if who.startswith("enterprise:") else "staff"
        asked = {"move": move, "input": given}
        _made(up.call("POST", f"/v1/cases/{case}/moves", asked, up.bearer(who, role)))

    pledge = files("movable-asset-pledge", [{"role": "pledgee", "subject": bank}])
    does(pledge, bank, "confirm")
    files("construction-permit", project={"code": PROJECT})
    ids["closed"] = files("street-report")
    does(ids["closed"], "person:demo-urban-window", "dispatch")
    does(ids["closed"], "person:demo-urban-handler", "sign")
    does(ids["closed"], "person:demo-urban-handler", "reply", reply="已责令改正")
    does(ids["closed"], FIRM, "confirm")


def _records(up: House) -> None:
    clear = dict.fromkeys(("tax", "social_insurance", "customs", "bank"), "cleared")
    tax = up.bearer("person:demo-tax-handler", "staff")
    for code in (CODE, OTHER.partition(":")[2]):
        _made(
            up.call("PUT", f"/v1/registers/clearances/records/{code}", {"body": {"uscc": code, **clear}}, tax)
        )
    firm = {"uscc": CODE, **ENTERPRISE}  # only cases change this register, or an import
    up.app.kit.records.write(
        RecordWrite("enterprises", CODE, 0, firm, "2026-01-01"), "system:import", up.app.at
    )


def _notices(up: House) -> None:
    """What a trigger told the firm, and the office."""
    for to in (FIRM, "node:market-regulation"):
        identity = derived("ntc", to)
        values, at, zone = {"number": "1", "firm": "示例"}, up.app.at, up.app.zone
        said = drafted(notice(), values, identity=identity, to=to, at=at, zone=zone, case=None)
        up.app.kit.notices.put(said, Act(identity, "", Prompt("tell-all", "evt_x", "cas_x", 1)))


def _draw(up: House, ids: dict[str, str]) -> None:
    """An import that is done; a draw that is void and revealed, and one that is committed, the firm in both rosters."""
    people = {"market": "market-regulation", "city": "urban-management"}
    firm = {"uscc": CODE, "name": ENTERPRISE["name"], "sector": "general"}
    rows = [("supervision-objects", CODE, firm)]
    for identity, department in people.items():
        body = {"id": identity, "department": department, "certificates": [], "pool": 0, "status": "active"}
        rows.append(("inspectors", identity, body))
    for register, identity, body in rows:
        write = RecordWrite(register, identity, 0, body, "2026-01-01")
        up.app.kit.records.write(write, "system:import", up.app.at)
    sent = importing.begin(
        up.app.importer,
        "supervision-objects",
        builders_tables.csv_of([builders_tables.firm(2)]),
        "person:matrix",
    )
    ids["import"] = sent["id"]
    now = up.app.at
    for day, looks in (("2025-10-20", 2), ("2025-12-25", 1), ("2026-01-09", 2)):
        up.app.at = _instant(day)
        for _ in range(looks):  # begun and frozen, committed; revealed; the next one
            drawing.look(up.app.drawer)
        if day == "2025-10-20":
            said = {"act": "declare-void", "reason": "名册有误"}
            somebody = Principal("person:matrix", "", frozenset({"staff"}), "web")
            draw_acts.act(up.app.drawer, lambda *_: None, somebody, SERIES, said)
    up.app.at = now


def _instant(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T10:00:00+08:00").timestamp() * 1000)


def _appointment(up: House) -> None:
    """Who the firm's legal representative is, comes from its registration: no official and no citizen says so."""
    _, grant = grant_record("appointment", FIRM, LEGAL)
    write = RecordWrite("grants", grant["body"]["id"], 0, grant["body"], "2026-01-01")
    up.app.kit.records.write(write, "system:import", up.app.at)


def _definitions(up: House, ids: dict[str, str]) -> None:
    """Two drafts by the district's admin: a department's item, and what is the whole district's."""
    admin = up.bearer(ADMIN, "admin")
    for name, path in (("item", f"items/{FOOD}"), ("notice", "rules/food-licence-limit")):
        found = _made(up.call("GET", f"/v1/definitions/{path}", None, admin))
        ids[f"{name}-version"], body = found["hash"], found["definition"]
        body["title"] = {**body["title"], "en": body["title"]["en"] + " (new)"}
        ids[f"{name}-draft"] = _made(
            up.call("POST", f"/v1/definitions/{path}/drafts", {"body": body}, admin)
        )["draft_id"]
    checked = up.call("POST", f"/v1/definitions/items/{FOOD}/drafts/{ids['item-draft']}/checks", {}, admin)
    ids["check"] = _made(checked)["check_id"]
    # A second set: one to roll back to, and a release whose open case may be moved.
    ids["old-release"] = up.app.catalogue.bundle_of(ROUND).release
    body = _made(up.call("GET", f"/v1/definitions/items/{ROUND}", None, admin))["definition"]
    body["title"] = {**body["title"], "en": body["title"]["en"] + " (2)"}
    path = f"/v1/definitions/items/{ROUND}/drafts"
    draft = _made(up.call("POST", path, {"body": body}, admin))["draft_id"]
    _made(up.call("POST", f"{path}/{draft}/releases", {}, up.bearer(RELEASER, "releaser")))
    up.app.forget()
    body = _made(up.call("GET", "/v1/definitions/facts/food-category", None, admin))["definition"]
    body["title"] = {**body["title"], "en": body["title"]["en"] + " (later)"}
    path = "/v1/definitions/facts/food-category/drafts"
    draft = _made(up.call("POST", path, {"body": body}, admin))["draft_id"]
    later = {"due": "2026-07-01T00:00:00+08:00"}
    asked = up.call("POST", f"{path}/{draft}/schedules", later, up.bearer(RELEASER, "releaser"))
    ids["schedule"] = _made(asked)["schedule_id"]
    tried = {"item": FOOD, "example": example_of(FOOD)}
    answer = up.call("POST", f"/v1/definitions/items/{FOOD}/drafts/{ids['item-draft']}/trials", tried, admin)
    ids["trial"] = _made(answer)["trial_id"]
    asked = {"item": ROUND, "from": ids["old-release"], "reason": "检查"}
    ids["migration"] = _made(up.call("POST", "/v1/migrations", asked, admin))["migration_id"]
    tried = up.call("POST", "/v1/triggers/cluster-quarterly-confirmation/trials", {}, admin)
    ids["campaign-trial"] = _made(tried)["campaign_id"]
    campaigning.look(up.app.press)
    ids["reprojection"] = "rpj_matrix"
    announced = {"id": "act_matrix", "set": 2, reprojecting.KIND: ids["reprojection"]}
    reprojecting.begin(up.app.press, announced)


def example_of(item: str) -> dict[str, Any]:
    """The item's first example, without what it expects."""
    found = item_of(item)["examples"][0]
    return {name: value for name, value in found.items() if name not in ("name", "expect")}


def _relay(up: House, ids: dict[str, str]) -> None:
    """What the stream would have told the feed, and the root over it."""
    from chalicelib.actions import relaying
    from chalicelib.edges import background

    cases = [ids[f"case:{item}"] for item in (FOOD, SEALED, ROUND, TIP)]
    relaying.relay(up.app.kit, up.app.feed, [(case, 1) for case in cases])
    up.app.at += 2 * 3_600_000
    background.root({}, None)


def _webhooks(up: House, ids: dict[str, str]) -> None:
    """A subscription of the bank's, a test that was sent to it, a replay."""
    bank, every = up.bearer(BANK, "integrator", via="integrator"), "/v1/webhooks/subscriptions"
    ids["subscription"] = _made(up.call("POST", every, {"url": "https://hooks.example.cn/jisheng"}, bank))[
        "subscription_id"
    ]
    one = f"{every}/{ids['subscription']}"
    ids["delivery"] = _made(up.call("POST", f"{one}/tests", {}, bank))["delivery_id"]
    asked = {"from": "2026-03-01T00:00:00+08:00"}
    ids["replay"] = _made(up.call("POST", f"{one}/replays", asked, bank))["replay_id"]


def _connectors(up: House, ids: dict[str, str]) -> None:
    """The bank's secret, and what it said of one of its numbers."""
    ids["matter"], bank = "M-1", up.bearer(BANK, "integrator", via="integrator")
    ids["secret"] = _made(up.call("POST", "/v1/connectors/bank/secrets", {}, bank))["secret"]
    name, secret = secrets_name("sms", "sms-outbox"), Secret(ids["secret"], up.app.at)
    assert up.app.dispatch.inbound.put_secrets(name, (secret,), 0)
    said = Message("msg_1", "case.viewed", ids["matter"], 0, up.app.at, {})
    ids["day"] = "2026-03-01"
    assert up.app.postroom.inbound.put("bank", said, "", ids["day"]) is None
    account = reconciled({"messages": {}}, ids["day"], [], [], up.app.at)
    assert up.app.postroom.inbound.put_account("bank", ids["day"], account)


def _made(answer: Answer) -> dict[str, Any]:
    assert answer.status < 300, answer
    found: dict[str, Any] = answer.json()
    return found


__all__ = ["CELL", "CODE", "FOOD", "PROJECT", "ROUND", "SEALED", "TIP", "RecordWrite", "World", "world"]
