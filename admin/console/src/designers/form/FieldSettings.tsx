// One field: what it is called, whether it must be filled in, what it may hold, where it stands, which conditions concern it.
import { at, effects, type Field, formEdits, isObject, type Json, lastOf, members, parentOf, pointer, put } from "@jisheng/schema-kit";
import { Alert, App, Button, Input, Select, Switch } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { JsonText } from "../../forms/JsonText";
import { DeleteOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { FORM } from "../../words/designers/form";
import { Labelled, Texts, textsWith } from "../parts";
import { useWords } from "../words";
import { groupsOf } from "./AddField";
import { type FormWork, useTitleOf } from "./FormParts";
import { freeName, holderOf } from "./fresh";
import { Limits } from "./Limits";

interface Props {
  work: FormWork;
  root: Field;
  field: Field;
}

export function FieldSettings({ work, root, field }: Props) {
  const w = useWords(FORM);
  const { useChoices } = useSurroundings();
  const facts = useChoices("facts");
  const title = useTitleOf()(field);
  const { form, readOnly, change } = work;
  const { place } = field;
  const ui = members(at(form, `${place}/x-ui`));
  const help = (language: "zh" | "en", said: string) =>
    change((now) => {
      const told = textsWith(ui.help, language, said);
      const { help: _old, ...rest } = members(at(now, `${place}/x-ui`));
      return formEdits.setKeyword(now, place, "x-ui", told === undefined ? rest : { ...rest, help: told });
    });
  return (
    <>
      <div className="pane-head"><h3>{title}</h3><span className="quiet">{w.kinds[field.kind]}</span></div>
      <Texts label={w.title} value={at(form, `${place}/x-title`)} readOnly={readOnly} onChange={(language, said) => change((now) => formEdits.setTitle(now, place, language, said))} />
      <Texts label={w.help} value={ui.help} readOnly={readOnly} onChange={help} />
      <div className="row">
        <Switch checked={field.required} disabled={readOnly} aria-label={w.requiredLong} onChange={(on) => change((now) => formEdits.setRequired(now, place, on))} />
        <span aria-hidden="true">{w.requiredLong}</span>
        <Switch checked={at(form, `${place}/x-personal`) === true} disabled={readOnly} aria-label={`${w.personal} ${w.personalHelp}`} onChange={(on) => change((now) => formEdits.setKeyword(now, place, "x-personal", on ? true : undefined))} />
        <span aria-hidden="true">{w.personal}</span>
      </div>
      <Limits work={work} field={field} />
      <Labelled label={w.prefill} help={w.prefillHelp}>
        {(id, told) => (
          <Select
            id={id} aria-label={w.prefill} aria-describedby={told} allowClear showSearch={{ optionFilterProp: "label" }} placeholder={w.noPrefill} disabled={readOnly} style={{ width: "100%" }}
            value={field.prefill ?? undefined} options={facts} onChange={(fact?: string) => change((now) => formEdits.setPrefill(now, place, fact ?? null))}
          />
        )}
      </Labelled>
      <Concerned work={work} field={field} />
      <Name work={work} field={field} />
      {!readOnly && <Changes work={work} root={root} field={field} title={title} />}
      <Others work={work} field={field} />
    </>
  );
}

function Concerned({ work, field }: { work: FormWork; field: Field }) {
  const w = useWords(FORM);
  const { language } = useSurroundings();
  const some = effects.concerning(work.form, field.path);
  if (!some.length) return null;
  return (
    <div>
      <h4>{w.concerned}</h4>
      <ul>{some.map((one) => <li key={one.place}>{effects.said(work.form, one, language, work.shared)}</li>)}</ul>
    </div>
  );
}

/** A name changes when it is finished, not with every key: rules that speak of the field change with it. */
function Name({ work, field }: { work: FormWork; field: Field }) {
  const w = useWords(FORM);
  const [typed, setTyped] = useState(field.name);
  const rename = () => {
    if (work.change((form) => formEdits.renameField(form, field.place, typed))) work.choose(parentOf(field.place) + pointer([typed]));
  };
  return (
    <Labelled label={w.name} help={w.nameHelp}>
      {(id, told) => (
        <div className="row">
          <Input id={id} aria-describedby={told} className="code" style={{ flex: 1 }} value={typed} readOnly={work.readOnly} onChange={(event) => setTyped(event.target.value)} />
          {!work.readOnly && <Button disabled={typed === field.name || !typed} onClick={rename}>{w.rename}</Button>}
        </div>
      )}
    </Labelled>
  );
}

/** Into another group, many of it, a group around it, away. */
function Changes({ work, root, field, title }: Props & { title: string }) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  const { language } = useSurroundings();
  const { modal } = App.useApp();
  const titleOf = useTitleOf();
  const here = formEdits.groupOf(field.place);
  const groups = [{ place: "", name: w.whole }, ...groupsOf(root).map((one) => ({ place: holderOf(one), name: titleOf(one) }))]
    .filter((one) => one.place !== here && !`${one.place}/`.startsWith(`${field.place}/`));
  const into = (holder: string) => work.change((form) => formEdits.moveInto(form, field.place, holder)) && work.choose(holder + pointer(["properties", lastOf(field.place)]));
  const around = () => {
    const name = freeName(work.form, here, `${field.name} group`);
    const title_ = { zh: field.title?.zh ?? field.name, en: field.title?.en ?? field.name };
    if (work.change((form) => formEdits.groupFields(form, [field.place], name, title_))) work.choose(here + pointer(["properties", name]));
  };
  const library = effects.library(work.shared).filter((one) => one.uri !== field.shared);
  const remove = () =>
    modal.confirm({
      title: w.removeAsk(title), okText: w.remove, cancelText: common.cancel, okButtonProps: { danger: true },
      onOk: () => void (work.change((form) => formEdits.removeField(form, field.place)) && work.choose(null)),
    });
  return (
    <div className="row">
      {groups.length > 0 && (
        <Select aria-label={w.moveInto} placeholder={w.moveInto} value={null} style={{ minWidth: "9rem" }} options={groups.map((one) => ({ value: one.place, label: w.into(one.name) }))} onChange={(holder: string | null) => holder !== null && into(holder)} />
      )}
      {(field.kind === "group" || field.kind === "shared" || field.kind === "text") && <Button onClick={() => work.change((form) => formEdits.makeRepeat(form, field.place, 20))}>{w.makeRepeat}</Button>}
      <Button onClick={around}>{w.makeGroup}</Button>
      {library.length > 0 && (field.kind === "group" || field.kind === "shared") && (
        <Select aria-label={w.toShared} placeholder={w.toShared} value={null} style={{ minWidth: "9rem" }} options={library.map((one) => ({ value: one.uri, label: language === "zh" ? one.title : one.titleEn }))} onChange={(uri: string | null) => uri !== null && work.change((form) => formEdits.useShared(form, field.place, uri))} />
      )}
      <Button danger icon={<DeleteOutlined />} onClick={remove}>{w.remove}</Button>
    </div>
  );
}

/** What the designer has no screen for is kept and can be edited as it stands. */
function Others({ work, field }: { work: FormWork; field: Field }) {
  const w = useWords(FORM);
  const schema = at(work.form, field.place);
  if (field.kind !== "json" && field.others.length === 0) return null;
  const write = (said: Json | undefined) => isObject(said) && work.change((form) => put(form, field.place, said));
  return (
    <>
      <Alert type="info" showIcon title={field.kind === "json" ? w.jsonWhy : w.others(field.others.join("、"))} />
      <JsonText label={w.json} value={schema} readOnly={work.readOnly} onChange={write} />
    </>
  );
}
