// The table itself: a row a line, a cell a button that says in words what it lets through; on a phone each row is a card.
import { at, list, put, table } from "@jisheng/schema-kit";
import { App, Button, Input, Tag } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { DeleteOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { TABLE } from "../../words/designers/table";
import { Moves } from "../parts";
import { useWords } from "../words";
import { CellEditor } from "./CellEditor";
import { columnType, outputSaid, saidOf, wrongInput, wrongOutput } from "./cells";
import type { TableWork } from "./TableDesigner";

export function Grid({ work }: { work: TableWork }) {
  const w = useWords(TABLE);
  const { inputs, outputs, rows } = work.opened;
  const [open, setOpen] = useState<{ row: string; column: string } | null>(null);
  const column = [...inputs, ...outputs].find((one) => one.id === open?.column);
  const row = rows.find((one) => one.id === open?.row);
  return (
    <div className="grid-of-rules" tabIndex={0} role="region" aria-label={w.rows}>
      <table>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>{w.row}</th>
            <th scope="colgroup" colSpan={Math.max(1, inputs.length)}>{w.inputs}</th>
            <th scope="colgroup" colSpan={Math.max(1, outputs.length)} className="given">{w.outputs}</th>
            <th scope="col" rowSpan={2}>{w.note}</th>
          </tr>
          <tr>
            {inputs.map((one) => <Head key={one.id} work={work} column={one} side="inputs" />)}
            {outputs.map((one) => <Head key={one.id} work={work} column={one} side="outputs" />)}
          </tr>
        </thead>
        <tbody>
          {rows.map((one, index) => <Line key={one.id} work={work} row={one} index={index} open={(id) => setOpen({ row: one.id, column: id })} />)}
        </tbody>
      </table>
      {open && column && row && (
        <CellEditor
          work={work} row={row} column={column} side={inputs.includes(column) ? "inputs" : "outputs"} close={() => setOpen(null)}
          keep={(text) => { work.change((rules, opened) => table.setCell(rules, opened, row.id, column.id, text)); setOpen(null); }}
        />
      )}
    </div>
  );
}

function Head({ work, column, side }: { work: TableWork; column: table.Column; side: "inputs" | "outputs" }) {
  const w = useWords(TABLE);
  const common = useWords(EVERY);
  const { modal } = App.useApp();
  const index = work.opened[side].indexOf(column);
  const place = `${work.opened.place}/${side}/${index}/name`;
  const remove = () =>
    modal.confirm({
      title: w.removeColumn(column.name), okText: common.remove, cancelText: common.cancel, okButtonProps: { danger: true },
      onOk: () => void work.change((rules, opened) => withoutFact(table.removeColumn(rules, opened, column.id), column.fact, work.version)),
    });
  return (
    <th scope="col" className={side === "outputs" ? "given" : ""}>
      <span className="head">
        <Input variant="borderless" aria-label={`${w.columnName} ${column.name}`} value={column.name} readOnly={work.readOnly} onChange={(event) => event.target.value && work.change((rules) => put(rules, place, event.target.value))} />
        {!work.readOnly && <Button type="text" size="small" danger icon={<DeleteOutlined />} aria-label={w.removeColumn(column.name)} onClick={remove} />}
      </span>
      <code>{column.field}</code>
    </th>
  );
}

/** A fact that no version asks any more is not listed any more. */
function withoutFact(rules: ReturnType<typeof table.removeColumn>, fact: string, version: number) {
  const used = list(rules.versions).some((_, index) => table.openTable(rules, index)?.inputs.some((one) => one.fact === fact) ?? index !== version);
  return used ? rules : put(rules, "/facts", list(at(rules, "/facts")).filter((one) => one !== fact));
}

function Line({ work, row, index, open }: { work: TableWork; row: table.Row; index: number; open: (column: string) => void }) {
  const w = useWords(TABLE);
  const common = useWords(EVERY);
  const { modal } = App.useApp();
  const { opened, readOnly } = work;
  const remove = () => {
    if (!row.tests.length) return void work.change((rules, now) => table.removeRow(rules, now, row.id));
    modal.confirm({
      title: w.inUse(row.tests.length), okText: w.removeBoth, cancelText: common.cancel, okButtonProps: { danger: true },
      onOk: () => void work.change((rules, now) => table.removeRowWithTests(rules, now, row.id)),
    });
  };
  return (
    <tr>
      <th scope="row">
        <span className="row-id"><strong>{index + 1}</strong> <code>{row.id}</code></span>
        <Tag color={row.tests.length ? "green" : "gold"}>{w.tests(row.tests.length)}</Tag>
        {!readOnly && <Moves name={`${w.row} ${row.id}`} index={index} count={opened.rows.length} move={(to) => work.change((rules, now) => table.moveRow(rules, now, row.id, to))} remove={remove} />}
      </th>
      {opened.inputs.map((one) => <CellOf key={one.id} work={work} row={row} column={one} side="inputs" open={() => open(one.id)} />)}
      {opened.outputs.map((one) => <CellOf key={one.id} work={work} row={row} column={one} side="outputs" open={() => open(one.id)} />)}
      <td data-label={w.note}>
        <Input.TextArea aria-label={`${w.note} ${row.id}`} autoSize={{ minRows: 1, maxRows: 5 }} value={row.description} readOnly={readOnly} onChange={(event) => work.change((rules, now) => table.setDescription(rules, now, row.id, event.target.value))} />
      </td>
    </tr>
  );
}

interface CellProps {
  work: TableWork;
  row: table.Row;
  column: table.Column;
  side: "inputs" | "outputs";
  open: () => void;
}

function CellOf({ work, row, column, side, open }: CellProps) {
  const w = useWords(TABLE);
  const { language } = useSurroundings();
  const written = row.cells[column.id] ?? "-";
  const fact = work.facts[column.fact];
  const said = side === "inputs" ? saidOf(written, w) : outputSaid(written, w, work.facts, language);
  const wrong = side === "inputs" ? wrongInput(written, w, columnType(work.opened, column, work.facts), fact) : wrongOutput(written, w);
  return (
    <td data-label={column.name} className={side === "outputs" ? "given" : ""}>
      <button type="button" className={wrong ? "cell wrong" : "cell"} disabled={work.readOnly} aria-label={`${w.cell(row.id, column.name)}：${said}`} aria-invalid={wrong ? true : undefined} onClick={open}>{said}</button>
      {wrong && <p className="error" role="alert">{wrong}</p>}
    </td>
  );
}
