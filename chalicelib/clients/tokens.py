"""Reaches the city's sign-in: fetches its keys, and turns a bearer token that they signed into a principal.

An allow-list of two algorithms, one exact issuer, one audience, keys only from the configured address: what a
token says about its own key (`jku`, `x5u`, `jwk`, `x5c`) is never followed (RFC 8725 §3.1, §3.10).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain import canonical
from chalicelib.domain.parties import CHANNELS, NOBODY, ROLES, SUBJECT, Principal
from chalicelib.domain.problems import Problem, Text

LEEWAY = 60  # s of clock skew allowed on exp, nbf and iat (decisions 12)
FRESH = 600  # s for which fetched keys are used unasked
KEPT = 24 * 3600  # s for which the last good keys serve while the issuer cannot be reached
REFETCH = 60  # s between two fetches for a key id that is not known
RETRY = 5  # s between two tries while no keys were ever fetched
MAX_TOKEN = 8 * 1024  # bytes
MAX_KEYS = 64 * 1024  # bytes

ALGORITHMS = ("ES256", "RS256")
# No token may claim to be the platform itself, or nobody.
_RESERVED = frozenset({"system", "trigger", "anonymous"})
_CLAIMABLE = ROLES - _RESERVED
_BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII | re.IGNORECASE)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_INFINITELY_LONG_AGO = float("-inf")


class Jwks:
    """The issuer's public keys, by key id: fresh for ten minutes, the last good ones for a day."""

    def __init__(self, url: str, *, local: bool = False, fetch: Callable[[str], bytes] | None = None) -> None:
        require_safe(url, local=local)
        self._url = url
        self._fetch = fetch or fetch_keys
        self._keys: dict[tuple[str, str], dict[str, str]] = {}
        self._fetched_at = self._tried_at = self._refetched_at = _INFINITELY_LONG_AGO

    def key(self, kid: str, algorithm: str, now: int) -> dict[str, str] | None:
        """The key of this id for this algorithm, or None. Raises unavailable when no keys can be had."""
        if not 0 <= now - self._fetched_at < FRESH and self._may_try(now):
            self._refresh(now)
        if not 0 <= now - self._fetched_at < KEPT:
            said = Text("暂时无法核验登录信息", "sign-in cannot be verified at the moment")
            raise Problem("unavailable", "sign-in-unavailable", said)
        if (kid, algorithm) not in self._keys and not 0 <= now - self._refetched_at < REFETCH:
            self._refetched_at = now
            self._refresh(now)
        return self._keys.get((kid, algorithm))

    def _may_try(self, now: int) -> bool:
        """An issuer that is down is not asked again by every call."""
        return not 0 <= now - self._tried_at < (REFETCH if self._keys else RETRY)

    def _refresh(self, now: int) -> None:
        self._tried_at = now
        try:
            keys = usable_keys(canonical.loads(self._fetch(self._url)))
        except (OSError, ValueError):
            return  # the last good ones stay
        if keys:  # an issuer without a key is broken, not empty
            self._keys, self._fetched_at = keys, now


class Tokens:
    """Verifies tokens of one issuer for one audience."""

    def __init__(self, issuer: str, audience: str, jwks: Jwks) -> None:
        self._issuer, self._audience, self._jwks = issuer, audience, jwks

    def authenticate(self, header: str | None, now: int) -> Principal:
        """Who calls, by the `Authorization` header; without one, nobody in particular. `now`: UTC seconds.

        Raises Problem `unauthenticated` (`token-expired` when only that is wrong) and says why in `reason`.
        """
        return NOBODY if header is None else principal_of(self.claims(header, now))

    def claims(self, header: str, now: int) -> dict[str, Any]:
        """The verified claims."""
        from joserfc.errors import ClaimError, JoseError

        found = _BEARER.fullmatch(header) if len(header) <= MAX_TOKEN else None
        if found is None:
            raise _refused("malformed")
        kid, algorithm = _named(found[1])
        key = self._jwks.key(kid, algorithm, now)
        if key is None:
            raise _refused("unknown-key")
        try:
            claims = _signed(found[1], algorithm, tuple(key.items()))
        except (JoseError, ValueError) as error:
            raise _refused("signature") from error
        try:
            self._registry(now).validate(claims)
        except ClaimError as error:
            raise _refused(error.error if error.error == "expired_token" else str(error.claim)) from error
        return dict(claims)

    def _registry(self, now: int) -> Any:
        from joserfc import jwt

        # joserfc looks at exp only when it is told that there must be one.
        return jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        )


