import assert from "node:assert/strict";
import { test } from "node:test";
import { readCell, writeCell, type Cell } from "../src/cells.js";
import { difference } from "../src/difference.js";
import { apply, changes, open, redo, save, undo } from "../src/history.js";
import { canonical, isObject, list, type Json, type JsonObject } from "../src/json.js";
import { at } from "../src/pointer.js";
import * as table from "../src/table.js";
import { definitions } from "./pack.js";

const TABLES = definitions("rules").flatMap((rules) =>
  list(rules["versions"]).map((_, version) => ({
    rules,
    version,
    name: `${String(rules["id"])}@${version}`,
  })),
);

function pointers(before: Json, after: Json): string[] {
  return difference(before, after).map((change) => change.pointer);
}

test("every table of the pack opens as rows, and its content comes back as it was", () => {
  assert.ok(TABLES.length >= 40);
  for (const { rules, version, name } of TABLES) {
    const opened = table.openTable(rules, version);
    assert.ok(opened, name);
    const content = at(rules, opened.place) as JsonObject;
    assert.equal(canonical(table.contentOf(opened, content)), canonical(content), name);
    assert.equal(opened.rows.length, list(content["rules"]).length);
  }
});

test("open, change one thing, undo, save: the same bytes; redo, save: that pointer alone", () => {
  let changed = 0;
  for (const { rules, version, name } of TABLES) {
    const opened = table.openTable(rules, version)!;
    const untouched = canonical(rules);
    for (const row of opened.rows) {
      for (const column of [...opened.inputs, ...opened.outputs]) {
        const session = apply(open(rules), (document) =>
          table.setCell(document, opened, row.id, column.id, "'changed'"),
        );
        assert.equal(save(undo(session)), untouched, name);
        assert.deepEqual(
          changes(redo(undo(session))).map((one) => one.pointer),
          [`${row.place}/${column.id}`],
          name,
        );
        changed += 1;
      }
    }
  }
  assert.ok(changed > 1_000, String(changed));
});

test("each edit and its opposite leave the table as it was", () => {
  for (const { rules, version, name } of TABLES) {
    const again = (changed: JsonObject): table.Table => table.openTable(changed, version)!;
    const opened = again(rules);
    const untouched = canonical(rules);
    const first = opened.rows[0]!;
    const added = table.addRow(rules, opened, "added-row", first.id);
    assert.equal(again(added).rows[0]!.id, "added-row");
    assert.equal(canonical(table.removeRow(added, again(added), "added-row")), untouched, name);
    const last = opened.rows.length - 1;
    const moved = table.moveRow(rules, opened, first.id, last);
    assert.equal(again(moved).rows[last]!.id, first.id);
    assert.equal(canonical(table.moveRow(moved, again(moved), first.id, 0)), untouched, name);
    const renamed = table.renameRow(rules, opened, first.id, "renamed-row");
    assert.deepEqual(again(renamed).rows[0]!.tests, first.tests, name);
    assert.equal(
      canonical(table.renameRow(renamed, again(renamed), "renamed-row", first.id)),
      untouched,
      name,
    );
    for (const side of ["inputs", "outputs"] as const) {
      const wider = table.addColumn(rules, opened, side, "新", "added-fact");
      assert.equal(again(wider)[side].at(-1)!.fact, "added-fact");
      assert.equal(
        canonical(table.removeColumn(wider, again(wider), again(wider)[side].at(-1)!.id)),
        untouched,
        name,
      );
    }
    const tested = table.addTest(rules, {
      name: "t",
      on: "2026-03-02",
      facts: {},
      expect: {},
      row: first.id,
    });
    const place = again(tested).rows[0]!.tests.at(-1)!;
    assert.equal(
      canonical(table.removeTest(tested, place)),
      canonical({ ...rules, tests: list(rules["tests"]) }),
      name,
    );
  }
});

