"""Fills in applications for real-estate registration; `{serial}` and `{uscc}` stand for the story's own numbers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from tests.builders import item_of

TRANSFER, MORTGAGE = "second-hand-house-transfer", "mortgage-registration"
LAND, IDENTITY = "land-registration", "registration-identity-change"
HOUSE = "430112001001GB00001F{serial}"  # 28 characters by GB/T 37346, as all units
PARCEL = "4301{serial}GB00001W00000000"
# By name: an example more, or in another place, makes nobody somebody else.
_BUYERS = {one["form"]["buyer"]["name"]: one["form"]["buyer"] for one in item_of(TRANSFER)["examples"]}
LI, CHEN = _BUYERS["李示例"], _BUYERS["陈示例"]
WANG = item_of(TRANSFER)["examples"][0]["form"]["seller"]
RENAMED = {**LI, "name": "李新名"}
CLEAR = {"seizure": "none", "dispute": "none", "objection": "none", "advance_notice": "none"}


def body(item: str, parties: Mapping[str, str], **changes: Any) -> dict[str, Any]:
    """The pack's first example with this story's parties {role: subject} and changed fields."""
    shown = copy.deepcopy(item_of(item)["examples"][0])
    return {
        "form": shown["form"] | changes,
        "materials": [{"id": one} for one in shown["materials"]],
        "parties": [{"role": role, "subject": subject} for role, subject in parties.items()],
    }


def citizen(name: str) -> str:
    return f"person:story-{{serial}}-{name}"


def sale(seller: str, buyer: Mapping[str, Any], owner: Mapping[str, Any], number: str) -> dict[str, Any]:
    """`owner` sells the story's house to `buyer`; `seller` is who stands behind the owner, as a subject."""
    contract = {"number": number, "signed_on": "2026-02-26", "price_fen": 88_000_000, "online_signed": True}
    return body(
        TRANSFER,
        {"transferor": citizen(seller)},
        unit_number=HOUSE,
        contract=contract,
        buyer=dict(buyer),
        seller=dict(owner),
    )


def pledge(owner: str, mortgagor: Mapping[str, Any], mortgagee: str = "enterprise:{uscc}") -> dict[str, Any]:
    return body(
        MORTGAGE,
        {"mortgagor": citizen(owner), "mortgagee": mortgagee},
        unit_number=HOUSE,
        uscc="{uscc}",
        mortgagor=dict(mortgagor),
    )


def parcel(holder: Mapping[str, Any], number: str) -> dict[str, Any]:
    contract = {"number": number, "signed_on": "2026-01-15", "price_fen": 1_200_000_000}
    found = body(LAND, {}, unit_number=PARCEL, contract=contract, holder=dict(holder))
    found["form"].pop("uscc")
    return found


def renaming(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return body(IDENTITY, {}, unit_number=HOUSE, registered_identity=dict(was), new_identity=dict(now))
