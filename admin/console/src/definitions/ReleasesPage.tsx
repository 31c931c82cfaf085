// The history of what is published: who released, rolled back or stopped what, and why.
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Asked, Heading, When } from "../shell/parts";
import { useReleases } from "./data";

const SHOWN = 12; // keys of one act; loading the pack names hundreds

export default function ReleasesPage() {
  const { t } = useTranslation();
  const asked = useReleases();
  const acts = asked.data?.pages.flatMap((page) => page.history) ?? [];
  return (
    <>
      <Heading title={t("releases.title")} />
      <Asked asked={asked}>
        <ul className="rows">
          {acts.map((act) => (
            <li key={act.id} className="act">
              <strong>{t(`history.acts.${act.act}`)}</strong> · {t("history.set")} {act.set} · <When at={act.at} /> · {act.by}
              {act.note && <p>{act.note}</p>}
              <p className="quiet">
                {(act.changes ?? []).slice(0, SHOWN).map((key) => <Link key={key} to={`/definitions/${key}`}>{key}</Link>)}
                {(act.changes?.length ?? 0) > SHOWN && ` … ${act.changes?.length}`}
              </p>
            </li>
          ))}
        </ul>
        {asked.hasNextPage && <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>{t("history.more")}</Button>}
      </Asked>
    </>
  );
}
