// @vitest-environment jsdom
// The examples of every item: opened, one thing changed, undone; written anew by choosing; what came out taken over.
import { canonical, difference, draw, history, isObject, type Json, list, members, put } from "@jisheng/schema-kit";
import { act, cleanup, fireEvent, render, renderHook, screen, within } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test } from "vitest";
import { AtWorkProvider, newPast } from "../src/definitions/at_work";
import { drawn, plain } from "../src/desks/forms/begun";
import { InputForm } from "../src/desks/forms/InputForm";
import { ready } from "../src/desks/forms/input_schema";
import { changed, doubled, entered, fresh, moved, PLACE } from "../src/designers/examples/edits";
import ExamplesDesigner from "../src/designers/examples/ExamplesDesigner";
import { movesOf } from "../src/designers/examples/stage";
import { beginning, possible, stepsOf, walked } from "../src/designers/examples/walk";
import { useWork } from "../src/designers/session";
import { cameOut, expecting } from "../src/designers/trials/adopted";
import type { Trial } from "../src/designers/trials/play";
import type { JsonObject } from "../src/json/pointer";
import { speak } from "../src/words";
import { designed } from "./designed";
import { definitions, named } from "./pack";

beforeAll(speak);
afterEach(cleanup);

const ITEMS = definitions("items").filter((one) => list(one.examples).length > 0);
const FRAGMENTS = definitions("fragments").map((one): [string, JsonObject] => [`fragments/${String(one.id)}`, one]);
const PROCESSES = definitions("processes").map((one): [string, JsonObject] => [`processes/${String(one.id)}`, one]);
const ABOVE = definitions("items").map((one): [string, JsonObject] => [`items/${String(one.id)}`, one]);
const BESIDE = Object.fromEntries([...FRAGMENTS, ...PROCESSES, ...ABOVE]);

const pointers = (before: Json, after: Json) => difference(before, after).map((one) => one.pointer);

function tried(opened: JsonObject, place: string, change: (document: JsonObject) => Json) {
  const session = history.apply(history.open(opened), (now) => change(now) as JsonObject);
  expect(history.changes(session).map((one) => one.pointer)).toEqual([place]);
  expect(history.save(history.undo(session))).toBe(canonical(opened));
}

test("every example of the pack: one thing changed is that pointer alone, undone it is what it was", () => {
  let count = 0;
  for (const example of ITEMS.flatMap((item) => list(item.examples)).map(members)) {
    const item: JsonObject = { kind: "items", examples: [example] };
    const place = `${PLACE}/0`;
    tried(item, `${place}/name`, (now) => changed(now, place, { name: `${String(example.name)}（改）` }));
    tried(item, `${place}/expect/state`, (now) => changed(now, `${place}/expect`, { state: "another" }));
    tried(item, `${place}/facts/one-more`, (now) => entered(now, place, "facts", "one-more", true, true));
    stepsOf(example).forEach((step, at) => {
      const below = `${place}/moves/${String(at)}`;
      const waits = isObject(step.after);
      tried(item, waits ? `${below}/after/budget` : `${below}/after`, (now) => changed(now, below, { after: { unit: "working_day", ...members(step.after), budget: 97 } }));
    });
    count += 1;
  }
  expect(count).toBeGreaterThan(850);
});

test("examples and steps are copied beside themselves and moved without touching another", () => {
  const item = named("items", "food-licence");
  const before = list(item.examples);
  const copied = list(members(doubled(item, PLACE, 1, (name) => `${name}（副本）`)).examples);
  expect(copied.length).toBe(before.length + 1);
  expect(members(copied[2]).name).toBe(`${String(members(before[1]).name)}（副本）`);
  expect(copied.toSpliced(2, 1)).toEqual(before);
  const there = moved(item, PLACE, 0, 2);
  expect(canonical(moved(there, PLACE, 2, 0))).toBe(canonical(item));
});

