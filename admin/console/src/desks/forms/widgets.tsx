// Widgets for people who fill in forms all day: yes or no asked outright, a promise ticked, sentences line by line.
import { type FieldProps, toErrorList, type WidgetProps } from "@rjsf/utils";
import { Checkbox, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Asked outright: a switch that nobody touched would look like a no. What must be true is ticked. */
export function YesNoWidget({ id, value, schema, disabled, readonly, label, onChange }: WidgetProps) {
  const { t } = useTranslation();
  const fixed = disabled || readonly;
  if (schema.const === true) {
    return <div><Checkbox id={id} aria-label={label} checked={value === true} disabled={fixed} onChange={(event) => onChange(event.target.checked || undefined)}>{t("form.yes")}</Checkbox></div>;
  }
  const options = [{ value: true, label: t("form.yes") }, { value: false, label: t("form.no") }];
  return <Radio.Group id={id} name={id} aria-label={label} value={value} options={options} disabled={fixed} onChange={(event) => onChange(event.target.value)} />;
}

/** A list of sentences: one a line. */
export function LinesField(props: FieldProps) {
  const { t } = useTranslation("desks");
  const given = Array.isArray(props.formData) ? (props.formData as string[]) : [];
  const [typed, setTyped] = useState(given.join("\n"));
  const id = props.fieldPathId.$id;
  const title = String(props.schema.title ?? props.name);
  const change = (said: string) => {
    setTyped(said);
    const lines = said.split("\n").map((line) => line.trim()).filter(Boolean);
    props.onChange(lines.length ? lines : undefined, props.fieldPathId.path);
  };
  const wrong = [...(props.rawErrors ?? []), ...toErrorList(props.errorSchema).map((one) => one.message ?? "")];
  return (
    <div className="field">
      <label htmlFor={id}>{title}{props.required && <span className="required" aria-hidden="true"> *</span>}</label>
      <Input.TextArea id={id} autoSize={{ minRows: 2, maxRows: 8 }} value={typed} disabled={props.disabled || props.readonly} placeholder={t("form.lines")} onChange={(event) => change(event.target.value)} />
      {[...new Set(wrong)].filter(Boolean).map((error) => <p className="error" role="alert" key={error}>{error}</p>)}
    </div>
  );
}
