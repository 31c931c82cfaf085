// What an example expects: where it ends or why it is refused, what is made, on which days things are due.
import { isObject, type Json, type JsonObject, list, members, textOf } from "@jisheng/schema-kit";
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { DeleteOutlined, PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { EXAMPLES } from "../../words/designers/examples";
import { Labelled } from "../parts";
import { useWords } from "../words";
import type { ExampleWork } from "./ExampleCard";
import { Accounts } from "./Given";
import { Named } from "./Named";
import type { Stage } from "./stage";

export function Expected({ work }: { work: ExampleWork }) {
  const expect = members(work.example.expect);
  return (
    <>
      <Ending work={work} expect={expect} />
      <Made work={work} expect={expect} />
      <Deadlines work={work} expect={expect} />
      <Dues work={work} expect={expect} />
      <Accounts work={work} value={members(expect.accounts)} place="/expect" title="accountsLeft" />
    </>
  );
}

interface Props {
  work: ExampleWork;
  expect: JsonObject;
}

function Ending({ work, expect }: Props) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const { stage, readOnly } = work;
  const set = (said: Record<string, Json | undefined>) => work.setAt("/expect", said);
  const states = (Array.isArray(expect.state) ? expect.state : [expect.state]).filter((one) => one !== undefined).map(String);
  const known = new Map([...states.map((one): [string, string] => [one, one]), ...stage.picture.states.map((one): [string, string] => [one.id, one.title?.[language] ?? one.id])]);
  const options = [...known].map(([value, label]) => ({ value, label }));
  const refused = typeof expect.refused === "string" ? expect.refused : undefined;
  return (
    <>
      <Labelled label={w.state} help={w.stateHelp}>
        {(id) => <Select<string[]> id={id} aria-label={w.state} className="grown" mode="multiple" optionFilterProp="label" disabled={readOnly} value={states} options={options} onChange={(said) => said.length && set({ state: said.length === 1 ? (said[0] as string) : said })} />}
      </Labelled>
      <Checkbox disabled={readOnly} checked={refused !== undefined} onChange={(event) => set({ refused: event.target.checked ? "move-not-available" : null })}>{w.refused}</Checkbox>
      {refused !== undefined && <Named label={w.because} value={refused} options={Object.entries(w.codes).map(([value, label]) => ({ value, label }))} readOnly={readOnly} onChange={(said) => set({ refused: said })} />}
    </>
  );
}

function Made({ work, expect }: Props) {
  const w = useWords(EXAMPLES);
  const { useChoices } = useSurroundings();
  const titles = new Map([...useChoices("registers"), ...useChoices("documents")].map((one) => [one.value, one.label]));
  const asked = list(expect.outcomes).map(String);
  const options = [...new Set([...asked, ...madeBy(work.stage)])].map((value) => ({ value, label: titles.get(value) ?? value }));
  return (
    <Labelled label={w.made}>
      {(id) => <Select<string[]> id={id} aria-label={w.made} className="grown" mode="multiple" optionFilterProp="label" disabled={work.readOnly} value={asked} options={options} onChange={(said) => work.setAt("/expect", { outcomes: said.length ? said : undefined })} />}
    </Labelled>
  );
}

/** Registers that an item writes to and documents that it or its process issues. */
export function madeBy({ item, process, moves }: Pick<Stage, "item" | "process" | "moves">): string[] {
  const outcomes = Object.values(members(item.outcomes)).flatMap(list).map(members).flatMap((one) => [one.record, one.issues]);
  const issued = [...moves.values(), ...Object.values(members(process.internal))].flatMap((one) => list(members(one).issues));
  return [...outcomes, ...issued, ...list(item.documents)].filter((one): one is string => typeof one === "string");
}

export function clocksOf(item: JsonObject, language: "zh" | "en"): { id: string; title: string }[] {
  return list(item.clocks).filter(isObject).map((one) => ({ id: String(one.id), title: textOf(one.title)?.[language] ?? String(one.id) }));
}

