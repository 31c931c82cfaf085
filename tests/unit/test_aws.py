"""The signed request: AWS accepts it as botocore's own, and what goes wrong on the way is outlasted or told."""

from __future__ import annotations

import base64
import json
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore import exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clients import aws
from chalicelib.clients.aws import PROTOCOLS, TRIES, Service, sign

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
KEYS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+", min_size=1, max_size=40)


@given(
    st.sampled_from(sorted(PROTOCOLS)), st.sampled_from(["cn-north-1", "us-east-1"]), st.binary(max_size=200),
    KEYS, KEYS, st.none() | KEYS,
)  # fmt: skip
def test_a_request_is_signed_as_botocore_signs_it(service, region, body, access, secret, token):
    url = f"https://{service}.{region}.amazonaws.com/"
    who = ReadOnlyCredentials(access, secret, token)
    ours = sign(service, region, url, "GetItem", body, who, AT)
    theirs = AWSRequest("POST", url, data=body, headers={
        name: value for name, value in ours.items() if name in {"content-type", "host", "x-amz-target"}
    })  # fmt: skip

    class Then(SigV4Auth):
        """At that very second."""

        def add_auth(self, request: Any) -> None:
            request.context["timestamp"] = AT.strftime("%Y%m%dT%H%M%SZ")
            self._modify_request_before_signing(request)
            canonical = self.canonical_request(request)
            self._inject_signature_to_request(
                request, self.signature(self.string_to_sign(request, canonical), request)
            )

    Then(Credentials(access, secret, token), service, region).add_auth(theirs)
    assert ours["authorization"] == theirs.headers["Authorization"]


class Aws(ThreadingHTTPServer):
    """Answers what it is told to, one after the other: (status, headers, body), or None to hang up."""

    block_on_close = False  # a kept connection would never let go

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes] | None] = []
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.came_by: list[Any] = []  # the connection of each request
        self.hang_up_after, self.closed = 0, threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Aws

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came_by.append(self.client_address)
        self.server.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        status, headers, told = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(told)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)
        if len(self.server.asked) == self.server.hang_up_after:
            self.close_connection = True

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        self.server.closed.set()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with Aws() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        waits: list[float] = []
        monkeypatch.setattr(time, "sleep", waits.append)
        running.waits = waits  # type: ignore[attr-defined]
        yield running
        running.shutdown()


def service(server: Aws, **how: Any) -> Service:
    return Service("dynamodb", "cn-north-1", server.url, credentials=Credentials("A", "s"), **how)


def good(body: dict[str, Any] | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return 200, headers, json.dumps(body or {}).encode()


def refusal(code: str, status: int = 400, **members: Any) -> tuple[int, dict[str, str], bytes]:
    told = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **members}
    return status, {"x-amzn-requestid": "r1"}, json.dumps(told).encode()


def test_the_operation_is_named_and_the_answer_is_read(server):
    server.answers = [good({"Item": {"pk": {"S": "a"}}})]
    assert service(server).call("GetItem", {"Key": 1}) == {"Item": {"pk": {"S": "a"}}}
    ((headers, body),) = server.asked
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert json.loads(body) == {"Key": 1}


def test_bytes_go_out_as_base64_and_nothing_else_that_is_not_json_goes_out(server):
    server.answers = [good()]
    service(server).call("Decrypt", {"CiphertextBlob": b"\x00\xff"})
    assert json.loads(server.asked[0][1])["CiphertextBlob"] == base64.b64encode(b"\x00\xff").decode()
    with pytest.raises(TypeError):
        service(server).call("Decrypt", {"CiphertextBlob": {1, 2}})


def test_one_connection_carries_request_after_request(server):
    server.answers = [good()] * 3
    to = service(server)
    for _ in range(3):
        to.call("GetItem", {})
    assert len(set(server.came_by)) == 1


def test_a_connection_that_the_other_end_ends_is_not_used_again(server):
    server.answers = [good(Connection="close"), good()]
    to = service(server, tries=1)
    to.call("GetItem", {})
    to.call("GetItem", {})
    assert len(set(server.came_by)) == 2


