// Pairing (§3.6): each place takes the smallest pair ticket with which every later place can still be filled.
import { ordered } from "./bytes.js";
import { pairTickets } from "./tickets.js";

/** The places of the visits, in order: {visit, number, slot}. */
export function placesOf(visits, slots) {
  return visits.flatMap((visit, at) => slots.flatMap((slot, number) =>
    (slot.department ?? null) === null || (visit.row.departments ?? []).includes(slot.department) ? [{ at, visit, number, slot }] : []));
}

/** Who may take what: a function (place, pool) → indexes of inspectors. */
export function eligibility(inspectors, conflicts) {
  const barred = new Map();
  for (const { object, inspector } of conflicts) barred.set(object, (barred.get(object) ?? new Set()).add(inspector));
  const kept = new Map();
  const fitting = (slot, district, pool) => inspectors.flatMap((one, index) =>
    (one.pool ?? 0) <= pool && ((slot.department ?? null) === null || slot.department === one.department) &&
    (slot.certificates ?? []).every((needed) => (one.certificates ?? []).includes(needed)) &&
    (!one.districts?.length || one.districts.includes(district)) ? [index] : []);
  return ({ visit: { row }, number, slot }, pool) => {
    const key = JSON.stringify([number, row.district ?? null, pool]);
    if (!kept.has(key)) kept.set(key, fitting(slot, row.district, pool));
    const without = barred.get(row.id);
    return without ? kept.get(key).filter((index) => !without.has(inspectors[index].id)) : kept.get(key);
  };
}

/** How many places each inspector may have. */
export const capsOf = (inspectors, plan) => inspectors.map((one) => Math.min(plan.cap, one.cap ?? plan.cap));

/** The pools from `from` on at which more may be eligible than before: a huge `pools` is not counted through. */
export function poolsOf(inspectors, plan, from) {
  const all = new Set([from, ...inspectors.map((one) => one.pool ?? 0)]);
  return [...all].filter((pool) => pool >= from && pool <= plan.pools).sort((a, b) => a - b);
}

/** Pair: returns {pool, teams: [[number, index] …] a visit}; pool null and empty teams where nobody can be found. */
export function paired({ visits, inspectors, conflicts, plan, seed }) {
  const places = placesOf(visits, plan.slots);
  const eligible = eligibility(inspectors, conflicts);
  const caps = capsOf(inspectors, plan);
  const ticket = pairTickets(seed);
  for (const pool of poolsOf(inspectors, plan, 0)) {
    // By ticket from the start, so that hardly anybody has to move when places are settled.
    const flow = new Flow(places, places.map((place) => byTicket(place, eligible(place, pool), inspectors, ticket)), caps);
    if (!flow.fill()) continue;
    places.forEach((_, index) => flow.eligible[index].some((one) => flow.force(index, one)));
    const teams = visits.map(() => []);
    places.forEach((place, index) => teams[place.at].push([place.number, flow.holder[index]]));
    return { pool, teams };
  }
  return { pool: null, teams: visits.map(() => []) };
}

function byTicket({ visit, number }, able, inspectors, ticket) {
  return able.map((one) => [ticket(visit.row.salted, number, inspectors[one].salted), one])
    .sort((a, b) => ordered(a[0], b[0]) || a[1] - b[1]) // rows are in ascending order of their ids
    .map(([, one]) => one);
}

/** A full assignment, kept full: places in order; those before `fixed` do not move any more. */
class Flow {
  constructor(places, eligible, caps) {
    Object.assign(this, { places, eligible, caps, fixed: 0 });
    this.holder = places.map(() => -1);
    this.held = caps.map(() => new Set()); // inspector → places
    this.siblings = new Map(); // visit → its places
    places.forEach(({ at }, index) => this.siblings.set(at, [...(this.siblings.get(at) ?? []), index]));
  }

  fill() {
    return this.places.every((_, index) => this.augment(index));
  }

  set(place, inspector) {
    if (this.holder[place] >= 0) this.held[this.holder[place]].delete(place);
    this.holder[place] = inspector;
    if (inspector >= 0) this.held[inspector].add(place);
  }

  /** The place of the same visit which `inspector` has, or −1. */
  sibling(place, inspector) {
    return this.siblings.get(this.places[place].at).find((one) => one !== place && this.holder[one] === inspector) ?? -1;
  }

  /** Give `place` (the first that is not fixed) to `inspector` if all others can still be filled. */
  force(place, inspector) {
    const before = this.holder[place];
    this.fixed = place + 1;
    if (before === inspector) return true;
    let moved = this.sibling(place, inspector);
    if (moved < 0 && this.held[inspector].size >= this.caps[inspector]) {
      for (const one of this.held[inspector]) if (one >= this.fixed) moved = one;
      if (moved < 0) return false;
    }
    if (moved >= 0 && moved < this.fixed) return false;
    if (moved >= 0) this.set(moved, -1);
    this.set(place, inspector);
    if (moved < 0 || this.augment(moved)) return true;
    this.set(place, before);
    this.set(moved, inspector);
    return false;
  }

  /** Find somebody for `start`, moving others that are not fixed: the shortest way in the residual flow. */
  augment(start) {
    const came = new Map([[start, null]]); // place → [from which place, by whose inspector]
    const asked = new Set();
    const queue = [start];
    for (const place of queue) {
      // Whoever is free is looked for first: asking who would have to move is what costs.
      const free = this.eligible[place].find((one) =>
        this.held[one].size < this.caps[one] && this.holder[place] !== one && this.sibling(place, one) < 0);
      if (free !== undefined) return this.turn(place, free, came);
      for (const inspector of this.eligible[place]) {
        if (this.holder[place] === inspector) continue; // whoever has to leave does not come back
        const sibling = this.sibling(place, inspector);
        if (sibling >= 0) {
          if (sibling >= this.fixed && !came.has(sibling)) queue.push(came.set(sibling, [place, inspector]) && sibling);
          continue;
        }
        if (asked.has(inspector)) continue;
        asked.add(inspector);
        for (const other of this.held[inspector]) {
          if (other >= this.fixed && !came.has(other)) queue.push(came.set(other, [place, inspector]) && other);
        }
      }
    }
    return false;
  }

  turn(place, inspector, came) {
    for (let step = [place, inspector]; step; step = came.get(step[0])) this.set(...step);
    return true;
  }
}
