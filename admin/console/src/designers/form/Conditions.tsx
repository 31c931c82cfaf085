// All conditions of a form as sentences; one that says more than the designer knows is edited as JSON.
import { at, effects, type Field, formEdits, isObject, type Json, type PlacedRule, put, type Rule, rulesOf } from "@jisheng/schema-kit";
import { Alert, Button } from "antd";
import { useState } from "react";
import { useSurroundings } from "../../forms/context";
import { JsonText } from "../../forms/JsonText";
import { PlusOutlined } from "../../shell/icons";
import { FORM } from "../../words/designers/form";
import { useWords } from "../words";
import type { FormWork } from "./FormParts";
import { RuleEditor } from "./RuleEditor";

export function Conditions({ work, root }: { work: FormWork; root: Field }) {
  const w = useWords(FORM);
  const { language } = useSurroundings();
  const [open, setOpen] = useState<PlacedRule | "new" | null>(null);
  const rules = rulesOf(root);
  const keep = (holder: string, rule: Rule) => {
    const done = work.change((form) => (open === "new" || open === null ? formEdits.addRule(form, holder, rule) : formEdits.setRule(form, open.place, rule)));
    if (done) setOpen(null);
  };
  return (
    <section className="pane" aria-label={w.rules}>
      <div className="pane-head">
        <h3>{w.rules}</h3>
        {!work.readOnly && root.children.length > 0 && <Button icon={<PlusOutlined />} onClick={() => setOpen("new")}>{w.addRule}</Button>}
      </div>
      {!rules.length && <p className="quiet">{w.noRules}</p>}
      <ul className="rules">
        {rules.map((one) => (
          <li key={one.place}>
            <div>{one.rule ? effects.said(work.form, one, language, work.shared) : <AsJson work={work} place={one.place} />}</div>
            {!work.readOnly && (
              <span className="row">
                {one.rule && <Button size="small" onClick={() => setOpen(one)} aria-label={`${w.editRule} ${effects.said(work.form, one, language, work.shared)}`}>{w.editRule}</Button>}
                <Button size="small" danger onClick={() => work.change((form) => formEdits.removeRule(form, one.place))} aria-label={`${w.removeRule} ${effects.said(work.form, one, language, work.shared)}`}>{w.removeRule}</Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {open !== null && <RuleEditor work={work} root={root} placed={open === "new" ? null : open} keep={keep} close={() => setOpen(null)} />}
    </section>
  );
}

function AsJson({ work, place }: { work: FormWork; place: string }) {
  const w = useWords(FORM);
  const write = (said: Json | undefined) => isObject(said) && work.change((form) => put(form, place, said));
  return (
    <>
      <Alert type="info" showIcon title={w.ruleJson} />
      <JsonText label={`${w.rules} JSON`} value={at(work.form, place)} readOnly={work.readOnly} onChange={write} />
    </>
  );
}
