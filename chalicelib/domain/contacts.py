"""Decides how somebody is to be told: in which language, by which channels not, and under which addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from chalicelib.domain.problems import Finding, Problem, Text, finding

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
MOST = 20  # channels that one may name
# What an address of each sort looks like; `none`: the channel needs no address.
SORTS: Mapping[str, re.Pattern[str]] = {
    "mobile": re.compile(r"1[3-9][0-9]{9}"),
    "email": re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"),
    "open_id": re.compile(r"[A-Za-z0-9_-]{6,128}"),
    "device": re.compile(r"[A-Za-z0-9_:.-]{6,512}"),
    "postal": re.compile(r"[^\x00-\x1f\x7f]{4,200}"),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody asked for. `without`: channels by which no courtesy reaches them; legal service does."""

    language: Language = "zh"
    without: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    rev: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"language": self.language, "without": list(self.without), "addresses": dict(self.addresses)}


def contact_of(asked: Mapping[str, Any], rev: int) -> Contact:
    """What somebody asks for, checked. Problem `preferences-invalid` names every member that cannot be meant."""
    language, without = asked.get("language", "zh"), asked.get("without", [])
    addresses, found = asked.get("addresses", {}), list[Finding]()
    if language not in LANGUAGES:
        found.append(finding("/language", "language-unknown", "应为 zh 或 en", "one of zh, en"))
    if len(without) > MOST or not all(re.fullmatch(r"[a-z][a-z0-9-]{0,63}", one) for one in without):
        found.append(finding("/without", "channels-invalid", "应为渠道标识", "ids of channels"))
    for sort, address in addresses.items():
        pattern = SORTS.get(sort)
        if pattern is None:
            found.append(
                finding(f"/addresses/{sort[:64]}", "address-unknown", "没有这种地址", "no such address")
            )
        elif not isinstance(address, str) or not pattern.fullmatch(address):
            found.append(
                finding(f"/addresses/{sort}", "address-invalid", "格式不正确", "it does not look like one")
            )
    if found:
        said = Text("通知偏好有误", "the preferences are wrong")
        raise Problem("invalid", "preferences-invalid", said, findings=found)
    return Contact(language, tuple(dict.fromkeys(without)), dict(addresses), rev)


def address_in(record: Mapping[str, Any], pointer: str) -> str | None:
    """What stands at a place of a record, where it is text."""
    value: Any = record
    for name in pointer.strip("/").split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and value else None


def fits(sort: str, address: str | None) -> bool:
    return address is not None and sort in SORTS and SORTS[sort].fullmatch(address) is not None


def registers_of(channel: Mapping[str, Any], subject: str) -> Sequence[tuple[str, str]]:
    """(register, pointer) where a channel says that the address of such a subject stands, in order."""
    kind = subject.partition(":")[0]
    return [
        (str(one["register"]), str(one["field"])) for one in channel.get("records", ()) if one["of"] == kind
    ]
