"""Reaches one address for one attempt at a time: every step ends by one deadline, and an answer is read with bounds."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import httptools

from chalicelib.domain.deliveries import KEPT_OF_ANSWER

READ = 64 * 1024  # bytes of an answer, its head included


class Failed(Exception):
    """No answer; `why` is what the log says of it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


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