test("every row of the pack has its tests, and a row with tests is not taken away", () => {
  let rows = 0;
  for (const { rules, version, name } of TABLES) {
    const opened = table.openTable(rules, version)!;
    rows += opened.rows.length - table.untested(opened).length;
    const tested = opened.rows.find((row) => row.tests.length > 0);
    if (!tested) continue;
    assert.ok(
      tested.tests.every((place) => isObject(at(rules, place))),
      name,
    );
    assert.throws(
      () => table.removeRow(rules, opened, tested.id),
      (error: table.CannotFill) => error.code === "row-in-use",
    );
  }
  assert.ok(rows > 200, String(rows));
});

test("every cell of the pack is read, and written again it means the same", () => {
  let cells = 0;
  for (const { rules, version, name } of TABLES) {
    const opened = table.openTable(rules, version)!;
    for (const row of opened.rows) {
      for (const column of opened.inputs) {
        const text = row.cells[column.id] ?? "";
        const cell = readCell(text);
        assert.ok(cell, `${name}: ${text}`);
        assert.deepEqual(readCell(writeCell(cell)), cell, `${name}: ${text}`);
        cells += 1;
      }
    }
  }
  assert.ok(cells > 500, String(cells));
});

test("a cell says any, a comparison, a range or a choice, and nothing else", () => {
  const read: [string, Cell | null][] = [
    ["-", { is: "any" }],
    [" ", { is: "any" }],
    ["< 5", { is: "<", value: { type: "integer", value: 5 } }],
    ["!= 'a'", { is: "!=", value: { type: "string", value: "a" } }],
    [
      "(1..5]",
      {
        is: "range",
        from: { type: "integer", value: 1 },
        until: { type: "integer", value: 5 },
        withFrom: false,
        withUntil: true,
      },
    ],
    [
      "'a', 'b'",
      {
        is: "one-of",
        values: [
          { type: "string", value: "a" },
          { type: "string", value: "b" },
        ],
      },
    ],
    ["not in ['a']", { is: "none-of", values: [{ type: "string", value: "a" }] }],
    [">= d('2026-03-02')", { is: ">=", value: { type: "date", value: "2026-03-02" } }],
  ];
  for (const [text, cell] of read) assert.deepEqual(readCell(text), cell, text);
  for (const text of [
    "< 'a'",
    "1, 'a'",
    "[5..1]",
    "(1..2)",
    "in ['a'",
    "d('2026-02-30')",
    "x > 1",
    "05",
    "'a'b'",
    "> true",
    "9007199254740993",
  ]) {
    assert.equal(readCell(text), null, text);
  }
});

test("a graph that is more than one table opens as JSON", () => {
  const { rules, version } = TABLES[0]!;
  const nodes = list(at(rules, `/versions/${version}/table/nodes`));
  const with_ = (more: Json[]): JsonObject => ({ ...rules, versions: [{ table: { nodes: more } }] });
  assert.equal(table.openTable(with_([...nodes, { id: "f", type: "functionNode" }])), null);
  assert.equal(table.openTable(with_(nodes.slice(0, 2))), null);
  assert.equal(table.openTable({ ...rules, versions: [] }), null);
  assert.notEqual(table.openTable(with_(nodes)), null);
});

test("names that are taken or malformed are refused", () => {
  const { rules, version } = TABLES[0]!;
  const opened = table.openTable(rules, version)!;
  const [first] = opened.rows;
  assert.throws(() => table.addRow(rules, opened, first!.id), table.CannotFill);
  assert.throws(() => table.addRow(rules, opened, "Row"), table.CannotFill);
  assert.throws(() => table.addColumn(rules, opened, "inputs", "x", "not"), table.CannotFill);
  assert.throws(
    () => table.addColumn(rules, opened, "inputs", "x", opened.inputs[0]!.fact),
    table.CannotFill,
  );
  assert.throws(() => table.setCell(rules, opened, first!.id, "nowhere", "1"), table.CannotFill);
  assert.deepEqual(
    pointers(rules, table.setHit(rules, opened, opened.hit === "first" ? "collect" : "first")),
    [`${opened.place}/hitPolicy`],
  );
});
