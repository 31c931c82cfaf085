// What follows from rosters and seed (§3.4–§3.8), made anew and compared: result, notice, replacements.
import { hex, ordered } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";
import { tells } from "./log.js";
import { capsOf, eligibility, paired, placesOf, poolsOf } from "./pairing.js";
import { pairTickets } from "./tickets.js";

/** Make the outcome anew: `result` and `notice` as documents, and what a recusal needs. */
export function outcome({ plan, commitment, inspectors, conflicts, seed }, { visits, strata }) {
  const { pool, teams } = paired({ visits, inspectors, conflicts, plan, seed });
  const head = { series: commitment.series, number: commitment.number, seed: hex(seed), pool };
  const result = {
    format: "jisheng-draw-result-1", ...head,
    visits: visits.map(({ row, stratum, ticket }, index) => ({
      object: row.id, stratum, ticket: hex(ticket), team: teams[index].map(([place, one]) => [place, inspectors[one].id]),
    })),
  };
  return { result, notice: { format: "jisheng-draw-notice-1", ...head, strata, result: digest(result) }, visits, teams };
}

/** Compare what is published with what follows, part by part, so that each kind of tampering has its own name. */
export function compared({ result, notice }, made, facts, own) {
  must(result.seed === made.result.seed && notice.seed === made.result.seed, "seed");
  selected(result.visits, made);
  const alike = (read) => canonical(notice.strata.map(read)) === canonical(made.notice.strata.map(read));
  must(alike(({ cutoff }) => cutoff), "cutoff");
  must(alike(({ id, size, quota }) => [id, size, quota]), "notice", "strata");
  must(result.pool === made.result.pool && notice.pool === made.result.pool, "pool");
  teams(result, made, facts);
  must(notice.result === digest(result) && own.result[0].digest === digest(notice), "notice", "not as logged");
  must(notice.number === made.notice.number && result.number === made.notice.number, "notice", "of another draw");
}

function selected(visits, { result, notice }) {
  const due = result.visits;
  const held = (some, id) => some.filter((one) => one.stratum === id).length;
  for (const { id } of notice.strata) must(held(visits, id) === held(due, id), "quota", `${id}: ${held(visits, id)} of ${held(due, id)}`);
  const within = (read) => {
    const told = new Set(visits.map((one) => canonical(read(one))));
    return due.every((one) => told.has(canonical(read(one))));
  };
  must(within(({ object, stratum }) => [object, stratum]), "selection");
  const whole = ({ ticket, object, stratum }) => [ticket, object, stratum];
  must(within(whole), "ticket");
  must(canonical(visits.map(whole)) === canonical(due.map(whole)), "visit-order");
}

function teams(result, made, { plan, inspectors, conflicts }) {
  const said = result.visits.flatMap(({ object, team }) => team.map(([, one]) => [object, one]));
  const apart = new Set(conflicts.map(({ object, inspector }) => `${object} ${inspector}`));
  for (const [object, one] of said) must(!apart.has(`${object} ${one}`), "conflict", `${one} at ${object}`);
  const caps = capsOf(inspectors, plan);
  const left = new Map(inspectors.map((one, index) => [one.id, caps[index]]));
  for (const [, one] of said) {
    left.set(one, (left.get(one) ?? 0) - 1);
    must(left.get(one) >= 0, "cap", one);
  }
  result.visits.forEach(({ object, team }, index) =>
    must(canonical(team) === canonical(made.result.visits[index].team), "pairing", object));
}

/** Check the recusals, one after the other (§3.7). */
export function replaced(replacements, made, facts, own) {
  must(replacements.length === own.replacement.length, "replacement", `${replacements.length} of ${own.replacement.length}`);
  const teams = new Standing(made, facts);
  replacements.forEach((said, index) => {
    const number = `${index + 1}`;
    must(tells(own.replacement[index], "replacement", facts.commitment, said.at, said), "replacement", `${number} in the log`);
    const place = teams.place(said);
    must(said.ordinal === index + 1 && place && teams.holder(place) === said.recused, "replacement", number);
    must(teams.recuse(place) === said.replacement, "replacement", `${number}: another one was next`);
    must(said.reason && said.approver, "replacement", `${number} without a reason`);
  });
}

/** Who stands where now. */
class Standing {
  constructor({ visits, teams, result }, { plan, inspectors, conflicts, seed }) {
    Object.assign(this, { plan, inspectors, pool: result.pool, caps: capsOf(inspectors, plan), ticket: pairTickets(seed) });
    this.eligible = eligibility(inspectors, conflicts);
    this.places = new Map(placesOf(visits, plan.slots).map((place) => [`${place.visit.row.id} ${place.number}`, place]));
    this.teams = teams.map((one) => new Map(one));
    this.gone = visits.map(() => new Set());
    this.load = inspectors.map(() => 0);
    for (const one of this.teams) for (const index of one.values()) this.load[index] += 1;
  }

  place({ object, slot }) {
    return this.places.get(`${object} ${slot}`);
  }

  holder(place) {
    return this.inspectors[this.teams[place.at].get(place.number)]?.id;
  }

  /** Who takes the place of whom it has now; undefined if nobody is left. */
  recuse(place) {
    const team = this.teams[place.at], leaving = team.get(place.number);
    this.gone[place.at].add(leaving);
    const next = this.next(place, new Set(team.values()));
    if (next === undefined) return undefined;
    this.load[leaving] -= 1;
    this.load[next] += 1;
    team.set(place.number, next);
    return this.inspectors[next].id;
  }

  next(place, there) {
    const ticket = (one) => this.ticket(place.visit.row.salted, place.number, this.inspectors[one].salted);
    for (const pool of poolsOf(this.inspectors, this.plan, this.pool)) {
      const left = this.eligible(place, pool).filter((one) =>
        !this.gone[place.at].has(one) && !there.has(one) && this.load[one] < this.caps[one]);
      if (left.length) return left.map((one) => [ticket(one), one]).reduce((a, b) => (ordered(b[0], a[0]) < 0 ? b : a))[1];
    }
    return undefined;
  }
}
