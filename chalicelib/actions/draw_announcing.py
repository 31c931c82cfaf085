"""Does the bulletins of a draw: each written once, before the draw's next step counts, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.actions.draw_ports import Drawer
from chalicelib.actions.ports import CommitRefused
from chalicelib.domain import bulletins
from chalicelib.domain.change import RecordWrite
from chalicelib.domain.draws import announcements

AUTHOR = "system:draw"


def announce(drawer: Drawer, head: Mapping[str, Any], what: str, document: Mapping[str, Any]) -> bool:
    """Publish it, if it is not public yet; whether it was. Whoever dies before the step is kept does it again."""
    kit, register = drawer.kit, bulletins.REGISTER
    identity = announcements.bulletin_id(head, what)
    if kit.records.read(register, identity) is not None:
        return False
    office = kit.office()
    department = office.organisation.node(str(head["definition"]["department"]))["title"]
    body = announcements.bulletin(head, what, document, department, office.today, kit.zone)
    try:
        kit.records.write(RecordWrite(register, identity, 0, body, body["published_on"]), AUTHOR, office.at)
    except CommitRefused:
        if kit.records.read(register, identity) is None:  # not that somebody was faster
            raise
        return False
    return True
