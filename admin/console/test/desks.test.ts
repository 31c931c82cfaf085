// @vitest-environment jsdom
// What the desks decide by themselves: keys of acts, lights, what many cases share, tables, what a form is drawn from.
import "./setup";
import { Refusal } from "@jisheng/api-client";
import { expect, test, vi } from "vitest";
import { byDepartment, onTime, waiting } from "../src/desks/board/figures";
import type { Case, Clock, Move } from "../src/desks/data";
import { countdown } from "../src/desks/draws/steps";
import { ready } from "../src/desks/forms/input_schema";
import { counted, standing } from "../src/desks/lights";
import { Keys, overtaken, surely } from "../src/desks/once";
import { oneByOne, sharedMoves } from "../src/desks/queue/bulk";
import { csv, packed } from "../src/desks/registers/tables";
import { en } from "../src/words/desks.en";
import { zh } from "../src/words/desks.zh";

const clock = (light: Clock["light"], deadline: string, running = true) => ({ light, deadline, running, paused_by: [] }) as unknown as Clock;
const caseOf = (id: string, more: Partial<Case> = {}) => ({ case_id: id, number: id, seq: 1, clocks: [], moves: [], state: [], department: "d", ...more }) as unknown as Case;
const moveOf = (move: string, input: object | null = null, more: Partial<Move> = {}) => ({ move, title: { zh: move, en: move }, input, reason: false, revises_form: false, ...more }) as Move;

test("the same content keeps its key until it is done, another content has another", () => {
  const keys = new Keys();
  const first = keys.of(["cas_1", "accept", { note: "a" }]);
  expect(keys.of(["cas_1", "accept", { note: "a" }])).toBe(first);
  expect(keys.of(["cas_1", "accept", { note: "b" }])).not.toBe(first);
  keys.done(["cas_1", "accept", { note: "a" }]);
  expect(keys.of(["cas_1", "accept", { note: "a" }])).not.toBe(first);
});

test("a lost answer is asked for again, a refusal is not", async () => {
  const lost = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("network")).mockRejectedValueOnce(new Refusal(503, {})).mockResolvedValue("done");
  await expect(surely(lost, [1, 1, 1])).resolves.toBe("done");
  expect(lost).toHaveBeenCalledTimes(3);
  const refused = vi.fn<() => Promise<string>>().mockRejectedValue(new Refusal(409, { code: "move-not-available" }));
  await expect(surely(refused, [1, 1])).rejects.toBeInstanceOf(Refusal);
  expect(refused).toHaveBeenCalledTimes(1);
});

test("who was overtaken looks again, who filled it in wrongly does not", () => {
  expect(overtaken(new Refusal(412, { code: "changed-since" }))).toBe(true);
  expect(overtaken(new Refusal(409, { code: "move-not-available" }))).toBe(true);
  expect(overtaken(new Refusal(409, { code: "account-full" }))).toBe(false);
  expect(overtaken(new Refusal(422, { code: "input-invalid" }))).toBe(false);
});

test("the gravest running clock gives a case its light, of several the one that ends first", () => {
  const one = caseOf("a", { clocks: [clock("green", "2026-03-01"), clock("red", "2026-03-09"), clock("red", "2026-03-05"), clock("overdue", "2026-02-01", false)] });
  expect(standing(one)).toMatchObject({ light: "red", clock: { deadline: "2026-03-05" } });
  expect(standing(caseOf("b")).light).toBe("stopped");
  expect(counted([one, caseOf("b")])).toMatchObject({ red: 1, stopped: 1, overdue: 0 });
});

test("cases share a move only with the same input, and none that rewrites a form", () => {
  const [a, b, c] = [caseOf("a", { moves: [moveOf("accept"), moveOf("fix", null, { revises_form: true })] }), caseOf("b", { moves: [moveOf("accept")] }), caseOf("c", { moves: [moveOf("accept", { type: "object" })] })];
  const shared = sharedMoves([a, b, c]);
  expect(shared.map((one) => [one.move.move, one.cases.map((each) => each.case_id)])).toEqual([["accept", ["a", "b"]], ["accept", ["c"]]]);
});

