// One section of a definition as a form: drawn from its kind's meta-schema, with what a check found at each field.
import { Theme } from "@rjsf/antd";
import { type IChangeEvent, withTheme } from "@rjsf/core";
import { englishStringTranslator, type RJSFSchema, TranslatableString } from "@rjsf/utils";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { same } from "../json/difference";
import type { Json, JsonObject } from "../json/pointer";
import { useSurroundings } from "./context";
import { BilingualField, DrawnField, JsonField, MapField, ReferencesField, TagsField } from "./fields";
import { anything, errorTree, type Finding } from "./findings";
import { judge } from "./judge";
import { PlainField } from "./PlainField";
import { resolved, UNASKED } from "./resolved";
import { picked, replaced, type Section, sectionSchema } from "./sections";
import type { Schema } from "./schema";
import * as templates from "./templates";
import { DayWidget, ReferenceWidget, SwitchWidget } from "./widgets";

/** What every form of the console is drawn with; others change some of it. */
export const DRAWN = {
  ...Theme,
  fields: { SchemaField: DrawnField, BilingualField, JsonField, MapField, PlainField, ReferencesField, TagsField },
  widgets: { ...Theme.widgets, DayWidget, ReferenceWidget, SwitchWidget },
  templates: { ...Theme.templates, ...templates },
};
const Form = withTheme(DRAWN);

// Branches that a schema gives no title. All other words of the library are drawn by templates of ours.
export const OPTIONS = new Set([TranslatableString.OptionPrefix, TranslatableString.TitleOptionPrefix]);
export const UI = { "ui:globalOptions": { enableOptionalDataFieldForType: ["object"] as ("object" | "array")[], copyable: false } };

/** What entries of lists ask: what is written at a place, whether a check found anything there. */
export interface Context {
  whole: () => Json;
  wrong: (path: string[]) => boolean;
}

interface Props {
  schema: Schema;
  section: Section;
  value: JsonObject;
  findings: readonly Finding[];
  readOnly?: boolean;
  onChange: (value: JsonObject) => void;
}

export function DefinitionForm({ schema, section, value, findings, readOnly, onChange }: Props) {
  const { language } = useSurroundings();
  const { t, i18n } = useTranslation();
  const whole = useMemo(() => resolved(schema, value), [schema, value]);
  const drawn = useMemo(() => sectionSchema(whole, schema, section) as RJSFSchema, [whole, schema, section]);
  const part = useMemo(() => picked(value, section.names), [value, section]);
  const errors = useMemo(() => errorTree(findings, language), [findings, language]);
  const context = useMemo<Context>(
    () => ({
      whole: () => part,
      wrong: (path) => anything(path.reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], errors)),
    }),
    [part, errors],
  );
  const words = (word: TranslatableString, values?: string[]) =>
    OPTIONS.has(word) ? t("form.option", { n: values?.at(-1) ?? "" }) : englishStringTranslator(word, values);
  const change = (event: IChangeEvent) => {
    const said = (JSON.parse(JSON.stringify(event.formData ?? {})) as JsonObject) ?? {};
    if (!same(said, part)) onChange(replaced(value, section, said));
  };
  return (
    <Form
      key={`${section.id} ${i18n.language}`}
      tagName="div"
      idPrefix="f"
      schema={drawn}
      uiSchema={UI}
      formData={part}
      formContext={context}
      validator={judge}
      extraErrors={errors}
      extraErrorsBlockSubmit={false}
      showErrorList={false}
      noHtml5Validate
      noValidate
      readonly={readOnly}
      experimental_defaultFormStateBehavior={UNASKED}
      translateString={words}
      onChange={change}
    >
      <></>
    </Form>
  );
}
