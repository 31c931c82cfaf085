// The draw hall: where each series stands, when its value comes, what was committed and drawn, and what officials do meanwhile.
import { answered, type Schemas } from "@jisheng/api-client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { text } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { Asked, Heading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import "../parts";
import { Acts } from "./Acts";
import { countdown, STEPS, type Step } from "./steps";

type Series = Schemas["DrawList"]["draws"][number];

export default function DrawsPage() {
  const { t } = useTranslation("desks");
  const asked = useQuery({ queryKey: ["draws"], refetchInterval: 10_000, queryFn: () => answered(api.GET("/v1/draws")) });
  return (
    <div className="desk">
      <Heading title={t("draws.title")} lead={<>{t("draws.lead")} <a href="/draws/">{t("draws.public")}</a></>} />
      <Asked asked={asked}>
        {asked.data?.draws.length === 0 && <p className="empty">{t("draws.none")}</p>}
        {asked.data?.draws.map((one) => <One key={one.id} one={one} />)}
      </Asked>
    </div>
  );
}

function One({ one }: { one: Series }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const now = one.current;
  const title = text(one.title, language) ?? one.id;
  return (
    <section className="card draw" aria-label={title}>
      <div className="bar">
        <h2>{title}</h2>
        <span className="quiet">{now ? t("draws.number", { n: now.number, period: now.period }) : t("draws.notYet")}</span>
      </div>
      {now && <Stages step={now.step} />}
      {now?.value_at && <Countdown at={now.value_at} />}
      {now && <Public series={one.id} number={now.number} step={now.step} />}
      {now && <Acts series={one.id} number={now.number} step={now.step} title={title} />}
      <p><a href={`/draws/?series=${one.id}`}>{t("draws.see")}</a></p>
    </section>
  );
}

function Stages({ step }: { step: Step }) {
  const { t } = useTranslation("desks");
  const at = STEPS.indexOf(step);
  return (
    <ol className="stages" aria-label={t("draws.stage")}>
      {STEPS.map((one, place) => <li key={one} className={place < at ? "past" : place === at ? "now" : ""} aria-current={place === at ? "step" : undefined}>{t(`draws.steps.${one}`)}</li>)}
      {step === "void" && <li className="now" aria-current="step">{t("draws.steps.void")}</li>}
    </ol>
  );
}

function Countdown({ at }: { at: number }) {
  const { t } = useTranslation("desks");
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(ticking);
  }, []);
  const left = countdown(at - now);
  const when = new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  return <p className="countdown">{at > now ? <>{t("draws.left")} <strong role="timer">{left}</strong></> : <strong>{t("draws.due")}</strong>} <span className="quiet">{when}</span></p>;
}

/** What is public of the draw now. */
function Public({ series, number, step }: { series: string; number: number; step: Step }) {
  const { t } = useTranslation("desks");
  const committed = !["freezing", "frozen"].includes(step);
  const asked = useQuery({
    queryKey: ["draw", series, number, step],
    enabled: committed,
    queryFn: () => answered(api.GET("/v1/draws/{series_id}/{draw_number}", { params: { path: { series_id: series, draw_number: number as never } } })),
  });
  if (!committed) return <p className="quiet">{t("draws.before")}</p>;
  const draw = asked.data;
  const said = (draw?.commitment ?? {}) as JsonObject;
  const rows = Object.entries(said).filter(([, value]) => typeof value === "string" || typeof value === "number");
  return (
    <Asked asked={asked}>
      <details>
        <summary><strong>{t("draws.commitment")}</strong></summary>
        <dl className="shown">{rows.map(([name, value]) => <div key={name} className={String(value).length > 30 ? "long" : ""}><dt>{t(`draws.fields.${name}`, { defaultValue: name })}</dt><dd><code>{String(value)}</code></dd></div>)}</dl>
      </details>
      {draw?.values && <Values values={draw.values as unknown as Json[]} />}
      {draw?.void && <p className="hint wrong">{t("draws.void", { reason: String((draw.void as JsonObject).reason ?? "") })}</p>}
      {draw?.notice && <p>{t("draws.drawn", { n: visits(draw.notice as JsonObject) })}</p>}
      {draw?.result && <p>{t("draws.result", { n: Array.isArray((draw.result as JsonObject).visits) ? ((draw.result as JsonObject).visits as Json[]).length : 0 })}</p>}
    </Asked>
  );
}

function Values({ values }: { values: Json[] }) {
  const { t } = useTranslation("desks");
  return (
    <dl className="shown">
      {values.filter(isObject).map((value, place) => <div key={place} className="long"><dt>{t("draws.value")} · {String(value.kind)}</dt><dd><code>{String(value.randomness ?? value.numbers ?? value.round ?? JSON.stringify(value))}</code></dd></div>)}
    </dl>
  );
}

const visits = (notice: JsonObject) => String(notice.visits ?? notice.count ?? notice.selected ?? "");
