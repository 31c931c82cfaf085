/** The place of one of the engine's errors, walked along: which schema says it, and its rank in the server's order. */

import { isObject, list, member, members, type Json, type JsonObject } from "./json.js";
import { at, pointer, tokens, type Path } from "./pointer.js";
import { NEVER } from "./preparing.js";
import { LISTED, NAMED, SINGLE, target, type Shared } from "./schemas.js";

// The order in which the server's engine (jsonschema-rs) looks at the keywords of one schema
const ORDER = [
  ...["type", "const", "enum", "minLength", "maxLength", "minimum", "maximum"],
  ...["exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"],
  ...["minProperties", "maxProperties", "pattern", "format", "required", "dependentRequired"],
  ...["properties", "patternProperties", "additionalProperties", "items", "prefixItems", "contains"],
  ...["propertyNames", "dependentSchemas", "allOf", "anyOf", "oneOf", "not", "if"],
  ...["unevaluatedProperties", "unevaluatedItems", "$ref"],
];
const PLACE = new Map(ORDER.map((keyword, place) => [keyword, place]));
const SAME: Readonly<Record<string, string>> = {
  then: "if",
  else: "if",
  minContains: "contains",
  maxContains: "contains",
};

export interface Unit {
  keyword: string;
  text: string;
  instance: string;
  place: string;
}

/** Minimal and maximal counts of `contains` are told as `contains`, `then` and `else` belong to their `if`. */
export function spokenOf(keyword: string): string {
  return SAME[keyword] ?? keyword;
}

/** Along the keywords of an error's place, through references, with the document beside. */
export function walked(unit: Unit, schema: Json, shared: Shared, document: Json): Walk {
  const words = uncoded(unit.place);
  const instance = uncoded(unit.instance);
  const walk = new Walk(schema, shared, document);
  for (let index = 0; index < words.length && !walk.done; ) index += walk.step(words, index, instance);
  walk.finish(unit, instance);
  return walk;
}

export class Walk {
  path: (string | number)[] = [];
  rank: number[] = [];
  schema: JsonObject = {};
  inContains = false;
  nameOf: Path | null = null;
  through = ""; // the keyword by which the last schema was reached
  done = false;
  private root: Json;
  private value: Json | undefined;
  private taken = 0; // tokens of the instance's place

  constructor(
    schema: Json,
    private readonly shared: Shared,
    document: Json,
  ) {
    this.root = schema;
    this.value = document;
    this.enter(schema, "");
  }

  /** How many words of the place it took. */
  step(words: readonly string[], index: number, instance: readonly string[]): number {
    const keyword = words[index]!;
    const word = words[index + 1] ?? "";
    if (keyword === "$ref") return this.refer();
    if (NAMED.has(keyword) && index + 1 < words.length) {
      this.down(keyword, word, instance);
      this.enter(member(members(this.from[keyword]), word), keyword);
      return 2;
    }
    if (LISTED.has(keyword) && index + 1 < words.length) {
      this.down(keyword, word, instance);
      this.enter(list(this.from[keyword])[Number(word)], keyword);
      return 2;
    }
    if (SINGLE.has(keyword) && (keyword !== "not" || index + 1 < words.length)) {
      this.down(keyword, word, instance);
      this.enter(this.from[keyword], keyword);
      return 1;
    }
    this.done = true;
    return 1;
  }

  finish(unit: Unit, instance: readonly string[]): void {
    this.rank.push(unit.keyword === "required" ? priorityOfRequired(this.schema) : priority(unit.keyword));
    if (unit.keyword === "required")
      this.rank.push(list(this.schema["required"]).indexOf(missing(unit) ?? ""));
    this.path = typed(instance.slice(0, this.taken), this.path);
  }

  private get from(): JsonObject {
    return this.schema;
  }

  private refer(): number {
    const meant = target(String(this.schema["$ref"]), this.root, this.shared);
    this.rank.push(priority("$ref"), 0);
    if (meant) this.root = meant[1];
    this.enter(meant?.[0], "$ref");
    return 1;
  }

  private enter(schema: Json | undefined, keyword: string): void {
    this.schema = isObject(schema) ? schema : {};
    this.through = keyword;
  }

  /** One step into the document where the keyword leads there, and its rank among its like. */
  private down(keyword: string, word: string, instance: readonly string[]): void {
    if (keyword === "contains") this.inContains = true;
    const own = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"].includes(
      keyword,
    );
    const item = ["items", "prefixItems", "unevaluatedItems"].includes(keyword);
    const name = instance[this.taken];
    if (keyword === "propertyNames") this.nameOf = [...this.path];
    if (own || item || keyword === "propertyNames" || keyword === "contains") {
      this.rank.push(...this.among(keyword, name ?? ""));
      this.path.push(item || keyword === "contains" ? Number(name) : (name ?? ""));
      this.taken += 1;
      this.value = at(this.value, pointer([name ?? ""]));
    } else {
      this.rank.push(
        priority(keyword),
        LISTED.has(keyword) ? Number(word) : names(this.schema[keyword], word),
      );
    }
  }

  private among(keyword: string, name: string): [number, number] {
    if (Array.isArray(this.value)) return [priority(keyword), Number(name)];
    const given = Object.keys(members(this.value));
    const declared = Object.keys(members(this.schema["properties"]));
    const closed = this.schema["additionalProperties"] !== undefined;
    const first = closed && keyword === "patternProperties" ? "properties" : keyword;
    // The engine goes through the shorter of the two: what is declared, by name, or what is given.
    if (keyword === "properties" && !closed && declared.length < given.length) {
      return [priority(first), declared.sort().indexOf(name)];
    }
    return [priority(first), given.indexOf(name)];
  }
}

/** The engine asks for one required member of a closed object, and for two of an open one, together with the rest. */
function priorityOfRequired(schema: JsonObject): number {
  const asked = list(schema["required"]).length;
  const closed = member(schema["additionalProperties"], NEVER) === true;
  const plain = isObject(schema["properties"]) && schema["patternProperties"] === undefined;
  if (plain && closed && asked === 1) return ORDER.indexOf("additionalProperties") + 0.5;
  if (plain && !closed && asked === 2) return ORDER.indexOf("dependentRequired") + 0.5;
  return priority("required");
}

function names(value: Json | undefined, word: string): number {
  return isObject(value) ? Math.max(0, Object.keys(value).indexOf(word)) : 0;
}

function priority(keyword: string): number {
  return PLACE.get(SAME[keyword] ?? keyword) ?? ORDER.length;
}

export function missing(unit: Unit): string | null {
  if (unit.keyword === "required") return /property "(.*)"\.$/s.exec(unit.text)?.[1] ?? "";
  if (unit.keyword === "dependentRequired") return /does not have "(.*)"\.$/s.exec(unit.text)?.[1] ?? "";
  return null;
}

function uncoded(place: string): string[] {
  return tokens(place).map((token) => decodeURIComponent(token));
}

/** The engine writes every token as text: which are places in lists the walk knows. */
function typed(instance: readonly string[], path: Path): (string | number)[] {
  return instance.map((token, place) => (typeof path[place] === "number" ? Number(token) : token));
}
