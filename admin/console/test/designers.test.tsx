// @vitest-environment jsdom
// The designers as somebody uses them who finds things by role and label.
import { at, put } from "@jisheng/schema-kit";
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import CalendarDesigner from "../src/designers/calendar/CalendarDesigner";
import DrawDesigner from "../src/designers/draw/DrawDesigner";
import { dryRun, madeUp, rostersOf } from "../src/designers/draw/dry";
import FormDesigner from "../src/designers/form/FormDesigner";
import { complete, emptyRule } from "../src/designers/form/rules";
import { designerOf, withDesigners } from "../src/designers/registry";
import MaterialsDesigner from "../src/designers/materials/MaterialsDesigner";
import TableDesigner from "../src/designers/table/TableDesigner";
import TextsDesigner from "../src/designers/texts/TextsDesigner";
import type { JsonObject } from "../src/json/pointer";
import { speak } from "../src/words";
import { designed } from "./designed";
import { META, named } from "./pack";

vi.mock("../src/designers/form/Preview", () => ({ default: () => null }));

beforeAll(speak);
afterEach(cleanup);

const ITEM: JsonObject = {
  kind: "items", id: "one",
  form: {
    type: "object", additionalProperties: false, required: ["way"],
    properties: {
      way: { type: "string", enum: ["eat", "take"], "x-labels": { eat: { zh: "堂食", en: "Eat" }, take: { zh: "外带", en: "Take" } }, "x-title": { zh: "方式", en: "Way" } },
      seats: { type: "integer", minimum: 0, "x-title": { zh: "座位", en: "Seats" } },
    },
  },
};
const label = (name: string) => document.querySelector<HTMLElement>(`[aria-label="${name}"]`) as HTMLElement;

test("a field moves by plain buttons, and only its order changes", () => {
  const told = designed(FormDesigner, ITEM);
  fireEvent.click(label("下移 方式"));
  const { properties } = told.last.form as { properties: Record<string, JsonObject> };
  expect([properties.way?.["x-ui"], properties.seats?.["x-ui"]]).toEqual([{ order: 2 }, { order: 1 }]);
  expect([...document.querySelectorAll(".field-open > span:first-child")].map((one) => one.textContent)).toEqual(["座位", "方式 *"]);
});

test("a field that a condition speaks of is not removed, and that is said", async () => {
  const form = { ...(ITEM.form as JsonObject), allOf: [{ if: { required: ["way"], properties: { way: { const: "eat" } } }, then: { required: ["seats"] } }] };
  const told = designed(FormDesigner, { ...ITEM, form });
  expect(screen.getByText("方式为“堂食”时，须填写座位")).toBeDefined();
  fireEvent.click(document.querySelectorAll<HTMLElement>(".field-open")[0] as HTMLElement);
  fireEvent.click(screen.getByText("删除字段"));
  fireEvent.click(within(await screen.findByRole("dialog")).getByText("删除字段"));
  expect(await screen.findByText("有条件用到这个字段，请先修改或删除那些条件")).toBeDefined();
  expect(told.last.form).toEqual(form);
});

test("a form that cannot be written back exactly opens as JSON, with a sentence why", () => {
  designed(FormDesigner, { kind: "items", id: "one", form: { type: "object", patternProperties: { "^a": true } } });
  expect(screen.getByText(/只能在 JSON 中修改/)).toBeDefined();
  expect((label("此字段的 JSON") as HTMLTextAreaElement).value).toContain("patternProperties");
});

test("a condition is complete only when every line says something", () => {
  expect(complete(emptyRule())).toBe(false);
  expect(complete({ when: { any: [{ field: ["way"], is: "is", value: "eat" }, { all: [{ field: ["seats"], is: "answered", value: null }] }] }, effects: [{ does: "require", field: ["seats"] }] })).toBe(true);
  expect(complete({ when: { all: [] }, effects: [{ does: "require", field: ["seats"] }] })).toBe(false);
});

