"""Fills in what enterprises and people ask of the deregistration, talent and complaint desks in the stories."""

from __future__ import annotations

import copy
from typing import Any

from tests.builders import item_of

SIMPLIFIED, CHANGE = "simplified-deregistration", "enterprise-change"
HOME, SUBSIDY, LICENCE = "talent-home-purchase", "skilled-worker-interest-subsidy", "human-resources-licence"
UNRESOLVED = "unresolved-matter"
ME = "person:story-{serial}-wang"  # the person of the story who applies


def employed(**members: Any) -> dict[str, Any]:
    """The talent's form, employed by the story's own firm."""
    form = copy.deepcopy(item_of(HOME)["examples"][0]["form"])
    return {"employer": form["employer"] | {"uscc": "{uscc}"}, **members}


def talent(level: str) -> dict[str, Any]:
    return {"subject": ME, "name": "王示例", "class": level, "status": "valid"}


def worker(last_subsidy_year: int = 0, level: str = "senior") -> dict[str, Any]:
    return {
        "subject": ME, "name": "李示例", "level": level, "last_subsidy_year": last_subsidy_year,
    }  # fmt: skip


def interest(fen: int, year: int = 2025) -> dict[str, Any]:
    return {"subject": ME, "year": year, "interest_fen": fen, "lender": "长沙示例银行望城支行"}
