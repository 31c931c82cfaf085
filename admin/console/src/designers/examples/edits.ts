// What can be done to the examples of an item: each takes the item and gives back a changed copy, touching nothing else.
import { at, drop, insert, isObject, type Json, type JsonObject, list, members, put } from "@jisheng/schema-kit";

export const PLACE = "/examples";

/** Members set, or with undefined taken away: one change that is undone as one. */
export type Said = Record<string, Json | undefined>;

export function changed(document: Json, place: string, said: Said): Json {
  return Object.entries(said).reduce<Json>(
    (now, [member, value]) => (value === undefined ? drop(now, `${place}/${escaped(member)}`) : put(now, `${place}/${escaped(member)}`, value)),
    document,
  );
}

/** One more entry of a list, at its end; the list is begun where there is none. */
export const added = (document: Json, place: string, entry: Json): Json =>
  Array.isArray(at(document, place)) ? insert(document, `${place}/-`, entry) : put(document, place, [entry]);

export const moved = (document: Json, place: string, from: number, to: number): Json =>
  insert(drop(document, `${place}/${String(from)}`), `${place}/${String(to)}`, at(document, `${place}/${String(from)}`) as Json);

/** The same once more, right behind it; `renamed` where two may not bear one name. */
export function doubled(document: Json, place: string, index: number, renamed?: (name: string) => string): Json {
  const one = structuredClone(at(document, `${place}/${String(index)}`) as Json);
  if (!renamed || !isObject(one)) return insert(document, `${place}/${String(index + 1)}`, one);
  const taken = list(at(document, place)).map((other) => members(other).name);
  let name = renamed(String(one.name ?? ""));
  while (taken.includes(name)) name = renamed(name);
  return insert(document, `${place}/${String(index + 1)}`, { ...one, name });
}

/** A member of a map set, or with undefined taken away; a map that is left empty goes too, unless it must be there. */
export function entered(document: Json, place: string, map: string, name: string, value: Json | undefined, kept = false): Json {
  const { [name]: _old, ...rest } = members(at(document, `${place}/${map}`));
  const next: JsonObject = value === undefined ? rest : { ...rest, [name]: value };
  if (Object.keys(next).length === 0 && !kept) return drop(document, `${place}/${map}`);
  return put(document, `${place}/${map}`, next);
}

const MORNING = "T09:00:00+08:00";
export const SUBJECTS = ["person", "enterprise", "node", "system"] as const;
const SAMPLE_ENTERPRISE = "91430112MA4DEM010Y"; // the sample company of the pack: a code of that form belongs to nobody

/** Who an example speaks of until somebody says otherwise. */
export function somebody(sort: string, item: JsonObject): string {
  if (sort === "enterprise") return `enterprise:${SAMPLE_ENTERPRISE}`;
  if (sort === "node") return `node:${String(item.department ?? "office")}`;
  return sort === "system" ? "system:example" : "person:example-applicant";
}

/** An example that says nothing yet: begun on the day of the others, by whom the item is for. */
export function fresh(item: JsonObject, name: (number: number) => string, initial: string, today: string): JsonObject {
  const examples = list(item.examples).map(members);
  const names = examples.map((one) => one.name);
  let number = examples.length + 1;
  while (names.includes(name(number))) number += 1;
  const party = members(Object.values(members(item.parties))[0]);
  const before = examples[0];
  return {
    name: name(number),
    today: before?.today ?? `${today}${MORNING}`,
    applicant: before?.applicant ?? somebody(String(list(party.subject)[0] ?? "person"), item),
    facts: {}, form: {}, materials: [], moves: [],
    expect: { state: initial, refused: null },
  };
}

const escaped = (member: string) => member.replaceAll("~", "~0").replaceAll("/", "~1");
