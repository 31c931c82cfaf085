// What was sent to a subscriber, searched; an attempt looked at closely; what is sent again, and how far that is.
import { Button, Drawer, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, Sorry } from "../../shell/parts";
import { useAct } from "../data";
import { type Delivery, type Replay, type Search, useDeliveries, useDelivery, useWebhookActs } from "./data";

const STATES = ["pending", "sending", "retry", "ok", "dead", "skipped"] as const;
const LIGHT: Record<Delivery["state"], string> = { ok: "green", pending: "stopped", sending: "stopped", retry: "yellow", dead: "red", skipped: "paused" };

/** What a field for local time says, as an instant of the district's. */
const instant = (local: string) => (local ? `${local.length === 16 ? `${local}:00` : local}+08:00` : undefined);

export function Log({ subscription }: { subscription: string }) {
  const { t } = useTranslation("desks");
  const [search, setSearch] = useState<Search>({});
  const [open, setOpen] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const asked = useDeliveries(subscription, search);
  const lines = asked.data?.pages.flatMap((page) => page.deliveries) ?? [];
  const set = (changed: Search) => setSearch((now) => Object.fromEntries(Object.entries({ ...now, ...changed }).filter(([, value]) => value)) as Search);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <section className="card" aria-labelledby="log">
      <div className="bar"><h2 id="log">{t("hooks.log")}</h2><Button onClick={() => void asked.refetch()} loading={asked.isRefetching}>{t("case.refresh")}</Button></div>
      <div className="filters even" role="search" aria-label={t("hooks.log")}>
        <label>{t("hooks.state")}<Select allowClear aria-label={t("hooks.state")} value={search.state} options={STATES.map((value) => ({ value, label: t(`hooks.states.${value}`) }))} onChange={(state) => set({ state })} /></label>
        <label>{t("hooks.type")}<Input value={search.type ?? ""} placeholder="case.accepted" onChange={(event) => set({ type: event.target.value })} /></label>
        <label>{t("hooks.case")}<Input value={search.case ?? ""} placeholder="cas_…" onChange={(event) => set({ case: event.target.value })} /></label>
        <label>{t("hooks.from")}<Input type="datetime-local" onChange={(event) => set({ from: instant(event.target.value) })} /></label>
        <label>{t("hooks.to")}<Input type="datetime-local" onChange={(event) => set({ to: instant(event.target.value) })} /></label>
      </div>
      <Again subscription={subscription} chosen={[...chosen]} search={search} done={() => setChosen(new Set())} />
      <Asked asked={asked}>
        {lines.length === 0 && <p className="empty">{t("hooks.noLines")}</p>}
        {lines.length > 0 && (
          <table className="queue" role="table" aria-label={t("hooks.log")}>
            <thead role="rowgroup"><tr role="row"><th role="columnheader" className="pick" scope="col">{t("hooks.pick")}</th>{["type", "case", "state", "attempt", "at"].map((name) => <th key={name} role="columnheader" scope="col">{t(`hooks.${name}`)}</th>)}</tr></thead>
            <tbody role="rowgroup">
              {lines.map((line) => (
                <tr key={line.delivery_id} role="row">
                  <td role="cell" className="pick"><input type="checkbox" aria-label={t("hooks.pickOne", { id: line.event_id })} checked={chosen.has(line.delivery_id)} onChange={() => toggle(line.delivery_id)} /></td>
                  <td role="cell"><button type="button" className="plain-link" onClick={() => setOpen(line.delivery_id)}>{line.type}</button>{line.replayed && <span className="state">{t("hooks.replayed")}</span>}</td>
                  <td role="cell" data-label={t("hooks.case")}><code>{line.case ?? "—"}</code></td>
                  <td role="cell" data-label={t("hooks.state")}><span className={`light ${LIGHT[line.state]}`}>{t(`hooks.states.${line.state}`)}</span> {line.why && <code>{line.why}</code>}</td>
                  <td role="cell" data-label={t("hooks.attempt")}>{line.attempt}{line.next_attempt_at && <span className="quiet"> · {t("hooks.next", { at: line.next_attempt_at.slice(11, 19) })}</span>}</td>
                  <td role="cell" data-label={t("hooks.at")}><time dateTime={line.at}>{line.at.slice(0, 19).replace("T", " ")}</time></td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {asked.hasNextPage && <Button block onClick={() => void asked.fetchNextPage()}>{t("queue.more")}</Button>}
      </Asked>
      {open && <Close subscription={subscription} delivery={open} close={() => setOpen(undefined)} />}
    </section>
  );
}

/** Sends again: what is ticked, or whatever failed or was passed over in the time that is searched. */
function Again({ subscription, chosen, search, done }: { subscription: string; chosen: string[]; search: Search; done: () => void }) {
  const { t } = useTranslation("desks");
  const { replay, replayed } = useWebhookActs();
  const [far, setFar] = useState<Replay>();
  const act = useAct(async (body: Parameters<typeof replay>[1]) => {
    let now = await replay(subscription, body);
    setFar(now);
    for (let looked = 0; now.state === "running" && looked < 300; looked++) {
      await new Promise((again) => setTimeout(again, 700));
      now = await replayed(subscription, now.replay_id);
      setFar(now);
    }
    done();
  });
  const range = () => void act.run({ from: search.from, ...(search.to ? { to: search.to } : {}), ...(search.type ? { types: [search.type] } : {}) });
  return (
    <div className="again">
      <Button type="primary" disabled={!chosen.length} loading={act.isPending} onClick={() => void act.run({ ids: chosen.slice(0, 100) })}>{t("hooks.replayChosen", { n: chosen.length })}</Button>
      <Button disabled={!search.from} loading={act.isPending} onClick={range}>{t("hooks.replayRange")}</Button>
      {!search.from && <span className="quiet">{t("hooks.rangeHint")}</span>}
      {far && <span role="status">{t("hooks.far", { ...far, state: t(`hooks.replays.${far.state}`) })}</span>}
      {act.error && <Sorry error={act.error} />}
    </div>
  );
}

function Close({ subscription, delivery, close }: { subscription: string; delivery: string; close: () => void }) {
  const { t } = useTranslation("desks");
  const asked = useDelivery(subscription, delivery);
  return (
    <Drawer open title={t("hooks.delivery")} size={620} onClose={close}>
      <Asked asked={asked}>
        <table className="plain">
          <thead><tr><th scope="col">{t("hooks.attempt")}</th><th scope="col">{t("hooks.at")}</th><th scope="col">HTTP</th><th scope="col">{t("hooks.ms")}</th></tr></thead>
          <tbody>{asked.data?.attempts.map((one) => <tr key={one.n}><td>{one.n}</td><td>{one.at.slice(0, 19).replace("T", " ")}</td><td>{one.status ?? one.why}</td><td>{one.ms}</td></tr>)}</tbody>
        </table>
        <h3>{t("hooks.answer")}</h3>
        <pre className="json" tabIndex={0}>{asked.data?.answer || "—"}</pre>
        <h3>{t("hooks.body")}</h3>
        <pre className="json" tabIndex={0}>{JSON.stringify(asked.data?.body, null, 2)}</pre>
      </Asked>
    </Drawer>
  );
}
