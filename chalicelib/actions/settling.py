"""Does a decision again when another writer was faster: at most five tries, with jitter (decisions 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chalicelib.actions.office import Kit
from chalicelib.actions.ports import CommitRefused
from chalicelib.domain.problems import Problem, Text

TRIES = 5
FIRST_WAIT = 0.02  # seconds; doubled each time, half of it random

Result = TypeVar("Result")


def settle(kit: Kit, attempt: Callable[[], Result]) -> Result:
    """Run `attempt` (read, decide, commit) until it is written.

    Raises Problem `busy` when five tries met five other writers: nothing was written, the caller may retry.
    """
    for tried in range(TRIES):
        try:
            return attempt()
        except CommitRefused as refused:
            bound = next((role for role in refused.roles if role.startswith("account:")), None)
            if (
                bound and not refused.transient
            ):  # no other writer, but a limit: trying again would only say so later
                raise _beyond(bound.removeprefix("account:")) from refused
            jitter = 0.5 + kit.entropy(1)[0] / 512
            kit.pause(FIRST_WAIT * 2**tried * jitter)
    raise Problem(
        "throttled",
        "busy",
        Text("办理人数较多,请稍后重试", "too many writers at once, please retry"),
        extra={"retry_after": 1},
    )


def _beyond(account: str) -> Problem:
    said = Text("超出账户的可用范围", "this goes beyond what the account allows")
    return Problem("conflict", "account-bound", said, extra={"account": account})
