// What follows from rosters and seed (§3.4–§3.8), made anew and compared: result, notice, replacements, void.
import { hex, ordered } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";
import { capsOf, eligibility, paired, placesOf } from "./pairing.js";
import { drawn } from "./selection.js";
import { pairTickets } from "./tickets.js";

/** Make the outcome anew: {result, notice} as documents, and what a recusal needs. */
export function outcome({ plan, commitment, rosters, seed }) {
  const { objects, inspectors, conflicts } = rosters;
  const { visits, strata } = drawn({ plan, objects, seed, committed: commitment });
  const { pool, teams } = paired({ visits, inspectors, conflicts, plan, seed });
  const { number, series } = commitment;
  const result = {
    format: "jisheng-draw-result-1", series, number, seed: hex(seed), pool,
    visits: visits.map(({ row, stratum, ticket }, index) => ({
      object: row.id, stratum, ticket: hex(ticket), team: teams[index].map(([place, one]) => [place, inspectors[one].id]),
    })),
  };
  const notice = {
    format: "jisheng-draw-notice-1", series, number, seed: hex(seed), pool, result: digest(result),
    strata: strata.map((one) => ({ ...one, cutoff: one.cutoff ? hex(one.cutoff) : "" })),
  };
  return { result, notice, visits, teams };
}

/** Compare what is published with what follows, part by part, so that each kind of tampering has its own name. */
export function compared(published, made, { plan, rosters }) {
  const { result, notice } = published;
  must(result.seed === made.result.seed && notice.seed === made.result.seed, "seed");
  const ids = (document) => document.visits.map((visit) => visit.object);
  made.notice.strata.forEach((stratum, index) => {
    const { size, quota } = notice.strata?.[index] ?? {};
    const count = result.visits.filter((visit) => visit.stratum === stratum.id).length;
    must(size === stratum.size && quota === stratum.quota && count === stratum.quota, "quota", stratum.id);
  });
  must(canonical(ids(result).sort()) === canonical(ids(made.result).sort()), "selection");
  const madeOf = new Map(made.result.visits.map((visit) => [visit.object, visit]));
  for (const visit of result.visits) {
    must(visit.stratum === madeOf.get(visit.object).stratum, "selection", visit.object);
    must(visit.ticket === madeOf.get(visit.object).ticket, "ticket", visit.object);
  }
  must(canonical(ids(result)) === canonical(ids(made.result)), "visit-order");
  made.notice.strata.forEach((one, index) => must(notice.strata[index].cutoff === one.cutoff, "cutoff", one.id));
  must(result.pool === made.result.pool, "pool");
  teams(result, made, plan, rosters);
  must(canonical(result) === canonical(made.result), "malformed", "result.json says more than it may");
  must(canonical(notice) === canonical(made.notice), "notice");
}

function teams(result, made, plan, { inspectors, conflicts }) {
  const caps = capsOf(inspectors, plan);
  const indexOf = new Map(inspectors.map((one, index) => [one.id, index]));
  const barred = new Set(conflicts.map(({ object, inspector }) => `${object} ${inspector}`));
  const load = new Map();
  for (const { object, team } of result.visits) {
    for (const [, inspector] of team) {
      must(!barred.has(`${object} ${inspector}`), "conflict", `${inspector} at ${object}`);
      load.set(inspector, (load.get(inspector) ?? 0) + 1);
      must(load.get(inspector) <= (caps[indexOf.get(inspector)] ?? Infinity), "cap", inspector);
    }
  }
  result.visits.forEach((visit, index) =>
    must(canonical(visit.team) === canonical(made.result.visits[index].team), "pairing", visit.object));
}

/** Check the recusals, one after the other (§3.7). */
export function replaced(replacements, made, { plan, commitment, rosters, seed }) {
  const { inspectors, conflicts } = rosters;
  const caps = capsOf(inspectors, plan);
  const eligible = eligibility(inspectors, conflicts, plan);
  const ticket = pairTickets(seed);
  const places = new Map(placesOf(made.visits, plan.slots).map((place) => [`${place.visit.row.id} ${place.number}`, place]));
  const team = made.teams.map((one) => new Map(one));
  const load = inspectors.map(() => 0);
  for (const one of team) for (const index of one.values()) load[index] += 1;
  const gone = made.visits.map(() => new Set());
  replacements.forEach((said, index) => {
    const place = places.get(`${said.object} ${said.slot}`);
    const holder = place && team[place.at].get(place.number);
    const sound = said.number === commitment.number && said.series === commitment.series && said.ordinal === index + 1 &&
      holder !== undefined && inspectors[holder].id === said.recused && said.reason && said.approver;
    must(sound, "replacement", `${index + 1}`);
    gone[place.at].add(holder);
    const next = successor(place, made.result.pool);
    must(next !== undefined && inspectors[next].id === said.replacement, "replacement", `${index + 1}: another one was next`);
    load[holder] -= 1;
    load[next] += 1;
    team[place.at].set(place.number, next);
  });

  function successor(place, from) {
    const there = new Set(team[place.at].values());
    for (let pool = from; pool <= plan.pools; pool += 1) {
      const left = eligible(place, pool).filter((one) => !gone[place.at].has(one) && !there.has(one) && load[one] < caps[one]);
      if (!left.length) continue;
      const order = left.map((one) => [ticket(place.visit.row.salted, place.number, inspectors[one].salted), one]);
      return order.reduce((a, b) => ((ordered(a[0], b[0]) || a[1] - b[1]) <= 0 ? a : b))[1];
    }
    return undefined;
  }
}
