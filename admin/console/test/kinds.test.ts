// Every kind's meta-schema can be drawn: its references lead somewhere, its words are in one language, nothing is preset.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { localised } from "../src/forms/localised";
import { bundled, followed, type Schema, titlesOf } from "../src/forms/schema";
import { resolved } from "../src/forms/resolved";
import { sections } from "../src/forms/sections";
import { isObject, type Json } from "../src/json/pointer";
import { definitions, SHARED } from "./pack";

const META = join(import.meta.dirname, "../../../schemas/meta");
const DOCUMENTS = readdirSync(META).map((name) => JSON.parse(readFileSync(join(META, name), "utf8")) as Schema);
const KINDS = DOCUMENTS.filter((one) => isObject(one.properties) && "kind" in one.properties);

function* places(value: Json, beside: readonly string[] = []): Generator<Schema> {
  if (Array.isArray(value)) for (const member of value) yield* places(member, beside);
  else if (isObject(value)) {
    yield value;
    for (const [name, member] of Object.entries(value)) if (!beside.includes(name)) yield* places(member, beside);
  }
}

describe.each(KINDS.map((one) => [String(one.$id).split("/").pop() ?? "", one] as const))("%s", (_name, schema) => {
  const drawn = localised(bundled(schema, DOCUMENTS), "zh");

  test("every reference leads to a place of the document itself", () => {
    const names = Object.keys(drawn.$defs as Schema);
    for (const place of places(drawn)) {
      if (typeof place.$ref === "string") expect(names).toContain(place.$ref.replace("#/$defs/", ""));
    }
  });

  test("its sections hold every member once, with a Chinese title", () => {
    const found = sections(resolved(drawn, {}), drawn, "基本信息");
    const names = found.flatMap((one) => one.names);
    expect(new Set(names).size).toBe(names.length);
    expect([...names, "kind"].sort()).toEqual(expect.arrayContaining(Object.keys(drawn.properties as Schema).sort()));
    for (const one of found) expect(one.title).toMatch(/\p{Script=Han}/u);
  });

  test("what one chooses between has a Chinese name", () => {
    const variants = [...places(drawn, ["not"])].flatMap(({ anyOf, oneOf }) => [anyOf, oneOf].filter(Array.isArray).flat());
    for (const one of variants) expect(String(followed(one, drawn).title), JSON.stringify(one)).toMatch(/\p{Script=Han}/u);
  });

  test("nothing is preset", () => {
    for (const place of places(drawn)) {
      const isMemberNames = Object.values(place).every((one) => isObject(one));
      if (!isMemberNames) expect(place).not.toHaveProperty("default");
    }
  });
});

/** Choices of which nobody says what they mean: a code would be shown. What only tests a value shows nothing. */
function unspoken(value: Json, where = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one, place) => unspoken(one, `${where}/${place}`));
  if (!isObject(value)) return [];
  const labels = value["x-labels"] ?? value["x-enum-titles"];
  const codes = Array.isArray(value.enum) ? value.enum.filter((one) => typeof one === "string") : [];
  const missing = codes.filter((code) => !isObject(labels) || !isObject(labels[code]) || !labels[code].zh || !labels[code].en);
  const below = Object.entries(value).filter(([name]) => !["if", "then", "else", "propertyNames", "enum"].includes(name));
  return [...missing.map((code) => `${where} ${code}`), ...below.flatMap(([name, one]) => unspoken(one, `${where}/${name}`))];
}

test("every choice of every kind, and of every form of the pack, is told in both languages", () => {
  const found = DOCUMENTS.flatMap((one) => unspoken(one, String(one.$id)));
  for (const one of SHARED) found.push(...unspoken(one, String(one.$id)));
  for (const item of definitions("items")) found.push(...unspoken(item.form ?? null, `items/${String(item.id)}`));
  for (const register of definitions("registers")) found.push(...unspoken(register.schema ?? null, `registers/${String(register.id)}`));
  for (const process of [...definitions("processes"), ...definitions("fragments")]) found.push(...unspoken(process.moves ?? null, String(process.id)));
  expect(found).toEqual([]);
});

test("a pointer reads as the titles on its way, through references, lists and branches", () => {
  const items = DOCUMENTS.find((one) => String(one.$id).endsWith("/items.schema.json")) as Schema;
  const [zh, en] = (["zh", "en"] as const).map((language) => localised(bundled(items, DOCUMENTS), language));
  expect(titlesOf(["clocks", "0", "title", "zh"], zh as Schema).slice(0, 2)).toEqual(["时限", "1"]);
  expect(titlesOf(["title", "zh"], en as Schema)).toEqual(["Title", "Chinese"]);
  expect(titlesOf(["nowhere", "at-all"], zh as Schema)).toEqual(["nowhere", "at-all"]);
});
