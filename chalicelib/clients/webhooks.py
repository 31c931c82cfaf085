"""Reaches subscribers: resolves, refuses special-purpose addresses, connects to the address that it checked.

Everything that one attempt does has one deadline: looking up the name, connecting, TLS, sending, and an answer that
comes byte by byte. Redirects are answers like any other; proxies of the environment are never asked.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from ipaddress import ip_address
from typing import Any

import httptools

from chalicelib.domain.addresses import all_ordinary
from chalicelib.domain.deliveries import KEPT_OF_ANSWER, Said, redacted
from chalicelib.domain.problems import Problem
from chalicelib.domain.webhook_urls import LOOPBACK, Target, target_of

SECONDS = 15.0  # for all of one attempt
READ = 64 * 1024  # bytes of an answer, its head included
Resolve = Callable[..., list[Any]]


class Failed(Exception):
    """No answer; `why` is what the log says of it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Sender:
    """Sends webhooks. `loopback`: only where the stage allows it; `trust`: whose certificates are believed."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
        seconds: float = SECONDS,
    ) -> None:
        self._loopback, self._given, self._resolve, self._seconds = loopback, trust, resolve, seconds

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Said:
        """One attempt over a connection of its own, which never raises: what came of it, within the deadline."""
        return self.line(url).post(headers, body)

    def line(self, url: str, seconds: float | None = None) -> Line:
        """The way to one address, for several attempts of so many seconds each. Nothing is opened yet."""
        return Line(self, url, self._seconds if seconds is None else min(seconds, self._seconds))

    def target(self, url: str) -> Target:
        return target_of(url, loopback=self._loopback)

    def connected(self, target: Target, deadline: float) -> Connection:
        """A connection to an address of the target that was checked, or Failed."""
        opened = None
        for address in self._checked(target, deadline):
            try:
                opened = Connection.to(address, target.port, deadline)
                break
            except Failed as failed:
                if failed.why == "time-out":
                    raise
        if opened is None:
            raise Failed("refused")
        try:
            if target.secure:
                opened.secure(self._trust, target.host)
        except Failed:
            opened.close()
            raise
        return opened

    def _checked(self, target: Target, deadline: float) -> list[str]:
        """The addresses of a name, if every one of them may be reached: the next look-up may give any other."""
        found = list(dict.fromkeys(self._looked_up(target, deadline)))
        own = self._loopback and target.host in LOOPBACK and found == [target.host]
        if not own and not all_ordinary(found):
            raise Failed("address-forbidden" if found else "name-unknown")
        return found

    def _looked_up(self, target: Target, deadline: float) -> list[str]:
        """Asked in a thread of its own, because the system's resolver has no deadline."""
        found: list[str] = []

        def look() -> None:
            with contextlib.suppress(OSError, UnicodeError):
                answers = self._resolve(target.host, target.port, type=socket.SOCK_STREAM)
                found.extend(str(one[4][0]) for one in answers)

        asking = threading.Thread(target=look, daemon=True)
        asking.start()
        asking.join(max(0.0, deadline - time.monotonic()))
        if asking.is_alive():
            raise Failed("time-out")
        return found

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        from botocore.httpsession import get_cert_path

        return self._given or ssl.create_default_context(cafile=get_cert_path(True))


class Line:
    """The way to one address: attempts one after the other over one connection, as long as both sides keep it.

    The address that was checked when it was opened is the one that all of them go to.
    """

    def __init__(self, sender: Sender, url: str, seconds: float) -> None:
        self._sender, self._url, self._seconds = sender, url, seconds
        self._connection: Connection | None = None

    def post(self, headers: Mapping[str, str], body: bytes, *, last: bool = True) -> Said:
        """One attempt, which never raises: what came of it, within its own deadline. `last`: nothing more comes."""
        began, answer = time.monotonic(), Answer()
        try:
            answer = self._exchange(headers, body, began + self._seconds, last)
        except Failed as failed:
            self.close()
            return Said(None, failed.why, _ms(began))
        except ssl.SSLError:
            self.close()
            return Said(None, "tls", _ms(began))
        except Problem:  # an address that was accepted once, under rules that have changed
            return Said(None, "address-forbidden", _ms(began))
        if last or not answer.lasting:
            self.close()
        return Said(
            answer.status, "answered", _ms(began), answer.headers.get("retry-after", "")[:100],
            redacted(answer.text),
        )  # fmt: skip

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, headers: Mapping[str, str], body: bytes, deadline: float, last: bool) -> Answer:
        target = self._sender.target(self._url)
        lines = {"Host": target.authority, **headers, "Content-Length": str(len(body))}
        lines |= {"Connection": "close"} if last else {}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        asked = f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
        kept, answer = self._connection, Answer()
        if kept is not None and kept.silent():
            kept.until(deadline)
            try:
                return answer.asked(kept, asked)
            except Failed as failed:
                if failed.why != "broke-off" or answer.begun:
                    raise  # else it was closed while nothing went over it, as it may be at any time
        self.close()
        self._connection = self._sender.connected(target, deadline)
        return Answer().asked(self._connection, asked)


