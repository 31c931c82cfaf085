"""Faults of accounts and of what items post to them: bounds that cannot be kept, holds that nobody settles or ends."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


def _posting(item: Body, *members: str) -> tuple[str, Body] | None:
    """The item's first posting that has these members, with its place."""
    found = [(n, one) for n, one in enumerate(item.get("posts", ())) if all(name in one for name in members)]
    return (f"/posts/{found[0][0]}", found[0][1]) if found else None


@fault("accounts", "account-bounds-crossed")
def account_whose_bounds_cross(account: Body, clean: Clean, rng: Random) -> Place:
    account |= {"min": 5, "max": 4}
    return "/min"


@fault("accounts", "account-opening-out-of-bounds")
def account_that_begins_below_its_bound(account: Body, clean: Clean, rng: Random) -> Place:
    account |= {"min": 10**12}
    return "/opening"


@fault("accounts", "account-shards-unbounded")
def account_in_shards_with_an_upper_bound(account: Body, clean: Clean, rng: Random) -> Place:
    if account["unit"] == "number":
        return None
    account |= {"shards": 4, "max": 10**12}
    return "/shards"


@fault("accounts", "account-number-held")
def number_that_could_be_held(account: Body, clean: Clean, rng: Random) -> Place:
    if account["unit"] != "number":
        return None
    account["hold"] = {"expires_in": {"budget": 3, "unit": "calendar_day"}}
    return "/hold"


@fault("accounts", "account-slots-unbounded")
def slots_without_room(account: Body, clean: Clean, rng: Random) -> Place:
    if "slots" not in account:
        return None
    account["opening"] = 0
    return "/slots"


@fault("accounts", "account-hours-crossed")
def slots_that_close_before_they_open(account: Body, clean: Clean, rng: Random) -> Place:
    if "slots" not in account:
        return None
    account["slots"]["hours"].append(["18:00", "08:00"])
    return f"/slots/hours/{len(account['slots']['hours']) - 1}"


@fault("accounts", "account-never-full")
def waiting_list_of_what_is_never_full(account: Body, clean: Clean, rng: Random) -> Place:
    if "min" in account or account["unit"] == "number":
        return None
    account["waiting"] = True
    return "/waiting"


@fault("accounts", "account-without-department")
def money_of_nobody(account: Body, clean: Clean, rng: Random) -> Place:
    return "/department" if account["unit"] == "fen" and account.pop("department", None) else None


@fault("items", "post-twice")
def posting_that_is_there_twice(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("posts"):
        return None
    item["posts"].append(dict(item["posts"][0]))
    return f"/posts/{len(item['posts']) - 1}"


@fault("items", "post-never")
def posting_at_no_moment(item: Body, clean: Clean, rng: Random) -> Place:
    if not item.get("posts"):
        return None
    item["posts"][-1] = {"id": "planted", "account": item["posts"][-1]["account"]}
    return f"/posts/{len(item['posts']) - 1}"


@fault("items", "milestone-unknown")
def posting_at_what_never_happens(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "settle")):
        return None
    place, post = found
    post["settle"].append("never_emitted")
    return f"{place}/settle/{len(post['settle']) - 1}"


@fault("items", "counter-missing")
def money_that_goes_nowhere(item: Body, clean: Clean, rng: Random) -> Place:
    found = _posting(item, "counter")
    if not found or clean.pack[f"accounts/{found[1]['account']}"]["unit"] != "fen":
        return None
    del found[1]["counter"]
    return found[0]


@fault("items", "unit-mismatch")
def money_exchanged_for_numbers(item: Body, clean: Clean, rng: Random) -> Place:
    found = _posting(item, "counter")
    if not found or clean.pack[f"accounts/{found[1]['account']}"]["unit"] != "fen":
        return None
    other = next(one["id"] for one in clean.of("accounts") if one["unit"] != "fen")
    found[1]["counter"] = {"account": other}
    return f"{found[0]}/counter/account"


@fault("items", "number-not-taken")
def number_by_the_dozen(item: Body, clean: Clean, rng: Random) -> Place:
    numbers = {one["id"] for one in clean.of("accounts") if one["unit"] == "number"}
    for index, post in enumerate(item.get("posts", ())):
        if post["account"] in numbers:
            post["amount"] = 12
            return f"/posts/{index}/amount"
    return None


@fault("items", "amount-not-whole")
def amount_that_is_no_number(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "amount")):
        return None
    found[1]["amount"] = "form:/declaration"
    return f"{found[0]}/amount"


@fault("items", "account-key-length")
def account_that_is_told_by_half_a_key(item: Body, clean: Clean, rng: Random) -> Place:
    found = _posting(item, "hold")
    if not found or len(clean.pack[f"accounts/{found[1]['account']}"]["key"]) < 2:
        return None
    found[1]["key"] = ["case:owner"]
    return f"{found[0]}/key"


@fault("items", "form-field-unknown")
def account_of_a_field_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "hold")):
        return None
    found[1]["key"] = ["form:/no_such_field", "case:owner"]
    return f"{found[0]}/key"


@fault("items", "account-without-party")
def account_of_a_party_that_is_not_there(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "hold")):
        return None
    found[1]["key"] = ["party:nobody", "case:owner"]
    return f"{found[0]}/key"


@fault("items", "hold-left-open")
def hold_that_outlives_its_case(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "hold", "release")):
        return None
    del found[1]["release"]
    return f"{found[0]}/hold"


@fault("items", "hold-never-settled")
def hold_that_nobody_settles(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "hold", "settle")):
        return None
    del found[1]["settle"]
    return found[0]


@fault("items", "settle-without-hold")
def settling_of_what_may_not_be_held(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "hold", "release")):
        return None
    if len(found[1]["hold"]) < 2:
        return None
    del found[1]["hold"][0]
    return f"{found[0]}/settle"


@fault("items", "post-by-silence")
def money_taken_by_silence(item: Body, clean: Clean, rng: Random) -> Place:
    if not (found := _posting(item, "hold", "counter")):
        return None
    found[1]["hold"].append("deemed_accepted")
    return found[0]


@fault("accounts", "account-layout-changed")
def account_that_is_kept_in_other_rows_than_before(account: Body, clean: Clean, rng: Random) -> Place:
    if account["period"] == "none":
        return None
    account["period"] = "none"
    return "/period"
