"""Does the moving of running cases off a faulty release: one person asks, a dry run counts, another person approves.

A migration is a resource. Its cases are listed once, at the asking, in chunks; workers fill in what they found of
each chunk, first dry, then in earnest. A chunk that is delivered twice, or dies half way, moves no case twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.actions.history import whole_history
from chalicelib.actions.releasing import Press
from chalicelib.actions.settling import settle
from chalicelib.domain import canonical, migration
from chalicelib.domain.events import Cause
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Problem, Text, not_found

if TYPE_CHECKING:
    from chalicelib.actions.office import Kit
    from chalicelib.domain.transitions import Course

KIND = "migration"
CHUNK = 50  # cases a message
MOST = 10_000  # cases a migration; a larger one is asked for again for the rest
DRY, RUN = "dry", "run"
SHOWN = 50  # numbers of cases that stay, a chunk
VALID_FOR = 24 * 3_600_000  # ms after which a dry run says nothing about today any more


def request(
    press: Press, principal: Principal, item: str, from_release: str, to: str | None,
    states: Mapping[str, str], reason: str,
) -> dict[str, Any]:  # fmt: skip
    """Ask for the open cases of `from_release` to be moved; the dry run begins at once.

    `to` is another release of the same item (default: the one that is published), `states` where a state went.
    Problems: not-found, conflict `nothing-to-migrate`, conflict `too-many-to-migrate`.
    """
    press.permit(principal, "check_definition", "items", item, ())
    kit, work = press.with_cases()
    pointer = kit.catalogue.pointer(strong=True)
    target = to or str(kit.catalogue.entry(item, pointer)["release"])
    for release in (from_release, target):
        if kit.catalogue.bundle(release).item["id"] != item:
            said = Text("该版本不属于此事项", "this release is of another item")
            raise Problem("invalid", "release-of-another-item", said)
    cases = sorted(press.running.open_cases(from_release)) if press.running else []
    if not cases or from_release == target:
        said = Text("没有需要迁移的办件", "there is nothing to move")
        raise Problem("conflict", "nothing-to-migrate", said)
    if len(cases) > MOST:
        said = Text(f"一次最多迁移 {MOST} 件", f"at most {MOST} cases at a time")
        raise Problem("conflict", "too-many-to-migrate", said, extra={"cases": len(cases)})
    chunks = [cases[start : start + CHUNK] for start in range(0, len(cases), CHUNK)]
    asked = {
        "migration_id": press.new_id("mig"), "item": item, "from": from_release, "to": target,
        "states": dict(states), "reason": reason, "requested_by": principal.subject, "at": press.now(),
        "cases": len(cases), "chunks": len(chunks), "approved_by": None,
    }  # fmt: skip
    identity = str(asked["migration_id"])
    work.keep(KIND, identity, asked, 0)
    for number, chunk in enumerate(chunks):
        work.fill(KIND, identity, f"cases#{number:05d}", {"cases": chunk})
    _start(press, asked, DRY)
    return shown(press, asked)


def see(press: Press, principal: Principal, migration_id: str) -> dict[str, Any]:
    asked, _ = _asked(press, migration_id)
    press.permit(principal, "read_definition", "items", str(asked["item"]), ())
    return shown(press, asked)


def approve(press: Press, principal: Principal, migration_id: str) -> dict[str, Any]:
    """Begin the migration in earnest; by another person than who asked, after a dry run that is done.

    Problems: forbidden `author-does-not-release`, conflict `dry-run-not-done`, `dry-run-outdated`, `already-approved`.
    """
    asked, revision = _asked(press, migration_id)
    press.permit(principal, "release_definition", "items", str(asked["item"]), (str(asked["requested_by"]),))
    if asked["approved_by"]:
        raise _conflict("already-approved", "该迁移已批准", "this migration has been approved")
    if shown(press, asked)["status"] != "dry-run-done":
        raise _conflict("dry-run-not-done", "试运行尚未完成", "the dry run is not done")
    if press.now() - int(asked["at"]) > VALID_FOR:
        raise _conflict("dry-run-outdated", "试运行已过期，请重新申请", "the dry run is older than a day")
    approved = {**asked, "approved_by": principal.subject, "approved_at": press.now()}
    if not press.with_cases()[1].keep(KIND, migration_id, approved, revision):
        raise _conflict("already-approved", "该迁移已批准", "this migration has been approved")
    _start(press, approved, RUN)
    return shown(press, approved)


def shown(press: Press, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The resource: what was asked, and for each pass how many cases came out how."""
    identity = str(asked["migration_id"])
    passes = {name: _counted(press, identity, name) for name in (DRY, RUN)}
    done = {name: one["chunks"] == asked["chunks"] for name, one in passes.items()}
    if asked["approved_by"]:
        status = "done" if done[RUN] else "running"
    else:
        status = "dry-run-done" if done[DRY] else "dry-running"
    return {**asked, "status": status, "dry_run": passes[DRY], "run": passes[RUN]}


