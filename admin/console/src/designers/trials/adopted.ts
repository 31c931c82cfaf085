// What examples expect of deadlines, taken over from how they came out: a limit was changed, and the days move with it.
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
