"""Does nothing itself: says what telling people needs from stores and from those who carry a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.actions.office import Kit
from chalicelib.actions.webhook_ports import Deliveries, Inbound
from chalicelib.domain.contacts import Contact
from chalicelib.domain.notice_courses import Health, Told

Key = tuple[str, str]  # channel, provider


class Contacts(Protocol):
    """How people want to be told and where; how providers fare."""

    def of(self, subject: str) -> Contact: ...
    def of_all(self, subjects: Sequence[str]) -> dict[str, Contact]: ...
    def put(self, subject: str, contact: Contact) -> bool:
        """Over the revision that it names; False where it is another by now."""

    def health(self, ways: Sequence[Key]) -> dict[Key, Health]: ...
    def failed(self, way: Key, at: int) -> None: ...
    def fared_well(self, way: Key) -> None: ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed to a provider: `id` is the same at every attempt, and at every provider."""

    id: str
    channel: str
    address: str
    language: str
    subject: str
    text: str
    notice: str
    version: str
    values: Mapping[str, Any]


class Carrier(Protocol):
    """An adapter: speaks the protocol of one sort of providers. It never raises for what a provider does."""

    stand_in: bool

    def carry(
        self, provider: Mapping[str, Any], parcel: Parcel, secrets: Sequence[str], seconds: int, /
    ) -> Told:
        """One attempt. `secrets`: what signs, or signs in, the newest first; `seconds`: Unix time."""


@dataclass(frozen=True)
class Dispatch:
    """What actions on notices are given. `carriers` by the name that a provider declares; `queue` as a `Postroom`'s."""

    kit: Kit
    deliveries: Deliveries
    contacts: Contacts
    inbound: Inbound
    carriers: Mapping[str, Carrier]
    queue: Callable[[Sequence[tuple[str, int]], bool], None]
    seconds: Callable[[], int]


def secrets_name(channel: str, provider: str) -> str:
    """Where the secrets of a provider stand among those of outside systems; no connector's id has a colon."""
    return f"channel:{channel}:{provider}"
