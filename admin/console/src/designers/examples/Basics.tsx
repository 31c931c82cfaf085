// What an example is called, when it begins, who applies and who else takes part.
import { type Json, type JsonObject, list, members, textOf } from "@jisheng/schema-kit";
import { Button, Input, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { DeleteOutlined, PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { EXAMPLES } from "../../words/designers/examples";
import { Labelled } from "../parts";
import { useWords } from "../words";
import type { ExampleWork } from "./ExampleCard";
import { somebody } from "./edits";
import { Subject } from "./Subject";

export function Basics({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const { example, stage, readOnly, set } = work;
  const today = String(example.today ?? "");
  const day = today.slice(0, 10);
  const [applicant] = Object.values(members(stage.item.parties));
  return (
    <>
      <Labelled label={w.name} help={w.nameHelp}>
        {(id, told) => <Input id={id} aria-describedby={told} readOnly={readOnly} value={String(example.name ?? "")} onChange={(event) => set({ name: event.target.value })} />}
      </Labelled>
      <div className="cols">
        <Labelled label={w.day}>{(id) => <Input id={id} type="date" readOnly={readOnly} value={day} onChange={(event) => event.target.value && set({ today: event.target.value + (today.slice(10) || "T09:00:00+08:00") })} />}</Labelled>
        <Labelled label={w.time}>{(id) => <Input id={id} type="time" readOnly={readOnly} value={today.slice(11, 16)} onChange={(event) => event.target.value && set({ today: `${day}T${event.target.value}${today.slice(16) || ":00+08:00"}` })} />}</Labelled>
      </div>
      <Subject label={w.applicant} value={String(example.applicant ?? ":")} stage={stage} wanted={list(members(applicant).subject).map(String)} readOnly={readOnly} onChange={(said) => set({ applicant: said })} />
      <Parties work={work} />
    </>
  );
}

/** Those who are named when the application is handed in; the first role is the applicant's own. */
function Parties({ work }: { work: ExampleWork }) {
  const w = useWords(EXAMPLES);
  const common = useWords(EVERY);
  const { language } = useSurroundings();
  const { example, stage, readOnly, set } = work;
  const roles = Object.entries(members(stage.item.parties)).slice(1);
  const parties = list(example.parties).map(members);
  const options = roles.map(([value, one]) => ({ value, label: textOf(members(one).title)?.[language] ?? value }));
  const subjects = (role: Json | undefined) => list(members(roles.find(([id]) => id === role)?.[1]).subject).map(String);
  const put = (made: JsonObject[]) => set({ parties: made.length ? made : undefined });
  const change = (index: number, said: JsonObject) => put(parties.map((one, at) => (at === index ? { ...one, ...said } : one)));
  if (!roles.length && !parties.length) return null;
  return (
    <div className="stack" role="group" aria-label={w.parties}>
      <h4>{w.parties}</h4>
      {parties.map((one, index) => (
        <div key={String(index)} className="row party">
          <Labelled label={`${w.role} ${String(index + 1)}`}>
            {(id) => <Select<string> id={id} aria-label={`${w.role} ${String(index + 1)}`} className="grown" disabled={readOnly} value={String(one.role ?? "")} options={options} onChange={(role) => change(index, { role })} />}
          </Labelled>
          <Subject label={`${w.subject} ${String(index + 1)}`} value={String(one.subject ?? ":")} stage={stage} wanted={subjects(one.role)} readOnly={readOnly} onChange={(subject) => subject && change(index, { subject })} />
          {!readOnly && <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${common.remove} ${w.parties} ${String(index + 1)}`} onClick={() => put(parties.toSpliced(index, 1))} />}
        </div>
      ))}
      {!readOnly && roles.length > 0 && (
        <div><Button icon={<PlusOutlined />} onClick={() => put([...parties, { role: roles[0]?.[0] ?? "", subject: somebody(subjects(roles[0]?.[0])[0] ?? "person", stage.item) }])}>{w.addParty}</Button></div>
      )}
    </div>
  );
}
