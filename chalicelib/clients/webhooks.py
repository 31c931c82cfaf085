"""Reaches subscribers: resolves, refuses special-purpose addresses, connects to the address that it checked.

Everything that one attempt does has one deadline: looking up the name, connecting, TLS, sending, and an answer that
comes byte by byte. Redirects are answers like any other; proxies of the environment are never asked.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from chalicelib.clients.webhook_connections import Answer, Connection, Failed
from chalicelib.domain.addresses import all_ordinary
from chalicelib.domain.deliveries import Said, redacted
from chalicelib.domain.problems import Problem
from chalicelib.domain.webhook_urls import LOOPBACK, Target, target_of

SECONDS = 15.0  # for all of one attempt
Resolve = Callable[..., list[Any]]


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


def _ms(since: float) -> int:
    return int((time.monotonic() - since) * 1000)
