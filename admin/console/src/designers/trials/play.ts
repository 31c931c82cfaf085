// Asks the server to play an example on the draft, in memory, and waits for what became of it.
import { answered } from "@jisheng/api-client";
import type { JsonObject, Text } from "@jisheng/schema-kit";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useCheckedDraft } from "../../definitions/at_work";

export interface Sum {
  id: string;
  unit: string;
  budget: number;
  extended: number;
  starts: string;
  counted: number;
  minutes?: number;
  skipped: { why: Text; days: number; from: string }[];
  ends: string;
  provisional: boolean;
}
interface Fact {
  id: string;
  value?: unknown;
  [member: string]: unknown;
}
export interface Decided {
  rules: string;
  version: string;
  rows: { id?: string }[] | string[];
  facts: Fact[];
  result: JsonObject | null;
  manual?: string;
}
export interface Step {
  at: string;
  state: string[];
  emitted: string[];
  deadlines: Record<string, string>;
  decided: Decided[];
  sums: Sum[];
}
export interface Found {
  pointer: string;
  code: string;
  message: Text;
}
export interface Played {
  steps: Step[];
  refused: { code: string; message: Text } | null;
  outcome: string | null;
  made: string[];
  findings: Found[];
}
export interface Trial {
  example: JsonObject;
  played?: Played;
  problem?: { code: string; message: Text; findings: Found[] };
}

/** Whether it came to what the example expects. */
export function isAsExpected(trial: Trial): boolean {
  if (trial.played) return trial.played.findings.length === 0;
  const expected = trial.example.expect as JsonObject | undefined;
  return expected?.refused === trial.problem?.code;
}

export function usePlay() {
  const work = useCheckedDraft();
  const play = useMutation({
    mutationFn: async ({ item, examples }: { item: string; examples: JsonObject[] }): Promise<Trial[]> => {
      if (!work) return [];
      if (work.unsaved) await work.save();
      const { kind, id, draft_id } = work.draft;
      const path = { kind, definition_id: id, draft_id };
      const done: Trial[] = [];
      for (const example of examples) {
        let trial = await answered(api.POST("/v1/definitions/{kind}/{definition_id}/drafts/{draft_id}/trials", { params: { path }, body: { item, example } }));
        for (let tries = 0; trial.status === "running" && tries < 240; tries++) {
          await new Promise((go) => setTimeout(go, tries < 10 ? 200 : 1_000));
          trial = await answered(api.GET("/v1/trials/{trial_id}", { params: { path: { trial_id: trial.trial_id } } }));
        }
        done.push({ example, ...(trial.result as Omit<Trial, "example"> | null) });
      }
      return done;
    },
  });
  return { ...play, can: work !== undefined, unsaved: work?.unsaved ?? false, draft: work?.draft };
}

/** The example, begun on another day at the same hour. */
export const begunOn = (example: JsonObject, day: string): JsonObject =>
  day ? { ...example, today: `${day}${String(example.today).slice(10)}` } : example;
