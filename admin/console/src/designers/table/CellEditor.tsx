// One cell, filled in by choosing: how it compares and with what. Whoever knows the dialect may write it as it is.
import { type Cell, type Literal, readCell, type table, writeCell, writeLiteral } from "@jisheng/schema-kit";
import { Checkbox, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { EVERY } from "../../words/designers/every";
import { TABLE } from "../../words/designers/table";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { columnType, saidOf, valuesOf, wrongInput, wrongOutput } from "./cells";
import type { TableWork } from "./TableDesigner";

interface Props {
  work: TableWork;
  row: table.Row;
  column: table.Column;
  side: "inputs" | "outputs";
  keep: (text: string) => void;
  close: () => void;
}

export function CellEditor({ work, row, column, side, keep, close }: Props) {
  const w = useWords(TABLE);
  const common = useWords(EVERY);
  const [text, setText] = useState(row.cells[column.id] ?? "-");
  const type = columnType(work.opened, column, work.facts);
  const fact = work.facts[column.fact];
  const wrong = side === "inputs" ? wrongInput(text, w, type, fact) : wrongOutput(text, w);
  return (
    <Modal open title={`${w.edit}：${w.cell(row.id, column.name)}`} okText={common.ok} cancelText={common.cancel} okButtonProps={{ disabled: wrong !== undefined }} onOk={() => keep(text)} onCancel={close}>
      <div className="stack">
        {side === "inputs" ? <Input_ text={text} type={type} values={valuesOf(fact).map(String)} write={setText} /> : <Output work={work} field={column.field} text={text} write={setText} />}
        <Labelled label={w.text} error={wrong}>{(id, told) => <Input id={id} aria-describedby={told} className="code" value={text} onChange={(event) => setText(event.target.value)} />}</Labelled>
        {side === "inputs" && <p className="sentence" role="status">{column.name}：{saidOf(text, w)}</p>}
      </div>
    </Modal>
  );
}

const NONE = "null"; // nothing, among the results that are declared

type Way = Cell["is"];
const ORDERED: readonly Way[] = ["any", "==", "!=", "<", "<=", ">", ">=", "range", "one-of", "none-of"];
const PLAIN: readonly Way[] = ["any", "one-of", "none-of"];

interface InputProps {
  text: string;
  type: Literal["type"];
  values: string[];
  write: (text: string) => void;
}

/** Changing the way keeps what was compared with, as far as the new way has room for it. */
function Input_({ text, type, values, write }: InputProps) {
  const w = useWords(TABLE);
  const cell = readCell(text) ?? { is: "any" };
  const ways = type === "integer" || type === "date" ? ORDERED : type === "boolean" ? (["any", "=="] as const) : PLAIN;
  const shown = type === "boolean" && cell.is === "one-of" ? "==" : ways.includes(cell.is as never) ? cell.is : cell.is === "==" ? "one-of" : cell.is === "!=" ? "none-of" : cell.is;
  const put = (made: Cell) => write(writeCell(made));
  const choose = (is: Way) => put(turned(cell, is, type, values));
  const options = [...new Set<Way>([...ways, shown])].map((value) => ({ value, label: w.ways[value] }));
  return (
    <>
      <Labelled label={w.how}>{(id) => <Select id={id} aria-label={w.how} style={{ width: "100%" }} value={shown} options={options} onChange={choose} />}</Labelled>
      {cell.is === "range" ? (
        <div className="cols">
          <Labelled label={w.low}>{() => <One label={w.low} value={cell.from} values={values} write={(from) => put({ ...cell, from })} />}</Labelled>
          <Labelled label={w.high}>{() => <One label={w.high} value={cell.until} values={values} write={(until) => put({ ...cell, until })} />}</Labelled>
          <Checkbox checked={cell.withFrom} onChange={(event) => put({ ...cell, withFrom: event.target.checked })}>{w.withLow}</Checkbox>
          <Checkbox checked={cell.withUntil} onChange={(event) => put({ ...cell, withUntil: event.target.checked })}>{w.withHigh}</Checkbox>
        </div>
      ) : cell.is !== "any" && !("values" in cell) ? (
        <Labelled label={w.value}>{() => <One label={w.value} value={cell.value} values={values} write={(value) => put({ ...cell, value })} />}</Labelled>
      ) : "values" in cell ? (
        <Labelled label={w.values}>{() => <Several cell={cell} type={type} values={values} put={put} />}</Labelled>
      ) : null}
    </>
  );
}

function Several({ cell, type, values, put }: { cell: Extract<Cell, { values: Literal[] }>; type: Literal["type"]; values: string[]; put: (cell: Cell) => void }) {
  const w = useWords(TABLE);
  if (type === "boolean" && cell.values[0]) return <One label={w.value} value={cell.values[0]} values={[]} write={(value) => put({ is: "==", value })} />;
  const choose = (chosen: string[]) => {
    const made = chosen.map((one) => literal(type, one)).filter((one) => one !== null);
    if (made.length) put({ ...cell, values: made });
  };
  const options = values.map((value) => ({ value, label: value }));
  return <Select mode={values.length ? "multiple" : "tags"} aria-label={w.values} style={{ width: "100%" }} value={cell.values.map((one) => String(one.value))} options={options} onChange={choose} />;
}

function One({ label, value, values, write }: { label: string; value: Literal; values: string[]; write: (value: Literal) => void }) {
  const w = useWords(TABLE);
  const put = (said: string | null) => {
    const made = said === null ? null : literal(value.type, said);
    if (made) write(made);
  };
  if (value.type === "boolean") return <Select aria-label={label} style={{ width: "100%" }} value={String(value.value)} options={[{ value: "true", label: w.yes }, { value: "false", label: w.no }]} onChange={put} />;
  if (value.type === "integer") return <InputNumber aria-label={label} style={{ width: "100%" }} precision={0} value={value.value} onChange={(said) => put(said === null ? null : String(said))} />;
  if (value.type === "date") return <Input aria-label={label} type="date" value={value.value} onChange={(event) => put(event.target.value)} />;
  if (values.length) return <Select aria-label={label} style={{ width: "100%" }} value={value.value} options={values.map((one) => ({ value: one, label: one }))} onChange={put} />;
  return <Input aria-label={label} value={value.value} onChange={(event) => put(event.target.value)} />;
}

/** A constant of a type out of what was typed; null for what would not be one. */
function literal(type: Literal["type"], said: string): Literal | null {
  if (type === "integer") return /^-?[0-9]+$/.test(said) ? { type, value: Number(said) } : null;
  if (type === "boolean") return { type, value: said === "true" };
  if (type === "date") return /^\d{4}-\d{2}-\d{2}$/.test(said) ? { type, value: said } : null;
  return /^[^'"\\`]*$/.test(said) ? { type, value: said } : null;
}

function turned(cell: Cell, is: Way, type: Literal["type"], values: string[]): Cell {
  if (is === "any") return { is };
  const first = firstOf(cell) ?? fallback(type, values);
  if (is === "range") return { is, from: first, until: first, withFrom: true, withUntil: true };
  if (is === "one-of" || is === "none-of") return { is, values: "values" in cell ? cell.values : [first] };
  return { is, value: first };
}

function firstOf(cell: Cell): Literal | undefined {
  if (cell.is === "any") return undefined;
  if (cell.is === "range") return cell.from;
  return "values" in cell ? cell.values[0] : cell.value;
}

function fallback(type: Literal["type"], values: string[]): Literal {
  if (type === "integer") return { type, value: 0 };
  if (type === "boolean") return { type, value: true };
  if (type === "date") return { type, value: new Date().toISOString().slice(0, 10) };
  return { type, value: values[0] ?? "" };
}

/** A result: a constant of the type that the result declares, nothing, or what a fact says. */
function Output({ work, field, text, write }: { work: TableWork; field: string; text: string; write: (text: string) => void }) {
  const w = useWords(TABLE);
  const declared = resultOf(work, field);
  const plain = text.trim().replace(/^'(.*)'$/, "$1");
  if (declared.values.length) {
    const put = (said: string) => write(said === NONE ? said : writeLiteral({ type: "string", value: said }));
    const chosen = text.trim() === NONE && !declared.values.includes(NONE) ? undefined : plain;
    return <Labelled label={w.value}>{(id) => <Select id={id} aria-label={w.value} style={{ width: "100%" }} value={chosen} options={declared.values.map((value) => ({ value, label: value === NONE ? w.nothing : value }))} onChange={put} />}</Labelled>;
  }
  if (declared.type === "boolean") return <Labelled label={w.value}>{(id) => <Select id={id} aria-label={w.value} style={{ width: "100%" }} value={text === "null" ? undefined : text} options={[{ value: "true", label: w.yes }, { value: "false", label: w.no }]} onChange={write} />}</Labelled>;
  if (declared.type === "integer") return <Labelled label={w.value}>{(id) => <InputNumber id={id} aria-label={w.value} style={{ width: "100%" }} precision={0} value={/^-?\d+$/.test(text) ? Number(text) : null} onChange={(said) => write(said === null ? "null" : String(said))} />}</Labelled>;
  return <Labelled label={w.value}>{(id) => <Input id={id} aria-label={w.value} value={/^'.*'$/.test(text.trim()) ? plain : ""} onChange={(event) => write(event.target.value ? `'${event.target.value.replace(/['"\\`]/g, "")}'` : "null")} />}</Labelled>;
}

function resultOf(work: TableWork, field: string): { type: string; values: string[] } {
  const result = work.rules.result as { properties?: Record<string, { type?: string; enum?: unknown[] }> } | undefined;
  const declared = result?.properties?.[field];
  return { type: declared?.type ?? "string", values: (declared?.enum ?? []).map(String) };
}
