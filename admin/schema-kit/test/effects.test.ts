import assert from "node:assert/strict";
import { test } from "node:test";
import { concerning, inForce, library, said } from "../src/effects.js";
import { rulesOf, view } from "../src/form.js";
import { isObject, list, type JsonObject } from "../src/json.js";
import { Form } from "../src/validator.js";
import { definitions, forms, shared } from "./pack.js";

const SHARED = shared();

function form(id: string): JsonObject {
  return definitions("items").find((one) => one["id"] === id)!["form"] as JsonObject;
}

test("every rule of the pack is said in words in both languages, by titles and labels, not by keys", () => {
  let rules = 0;
  for (const [name, one] of forms()) {
    for (const placed of rulesOf(view(one))) {
      const [zh, en] = [said(one, placed, "zh", SHARED), said(one, placed, "en", SHARED)];
      assert.match(zh, /时，.*(须填写|不填写|限于)/, name);
      assert.match(en, /^When .*: ./, name);
      assert.doesNotMatch(zh, /_|undefined|\bnull\b/, `${name}: ${zh}`);
      rules += 1;
    }
  }
  assert.ok(rules > 250, String(rules));
});

test("a mixed condition is said with brackets where it needs them", () => {
  const one: JsonObject = {
    type: "object",
    properties: {
      kind: {
        enum: ["a", "b"],
        "x-title": { zh: "类型", en: "Kind" },
        "x-labels": { a: { zh: "甲", en: "A" }, b: { zh: "乙", en: "B" } },
      },
      large: { type: "boolean", "x-title": { zh: "规模大", en: "Large" } },
      parent: { type: "string", "x-title": { zh: "隶属企业", en: "Parent" } },
    },
    if: {
      allOf: [
        { required: ["large"], properties: { large: { const: true } } },
        { anyOf: [{ required: ["kind"], properties: { kind: { const: "a" } } }, { required: ["parent"] }] },
      ],
    },
    then: { required: ["parent"] },
  };
  const [placed] = view(one).rules;
  assert.equal(said(one, placed!, "zh"), "规模大为是，且（类型为“甲”，或已填写隶属企业）时，须填写隶属企业");
  assert.equal(
    said(one, placed!, "en"),
    "When Large is yes and (Kind is “A” or Parent is filled in): Parent must be filled in",
  );
});

test("a field shows the rules that ask about it and the rules that do something to it", () => {
  const licence = form("food-licence");
  const asked = concerning(licence, ["staff", "*", "direct_contact"]);
  assert.equal(asked.length, 1);
  assert.deepEqual([asked[0]!.asks, asked[0]!.does.length], [true, 0]);
  const done = concerning(licence, ["staff", "*", "health_certificate_until"]);
  assert.deepEqual(
    [done[0]!.asks, done[0]!.does],
    [false, [{ does: "require", field: ["health_certificate_until"] }]],
  );
  assert.deepEqual(concerning(licence, ["uscc"]), []);
});

test("what a rule in force requires is just what the validator misses", () => {
  let missed = 0;
  for (const item of definitions("items")) {
    const one = item["form"];
    if (!isObject(one)) continue;
    const judge = new Form(one, SHARED);
    for (const example of list(item["examples"]).filter(isObject)) {
      const document = example["form"];
      if (!isObject(document)) continue;
      const required = inForce(one, document, SHARED).flatMap(({ at: here, effects }) =>
        effects.flatMap((effect) =>
          effect.does === "require" && here === "" && effect.field.length === 1 ? [effect.field[0]!] : [],
        ),
      );
      for (const name of required) {
        const { [name]: _gone, ...rest } = document;
        const found = judge.errors(rest).map((finding) => `${finding.code} ${finding.pointer}`);
        assert.ok(found.includes(`required /${name}`), `${String(item["id"])} ${name}`);
        missed += 1;
      }
    }
  }
  assert.ok(missed > 100, String(missed));
});

test("rules inside a list are in force entry by entry", () => {
  const now = inForce(form("food-licence"), {
    staff: [{ direct_contact: true }, { direct_contact: false }, { direct_contact: true }],
  });
  assert.deepEqual(
    now.filter((one) => one.at.startsWith("/staff")).map((one) => one.at),
    ["/staff/0", "/staff/2"],
  );
});

test("the library names every shared field", () => {
  assert.ok(library(SHARED).some((one) => one.uri.endsWith("person.json") && one.title === "自然人"));
  assert.equal(library(SHARED).length, Object.keys(SHARED).length);
});
