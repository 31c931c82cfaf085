"""Does the answering of questions by an item's rule: read from memory, decided at once, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.actions.office import Kit
from chalicelib.domain import answers
from chalicelib.domain.publishing import stopped_because


def ask(kit: Kit, item_id: str, form: Mapping[str, Any], as_of: date | None) -> dict[str, Any]:
    """What the item says to this form as of a day (today), by the version of its rule that was in force then.

    Conflicts: `item-answers-nothing`, `item-stopped`, `item-not-yet-effective`, `item-retired`,
    `no-version-in-force`, `fact-unknown`; invalid `form-invalid`.
    """
    office, bundle = kit.office(), kit.catalogue.bundle_of(item_id)
    stopped = stopped_because(bundle.item, office.pointer, office.today.isoformat())
    if stopped:
        raise stopped
    on = as_of or office.today
    found = answers.answer(bundle, form, on, office.at)
    item = bundle.item
    return {
        "item_id": item["id"], "title": item["title"], "release": bundle.release, "as_of": on.isoformat(),
        **found, "legal_basis": item["legal_basis"],
    }  # fmt: skip
