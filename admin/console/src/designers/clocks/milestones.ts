// What may begin or end a limit: the application, what moves emit, states that a case comes to; and what may run out.
import { draw, type JsonObject, members, type Picture } from "@jisheng/schema-kit";
import { useMemo } from "react";
import { useMaybe } from "../../definitions/data";
import { useSurroundings } from "../../forms/context";
import { filled } from "../../words/designers/process";
import { TRIALS } from "../../words/designers/trials";
import { useBeside } from "../process/beside";
import { useWords } from "../words";

export interface Option {
  value: string;
  label: string;
  /** What people call it, without its token. */
  name?: string;
}
export interface Around {
  process: JsonObject | undefined;
  picture: Picture;
  milestones: Option[];
  timeouts: Option[];
  moves: Option[];
}

export function useAround(item: JsonObject): Around {
  const w = useWords(TRIALS);
  const { language } = useSurroundings();
  const process = useMaybe("processes", typeof item.process === "string" ? item.process : undefined);
  const beside = useBeside(process ?? {}, item);
  return useMemo(() => {
    const picture = draw(process ?? {}, beside);
    const states = picture.states.map((one): [string, string] => [`state:${one.id}`, filled(w.reach, { name: one.title?.[language] ?? one.id })]);
    const emitted = new Map([["submitted", w.submitted], ...emittedBy(picture, process, language)] as [string, string][]);
    return { process, picture, milestones: options([...emitted, ...states]), timeouts: events(picture, "clock", language), moves: events(picture, "move", language) };
  }, [process, beside, language, w]);
}

const options = (found: Iterable<[string, string]>) => [...found].map(([value, label]): Option => ({ value, name: label, label: label === value ? value : `${label}（${value}）` }));

function events(picture: Picture, sort: string, language: "zh" | "en"): Option[] {
  return options(new Map(picture.arrows.filter((one) => one.sort === sort).map((one) => [one.event, one.title?.[language] ?? one.event])));
}

/** What moves and events emit: those that change the state, then those that leave it as it is. */
function emittedBy(picture: Picture, process: JsonObject | undefined, language: "zh" | "en"): [string, string][] {
  const moving = picture.arrows.map((one): [string, string] => [one.emits ?? "", one.title?.[language] ?? one.emits ?? ""]);
  const declared = Object.values(members(process?.moves)).map((one): [string, string] => [String(members(one).emits), String(members(members(one).title)[language] ?? members(one).emits)]);
  const found = new Map<string, string>();
  for (const [emits, title] of [...moving, ...declared]) if (emits && !found.has(emits)) found.set(emits, title);
  return [...found];
}
