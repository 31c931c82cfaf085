import assert from "node:assert/strict";
import { test } from "node:test";
import { readRule, writeRule, type Rule, type Test, type When } from "../src/conditions.js";
import { difference } from "../src/difference.js";
import { fieldsOf, rulesOf, view, type Field } from "../src/form.js";
import * as edits from "../src/form_edits.js";
import { apply, changes, open, redo, save, undo } from "../src/history.js";
import { canonical, isObject, list, type Json, type JsonObject } from "../src/json.js";
import { at, put } from "../src/pointer.js";
import { subschemas } from "../src/schemas.js";
import { Form } from "../src/validator.js";
import { definitions, forms, shared } from "./pack.js";

const ALL = forms();
const open_ = (form: JsonObject): Field[] => fieldsOf(view(form));

function pointers(before: Json, after: Json): string[] {
  return difference(before, after).map((change) => change.pointer);
}

test("the designer shows every field of every form of the pack, and needs JSON only for what is no field", () => {
  const shown = ALL.flatMap(([name, form]) => open_(form).map((field) => [name, field] as const));
  const declared = ALL.flatMap(([, form]) =>
    subschemas(form).filter(
      ([path]) =>
        path.at(-2) === "properties" &&
        !path.some((word) => ["if", "then", "else", "allOf", "contains"].includes(word)),
    ),
  );
  assert.ok(ALL.length >= 250);
  assert.equal(shown.length, declared.length);
  assert.ok(shown.length > 2_000);
  const asJson = shown.filter(([, field]) => field.kind === "json");
  assert.ok(asJson.length < shown.length / 50, asJson.map(([name, field]) => name + field.place).join(" "));
});

test("open, change one thing, undo, save: the same bytes; redo, save: that pointer alone", () => {
  let changed = 0;
  for (const [name, form] of ALL) {
    const untouched = canonical(form);
    for (const field of open_(form)) {
      for (const [place, change] of changesOf(field)) {
        const session = apply(open<Json>(form), change);
        const undone = undo(session);
        assert.equal(save(undone), untouched, name);
        assert.deepEqual(changes(undone), [], name);
        assert.deepEqual(
          changes(redo(undone)).map((one) => one.pointer),
          [place],
          `${name} ${field.place}`,
        );
        changed += 1;
      }
    }
  }
  assert.ok(changed > 4_000, String(changed));
});

/** For each field one change of each kind that concerns one pointer. */
function changesOf(field: Field): [string, (form: Json) => Json][] {
  const { place, kind } = field;
  const found: [string, (form: Json) => Json][] = [];
  if (field.title)
    found.push([`${place}/x-title/zh`, (form) => edits.setTitle(form, place, "zh", "新的名称")]);
  found.push([`${place}/x-prefill`, (form) => edits.setPrefill(form, place, "enterprise-name")]);
  if (kind === "text")
    found.push([`${place}/maxLength`, (form) => edits.setKeyword(form, place, "maxLength", 77)]);
  return found;
}

test("each edit and its opposite leave the form as it was", () => {
  for (const [name, form] of ALL) {
    const untouched = canonical(form);
    const [first] = view(form).children;
    if (!first) continue;
    const renamed = edits.renameField(form, first.place, "renamed_field");
    assert.notEqual(canonical(renamed), untouched);
    assert.equal(
      canonical(edits.renameField(renamed, "/properties/renamed_field", first.name)),
      untouched,
      name,
    );
    const added = edits.addField(form, "", "added_field", {
      type: "string",
      "x-title": { zh: "新", en: "New" },
    });
    assert.deepEqual(pointers(form, added), ["/properties/added_field"]);
    assert.equal(view(added).children.at(-1)?.name, "added_field");
    assert.equal(canonical(edits.removeField(added, "/properties/added_field")), untouched, name);
    const rule: Rule = {
      when: { field: [first.name], is: "answered", value: null },
      effects: [{ does: "require", field: [first.name] }],
    };
    const ruled = edits.addRule(form, "", rule);
    const placed = view(ruled).rules.at(-1)!;
    assert.deepEqual(placed.rule, rule);
    assert.equal(canonical(edits.removeRule(ruled, placed.place)), untouched, name);
    if (form["required"] !== undefined && list(form["required"]).length === 0) continue; // an empty list is not kept
    const required = edits.setRequired(added, "/properties/added_field", true);
    assert.equal(
      canonical(edits.setRequired(required, "/properties/added_field", false)),
      canonical(added),
      name,
    );
  }
});

