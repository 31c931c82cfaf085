/** A schema as the engine is given it: assertions only, said so that JavaScript and Rust read them alike. */

import { isObject, type Json, type JsonObject } from "./json.js";
import { FORMATS } from "./formats.js";
import { LISTED, NAMED, SINGLE } from "./schemas.js";

/** Marks what was `false`: the engine gives no place to an error of the schema `false`. */
export const NEVER = "x-never";

const ASSERTIONS: ReadonlySet<string> = new Set([
  ...[
    "$id",
    "$ref",
    "$anchor",
    "type",
    "const",
    "enum",
    "required",
    "dependentRequired",
    "pattern",
    "format",
  ],
  ...["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties"],
]);

/** Annotations (`x-…`, `title`, `default`) are left out: the engine would look for schemas in them. */
export function prepared(schema: Json): Json {
  if (schema === false) return { not: {}, [NEVER]: true };
  if (!isObject(schema)) return schema;
  const copy: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (NAMED.has(keyword) && isObject(value)) copy[keyword] = named(keyword, value);
    else if (LISTED.has(keyword) && Array.isArray(value)) copy[keyword] = value.map(prepared);
    else if (SINGLE.has(keyword)) copy[keyword] = prepared(value);
    else if (ASSERTIONS.has(keyword)) copy[keyword] = value;
  }
  const written = formatAsPattern(copy);
  if (typeof written["pattern"] === "string") written["pattern"] = portable(written["pattern"]);
  return written;
}

function named(keyword: string, schemas: JsonObject): JsonObject {
  const name = keyword === "patternProperties" ? portable : (key: string) => key;
  return Object.fromEntries(Object.entries(schemas).map(([key, one]) => [name(key), prepared(one)]));
}

function formatAsPattern(schema: JsonObject): JsonObject {
  const { format: name, ...rest } = schema;
  if (typeof name !== "string" || !Object.hasOwn(FORMATS, name)) return rest;
  const { pattern, agrees } = FORMATS[name]!;
  if (agrees) rest["format"] = name;
  if (!("pattern" in rest)) return { ...rest, pattern };
  return { ...rest, allOf: [...(Array.isArray(rest["allOf"]) ? rest["allOf"] : []), { pattern }] };
}

/** JavaScript's `.` also stops at carriage return and U+2028: Rust's does not. */
export function portable(pattern: string): string {
  let written = "";
  let within = false; // a class
  for (let place = 0; place < pattern.length; place += 1) {
    const character = pattern[place]!;
    if (character === "\\") {
      written += character + (pattern[place + 1] ?? "");
      place += 1;
      continue;
    }
    if (character === "[") within = true;
    else if (character === "]") within = false;
    written += character === "." && !within ? "[^\\n]" : character;
  }
  return written;
}
