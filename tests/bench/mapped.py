"""The alternative of `encode-item`: the same item as a PynamoDB model with one mapped attribute a field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.models import Model


class Spell(MapAttribute):  # type: ignore[type-arg]
    """A running clock."""

    id = UnicodeAttribute()
    effect = UnicodeAttribute()
    unit = UnicodeAttribute()
    budget = NumberAttribute()
    consumed = NumberAttribute()
    deadline = NumberAttribute(null=True)
    provisional = BooleanAttribute()


class Side(MapAttribute):  # type: ignore[type-arg]
    """A party."""

    role = UnicodeAttribute()
    subject = UnicodeAttribute()
    name = UnicodeAttribute()


class Head(Model):
    """A case's head, twenty-three mapped attributes."""

    class Meta:
        table_name = "cases"
        region = "us-east-1"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    seq = NumberAttribute()
    hash = BinaryAttribute(legacy_encoding=False)
    number = UnicodeAttribute()
    item = UnicodeAttribute()
    release = UnicodeAttribute()
    release_set = NumberAttribute()
    opened_at = UTCDateTimeAttribute()
    node = UnicodeAttribute()
    window = UnicodeAttribute()
    owner = UnicodeAttribute()
    channel = UnicodeAttribute()
    authority = UnicodeAttribute()
    confidential = BooleanAttribute()
    receipt = UnicodeAttribute(null=True)
    facts = UnicodeAttribute()
    states = ListAttribute(of=UnicodeAttribute)
    parties = ListAttribute(of=Side)
    clocks = ListAttribute(of=Spell)
    dimensions = MapAttribute()
    done = JSONAttribute()
    recent = ListAttribute(of=UnicodeAttribute)


def model(body: dict[str, Any], key: dict[str, Any]) -> Head:
    """The model's instance for a head's body; making it is not measured, writing it out is."""
    mapped = {name: value for name, value in body.items() if name in Head.get_attributes()}
    mapped |= {
        "opened_at": datetime.fromtimestamp(body["opened_at"] / 1000, UTC),
        "parties": [Side(**one) for one in body["parties"]],
        "clocks": [Spell(**one) for one in body["clocks"]], "states": body["configuration"]["in"],
        "recent": [digest for digest, _ in body["recent"]],
    }  # fmt: skip
    return Head(**mapped, **key)
