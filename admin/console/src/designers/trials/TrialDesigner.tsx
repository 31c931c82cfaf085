// Trials on screen: a draft is played against the examples of an item, and against recent real cases, without touching them.
import { isObject, list, type JsonObject } from "@jisheng/schema-kit";
import { Alert, Button, Input, Select } from "antd";
import { useId, useState } from "react";
import { type Check, useCheck, useChoices, useMaybe, useUses } from "../../definitions/data";
import { Reading, Sorry } from "../../shell/parts";
import { filled } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { Labelled } from "../parts";
import type { DesignerProps } from "../registry";
import { useWords } from "../words";
import { adopted, moved } from "./adopted";
import { Course } from "./Course";
import { begunOn, isAsExpected, type Trial, usePlay } from "./play";
import "./trials.css";

export default function TrialDesigner({ value, readOnly, onChange }: DesignerProps) {
  const w = useWords(TRIALS);
  const { items, chosen, choose, item, process } = useTried(value);
  const titles = useChoices("items");
  return (
    <div className="bench">
      <p className="quiet">{w.lead}</p>
      {items.length > 1 && (
        <Labelled label={w.item}>
          {(field) => <Select<string> id={field} aria-label={w.item} className="grown" value={chosen} options={items.map((one) => ({ value: one, label: titles.find((each) => each.value === one)?.label ?? one }))} onChange={choose} />}
        </Labelled>
      )}
      {item && <Bench key={chosen} item={item} process={process} keep={item === value && !readOnly ? onChange : undefined} />}
    </div>
  );
}

/** The item that is tried: the definition itself, or one that runs on it. */
function useTried(value: JsonObject) {
  const [kind, id] = [String(value.kind), String(value.id)];
  const isItem = kind === "items";
  const [own, choose] = useState<string>();
  const uses = useUses(kind, isItem ? "" : id).data;
  const items = isItem ? [id] : (uses?.items ?? []);
  const chosen = own ?? items[0];
  const published = useMaybe("items", isItem ? undefined : chosen);
  const item = isItem ? value : published;
  const used = useMaybe("processes", kind === "processes" ? undefined : (item?.process as string | undefined));
  return { items, chosen, choose, item, process: kind === "processes" ? value : (used ?? {}) };
}

interface BenchProps {
  item: JsonObject;
  process: JsonObject;
  /** Changes the item; nothing where another definition is at work. */
  keep?: ((item: JsonObject) => void) | undefined;
}

function Bench({ item, process, keep }: BenchProps) {
  const w = useWords(TRIALS);
  const play = usePlay();
  const examples = list(item.examples).filter(isObject).filter((one) => Array.isArray(one.moves));
  const [index, setIndex] = useState(0);
  const [day, setDay] = useState("");
  const [shown, setShown] = useState(0);
  const example = examples[index];
  const field = useId();
  if (!play.can) return <Alert type="info" showIcon title={w.noDraft} />;
  if (!example) return <Alert type="info" showIcon title={w.noExamples} />;
  const run = (some: JsonObject[]) => {
    setShown(0);
    play.mutate({ item: String(item.id), examples: some });
  };
  const trials = play.data ?? [];
  const trial = trials[shown];
  return (
    <>
      <div className="cols">
        <Labelled label={w.example}>
          {(id) => <Select<number> id={id} aria-label={w.example} className="grown" value={index} options={examples.map((one, at) => ({ value: at, label: String(one.name) }))} onChange={setIndex} />}
        </Labelled>
        <div className="said"><label className="said-label" htmlFor={field}>{w.start}</label><Input id={field} type="date" value={day || String(example.today).slice(0, 10)} onChange={(event) => setDay(event.target.value)} /></div>
      </div>
      <div className="row">
        <Button type="primary" loading={play.isPending} onClick={() => run([day ? withoutDates(begunOn(example, day)) : example])}>{w.run}</Button>
        <Button disabled={play.isPending} onClick={() => run(examples)}>{w.runAll}</Button>
        {play.unsaved && <span className="quiet">{w.unsaved}</span>}
      </div>
      {play.isPending && <Reading label={w.running} />}
      {play.error && <Sorry error={play.error} />}
      {keep && trials.some((one) => Object.keys(moved(one)).length > 0) && (
        <div className="row"><Button onClick={() => { keep(adopted(item, trials)); play.reset(); }}>{w.adopt}</Button><span className="quiet">{w.adoptHelp}</span></div>
      )}
      {trials.length > 1 && <Overview trials={trials} shown={shown} show={setShown} />}
      {trial && <Course trial={trial} process={process} item={item} />}
      <Replay />
    </>
  );
}

/** Dates that an example expects hold for the day on which it begins, and for no other. */
function withoutDates(example: JsonObject): JsonObject {
  if (!isObject(example.expect)) return example;
  const { deadlines: _dates, dues: _dues, ...expect } = example.expect;
  return { ...example, expect };
}

function Overview({ trials, shown, show }: { trials: readonly Trial[]; shown: number; show: (index: number) => void }) {
  const w = useWords(TRIALS);
  const good = trials.filter(isAsExpected).length;
  return (
    <section className="card" aria-label={w.runAll}>
      <p role="status">{filled(w.all, { total: trials.length, good })}</p>
      <ul className="way-list">
        {trials.map((one, index) => (
          <li key={String(one.example.name)}>
            <button type="button" aria-current={index === shown ? "true" : undefined} onClick={() => show(index)}>
              <span className={isAsExpected(one) ? "verdict good" : "verdict"}>{isAsExpected(one) ? w.passed : w.failed}</span> {String(one.example.name)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Recent cases, played again by the check: numbers and what comes out otherwise, nothing about anybody. */
function Replay() {
  const w = useWords(TRIALS);
  const draft = usePlay().draft;
  const check = useCheck(draft as NonNullable<typeof draft>);
  const replayed = check.data?.impact?.replayed;
  return (
    <section className="card stack">
      <h2>{w.again}</h2>
      <p className="quiet">{w.againHelp}</p>
      <div><Button loading={check.isPending} onClick={() => check.mutate([])}>{w.again}</Button></div>
      {check.error && <Sorry error={check.error} />}
      {check.data && !check.isPending && !replayed?.length && <p role="status">{w.noCases}</p>}
      {replayed?.map((one) => <Cases key={one.item} one={one} />)}
    </section>
  );
}

function Cases({ one }: { one: NonNullable<Check["impact"]>["replayed"][number] }) {
  const w = useWords(TRIALS);
  const said = (what: string) => `${w.what[what.split(":")[0] ?? ""] ?? what} ${what.split(":").slice(1).join(":")}`.trim();
  return (
    <div role="status">
      <p>{filled(w.sameCases, { item: one.item, n: one.cases, same: one.same })}</p>
      <ul className="plain">{one.differ.map((row) => <li key={row.number}>{filled(w.differs, { number: row.number, what: row.what.map(said).join("、") })}</li>)}</ul>
    </div>
  );
}
