"""Decides what follows when something happens to a case: state, clocks, counts, documents, what rules say next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import accounts, booking, clock, course_clocks, dues, issuing, papers, service
from chalicelib.domain.accounts import Balance
from chalicelib.domain.cases import Case
from chalicelib.domain.change import (
    Body,
    Change,
    Event,
    External,
    Idempotency,
    Link,
    Lock,
    Output,
    Party,
    Posting,
    RecordWrite,
    Timer,
)
from chalicelib.domain.clock_timers import next_timer
from chalicelib.domain.events import Cause, envelope
from chalicelib.domain.linking import write_links
from chalicelib.domain.outcomes import write_outcome
from chalicelib.domain.problems import Problem, Text, not_available
from chalicelib.domain.signers import Signing
from chalicelib.domain.world import World

if TYPE_CHECKING:
    from chalicelib.domain.facts import PinnedFact

MAX_CHAIN = 8  # how many events one step may set off through rules; more is a loop in the declarations


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens: the chart's event (None when it moves no state), its name, its content.

    `backdate` is the earlier instant from which it takes legal effect. `opens` marks the first of all, which
    enters the initial states.
    """

    event: str | None
    emits: str
    cause: Cause
    data: Body = field(default_factory=dict)
    issues: tuple[str, ...] = ()
    move: str | None = None
    backdate: int | None = None
    opens: bool = False
    signing: Signing = ()  # who has signed the move, while others are still to sign it


