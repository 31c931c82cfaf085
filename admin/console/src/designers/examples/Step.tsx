// The fields of one step, by its sort: a move with its input, a length of time, what others report or receive.
import { isObject, type JsonObject, list, members, textOf } from "@jisheng/schema-kit";
import { Checkbox, Input, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { EXAMPLES } from "../../words/designers/examples";
import { PROCESS } from "../../words/designers/process";
import { Length } from "../clocks/Fields";
import { Labelled } from "../parts";
import { personOf } from "../process/people";
import { useWords } from "../words";
import type { Said } from "./edits";
import type { ExampleWork } from "./ExampleCard";
import { FilledIn, useMisfits } from "./FilledIn";
import { Named } from "./Named";
import { Subject } from "./Subject";

export type Sort = "move" | "wait" | "event" | "child" | "serve";

export function sortOf(step: JsonObject): Sort {
  return (["wait", "event", "child", "serve"] as const).find((one) => step[one] !== undefined) ?? "move";
}

interface Props {
  work: ExampleWork;
  step: JsonObject;
  index: number;
  /** The moves that are possible before it. */
  here: ReadonlySet<string>;
}
type Fields = Props & { set: (said: Said) => void };

export function StepFields({ work, step, index, here }: Props) {
  const w = useWords(EXAMPLES);
  const sort = sortOf(step);
  const set = (said: Said) => work.setAt(`/moves/${String(index)}`, said);
  const fields: Fields = { work, step, index, here, set };
  return (
    <>
      {sort === "move" && <MoveFields {...fields} />}
      {sort === "event" && <EventFields {...fields} />}
      {sort === "child" && <ChildFields {...fields} />}
      {sort === "serve" && <ServeFields {...fields} />}
      {sort === "wait" && <Length value={members(step.wait)} label={w.wait} least={1} readOnly={work.readOnly} onChange={(budget, unit) => budget !== undefined && set({ wait: { ...members(step.wait), budget, unit } })} />}
      {sort !== "wait" && <After step={step} readOnly={work.readOnly} set={set} />}
    </>
  );
}

function After({ step, readOnly, set }: { step: JsonObject; readOnly: boolean; set: (said: Said) => void }) {
  const w = useWords(EXAMPLES);
  return (
    <div>
      <Length value={members(step.after)} label={w.after} least={1} readOnly={readOnly} onChange={(budget, unit) => set({ after: budget === undefined ? undefined : { ...members(step.after), budget, unit } })} />
      <p className="help">{w.afterHelp}</p>
    </div>
  );
}

function MoveFields({ work, step, index, here, set }: Fields) {
  const w = useWords(EXAMPLES);
  const p = useWords(PROCESS);
  const { stage, readOnly } = work;
  const options = useMoves(work, String(step.move), here);
  const by = list(stage.moves.get(String(step.move))?.by).map(String);
  const people = [...new Set([...by, String(step.by ?? "")])].filter(Boolean).map((one) => ({ value: one, label: personOf(one, p, stage.posts) }));
  const choose = (move: string) => {
    const may = list(stage.moves.get(move)?.by).map(String);
    // What was filled in for another move means nothing for this one.
    set({ move, input: {}, ...(may.length && !may.includes(String(step.by)) ? { by: may[0] ?? null } : {}) });
  };
  return (
    <>
      <div className="cols">
        <Labelled label={w.move}>{(id) => <Select<string> id={id} aria-label={w.move} className="grown" showSearch={{ optionFilterProp: "label" }} disabled={readOnly} value={String(step.move)} options={options} onChange={choose} />}</Labelled>
        <Labelled label={w.by}>{(id) => <Select<string> id={id} aria-label={w.by} className="grown" disabled={readOnly} value={String(step.by)} options={people} onChange={(said) => set({ by: said })} />}</Labelled>
      </div>
      <Subject label={w.person} value={typeof step.person === "string" ? step.person : undefined} stage={stage} nobody={w.anybody} readOnly={readOnly} onChange={(person) => set({ person })} />
      <InputOf work={work} step={step} index={index} set={set} />
    </>
  );
}

/** The moves by what people call them: those that are possible there first. */
function useMoves(work: ExampleWork, now: string, here: ReadonlySet<string>) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const all = new Map([...work.stage.moves, ...(work.stage.moves.has(now) ? [] : [[now, {}] as [string, JsonObject]])]);
  const titles = [...all].map(([value, one]) => ({ value, title: textOf(one.title)?.[language] ?? value }));
  const options = titles.map(({ value, title }) => ({ value, title, label: titles.filter((one) => one.title === title).length > 1 ? `${title}（${value}）` : title }));
  const groups: [string, boolean][] = [[w.here, true], [w.elsewhere, false]];
  return groups.map(([label, can]) => ({ label, title: label, options: options.filter((one) => here.has(one.value) === can) })).filter((one) => one.options.length);
}

