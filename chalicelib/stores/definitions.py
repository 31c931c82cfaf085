"""Remembers definitions: versions and releases by hash, numbered sets, one pointer, drafts and checks.

pk                  sk            body
PUBLISHED           POINTER       the pointer; `rev` in the clear guards it
PUBLISHED           CATALOGUE     {"set", "entries"}: the catalogue of the set that is published
PUBLISHED           PACK          the pack that was loaded last: {"hash", "definitions"}
SET#<number>        SET           a release set, immutable
DEF#<kind>/<id>     V#<hash>      one version of a definition, immutable
RELEASE#<hash>      BUNDLE        {"manifest", "definitions"}, immutable: one read starts a case
HISTORY             <rev>         who moved the pointer, when, and why
DRAFT               <draft id>    `rev` in the clear guards it
CHECK#<check id>    CHECK         a check and its findings
SCHEDULED           <schedule id> a release that is to come, or what became of it; `rev` in the clear guards it
SCHEDULED#DUE       <due>#<id>    those that still wait, by their time
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.actions.definition_ports import Draft, Entries, Listing, Outcome, Publication
from chalicelib.domain.definitions import Definition, content_hash, declared
from chalicelib.domain.manifests import pinned_keys
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.publishing import Pointer, ReleaseSet
from chalicelib.stores.attributes import Item, encode
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.encoding import pack_body, unpack_body

BODY_VERSION = 1
MAX_STORED = 350 * 1024  # DynamoDB takes 400 KB; beyond this a body would have to move to S3 (decisions 8)
POINTER = ("PUBLISHED", "POINTER")
CATALOGUE = ("PUBLISHED", "CATALOGUE")
PACK = ("PUBLISHED", "PACK")

_NEW = "attribute_not_exists(pk)"


def pointer_from_item(item: Mapping[str, Any] | None) -> Pointer:
    """The pointer from its stored item, wherever it was read; before anything is published, the empty one."""
    return Pointer(**_body(item)) if item else Pointer()


class DynamoDefinitions:
    """The table of definitions. Every read is strong; a method is one request unless it says otherwise."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def front(self) -> tuple[Pointer, int, Entries]:
        pointer, catalogue = self._dynamo.get(self._key(POINTER), self._key(CATALOGUE))
        shown: dict[str, Any] = _body(catalogue) if catalogue else {"set": 0, "entries": []}
        return pointer_from_item(pointer), shown["set"], shown["entries"]

    def pointer(self) -> Pointer:
        return pointer_from_item(self._read(POINTER))

    def pointer_of(self, item: Mapping[str, Any] | None) -> Pointer:
        return pointer_from_item(item)

    def release_set(self, number: int) -> ReleaseSet:
        """Set 0 is the empty one, before anything was published."""
        if number == 0:
            return ReleaseSet()
        item = self._read(_set_key(number))
        if item is None:
            raise not_found(Text("发布集", "release set"), str(number))
        return ReleaseSet(**_body(item))

    def versions(self, hashes: Mapping[str, str]) -> dict[str, Definition]:
        """One request for every 100 of them."""
        found: dict[str, Definition] = {}
        for chunk in _chunks(list(hashes), 100):
            items = self._dynamo.get(*(self._key(_version_key(key, hashes[key])) for key in chunk))
            for key, item in zip(chunk, items, strict=True):
                if item is None:
                    raise not_found(Text("定义版本", "version of a definition"), f"{key}@{hashes[key]}")
                found[key] = _body(item)
        return found

    def release(self, hash_: str) -> tuple[dict[str, str], dict[str, Definition]]:
        item = self._read(_release_key(hash_))
        if item is None:
            raise not_found(Text("发布版本", "release"), hash_)
        body = _body(item)
        return body["manifest"], body["definitions"]

    def keep_versions(self, versions: Mapping[str, Definition]) -> None:
        self._keep({_version_key(key, content_hash(body)): declared(body) for key, body in versions.items()})

    def keep_releases(
        self, manifests: Mapping[str, Mapping[str, str]], definitions: Mapping[str, Definition]
    ) -> None:
        bodies = {}
        for hash_, contents in manifests.items():
            parts = {key: declared(definitions[key]) for key in pinned_keys(contents)}
            bodies[_release_key(hash_)] = {"manifest": dict(contents), "definitions": parts}
        self._keep(bodies)

    def publish(self, publication: Publication) -> Outcome:
        """One transaction. A refusal by our own first attempt, whose answer was lost, counts as written."""
        writes = list(self._writes(publication))
        try:
            self._dynamo.transact(writes, token=str(publication.act["id"]))
        except TransactionRefused as refused:
            return self._judge(refused, publication)
        return "written"

    def history(self, after: str | None, limit: int) -> Listing:
        """Newest first."""
        return self._list("HISTORY", after, limit, forward=False)

    def pack(self) -> Mapping[str, Any] | None:
        item = self._read(PACK)
        return _body(item) if item else None

    def drafts(self, draft_ids: Sequence[str]) -> list[Draft]:
        items = self._dynamo.get(*(self._key(("DRAFT", one)) for one in draft_ids))
        for draft_id, item in zip(draft_ids, items, strict=True):
            if item is None:
                raise not_found(Text("草稿", "draft"), draft_id)
        return [_draft(item) for item in items if item]

    def list_drafts(self, after: str | None, limit: int) -> Listing:
        return self._list("DRAFT", after, limit, forward=True)

    def put_draft(self, draft: Draft, expected: int) -> bool:
        item = _item(("DRAFT", draft.draft_id), draft.as_json()) | {"rev": draft.rev}
        return self._guarded(item=item, expected=expected)

    def drop_draft(self, draft_id: str, expected: int) -> bool:
        return self._guarded(key=("DRAFT", draft_id), expected=expected)

    def put_check(self, check: Mapping[str, Any]) -> None:
        self._put_all([_item((f"CHECK#{check['check_id']}", "CHECK"), dict(check))])

    def check(self, check_id: str) -> Mapping[str, Any] | None:
        item = self._read((f"CHECK#{check_id}", "CHECK"))
        return _body(item) if item else None

    def put_scheduled(self, scheduled: Mapping[str, Any]) -> None:
        """The row and its place in the order of time, both or neither."""
        row, place = _scheduled_keys(scheduled)
        due = Write(
            "due", self._table, item={"pk": place[0], "sk": place[1], "v": BODY_VERSION}, condition=_NEW
        )
        self._dynamo.transact([self._put("scheduled", row, dict(scheduled), 0, rev=1), due], token=row[1])

    def scheduled(self, schedule_id: str) -> Mapping[str, Any] | None:
        item = self._read(("SCHEDULED", schedule_id))
        return _body(item) if item else None

    def list_scheduled(self, after: str | None, limit: int) -> Listing:
        return self._list("SCHEDULED", after, limit, forward=False)

    def due(self, until: int) -> list[str]:
        rows = self._dynamo.every(self._table, "SCHEDULED#DUE", at_most=f"{until:015d}~")
        return [str(row["sk"]).partition("#")[2] for row in rows]

    def end_scheduled(self, ended: Mapping[str, Any]) -> bool:
        try:
            self._dynamo.transact(list(self._ending(ended)))
        except TransactionRefused as refused:
            if refused.transient:  # it may be waiting still: whoever asked is told to ask again
                raise _busy() from refused
            return False
        return True

    def _ending(self, ended: Mapping[str, Any]) -> Iterator[Write]:
        row, place = _scheduled_keys(ended)
        yield self._put("scheduled", row, dict(ended), 1, rev=2)
        yield Write("due", self._table, key=place)

    def _writes(self, publication: Publication) -> Iterator[Write]:
        pointer, shown = publication.pointer, publication.shown
        yield self._put("pointer", POINTER, pointer.as_json(), publication.expected, rev=pointer.rev)
        yield self._put("act", ("HISTORY", _place(pointer.rev)), dict(publication.act), 0)
        if shown is not None:
            entries = {"set": shown.number, "entries": list(shown.catalogue)}
            yield Write("catalogue", self._table, item=_item(CATALOGUE, entries))
            if publication.new:
                yield self._put("set", _set_key(shown.number), shown.as_json(), 0)
        if publication.pack is not None:
            yield Write("pack", self._table, item=_item(PACK, dict(publication.pack)))
        for draft_id, rev in publication.drafts:
            key = ("DRAFT", draft_id)
            yield Write("draft", self._table, key=key, condition="rev = :read", values={":read": rev})
        if publication.ends is not None:
            yield from self._ending(publication.ends)

    def _put(self, role: str, key: tuple[str, str], body: Any, expected: int, **clear: int) -> Write:
        item, condition = _item(key, body) | clear, "rev = :read" if expected else _NEW
        values = {":read": expected} if expected else {}
        return Write(role, self._table, item=item, condition=condition, values=values)

    def _judge(self, refused: TransactionRefused, publication: Publication) -> Outcome:
        item = self._read(("HISTORY", _place(publication.pointer.rev)))
        if item and _body(item)["id"] == publication.act["id"]:
            return "written"
        roles = {refusal.role for refusal in refused.refusals}
        if "scheduled" in roles and not refused.transient:
            return "schedule-over"
        if roles == {"draft"} and not refused.transient:
            return "draft-changed"
        if refused.transient:
            time.sleep(0.02)  # another transaction holds the pointer at this very moment
        return "moved"

    def _guarded(
        self, *, expected: int, item: Item | None = None, key: tuple[str, str] | None = None
    ) -> bool:
        condition, values = ("rev = :read", {":read": expected}) if expected else (_NEW, {})
        write = Write("draft", self._table, item=item, key=key, condition=condition, values=values)
        try:
            self._dynamo.write(write)
        except TransactionRefused:
            return False
        return True

    def _list(self, pk: str, after: str | None, limit: int, *, forward: bool) -> Listing:
        start = {"pk": pk, "sk": after} if after else None
        page = self._dynamo.query(self._table, pk, limit=limit, after=start, forward=forward)
        return Listing([_body(item) for item in page.items], str(page.after["sk"]) if page.after else None)

    def _read(self, key: tuple[str, str]) -> Item | None:
        return self._dynamo.get(self._key(key))[0]

    def _key(self, key: tuple[str, str]) -> Key:
        return Key(self._table, *key)

    def _keep(self, bodies: Mapping[tuple[str, str], Any]) -> None:
        """Store what is not there yet. A hash names one content, so a racing writer writes the same."""
        for chunk in _chunks(list(bodies), 100):
            there = self._dynamo.get(*(self._key(key) for key in chunk))
            missing = [key for key, item in zip(chunk, there, strict=True) if item is None]
            for few in _chunks(missing, 25):
                self._put_all([_item(key, bodies[key]) for key in few])

    def _put_all(self, items: Sequence[Item]) -> None:
        """Puts without a condition, at most 25: only for what is immutable by its key."""
        request = {self._table: [{"PutRequest": {"Item": encode(item)}} for item in items]}
        for attempt in range(6):
            request = self._dynamo.call("BatchWriteItem", RequestItems=request).get("UnprocessedItems") or {}
            if not request:
                return
            time.sleep(0.02 * 2**attempt)  # AWS asks for back-off on unprocessed items
        raise _busy()


