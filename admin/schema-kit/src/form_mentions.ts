/** Where a form speaks of a field besides declaring it: its conditions, at any depth and in whatever words. */

import { isObject, list, type Json, type JsonObject } from "./json.js";
import { at, pointer, tokens } from "./pointer.js";

const ONE = ["if", "then", "else", "not"] as const;
const MANY = ["allOf", "anyOf", "oneOf"] as const;

/** The field's way through a document, out of its place in the schema: `*` is an entry of a list. */
export function pathOf(place: string): string[] {
  const path: string[] = [];
  const words = tokens(place);
  for (let index = 0; index < words.length; index += 1) {
    if (words[index] === "items") path.push("*");
    else if (words[index] === "properties") path.push(words[(index += 1)]!);
  }
  return path;
}

/** Places of the rules and other conditions that name the field. */
export function fieldMentions(form: Json, place: string): string[] {
  const found = new Set<string>();
  visit(form, "", pathOf(place), (node, where, name, conditional) => {
    if (!conditional) return;
    if (list(node["required"]).includes(name)) found.add(where);
    if (isObject(node["properties"]) && Object.hasOwn(node["properties"], name)) found.add(where);
  });
  return [...found];
}

/** The form with another name for the field, wherever it is named. */
export function renamed(form: Json, place: string, name: string): Json {
  return rewritten(form, pathOf(place), name);
}

type Seen = (node: JsonObject, place: string, name: string, conditional: boolean) => void;

function visit(
  schema: Json | undefined,
  place: string,
  path: readonly string[],
  seen: Seen,
  conditional = false,
): void {
  const [token, ...rest] = path;
  if (!isObject(schema) || token === undefined) return;
  if (rest.length === 0 && token !== "*") seen(schema, place, token, conditional);
  for (const keyword of ONE) visit(schema[keyword], `${place}/${keyword}`, path, seen, true);
  for (const keyword of MANY) {
    for (const [index, one] of list(schema[keyword]).entries())
      visit(one, `${place}/${keyword}/${index}`, path, seen, true);
  }
  if (rest.length === 0) return;
  const below = token === "*" ? "items" : "properties";
  if (token === "*") {
    visit(schema["items"], `${place}/items`, rest, seen, conditional);
    visit(schema["contains"], `${place}/contains`, rest, seen, true);
  } else {
    visit(at(schema, pointer([below, token])), place + pointer([below, token]), rest, seen, conditional);
  }
}

function rewritten(schema: Json, path: readonly string[], name: string): Json {
  const [token, ...rest] = path;
  if (!isObject(schema) || token === undefined) return schema;
  const copy: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) copy[keyword] = part(keyword, value, path, name);
  return copy;
  function part(keyword: string, value: Json, whole: readonly string[], to: string): Json {
    if ((ONE as readonly string[]).includes(keyword)) return rewritten(value, whole, to);
    if ((MANY as readonly string[]).includes(keyword))
      return list(value).map((one) => rewritten(one, whole, to));
    if (token === "*")
      return keyword === "items" || keyword === "contains" ? rewritten(value, rest, to) : value;
    if (keyword === "required" && rest.length === 0)
      return list(value).map((one) => (one === token ? to : one));
    if (keyword !== "properties" || !isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]): [string, Json] => {
        if (key !== token) return [key, one];
        return rest.length === 0 ? [to, one] : [key, rewritten(one, rest, to)];
      }),
    );
  }
}
