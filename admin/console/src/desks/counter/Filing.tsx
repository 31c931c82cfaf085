// An application filled in at the counter: the item's own form, its materials, handed in once.
import { answered, Refusal } from "@jisheng/api-client";
import { Button, Checkbox, Select } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, text } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { modeOf } from "../case/Application";
import { type Item, useAct, useActs } from "../data";
import { useFound } from "../forms/found";
import { InputForm } from "../forms/InputForm";
import { ready } from "../forms/input_schema";
import type { Present } from "./Person";
import type { Taken } from "./Receipt";

interface Props {
  present: Present;
  item: Item;
  title: string;
  taken: (taken: Taken) => void;
  back: () => void;
}
interface Material {
  id: string;
  title?: Json;
  source?: Json;
  required?: boolean;
  modes?: string[];
}

export function Filing({ present, item, title, taken, back }: Props) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const acts = useActs();
  const schema = useMemo(() => ready(item.form as Schema, item, language), [item, language]);
  const [form, setForm] = useState<JsonObject>(() => begun(item.form as JsonObject, present.subject));
  const [materials, setMaterials] = useState<Record<string, string>>({});
  const [begunAt] = useState(() => Date.now());
  const act = useAct(async () => {
    const body = { form, materials: Object.entries(materials).map(([id, mode]) => ({ id, mode })) };
    return acts.once([present.subject, item.id, body], (key) =>
      answered(present.api.POST("/v1/items/{item_id}/cases", { params: { path: { item_id: item.id }, header: { "Idempotency-Key": key } }, body })),
    );
  });
  const errors = useFound(act.error, form);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (act.error) first.current?.focus();
  }, [act.error]);
  const named = act.error instanceof Refusal && Boolean(act.error.problem.errors?.length); // each at its field
  const missing = act.error instanceof Refusal && act.error.code === "mandate-missing";
  const hand = () => void act.run().then((done) => done && taken({ one: done, seconds: Math.round((Date.now() - begunAt) / 1000) }));
  return (
    <>
      <section className="card" aria-labelledby="filing">
        <div className="bar"><h2 id="filing">{title}</h2><Button onClick={back}>{t("counter.otherItem")}</Button></div>
        {errors.length > 0 && (
          <div ref={first} tabIndex={-1} className="hint wrong" role="alert">
            <strong>{t("counter.wrong", { n: errors.length })}</strong>
            <ul>{errors.slice(0, 12).map((one) => <li key={one.pointer + one.code}>{one.message[language]}</li>)}</ul>
          </div>
        )}
        <InputForm schema={schema} value={form} findings={errors} prefix="a" onChange={setForm} />
      </section>
      <Materials all={(item.materials ?? []) as unknown as Material[]} given={materials} set={setMaterials} />
      {act.error && !named && (missing ? <p className="hint wrong" role="alert">{t("counter.noMandate")}</p> : <Sorry error={act.error} />)}
      <div className="hand-in"><Button type="primary" size="large" loading={act.isPending} onClick={hand}>{t("counter.submit")}</Button></div>
    </>
  );
}

/** Where the form asks for the firm's code, it is the firm that stands here. */
function begun(form: JsonObject, subject: string): JsonObject {
  const code = subject.startsWith("enterprise:") ? subject.slice("enterprise:".length) : undefined;
  const members = Object.entries(isObject(form?.properties) ? form.properties : {});
  const asked = members.filter(([, one]) => isObject(one) && one.format === "cn-uscc").map(([name]) => name);
  return code && asked.length === 1 ? { [asked[0] as string]: code } : {};
}

function Materials({ all, given, set }: { all: Material[]; given: Record<string, string>; set: (given: Record<string, string>) => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  if (!all.length) return null;
  const toggle = (one: Material) => {
    const { [one.id]: had, ...rest } = given;
    set(had === undefined ? { ...rest, [one.id]: one.modes?.[0] ?? "upload" } : rest);
  };
  return (
    <section className="card" aria-labelledby="given">
      <h2 id="given">{t("counter.materials")}</h2>
      <ul className="materials taking">
        {all.map((one) => {
          const title = text(one.title, language) ?? one.id;
          const mode = given[one.id];
          return (
            <li key={one.id}>
              <Checkbox checked={mode !== undefined} onChange={() => toggle(one)}>{title}{one.required && <span className="required" aria-hidden="true"> *</span>}</Checkbox>
              {mode !== undefined && (one.modes?.length ?? 0) > 1 && (
                <Select aria-label={`${t("counter.mode")} ${title}`} size="small" value={mode} popupMatchSelectWidth={false} options={one.modes?.map((value) => ({ value, label: modeOf(value, t) }))} onChange={(value) => set({ ...given, [one.id]: value })} />
              )}
              <span className="quiet">{text(one.source, language)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