def work_chunk(press: Press, message: Mapping[str, Any]) -> None:
    """What a worker does with one message: every case of one chunk, dry or in earnest."""
    identity, number, mode = str(message["id"]), int(message["chunk"]), str(message["mode"])
    kit, work = press.with_cases()
    asked, _ = _asked(press, identity)
    (listed,) = work.parts(KIND, identity, f"cases#{number:05d}")
    found, stays, deadlines = Counter[str](), list[list[str]](), 0
    for case_id in listed["cases"]:
        verdict, number_, moved = _one(kit, asked, case_id, earnest=mode == RUN)
        found[verdict] += 1
        deadlines += moved
        if verdict not in ("movable", "moved"):
            stays.append([number_, verdict])
    body = {"found": dict(found), "stays": stays[:SHOWN], "deadlines_moved": deadlines}
    work.fill(KIND, identity, f"{mode}#{number:05d}", body)


def _one(kit: Kit, asked: Mapping[str, Any], case_id: str, *, earnest: bool) -> tuple[str, str, int]:
    """(verdict, case number, deadlines that move) of one case; a verdict that is no move says why it stays."""
    digest = canonical.digest([asked["migration_id"], case_id])[:16]

    def attempt() -> tuple[str, str, int]:
        loaded = kit.cases.load(case_id)
        case = loaded.case
        if case is None or loaded.form is None:
            return "erased", case_id, 0
        if case.replayed(digest) is not None:
            return "moved", case.number, 0
        if case.outcome is not None or case.release != asked["from"]:
            return "gone", case.number, 0
        course = _course(kit, asked, loaded, digest)
        moved = migration.deadlines_moved(case, course.case)
        if earnest:
            kit.cases.commit(course.change(), loaded.chain)
        return "moved" if earnest else "movable", case.number, moved

    try:
        return settle(kit, attempt)
    except Problem as problem:
        return problem.code, case_id, 0


def _course(kit: Kit, asked: Mapping[str, Any], loaded: Any, digest: str) -> Course:
    office = kit.office(loaded.pointer)
    case = loaded.case
    approver = asked["approved_by"] or asked["requested_by"]
    cause = Cause({"person": approver, "via": "web"}, office.at, office.at, key=digest)
    told = {
        name: asked[name] for name in ("migration_id", "requested_by", "approved_by", "reason") if asked[name]
    }
    return migration.migrate(
        office.world(kit.catalogue.bundle(str(asked["to"])), case.node), case, loaded.form,
        list(whole_history(kit, case)), states=asked["states"], release_set=office.pointer.set,
        old=kit.catalogue.bundle(case.release).process or {}, cause=cause, told=told,
    )  # fmt: skip


def _counted(press: Press, identity: str, mode: str) -> dict[str, Any]:
    parts: Sequence[Mapping[str, Any]] = press.with_cases()[1].parts(KIND, identity, f"{mode}#")
    found = Counter[str]()
    for part in parts:
        found.update(part["found"])
    stays = [one for part in parts for one in part["stays"]]
    return {
        "chunks": len(parts),
        "found": dict(found),
        "stays": [{"number": number, "why": why} for number, why in stays[:SHOWN]],
        "deadlines_moved": sum(int(part["deadlines_moved"]) for part in parts),
    }


def _start(press: Press, asked: Mapping[str, Any], mode: str) -> None:
    from chalicelib.actions.working import hand_over

    hand_over(
        press,
        [
            json.dumps({"work": KIND, "id": asked["migration_id"], "chunk": chunk, "mode": mode})
            for chunk in range(int(asked["chunks"]))
        ],
    )


def _asked(press: Press, identity: str) -> tuple[dict[str, Any], int]:
    found = press.with_cases()[1].kept(KIND, identity)
    if found is None:
        raise not_found(Text("迁移", "migration"), identity)
    return found


def _conflict(code: str, zh: str, en: str) -> Problem:
    return Problem("conflict", code, Text(zh, en))
