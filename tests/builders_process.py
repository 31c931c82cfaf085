"""Small processes for tests: sound as they are, to be spoiled one way at a time."""

from __future__ import annotations

from typing import Any


def text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def move(emits: str, *by: str, **more: Any) -> dict[str, Any]:
    return {"title": text(emits), "by": list(by or ("post:window",)), "emits": emits, **more}


def desk() -> dict[str, Any]:
    """received ⇄ correction (once), received → deciding ⇄ received (return, twice) → completed; lapses by clock."""
    return {
        "kind": "processes",
        "id": "desk",
        "title": text("desk"),
        "chart": {
            "states": {
                "open": {
                    "initial": True,
                    "states": {
                        "received": {
                            "initial": True,
                            "transitions": [
                                {"event": "accept", "target": "deciding"},
                                {"event": "request_correction", "target": "correction"},
                            ],
                        },
                        "correction": {
                            "transitions": [
                                {"event": "resubmit", "target": "received"},
                                {"event": "timeout.correction", "target": "lapsed"},
                            ]
                        },
                        "deciding": {
                            "transitions": [
                                {"event": "return", "target": "received"},
                                {"event": "grant", "target": "completed"},
                            ]
                        },
                    },
                },
                "completed": {"final": True},
                "lapsed": {"final": True},
            }
        },
        "moves": {
            "accept": move("accepted", order=1),
            "request_correction": move("correction_requested", at_most=1, order=3),
            "note": move("noted", stays=True, **{"in": ["received", "deciding"]}, order=2),
            "resubmit": move("resubmitted", "party:applicant"),
            "return": move("returned", "post:decider", at_most=2, reason=True),
            "grant": move("granted", "post:decider", distinct_from=["accept"]),
        },
        "internal": {"timeout.correction": {"emits": "lapsed"}},
        "states": {
            "open": {"title": text("open")},
            "received": {"title": text("received"), "waits_for": "post:window"},
            "correction": {"title": text("correction"), "waits_for": "party:applicant"},
            "deciding": {"title": text("deciding"), "waits_for": "post:decider"},
            "completed": {"title": text("completed"), "final": True, "outcome": "granted"},
            "lapsed": {"title": text("lapsed"), "final": True, "outcome": "lapsed"},
        },
    }


def regions() -> dict[str, Any]:
    """Two clearances side by side; the bank waits for the tax; when both are clear, the decision follows."""
    return {
        "kind": "processes",
        "id": "regions",
        "title": text("regions"),
        "chart": {
            "states": {
                "clearing": {
                    "initial": True,
                    "parallel": True,
                    "transitions": [{"event": "done.state.clearing", "target": "deciding"}],
                    "states": {
                        "tax": {
                            "states": {
                                "tax_due": {
                                    "initial": True,
                                    "transitions": [{"event": "clear_tax", "target": "tax_clear"}],
                                },
                                "tax_clear": {"final": True},
                            }
                        },
                        "bank": {
                            "states": {
                                "bank_due": {
                                    "initial": True,
                                    "transitions": [
                                        {
                                            "event": "clear_bank",
                                            "target": "bank_clear",
                                            "cond": "In('tax_clear')",
                                        }
                                    ],
                                },
                                "bank_clear": {"final": True},
                            }
                        },
                    },
                },
                "deciding": {"transitions": [{"event": "grant", "target": "completed"}]},
                "completed": {"final": True},
            }
        },
        "moves": {
            "clear_tax": move("tax_cleared", "post:handler"),
            "clear_bank": move("bank_cleared", "post:handler"),
            "grant": move("granted", "post:decider"),
        },
        "states": {
            **{
                name: {"title": text(name)} for name in ("clearing", "tax", "bank", "tax_clear", "bank_clear")
            },
            "tax_due": {"title": text("tax_due"), "waits_for": "post:handler"},
            "bank_due": {"title": text("bank_due"), "waits_for": "post:handler"},
            "deciding": {"title": text("deciding"), "waits_for": "post:decider"},
            "completed": {"title": text("completed"), "final": True, "outcome": "granted"},
        },
    }


def state_of(definition: dict[str, Any], *path: str) -> dict[str, Any]:
    """The body of a state in the chart, by its path of ids."""
    body = definition["chart"]
    for name in path:
        body = body["states"][name]
    return body
