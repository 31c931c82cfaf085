// @vitest-environment jsdom
// Every form and every table of the pack, through the work that every designer's screen is built on: one change and its
// undoing leave the very bytes, one change alone is that pointer alone.
import { canonical, difference, fieldsOf, formEdits, type Json, put, table, view } from "@jisheng/schema-kit";
import { act, cleanup, fireEvent, renderHook, screen, within } from "@testing-library/react";
import "./setup";
import { useState } from "react";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import FormDesigner from "../src/designers/form/FormDesigner";
import { useWork } from "../src/designers/session";
import TableDesigner from "../src/designers/table/TableDesigner";
import { speak } from "../src/words";
import type { JsonObject } from "../src/json/pointer";
import { designed } from "./designed";
import { definitions, named } from "./pack";

vi.mock("../src/designers/form/Preview", () => ({ default: () => null })); // drawn in a test of its own

beforeAll(speak);
afterEach(cleanup);

const pointers = (before: unknown, after: unknown) => difference(before as never, after as never).map((one) => one.pointer);

/** A page that holds a definition and hands it to a designer's work, as the draft's page does. */
function worked(opened: JsonObject) {
  return renderHook(() => {
    const [value, setValue] = useState(opened);
    return { value, work: useWork(value, false, setValue) };
  }).result;
}

function tried(opened: JsonObject, place: string, change: (document: JsonObject) => Json) {
  const now = worked(opened);
  act(() => now.current.work.edit(change));
  expect(pointers(opened, now.current.value)).toEqual([place]);
  act(() => now.current.work.undo?.());
  expect(canonical(now.current.value)).toBe(canonical(opened));
  act(() => now.current.work.redo?.());
  expect(pointers(opened, now.current.value)).toEqual([place]);
}

test("every field of every form of the pack", () => {
  let count = 0;
  for (const item of definitions("items")) {
    if (typeof item.form !== "object") continue;
    const titled = fieldsOf(view(item.form)).filter(({ title }) => title);
    expect(titled.length, `fields of ${String(item.id)}`).toBeGreaterThan(0);
    for (const { place, title } of titled) {
      if (!title) continue;
      tried(item, `/form${place}/x-title/zh`, (document) => put(document, "/form", formEdits.setTitle(document.form as Json, place, "zh", `${title.zh}（改）`)));
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(1_000);
});

test("every row of every table of the pack", () => {
  let count = 0;
  for (const rules of definitions("rules")) {
    for (const version of (rules.versions as Json[]).keys()) {
      const opened = table.openTable(rules, version);
      expect(opened?.rows.length, `rows of ${String(rules.id)}, version ${version}`).toBeGreaterThan(0);
      for (const row of opened?.rows ?? []) {
        tried(rules, `${row.place}/_description`, (document) => table.setDescription(document, opened as table.Table, row.id, `${row.description}（改）`));
        count += 1;
      }
    }
  }
  expect(count).toBeGreaterThan(150);
});

const press = (name: string) => fireEvent.click(within(screen.getByRole("toolbar")).getByText(name));

test("a form on its screen: a title changed, undone, done again", () => {
  const item = named("items", "street-report");
  const told = designed(FormDesigner, item);
  fireEvent.click(document.querySelectorAll<HTMLElement>(".field-open")[0] as HTMLElement);
  const title = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="名称 中文"]') as HTMLTextAreaElement;
  fireEvent.change(title, { target: { value: `${title.value}（改）` } });
  const [changed, ...more] = pointers(item, told.last);
  expect([changed, more]).toEqual([expect.stringMatching(/^\/form\/properties\/[^/]+\/x-title\/zh$/), []]);
  press("撤销");
  expect(canonical(told.last)).toBe(canonical(item));
});

test("a table on its screen: a note changed, undone", () => {
  const rules = named("rules", "change-limit");
  const told = designed(TableDesigner, rules);
  const note = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="说明与依据 trusted"]') as HTMLTextAreaElement;
  fireEvent.change(note, { target: { value: "另一说明" } });
  expect(pointers(rules, told.last)).toEqual(["/versions/0/table/nodes/1/content/rules/0/_description"]);
  press("撤销");
  expect(canonical(told.last)).toBe(canonical(rules));
});

test("words that the designer does not know stay where they are", () => {
  const strange = { type: "string", minLength: 1, "x-own": { deep: [1, { two: null }] }, examples: ["a"], "x-title": { zh: "名", en: "Name" } };
  const item: JsonObject = { kind: "items", id: "one", "x-unknown": true, form: { type: "object", properties: { name: strange }, "x-more": 1 } };
  tried(item, "/form/properties/name/x-title/zh", (document) => put(document, "/form", formEdits.setTitle(document.form as Json, "/properties/name", "zh", "新名")));
});
