/**
 * Conditions of a form, as an official says them: when these answers are given, those fields are asked for.
 *
 * Written as `if`/`then` without `else` (an `else` asks before anything was answered). What cannot be written back
 * exactly as it was read is not read at all: the designer shows it as JSON.
 */

import { isObject, list, same, type Json, type JsonObject } from "./json.js";

/** A question about one answer. The field is a path inside the group that holds the rule. */
export interface Test {
  field: string[];
  is: Question;
  value: Json;
  /** Holds also while the field is not filled in: JSON Schema's `properties` without `required`. */
  ifMissing?: true;
}
export type Question = keyof typeof QUESTIONS | "answered";
export type When = Test | { all: When[] } | { any: When[] };

export type Effect =
  | { does: "require"; field: string[] }
  | { does: "forbid"; field: string[] }
  | { does: "limit"; field: string[]; to: JsonObject };

export interface Rule {
  when: When;
  effects: Effect[];
  /** Only in forms that were written elsewhere; the designer makes none. */
  otherwise?: Effect[];
}

// How each question is written and read: by the one keyword that asks it
const QUESTIONS = {
  is: (value: Json): JsonObject => ({ const: value }),
  "is-not": (value: Json): JsonObject => ({ not: { const: value } }),
  "one-of": (value: Json): JsonObject => ({ enum: value }),
  "none-of": (value: Json): JsonObject => ({ not: { enum: value } }),
  includes: (value: Json): JsonObject => ({ contains: { const: value } }),
  "includes-one-of": (value: Json): JsonObject => ({ contains: { enum: value } }),
  "at-least": (value: Json): JsonObject => ({ minimum: value }),
  "at-most": (value: Json): JsonObject => ({ maximum: value }),
} as const;

/** The rule that an `if`/`then` says, or null when it says more than the designer knows. */
export function readRule(schema: JsonObject): Rule | null {
  const when = isObject(schema["if"]) ? readWhen(schema["if"], []) : null;
  const effects = isObject(schema["then"]) ? readEffects(schema["then"], []) : null;
  if (!when || !effects) return null;
  const otherwise = isObject(schema["else"]) ? readEffects(schema["else"], []) : null;
  if ("else" in schema && !otherwise) return null;
  const rule: Rule = otherwise ? { when, effects, otherwise } : { when, effects };
  const written = writeRule(rule);
  const exact = (["if", "then", "else"] as const).every((keyword) => same(written[keyword], schema[keyword]));
  return exact ? rule : null;
}

export function writeRule(rule: Rule): JsonObject {
  const written: JsonObject = { if: writeWhen(rule.when), then: writeEffects(rule.effects) };
  return rule.otherwise ? { ...written, else: writeEffects(rule.otherwise) } : written;
}

export function testsOf(when: When): Test[] {
  if ("all" in when) return when.all.flatMap(testsOf);
  return "any" in when ? when.any.flatMap(testsOf) : [when];
}

function writeWhen(when: When): JsonObject {
  if ("any" in when) return { anyOf: when.any.map(writeWhen) };
  if (!("all" in when)) return merged([when]);
  const flat = when.all.filter((one): one is Test => !("all" in one || "any" in one));
  const places = new Set(flat.map((one) => JSON.stringify(one.field)));
  if (flat.length === when.all.length && flat.length > 0 && places.size === flat.length) return merged(flat);
  return { allOf: when.all.map(writeWhen) };
}

/** Several tests of different fields in one schema, as people write them. */
function merged(tests: readonly Test[]): JsonObject {
  const written: JsonObject = {};
  for (const test of tests) {
    let node = written;
    for (const [depth, name] of test.field.entries()) {
      const asked = list(node["required"]);
      if (!test.ifMissing && !asked.includes(name)) node["required"] = [...asked, name];
      if (depth === test.field.length - 1 && test.is === "answered") break;
      const properties = (node["properties"] ??= {}) as JsonObject;
      node = (properties[name] ??= {}) as JsonObject;
    }
    if (test.is !== "answered") Object.assign(node, QUESTIONS[test.is](test.value));
  }
  return written;
}

