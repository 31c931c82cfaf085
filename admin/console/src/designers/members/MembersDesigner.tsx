// The member cases of an item: which departments have a case each, and what of the application each of them is told.
import { at, drop, insert, type Json, type JsonObject, list, members, pointer, put, textOf, view } from "@jisheng/schema-kit";
import { App, Button, Input, Modal } from "antd";
import { useState } from "react";
import { useDefinitions } from "../../definitions/data";
import { ORGANISATION, useSurroundings } from "../../forms/context";
import { PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { MEMBERS } from "../../words/designers/members";
import { Bench, Found, Labelled, Moves, Texts } from "../parts";
import type { DesignerProps } from "../registry";
import { useWork, type Work } from "../session";
import { useWords } from "../words";
import { Carried } from "./Carried";
import { Choice } from "./Choice";
import { added, changed, choiceOf, directed, idOf, membersAt, removed, renamed } from "./group";

export default function MembersDesigner({ value, readOnly, findings, onChange }: DesignerProps) {
  const w = useWords(MEMBERS);
  const work = useWork(value, readOnly, onChange);
  const states = Object.keys(members(work.document.children));
  return (
    <Bench work={work}>
      <Found findings={findings} below={["/children"]} />
      {states.length === 0 && <p className="quiet">{w.none}</p>}
      {states.map((state) => <Group key={state} work={work} state={state} readOnly={readOnly} />)}
    </Bench>
  );
}

interface GroupProps {
  work: Work;
  state: string;
  readOnly: boolean;
}

function Group({ work, state, readOnly }: GroupProps) {
  const w = useWords(MEMBERS);
  const { language } = useSurroundings();
  const [adding, setAdding] = useState(false);
  const item = work.document;
  const process = useDefinitions("processes", typeof item.process === "string" ? [item.process] : []);
  const declared = members(at(process[String(item.process)], pointer(["states", state])));
  const title = textOf(declared.title)?.[language] ?? state;
  const choice = choiceOf(item, state);
  const field = choice === null ? undefined : textOf(members(at(item, choice))["x-title"])?.[language];
  const pattern = at(item, pointer(["children", state, "open"]));
  return (
    <section className="stack" aria-label={title}>
      <div className="pane-head">
        <h3>{title}</h3>
        {!readOnly && pattern === undefined && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{w.add}</Button>}
      </div>
      <p className="help">{w.lead} {field !== undefined && w.chosenIn(field)}</p>
      {pattern === undefined ? <Listed work={work} state={state} readOnly={readOnly} /> : (
        <div className="pane"><h4>{w.pattern}</h4><Member item={item} member={members(pattern)} readOnly={readOnly} write={(made) => work.edit((now) => put(now, pointer(["children", state, "open"]), made))} /></div>
      )}
      {adding && <Adding close={() => setAdding(false)} add={(named, department) => work.edit((now) => added(now, state, named, department))} />}
    </section>
  );
}

function Listed({ work, state, readOnly }: GroupProps) {
  const w = useWords(MEMBERS);
  const common = useWords(EVERY);
  const { language, useChoices } = useSurroundings();
  const { modal } = App.useApp();
  const nodes = useChoices(ORGANISATION);
  const [open, setOpen] = useState<number | null>(null);
  const item = work.document;
  const known = list(at(item, membersAt(state))).map(members);
  const move = (from: number, to: number) => {
    work.edit((now) => insert(drop(now, `${membersAt(state)}/${String(from)}`), `${membersAt(state)}/${String(to)}`, known[from] as Json));
    setOpen(null);
  };
  const remove = (index: number, name: string) =>
    modal.confirm({
      title: w.removeAsk(name), okText: common.remove, cancelText: common.cancel, okButtonProps: { danger: true },
      onOk: () => { work.edit((now) => removed(now, state, index)); setOpen(null); },
    });
  return (
    <ol className="materials">
      {known.map((member, index) => {
        const name = textOf(member.title)?.[language] ?? idOf(member);
        const where = nodes.find((one) => one.value === member.department)?.label ?? String(member.department ?? "");
        return (
          <li key={idOf(member)} className="pane">
            <div className="pane-head">
              <button type="button" className="material-open" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)}>
                <strong>{index + 1}. {name}</strong>
                <span className="quiet">{where}</span>
              </button>
              {!readOnly && <Moves name={name} index={index} count={known.length} move={(to) => move(index, to)} remove={known.length > 1 ? () => remove(index, name) : undefined} />}
            </div>
            {open === index && <Member item={item} member={member} readOnly={readOnly} write={(made) => work.edit((now) => changed(now, state, index, made))} />}
          </li>
        );
      })}
    </ol>
  );
}

interface MemberProps {
  item: JsonObject;
  member: JsonObject;
  readOnly: boolean;
  write: (member: JsonObject) => void;
}

function Member({ item, member, readOnly, write }: MemberProps) {
  const w = useWords(MEMBERS);
  const known = useDefinitions("items", typeof member.item === "string" ? [member.item] : []);
  const form = known[String(member.item)]?.form;
  return (
    <>
      <Texts label={w.title} value={member.title} readOnly={readOnly} onChange={(language, said) => write(renamed(member, language, said))} />
      <div className="cols">
        <Choice label={w.department} source={ORGANISATION} value={member.department} readOnly={readOnly} choose={(made) => write(directed(member, made))} />
        <Choice label={w.window} source={ORGANISATION} value={member.window} readOnly={readOnly} choose={(made) => write({ ...member, window: made })} />
        <Choice label={w.item} source="items" value={member.item} readOnly={readOnly} choose={(made) => write({ ...member, item: made })} />
      </div>
      <Carried mine={view(item.form ?? {})} theirs={view(form ?? {})} map={members(member.map)} readOnly={readOnly} write={(map) => write({ ...member, map })} />
      <p className="quiet">{w.more}</p>
    </>
  );
}

interface AddingProps {
  close: () => void;
  add: (title: { zh: string; en: string }, department: string) => void;
}

function Adding({ close, add }: AddingProps) {
  const w = useWords(MEMBERS);
  const common = useWords(EVERY);
  const [zh, setZh] = useState("");
  const [en, setEn] = useState("");
  const [department, setDepartment] = useState("");
  const done = () => {
    add({ zh: zh.trim(), en: en.trim() || zh.trim() }, department);
    close();
  };
  return (
    <Modal open title={w.add} okText={w.addIt} cancelText={common.cancel} okButtonProps={{ disabled: !zh.trim() || !department }} onOk={done} onCancel={close}>
      <div className="stack">
        <p className="help">{w.addHelp}</p>
        <Labelled label={`${w.title} ${common.zh}`}>{(id) => <Input id={id} value={zh} onChange={(event) => setZh(event.target.value)} />}</Labelled>
        <Labelled label={`${w.title} ${common.en}`}>{(id) => <Input id={id} value={en} onChange={(event) => setEn(event.target.value)} />}</Labelled>
        <Choice label={w.department} source={ORGANISATION} value={department} readOnly={false} choose={setDepartment} />
      </div>
    </Modal>
  );
}
