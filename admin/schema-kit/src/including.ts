/** A process with the fragments that it includes, an item over those that it extends, put together as the server's `domain/expansion.py` does it. */

import { isObject, list, member, members, type Json, type JsonObject } from "./json.js";

export interface Whole {
  process: JsonObject;
  /** Which fragment a state came from; the process's own states are not listed. */
  states: ReadonlyMap<string, string>;
  /** How many of a state's transitions are the process's own: the rest came with fragments, by their names. */
  transitions: ReadonlyMap<string, readonly string[]>;
  /** Fragments that are named and not there. */
  missing: readonly string[];
}

export function whole(process: JsonObject, fragments: Readonly<Record<string, JsonObject>> = {}): Whole {
  const built = structuredClone(process);
  const states = new Map<string, string>();
  const attached = new Map<string, string[]>();
  const missing: string[] = [];
  for (const include of list(process["includes"]).filter(isObject)) {
    const name = String(include["fragment"]);
    const fragment = fragments[name];
    if (fragment) includeOne(built, fragment, include, name, states, attached);
    else missing.push(name);
  }
  return { process: built, states, transitions: attached, missing };
}

function includeOne(
  built: JsonObject,
  fragment: JsonObject,
  include: JsonObject,
  name: string,
  states: Map<string, string>,
  attached: Map<string, string[]>,
): void {
  const places = members(include["places"]);
  const names = Object.fromEntries(
    Object.entries(places).map(([place, state]) => [`@${place}`, String(state)]),
  );
  const body = renamed(fragment, names) as JsonObject;
  const known = nodes(built);
  const chart = (built["chart"] ??= { states: {} }) as JsonObject;
  const within = typeof include["within"] === "string" ? known.get(include["within"]) : chart;
  for (const [id, node] of Object.entries(members(members(body["chart"])["states"]))) {
    const host = known.get(id);
    if (host) attach(host, id, members(node)["transitions"], name, attached);
    else {
      const holder = members(node)["final"] === true ? chart : (within ?? chart);
      holder["states"] = { ...members(holder["states"]), [id]: structuredClone(node) };
      for (const inner of [id, ...nodes({ chart: { states: { [id]: node } } }).keys()])
        states.set(inner, name);
    }
  }
  for (const [place, arrows] of Object.entries(members(body["attach"]))) {
    const id = String(places[place] ?? "");
    const host = known.get(id);
    if (host) attach(host, id, arrows, name, attached);
  }
  for (const part of ["moves", "internal", "states"])
    built[part] = merged(members(body[part]), members(built[part]));
}

function attach(
  host: JsonObject,
  id: string,
  arrows: Json | undefined,
  name: string,
  attached: Map<string, string[]>,
): void {
  const added = list(arrows);
  host["transitions"] = [...list(host["transitions"]), ...structuredClone(added)];
  attached.set(id, [...(attached.get(id) ?? []), ...added.map(() => name)]);
}

/** Every state of the chart, with its inner states, by its id. */
export function nodes(process: JsonObject): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const visit = (states: Json | undefined): void => {
    for (const [id, node] of Object.entries(members(states))) {
      if (!isObject(node)) continue;
      found.set(id, node);
      visit(node["states"]);
    }
  };
  visit(members(process["chart"])["states"]);
  return found;
}

/** What belongs to one item alone and is never handed down. */
const OWN = ["abstract", "overrides", "serves", "effective_from", "retired_at", "hard_stop"];

/** An item over those that it extends, the nearest first. What those fixed is the server's to refuse. */
export function extended(item: JsonObject, above: readonly JsonObject[]): JsonObject {
  return [item, ...above].reduceRight((under, over) => {
    const inherited = Object.entries(under).filter(([name]) => !OWN.includes(name));
    return merged(Object.fromEntries(inherited), over) as JsonObject;
  });
}

/** `over` on `under`: objects member by member (null removes), lists of things with ids by id, else replaced. */
export function merged(under: Json | undefined, over: Json): Json {
  if (isObject(under) && isObject(over)) {
    const kept = Object.entries(under).filter(([name]) => member(over, name) !== null);
    const patched = Object.entries(over).filter(([, one]) => one !== null);
    return {
      ...Object.fromEntries(kept),
      ...Object.fromEntries(patched.map(([name, one]) => [name, merged(member(under, name), one)])),
    };
  }
  const old = byId(under);
  const fresh = byId(over);
  if (!old || !fresh) return over;
  return [...new Map([...old, ...fresh])].map(([id, one]) => merged(old.get(id), one));
}

function byId(value: Json | undefined): Map<string, Json> | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const pairs = value.map((one): [Json | undefined, Json] => [isObject(one) ? one["id"] : undefined, one]);
  return pairs.every(([id]) => typeof id === "string") ? new Map(pairs as [string, Json][]) : null;
}

function renamed(value: Json, names: Readonly<Record<string, string>>): Json {
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, names)]));
  return typeof value === "string" ? (names[value] ?? value) : value;
}
