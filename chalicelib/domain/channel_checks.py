"""Decides what the gate asks of channels, and of notices beyond their templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chalicelib.domain.definitions import Definition, of_kind
from chalicelib.domain.notices import SERVICE, WEB
from chalicelib.domain.problems import Finding, Problem, finding
from chalicelib.domain.webhook_urls import target_of

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context


def findings(channel: Definition, context: Context) -> Iterator[Finding]:
    """Providers told apart, addresses that may be reached, places of registers that exist."""
    named = Counter(str(one["id"]) for one in channel["providers"])
    for index, provider in enumerate(channel["providers"]):
        pointer = f"/providers/{index}"
        if named[str(provider["id"])] > 1:
            zh, en = (
                f"服务商 {provider['id']} 出现多次",
                f"the provider {provider['id']} is there more than once",
            )
            yield finding(f"{pointer}/id", "provider-twice", zh, en, provider=provider["id"])
        yield from _url(f"{pointer}/url", provider)
    registers = of_kind("registers", context.world)
    for index, place in enumerate(channel.get("records", ())):
        register = registers.get(str(place["register"]))
        if register is not None and not _has(register["schema"], str(place["field"])):
            zh = f"登记簿 {register['id']} 没有字段 {place['field']}"
            en = f"register {register['id']} has no field {place['field']}"
            yield finding(f"/records/{index}/field", "record-field-unknown", zh, en, field=place["field"])


def notice_findings(notice: Definition, context: Context) -> Iterator[Finding]:
    """Channels that are declared, and legal service that waits for nothing."""
    declared = of_kind("channels", context.world)
    for index, name in enumerate(notice["channels"]):
        if name != WEB and name not in declared:
            zh, en = f"没有声明渠道 {name}", f"no channel {name} is declared"
            yield finding(f"/channels/{index}", "channel-undeclared", zh, en, channel=name)
    if notice.get("purpose") == SERVICE and notice.get("quiet_hours"):
        zh, en = "法定送达不得等待免打扰时段结束", "legal service waits for no quiet hours"
        yield finding("/quiet_hours", "quiet-legal-service", zh, en)


def _url(pointer: str, provider: Definition) -> Iterable[Finding]:
    if "url" not in provider:
        return []
    try:  # whether this machine itself may be reached is the stage's to say, when it is
        target_of(str(provider["url"]), loopback=True)
    except Problem as problem:
        return [Finding(pointer, "provider-url-refused", problem.message)]
    return []


def _has(schema: Definition, pointer: str) -> bool:
    inner: object = schema
    for name in pointer.strip("/").split("/"):
        inner = inner.get("properties", {}).get(name) if isinstance(inner, dict) else None
    return inner is not None
