// Where a person begins: what waits, what was released, all kinds of definitions.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePlaces } from "../desks/routes";
import { DraftRows } from "../definitions/DraftRows";
import { useDrafts, useKinds } from "../definitions/data";
import { Asked, Heading } from "./parts";
import type { Session } from "./session";

export function Home({ session }: { session: Session }) {
  const { t } = useTranslation();
  const asked = useKinds();
  const drafts = useDrafts();
  const places = usePlaces(session);
  return (
    <>
      <Heading title={t("home.title")} lead={t("home.hello", { name: session.name })} />
      {places.length > 0 && (
        <section className="card">
          <h2>{t("menu.desks")}</h2>
          <ul className="tiles">{places.map(({ to, word }) => <li key={to}><Link to={to}><strong>{t(`menu.${word}`)}</strong><span className="quiet">{t(`menu.about.${word}`)}</span></Link></li>)}</ul>
        </section>
      )}
      <section className="card">
        <h2>{t("home.waiting")}</h2>
        <Asked asked={drafts}>
          {drafts.data?.length ? <DraftRows drafts={drafts.data.slice(-8).reverse()} /> : <p className="quiet">{t("home.noDrafts")}</p>}
        </Asked>
      </section>
      <section className="card">
        <h2>{t("home.kinds")}</h2>
        <Asked asked={asked}>
          <ul className="tiles">
            {asked.kinds.map((one) => <li key={one.kind}><Link to={`/definitions/${one.kind}`}><strong>{one.title}</strong><code>{one.kind}</code></Link></li>)}
          </ul>
        </Asked>
      </section>
    </>
  );
}
