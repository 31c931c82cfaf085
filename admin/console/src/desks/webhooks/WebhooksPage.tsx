// An outside system's subscriptions: how each fares, and a new one.
import { Button, Input } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Asked, Heading, Sorry } from "../../shell/parts";
import { useAct } from "../data";
import "../parts";
import { type Subscription, useSubscriptions, useWebhookActs } from "./data";
import { Secret } from "./Secret";

export default function WebhooksPage() {
  const { t } = useTranslation("desks");
  const asked = useSubscriptions();
  const all = asked.data?.subscriptions ?? [];
  return (
    <div className="desk">
      <Heading title={t("hooks.title")} lead={t("hooks.lead")} />
      <Asked asked={asked}>
        {all.length === 0 && <p className="empty">{t("hooks.none")}</p>}
        <ul className="hooks">{all.map((one) => <li key={one.subscription_id}><Card one={one} /></li>)}</ul>
      </Asked>
      <New />
    </div>
  );
}

function Card({ one }: { one: Subscription }) {
  const { t } = useTranslation("desks");
  return (
    <Link to={`/webhooks/${one.subscription_id}`} className="hook">
      <span className="bar"><strong>{one.title || one.url}</strong><Health one={one} /></span>
      <span className="quiet">{one.url}</span>
      <span className="quiet">{one.health.delivered_at ? t("hooks.delivered", { at: one.health.delivered_at.slice(0, 19).replace("T", " ") }) : t("hooks.never")}</span>
    </Link>
  );
}

/** How a subscription fares, in a word. */
export function Health({ one }: { one: Subscription }) {
  const { t } = useTranslation("desks");
  const failing = one.state === "active" && one.health.failing_since !== null;
  const light = one.state === "disabled" ? "overdue" : one.state === "paused" ? "paused" : failing ? "red" : "green";
  const word = one.state === "active" ? (failing ? "failing" : "well") : one.state;
  return <span className={`light ${light}`}>{t(`hooks.health.${word}`)}</span>;
}

function New() {
  const { t } = useTranslation("desks");
  const [url, setUrl] = useState("");
  const [title, setTitle] = useState("");
  const [types, setTypes] = useState("");
  const key = useRef(crypto.randomUUID());
  const { create } = useWebhookActs();
  const act = useAct(async () => {
    const wanted = types.split(/[\s,，]+/).filter(Boolean);
    const made = await create({ url, title, ...(wanted.length ? { types: wanted } : {}) }, key.current);
    key.current = crypto.randomUUID();
    setUrl("");
    return made;
  });
  return (
    <section className="card" aria-labelledby="new">
      <h2 id="new">{t("hooks.new")}</h2>
      <form className="stack narrow-form" onSubmit={(event) => { event.preventDefault(); void act.run(); }}>
        <label>{t("hooks.url")}<Input value={url} placeholder="https://" onChange={(event) => setUrl(event.target.value)} /></label>
        <label>{t("hooks.name")}<Input value={title} onChange={(event) => setTitle(event.target.value)} /></label>
        <label>{t("hooks.types")}<Input value={types} placeholder={t("hooks.allTypes")} onChange={(event) => setTypes(event.target.value)} /></label>
        <div className="actions"><Button type="primary" htmlType="submit" disabled={!url} loading={act.isPending}>{t("hooks.subscribe")}</Button></div>
        {act.error && <Sorry error={act.error} />}
        {act.data?.secret && <Secret secret={act.data.secret} />}
      </form>
    </section>
  );
}
