// The special steps of an item: a hearing, an inspection; whether their time counts, how long at most, on what ground.
import { drop, insert, isObject, type Json, type JsonObject, list, put, textOf } from "@jisheng/schema-kit";
import { Button, Checkbox, Radio, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { PlusOutlined } from "../../shell/icons";
import { TRIALS } from "../../words/designers/trials";
import { Bench, Found, Labelled, Moves, Texts, textsWith } from "../parts";
import { Token } from "../process/Token";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { changed } from "./ClockDesigner";
import { Grounds, Length, Many, type Set } from "./Fields";
import { type Around, useAround } from "./milestones";
import "./clocks.css";

export default function HoldDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(TRIALS);
  const work = useWork(value, readOnly, onChange);
  const around = useAround(work.document);
  const { useChoices } = useSurroundings();
  const documents = useChoices("documents");
  const holds = list(work.document.holds).filter(isObject);
  const add = () =>
    work.edit((now) => {
      const fresh = { id: `step-${String(holds.length + 1)}`, title: { zh: "新特殊环节", en: "New special step" }, counts: false, max: { budget: 20, unit: "working_day" }, document: documents[0]?.value ?? "", basis: "" };
      return Array.isArray(now.holds) ? insert(now, "/holds/-", fresh) : put(now, "/holds", [fresh]);
    });
  const move = (from: number, to: number) => work.edit((now) => insert(drop(now, `/holds/${String(from)}`), `/holds/${String(to)}`, holds[from] as Json));
  return (
    <Bench work={work} tools={!readOnly && <Button icon={<PlusOutlined />} onClick={add}>{w.addHold}</Button>}>
      <Found findings={findings} below={["/holds"]} />
      {!holds.length && <p className="quiet">{w.noHolds}</p>}
      <div className="clocks">
        {holds.map((one, index) => (
          <HoldCard
            key={String(one.id)} hold={one} around={around} readOnly={readOnly} documents={documents}
            set={(changes) => work.edit((now) => changed(now, `/holds/${String(index)}`, changes))}
            tools={!readOnly && <Moves name={textOf(one.title)?.zh ?? String(one.id)} index={index} count={holds.length} move={(to) => move(index, to)} remove={() => work.edit((now) => drop(now, `/holds/${String(index)}`))} />}
          />
        ))}
      </div>
    </Bench>
  );
}

interface CardProps {
  hold: JsonObject;
  around: Around;
  readOnly: boolean;
  documents: { value: string; label: string }[];
  set: Set;
  tools: React.ReactNode;
}

function HoldCard({ hold, around, readOnly, documents, set, tools }: CardProps) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const title = textOf(hold.title)?.[language] ?? String(hold.id);
  const max = isObject(hold.max) ? hold.max : {};
  const strings = (member: string) => list(hold[member]).map(String);
  return (
    <section className={hold.counts ? "pane clock internal" : "pane clock promised"} aria-label={title}>
      <div className="pane-head"><h3>{title}</h3><strong className="big">≤ {String(max.budget ?? "")} <small>{w.units[String(max.unit)]}</small></strong>{tools}</div>
      <Texts label={w.title} value={hold.title} readOnly={readOnly} onChange={(to, said) => set({ title: textsWith(hold.title, to, said) })} />
      <Radio.Group aria-label={w.counts} value={hold.counts === true} disabled={readOnly} onChange={(event) => set({ counts: event.target.value as boolean })} options={[{ value: false, label: w.notCounts }, { value: true, label: w.counts }]} />
      <div className="cols">
        <Length value={max} label={w.max} readOnly={readOnly} least={1} onChange={(budget, unit) => set({ max: { ...(budget === undefined ? {} : { budget }), unit } })} />
        <Labelled label={w.doc}>{(id) => <Select<string> id={id} aria-label={w.doc} className="grown" showSearch optionFilterProp="label" value={String(hold.document ?? "")} disabled={readOnly} options={documents} onChange={(said) => set({ document: said })} />}</Labelled>
      </div>
      <div className="cols">
        <Many label={w.blocks} value={strings("blocks")} options={around.moves} readOnly={readOnly} onChange={(said) => set({ blocks: said.length ? said : undefined })} />
        <Labelled label={w.by}>{(id) => <Token id={id} label={w.by} value={strings("by")} readOnly={readOnly} onChange={(said) => set({ by: said.length ? said : undefined })} />}</Labelled>
      </div>
      <Checkbox checked={hold.fee === true} disabled={readOnly} onChange={(event) => set({ fee: event.target.checked })}>{w.fee}</Checkbox>
      <Grounds value={hold} readOnly={readOnly} set={set} mayLackBasis={false} />
    </section>
  );
}
