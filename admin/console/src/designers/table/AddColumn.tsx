// A new column: a fact that rows ask about, or a field that they give.
import { at, list, members, put, table } from "@jisheng/schema-kit";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { EVERY } from "../../words/designers/every";
import { TABLE } from "../../words/designers/table";
import { Labelled } from "../parts";
import { useWords } from "../words";
import type { TableWork } from "./TableDesigner";

interface Props {
  work: TableWork;
  side: "inputs" | "outputs";
  close: () => void;
}

export function AddColumn({ work, side, close }: Props) {
  const w = useWords(TABLE);
  const common = useWords(EVERY);
  const { useChoices } = useSurroundings();
  const facts = useChoices("facts").filter((one) => !work.opened.inputs.some((column) => column.fact === one.value));
  const [fact, setFact] = useState("");
  const [field, setField] = useState("");
  const [type, setType] = useState("string");
  const [name, setName] = useState("");
  const title = facts.find((one) => one.value === fact)?.label.replace(` ${fact}`, "") ?? "";
  const add = () => {
    const done = work.change((rules, opened) => {
      if (side === "inputs") {
        const made = table.addColumn(rules, opened, side, name || title || fact, fact);
        const read = list(made.facts);
        return read.includes(fact) ? made : put(made, "/facts", [...read, fact]);
      }
      const made = table.addColumn(rules, opened, side, name || field, field);
      const known = members(at(made, "/result/properties"));
      return field in known ? made : put(made, "/result/properties", { ...known, [field]: { type, title: name || field } });
    });
    if (done) close();
  };
  return (
    <Modal open title={side === "inputs" ? w.addInput : w.addOutput} okText={common.add} cancelText={common.cancel} okButtonProps={{ disabled: side === "inputs" ? !fact : !field }} onOk={add} onCancel={close}>
      <div className="stack">
        {side === "inputs" ? (
          <Labelled label={w.fact}>{(id) => <Select id={id} aria-label={w.fact} showSearch={{ optionFilterProp: "label" }} style={{ width: "100%" }} value={fact || undefined} options={facts} onChange={setFact} />}</Labelled>
        ) : (
          <>
            <Labelled label={w.output} help={w.outputHelp}>{(id, told) => <Input id={id} aria-describedby={told} className="code" value={field} onChange={(event) => setField(event.target.value)} />}</Labelled>
            <Labelled label={w.type}>{(id) => <Select id={id} aria-label={w.type} style={{ width: "100%" }} value={type} options={Object.entries(w.types).map(([value, label]) => ({ value, label }))} onChange={setType} />}</Labelled>
          </>
        )}
        <Labelled label={w.columnName}>{(id) => <Input id={id} value={name} placeholder={title || field} onChange={(event) => setName(event.target.value)} />}</Labelled>
      </div>
    </Modal>
  );
}
