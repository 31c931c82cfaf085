"""No id number and no telephone leaves with a webhook, stands in a row about one, or gets into a log; they are looked
for with the scan that must find them where they are planted."""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib import telemetry
from chalicelib.domain.problems import Problem
from chalicelib.edges import background
from chalicelib.stores.encoding import pack_body, unpack_body
from tests.builders import application
from tests.builders_app import House
from tests.builders_webhooks import office, receiver, subscribed, subscriber
from tests.unit.test_connectors import HOTLINE, Outside, ticket

ID, MOBILE, NAME = "11010519491231002X", "13800138000", "王小明"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FIRM = "91430112MA4DEM010Y"


def personal_in(value: Any) -> list[str]:
    """Every id number with a right check digit (GB 11643) and every mobile number in a value, however it is wrapped:
    in a structure, in bytes, packed as a body is, in base64."""
    if isinstance(value, Mapping):
        return [one for pair in value.items() for part in pair for one in personal_in(part)]
    if isinstance(value, list | tuple | set | frozenset):
        return [one for part in value for one in personal_in(part)]
    if isinstance(value, bytes | bytearray):
        return personal_in(bytes(value).decode("utf-8", "ignore")) + personal_in(_unpacked(bytes(value)))
    if not isinstance(value, str):
        return []
    ids = [one for one in re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", value) if _is_id(one)]
    found = ids + re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", value)
    for coded in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", value):
        try:
            inside = base64.b64decode(coded, validate=True).decode()
        except ValueError:
            continue
        found += personal_in(inside)
    return found


def _is_id(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _unpacked(value: bytes) -> Any:
    try:
        return unpack_body(value)
    except (ValueError, zlib.error, Problem, KeyError, IndexError, EOFError):
        return None


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the functions write to their log groups."""
    from aws_lambda_powertools import Logger

    lines = io.StringIO()
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "INFO")
    named = f"scanned-{id(lines)}"  # a logger of a name that was there before would write where that one did
    made = Logger(service=named, level="INFO", stream=lines, json_serializer=telemetry._line)
    monkeypatch.setattr(telemetry, "logger", lambda: made)
    return lines


def messages(waiting: list[tuple[str, int]]) -> dict[str, Any]:
    return {"Records": [{"messageId": str(n), "body": one} for n, (one, _) in enumerate(waiting)]}


def test_payloads_logs_and_rows_of_deliveries_hold_no_id_number_and_no_telephone(up: House, log):
    owner = {**up.bearer(f"enterprise:{FIRM}", "citizen"), "Idempotency-Key": "scan"}
    body = application("food-licence", FIRM)
    body["form"]["legal_representative"] = {
        **body["form"]["legal_representative"], "name": NAME, "id_number": ID, "mobile": MOBILE,
    }  # fmt: skip
    with office(up) as post, receiver() as there:
        by = subscriber(up)
        one = subscribed(up, by, there.url)
        there.says(500, {}, f"{NAME} {ID} {MOBILE} is unknown here".encode())
        answer = up.call("POST", "/v1/items/food-licence/cases", body, owner)
        assert answer.status == 201, answer
        case = answer.json()["case_id"]
        asked = json.dumps({"work": "webhooks", "events": [[case, 1]]})
        background.work({"Records": [{"messageId": "1", "body": asked}]}, None)
        assert background.deliver(messages(post.fast), None) == {"batchItemFailures": []}
        path = f"/v1/webhooks/subscriptions/{one['subscription_id']}/deliveries"
        shown = up.call("GET", path, None, by)
        delivery = shown.json()["deliveries"][0]["delivery_id"]
        whole = up.call("GET", f"{path}/{delivery}", None, by)
        hotline = Outside(up, HOTLINE).scope()
        hotline.says(ticket("T-scan")[0])
        hotline.says(ticket("T-scan")[0] | {"caller": {"mobile": MOBILE, "name": ID}}, "msg_other")
        hotline.says({"type": "ticket.filed", "story": MOBILE})
    sent = [(heard.headers, heard.body) for heard in there.heard]
    rows = [row for table in ("deliveries", "records") for row in up.rows(table) if _is_ours(row)]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len(sent) == 1
    assert "is unknown here" in whole.json()["answer"]
    assert {"work", "deliver"} <= {line.get("job") for line in lines}
    assert any(line.get("route", "").endswith("/events") for line in lines)
    assert {row["pk"].split("#")[0] for row in rows} == {"DLV", "WDUE", "WNEW", "SUBS", "INB"}
    for name, what in (
        ("payloads", sent),
        ("answers", [shown.text, whole.text]),
        ("rows", rows),
        ("log", lines),
    ):
        assert personal_in(what) == [], name
    assert NAME.encode() not in sent[0][1]  # what a receiver says in its answer is kept, but for numbers
    assert NAME not in log.getvalue()


def _is_ours(row: Mapping[str, Any]) -> bool:
    return str(row["pk"]).startswith(("DLV#", "WDUE#", "WNEW#", "SUBS", "INB#"))


@pytest.mark.parametrize("planted", [ID, MOBILE])
@pytest.mark.parametrize(
    "wrapped",
    [
        lambda text: text,
        lambda text: {"a": [{"b": f"x {text}."}]},
        lambda text: {text: 1},
        lambda text: f"号码{text}号".encode(),
        lambda text: {"b": pack_body({"form": {"said": text}})},
        lambda text: base64.b64encode(f"said: {text}!".encode()).decode(),
    ],
    ids=["plain", "inside", "as a name", "bytes", "packed", "base64"],
)
def test_the_scan_finds_what_is_planted(planted, wrapped):
    assert set(personal_in(wrapped(planted))) == {planted}


@pytest.mark.parametrize(
    "harmless", ["110105194912310021", "138001380001", "12800138000", FIRM, 1772413200000, None]
)
def test_the_scan_cries_at_nothing_else(harmless):
    assert personal_in({"at": harmless, "text": f"{harmless}"}) == []
