// Whether a material may follow later, within how long, and who says so: a number without a source is a sample default.
import { members } from "@jisheng/schema-kit";
import { Checkbox, Input, InputNumber, Select } from "antd";
import { EVERY } from "../../words/designers/every";
import { MATERIALS } from "../../words/designers/materials";
import { Labelled, Texts, textsWith } from "../parts";
import { useWords } from "../words";
import type { MaterialWork } from "./MaterialsDesigner";

const SAMPLE = { zh: EVERY.zh.sample, en: EVERY.en.sample };

export function Deferral({ work }: { work: MaterialWork }) {
  const w = useWords(MATERIALS);
  const { said, readOnly, set } = work;
  const limit = members(said.deferrable);
  const on = limit.budget !== undefined;
  const turn = (deferred: boolean) =>
    deferred ? set("deferrable", { budget: 5, unit: "working_day" }, { deferrable_source: SAMPLE }) : set("deferrable", null, { deferrable_source: undefined });
  const source = said.deferrable_source;
  return (
    <fieldset className="when">
      <legend>{w.deferral}</legend>
      <Checkbox disabled={readOnly || said.principal === true} checked={on} onChange={(event) => turn(event.target.checked)}>{w.deferral}：{w.deferralHelp}</Checkbox>
      {on && (
        <>
          <div className="cols">
            <Labelled label={w.days}>{(id) => <InputNumber id={id} min={1} precision={0} style={{ width: "100%" }} readOnly={readOnly} value={Number(limit.budget)} onChange={(budget) => set("deferrable", { ...limit, budget: budget ?? 1 })} />}</Labelled>
            <Labelled label={w.unit}>{(id) => <Select id={id} aria-label={w.unit} style={{ width: "100%" }} disabled={readOnly} value={String(limit.unit)} options={Object.entries(w.units).map(([value, label]) => ({ value, label }))} onChange={(unit) => set("deferrable", { ...limit, unit })} />}</Labelled>
          </div>
          {typeof source === "string" ? (
            <Labelled label={w.from}>{(id) => <Input id={id} readOnly={readOnly} value={source} onChange={(event) => set("deferrable_source", event.target.value || undefined)} />}</Labelled>
          ) : (
            <Texts label={w.from} value={source} readOnly={readOnly} onChange={(language, text) => set("deferrable_source", textsWith(source, language, text))} />
          )}
        </>
      )}
    </fieldset>
  );
}
