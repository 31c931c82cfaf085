"""Reaches one HTTP endpoint again and again: connections that stay open, one request at a time over each.

urllib3 and `http.client` read an answer's head with the e-mail parser, and take ten times the CPU for it; the parser
here is llhttp, Node's own, by `httptools`. Only for answers that say where they end, as all of AWS's do.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections import deque
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlsplit

import httptools
from botocore import exceptions

CONNECT = 2.0  # seconds for the way there; an answer gets what its service is given
CHUNK = 256 * 1024


class Answer:
    """Status, headers by lower-case name, body; filled while llhttp reads."""

    def __init__(self) -> None:
        self.status, self.lasting, self.complete = 0, False, False
        self.headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)

    def read(self, connection: socket.socket) -> Answer:
        """All of it; ConnectionResetError when it breaks off."""
        while not self.complete:
            part = connection.recv(CHUNK)
            if not part:
                raise ConnectionResetError("the answer broke off")
            self._parser.feed_data(part)
        del self._parser  # the two held each other
        return self

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        self.complete, self.status = True, self._parser.get_status_code()
        self.lasting = self._parser.should_keep_alive()  # afterwards llhttp has forgotten


class Connections:
    """To one endpoint. Threads share them; none is used by two at a time, and one that ended is not used again."""

    def __init__(self, url: str, seconds: float) -> None:
        to = urlsplit(url)
        self.url, self._seconds = url, seconds
        self._host, self._secure = str(to.hostname), to.scheme == "https"
        self._port = to.port or (443 if self._secure else 80)
        self._start = f"POST {to.path or '/'} HTTP/1.1\r\n"
        self._idle: deque[socket.socket] = deque(maxlen=50)

    def post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request, sent once. Raises botocore's HTTPClientError or ConnectionError for what went wrong on the way:
        then nobody knows whether it was carried out."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        asked = f"{self._start}{lines}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body
        connection = self._waiting() or self._opened()
        try:
            connection.sendall(asked)
            answer = Answer().read(connection)
        except TimeoutError as error:
            connection.close()
            raise exceptions.ReadTimeoutError(endpoint_url=self.url, error=error) from error
        except (OSError, httptools.HttpParserError) as error:
            connection.close()
            raise exceptions.ConnectionClosedError(endpoint_url=self.url, error=error) from error
        if answer.lasting:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _waiting(self) -> socket.socket | None:
        """An open connection, the last used first. One with something to read was closed by the other end."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was quicker
                return None
            here = select.poll()
            here.register(connection, select.POLLIN)
            if not here.poll(0):
                return connection
            connection.close()
        return None

    def _opened(self) -> socket.socket:
        try:
            connection = socket.create_connection((self._host, self._port), CONNECT)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._secure:
                connection = self._trust.wrap_socket(connection, server_hostname=self._host)
        except OSError as error:
            raise exceptions.EndpointConnectionError(endpoint_url=self.url, error=error) from error
        connection.settimeout(self._seconds)
        return connection

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        from botocore.httpsession import get_cert_path

        return ssl.create_default_context(cafile=get_cert_path(True))
