// Differences and pointers say the same as the API's own (domain/difference.py).
import { expect, test } from "vitest";
import { difference, same } from "../src/json/difference";
import { at, parts, pointerOf } from "../src/json/pointer";

test("each member that differs is told with its place, what it was and what it is", () => {
  const before = { a: 1, "b/c": { d: [1, 2] }, gone: null, same: { x: [true] } };
  const after = { a: false, "b/c": { d: [1, 3, 4] }, same: { x: [true] }, new: "n" };
  expect(difference(before, after)).toEqual([
    { pointer: "/a", before: 1, after: false },
    { pointer: "/b~1c/d/1", before: 2, after: 3 },
    { pointer: "/b~1c/d/2", after: 4 },
    { pointer: "/gone", before: null },
    { pointer: "/new", after: "n" },
  ]);
});

test("a list is no object, and null is a value", () => {
  expect(difference({ a: [] }, { a: {} })).toEqual([{ pointer: "/a", before: [], after: {} }]);
  expect(same({ a: null }, {})).toBe(false);
  expect(same({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
});

test("a pointer leads to its value and back", () => {
  const value = { "a/b": [{ "c~d": 7 }] };
  expect(parts("/a~1b/0/c~0d")).toEqual(["a/b", "0", "c~d"]);
  expect(at(value, parts("/a~1b/0/c~0d"))).toBe(7);
  expect(pointerOf(["a/b", 0, "c~d"])).toBe("/a~1b/0/c~0d");
});
