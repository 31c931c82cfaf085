"""Listens for machines that ask what webhooks bring: AsyncAPI 3 of every event type, made from their contracts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.contracts import Contract, Contracts

DIALECT = "application/schema+json;version=draft-2020-12"
_THIN = "#/components/schemas/thin/schema"
_SECONDS = "Unix seconds of the attempt; refuse what is more than five minutes off"


def document(contracts: Contracts) -> dict[str, Any]:
    """One channel, whose address each subscriber names; one message a type."""
    types = contracts.types
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "极省 Jisheng: webhooks",
            "version": "1.0.0",
            "description": "Standard Webhooks 1.0. At least once, in no order: one `webhook-id` is one event, "
            "and (case, seq) sorts. What a webhook carries authorises nothing: read the case with your own token.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "subscription": {
                "address": None,
                "title": "The address of a subscription",
                "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in types},
            }
        },
        "operations": {
            "deliver": {
                "action": "send",
                "channel": {"$ref": "#/channels/subscription"},
                "messages": [{"$ref": f"#/channels/subscription/messages/{one}"} for one in types],
            }
        },
        "components": {
            "schemas": {"thin": {"schemaFormat": DIALECT, "schema": _bare(contracts.thin.schema, "")}},
            "messageTraits": {"signed": {"headers": _HEADERS}},
            "messages": {one.type: _message(one, contracts.thin) for one in contracts.all()},
        },
    }


def whole(contract: Contract, thin: Contract) -> dict[str, Any]:
    """A contract that needs no other document: what it refers to stands in its own `$defs`."""
    identity = str(thin.schema["$id"])
    schema = json.loads(json.dumps(contract.schema))
    return {**schema, "$defs": {"thin": thin.schema}} if identity in json.dumps(schema) else dict(schema)


def _message(contract: Contract, thin: Contract) -> dict[str, Any]:
    return {
        "name": contract.type,
        "title": contract.schema["title"],
        "summary": contract.schema["x-title"]["zh"],
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/signed"}],
        "payload": {"schemaFormat": DIALECT, "schema": _bare(contract.schema, str(thin.schema["$id"]))},
    }


def _bare(schema: Mapping[str, Any], thin: str) -> dict[str, Any]:
    """The schema with references that hold inside the document."""
    named = json.dumps({name: value for name, value in schema.items() if name not in {"$schema", "$id"}})
    said = named.replace(f'"{thin}', f'"{_THIN}').replace(f"{_THIN}#", _THIN) if thin else named
    inside: dict[str, Any] = json.loads(said if thin else said.replace('"#/$defs', f'"{_THIN}/$defs'))
    return inside


_HEADERS: Mapping[str, Any] = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {
            "type": "string",
            "description": "the event's id: the same in every attempt and replay",
        },
        "webhook-timestamp": {"type": "string", "description": _SECONDS},
        "webhook-signature": {
            "type": "string",
            "description": "v1,<base64 HMAC-SHA256 of id.timestamp.body>; two of them while a secret is rotated",
        },
    },
}
