"""Decides whether an item's posts to accounts can be kept: what is held is settled or given back on every way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.definitions import Definition, of_kind
from chalicelib.domain.forms_schema import Places
from chalicelib.domain.item_clocks import happening
from chalicelib.domain.post_paths import Paths
from chalicelib.domain.problems import Finding, finding
from chalicelib.domain.schema_places import field_at

if TYPE_CHECKING:
    from chalicelib.domain.gate import Context

DOES = ("hold", "settle", "release", "entry")
ENDED = "ended"  # in `release`: any end at which it is still held


def posts(item: Definition, process: Definition, context: Context) -> Iterator[Finding]:
    """Everything that stands against the item's posts; an account that does not exist is a finding elsewhere."""
    accounts, seen = of_kind("accounts", context.world), set[str]()
    known = happening(process) | {ENDED}
    for index, post in enumerate(item.get("posts", ())):
        place, name = f"/posts/{index}", str(post.get("id", post["account"]))
        if name in seen:
            zh, en = f"记账“{name}”重复", f"the posting {name!r} is there twice"
            yield finding(place, "post-twice", zh, en, id=name)
        seen.add(name)
        if post["account"] not in accounts or _counter(post) not in {None, *accounts}:
            continue
        yield from _milestones(post, known, place)
        yield from _units(post, accounts, place)
        yield from _amounts(post, item, context, place)
        yield from _keys(post, accounts, item, context, place)
        yield from _ways(post, accounts[post["account"]], process, place)


def _counter(post: Definition) -> str | None:
    return post["counter"]["account"] if "counter" in post else None


def _milestones(post: Definition, known: frozenset[str], place: str) -> Iterator[Finding]:
    if not any(post.get(do) for do in DOES):
        yield finding(place, "post-never", "没有声明何时记账", "it says of no moment that it is posted")
    for do in DOES:
        for index, name in enumerate(post.get(do, ())):
            if name not in known or (name == ENDED and do != "release"):
                zh, en = f"流程中不会发生“{name}”", f"{name!r} never happens in this process"
                yield finding(f"{place}/{do}/{index}", "milestone-unknown", zh, en, milestone=name)


def _units(post: Definition, accounts: Mapping[str, Definition], place: str) -> Iterator[Finding]:
    """Money goes from an account to an account; numbers are taken one by one; nothing is exchanged for another."""
    unit, counter = accounts[post["account"]]["unit"], _counter(post)
    moves = bool(post.get("settle") or post.get("entry"))
    if unit == "fen" and moves and counter is None:
        yield finding(
            place, "counter-missing", "金额没有对方账户", "money that comes from nowhere or goes nowhere"
        )
    if counter is not None and accounts[counter]["unit"] != unit:
        zh, en = f"对方账户 {counter} 的单位不同", f"{counter} is of another unit"
        yield finding(f"{place}/counter/account", "unit-mismatch", zh, en, account=counter)
    held = [do for do in (*DOES[:3], "amount", "counter") if do in post]
    if unit == "number" and held:
        zh, en = f"连续编号只能直接记账,没有 {held[0]}", f"numbers are only taken: no {held[0]!r}"
        yield finding(f"{place}/{held[0]}", "number-not-taken", zh, en, member=held[0])


def _amounts(post: Definition, item: Definition, context: Context, place: str) -> Iterator[Finding]:
    for member in ("amount", "settled"):
        said = post.get(member, 1)
        if not isinstance(said, int) and not is_whole(said, item, context):
            zh, en = f"“{said}”不是整数", f"{said} is no whole number that can be found"
            yield finding(f"{place}/{member}", "amount-not-whole", zh, en)


def is_whole(said: Any, item: Definition, context: Context) -> bool:
    """Whether a declared amount is a whole number wherever it can be told."""
    if isinstance(said, Mapping):
        rules = of_kind("rules", context.world).get(str(said["rule"]), {})
        member = rules.get("result", {}).get("properties", {}).get(said["output"], {})
        return bool(member.get("type") == "integer")
    source, _, rest = str(said).partition(":")
    if source == "form":
        fields = field_at(Places(item.get("form", {}), context.kinds.shared), rest)
        return any(one.get("type") == "integer" for one in fields)
    if source == "fact":
        return bool(of_kind("facts", context.world).get(rest, {}).get("type") in ("integer", "money"))
    return True  # a move's input: its own schema speaks when the move is made


def _keys(
    post: Definition, accounts: Mapping[str, Definition], item: Definition, context: Context, place: str
) -> Iterator[Finding]:
    form, roles = Places(item.get("form", {}), context.kinds.shared), item.get("parties", {"applicant": {}})
    sides = [(post, f"{place}/key")]
    sides += [(post["counter"], f"{place}/counter/key")] if "counter" in post else []
    for side, pointer in sides:
        own = accounts[side["account"]]["key"]
        key = side.get("key", own)
        if len(key) != len(own):
            zh, en = f"该账户按 {len(own)} 项分户", f"that account is kept by {len(own)} values"
            yield finding(pointer, "account-key-length", zh, en, account=side["account"])
        for token in key:
            source, _, rest = token.partition(":")
            if source == "form" and not field_at(form, rest):
                zh, en = f"表单没有栏目 {rest}", f"the form has no field {rest}"
                yield finding(pointer, "form-field-unknown", zh, en, field=rest)
            if source == "party" and rest not in roles:
                zh, en = f"该事项没有“{rest}”这一方", f"this item has no party {rest!r}"
                yield finding(pointer, "account-without-party", zh, en, party=rest)


def _ways(post: Definition, account: Definition, process: Definition, place: str) -> Iterator[Finding]:
    """On every way through the process: what is held is settled or given back; silence alone takes nothing."""
    paths = Paths(process, {do: frozenset(post.get(do, ())) for do in DOES})
    if "min" in account and not account.get("waiting"):
        for milestone in sorted(paths.by_silence()):
            zh = f"“{milestone}”由时限到期触发:额度不足时无人可以更正"
            en = f"{milestone!r} comes by silence: nobody is there to be told that too little is left"
            yield finding(place, "post-by-silence", zh, en, milestone=milestone)
    if not post.get("hold"):
        return
    if not paths.settles():
        yield finding(place, "hold-never-settled", "预留后从不结算", "what is held is never settled")
    ended = ENDED in post.get("release", ())
    for state in [] if ended else sorted(paths.left_open()):
        zh, en = f"以“{state}”办结时仍有预留", f"the case can end in {state!r} while it is held"
        yield finding(f"{place}/hold", "hold-left-open", zh, en, state=state)
    if "hold" in account:  # what ended by itself may be settled later, if there is still enough
        return
    for state in sorted(paths.settled_unheld()):
        zh, en = f"到“{state}”时可能并无预留", f"nothing may be held when {state!r} is reached"
        yield finding(f"{place}/settle", "settle-without-hold", zh, en, state=state)