const FACT = named("facts", "credit-grade");

test("a cell that compares with what the fact never says is marked at the cell", () => {
  const rules = structuredClone(named("rules", "change-limit"));
  const place = (rules as never as { versions: { table: { nodes: { content: { rules: Record<string, string>[] } }[] } }[] }).versions[0]?.table.nodes[1]?.content.rules;
  if (place?.[0]) place[0]["in-credit-grade"] = "'x'";
  designed(TableDesigner, rules, { "credit-grade": FACT });
  expect(screen.getByText("事实没有声明这些取值：x")).toBeDefined();
  expect(label("trusted 信用等级：x").getAttribute("aria-invalid")).toBe("true");
});

test("removing a row takes the tests that name it along, and says so first", async () => {
  const told = designed(TableDesigner, named("rules", "change-limit"), { "credit-grade": FACT });
  fireEvent.click(label("删除 行 trusted"));
  expect(await screen.findAllByText("有 1 个测试指向这一行，一并删除？")).not.toEqual([]);
  fireEvent.click(screen.getByText("删除行和测试"));
  const { tests } = told.last as { tests: { row?: string }[] };
  expect(tests.map((one) => one.row)).not.toContain("trusted");
});

test("a deferral turned on says that its number is a sample default", () => {
  const item: JsonObject = { kind: "items", id: "one", materials: [{ id: "a", title: { zh: "甲", en: "A" }, modes: ["upload"], deferrable: null, when: null, required: true, copies: 1 }] };
  const told = designed(MaterialsDesigner, item);
  fireEvent.click(screen.getByText("1. 甲"));
  fireEvent.click(screen.getByText("可以容缺补交：先受理，在期限内补交"));
  expect((told.last.materials as JsonObject[])[0]).toMatchObject({ deferrable: { budget: 5, unit: "working_day" }, deferrable_source: { en: "sample default, not from the plan" } });
});

test("a notice shows both languages, and what is still missing", () => {
  designed(TextsDesigner, { kind: "notices", id: "one", subject: { zh: "标题", en: "Subject" }, template: { zh: "您好{{name}}", en: "Dear {{name}}, {{place}}" }, example: { name: "甲" } });
  expect(screen.getByText("您好甲")).toBeDefined();
  expect(screen.getByText(/缺少示例内容：place/)).toBeDefined();
});

test("a notice of holidays that contradicts itself cannot be taken over", () => {
  const calendar = named("calendars", "cn-2026");
  const told = designed(CalendarDesigner, calendar);
  const paste = (text: string) => fireEvent.change(screen.getByLabelText("通知全文"), { target: { value: text } });
  const use = () => screen.getByText("采用这些日期").closest("button") as HTMLButtonElement;
  paste("国务院办公厅关于2026年部分节假日安排的通知\n一、清明节：4月4日（周五）至6日（周一）放假，共3天。");
  expect([use().disabled, screen.getByText(/日期和星期几对不上/) !== null]).toEqual([true, true]);
  paste("国务院办公厅关于2025年部分节假日安排的通知\n一、元旦：1月1日（周三）放假1天，不调休。");
  expect(use().disabled).toBe(true);
  paste("国务院办公厅关于2026年部分节假日安排的通知\n一、清明节：4月4日（周六）至6日（周一）放假，共3天。");
  fireEvent.click(use());
  expect(told.last).toMatchObject({ rest_days: ["2026-04-04", "2026-04-05", "2026-04-06"], makeup_workdays: [], notice: { source_verified: false, url: (calendar.notice as JsonObject).url } });
});

const DRAW = named("draws", "joint-random-inspection");

