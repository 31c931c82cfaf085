// A form drawn for applicants: the same library and templates as the console's own, with the widgets that forms name.
import { Theme } from "@rjsf/antd";
import { getDefaultRegistry, type IChangeEvent, withTheme } from "@rjsf/core";
import { englishStringTranslator, type ErrorSchema, type FieldProps, type RJSFSchema, TranslatableString, type UiSchema } from "@rjsf/utils";
import { type ComponentType, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../../forms/context";
import { drawing } from "../../forms/drawing";
import { BilingualField, JsonField, MapField, ReferencesField, TagsField } from "../../forms/fields";
import { PlainField } from "../../forms/PlainField";
import { anything } from "../../forms/findings";
import { judge } from "../../forms/judge";
import { UNASKED } from "../../forms/resolved";
import { localised } from "../../forms/localised";
import { bundled, type Schema } from "../../forms/schema";
import * as templates from "../../forms/templates";
import { DayWidget, ReferenceWidget, SwitchWidget } from "../../forms/widgets";
import { same } from "../../json/difference";
import { isObject, type Json, type JsonObject } from "../../json/pointer";

const Generic = getDefaultRegistry().fields.SchemaField as ComponentType<FieldProps>;

function AskedField(props: FieldProps) {
  const { language } = useSurroundings();
  const { schema, formData, registry, uiSchema } = props;
  const resolved = useMemo(() => registry.schemaUtils.retrieveSchema(schema, formData) as RJSFSchema | boolean, [registry, schema, formData]);
  const ui = useMemo(() => ({ ...(isObject(resolved) ? { ...drawing(resolved, language), ...asked(resolved) } : {}), ...uiSchema }), [resolved, language, uiSchema]);
  if (!isObject(resolved)) return null; // a condition leaves it out
  return <Generic {...props} uiSchema={ui} />;
}

/** The widgets that forms of the district name and the library has. */
function asked(schema: JsonObject): UiSchema {
  const widget = isObject(schema["x-ui"]) ? schema["x-ui"].widget : undefined;
  if (widget === "radio" && Array.isArray(schema.enum)) return { "ui:widget": "radio" };
  if (widget === "checkboxes" && schema.type === "array") return { "ui:widget": "checkboxes" };
  if (schema.type === "boolean" && schema.const === true) return { "ui:widget": "checkbox" };
  return {};
}

const Drawn = withTheme({
  ...Theme,
  fields: { SchemaField: AskedField, BilingualField, JsonField, MapField, PlainField, ReferencesField, TagsField },
  widgets: { ...Theme.widgets, DayWidget, ReferenceWidget, SwitchWidget },
  templates: { ...Theme.templates, ...templates },
});
const OPTIONS = new Set([TranslatableString.OptionPrefix, TranslatableString.TitleOptionPrefix]);
const UI = { "ui:globalOptions": { copyable: false } };

interface Props {
  form: JsonObject;
  shared: Record<string, Json>;
  filled: JsonObject;
  errors: ErrorSchema;
  change: (filled: JsonObject) => void;
}

export function PublicForm({ form, shared, filled, errors, change }: Props) {
  const { language } = useSurroundings();
  const { t } = useTranslation();
  const schema = useMemo(() => {
    const { $id: _id, ...own } = form;
    return localised(bundled({ ...own, $id: "https://schemas.jisheng/form" }, Object.values(shared) as Schema[]), language);
  }, [form, shared, language]);
  const context = useMemo(
    () => ({ whole: () => filled, wrong: (path: string[]) => anything(path.reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], errors)) }),
    [filled, errors],
  );
  const words = (word: TranslatableString, values?: string[]) => (OPTIONS.has(word) ? t("form.option", { n: values?.at(-1) ?? "" }) : englishStringTranslator(word, values));
  const typed = (event: IChangeEvent) => {
    const said = JSON.parse(JSON.stringify(event.formData ?? {})) as JsonObject;
    if (!same(said, filled)) change(said);
  };
  return (
    <Drawn
      key={language} tagName="div" idPrefix="p" schema={schema as RJSFSchema} uiSchema={UI} formData={filled} formContext={context} validator={judge} extraErrors={errors}
      extraErrorsBlockSubmit={false} showErrorList={false} noHtml5Validate noValidate experimental_defaultFormStateBehavior={UNASKED} translateString={words} onChange={typed}
    >
      <></>
    </Drawn>
  );
}
