// Widgets of our own: a reference to something declared elsewhere, a day, a yes or no.
import type { WidgetProps } from "@rjsf/utils";
import { Input, Select, Switch } from "antd";
import type { JsonObject } from "../json/pointer";
import { ORGANISATION, useSurroundings } from "./context";
import { referenced } from "./drawing";

export function ReferenceWidget({ id, schema, value, disabled, readonly, label, onChange }: WidgetProps) {
  const { useChoices } = useSurroundings();
  const options = useChoices(referenced(schema as JsonObject) ?? ORGANISATION);
  const known = value === undefined || options.some((one) => one.value === value);
  return (
    <Select
      id={id}
      style={{ width: "100%" }}
      aria-label={label}
      showSearch={{ optionFilterProp: "label" }}
      allowClear
      value={value as string | undefined}
      options={known ? options : [...options, { value: String(value), label: String(value) }]}
      disabled={disabled || readonly}
      onChange={(chosen) => onChange(chosen)}
    />
  );
}

/** The browser's own: it knows the keyboard, screen readers and phones. */
export function DayWidget({ id, value, disabled, readonly, label, onChange }: WidgetProps) {
  return (
    <Input
      id={id}
      type="date"
      aria-label={label}
      style={{ maxWidth: "14rem" }}
      value={(value as string | undefined) ?? ""}
      disabled={disabled || readonly}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

export function SwitchWidget({ id, value, disabled, readonly, label, onChange }: WidgetProps) {
  return <Switch id={id} aria-label={label} checked={value === true} disabled={disabled || readonly} onChange={(on) => onChange(on)} />;
}
