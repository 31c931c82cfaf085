"""Reaches mail servers by SMTP (RFC 5321): the checked address, TLS unless the stage's own machine is meant.

A message bears the delivery's id at every attempt, so that a reader who gets it twice sees one.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any

from chalicelib.actions.notice_ports import Parcel
from chalicelib.domain.addresses import all_ordinary
from chalicelib.domain.notice_courses import Told, Verdict

SECONDS = 8.0  # for each of connecting, greeting and every answer
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
Resolve = Callable[..., list[Any]]


class SmtpCarrier:
    """Adapter `smtp`: hands a message to the provider's mail server. `loopback`: only where the stage allows it."""

    stand_in = False

    def __init__(
        self,
        *,
        loopback: bool = False,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        self._loopback, self._trust, self._resolve = loopback, trust, resolve

    def carry(
        self, provider: Mapping[str, Any], parcel: Parcel, secrets: Sequence[str], _seconds: int, /
    ) -> Told:
        began, failure = time.monotonic(), None
        try:
            self._send(provider, message_of(provider, parcel), secrets)
        except (_Forbidden, OSError, smtplib.SMTPException) as error:
            failure = error
        verdict, why, status = _judged(failure)
        return Told(verdict, why, int((time.monotonic() - began) * 1000), status)

    def _send(self, provider: Mapping[str, Any], message: EmailMessage, secrets: Sequence[str]) -> None:
        host, port = str(provider["host"]), int(provider["port"])
        own = self._loopback and host in LOCAL
        with _Checked(host, port, self._address(host, port, own=own)) as server:
            server.ehlo()
            if not own:
                server.starttls(context=self._trust or _trusted())
                server.ehlo()
            if secrets:
                user, _, password = secrets[0].partition(":")
                server.login(user, password)
            server.send_message(message)

    def _address(self, host: str, port: int, *, own: bool) -> str:
        """An address of the host, if every one of them may be reached."""
        found = [str(one[4][0]) for one in self._resolve(host, port, type=socket.SOCK_STREAM)]
        if not found or (not own and not all_ordinary(found)):
            raise _Forbidden
        return found[0]


class _Forbidden(Exception):
    pass


_UNKNOWN: tuple[Verdict, str, None] = ("failed", "broke-off", None)
_KNOWN: tuple[tuple[type[Exception], Verdict, str], ...] = (
    (_Forbidden, "broken", "address-forbidden"),
    (smtplib.SMTPNotSupportedError, "broken", "no-tls"),
    (ssl.SSLCertVerificationError, "broken", "certificate"),
    (TimeoutError, "failed", "time-out"),
)


class _Checked(smtplib.SMTP):
    """A connection to exactly the address that was checked, with TLS for the name that was asked for."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._checked = address
        super().__init__(host, port, local_hostname="localhost", timeout=SECONDS)

    def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._checked, port), timeout)


def _judged(failure: Exception | None) -> tuple[Verdict, str, int | None]:
    """What a failure means: 5xx is for good (RFC 5321 §4.2.1), but a refused sign-in is the provider's disorder."""
    if failure is None:
        return "accepted", "accepted", 250
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return _coded(next(iter(failure.recipients.values()))[0])
    if isinstance(failure, smtplib.SMTPResponseException):
        verdict, why, code = _coded(failure.smtp_code)
        return "broken" if isinstance(failure, smtplib.SMTPAuthenticationError) else verdict, why, code
    return next(
        ((verdict, why, None) for sort, verdict, why in _KNOWN if isinstance(failure, sort)), _UNKNOWN
    )


def _coded(code: int) -> tuple[Verdict, str, int]:
    return "refused" if code >= 500 else "failed", f"smtp-{code}", code


def message_of(provider: Mapping[str, Any], parcel: Parcel) -> EmailMessage:
    """The message: plain text, no header that a value could forge (`email` refuses line breaks in headers)."""
    message = EmailMessage()
    sender = str(provider["from"])
    message["From"], message["To"], message["Subject"] = sender, parcel.address, parcel.subject
    message["Message-ID"] = f"<{parcel.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    message.set_content(parcel.text)
    return message


def _trusted() -> ssl.SSLContext:
    from botocore.httpsession import get_cert_path

    return ssl.create_default_context(cafile=get_cert_path(True))
