import assert from "node:assert/strict";
import { test } from "node:test";
import { isObject } from "../src/json.js";
import { parsed, paths, Unreadable, write } from "../src/template.js";
import { definitions } from "./pack.js";

test("every template of the pack can be read, in both languages", () => {
  let read = 0;
  for (const one of [...definitions("notices"), ...definitions("documents")]) {
    const template = one["template"];
    if (!isObject(template)) continue;
    for (const language of ["zh", "en"]) {
      parsed(String(template[language]));
      read += 1;
    }
  }
  assert.ok(read > 100, String(read));
});

test("values, sections, lists and what appears without a value", () => {
  const text = "{{who.name}}：{{#list}}[{{.}}]{{/list}}{{^none}}无{{/none}}{{#flag}}{{flag}}{{/flag}}{{#zero}}{{zero}}{{/zero}}";
  const made = write(text, { who: { name: { zh: "甲\n乙", en: "A" } }, list: ["x", "y"], flag: true, zero: 0 }, "zh");
  assert.deepEqual(made, { text: "甲 乙：[x][y]无是0", missing: [], unprintable: [] });
  assert.deepEqual(paths(text), ["who.name", "list", "none", "flag", "zero"]);
});

test("no, nothing and the empty are no values; zero is one", () => {
  const text = "{{#a}}a{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}{{^a}}-{{/a}}";
  assert.equal(write(text, { a: false, b: [], c: "", d: 0 }, "zh").text, "d-");
});

test("what is missing is named once, unless it may be missing", () => {
  assert.deepEqual(write("{{a}}{{a}}{{b.c}}{{d}}", { d: { e: 1 } }, "zh", ["b.c"]), { text: "", missing: ["a"], unprintable: ["d"] });
});

test("inside a section the innermost scope that knows the name answers", () => {
  const made = write("{{#rows}}{{title}}/{{outer}};{{/rows}}", { outer: "o", rows: [{ title: "a" }, { title: "b" }] }, "en");
  assert.equal(made.text, "a/o;b/o;");
});

for (const [text, code] of [["{{#a}}", "section-open"], ["{{/a}}", "section-not-open"], ["{{a b}}", "not-a-mark"], ["{{{a}}}", "not-a-mark"]] as const) {
  test(`${text} is refused`, () => {
    assert.throws(() => parsed(text), (error: unknown) => error instanceof Unreadable && error.code === code);
  });
}