function readWhen(schema: JsonObject, prefix: readonly string[]): When | null {
  const [keyword, ...more] = Object.keys(schema);
  if (more.length === 0 && (keyword === "anyOf" || keyword === "allOf")) {
    const parts = list(schema[keyword]).map((one) => (isObject(one) ? readWhen(one, prefix) : null));
    if (parts.includes(null)) return null;
    return keyword === "anyOf" ? { any: parts as When[] } : { all: parts as When[] };
  }
  const tests = readTests(schema, prefix);
  if (!tests || tests.length === 0) return null;
  return tests.length === 1 ? tests[0]! : { all: tests };
}

function readTests(schema: JsonObject, prefix: readonly string[]): Test[] | null {
  if (Object.keys(schema).some((keyword) => keyword !== "required" && keyword !== "properties")) return null;
  const asked = list(schema["required"]).map(String);
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const names = [...asked, ...Object.keys(properties).filter((name) => !asked.includes(name))];
  const found = names.map((name) => readTest(name, properties[name], asked.includes(name), prefix));
  return found.includes(null) ? null : found.flatMap((one) => one!);
}

function readTest(
  name: string,
  schema: Json | undefined,
  asked: boolean,
  prefix: readonly string[],
): Test[] | null {
  const field = [...prefix, name];
  if (schema === undefined) return [{ field, is: "answered", value: null }];
  if (!isObject(schema)) return null;
  for (const [is, write] of Object.entries(QUESTIONS) as [
    keyof typeof QUESTIONS,
    (value: Json) => JsonObject,
  ][]) {
    const value = valueOf(schema, write(null));
    if (value === undefined) continue;
    return [asked ? { field, is, value } : { field, is, value, ifMissing: true }];
  }
  return asked ? readTests(schema, field) : null;
}

/** The value in a schema that has just the shape of a question. */
function valueOf(schema: Json | undefined, shape: Json): Json | undefined {
  if (shape === null) return schema;
  if (!isObject(schema) || !isObject(shape)) return undefined;
  const [keyword] = Object.keys(shape);
  if (Object.keys(schema).length !== 1 || keyword === undefined) return undefined;
  return keyword in schema ? valueOf(schema[keyword], shape[keyword]!) : undefined;
}

function writeEffects(effects: readonly Effect[]): JsonObject {
  const written: JsonObject = {};
  for (const effect of effects) {
    let node = written;
    for (const name of effect.field.slice(0, -1)) {
      const properties = (node["properties"] ??= {}) as JsonObject;
      node = (properties[name] ??= {}) as JsonObject;
    }
    const name = effect.field.at(-1)!;
    if (effect.does === "require") node["required"] = [...list(node["required"]), name];
    else
      node["properties"] = {
        ...(node["properties"] as JsonObject),
        [name]: effect.does === "forbid" ? false : effect.to,
      };
  }
  return written;
}

function readEffects(schema: JsonObject, prefix: readonly string[]): Effect[] | null {
  if (Object.keys(schema).some((keyword) => keyword !== "required" && keyword !== "properties")) return null;
  const asked = list(schema["required"]).map(
    (name): Effect => ({ does: "require", field: [...prefix, String(name)] }),
  );
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const inner = Object.entries(properties).map(([name, one]) => readEffect([...prefix, name], one));
  return inner.includes(null) ? null : [...asked, ...inner.flatMap((one) => one!)];
}

function readEffect(field: string[], schema: Json): Effect[] | null {
  if (schema === false) return [{ does: "forbid", field }];
  if (!isObject(schema)) return null;
  const nested = Object.keys(schema).length > 0 ? readEffects(schema, field) : null;
  return nested && nested.length > 0 ? nested : [{ does: "limit", field, to: schema }];
}
