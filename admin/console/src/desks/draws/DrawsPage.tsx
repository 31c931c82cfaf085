// The draw hall: where each series stands, when its value comes, what was committed and drawn, and what officials do meanwhile.
import { answered, type Schemas } from "@jisheng/api-client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { text } from "../../forms/schema";
import { Asked, Heading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import "../parts";
import { Acts } from "./Acts";
import { countdown, districtTime, ENDED, STEPS, type Step } from "./steps";
import { Told } from "./Told";

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
  const next = !now || ENDED.includes(now.step) ? one.schedule.next_at : null; // one draw at a time
  return (
    <section className="card draw" aria-label={title}>
      <div className="bar">
        <h2>{title}</h2>
        <span className="quiet">{now ? t("draws.number", { n: now.number, period: now.period }) : t("draws.notYet")}{next !== null && <> · {t("draws.next", { at: districtTime(next) })}</>}</span>
      </div>
      {now && <Stages step={now.step} />}
      {now?.value_at && now.step === "committed" && <Countdown at={now.value_at} />}
      {now && <Told series={one.id} number={now.number} step={now.step} />}
      {now && <Acts series={one.id} number={now.number} step={now.step} title={title} />}
      <p><a href={`/draws/#series=${one.id}${now ? `&number=${now.number}` : ""}`}>{t("draws.see")}</a></p>
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
  const left = countdown(at - now, t("draws.days"));
  return <p className="countdown">{at > now ? <>{t("draws.left")} <strong role="timer">{left}</strong></> : <strong>{t("draws.due")}</strong>} <span className="quiet">{districtTime(at)}</span></p>;
}
