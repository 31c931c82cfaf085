"""Does people's preferences: in which language they are told, by which channels not, under which addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.actions.notice_ports import Dispatch
from chalicelib.domain.contacts import Contact, contact_of
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text


def own(room: Dispatch, principal: Principal) -> Contact:
    """What the caller asked for. Nobody asks for another: forbidden for who acts for somebody."""
    return room.contacts.of(_subject(principal))


def change(room: Dispatch, principal: Principal, asked: Mapping[str, Any], expected: int) -> Contact:
    """What the caller asks for from now on, over the revision that they saw (0: nothing yet).

    Problems: `preferences-invalid`, precondition `changed-since`.
    """
    contact = contact_of(asked, expected)
    if not room.contacts.put(_subject(principal), contact):
        said = Text("通知偏好已被修改，请重新读取", "the preferences changed since they were read")
        raise Problem("precondition", "changed-since", said)
    return Contact(contact.language, contact.without, contact.addresses, expected + 1)


def _subject(principal: Principal) -> str:
    if principal.acts_for_another:
        said = Text("只能由本人设置", "only the person themselves may")
        raise Problem("forbidden", "forbidden", said)
    return principal.subject
