// Releases that are to come, and what became of those whose time has come.
import { Alert, App, Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSurroundings } from "../forms/context";
import { Asked, Sorry } from "../shell/parts";
import { session } from "../shell/session";
import { filled } from "../words/designers/process";
import { RELEASING } from "../words/releasing";
import { type Scheduled, useCancel, useScheduled, useScheduleOf } from "./schedules";

const COLOURS = { waiting: "blue", released: "green", refused: "red", cancelled: "default" };
const SHOWN = 20; // of those that are over

export function ScheduledReleases() {
  const w = RELEASING[useSurroundings().language];
  const asked = useScheduled();
  const found = asked.data ?? [];
  const waiting = found.filter((one) => one.status === "waiting").sort((a, b) => a.due.localeCompare(b.due));
  const over = found.filter((one) => one.status !== "waiting").slice(0, SHOWN);
  return (
    <section className="below" aria-label={w.list}>
      <h2>{w.list}</h2>
      <Asked asked={asked}>
        {!found.length && <p className="quiet">{w.none}</p>}
        <ul className="rows">{[...waiting, ...over].map((one) => <li key={one.schedule_id} className="act"><One one={one} /></li>)}</ul>
      </Asked>
    </section>
  );
}

function One({ one }: { one: Scheduled }) {
  const { language } = useSurroundings();
  const w = RELEASING[language];
  const waits = one.status === "waiting";
  return (
    <>
      <strong>{filled(w.due, { at: read(one.due) })}</strong> <Tag color={COLOURS[one.status]}>{w.status[one.status]}</Tag>
      <span className="quiet">{filled(w.by, { by: one.by })}{one.set !== undefined && ` · ${filled(w.set, { set: one.set })}`}</span>
      {one.note && <p>{one.note}</p>}
      <p>{one.drafts.map(({ key, draft_id }) => <Link key={draft_id} to={`/definitions/${key}${waits ? `/drafts/${draft_id}` : ""}`}>{key}</Link>)}</p>
      {one.problem && (
        <ul className="plain">
          <li className="error">{one.problem.message[language]}</li>
          {one.problem.findings.map((finding) => <li key={`${finding.pointer} ${finding.code}`} className="error">{finding.pointer} {finding.message[language]}</li>)}
        </ul>
      )}
      {waits && session()?.roles.includes("releaser") && <Cancel one={one} />}
    </>
  );
}

function Cancel({ one }: { one: Scheduled }) {
  const { t } = useTranslation();
  const w = RELEASING[useSurroundings().language];
  const { modal, message } = App.useApp();
  const cancel = useCancel();
  const ask = () =>
    modal.confirm({
      title: w.cancelAsk, okText: w.cancel, cancelText: t("cancel"),
      onOk: () => cancel.mutateAsync(one.schedule_id).then(() => void message.success(w.cancelled), () => undefined), // said below
    });
  return (
    <>
      <Button size="small" danger aria-label={`${w.cancel} ${one.drafts.map(({ key }) => key).join(" ")}`} loading={cancel.isPending} onClick={ask}>{w.cancel}</Button>
      {cancel.error && <Sorry error={cancel.error} />}
    </>
  );
}

/** On the page of a draft that is to be released by itself. */
export function ScheduledHere({ draft }: { draft: string }) {
  const w = RELEASING[useSurroundings().language];
  const found = useScheduleOf(draft);
  return found ? <Alert type="info" showIcon title={filled(w.here, { at: read(found.due), by: found.by })} /> : null;
}

const read = (instant: string) => instant.slice(0, 16).replace("T", " ");
