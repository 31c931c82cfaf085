"""Decides whether a document may be published: its template can be filled, its numbers counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain import placeholders, templates
from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Finding, finding

# What any case that issues the document can tell an account by: it knows no form.
KEYS = ("case:node", "case:window", "case:item")


def findings(definition: Definition, accounts: Mapping[str, Definition]) -> list[Finding]:
    """All that stands against a document that has the shape of one; `accounts` by id."""
    found: Iterable[Finding] = templates.findings(definition) or placeholders.findings(definition)
    return [*found, *_numbers(definition.get("series", {}), accounts)]


def _numbers(series: Mapping[str, Any], accounts: Mapping[str, Definition]) -> Iterator[Finding]:
    """A series without gaps counts on an account of numbers that begins anew when the series does."""
    account = accounts.get(series.get("account", ""))
    if account is None:  # none is named, or none is there: `reference-dangling` says so
        return
    if account["unit"] != "number":
        zh, en = "连续文号只能取自编号账户", "numbers without gaps come from an account of numbers"
        yield finding("/series/account", "series-not-numbers", zh, en, unit=account["unit"])
    if account.get("period") != series["per"]:
        zh, en = "文号与编号账户的周期不同", "the series and its account do not begin anew together"
        yield finding("/series/per", "series-period-differs", zh, en, period=account.get("period"))
    for token in account["key"]:
        if token not in KEYS:
            zh, en = f"文书不能按 {token} 分户编号", f"a document cannot be numbered by {token}"
            yield finding("/series/account", "series-key-unknown", zh, en, key=token)
