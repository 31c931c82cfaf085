"""Measures a 2 KB head to DynamoDB's wire form: keys plus one canonical body, against PynamoDB's mapped attributes."""

from __future__ import annotations

import zlib
from typing import Any

from chalicelib.domain import canonical
from chalicelib.stores.attributes import encode
from chalicelib.stores.encoding import pack_body
from tests.bench.cpu import alone, compare, versions
from tests.bench.mapped import Head, model
from tests.builders_stores import NOON, OWNER, LocalKeys

GOAL = 25.0
KEY = {"pk": "cas_01KJP0Y9M02QEGXTQF3KCHH5ER", "sk": "HEAD", "seq": 7, "hash": bytes(32)}


def head() -> dict[str, Any]:
    """A case in the middle of its life: four clocks, three parties, eight remembered digests."""
    clocks = [
        {"id": name, "effect": "statutory", "unit": "working_day", "budget": 20, "consumed": number,
         "deadline": NOON + number, "provisional": False}
        for number, name in enumerate(("intake", "decision", "promised", "delivery", "hearing", "correction"))
    ]  # fmt: skip
    parties = [
        {"role": role, "subject": OWNER, "name": "长沙望城示例餐饮有限公司"}
        for role in ("applicant", "agent", "witness")
    ]
    return {
        "number": "MR20260302-0001", "item": "food-licence", "release": "5f" * 32, "release_set": 12,
        "opened_at": NOON, "node": "market-regulation", "window": "registration", "owner": OWNER, "channel": "web",
        "authority": "own", "confidential": False, "receipt": "ab" * 32, "facts": "cd" * 32, "parties": parties,
        "configuration": {"in": ["open", "examining"], "history": {}}, "clocks": clocks,
        "dimensions": {"town": "月亮岛街道", "industry": "catering", "tags": "food"},
        "done": {name: {"count": 1, "last": "person:demo-handler", "by": ["person:demo-handler"]}
                 for name in ("accept", "examine", "propose")},
        "recent": [[f"{number:016x}", number] for number in range(8)],
    }  # fmt: skip


def run() -> dict[str, Any]:
    """Microseconds of CPU an item; both begin with the value in memory and end with what the client sends.

    `body` is what the stores do before it is sealed, without deflate; the two further steps are in `detail`.
    """
    body = head()
    instance = model(body, KEY)
    raw = canonical.dumps(body)
    pair = compare(lambda: encode({**KEY, "b": canonical.dumps(body)}), instance.serialize)
    vault = _vault()
    wrapped = vault.new_key()
    parts = {
        "with deflate": alone(lambda: encode({**KEY, "b": pack_body(body)})),
        "with deflate and seal": alone(lambda: encode({**KEY, "b": vault.seal(wrapped, ("a", "b"), body)})),
        "zlib alone": alone(lambda: zlib.compress(raw, 6, wbits=-15)),
    }
    return {
        "name": "encode-item",
        "value": round(pair.ours, 2),
        "unit": "µs CPU",
        "alternative": f"PynamoDB model, {len(Head.get_attributes())} mapped attributes",
        "alternative_value": round(pair.theirs, 1),
        "ratio": round(pair.ratio, 1),
        "floor": round(alone(lambda: canonical.dumps(body)), 2),
        "goal": f"ratio >= {GOAL:.0f}",
        "ok": pair.ratio >= GOAL,
        "detail": {
            "bytes": len(raw),
            "stored": len(pack_body(body)),
            "versions": versions("pynamodb", "orjson"),
            **{name: round(value, 2) for name, value in parts.items()},
        },
    }


def _vault() -> Any:
    from chalicelib.stores.sealing import Vault

    return Vault(LocalKeys())
