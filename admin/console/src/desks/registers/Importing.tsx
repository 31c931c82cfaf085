// A table brought into a register: chosen, sent, followed to its end, with every line that was not taken and why.
import { Alert, Button, Progress } from "antd";
import type { Schemas } from "@jisheng/api-client";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { useAct } from "../data";
import { importAt, type Register, sendTable } from "./data";
import { packed } from "./tables";

type Standing = Schemas["Import"];
type Flaw = Schemas["ImportFlaw"];
const LOOKS = 1_200; // times that one asks how far it is

export function Importing({ register }: { register: Register }) {
  const { t } = useTranslation("desks");
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [standing, setStanding] = useState<Standing>();
  const [flaws, setFlaws] = useState<Flaw[]>([]);
  const act = useAct(async (chosen: File) => {
    setFlaws([]);
    let now: Standing = await sendTable(register.id, await packed(chosen));
    setStanding(now);
    for (let looked = 0; now.done < now.lines && looked < LOOKS; looked++) {
      await new Promise((done) => setTimeout(done, looked < 5 ? 300 : 1_000));
      now = await importAt(register.id, now.id, 0);
      setStanding(now);
    }
    setFlaws(await flawsOf(register.id, now.id));
    await cache.invalidateQueries({ queryKey: ["records", register.id] });
  });
  const percent = (lines: number) => Math.round((lines / Math.max(1, standing?.lines ?? 1)) * 100);
  return (
    <section className="card" aria-labelledby="import">
      <h2 id="import">{t("registers.import")}</h2>
      {register.byCases && <Alert type="info" showIcon title={t("registers.byCases")} />}
      <p className="quiet">{t("registers.importHint")}</p>
      <form className="importing" onSubmit={(event) => { event.preventDefault(); if (file) void act.run(file); }}>
        <label htmlFor="table">{t("registers.file")}</label>
        <input id="table" ref={input} type="file" accept=".csv,.xlsx,text/csv" onChange={(event) => { setFile(event.target.files?.[0]); setStanding(undefined); setFlaws([]); }} />
        <Button type="primary" htmlType="submit" disabled={!file} loading={act.isPending}>{t("registers.send")}</Button>
      </form>
      {act.error && <Sorry error={act.error} />}
      {standing && (
        <div aria-live="polite">
          <Progress percent={percent(standing.done)} success={{ percent: percent(standing.done - standing.counts.bad) }} strokeColor="#d8463c" aria-label={t("registers.progress")} status={act.isPending ? "active" : "normal"} />
          <p role="status"><strong>{t("registers.counts", { ...standing.counts, done: standing.done, lines: standing.lines })}</strong></p>
          <Flaws flaws={flaws} />
        </div>
      )}
    </section>
  );
}

/** What stands against the lines, chunk after chunk. */
async function flawsOf(register: string, id: string): Promise<Flaw[]> {
  const found: Flaw[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page = await importAt(register, id, after);
    found.push(...page.flaws);
    after = page.after as number | null;
  }
  return found;
}

function Flaws({ flaws }: { flaws: readonly Flaw[] }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  if (!flaws.length) return null;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("registers.flaws")}>
      <table className="plain" aria-label={t("registers.flaws")}>
        <thead><tr><th scope="col">{t("registers.line")}</th><th scope="col">{t("registers.column")}</th><th scope="col">{t("registers.reason")}</th></tr></thead>
        <tbody>{flaws.map((flaw, place) => <tr key={place}><td>{flaw.line}</td><td>{flaw.column || flaw.field}</td><td>{flaw.message[language]}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
