// A mandate on paper put on record at the window: for a colleague or an agent, never for oneself.
import { answered } from "@jisheng/api-client";
import { Alert, Button, Input, Radio, Select } from "antd";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../definitions/data";
import { text } from "../../forms/schema";
import { Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { listen, session } from "../../shell/session";
import { useAct, useOrganisation } from "../data";
import { useSubject } from "../parts";
import { atCounter } from "./speaking";

export function Mandate() {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const who = useSyncExternalStore(listen, session);
  const { people } = useOrganisation();
  const subject = useSubject();
  const items = useList("items").data ?? [];
  const [said, setSaid] = useState({ kind: "enterprise", code: "", to: "", document: "", until: "", items: [] as string[] });
  const set = (changed: Partial<typeof said>) => setSaid({ ...said, ...changed });
  const act = useAct(async () => {
    if (!who) return;
    const from = `${said.kind}:${said.code.trim()}`;
    const id = `mandate:${from}:${said.to}`;
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10); // the district's day
    const body = { id, kind: "mandate", from, to: said.to, items: said.items.length ? said.items : ["*"], valid_from: today, document: said.document, revoked: false, ...(said.until ? { valid_to: said.until } : {}) };
    const api = await atCounter(who);
    return answered(api.PUT("/v1/registers/{register_id}/records/{record_id}", { params: { path: { register_id: "grants", record_id: id } }, body: { body } }));
  });
  const takers = [...people].filter(([one, held]) => one !== who?.subject && held.some(({ post }) => post === "window" || post === "agent")).map(([value]) => ({ value, label: subject(value) }));
  const ready = said.code.trim() && said.to && said.document.trim();
  return (
    <section className="card" aria-labelledby="mandate">
      <h2 id="mandate">{t("counter.mandate")}</h2>
      <p className="quiet">{t("counter.mandateHint")}</p>
      <form className="stack narrow-form" onSubmit={(event) => { event.preventDefault(); void act.run(); }}>
        <Radio.Group aria-label={t("counter.kind")} optionType="button" value={said.kind} options={["enterprise", "person"].map((value) => ({ value, label: t(`counter.kinds.${value}`) }))} onChange={(event) => set({ kind: event.target.value as string })} />
        <label>{t(`counter.codes.${said.kind}`)}<Input value={said.code} onChange={(event) => set({ code: event.target.value })} /></label>
        <label>{t("counter.taker")}<Select aria-label={t("counter.taker")} showSearch={{ optionFilterProp: "label" }} options={takers} value={said.to || undefined} onChange={(to) => set({ to })} /></label>
        <label>{t("counter.document")}<Input value={said.document} maxLength={200} placeholder={t("counter.documentHint")} onChange={(event) => set({ document: event.target.value })} /></label>
        <label>{t("counter.items")}<Select mode="multiple" aria-label={t("counter.items")} placeholder={t("counter.allItems")} showSearch={{ optionFilterProp: "label" }} value={said.items} options={items.map((one) => ({ value: one.id, label: text(one.title, language) ?? one.id }))} onChange={(chosen) => set({ items: chosen })} /></label>
        <label>{t("counter.until")}<Input type="date" value={said.until} onChange={(event) => set({ until: event.target.value })} /></label>
        <div className="actions"><Button type="primary" htmlType="submit" disabled={!ready} loading={act.isPending}>{t("counter.recordMandate")}</Button></div>
        {act.error && <Sorry error={act.error} />}
        {act.data && <Alert type="success" showIcon role="status" title={t("counter.recorded", { who: subject(said.to) })} />}
      </form>
    </section>
  );
}
