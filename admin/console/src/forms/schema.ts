// A schema and what its places are: foreign references brought in, references followed, titles along a pointer.
import type { Language } from "@jisheng/api-client";
import { isObject, type Json, type JsonObject } from "../json/pointer";

export type Schema = JsonObject;

/** Keyword of ours: nothing says what stands here, so it is shown as JSON. */
export const OPEN = "x-open";
const DRAFT = "https://json-schema.org/";

/** The schema with every `$ref` leading to a place of its own: parts of other documents become `$defs`. */
export function bundled(schema: Schema, documents: readonly Schema[]): Schema {
  const known = new Map(documents.map((one) => [String(one.$id), one]));
  const added: JsonObject = {};
  const bring = (home: string, value: Json): Json => {
    if (Array.isArray(value)) return value.map((member) => bring(home, member));
    if (!isObject(value)) return value;
    const made: JsonObject = {};
    for (const [name, member] of Object.entries(value)) made[name] = name === "$ref" ? member : bring(home, member);
    return typeof value.$ref === "string" ? referred(home, made, value.$ref) : made;
  };
  const referred = (home: string, made: JsonObject, ref: string): JsonObject => {
    const [document, fragment = ""] = ref.split("#");
    const target = document || home;
    if (!target || target === schema.$id) return { ...made, $ref: `#${fragment}` };
    if (target.startsWith(DRAFT) || !known.has(target)) return without(made, "$ref", { [OPEN]: true });
    const name = `${target} ${fragment}`.replace(/[^A-Za-z0-9]+/g, "-");
    if (!(name in added)) {
      added[name] = {}; // before its own references: they may lead back here
      added[name] = bring(target, part(reached(known.get(target) as Schema, fragment)));
    }
    return { ...made, $ref: `#/$defs/${name}` };
  };
  const whole = part(bring("", schema)) as Schema;
  return { ...whole, $defs: { ...(isObject(whole.$defs) ? whole.$defs : {}), ...added } };
}

/** No document of its own any more: with an `$id`, what it refers to would be looked for in itself. */
function part(document: Json): Json {
  if (!isObject(document)) return document;
  const { $id: _id, $schema: _dialect, ...own } = document;
  return own;
}

const reached = (document: Schema, fragment: string): Json =>
  fragment
    .split("/")
    .slice(1)
    .reduce<Json>((found, name) => (isObject(found) ? (found[name] ?? {}) : {}), document);

/** A text in two languages, a plain one, or nothing. */
export function text(said: Json | undefined, language: Language): string | undefined {
  if (typeof said === "string") return said;
  if (!isObject(said)) return undefined;
  const found = said[language] ?? said.zh;
  return typeof found === "string" ? found : undefined;
}

/** What a schema says of its own members once `$ref`s at its top are followed: its title, its kind of value. */
export function followed(schema: Json | undefined, root: Schema): Schema {
  let found: Json | undefined = schema;
  for (let hops = 0; hops < 20 && isObject(found) && typeof found.$ref === "string"; hops++) {
    const { $ref, ...own } = found;
    const target: Json = reached(root, String($ref).slice(1));
    found = isObject(target) ? { ...target, ...own } : own;
  }
  return isObject(found) ? found : {};
}

/** The titles along a pointer, for people: "时限 › 2 › 时长". */
export function titlesOf(names: readonly string[], root: Schema): string[] {
  let here: Schema[] = [followed(root, root)];
  return names.map((name) => {
    const below = here.flatMap((one) => branches(one, root)).flatMap((one) => membersOf(one, name));
    here = below.map((one) => followed(one, root));
    const title = here.map((one) => one.title).find((one) => typeof one === "string");
    if (/^\d+$/.test(name)) return String(Number(name) + 1);
    return typeof title === "string" ? title : name;
  });
}

function branches(schema: Schema, root: Schema): Schema[] {
  const more = ["allOf", "anyOf", "oneOf"].flatMap((word) => (Array.isArray(schema[word]) ? schema[word] : []));
  const conditional = [schema.then, schema.else].filter(isObject);
  return [schema, ...[...more, ...conditional].map((one) => followed(one, root)).flatMap((one) => branches(one, root))];
}

function membersOf(schema: Schema, name: string): Json[] {
  const named = isObject(schema.properties) ? schema.properties[name] : undefined;
  if (named !== undefined) return [named];
  const patterns = isObject(schema.patternProperties) ? Object.values(schema.patternProperties) : [];
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems[Number(name)] : undefined;
  return [first, schema.items, ...patterns, schema.additionalProperties].filter(isObject);
}

function without(value: JsonObject, name: string, more: JsonObject): JsonObject {
  const { [name]: _gone, ...rest } = value;
  return { ...rest, ...more };
}
