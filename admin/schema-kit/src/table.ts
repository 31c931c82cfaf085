/** A decision table as rows that people fill in, each with the tests that must find it; kept as GoRules' JDM. */

import { isObject, list, member, members, type Json, type JsonObject } from "./json.js";
import { at, drop, insert, pointer, put } from "./pointer.js";

export interface Column {
  /** The key of its cells in each row. */
  id: string;
  name: string;
  field: string;
  /** The fact that an input reads: a field cannot hold a hyphen. */
  fact: string;
}

export interface Row {
  id: string;
  description: string;
  place: string;
  cells: Readonly<Record<string, string>>;
  /** Places of the tests that must find this row. */
  tests: string[];
}

export interface Table {
  /** Where the table's content stands in the definition. */
  place: string;
  hit: "first" | "collect";
  inputs: Column[];
  outputs: Column[];
  rows: Row[];
  /** Tests of no row: of facts that are unknown, and of rows that are no longer there. */
  otherTests: string[];
}

export class CannotFill extends Error {
  constructor(
    readonly code: "name-taken" | "name-malformed" | "row-in-use" | "unknown",
    readonly places: string[] = [],
  ) {
    super(code);
  }
}

const FIELD = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const ROW = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const RESERVED = new Set(["and", "or", "not", "in", "true", "false", "null"]);
const PARTS = [
  "hitPolicy",
  "inputs",
  "outputs",
  "rules",
  "passThrough",
  "executionMode",
  "inputField",
  "outputPath",
];

/** The table of a version; null where the graph is more than input → one table → output: that opens as JSON. */
export function openTable(rules: JsonObject, version = 0): Table | null {
  const above = `/versions/${version}/table`;
  const nodes = list(at(rules, `${above}/nodes`));
  const types = nodes.map((node) => members(node)["type"]);
  const position = types.indexOf("decisionTableNode");
  if (nodes.length !== 3 || !types.includes("inputNode") || !types.includes("outputNode") || position < 0)
    return null;
  const place = `${above}/nodes/${position}/content`;
  const content = at(rules, place);
  if (!isObject(content) || Object.keys(content).some((keyword) => !PARTS.includes(keyword))) return null;
  const inputs = columns(content["inputs"]);
  const outputs = columns(content["outputs"]);
  const hit = content["hitPolicy"];
  const rows = list(content["rules"]);
  if (!inputs || !outputs || (hit !== "first" && hit !== "collect")) return null;
  const keys = new Set(["_id", "_description", ...[...inputs, ...outputs].map((column) => column.id)]);
  if (
    !rows.every(
      (row) =>
        isObject(row) &&
        Object.entries(row).every(([key, cell]) => keys.has(key) && typeof cell === "string"),
    )
  )
    return null;
  const tested = testsByRow(rules);
  const told = rows.filter(isObject).map((row, index): Row => {
    const { _id: id = "", _description: description = "", ...cells } = row as Record<string, string>;
    return { id, description, place: `${place}/rules/${index}`, cells, tests: tested.get(id) ?? [] };
  });
  const known = new Set(told.flatMap((row) => row.tests));
  const all = list(rules["tests"]).map((_, index) => `/tests/${index}`);
  return { place, hit, inputs, outputs, rows: told, otherTests: all.filter((one) => !known.has(one)) };
}

/** The content again out of what is shown, with the options that the designer has no opinion on. */
export function contentOf(table: Table, before: JsonObject): JsonObject {
  const column = ({ id, name, field }: Column): JsonObject => ({ id, name, field });
  return {
    ...before,
    hitPolicy: table.hit,
    inputs: table.inputs.map(column),
    outputs: table.outputs.map(column),
    rules: table.rows.map((row) => ({
      _id: row.id,
      ...(row.description === "" ? {} : { _description: row.description }),
      ...row.cells,
    })),
  };
}

export function setCell(
  rules: JsonObject,
  table: Table,
  row: string,
  column: string,
  text: string,
): JsonObject {
  if (![...table.inputs, ...table.outputs].some((one) => one.id === column))
    throw new CannotFill("unknown", [column]);
  return put(
    rules,
    rowOf(table, row).place + pointer([column]),
    text.trim() === "" ? "-" : text,
  ) as JsonObject;
}

export function setDescription(rules: JsonObject, table: Table, row: string, text: string): JsonObject {
  const place = `${rowOf(table, row).place}/_description`;
  return (text === "" ? drop(rules, place) : put(rules, place, text)) as JsonObject;
}

/** A row that lets everything through, before another or at the end. */
export function addRow(rules: JsonObject, table: Table, id: string, before?: string): JsonObject {
  if (!ROW.test(id)) throw new CannotFill("name-malformed");
  if (table.rows.some((row) => row.id === id)) throw new CannotFill("name-taken");
  const cells = [
    ...table.inputs.map((column) => [column.id, "-"]),
    ...table.outputs.map((column) => [column.id, "null"]),
  ];
  const place = before === undefined ? `${table.place}/rules/-` : rowOf(table, before).place;
  return insert(rules, place, { _id: id, ...Object.fromEntries(cells) }) as JsonObject;
}

