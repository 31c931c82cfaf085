"""Does the looking up of what facts rest on: records in one request, accounts in another where a fact asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.actions.office import Kit, RecordKey
from chalicelib.actions.ports import RecordVersion
from chalicelib.domain import accounts
from chalicelib.domain.definitions import Definition
from chalicelib.domain.facts import Found, Lookup, Missing
from chalicelib.domain.problems import Problem

MAX_RECORD_ID = 256  # characters; a form that was not checked yet may say anything

Answers = dict[Lookup, Found | Missing]


def record_keys(lookups: list[Lookup]) -> list[RecordKey]:
    """The records that are asked for: what is read in one request with a case."""
    return [
        (str(one.arguments["register"]), str(one.arguments["key"]))
        for one in lookups
        if one.source == "record" and len(str(one.arguments["key"])) <= MAX_RECORD_ID
    ]


def found(kit: Kit, lookups: list[Lookup], records: Mapping[RecordKey, RecordVersion | None]) -> Answers:
    """What there is for each lookup. Sources that have no engine yet are missing, hence unknown, never guessed."""
    answers: Answers = dict.fromkeys(lookups, Missing("no-source-yet"))
    for one in lookups:
        if one.source == "record":
            version = records.get((str(one.arguments["register"]), str(one.arguments["key"])))
            answers[one] = (
                Found(version.body, version=str(version.revision)) if version else Missing("not-found")
            )
    asked = [one for one in lookups if one.source == "account"]
    return answers | dict(_accounts(kit, asked)) if asked else answers


def fetched(kit: Kit, lookups: list[Lookup]) -> Answers:
    """The same for who has read nothing yet."""
    keys = record_keys(lookups)
    return found(kit, lookups, kit.cases.load(None, records=keys).records if keys else {})


def _accounts(kit: Kit, lookups: list[Lookup]) -> Iterator[tuple[Lookup, Found | Missing]]:
    """What each account has today, all its rows together; one to which nothing was ever posted has its opening."""
    office = kit.office()
    rows = dict[Lookup, tuple[Definition, tuple[str, ...]]]()
    for one in lookups:
        try:
            definition = office.account(str(one.arguments["account"]))
        except Problem:  # published no more
            yield one, Missing("not-found")
            continue
        key = [str(part) for part in one.arguments.get("key", ())]
        base = accounts.identity(definition, key, office.today.isoformat())
        rows[one] = definition, accounts.shards(definition, base)
    book = kit.accounts.balances([row for _, of in rows.values() for row in of])
    for one, (definition, of) in rows.items():
        yield one, Found(accounts.standing(definition, of, book), as_of=office.at)
