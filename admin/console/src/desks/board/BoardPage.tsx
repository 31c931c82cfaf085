// The dashboard: lights by department, what is within its time, what waits where; of the desks that one may read.
import { useQuery } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { text } from "../../forms/schema";
import { Asked, Heading, Reading } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { listen, session } from "../../shell/session";
import { useOrganisation } from "../data";
import { counted, LIGHTS, waitsFor } from "../lights";
import "../parts";
import { useMyDesks } from "../routes";
import { byDepartment, onTime, read, waiting } from "./figures";

const Chart = lazy(() => import("./Chart"));

export default function BoardPage() {
  const { t } = useTranslation("desks");
  const who = useSyncExternalStore(listen, session);
  const mine = useMyDesks(who);
  const desks = mine.data?.desks ?? [];
  const [done, setDone] = useState(0);
  const asked = useQuery({ queryKey: ["board", who?.subject, desks.length], enabled: desks.length > 0, staleTime: 60_000, queryFn: () => read(desks, setDone) });
  return (
    <div className="desk">
      <Heading title={t("board.title")} lead={t("board.lead", { n: desks.length })}>
        <Button onClick={() => void asked.refetch()} loading={asked.isFetching}>{t("case.refresh")}</Button>
      </Heading>
      {asked.isFetching && !asked.data && <Progress percent={Math.round((done / Math.max(1, desks.length)) * 100)} aria-label={t("board.reading")} />}
      <Asked asked={asked}>{asked.data && <Figures cases={asked.data.cases} cut={asked.data.cut} />}</Asked>
    </div>
  );
}

type Cases = Awaited<ReturnType<typeof read>>["cases"];

function Figures({ cases, cut }: { cases: Cases; cut: string[] }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const { nodeTitle } = useOrganisation();
  const lights = counted(cases);
  const rate = onTime(cases);
  const departments = byDepartment(cases).map((one) => ({ ...one, title: nodeTitle(one.department) }));
  const waits = waiting(cases);
  const shown = LIGHTS.filter((light) => light !== "stopped" || lights.stopped > 0);
  return (
    <>
      {cut.length > 0 && <p className="hint">{t("board.cut", { n: cut.length })}</p>}
      <div className="lights figures">
        <div className="tile"><span>{t("board.open")}</span> <strong>{cases.length}</strong></div>
        <div className="tile green"><span>{t("board.onTime")}</span> <strong>{rate === null ? "—" : `${Math.floor(rate * 1000) / 10}%`}</strong></div>
        {shown.map((light) => <div key={light} className={`tile ${light}`}><span>{t(`light.${light}`)}</span> <strong>{lights[light]}</strong></div>)}
      </div>
      <section className="card" aria-labelledby="by-department">
        <h2 id="by-department">{t("board.byDepartment")}</h2>
        {departments.length === 0 ? <p className="empty">{t("board.nothing")}</p> : <Suspense fallback={<Reading label={t("case.reading")} />}><Chart departments={departments} lights={shown} label={t("board.byDepartment")} /></Suspense>}
        {departments.length > 0 && (
          <div className="scroll" tabIndex={0} role="region" aria-label={t("board.asTable")}>
            <table className="plain" aria-label={t("board.byDepartment")}>
              <thead><tr><th scope="col">{t("board.department")}</th>{shown.map((light) => <th key={light} scope="col">{t(`light.${light}`)}</th>)}</tr></thead>
              <tbody>{departments.map((one) => <tr key={one.department}><th scope="row">{one.title}</th>{shown.map((light) => <td key={light}>{one.lights[light]}</td>)}</tr>)}</tbody>
            </table>
          </div>
        )}
      </section>
      <section className="card" aria-labelledby="waits">
        <h2 id="waits">{t("board.waits")}</h2>
        <ul className="waits">
          {waits.map((one) => (
            <li key={`${one.state.id} ${one.state.waits_for}`}>
              <span><strong>{text(one.state.title, language)}</strong> <span className="quiet">{one.state.waits_for ? t(waitsFor(one.state.waits_for), { defaultValue: one.state.waits_for }) : t("moves.others")}</span></span>
              <span className="bar-of" aria-hidden="true"><span style={{ width: `${(one.cases / (waits[0]?.cases ?? 1)) * 100}%` }} /></span>
              <strong>{one.cases}</strong>{one.overdue > 0 && <span className="light overdue">{t("board.overdue", { n: one.overdue })}</span>}
            </li>
          ))}
        </ul>
        <p><Link to="/queue">{t("board.toQueue")}</Link> · <Link to="/plan">{t("board.toPlan")}</Link></p>
      </section>
    </>
  );
}
