"""E-mail by SMTP: a server that really listens takes a message, refuses it, or is none that may be reached."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

import pytest

from chalicelib.actions.notice_ports import Parcel
from chalicelib.clients.mail import SmtpCarrier
from tests.builders_notices import EMAIL

PARCEL = Parcel("dlv_1", "email", EMAIL, "zh", "申请已受理", "办件 1 已受理。", "accepted", "v", {})


class Mail(socketserver.ThreadingTCPServer):
    """As much of a mail server as RFC 5321 asks of one that receives; `says` replaces its answer to a command."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, says: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.says, self.taken, self.heard = says, list[bytes](), list[str]()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    server: Mail

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            self.server.heard.append(line)
            usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 fine")
            answer = self.server.says.get(verb, usual)
            self._say(answer)
            if answer.startswith("354"):
                self._take()
            if verb == "QUIT":
                return

    def _take(self) -> None:
        lines = list[bytes]()
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.taken.append(b"".join(lines))
        self._say(self.server.says.get("BODY", "250 taken"))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail(**says: str) -> Iterator[Mail]:
    server = Mail(says)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def sends(
    server: Mail, *, loopback: bool = True, host: str = "127.0.0.1", secrets: Any = (), **more: Any
) -> Any:
    named = {"id": "post", "host": host, "port": server.port, "from": "notice@wangcheng.example.cn"}
    told = SmtpCarrier(loopback=loopback, **more).carry(named, PARCEL, secrets, 0)
    return told.verdict, told.why


def test_a_message_arrives_with_the_deliverys_id_at_every_attempt() -> None:
    with mail() as server:
        assert sends(server) == sends(server) == ("accepted", "accepted")
    first, second = (message_from_bytes(one, policy=policy.default) for one in server.taken)
    assert first["Message-ID"] == second["Message-ID"] == "<dlv_1@wangcheng.example.cn>"
    assert (first["Subject"], first["To"], first["From"]) == (
        "申请已受理",
        EMAIL,
        "notice@wangcheng.example.cn",
    )
    assert first.get_content().strip() == "办件 1 已受理。"


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"RCPT": "550 no such mailbox"}, ("refused", "smtp-550")),
        ({"RCPT": "451 later"}, ("failed", "smtp-451")),
        ({"MAIL": "421 too busy"}, ("failed", "smtp-421")),
        ({"BODY": "554 this is spam"}, ("refused", "smtp-554")),
    ],
)
def test_what_a_server_refuses_for_good_and_for_now(says: dict[str, str], expected: tuple[str, str]) -> None:
    with mail(**says) as server:
        assert sends(server) == expected


def test_a_server_that_is_down_failed() -> None:
    with mail() as server:
        pass
    assert sends(server) == ("failed", "broke-off")


@pytest.mark.parametrize("mixed", [["127.0.0.1"], ["93.184.216.34", "169.254.169.254"], []])
def test_an_address_that_may_not_be_reached_gets_no_connection(mixed: list[str]) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(None, None, None, "", (one, 25)) for one in mixed]

    with mail() as server:
        assert sends(server, host="mail.example.cn", resolve=resolve) == ("broken", "address-forbidden")
        assert sends(server, loopback=False) == ("broken", "address-forbidden")
        assert server.heard == []


def test_nothing_is_said_in_the_clear_to_anybody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.clients import mail as module

    monkeypatch.setattr(module, "all_ordinary", lambda _: True)
    with mail() as server:  # which offers no TLS
        assert sends(server, loopback=False, secrets=("user:password",)) == ("broken", "no-tls")
        assert [one.split()[0].lower() for one in server.heard] in (["ehlo"], ["ehlo", "quit"])
    assert server.taken == []
