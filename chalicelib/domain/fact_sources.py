"""Decides whether a fact that is read out of a register or an account can be: it is there, and of the fact's type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.readings import Declaration
from chalicelib.domain.schema_places import field_at, fits


def findings(
    fact: Declaration, registers: Mapping[str, Mapping[str, Any]], shared: Mapping[str, Any]
) -> Iterator[Finding]:
    """What stands against reading it; a register that is not among `registers` is not judged."""
    for name, member in (("record", "register"), ("place", "layer")):
        source = fact["source"].get(name, {})
        schema = registers.get(source.get(member, ""), {}).get("schema")
        if schema:
            places = Places(schema, shared)
            yield from _read(fact, places, str(source["field"]), f"/source/{name}/field")


def of_account(fact: Declaration, accounts: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """What stands against reading an account: its key has other parts, or what it counts is not of the fact's type."""
    source = fact["source"].get("account", {})
    account = accounts.get(source.get("account", ""))
    if account is None:  # no account, or a dangling reference
        return
    given, wanted = (source["key"].split("|") if "key" in source else []), list(account["key"])
    if len(given) != len(wanted):
        zh, en = f"账户按 {len(wanted)} 项分户", f"the account is kept by {len(wanted)} values"
        yield finding("/source/account/key", "account-key-differs", zh, en, key=wanted)
    kinds = ("money", "integer") if account["unit"] == "fen" else ("integer",)
    if fact["type"] not in kinds or fact.get("take"):
        zh, en = f"账户给出的是 {kinds[0]}", f"an account gives {kinds[0]}"
        yield finding("/type", "account-fact-type", zh, en, unit=account["unit"])


def _read(fact: Declaration, places: Places, field: str, pointer: str) -> Iterator[Finding]:
    schemas = field_at(places, field)
    if not schemas:
        zh, en = f"登记簿没有字段 {field}", f"the register has no field {field}"
        yield finding(pointer, "record-field-unknown", zh, en, field=field)
        return
    if not fits(fact, schemas):
        zh, en = f"字段 {field} 的类型与事实不符", f"field {field} is not of the fact's type"
        yield finding(pointer, "record-field-type", zh, en, field=field)
    take = fact.get("take", {})
    counted = take.get("count", {})
    for index, member in enumerate(counted.get("of", ())):
        if not field_at(places, field + member):
            zh, en = f"登记簿没有字段 {field}{member}", f"the register has no field {field}{member}"
            yield finding(f"/take/count/of/{index}", "record-field-unknown", zh, en, field=field + member)
    among = take.get("equals", {}).get("among", ())
    values: list[Any] = next((schema["enum"] for schema in schemas if "enum" in schema), list(among))
    for value in among:
        if value not in values:
            zh, en = f"字段 {field} 不会是“{value}”", f"field {field} is never {value!r}"
            yield finding("/take/equals/among", "take-value-unknown", zh, en, value=value)
