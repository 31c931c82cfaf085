// One condition: tests joined by "all" and "any" to any depth, what follows from them, and the sentence that it makes.
import { at, type Effect, effects as told, type Field, isObject, type Json, type JsonObject, list, pathOf, type PlacedRule, type Question, type Rule, type Test, textOf, type When } from "@jisheng/schema-kit";
import { Button, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { DeleteOutlined, PlusOutlined } from "../../shell/icons";
import { EVERY } from "../../words/designers/every";
import { FORM } from "../../words/designers/form";
import { Labelled } from "../parts";
import { useWords } from "../words";
import { Holder } from "./AddField";
import { type FormWork, useTitleOf } from "./FormParts";
import { complete, emptyRule, emptyTest, grouped, isGroup, MANY, partsOf, questionsOf, reachable, sameWay } from "./rules";

interface Props {
  work: FormWork;
  root: Field;
  placed: PlacedRule | null;
  keep: (holder: string, rule: Rule) => void;
  close: () => void;
}
interface Known {
  form: Json;
  fields: { field: Field; way: string[] }[];
}

export function RuleEditor({ work, root, placed, keep, close }: Props) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  const { language } = useSurroundings();
  const [holder, setHolder] = useState(placed ? placed.place.replace(/\/allOf\/[0-9]+$/, "") : "");
  const [rule, setRule] = useState<Rule>(() => opened(placed?.rule));
  const known: Known = { form: work.form, fields: reachable(root, pathOf(holder)) };
  const ready = complete(rule);
  const effects = (made: Effect[]) => setRule({ ...rule, effects: made });
  return (
    <Modal open width={820} title={placed ? w.editRule : w.addRule} okText={common.ok} cancelText={common.cancel} okButtonProps={{ disabled: !ready }} onOk={() => keep(holder, rule)} onCancel={close}>
      <div className="stack">
        {!placed && <Labelled label={w.holder}>{(id) => <Holder id={id} label={w.holder} root={root} value={holder} choose={(chosen) => { setHolder(chosen); setRule(emptyRule()); }} />}</Labelled>}
        <Whens when={rule.when} known={known} label={w.when} change={(when) => setRule({ ...rule, when })} />
        <fieldset className="when">
          <legend>{w.then}</legend>
          {rule.effects.map((one, index) => (
            <EffectRow key={String(index)} effect={one} known={known} number={index + 1} change={(made) => effects(rule.effects.with(index, made))} remove={rule.effects.length > 1 ? () => effects(rule.effects.toSpliced(index, 1)) : undefined} />
          ))}
          <div><Button icon={<PlusOutlined />} onClick={() => effects([...rule.effects, { does: "require", field: [] }])}>{w.addEffect}</Button></div>
        </fieldset>
        {rule.otherwise && <p className="quiet">{w.otherwise}</p>}
        <p className="sentence" role="status">{ready ? `${w.result}${told.said(work.form, { place: holder, rule }, language, work.shared)}` : w.incomplete}</p>
      </div>
    </Modal>
  );
}

const opened = (rule: Rule | null | undefined): Rule => {
  if (!rule) return emptyRule();
  return isGroup(rule.when) ? rule : { ...rule, when: { all: [rule.when] } };
};

interface WhensProps {
  when: When;
  known: Known;
  label: string;
  change: (when: When) => void;
  remove?: () => void;
}

function Whens({ when, known, label, change, remove }: WhensProps) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  if (!isGroup(when)) return <TestRow test={when} known={known} label={label} change={change} remove={remove} />;
  const [join, parts] = ["all" in when ? "all" : "any", partsOf(when)] as ["all" | "any", When[]];
  const put = (made: When[]) => change(grouped(join, made));
  return (
    <fieldset className="when">
      <legend>{label}</legend>
      <div className="row">
        <Select aria-label={`${label} ${w.join}`} value={join} style={{ minWidth: "11rem" }} options={[{ value: "all", label: w.all }, { value: "any", label: w.anyOf }]} onChange={(chosen: "all" | "any") => change(grouped(chosen, parts))} />
        {remove && <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${common.remove} ${label}`} onClick={remove} />}
      </div>
      {parts.map((one, index) => (
        <Whens
          key={String(index)} when={one} known={known} label={`${label === w.when ? "" : `${label}.`}${index + 1}`}
          change={(made) => put(parts.with(index, made))} remove={parts.length > 1 ? () => put(parts.toSpliced(index, 1)) : undefined}
        />
      ))}
      <div className="row">
        <Button icon={<PlusOutlined />} aria-label={`${w.addTest} ${label}`} onClick={() => put([...parts, emptyTest()])}>{w.addTest}</Button>
        <Button icon={<PlusOutlined />} aria-label={`${w.addGroup} ${label}`} onClick={() => put([...parts, grouped(join === "all" ? "any" : "all", [emptyTest()])])}>{w.addGroup}</Button>
      </div>
    </fieldset>
  );
}

interface TestProps extends Omit<WhensProps, "when" | "change"> {
  test: Test;
  change: (test: Test) => void;
}

function TestRow({ test, known, label, change, remove }: TestProps) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  const field = known.fields.find((one) => sameWay(one.way, test.field))?.field;
  const questions = questionsOf(field);
  const offered = questions.includes(test.is) || !test.field.length ? questions : [test.is, ...questions];
  const choose = (way: string[]) => {
    const next = known.fields.find((one) => sameWay(one.way, way))?.field;
    const is = questionsOf(next)[0] ?? "answered";
    change({ field: way, is, value: MANY.has(is) ? [] : null });
  };
  const ask = (is: Question) => change({ ...test, is, value: MANY.has(is) === MANY.has(test.is) && is !== "answered" ? test.value : MANY.has(is) ? [] : null });
  return (
    <div className="test" role="group" aria-label={`${w.question} ${label}`}>
      <FieldChoice label={`${label} ${w.field}`} known={known} value={test.field} choose={choose} />
      <Select aria-label={`${label} ${w.question}`} value={test.field.length ? test.is : undefined} disabled={!test.field.length} options={offered.map((value) => ({ value, label: w.questions[value] }))} onChange={ask} />
      {test.is === "answered" ? <span /> : <Value label={`${label} ${w.value}`} form={known.form} field={field} many={MANY.has(test.is)} value={test.value} change={(value) => change({ ...test, value })} />}
      {remove ? <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${common.remove} ${w.question} ${label}`} onClick={remove} /> : <span />}
    </div>
  );
}

