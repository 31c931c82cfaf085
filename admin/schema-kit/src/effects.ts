/** What the rules of a form do, made visible: in words, by field, and for the answers given so far. */

import {
  testsOf,
  writeRule,
  type Effect,
  type Question,
  type Rule,
  type Test,
  type When,
} from "./conditions.js";
import { rulesOf, view, type PlacedRule } from "./form.js";
import { pathOf } from "./form_mentions.js";
import { isObject, list, members, textOf, type Json, type JsonObject, type Language } from "./json.js";
import { at, pointer, type Path } from "./pointer.js";
import { Places, type Shared } from "./schemas.js";
import { Form } from "./validator.js";

/** A rule that concerns a field: because its answer is asked about, or because the rule does something to it. */
export interface Concern {
  place: string;
  rule: Rule;
  asks: boolean;
  does: Effect[];
}

/** All that the rules of a form have to do with a field, given by its way through a document (`*`: any entry). */
export function concerning(form: Json, path: readonly string[]): Concern[] {
  return rulesOf(view(form)).flatMap(({ place, rule }) => {
    if (!rule) return [];
    const group = groupPath(place);
    const isIt = (field: readonly string[]): boolean => pointer([...group, ...field]) === pointer(path);
    const does = rule.effects.filter((effect) => isIt(effect.field));
    const asks = testsOf(rule.when).some((test) => isIt(test.field));
    return asks || does.length > 0 ? [{ place, rule, asks, does }] : [];
  });
}

/** All rules of a form, each with its place. */
export function placed(form: Json): PlacedRule[] {
  return rulesOf(view(form));
}

/** The rules whose conditions hold for a document, each with the entry of a list to which it applies. */
export function inForce(
  form: Json,
  document: Json,
  shared: Shared = {},
): { place: string; at: string; effects: Effect[] }[] {
  return rulesOf(view(form)).flatMap(({ place, rule }) => {
    if (!rule) return [];
    const condition = new Form(writeRule(rule)["if"]!, shared);
    return entries(document, groupPath(place)).flatMap(([here, value]) => {
      const effects = condition.isValid(value) ? rule.effects : (rule.otherwise ?? []);
      return effects.length > 0 ? [{ place, at: here, effects }] : [];
    });
  });
}

/** A rule as a sentence, by the titles of the fields and the labels of their choices. */
export function said(
  form: Json,
  { place, rule }: PlacedRule,
  language: Language,
  shared: Shared = {},
): string {
  if (!rule) return language === "zh" ? "以 JSON 书写的条件" : "a condition written as JSON";
  const group = groupPath(place).map((token) => (token === "*" ? 0 : token));
  const words = new Words(new Places(form, shared), group, language);
  const effects = rule.effects.map((effect) => words.effect(effect)).join(words.semicolon);
  return language === "zh"
    ? `${words.when(rule.when)}时，${effects}`
    : `When ${words.when(rule.when)}: ${effects}`;
}

function groupPath(place: string): string[] {
  return pathOf(place.replace(/\/allOf\/[0-9]+$/, ""));
}

function entries(document: Json, group: readonly string[]): [string, Json][] {
  let found: [string, Json][] = [["", document]];
  for (const token of group) {
    found = found.flatMap(([here, value]): [string, Json][] => {
      if (token === "*") return list(value).map((one, index) => [`${here}/${index}`, one]);
      const below = at(value, pointer([token]));
      return below === undefined ? [] : [[here + pointer([token]), below]];
    });
  }
  return found.filter(([, value]) => isObject(value));
}

const ASKED: Readonly<Record<Question, readonly [zh: string, en: string]>> = {
  is: ["{field}为{value}", "{field} is {value}"],
  "is-not": ["{field}不为{value}", "{field} is not {value}"],
  "one-of": ["{field}为{value}之一", "{field} is one of {value}"],
  "none-of": ["{field}不为{value}中任何一项", "{field} is none of {value}"],
  includes: ["{field}包含{value}", "{field} includes {value}"],
  "includes-one-of": ["{field}包含{value}之一", "{field} includes one of {value}"],
  "at-least": ["{field}不小于{value}", "{field} is at least {value}"],
  "at-most": ["{field}不大于{value}", "{field} is at most {value}"],
  answered: ["已填写{field}", "{field} is filled in"],
};

