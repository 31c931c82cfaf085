// A form as it is designed, wherever it stands: its fields, the settings of one of them, its conditions, what people see.
import { fieldsOf, type Field, formEdits, type Json, view } from "@jisheng/schema-kit";
import { Alert, App, Button, Segmented } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useShared } from "../../definitions/data";
import { JsonText } from "../../forms/JsonText";
import { useSurroundings } from "../../forms/context";
import { PlusOutlined } from "../../shell/icons";
import { Reading } from "../../shell/parts";
import { FORM } from "../../words/designers/form";
import { Bench } from "../parts";
import type { Work } from "../session";
import { useWords } from "../words";
import { AddField } from "./AddField";
import { Conditions } from "./Conditions";
import { FieldList } from "./FieldList";
import { FieldSettings } from "./FieldSettings";

const Preview = lazy(() => import("./Preview"));

/** What the parts of the designer have in common: the form, and the only ways to change it. */
export interface FormWork {
  form: Json;
  shared: Record<string, Json>;
  readOnly: boolean;
  /** Changes the form; what the model refuses is said and changes nothing. True: it was done. */
  change: (edit: (form: Json) => Json) => boolean;
  choose: (place: string | null) => void;
}

interface Props {
  /** For undo and redo. */
  work: Work;
  form: Json;
  readOnly: boolean;
  /** What was found in it, above all else. */
  found?: ReactNode;
  write: (form: Json) => void;
}

export function FormParts({ work, form, readOnly, found, write }: Props) {
  const w = useWords(FORM);
  const shared = useShared();
  const { message } = App.useApp();
  const [chosen, choose] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const [device, setDevice] = useState<"phone" | "counter">("phone");
  const settings = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where the panes stand below one another, what was chosen opens out of sight.
    const pane = settings.current;
    if (chosen !== null && pane && pane.getBoundingClientRect().top > window.innerHeight) pane.scrollIntoView({ block: "start" });
  }, [chosen]);
  const root = view(form);
  if (root.kind !== "group") return <OnlyJson form={form} readOnly={readOnly} change={write} />;
  const change = (edit: (form: Json) => Json) => {
    try {
      write(edit(form));
      return true;
    } catch (error) {
      if (!(error instanceof formEdits.CannotEdit)) throw error;
      void message.error(w.cannot[error.code]);
      return false;
    }
  };
  const parts: FormWork = { form, shared, readOnly, change, choose };
  const field = fieldsOf(root).find((one) => one.place === chosen);
  return (
    <Bench work={work} tools={<Tools device={device} choose={setDevice} add={readOnly ? undefined : () => setAdding(true)} />}>
      {found}
      <div className={`form-designer ${device}`}>
        <section className="pane" aria-label={w.fields}>
          <h3>{w.fields}</h3>
          {root.children.length ? <FieldList work={parts} group={root} chosen={chosen} /> : <p className="quiet">{w.none}</p>}
        </section>
        <section className="pane settings" aria-label={w.settings} ref={settings}>
          {field ? <FieldSettings key={field.place} work={parts} root={root} field={field} /> : <><h3>{w.settings}</h3><p className="quiet">{w.choose}</p></>}
        </section>
        <section className="pane preview" aria-label={w.preview}>
          <Suspense fallback={<Reading label={w.preview} />}><Preview form={form} shared={shared} device={device} /></Suspense>
        </section>
      </div>
      <Conditions work={parts} root={root} />
      {adding && <AddField work={parts} root={root} near={field ?? null} close={() => setAdding(false)} />}
    </Bench>
  );
}

function Tools({ device, choose, add }: { device: "phone" | "counter"; choose: (device: "phone" | "counter") => void; add?: () => void }) {
  const w = useWords(FORM);
  return (
    <>
      {add && <Button type="primary" icon={<PlusOutlined />} onClick={add}>{w.addField}</Button>}
      <span className="grow" />
      <Segmented<"phone" | "counter"> aria-label={w.preview} value={device} onChange={choose} options={[{ value: "phone", label: w.phone }, { value: "counter", label: w.counter }]} />
    </>
  );
}

function OnlyJson({ form, readOnly, change }: { form: Json; readOnly: boolean; change: (form: Json) => void }) {
  const w = useWords(FORM);
  return (
    <div className="bench">
      <Alert type="info" showIcon title={w.asJson} />
      <JsonText label={w.json} tall value={form} readOnly={readOnly} onChange={(said) => said !== undefined && change(said)} />
    </div>
  );
}

/** What a field is called here: its title, or its name where it has none. */
export function useTitleOf(): (field: Field) => string {
  const { language } = useSurroundings();
  return (field) => field.title?.[language] || field.name;
}
