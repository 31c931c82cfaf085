// Strata, quotas and tickets (§3.4, §3.5): which objects are drawn.
import { hex, words } from "./bytes.js";
import { must } from "./faults.js";
import { tickets } from "./tickets.js";

/** The quota of a stratum of `size`, in whole numbers of any length. */
export function quotaOf({ num, den, min, max }, size) {
  const share = Number((BigInt(size) * BigInt(num) + BigInt(den) - 1n) / BigInt(den));
  return Math.min(size, max, Math.max(min, share));
}

/** A function: row → index of the one stratum that holds it. Rows that look alike are judged once. */
export function sorter(strata) {
  const tests = strata.map(({ where }) => Object.entries(where).map(([member, values]) => [member, new Set(values)]));
  const members = [...new Set(tests.flatMap((test) => test.map(([member]) => member)))];
  const known = new Map();
  const fits = (row) => (test) => test.every(([member, values]) => Object.hasOwn(row, member) && values.has(row[member]));
  return (row) => {
    const look = JSON.stringify(members.map((member) => row[member] ?? null));
    if (!known.has(look)) {
      const fitting = tests.flatMap((test, index) => (fits(row)(test) ? [index] : []));
      must(fitting.length === 1, "strata", () => `${row.id} is in ${fitting.length}`);
      known.set(look, fitting[0]);
    }
    return known.get(look);
  };
}

/** The weight of a row by the plan. */
export function weightOf(row, { field, of }) {
  const value = row[field];
  must(typeof value === "string" && Object.hasOwn(of, value), "weight", () => row.id);
  return of[value];
}

/** Takes the objects one by one, in the order of their ids, and keeps of each stratum those with the smallest tickets. */
export class Sieve {
  constructor(plan, seed, sizes) {
    this.plan = plan;
    this.quotas = plan.strata.map((one) => quotaOf(one.quota, sizes[one.id] ?? 0));
    this.sizes = plan.strata.map(() => 0);
    this.kept = plan.strata.map(() => []);
    this.stratumOf = sorter(plan.strata);
    this.ticket = tickets(seed);
    this.found = new Uint32Array(8);
  }

  offer(row) {
    const stratum = this.stratumOf(row);
    this.ticket(row.salted, weightOf(row, this.plan.weights), this.found, 0);
    this.sizes[stratum] += 1;
    const kept = this.kept[stratum], quota = this.quotas[stratum];
    if (!quota || (kept.bound && later(this.found, kept.bound) > 0)) return;
    kept.push({ row, stratum, words: this.found.slice() });
    if (kept.length > 2 * quota + 64) this.cut(stratum);
  }

  cut(stratum) {
    const kept = this.kept[stratum].sort(byTicket), quota = this.quotas[stratum];
    kept.length = Math.min(kept.length, quota);
    if (quota && kept.length === quota) kept.bound = kept[quota - 1].words;
  }

  /** {visits: [{row, stratum, ticket}] in order of (ticket, id), strata: what the notice says of each}. */
  drawn() {
    this.plan.strata.forEach((_, stratum) => this.cut(stratum));
    const visits = this.kept.flat().sort(byTicket).map(({ row, stratum, words: ticket }) => ({
      row, stratum: this.plan.strata[stratum].id, ticket: words(ticket),
    }));
    const strata = this.plan.strata.map(({ id }, index) => ({
      id, size: this.sizes[index], quota: this.quotas[index], cutoff: this.kept[index].length ? hex(words(this.kept[index].at(-1).words)) : "",
    }));
    return { visits, strata };
  }
}

function later(a, b) {
  for (let i = 0; i < 8; i += 1) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

const byTicket = (a, b) => later(a.words, b.words) || (a.row.id < b.row.id ? -1 : 1);
