"""Decides what a step of a case posts to accounts: holds, settlements, releases, entries, as the item declares.

An item's `posts` say at which milestone (what was emitted, `state:<entered>`) what is done, as its clocks do. What a
case holds stands in its head with the rows and amounts it was taken from, so that settling and giving back ask
nothing anew and happen once: the head's own condition guards them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import accounts, slots
from chalicelib.domain.change import Body, Posting
from chalicelib.domain.clock_holds import latest_end
from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.sourcing import sourced, whole

if TYPE_CHECKING:
    from chalicelib.domain.transitions import Course, Happening

EXPIRED = "account_hold_expired"
PROMOTED = "promote"  # in a happening's data: whose turn on the waiting list it is


def book(course: Course, what: Happening, milestones: frozenset[str], *, ends: bool) -> list[Body]:
    """Everything that the item's posts make of these milestones; what the event says of it.

    Raises `account-overdrawn`, `account-full`, `slot-unknown`, `account-still-waiting`, `posting-amount-unknown`,
    and AccountsNeeded for what has to be read first.
    """
    step = _Step(course, what)
    for declared in course.world.bundle.item.get("posts", ()):
        if what.data.get("expired_hold") == name_of(declared):
            step.give_back(declared, "expire")
        if what.data.get(PROMOTED) == name_of(declared):
            step.give_back(declared, "promote")
            step.hold(declared, may_wait=False)
        for do in ("hold", "settle", "release", "entry"):
            if milestones & {*declared.get(do, ())}:
                getattr(step, do)(declared)
    if ends:  # whatever is still held has nobody left who could give it back
        for held in step.course.case.held:
            step.give_back({"account": held["account"], "id": held["post"]}, "release")
    return step.said


def number_taken(course: Course, what: Happening, account: str) -> list[Body]:
    """The next number of a series without gaps, posted by this step; what the event says of it."""
    step = _Step(course, what)
    step.entry({"account": account})
    return step.said


def name_of(declared: Definition) -> str:
    """What a posting is called: its own id, or the account's."""
    return str(declared.get("id", declared["account"]))