def _busy() -> Problem:
    return Problem("unavailable", "store-busy", Text("存储繁忙,请稍后再试", "the store is busy, try again"))


def _version_key(key: str, hash_: str) -> tuple[str, str]:
    return f"DEF#{key}", f"V#{hash_}"


def _release_key(hash_: str) -> tuple[str, str]:
    return f"RELEASE#{hash_}", "BUNDLE"


def _set_key(number: int) -> tuple[str, str]:
    return f"SET#{number}", "SET"


def _scheduled_keys(scheduled: Mapping[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    identity = str(scheduled["schedule_id"])
    return ("SCHEDULED", identity), ("SCHEDULED#DUE", f"{int(scheduled['due']):015d}#{identity}")


def _place(rev: int) -> str:
    return f"{rev:010d}"


def _item(key: tuple[str, str], body: Any) -> Item:
    data = pack_body(body)
    if len(data) > MAX_STORED:
        said = Text(f"内容过大,无法存储:{len(data)} 字节", f"too large to store: {len(data)} bytes")
        raise Problem(
            "too_large", "stored-item-too-large", said, extra={"size": len(data), "limit": MAX_STORED}
        )
    return {"pk": key[0], "sk": key[1], "v": BODY_VERSION, "b": data}


def _body(item: Mapping[str, Any]) -> Any:
    if item["v"] > BODY_VERSION:  # during a deployment old code meets what new code wrote (decisions 27)
        said = Text("数据由更新的程序写入", "this was written by newer code")
        raise Problem("unavailable", "newer-shape", said)
    return unpack_body(bytes(item["b"]))


def _draft(item: Mapping[str, Any]) -> Draft:
    body = _body(item)
    return Draft(**body | {"editors": tuple(body["editors"])})


def _chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
