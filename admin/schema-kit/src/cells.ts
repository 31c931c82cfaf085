/**
 * One cell of a decision table as a person fills it in: any, a comparison, a range or some of several values.
 *
 * The same dialect as the server's `domain/cells.py`; what is outside it, or would be written otherwise than it was,
 * stays text.
 */

export type Literal =
  | { type: "integer"; value: number }
  | { type: "string"; value: string }
  | { type: "boolean"; value: boolean }
  | { type: "date"; value: string };

export type Cell =
  | { is: "any" }
  | { is: "<" | "<=" | ">" | ">=" | "==" | "!="; value: Literal }
  | { is: "range"; from: Literal; until: Literal; withFrom: boolean; withUntil: boolean }
  | { is: "one-of" | "none-of"; values: Literal[] };

const TEXT = `'[^'"\\\\\`\\x00-\\x1f]*'|"[^'"\\\\\`\\x00-\\x1f]*"`;
const LITERAL = `(?:${TEXT}|0|-?[1-9][0-9]*|true|false|d\\('[0-9]{4}-[0-9]{2}-[0-9]{2}'\\))`;
const COMPARISON = new RegExp(`^(<=|>=|<|>|==|!=)\\s*(${LITERAL})$`);
const RANGE = new RegExp(`^([[(])\\s*(${LITERAL})\\s*\\.\\.\\s*(${LITERAL})\\s*([\\])])$`);
const SET = new RegExp(`^(?:(not\\s+in|in)\\s*\\[\\s*)?(${LITERAL}(?:\\s*,\\s*${LITERAL})*)(\\s*\\])?$`);
const ONE = new RegExp(LITERAL, "g");
const MAX_LENGTH = 1_000;

/** What a cell means; null for what is outside the dialect. */
export function readCell(written: string): Cell | null {
  const text = written.trim();
  if (text.length > MAX_LENGTH) return null;
  if (text === "" || text === "-") return { is: "any" };
  return comparison(text) ?? range(text) ?? set(text);
}

/** A cell in the words in which the pack is written. */
export function writeCell(cell: Cell): string {
  if (cell.is === "any") return "-";
  if (cell.is === "range") {
    const { from, until, withFrom, withUntil } = cell;
    return `${withFrom ? "[" : "("}${writeLiteral(from)}..${writeLiteral(until)}${withUntil ? "]" : ")"}`;
  }
  if ("value" in cell) return `${cell.is} ${writeLiteral(cell.value)}`;
  const values = cell.values.map(writeLiteral).join(", ");
  return cell.is === "one-of" ? values : `not in [${values}]`;
}

export function readLiteral(text: string): Literal | null {
  if (text === "true" || text === "false") return { type: "boolean", value: text === "true" };
  if (/^['"]/.test(text)) return { type: "string", value: text.slice(1, -1) };
  if (text.startsWith("d")) return day(text.slice(3, -2));
  const value = Number(text);
  return Number.isSafeInteger(value) ? { type: "integer", value } : null;
}

export function writeLiteral({ type, value }: Literal): string {
  if (type === "string") return `'${value}'`;
  return type === "date" ? `d('${value}')` : String(value);
}

function comparison(text: string): Cell | null {
  const [, operator, constant] = COMPARISON.exec(text) ?? [];
  const value = constant === undefined ? null : readLiteral(constant);
  if (!value) return null;
  const ordered = value.type === "integer" || value.type === "date";
  return ordered || operator === "==" || operator === "!=" ? { is: operator as "<", value } : null;
}

function range(text: string): Cell | null {
  const [, open, low = "", high = "", close] = RANGE.exec(text) ?? [];
  const from = low === "" ? null : readLiteral(low);
  const until = high === "" ? null : readLiteral(high);
  if (!from || !until || from.type !== until.type || from.type === "string" || from.type === "boolean")
    return null;
  const [first, last] = [ordinal(from) + Number(open === "("), ordinal(until) - Number(close === ")")];
  return first > last ? null : { is: "range", from, until, withFrom: open === "[", withUntil: close === "]" };
}

function set(text: string): Cell | null {
  const [, word, constants, end] = SET.exec(text) ?? [];
  if (constants === undefined || (word !== undefined) !== (end !== undefined)) return null;
  const values = (constants.match(ONE) ?? []).map(readLiteral);
  if (values.includes(null) || new Set(values.map((one) => one!.type)).size > 1) return null;
  return { is: word?.startsWith("not") ? "none-of" : "one-of", values: values as Literal[] };
}

function day(text: string): Literal | null {
  const [year = 0, month = 0, date = 0] = text.split("-").map(Number);
  const at = new Date(Date.UTC(year, month - 1, date));
  at.setUTCFullYear(year);
  const real = year > 0 && at.getUTCMonth() === month - 1 && at.getUTCDate() === date;
  return real ? { type: "date", value: text } : null;
}

function ordinal(one: Literal): number {
  return one.type === "date" ? Date.parse(`${one.value}T00:00:00Z`) / 86_400_000 : Number(one.value);
}
