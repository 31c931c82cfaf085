// Fields of our own where a generic one is not enough: two languages, lists of words, references, maps, plain JSON.
import { getDefaultRegistry } from "@rjsf/core";
import { ADDITIONAL_PROPERTY_FLAG, type FieldProps, toErrorList, toFieldPathId } from "@rjsf/utils";
import { Button, Input, Select } from "antd";
import { type ComponentType, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { isObject, type Json, type JsonObject } from "../json/pointer";
import { ORGANISATION, useSurroundings } from "./context";
import { drawing, isReference, plainKinds, referenced, valueOf } from "./drawing";
import { Entry } from "./Entry";
import { JsonText } from "./JsonText";

const Generic = getDefaultRegistry().fields.SchemaField as ComponentType<FieldProps>;

/** Every place passes here: what its schema says decides how it is drawn. */
export function DrawnField(props: FieldProps) {
  const { language } = useSurroundings();
  const { schema, formData, registry, uiSchema } = props;
  const resolved = useMemo(() => registry.schemaUtils.retrieveSchema(schema, formData), [registry, schema, formData]);
  const ui = useMemo(() => ({ ...drawing(resolved, language), ...uiSchema }), [resolved, language, uiSchema]);
  // One list, whatever else is asked of a name: what a pattern of member names adds would come as a choice of its own.
  const drawn = useMemo(() => (isReference(resolved as JsonObject) ? omitting(resolved) : schema), [resolved, schema]);
  // The whole is never optional: the library would draw nothing of one that is empty and has conditions.
  return <Generic {...props} schema={drawn} required={props.required || props.fieldPathId.path.length === 0} uiSchema={ui} />;
}

/** Without that choice; what is declared with a place in the order is no member that people named, so it has its own title. */
function omitting({ anyOf: _any, oneOf: _one, ...rest }: FieldProps["schema"]): FieldProps["schema"] {
  const ui = (rest as JsonObject)["x-ui"];
  if (isObject(ui) && "order" in ui) Reflect.deleteProperty(rest, ADDITIONAL_PROPERTY_FLAG);
  return rest;
}

export const labelOf = (props: FieldProps) => String(props.uiSchema?.["ui:title"] ?? props.schema.title ?? props.name ?? "");

export function Framed({ props, children }: { props: FieldProps; children: React.ReactNode }) {
  const errors = props.rawErrors ?? [];
  return (
    <fieldset className={errors.length ? "place wrong" : "place"} id={props.fieldPathId.$id} tabIndex={-1}>
      <legend>
        {labelOf(props)}
        {props.required && <span className="required" aria-hidden="true"> *</span>}
      </legend>
      {props.schema.description && <p className="help">{props.schema.description}</p>}
      {children}
      {errors.map((error) => <p className="error" role="alert" key={error}>{error}</p>)}
    </fieldset>
  );
}

export function BilingualField(props: FieldProps) {
  const { t } = useTranslation();
  const value = isObject(props.formData) ? props.formData : {};
  const put = (name: string, said: string) => {
    const { [name]: _old, ...rest } = value;
    const made = said ? { ...value, [name]: said } : rest;
    props.onChange(Object.keys(made).length ? made : undefined, props.fieldPathId.path);
  };
  return (
    <Framed props={props}>
      <div className="two">
        {(["zh", "en"] as const).map((name) => (
          <label key={name}>
            <span>{t(`form.${name}`)}</span>
            <Input.TextArea
              id={`${props.fieldPathId.$id}_${name}`}
              autoSize={{ minRows: 1, maxRows: 8 }}
              lang={name === "zh" ? "zh-CN" : "en"}
              aria-label={`${labelOf(props)} ${t(`form.${name}`)}`}
              value={typeof value[name] === "string" ? value[name] : ""}
              disabled={props.disabled || props.readonly}
              onChange={(event) => put(name, event.target.value)}
            />
            {errorsAt(props, name).map((error) => <span className="error" role="alert" key={error}>{error}</span>)}
          </label>
        ))}
      </div>
    </Framed>
  );
}

const errorsAt = (props: FieldProps, name: string): string[] => {
  const below = props.errorSchema?.[name];
  return below ? toErrorList(below).map((one) => String(one.message)) : [];
};

export function TagsField(props: FieldProps) {
  return <Several props={props} options={[]} />;
}

export function ReferencesField(props: FieldProps) {
  const schema = props.schema as JsonObject;
  const items = isObject(schema.items) ? schema.items : {};
  const { useChoices } = useSurroundings();
  return <Several props={props} options={useChoices(referenced(schema) ?? referenced(items) ?? ORGANISATION)} />;
}

function Several({ props, options }: { props: FieldProps; options: { value: string; label: string }[] }) {
  const { t } = useTranslation();
  const change = (chosen: string[]) => props.onChange(chosen.length || props.required ? chosen : undefined, props.fieldPathId.path);
  return (
    <Framed props={props}>
      <Select
        mode="tags"
        style={{ width: "100%" }}
        aria-label={labelOf(props)}
        placeholder={options.length ? t("form.choose") : t("form.type")}
        value={Array.isArray(props.formData) ? (props.formData as string[]) : []}
        options={options}
        optionFilterProp="label"
        disabled={props.disabled || props.readonly}
        onChange={change}
      />
      {toErrorList(props.errorSchema).map((one) => <p className="error" role="alert" key={one.stack}>{one.message}</p>)}
    </Framed>
  );
}

export function JsonField(props: FieldProps) {
  return (
    <Framed props={props}>
      <JsonText
        label={labelOf(props)}
        value={props.formData as Json | undefined}
        readOnly={props.disabled || props.readonly}
        onChange={(value) => props.onChange(value, props.fieldPathId.path)}
      />
      {toErrorList(props.errorSchema).map((one) => (
        <p className="error" role="alert" key={one.stack}>{`${one.property ?? ""} ${one.message ?? ""}`}</p>
      ))}
    </Framed>
  );
}

/** An object whose members have names that people give: one entry each, opened one at a time. */
export function MapField(props: FieldProps) {
  const { t } = useTranslation();
  const value = isObject(props.formData) ? props.formData : {};
  const schema = valueOf(props.schema as JsonObject) ?? {};
  const [name, setName] = useState("");
  const put = (made: JsonObject) => props.onChange(Object.keys(made).length || props.required ? made : undefined, props.fieldPathId.path);
  const add = () => {
    if (!name || name in value) return;
    put({ ...value, [name]: emptyOf(props, schema) });
    setName("");
  };
  const input = useId();
  return (
    <Framed props={props}>
      {Object.entries(value).map(([key, member]) => (
        <Entry
          key={key}
          title={key}
          summary={summaryOf(member)}
          wrong={Boolean(props.errorSchema?.[key])}
          onRemove={props.disabled || props.readonly ? undefined : () => put(without(value, key))}
        >
          <DrawnField
            {...props}
            name={key}
            required
            schema={schema as FieldProps["schema"]}
            uiSchema={undefined}
            formData={member}
            errorSchema={props.errorSchema?.[key]}
            rawErrors={undefined}
            fieldPathId={toFieldPathId(key, props.registry.globalFormOptions, props.fieldPathId)}
          />
        </Entry>
      ))}
      {!props.disabled && !props.readonly && (
        <div className="adding">
          <label htmlFor={input}>{t("form.name")}</label>
          <Input id={input} value={name} onChange={(event) => setName(event.target.value)} onPressEnter={add} status={name in value ? "error" : ""} />
          <Button onClick={add} disabled={!name || name in value}>{t("form.add")}</Button>
        </div>
      )}
    </Framed>
  );
}

function emptyOf(props: FieldProps, schema: JsonObject): Json {
  const found = props.registry.schemaUtils.retrieveSchema(schema as FieldProps["schema"]);
  const empty: Record<string, Json> = { array: [], string: "", boolean: false, integer: 0, number: 0 };
  return plainKinds(found as JsonObject).length ? "" : (empty[String(found.type)] ?? {});
}

function without(value: JsonObject, name: string): JsonObject {
  const { [name]: _gone, ...rest } = value;
  return rest;
}

/** A line that tells an entry from its neighbours: its title, its name, the first short thing it says. */
export function summaryOf(value: Json | undefined): string {
  if (!isObject(value)) return typeof value === "string" || typeof value === "number" ? String(value) : "";
  const title = value.title ?? value.name ?? value.label;
  if (typeof title === "string") return title;
  if (isObject(title) && typeof title.zh === "string") return title.zh;
  const found = [value.id, ...Object.values(value)].find((one) => typeof one === "string");
  return typeof found === "string" ? found.slice(0, 60) : "";
}
