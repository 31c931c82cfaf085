// What a field may hold, by its type: length and format, numbers, options, how many entries.
import { at, type Field, formEdits, isObject, type Json, type JsonObject, list, members, put } from "@jisheng/schema-kit";
import { Button, Input, InputNumber, Select, Switch } from "antd";
import { PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { FORM } from "../../words/designers/form";
import { Labelled, Moves } from "../parts";
import { useWords } from "../words";
import type { FormWork } from "./FormParts";

interface Props {
  work: FormWork;
  field: Field;
}

export function Limits({ work, field }: Props) {
  const w = useWords(FORM);
  switch (field.kind) {
    case "text":
      return <><div className="cols"><Whole work={work} place={field.place} keyword="minLength" label={w.minLength} /><Whole work={work} place={field.place} keyword="maxLength" label={w.maxLength} /></div><Format work={work} field={field} /></>;
    case "number":
      return <div className="cols"><Whole work={work} place={field.place} keyword="minimum" label={w.minimum} /><Whole work={work} place={field.place} keyword="maximum" label={w.maximum} /></div>;
    case "choice":
      return <><Look work={work} field={field} /><Options work={work} place={field.place} /></>;
    case "choices":
      return <><div className="cols"><Whole work={work} place={field.place} keyword="minItems" label={w.minChoices} /><Whole work={work} place={field.place} keyword="maxItems" label={w.maxChoices} /></div><Options work={work} place={`${field.place}/items`} /></>;
    case "repeat":
      return <div className="cols"><Whole work={work} place={field.place} keyword="minItems" label={w.minItems} /><Whole work={work} place={field.place} keyword="maxItems" label={w.maxItems} /></div>;
    default:
      return null;
  }
}

function Whole({ work, place, keyword, label }: { work: FormWork; place: string; keyword: string; label: string }) {
  const said = at(work.form, `${place}/${keyword}`);
  const write = (value: number | null) => work.change((form) => formEdits.setKeyword(form, place, keyword, value ?? undefined));
  return <Labelled label={label}>{(id) => <InputNumber id={id} style={{ width: "100%" }} precision={0} readOnly={work.readOnly} value={typeof said === "number" ? said : null} onChange={write} />}</Labelled>;
}

function Format({ work, field }: Props) {
  const w = useWords(FORM);
  const format = at(work.form, `${field.place}/format`);
  const present = typeof format === "string" ? format : "";
  const known = present in w.formats ? w.formats : { ...w.formats, [present]: present };
  const choose = (chosen: string) => work.change((form) => formEdits.setKeyword(form, field.place, "format", chosen || undefined));
  return (
    <div className="row">
      <Labelled label={w.format}>{(id) => <Select id={id} aria-label={w.format} style={{ minWidth: "13rem" }} disabled={work.readOnly} value={present} options={Object.entries(known).map(([value, label]) => ({ value, label }))} onChange={choose} />}</Labelled>
      <Switch checked={field.widget === "textarea"} disabled={work.readOnly} aria-label={w.long} onChange={(on) => work.change((form) => widget(form, field.place, on ? "textarea" : undefined))} />
      <span aria-hidden="true">{w.long}</span>
    </div>
  );
}

function Look({ work, field }: Props) {
  const w = useWords(FORM);
  const options = Object.entries(w.looks).map(([value, label]) => ({ value, label }));
  return <Labelled label={w.look}>{(id) => <Select id={id} aria-label={w.look} style={{ minWidth: "10rem" }} disabled={work.readOnly} value={field.widget === "radio" ? "radio" : "select"} options={options} onChange={(chosen) => work.change((form) => widget(form, field.place, chosen))} />}</Labelled>;
}

function widget(form: Json, place: string, chosen: string | undefined): Json {
  const { widget: _old, ...rest } = members(at(form, `${place}/x-ui`));
  return formEdits.setKeyword(form, place, "x-ui", chosen ? { ...rest, widget: chosen } : rest);
}

/** The options of a choice: each a code that programs read and a label in two languages. */
function Options({ work, place }: { work: FormWork; place: string }) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  const { form, readOnly } = work;
  const codes = list(at(form, `${place}/enum`)).map(String);
  const word = isObject(at(form, `${place}/x-enum-titles`)) ? "x-enum-titles" : "x-labels";
  const labels = members(at(form, `${place}/${word}`));
  const write = (made: Json[], said: JsonObject) => work.change((now) => put(put(now, `${place}/enum`, made), `${place}/${word}`, said));
  const label = (code: string, language: string, text: string) => write(codes, { ...labels, [code]: { ...members(labels[code]), [language]: text } });
  const recode = (index: number, code: string) => {
    if (!code || codes.includes(code)) return;
    const old = String(codes[index]);
    write(codes.with(index, code), Object.fromEntries(Object.entries(labels).map(([key, said]) => [key === old ? code : key, said])));
  };
  const add = () => {
    let number = codes.length + 1;
    while (codes.includes(`option-${number}`)) number += 1;
    const code = `option-${number}`;
    write([...codes, code], { ...labels, [code]: { zh: `选项${number}`, en: `Option ${number}` } });
  };
  const remove = (code: string) => {
    const { [code]: _gone, ...rest } = labels;
    write(codes.filter((one) => one !== code), rest);
  };
  const move = (from: number, to: number) => write(codes.toSpliced(from, 1).toSpliced(to, 0, String(codes[from])), labels);
  return (
    <div role="group" aria-label={w.options}>
      <h4>{w.options}</h4>
      {codes.map((code, index) => {
        const said = members(labels[code]);
        const name = w.option(index + 1);
        return (
          <div className="option" key={String(index)}>
            <Input aria-label={`${name} ${common.zh}`} value={String(said.zh ?? "")} readOnly={readOnly} onChange={(event) => label(code, "zh", event.target.value)} />
            <Input aria-label={`${name} ${common.en}`} value={String(said.en ?? "")} readOnly={readOnly} onChange={(event) => label(code, "en", event.target.value)} />
            {!readOnly && <Moves name={`${name} ${String(said.zh ?? code)}`} index={index} count={codes.length} move={(to) => move(index, to)} remove={codes.length > 1 ? () => remove(code) : undefined} />}
            <label className="code-of row quiet"><span>{w.code}</span><Input size="small" className="code" style={{ flex: 1 }} aria-label={`${name} ${w.code}`} defaultValue={code} key={code} readOnly={readOnly} onBlur={(event) => recode(index, event.target.value.trim())} /></label>
          </div>
        );
      })}
      {!readOnly && <Button icon={<PlusOutlined />} onClick={add}>{w.addOption}</Button>}
    </div>
  );
}