const LIMITED: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  const: ["{value}", "{value}"],
  enum: ["{value}", "{value}"],
  minItems: ["至少{value}项", "at least {value} entries"],
  maxItems: ["至多{value}项", "at most {value} entries"],
  minLength: ["至少{value}个字", "at least {value} characters"],
  maxLength: ["至多{value}个字", "at most {value} characters"],
  minimum: ["不小于{value}", "at least {value}"],
  maximum: ["不大于{value}", "at most {value}"],
};

class Words {
  readonly semicolon: string;

  constructor(
    private readonly places: Places,
    private readonly group: Path,
    private readonly language: Language,
  ) {
    this.semicolon = language === "zh" ? "；" : "; ";
  }

  when(when: When, inner = false): string {
    if (!("all" in when || "any" in when)) return this.test(when);
    const [parts, zh, en] =
      "all" in when ? ([when.all, "，且", " and "] as const) : ([when.any, "，或", " or "] as const);
    const joined = parts
      .map((one) => this.when(one, parts.length > 1))
      .join(this.language === "zh" ? zh : en);
    if (!inner || parts.length < 2) return joined;
    return this.language === "zh" ? `（${joined}）` : `(${joined})`;
  }

  effect(effect: Effect): string {
    const field = this.title(effect.field);
    const zh = this.language === "zh";
    if (effect.does === "require") return zh ? `须填写${field}` : `${field} must be filled in`;
    if (effect.does === "forbid") return zh ? `不填写${field}` : `${field} is left out`;
    return (zh ? `${field}限于` : `${field} is limited to `) + this.limits(effect);
  }

  private test({ field, is, value, ifMissing }: Test): string {
    const sentence = ASKED[is][this.language === "zh" ? 0 : 1];
    const values = Array.isArray(value) && is !== "is" ? value : [value];
    const named = values.map((one) => this.label(field, one)).join(this.language === "zh" ? "、" : ", ");
    const asked = sentence.replace("{field}", () => this.title(field)).replace("{value}", () => named);
    if (!ifMissing) return asked;
    return asked + (this.language === "zh" ? "（或未填写）" : " (or not filled in)");
  }

  private limits(effect: Effect & { does: "limit" }): string {
    return Object.entries(effect.to)
      .map(([keyword, value]) => {
        const values = Array.isArray(value) ? value : [value];
        const named = values
          .map((one) => this.label(effect.field, one))
          .join(this.language === "zh" ? "、" : ", ");
        const said = LIMITED[keyword]?.[this.language === "zh" ? 0 : 1] ?? `${keyword} {value}`;
        return said.replace("{value}", () => named);
      })
      .join(this.semicolon);
  }

  private title(field: readonly string[]): string {
    return this.places.title([...this.group, ...field])?.[this.language] ?? field.join(".");
  }

  private label(field: readonly string[], value: Json): string {
    if (value === true) return this.language === "zh" ? "是" : "yes";
    if (value === false) return this.language === "zh" ? "否" : "no";
    for (const schema of this.places.at([...this.group, ...field])) {
      for (const labels of [schema, members(schema["items"])].flatMap((one): JsonObject[] => [
        members(one["x-labels"]),
        members(one["x-enum-titles"]),
      ])) {
        const text = Object.hasOwn(labels, String(value)) ? textOf(labels[String(value)]) : null;
        if (text) return this.language === "zh" ? `“${text.zh}”` : `“${text.en}”`;
      }
    }
    return typeof value === "string" ? value : JSON.stringify(value);
  }
}

/** Shared fields that a form may take instead of making its own: the library of data elements. */
export function library(shared: Shared): { uri: string; title: string; titleEn: string }[] {
  return Object.entries(shared)
    .map(([uri, document]) => {
      const title = isObject(document) ? textOf(document["x-title"]) : null;
      return { uri, title: title?.zh ?? uri, titleEn: title?.en ?? uri };
    })
    .sort((one, other) => (one.uri < other.uri ? -1 : 1));
}