/** Of the item's first example, the first field of text that is filled in: retyped on its screen, and undone. */
function retyped(item: JsonObject): boolean {
  const told = designed(ExamplesDesigner, item, {}, BESIDE);
  fireEvent.click(document.querySelectorAll<HTMLElement>(".material-open")[0] as HTMLElement);
  fireEvent.click(screen.getByText("申请表"));
  const fields = [...document.querySelectorAll<HTMLInputElement>('.input input[type="text"], .input textarea')];
  const field = fields.find((one) => one.id.startsWith("e_") && one.value !== "");
  if (!field) return false;
  fireEvent.change(field, { target: { value: `${field.value}改` } });
  const [only, ...more] = pointers(item, told.last);
  expect([item.id, only, more]).toEqual([item.id, expect.stringMatching(/^\/examples\/0\/form\//), []]);
  fireEvent.click(within(screen.getAllByRole("toolbar")[0] as HTMLElement).getByText("撤销"));
  expect(canonical(told.last)).toBe(canonical(item));
  return true;
}

// A screen takes a second: an item of every other process, or all of them where that is asked for.
const SCREENS = process.env.EVERY_ITEM ? ITEMS : [...new Map(ITEMS.map((one) => [String(one.process), one])).values()].filter((_one, index) => index % 2 === 0);

test("an application on its screen, of items of many processes: a field retyped is that field alone", { timeout: 1_200_000 }, () => {
  let count = 0;
  for (const item of SCREENS) {
    if (retyped(item)) count += 1;
    cleanup();
  }
  expect(count).toBeGreaterThan(SCREENS.length * 0.8);
});

test("what the designer does not know stays where it is", () => {
  const item = structuredClone(named("items", "food-licence"));
  const [first] = list(item.examples);
  Object.assign(first as JsonObject, { "x-own": { deep: [1, null] }, connectors: { bank: { ok: true } } });
  list(members(first).moves).push({ told: "strangely", "x-more": [null] });
  const told = designed(ExamplesDesigner, item, {}, BESIDE);
  fireEvent.click(document.querySelectorAll<HTMLElement>(".material-open")[0] as HTMLElement);
  fireEvent.change(screen.getByRole("textbox", { name: "样例名称" }), { target: { value: "新名" } });
  expect(pointers(item, told.last)).toEqual(["/examples/0/name"]);
  fireEvent.click(screen.getByRole("tab", { name: /^步骤/ }));
  fireEvent.click(screen.getAllByText(/^6\. /)[0] as HTMLElement);
  expect(pointers(item, told.last)).toEqual(["/examples/0/name"]);
});

test("an example begins as one that the meta-schema takes: where cases begin, by whom the item is for", () => {
  const item = { ...named("items", "food-licence"), examples: [] };
  const picture = draw(named("processes", "approval"), { fragments: Object.fromEntries(FRAGMENTS.map(([key, one]) => [key.slice("fragments/".length), one])) });
  expect(beginning(picture)).toBe("received");
  const made = fresh(item, (number) => `样例${String(number)}`, beginning(picture), "2026-03-02");
  expect(made).toEqual({
    name: "样例1", today: "2026-03-02T09:00:00+08:00", applicant: "enterprise:91430112MA4DEM010Y", facts: {}, form: {}, materials: [], moves: [],
    expect: { state: "received", refused: null },
  });
});

test("the moves of an item are those of its process, of its special steps and extensions, each with what it asks for", () => {
  const item = named("items", "food-licence");
  const moves = movesOf({ moves: { refuse: { title: { zh: "不予", en: "Refuse" }, by: ["post:decider"], reason: true, input: { type: "object", required: ["way"], properties: { way: { type: "string" } } } } } }, item);
  expect([...moves.keys()]).toContain("begin_on_site_inspection");
  expect([...moves.keys()]).toContain("extend_decision");
  expect(members(moves.get("refuse")?.input).required).toEqual(["reason", "way"]);
  expect(Object.keys(members(members(moves.get("begin_testing")?.input).properties))).toEqual(["reason"]);
});

test("moves that are possible where the case stands are told from the picture, step by step", () => {
  const fragments = Object.fromEntries(FRAGMENTS.map(([key, one]) => [key.slice("fragments/".length), one]));
  let known = 0;
  let all = 0;
  for (const item of ITEMS) {
    const process = definitionsById.get(String(item.process));
    if (!process) continue;
    const picture = draw(process, { fragments, item });
    for (const example of list(item.examples).map(members)) {
      if (members(example.expect).refused) continue;
      const stops = walked(picture, stepsOf(example));
      stepsOf(example).forEach((step, index) => {
        if (step.move === undefined) return;
        all += 1;
        if (possible(picture, stops[index] ?? new Set()).has(String(step.move))) known += 1;
      });
    }
  }
  expect(known / all).toBeGreaterThan(0.8); // the rest follows what rules and clocks do by themselves
});
const definitionsById = new Map(PROCESSES.map(([, one]) => [String(one.id), one]));

const trial = (example: JsonObject, made: Partial<NonNullable<Trial["played"]>>): Trial => ({
  example, played: { steps: [{ at: "2026-03-02T09:00:00+08:00", state: ["examining"], emitted: [], deadlines: { decision: "2026-03-31", promised: "2026-03-17" }, decided: [], sums: [] }], refused: null, outcome: null, made: [], findings: [], ...made },
});

test("what came out is expected then: no more days than were asked for, all that was made where nothing was", () => {
  const example: JsonObject = { expect: { state: "submitted", refused: null, deadlines: { decision: "2026-01-01", gone: "2026-01-01" }, "x-own": 1 } };
  expect(expecting(example, trial(example, { made: ["acceptance-notice", "acceptance-notice", "licences"] }))).toEqual({
    state: "examining", refused: null, deadlines: { decision: "2026-03-31" }, outcomes: ["acceptance-notice", "licences"], "x-own": 1,
  });
  const asking: JsonObject = { expect: { state: "examining", refused: null, outcomes: ["licences"] } };
  expect(expecting(asking, trial(asking, { made: ["acceptance-notice", "licences"] }))).toEqual(asking.expect);
});

test("an application that is refused leaves where it would have ended as it was", () => {
  const example: JsonObject = { expect: { state: "examining", refused: null, outcomes: ["licences"] } };
  const refused: Trial = { example, problem: { code: "form-invalid", message: { zh: "", en: "" }, findings: [] } };
  expect(cameOut(refused)).toEqual({ refused: "form-invalid", made: [], deadlines: {} });
  expect(expecting(example, refused)).toEqual({ state: "examining", refused: "form-invalid", outcomes: ["licences"] });
});

test("groups that nobody began go again in lists too; entries that somebody added stay", () => {
  const before = { staff: [{ name: "一" }], note: "好" };
  const after = { staff: [{ name: "一", address: { town: undefined } }, {}], note: "好", agent: {} };
  expect(drawn(before, after as never, "e", "e_note")).toEqual({ staff: [{ name: "一" }, {}], note: "好" });
  expect(plain({ a: undefined, b: [undefined, null, { c: undefined }] as never, d: { e: 1 } })).toEqual({ b: [null, {}], d: { e: 1 } });
});

test("an exact form hands on what is written: what is missing stays missing", () => {
  const schema: JsonObject = { type: "object", required: ["owner"], properties: { owner: { type: "object", required: ["name"], properties: { name: { type: "string" } } }, note: { type: "string", "x-title": { zh: "说明", en: "Note" } } } };
  let told: JsonObject = {};
  render(<InputForm schema={ready(schema, undefined, "zh")} value={{ strange: { kept: [] } }} prefix="x" exact onChange={(said) => { told = said; }} />);
  fireEvent.change(screen.getByRole("textbox", { name: "说明" }), { target: { value: "好" } });
  expect(told).toEqual({ strange: { kept: [] }, note: "好" });
});

test("an empty application shows what may be filled in, also where conditions decide on it", () => {
  const item: JsonObject = { ...named("items", "street-report"), examples: [] };
  Object.assign(item.form as JsonObject, { allOf: [{ if: { required: ["matter"] }, then: { required: ["place"] } }] });
  const told = designed(ExamplesDesigner, item, {}, BESIDE);
  fireEvent.click(screen.getByText("添加样例"));
  fireEvent.click(screen.getByText("申请表"));
  fireEvent.change(document.getElementById("e_story") as HTMLTextAreaElement, { target: { value: "占道" } });
  expect(members(list(told.last.examples)[0]).form).toEqual({ story: "占道" });
});

test("materials are ticked from the item's own list; a fact is yes, no, unknown or not stated", () => {
  const item = named("items", "food-licence");
  const told = designed(ExamplesDesigner, item, { "abnormal-list": named("facts", "abnormal-list"), "food-category": named("facts", "food-category") }, BESIDE);
  fireEvent.click(document.querySelectorAll<HTMLElement>(".material-open")[3] as HTMLElement);
  fireEvent.click(screen.getByRole("tab", { name: "材料" }));
  const ticked = screen.getAllByRole<HTMLInputElement>("checkbox").filter((one) => one.checked);
  expect(ticked.length).toBe(2);
  const free = screen.getAllByRole<HTMLInputElement>("checkbox").find((one) => !one.checked) as HTMLElement;
  fireEvent.click(free);
  expect(pointers(item, told.last)).toEqual(["/examples/3/materials/2"]);
});

test("the history of a draft goes on when another designer is opened", () => {
  const past = newPast();
  const wrapper = ({ children }: { children: React.ReactNode }) => (
    <AtWorkProvider value={{ draft: {} as never, unsaved: false, save: () => Promise.resolve(), past, partOf: String }}>{children}</AtWorkProvider>
  );
  let value: JsonObject = { form: { a: 1 }, clocks: [] };
  const open = () => renderHook(() => useWork(value, false, (made) => { value = made; }), { wrapper });
  const first = open();
  act(() => first.result.current.edit((now) => put(now, "/form/a", 2)));
  first.unmount();
  const second = open();
  act(() => second.result.current.edit((now) => put(now, "/clocks", [1])));
  act(() => second.result.current.undo?.());
  expect([value, second.result.current.turned]).toEqual([{ form: { a: 2 }, clocks: [] }, "/clocks/0"]);
  act(() => second.result.current.undo?.());
  expect([value, second.result.current.turned]).toEqual([{ form: { a: 1 }, clocks: [] }, "/form/a"]);
});
