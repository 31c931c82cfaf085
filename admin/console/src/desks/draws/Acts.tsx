// What officials do to a draw: seal, name and type a lottery (two people, each unseen by the other), bring a round, recuse.
import { answered, type Schemas } from "@jisheng/api-client";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Sorry } from "../../shell/parts";
import { listen, session } from "../../shell/session";
import { useAct } from "../data";
import { type Act, ACTS, type Step } from "./steps";

type Field = "department" | "sealed" | "nonce" | "issue" | "at" | "until" | "numbers" | "round" | "signature" | "randomness" | "object" | "slot" | "recused" | "reason";
const FIELDS: Record<Act, readonly Field[]> = {
  seal: ["department", "sealed"],
  "name-lottery": ["issue", "at", "until"],
  open: ["department", "nonce"],
  "type-lottery": ["numbers"],
  "bring-round": ["round", "signature", "randomness"],
  recuse: ["object", "slot", "recused", "reason"],
  "declare-void": ["reason"],
};
const INSTANTS = new Set<Field>(["at", "until"]);
const NUMBERS = new Set<Field>(["round", "slot"]);

export function Acts({ series, number, step, title }: { series: string; number: number; step: Step; title: string }) {
  const { t } = useTranslation("desks");
  const [chosen, setChosen] = useState<Act>();
  const who = useSyncExternalStore(listen, session);
  const may = ACTS[step] ?? [];
  if (!may.length || !who?.roles.some((role) => role === "admin" || role === "staff")) return null;
  return (
    <div className="draw-acts">
      <div className="actions" role="group" aria-label={`${t("draws.acts")} ${title}`}>
        {may.map((act) => <Button key={act} aria-expanded={chosen === act} onClick={() => setChosen(chosen === act ? undefined : act)}>{t(`draws.act.${act}`)}</Button>)}
      </div>
      {chosen && <Form key={`${chosen} ${number}`} series={series} act={chosen} department={who.department ?? ""} />}
    </div>
  );
}

function Form({ series, act, department }: { series: string; act: Act; department: string }) {
  const { t } = useTranslation("desks");
  const cache = useQueryClient();
  const [said, setSaid] = useState<Partial<Record<Field, string>>>({ department });
  const [again, setAgain] = useState(""); // numbers are typed twice by each of the two
  const fields = FIELDS[act];
  const asked = useAct(async () => {
    const body = Object.fromEntries(fields.map((name) => [name, valueOf(name, said[name] ?? "")]));
    const done = await answered(api.POST("/v1/draws/{series_id}/acts", { params: { path: { series_id: series } }, body: { act, ...body } as Schemas["DrawAct"] }));
    void cache.invalidateQueries({ queryKey: ["draws"] });
    setSaid({ department });
    setAgain("");
    return done;
  });
  const typed = act === "type-lottery";
  const ready = fields.every((name) => said[name]) && (!typed || again === said.numbers);
  return (
    <form className="stack narrow-form serving" aria-label={t(`draws.act.${act}`)} onSubmit={(event) => { event.preventDefault(); void asked.run(); }}>
      {t(`draws.about.${act}`, { defaultValue: "" }) && <p className="quiet">{t(`draws.about.${act}`)}</p>}
      {fields.map((name) => (
        <label key={name}>{t(`draws.field.${name}`)}<Input type={INSTANTS.has(name) ? "datetime-local" : NUMBERS.has(name) ? "number" : "text"} autoComplete="off" value={said[name] ?? ""} onChange={(event) => setSaid({ ...said, [name]: event.target.value })} /></label>
      ))}
      {typed && <label>{t("draws.field.again")}<Input autoComplete="off" value={again} status={again && again !== said.numbers ? "error" : ""} onChange={(event) => setAgain(event.target.value)} /></label>}
      <div className="actions"><Button type="primary" htmlType="submit" disabled={!ready} loading={asked.isPending}>{t("draws.do", { act: t(`draws.act.${act}`) })}</Button></div>
      {asked.error && <Sorry error={asked.error} />}
      {asked.data && <Alert type="success" showIcon role="status" title={t(typed ? "draws.typed" : "draws.done", { act: t(`draws.act.${act}`) })} />}
    </form>
  );
}

function valueOf(name: Field, typed: string): string | number {
  if (INSTANTS.has(name)) return Date.parse(`${typed}:00+08:00`); // the district's time
  return NUMBERS.has(name) ? Number(typed) : typed.trim();
}
