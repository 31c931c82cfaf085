"""Does the looking up of reviews: a draft that a check wants reviewed waits for a case that passed this very draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.actions.releasing import Press
from chalicelib.domain import declared_checks, required_reviews
from chalicelib.domain.cases import Case
from chalicelib.domain.definitions import Definition, content_hash
from chalicelib.domain.outcomes import REVIEWS, reviewed
from chalicelib.domain.problems import Finding
from chalicelib.domain.publishing import ReleaseSet


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`missing`: what still has to be reviewed. `passed`: the cases that allow the rest, as the history keeps them."""

    missing: tuple[Finding, ...] = ()
    passed: tuple[Mapping[str, Any], ...] = ()


def looked_up(
    press: Press, current: ReleaseSet, changes: Mapping[str, Definition], world: Mapping[str, Definition]
) -> Reviewed:
    """What the checks in force say of releasing `changes`; `world` has them put together from their parts.

    In force is what is published: a release can neither bring a condition upon itself nor take its own away.
    """
    in_force = {
        key: hash_ for key, hash_ in current.definitions.items() if key.startswith(declared_checks.PREFIX)
    }
    if not in_force:
        return Reviewed()
    checks = press.store.versions(in_force).values()
    asking = [check for check in checks if "review" in check.get("requires", {})]
    if not asking:
        return Reviewed()
    before = {f"items/{one['id']}": {"kind": "items", **one} for one in current.catalogue}
    missing, passed = list[Finding](), list[Mapping[str, Any]]()
    for key, body in changes.items():
        concerned = [one for one in (world.get(key, body), before.get(key)) if one is not None]
        for check in required_reviews.of(asking, concerned):
            hash_ = content_hash(body)
            case = _passed(press, check["requires"]["review"], hash_)
            if case is None:
                missing.append(required_reviews.missing(check, key, hash_))
            else:
                passed.append(
                    {
                        "key": key,
                        "check": check["id"],
                        "hash": hash_,
                        "case_id": case.id,
                        "number": case.number,
                    }
                )
    return Reviewed(tuple(missing), tuple(passed))


def _passed(press: Press, review: Definition, hash_: str) -> Case | None:
    """A finished case of one of the items, with one of the outcomes, about precisely this content."""
    if press.kit is None:
        return None
    cases = press.kit.cases
    links = (
        one for one in cases.links(reviewed(hash_)) if one.rel == REVIEWS and one.target == reviewed(hash_)
    )
    found = cases.many([one.source for one in links])
    return next((case for case in found if case and required_reviews.passes(review, case)), None)
