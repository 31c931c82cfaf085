"""Remembers cases: strong reads in one round trip, lists by index, numbers by leased blocks, the one write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from chalicelib.actions.ports import Chain, Listed, Loaded, RecordVersion, Row
from chalicelib.domain import cases as shape
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Change, Link
from chalicelib.stores.attributes import Item
from chalicelib.stores.chain import Verdict, event_sk, verify
from chalicelib.stores.due_rows import desk_pk
from chalicelib.stores.dynamo import Dynamo, Key, Write
from chalicelib.stores.keys import (
    FORM,
    FORMER,
    HEAD,
    LINK,
    LINK_BACK,
    NUMBER_INDEX,
    OWNER_INDEX,
    POINTER,
    QUEUE_INDEX,
    Tables,
    idempotency_pk,
    index_sk,
    owing,
    party_pk,
    queue_pk,
    record_pk,
)  # fmt: skip
from chalicelib.stores.ledger import Ledger, outputs_place, standing_clear
from chalicelib.stores.link_rows import link_of
from chalicelib.stores.sealing import Vault

BLOCK = 20  # case numbers a container leases at a time; gaps are allowed and said (decisions 31)


class CaseStore:
    """The `actions.ports.Cases` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._vault = vault
        self._ledger = Ledger(dynamo, tables, vault)
        self._leased: dict[tuple[str, str], list[int]] = {}

    def commit(self, change: Change, chain: Chain | None) -> Chain:
        return self._ledger.commit(change, chain)

    def commit_together(self, changes: Sequence[tuple[Change, Chain]]) -> None:
        self._ledger.commit_together(changes)

    def load(
        self, case_id: str | None, *, idempotency: str | None = None, records: Sequence[tuple[str, str]] = ()
    ) -> Loaded:
        """Head, form, published pointer, idempotency row and records, read strongly in one request."""
        cases = self._tables.cases
        keys = [Key(self._tables.definitions, *POINTER)]
        if case_id:
            keys += [Key(cases, case_id, HEAD), Key(cases, case_id, FORM)]
        if idempotency:
            keys.append(Key(cases, idempotency_pk(idempotency), "0"))
        keys += [Key(self._tables.records, record_pk(*one), "NOW") for one in records]
        found = dict(zip(keys, self._dynamo.get(*keys), strict=True))
        head = _readable(found.get(Key(cases, case_id or "", HEAD)))
        form = found.get(Key(cases, case_id or "", FORM))
        return Loaded(
            case=self._case(head),
            chain=Chain(head["seq"], head["h"], head["k"]) if head else None,
            form=self._vault.open(head["k"], form) if form and head else None,
            pointer=found[keys[0]],
            idempotency=found.get(Key(cases, idempotency_pk(idempotency or ""), "0")),
            records={
                one: self._record(one, found[Key(self._tables.records, record_pk(*one), "NOW")])
                for one in records
            },
        )

    def many(self, case_ids: Sequence[str]) -> list[Case | None]:
        return [found[0] if found else None for found in self.heads(case_ids)]

    def heads(self, case_ids: Sequence[str]) -> list[tuple[Case, Chain] | None]:
        """Heads in the order asked, a request for every hundred (DynamoDB's limit); keys are unwrapped side by side,
        for KMS answers one at a time.
        """
        heads: list[Item | None] = []
        for start in range(0, len(case_ids), 100):
            heads += self._dynamo.get(
                *(Key(self._tables.cases, one, HEAD) for one in case_ids[start : start + 100])
            )
        with ThreadPoolExecutor(max_workers=8) as pool:
            return list(pool.map(self._standing, map(_readable, heads)))

    def _standing(self, head: Item | None) -> tuple[Case, Chain] | None:
        case = self._case(head)
        return (case, Chain(head["seq"], head["h"], head["k"])) if case and head else None

    def of_groups(self, events: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those of the events (case, seq) that a parent or a member said; nothing is unsealed to know it."""
        found = set[tuple[str, int]]()
        for start in range(0, len(events), 100):
            part = events[start : start + 100]
            rows = self._dynamo.get(*(Key(self._tables.cases, case, event_sk(seq)) for case, seq in part))
            found |= {pair for pair, row in zip(part, rows, strict=True) if row and "g" in row}
        return found

    def events(self, case_id: str, after: int = 0, limit: int = 100) -> list[Body]:
        """Envelopes in order, each with its hash, so that a reader can follow the chain."""
        key = self._key(case_id)
        if key is None:
            return []
        page = self._dynamo.query(
            self._tables.cases,
            case_id,
            at_least=event_sk(after + 1),
            at_most=event_sk(99_999_999),
            limit=limit,
        )
        return [self._envelope(key, item) for item in page.items]

    def told(self, pairs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[Case, Body]]:
        """Events of many cases, each with its case as it stands, fifty in a request; what was erased is left out."""
        return {pair: (case, event) for pair, case, event, _ in self._told(pairs, 50)}

    def told_with_forms(
        self, pairs: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], tuple[Case, Body, Body | None]]:
        """As `told`, each with the form of its case beside, thirty in a request."""
        return {pair: (case, event, form) for pair, case, event, form in self._told(pairs, 30, forms=(FORM,))}

    def _told(
        self, pairs: Sequence[tuple[str, int]], at_once: int, *, forms: Sequence[str] = ()
    ) -> Iterator[tuple[tuple[str, int], Case, Body, Body | None]]:
        table = self._tables.cases
        for start in range(0, len(pairs), at_once):
            part = pairs[start : start + at_once]
            about = dict.fromkeys(case for case, _ in part)
            asked = [Key(table, case, row) for case in about for row in (HEAD, *forms)]
            asked += [Key(table, case, event_sk(seq)) for case, seq in part]
            rows = {(key.pk, key.sk): row for key, row in zip(asked, self._dynamo.get(*asked), strict=True)}
            cases = {case: self._case(_readable(rows[case, HEAD])) for case in about}
            for case_id, seq in part:
                case, event, head = cases[case_id], rows[case_id, event_sk(seq)], rows[case_id, HEAD]
                if case and event and head:
                    form = rows.get((case_id, FORM))
                    opened = self._vault.open(head["k"], form) if form else None
                    yield (case_id, seq), case, self._envelope(head["k"], event), opened

    def _envelope(self, key: bytes, item: Item) -> Body:
        return {**self._vault.open(key, item), "hash": item["h"].hex(), "prev_hash": item["p"].hex()}

    def outputs(self, case_id: str) -> list[Body]:
        key = self._key(case_id)
        if key is None:
            return []
        events = self._dynamo.every(self._tables.cases, case_id, prefix="E#")
        sealed = [{**one, "sk": outputs_place(one["sk"]), "b": one["o"]} for one in events if "o" in one]
        return [output for item in sealed for output in self._vault.open(key, item)]

    def former_forms(self, case_id: str) -> list[tuple[int, Body]]:
        """(last event, form) of every form that a later one replaced, oldest first."""
        key = self._key(case_id)
        rows = self._dynamo.every(self._tables.cases, case_id, prefix=FORMER) if key else []
        return [(int(row["sk"][len(FORMER) :]), self._vault.open(key, row)) for row in rows if key]

    def links(self, case_id: str) -> list[Link]:
        """What a case, record or definition points to, then what points to it; each is stored at both ends."""
        ahead = self._dynamo.every(self._tables.cases, case_id, prefix=LINK)
        back = self._dynamo.every(self._tables.cases, case_id, prefix=LINK_BACK)
        return [link_of(item) for item in (*ahead, *back)]

    def linked(
        self, end: str, rel: str | None, after: str | None, limit: int, *, back: bool = False
    ) -> tuple[list[tuple[Link, str]], bool]:
        """One page of links, each with where the list goes on after it, and whether more may follow.

        What the end points to comes first, then what points to it; with `back` that alone. `rel`: of one relation.
        """
        ways = (LINK_BACK,) if back else (LINK, LINK_BACK)
        found, more = list[tuple[Link, str]](), False
        for prefix in (f"{way}{rel}#" if rel else way for way in ways):
            if (after and not after.startswith(prefix) and after > prefix) or len(found) == limit:
                more = more or len(found) == limit
                continue
            start = f"{after}\x00" if after and after.startswith(prefix) else prefix
            page = self._dynamo.query(
                self._tables.cases,
                end,
                at_least=start,
                at_most=f"{prefix}\U0010ffff",
                limit=limit - len(found),
            )
            found += [(link_of(item), str(item["sk"])) for item in page.items]
            more = page.after is not None
        return found, more

    def queue(self, department: str, window: str, after: str | None, limit: int) -> Listed:
        return self._listed(QUEUE_INDEX, queue_pk(department, window), after, limit, forward=True)

    def of_subject(self, subject: str, after: str | None, limit: int) -> Listed:
        return self._listed(OWNER_INDEX, self._vault.blind(subject), after, limit, forward=False)

    def owing(self, side: str, subject: str, after: str | None, limit: int) -> Listed:
        """Cases in which something is owed by (`by`) or to (`to`) the subject, a row a due, due first."""
        blind = self._vault.blind(owing(side, subject))
        return self._listed(OWNER_INDEX, blind, after, limit, forward=True)

    def owed_at(self, department: str, window: str, after: str | None, limit: int) -> Listed:
        """The same for the cases of a desk, whoever owes."""
        return self._listed(QUEUE_INDEX, desk_pk(department, window), after, limit, forward=True)

    def as_party(self, subject: str, limit: int = 100) -> list[str]:
        """Cases in which the subject is a party other than the owner."""
        page = self._dynamo.query(
            self._tables.cases, party_pk(self._vault.blind(subject)), limit=limit, forward=False
        )
        return [str(item["case"]) for item in page.items]

    def by_number(self, number: str) -> str | None:
        name, attribute, _ = NUMBER_INDEX
        page = self._dynamo.query(self._tables.cases, number, index=(name, attribute, "pk"), limit=1)
        return str(page.items[0]["pk"]) if page.items else None

    def next_serial(self, organ: str, day: str) -> int:
        """The next serial of an organ's day, from a block that this container leased: no hot counter."""
        block = self._leased.setdefault((organ, day), [])
        if not block:
            answer = self._dynamo.write(
                Write("lease", self._tables.cases, key=(f"N#{organ}#{day}", "0"), update="ADD n :block",
                      values={":block": BLOCK}),
                returns="UPDATED_NEW",
            )  # fmt: skip
            block.extend(range(answer["n"] - BLOCK + 1, answer["n"] + 1))
        return block.pop(0)

    def verify(self, case_id: str) -> Verdict:
        """Recompute a case's chain from the stored bytes; needs no key."""
        (head,) = self._dynamo.get(Key(self._tables.cases, case_id, HEAD))
        events = list(self._dynamo.every(self._tables.cases, case_id, prefix="E#"))
        return verify(case_id, events, head or {"seq": -1, "h": b""})

    def erase(self, case_id: str) -> None:
        """Forget the case's key and its owner's index: what was personal is gone, the chain still verifies."""
        self._dynamo.write(
            Write("erase", self._tables.cases, key=(case_id, HEAD),
                  update="REMOVE k, opk, osk, qpk, qsk, npk SET erased = :one",
                  condition="attribute_exists(pk)", values={":one": 1})
        )  # fmt: skip

    def _listed(
        self, index: tuple[str, str, str], pk: str, after: str | None, limit: int, *, forward: bool
    ) -> Listed:
        """A page by index key. The cursor is the last row's own key, so concurrent writes cannot shift it: of heads
        the instant and the case, of dues the due as well."""
        _, hash_name, range_name = index
        start = None
        if after:
            at, case_id, sk = [*after.split("#", 2), HEAD][:3]
            start = {hash_name: pk, range_name: index_sk(int(at), case_id), "pk": case_id, "sk": sk}
        page = self._dynamo.query(
            self._tables.cases, pk, index=index, limit=limit, after=start, forward=forward
        )
        rows = [Row(str(item["pk"]), _place(item, range_name)) for item in page.items]
        return Listed(rows, rows[-1].sort if page.after and rows else None)

    def _case(self, head: Item | None) -> Case | None:
        if head is None:
            return None
        return shape.of_body({**standing_clear(head), **self._vault.open(head["k"], head)}, head.get("tm"))

    def _key(self, case_id: str) -> bytes | None:
        (head,) = self._dynamo.get(Key(self._tables.cases, case_id, HEAD))
        return head.get("k") if head else None

    def _record(self, one: tuple[str, str], item: Item | None) -> RecordVersion | None:
        if item is None:
            return None
        body = self._vault.open(item["k"], item)
        return RecordVersion(*one, revision=item["rev"], valid_from=item["from"], body=body, key=item["k"])


def _place(item: Item, range_name: str) -> str:
    """Where a list goes on after this row: `<instant>#<case>`, of a row that is no head `#<sort key>` as well."""
    place = f"{str(item[range_name])[:15]}#{item['pk']}"
    return place if item["sk"] == HEAD else f"{place}#{item['sk']}"


def _readable(head: Item | None) -> Item | None:
    """The head, unless its key was erased: then nobody can read the case any more."""
    return head if head and "k" in head else None
