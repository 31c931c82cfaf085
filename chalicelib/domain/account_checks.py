"""Decides whether an account may be published: that its bounds, its shards and its slots can be kept."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Finding, finding

# What tells the rows of an account apart, and how they share its limit: changed, they would have it once more.
LAYOUT = ("unit", "key", "period", "shards")


def findings(account: Definition, before: Definition | None = None) -> list[Finding]:
    """All that stands against an account that has the shape of one; `before`: as it is published now."""
    kept = _layout(account, before) if before else ()
    return [
        *kept,
        *_owner(account),
        *_bounds(account),
        *_shards(account),
        *_numbers(account),
        *_slots(account),
        *_waiting(account),
    ]


def _layout(account: Definition, before: Definition) -> Iterator[Finding]:
    for member in LAYOUT:
        usual = 1 if member == "shards" else None
        if account.get(member, usual) != before.get(member, usual):
            zh = f"{member} 发布后不能更改:请新建账户"
            en = f"{member!r} cannot change once released: make another account"
            yield finding(f"/{member}", "account-layout-changed", zh, en, member=member)


def _owner(account: Definition) -> Iterator[Finding]:
    """Whose money it is says who may read what was posted; what is the whole district's, every head may read."""
    if account["unit"] == "fen" and "department" not in account:
        zh, en = "资金账户须有归口部门", "an account of money belongs to a department"
        yield finding("/department", "account-without-department", zh, en)


def _bounds(account: Definition) -> Iterator[Finding]:
    opening, low, high = account.get("opening", 0), account.get("min"), account.get("max")
    if low is not None and high is not None and low > high:
        zh, en = f"下限 {low} 高于上限 {high}", f"the lower bound {low} is above the upper bound {high}"
        yield finding("/min", "account-bounds-crossed", zh, en, min=low, max=high)
    elif (low is not None and opening < low) or (high is not None and opening > high):
        zh, en = f"期初额 {opening} 超出上下限", f"the opening {opening} is out of bounds"
        yield finding("/opening", "account-opening-out-of-bounds", zh, en, opening=opening)


def _shards(account: Definition) -> Iterator[Finding]:
    """The openings of shards add up to the account's; bounds other than zero would not."""
    if account.get("shards", 1) > 1 and (account.get("min", 0) != 0 or "max" in account):
        zh, en = (
            "分片账户只能以 0 为下限,不设上限",
            "an account in shards is bounded by 0 below and by nothing above",
        )
        yield finding("/shards", "account-shards-unbounded", zh, en)


def _numbers(account: Definition) -> Iterator[Finding]:
    """A series without gaps has one row, counts up and is never held: a number that is held is a gap."""
    if account["unit"] != "number":
        return
    for member in ("shards", "hold", "slots", "waiting", "min"):
        if account.get(member, False) not in (False, 1):
            zh, en = f"连续编号不能有 {member}", f"numbers without gaps have no {member!r}"
            yield finding(f"/{member}", "account-number-held", zh, en, member=member)


def _slots(account: Definition) -> Iterator[Finding]:
    declared = account.get("slots")
    if declared is None:
        return
    if len(account["key"]) < 2 or account.get("min") != 0 or account.get("opening", 0) < 1:
        zh, en = (
            "时段账户须按日期和时间分户、有容量、下限为 0",
            "slots are kept by day and time, have room, and end at 0",
        )
        yield finding("/slots", "account-slots-unbounded", zh, en)
    for index, (opens, closes) in enumerate(declared["hours"]):
        if opens >= closes:
            zh, en = f"{opens} 开门,{closes} 关门", f"opens at {opens}, closes at {closes}"
            yield finding(
                f"/slots/hours/{index}", "account-hours-crossed", zh, en, opens=opens, closes=closes
            )


def _waiting(account: Definition) -> Iterator[Finding]:
    if account.get("waiting") and "min" not in account:
        zh, en = "没有下限的账户不会满,不需要候补", "an account without a lower bound never has anybody wait"
        yield finding("/waiting", "account-never-full", zh, en)
