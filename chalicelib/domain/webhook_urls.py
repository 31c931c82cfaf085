"""Decides to which addresses a subscriber may have webhooks sent: one spelling, https, few ports, nothing hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from chalicelib.domain.addresses import is_ordinary
from chalicelib.domain.problems import Finding, Problem, Text, finding

PORTS = frozenset({443, 8443})  # sample default, not from the plan
LONGEST = 1_000
LOOPBACK = frozenset({"127.0.0.1", "::1"})
# Printable ASCII without blanks and without what browsers and libraries read differently: \ ^ ` { | } " < >
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """Where one delivery goes: what is resolved, what is asked for, what the certificate must say."""

    secure: bool
    host: str
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        """The `Host` header: the port only where it is not the scheme's own."""
        named = f"[{self.host}]" if ":" in self.host else self.host
        return named if self.port == (443 if self.secure else 80) else f"{named}:{self.port}"


def target_of(url: str, *, loopback: bool = False) -> Target:
    """The target of a URL. Problem `webhook-url-refused` names everything that is wrong with it.

    `loopback`: this stage may also reach its own machine by 127.0.0.1 or [::1], in the clear and on any port
    (`Config.hooks_reach_loopback`: never in production).
    """
    if found := refused(url, loopback=loopback):
        said = Text("此推送地址不可用", "webhooks cannot be sent to this address")
        raise Problem("invalid", "webhook-url-refused", said, findings=[found])
    parts = urlsplit(url)
    secure, host = parts.scheme == "https", str(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, parts.port or (443 if secure else 80), path)


def refused(url: str, *, loopback: bool = False) -> Finding | None:
    """What is wrong with a URL, first thing first; None where a webhook may go there, as far as its text says."""
    if not 1 <= len(url) <= LONGEST or not _PLAIN.fullmatch(url.lower()):
        return _wrong(
            "url-unreadable", "地址须为不含空格的 ASCII 文字", "an address is plain ASCII without blanks"
        )
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return _wrong("url-unreadable", "无法识别的地址", "not an address")
    if "@" in parts.netloc or "#" in url:
        return _wrong("url-with-more", "地址中不得含用户名或 #", "no user information and no fragment")
    if loopback and host in LOOPBACK and parts.scheme in {"http", "https"}:
        return None
    return _reaches_outside(parts.scheme, host, port, parts.netloc)


def _reaches_outside(scheme: str, host: str, port: int | None, netloc: str) -> Finding | None:
    if scheme != "https":
        return _wrong("url-not-https", "地址须为 https", "an address begins with https://")
    if port is not None and port not in PORTS:
        return _wrong("url-port", "不允许的端口", "not one of the ports that are allowed")
    if _names_a_host(host, netloc):
        return None
    return _wrong("url-host", "主机须为公网域名或公网地址", "the host must be a public name or address")


def _names_a_host(host: str, netloc: str) -> bool:
    """A name with a dot that no parser takes for a number, or an ordinary address in its one canonical spelling."""
    if netloc.startswith("["):
        return str(ip_address(host)) == host and is_ordinary(host) if _is_v6(host) else False
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):  # WHATWG: a last label that is a number makes all of it an IPv4 address
        return is_ordinary(host)  # which reads four decimal numbers without leading zeros, and nothing else
    return len(labels) > 1 and len(host) <= 253 and all(_LABEL.fullmatch(one) for one in labels)


def _is_v6(host: str) -> bool:
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False


def _wrong(code: str, zh: str, en: str) -> Finding:
    return finding("/url", code, zh, en)
