/** What can be done to a form: each takes the schema and gives back a changed copy, touching nothing else. */

import { writeRule, type Rule } from "./conditions.js";
import { inOrder } from "./form.js";
import {
  isObject,
  list,
  member,
  members,
  type Json,
  type JsonObject,
  type Language,
  type Text,
} from "./json.js";
import { at, drop, lastOf, parentOf, pointer, put } from "./pointer.js";
import { fieldMentions, renamed } from "./form_mentions.js";

export class CannotEdit extends Error {
  constructor(
    readonly code: "name-taken" | "name-malformed" | "field-in-use" | "not-a-group",
    readonly places: string[] = [],
  ) {
    super(code);
  }
}

const NAME = /^[a-z][a-z0-9_]*$/;

/** English is also `title`, for tools that know no other, as long as it says the same. */
export function setTitle(form: Json, place: string, language: Language, text: string): Json {
  const schema = group(at(form, place), false);
  const before = members(schema["x-title"]);
  const title: JsonObject = { ...before, [language]: text };
  const changed = put(form, `${place}/x-title`, title);
  const follows = language === "en" && (schema["title"] === undefined || schema["title"] === before["en"]);
  return follows ? put(changed, `${place}/title`, text) : changed;
}

/** One keyword set, or with undefined taken away. */
export function setKeyword(form: Json, place: string, keyword: string, value: Json | undefined): Json {
  const below = place + pointer([keyword]);
  return value === undefined ? drop(form, below) : put(form, below, value);
}

/** The explanation below a field. */
export function setHelp(form: Json, place: string, help: Text | null): Json {
  const ui = members(at(form, `${place}/x-ui`));
  if (help) return put(form, `${place}/x-ui`, { ...ui, help: { ...help } });
  return drop(form, `${place}/x-ui/help`);
}

/** The fact that fills the field in before anybody does. */
export function setPrefill(form: Json, place: string, fact: string | null): Json {
  return setKeyword(form, place, "x-prefill", fact === null ? undefined : { fact });
}

export function setRequired(form: Json, place: string, on: boolean): Json {
  const holder = groupOf(place);
  const name = lastOf(place);
  const asked = list(at(form, `${holder}/required`));
  if (asked.includes(name) === on) return form;
  const left = on ? [...asked, name] : asked.filter((one) => one !== name);
  return setKeyword(form, holder, "required", left.length > 0 ? left : undefined);
}

/** A new field at the end of a group: without a number of its order where its siblings have none. */
export function addField(form: Json, holder: string, name: string, schema: JsonObject): Json {
  const target = group(at(form, holder));
  if (!NAME.test(name)) throw new CannotEdit("name-malformed");
  if (member(target["properties"], name) !== undefined) throw new CannotEdit("name-taken");
  const orders = Object.values(members(target["properties"])).map(orderOf);
  const ordered = orders.filter((one) => one !== null);
  const { order: _, ...ui } = members(schema["x-ui"]);
  const last: JsonObject = ordered.length === orders.length ? { order: Math.max(0, ...ordered) + 1 } : {};
  const field = { ...schema, "x-ui": { ...ui, ...last } };
  if (!isObject(target["properties"])) return put(form, `${holder}/properties`, { [name]: field });
  return put(form, holder + pointer(["properties", name]), field);
}

/** Not while a rule speaks of it: that would change without a word what the rule does. */
export function removeField(form: Json, place: string): Json {
  const used = fieldMentions(form, place);
  if (used.length > 0) throw new CannotEdit("field-in-use", used);
  return drop(setRequired(form, place, false), place);
}

/** In the form, in what is required and in every rule. */
export function renameField(form: Json, place: string, name: string): Json {
  if (!NAME.test(name)) throw new CannotEdit("name-malformed");
  if (member(at(form, parentOf(place)), name) !== undefined) throw new CannotEdit("name-taken");
  return renamed(form, place, name);
}

