// What may be done with the chosen cases together, and what became of it: what succeeded, what was refused and why.
import { Refusal } from "@jisheng/api-client";
import { Button, Drawer, Progress } from "antd";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, text } from "../../forms/schema";
import type { JsonObject } from "../../json/pointer";
import { usePreferences } from "../../shell/preferences";
import { Colleague } from "../case/Claiming";
import { type Case, useActs, useItem } from "../data";
import { InputForm } from "../forms/InputForm";
import { ready } from "../forms/input_schema";
import { type Became, oneByOne, type Shared, sharedMoves } from "./bulk";

type Doing = { kind: "move"; shared: Shared } | { kind: "hand" } | { kind: "take" };

export function Bulk({ cases, clear, keep }: { cases: Case[]; clear: () => void; keep: (ids: string[]) => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [doing, setDoing] = useState<Doing>();
  const [chosen, setChosen] = useState<Case[]>([]); // as they were when it began: the queue changes under it
  const moves = useMemo(() => sharedMoves(cases), [cases]);
  const begin = (what: Doing) => {
    setChosen(what.kind === "move" ? what.shared.cases : cases);
    setDoing(what);
  };
  const end = (refused: string[]) => {
    setDoing(undefined);
    keep(refused);
  };
  return (
    <div className="bulk" role="region" aria-label={t("bulk.title")}>
      <strong role="status">{t("bulk.chosen", { n: cases.length })}</strong>
      <div className="actions">
        <Button onClick={() => begin({ kind: "take" })}>{t("claim.take")}</Button>
        <Button onClick={() => begin({ kind: "hand" })}>{t("claim.give")}</Button>
        {moves.slice(0, 6).map((shared) => (
          <Button key={JSON.stringify([shared.move.move, shared.move.input])} type="primary" ghost onClick={() => begin({ kind: "move", shared })}>
            {text(shared.move.title, language)} {shared.cases.length < cases.length && t("bulk.of", { n: shared.cases.length })}
          </Button>
        ))}
        <Button type="text" onClick={clear}>{t("bulk.clear")}</Button>
      </div>
      {doing && <Together doing={doing} cases={chosen} end={end} />}
    </div>
  );
}

function Together({ doing, cases, end }: { doing: Doing; cases: Case[]; end: (refused: string[]) => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const acts = useActs();
  const [input, setInput] = useState<JsonObject>({});
  const [became, setBecame] = useState<Became[]>();
  const [running, setRunning] = useState(false);
  const stop = useRef(false);
  const going = useRef(false);
  const item = useItem(cases[0]?.item_id, cases[0]?.release).data;
  const move = doing.kind === "move" ? doing.shared.move : undefined;
  const schema = useMemo(() => (move?.input ? ready(move.input as Schema, item, language) : undefined), [move, item, language]);
  const title = move ? (text(move.title, language) ?? move.move) : t(doing.kind === "hand" ? "claim.give" : "claim.take");
  const run = async (act: (one: Case) => Promise<unknown>) => {
    if (going.current) return;
    going.current = true;
    stop.current = false;
    setRunning(true);
    setBecame([]);
    await oneByOne(cases, act, setBecame, () => stop.current);
    setRunning(false);
    going.current = false;
  };
  const close = () => {
    stop.current = true;
    end((became ?? []).filter((one) => one.error).map((one) => one.one.case_id));
  };
  const make = () => void run((one) => (move ? acts.move(one.case_id, `"${one.seq}"`, move.move, input) : acts.claim(one.case_id)));
  const footer = became ? (
    running ? <Button onClick={() => { stop.current = true; }}>{t("bulk.stop")}</Button> : <Button type="primary" onClick={close}>{t("bulk.close")}</Button>
  ) : (
    <div className="actions">
      {doing.kind !== "hand" && <Button type="primary" size="large" onClick={make}>{t("bulk.do", { n: cases.length, what: title })}</Button>}
      <Button size="large" onClick={close}>{t("moves.not")}</Button>
    </div>
  );
  return (
    <Drawer open title={`${title} · ${t("bulk.chosen", { n: cases.length })}`} size={620} onClose={close} footer={footer}>
      {became ? <Summary cases={cases} became={became} running={running} /> : (
        <>
          <p className="quiet">{cases.map((one) => one.number).join("、")}</p>
          {doing.kind === "hand" && cases[0] && <Colleague department={cases[0].department} window={cases[0].window} choose={(to) => void run((one) => acts.claim(one.case_id, to))} />}
          {schema && <InputForm schema={schema} value={input} prefix="b" onChange={setInput} />}
        </>
      )}
    </Drawer>
  );
}

function Summary({ cases, became, running }: { cases: Case[]; became: Became[]; running: boolean }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const refused = became.filter((one) => one.error);
  const done = became.length - refused.length;
  const percent = (n: number) => Math.round((n / cases.length) * 100);
  const said = (error: Error) => (error instanceof Refusal ? error.said(language) : error.message);
  return (
    <div className="summary" aria-live="polite">
      <Progress percent={percent(became.length)} success={{ percent: percent(done) }} strokeColor="#d8463c" status={running ? "active" : "normal"} aria-label={t("bulk.progress")} />
      <p role="status"><strong>{t("bulk.result", { done, refused: refused.length, left: cases.length - became.length })}</strong></p>
      {refused.length > 0 && (
        <>
          <h3>{t("bulk.refused")}</h3>
          <ul className="papers" aria-label={t("bulk.refused")}>{refused.map(({ one, error }) => <li key={one.case_id}><Link to={`/cases/${one.case_id}`}>{one.number}</Link> <span className="error">{error && said(error)}</span></li>)}</ul>
        </>
      )}
      {done > 0 && (
        <>
          <h3>{t("bulk.done")}</h3>
          <p>{became.filter((one) => !one.error).map((one) => one.one.number).join("、")}</p>
        </>
      )}
    </div>
  );
}
