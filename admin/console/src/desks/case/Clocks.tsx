// The time account of a case: each clock, what is left of it, and every day of it with the reason why it counted.
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { text } from "../../forms/schema";
import { Asked } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { type Case, type Clock, useClock } from "../data";
import { Light, useLeft } from "../parts";

export function Clocks({ one }: { one: Case }) {
  const { t } = useTranslation("desks");
  const [open, setOpen] = useState<Clock>();
  if (!one.clocks.length) return null;
  const clocks = [...one.clocks].sort((a, b) => Number(b.running) - Number(a.running));
  return (
    <section className="card" aria-labelledby="clocks">
      <h2 id="clocks">{t("clocks.title")}</h2>
      <ul className="clocks">{clocks.map((clock) => <Line key={clock.id} clock={clock} open={() => setOpen(clock)} />)}</ul>
      {one.holds.filter((hold) => !hold.end).map((hold) => <p key={hold.id} className="hint">{t("clocks.hold", { hold: hold.id, since: hold.start.slice(0, 10) })}</p>)}
      {open && <Account one={one} clock={open} close={() => setOpen(undefined)} />}
    </section>
  );
}

function Line({ clock, open }: { clock: Clock; open: () => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const left = useLeft();
  const title = text(clock.title ?? undefined, language) ?? clock.id;
  const minutes = clock.unit === "office_hour" ? clock.budget * 60 : clock.budget;
  const used = Math.min(1, clock.consumed / Math.max(1, minutes));
  return (
    <li className={clock.running ? "clock" : "clock stopped"}>
      <div className="clock-head"><strong>{title}</strong> <Light light={clock.light} /></div>
      <div className={`meter ${clock.light}`} aria-hidden="true"><span style={{ width: `${Math.round(used * 100)}%` }} /></div>
      <p className="quiet">
        {clock.running ? <>{left(clock)}{clock.deadline && <> · {t("clocks.until", { at: clock.deadline.slice(0, 16).replace("T", " ") })}</>}</> : t(clock.light === "paused" ? "clocks.paused" : "clocks.stopped")}
        {clock.provisional && <> · {t("clocks.provisional")}</>}
      </p>
      <Button type="link" size="small" aria-label={`${t("clocks.why")} ${title}`} onClick={open}>{t("clocks.why")}</Button>
    </li>
  );
}

function Account({ one, clock, close }: { one: Case; clock: Clock; close: () => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const asked = useClock(one.case_id, clock.id, one.seq);
  const title = text(clock.title ?? undefined, language) ?? clock.id;
  const days = asked.data?.account ?? [];
  return (
    <Modal open title={t("clocks.account", { title })} footer={null} onCancel={close} width={640}>
      <Asked asked={asked}>
        <p>{t("clocks.sum", { budget: clock.budget, unit: t(`unit.${clock.unit}`), counted: days.filter((day) => day.counted).length, not: days.filter((day) => !day.counted).length })}</p>
        {clock.basis && <p className="quiet">{t("clocks.basis", { basis: clock.basis })}</p>}
        <div className="scroll" tabIndex={0} role="region" aria-label={t("clocks.days")}>
          <table className="plain">
            <thead><tr><th scope="col">{t("clocks.day")}</th><th scope="col">{t("clocks.counts")}</th><th scope="col">{t("clocks.reason")}</th></tr></thead>
            <tbody>{days.map((day) => <tr key={day.day} className={day.counted ? "" : "free"}><td>{day.day}</td><td>{day.counted ? t("clocks.yes") : t("clocks.no")}{day.minutes !== undefined && ` · ${Math.round(day.minutes / 6) / 10}`}</td><td>{text(day.why, language)}</td></tr>)}</tbody>
          </table>
        </div>
      </Asked>
    </Modal>
  );
}
