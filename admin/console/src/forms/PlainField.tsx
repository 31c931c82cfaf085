// A value of which a schema says little: a text, a number, yes or no, some texts; only what is more is written as JSON.
import { type FieldProps, toErrorList } from "@rjsf/utils";
import { Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Json, JsonObject } from "../json/pointer";
import { type Plain, plainKinds } from "./drawing";
import { Framed, labelOf } from "./fields";
import { JsonText } from "./JsonText";

const EMPTY: Readonly<Record<Plain, Json>> = { text: "", number: 0, yes: false, list: [], object: {} };

export function PlainField(props: FieldProps) {
  const { t } = useTranslation();
  const label = labelOf(props);
  const value = props.formData as Json | undefined;
  const may = plainKinds(props.schema as JsonObject);
  const kind = value === undefined ? (may[0] ?? "object") : kindOf(value);
  const fixed = props.disabled || props.readonly;
  const put = (said: Json | undefined) => props.onChange(said, props.fieldPathId.path);
  return (
    <Framed props={props}>
      <div className="row">
        {may.length > 1 && (
          <Select<Plain>
            aria-label={t("form.kindOf", { name: label })}
            style={{ minWidth: "7rem" }}
            disabled={fixed}
            value={kind}
            options={[...new Set([...may, kind])].map((one) => ({ value: one, label: t(`form.kinds.${one}`) }))}
            onChange={(chosen) => chosen !== kind && put(EMPTY[chosen])}
          />
        )}
        <One kind={kind} label={label} value={value} fixed={fixed} whole={isWhole(props.schema as JsonObject)} put={(said) => put(said === "" && !props.required ? undefined : said)} />
      </div>
      {toErrorList(props.errorSchema).map((one) => <p className="error" role="alert" key={one.stack}>{one.message}</p>)}
    </Framed>
  );
}

interface OneProps {
  kind: Plain;
  label: string;
  value: Json | undefined;
  fixed: boolean | undefined;
  whole: boolean;
  put: (said: Json | undefined) => void;
}

function One({ kind, label, value, fixed, whole, put }: OneProps) {
  const { t } = useTranslation();
  const room = { flex: 1, minWidth: "10rem" };
  if (kind === "text") return <Input style={room} aria-label={label} value={typeof value === "string" ? value : ""} disabled={fixed} onChange={(event) => put(event.target.value)} />;
  if (kind === "number") return <InputNumber style={room} aria-label={label} precision={whole ? 0 : undefined} value={typeof value === "number" ? value : null} disabled={fixed} onChange={(said) => said !== null && put(said)} />;
  if (kind === "yes") return <Switch aria-label={label} checked={value === true} disabled={fixed} onChange={put} />;
  if (kind === "list") return <Select mode="tags" style={room} aria-label={label} placeholder={t("form.type")} value={Array.isArray(value) ? value.map(String) : []} disabled={fixed} onChange={(said: string[]) => put(said)} />;
  return <div style={room}><JsonText label={label} value={value} readOnly={fixed} onChange={put} /></div>;
}

function kindOf(value: Json): Plain {
  if (Array.isArray(value)) return value.every((one) => typeof one === "string") ? "list" : "object";
  const kinds: Readonly<Record<string, Plain>> = { string: "text", number: "number", boolean: "yes" };
  return kinds[typeof value] ?? "object";
}

const isWhole = (schema: JsonObject): boolean => Array.isArray(schema.type) && schema.type.includes("integer") && !schema.type.includes("number");
