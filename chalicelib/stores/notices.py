"""Remembers notices: an outbox by whom each is to, what it says sealed, each put there once.

pk                   sk             in the clear                                   sealed
NTC#<blind of to>    <at>#<id>      id, kind, template, version, not_before, go    to, values, case
CNT#<case>           <at>#<id>      n: the partition of the notice; ttl            –

What is sent on (`go`) begins its delivery in the same transaction: nothing is told without anybody who sends it, and
nobody has to look for it. Nothing is done to a row by its being read.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.actions.ports import CommitRefused
from chalicelib.domain import canonical
from chalicelib.domain.notices import Notice
from chalicelib.domain.trigger_effects import Act
from chalicelib.stores import acts, deliveries
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.keys import Tables, notice_pk, notices_of_case_pk
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
        """Once, with its delivery where it is sent on."""
        pk, sk = notice_pk(self._vault.blind(notice.to)), f"{notice.at:015d}#{notice.id}"
        key = self._vault.new_key()
        said = {"to": notice.to, "values": dict(notice.values), "case": notice.case}
        item: Item = {
            "pk": pk, "sk": sk, "v": VERSION, "k": key, "id": notice.id, "kind": KIND, "template": notice.template,
            "version": notice.version, "not_before": notice.not_before, **acts.follows(act),
            "ttl": notice.at // 1000 + YEARS * 366 * 86_400, "b": self._vault.seal(key, (pk, sk), said),
        }  # fmt: skip
        item |= {"go": 1} if notice.sent else {}
        writes = [acts.mark(act, self._tables.records, notice.at)]
        writes.append(Write(KIND, self._tables.records, item=item, condition="attribute_not_exists(pk)"))
        if notice.case:
            about: Item = {"pk": notices_of_case_pk(notice.case), "sk": sk, "n": pk, "ttl": item["ttl"]}
            writes.append(Write("about", self._tables.records, item=about))
        if notice.sent:
            told = {"event_id": notice.id, "type": KIND}
            where = canonical.dumps({"pk": pk, "sk": sk})
            writes += deliveries.beginning(
                self._tables.deliveries, notice.place, told, where, notice.not_before, notice.looked_after
            )  # fmt: skip
        try:
            self._dynamo.transact(writes)
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

    def of_case(self, case_id: str, after: str | None, limit: int) -> tuple[Sequence[Notice], str | None]:
        """What was told about a case, newest first; the cursor is the last one's sort key."""
        pk = notices_of_case_pk(case_id)
        start = {"pk": pk, "sk": after} if after else None
        page = self._dynamo.query(self._tables.records, pk, limit=limit, after=start, forward=False)
        keys = [Key(self._tables.records, str(one["n"]), str(one["sk"])) for one in page.items]
        found = [self._opened(item) for item in (self._dynamo.get(*keys) if keys else ()) if item]
        return found, str(page.items[-1]["sk"]) if page.after and page.items else None

    def sent_by(self, bodies: Sequence[bytes]) -> list[Notice | None]:
        """The notices of deliveries, by what these carry; None for one that is gone."""
        where = [canonical.loads(body) for body in bodies]
        keys = [Key(self._tables.records, str(one["pk"]), str(one["sk"])) for one in where]
        return [self._opened(item) if item else None for item in (self._dynamo.get(*keys) if keys else ())]

    def _opened(self, item: Item) -> Notice:
        said = self._vault.open(item["k"], item)
        return Notice(
            item["id"], said["to"], item["template"], item["version"], int(str(item["sk"])[:15]), item["not_before"],
            said["values"], said["case"], "go" in item,
        )  # fmt: skip
