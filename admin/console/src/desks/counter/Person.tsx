// Who is present, and in whose name the counter files: a firm or a person whose mandate for this clerk is on record.
import type { Api } from "@jisheng/api-client";
import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sorry } from "../../shell/parts";
import type { Session } from "../../shell/session";
import { useAct } from "../data";
import { useSubject } from "../parts";
import { atCounter, NoCounter } from "./speaking";

export interface Present {
  subject: string;
  api: Api;
}

interface Props {
  present: Present | undefined;
  session: Session;
  set: (present: Present | undefined) => void;
}

export function Person({ present, session, set }: Props) {
  const { t } = useTranslation("desks");
  const said = useSubject();
  const [kind, setKind] = useState("enterprise");
  const [code, setCode] = useState("");
  const act = useAct(async () => {
    const subject = `${kind}:${code.trim()}`;
    set({ subject, api: await atCounter(session, subject) });
  });
  if (present) {
    return (
      <section className="card present" aria-label={t("counter.steps.who")}>
        <span className="quiet">{t("counter.for")}</span> <strong>{said(present.subject)}</strong>
        <Button onClick={() => set(undefined)}>{t("counter.other")}</Button>
      </section>
    );
  }
  const kinds = ["enterprise", "person"].map((value) => ({ value, label: t(`counter.kinds.${value}`) }));
  return (
    <section className="card" aria-labelledby="who">
      <h2 id="who">{t("counter.who")}</h2>
      <p className="quiet">{t("counter.whoHint")}</p>
      <form className="stack narrow-form" onSubmit={(event) => { event.preventDefault(); void act.run(); }}>
        <Radio.Group aria-label={t("counter.kind")} options={kinds} value={kind} onChange={(event) => setKind(event.target.value as string)} optionType="button" />
        <label>{t(`counter.codes.${kind}`)}<Input value={code} onChange={(event) => setCode(event.target.value)} autoComplete="off" size="large" /></label>
        <div className="actions"><Button type="primary" htmlType="submit" size="large" disabled={!code.trim()} loading={act.isPending}>{t("counter.begin")}</Button></div>
        {act.error && (act.error instanceof NoCounter ? <p className="error" role="alert">{t("counter.noToken")}</p> : <Sorry error={act.error} />)}
      </form>
    </section>
  );
}
