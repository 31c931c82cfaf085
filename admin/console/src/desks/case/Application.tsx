// What was asked for, under the release that it was asked under, and with which materials from where.
import { answered, Refusal } from "@jisheng/api-client";
import { Button, Input } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api/client";
import { type Schema, text } from "../../forms/schema";
import type { Json, JsonObject } from "../../json/pointer";
import { Reading, Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { type Case, type Item, useAct } from "../data";
import { ready } from "../forms/input_schema";
import { Shown } from "../forms/Shown";
import { useSubject } from "../parts";

export function Application({ one, item }: { one: Case; item: Item | undefined }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [whole, setWhole] = useState<Case>();
  const schema = useMemo(() => item && ready(item.form as Schema, item, language), [item, language]);
  const shown = whole ?? one;
  return (
    <>
      {one.masked && !whole && <Unmasking id={one.case_id} done={setWhole} />}
      {(one.duplicates?.length ?? 0) > 0 && (
        <p className="hint" role="note">{t("case.duplicates")} {one.duplicates?.map((other) => <Link key={other.case_id} to={`/cases/${other.case_id}`}>{other.number}</Link>)}</p>
      )}
      <Parties one={shown} item={item} />
      <section className="card" aria-labelledby="form">
        <h2 id="form">{t("case.form")}</h2>
        {!shown.form && <p className="quiet">{t("case.noForm")}</p>}
        {shown.form && (schema ? <Shown schema={schema} value={shown.form as JsonObject} /> : <Reading label={t("case.reading")} />)}
      </section>
      <Materials one={shown} item={item} />
    </>
  );
}

function Parties({ one, item }: { one: Case; item: Item | undefined }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const subject = useSubject();
  const roles = (item?.parties ?? {}) as Record<string, { title?: Json }>;
  if (!one.parties.length) return null;
  return (
    <section className="card" aria-labelledby="parties">
      <h2 id="parties">{t("case.parties")}</h2>
      <dl className="shown">
        {one.parties.map((party) => (
          <div key={`${party.role} ${party.subject}`}><dt>{text(roles[party.role]?.title, language) ?? t(`party.${party.role}`, { defaultValue: party.role })}</dt><dd>{party.name && `${party.name} · `}{subject(party.subject)}</dd></div>
        ))}
      </dl>
    </section>
  );
}

/** What is personal is shown for a purpose, which is written down before it is shown. */
function Unmasking({ id, done }: { id: string; done: (whole: Case) => void }) {
  const { t } = useTranslation("desks");
  const [purpose, setPurpose] = useState("");
  const act = useAct(() => answered(api.POST("/v1/cases/{case_id}/disclosures", { params: { path: { case_id: id } }, body: { purpose } })));
  const refused = act.error instanceof Refusal && act.error.status === 403;
  return (
    <form className="hint unmask" onSubmit={(event) => { event.preventDefault(); void act.run().then((whole) => whole && done(whole)); }}>
      <label htmlFor="purpose">{t("case.masked")}</label>
      <Input id="purpose" value={purpose} maxLength={2000} placeholder={t("case.purpose")} onChange={(event) => setPurpose(event.target.value)} />
      <Button htmlType="submit" disabled={!purpose.trim()} loading={act.isPending}>{t("case.unmask")}</Button>
      {act.error && (refused ? <p className="error" role="alert">{t("case.mayNot")}</p> : <Sorry error={act.error} />)}
    </form>
  );
}

interface Declared {
  id: string;
  title?: Json;
  source?: Json;
  required?: boolean;
  when?: Json;
  modes?: string[];
  deferrable?: { budget: number; unit: string } | null;
}

function Materials({ one, item }: { one: Case; item: Item | undefined }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const declared = (item?.materials ?? []) as unknown as Declared[];
  const given = (one.materials ?? []).map((each) => (typeof each === "string" ? { id: each, mode: undefined, from: undefined } : each));
  const held = new Map(given.map((each) => [each.id, each]));
  const all = [...declared, ...given.filter((each) => !declared.some((other) => other.id === each.id))] as Declared[];
  if (!all.length) return null;
  return (
    <section className="card" aria-labelledby="materials">
      <h2 id="materials">{t("case.materials")} <span className="quiet">{t("case.held", { n: held.size, of: all.length })}</span></h2>
      <ul className="materials">
        {all.map((each) => {
          const mine = held.get(each.id);
          const state = mine ? "have" : each.required && !each.when ? (each.deferrable ? "later" : "lack") : "free";
          return (
            <li key={each.id}>
              <span className={`has ${state}`}>{t(`material.${state}`)}</span>
              <div>
                <strong>{text(each.title, language) ?? each.id}</strong>
                <p className="quiet">
                  {mine?.mode && <>{t("material.by", { mode: modeOf(mine.mode, t) })} · </>}
                  {t("material.source")} {text(each.source, language) ?? "—"}
                  {!mine && each.deferrable && <> · {t("material.defer", { n: each.deferrable.budget, unit: t(`unit.${each.deferrable.unit}`) })}</>}
                  {mine?.from && <> · <Link to={`/cases/${mine.from.case}`}>{t("material.elsewhere")}</Link></>}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** How a material is given, in words: `licence:x`, `data:x`, `upload`, `commitment`, … */
export function modeOf(mode: string, t: (key: string, values?: Record<string, unknown>) => string): string {
  return t(`mode.${mode.split(":")[0]}`, { defaultValue: mode });
}
