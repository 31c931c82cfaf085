// One subscription: health, pause, test, secret; its log with search; what is sent again, by id or by time.
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { Asked, Heading, Reading, Sorry } from "../../shell/parts";
import { useAct } from "../data";
import "../parts";
import { type Subscription, useSubscription, useWebhookActs } from "./data";
import { Log } from "./Log";
import { Secret } from "./Secret";
import { Health } from "./WebhooksPage";

export default function SubscriptionPage() {
  const { subscription: id = "" } = useParams();
  const { t } = useTranslation("desks");
  const asked = useSubscription(id);
  if (!asked.data) return <><Heading title={t("hooks.title")} /><Asked asked={asked}><Reading label={t("case.reading")} /></Asked></>;
  return <One one={asked.data.body} etag={asked.data.etag} />;
}

function One({ one, etag }: { one: Subscription; etag: string }) {
  const { t } = useTranslation("desks");
  return (
    <div className="desk">
      <Heading title={one.title || one.url} lead={<><Link to="/webhooks">{t("hooks.title")}</Link> · {one.url}</>}>
        <Acts one={one} etag={etag} />
      </Heading>
      <section className="card" aria-labelledby="health">
        <div className="bar"><h2 id="health">{t("hooks.healthTitle")}</h2><Health one={one} /></div>
        <dl className="shown">
          <Fact name={t("hooks.lastGood")} at={one.health.delivered_at} />
          <Fact name={t("hooks.lastBad")} at={one.health.failed_at} />
          <Fact name={t("hooks.failingSince")} at={one.health.failing_since} />
          <div><dt>{t("hooks.types")}</dt><dd>{one.types.join("、") || t("hooks.allTypes")}</dd></div>
          <div><dt>{t("hooks.secrets")}</dt><dd>{one.secrets.map((secret) => secret.since.slice(0, 10)).join("、")}</dd></div>
          {one.why && <div><dt>{t("hooks.why")}</dt><dd>{t(`hooks.whys.${one.why}`, { defaultValue: one.why })}</dd></div>}
        </dl>
      </section>
      <Log subscription={one.subscription_id} />
    </div>
  );
}

function Fact({ name, at }: { name: string; at: string | null }) {
  return <div><dt>{name}</dt><dd>{at ? <time dateTime={at}>{at.slice(0, 19).replace("T", " ")}</time> : "—"}</dd></div>;
}

function Acts({ one, etag }: { one: Subscription; etag: string }) {
  const { t } = useTranslation("desks");
  const { message, modal } = App.useApp();
  const go = useNavigate();
  const acts = useWebhookActs();
  const state = useAct(acts.state);
  const test = useAct(acts.test);
  const secret = useAct(acts.secret);
  const drop = useAct(acts.drop);
  const id = one.subscription_id;
  const error = state.error ?? test.error ?? secret.error ?? drop.error;
  const active = one.state === "active";
  const ask = (title: string, onOk: () => Promise<unknown>) => void modal.confirm({ title, okText: t("hooks.yes"), cancelText: t("moves.not"), onOk });
  return (
    <>
      <Button type={active ? "default" : "primary"} loading={state.isPending} onClick={() => void state.run(id, active ? "paused" : "active")}>{t(active ? "hooks.pause" : "hooks.resume")}</Button>
      <Button loading={test.isPending} onClick={() => void test.run(id).then((sent) => sent && message.success(t("hooks.tested", { id: sent.delivery_id })))}>{t("hooks.test")}</Button>
      <Button loading={secret.isPending} onClick={() => ask(t("hooks.rotateAsk"), () => secret.run(id))}>{t("hooks.rotate")}</Button>
      <Button danger loading={drop.isPending} onClick={() => ask(t("hooks.dropAsk"), () => drop.run(id, etag).then(() => go("/webhooks")))}>{t("hooks.drop")}</Button>
      {error && <Sorry error={error} />}
      {secret.data?.secret && <Secret secret={secret.data.secret} />}
    </>
  );
}
