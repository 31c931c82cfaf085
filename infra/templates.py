"""Merges our templates with each other and with Chalice's into the one that CloudFormation gets.

resources.yaml   tables, queues, bucket, keys, what feeds each function
roles.yaml       what each function may do
gateway.yaml     the API: refusals, access log, throttling
logs.yaml        log groups and their key
alarms.yaml      what wakes somebody, and the dashboard: on AWS only (the emulator has nobody to wake)
local/rights.yaml  what only the local stage needs, and no other may have
local/outbox.yaml  where notices go that nobody carries: there as well
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from artefact import BuildError

EVERYWHERE = ("resources.yaml", "roles.yaml", "gateway.yaml", "logs.yaml")
ON_AWS, LOCAL = ("alarms.yaml",), ("local/rights.yaml", "local/outbox.yaml")
MAX_RESOURCES, MAX_BYTES = 500, 1_000_000  # CloudFormation's quotas of a template (from S3)

Template = dict[str, Any]


def ours(infra: Path, stage: str) -> Template:
    """Return our files as one template; two that say different things about one place are refused."""
    import yaml  # comes with Chalice

    merged: Template = {}
    for name in (*EVERYWHERE, *(LOCAL if stage == "local" else ON_AWS)):
        if (infra / name).exists():
            merged = _joined(merged, yaml.safe_load((infra / name).read_text()), f"infra/{name}")
    return merged


def _joined(one: Any, other: Any, where: str) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {
            key: _joined(one[key], other[key], f"{where} {key}") if key in one else other[key]
            for key in other
        }
    if one != other:
        raise BuildError(f"{where} is already said otherwise in another template.")
    return one


def whole(chalice: Template, added: Template) -> str:
    """Return Chalice's template (ours already merged in by it) as canonical JSON, every resource a whole one."""
    template: Template = _intrinsics_win(chalice, added)
    halves = [name for name, resource in template["Resources"].items() if "Type" not in resource]
    if halves:
        raise BuildError(f"infra completes {', '.join(halves)}, but app.py declares no such function.")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Api":
            # Chalice says it in the OpenAPI body only; SAM's own property says it to both.
            binary = resource["Properties"]["DefinitionBody"].get("x-amazon-apigateway-binary-media-types")
            resource["Properties"] |= {"BinaryMediaTypes": binary} if binary else {}
    text = json.dumps(template, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if len(text.encode()) > MAX_BYTES or len(template["Resources"]) > MAX_RESOURCES:
        raise BuildError(
            f"The template has {len(template['Resources'])} resources and {len(text)} bytes: too much."
        )
    return text


def _intrinsics_win(merged: Any, added: Any) -> Any:
    """Put our intrinsics where Chalice's merge has left two in one place (its deep merge joins their keys)."""
    if not isinstance(merged, dict) or not isinstance(added, dict):
        return merged
    if len(added) == 1 and next(iter(added)).startswith(("Fn::", "Ref")):
        return added
    return {name: _intrinsics_win(value, added.get(name)) for name, value in merged.items()}
