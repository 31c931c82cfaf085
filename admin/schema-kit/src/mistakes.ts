/** The engine's flat list of errors as mistakes: each with its place, its schema, and in the server's order. */

import type { OutputUnit } from "@cfworker/json-schema";
import { list, type Json, type JsonObject } from "./json.js";
import type { Path } from "./pointer.js";
import { NEVER } from "./preparing.js";
import type { Shared } from "./schemas.js";
import { missing, spokenOf, walked, type Unit, type Walk } from "./walking.js";

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

// What only says that something inside it is wrong
const WRAPPERS = new Set([
  ...[
    "properties",
    "patternProperties",
    "additionalProperties",
    "items",
    "prefixItems",
    "propertyNames",
    "allOf",
  ],
  ...["if", "then", "else", "$ref", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"],
]);

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
      ({ place, instance }) =>
        !`${place}/`.startsWith(`${unit.place}/`) ||
        place === unit.place ||
        !`${instance}/`.startsWith(`${unit.instance}/`),
    );
    return behind.slice(0, end < 0 ? behind.length : end);
  }

  private choice(unit: Unit, own: readonly Unit[]): Mistake {
    const walk = this.walk(unit);
    const branches = list(walk.schema[unit.keyword]).map((_, place) =>
      this.level(own.filter((one) => `${one.place}/`.startsWith(`${unit.place}/${place}/`))),
    );
    return {
      keyword: unit.keyword,
      path: walk.path,
      names: [],
      schema: walk.schema,
      rank: walk.rank,
      branches,
    };
  }

  private leaf(unit: Unit): Mistake | null {
    const walk = this.walk(unit);
    if (walk.inContains) return null;
    const mistake = { path: walk.path, names: [], schema: walk.schema, rank: walk.rank, branches: [] };
    if (walk.nameOf)
      return { ...mistake, keyword: "propertyNames", path: walk.nameOf, names: [lastOf(walk.path)] };
    if (unit.keyword === "not" && walk.schema[NEVER]) return never(mistake, walk);
    const keyword = spokenOf(unit.keyword);
    const name = missing(unit);
    return name === null ? { ...mistake, keyword } : { ...mistake, keyword: "required", names: [name] };
  }

  private walk(unit: Unit): Walk {
    return walked(unit, this.schema, this.shared, this.document);
  }
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
    const key = extra
      ? JSON.stringify([mistake.keyword, mistake.path, mistake.rank.slice(0, -2)])
      : String(index);
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

function lastOf(path: Path): string {
  return String(path.at(-1) ?? "");
}
