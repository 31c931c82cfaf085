// What this official may do with the case now: exactly the moves that the case's answer carries, each by its own schema.
import type { Refusal } from "@jisheng/api-client";
import { App, Button, Drawer } from "antd";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, text } from "../../forms/schema";
import type { JsonObject } from "../../json/pointer";
import { Sorry } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { listen, session } from "../../shell/session";
import { type Case, type Item, type Move, useAct, type useActs, useCase } from "../data";
import { useFound } from "../forms/found";
import { InputForm } from "../forms/InputForm";
import { ready } from "../forms/input_schema";
import { overtaken } from "../once";
import { waitsFor } from "../lights";
import { useMyDesks } from "../routes";
import { Since } from "./Since";

interface Props {
  one: Case;
  etag: string;
  item: Item | undefined;
  acts: ReturnType<typeof useActs>;
}

export function Moves({ one, etag, item, acts }: Props) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const [making, setMaking] = useState<Move>();
  const who = useSyncExternalStore(listen, session);
  const posts = useMyDesks(who).data?.posts.map(({ post }) => `post:${post}`) ?? [];
  const waits = one.state.map((state) => state.waits_for).filter((waited) => typeof waited === "string");
  const turn = waits.some((waited) => posts.includes(waited)); // it is my turn: the first move is the usual one
  const waited = waits.map((waiting) => t(waitsFor(waiting), { defaultValue: waiting })).join("、") || t("moves.others");
  return (
    <section className="card moves" aria-labelledby="moves">
      <h2 id="moves">{t("moves.title")}</h2>
      {one.outcome ? <p className="quiet">{t("moves.closed")}</p> : !turn && <p className="quiet">{t(one.moves.length ? "moves.waits" : "moves.none", { for: waited })}</p>}
      <div className="move-buttons">
        {one.moves.map((move, place) => (
          <Button key={move.move} block type={turn && place === 0 ? "primary" : "default"} size={turn && place === 0 ? "large" : "middle"} onClick={() => setMaking(move)}>
            {text(move.title, language)}
          </Button>
        ))}
      </div>
      {making && <Making key={making.move} one={one} etag={etag} item={item} acts={acts} move={making} choose={setMaking} close={() => setMaking(undefined)} />}
    </section>
  );
}

function Making({ one, etag, item, acts, move, choose, close }: Props & { move: Move; choose: (move: Move) => void; close: () => void }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const { message } = App.useApp();
  const again = useCase(one.case_id).refetch;
  const [input, setInput] = useState<JsonObject>({});
  const [read, setRead] = useState(one.seq); // the case as it was when this was opened, or looked at again
  const act = useAct(acts.move);
  const schema = useMemo(() => (move.input ? ready(move.input as Schema, item, language) : undefined), [move, item, language]);
  const findings = useFound(act.error, input);
  const late = overtaken(act.error);
  const { error, reset } = act;
  useEffect(() => {
    if (late) void again();
  }, [late, error, again]);
  const title = text(move.title, language) ?? move.move;
  const still = one.moves.find((other) => other.move === move.move);
  const send = async () => {
    const done = await act.run(one.case_id, etag, move.move, input);
    if (!done) return;
    void message.success(t("moves.done", { move: title, state: done.state.map((state) => text(state.title, language)).join("、") }));
    close();
  };
  const lookedAt = () => {
    setRead(one.seq);
    reset();
  };
  return (
    <Drawer open title={title} size={560} onClose={close} className="making" footer={
      <div className="actions">
        <Button type="primary" size="large" loading={act.isPending} disabled={late} onClick={() => void send()}>{t("moves.confirm", { move: title })}</Button>
        <Button size="large" onClick={close}>{t("moves.not")}</Button>
      </div>
    }>
      <p className="quiet">{one.number} · {text(one.title, language)}</p>
      {late && <Since one={one} read={read} error={act.error as Refusal} still={still !== undefined} lookedAt={lookedAt} choose={choose} />}
      {act.error && !late && <Sorry error={act.error} />}
      {schema ? <InputForm schema={schema} value={input} findings={findings} prefix="m" onChange={setInput} /> : <p>{t("moves.plain")}</p>}
    </Drawer>
  );
}
