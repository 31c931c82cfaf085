// A dry run of a draw: the very steps that the public verifier plays, over rosters that nobody committed to.
import { at, isObject, type Json, list, members } from "@jisheng/schema-kit";
import { paired } from "../../../../draws/verify/pairing.js";
import { sorter, Sieve } from "../../../../draws/verify/selection.js";
import type { JsonObject } from "../../json/pointer";

export interface Rosters {
  objects: JsonObject[];
  inspectors: JsonObject[];
  conflicts: JsonObject[];
}

export interface Outcome {
  strata: { id: string; size: number; quota: number; drawn: number }[];
  /** By value of the weighed member: how many there are, how many were drawn. */
  values: { value: string; size: number; drawn: number }[];
  filled: boolean;
  visits: number;
  most: number;
  mean: number;
  seed: string;
}

/** Thrown by the verifier's own parts where a row has no weight, or is in no stratum or in two. */
export function dryRun(draw: JsonObject, rosters: Rosters, random: (bytes: Uint8Array) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): Outcome {
  const salted = (rows: JsonObject[]) => rows.toSorted(byId).map((row) => ({ ...row, salted: random(new Uint8Array(16)) }));
  const seed = random(new Uint8Array(32));
  const plan = { strata: draw.strata, slots: draw.slots, weights: draw.weights, cap: draw.cap, pools: draw.pools ?? 0 };
  const objects = salted(rosters.objects);
  const sieve = new Sieve(plan, seed, sizesOf(draw, objects));
  for (const row of objects) sieve.offer(row);
  const { visits, strata } = sieve.drawn();
  const { pool, teams } = paired({ visits, inspectors: salted(rosters.inspectors), conflicts: rosters.conflicts, plan, seed });
  const drawn = visits.map((one) => one.row as unknown as JsonObject);
  return {
    strata: strata.map((one) => ({ ...one, drawn: visits.filter((visit) => visit.stratum === one.id).length })),
    values: valuesOf(draw, rosters.objects, drawn), filled: pool !== null, visits: visits.length, ...loadOf(teams),
    seed: [...seed.slice(0, 6)].map((one) => one.toString(16).padStart(2, "0")).join(""),
  };
}

function sizesOf(draw: JsonObject, objects: unknown[]): Record<string, number> {
  const stratumOf = sorter(draw.strata);
  const names = list(draw.strata).map((one) => String(members(one).id));
  const sizes = Object.fromEntries(names.map((name) => [name, 0]));
  for (const row of objects) {
    const name = names[stratumOf(row)] as string;
    sizes[name] = (sizes[name] as number) + 1;
  }
  return sizes;
}

function valuesOf(draw: JsonObject, objects: JsonObject[], drawn: JsonObject[]): Outcome["values"] {
  const { field, of } = members(draw.weights);
  const count = (rows: JsonObject[], value: string) => rows.filter((row) => String(row[String(field)]) === value).length;
  return Object.keys(members(of)).map((value) => ({ value, size: count(objects, value), drawn: count(drawn, value) }));
}

/** How many visits the busiest has, and those who have any on average. */
function loadOf(teams: [number, number][][]): { most: number; mean: number } {
  const load = new Map<number, number>();
  for (const [, one] of teams.flat()) load.set(one, (load.get(one) ?? 0) + 1);
  const busy = [...load.values()];
  return { most: Math.max(0, ...busy), mean: busy.reduce((sum, one) => sum + one, 0) / Math.max(1, busy.length) };
}

/** Rosters of as many as somebody assumes: each object with its value, each inspector with every certificate. */
export function madeUp(draw: JsonObject, counts: Record<string, number>, people: Record<string, number>): Rosters {
  const member = String(members(draw.weights).field ?? "");
  const departments = departmentsOf(draw);
  const certificates = [...new Set(list(draw.slots).flatMap((one) => list(members(one).certificates)))];
  const objects = Object.entries(counts).flatMap(([value, count]) => Array.from({ length: count }, (_, index): JsonObject => ({ id: `o-${value}-${index}`, [member]: value, departments })));
  const inspectors = Object.entries(people).flatMap(([department, count]) => Array.from({ length: count }, (_, index): JsonObject => ({ id: `i-${department}-${index}`, department, certificates })));
  return { objects, inspectors, conflicts: [] };
}

export const departmentsOf = (draw: JsonObject): string[] =>
  [...new Set(list(draw.slots).map((one) => members(one).department).filter((one) => typeof one === "string"))];

export type Records = Record<string, { record_id: string; body: JsonObject }[]>;

/** The registers that the rosters are made of. */
export function registersOf(draw: JsonObject): string[] {
  const rosters = ["objects", "inspectors", "conflicts"].map((name) => draw[name]).filter(isObject);
  const named = rosters.flatMap((one) => [one.register, members(one.without).of, ...Object.values(members(one.fields)).map((field) => members(field).of)]);
  return [...new Set(named.filter((one) => typeof one === "string"))];
}

/** The rosters out of the registers' records, as the plan says (domain/draws/declared.py). */
export function rostersOf(draw: JsonObject, records: Records, today: string): Rosters {
  const one = (name: string): JsonObject[] => {
    const said = draw[name];
    if (!isObject(said)) return [];
    return (records[String(said.register)] ?? [])
      .filter(({ record_id, body }) => isMeant(said, body, otherOf(records, record_id), today))
      .map(({ record_id, body }) => rowOf(members(said.fields), body, otherOf(records, record_id)));
  };
  return { objects: one("objects"), inspectors: one("inspectors"), conflicts: one("conflicts") };
}

type Other = (register: Json | undefined) => JsonObject | undefined;
const otherOf = (records: Records, id: string): Other => (register) => records[String(register)]?.find((one) => one.record_id === id)?.body;

function isMeant(said: JsonObject, body: JsonObject, other: Other, today: string): boolean {
  if (!Object.entries(members(said.where)).every(([place, wanted]) => at(body, place) === wanted)) return false;
  const without = members(said.without);
  const day = typeof without.at === "string" ? at(other(without.of), without.at) : undefined;
  return typeof day !== "string" || Date.parse(day) + Number(without.within_days) * 86_400_000 <= Date.parse(today);
}

function rowOf(fields: JsonObject, body: JsonObject, other: Other): JsonObject {
  const told = Object.entries(fields).map(([name, field]): [string, Json | undefined] => {
    const { value, at: place, of, default: otherwise } = members(field);
    if (value !== undefined) return [name, value];
    return [name, at(of === undefined ? body : other(of), String(place)) ?? otherwise];
  });
  return Object.fromEntries(told.filter((pair): pair is [string, Json] => pair[1] !== undefined));
}

const byId = (one: JsonObject, two: JsonObject) => (String(one.id) < String(two.id) ? -1 : 1);
