"""The callers of the matrix: its columns, in order. A new kind of caller is one line here and a column of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.builders_app import House

FIRM = "enterprise:91430112MA4DEM010Y"
OTHER = "enterprise:91430112MA4DEM0200"
AGENT, LEGAL, STRANGER = "person:matrix-agent", "person:matrix-legal", "person:matrix-stranger"
BANK, UNSCOPED = "system:bank", "system:utility"
ADMIN, RELEASER, AUDITOR = "person:demo-admin", "person:demo-releaser", "person:demo-auditor"


class Caller(NamedTuple):
    """A column: who signs in as what. No subject: nobody signs in. `receipt`: shows the code of the tip."""

    subject: str | None
    roles: tuple[str, ...] = ()
    claims: Mapping[str, str] = {}
    receipt: bool = False

    def headers(self, house: House, receipt_code: str) -> dict[str, str]:
        shown = {"X-Receipt-Code": receipt_code} if self.receipt else {}
        return shown if self.subject is None else house.bearer(self.subject, *self.roles, **self.claims)


def official(name: str) -> Caller:
    """A demo official of the pack, at the posts that the organisation gives them."""
    return Caller(f"person:demo-{name}", ("staff",))


CALLERS: dict[str, Caller] = {
    "anonymous": Caller(None),
    "receipt": Caller(None, receipt=True),
    "owner": Caller(FIRM, ("citizen",)),
    "other": Caller(OTHER, ("citizen",)),
    "agent": Caller(AGENT, ("citizen",), {"acting_for": FIRM, "via": "agent"}),
    "legal": Caller(LEGAL, ("citizen",), {"acting_for": FIRM, "via": "agent"}),
    "no-mandate": Caller(STRANGER, ("citizen",), {"acting_for": FIRM, "via": "agent"}),
    "clerk": Caller("person:demo-food-window", ("staff",), {"via": "window"}),
    "colleague": official("window"),
    "other-window": official("registration-window"),
    "handler": official("handler"),
    "decider": official("decider"),
    "supervisor": official("supervisor"),
    "above": official("district-supervisor"),
    "other-dept": official("tax-handler"),
    "grid-in": official("building-1-grid-worker"),
    "grid-out": official("building-2-grid-worker"),
    "definer": official("definer"),
    "dept-releaser": official("market-releaser"),
    "scoped": Caller(BANK, ("integrator",), {"via": "integrator"}),
    "unscoped": Caller(UNSCOPED, ("integrator",), {"via": "integrator"}),
    "admin": Caller(ADMIN, ("admin",)),
    "releaser": Caller(RELEASER, ("releaser",)),
    "auditor": Caller(AUDITOR, ("auditor",)),
}