class _Step:
    """One step's postings, put into the course as they are decided."""

    def __init__(self, course: Course, what: Happening) -> None:
        self.course = course
        self.what = what
        self.said: list[Body] = []

    def hold(self, declared: Definition, *, may_wait: bool = True) -> None:
        post = name_of(declared)
        if self._held(post) is not None:
            return
        definition, amount = self._definition(declared), self._amount(declared, "amount")
        base = self._base(definition, declared)
        if not amount:
            return
        parts = accounts.taken(definition, base, amount, self.course.case.id, self._book())
        if parts is None and definition.get("waiting") and may_wait:
            self._wait(definition, post, base)
            return
        if parts is None:
            raise accounts.overdrawn(definition, amount, self._left(definition, base))
        for account, part in parts:
            self._post(definition, account, 0, -part, "hold")
        held: dict[str, Any] = {
            "post": post,
            "account": definition["id"],
            "parts": [list(one) for one in parts],
        }
        self._keep(held | self._until(definition, declared))
        self._say("hold", definition, amount)

    def settle(self, declared: Definition) -> None:
        """What is held becomes an entry; what is settled beyond it is posted as one, what is less goes back."""
        post = name_of(declared)
        held, definition = self._held(post), self._definition(declared)
        parts = held["parts"] if held else ()
        if held is not None and held.get("waiting"):
            said = Text(
                f"{definition['title']['zh']}仍在候补", f"still waiting for {definition['title']['en']}"
            )
            raise Problem("conflict", "account-still-waiting", said, extra={"account": definition["id"]})
        had = sum(part for _, part in parts)
        wanted = self._amount(declared, "settled") if "settled" in declared else None
        amount = (had or self._amount(declared, "amount")) if wanted is None else wanted
        rest = amount
        for account, part in parts:
            spent = min(part, rest)
            self._post(definition, account, -spent, part - spent, "settle")
            rest -= spent
        self._drop(post)
        if rest:  # the account of today: what was held may have been another year's
            self._take(definition, self._base(definition, declared), rest, "settle")
        self._give(declared, amount)
        self._say("settle", definition, amount)

    def release(self, declared: Definition) -> None:
        self.give_back(declared, "release")

    def give_back(self, declared: Definition, why: str) -> None:
        post = name_of(declared)
        held = self._held(post)
        if held is None:
            return
        definition = self._account(str(held["account"]))
        for account, part in held["parts"]:
            self._post(definition, account, 0, part, "leave" if held.get("waiting") else why)
        self._drop(post)
        self._say(why, definition, sum(part for _, part in held["parts"]))

    def entry(self, declared: Definition) -> None:
        definition = self._definition(declared)
        base = self._base(definition, declared)
        if definition["unit"] == "number":
            self._next(definition, base)
            return
        amount = self._amount(declared, "amount")
        if amount:
            self._take(definition, base, amount, "entry")
            self._give(declared, amount)
            self._say("entry", definition, amount)

    def _next(self, definition: Definition, base: str) -> None:
        """The next number of a series without gaps: taken in this very commit, or not at all."""
        if base not in self.course.book:
            raise accounts.AccountsNeeded([base])
        found = self._book().get(base)
        before = self.course.book.get(base)
        last = found.balance if found else accounts.opening(definition, base)
        known = before.balance if before else accounts.opening(definition, base)
        self._post(definition, base, 1, 1, "entry", expected=known)
        self.said.append({"do": "entry", "account": definition["id"], "number": last + 1})

    def _take(self, definition: Definition, base: str, amount: int, why: str) -> None:
        parts = accounts.taken(definition, base, amount, self.course.case.id, self._book())
        if parts is None:
            raise accounts.overdrawn(definition, amount, self._left(definition, base))
        for account, part in parts:
            self._post(definition, account, -part, -part, why)

    def _give(self, declared: Definition, amount: int) -> None:
        """The other side of money: it comes from somewhere and goes somewhere (double entry)."""
        counter = declared.get("counter")
        if counter is None or not amount:
            return
        definition = self._account(str(counter["account"]))
        ids = accounts.shards(definition, self._base(definition, counter))
        account, most = accounts.chosen(ids, self.course.case.id), definition.get("max")
        known = self._book()
        if most is not None and account in known:
            found = known.get(account)
            free = found.free if found else accounts.opening(definition, account)
            if free + amount > most:
                raise accounts.full(definition, amount)
        self._post(definition, account, amount, amount, "counter")

    def _wait(self, definition: Definition, post: str, base: str) -> None:
        row = accounts.chosen(accounts.waiting_list(definition, base), self.course.case.id)
        self._post(definition, row, 0, -1, "wait")
        self._keep({"post": post, "account": definition["id"], "parts": [[row, 1]], "waiting": True})
        self._say("wait", definition, 1)

    def _post(
        self,
        definition: Definition,
        account: str,
        balance: int,
        free: int,
        why: str,
        expected: int | None = None,
    ) -> None:
        waiting = accounts.WAITING in account
        more = Posting(
            account, definition["unit"], balance, free,
            minimum=None if waiting else definition.get("min"), maximum=None if waiting else definition.get("max"),
            opening=accounts.opening(definition, account), reason=why, expected=expected,
        )  # fmt: skip
        known = self.course.postings
        known[account] = accounts.merged(known.get(account), more)

    def _book(self) -> Mapping[str, accounts.Balance | None]:
        """What was read, with what this decision has already posted."""
        posted = self.course.postings
        if not any(account in self.course.book for account in posted):
            return self.course.book
        book = type(self.course.book)() if isinstance(self.course.book, accounts.Everything) else {}
        book.update(self.course.book)
        for account, one in posted.items():
            if account in self.course.book:
                was = self.course.book.get(account) or accounts.Balance(one.opening, one.opening)
                book[account] = accounts.Balance(was.balance + one.balance, was.free + one.free)
        return book

    def _left(self, definition: Definition, base: str) -> int:
        known = self._book()
        return sum(max(0, accounts.left(definition, one, known)) for one in accounts.shards(definition, base))

    def _until(self, definition: Definition, declared: Definition) -> dict[str, Any]:
        """When the hold ends by itself, counted as any period is: from now, or from the slot that is held."""
        hold = definition.get("hold")
        if not hold:
            return {}
        length, world, start = hold["expires_in"], self.course.world, self.what.cause.recorded_at
        if "slots" in definition:
            start = slots.begins(slots.named(self._key(definition, declared)), world.times)
        until = latest_end(length["budget"], length["unit"], start, world.times)
        return {"until": until} | ({"on_expiry": hold["on_expiry"]} if "on_expiry" in hold else {})

    def _base(self, definition: Definition, declared: Definition) -> str:
        """The account's id, its key resolved; a key that the form does not give is refused, never left out."""
        world = self.course.world
        key = self._key(definition, declared)
        if "slots" in definition:
            slots.check(definition, slots.named(key), world.times, world.at)
        return accounts.identity(definition, key, world.today.isoformat())

    def _key(self, definition: Definition, declared: Definition) -> list[str]:
        return [self._part(token) for token in declared.get("key", definition.get("key", ()))]

    def _part(self, token: str) -> str:
        value = sourced(self.course, self.what, token)
        if value is None or isinstance(value, Mapping | list):
            said = Text(f"无法确定账户:{token}", f"no account can be told by {token}")
            raise Problem("invalid", "account-key-unknown", said, extra={"key": token})
        return str(value)

    def _amount(self, declared: Definition, member: str) -> int:
        value = whole(self.course, self.what, declared.get(member, 1))
        if value is None:
            text = Text(
                f"记账数额不明:{declared['account']}", f"the amount for {declared['account']} is not known"
            )
            raise Problem("conflict", "posting-amount-unknown", text, extra={"account": declared["account"]})
        return value

    def _definition(self, declared: Definition) -> Definition:
        return self._account(str(declared["account"]))

    def _account(self, identity: str) -> Definition:
        return self.course.world.accounts(identity)

    def _held(self, post: str) -> Body | None:
        return next((one for one in self.course.case.held if one["post"] == post), None)

    def _keep(self, held: Body) -> None:
        case = self.course.case
        self.course.case = replace(case, held=(*case.held, held))

    def _drop(self, post: str) -> None:
        case = self.course.case
        self.course.case = replace(case, held=tuple(one for one in case.held if one["post"] != post))

    def _say(self, do: str, definition: Definition, amount: int) -> None:
        self.said.append({"do": do, "account": definition["id"], "amount": amount})