@lru_cache(maxsize=1_000)
def _signed(token: str, algorithm: str, key: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    """What this key signed. A session shows one token many times: the same three answer the same for ever."""
    from joserfc import jwk, jwt

    claims: dict[str, Any] = jwt.decode(token, jwk.import_key(dict(key)), algorithms=[algorithm]).claims
    return MappingProxyType(claims)


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """The principal that verified claims describe; posts come from the organisation, not from the token."""
    subject, roles, via = claims["sub"], claims.get("roles"), claims.get("via", "web")
    acting_for, name = claims.get("acting_for"), claims.get("name", "")
    if roles is None:
        roles = ["citizen"] if str(subject).startswith(("person:", "enterprise:")) else []
    well_formed = {
        "sub": _is_subject(subject),
        "roles": isinstance(roles, list) and all(isinstance(role, str) for role in roles),
        "via": isinstance(via, str) and via in CHANNELS - {"system"},
        "acting_for": acting_for is None or _is_subject(acting_for),
        "name": isinstance(name, str) and len(name) <= 100,
    }
    wrong = [claim for claim, right in well_formed.items() if not right]
    if wrong or _RESERVED.intersection(roles):
        raise _refused(wrong[0] if wrong else "roles")
    held = frozenset(roles) & _CLAIMABLE  # what another system calls a role means nothing here
    return Principal(subject, name, held, via, None if acting_for == subject else acting_for)


def usable_keys(document: Any) -> dict[tuple[str, str], dict[str, str]]:
    """(kid, algorithm) → public members of each key that may verify a signature; all others do not exist."""
    keys: dict[tuple[str, str], dict[str, str]] = {}
    listed = document.get("keys") if isinstance(document, dict) else None
    for key in listed if isinstance(listed, list) else ():
        kind = f"{key.get('kty')} {key.get('crv', '')}".strip() if isinstance(key, dict) else ""
        algorithm, members = _KINDS.get(kind, ("", ()))
        if not algorithm or key.get("alg", algorithm) != algorithm or key.get("use", "sig") != "sig":
            continue
        if isinstance(key.get("kid"), str) and all(isinstance(key.get(member), str) for member in members):
            keys.setdefault((key["kid"], algorithm), {member: key[member] for member in members})
    return keys


_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "RSA": ("RS256", ("kty", "n", "e")),
    "EC P-256": ("ES256", ("kty", "crv", "x", "y")),
}


def require_safe(url: str, *, local: bool) -> None:
    """Keys come over https; plain http only from this machine, in local stage."""
    parts = urlsplit(url)
    loopback = local and parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (loopback or (parts.scheme == "https" and parts.hostname)):
        said = Text("密钥地址必须使用 https", "the address of the keys must be https")
        raise Problem("unavailable", "misconfigured", said)


def fetch_keys(url: str) -> bytes:
    """The key set's bytes. Redirects are not followed: they could lead off https. Raises OSError, ValueError."""
    from http.client import HTTPException
    from urllib import request

    class Stay(request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    proxies = [request.ProxyHandler({})] if urlsplit(url).hostname in _LOOPBACK else []
    try:
        with request.build_opener(Stay, *proxies).open(url, timeout=3) as answer:
            body: bytes = answer.read(MAX_KEYS + 1)
    except HTTPException as error:  # what is not HTTP at all is no OSError by itself
        raise OSError(str(error)) from error
    if len(body) > MAX_KEYS:
        raise ValueError("key set too large")
    return body


def _named(token: str) -> tuple[str, str]:
    """Key id and algorithm that the token's header names; the header is not believed in anything else."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise _refused("malformed") from error
    kid, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in ALGORITHMS:
        raise _refused("algorithm")
    if not isinstance(kid, str):
        raise _refused("unknown-key")
    return kid, algorithm


def _is_subject(value: Any) -> bool:
    return isinstance(value, str) and SUBJECT.fullmatch(value) is not None


def _refused(reason: str) -> Problem:
    if reason == "expired_token":
        said = Text("登录已过期,请重新登录", "the sign-in has expired: please sign in again")
        return Problem("unauthenticated", "token-expired", said, extra={"reason": "expired"})
    said = Text("登录凭证无效,请重新登录", "the token is not valid: please sign in again")
    return Problem("unauthenticated", "unauthenticated", said, extra={"reason": reason})
