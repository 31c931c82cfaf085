// A draw plan: who is drawn how likely, in which strata, by which teams; and a dry run that shows what comes of it.
import { at, drop, type Json, list, members, put } from "@jisheng/schema-kit";
import { Alert, Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { ORGANISATION, useSurroundings } from "../../forms/context";
import type { JsonObject } from "../../json/pointer";
import { PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { DRAW } from "../../words/designers/draw";
import { Bench, Found, Labelled, Moves } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { DryRun } from "./DryRun";

interface PartProps {
  draw: JsonObject;
  readOnly: boolean;
  edit: (change: (draw: JsonObject) => Json) => void;
}

export default function DrawDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const work = useWork(value, readOnly, onChange);
  const parts = { draw: work.document, readOnly, edit: work.edit };
  return (
    <Bench work={work}>
      <Found findings={findings} below={["/strata", "/weights", "/slots", "/cap", "/beacons"]} />
      <Weights {...parts} />
      <Strata {...parts} />
      <Slots {...parts} />
      <DryRun draw={work.document} />
    </Bench>
  );
}

function Weights({ draw, readOnly, edit }: PartProps) {
  const w = useWords(DRAW);
  const common = useWords(EVERY);
  const [fresh, setFresh] = useState("");
  const weights = members(draw.weights);
  const of = members(weights.of);
  const roster = Object.keys(members(members(draw.objects).fields)).filter((one) => one !== "id");
  const set = (made: JsonObject) => edit((now) => put(now, "/weights", { ...weights, ...made }));
  const remove = (value: string) => {
    const { [value]: _gone, ...rest } = of;
    set({ of: rest });
  };
  return (
    <section className="pane" aria-label={w.weights}>
      <div><h3>{w.weights}</h3><p className="help">{w.weightsHelp}</p></div>
      <Labelled label={w.member}>{(id) => <Select id={id} aria-label={w.member} style={{ minWidth: "12rem" }} disabled={readOnly} value={String(weights.field ?? "") || undefined} options={roster.map((value) => ({ value, label: value }))} onChange={(field) => set({ field, of })} />}</Labelled>
      <div className="cols">
        {Object.entries(of).map(([value, weight]) => (
          <Labelled key={value} label={w.weightOf(value)}>
            {(id) => (
              <span className="row">
                <InputNumber id={id} min={1} max={1000} precision={0} readOnly={readOnly} value={Number(weight)} onChange={(made) => made !== null && set({ of: { ...of, [value]: made } })} />
                {!readOnly && <Button type="text" danger aria-label={`${common.remove} ${w.weightOf(value)}`} onClick={() => remove(value)}>{common.remove}</Button>}
              </span>
            )}
          </Labelled>
        ))}
      </div>
      {!readOnly && (
        <div className="row">
          <Input aria-label={w.newValue} style={{ maxWidth: "12rem" }} value={fresh} onChange={(event) => setFresh(event.target.value)} />
          <Button icon={<PlusOutlined />} disabled={!fresh || fresh in of} onClick={() => { set({ of: { ...of, [fresh]: 1 } }); setFresh(""); }}>{w.newValue}</Button>
        </div>
      )}
    </section>
  );
}

/** Shares are whole numbers, so that everybody computes the same: per cent as it is typed, else the fraction that stands there. */
function Strata({ draw, readOnly, edit }: PartProps) {
  const w = useWords(DRAW);
  const strata = list(draw.strata).map(members);
  const member = String(members(draw.weights).field ?? "");
  const known = Object.keys(members(members(draw.weights).of));
  const used = strata.flatMap((one) => list(members(one.where)[member]).map(String));
  const uncovered = strata.every((one) => member in members(one.where)) ? known.filter((one) => !used.includes(one)) : [];
  const twice = strata.every((one) => Object.keys(members(one.where)).length === 1) ? used.filter((one, index) => used.indexOf(one) !== index) : [];
  const set = (index: number, place: string, made: Json) => edit((now) => put(now, `/strata/${index}${place}`, made));
  const add = () => edit((now) => put(now, "/strata", [...strata, { id: `stratum-${strata.length + 1}`, where: { [member]: uncovered.length ? uncovered : known }, quota: { num: 5, den: 100, min: 1, max: 100 } }]));
  const entitle = (index: number, language: "zh" | "en", said: string) => {
    const { [language]: _old, ...rest } = members(strata[index]?.title);
    const title = said ? { ...rest, [language]: said } : rest;
    edit((now) => (Object.keys(title).length ? put(now, `/strata/${index}/title`, title) : drop(now, `/strata/${index}/title`)));
  };
  const move = (from: number, to: number) => edit((now) => put(now, "/strata", strata.toSpliced(from, 1).toSpliced(to, 0, strata[from] ?? {})));
  return (
    <section className="pane" aria-label={w.strata}>
      <div><h3>{w.strata}</h3><p className="help">{w.shareHelp}</p></div>
      {uncovered.length > 0 && <Alert type="warning" showIcon role="alert" title={w.uncovered(uncovered.join("、"))} />}
      {twice.length > 0 && <Alert type="error" showIcon role="alert" title={w.twice(twice.join("、"))} />}
      {strata.map((one, index) => {
        const quota = members(one.quota);
        const percent = (Number(quota.num) * 100) / Number(quota.den);
        const name = w.stratum(index + 1);
        return (
          <fieldset className="when" key={String(index)}>
            <legend>{name}</legend>
            <div className="cols">
              <Labelled label={w.id}>{(id) => <Input id={id} className="code" readOnly={readOnly} value={String(one.id ?? "")} onChange={(event) => set(index, "/id", event.target.value)} />}</Labelled>
              {(["zh", "en"] as const).map((language) => (
                <Labelled key={language} label={w[language]}>{(id) => <Input id={id} aria-label={`${name} ${w[language]}`} lang={language === "zh" ? "zh-CN" : "en"} readOnly={readOnly} value={String(members(one.title)[language] ?? "")} onChange={(event) => entitle(index, language, event.target.value)} />}</Labelled>
              ))}
              {Object.entries(members(one.where)).map(([field, values]) => (
                <Labelled key={field} label={w.where(field)}>{(id) => <Select id={id} mode="tags" aria-label={`${name} ${w.where(field)}`} style={{ width: "100%" }} disabled={readOnly} value={list(values).map(String)} options={(field === member ? known : []).map((value) => ({ value, label: value }))} onChange={(made: string[]) => made.length && set(index, `/where/${field}`, made)} />}</Labelled>
              ))}
              <Labelled label={w.share} help={100 % Number(quota.den) === 0 ? undefined : w.exact(Number(quota.num), Number(quota.den))}>{(id) => <InputNumber id={id} aria-label={`${name} ${w.share}`} min={0} max={100} precision={0} style={{ width: "100%" }} readOnly={readOnly} value={percent} onChange={(made) => made !== null && made !== percent && set(index, "/quota", { ...quota, num: made, den: 100 })} />}</Labelled>
              <Labelled label={w.atLeast}>{(id) => <InputNumber id={id} aria-label={`${name} ${w.atLeast}`} min={0} precision={0} style={{ width: "100%" }} readOnly={readOnly} value={Number(quota.min)} onChange={(made) => made !== null && set(index, "/quota/min", made)} />}</Labelled>
              <Labelled label={w.atMost}>{(id) => <InputNumber id={id} aria-label={`${name} ${w.atMost}`} min={0} precision={0} style={{ width: "100%" }} readOnly={readOnly} value={Number(quota.max)} onChange={(made) => made !== null && set(index, "/quota/max", made)} />}</Labelled>
            </div>
            {!readOnly && <Moves name={name} index={index} count={strata.length} move={(to) => move(index, to)} remove={strata.length > 1 ? () => edit((now) => drop(now, `/strata/${index}`)) : undefined} />}
          </fieldset>
        );
      })}
      {!readOnly && <div><Button icon={<PlusOutlined />} onClick={add}>{w.addStratum}</Button></div>}
    </section>
  );
}

function Slots({ draw, readOnly, edit }: PartProps) {
  const w = useWords(DRAW);
  const { useChoices } = useSurroundings();
  const departments = useChoices(ORGANISATION);
  const slots = list(draw.slots).map(members);
  const set = (index: number, keyword: string, made: Json | undefined) => edit((now) => (made === undefined ? drop(now, `/slots/${index}/${keyword}`) : put(now, `/slots/${index}/${keyword}`, made)));
  const move = (from: number, to: number) => edit((now) => put(now, "/slots", slots.toSpliced(from, 1).toSpliced(to, 0, slots[from] ?? {})));
  return (
    <section className="pane" aria-label={w.slots}>
      <h3>{w.slots}</h3>
      {slots.map((one, index) => {
        const name = w.slot(index + 1);
        return (
          <fieldset className="when" key={String(index)}>
            <legend>{name}</legend>
            <div className="cols">
              <Labelled label={w.role}>{(id) => <Input id={id} aria-label={`${name} ${w.role}`} readOnly={readOnly} value={String(one.role ?? "")} onChange={(event) => set(index, "role", event.target.value)} />}</Labelled>
              <Labelled label={w.department}>{(id) => <Select id={id} aria-label={`${name} ${w.department}`} allowClear showSearch={{ optionFilterProp: "label" }} placeholder={w.anyDepartment} style={{ width: "100%" }} disabled={readOnly} value={typeof one.department === "string" ? one.department : undefined} options={departments} onChange={(made?: string) => set(index, "department", made)} />}</Labelled>
              <Labelled label={w.certificates}>{(id) => <Select id={id} mode="tags" aria-label={`${name} ${w.certificates}`} style={{ width: "100%" }} disabled={readOnly} value={list(one.certificates).map(String)} onChange={(made: string[]) => set(index, "certificates", made.length ? made : undefined)} />}</Labelled>
            </div>
            {!readOnly && <Moves name={name} index={index} count={slots.length} move={(to) => move(index, to)} remove={slots.length > 1 ? () => edit((now) => drop(now, `/slots/${index}`)) : undefined} />}
          </fieldset>
        );
      })}
      {!readOnly && <div><Button icon={<PlusOutlined />} onClick={() => edit((now) => put(now, "/slots", [...slots, { role: `member-${slots.length + 1}` }]))}>{w.addSlot}</Button></div>}
      <Labelled label={w.cap}>{(id) => <InputNumber id={id} min={0} precision={0} readOnly={readOnly} value={Number(at(draw, "/cap") ?? 0)} onChange={(made) => made !== null && edit((now) => put(now, "/cap", made))} />}</Labelled>
    </section>
  );
}
