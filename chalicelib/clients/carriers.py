"""Reaches those who carry notices: providers that take a signed request over HTTPS, and what stands in for one.

The request is the same for SMS, mini-program messages, app push and print: a JSON body, signed as a webhook is
(Standard Webhooks 1.0), under an id that stays the same at every attempt, so that a provider who heard of it twice
sends it once. What a provider speaks itself is translated by whoever stands before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.actions.notice_ports import Parcel
from chalicelib.domain import canonical
from chalicelib.domain.deliveries import Said
from chalicelib.domain.notice_courses import Told, judged
from chalicelib.domain.webhook_signatures import signed

FIXED = {"Content-Type": "application/json", "User-Agent": "jisheng-notices/1"}

Post = Callable[[str, Mapping[str, str], bytes], Said]


class HttpCarrier:
    """Adapter `http`: posts to the provider's `url`, to an address that was checked (`clients.webhooks.Sender`)."""

    stand_in = False

    def __init__(self, post: Post) -> None:
        self._post = post

    def carry(
        self, provider: Mapping[str, Any], parcel: Parcel, secrets: Sequence[str], seconds: int, /
    ) -> Told:
        if not secrets:
            return Told("broken", "no-secret")
        body = canonical.dumps(body_of(provider, parcel))
        headers = signed(parcel.id, seconds, body, secrets)
        return judged(self._post(str(provider["url"]), {**FIXED, **headers}, body))


class OutboxCarrier:
    """Adapter `outbox`: stands in for a provider. What it takes can be looked at where the stage has an outbox, and
    reaches nobody; where there is none it takes nothing.
    """

    stand_in = True

    def __init__(self, url: str, post: Post) -> None:
        self._url, self._post = url, post

    def carry(
        self, provider: Mapping[str, Any], parcel: Parcel, _secrets: Sequence[str], _seconds: int, /
    ) -> Told:
        if not self._url:
            return Told("broken", "no-outbox")
        shown = body_of(provider, parcel) | {"provider": provider["id"], "stand_in": True}
        return judged(self._post(self._url, FIXED, canonical.dumps(shown)))


def body_of(provider: Mapping[str, Any], parcel: Parcel) -> dict[str, Any]:
    """What a provider is told. `code`: what the provider itself calls this notice's template, where it has one."""
    return {
        "id": parcel.id, "channel": parcel.channel, "to": parcel.address, "language": parcel.language,
        "subject": parcel.subject, "text": parcel.text, "notice": parcel.notice, "version": parcel.version,
        "code": provider.get("codes", {}).get(parcel.notice), "values": dict(parcel.values),
    }  # fmt: skip
