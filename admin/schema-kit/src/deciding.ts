/**
 * What a decision table says of some facts, row by row and cell by cell: for whoever writes it, before it is saved.
 *
 * In the dialect of cells as the server's engine reads it; the server's trial remains what counts.
 */

import { readCell, readLiteral, type Cell, type Literal } from "./cells.js";
import { isObject, type Json, type JsonObject } from "./json.js";
import type { Table } from "./table.js";

export interface TriedRow {
  id: string;
  /** By id of the column; null: the cell is outside the dialect, or the row was not reached. */
  cells: Readonly<Record<string, boolean | null>>;
  holds: boolean;
}

export interface Decided {
  rows: TriedRow[];
  matched: string[];
  /** null: no row holds, or a fact is not known. */
  result: JsonObject | null;
  /** Facts that the table reads and that nobody gave: a person decides then. */
  unknown: string[];
}

const FIELD = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const CONSTANTS = new Set(["true", "false", "null"]);

/** The facts are by their ids; with the policy "first" the rows below the one that holds are not reached. */
export function decided(table: Table, facts: JsonObject, mayBeEmpty = false): Decided {
  const unknown = readsOf(table).filter((fact) => !isKnown(facts[fact]) || !fits(table, fact, facts[fact]!));
  if (unknown.length > 0) return { rows: [], matched: [], result: null, unknown };
  const rows: TriedRow[] = [];
  for (const row of table.rows) {
    const reached = table.hit === "collect" || !rows.some((one) => one.holds);
    const cells = table.inputs.map(({ id, fact }): [string, boolean | null] => {
      const cell = reached ? readCell(row.cells[id] ?? "-") : null;
      return [id, cell && holds(cell, facts[fact]!)];
    });
    rows.push({ id: row.id, cells: Object.fromEntries(cells), holds: cells.every(([, one]) => one === true) });
  }
  const matched = rows.filter((one) => one.holds).map((one) => one.id);
  const results = matched.map((id) => outputs(table, id, facts));
  const empty = matched.length === 0 && !(table.hit === "collect" && mayBeEmpty);
  return { rows, matched, unknown, result: empty ? null : table.hit === "collect" ? { collected: results } : results[0]! };
}

/** Every fact that the table needs, those that it only hands on included. */
export function readsOf(table: Table): string[] {
  const handed = table.rows.flatMap((row) =>
    table.outputs
      .map(({ id }) => (row.cells[id] ?? "").trim())
      .filter((text) => FIELD.test(text) && !CONSTANTS.has(text))
      .map((text) => text.replaceAll("_", "-")),
  );
  return [...new Set([...table.inputs.map((one) => one.fact), ...handed])];
}

/** Whether a cell lets a value through; a date is its text. */
export function holds(cell: Cell, value: Json): boolean {
  if (cell.is === "any") return true;
  if (cell.is === "range") {
    const [at, low, high] = [rank(value), rankOf(cell.from), rankOf(cell.until)];
    return at !== null && (cell.withFrom ? at >= low : at > low) && (cell.withUntil ? at <= high : at < high);
  }
  if ("values" in cell)
    return cell.values.some((one) => one.value === value) === (cell.is === "one-of");
  return compared(cell.is, cell.value, value);
}

/** What an output's cell gives: a constant, a fact that is handed on, nothing; undefined outside the dialect. */
export function given(written: string, facts: JsonObject): Json | undefined {
  const text = written.trim();
  if (text === "null" || text === "") return null;
  if (FIELD.test(text) && !CONSTANTS.has(text)) return facts[text.replaceAll("_", "-")];
  const constant = /^('[^']*'|"[^"]*"|0|-?[1-9][0-9]*|true|false)$/.test(text) ? readLiteral(text) : null;
  return constant ? constant.value : undefined;
}

function compared(is: "<" | "<=" | ">" | ">=" | "==" | "!=", constant: Literal, value: Json): boolean {
  if (is === "==" || is === "!=") return (constant.value === value) === (is === "==");
  const [at, than] = [rank(value), rankOf(constant)];
  if (at === null) return false;
  return { "<": at < than, "<=": at <= than, ">": at > than, ">=": at >= than }[is];
}

function rank(value: Json): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : null;
}

function rankOf(literal: Literal): number {
  return literal.type === "date" ? Date.parse(`${literal.value}T00:00:00Z`) : Number(literal.value);
}

function outputs(table: Table, id: string, facts: JsonObject): JsonObject {
  const cells = table.rows.find((one) => one.id === id)!.cells;
  return Object.fromEntries(table.outputs.map((one) => [one.field, given(cells[one.id] ?? "null", facts) ?? null]));
}

function isKnown(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && !isObject(value);
}

/** Whether a value is of the type that the cells compare with: else it counts as unknown. */
function fits(table: Table, fact: string, value: Json): boolean {
  const column = table.inputs.find((one) => one.fact === fact);
  const type = column && typeOf(table, column.id);
  if (!type) return true;
  if (type === "integer") return Number.isInteger(value);
  if (type === "date") return rank(value) !== null && typeof value === "string";
  return typeof value === type;
}

/** What the cells of an input compare with; null where none compares. */
export function typeOf(table: Table, column: string): Literal["type"] | null {
  for (const row of table.rows) {
    const cell = readCell(row.cells[column] ?? "-");
    if (!cell || cell.is === "any") continue;
    if ("values" in cell) return cell.values[0]!.type;
    return cell.is === "range" ? cell.from.type : cell.value.type;
  }
  return null;
}
