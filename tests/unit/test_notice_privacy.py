"""Nobody's telephone or address stands in a row about a notice, in a queue, an answer or a log: a provider has it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.edges import background
from tests.builders_app import House
from tests.builders_effects import releases
from tests.builders_notices import EMAIL, MOBILE, bodies, channel, knows, provider, reports, sent_rows
from tests.builders_relay import relays, stream
from tests.builders_webhooks import Office, receiver
from tests.unit.test_triggering import FIRM, files
from tests.unit.test_webhook_privacy import log, messages, personal_in  # noqa: F401 - a fixture

OURS = ("DLV#ntc-", "WDUE#", "NTC#", "CNT#", "CON#", "CHN#", "INB#channel:", "ACT#")


def personal(value: Any) -> list[str]:
    return [*personal_in(value), *([EMAIL] if EMAIL in str(value) else [])]


def test_the_address_of_a_person_goes_to_the_provider_and_nowhere_else(
    up: House, post: Office, log: io.StringIO  # noqa: F811
) -> None:  # fmt: skip
    citizen = up.bearer(FIRM, "citizen")
    wanted = {"addresses": {"mobile": MOBILE, "email": EMAIL}}
    put = up.call("PUT", "/v1/notice-preferences", wanted, {**citizen, "If-Match": '"0"'})
    assert put.status == 200, put
    with receiver(503) as first, receiver() as second:
        first.says(503, {}, f"{MOBILE} is unknown, {EMAIL} too".encode())
        releases(
            up,
            channel("sms", "mobile", [provider("first", first.url, tries=1)]),
            channel("email", "email", [provider("second", second.url)]),
        )
        knows(up, "sms", "first")
        secret = knows(up, "email", "second")
        case = files(up)["case_id"]
        asked = [one for one in relays(up, stream(up), notices=True) if '"notices"' in one]
        work = {"Records": [{"messageId": str(n), "body": one} for n, one in enumerate(asked)]}
        background.work(work, None)
        queued = list(asked)
        for _ in range(4):
            waiting = [*post.fast, *post.slow]
            queued += [message for message, _ in waiting]
            post.fast.clear()
            post.slow.clear()
            up.app.at += 6_000
            assert background.deliver(messages(waiting), None) == {"batchItemFailures": []}
        (row,) = sent_rows(up)
        told = {"id": row["id"], "status": "failed", "why": "mailbox-full"}
        assert reports(post, secret, told, "email", "second").status == 202
        refused = reports(post, secret, told | {"why": MOBILE}, "email", "second")
        answers = [
            up.call("GET", f"/v1/cases/{case}/notices", None, up.bearer("person:demo-handler", "staff")).text,
            up.call("GET", "/v1/notices", None, citizen).text, refused.text,
        ]  # fmt: skip
    assert [one["to"] for one in bodies((*first.heard, *second.heard))] == [
        MOBILE,
        EMAIL,
    ]  # so they were found
    rows = [row for table in ("deliveries", "records") for row in up.rows(table) if _is_ours(row)]
    assert {row["pk"].split("#")[0] for row in rows} >= {"DLV", "NTC", "CNT", "CON", "CHN", "INB", "ACT"}
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"work", "deliver"} <= {line.get("job") for line in lines}
    for name, what in (("rows", rows), ("queues", queued), ("answers", answers), ("log", lines)):
        assert personal(what) == [], name


def _is_ours(row: Mapping[str, Any]) -> bool:
    return str(row["pk"]).startswith(OURS)


def test_who_set_an_address_reads_it_and_nobody_else(up: House) -> None:
    path, citizen = "/v1/notice-preferences", up.bearer(FIRM, "citizen")
    body = {"language": "en", "without": ["app"], "addresses": {"mobile": MOBILE}}
    made = up.call("PUT", path, body, {**citizen, "If-Match": '"0"'})
    assert (made.status, made.headers["etag"]) == (200, '"1"')
    assert up.call("GET", path, None, citizen).json() == {**body, "revision": 1}
    assert up.call("PUT", path, body, {**citizen, "If-Match": '"0"'}).code == "changed-since"
    assert up.call("PUT", path, body, citizen).code == "if-match-missing"
    assert up.call("GET", path, None, up.bearer("person:other", "citizen")).json()["addresses"] == {}
    agent = up.bearer("person:agent", "citizen", acting_for=FIRM, via="agent")
    assert up.call("GET", path, None, agent).status == 403
    assert up.call("GET", path).status == 401


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"language": "fr"}, "/language"), ({"without": ["x" * 99]}, "/without"),
        ({"addresses": {"mobile": "12345"}}, "/addresses/mobile"),
        ({"addresses": {"pigeon": "x"}}, "/addresses/pigeon"),
        ({"addresses": {"email": "a@b\r\nBcc: c@d.cn"}}, "/addresses/email"),
    ],
)  # fmt: skip
def test_preferences_that_cannot_be_meant_are_refused_by_name(up: House, asked: Any, pointer: str) -> None:
    answer = up.call(
        "PUT", "/v1/notice-preferences", asked, {**up.bearer(FIRM, "citizen"), "If-Match": '"0"'}
    )
    assert (answer.status, answer.code) == (422, "preferences-invalid")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
