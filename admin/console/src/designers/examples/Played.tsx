// One example played now: its course, how it came out beside what is expected, taken over by whoever looked at it.
import { Refusal } from "@jisheng/api-client";
import { type Json, type JsonObject, list, members, same } from "@jisheng/schema-kit";
import { Alert, Button, Checkbox } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { Reading, Sorry } from "../../shell/parts";
import { EXAMPLES, type ExamplesWords } from "../../words/designers/examples";
import { TRIALS } from "../../words/designers/trials";
import { type CameOut, cameOut, expecting } from "../trials/adopted";
import { Course } from "../trials/Course";
import { type Trial, usePlay } from "../trials/play";
import "../trials/trials.css";
import { useWords } from "../words";
import type { ExampleWork } from "./ExampleCard";
import { clocksOf } from "./Expected";

export function Played({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const t = useWords(TRIALS);
  const { example, stage, readOnly } = work;
  const play = usePlay();
  const [adopted, setAdopted] = useState(false);
  const trial = play.data?.[0];
  const stale = trial !== undefined && !alike(trial.example, example);
  const run = () => {
    setAdopted(false);
    play.mutate({ item: String(stage.item.id), examples: [example] });
  };
  const adopt = () => {
    if (trial) work.set({ expect: expecting(example, trial) });
    play.reset();
    setAdopted(true);
  };
  if (!play.can) return <Alert type="info" showIcon title={t.noDraft} />;
  return (
    <>
      <div className="row">
        <Button type="primary" loading={play.isPending} onClick={run}>{w.play}</Button>
        {play.unsaved && <span className="quiet">{t.unsaved}</span>}
        {adopted && <span role="status">{w.adopted}</span>}
      </div>
      {play.isPending && <Reading label={t.running} />}
      {play.error && <Wrong error={play.error} />}
      {trial && stale && <Alert type="warning" role="status" showIcon title={w.stale} />}
      {trial && !stale && (
        <>
          <Comparison work={work} trial={trial} />
          {!readOnly && !same(expecting(example, trial), members(example.expect)) && <div className="row"><Button onClick={adopt}>{w.adopt}</Button><span className="quiet">{w.adoptHelp}</span></div>}
          <Course trial={trial} process={stage.written} item={stage.item} />
        </>
      )}
    </>
  );
}

/** The same but for what is expected: that changes nothing of how it is played. */
function alike({ expect: _one, ...example }: JsonObject, { expect: _other, ...other }: JsonObject): boolean {
  return same(example, other);
}

/** An example that is not written as one: each place with what is wrong there. */
function Wrong({ error }: { error: Error }) {
  const { language } = useSurroundings();
  const errors = error instanceof Refusal ? (error.problem.errors ?? []) : [];
  return (
    <>
      <Sorry error={error} />
      {errors.length > 0 && <ul className="plain">{errors.map((one) => <li key={`${one.pointer} ${one.code}`}>{one.messages[language]} <code>{one.pointer}</code></li>)}</ul>}
    </>
  );
}

interface Row {
  what: string;
  wanted: string;
  really: string;
  good: boolean;
  /** Only of a day that may be asked for or not. */
  ask?: { on: boolean; change: (on: boolean) => void };
}

function Comparison({ work, trial }: { work: ExampleWork; trial: Trial }) {
  const w = useWords(EXAMPLES);
  const rows = useRows(work, trial);
  return (
    <div className="grid-of-rules compared">
      <table aria-label={w.cameOut}>
        <thead><tr><th scope="col">{w.what}</th><th scope="col">{w.wanted}</th><th scope="col">{w.really}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.what}>
              <th scope="row">{row.what}</th>
              <td data-label={w.wanted}>{row.ask && !work.readOnly ? <Checkbox aria-label={w.askDay(row.what)} checked={row.ask.on} onChange={(event) => row.ask?.change(event.target.checked)}>{row.wanted}</Checkbox> : row.wanted}</td>
              <td data-label={w.really}><span className={row.good ? "" : "verdict"}>{row.really}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useRows(work: ExampleWork, trial: Trial): Row[] {
  const w = useWords(EXAMPLES);
  const { language, useChoices } = useSurroundings();
  const expect = members(work.example.expect);
  const out = cameOut(trial);
  const titles = new Map([...useChoices("registers"), ...useChoices("documents")].map((one) => [one.value, one.label]));
  const states = (value: Json | undefined) => (Array.isArray(value) ? value : [value]).map((one) => work.stage.picture.states.find((state) => state.id === one)?.title?.[language] ?? String(one)).join("、");
  const named = (ids: readonly string[]) => ids.map((id) => titles.get(id) ?? id).join("、");
  const asked = list(expect.outcomes).map(String);
  const code = (value: Json | undefined) => (typeof value === "string" ? (w.codes[value] ?? value) : w.notRefused);
  const refusedAlike = (expect.refused ?? null) === out.refused;
  return [
    ...(out.state === undefined ? [] : [{ what: w.state, wanted: states(expect.state), really: states(out.state), good: same(expect.state, out.state) }]),
    ...(refusedAlike && out.refused === null ? [] : [{ what: w.refused, wanted: code(expect.refused), really: code(out.refused), good: refusedAlike }]),
    ...(out.refused === null && (asked.length || out.made.length) ? [{ what: w.made, wanted: named(asked) || w.notAsked, really: named(out.made), good: asked.every((one) => out.made.includes(one)) }] : []),
    ...(out.refused === null ? dayRows(work, out, w, language) : []),
  ];
}

function dayRows(work: ExampleWork, out: CameOut, w: ExamplesWords, language: "zh" | "en"): Row[] {
  const days = members(members(work.example.expect).deadlines);
  const shown = clocksOf(work.stage.item, language).filter(({ id }) => days[id] !== undefined || out.deadlines[id] !== undefined);
  return shown.map(({ id, title }) => {
    const wanted = days[id];
    const really = out.deadlines[id];
    const change = (on: boolean) => work.entry("/expect", "deadlines", id, on ? really : undefined);
    return { what: title, wanted: wanted === undefined ? w.notAsked : String(wanted), really: really ?? w.ended, good: wanted === undefined || wanted === really, ask: { on: wanted !== undefined, change } };
  });
}
