"""Decides which drafts need a review before they are released, and which case is one that they passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain import declared_checks
from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Finding, finding

if TYPE_CHECKING:
    from chalicelib.domain.cases import Case

MISSING = "review-missing"


def of(checks: Iterable[Definition], concerned: Iterable[Definition]) -> Iterator[Definition]:
    """The checks that want a review of a draft. `concerned`: the draft and what it replaces, because a draft that
    drops the mark by which a check knows it (a topic, say) would otherwise let itself through."""
    bodies = list(concerned)
    for check in checks:
        if "review" in check.get("requires", {}) and any(
            declared_checks.applies(check, one) for one in bodies
        ):
            yield check


def passes(review: Mapping[str, Any], case: Case) -> bool:
    """Whether this case is a review that ended well; one that still runs has no outcome."""
    return case.item in review["items"] and case.outcome in review["outcomes"]


def missing(check: Definition, key: str, content_hash: str) -> Finding:
    """What is said while there is none: which items review, and the hash that the review must be about."""
    review, by = check["requires"]["review"], declared_checks.authority(check)
    items = ", ".join(review["items"])
    message = check["message"]
    return finding(
        "",
        MISSING,
        f"{message['zh']}：{key} 的这一稿（内容哈希 {content_hash}）须先经 {items} 审查通过（{by.zh}）",
        f"{message['en']}: this draft of {key} (content hash {content_hash}) must first pass {items} ({by.en})",
        **declared_checks.named(check) | {"severity": "error"},
        definition=key,
        content_hash=content_hash,
        items=list(review["items"]),
        outcomes=list(review["outcomes"]),
    )
