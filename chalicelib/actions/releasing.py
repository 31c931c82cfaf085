"""Does a release: loads all it touches, decides it, asks the gate, writes it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.actions.definition_ports import Definitions, Publication, Running, Work
from chalicelib.domain import declared_checks, ids
from chalicelib.domain.definitions import SHARED, SOURCE, Definition, Kinds
from chalicelib.domain.expansion import expand, parts
from chalicelib.domain.gate import Context, Hook, Powers, gate
from chalicelib.domain.parties import Principal
from chalicelib.domain.problems import Finding, Problem, Text, refusing
from chalicelib.domain.publishing import Plan, Pointer, ReleaseSet, affected, plan

if TYPE_CHECKING:
    from chalicelib.actions.draw_ports import Drawer
    from chalicelib.actions.importing import Importer
    from chalicelib.actions.notice_ports import Dispatch
    from chalicelib.actions.office import Kit
    from chalicelib.actions.webhook_ports import Postroom

_JUDGED_WITH_USERS = ("fragments/", "registers/")
_PROCESSES = "processes/"
_ACTING = ("triggers/", "connectors/")  # what opens and moves cases by itself
# What may open or close a circle of triggers, or take away what a connector does.
_CONCERNS_ACTING = (*_ACTING, _PROCESSES, "fragments/", "items/")
TRIES = 5  # as for cases (decisions 9)


class Permit(Protocol):
    """Raises the Problem that says why this caller may not. `authors`: everybody who wrote in the draft;
    `drafts`: what the definition would become, which may be another department's than what is published."""

    def __call__(
        self,
        principal: Principal,
        action: str,
        kind: str,
        identity: str,
        authors: Sequence[str],
        /,
        *drafts: Definition,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Press:
    """What the actions on definitions work with. `engines` are the versions that a release pins.

    `work` keeps long work, `later` hands messages about it to workers (None: done at once), `running` and `kit`
    lead to the cases that a release touches (None where there are none: a pack that is checked in CI).
    """

    store: Definitions
    kinds: Kinds
    engines: Mapping[str, str]
    permit: Permit
    now: Callable[[], int]
    entropy: Callable[[int], bytes]
    powers: Powers | None = None
    work: Work | None = None
    later: Callable[[Sequence[str]], None] | None = None
    running: Running | None = None
    kit: Kit | None = None
    drawer: Drawer | None = None  # leads to the draws
    importer: Importer | None = None  # and to imports
    postroom: Callable[[], Postroom] | None = None  # made when work on webhooks first wants it
    dispatch: Callable[[], Dispatch] | None = None  # the same of notices
    checks: Mapping[str, Sequence[Hook]] = field(default_factory=dict)  # by kind, beside the built-in ones

    def new_id(self, prefix: str) -> str:
        return ids.new(prefix, self.now(), self.entropy(10))

    def with_cases(self) -> tuple[Kit, Work]:
        """What long work on running cases needs; Problem `no-cases-here` where there are none."""
        if self.kit is None or self.work is None:
            raise Problem("unavailable", "no-cases-here", Text("此处没有办件", "there are no cases here"))
        return self.kit, self.work


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release that was decided and judged: what it would write and what stands against it."""

    plan: Plan
    world: Mapping[str, Definition]
    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What stands against the release; the rest is flagged for whoever decides."""
        return refusing(self.findings)


def prepare(press: Press, current: ReleaseSet, number: int, changes: Mapping[str, Definition]) -> Prepared:
    """Set `number` = `current` + `changes`, judged with every item that uses one of the changes."""
    expansion = expand(_world(press, current, changes))
    world = expansion.world
    decided = plan(current, number, changes, world=world, kinds=press.kinds, engines=press.engines)
    context = Context(
        kinds=press.kinds,
        world=world,
        known=decided.set.definitions.keys(),
        departments={e["id"]: e["department"] for e in decided.set.catalogue if "department" in e},
        powers=press.powers,
        broken=expansion.broken,
        catalogue=decided.set.catalogue,
        checks=press.checks,
        changed=changes.keys(),
        before=press.store.versions(
            {
                k: current.definitions[k]
                for k in changes
                if k in current.definitions and k.startswith("accounts/")
            }
        ),
    )
    hosts = [key for key, body in world.items() if not key.startswith(SOURCE) and _made_of(body, changes)]
    # Triggers are judged all together: what one of them does another may wait for. So are connectors: one a system.
    together = [key for key in world if key.startswith(_ACTING)]
    parents = sorted(_parents(current, changes) & world.keys())
    checks = sorted(_reviewed_by(current, changes))
    keys = dict.fromkeys([*decided.gated(), *hosts, *together, *parents, *checks])
    return Prepared(decided, world, tuple(gate(list(keys), context)))


def world_with(
    press: Press, current: ReleaseSet, changes: Mapping[str, Definition]
) -> Mapping[str, Definition]:
    """All that the items touched by `changes` would be made of, judged by nobody: for trials, also of no change."""
    return expand(_world(press, current, changes)).world


def _made_of(body: Definition, changes: Mapping[str, Definition]) -> bool:
    return any(part in changes for part in parts(body))


def _world(press: Press, current: ReleaseSet, changes: Mapping[str, Definition]) -> dict[str, Definition]:
    """Bodies of the changes, the items they affect, all that those use, organisations, calendars, shared schemas."""
    world: dict[str, Definition] = {f"{SHARED}{name}": schema for name, schema in press.kinds.shared.items()}
    fresh: Mapping[str, Definition] = changes
    wanted = {f"items/{item}" for item in affected(current, changes.keys())}
    wanted |= current.live().keys()
    # What is made of a fragment, and what reads a register, is judged with it.
    wanted |= {user for key in changes if key.startswith(_JUDGED_WITH_USERS) for user in current.users(key)}
    if any(key.startswith("notices/") for key in changes):  # which name channels, and `web`, which is none
        wanted |= {key for key in current.definitions if key.startswith("channels/")}
    wanted |= _about_acting(current, changes) | _parents(current, changes) | _checks(press, current, changes)
    while fresh or wanted:
        world |= fresh
        for body in fresh.values():
            found, opens = (
                press.kinds.references(body),
                body.get("kind") in ("triggers", "connectors", declared_checks.KIND) or body.get("children"),
            )
            wanted |= {one.key for one in found if opens or one.kind != "items"} | {*parts(body)}
        missing = {
            k: current.definitions[k] for k in sorted(wanted) if k not in world and k in current.definitions
        }
        fresh, wanted = press.store.versions(missing), set()
    return world


def _parents(current: ReleaseSet, changes: Mapping[str, Definition]) -> set[str]:
    """Items of which one that gets a new release is a member: what they fill its form with must still fit."""
    changed = affected(current, changes.keys())
    return {user for item in changed for user in current.users(f"items/{item}") if user.startswith("items/")}


def _checks(press: Press, current: ReleaseSet, changes: Mapping[str, Definition]) -> set[str]:
    """The declared checks, which are asked of everything; where one changes, also all that it applies to."""
    checks, wanted = (
        {key for key in current.definitions if key.startswith(declared_checks.PREFIX)},
        set[str](),
    )
    for key, body in changes.items():
        if key.startswith(declared_checks.PREFIX) and declared_checks.well_formed(body, press.kinds):
            wanted |= declared_checks.subjects(body, current.definitions, current.catalogue)
    named = {*(key for key in changes if key in checks), *_reviewed_by(current, changes)}
    return checks | wanted | {one for key in named for one in current.references.get(key, ())}


def _reviewed_by(current: ReleaseSet, changes: Mapping[str, Definition]) -> set[str]:
    """Checks that name a changed item as their review: it must still say which draft it was about."""
    return {
        user
        for item in affected(current, changes.keys())
        for user in current.users(f"items/{item}")
        if user.startswith(declared_checks.PREFIX)
    }


def _about_acting(current: ReleaseSet, changes: Mapping[str, Definition]) -> set[str]:
    """Every trigger and connector, and every process that one may wait for or move, where a change may concern them."""
    concerned = any(key.startswith(_ACTING) for key in changes) or (
        any(key.startswith(_CONCERNS_ACTING) for key in changes)
        and any(key.startswith(_ACTING) for key in current.definitions)
    )
    return {key for key in current.definitions if concerned and key.startswith((*_ACTING, _PROCESSES))}


def store_parts(press: Press, prepared: Prepared, changes: Mapping[str, Definition]) -> None:
    """All that is stored by hash, ahead of the pointer: a release that then fails leaves nothing seen."""
    press.store.keep_versions(changes)
    press.store.keep_releases(prepared.plan.manifests, prepared.world)


def publish(press: Press, decide: Callable[[Pointer], Publication]) -> Publication:
    """Decide on the pointer as it is, write, and decide again when another was faster.

    What moves the dates of running cases is announced in the same transaction and begun at once.
    """
    from chalicelib.actions import reprojecting

    for _ in range(TRIES):
        before = press.store.pointer()
        publication = reprojecting.announced(press, before, decide(before))
        outcome = press.store.publish(publication)
        if outcome == "written":
            reprojecting.begin(press, publication.act)
            return publication
        if outcome == "draft-changed":
            said = Text("草稿在检查之后又有改动", "a draft was changed while it was being released")
            raise Problem("precondition", "draft-changed", said)
        if outcome == "schedule-over":
            raise Problem("conflict", outcome, Text("该排期已经结束", "this schedule has ended"))
    raise Problem(
        "conflict",
        "release-raced",
        Text("同时发布的人太多,请稍后再试", "too many releases at the same time, try again"),
    )


def act(press: Press, by: str, what: str, at: int, **said: Any) -> dict[str, Any]:
    """A row of the history: who moved the pointer, how, why."""
    given = {name: value for name, value in said.items() if value not in (None, "", [])}
    return {"id": press.new_id("act"), "act": what, "by": by, "at": at, **given}


def released(prepared: Prepared) -> list[dict[str, Any]]:
    """The items of a release with the hash that new cases run on from now."""
    releases = prepared.plan.set.releases
    return [{"id": item, "release": releases[item]["release"]} for item in prepared.plan.items]
