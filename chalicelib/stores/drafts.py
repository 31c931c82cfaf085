"""Remembers applications not yet handed in, each sealed under its owner's blind index, for ninety days."""

from __future__ import annotations

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.change import Body
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.keys import Tables, draft_pk
from chalicelib.stores.sealing import Vault


class DraftStore:
    """The `actions.ports.Drafts` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._vault = vault

    def of_owner(self, owner: str) -> list[Body]:
        """The drafts of one owner, newest first."""
        pk = draft_pk(self._vault.blind(owner))
        page = self._dynamo.query(self._tables.cases, pk, forward=False)
        return [self._open(item) for item in page.items]

    def get(self, owner: str, draft_id: str) -> Body | None:
        (item,) = self._dynamo.get(Key(self._tables.cases, draft_pk(self._vault.blind(owner)), draft_id))
        return self._open(item) if item else None

    def put(self, owner: str, draft: Body, revision: int, expires_at: int) -> None:
        """Keep a draft if `revision` is still what is stored (0: new); CommitRefused otherwise."""
        pk, sk, key = draft_pk(self._vault.blind(owner)), str(draft["draft_id"]), self._vault.new_key()
        item: Item = {
            "pk": pk, "sk": sk, "k": key, "v": 1, "rev": revision + 1, "ttl": expires_at // 1000,
            "b": self._vault.seal(key, (pk, sk), draft),
        }  # fmt: skip
        condition, values = (
            ("rev = :read", {":read": revision}) if revision else ("attribute_not_exists(pk)", {})
        )
        try:
            self._dynamo.write(
                Write("draft", self._tables.cases, item=item, condition=condition, values=values)
            )
        except TransactionRefused as refused:
            raise CommitRefused(("draft",), transient=False) from refused

    def drop(self, owner: str, draft_id: str) -> None:
        key = (draft_pk(self._vault.blind(owner)), draft_id)
        self._dynamo.write(Write("draft", self._tables.cases, key=key))

    def _open(self, item: Item) -> Body:
        body: Body = self._vault.open(item["k"], item)
        return body