def test_a_connection_that_was_closed_while_nobody_used_it_costs_no_try(server):
    server.answers = [good(), good()]
    to = service(server, tries=1)
    server.hang_up_after = 1
    to.call("GetItem", {})
    server.closed.wait(5)
    to.call("GetItem", {})
    assert len(set(server.came_by)) == 2


def test_many_threads_never_share_a_connection_at_one_time(server):
    server.answers = [good({"n": number}) for number in range(200)]
    to = service(server, tries=1)
    with ThreadPoolExecutor(20) as pool:
        told = [one["n"] for one in pool.map(lambda _: to.call("GetItem", {}), range(200))]
    assert sorted(told) == list(range(200))


@pytest.mark.parametrize("cut", [0, 10, 40])
def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(server, cut):
    status, _, told = good({"Item": {"pk": {"S": "a" * 50}}})
    server.answers = [
        (status, {"Content-Length": str(len(told)), "Connection": "close"}, told[:cut]),
        good({"ok": 1}),
    ]
    assert service(server).call("GetItem", {}) == {"ok": 1}


@pytest.mark.parametrize(
    "passing",
    [refusal("ThrottlingException"), refusal("InternalServerError", 500), refusal("x", 503), None],
    ids=["throttled", "internal", "unavailable", "hung up"],
)
def test_trouble_that_passes_is_outlasted_with_growing_pauses(server, passing):
    server.answers = [passing, passing, passing, good({"ok": 1})]
    assert service(server).call("GetItem", {}) == {"ok": 1}
    assert len(server.asked) == 4
    assert 0 < server.waits[0] < server.waits[2]


def test_throttling_without_end_is_told_after_five_tries(server):
    server.answers = [refusal("ThrottlingException")] * TRIES
    with pytest.raises(exceptions.ClientError) as told:
        service(server).call("GetItem", {})
    assert told.value.response["Error"] == {"Code": "ThrottlingException", "Message": "no"}
    assert len(server.asked) == TRIES


def test_a_refusal_is_told_at_once_with_all_that_was_said(server):
    server.answers = [refusal("TransactionCanceledException", CancellationReasons=[{"Code": "None"}])]
    with pytest.raises(exceptions.ClientError) as told:
        service(server).call("TransactWriteItems", {})
    assert told.value.response["CancellationReasons"] == [{"Code": "None"}]
    assert told.value.response["ResponseMetadata"]["RequestId"] == "r1"
    assert (told.value.operation_name, len(server.asked)) == ("TransactWriteItems", 1)


def test_a_refusal_that_is_no_json_is_told_by_its_status(server):
    server.answers = [(403, {}, b"<html>no</html>")]
    with pytest.raises(exceptions.ClientError, match="403"):
        service(server).call("GetItem", {})


def test_silence_is_an_error_of_the_connection(server):
    server.answers = [None] * TRIES
    with pytest.raises(exceptions.ConnectionClosedError):
        service(server).call("GetItem", {})


def test_nobody_there_is_an_error_of_the_connection(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    nobody = Service("kms", "cn-north-1", "http://127.0.0.1:9", credentials=Credentials("A", "s"))
    with pytest.raises(exceptions.EndpointConnectionError):
        nobody.call("Decrypt", {})


def test_an_answer_damaged_on_its_way_is_asked_for_again(server):
    whole = json.dumps({"n": 1}).encode()
    server.answers = [
        good({"n": 2}, **{"x-amz-crc32": "1"}),
        (200, {"x-amz-crc32": str(zlib.crc32(whole))}, whole),
    ]
    assert service(server).call("GetItem", {}) == {"n": 1}


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn/"),
        ("eu-central-1", "https://dynamodb.eu-central-1.amazonaws.com/"),
    ],
)
def test_both_partitions_have_their_own_addresses(monkeypatch, region, address):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    assert Service("dynamodb", region).url == address


def test_an_address_in_the_environment_comes_first(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:2")
    assert [Service(name, "r").url for name in ("sqs", "kms")] == [
        "http://127.0.0.1:1/",
        "http://127.0.0.1:2/",
    ]


def test_without_credentials_nothing_is_sent(server, monkeypatch):
    aws._found.cache_clear()
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: None)
    with pytest.raises(exceptions.NoCredentialsError):
        Service("dynamodb", "cn-north-1", server.url).call("GetItem", {})
    assert not server.asked
