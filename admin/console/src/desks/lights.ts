// Which of a case's clocks presses most, and what light it shows.
import type { Case, Clock } from "./data";

/** From the most pressing one on. */
export const LIGHTS = ["overdue", "red", "yellow", "green", "paused", "stopped"] as const;
export type LightName = (typeof LIGHTS)[number];

const rank = (clock: Clock) => LIGHTS.indexOf(clock.light);
const due = (clock: Clock) => clock.deadline ?? "9999";

/** The clock that shows the gravest light; of several the one that ends first. Without a running one time stands still. */
export function standing(one: Pick<Case, "clocks">): { light: LightName; clock?: Clock } {
  const open = one.clocks.filter((clock) => clock.running || clock.paused_by.length > 0);
  const [first] = [...open].sort((a, b) => rank(a) - rank(b) || due(a).localeCompare(due(b)));
  return first ? { light: first.light, clock: first } : { light: "stopped" };
}

export function counted(cases: readonly Pick<Case, "clocks">[]): Record<LightName, number> {
  const found = Object.fromEntries(LIGHTS.map((light) => [light, 0])) as Record<LightName, number>;
  for (const one of cases) found[standing(one).light] += 1;
  return found;
}

/** The word for whom a state waits for (`post:handler`): a colon would be a namespace of words. */
export const waitsFor = (token: string) => `waits.${token.replace(":", ".")}`;
