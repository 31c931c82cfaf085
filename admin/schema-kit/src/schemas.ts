/** Which subschemas a form has, and which of them speak about a given place of a document. */

import { isObject, list, member, members, textOf, type Json, type JsonObject, type Text } from "./json.js";
import { tokens, type Path } from "./pointer.js";

export type Shared = Readonly<Record<string, Json>>;

// JSON Schema 2020-12, core §10 and §11: where a keyword's value is, or holds, further schemas
export const NAMED: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
]);
export const LISTED: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
export const SINGLE: ReadonlySet<string> = new Set([
  ...[
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
  ],
  ...["not", "if", "then", "else"],
]);
const IN_PLACE = ["then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas", "if"] as const;

/** The schemas directly inside a schema, each with the tokens that lead to it. */
export function inside(schema: JsonObject): [string[], Json][] {
  return Object.entries(schema).flatMap(([keyword, value]): [string[], Json][] => {
    if (NAMED.has(keyword) && isObject(value)) {
      return Object.entries(value).map(([name, one]) => [[keyword, name], one]);
    }
    if (LISTED.has(keyword) && Array.isArray(value)) {
      return value.map((one, place) => [[keyword, String(place)], one]);
    }
    return SINGLE.has(keyword) ? [[[keyword], value]] : [];
  });
}

/** A schema and all schemas inside it; data such as `const` and `default` is not mistaken for one. */
export function subschemas(schema: Json, path: readonly string[] = []): [readonly string[], JsonObject][] {
  if (!isObject(schema)) return [];
  const below = inside(schema).flatMap(([more, one]) => subschemas(one, [...path, ...more]));
  return [[path, schema], ...below];
}

/** What a reference means inside a document: `#/…`, or a shared document with or without a place in it. */
export function target(reference: string, document: Json | undefined, shared: Shared): [Json, Json] | null {
  const [base = "", fragment = ""] = reference.split("#", 2);
  const root = base === "" ? document : Object.hasOwn(shared, base) ? shared[base] : undefined;
  let here = root;
  for (const token of tokens(decodeURIComponent(fragment))) {
    here = Array.isArray(here) ? here[Number(token)] : member(here, token);
  }
  return here === undefined || root === undefined ? null : [here, root];
}

type Node = readonly [schema: Json | undefined, document: Json];

/** What a form and the shared documents it refers to say about each place of a document. */
export class Places {
  constructor(
    private readonly schema: Json,
    private readonly shared: Shared = {},
  ) {}

  /** All schemas that speak about the place, the nearest to the form's author first. */
  at(path: Path): JsonObject[] {
    let nodes = this.together([[this.schema, this.schema]]);
    for (const token of path) {
      const below = nodes.flatMap(([schema, document]) =>
        next(schema, token).map((one): Node => [one, document]),
      );
      nodes = this.together(below);
    }
    return nodes.map(([schema]) => schema);
  }

  /** The title of a place; a plain `title` serves both languages when there is no `x-title`. */
  title(path: Path): Text | null {
    const said = this.bilingual(path, "x-title");
    if (said) return said;
    const plain = this.at(path)
      .map((schema) => schema["title"])
      .find((title) => title);
    return typeof plain === "string" ? { zh: plain, en: plain } : null;
  }

  /** What a keyword such as `x-title` says of a place in both languages. */
  bilingual(path: Path, keyword: string): Text | null {
    for (const schema of this.at(path)) {
      const said = textOf(schema[keyword]);
      if (said) return said;
    }
    return null;
  }

  /** The nodes and whatever applies at the same place: references, conditions, alternatives. */
  private together(nodes: Node[]): [JsonObject, Json][] {
    const found: [JsonObject, Json][] = [];
    for (const [schema, document] of nodes) {
      // grows while it is read
      if (!isObject(schema) || found.some(([seen]) => seen === schema)) continue;
      found.push([schema, document]);
      if (typeof schema["$ref"] === "string") {
        const meant = target(schema["$ref"], document, this.shared);
        if (meant) nodes.push(meant);
      }
      for (const keyword of IN_PLACE) {
        const value = member(schema, keyword);
        const applied = keyword === "dependentSchemas" ? Object.values(members(value)) : list(value);
        for (const one of applied.length > 0 ? applied : [value]) nodes.push([one, document]);
      }
    }
    return found;
  }
}

function next(schema: JsonObject, token: string | number): (Json | undefined)[] {
  if (typeof token === "number") {
    const listed = list(schema["prefixItems"]);
    return [token < listed.length ? listed[token] : schema["items"]];
  }
  return [member(schema["properties"], token) ?? schema["additionalProperties"]];
}
