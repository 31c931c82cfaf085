// What is filled in when a move is made: its fields by name, plain ones added here; all else in the designer of forms.
import { formEdits, isObject, type Json, type JsonObject, list, members, processEdits, textOf } from "@jisheng/schema-kit";
import { Button, Checkbox, Dropdown, Input, Modal } from "antd";
import { lazy, Suspense, useState } from "react";
import { useSurroundings } from "../../forms/context";
import { DeleteOutlined, PlusOutlined } from "../../shell/icons";
import { Reading } from "../../shell/parts";
import { PROCESS } from "../../words/designers/process";
import { useWords } from "../words";
import type { Desk } from "./desk";

type Sort = "inputText" | "inputArea" | "inputDay" | "inputNumber" | "inputSwitch";

const FIELDS: Record<Sort, JsonObject> = {
  inputText: { type: "string", minLength: 1, maxLength: 200, "x-ui": { widget: "text" } },
  inputArea: { type: "string", minLength: 1, maxLength: 2000, "x-ui": { widget: "textarea" } },
  inputDay: { type: "string", format: "date", "x-ui": { widget: "date" } },
  inputNumber: { type: "integer", minimum: 0, "x-ui": { widget: "number" } },
  inputSwitch: { type: "boolean", "x-ui": { widget: "switch" } },
};

const FormParts = lazy(() => import("../form/FormParts").then((made) => ({ default: made.FormParts })));
const EMPTY: JsonObject = { type: "object", additionalProperties: false, properties: {} };

export function InputFields({ desk, event }: { desk: Desk; event: string }) {
  const w = useWords(PROCESS);
  const input = desk.move(event).input;
  const fields = Object.entries(members(members(input).properties));
  const set = (change: (form: Json) => Json) =>
    desk.edit((now) => {
      const before = members(members(now.moves)[event]).input;
      const form = isObject(before) ? before : EMPTY;
      return processEdits.setMove(now, event, "input", emptied(change(form)));
    });
  const add = (sort: Sort) =>
    set((form) => {
      const taken = Object.keys(members(members(form).properties));
      const name = freeName(taken);
      const title = { zh: PROCESS.zh[sort], en: PROCESS.en[sort] };
      return formEdits.addField(form, "", name, { ...FIELDS[sort], title: title.en, "x-title": title });
    });
  return (
    <div role="group" aria-label={w.input} className="stack">
      <h4>{w.input}</h4>
      {!fields.length && <p className="help">{w.inputNone}</p>}
      <ul className="plain stack">
        {fields.map(([name, field]) => <Field key={name} name={name} field={members(field)} required={list(members(input).required).includes(name)} readOnly={desk.readOnly} set={set} />)}
      </ul>
      {!desk.readOnly && (
        <div className="row">
          <Dropdown menu={{ items: (Object.keys(FIELDS) as Sort[]).map((key) => ({ key, label: w[key] })), onClick: ({ key }) => add(key as Sort) }} trigger={["click"]}>
            <Button icon={<PlusOutlined />}>{w.inputAdd}</Button>
          </Dropdown>
          <Designing desk={desk} event={event} form={isObject(input) ? input : EMPTY} write={(form) => set(() => form)} />
        </div>
      )}
    </div>
  );
}

/** Limits, choices, groups and conditions of what is filled in: as an item's form is designed. */
function Designing({ desk, event, form, write }: { desk: Desk; event: string; form: JsonObject; write: (form: Json) => unknown }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const [open, setOpen] = useState(false);
  const title = `${w.input}：${textOf(desk.move(event).title)?.[language] ?? event}`;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{w.inputDesign}</Button>
      {open && (
        <Modal open title={title} width="min(76rem, calc(100vw - 1rem))" closable={false} footer={<Button type="primary" onClick={() => setOpen(false)}>{w.close}</Button>} onCancel={() => setOpen(false)}>
          <div className="in-dialog"><Suspense fallback={<Reading label={title} />}><FormParts work={desk.work} form={form} readOnly={desk.readOnly} write={write} /></Suspense></div>
        </Modal>
      )}
    </>
  );
}

interface FieldProps {
  name: string;
  field: JsonObject;
  required: boolean;
  readOnly: boolean;
  set: (change: (form: Json) => Json) => unknown;
}

function Field({ name, field, required, readOnly, set }: FieldProps) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const place = `/properties/${name}`;
  const title = textOf(field["x-title"]) ?? { zh: String(field.title ?? name), en: String(field.title ?? name) };
  return (
    <li className="input-field">
      <div className="two">
        {(["zh", "en"] as const).map((one) => (
          <Input key={one} aria-label={`${w[one]} ${name}`} value={title[one]} readOnly={readOnly} onChange={(event) => set((form) => formEdits.setTitle(form, place, one, event.target.value))} />
        ))}
      </div>
      <div className="row">
        <Checkbox checked={required} disabled={readOnly} onChange={(event) => set((form) => formEdits.setRequired(form, place, event.target.checked))}>{w.inputRequired}</Checkbox>
        <code>{name}</code>
        {!readOnly && <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${w.remove} ${title[language]}`} onClick={() => set((form) => formEdits.removeField(form, place))} />}
      </div>
    </li>
  );
}

function freeName(taken: readonly string[]): string {
  const names = ["note", ...Array.from({ length: taken.length + 1 }, (_, index) => `field_${String(index + 1)}`)];
  return names.find((one) => !taken.includes(one)) ?? "field";
}

/** A form without fields is none. */
function emptied(form: Json): Json | undefined {
  return Object.keys(members(members(form).properties)).length ? form : undefined;
}
