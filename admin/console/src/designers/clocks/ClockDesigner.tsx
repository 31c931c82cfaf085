// The limits of an item: each as a card that says how long, from what to what, on what ground; and how they add up.
import { at, drop, insert, isObject, type Json, type JsonObject, list, marked, put, textOf } from "@jisheng/schema-kit";
import { Button, Select, Tag } from "antd";
import { useMemo, useState } from "react";
import { useSurroundings } from "../../forms/context";
import type { Finding } from "../../forms/findings";
import { PlusOutlined } from "../../shell/icons";
import { filled } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { Bench, Found, Labelled, Moves, Texts, textsWith } from "../parts";
import { Flow } from "../process/Flow";
import { Problems } from "../process/Problems";
import type { DesignerProps } from "../registry";
import { useWork } from "../session";
import { useWords } from "../words";
import { Ground, Grounds, Length, Many, type Set } from "./Fields";
import { type Around, useAround } from "./milestones";
import { Ladder, Rungs } from "./Rungs";
import { SumsPanel } from "./SumsPanel";
import "./clocks.css";

export default function ClockDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(TRIALS);
  const work = useWork(value, readOnly, onChange);
  const around = useAround(work.document);
  const clocks = list(work.document.clocks).filter(isObject);
  const add = () => work.edit((now) => insertClock(now, { id: freeId(clocks), effect: "internal", title: { zh: "新时限", en: "New limit" }, starts_on: ["submitted"], stops_on: [], budget: 5, unit: "working_day", on_expiry: null, source: { zh: TRIALS.zh.sample, en: TRIALS.en.sample } }));
  const move = (from: number, to: number) => work.edit((now) => insert(drop(now, `/clocks/${String(from)}`), `/clocks/${String(to)}`, at(now, `/clocks/${String(from)}`) as Json));
  return (
    <Bench work={work} tools={!readOnly && <Button icon={<PlusOutlined />} onClick={add}>{w.addClock}</Button>}>
      <Found findings={findings.filter((one) => one.code !== "stages-exceed-limit")} below={["/clocks"]} />
      <Promise findings={findings} around={around} />
      {!clocks.length && <p className="quiet">{w.noClocks}</p>}
      <div className="clocks">
        {clocks.map((one, index) => (
          <ClockCard
            key={String(one.id)} clock={one} around={around} readOnly={readOnly}
            set={(changes) => work.edit((now) => changed(now, `/clocks/${String(index)}`, changes))}
            tools={!readOnly && <Moves name={textOf(one.title)?.zh ?? String(one.id)} index={index} count={clocks.length} move={(to) => move(index, to)} remove={() => work.edit((now) => drop(now, `/clocks/${String(index)}`))} />}
          />
        ))}
      </div>
      <SumsPanel item={work.document} />
    </Bench>
  );
}

/** A promise that fails, with its way drawn on the picture of the item's process. */
function Promise({ findings, around }: { findings: readonly Finding[]; around: Around }) {
  const w = useWords(TRIALS);
  const marks = useMemo(() => marked(around.picture, findings.filter((one) => one.code === "stages-exceed-limit") as never), [around.picture, findings]);
  const [shown, setShown] = useState(0);
  const drawn = marks[shown] ?? marks[0];
  if (!drawn) return null;
  return (
    <section className="stack" aria-label={w.problem}>
      <Problems picture={around.picture} marks={marks} drawn={drawn} show={(mark) => setShown(Math.max(0, marks.findIndex((one) => one === mark)))} choose={() => undefined} />
      <div className="promise-picture"><Flow picture={around.picture} marks={marks} drawn={drawn} chosen={{}} exits={false} label={w.picture} choose={() => undefined} /></div>
    </section>
  );
}

interface CardProps {
  clock: JsonObject;
  around: Around;
  readOnly: boolean;
  set: Set;
  tools: React.ReactNode;
}

function ClockCard({ clock, around, readOnly, set, tools }: CardProps) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const [open, setOpen] = useState(false);
  const title = textOf(clock.title)?.[language] ?? String(clock.id);
  return (
    <section className={`pane clock ${String(clock.effect)}`} aria-label={title}>
      <div className="pane-head">
        <h3>{title} <Tag>{w.effects[String(clock.effect)]}</Tag></h3>
        <Big clock={clock} />
        {tools}
      </div>
      <Ladder rungs={list(clock.rungs).map(Number)} />
      <p className="sentence">{sentenceOf(clock, around, w)}</p>
      {!open && <Ground value={clock} />}
      <div><Button aria-expanded={open} aria-label={`${readOnly ? w.look : w.edit} ${title}`} onClick={() => setOpen(!open)}>{open ? w.fold : readOnly ? w.look : w.edit}</Button></div>
      {open && <ClockFields clock={clock} around={around} readOnly={readOnly} set={set} />}
    </section>
  );
}