@dataclass(slots=True)
class Course:
    """What has happened in this one decision so far; `change()` closes it."""

    world: World
    case: Case
    form: Body
    facts: Mapping[str, PinnedFact]
    records: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    book: Mapping[str, Balance | None] = field(
        default_factory=dict
    )  # balances that were read; None: no row yet
    postings: dict[str, Posting] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    written: list[RecordWrite] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    form_row: Body | None = None
    former: Body | None = None
    materials: Sequence[Body] = ()  # as they stand beside the form, where this decision does not replace them
    _read_at: int = field(init=False)
    _read_dues: tuple[Body, ...] = field(init=False)
    _next: tuple[str, ...] = field(
        init=False, default=()
    )  # events that what just happened has the kernel send

    def __post_init__(self) -> None:
        self._read_at, self._read_dues = self.case.seq, self.case.dues

    def happen(self, what: Happening) -> None:
        """Apply one happening and all that rules make of the states it enters.

        What silence sends back to where it began waits there for a person: on the same facts the rule would say
        the same again, and the case would go round for ever.
        """
        entered = self._apply(what)
        following = self._next
        self._publish(entered, what.cause)
        for name in following:
            self._by_rule(name, {}, what.cause)
        if not what.opens and (what.event or "").startswith("timeout."):
            entered = tuple(one for one in entered if one not in self._beginning)
        self._consult(entered, what.cause)

    @property
    def _beginning(self) -> tuple[str, ...]:
        return self.world.process.active(self.world.process.initial())

    def _apply(self, what: Happening) -> tuple[str, ...]:
        case, process = self.case, self.world.process
        before = () if what.opens else process.active(case.configuration)
        after = case.configuration
        if what.event is not None:
            moved = process.send(after, what.event)
            if moved is None:
                raise not_available(what.move or what.event, process.enabled(after), before)
            after = moved
        active = process.active(after)
        entered = tuple(state for state in active if state not in before)
        outcome = process.final(after)
        ends = outcome is not None and case.outcome is None  # what is served after the end ends nothing again
        clocks, limits = self._clocks(what, entered)
        members, planned = self._planned(before, after, what.data.get("input", {}))
        told = {"members": {**what.data.get("members", {}), **planned}} if planned else {}
        data: dict[str, Any] = {**what.data, **told, "from": list(before), "to": list(active)}
        drafts, issued = len(self.outputs), self._issue(what.issues, what)
        optional: dict[str, Any] = {"move": what.move, "outcome": outcome if ends else None, "issued": issued}
        if what.issues:  # a document says the deadlines of its day, whatever becomes of the clocks
            optional["deadlines"] = course_clocks.deadlines(clocks)
            clocks = service.awaiting(self, clocks, issued)
        booked, self._next = booking.booked(self, what, entered, ends=ends)
        optional |= booked
        data |= {name: value for name, value in optional.items() if value}
        event = envelope(case, what.emits, what.cause, data)
        self.events.append(event)
        if ends:
            item, over = self.world.bundle.item, what.cause.recorded_at
            clocks = clock.stop_all(clocks, item, over, times=self.world.times, holds=case.holds)
        self.case = replace(
            self.case, configuration=after, clocks=tuple(clocks), limits=limits, seq=event.seq,
            members=members,
            done=case.done_after(what.move, what.cause.actor["person"], what.signing, what.event is not None),
            at=what.cause.recorded_at, outcome=outcome, closed_at=what.cause.recorded_at if ends else case.closed_at,
            days=papers.days_after(case, self.world.bundle, what.emits, event.seq, self.world.today),
        ).remember(what.cause.key if case.replayed(what.cause.key) is None else None, event.seq)  # fmt: skip
        for state in entered:
            self._produce(state, what)
        issuing.tell(self, what, drafts)
        return entered

    def _clocks(self, what: Happening, entered: Iterable[str]) -> tuple[list[Any], Mapping[str, Any]]:
        milestones = {what.emits, *(f"state:{state}" for state in entered)}
        return course_clocks.after(self, milestones, what.cause.occurred_at, self.world.today, what.backdate)

    def _planned(self, before: Iterable[str], after: Any, given: Body) -> tuple[Body, Body]:
        """The members of this case after the step, and what the event says of who is new or called off among them."""
        if not self.world.bundle.item.get("children") or self.case.outcome is not None:
            return self.case.members, {}
        from chalicelib.domain import joining

        active = self.world.process.active(after)
        entered = [state for state in active if state not in before]
        left = [state for state in before if state not in active]
        if self.world.process.final(after):
            return joining.called_off(self, left)
        return joining.planning(self, entered, given)

    def _issue(self, documents: Iterable[str], what: Happening) -> list[str]:
        """A row for every document that this happening issues; what they are called in the item's own wording."""
        issued = issuing.named(self, documents)
        for document in issued:
            self._draft(document, self.case.seq + 1, what.cause.recorded_at, emits=what.emits)
        return issued

    def _draft(self, document: str, seq: int, at: int, **why: str) -> None:
        self.outputs.append(issuing.drafted(self.case.id, document, seq, at, **why))

    def _produce(self, state: str, what: Happening) -> None:
        """What the item declares for a state just entered: documents issued, records written.

        Mostly a final one; but a licence that is granted on a commitment stands while the case goes on.
        """
        declared = self.world.bundle.item.get("outcomes", {}).get(state, ())
        already = {output.document for output in self.outputs}
        for document in (one["issues"] for one in declared if "issues" in one):
            if document not in already:
                self._draft(document, self.case.seq, what.cause.recorded_at, outcome=state)
        write_outcome(self, state)
        write_links(self, state)

    def _publish(self, entered: Iterable[str], cause: Cause) -> None:
        """What the states just entered make public by themselves; an event of its own says so."""
        outcomes = self.world.bundle.item.get("outcomes", {})
        if any("publicity" in one for state in entered for one in outcomes.get(state, ())):
            from chalicelib.domain import publicity

            publicity.at_once(self, entered, cause)

    def _consult(self, entered: Iterable[str], cause: Cause) -> None:
        """Ask the rule that the item names for a state just entered; it names the event to send next.

        An unknown fact never reaches a table: the case then waits for a person (decisions 4, mechanism 1).
        """
        from chalicelib.domain import rules

        for state in entered:
            rule = self._rule_for(state)
            if rule is None or self.case.outcome is not None:
                continue
            if len(self.events) > MAX_CHAIN:
                said = Text("规则循环触发", "rules keep setting off each other")
                raise Problem("invalid", "rules-loop", said)
            decision = rules.decide(self.world.bundle.rules[rule], self.facts, self.world.today)
            happened = len(self.events)
            self._by_rule(str((decision.result or {}).get("event") or "auto.manual"), decision.trace, cause)
            if len(self.events) == happened:
                self._left_to_a_person(decision.trace)

    def _left_to_a_person(self, trace: Mapping[str, Any]) -> None:
        """What the rule found stands in the event that led here: whoever decides sees why it was left to them."""
        last = self.events[-1]
        data = {**last.body["data"], "decision": dict(trace)}
        self.events[-1] = replace(last, body={**last.body, "data": data})

    def _rule_for(self, state: str) -> str | None:
        """The item's rule for a state; `intake` stands for the states in which a case begins."""
        declared = self.world.bundle.item.get("rules", {})
        rule = declared.get(state) or (declared.get("intake") if state in self._beginning else None)
        return rule if isinstance(rule, str) else None

    def _by_rule(self, names: str, trace: Mapping[str, Any], cause: Cause) -> None:
        """Send the events that a result names, in order (`auto.accept_instant auto.grant`), as far as they lead.

        A result that names none, and a fact that is unknown, sends `auto.manual` where the state knows it.
        """
        for name in names.split():
            internal = self.world.process.internal.get(name)
            if internal is None or self.world.process.send(self.case.configuration, name) is None:
                return
            actor = {"person": "system:rules", "via": "system"}
            following = replace(cause, actor=actor, caused_by=self.events[-1].id, key=None, fingerprint=None)
            data = {"decision": dict(trace)} if trace else {}
            self.happen(Happening(internal.id, internal.emits, following, data, internal.issues))

    def change(
        self,
        *,
        parties: tuple[Party, ...] = (),
        links: tuple[Link, ...] = (),
        idempotency: Idempotency | None = None,
        external: External | None = None,
        spent: int | None = None,
    ) -> Change:
        """Everything that happened, as one Change. `spent` is the timer row that this very firing uses up."""
        case, is_open = self.case, self.case.outcome is None
        due = next((one.at for one in self.world.firings(case)), None) if is_open else None
        row = next_timer(case.timer if spent is None else None, due, self.world.at) if is_open else None
        return Change(
            case_id=case.id, expected=self._read_at, head=case.body(), places=case.places(),
            events=tuple(self.events), form=self.form_row, former=self.former, parties=parties,
            links=(*links, *self.links), locks=tuple(self.locks),
            dues=dues.rows(self._read_dues, case, self.world.bundle.item),
            outputs=tuple(self.outputs), records=tuple(self.written), timer=Timer(case.timer, row),
            postings=accounts.sent(self.postings), idempotency=idempotency, external=external,
        )  # fmt: skip
