// The history of what is published: who released, rolled back or stopped what, and why.
import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Asked, Heading, When } from "../shell/parts";
import { session } from "../shell/session";
import { useSurroundings } from "../forms/context";
import { EXCHANGE } from "../words/exchange";
import { useReleases } from "./data";
import { RollBack } from "./RollBack";

const MOVES = ["pack_loaded", "released", "rolled_back"]; // acts that bring another set into force; a stop does not
const SHOWN = 12; // keys of one act; loading the pack names hundreds

export default function ReleasesPage() {
  const { t } = useTranslation();
  const asked = useReleases();
  const acts = asked.data?.pages.flatMap((page) => page.history) ?? [];
  const sets = acts.filter((one) => MOVES.includes(one.act));
  const inForce = sets[0]?.set;
  const mayRollBack = session()?.roles.includes("releaser") === true;
  const w = EXCHANGE[useSurroundings().language];
  /** What acts since a set was brought into force have changed. */
  const undone = (id: string) => [...new Set(sets.slice(0, sets.findIndex((one) => one.id === id)).flatMap((one) => one.changes ?? []))].sort();
  return (
    <>
      <Heading title={t("releases.title")} />
      <Asked asked={asked}>
        <ul className="rows">
          {acts.map((act) => (
            <li key={act.id} className="act">
              <strong>{t(`history.acts.${act.act}`)}</strong> · {t("history.set")} {act.set} · <When at={act.at} /> · {act.by}
              {act.id === sets[0]?.id && <Tag>{w.now}</Tag>}
              {mayRollBack && MOVES.includes(act.act) && act.set !== inForce && <RollBack to={act.set} undone={undone(act.id)} complete={!sets.slice(0, sets.findIndex((one) => one.id === act.id)).some((one) => one.act === "rolled_back")} />}
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
