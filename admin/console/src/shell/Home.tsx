// Where a person begins: what waits, what was released, all kinds of definitions.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { DraftRows } from "../definitions/DraftRows";
import { useDrafts, useKinds } from "../definitions/data";
import { Asked, Heading } from "./parts";
import type { Session } from "./session";

export function Home({ session }: { session: Session }) {
  const { t } = useTranslation();
  const asked = useKinds();
  const drafts = useDrafts();
  return (
    <>
      <Heading title={t("home.title")} lead={t("home.hello", { name: session.name })} />
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
