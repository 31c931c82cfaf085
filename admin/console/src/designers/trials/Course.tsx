// A trial step by step: who did what, where it led, what a table said, what fell due; what is not as expected stands there.
import { draw, isObject, type JsonObject, list, members, type Mark, type Picture, textOf } from "@jisheng/schema-kit";
import { Alert, Tag } from "antd";
import { useMemo } from "react";
import { useSurroundings } from "../../forms/context";
import { filled, PROCESS } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { personOf } from "../process/people";
import { useBeside, usePosts } from "../process/beside";
import { Flow } from "../process/Flow";
import { useWords } from "../words";
import { type Decided, type Found, isAsExpected, type Step, type Trial } from "./play";
import { Sums } from "./Sums";

interface Props {
  trial: Trial;
  process: JsonObject;
  item: JsonObject;
}

export function Course({ trial, process, item }: Props) {
  const w = useWords(TRIALS);
  const beside = useBeside(process, item);
  const picture = useMemo(() => draw(process, beside), [process, beside]);
  const way = useMemo(() => wayOf(picture, trial.played?.steps ?? []), [picture, trial]);
  return (
    <div className="course">
      <Verdict trial={trial} />
      {trial.played && (
        <>
          <ol className="steps" aria-label={w.steps}>
            {trial.played.steps.map((step, index) => (
              <li key={`${step.at} ${String(index)}`}><Stop trial={trial} step={step} index={index} picture={picture} process={process} item={item} /></li>
            ))}
          </ol>
          <div className="calm"><Flow picture={picture} marks={[]} drawn={way} chosen={{}} exits={false} label={w.path} choose={() => undefined} /></div>
        </>
      )}
    </div>
  );
}

function Verdict({ trial }: { trial: Trial }) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const good = isAsExpected(trial);
  const { played, problem } = trial;
  if (problem) {
    const said = `${problem.message[language]}（${problem.code}）`;
    return <Alert role="status" type={good ? "success" : "error"} showIcon title={good ? w.expectedRefusal : w.refused} description={<>{said}<Findings found={problem.findings} /></>} />;
  }
  const made = [...new Set(played?.made ?? [])];
  const more = [played?.outcome ? `${w.outcome}：${played.outcome}` : "", made.length ? `${w.made}：${made.join("、")}` : ""].filter(Boolean).join("；");
  return <Alert role="status" type={good ? "success" : "error"} showIcon title={good ? (played?.refused ? w.expectedRefusal : w.passed) : w.failed} description={more || undefined} />;
}

function Findings({ found }: { found: readonly Found[] }) {
  const { language } = useSurroundings();
  if (!found.length) return null;
  return <ul className="plain">{found.map((one) => <li key={`${one.pointer} ${one.code}`}>{one.message[language]} <code>{one.pointer}</code></li>)}</ul>;
}

interface StopProps extends Props {
  step: Step;
  index: number;
  picture: Picture;
}

function Stop({ trial, step, index, picture, process, item }: StopProps) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const named = (id: string) => picture.states.find((one) => one.id === id)?.title?.[language] ?? id;
  const clocks = new Map(list(item.clocks).filter(isObject).map((one) => [String(one.id), textOf(one.title)?.[language] ?? String(one.id)]));
  const found = foundAt(trial, index);
  const refused = index === (trial.played?.steps.length ?? 0) - 1 ? trial.played?.refused : null;
  return (
    <>
      <div className="step-head">
        <strong><Done trial={trial} index={index} process={process} /></strong>
        <time dateTime={step.at}>{step.at.slice(0, 16).replace("T", " ")}</time>
      </div>
      <p className="step-state">{w.state} {step.state.map((one) => <Tag key={one} color="blue">{named(one)}</Tag>)} {step.emitted.map((one) => <code key={one}>{one}</code>)}</p>
      {step.decided.map((one, at) => <Decision key={`${one.rules} ${String(at)}`} decided={one} />)}
      {step.sums.length > 0 && <Sums sums={step.sums} titles={clocks} />}
      {refused && <Alert type={found.length ? "error" : "success"} showIcon title={`${w.refused}：${refused.message[language]}`} description={<code>{refused.code}</code>} />}
      {found.length > 0 && <Alert type="error" role="alert" showIcon title={w.failed} description={<Findings found={found} />} />}
    </>
  );
}

/** What the example did to come here: the application, a move, time that passed, what others reported. */
function Done({ trial, index, process }: { trial: Trial; index: number; process: JsonObject }) {
  const w = useWords(TRIALS);
  const p = useWords(PROCESS);
  const posts = usePosts();
  const { language } = useSurroundings();
  if (index === 0) return <>{w.application}</>;
  const step = members(list(trial.example.moves)[index - 1]);
  const length = (value: JsonObject) => `${String(value.budget)} ${w.units[String(value.unit)] ?? String(value.unit)}`;
  if (step.wait !== undefined) return <>{w.wait} {length(members(step.wait))}</>;
  if (step.child !== undefined) return <>{w.member} {String(step.child)}：{String(step.outcome)}</>;
  if (step.serve !== undefined) return <>{w.served} {String(step.serve)}</>;
  if (step.event !== undefined) return <>{w.report} {String(step.event)}</>;
  const move = members(members(process.moves)[String(step.move)]);
  return <>{personOf(String(step.by), p, posts)}：{textOf(move.title)?.[language] ?? String(step.move)}</>;
}

function Decision({ decided }: { decided: Decided }) {
  const w = useWords(TRIALS);
  const rows = decided.rows.map((one) => (typeof one === "string" ? one : String(one.id ?? "")));
  return (
    <details className="decision">
      <summary>{w.decided} {decided.rules}：{decided.result ? JSON.stringify(decided.result) : filled(w.byPerson, { why: decided.manual ?? "" })}</summary>
      <p>{w.version} {decided.version} · {w.row} {rows.join("、") || w.none}</p>
      <ul className="plain">{decided.facts.map((one) => <li key={one.id}><code>{one.id}</code> = {one.value === undefined ? w.unknown : JSON.stringify(one.value)}</li>)}</ul>
    </details>
  );
}

/** What is wrong at a step: at that of its move, else where it all ended. */
function foundAt(trial: Trial, index: number): Found[] {
  const last = (trial.played?.steps.length ?? 1) - 1;
  return (trial.played?.findings ?? []).filter((one) => {
    const move = /^\/moves\/([0-9]+)/.exec(one.pointer)?.[1];
    return (move === undefined ? last : Number(move) + 1) === index;
  });
}

/** The states that it went through as a way on the picture. */
function wayOf(picture: Picture, steps: readonly Step[]): Mark {
  const path = steps.flatMap((one) => one.state).filter((one, index, all) => one !== all[index - 1]);
  const within = (id: string): string[] => {
    const parent = picture.states.find((one) => one.id === id)?.parent;
    return parent ? [id, ...within(parent)] : [id];
  };
  const way = path.slice(1).flatMap((target, index) => {
    const from = within(path[index] ?? "");
    return picture.arrows.filter((one) => from.includes(one.source) && one.target === target).slice(0, 1).map((one) => one.id);
  });
  return { finding: { pointer: "", code: "", message: { zh: "", en: "" } }, states: path, arrows: way, path, way };
}
