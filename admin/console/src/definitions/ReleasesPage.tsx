// The history of what is published: who released, rolled back or stopped what, and why.
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Asked, Heading, When } from "../shell/parts";
import { useReleases } from "./data";

const PAGE = 50;

export default function ReleasesPage() {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(PAGE);
  const asked = useReleases(Math.min(limit, 100));
  return (
    <>
      <Heading title={t("releases.title")} />
      <Asked asked={asked}>
        <ul className="rows">
          {asked.data?.history.map((act) => (
            <li key={act.id} className="act">
              <strong>{t(`history.acts.${act.act}`)}</strong> · {t("history.set")} {act.set} · <When at={act.at} /> · {act.by}
              {act.note && <p>{act.note}</p>}
              <p className="quiet">
                {(act.changes ?? []).slice(0, 12).map((key) => <Link key={key} to={`/definitions/${key}`}>{key}</Link>)}
                {(act.changes?.length ?? 0) > 12 && ` … ${act.changes?.length}`}
              </p>
            </li>
          ))}
        </ul>
        {asked.data?.after && limit < 100 && <Button onClick={() => setLimit(100)}>{t("history.more")}</Button>}
      </Asked>
    </>
  );
}
