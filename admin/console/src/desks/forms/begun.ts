// What of a form somebody began: the form library fills in groups by itself as soon as anything is typed.
import { isObject, type Json, type JsonObject } from "../../json/pointer";

type Loose = { [name: string]: Json | undefined };
const group = (value: unknown): value is Loose => isObject(value as Json);

/** Nothing is written in it, however many groups it has. */
export const isVoid = (value: Loose): boolean => Object.values(value).every((one) => one === undefined || (group(one) && isVoid(one)));

/** What is drawn next: groups that nobody opened go again. `changed`: the id of the field that changed, `path` of this one. */
export function drawn(before: Loose, after: Loose, path: string, changed = ""): Loose {
  const kept = Object.entries(after).flatMap(([name, value]): [string, Json | undefined][] => {
    const own = `${path}_${name}`;
    if (Array.isArray(value)) return [[name, entries(before[name], value, own, changed)]];
    if (!group(value)) return [[name, value]];
    const was = before[name];
    const asked = changed === own || changed.startsWith(`${own}_`) || group(was);
    return asked || !isVoid(value) ? [[name, drawn(group(was) ? was : {}, value, own, changed) as Json]] : [];
  });
  return Object.fromEntries(kept);
}

/** An entry itself stays, however void: somebody added it. */
function entries(before: Json | undefined, after: Json[], path: string, changed: string): Json[] {
  const was = Array.isArray(before) ? before : [];
  return after.map((one, index) => (group(one) ? (drawn(group(was[index]) ? was[index] : {}, one, `${path}_${String(index)}`, changed) as Json) : one));
}

/** What is written and nothing else: no member and no entry that has no value. */
export function plain(value: Loose): JsonObject {
  const said = (one: Json | undefined): Json | undefined => {
    if (Array.isArray(one)) return one.filter((entry) => entry !== undefined).map((entry) => said(entry) as Json);
    return group(one) ? plain(one) : one;
  };
  return Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (one === undefined ? [] : [[name, said(one) as Json]])));
}

/** What is handed on: no void group, unless it must be there; then the server says what it lacks, field by field. */
export function written(schema: JsonObject, value: Loose, retrieve: (schema: JsonObject, value: Json) => JsonObject): JsonObject {
  const whole = retrieve(schema, value as Json);
  const members = isObject(whole.properties) ? whole.properties : {};
  const required = Array.isArray(whole.required) ? whole.required : [];
  const inside = (name: string, one: Loose) => written(isObject(members[name]) ? members[name] : {}, one, retrieve);
  const kept = Object.entries(value).flatMap(([name, one]): [string, Json][] => {
    if (one === undefined) return [];
    if (!group(one)) return [[name, one]];
    return isVoid(one) && !required.includes(name) ? [] : [[name, inside(name, one)]];
  });
  const missing = required.filter((name) => typeof name === "string" && !(name in value) && isGroup(members[name]));
  return Object.fromEntries([...kept, ...missing.map((name): [string, Json] => [String(name), {}])]);
}

const isGroup = (schema: Json | undefined) => isObject(schema) && (schema.type === "object" || "$ref" in schema);
