// The materials of an item: what each is, how it is spared or provided, whether it may follow later.
import { at, insert, drop, type Json, list, members, put } from "@jisheng/schema-kit";
import { App, Button, Checkbox, Input, InputNumber, Select, Tag } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { text } from "../../forms/schema";
import type { JsonObject } from "../../json/pointer";
import { PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { MATERIALS } from "../../words/designers/materials";
import { Bench, Found, Labelled, Moves, Texts, textsWith } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { Deferral } from "./Deferral";
import { Modes, spared } from "./Modes";

const PLACE = "/materials";

/** One material and the only way to change it: keywords set, those with undefined taken away, in one step of undo. */
export interface MaterialWork {
  said: JsonObject;
  readOnly: boolean;
  set: (keyword: string, value: Json | undefined, more?: Record<string, Json | undefined>) => void;
}

const changed = (document: Json, place: string, made: Record<string, Json | undefined>): Json =>
  Object.entries(made).reduce<Json>((now, [keyword, value]) => (value === undefined ? drop(now, `${place}/${keyword}`) : put(now, `${place}/${keyword}`, value)), document);

export default function MaterialsDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(MATERIALS);
  const common = useWords(EVERY);
  const { language } = useSurroundings();
  const { modal } = App.useApp();
  const work = useWork(value, readOnly, onChange);
  const [open, setOpen] = useState<number | null>(null);
  const materials = list(at(work.document, PLACE)).map(members);
  const nameOf = (one: JsonObject) => text(one.title, language) ?? String(one.id ?? "");
  const add = () => {
    work.edit((document) => put(document, PLACE, [...list(at(document, PLACE)), fresh(materials)]));
    setOpen(materials.length);
  };
  const move = (from: number, to: number) => {
    work.edit((document) => insert(drop(document, `${PLACE}/${from}`), `${PLACE}/${to}`, materials[from] ?? {}));
    setOpen(null);
  };
  const remove = (index: number, name: string) =>
    modal.confirm({
      title: w.removeAsk(name), okText: common.remove, cancelText: common.cancel, okButtonProps: { danger: true },
      onOk: () => { work.edit((document) => drop(document, `${PLACE}/${index}`)); setOpen(null); },
    });
  return (
    <Bench work={work} tools={!readOnly && <Button type="primary" icon={<PlusOutlined />} onClick={add}>{w.add}</Button>}>
      <Found findings={findings} below={[PLACE]} />
      <p role="status" className="quiet">{materials.length ? w.saves(materials.filter(spared).length, materials.length) : w.none}</p>
      <ol className="materials">
        {materials.map((said, index) => {
          const name = nameOf(said);
          return (
            <li key={String(index)} className="pane">
              <div className="pane-head">
                <button type="button" className="material-open" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)}>
                  <strong>{index + 1}. {name}</strong>
                  <span className="row"><Marks said={said} /></span>
                </button>
                {!readOnly && <Moves name={name} index={index} count={materials.length} move={(to) => move(index, to)} remove={() => remove(index, name)} />}
              </div>
              {open === index && (
                <Material
                  taken={materials.flatMap((one, other) => (other === index ? [] : [String(one.id)]))}
                  work={{ said, readOnly, set: (keyword, made, more) => work.edit((document) => changed(document, `${PLACE}/${index}`, { [keyword]: made, ...more })) }}
                />
              )}
            </li>
          );
        })}
      </ol>
    </Bench>
  );
}

function Marks({ said }: { said: JsonObject }) {
  const w = useWords(MATERIALS);
  const [first = ""] = list(said.modes).map(String);
  return (
    <>
      {said.required === true && <Tag color="red">{w.required}</Tag>}
      <Tag color={spared(said) ? "green" : "default"}>{w.ways[first.split(":")[0] ?? ""] ?? first}</Tag>
      {members(said.deferrable).budget !== undefined && <Tag color="blue">{w.deferral} {String(members(said.deferrable).budget)} {w.units[String(members(said.deferrable).unit)]}</Tag>}
    </>
  );
}

function fresh(materials: JsonObject[]): JsonObject {
  const taken = new Set(materials.map((one) => one.id));
  let number = materials.length + 1;
  while (taken.has(`material-${number}`)) number += 1;
  return {
    id: `material-${number}`, title: { zh: `材料${number}`, en: `Material ${number}` }, kind: "other", form: ["electronic"], original: "either", when: null, required: true, copies: 1,
    modes: ["upload"], deferrable: null, source: { zh: "申请人自备", en: "The applicant's own" }, max_files: 10, types: ["pdf", "jpg", "png", "ofd"],
  };
}

