"""Fills in applications for people's mediation, and what a mediator writes of an agreement."""

from __future__ import annotations

import copy
from typing import Any

from tests.builders import item_of

MEDIATION = "people-mediation"
SHOWN: dict[str, Any] = item_of(MEDIATION)["examples"][0]
SIGNED: dict[str, Any] = next(one["input"]["form"] for one in SHOWN["moves"] if one["move"] == "draw_up")
OTHER = "citizen:wang"


def dispute(**changes: Any) -> dict[str, Any]:
    """The pack's first example, against a citizen of the story."""
    return {
        "form": copy.deepcopy(SHOWN["form"]) | changes,
        "materials": [{"id": one} for one in SHOWN["materials"]],
        "parties": [{"role": "respondent", "subject": "person:story-{serial}-wang"}],
    }


def agreement(form: str, perform_until: str) -> dict[str, Any]:
    """The form once the mediator has written the agreement into it, `written` or `oral`."""
    filled = copy.deepcopy(SIGNED)
    filled["agreement"] |= {"form": form, "perform_until": perform_until}
    return filled
