// A new state, or a new way from a state: by a move that is there already or by one named here.
import { type JsonObject, members, type Picture, processEdits, type State } from "@jisheng/schema-kit";
import { Checkbox, Input, Modal, Select } from "antd";
import { useId, useState } from "react";
import { useSurroundings } from "../../forms/context";
import { PROCESS } from "../../words/designers/process";
import { Labelled } from "../parts";
import { useWords } from "../words";
import type { Desk } from "./desk";
import type { Chosen } from "./Flow";
import { Against } from "./naming";
import { inOrder } from "./Outline";
import { Token } from "./Token";

interface Props {
  desk: Desk;
  picture: Picture;
  close: (chosen?: Chosen) => void;
}

export function AddState({ desk, picture, close }: Props) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const groups = picture.states.filter((one) => picture.states.some((other) => other.parent === one.id));
  const [name, setName] = useState<Named>({ zh: "", en: "", id: "" });
  const [parent, setParent] = useState(groups[0]?.id ?? "");
  const [final, setFinal] = useState(false);
  const id = idOf(name, "state", picture.states.map((one) => one.id));
  const places = [...groups.map((one) => ({ value: one.id, label: one.title?.[language] ?? one.id })), { value: "", label: w.root }];
  const add = () => desk.edit((now) => processEdits.addState(now, final ? null : parent || null, id, textOf(name, id), final)) && close({ state: id });
  return (
    <Dialog title={w.addState} desk={desk} picture={picture} ok={name.zh !== ""} add={add} close={() => close()}>
      <Naming name={name} id={id} onChange={setName} />
      <Checkbox checked={final} onChange={(event) => setFinal(event.target.checked)}>{w.finalAsk}</Checkbox>
      {!final && groups.length > 0 && (
        <Labelled label={w.inside}>{(field) => <Select<string> id={field} aria-label={w.inside} className="grown" value={parent} options={places} onChange={setParent} />}</Labelled>
      )}
    </Dialog>
  );
}

export function AddArrow({ desk, picture, state, close }: Props & { state: State }) {
  const w = useWords(PROCESS);
  const { language } = useSurroundings();
  const [event, setEvent] = useState("");
  const [target, setTarget] = useState<string>();
  const [name, setName] = useState<Named>({ zh: "", en: "", id: "" });
  const [by, setBy] = useState<string[]>(state.waitsFor?.includes(":") ? [state.waitsFor] : []);
  const known = { ...members(desk.document.moves), ...members(desk.document.internal) };
  const id = idOf(name, "move", Object.keys(known));
  const states = inOrder(picture.states, null).map(({ state: one, depth }) => ({ value: one.id, label: `${"　".repeat(depth)}${one.title?.[language] ?? one.id}` }));
  const title = (body: JsonObject, fallback: string) => String(members(body.title)[language] ?? fallback);
  const moves = [{ value: "", label: w.newMove }, ...Object.entries(known).map(([value, body]) => ({ value, label: `${title(members(body), value)} ${value}` }))];
  const add = () => {
    if (!target) return;
    const done = desk.edit((now) => {
      const declared = event ? now : processEdits.addMove(now, id, { title: textOf(name, id), by, emits: emittedBy(id) });
      return processEdits.addTransition(declared, state.id, event || id, target);
    });
    if (done) close({ arrow: `${state.id}--${event || id}--${target}` });
  };
  return (
    <Dialog title={`${w.addArrow}：${state.title?.[language] ?? state.id}`} desk={desk} picture={picture} ok={Boolean(target) && (event !== "" || (name.zh !== "" && by.length > 0))} add={add} close={() => close()}>
      <Labelled label={w.event}>{(field) => <Select<string> id={field} aria-label={w.event} className="grown" showSearch optionFilterProp="label" value={event} options={moves} onChange={setEvent} />}</Labelled>
      {event === "" && (
        <>
          <Naming name={name} id={id} onChange={setName} />
          <Labelled label={w.by}>{(field) => <Token id={field} label={w.by} value={by} readOnly={false} onChange={setBy} />}</Labelled>
        </>
      )}
      <Labelled label={w.target}>{(field) => <Select<string> id={field} aria-label={w.target} className="grown" showSearch optionFilterProp="label" value={target} options={states} onChange={setTarget} />}</Labelled>
    </Dialog>
  );
}

interface Named {
  zh: string;
  en: string;
  id: string;
}

function Naming({ name, id, onChange }: { name: Named; id: string; onChange: (name: Named) => void }) {
  const w = useWords(PROCESS);
  const [zh, en, own] = [useId(), useId(), useId()];
  return (
    <>
      <label htmlFor={zh}>{w.zh}</label>
      <Input id={zh} value={name.zh} autoFocus onChange={(event) => onChange({ ...name, zh: event.target.value })} />
      <label htmlFor={en}>{w.en}</label>
      <Input id={en} value={name.en} onChange={(event) => onChange({ ...name, en: event.target.value })} />
      <label htmlFor={own}>{w.id}</label>
      <Input id={own} value={name.id || id} onChange={(event) => onChange({ ...name, id: event.target.value })} />
      <p className="help">{w.idHelp}</p>
    </>
  );
}

function Dialog({ title, desk, picture, ok, add, close, children }: { title: string; desk: Desk; picture: Picture; ok: boolean; add: () => unknown; close: () => void; children: React.ReactNode }) {
  const w = useWords(PROCESS);
  const leave = () => {
    desk.forget();
    close();
  };
  return (
    <Modal open title={title} okText={w.save} cancelText={w.cancel} okButtonProps={{ disabled: !ok }} onOk={add} onCancel={leave}>
      <div className="stack">
        {children}
        {desk.refused && <Against refused={desk.refused} picture={picture} />}
      </div>
    </Modal>
  );
}

const textOf = (name: Named, id: string) => ({ zh: name.zh, en: name.en || id.replaceAll("_", " ") });

/** An id from the English name; where there is none, a number. */
export function idOf(name: Named, sort: string, taken: readonly string[]): string {
  if (name.id) return name.id;
  const slug = name.en.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[^a-z]+|_+$/g, "");
  if (slug) return slug;
  for (let number = taken.length + 1; ; number++) if (!taken.includes(`${sort}_${String(number)}`)) return `${sort}_${String(number)}`;
}

/** A past participle, as well as one can guess it: whoever knows better writes it in. */
export const emittedBy = (id: string): string => (/^move_[0-9]+$/.test(id) ? `${id}_made` : id.endsWith("e") ? `${id}d` : `${id}ed`);
