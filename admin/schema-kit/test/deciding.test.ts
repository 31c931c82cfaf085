import assert from "node:assert/strict";
import { test } from "node:test";
import { readCell } from "../src/cells.js";
import { decided, holds } from "../src/deciding.js";
import { isObject, list, members, type JsonObject } from "../src/json.js";
import * as table from "../src/table.js";
import { definitions } from "./pack.js";

test("every test of every table of the pack finds its rows and its result here as on the server", () => {
  let played = 0;
  for (const rules of definitions("rules")) {
    const versions = list(rules["versions"]).map(members);
    for (const one of list(rules["tests"]).filter(isObject)) {
      const started = versions.filter((version) => String(version["effective_from"]) <= String(one["on"]));
      const latest = started.reduce((best, version) =>
        String(version["effective_from"]) > String(best["effective_from"]) ? version : best,
      );
      const opened = table.openTable(rules, versions.indexOf(latest))!;
      const got = decided(opened, members(one["facts"]), latest["may_be_empty"] === true);
      const name = `${String(rules["id"])}: ${String(one["name"])}`;
      assert.deepEqual(got.result, one["expect"] ?? null, name);
      const row = one["row"] ?? [];
      assert.deepEqual(got.matched, Array.isArray(row) ? row : [row], name);
      if ("undecided" in one && got.unknown.length > 0)
        assert.deepEqual([...got.unknown].sort(), [...list(one["undecided"])].map(String).sort(), name);
      played += 1;
    }
  }
  assert.ok(played > 300, String(played));
});

test("what is written in a cell decides, at its very edges", () => {
  const says = (cell: string, value: string | number | boolean): boolean => holds(readCell(cell)!, value);
  assert.deepEqual([says("[1..5)", 1), says("[1..5)", 5), says("(1..5]", 1), says("(1..5]", 5)], [true, false, false, true]);
  assert.deepEqual([says("not in ['a', 'b']", "c"), says("not in ['a', 'b']", "a")], [true, false]);
  assert.deepEqual([says("< d('2026-03-01')", "2026-02-28"), says("< d('2026-03-01')", "2026-03-01")], [true, false]);
  assert.deepEqual([says("true", true), says("true", false), says("!= 3", 3)], [true, false, false]);
});

test("with the policy first, what stands below the row that holds is not reached", () => {
  const rules: JsonObject = { tests: [], versions: [{ table: { nodes: [{ type: "inputNode" }, { type: "decisionTableNode", content: {
    hitPolicy: "first", inputs: [{ id: "i", name: "n", field: "age" }], outputs: [{ id: "o", name: "n", field: "out" }],
    rules: [{ _id: "a", i: "> 5", o: "1" }, { _id: "b", i: "-", o: "2" }, { _id: "c", i: "-", o: "3" }],
  } }, { type: "outputNode" }] } }] };
  const got = decided(table.openTable(rules)!, { age: 3 });
  assert.deepEqual(got.rows.map((one) => [one.id, one.cells["i"], one.holds]), [["a", false, false], ["b", true, true], ["c", null, false]]);
  assert.deepEqual(got.result, { out: 2 });
  assert.deepEqual(decided(table.openTable(rules)!, {}).unknown, ["age"]);
});
