// A form drawn from a schema that the district declared: an application, a move's input, a record of a register.
import { type IChangeEvent, withTheme } from "@rjsf/core";
import { createSchemaUtils, englishStringTranslator, type RJSFSchema, TranslatableString } from "@rjsf/utils";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Context, DRAWN, OPTIONS, UI } from "../../forms/DefinitionForm";
import { anything, errorTree, type Finding } from "../../forms/findings";
import { judge } from "../../forms/judge";
import { UNASKED } from "../../forms/resolved";
import type { Schema } from "../../forms/schema";
import type { JsonObject } from "../../json/pointer";
import { usePreferences } from "../../shell/preferences";
import { drawn as drawnNext, plain, written } from "./begun";
import { LinesField, YesNoWidget } from "./widgets";

const Form = withTheme({
  ...DRAWN,
  fields: { ...DRAWN.fields, TagsField: LinesField },
  widgets: { ...DRAWN.widgets, SwitchWidget: YesNoWidget, CheckboxWidget: YesNoWidget },
});

interface Props {
  /** Made by `ready`. */
  schema: Schema;
  /** What stands in it when it is opened. */
  value: JsonObject;
  findings?: readonly Finding[];
  /** Begins the ids of its fields: two forms may stand on one page. */
  prefix: string;
  /** Hands on what is written, as it is written: for what need not be right, such as an example of what is refused. */
  exact?: boolean;
  readOnly?: boolean;
  onChange: (value: JsonObject) => void;
}

export function InputForm({ schema, value, findings = [], prefix, exact, readOnly, onChange }: Props) {
  const { language } = usePreferences();
  const { t } = useTranslation();
  const [shown, setShown] = useState<JsonObject>(value);
  const utils = useMemo(() => createSchemaUtils(judge, schema as RJSFSchema, UNASKED), [schema]);
  const change = ({ formData }: IChangeEvent, id?: string) => {
    const next = drawnNext(shown, (formData ?? {}) as JsonObject, prefix, id) as JsonObject;
    setShown(next);
    onChange(exact ? plain(next) : written(schema, next, (one, given) => utils.retrieveSchema(one as RJSFSchema, given) as JsonObject));
  };
  const errors = useMemo(() => errorTree(findings, language), [findings, language]);
  const context = useMemo<Context>(
    () => ({
      whole: () => shown,
      wrong: (path) => anything(path.reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], errors)),
    }),
    [shown, errors],
  );
  const words = (word: TranslatableString, values?: string[]) =>
    OPTIONS.has(word) ? t("form.option", { n: values?.at(-1) ?? "" }) : englishStringTranslator(word, values);
  return (
    <Form
      tagName="div"
      className="drawn input"
      idPrefix={prefix}
      schema={schema as RJSFSchema}
      uiSchema={UI}
      formData={shown}
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
