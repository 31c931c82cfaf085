"""A new bundle, account, document, check and trigger are JSON that two people release over the API; each works at once.

One official drafts, the gate says what is wrong and where, the draft is mended, its author may not release it,
somebody else does; nothing is started anew in between.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from tests.builders import application
from tests.builders_app import Answer, House
from tests.builders_checks import checked
from tests.builders_effects import HEARD, heard, notice, words
from tests.builders_relay import works
from tests.unit import test_membership as bundles

CODE = "91430112MA4DEM010Y"
FIRM = f"enterprise:{CODE}"
BUNDLE, LIKE = "shop-connections", "utilities-joint-connection"
BOTH = ("person:demo-both", "admin", "releaser")  # may draft and may release, only not the same thing
RELEASER = ("person:demo-releaser", "releaser")

Body = dict[str, Any]


def published(up: House, key: str) -> Body:
    answer = up.call("GET", f"/v1/definitions/{key}", None, up.bearer(*BOTH))
    return copy.deepcopy(dict(answer.json()["definition"]))


# ── what is declared


def account() -> Body:
    """Two shops at a time."""
    return {
        "kind": "accounts", "id": "shop-places", "title": words("商铺联合报装名额", "Places of shops"),
        "unit": "place", "key": [], "period": "none", "opening": 2, "min": 0,
        "source": "sample default, not from the plan",
    }  # fmt: skip


def document(up: House) -> Body:
    said = {"zh": "商铺联合报装收件单", "en": "Receipt of a shop's connections"}
    body = published(up, "documents/receipt") | {"id": "shop-receipt", "title": said, "name": said}
    body["template"] = {
        language: text.replace("收件凭证", said["zh"]).replace("Receipt of application", said["en"])
        for language, text in body["template"].items()
    }
    return body


def bundle(up: House) -> Body:
    """One matter: water and gas for a shop, its own receipt, at most as many at a time as there are places."""
    body = published(up, f"items/{LIKE}")
    body |= {
        "id": BUNDLE, "title": words("商铺水气联合报装", "Water and gas of a shop"), "serves": [],
        "posts": [{"account": "shop-places", "amount": 1, "entry": ["submitted"]}],
        "wording": {**body.get("wording", {}), "receipt": "shop-receipt"},
    }  # fmt: skip
    body["codes"] |= {name: body["codes"][name].replace("000260SAMPLE", "009260SAMPLE")
                      for name in ("basic", "implementation", "business")}  # fmt: skip
    return body


def check() -> Body:
    """Nobody has to come for a shop's connections."""
    item = {"kind": "items", "id": BUNDLE}
    return {
        "kind": "checks", "id": "shops-never-come", "title": words("一次不跑", "Never come"), "serves": ["S138"],
        "applies_to": [{"kind": "items", "ids": [BUNDLE]}],
        "assert": [{"at": "/guide/max_visits", "value": {"const": 0}}],
        "severity": "error", "message": words("不得要求到现场", "Nobody has to come"),
        "citation": {"title": words("示例", "sample"), "article": "示例", "source_verified": False},
        "tests": [
            {"name": "none", "definition": item | {"guide": {"max_visits": 0}}, "finds": []},
            {"name": "one", "definition": item | {"guide": {"max_visits": 1}}, "finds": ["/guide/max_visits"]},
        ],
    }  # fmt: skip


def trigger() -> Body:
    """Whoever applies is written down, and told."""
    written = {
        "register": HEARD, "key": "form:/uscc",
        "set": {"name": "form:/enterprise_name", "last_case": "case:number", "state": "known"},
    }  # fmt: skip
    told = {
        "notice": "firm-applied", "to": ["case:owner"],
        "values": {"number": "case:number", "firm": "form:/enterprise_name"},
    }  # fmt: skip
    return {
        "kind": "triggers", "id": "shop-applied", "title": words("商铺报装登记", "A shop applied"),
        "on": {"event": "case.submitted", "items": [BUNDLE]}, "do": [{"write": written}, {"notice": told}],
    }  # fmt: skip


# ── how it is released


def drafted(up: House, body: Mapping[str, Any]) -> str:
    path = f"/v1/definitions/{body['kind']}/{body['id']}/drafts"
    answer = up.call("POST", path, {"body": body}, up.bearer(*BOTH))
    assert answer.status == 201, answer.text
    return f"{path}/{answer.json()['draft_id']}"


def released(up: House, draft: str, *others: str, by: tuple[str, ...] = RELEASER) -> Answer:
    together = {"with": [one.rpartition("/")[2] for one in others]}
    return up.call("POST", f"{draft}/releases", {"note": "测试", **together}, up.bearer(*by))


def by_two(up: House, body: Body, spoil: Callable[[Body], object], pointer: str, code: str) -> None:
    """A draft with a mistake is refused at its place; mended it passes, and a second person alone releases it."""
    wrong = copy.deepcopy(body)
    spoil(wrong)
    draft = drafted(up, wrong)
    said = checked(up, draft)
    assert said["status"] == "failed"
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in said["findings"]}
    refused = released(up, draft)
    assert (refused.status, refused.code) == (422, "gate-refused")
    seen = up.call("GET", draft, None, up.bearer(*BOTH))
    match = {"If-Match": seen.headers["etag"]}
    assert up.call("PUT", draft, {"body": body}, up.bearer(*BOTH) | match).status == 200
    assert checked(up, draft)["status"] == "passed"
    alone = released(up, draft, by=BOTH)
    assert (alone.status, alone.code) == (403, "author-is-releaser")
    assert released(up, draft).status == 201


