// Strata, quotas and tickets (§3.4, §3.5): which objects are drawn.
import { words } from "./bytes.js";
import { canonical } from "./canonical.js";
import { must } from "./faults.js";
import { tickets } from "./tickets.js";

/** The quota of a stratum of `size`, in whole numbers of any length. */
export function quotaOf({ num, den, min, max }, size) {
  const share = Number((BigInt(size) * BigInt(num) + BigInt(den) - 1n) / BigInt(den));
  return Math.min(size, max, Math.max(min, share));
}

/** The index of each object's stratum; sizes as committed. */
export function stratified(objects, strata, committed) {
  const tests = strata.map(({ where }) =>
    Object.entries(where).map(([member, values]) => [member, new Set(values.map(canonical))]));
  const sizes = strata.map(() => 0);
  const found = objects.map((object) => {
    const fitting = tests.flatMap((test, index) =>
      test.every(([member, values]) => Object.hasOwn(object, member) && values.has(canonical(object[member]))) ? [index] : []);
    must(fitting.length === 1, "strata", () => `${object.id} is in ${fitting.length} strata`);
    sizes[fitting[0]] += 1;
    return fitting[0];
  });
  must(canonical(Object.fromEntries(strata.map(({ id }, index) => [id, sizes[index]]))) === canonical(committed ?? null), "strata", "sizes");
  return { found, sizes };
}

/** The weight of an object by the plan. */
export function weightOf(object, { field, of }) {
  const value = object[field];
  must(typeof value === "string" && Object.hasOwn(of, value), "weight", () => `of ${object.id}`);
  return of[value];
}

/** Draw: returns {visits: [{row, stratum, ticket}] in order of (ticket, id), strata: what the notice says of each}. */
export function drawn({ plan, objects, seed, committed }) {
  const { found, sizes } = stratified(objects, plan.strata, committed.objects.strata);
  const all = new Uint32Array(8 * objects.length);
  const ticket = tickets(seed);
  objects.forEach((object, index) => ticket(object.salted, weightOf(object, plan.weights), all, 8 * index));
  const byTicket = (a, b) => {
    for (let i = 0; i < 8; i += 1) if (all[8 * a + i] !== all[8 * b + i]) return all[8 * a + i] < all[8 * b + i] ? -1 : 1;
    return a - b; // rows are in ascending order of their ids
  };
  const ofIndex = (index) => words(all.subarray(8 * index, 8 * index + 8));
  const members = plan.strata.map(() => []);
  found.forEach((stratum, index) => members[stratum].push(index));
  const taken = [];
  const strata = plan.strata.map((stratum, position) => {
    const quota = quotaOf(stratum.quota, sizes[position]);
    const least = members[position].sort(byTicket).slice(0, quota);
    taken.push(...least);
    return { id: stratum.id, size: sizes[position], quota, cutoff: least.length ? ofIndex(least.at(-1)) : null };
  });
  const visits = taken.sort(byTicket).map((index) => ({
    row: objects[index], stratum: plan.strata[found[index]].id, ticket: ofIndex(index),
  }));
  return { visits, strata };
}
