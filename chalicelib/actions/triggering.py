"""Does what triggers ask for: the relay hands on what may concern one, a worker acts through the ordinary actions.

An event is handed on before the feed is told of it: what could not be handed on stays untold, and the sweeper finds
it. A message may come often, late and in any order: the ids of what follows are the same each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.actions import conditioning, effecting, moving, proposing, submit
from chalicelib.actions.event_messages import Pair, messages
from chalicelib.actions.office import Kit, Office
from chalicelib.actions.settling import each
from chalicelib.domain import triggers
from chalicelib.domain.cases import Case
from chalicelib.domain.change import Body, Link
from chalicelib.domain.definitions import Definition
from chalicelib.domain.events import Prompt
from chalicelib.domain.problems import Problem, Text
from chalicelib.domain.scope import readers_of
from chalicelib.domain.triggers import KIND, RUNG, Sayer, Source

if TYPE_CHECKING:
    from chalicelib.actions.releasing import Press

WORK = "trigger"
MOST_TARGETS = 25  # cases that one act moves; more is work for a query of its own
READER = "role:trigger"
STILL_TOLD = timedelta(days=30)  # no stream and no queue keeps an event longer
# What only people and rules bring about: none of it tells of a clock, so that most events concern no trigger.
_SUBMITTED = "case.submitted"

Seen = Mapping[Pair, str]  # the type of an event, where the stream said it in the clear


def hand_on(
    kit: Kit, later: Callable[[Sequence[str]], None] | None, pairs: Sequence[Pair], types: Seen
) -> int:
    """Put the events that may concern a trigger on the queue of work, 25 a message; how many.

    An event whose type is not known, because a sweep found it, may concern one.
    """
    if later is None or not pairs:
        return 0
    concerns = _interest(kit)
    concerned = [pair for pair in dict.fromkeys(pairs) if concerns(types.get(pair) or None)]
    if concerned:
        later(messages(WORK, concerned))
    return len(concerned)


def respond(press: Press, pairs: Sequence[Pair]) -> dict[str, int]:
    """Do what every trigger asks for after these events; counts of `opened`, `moved`, `proposed`, `written`,
    `noticed`, `again`, `missed`, `too_deep`, and of `undecided` triggers, whose condition nobody knows.

    One event, trigger or act that fails holds up no other: all are tried, then the message comes back.
    """
    (kit, _), done = press.with_cases(), Counter[str]()
    office = kit.office(kit.cases.load(None).pointer)
    declared = kit.catalogue.definitions(office.pointer, KIND)

    def answer(told: tuple[Case, Body, Body | None]) -> None:
        case, event, form = told
        source = source_of(kit, office, case, form, event)

        def follows(trigger: Definition) -> None:
            holds = condition_holds(kit, trigger, source)
            done.update(follow(trigger, holds, lambda number, act: _act(press, trigger, number, act, source)))

        each([one for one in declared if triggers.matches(one, source)], follows)

    each(kit.cases.told_with_forms(pairs).values(), answer)  # what was erased since is not there
    return dict(done)


def follow(
    trigger: Definition, holds: bool | None, act: Callable[[int, Definition], Iterable[str]]
) -> Counter[str]:
    """Make every act of a trigger whose condition holds; what became of them, in words counted."""
    done = Counter[str](["undecided"] if holds is None else [])
    if holds:
        each(enumerate(trigger["do"]), lambda one: done.update(act(*one)))
    return done


def source_of(kit: Kit, office: Office, case: Case, stored: Body | None, event: Body) -> Source:
    item = kit.catalogue.bundle(str(event["release"])).item
    hidden = case.confidential and READER not in readers_of(item)
    form = {} if hidden else dict((stored or {}).get("form", {}))
    return Source(event, case, item, form, office.organisation, kit.zone, office.today)


def condition_holds(kit: Kit, trigger: Definition, source: Source) -> bool | None:
    """Whether what the trigger asks for beside its event holds; None where nobody knows."""
    roles = {str(party["role"]): str(party["subject"]) for party in source.case.parties}
    return conditioning.holds(kit, trigger, source, source.form, roles, source.happened_on)


def _act(press: Press, trigger: Definition, number: int, act: Definition, source: Source) -> Iterable[str]:
    """What became of one act, a word for each case that it was about."""
    kit, _ = press.with_cases()
    prompt = triggers.prompt_of(trigger, source.event)
    if prompt.depth > triggers.MAX_DEPTH:
        return ["too_deep"]
    if effecting.KINDS & act.keys():
        return [word for _, word in effecting.effect(kit, trigger, number, act, source, prompt)]
    if "open" in act:
        return [_open(kit, trigger, number, act["open"], source)]
    if "propose" in act:
        return [proposing.propose(press, trigger, number, act["propose"], source)]
    declared = act["move"]
    return [
        _move(kit, trigger, number, declared, source, target) for target in _targets(kit, declared, source)
    ]


def _open(kit: Kit, trigger: Definition, number: int, declared: Definition, source: Source) -> str:
    case_id = triggers.case_id_of(trigger, number, source)
    links = tuple(
        Link(case_id, str(link["rel"]), source.case.id, valid_from=int(source.event["occurred_at"]))
        for link in declared.get("links", ())
    )
    prompt = triggers.prompt_of(trigger, source.event)
    done = open_case(kit, trigger, declared, source, case_id, prompt, links=links)
    return "again" if done.seen is None else "opened"


def open_case(
    kit: Kit,
    trigger: Definition,
    declared: Definition,
    source: Sayer,
    case_id: str,
    prompt: Prompt,
    *,
    links: tuple[Link, ...] = (),
    key: str | None = None,
) -> submit.Submitted:
    """Hand in what an act declares, filled from its source, under an id that says what it follows from."""
    owner = triggers.party_of(declared["party"], source)
    if owner is None:
        said = Text("没有人可作当事人", "there is nobody to be the party")
        raise Problem("conflict", "trigger-without-party", said, extra={"trigger": trigger["id"]})
    opening = submit.Opening(
        case_id=case_id, owner=owner, prompt=prompt, node=_place(declared, "department", source),
        window=_place(declared, "window", source), links=links,
    )  # fmt: skip
    submission = submit.Submission(
        item=str(declared["item"]), form=triggers.value_of(declared["form"], source), materials=(), parties=(),
        key=key or case_id, opening=opening,
    )  # fmt: skip
    return submit.submit(kit, triggers.principal_of(trigger), submission)


def _place(declared: Definition, member: str, source: Sayer) -> str | None:
    return str(triggers.value_of(declared[member], source)) if member in declared else None


def _move(
    kit: Kit, trigger: Definition, number: int, declared: Definition, source: Source, target: str
) -> str:
    """`missed`: the case is not where the move is possible, which is no failure: it has gone its own way."""
    request = moving.MoveRequest(
        case_id=target, move=str(declared["move"]), given=triggers.value_of(declared.get("input", {}), source),
        prompt=triggers.prompt_of(trigger, source.event), once=triggers.once_row(trigger, number, source, target),
    )  # fmt: skip
    try:
        done = moving.move(kit, triggers.principal_of(trigger), request)
    except Problem as problem:
        if problem.code == "move-not-available":
            return "missed"
        raise
    return "again" if done.replayed else "moved"


def _targets(kit: Kit, declared: Definition, source: Source) -> list[str]:
    """The source itself, or the cases to which it stands in a relation, in either direction."""
    of = declared["of"]
    if of == "source":
        return [source.case.id]
    backward = bool(of.get("back"))
    found = [
        link.source if backward else link.target
        for link in kit.cases.links(source.case.id)
        if link.rel == of["rel"] and (link.target if backward else link.source) == source.case.id
    ]
    if len(found) > MOST_TARGETS:
        said = Text(f"关联办件超过 {MOST_TARGETS} 件", f"more than {MOST_TARGETS} cases are linked")
        raise Problem("too_large", "trigger-targets", said, extra={"cases": len(found)})
    return found


def _interest(kit: Kit) -> Callable[[str | None], bool]:
    """Whether an event of this type may concern a published trigger.

    The pointer may be five seconds old, as everywhere that a catalogue is read (decisions 6): a trigger hears what
    happens from then on, and a relay under load reads no pointer a batch. A clock tells by the very event that its
    expiry sets off (`case.accepted_by_silence`), whose name its process chose: where a trigger waits for rungs, all is
    handed on but what in every published process only people and rules bring about.
    """
    pointer, today = kit.catalogue.pointer(strong=True), datetime.fromtimestamp(kit.now() / 1000, kit.zone)
    since = (today - STILL_TOLD).date().isoformat()
    published = kit.catalogue.definitions(pointer, KIND)
    wanted = {
        str(one["on"]["event"])
        for one in published
        if "event" in one.get("on", {}) and one.get("retired_at", "9999") >= since
    }
    if not wanted:
        return lambda _: False
    if RUNG not in wanted:
        return lambda type_: type_ is None or type_ in wanted
    declared = [
        one for kind in ("processes", "fragments") for one in kit.catalogue.definitions(pointer, kind)
    ]
    idle = _never_by_a_clock(declared) - wanted
    return lambda type_: type_ not in idle


def _never_by_a_clock(declared: Iterable[Definition]) -> set[str]:
    """Event types that moves and rules say and no time-out does. What is written in a process may say only what
    differs from its fragment: then the fragment has the name."""
    people, clocks = {_SUBMITTED}, set[str]()
    for one in declared:
        internal = one.get("internal", {}).items()
        said = [*one["moves"].values(), *(body for name, body in internal if name.startswith("auto."))]
        people |= {f"case.{body['emits']}" for body in said if "emits" in body}
        clocks |= {f"case.{body['emits']}" for _, body in internal if "emits" in body and body not in said}
    return people - clocks