test("one refusal stops no other case, and a person can stop the rest", async () => {
  const act = vi.fn(async (one: Case) => { if (one.case_id === "b") throw new Refusal(409, { detail: "gone" }); });
  const told = vi.fn();
  const became = await oneByOne([caseOf("a"), caseOf("b"), caseOf("c")], act, told, () => false);
  expect(became.map((one) => one.error?.message)).toEqual([undefined, "gone", undefined]);
  expect(told).toHaveBeenCalledTimes(3);
  expect(await oneByOne([caseOf("a"), caseOf("b")], act, told, () => true)).toEqual([]);
});

test("a table for spreadsheets quotes what must be quoted and runs nothing", () => {
  const text = csv(["a", "b"], [{ a: '说"好"', b: "=1+1" }, { a: -5, b: { x: 1 } }]);
  expect(text).toBe('\uFEFFa,b\r\n"说""好""",\'=1+1\r\n-5,"{""x"":1}"\r\n');
});

test("a small file is sent as it is, a large one compressed", async () => {
  const { Blob: Real } = await import("node:buffer"); // jsdom's reads no streams
  const blob = (text: string) => new Real([text]) as never;
  expect(atob(await packed(blob("a,b\n")))).toBe("a,b\n");
  expect(atob(await packed(blob("x".repeat(200_000)))).slice(0, 2)).toBe("\x1f\x8b");
});

test("where a move asks for the form or the materials, the item's own are put in", () => {
  const item = {
    form: { type: "object", properties: { who: { $ref: "https://x/person.json" } } },
    shared: { "https://x/person.json": { $id: "https://x/person.json", type: "object", properties: { name: { type: "string", "x-title": { zh: "姓名", en: "Name" } } } } },
    materials: [{ id: "plan", title: { zh: "平面图", en: "Plan" } }],
  };
  const schema = ready({
    type: "object",
    properties: {
      form: { type: "object", "x-ui": { widget: "form" } },
      materials: { type: "array", "x-ui": { widget: "materials" }, items: { type: "string" } },
    },
  }, item as never, "zh") as never as { properties: { form: { properties: object }; materials: { items: { enum: string[] } } }; $defs: Record<string, { properties: { name: { title: string } } }> };
  expect(Object.keys(schema.properties.form.properties)).toEqual(["who"]);
  expect(schema.properties.materials.items.enum).toEqual(["plan"]);
  expect(Object.values(schema.$defs)[0]?.properties.name.title).toBe("姓名");
});

test("the dashboard counts what runs, by department and by whom it waits for", () => {
  const state = { id: "s", title: { zh: "受理", en: "Intake" }, waits_for: "post:window", final: false };
  const cases = [
    caseOf("a", { department: "x", clocks: [clock("overdue", "1")], state: [state] }),
    caseOf("b", { department: "x", clocks: [clock("green", "1")], state: [state] }),
    caseOf("c", { department: "y", clocks: [] }),
  ];
  expect(onTime(cases)).toBe(0.5);
  expect(onTime([cases[2] as Case])).toBeNull();
  expect(byDepartment(cases)[0]).toMatchObject({ department: "x", lights: { overdue: 1, green: 1 } });
  expect(waiting(cases)).toMatchObject([{ cases: 2, overdue: 1 }]);
});

test("a countdown says days, and never less than nothing", () => {
  expect(countdown(3_723_000, "天")).toBe("01:02:03");
  expect(countdown(90_061_000, "天")).toBe("1天 01:01:01");
  expect(countdown(-5, "天")).toBe("00:00:00");
});

test("both languages say everything", () => {
  const keys = (words: object, at = ""): string[] => Object.entries(words).flatMap(([name, one]) => (typeof one === "string" ? [`${at}${name}`] : keys(one as object, `${at}${name}.`)));
  expect(keys(en).sort()).toEqual(keys(zh).sort());
});
