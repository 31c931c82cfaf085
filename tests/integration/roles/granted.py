"""Reads roles out of a rendered template, and the reviewed table of rights that they must equal."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

REVIEWED: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rights.toml").read_text("utf-8"))
THROUGH = "through DynamoDB"

Rights = dict[str, dict[str, set[str]]]  # role → resource → actions


def reviewed(*parts: str) -> Rights:
    """The table's rights: of `roles`, of `local`, or of both together."""
    found: Rights = {}
    for part in parts:
        for role, rights in REVIEWED[part].items():
            for resource, actions in rights.items():
                found.setdefault(role, {}).setdefault(resource, set()).update(actions)
    return found


def granted(template: Mapping[str, Any]) -> Rights:
    """Every right of every role that a function has: of its own policies and of those attached to it."""
    found: Rights = {role: {} for role in functions(template).values()}
    for role, statement in _statements(template):
        if role in found:
            assert statement["Effect"] == "Allow", "roles say what may be done"
            for resource in listed(statement["Resource"]):
                name = named(resource) + (f" {THROUGH}" if "Condition" in statement else "")
                found[role].setdefault(name, set()).update(listed(statement["Action"]))
    return found


def functions(template: Mapping[str, Any]) -> dict[str, str]:
    """Function → its role, by logical ids."""
    return {
        name: resource["Properties"]["Role"]["Fn::GetAtt"][0]
        for name, resource in template["Resources"].items()
        if resource["Type"] in ("AWS::Serverless::Function", "AWS::Lambda::Function")
    }


def _statements(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            for policy in properties.get("Policies", ()):
                yield from ((name, one) for one in policy["PolicyDocument"]["Statement"])
        elif resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            for role in properties.get("Roles", ()):
                yield from ((role["Ref"], one) for one in properties["PolicyDocument"]["Statement"])


def named(resource: Any) -> str:
    """A resource as the table writes it: `CasesTable`, `CasesTable/index/open`, `CasesTable.StreamArn`."""
    if "Fn::GetAtt" in resource:
        name, attribute = resource["Fn::GetAtt"]
        return str(name if attribute in ("Arn", "Id") else f"{name}.{attribute}")
    return str(resource["Fn::Sub"]).replace("${", "").replace(".Arn}", "")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
