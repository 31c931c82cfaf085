// What somebody takes home from the counter: the number, until when they hear, the receipt on paper.
import { answered } from "@jisheng/api-client";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { text } from "../../forms/schema";
import { Asked } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { Printing } from "../case/Printing";
import type { Case } from "../data";
import { Standing, States } from "../parts";
import type { Present } from "./Person";

export interface Taken {
  one: Case;
  seconds: number;
}

export function Receipt({ taken, present, again, another }: { taken: Taken; present: Present; again: () => void; another: () => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const { one } = taken;
  const asked = useQuery({
    queryKey: ["receipt", one.case_id, one.seq],
    queryFn: () => answered(present.api.GET("/v1/cases/{case_id}/documents", { params: { path: { case_id: one.case_id } } })),
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card receipt" aria-labelledby="taken">
      <h2 id="taken" ref={heading} tabIndex={-1}>{t("counter.taken")}</h2>
      <p className="big-number">{one.number}</p>
      <p>{text(one.title, language)} · <States one={one} /></p>
      <p><Standing one={one} /></p>
      <p className="quiet">{t("counter.took", { n: Math.max(1, Math.round(taken.seconds / 60)) })}</p>
      <Asked asked={asked}>
        {asked.data?.documents.map((paper) => (
          <div key={paper.document_id} className="actions">
            <strong className="paper-name">{text(paper.title ?? undefined, language)} {paper.number}</strong>
            <Printing primary api={present.api} path={{ case_id: one.case_id, document_id: paper.document_id }} title={text(paper.title ?? undefined, language) ?? paper.document} />
          </div>
        ))}
      </Asked>
      <div className="actions next">
        <Button size="large" onClick={again}>{t("counter.again")}</Button>
        <Button size="large" onClick={another}>{t("counter.another")}</Button>
        <Link to={`/cases/${one.case_id}`}>{t("counter.see")}</Link>
      </div>
    </section>
  );
}
