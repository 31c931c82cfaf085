"""Remembers accounts: a balance a row, and the entries that explain it; only a case's commit writes them."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.actions.ports import Entry
from chalicelib.domain.accounts import WAITING, Balance
from chalicelib.domain.change import Change
from chalicelib.stores.attributes import Item
from chalicelib.stores.dynamo import Dynamo, Key, TransactionRefused, Write
from chalicelib.stores.keys import BALANCE, Tables, account_pk, lines_pk
from chalicelib.stores.sealing import Vault

KEPT = 86_400  # seconds that the row of an empty line is kept


def account_place(vault: Vault, account: str) -> str:
    """The partition of an account. What it is kept by may be a person: that part is blind."""
    definition, _, key = account.partition("|")
    return account_pk(f"{definition}|{vault.blind(key)}" if key else account)


class AccountStore:
    """The `actions.ports.Accounts` of DynamoDB."""

    def __init__(self, dynamo: Dynamo, tables: Tables, vault: Vault) -> None:
        self._dynamo = dynamo
        self._tables = tables
        self._vault = vault

    def balances(self, ids: Sequence[str]) -> dict[str, Balance | None]:
        """In as many requests as there are hundreds of ids (DynamoDB's limit)."""
        found: dict[str, Balance | None] = {}
        for start in range(0, len(ids), 100):
            asked = ids[start : start + 100]
            keys = [Key(self._tables.records, account_place(self._vault, one), BALANCE) for one in asked]
            rows = self._dynamo.get(*keys)
            found |= {
                one: Balance(row["bal"], row["avail"]) if row else None
                for one, row in zip(asked, rows, strict=True)
            }
        return found

    def entries(self, account: str, after: str | None, limit: int) -> tuple[list[Entry], str | None]:
        """The balance's own row sorts behind every instant, so it is never among them."""
        pk = account_place(self._vault, account)
        page = self._dynamo.query(
            self._tables.records, pk, at_least=f"{after}\x00" if after else "0", at_most="9~", limit=limit
        )
        return [_entry(item) for item in page.items], str(page.items[-1]["sk"]) if page.after else None

    def waiting(self, rows: Sequence[str]) -> list[str]:
        """Who came and has not left: an entry that takes a place, and none that gives it back."""
        places: dict[str, int] = {}
        arrived: dict[str, int] = {}
        for row in rows:
            pk = account_place(self._vault, row)
            for item in self._dynamo.every(self._tables.records, pk):
                if item["sk"] != BALANCE:
                    one = _entry(item)
                    places[one.case_id] = places.get(one.case_id, 0) - one.free
                    if one.free < 0:
                        arrived[one.case_id] = one.at
        still = [case for case, number in places.items() if number > 0]
        return sorted(still, key=lambda case: (arrived[case], case))

    def lines(self, definition: str) -> list[tuple[str, str]]:
        """(account, who joined last) wherever somebody joined the waiting list since it was last seen empty."""
        rows = self._dynamo.every(self._tables.records, lines_pk(definition))
        return [
            (str(self._vault.open(row["k"], row)["account"]), str(row["last"]))
            for row in rows
            if "ttl" not in row
        ]

    def forget_line(self, account: str, last: str, at: int) -> bool:
        """Nobody waits there any more; False where somebody joined since it was looked at."""
        key = line_key(account, self._vault)
        update = Write(
            "line", self._tables.records, key=key, condition="#last = :last", update="SET #ttl = :ttl",
            names={"#last": "last", "#ttl": "ttl"}, values={":last": last, ":ttl": at // 1000 + KEPT},
        )  # fmt: skip
        try:
            self._dynamo.write(update)
        except TransactionRefused:
            return False
        return True

    def counters(self, accounts: Sequence[str], entry: Entry) -> list[Entry | None]:
        """`accounts` are partitions as the entry names them; the sort key is the commit's, on every account."""
        sk = entry_sk(entry.at, entry.case_id, entry.seq)
        rows = self._dynamo.get(*(Key(self._tables.records, pk, sk) for pk in accounts)) if accounts else []
        return [_entry(row) if row else None for row in rows]


def line_key(account: str, vault: Vault) -> tuple[str, str]:
    """Where it stands that somebody waits for the account of a row. What it is kept by may be a person: blind."""
    base = account.partition("~")[0].replace(WAITING, "")
    definition, _, key = base.partition("|")
    return lines_pk(definition), vault.blind(key) if key else "-"


def line_write(change: Change, row: str, table: str, vault: Vault) -> Write:
    """Says that somebody joined the waiting list of which this is a row: whoever joined before is in the line still."""
    pk, sk = line_key(row, vault)
    account, key = row.partition("~")[0].replace(WAITING, ""), vault.new_key()
    item: Item = {
        "pk": pk, "sk": sk, "v": 1, "k": key, "last": f"{change.case_id}#{change.seq}",
        "b": vault.seal(key, (pk, sk), {"account": account}),
    }  # fmt: skip
    return Write("line", table, item=item)


def entry_sk(at: int, case_id: str, seq: int) -> str:
    """One commit posts once to an account; entries sort by time, the case's number of the event settles a tie."""
    return f"{at:015d}#{case_id}#{seq:08d}"


def _entry(item: Item) -> Entry:
    at, case_id, seq = str(item["sk"]).split("#")
    return Entry(
        int(at), case_id, int(seq), item["bal"], item["avail"], str(item["reason"]),
        tuple(str(item.get("with", "")).split()),
    )  # fmt: skip