test("a dry run fills the quotas of the plan, and says when teams cannot be filled", () => {
  const enough = dryRun(DRAW, madeUp(DRAW, { a: 50, b: 50, c: 20, d: 10 }, { "market-regulation": 5, "urban-management": 5 }));
  expect(enough.strata.map(({ size, quota, drawn }) => [size, quota, drawn])).toEqual([[100, 3, 3], [30, 3, 3]]);
  expect([enough.filled, enough.visits]).toEqual([true, 6]);
  const short = dryRun(DRAW, madeUp(DRAW, { a: 50, b: 50, c: 20, d: 10 }, { "market-regulation": 1, "urban-management": 1 }));
  expect(short.filled).toBe(false);
  expect(() => dryRun(DRAW, madeUp(DRAW, { z: 1 }, {}))).toThrow();
});

test("the rosters of a dry run are those that the plan asks for", () => {
  const firm = (id: string, sector: string) => ({ record_id: id, body: { uscc: id, name: id, sector } });
  const records = {
    "supervision-objects": [firm("A", "general"), firm("B", "other"), firm("C", "general")], "credit-grades": [{ record_id: "A", body: { grade: "a" } }],
    "inspected-firms": [{ record_id: "C", body: { inspected_on: "2026-01-01" } }],
  };
  expect(rostersOf(DRAW, records, "2026-06-01").objects).toEqual([{ id: "A", name: "A", grade: "a", departments: ["market-regulation", "urban-management"] }]);
  expect(rostersOf(DRAW, records, "2027-06-01").objects.map((one) => [one.id, one.grade])).toEqual([["A", "a"], ["C", "c"]]);
});

test("a value that no stratum holds is said on the plan", () => {
  designed(DrawDesigner, { ...DRAW, strata: [(DRAW.strata as JsonObject[])[0] as JsonObject] });
  expect(screen.getByText("这些取值不在任何一层里：c、d")).toBeDefined();
});

test("every designer belongs to a kind that exists, and to a member of it unless it has a title of its own", () => {
  for (const kind of ["items", "rules", "notices", "documents", "calendars", "draws"]) {
    const schema = META.find((one) => String(one.$id).endsWith(`/${kind}.schema.json`)) as { properties: JsonObject };
    const first = { id: "", title: "", names: [], required: true };
    const own = withDesigners(kind, [first], "zh").slice(1).map((one) => one.id);
    const members = Object.keys(schema.properties).filter((name) => designerOf(kind, name));
    expect(own.length + members.length, kind).toBeGreaterThan(0);
  }
});

test("a table says which of its tests hold no more, and brings one up to date", () => {
  const rules = named("rules", "employment-filing-intake");
  const cell = "/versions/0/table/nodes/1/content/rules";
  const changed = put(put(rules, `${cell}/0/in-hires-filed`, "<= 150"), `${cell}/1/in-hires-filed`, "> 150") as JsonObject;
  const told = designed(TableDesigner, changed);
  const tests = within(screen.getByRole("region", { name: "测试" }));
  expect(tests.getAllByText("成立")).toHaveLength(3);
  fireEvent.click(tests.getByRole("button", { name: "照现在的结果更新 101" }));
  expect((told.last.tests as JsonObject[])[1]).toMatchObject({ name: "101", expect: { event: "auto.accept_instant auto.grant auto.serve", reason: "filed" }, row: "filed" });
  expect(tests.queryByText("不再成立")).toBeNull();
  fireEvent.click(tests.getByRole("button", { name: "删除测试 unknown" }));
  expect((told.last.tests as JsonObject[]).map((one) => one.name)).toEqual(["two people", "101", "revoked"]);
});

test("nothing, where a result may be nothing, is written as nothing", async () => {
  const rules = named("rules", "employment-filing-intake");
  const told = designed(TableDesigner, rules);
  fireEvent.click(screen.getByRole("button", { name: /^filed 自动事件：/ }));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.mouseDown(dialog.getByRole("combobox", { name: "值" }));
  fireEvent.click(await screen.findByTitle("（无）"));
  fireEvent.click(dialog.getByText("确定"));
  expect(at(told.last, "/versions/0/table/nodes/1/content/rules/0/out-event")).toBe("null");
});