const NOTHING: JsonObject = { type: "object", additionalProperties: false };

function InputOf({ work, step, index, set }: Omit<Fields, "here">) {
  const w = useWords(EXAMPLES);
  const { stage, readOnly } = work;
  const declared = stage.moves.get(String(step.move));
  const value = members(step.input);
  const schema = isObject(declared?.input) ? declared.input : undefined;
  const misfits = useMisfits(schema ?? NOTHING, value, stage.shared);
  if (!declared) return <p className="quiet">{w.strange}</p>;
  return (
    <div className="stack" role="group" aria-label={w.input}>
      <h4>{w.input}</h4>
      {!schema && <p className="quiet">{w.nothing}</p>}
      {schema && <FilledIn key={String(step.move)} schema={schema} stage={stage} value={value} findings={misfits} prefix={`m${String(index)}`} readOnly={readOnly} onChange={(said) => set({ input: said })} />}
    </div>
  );
}

function EventFields({ work, step, set }: Fields) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const options = Object.entries(work.stage.internal).map(([value, one]) => ({ value, label: textOf(members(one).title)?.[language] ?? value }));
  return <Named label={w.event} value={String(step.event)} options={options} readOnly={work.readOnly} onChange={(event) => set({ event })} />;
}

function ChildFields({ work, step, set }: Fields) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const known = work.stage.picture.states.flatMap((one) => one.members).map((one) => ({ value: one.id, label: one.title?.[language] ?? one.id }));
  return (
    <div className="cols">
      <Named label={w.member} value={String(step.child)} options={known} readOnly={work.readOnly} onChange={(child) => set({ child })} />
      <Named label={w.outcome} value={String(step.outcome)} options={Object.entries(w.outcomes).map(([value, label]) => ({ value, label }))} readOnly={work.readOnly} onChange={(outcome) => set({ outcome })} />
    </div>
  );
}

function ServeFields({ work, step, set }: Fields) {
  const w = useWords(EXAMPLES);
  const { useChoices } = useSurroundings();
  const line = (member: string, label: string, type: string) => (
    <Labelled label={label}>{(id) => <Input id={id} type={type} readOnly={work.readOnly} value={String(step[member] ?? "")} onChange={(event) => set({ [member]: event.target.value || undefined })} />}</Labelled>
  );
  return (
    <>
      <div className="cols">
        <Named label={w.document} value={String(step.serve)} options={useChoices("documents")} readOnly={work.readOnly} onChange={(serve) => set({ serve })} />
        <Named label={w.way} value={String(step.way)} options={Object.entries(w.ways).map(([value, label]) => ({ value, label }))} readOnly={work.readOnly} onChange={(way) => set({ way })} />
        {line("day", w.receiptDay, "date")}
        {line("receipt", w.receipt, "text")}
      </div>
      <Checkbox disabled={work.readOnly} checked={step.consent === true} onChange={(event) => set({ consent: event.target.checked || undefined })}>{w.consent}</Checkbox>
    </>
  );
}
