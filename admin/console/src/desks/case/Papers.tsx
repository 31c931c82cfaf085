// The documents that a case issued: read, print, save as PDF, record how they were served.
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQueryClient } from "@tanstack/react-query";
import { whole } from "@jisheng/api-client";
import { api } from "../../api/client";
import { text } from "../../forms/schema";
import { Asked, Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { type Case, type Paper, useAct, type useActs, usePapers } from "../data";
import { Printing } from "./Printing";

type Acts = ReturnType<typeof useActs>;

export function Papers({ one, etag, acts }: { one: Case; etag: string; acts: Acts }) {
  const { t } = useTranslation("desks");
  const asked = usePapers(one.case_id, one.seq);
  const papers = [...(asked.data?.documents ?? [])].reverse();
  return (
    <section className="card" aria-labelledby="papers">
      <h2 id="papers">{t("case.papers")}</h2>
      <Asked asked={asked}>
        {papers.length === 0 && <p className="quiet">{t("papers.none")}</p>}
        <ul className="papers">{papers.map((paper) => <Line key={paper.document_id} one={one} paper={paper} etag={etag} acts={acts} />)}</ul>
      </Asked>
    </section>
  );
}

function Line({ one, paper, etag, acts }: { one: Case; paper: Paper; etag: string; acts: Acts }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [serving, setServing] = useState(false);
  const title = text(paper.title ?? undefined, language) ?? paper.document;
  const withdrawn = paper.withdrawn_at !== null;
  const open = !withdrawn && paper.services.length === 0 && paper.ways.length > 0;
  return (
    <li>
      <div className="paper-head">
        <strong>{title}</strong> {paper.number && <span>{paper.number}</span>}
        <span className="quiet">{paper.issued_at.slice(0, 16).replace("T", " ")}</span>
        {withdrawn && <span className="state final">{t("papers.withdrawn")}</span>}
      </div>
      {paper.services.map((served) => <p key={`${served.way} ${served.day}`} className="quiet">{t("papers.served", { way: t(`way.${served.way}`), day: served.day, effective: served.effective })}</p>)}
      {paper.stand_in && <p className="quiet">{t("papers.standIn")}</p>}
      <div className="actions">
        <Printing path={{ case_id: one.case_id, document_id: paper.document_id }} title={title} />
        {open && <Button aria-expanded={serving} aria-label={`${t("papers.serve")} ${title}`} onClick={() => setServing(!serving)}>{t("papers.serve")}</Button>}
      </div>
      {serving && <Serving one={one} paper={paper} etag={etag} acts={acts} close={() => setServing(false)} />}
    </li>
  );
}

function Serving({ one, paper, etag, acts, close }: { one: Case; paper: Paper; etag: string; acts: Acts; close: () => void }) {
  const { t } = useTranslation("desks");
  const cache = useQueryClient();
  const [said, setSaid] = useState({ way: paper.ways[0] ?? "electronic", day: "", receipt: "", note: "" });
  const set = (changed: Partial<typeof said>) => setSaid({ ...said, ...changed });
  const act = useAct(async () => {
    const { way, ...rest } = said;
    const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
    const done = await acts.once([one.case_id, paper.document_id, said], (key) =>
      whole(api.POST("/v1/cases/{case_id}/documents/{document_id}/service-records", {
        params: { path: { case_id: one.case_id, document_id: paper.document_id }, header: { "Idempotency-Key": key, "If-Match": etag } },
        body: { way, ...filled },
      })),
    );
    cache.setQueryData(["case", one.case_id], done);
    return done;
  });
  return (
    <form className="stack serving" aria-label={t("papers.serve")} onSubmit={(event) => { event.preventDefault(); void act.run().then((done) => done && close()); }}>
      <label>{t("papers.way")}<Select aria-label={t("papers.way")} value={said.way} options={paper.ways.map((way) => ({ value: way, label: t(`way.${way}`) }))} onChange={(way) => set({ way })} /></label>
      <label>{t("papers.day")}<Input type="date" value={said.day} onChange={(event) => set({ day: event.target.value })} /></label>
      <label>{t("papers.receipt")}<Input value={said.receipt} onChange={(event) => set({ receipt: event.target.value })} /></label>
      <label>{t("papers.note")}<Input value={said.note} onChange={(event) => set({ note: event.target.value })} /></label>
      {act.error && <Sorry error={act.error} />}
      <div className="actions"><Button type="primary" htmlType="submit" loading={act.isPending}>{t("papers.record")}</Button><Button onClick={close}>{t("moves.not")}</Button></div>
    </form>
  );
}
