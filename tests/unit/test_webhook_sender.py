"""The way out to subscribers: one deadline for everything, no redirects, no proxies, and no packet to an address that
is not an ordinary host's, whatever its name resolves to. Sockets and receivers are real."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from chalicelib.clients import webhook_connections as connections
from chalicelib.clients.webhook_connections import READ
from chalicelib.clients.webhooks import Sender
from chalicelib.domain.deliveries import KEPT_OF_ANSWER
from chalicelib.domain.webhook_urls import Target
from tests.builders_webhooks import receiver
from tests.unit.test_deliveries import SPELLINGS
from tests.unit.test_webhook_signing import SPECIAL

BODY = b'{"type":"case.accepted"}'
NAME = "hooks.example.cn"

# What any code of this process tries to connect to, while somebody listens (a hook cannot be taken away).
attempts: list[Any] = []
listening = False


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if listening and event == "socket.connect":
        attempts.append(given[1])


sys.addaudithook(_hear)


@contextmanager
def counted() -> Iterator[list[Any]]:
    """The addresses that are connected to meanwhile."""
    global listening  # noqa: PLW0603 - the hook stays for the life of the process
    attempts.clear()
    listening = True
    try:
        yield attempts
    finally:
        listening = False


def answering(*addresses: str) -> Callable[..., list[Any]]:
    """A resolver that says so of every name."""

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (one, port))
            for family, one in zip(families, addresses, strict=True)
        ]

    return resolve


@pytest.fixture
def trap() -> Iterator[list[Any]]:
    """A listener on this machine, and who came: the count of packets that arrived at a forbidden address."""
    came: list[Any] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    stop = threading.Event()

    def accept() -> None:
        while not stop.is_set():
            try:
                one, _ = server.accept()
            except TimeoutError:
                continue
            came.append(one)
            one.close()

    waiting = threading.Thread(target=accept, daemon=True)
    waiting.start()
    came_at = server.getsockname()[1]
    yield [came_at, came]
    stop.set()
    waiting.join()
    server.close()


@pytest.mark.parametrize("address", SPECIAL.split())
def test_no_packet_goes_to_a_special_purpose_address_that_a_name_resolves_to(address):
    with counted() as tried:
        said = Sender(resolve=answering(address), seconds=1).post(f"https://{NAME}/", {}, BODY)
    assert (said.status, said.why) == (None, "address-forbidden")
    assert tried == []


def test_no_packet_goes_to_a_special_purpose_literal_or_to_any_spelling_of_this_machine():
    urls = [f"https://[{one}]/" if ":" in one else f"https://{one}/" for one in SPECIAL.split()]
    urls += [f"https://{one}/" for one in SPELLINGS]
    with counted() as tried:
        said = {Sender(seconds=1).post(url, {}, BODY).why for url in urls}
    assert said == {"address-forbidden"}
    assert tried == []


def test_one_forbidden_address_in_a_mixed_answer_spoils_all_of_it(trap):
    for mixed in (("1.1.1.1", "127.0.0.1"), ("127.0.0.1", "1.1.1.1"), ("2400:3200::1", "::1")):
        with counted() as tried:
            assert Sender(resolve=answering(*mixed), seconds=1).post(f"https://{NAME}/", {}, BODY).why == (
                "address-forbidden"
            )
        assert tried == []
    assert trap[1] == []


def test_a_name_that_is_bound_anew_between_check_and_connection_is_looked_up_once(trap, monkeypatch):
    """The checked answer is ordinary, every later one is this machine: whoever asks again is lost."""
    asked = []

    def rebinding(host: str, port: int, **how: Any) -> list[Any]:
        asked.append(host)
        return answering("192.0.9.9" if len(asked) == 1 else "127.0.0.1")(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with counted() as tried:
        Sender(resolve=rebinding, seconds=0.3).post(f"https://{NAME}/", {}, BODY)
    assert asked == [NAME]
    assert tried == [("192.0.9.9", 443)]  # the very address that was checked
    assert trap[1] == []


def test_the_peer_must_be_the_address_that_was_checked(trap, monkeypatch):
    """Where something on the way leads elsewhere (a socket that was redirected), nothing is sent."""
    port = trap[0]
    plain = socket.socket

    class Led(plain):  # type: ignore[misc, valid-type]
        def connect(self, address: Any) -> None:
            super().connect(("127.0.0.1", port))

    monkeypatch.setattr(connections.socket, "socket", Led)
    with pytest.raises(connections.Failed, match="address-forbidden"):
        connections.Connection.to("192.0.9.9", 443, time.monotonic() + 2)


def test_a_proxy_that_the_environment_names_is_never_asked(trap, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap[0]}")
    with receiver() as there:
        assert Sender(loopback=True).post(there.url, {}, BODY).status == 204
        assert len(there.heard) == 1
    with counted() as tried:
        Sender(resolve=answering("192.0.9.9"), seconds=0.3).post(f"https://{NAME}/", {}, BODY)
    assert tried == [("192.0.9.9", 443)]
    assert trap[1] == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_never_followed(status):
    with receiver() as there, receiver() as elsewhere:
        there.says(status, {"Location": elsewhere.url})
        assert Sender(loopback=True).post(there.url, {}, BODY).status == status
        assert elsewhere.heard == []
        assert len(there.heard) == 1


def test_what_arrives_is_what_was_signed_byte_for_byte():
    with receiver() as there:
        said = Sender(loopback=True).post(f"{there.url}?a=b", {"webhook-id": "evt_1", "X-Y": "z"}, BODY)
        (heard,) = there.heard
    assert (said.status, said.why) == (204, "answered")
    assert (heard.body, heard.path, heard.id) == (BODY, "/in?a=b", "evt_1")
    assert heard.headers["host"] == there.url.split("/")[2]


def test_of_an_answer_four_kilobytes_are_kept_and_sixty_four_read_at_most(monkeypatch):
    taken = []
    receive = connections.Connection.receive

    def counting(line: Any, most: int) -> bytes:
        part = receive(line, most)
        taken.append(len(part))
        return part

    monkeypatch.setattr(connections.Connection, "receive", counting)
    with receiver() as there:
        there.says(200, {}, b"x" * 5_000_000)
        said = Sender(loopback=True).post(there.url, {}, BODY)
    assert said.status == 200
    assert len(said.excerpt) == KEPT_OF_ANSWER
    assert sum(taken) == READ


def serving(act: Callable[[socket.socket], None]) -> Any:
    """A server of one connection that does what `act` does with it."""

    @contextmanager
    def running() -> Iterator[str]:
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            try:
                one, _ = server.accept()
                with one:
                    act(one)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.close()

    return running()


def dripping(data: bytes) -> Callable[[socket.socket], None]:
    """A byte every 50 ms: no read waits long, and it never ends."""

    def act(one: socket.socket) -> None:
        one.recv(65536)
        while True:
            for number in range(len(data)):
                one.sendall(data[number : number + 1])
                time.sleep(0.05)

    return act


def slow_body(one: socket.socket) -> None:
    one.recv(65536)
    one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        one.sendall(b"x")
        time.sleep(0.05)


def silent(one: socket.socket) -> None:
    time.sleep(5)


@pytest.mark.parametrize(
    "act", [slow_body, dripping(b"HTTP/1.1 100 Continue\r\nX: "), silent], ids=["body", "head", "silence"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_deadline_ends_whatever_comes_slowly(act, scheme):
    with serving(act) as url:
        began = time.monotonic()
        said = Sender(loopback=True, seconds=0.6).post(url.replace("http", scheme, 1), {}, BODY)
        took = time.monotonic() - began
    assert (said.status, said.why) in {(None, "time-out"), (None, "tls")}
    assert took < 1.5


def test_a_resolver_that_never_answers_is_not_waited_for():
    def never(*_: Any, **__: Any) -> list[Any]:
        time.sleep(5)
        return []

    began = time.monotonic()
    assert Sender(resolve=never, seconds=0.4).post(f"https://{NAME}/", {}, BODY).why == "time-out"
    assert time.monotonic() - began < 1.2


def test_fifteen_seconds_is_the_deadline_of_production():
    assert Sender()._seconds == 15.0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "broke-off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "broke-off"),
        (b"HTTP/1.1 2", "broke-off"),
        (b"", "broke-off"),
        (b"SSH-2.0-OpenSSH\r\n", "no-http"),
        (b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "no-http"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (READ + 10), "no-http"),
    ],
    ids=["short", "chunk", "head", "nothing", "other protocol", "upgrade", "endless head"],
)
def test_what_is_no_whole_answer_is_a_failure_that_says_why(answer, why):
    def act(one: socket.socket) -> None:
        one.recv(65536)
        one.sendall(answer)
        one.shutdown(socket.SHUT_WR)
        time.sleep(0.1)

    with serving(act) as url:
        said = Sender(loopback=True, seconds=3).post(url, {}, BODY)
    assert said.status is None
    assert said.why in {why, "answer-too-large"}


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.0 204 No Content\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    ],
)
def test_other_ways_to_say_yes_are_understood(answer):
    def act(one: socket.socket) -> None:
        one.recv(65536)
        one.sendall(answer)

    with serving(act) as url:
        assert Sender(loopback=True, seconds=3).post(url, {}, BODY).status == 204


def test_an_answer_without_a_length_ends_with_its_connection():
    def act(one: socket.socket) -> None:
        one.recv(65536)
        one.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthank you")

    with serving(act) as url:
        said = Sender(loopback=True, seconds=3).post(url, {}, BODY)
    assert (said.status, said.excerpt) == (200, "thank you")


def test_nobody_listens_is_a_failure_and_not_an_exception():
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    assert Sender(loopback=True, seconds=2).post(f"http://127.0.0.1:{port}/", {}, BODY).why == "refused"
    assert Sender(resolve=answering(), seconds=2).post(f"https://{NAME}/", {}, BODY).why == "name-unknown"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that signs itself, for this name, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    other: x509.GeneralName = (
        x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    )
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    signed = (
        x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([other]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths


@pytest.mark.parametrize(
    ("name", "trusted", "why"),
    [("127.0.0.1", True, "answered"), ("127.0.0.1", False, "certificate"), (NAME, True, "certificate")],
    ids=["right", "unknown issuer", "another name"],
)
def test_tls_wants_a_certificate_of_a_known_issuer_for_the_very_host(tmp_path, name, trusted, why):
    cert, key = certificate(tmp_path, name)
    serverside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serverside.load_cert_chain(cert, key)
    trust = ssl.create_default_context(cafile=str(cert)) if trusted else None
    with receiver() as there:
        there._server.socket = serverside.wrap_socket(there._server.socket, server_side=True)
        said = Sender(loopback=True, trust=trust, seconds=5).post(
            there.url.replace("http", "https"), {}, BODY
        )
    assert said.why == why
    assert (said.status == 204) == (why == "answered")
    assert len(there.heard) == (why == "answered")


def conversing(*answers: bytes, then: Callable[[socket.socket], None] | None = None) -> Any:
    """A server that gives one answer a request over each connection, then does something with it, or closes it."""

    @contextmanager
    def running() -> Iterator[tuple[str, list[list[bytes]]]]:
        server, came = socket.create_server(("127.0.0.1", 0)), list[list[bytes]]()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    one, _ = server.accept()
                    asked: list[bytes] = []
                    came.append(asked)
                    with one:
                        for answer in answers:
                            part = one.recv(65536)
                            if not part:
                                break
                            asked.append(part)
                            one.sendall(answer)
                        if then:
                            then(one)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        server.close()

    return running()


YES = b"HTTP/1.1 204 No Content\r\n\r\n"


def test_several_attempts_go_over_one_connection_to_the_address_that_was_checked_once():
    looked: list[str] = []

    def resolve(host: str, port: int, **how: Any) -> list[Any]:
        looked.append(host)
        return list(socket.getaddrinfo(host, port, **how))

    with conversing(YES, YES, YES) as (url, came), counted() as tried:
        line = Sender(loopback=True, resolve=resolve).line(url)
        said = [line.post({"webhook-id": f"evt_{number}"}, BODY, last=number == 3) for number in (1, 2, 3)]
    assert [one.status for one in said] == [204] * 3
    assert [len(one) for one in came] == [3]
    assert (len(looked), len(tried)) == (1, 1)
    assert [b"Connection: close" in one for one in came[0]] == [False, False, True]
    assert [f"evt_{number}".encode() in one for number, one in enumerate(came[0], 1)] == [True] * 3


@pytest.mark.parametrize(
    "answer",
    [YES.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), b"HTTP/1.0 204 No Content\r\n\r\n", YES + YES,
     b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthank you"],
    ids=["says so", "1.0", "more than was asked for", "ends with it"],
)  # fmt: skip
def test_a_connection_that_is_not_to_be_kept_is_not_used_again(answer):
    with conversing(answer) as (url, came):
        line = Sender(loopback=True, seconds=3).line(url)
        said = [line.post({}, BODY, last=False).status for _ in range(2)]
        line.close()
    assert said == [int(answer[9:12])] * 2
    assert len(came) == 2


@pytest.mark.parametrize("then", [None, lambda one: one.recv(65536)], ids=["before", "in-use"])
def test_a_connection_that_was_closed_meanwhile_costs_no_attempt(then):
    """It is kept open for one answer; nobody says so, and it may end while the next request is on its way."""
    with conversing(YES, then=then) as (url, came):
        line = Sender(loopback=True, seconds=3).line(url)
        said = [line.post({}, BODY, last=False) for _ in range(4)]
        line.close()
    assert [one.status for one in said] == [204] * 4
    assert len(came) == 4


def test_each_attempt_over_a_connection_has_a_deadline_of_its_own():
    with conversing(YES, YES, then=lambda _: time.sleep(5)) as (url, _):
        line = Sender(loopback=True).line(url, 0.6)
        first = line.post({}, BODY, last=False)
        time.sleep(0.8)
        second = line.post({}, BODY, last=False)
        began = time.monotonic()
        third = line.post({}, BODY, last=False)
        took = time.monotonic() - began
        line.close()
    assert [one.status for one in (first, second, third)] == [204, 204, None]
    assert third.why == "time-out"
    assert 0.5 < took < 1.5


def test_nobody_is_given_more_than_the_senders_own_deadline():
    assert Sender(seconds=2).line("https://hooks.example.cn/", 60)._seconds == 2


def test_a_name_is_never_taken_for_this_machine_even_where_loopback_is_allowed():
    with counted() as tried:
        said = Sender(loopback=True, resolve=answering("127.0.0.1"), seconds=1).post(
            f"https://{NAME}/", {}, BODY
        )
    assert said.why == "address-forbidden"
    assert tried == []


def test_the_host_header_names_the_port_where_it_is_not_the_schemes_own():
    assert Target(True, NAME, 443, "/").authority == NAME
    assert Target(True, NAME, 8443, "/").authority == f"{NAME}:8443"
    assert Target(True, "2400:3200::1", 443, "/").authority == "[2400:3200::1]"