/** "自 受理 起，到 准予、不予 为止" */
function sentenceOf(clock: JsonObject, around: Around, w: (typeof TRIALS)["zh"]): string {
  const named = (member: string) => list(clock[member]).map((one) => around.milestones.find((each) => each.value === one)?.name ?? String(one)).join("、");
  const parts: [string, string][] = [[w.begins, named("starts_on")], [w.endsWith, named("stops_on")], [w.goesOn, named("restarts_on")]];
  const expiry = around.timeouts.find((one) => one.value === clock.on_expiry)?.name;
  return [...parts.filter(([, said]) => said).map(([form, said]) => filled(form, { what: said })), ...(expiry ? [filled(w.expires, { what: expiry })] : [])].join("；");
}

function ClockFields({ clock, around, readOnly, set }: Omit<CardProps, "tools">) {
  const w = useWords(TRIALS);
  const many = (member: string, label: string) => (
    <Many label={label} value={list(clock[member]).map(String)} options={around.milestones} readOnly={readOnly} onChange={(said) => set({ [member]: said.length || member !== "restarts_on" ? said : undefined })} />
  );
  return (
    <>
      <Texts label={w.title} value={clock.title} readOnly={readOnly} onChange={(to, said) => set({ title: textsWith(clock.title, to, said) })} />
      <div className="cols">
        <Labelled label={w.effect}>{(id) => <Select<string> id={id} aria-label={w.effect} value={String(clock.effect)} disabled={readOnly} options={Object.entries(w.effects).map(([value, label]) => ({ value, label }))} onChange={(said) => set({ effect: said })} />}</Labelled>
        {clock.until === undefined && <Length value={clock} label={w.budget} readOnly={readOnly} onChange={(budget, unit) => set({ budget, unit })} />}
      </div>
      {typeof clock.limit === "string" && <p className="help">{w.rule}：<code>{clock.limit}</code></p>}
      {clock.until !== undefined && <p className="help"><code>{String(clock.until)}</code></p>}
      {clock.effect !== "due" && <div className="cols">{many("starts_on", w.startsOn)}{many("stops_on", w.stopsOn)}{(clock.restarts_on !== undefined || !readOnly) && many("restarts_on", w.restartsOn)}</div>}
      {clock.effect !== "due" && (
        <Labelled label={w.onExpiry}>
          {(id) => <Select<string> id={id} aria-label={w.onExpiry} className="grown" value={typeof clock.on_expiry === "string" ? clock.on_expiry : ""} disabled={readOnly} options={[{ value: "", label: w.nothing }, ...around.timeouts]} onChange={(said) => set({ on_expiry: said || null })} />}
        </Labelled>
      )}
      <Rungs rungs={list(clock.rungs).map(Number)} readOnly={readOnly} onChange={(said) => set({ rungs: said.length ? said : undefined })} />
      <Grounds value={clock} readOnly={readOnly} set={set} />
    </>
  );
}

/** The limit at a glance: "20 工作日". */
function Big({ clock }: { clock: JsonObject }) {
  const w = useWords(TRIALS);
  if (clock.budget === undefined) return <strong className="big">{clock.limit ? w.rule : String(clock.until ?? "")}</strong>;
  return <strong className="big">{String(clock.budget)} <small>{w.units[String(clock.unit)] ?? String(clock.unit)}</small></strong>;
}

const insertClock = (item: JsonObject, clock: JsonObject): Json => (Array.isArray(item.clocks) ? insert(item, "/clocks/-", clock) : put(item, "/clocks", [clock]));

/** Members set or taken away below a place. */
export function changed(document: JsonObject, place: string, changes: Record<string, Json | undefined>): Json {
  return Object.entries(changes).reduce<Json>((now, [member, said]) => (said === undefined ? drop(now, `${place}/${member}`) : put(now, `${place}/${member}`, said)), document);
}

function freeId(clocks: readonly JsonObject[]): string {
  for (let number = clocks.length + 1; ; number++) if (!clocks.some((one) => one.id === `limit-${String(number)}`)) return `limit-${String(number)}`;
}