function FieldChoice({ label, known, value, choose }: { label: string; known: Known; value: readonly string[]; choose: (way: string[]) => void }) {
  const w = useWords(FORM);
  const titleOf = useTitleOf();
  const options = known.fields.map(({ field, way }) => ({ value: JSON.stringify(way), label: titleOf(field) }));
  const present = value.length ? JSON.stringify(value) : undefined;
  const shown = present && !options.some((one) => one.value === present) ? [...options, { value: present, label: value.join(".") }] : options;
  return <Select aria-label={label} placeholder={w.unnamed} showSearch={{ optionFilterProp: "label" }} value={present} options={shown} onChange={(chosen: string) => choose(JSON.parse(chosen) as string[])} />;
}

interface ValueProps {
  label: string;
  form: Json;
  field: Field | undefined;
  many: boolean;
  value: Json;
  change: (value: Json) => void;
}

function Value(props: ValueProps) {
  const { form, field } = props;
  const schema = field ? at(form, field.kind === "choices" ? `${field.place}/items` : field.place) : undefined;
  if (field?.kind === "yes-no" || field?.kind === "declaration") return <YesNo {...props} />;
  if (isObject(schema) && Array.isArray(schema.enum)) return <Chosen {...props} schema={schema} />;
  return <Typed {...props} />;
}

function YesNo({ label, value, change }: ValueProps) {
  const common = useWords(EVERY);
  const options = [{ value: "true", label: common.yes }, { value: "false", label: common.no }];
  return <Select aria-label={label} value={typeof value === "boolean" ? String(value) : undefined} options={options} onChange={(chosen: string) => change(chosen === "true")} />;
}

function Chosen({ label, many, value, change, schema }: ValueProps & { schema: JsonObject }) {
  const { language } = useSurroundings();
  const labels = [schema["x-labels"], schema["x-enum-titles"]].find(isObject) ?? {};
  const options = list(schema.enum).map((one) => ({ value: String(one), label: textOf(labels[String(one)])?.[language] ?? String(one) }));
  if (many) return <Select mode="multiple" aria-label={label} value={list(value).map(String)} options={options} onChange={(chosen: string[]) => change(chosen)} />;
  return <Select aria-label={label} value={typeof value === "string" ? value : undefined} options={options} onChange={(chosen: string) => change(chosen)} />;
}

function Typed({ label, field, many, value, change }: ValueProps) {
  if (field?.kind === "number") return <InputNumber aria-label={label} style={{ width: "100%" }} value={typeof value === "number" ? value : null} onChange={(said) => change(said)} />;
  if (many) return <Select mode="tags" aria-label={label} value={list(value).map(String)} onChange={(chosen: string[]) => change(chosen)} />;
  return <Input aria-label={label} type={field?.kind === "date" ? "date" : "text"} value={typeof value === "string" ? value : ""} onChange={(event) => change(event.target.value)} />;
}

interface EffectProps {
  effect: Effect;
  known: Known;
  number: number;
  change: (effect: Effect) => void;
  remove?: () => void;
}

function EffectRow({ effect, known, number, change, remove }: EffectProps) {
  const w = useWords(FORM);
  const common = useWords(EVERY);
  const does = (chosen: Effect["does"]) => chosen !== "limit" && change({ does: chosen, field: effect.field });
  const offered = (effect.does === "limit" ? ["limit", "require", "forbid"] : ["require", "forbid"]).map((value) => ({ value: value as Effect["does"], label: w.effects[value] }));
  return (
    <div className="test effect" role="group" aria-label={`${w.effect} ${number}`}>
      <Select aria-label={`${w.effect} ${number}`} value={effect.does} options={offered} onChange={does} />
      <FieldChoice label={`${w.effect} ${number} ${w.field}`} known={known} value={effect.field} choose={(field) => change({ ...effect, field })} />
      {remove ? <Button type="text" danger icon={<DeleteOutlined />} aria-label={`${common.remove} ${w.effect} ${number}`} onClick={remove} /> : <span />}
    </div>
  );
}