test("a field that is moved stands elsewhere among its siblings, and back again as before", () => {
  let moved = 0;
  for (const [name, form] of ALL) {
    const names = view(form).children.map((field) => field.name);
    const [first] = view(form).children;
    if (!first || names.length < 3) continue;
    const down = edits.moveField(form, first.place, 2);
    assert.deepEqual(
      view(down).children.map((field) => field.name),
      [names[1], names[2], names[0], ...names.slice(3)],
      name,
    );
    const back = edits.moveField(down, first.place, 0);
    assert.deepEqual(
      view(back).children.map((field) => field.name),
      names,
      name,
    );
    const changes = difference(form, down).map((change) => change.pointer);
    assert.ok(
      changes.every((place) => /\/x-ui(\/order)?$/.test(place)),
      changes.join(" "),
    );
    moved += 1;
  }
  assert.ok(moved > 100);
});

test("a renamed field is renamed in what is required and in every rule: the examples are judged as before", () => {
  const documents = shared();
  let tried = 0;
  for (const item of definitions("items")) {
    const form = item["form"];
    const example = list(item["examples"]).find((one) => isObject(one) && isObject(one["form"])) as
      | JsonObject
      | undefined;
    if (!isObject(form) || !example) continue;
    for (const field of view(form).children.slice(0, 4)) {
      const filled = example["form"] as JsonObject;
      const { [field.name]: value, ...rest } = filled;
      const there = value === undefined ? rest : { ...rest, renamed_field: value };
      const renamed = edits.renameField(form, field.place, "renamed_field");
      for (const [before, after] of [
        [filled, there],
        [{}, {}],
      ] as const) {
        const was: string[] = new Form(form, documents).errors(before).map((finding) => finding.pointer);
        const now: string[] = new Form(renamed, documents)
          .errors(after)
          .map((finding) => finding.pointer.replace(/^\/renamed_field/, `/${field.name}`));
        assert.deepEqual(now.sort(), was.sort(), `${String(item["id"])} ${field.name}`);
      }
      tried += 1;
    }
  }
  assert.ok(tried > 200);
});

test("nearly every condition of the pack is read, and is written again exactly as it was", () => {
  let read = 0;
  const left: string[] = [];
  for (const [name, form] of ALL) {
    for (const { place, rule } of rulesOf(view(form))) {
      if (rule === null) {
        left.push(name + place);
        continue;
      }
      const schema = at(form, place) as JsonObject;
      assert.equal(canonical({ ...schema, ...writeRule(rule) }), canonical(schema), name + place);
      const beside = put(form, `${place}/x-strange`, "kept"); // neither if nor then
      assert.equal(canonical(edits.setRule(beside, place, rule)), canonical(beside), name + place);
      read += 1;
    }
  }
  assert.ok(read > 250, String(read));
  assert.deepEqual(left, []);
});

test("questions mixed with and/or are written as if/then without else, and mean what they say", () => {
  const is = (field: string, value: Json): When => ({ field: [field], is: "is", value });
  const when: When = {
    any: [
      is("kind", "branch"),
      { all: [is("size", "large"), { any: [is("listed", true), is("kind", "sole")] }] },
    ],
  };
  const rule: Rule = {
    when,
    effects: [
      { does: "require", field: ["parent"] },
      { does: "forbid", field: ["exempt"] },
    ],
  };
  const written = writeRule(rule);
  assert.deepEqual(readRule(written), rule);
  assert.ok(!("else" in written));
  const form = new Form(written);
  const truth = (kind: string, size: string, listed: boolean): boolean =>
    kind === "branch" || (size === "large" && (listed || kind === "sole"));
  for (const kind of ["branch", "sole", "other"]) {
    for (const size of ["large", "small"]) {
      for (const listed of [true, false]) {
        const answers = { kind, size, listed };
        assert.equal(form.isValid(answers), !truth(kind, size, listed), JSON.stringify(answers));
        assert.equal(form.isValid({ ...answers, parent: 1 }), true);
        assert.equal(form.isValid({ ...answers, parent: 1, exempt: 1 }), !truth(kind, size, listed));
      }
    }
  }
  assert.equal(form.isValid({}), true, "nothing is asked for before anything was answered");
});

test("every question is read as it was written, alone, in a group, and where a missing answer counts", () => {
  for (const is of [
    "is",
    "is-not",
    "one-of",
    "none-of",
    "includes",
    "includes-one-of",
    "at-least",
    "at-most",
  ] as const) {
    const value: Json =
      is.includes("one-of") || is === "none-of" ? ["a", "b"] : is.startsWith("at") ? 3 : "a";
    for (const field of [["f"], ["g", "f"]]) {
      const tests: Test[] = [
        { field, is, value },
        { field, is, value, ifMissing: true },
      ];
      for (const one of tests) {
        if (one.ifMissing && field.length > 1) continue; // is shown as JSON
        const rule: Rule = { when: one, effects: [{ does: "require", field: ["g", "x"] }] };
        assert.deepEqual(readRule(writeRule(rule)), rule);
      }
    }
  }
});

