// A cell in words, and what is wrong with it: judged by the kit's dialect and by what the fact is declared to say.
import { type Cell, type Literal, readCell, table, textOf, typeOf } from "@jisheng/schema-kit";
import type { Language } from "@jisheng/api-client";
import type { Json, JsonObject } from "../../json/pointer";
import type { TableWords } from "../../words/designers/table";

export interface Facts {
  [id: string]: JsonObject;
}

const TYPES: Readonly<Record<string, Literal["type"]>> = { integer: "integer", money: "integer", string: "string", boolean: "boolean", date: "date" };

/** What a column compares with: as its fact is declared, else as its cells say. */
export function columnType(opened: table.Table, column: table.Column, facts: Facts): Literal["type"] {
  return TYPES[String(facts[column.fact]?.type)] ?? typeOf(opened, column.id) ?? "string";
}

export const valuesOf = (fact: JsonObject | undefined): Json[] => (Array.isArray(fact?.values) ? fact.values : []);

export const titleOf = (fact: JsonObject | undefined, language: Language): string | undefined => textOf(fact?.title)?.[language];

export function saidOf(written: string, w: TableWords): string {
  const cell = readCell(written);
  if (!cell) return written;
  const say = ({ type, value }: Literal) => (type === "boolean" ? (value ? w.yes : w.no) : String(value));
  if (cell.is === "any") return w.any;
  if (cell.is === "range") return `${say(cell.from)}${cell.withFrom ? "≤" : "<"} … ${cell.withUntil ? "≤" : "<"}${say(cell.until)}`;
  if ("values" in cell) {
    const values = cell.values.map(say).join(w.or);
    return cell.is === "one-of" ? values : String(w.says["none-of"]).replace("{v}", () => values);
  }
  return String(w.says[cell.is]).replace("{v}", () => say(cell.value));
}

export function outputSaid(written: string, w: TableWords, facts: Facts, language: Language): string {
  const text = written.trim();
  const known: Record<string, string> = { "": w.nothing, null: w.nothing, true: w.yes, false: w.no };
  if (text in known) return String(known[text]);
  if (/^['"].*['"]$/.test(text)) return text.slice(1, -1);
  if (!/^[a-z][a-z0-9_]*$/.test(text)) return text;
  return w.handed(titleOf(facts[text.replaceAll("_", "-")], language) ?? text);
}

/** What is wrong with a cell of an input, said at the cell. */
export function wrongInput(written: string, w: TableWords, type: Literal["type"], fact: JsonObject | undefined): string | undefined {
  const cell = readCell(written);
  if (!cell) return w.outside;
  const literals = literalsOf(cell);
  if (literals.some((one) => one.type !== type)) return w.mixed(w.types[type] ?? type);
  const declared = valuesOf(fact);
  const strange = declared.length ? literals.filter((one) => !declared.includes(one.value)).map((one) => String(one.value)) : [];
  return strange.length ? w.undeclared(strange.join("、")) : undefined;
}

export function wrongOutput(written: string, w: TableWords): string | undefined {
  return /^\s*(null|true|false|0|-?[1-9][0-9]*|'[^'"\\`]*'|"[^'"\\`]*"|[a-z][a-z0-9]*(_[a-z0-9]+)*)\s*$/.test(written) ? undefined : w.badOutput;
}

export function literalsOf(cell: Cell): Literal[] {
  if (cell.is === "any") return [];
  if (cell.is === "range") return [cell.from, cell.until];
  return "values" in cell ? cell.values : [cell.value];
}
