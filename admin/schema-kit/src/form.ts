/** A form as the designer shows it: fields, groups, repeats, shared fields and rules, each with its place in the schema. */

import { readRule, type Rule } from "./conditions.js";
import { isObject, list, members, textOf, type Json, type JsonObject, type Text } from "./json.js";
import { pointer } from "./pointer.js";

export type Kind =
  | "text"
  | "number"
  | "date"
  | "yes-no"
  | "declaration"
  | "choice"
  | "choices"
  | "group"
  | "repeat"
  | "shared"
  | "json";

export interface Field {
  /** Where its schema stands in the form. */
  place: string;
  /** Where its value stands in a document; `*` is any entry of a list. */
  path: string[];
  name: string;
  kind: Kind;
  title: Text | null;
  help: Text | null;
  required: boolean;
  widget: string | null;
  /** The shared document that it is, with `kind` "shared". */
  shared: string | null;
  /** The fact that fills it in beforehand. */
  prefill: string | null;
  children: Field[];
  rules: PlacedRule[];
  /** Keywords that the designer does not model: they stay as they are, and are edited as JSON. */
  others: string[];
}

export interface PlacedRule {
  place: string;
  /** null: says more than the designer knows, and is edited as JSON. */
  rule: Rule | null;
}

const EVERYWHERE = [
  "title",
  "description",
  "x-title",
  "x-description",
  "x-ui",
  "x-hint",
  "x-personal",
  "x-prefill",
];
const OF_KIND: Readonly<Record<Kind, readonly string[]>> = {
  text: ["type", "minLength", "maxLength", "pattern", "format"],
  number: ["type", "minimum", "maximum", "multipleOf"],
  date: ["type", "format"],
  "yes-no": ["type"],
  declaration: ["type", "const"],
  choice: ["type", "enum", "x-labels", "x-enum-titles"],
  choices: ["type", "items", "minItems", "maxItems", "uniqueItems"],
  group: ["type", "properties", "required", "additionalProperties", "if", "then", "else", "allOf"],
  repeat: ["type", "items", "minItems", "maxItems", "uniqueItems"],
  shared: ["$ref"],
  json: [],
};

/** The whole form as a group; `kind` "json" where it is no form that the designer can show. */
export function view(form: Json): Field {
  return field(form, "", [], "", true);
}

/** Every field inside, groups before what is in them. */
export function fieldsOf(one: Field): Field[] {
  return one.children.flatMap((child) => [child, ...fieldsOf(child)]);
}

export function rulesOf(one: Field): PlacedRule[] {
  return [...one.rules, ...one.children.flatMap(rulesOf)];
}

function field(schema: Json, place: string, path: string[], name: string, required: boolean): Field {
  const body = isObject(schema) ? schema : {};
  const kind = isObject(schema) ? kindOf(body) : "json";
  const inner = kind === "group" ? { node: body, place } : repeated(body, place, kind);
  const below = kind === "repeat" ? [...path, "*"] : path;
  const ui = members(body["x-ui"]);
  const prefill = members(body["x-prefill"])["fact"];
  return {
    place,
    path,
    name,
    kind,
    required,
    title: textOf(body["x-title"]),
    help: textOf(ui["help"]),
    widget: typeof ui["widget"] === "string" ? ui["widget"] : null,
    shared: typeof body["$ref"] === "string" ? body["$ref"] : null,
    prefill: typeof prefill === "string" ? prefill : null,
    children: inner ? childrenOf(inner.node, inner.place, below) : [],
    rules: inner ? placedRules(inner.node, inner.place) : [],
    others: othersOf(body, kind, place),
  };
}

/** The group that a list repeats. */
function repeated(body: JsonObject, place: string, kind: Kind): { node: JsonObject; place: string } | null {
  const items = body["items"];
  return kind === "repeat" && isObject(items) && isObject(items["properties"])
    ? { node: items, place: `${place}/items` }
    : null;
}

function childrenOf(group: JsonObject, place: string, path: string[]): Field[] {
  const asked = list(group["required"]);
  return inOrder(group).map((name) => {
    const below = place + pointer(["properties", name]);
    return field(members(group["properties"])[name]!, below, [...path, name], name, asked.includes(name));
  });
}

/** The names of a group's fields as people see them: by `x-ui.order`, then as they are written. */
export function inOrder(group: JsonObject): string[] {
  const entries = Object.entries(members(group["properties"]));
  const order = (schema: Json): number => {
    const said = isObject(schema) ? members(schema["x-ui"])["order"] : undefined;
    return typeof said === "number" ? said : Number.MAX_SAFE_INTEGER;
  };
  return entries.toSorted(([, one], [, other]) => order(one) - order(other)).map(([name]) => name);
}

function placedRules(group: JsonObject, place: string): PlacedRule[] {
  const own = "if" in group ? [{ place, rule: readRule(group) }] : [];
  const listed = list(group["allOf"]).map((one, index) => ({
    place: `${place}/allOf/${index}`,
    rule: isObject(one) ? readRule(one) : null,
  }));
  return [...own, ...listed];
}

function othersOf(body: JsonObject, kind: Kind, place: string): string[] {
  const known = [...EVERYWHERE, ...OF_KIND[kind], ...(place === "" ? ["$schema", "$id", "$defs"] : [])];
  return Object.keys(body).filter((keyword) => !known.includes(keyword));
}

function kindOf(schema: JsonObject): Kind {
  if (typeof schema["$ref"] === "string") return "shared";
  if (Array.isArray(schema["enum"])) return "choice";
  const { type, items } = schema;
  if (type === "object") return isObject(schema["properties"]) ? "group" : "json";
  if (type === "array")
    return isObject(items) ? (Array.isArray(items["enum"]) ? "choices" : "repeat") : "json";
  if (type === "boolean") return schema["const"] === true ? "declaration" : "yes-no";
  if (type === "integer" || type === "number") return "number";
  if (type === "string") return schema["format"] === "date" ? "date" : "text";
  return "json";
}