/** To another place among its siblings; the numbers that order them stay, if they do order them. */
export function moveField(form: Json, place: string, index: number): Json {
  const holder = groupOf(place);
  const target = group(at(form, holder));
  const names = inOrder(target);
  const moved = names.toSpliced(names.indexOf(lastOf(place)), 1).toSpliced(index, 0, lastOf(place));
  const orders = names.map((name) => orderOf(member(target["properties"], name)));
  const usable = orders.every((one) => one !== null) && new Set(orders).size === orders.length;
  let changed = form;
  for (const [position, name] of moved.entries()) {
    const order = usable ? orders[position]! : position + 1;
    const schema = member(target["properties"], name);
    if (!isObject(schema) || orderOf(schema) === order) continue;
    const below = holder + pointer(["properties", name, "x-ui"]);
    changed = put(changed, below, { ...members(schema["x-ui"]), order });
  }
  return changed;
}

/** Into another group, at its end. */
export function moveInto(form: Json, place: string, holder: string): Json {
  if (`${holder}/`.startsWith(`${place}/`)) throw new CannotEdit("not-a-group");
  const field = group(at(form, place), false);
  const asked = list(at(form, `${groupOf(place)}/required`)).includes(lastOf(place));
  const added = addField(removeField(form, place), holder, lastOf(place), field);
  return asked ? setRequired(added, holder + pointer(["properties", lastOf(place)]), true) : added;
}

/** Several fields of one group as a group inside it. */
export function groupFields(form: Json, places: readonly string[], name: string, title: Text): Json {
  const [first] = places;
  if (first === undefined) return form;
  const holder = groupOf(first);
  const empty = {
    type: "object",
    additionalProperties: false,
    properties: {},
    title: title.en,
    "x-title": { ...title },
  };
  const added = addField(form, holder, name, { ...empty, "x-ui": { widget: "group" } });
  return places.reduce(
    (changed, place) => moveInto(changed, place, holder + pointer(["properties", name])),
    added,
  );
}

/** One becomes many of it; the title goes with the list, and stays with each entry. */
export function makeRepeat(form: Json, place: string, most: number): Json {
  if (fieldMentions(form, place).length > 0) throw new CannotEdit("field-in-use", fieldMentions(form, place));
  const { "x-ui": ui, ...schema } = group(at(form, place), false);
  const titles = Object.fromEntries(
    ["title", "x-title"].flatMap((name) => (name in schema ? [[name, schema[name]!]] : [])),
  );
  const widget = { ...members(ui), widget: "table" };
  return put(form, place, {
    ...titles,
    type: "array",
    minItems: 1,
    maxItems: most,
    items: schema,
    "x-ui": widget,
  });
}

/** The field is from now on the shared one; what it is called here stays. */
export function useShared(form: Json, place: string, uri: string): Json {
  const schema = group(at(form, place), false);
  const kept = Object.entries(schema).filter(([keyword]) => keyword.startsWith("x-") || keyword === "title");
  return put(form, place, {
    ...Object.fromEntries(kept.filter(([keyword]) => keyword !== "x-labels")),
    $ref: uri,
  });
}

export function addRule(form: Json, holder: string, rule: Rule): Json {
  const target = group(at(form, holder));
  return put(form, `${holder}/allOf`, [...list(target["allOf"]), writeRule(rule)]);
}

/** What else stands beside `if` and `then` stays. */
export function setRule(form: Json, place: string, rule: Rule): Json {
  const { if: _if, then: _then, else: _else, ...rest } = group(at(form, place), false);
  return put(form, place, { ...rest, ...writeRule(rule) });
}

export function removeRule(form: Json, place: string): Json {
  const holder = /^(.*)\/allOf\/[0-9]+$/.exec(place)?.[1];
  if (holder === undefined)
    return ["if", "then", "else"].reduce((changed, one) => drop(changed, `${place}/${one}`), form);
  const left = drop(form, place);
  return list(at(left, `${holder}/allOf`)).length > 0 ? left : drop(left, `${holder}/allOf`);
}

/** The group whose field it is. */
export function groupOf(place: string): string {
  return parentOf(parentOf(place));
}

function group(schema: Json | undefined, mustHold = true): JsonObject {
  if (!isObject(schema) || (mustHold && schema["type"] !== "object")) throw new CannotEdit("not-a-group");
  return schema;
}

function orderOf(schema: Json | undefined): number | null {
  const order = isObject(schema) ? members(schema["x-ui"])["order"] : undefined;
  return typeof order === "number" ? order : null;
}
