"""Remembers links between cases, records and definitions, at both ends; and who holds what is exclusive."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.change import Link, Lock
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Write
from chalicelib.stores.keys import LINK, LINK_BACK, LOCK


def link_writes(link: Link, table: str) -> list[Write]:
    """Both ends of a link; of one that ends now only that it does, for its rows say since when it was."""
    ends = (
        (link.source, f"{LINK}{link.rel}#{link.target}"),
        (link.target, f"{LINK_BACK}{link.rel}#{link.source}"),
    )
    if link.valid_to is not None and link.valid_from is None:
        over: dict[str, Any] = {
            "update": "SET #to = :to",
            "names": {"#to": "to"},
            "values": {":to": link.valid_to},
        }
        return [Write("link", table, key=end, condition="attribute_exists(pk)", **over) for end in ends]
    known = (("role", link.role), ("from", link.valid_from), ("to", link.valid_to))
    extra: Item = {name: value for name, value in known if value is not None}
    return [Write("link", table, item={"pk": pk, "sk": sk, **extra}) for pk, sk in ends]


def lock_write(lock: Lock, table: str) -> Write:
    """The end of an exclusive relation, taken or given back; refused where another holds it."""
    role, sk = f"lock:{lock.rel}", f"{LOCK}{lock.rel}"
    if lock.release:
        condition, values = "holder = :holder", {":holder": lock.holder}
        return Write(role, table, key=(lock.end, sk), condition=condition, values=values)
    item: Item = {"pk": lock.end, "sk": sk, "holder": lock.holder}
    free, values = "attribute_not_exists(pk) OR holder = :holder", {":holder": lock.holder}
    return Write(role, table, item=item, condition=free, values=values)


def link_of(item: Item) -> Link:
    """A link row, at whichever of its ends it was read."""
    end, rel, other = str(item["sk"]).split("#", 2)
    here = str(item["pk"])
    source, target = (here, other) if f"{end}#" == LINK else (other, here)
    at = {name: int(item[sk]) for name, sk in (("valid_from", "from"), ("valid_to", "to")) if sk in item}
    return Link(source, rel, target, item.get("role"), **at)
