import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../src/difference.js";
import { apply, changes, open, redo, save, undo } from "../src/history.js";
import { canonical, type Json } from "../src/json.js";
import { at, drop, insert, pointer, put, rename, tokens } from "../src/pointer.js";

test("canonical JSON sorts by UTF-16 unit, and writes numbers and texts as RFC 8785 does", () => {
  // the example of §3.2.3, and of §3.2.2 the numbers
  const names = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Dalet",
    "1": "One",
    "\ud83d\ude00": "Smiley",
    "\u0080": "Control",
    "\u00f6": "o",
  };
  assert.deepEqual(Object.values(JSON.parse(canonical(names).replace(/"1"/, '"n1"')) as object), [
    "Carriage Return",
    "One",
    "Control",
    "o",
    "Euro Sign",
    "Smiley",
    "Dalet",
  ]);
  assert.equal(
    canonical([333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0]),
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  );
  assert.equal(
    canonical({ b: [true, null], a: '\u000f\n"\\/' }),
    '{"a":"\\u000f\\n\\"\\\\/","b":[true,null]}',
  );
  assert.throws(() => canonical(Number.NaN), RangeError);
  assert.throws(() => canonical("\ud800"), RangeError);
});

test("a pointer finds its way through names with slashes and tildes, and to nothing that is only inherited", () => {
  const value: Json = { "a/b": { "~": [1, { x: 2 }] } };
  assert.equal(pointer(["a/b", "~", 1, "x"]), "/a~1b/~0/1/x");
  assert.deepEqual(tokens("/a~1b/~0/1"), ["a/b", "~", "1"]);
  assert.equal(at(value, "/a~1b/~0/1/x"), 2);
  assert.equal(at(value, ""), value);
  for (const nothing of ["/toString", "/a~1b/~0/length", "/a~1b/~0/2", "/a~1b/~0/-1"])
    assert.equal(at(value, nothing), undefined);
});

test("a change leaves the original alone and shares with it all that stays", () => {
  const value = { a: { b: 1 }, c: { d: [1, 2] } } satisfies Json;
  const changed = put(value, "/a/b", 2) as typeof value;
  assert.deepEqual(changed, { a: { b: 2 }, c: { d: [1, 2] } });
  assert.equal(value.a.b, 1);
  assert.equal(changed.c, value.c);
  assert.deepEqual(at(insert(value, "/c/d/1", 9), "/c/d"), [1, 9, 2]);
  assert.deepEqual(at(put(value, "/c/d/-", 9), "/c/d"), [1, 2, 9]);
  assert.deepEqual(at(drop(value, "/c/d/0"), "/c/d"), [2]);
  assert.equal(drop(value, "/c/x"), value);
  assert.deepEqual(Object.keys(rename(value, "/a", "z") as object), ["z", "c"]);
  assert.throws(() => rename(value, "/a", "c"), TypeError);
  assert.throws(() => put(value, "/x/y", 1), TypeError);
});

test("a difference names each member that was added, taken away or replaced", () => {
  const before: Json = { a: 1, b: [1, 2], c: { d: false }, e: {} };
  const after: Json = { a: 1, b: [1], c: { d: 0 }, e: [], f: null };
  assert.deepEqual(difference(before, after), [
    { pointer: "/b/1", before: 2 },
    { pointer: "/c/d", before: false, after: 0 },
    { pointer: "/e", before: {}, after: [] },
    { pointer: "/f", after: null },
  ]);
  assert.deepEqual(difference(before, before), []);
});

test("a session undoes and redoes step by step, and a new change ends what could be redone", () => {
  const set = (name: string, value: number) => (document: Json) => put(document, `/${name}`, value);
  let session = open<Json>({ a: 0 });
  for (const value of [1, 2, 3]) session = apply(session, set("a", value));
  session = undo(undo(session));
  assert.equal(save(session), '{"a":1}');
  assert.equal(save(redo(session)), '{"a":2}');
  session = apply(session, set("b", 1));
  assert.equal(redo(session), session);
  assert.deepEqual(changes(session), [
    { pointer: "/a", before: 0, after: 1 },
    { pointer: "/b", after: 1 },
  ]);
  assert.equal(apply(session, set("b", 1)), session, "a change that changes nothing is no step");
  assert.equal(save(undo(undo(undo(session)))), '{"a":0}');
});
