// A form that is filled in as part of an example, as people at the desks fill it in: undo and redo reach into it.
import { Form as Judged, type Json, type JsonObject, same } from "@jisheng/schema-kit";
import { useMemo, useState } from "react";
import { InputForm } from "../../desks/forms/InputForm";
import { ready } from "../../desks/forms/input_schema";
import { useSurroundings } from "../../forms/context";
import type { Finding } from "../../forms/findings";
import type { Schema } from "../../forms/schema";
import type { Stage } from "./stage";

interface Props {
  schema: JsonObject;
  stage: Stage;
  value: JsonObject;
  findings?: readonly Finding[];
  prefix: string;
  readOnly: boolean;
  onChange: (value: JsonObject) => void;
}

const NONE: readonly Finding[] = [];

export function FilledIn({ schema, stage, value, findings = NONE, prefix, readOnly, onChange }: Props) {
  const { language } = useSurroundings();
  const { item: { form, materials }, shared } = stage;
  const drawn = useMemo(() => ready(schema as Schema, { form, materials, shared } as never, language), [schema, form, materials, shared, language]);
  // The form keeps what is typed: it is begun anew when the example says something else than it handed on.
  const [told, setTold] = useState({ value, round: 0 });
  if (!same(told.value, value)) setTold({ value, round: told.round + 1 });
  const change = (made: JsonObject) => {
    if (same(made, value)) return;
    setTold({ value: made, round: told.round });
    onChange(made);
  };
  return <InputForm key={`${language} ${String(told.round)}`} schema={drawn} value={value} findings={findings} prefix={prefix} exact readOnly={readOnly} onChange={change} />;
}

/** What of it is not as the schema asks, judged as the server judges it. */
export function useMisfits(schema: Json | undefined, value: JsonObject, shared: Record<string, JsonObject>): Finding[] {
  const judged = useMemo(() => {
    try {
      return new Judged(schema ?? {}, shared);
    } catch {
      return undefined; // a form that is half designed says nothing about anybody
    }
  }, [schema, shared]);
  return useMemo(() => (judged ? (judged.errors(value) as unknown as Finding[]) : []), [judged, value]);
}
