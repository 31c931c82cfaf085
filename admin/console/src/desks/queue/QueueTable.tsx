// The cases of a queue: a table where there is room, cards where there is not; the same rows and cells for who listens.
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { text } from "../../forms/schema";
import { usePreferences } from "../../shell/preferences";
import { Sorry } from "../../shell/parts";
import { type Case, useAct, useActs } from "../data";
import { standing } from "../lights";
import { Standing, States, useSubject } from "../parts";

interface Props {
  cases: readonly Case[];
  me: string;
  chosen: ReadonlySet<string>;
  choose: (chosen: ReadonlySet<string>) => void;
}

export function QueueTable({ cases, me, chosen, choose }: Props) {
  const { t } = useTranslation("desks");
  if (!cases.length) return <p className="empty">{t("queue.empty")}</p>;
  const all = cases.every((one) => chosen.has(one.case_id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <table className="queue" role="table" aria-label={t("queue.title")}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" className="pick"><input type="checkbox" aria-label={t("queue.all")} checked={all} onChange={() => choose(all ? new Set() : new Set(cases.map((one) => one.case_id)))} /></th>
          {["case", "applicant", "state", "time", "claimed"].map((name) => <th key={name} role="columnheader" scope="col">{t(`queue.columns.${name}`)}</th>)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {cases.map((one) => <Row key={one.case_id} one={one} me={me} picked={chosen.has(one.case_id)} toggle={() => toggle(one.case_id)} />)}
      </tbody>
    </table>
  );
}

function Row({ one, me, picked, toggle }: { one: Case; me: string; picked: boolean; toggle: () => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const subject = useSubject();
  const applicant = one.parties[0];
  return (
    <tr role="row" className={`${standing(one).light}${picked ? " picked" : ""}`}>
      <td role="cell" className="pick"><input type="checkbox" aria-label={t("queue.pick", { number: one.number })} checked={picked} onChange={toggle} /></td>
      <td role="cell"><Link to={`/cases/${one.case_id}`} className="number">{one.number}</Link><span className="what">{text(one.title, language)}</span></td>
      <td role="cell" data-label={t("queue.columns.applicant")}>{applicant ? (applicant.name ?? subject(applicant.subject)) : "—"}</td>
      <td role="cell" data-label={t("queue.columns.state")}><States one={one} /></td>
      <td role="cell" data-label={t("queue.columns.time")}><Standing one={one} /></td>
      <td role="cell" data-label={t("queue.columns.claimed")}><Held one={one} me={me} /></td>
    </tr>
  );
}

function Held({ one, me }: { one: Case; me: string }) {
  const { t } = useTranslation("desks");
  const subject = useSubject();
  const { claim, handBack } = useActs();
  const take = useAct(claim);
  const back = useAct(handBack);
  const error = take.error ?? back.error;
  const mine = one.claim?.by === me;
  return (
    <span className="held">
      {one.claim && <span>{mine ? t("claim.me") : subject(one.claim.by)}</span>}
      {!one.claim && <Button size="small" aria-label={`${t("claim.take")} ${one.number}`} loading={take.isPending} onClick={() => void take.run(one.case_id)}>{t("claim.take")}</Button>}
      {mine && <Button size="small" type="text" aria-label={`${t("claim.back")} ${one.number}`} loading={back.isPending} onClick={() => void back.run(one.case_id)}>{t("claim.back")}</Button>}
      {error && <Sorry error={error} />}
    </span>
  );
}
