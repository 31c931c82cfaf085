// A definition's form in sections: what is short stands together, each larger member has a page of its own.
import { isObject, type Json, type JsonObject } from "../json/pointer";
import { isBilingual } from "./drawing";
import { followed, type Schema } from "./schema";

export interface Section {
  id: string;
  title: string;
  names: string[];
  required: boolean;
}

/** `resolved` is the root with its conditions decided for the present content; `root` has the `$defs`. */
export function sections(resolved: Schema, root: Schema, basic: string): Section[] {
  const members = isObject(resolved.properties) ? Object.entries(resolved.properties) : [];
  const required = new Set(Array.isArray(resolved.required) ? resolved.required : []);
  const ranked = members
    .map(([name, schema]) => ({ name, schema: followed(schema, root) }))
    .filter(({ schema }) => !(isObject(schema["x-ui"]) && schema["x-ui"].widget === "hidden"))
    .sort((one, other) => rank(one.schema) - rank(other.schema));
  const short = ranked.filter(({ schema }) => isShort(schema)).map(({ name }) => name);
  const first: Section[] = short.length ? [{ id: "", title: basic, names: short, required: true }] : [];
  const rest = ranked.filter(({ schema }) => !isShort(schema)).map(({ name, schema }) => ({
    id: name,
    title: typeof schema.title === "string" ? schema.title : name,
    names: [name],
    required: required.has(name),
  }));
  return [...first, ...rest];
}

const rank = (schema: Schema) => (isObject(schema["x-ui"]) ? Number(schema["x-ui"].order ?? 99) : 99);

function isShort(schema: Schema): boolean {
  const items = isObject(schema.items) ? schema.items : undefined;
  const list = schema.type === "array" && items !== undefined && items.type === "string";
  return isBilingual(schema) || list || !["object", "array"].includes(String(schema.type ?? kindOf(schema)));
}

const kindOf = (schema: Schema) => (isObject(schema.properties) || Array.isArray(schema.allOf) ? "object" : "string");

/** The part of the root schema that one section draws. */
export function sectionSchema(resolved: Schema, root: Schema, section: Section): Schema {
  const members = isObject(resolved.properties) ? resolved.properties : {};
  const required = Array.isArray(resolved.required) ? resolved.required : [];
  return {
    type: "object",
    properties: picked(members, section.names),
    required: required.filter((name) => section.names.includes(String(name))),
    $defs: root.$defs ?? {},
  };
}

export function picked(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => value[name] !== undefined).map((name) => [name, value[name] as Json]));
}

/** The definition with a section's members replaced; the order of members stays. */
export function replaced(whole: JsonObject, section: Section, changed: JsonObject): JsonObject {
  const kept = Object.entries(whole).filter(([name]) => !section.names.includes(name) || changed[name] !== undefined);
  const made = Object.fromEntries(kept.map(([name, value]) => [name, section.names.includes(name) ? changed[name] : value]));
  for (const name of section.names) if (!(name in made) && changed[name] !== undefined) made[name] = changed[name];
  return made as JsonObject;
}

/** To which section a pointer leads. */
export function sectionOf(found: readonly Section[], pointer: string): Section | undefined {
  const name = pointer.split("/")[1] ?? "";
  return found.find((one) => one.names.includes(name)) ?? found[0];
}