test("a condition that says more than the designer knows stays JSON", () => {
  const then = { required: ["b"] };
  const more: JsonObject[] = [
    { if: { minProperties: 2 }, then },
    { if: true, then },
    { if: { required: ["a"] }, then: { not: {} } },
    { if: { required: ["a"] }, then, else: { minProperties: 1 } },
    { if: { allOf: [{ required: ["a"] }] }, then }, // would be written without its allOf
    { if: { required: ["a", "a"] }, then },
    { if: { properties: { g: { properties: { x: { const: 1 } } } } }, then },
  ];
  for (const one of more) assert.equal(readRule(one), null, JSON.stringify(one));
});

test("keywords that the designer does not know are never lost", () => {
  const unknown = { "x-strange": { a: [1, { b: null }] }, $comment: "kept", examples: ["e"], readOnly: true };
  for (const [name, form] of ALL.filter((_, index) => index % 3 === 0)) {
    const places = subschemas(form).map(([path]) => path);
    const sown = places.reduce<Json>((changed, path) => {
      const place = path.map((token) => "/" + token).join("");
      return place === ""
        ? { ...(changed as JsonObject), ...unknown }
        : put(changed, place, { ...(at(changed, place) as JsonObject), ...unknown });
    }, form);
    const [first, second] = view(sown).children;
    if (!first || !second) continue;
    assert.ok(first.others.includes("x-strange"));
    let edited = edits.setTitle(sown, first.place, "en", "Another");
    edited = edits.moveField(edited, first.place, 1);
    edited = edits.renameField(edited, first.place, "renamed_field");
    edited = edits.setRequired(edited, second.place, !second.required);
    for (const { place, rule } of view(edited).rules) if (rule) edited = edits.setRule(edited, place, rule);
    assert.equal(canonical(edited).split('"x-strange"').length - 1, places.length, name);
    assert.equal(canonical(edited).split('"$comment":"kept"').length - 1, places.length, name);
  }
});

test("what is no form opens as JSON, and what is in a form but no field does too", () => {
  assert.equal(view(true).kind, "json");
  assert.equal(view({ type: "array" }).kind, "json");
  const odd = {
    type: "object",
    properties: { odd: { oneOf: [{ type: "string" }, { type: "integer" }] } },
    dependentSchemas: {},
  };
  assert.equal(view(odd).children[0]?.kind, "json");
  assert.deepEqual(view(odd).others, ["dependentSchemas"]);
});

test("fields go into a group, a list and a shared field and keep their names and titles", () => {
  const text = (zh: string): JsonObject => ({
    type: "string",
    title: zh,
    "x-title": { zh, en: zh },
    minLength: 2,
  });
  const form: JsonObject = {
    type: "object",
    additionalProperties: false,
    required: ["a"],
    properties: { a: text("甲"), b: text("乙"), c: text("丙") },
  };
  const grouped = edits.groupFields(form, ["/properties/a", "/properties/b"], "both", {
    zh: "两项",
    en: "Both",
  });
  assert.deepEqual(
    view(grouped).children.map((field) => field.name),
    ["c", "both"],
  );
  assert.deepEqual(at(grouped, "/properties/both/required"), ["a"]);
  const many = edits.makeRepeat(grouped, "/properties/both", 5);
  assert.equal(view(many).children[1]?.kind, "repeat");
  assert.deepEqual(
    view(many).children[1]?.children.map((field) => field.path.join("/")),
    ["both/*/a", "both/*/b"],
  );
  const person = edits.useShared(many, "/properties/c", "https://schemas.jisheng/shared/person.json");
  assert.equal(view(person).children.find((field) => field.name === "c")?.kind, "shared");
  assert.equal(view(person).children.find((field) => field.name === "c")?.title?.zh, "丙");
  assert.ok(new Form(person, shared()).errors({ both: [{ a: "好好" }, { b: "x" }] }).length === 2);
});

test("a field that a rule speaks of is not taken away, and is named with the rule", () => {
  const form: JsonObject = {
    type: "object",
    properties: { a: {}, b: {}, g: { type: "object", properties: { x: {} } } },
    allOf: [{ if: { required: ["g"], properties: { g: { required: ["x"] } } }, then: { required: ["b"] } }],
  };
  assert.throws(
    () => edits.removeField(form, "/properties/b"),
    (error: edits.CannotEdit) => error.code === "field-in-use" && error.places[0] === "/allOf/0/then",
  );
  assert.throws(() => edits.removeField(form, "/properties/g/properties/x"), edits.CannotEdit);
  assert.deepEqual(
    at(edits.renameField(form, "/properties/g/properties/x", "y"), "/allOf/0/if/properties/g/required"),
    ["y"],
  );
  assert.throws(() => edits.renameField(form, "/properties/a", "b"), edits.CannotEdit);
  assert.throws(() => edits.addField(form, "", "Name", {}), edits.CannotEdit);
  edits.removeField(form, "/properties/a");
});
