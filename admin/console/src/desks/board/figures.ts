// The dashboard's figures, from the queues that one may read: nothing is counted that was not read, and that is said.
import { answered } from "@jisheng/api-client";
import { api } from "../../api/client";
import { counted, type LightName, standing } from "../lights";
import type { Case } from "../data";

const MOST = 500; // cases of a desk that are read; a board is a look, no statistic

export interface Desk {
  queue_id: string;
  department: string;
}
export interface Figures {
  cases: Case[];
  /** Desks of which there are more cases than were read. */
  cut: string[];
}

/** The open cases of these desks, some desks at a time. */
export async function read(desks: readonly Desk[], told: (done: number) => void): Promise<Figures> {
  const found = new Map<string, Case>();
  const cut: string[] = [];
  const ahead = [...desks];
  let done = 0;
  const worker = async () => {
    for (let desk = ahead.shift(); desk; desk = ahead.shift()) {
      const { cases, more } = await openAt(desk.queue_id);
      for (const one of cases) found.set(one.case_id, one);
      if (more) cut.push(desk.queue_id);
      told((done += 1));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return { cases: [...found.values()], cut };
}

async function openAt(queue: string): Promise<{ cases: Case[]; more: boolean }> {
  const cases: Case[] = [];
  let after: string | undefined;
  do {
    const page = await answered(api.GET("/v1/queues/{queue_id}", { params: { path: { queue_id: queue }, query: { after, limit: 100 } } }));
    cases.push(...page.cases);
    after = page.after ?? undefined;
  } while (after && cases.length < MOST);
  return { cases, more: after !== undefined };
}

export function byDepartment(cases: readonly Case[]): { department: string; lights: Record<LightName, number> }[] {
  return [...grouped(cases)].map(([department, some]) => ({ department, lights: counted(some) })).sort((a, b) => b.lights.overdue - a.lights.overdue || total(b.lights) - total(a.lights));
}

function grouped(cases: readonly Case[]): Map<string, Case[]> {
  const found = new Map<string, Case[]>();
  for (const one of cases) found.set(one.department, [...(found.get(one.department) ?? []), one]);
  return found;
}

export const total = (lights: Record<LightName, number>) => Object.values(lights).reduce((sum, one) => sum + one, 0);

/** Of the open cases whose time runs, how many are within it; null where none runs. */
export function onTime(cases: readonly Case[]): number | null {
  const running = cases.filter((one) => !["stopped", "paused"].includes(standing(one).light));
  if (!running.length) return null;
  return running.filter((one) => standing(one).light !== "overdue").length / running.length;
}

/** What waits where: for whom, in which state, how many, most first. */
export function waiting(cases: readonly Case[]): { state: Case["state"][number]; cases: number; overdue: number }[] {
  const found = new Map<string, { state: Case["state"][number]; cases: number; overdue: number }>();
  for (const one of cases) {
    for (const state of one.state) {
      const key = `${state.waits_for} ${state.title.zh}`;
      const known = found.get(key) ?? { state, cases: 0, overdue: 0 };
      known.cases += 1;
      if (standing(one).light === "overdue") known.overdue += 1;
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => b.cases - a.cases);
}
