/** Whether a document satisfies a form and, if not, everything that is wrong: verdict, order and words are the server's. */

import { format, Validator as Engine, type Schema } from "@cfworker/json-schema";
import { FORMATS, NAME_OF_PATTERN } from "./formats.js";
import { isObject, list, type Json, type JsonObject, type Text } from "./json.js";
import { sentence, type Params } from "./messages.js";
import { Mistakes, type Mistake } from "./mistakes.js";
import { pointer, type Path } from "./pointer.js";
import { portable, prepared } from "./preparing.js";
import { Places, type Shared } from "./schemas.js";

export interface Finding {
  pointer: string;
  code: string;
  message: Text;
  params: Params;
}

export const MAX_ERRORS = 1_000;
export const META_SCHEMA = "https://json-schema.org/draft/2020-12/schema";
const ROOT = "https://schemas.jisheng/form"; // else the engine resolves `#/…` against the page's own address

for (const [name, { agrees }] of Object.entries(FORMATS)) {
  if (agrees) format[name] = agrees;
}

export class Form {
  private readonly engine: Engine;
  private readonly schema: Json;
  private readonly shared: Shared;
  private readonly places: Places;

  /** `shared` maps `$id` to document for whatever `$ref` may name; nothing is ever fetched. */
  constructor(schema: Json, shared: Shared = {}) {
    // A definition's form must be a schema itself: the browser takes that on trust, the server's gate does not.
    const known = { [META_SCHEMA]: { type: ["object", "boolean"] }, ...shared };
    this.schema = prepared(schema);
    this.shared = Object.fromEntries(Object.entries(known).map(([uri, one]) => [uri, prepared(one)]));
    this.places = new Places(schema, known);
    const root = isObject(this.schema) && !this.schema["$id"] ? { $id: ROOT, ...this.schema } : this.schema;
    this.engine = new Engine(root as Schema, "2020-12", false);
    for (const [uri, one] of Object.entries(this.shared)) {
      if (!isObject(root) || root["$id"] !== uri) this.engine.addSchema(one as Schema, uri);
    }
  }

  isValid(value: Json): boolean {
    return this.engine.validate(value).valid;
  }

  /** Everything that is wrong, at once; a missing or an extra member is itself pointed at. */
  errors(value: Json): Finding[] {
    const { valid, errors } = this.engine.validate(value);
    if (valid) return [];
    const mistakes = new Mistakes(this.schema, this.shared, value).read(errors).slice(0, MAX_ERRORS);
    return this.distinct(mistakes.flatMap((mistake) => this.explain(mistake)));
  }

  /** What the form and its shared parts say about a place of the document. */
  title(path: Path): Text | null {
    return this.places.title(path);
  }

  private explain(mistake: Mistake): Finding[] {
    const { keyword, path, names } = mistake;
    if (keyword === "anyOf" || keyword === "oneOf") return this.alternatives(mistake);
    if (keyword === "required") return [this.finding([...path, names[0]!], keyword, { property: names[0]! })];
    if (names.length > 0) return names.map((name) => this.finding([...path, name], keyword, {}));
    const named = keyword === "pattern" ? NAMES.get(String(mistake.schema["pattern"])) : undefined;
    if (named) return [this.finding(path, "format", { format: named })];
    const agree = keyword === "const" && mistake.schema["const"] === true;
    return [this.finding(path, keyword, paramsOf(keyword, mistake.schema), agree ? "agree" : keyword)];
  }

  /** The mistakes in the one alternative that was plainly meant, or else that none, or several, fit. */
  private alternatives({ keyword, path, branches }: Mistake): Finding[] {
    if (branches.some((branch) => branch.length === 0)) return [this.finding(path, keyword, {}, "oneOfMany")];
    const ranked = branches.map((branch) => ({ branch, far: distance(path, branch) })).sort(byDistance);
    const best = ranked[0]!;
    const chosen = best.branch.find((mistake) => mistake.keyword === "const");
    if (chosen) return [this.finding(chosen.path, "enum", {})];
    const tied = ranked[1] !== undefined && byDistance(best, ranked[1]) === 0;
    if (otherType(path, best.branch) || tied) return [this.finding(path, keyword, {})];
    return best.branch.flatMap((mistake) => this.explain(mistake));
  }

  private finding(path: Path, code: string, params: Params, said = code): Finding {
    return { pointer: pointer(path), code, message: sentence(said, params, this.places, path), params };
  }

  /** Without what says the same twice, or is called extra only because its own alternative failed. */
  private distinct(found: readonly Finding[]): Finding[] {
    const distinct = new Map<string, Finding>();
    for (const one of found) distinct.set(`${one.code} ${one.pointer}`, one);
    const kept = [...distinct.values()];
    return kept.filter((one) => one.code !== "unevaluatedProperties" || !this.echoes(one, kept));
  }

  private echoes(extra: Finding, found: readonly Finding[]): boolean {
    // Core §11.3: a subschema that failed has evaluated nothing, so all that it knows looks extra.
    const around = extra.pointer.slice(0, extra.pointer.lastIndexOf("/") + 1);
    const others = found.filter((one) => one.code !== extra.code && `${one.pointer}/`.startsWith(around));
    const path = extra.pointer
      .split("/")
      .slice(1)
      .map((token) => (/^[0-9]+$/.test(token) ? Number(token) : token));
    return others.length > 0 && this.places.at(path.map(unescaped)).length > 0;
  }
}

const NAMES = new Map([...NAME_OF_PATTERN].map(([pattern, name]) => [portable(pattern), name]));

function unescaped(token: string | number): string | number {
  return typeof token === "number" ? token : token.replaceAll("~1", "/").replaceAll("~0", "~");
}

function paramsOf(keyword: string, schema: JsonObject): Params {
  const value = schema[keyword];
  if (keyword === "type")
    return { types: typeof value === "string" ? [value] : list(value).map(String).sort() };
  if (keyword === "format") return { format: String(value) };
  if (keyword === "enum") return { options: list(value).map(String) };
  if (keyword === "multipleOf") return { multiple_of: Number(value) };
  return typeof value === "number" ? { limit: value } : {};
}

type Distance = readonly [chosenOtherwise: number, shallow: number, many: number];

/** How far an alternative is from being meant: another constant or type chosen, shallow mistakes, many of them. */
function distance(path: Path, branch: readonly Mistake[]): Distance {
  const otherwise = branch.some((mistake) => mistake.keyword === "const") || otherType(path, branch);
  return [Number(otherwise), -Math.max(...branch.map((mistake) => mistake.path.length)), branch.length];
}

function byDistance(one: { far: Distance }, other: { far: Distance }): number {
  return one.far[0] - other.far[0] || one.far[1] - other.far[1] || one.far[2] - other.far[2];
}

function otherType(path: Path, branch: readonly Mistake[]): boolean {
  return branch.some((mistake) => mistake.keyword === "type" && pointer(mistake.path) === pointer(path));
}
