// Fields that limits and special steps have in common: how long, where the number comes from, several of a choice.
import { isObject, type Json, type JsonObject, textOf } from "@jisheng/schema-kit";
import { Checkbox, InputNumber, Radio, Select } from "antd";
import { useSurroundings } from "../../forms/context";
import { PROCESS } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { Labelled } from "../parts";
import { Line } from "../process/Line";
import { useWords } from "../words";
import type { Option } from "./milestones";

/** Members set, or with undefined taken away: one change that is undone as one. */
export type Set = (changes: Record<string, Json | undefined>) => void;

interface ManyProps {
  label: string;
  value: string[];
  options: Option[];
  readOnly: boolean;
  onChange: (value: string[]) => void;
}

export function Many({ label, value, options, readOnly, onChange }: ManyProps) {
  const known = new Map([...value.map((one): [string, Option] => [one, { value: one, label: one }]), ...options.map((one): [string, Option] => [one.value, one])]);
  return (
    <Labelled label={label}>
      {(id) => <Select<string[]> id={id} aria-label={label} className="grown" mode="multiple" optionFilterProp="label" value={value} disabled={readOnly} options={[...known.values()]} onChange={onChange} />}
    </Labelled>
  );
}

export function Length({ value, label, readOnly, least = 0, onChange }: { value: JsonObject; label: string; readOnly: boolean; least?: number; onChange: (budget: number | undefined, unit: string) => void }) {
  const w = useWords(TRIALS);
  const unit = typeof value.unit === "string" ? value.unit : "working_day";
  const budget = typeof value.budget === "number" ? value.budget : null;
  return (
    <Labelled label={label}>
      {(id) => (
        <span className="row">
          <InputNumber id={id} min={least} precision={0} value={budget} readOnly={readOnly} onChange={(said) => onChange(said ?? undefined, unit)} />
          <Select<string> aria-label={`${label} ${w.unit}`} value={unit} disabled={readOnly} options={Object.entries(w.units).map(([key, name]) => ({ value: key, label: name }))} onChange={(said) => onChange(budget ?? undefined, said)} />
        </span>
      )}
    </Labelled>
  );
}

/** Where a number comes from; many only say in English that it is a sample. */
function saidOf(source: Json | undefined, language: "zh" | "en"): string {
  if (source === PROCESS.en.sampleDefault) return PROCESS[language].sampleDefault;
  return isObject(source) ? (textOf(source)?.[language] ?? "") : String(source ?? "");
}

/** The ground of a number, in a line. */
export function Ground({ value }: { value: JsonObject }) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  if (typeof value.basis === "string") return <p className="ground">{w.basis}：{value.basis}{value.source_verified === false && `（${w.unverified}）`}</p>;
  return <p className="sample">{w.source}：{saidOf(value.source, language)}</p>;
}

/** A legal basis, or the words that say that the number is a sample; whether the text was compared with its source. */
export function Grounds({ value, readOnly, set, mayLackBasis = true }: { value: JsonObject; readOnly: boolean; set: Set; mayLackBasis?: boolean }) {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const sample = value.basis === undefined && value.source !== undefined;
  const said = saidOf(value.source, language);
  const choose = (toSample: boolean) => {
    if (toSample) set({ basis: undefined, source_verified: undefined, source: { zh: PROCESS.zh.sampleDefault, en: PROCESS.en.sampleDefault } });
    else set({ basis: "", source: undefined });
  };
  return (
    <div className="grounds">
      {mayLackBasis && !readOnly && (
        <Radio.Group aria-label={w.source} value={sample} onChange={(event) => choose(event.target.value as boolean)} options={[{ value: false, label: w.basis }, { value: true, label: w.sample }]} />
      )}
      {!sample && <Labelled label={w.basis} help={w.basisHelp}>{(id) => <Line id={id} value={String(value.basis ?? "")} readOnly={readOnly} onChange={(text) => set({ basis: text })} />}</Labelled>}
      {sample && <p className="sample">{w.source}：{said}</p>}
      {!sample && <Checkbox checked={value.source_verified === true} disabled={readOnly} onChange={(event) => set({ source_verified: event.target.checked })}>{w.verified}</Checkbox>}
    </div>
  );
}