def in_force(up: House) -> None:
    """Bundle, account and document as two people released them together, where a test is about what comes after."""
    drafts = [drafted(up, body) for body in (account(), document(up), bundle(up))]
    done = released(up, *drafts)
    assert done.status == 201, done.text


def files(up: House, key: str = "k") -> Answer:
    form = application(LIKE, CODE)
    return up.call(
        "POST", f"/v1/items/{BUNDLE}/cases", form, up.bearer(FIRM, "citizen") | {"Idempotency-Key": key}
    )


# ── each works at once


def test_a_bundle_opens_the_cases_of_its_members_and_joins_them(up: House) -> None:
    def spoil(one: Body) -> None:
        one["children"]["running"]["members"][0]["item"] = "no-such-connection"

    assert released(up, drafted(up, account()), drafted(up, document(up))).status == 201
    assert up.call("GET", f"/v1/items/{BUNDLE}").status == 404
    by_two(up, bundle(up), spoil, "/children/running/members/0/item", "dangling-reference")
    made = files(up)
    assert made.status == 201, made.text
    # A write is never stale; a page of the catalogue may be five seconds old until somebody writes (decisions 6).
    assert "商铺水气联合报装" in up.call("GET", f"/v1/items/{BUNDLE}").text
    assert f"/v1/items/{BUNDLE}/cases" in up.call("GET", "/v1/openapi.json").text
    parent = made.json()["case_id"]
    assert bundles.settles(up)["opened"] == 3
    for name in bundles.NAMES:
        bundles.connects(up, bundles.child_of(up, parent, name), name if name != "electricity" else "power")
    bundles.settles(up)
    shown = bundles.shows(up, parent)
    assert shown["state"][0]["id"] == "consolidating"
    assert [(one["member"], one["outcome"]) for one in shown["members"]] == [
        (name, "granted") for name in bundles.NAMES
    ]


def test_an_account_counts_what_the_bundle_takes_and_gives_no_more_than_there_is(up: House) -> None:
    by_two(up, account(), lambda one: one.update(min=3), "/opening", "account-opening-out-of-bounds")
    assert released(up, drafted(up, document(up)), drafted(up, bundle(up))).status == 201
    assert [files(up, key).status for key in "ab"] == [201, 201]
    third = files(up, "c")
    assert (third.status, third.code) == (409, "account-overdrawn")
    auditor = up.bearer("person:demo-auditor", "auditor")
    statement = up.call("GET", "/v1/accounts/shop-places/statement", None, auditor).json()
    assert [one["after"]["free"] for one in statement["entries"]] == [1, 0]
    assert up.call("GET", "/v1/accounts/shop-places/reconciliation", None, auditor).json()["agrees"] is True


def test_a_document_is_issued_with_its_own_words_and_number(up: House) -> None:
    def spoil(one: Body) -> None:
        for language in ("zh", "en"):
            one["template"][language] += "{{weather.today}}"

    by_two(up, document(up), spoil, "/template/zh", "placeholder-unknown")
    assert released(up, drafted(up, account()), drafted(up, bundle(up))).status == 201
    case = files(up).json()["case_id"]
    firm = up.bearer(FIRM, "citizen")
    (paper,) = up.call("GET", f"/v1/cases/{case}/documents", None, firm).json()["documents"]
    assert paper["document"] == "shop-receipt"
    assert (paper["title"], paper["intact"]) == (
        words("商铺联合报装收件单", "Receipt of a shop's connections"),
        True,
    )
    assert "\n商铺联合报装收件单\n" in paper["text"]["zh"]
    assert paper["number"].endswith("号")
    assert up.call("GET", f"/v1/documents/verify/{paper['code']}").json()["document"] == "shop-receipt"


def test_a_check_is_asked_of_the_very_next_draft(up: House) -> None:
    in_force(up)
    far = bundle(up)
    far["guide"] |= {"max_visits": 1, "visit_reason": words("示例", "sample")}
    before = drafted(up, far)
    assert checked(up, before)["status"] == "passed"
    by_two(
        up,
        check(),
        lambda one: one["tests"][0].update(finds=["/guide/max_visits"]),
        "/tests/0/finds",
        "check-test-failed",
    )
    refused = released(up, before)
    assert (refused.status, refused.code) == (422, "gate-refused")
    assert [one["params"]["check"] for one in refused.json()["errors"]] == ["shops-never-come"]


def test_a_trigger_writes_and_tells_on_the_next_application(up: House) -> None:
    in_force(up)
    assert released(up, drafted(up, heard()), drafted(up, notice())).status == 201

    def spoil(one: Body) -> None:
        one["on"]["event"] = "case.never_happens"

    by_two(up, trigger(), spoil, "/on/event", "event-unknown")
    made = files(up).json()
    done = works(
        up, [one for one in bundles.builders_relay.relays(up, bundles.stream(up)) if '"trigger"' in one]
    )
    assert done == {"written": 1, "noticed": 1}
    record = up.call(
        "GET", f"/v1/registers/{HEARD}/records/{CODE}", None, up.bearer("person:demo-handler", "staff")
    )
    assert record.json()["body"]["last_case"] == made["number"]
    (told,) = up.call("GET", "/v1/notices", None, up.bearer(FIRM, "citizen")).json()["notices"]
    assert made["number"] in told["text"]["zh"]
    assert told["case_id"] == made["case_id"]
