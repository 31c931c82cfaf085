"""Remembers notices: an outbox by whom each is to, what it says sealed, each put there once.

pk                   sk             in the clear                                   sealed
NTC#<blind of to>    <at>#<id>      id, kind, template, version, not_before        to, values, case

Who sends them on later reads the stream of this table; nothing is done to a row by its being read.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.notices import Notice
from chalicelib.domain.trigger_effects import Act
from chalicelib.stores import acts
from chalicelib.stores.dynamo import Dynamo, Item, TransactionRefused, Write
from chalicelib.stores.keys import Tables, notice_pk
from chalicelib.stores.sealing import Vault

VERSION = 1
KIND = "notice"
YEARS = 2  # a notice is kept (sample default, not from the plan); that it was sent stays known


class NoticeStore:
    """The `actions.ports.Notices` of DynamoDB. Every notice has a data key of its own."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._vault = vault

    def done(self, act: str) -> str | None:
        return acts.done(self._dynamo, self._tables.records, act)

    def put(self, notice: Notice, act: Act) -> None:
        pk, sk = notice_pk(self._vault.blind(notice.to)), f"{notice.at:015d}#{notice.id}"
        key = self._vault.new_key()
        said = {"to": notice.to, "values": dict(notice.values), "case": notice.case}
        item: Item = {
            "pk": pk, "sk": sk, "v": VERSION, "k": key, "id": notice.id, "kind": KIND, "template": notice.template,
            "version": notice.version, "not_before": notice.not_before, **acts.follows(act),
            "ttl": notice.at // 1000 + YEARS * 366 * 86_400, "b": self._vault.seal(key, (pk, sk), said),
        }  # fmt: skip
        row = Write(KIND, self._tables.records, item=item, condition="attribute_not_exists(pk)")
        try:
            self._dynamo.transact([acts.mark(act, self._tables.records, notice.at), row])
        except TransactionRefused as refused:
            roles = tuple(one.role for one in refused.refusals)
            raise CommitRefused(roles, transient=refused.transient) from refused

    def of_subject(self, subject: str, after: str | None, limit: int) -> tuple[Sequence[Notice], str | None]:
        """Newest first; the cursor is the last one's sort key."""
        pk = notice_pk(self._vault.blind(subject))
        start = {"pk": pk, "sk": after} if after else None
        page = self._dynamo.query(self._tables.records, pk, limit=limit, after=start, forward=False)
        found = [self._opened(item) for item in page.items]
        return found, str(page.items[-1]["sk"]) if page.after and page.items else None

    def _opened(self, item: Item) -> Notice:
        said = self._vault.open(item["k"], item)
        return Notice(
            item["id"], said["to"], item["template"], item["version"], int(str(item["sk"])[:15]), item["not_before"],
            said["values"], said["case"],
        )  # fmt: skip