function Deadlines({ work, expect }: Props) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const days = members(expect.deadlines);
  const known = clocksOf(work.stage.item, language);
  const strange = Object.keys(days).filter((id) => !known.some((one) => one.id === id)).map((id) => ({ id, title: id }));
  return (
    <div className="stack" role="group" aria-label={w.deadlines}>
      <h4>{w.deadlines}</h4>
      <p className="help">{w.deadlinesHelp}</p>
      <div className="cols">
        {[...known, ...strange].map((one) => (
          <Labelled key={one.id} label={one.title}>
            {(id) => <Input id={id} type="date" readOnly={work.readOnly} value={String(days[one.id] ?? "").slice(0, 10)} onChange={(event) => work.entry("/expect", "deadlines", one.id, event.target.value || undefined)} />}
          </Labelled>
        ))}
      </div>
    </div>
  );
}

/** What a party owes, part by part: what is not said of a part is not compared. */
function Dues({ work, expect }: Props) {
  const w = useWords(EXAMPLES);
  const { language } = useSurroundings();
  const declared = new Map(list(work.stage.item.dues).map(members).map((one): [string, string] => [String(one.id), textOf(one.title)?.[language] ?? String(one.id)]));
  const dues = members(expect.dues);
  const ids = [...new Set([...declared.keys(), ...Object.keys(dues)])];
  if (!ids.length) return null;
  return (
    <div className="stack" role="group" aria-label={w.dues}>
      <h4>{w.dues}</h4>
      {ids.map((id) => <Due key={id} title={declared.get(id) ?? id} parts={list(dues[id]).map(members)} readOnly={work.readOnly} put={(parts) => work.entry("/expect", "dues", id, parts.length ? parts : undefined)} />)}
    </div>
  );
}

function Due({ title, parts, readOnly, put }: { title: string; parts: JsonObject[]; readOnly: boolean; put: (parts: JsonObject[]) => void }) {
  const w = useWords(EXAMPLES);
  const common = useWords(EVERY);
  const change = (index: number, said: Record<string, Json | undefined>) =>
    put(parts.map((one, at) => (at === index ? (Object.fromEntries(Object.entries({ ...one, ...said }).filter(([, value]) => value !== undefined)) as JsonObject) : one)));
  return (
    <div className="stack">
      {parts.map((part, index) => (
        <div key={String(index)} className="row due" role="group" aria-label={`${title} ${w.part(index + 1)}`}>
          <strong>{title} {w.part(index + 1)}</strong>
          <Select<string> aria-label={`${title} ${w.part(index + 1)} ${w.owed}`} disabled={readOnly} value={String(part.state ?? "")} options={[{ value: "", label: w.asked.unset ?? "" }, ...Object.entries(w.owedStates).map(([value, label]) => ({ value, label }))]} onChange={(said) => change(index, { state: said || undefined })} />
          <Input type="date" aria-label={`${title} ${w.part(index + 1)} ${w.deadline}`} className="short" readOnly={readOnly} value={String(part.deadline ?? "")} onChange={(event) => change(index, { deadline: event.target.value || undefined })} />
          <InputNumber min={0} precision={0} aria-label={`${title} ${w.part(index + 1)} ${w.amount}`} placeholder={w.amount} readOnly={readOnly} value={typeof part.amount === "number" ? part.amount : null} onChange={(said) => change(index, { amount: said ?? undefined })} />
          <Select<string> aria-label={`${title} ${w.part(index + 1)} ${w.late}`} disabled={readOnly} value={part.late === undefined ? "unset" : part.late === true ? "yes" : "no"} options={["unset", "yes", "no"].map((value) => ({ value, label: `${w.late}：${w.asked[value] ?? value}` }))} onChange={(said) => change(index, { late: said === "unset" ? undefined : said === "yes" })} />
          {!readOnly && <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${common.remove} ${title} ${w.part(index + 1)}`} onClick={() => put(parts.toSpliced(index, 1))} />}
        </div>
      ))}
      {!readOnly && <div><Button icon={<PlusOutlined />} onClick={() => put([...parts, { state: "owed" }])}>{w.addPart} {title}</Button></div>}
    </div>
  );
}
