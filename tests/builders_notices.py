"""Notices to test with: channels whose providers really listen on loopback, people who can be reached, receipts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.actions.notice_ports import secrets_name
from chalicelib.domain.contacts import Contact
from chalicelib.domain.subscriptions import Secret
from chalicelib.domain.webhook_signatures import secret_of, signed
from tests.builders_app import Answer, House
from tests.builders_effects import words
from tests.builders_relay import relays, stream, works
from tests.builders_webhooks import Heard, Office

MOBILE, EMAIL = "13800138000", "li.lei@example.cn"
RECEIPTS = "/v1/channels/{channel}/providers/{provider}/receipts"


def provider(identity: str, url: str = "", **more: Any) -> dict[str, Any]:
    """One that takes signed requests at an address; without one, what stands in for it."""
    named = {"id": identity, "title": words(identity, identity)}
    return named | ({"adapter": "http", "url": url} if url else {"adapter": "outbox"}) | more


def channel(
    identity: str, address: str, providers: Sequence[Mapping[str, Any]], **more: Any
) -> dict[str, Any]:
    return {
        "kind": "channels", "id": identity, "title": words(identity, identity), "address": address,
        "providers": list(providers), "source": "sample default, not from the plan",
    } | more  # fmt: skip


def knows(up: House, channel_id: str, *providers: str) -> str:
    """Providers of a channel have a secret with this platform, all the same; it."""
    secret = secret_of(os.urandom(32))
    for one in providers:
        store, name = up.app.dispatch.inbound, secrets_name(channel_id, one)
        assert store.put_secrets(name, (Secret(secret, 0),), store.secrets(name)[1])
    return secret


def reachable(up: House, subject: str, **asked: Any) -> None:
    """Somebody said how they want to be told, over what they said before."""
    store = up.app.dispatch.contacts
    addresses = asked.pop("addresses", {"mobile": MOBILE})
    assert store.put(subject, Contact(addresses=addresses, rev=store.of(subject).rev, **asked))


def tells_people(up: House, kinds: Sequence[str] = ("submitted",)) -> dict[str, int]:
    """Workers tell people of everything that happened, of events of these kinds."""
    told = [one for one in stream(up) if one["dynamodb"]["NewImage"]["t"]["S"].partition(".")[2] in kinds]
    messages = [one for one in relays(up, told, notices=True) if json.loads(one)["work"] == "notices"]
    return works(up, messages)


def bodies(heard: Sequence[Heard]) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in heard]


def sent_rows(up: House) -> list[dict[str, Any]]:
    """Every delivery of a notice, as its store knows it."""
    rows = [one for one in up.rows("deliveries") if one["pk"].startswith("DLV#ntc-")]
    places = [(str(one["pk"]).split("#")[1], str(one["sk"])) for one in rows]
    return [one for one in up.app.dispatch.deliveries.many(places) if one]


def reports(post: Office, secret: str, asked: Mapping[str, Any], channel_id: str, provider_id: str) -> Answer:
    """A provider reports what came of a notice, signed."""
    raw = json.dumps(asked).encode()
    up = post.up
    headers = signed(f"rcp_{os.urandom(8).hex()}", up.app.postroom.seconds(), raw, [secret])
    path = RECEIPTS.format(channel=channel_id, provider=provider_id)
    return up.call("POST", path, None, headers, raw=raw.decode())
