/** The engine's flat list of errors as mistakes: each with its place, its schema, and in the server's order. */

import type { OutputUnit } from "@cfworker/json-schema";
import { isObject, list, member, members, type Json, type JsonObject } from "./json.js";
import { at, pointer, tokens, type Path } from "./pointer.js";
import { NEVER } from "./preparing.js";
import { LISTED, NAMED, SINGLE, target, type Shared } from "./schemas.js";

export interface Mistake {
  keyword: string;
  /** Where in the document; for an extra or a missing member the object that has or lacks it. */
  path: Path;
  /** The missing member, or the ones too many. */
  names: string[];
  schema: JsonObject;
  rank: readonly number[];
  /** Of `anyOf` and `oneOf`: the mistakes of each alternative. */
  branches: Mistake[][];
}

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
const SAME: Readonly<Record<string, string>> = { then: "if", else: "if", minContains: "contains", maxContains: "contains" };
// What only says that something inside it is wrong
const WRAPPERS = new Set([
  ...["properties", "patternProperties", "additionalProperties", "items", "prefixItems", "propertyNames", "allOf"],
  ...["if", "then", "else", "$ref", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"],
]);

interface Unit {
  keyword: string;
  text: string;
  instance: string;
  place: string;
}

export class Mistakes {
  constructor(
    private readonly schema: Json,
    private readonly shared: Shared,
    private readonly document: Json,
  ) {}

  read(units: readonly OutputUnit[]): Mistake[] {
    return this.level(
      units.map((unit) => ({
        keyword: unit.keyword,
        text: unit.error,
        instance: unit.instanceLocation.slice(1),
        place: unit.keywordLocation.slice(1),
      })),
    );
  }

  private level(units: readonly Unit[]): Mistake[] {
    const found: Mistake[] = [];
    for (let index = 0; index < units.length; index += 1) {
      const unit = units[index]!;
      if (unit.keyword === "anyOf" || unit.keyword === "oneOf") {
        const own = this.within(unit, units.slice(index + 1));
        found.push(this.choice(unit, own));
        index += own.length;
      } else if (!WRAPPERS.has(unit.keyword)) {
        const mistake = this.leaf(unit);
        if (mistake) found.push(mistake);
      }
    }
    return together(found).sort(byRank);
  }

  /** The errors of the alternatives follow the error of the choice itself. */
  private within(unit: Unit, behind: readonly Unit[]): Unit[] {
    const end = behind.findIndex(
      ({ place, instance }) => !`${place}/`.startsWith(`${unit.place}/`) || place === unit.place
        || !`${instance}/`.startsWith(`${unit.instance}/`),
    );
    return behind.slice(0, end < 0 ? behind.length : end);
  }

  private choice(unit: Unit, own: readonly Unit[]): Mistake {
    const walk = this.walk(unit);
    const branches = list(walk.schema[unit.keyword]).map((_, place) =>
      this.level(own.filter((one) => `${one.place}/`.startsWith(`${unit.place}/${place}/`))),
    );
    return { keyword: unit.keyword, path: walk.path, names: [], schema: walk.schema, rank: walk.rank, branches };
  }

  private leaf(unit: Unit): Mistake | null {
    const walk = this.walk(unit);
    if (walk.inContains) return null;
    const mistake = { path: walk.path, names: [], schema: walk.schema, rank: walk.rank, branches: [] };
    if (walk.nameOf) return { ...mistake, keyword: "propertyNames", path: walk.nameOf, names: [lastOf(walk.path)] };
    if (unit.keyword === "not" && walk.schema[NEVER]) return never(mistake, walk);
    const keyword = SAME[unit.keyword] ?? unit.keyword;
    const name = missing(unit);
    return name === null ? { ...mistake, keyword } : { ...mistake, keyword: "required", names: [name] };
  }

  /** Along the keywords of an error's place, through references, with the document beside. */
  private walk(unit: Unit): Walk {
    const words = uncoded(unit.place);
    const instance = uncoded(unit.instance);
    const walk = new Walk(this.schema, this.shared, this.document);
    for (let index = 0; index < words.length && !walk.done; ) index += walk.step(words, index, instance);
    walk.finish(unit, instance);
    return walk;
  }
}

class Walk {
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

  constructor(schema: Json, private readonly shared: Shared, document: Json) {
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
    if (unit.keyword === "required") this.rank.push(list(this.schema["required"]).indexOf(missing(unit) ?? ""));
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
    const own = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"].includes(keyword);
    const item = ["items", "prefixItems", "unevaluatedItems"].includes(keyword);
    const name = instance[this.taken];
    if (keyword === "propertyNames") this.nameOf = [...this.path];
    if (own || item || keyword === "propertyNames" || keyword === "contains") {
      this.rank.push(...this.among(keyword, name ?? ""));
      this.path.push(item || keyword === "contains" ? Number(name) : name ?? "");
      this.taken += 1;
      this.value = at(this.value, pointer([name ?? ""]));
    } else {
      this.rank.push(priority(keyword), LISTED.has(keyword) ? Number(word) : names(this.schema[keyword], word));
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

function never(mistake: Omit<Mistake, "keyword">, walk: Walk): Mistake {
  const around = walk.path.slice(0, -1);
  if (walk.through === "unevaluatedItems") return { ...mistake, keyword: walk.through, path: around };
  const extra = walk.through === "additionalProperties" || walk.through === "unevaluatedProperties";
  if (!extra) return { ...mistake, keyword: "falseSchema" };
  return { ...mistake, keyword: walk.through, path: around, names: [lastOf(walk.path)] };
}

/** Members too many of one object are one mistake, as they are for the server's engine. */
function together(found: readonly Mistake[]): Mistake[] {
  const kept = new Map<string, Mistake>();
  for (const [index, mistake] of found.entries()) {
    const extra = mistake.keyword === "additionalProperties" || mistake.keyword === "unevaluatedProperties";
    const key = extra ? JSON.stringify([mistake.keyword, mistake.path, mistake.rank.slice(0, -2)]) : String(index);
    const first = kept.get(key);
    if (first) first.names.push(...mistake.names);
    else kept.set(key, { ...mistake, names: [...mistake.names] });
  }
  return [...kept.values()];
}

function byRank(one: Mistake, other: Mistake): number {
  const length = Math.max(one.rank.length, other.rank.length);
  for (let place = 0; place < length; place += 1) {
    const apart = (one.rank[place] ?? -1) - (other.rank[place] ?? -1);
    if (apart !== 0) return apart;
  }
  return 0;
}

function missing(unit: Unit): string | null {
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

function lastOf(path: Path): string {
  return String(path.at(-1) ?? "");
}
