// What examples expect, taken over from how they came out: one was just written, or a limit was changed and the days move.
import { isObject, type Json, type JsonObject, list, members } from "@jisheng/schema-kit";
import type { Trial } from "./play";

const PLACE = /^\/expect\/deadlines\/([^/]+)$/;

/** The deadlines of a trial that fell on another day than its example expects, with the day on which they fell. */
export function moved(trial: Trial): Record<string, string> {
  const last = trial.played?.steps.at(-1)?.deadlines ?? {};
  const names = (trial.played?.findings ?? []).flatMap((one) => (one.code === "example-deadline" ? [PLACE.exec(one.pointer)?.[1] ?? ""] : []));
  return Object.fromEntries(names.flatMap((name) => (last[name] === undefined ? [] : [[name, last[name].slice(0, 10)]])));
}

/** The item whose examples expect those days; everything else in them stays. */
export function adopted(item: JsonObject, trials: readonly Trial[]): JsonObject {
  const days = new Map(trials.map((one) => [String(one.example.name), moved(one)]));
  const examples = list(item.examples).map((one): Json => {
    const found = isObject(one) ? days.get(String(one.name)) : undefined;
    if (!isObject(one) || !found || !Object.keys(found).length) return one;
    const expect = members(one.expect);
    return { ...one, expect: { ...expect, deadlines: { ...members(expect.deadlines), ...found } } };
  });
  return { ...item, examples };
}

/** How a trial came out, as far as an example can expect it and a trial tells. */
export interface CameOut {
  /** Not there when the application itself was refused: no case stands anywhere. */
  state?: Json;
  refused: string | null;
  made: string[];
  deadlines: Record<string, string>;
}

export const cameOut = ({ played, problem }: Trial): CameOut => (played ? ended(played) : { refused: problem?.code ?? null, made: [], deadlines: {} });

function ended({ steps, refused, made }: NonNullable<Trial["played"]>): CameOut {
  const { state = [], deadlines = {} } = steps.at(-1) ?? {};
  const days = Object.entries(deadlines).map(([id, day]): [string, string] => [id, day.slice(0, 10)]);
  return { state: oneOrMore(state), refused: refused?.code ?? null, made: [...new Set(made)], deadlines: Object.fromEntries(days) };
}

const oneOrMore = (states: readonly string[]): Json => (states.length === 1 ? (states[0] ?? "") : [...states]);

/** What the example expects if it expects what came out. It asks of no more deadlines than before; of what was made, of all where it asked of none. */
export function expecting(example: JsonObject, trial: Trial): JsonObject {
  const { outcomes, deadlines, ...rest } = members(example.expect);
  const { state, refused, made, deadlines: days } = cameOut(trial);
  const whole: JsonObject = { ...rest, ...(state === undefined ? {} : { state }), refused };
  if (refused !== null) return { ...whole, ...(outcomes === undefined ? {} : { outcomes }), ...(deadlines === undefined ? {} : { deadlines }) }; // not compared
  const results = outcomes === undefined ? made : list(outcomes).filter((one) => made.includes(String(one)));
  const asked = Object.keys(members(deadlines)).flatMap((id): [string, string][] => (days[id] === undefined ? [] : [[id, days[id]]]));
  return { ...whole, ...(results.length ? { outcomes: results } : {}), ...(asked.length ? { deadlines: Object.fromEntries(asked) } : {}) };
}
