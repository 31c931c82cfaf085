// The steps of an example as rows: a sentence each, one open at a time.
import { drop, type JsonObject, list, members, textOf } from "@jisheng/schema-kit";
import { Button, Dropdown } from "antd";
import { useMemo, useState } from "react";
import { useSurroundings } from "../../forms/context";
import { CopyOutlined, PlusOutlined } from "../../shell/icons";
import { EXAMPLES, type ExamplesWords } from "../../words/designers/examples";
import { PROCESS } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { Moves } from "../parts";
import { personOf } from "../process/people";
import { useWords } from "../words";
import { added, doubled, moved } from "./edits";
import type { ExampleWork } from "./ExampleCard";
import { type Sort, sortOf, StepFields } from "./Step";
import type { Stage } from "./stage";
import { possible, stepsOf, walked } from "./walk";

export function Steps({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const { example, stage, readOnly, place, edit } = work;
  const [open, setOpen] = useState<number | null>(null);
  const steps = stepsOf(example);
  const stops = useMemo(() => walked(stage.picture, stepsOf(example)), [stage, example]);
  const say = useSaying(stage);
  const add = (sort: Sort) => {
    edit((now) => added(now, `${place}/moves`, begun(sort, stage, stops.at(-1) ?? new Set())));
    setOpen(steps.length);
  };
  const move = (from: number, to: number) => {
    edit((now) => moved(now, `${place}/moves`, from, to));
    setOpen(null);
  };
  return (
    <>
      {!steps.length && <p className="quiet">{w.noSteps}</p>}
      <ol className="materials moves-of">
        {steps.map((step, index) => (
          <li key={String(index)} className="pane">
            <div className="pane-head">
              <button type="button" className="material-open" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)}>
                <strong>{index + 1}. {say(step)}</strong>
                <Stand stage={stage} here={stops[index + 1]} />
              </button>
              {!readOnly && (
                <span className="moves">
                  <Button type="text" icon={<CopyOutlined />} aria-label={`${w.copyStep} ${String(index + 1)}`} onClick={() => { edit((now) => doubled(now, `${place}/moves`, index)); setOpen(index + 1); }} />
                  <Moves name={w.step(index + 1)} index={index} count={steps.length} move={(to) => move(index, to)} remove={() => { edit((now) => drop(now, `${place}/moves/${String(index)}`)); setOpen(null); }} />
                </span>
              )}
            </div>
            {open === index && <StepFields key={sortOf(step)} work={work} step={step} index={index} here={possible(stage.picture, stops[index] ?? new Set())} />}
          </li>
        ))}
      </ol>
      {!readOnly && <div><Adding stage={stage} add={add} /></div>}
    </>
  );
}

/** Where the case stands after a step, as far as the picture tells. */
function Stand({ stage, here }: { stage: Stage; here: ReadonlySet<string> | undefined }) {
  const { language } = useSurroundings();
  const inner = stage.picture.states.filter((one) => here?.has(one.id) && !stage.picture.states.some((other) => other.parent === one.id));
  return <span className="quiet">{inner.map((one) => one.title?.[language] ?? one.id).join("、")}</span>;
}

function Adding({ stage, add }: { stage: Stage; add: (sort: Sort) => void }) {
  const w = useWords(EXAMPLES);
  const sorts: Sort[] = ["move", "wait", ...(stage.picture.states.some((one) => one.members.length) || Object.keys(members(stage.item.children)).length ? (["child"] as Sort[]) : []), "serve", "event"];
  return (
    <Dropdown menu={{ items: sorts.map((key) => ({ key, label: w.steps[key] })), onClick: ({ key }) => add(key as Sort) }} trigger={["click"]}>
      <Button icon={<PlusOutlined />}>{w.addStep}</Button>
    </Dropdown>
  );
}

/** A step that says the likeliest: the first move that is possible there. */
function begun(sort: Sort, stage: Stage, here: ReadonlySet<string>): JsonObject {
  if (sort === "wait") return { wait: { budget: 1, unit: "working_day" } };
  if (sort === "event") return { event: Object.keys(stage.internal)[0] ?? "auto.done" };
  if (sort === "child") return { child: stage.picture.states.flatMap((one) => one.members)[0]?.id ?? "member", outcome: "done" };
  if (sort === "serve") return { serve: String(list(stage.item.documents)[0] ?? "decision"), way: "electronic", consent: true };
  const can = possible(stage.picture, here);
  const [move, declared] = [...stage.moves].find(([id]) => can.has(id)) ?? [...stage.moves][0] ?? ["accept", {}];
  return { by: String(list(declared.by)[0] ?? "post:window"), move, input: {} };
}

/** A step as a sentence: "窗口受理岗：受理（1 工作日后）". */
function useSaying(stage: Stage): (step: JsonObject) => string {
  const w = useWords(EXAMPLES);
  const p = useWords(PROCESS);
  const t = useWords(TRIALS);
  const { language, useChoices } = useSurroundings();
  const documents = useChoices("documents");
  const length = (value: JsonObject) => `${String(value.budget)} ${t.units[String(value.unit)] ?? String(value.unit)}`;
  const titled = (one: JsonObject | undefined, id: string) => textOf(one?.title)?.[language] ?? id;
  const member = (id: string) => stage.picture.states.flatMap((one) => one.members).find((one) => one.id === id)?.title?.[language] ?? id;
  const said: Record<Sort, (step: JsonObject) => string> = {
    move: (step) => `${personOf(String(step.by), p, stage.posts)}：${titled(stage.moves.get(String(step.move)), String(step.move))}`,
    wait: (step) => `${t.wait} ${length(members(step.wait))}`,
    event: (step) => `${t.report} ${titled(members(stage.internal[String(step.event)]), String(step.event))}`,
    child: (step) => `${t.member} ${member(String(step.child))}：${outcomeOf(w, String(step.outcome))}`,
    serve: (step) => `${t.served} ${documents.find((one) => one.value === step.serve)?.label ?? String(step.serve)}`,
  };
  return (step) => {
    const after = members(step.after);
    return said[sortOf(step)](step) + (after.budget === undefined ? "" : language === "zh" ? `（${length(after)}后）` : ` (after ${length(after)})`);
  };
}

const outcomeOf = (w: ExamplesWords, outcome: string) => w.outcomes[outcome] ?? outcome;
