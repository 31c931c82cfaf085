// What happened to a case, in words: when, what, by whom, what was said and issued.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDefinition, useList } from "../../definitions/data";
import { text } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import { Asked } from "../../shell/parts";
import { usePreferences } from "../../shell/preferences";
import { type Case, type CaseEvent, type Item, useEvents, useEventTitles } from "../data";
import { Shown } from "../forms/Shown";
import { ready } from "../forms/input_schema";
import { useSubject } from "../parts";

export function Timeline({ one, item }: { one: Case; item: Item | undefined }) {
  const { t } = useTranslation("desks");
  const asked = useEvents(one.case_id, one.seq);
  const words = useWords(item);
  const days = useMemo(() => grouped(asked.data ?? []), [asked.data]);
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">{t("case.timeline")}</h2>
      <Asked asked={asked}>
        {days.map(([day, events]) => (
          <div key={day} className="day">
            <h3>{day}</h3>
            <ol className="timeline">{events.map((event) => <Told key={event.id} event={event} item={item} words={words} />)}</ol>
          </div>
        ))}
      </Asked>
    </section>
  );
}

/** Newest first, by the day on which it happened. */
function grouped(events: readonly CaseEvent[]): [string, CaseEvent[]][] {
  const days = new Map<string, CaseEvent[]>();
  for (const event of [...events].reverse()) {
    const day = event.occurred_at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

interface Words {
  state: (id: string) => string;
  paper: (id: string) => string;
  inputs: Record<string, JsonObject>;
}

function Told({ event, item, words }: { event: CaseEvent; item: Item | undefined; words: Words }) {
  const { t } = useTranslation("desks");
  const { language } = usePreferences();
  const title = useEventTitles();
  const subject = useSubject();
  const data = event.data as JsonObject;
  const input = isObject(data.input) ? data.input : undefined;
  const schema = useMemo(() => ready(words.inputs[String(data.move)] ?? { type: "object" }, item, language), [words, data.move, item, language]);
  const { actor } = event;
  const machine = actor.via === "system" || actor.person.startsWith("system:");
  return (
    <li className={machine ? "told machine" : "told"}>
      <time dateTime={event.occurred_at}>{event.occurred_at.slice(11, 16)}</time>
      <div>
        <p>
          <strong>{title(event.type)}</strong>
          {Array.isArray(data.to) && data.to.length > 0 && <span className="quiet"> {t("told.to", { state: data.to.map((state) => words.state(String(state))).join("、") })}</span>}
        </p>
        <p className="quiet">
          {machine ? t("told.machine") : subject(actor.person, actor)}
          {actor.acting_for && <> · {t("told.for", { who: subject(actor.acting_for) })}</>}
          {!machine && <> · {t(`channel.${actor.via}`, { defaultValue: actor.via })}</>}
        </p>
        {Array.isArray(data.issued) && data.issued.length > 0 && <p>{t("told.issued", { papers: data.issued.map((one) => words.paper(named(one))).join("、") })}</p>}
        {input && Object.keys(input).length > 0 && <div className="said"><Shown schema={schema} value={input} /></div>}
      </div>
    </li>
  );
}

const named = (one: Json) => (isObject(one) ? String(one.document ?? one.id ?? "") : String(one));

/** What the item's process calls its states, and what it asks with its moves: the words of the timeline. */
function useWords(item: Item | undefined): Words {
  const { language } = usePreferences();
  const process = useDefinition("processes", String(item?.process ?? "")).data?.definition as JsonObject | undefined;
  const papers = useList("documents").data;
  return useMemo(() => {
    const states = isObject(process?.states) ? process.states : {};
    const moves = isObject(process?.moves) ? process.moves : {};
    const title = (one: Json | undefined) => (isObject(one) ? text(one.title, language) : undefined);
    const inputs = Object.fromEntries(Object.entries(moves).flatMap(([name, move]) => (isObject(move) && isObject(move.input) ? [[name, move.input]] : [])));
    return {
      state: (id) => title(states[id]) ?? id,
      paper: (id) => text(papers?.find((one) => one.id === id)?.title, language) ?? id,
      inputs: inputs as Record<string, JsonObject>,
    };
  }, [process, papers, language]);
}
