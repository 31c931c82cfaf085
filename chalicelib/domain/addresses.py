"""Decides to which addresses a webhook may go: none that is special-purpose, in whatever spelling it arrives."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

# IANA's special-purpose registries, read as "not an ordinary host". `ipaddress.is_global` is no judge of this: it takes
# multicast, NAT64 of 169.254.169.254 and 6to4 of 127.0.0.1 for global.
_NOT_V4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_ONLY_V6 = IPv6Network("2000::/3")
_NOT_V6 = tuple(
    IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


def is_ordinary(address: str) -> bool:
    """Whether a resolved address is an ordinary host's. What cannot be read is not; a scope id is never ordinary."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_V4)
    return found.scope_id is None and found in _ONLY_V6 and not any(found in network for network in _NOT_V6)


def all_ordinary(addresses: Iterable[str]) -> bool:
    """Every address of an answer must be: the next look-up may give any other one of a mixed one. None is no answer."""
    found = list(addresses)
    return bool(found) and all(is_ordinary(one) for one in found)