/** Not while a test says that it must be found. */
export function removeRow(rules: JsonObject, table: Table, id: string): JsonObject {
  const row = rowOf(table, id);
  if (row.tests.length > 0) throw new CannotFill("row-in-use", row.tests);
  return drop(rules, row.place) as JsonObject;
}

/** In the table and in the tests that must find it. */
export function renameRow(rules: JsonObject, table: Table, id: string, to: string): JsonObject {
  if (!ROW.test(to)) throw new CannotFill("name-malformed");
  if (table.rows.some((row) => row.id === to)) throw new CannotFill("name-taken");
  const row = rowOf(table, id);
  const changed = row.tests.reduce<Json>(
    (done, place) => {
      const said = at(done, `${place}/row`);
      return put(done, `${place}/row`, Array.isArray(said) ? said.map((one) => (one === id ? to : one)) : to);
    },
    put(rules, `${row.place}/_id`, to),
  );
  return changed as JsonObject;
}

/** With the policy "first" the order decides: what stands higher is asked first. */
export function moveRow(rules: JsonObject, table: Table, id: string, index: number): JsonObject {
  const row = rowOf(table, id);
  const body = at(rules, row.place)!;
  return insert(drop(rules, row.place), `${table.place}/rules/${index}`, body) as JsonObject;
}

export function setHit(rules: JsonObject, table: Table, hit: Table["hit"]): JsonObject {
  return put(rules, `${table.place}/hitPolicy`, hit) as JsonObject;
}

/** A column that asks nothing yet: each row has a cell for it. */
export function addColumn(
  rules: JsonObject,
  table: Table,
  side: "inputs" | "outputs",
  name: string,
  fact: string,
): JsonObject {
  const field = fact.replaceAll("-", "_");
  if (!FIELD.test(field) || RESERVED.has(field)) throw new CannotFill("name-malformed");
  if (table[side].some((column) => column.field === field)) throw new CannotFill("name-taken");
  const taken = new Set([...table.inputs, ...table.outputs].map((column) => column.id));
  const prefix = side === "inputs" ? "in" : "out";
  let id = `${prefix}-${fact}`;
  for (let number = 2; taken.has(id); number += 1) id = `${prefix}-${fact}-${number}`;
  const listed = insert(rules, `${table.place}/${side}/-`, { id, name, field });
  const cell = side === "inputs" ? "-" : "null";
  return table.rows.reduce<Json>(
    (changed, row) => put(changed, row.place + pointer([id]), cell),
    listed,
  ) as JsonObject;
}

export function removeColumn(rules: JsonObject, table: Table, id: string): JsonObject {
  const side = table.inputs.some((column) => column.id === id) ? "inputs" : "outputs";
  const index = table[side].findIndex((column) => column.id === id);
  if (index < 0) throw new CannotFill("unknown", [id]);
  const listed = drop(rules, `${table.place}/${side}/${index}`);
  return table.rows.reduce<Json>(
    (changed, row) => drop(changed, row.place + pointer([id])),
    listed,
  ) as JsonObject;
}

export interface TableTest {
  name: string;
  on: string;
  facts: JsonObject;
  expect: JsonObject;
  row: string | string[];
}

export function addTest(rules: JsonObject, test: TableTest): JsonObject {
  return put(rules, "/tests", [...list(rules["tests"]), { ...test } as unknown as Json]) as JsonObject;
}

export function removeTest(rules: JsonObject, place: string): JsonObject {
  return drop(rules, place) as JsonObject;
}

/** Rows that no test finds: a table is released only when each has one. */
export function untested(table: Table): Row[] {
  return table.rows.filter((row) => row.tests.length === 0);
}

function rowOf(table: Table, id: string): Row {
  const found = table.rows.find((row) => row.id === id);
  if (!found) throw new CannotFill("unknown", [id]);
  return found;
}

function columns(value: Json | undefined): Column[] | null {
  const found = list(value).map((one) => {
    const { id, name, field } = members(one);
    const plain = isObject(one) && Object.keys(one).length === 3;
    return plain && typeof id === "string" && typeof name === "string" && typeof field === "string"
      ? { id, name, field, fact: field.replaceAll("_", "-") }
      : null;
  });
  return found.includes(null) ? null : (found as Column[]);
}

function testsByRow(rules: JsonObject): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [index, test] of list(rules["tests"]).entries()) {
    const row = member(test, "row");
    for (const id of Array.isArray(row) ? row : [row]) {
      if (typeof id === "string") found.set(id, [...(found.get(id) ?? []), `/tests/${index}`]);
    }
  }
  return found;
}

/** With the tests that must find it alone; a test that must find others too is left to find those. */
export function removeRowWithTests(rules: JsonObject, table: Table, id: string): JsonObject {
  const row = rowOf(table, id);
  const left = row.tests.toReversed().reduce<Json>((done, place) => {
    const said = at(done, `${place}/row`);
    const others = Array.isArray(said) ? said.filter((one) => one !== id) : [];
    return others.length > 0 ? put(done, `${place}/row`, others) : drop(done, place);
  }, rules);
  return drop(left, row.place) as JsonObject;
}
