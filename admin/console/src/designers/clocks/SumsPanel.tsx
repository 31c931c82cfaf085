// How the promise adds up on real days: an example is played from a first day, and each limit it begins is a sum.
import { isObject, type JsonObject, list, textOf } from "@jisheng/schema-kit";
import { Alert, Button, Input, Select } from "antd";
import { useId, useState } from "react";
import { useSurroundings } from "../../forms/context";
import { Sorry } from "../../shell/parts";
import { TRIALS } from "../../words/designers/trials";
import { Labelled } from "../parts";
import { begunOn, type Sum, type Trial, usePlay } from "../trials/play";
import { Sums } from "../trials/Sums";
import { useWords } from "../words";
import "../trials/trials.css";

export function SumsPanel({ item }: { item: JsonObject }) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const play = usePlay();
  const examples = list(item.examples).filter(isObject).filter((one) => Array.isArray(one.moves));
  const [index, setIndex] = useState(0);
  const [day, setDay] = useState("");
  const field = useId();
  const example = examples[index];
  if (!play.can || !example) return null;
  const { expect: _, ...plain } = example;
  const titles = new Map(list(item.clocks).filter(isObject).map((one) => [String(one.id), textOf(one.title)?.[language] ?? String(one.id)]));
  const trial = play.data?.[0];
  return (
    <section className="card stack" aria-label={w.sums}>
      <h2>{w.sums}</h2>
      <p className="quiet">{w.sumsHelp} {play.unsaved && w.unsaved}</p>
      <div className="cols">
        <Labelled label={w.example}>{(id) => <Select<number> id={id} aria-label={w.example} className="grown" value={index} options={examples.map((one, at) => ({ value: at, label: String(one.name) }))} onChange={setIndex} />}</Labelled>
        <div className="said"><label className="said-label" htmlFor={field}>{w.start}</label><Input id={field} type="date" value={day || String(example.today).slice(0, 10)} onChange={(event) => setDay(event.target.value)} /></div>
      </div>
      <div><Button type="primary" loading={play.isPending} onClick={() => play.mutate({ item: String(item.id), examples: [begunOn(plain, day)] })}>{w.calc}</Button></div>
      {play.error && <Sorry error={play.error} />}
      {trial?.problem && <Alert type="error" showIcon role="alert" title={trial.problem.message[language]} description={<ul className="plain">{trial.problem.findings.map((one) => <li key={one.pointer + one.code}>{one.message[language]} <code>{one.pointer}</code></li>)}</ul>} />}
      {trial?.played && <Sums sums={firstSums(trial)} titles={titles} />}
    </section>
  );
}

/** The first sum of each limit: how it was when it began. */
function firstSums(trial: Trial): Sum[] {
  const found = new Map<string, Sum>();
  for (const sum of (trial.played?.steps ?? []).flatMap((one) => one.sums)) if (!found.has(sum.id)) found.set(sum.id, sum);
  return [...found.values()];
}