function Material({ work, taken }: { work: MaterialWork; taken: string[] }) {
  const w = useWords(MATERIALS);
  const { said, readOnly, set } = work;
  const id = String(said.id ?? "");
  const wrong = !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? w.badId : taken.includes(id) ? w.taken : undefined;
  const choice = (keyword: string, label: string, words: Record<string, string>) => (
    <Labelled label={label}>{(field) => <Select id={field} aria-label={label} style={{ width: "100%" }} disabled={readOnly} value={typeof said[keyword] === "string" ? (said[keyword] as string) : undefined} options={Object.entries(words).map(([value, name]) => ({ value, label: name }))} onChange={(chosen) => set(keyword, chosen)} />}</Labelled>
  );
  return (
    <>
      <Texts label={w.title} value={said.title} readOnly={readOnly} onChange={(language, text) => set("title", textsWith(said.title, language, text) ?? { zh: "", en: "" })} />
      <div className="row">
        <Checkbox disabled={readOnly} checked={said.required === true} onChange={(event) => set("required", event.target.checked)}>{w.required}</Checkbox>
        <Checkbox disabled={readOnly} checked={said.principal === true} onChange={(event) => set("principal", event.target.checked ? true : undefined)}>{w.principal}</Checkbox>
      </div>
      <div className="cols">
        <Labelled label={w.id} help={w.idHelp} error={wrong}>{(field, told) => <Input id={field} aria-describedby={told} aria-invalid={wrong !== undefined} className="code" readOnly={readOnly} value={id} onChange={(event) => set("id", event.target.value)} />}</Labelled>
        {choice("kind", w.kind, w.kinds)}
        {choice("original", w.original, w.originals)}
        <Labelled label={w.copies}>{(field) => <InputNumber id={field} min={0} precision={0} style={{ width: "100%" }} readOnly={readOnly} value={typeof said.copies === "number" ? said.copies : null} onChange={(made) => set("copies", made ?? 0)} />}</Labelled>
        <Labelled label={w.forms}>{(field) => <Select id={field} mode="multiple" aria-label={w.forms} style={{ width: "100%" }} disabled={readOnly} value={list(said.form).map(String)} options={Object.entries(w.form).map(([value, label]) => ({ value, label }))} onChange={(chosen: string[]) => set("form", chosen.length ? chosen : undefined)} />}</Labelled>
      </div>
      <Modes work={work} />
      <Texts label={w.source} value={said.source} readOnly={readOnly} onChange={(language, text) => set("source", textsWith(said.source, language, text) ?? { zh: "", en: "" })} />
      <Deferral work={work} />
      <When work={work} />
      <div className="cols">
        <Labelled label={w.basis}>{(field) => <Input id={field} readOnly={readOnly} value={String(said.basis ?? "")} onChange={(event) => set("basis", event.target.value || undefined)} />}</Labelled>
      </div>
      <Texts label={w.acceptance} value={said.acceptance} readOnly={readOnly} onChange={(language, text) => set("acceptance", textsWith(said.acceptance, language, text))} />
      <p className="quiet">{w.more}</p>
    </>
  );
}

/** A material that is needed only when a fact says so. */
function When({ work }: { work: MaterialWork }) {
  const w = useWords(MATERIALS);
  const common = useWords(EVERY);
  const { useChoices } = useSurroundings();
  const facts = useChoices("facts");
  const when = members(work.said.when);
  const value = when.equals;
  const typed = (said: string): Json => (said === "true" ? true : said === "false" ? false : /^(0|-?[1-9][0-9]*)$/.test(said) ? Number(said) : said);
  const shown = typeof value === "boolean" ? (value ? common.yes : common.no) : String(value ?? "");
  return (
    <div className="cols">
      <Labelled label={w.when}>
        {(field) => <Select id={field} aria-label={w.when} allowClear showSearch={{ optionFilterProp: "label" }} placeholder={w.always} style={{ width: "100%" }} disabled={work.readOnly} value={typeof when.fact === "string" ? when.fact : undefined} options={facts} onChange={(fact?: string) => work.set("when", fact ? { fact, equals: value ?? true } : null)} />}
      </Labelled>
      {typeof when.fact === "string" && (
        <Labelled label={w.equals} help={typeof value === "boolean" ? shown : undefined}>{(field, told) => <Input id={field} aria-describedby={told} readOnly={work.readOnly} value={String(value ?? "")} onChange={(event) => work.set("when", { ...when, equals: typed(event.target.value) })} />}</Labelled>
      )}
    </div>
  );
}
