// The stages of a draw, in order, and how long until its value.
import type { Schemas } from "@jisheng/api-client";
import { isObject, type JsonObject } from "../../json/pointer";

export type Step = Schemas["DrawStanding"]["step"];
export type Act = Schemas["DrawAct"]["act"];

/** A void draw ends where it stood. */
export const STEPS: readonly Step[] = ["freezing", "frozen", "committed", "drawing", "drawn", "revealed"];
/** Nothing of it is to come: the next one may begin. */
export const ENDED: readonly Step[] = ["revealed", "void"];

/** Which acts may come at a stage; whether one fits this very draw is said by the API. */
export const ACTS: Partial<Record<Step, readonly Act[]>> = {
  freezing: ["seal", "name-lottery"],
  frozen: ["seal", "name-lottery"],
  committed: ["open", "type-lottery", "bring-round", "declare-void"],
  drawn: ["recuse", "declare-void"],
};

/** `01:02:03`, days before it where there are any. */
export function countdown(milliseconds: number, day: string): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const days = Math.floor(seconds / 86_400);
  return days ? `${days}${day} ${clock}` : clock;
}

const OFFSET = 8 * 3_600_000; // of China, which has one

export const districtTime = (at: number): string => new Date(at + OFFSET).toISOString().slice(0, 19).replace("T", " ");

/** How many were drawn of how many, in all and of each stratum, by what everybody is told. */
export function drawn(notice: JsonObject): { of: number; quota: number; strata: { id: string; size: number; quota: number }[] } {
  const told = Array.isArray(notice.strata) ? notice.strata.filter(isObject) : [];
  const strata = told.map((one) => ({ id: String(one.id), size: Number(one.size), quota: Number(one.quota) }));
  const sum = (name: "size" | "quota") => strata.reduce((all, one) => all + one[name], 0);
  return { of: sum("size"), quota: sum("quota"), strata };
}