class Connection:
    """A connection whose every step ends by one deadline; a per-read time-out would let a slow body go on for ever."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = connection, deadline

    @classmethod
    def to(cls, address: str, port: int, deadline: float) -> Connection:
        """Connected to exactly this address, or Failed."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        opened = cls(socket.socket(family, socket.SOCK_STREAM), deadline)
        try:
            opened._connect(address, port)
        except OSError as error:
            opened.close()
            raise Failed("refused") from error
        except Failed:
            opened.close()
            raise
        return opened

    def until(self, deadline: float) -> None:
        """The next exchange has a deadline of its own."""
        self._deadline = deadline

    def silent(self) -> bool:
        """Whether nothing has come since the last answer: neither an end nor what nobody asked for."""
        here = select.poll()
        here.register(self._socket, select.POLLIN)
        return not here.poll(0) and not (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending())

    def _connect(self, address: str, port: int) -> None:
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(BlockingIOError):
            self._socket.connect((address, port))
        self._wait(select.POLLOUT)
        if self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Failed("refused")
        if ip_address(self._socket.getpeername()[0]) != ip_address(address):
            raise Failed("address-forbidden")

    def secure(self, trust: ssl.SSLContext, host: str) -> None:
        """TLS, with a certificate for the host that was asked for."""
        try:
            self._socket = trust.wrap_socket(
                self._socket, server_hostname=host, do_handshake_on_connect=False
            )
            self._patiently(self._socket.do_handshake)
        except ssl.SSLError as error:
            raise Failed(
                "certificate" if isinstance(error, ssl.SSLCertVerificationError) else "tls"
            ) from error
        except OSError as error:
            raise Failed("broke-off") from error

    def send(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._patiently(self._socket.send, left) :]

    def receive(self, most: int) -> bytes:
        """Some bytes; none when the other end has closed."""
        found: bytes = self._patiently(self._socket.recv, most)
        return found

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()

    def _patiently(self, act: Callable[..., Any], *given: Any) -> Any:
        while True:
            try:
                return act(*given)
            except ssl.SSLWantWriteError:
                self._wait(select.POLLOUT)
            except ssl.SSLWantReadError:
                self._wait(select.POLLIN)
            except BlockingIOError:
                self._wait(select.POLLIN | select.POLLOUT if act == self._socket.send else select.POLLIN)
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLError:
                raise
            except OSError as error:
                raise Failed("broke-off") from error

    def _wait(self, event: int) -> None:
        left = self._deadline - time.monotonic()
        here = select.poll()
        here.register(self._socket, event)
        if left <= 0 or not here.poll(left * 1000):
            raise Failed("time-out")


class Answer:
    """Status, headers by lower-case name and the beginning of the body, as far as it is read."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._parser: Any = httptools.HttpResponseParser(self)
        self._body, self._whole, self._headed = bytearray(), False, False
        self.begun = False  # something of it has come
        self.lasting = False  # its connection may be used again

    @property
    def text(self) -> str:
        return bytes(self._body).decode("utf-8", "replace")

    def asked(self, connection: Connection, request: bytes) -> Answer:
        connection.send(request)
        self.read(connection)
        return self

    def read(self, connection: Connection) -> None:
        """Until it is whole, or as much as is wanted. Failed when it breaks off, or is no answer."""
        taken = 0
        while not self._whole:
            part = connection.receive(min(16 * 1024, READ - taken))
            taken += len(part)
            self.begun = self.begun or bool(part)
            try:
                self._parser.feed_data(part)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                raise Failed("no-http") from error
            if not part or taken >= READ:
                self._require_usable(ended=not part)
                return

    def _require_usable(self, *, ended: bool) -> None:
        """An answer without a length ends with its connection; one that is too long is judged by its status."""
        if not self._headed:
            raise Failed("broke-off" if ended else "answer-too-large")
        framed = "content-length" in self.headers or "chunked" in self.headers.get("transfer-encoding", "")
        if ended and framed:
            raise Failed("broke-off")

    def on_message_begin(self) -> None:
        if self._whole:  # more than was asked for
            self.lasting = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._whole:
            self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if not self._whole:
            self.status = self._parser.get_status_code()
            self._headed = self.status >= 200  # 1xx announce another

    def on_body(self, part: bytes) -> None:
        if not self._whole:
            self._body += part[: max(0, KEPT_OF_ANSWER - len(self._body))]

    def on_message_complete(self) -> None:
        if self._headed and not self._whole:
            self._whole, self.lasting = True, bool(self._parser.should_keep_alive())


def _ms(since: float) -> int:
    return int((time.monotonic() - since) * 1000)
