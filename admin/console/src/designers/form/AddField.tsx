// A new field: its type, what it is called, where it stands.
import { effects, type Field, fieldsOf, formEdits, pointer } from "@jisheng/schema-kit";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { EVERY } from "../../words/designers/every";
import { FORM } from "../../words/designers/form";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { type FormWork, useTitleOf } from "./FormParts";
import { freeName, freshField, type Fresh, holderOf, KINDS } from "./fresh";

interface Props {
  work: FormWork;
  root: Field;
  /** The field that was chosen: a new one goes into its group, or beside it. */
  near: Field | null;
  close: () => void;
}

export function AddField({ work, root, near, close }: Props) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  const { language } = useSurroundings();
  const [kind, setKind] = useState<Fresh>("text");
  const [zh, setZh] = useState("");
  const [en, setEn] = useState("");
  const [name, setName] = useState("");
  const [uri, setUri] = useState("");
  const [holder, setHolder] = useState(() => nearestOf(root, near));
  const library = effects.library(work.shared).map((one) => ({ value: one.uri, label: language === "zh" ? one.title : one.titleEn }));
  const ready = zh.trim() !== "" && (kind !== "shared" || uri !== "");
  const add = () => {
    const title = { zh: zh.trim(), en: en.trim() || zh.trim() };
    const chosen = name.trim() || freeName(work.form, holder, en);
    if (!work.change((form) => formEdits.addField(form, holder, chosen, freshField(kind, title, uri)))) return;
    work.choose(holder + pointer(["properties", chosen]));
    close();
  };
  return (
    <Modal open width={640} title={w.newField} okText={w.addIt} cancelText={common.cancel} okButtonProps={{ disabled: !ready }} onOk={add} onCancel={close}>
      <div className="stack">
        <fieldset className="kinds">
          <legend>{w.kind}</legend>
          {KINDS.map((one) => (
            <label key={one}>
              <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
              {w.kinds[one]}<small>{w.hints[one]}</small>
            </label>
          ))}
        </fieldset>
        {kind === "shared" && (
          <Labelled label={w.which}>{(id) => <Select id={id} aria-label={w.which} value={uri || undefined} options={library} onChange={(chosen) => setUri(chosen)} style={{ width: "100%" }} />}</Labelled>
        )}
        <div className="cols">
          <Labelled label={`${w.title} ${common.zh}`}>{(id) => <Input id={id} value={zh} onChange={(event) => setZh(event.target.value)} />}</Labelled>
          <Labelled label={`${w.title} ${common.en}`}>{(id) => <Input id={id} value={en} onChange={(event) => setEn(event.target.value)} />}</Labelled>
        </div>
        <div className="cols">
          <Labelled label={w.within}>{(id) => <Holder id={id} root={root} value={holder} choose={setHolder} />}</Labelled>
          <Labelled label={w.name} help={w.nameHelp}>{(id) => <Input id={id} value={name} placeholder={freeName(work.form, holder, en)} onChange={(event) => setName(event.target.value)} />}</Labelled>
        </div>
      </div>
    </Modal>
  );
}

/** A group of the form, or all of it. */
export function Holder({ id, root, value, choose, label }: { id?: string; root: Field; value: string; choose: (holder: string) => void; label?: string }) {
  const w = useWords(FORM);
  const titleOf = useTitleOf();
  const options = [{ value: "", label: w.whole }, ...groupsOf(root).map((one) => ({ value: holderOf(one), label: titleOf(one) }))];
  return <Select id={id} aria-label={label ?? w.within} value={value} options={options} onChange={(chosen) => choose(chosen)} style={{ width: "100%" }} />;
}

export const groupsOf = (root: Field): Field[] =>
  fieldsOf(root).filter((one) => one.kind === "group" || (one.kind === "repeat" && one.children.length > 0));

function nearestOf(root: Field, near: Field | null): string {
  if (!near) return "";
  if (near.kind === "group") return near.place;
  return groupsOf(root).find((one) => one.children.some((child) => child.place === near.place)) ? near.place.replace(/\/properties\/[^/]+$/, "") : "";
}
