// @vitest-environment jsdom
// The picture of a process: every process of the pack comes out of the screen as it went in, and one change is one change.
import { canonical, difference, draw, type JsonObject } from "@jisheng/schema-kit";
import { ConfigProvider } from "antd";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import "./setup";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { useState } from "react";
import { afterEach, beforeAll, expect, test } from "vitest";
import { AtWorkProvider, newPast } from "../src/definitions/at_work";
import { SurroundingsProvider } from "../src/forms/context";
import ProcessDesigner from "../src/designers/process/ProcessDesigner";
import { boxesOf, roadsOf } from "../src/designers/process/roads";
import type { Finding } from "../src/forms/findings";
import { speak } from "../src/words";

const ROOT = join(import.meta.dirname, "../../../schemas");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as JsonObject;
const all = (kind: string) => readdirSync(join(ROOT, kind), { recursive: true }).map(String).filter((name) => name.endsWith(".json")).map((name) => read(join(ROOT, kind, name)));
const PROCESSES = all("processes").map((one) => [String(one.id), one] as const);
const FRAGMENTS = all("fragments");
const ITEM = all("items").find((one) => one.id === "food-licence") as JsonObject;

beforeAll(speak);
afterEach(cleanup);

/** The designer over a document that it may change; what the page would save is in `kept`. */
function opened(process: JsonObject, findings: Finding[] = [], check?: object, readOnly = false) {
  const kept = { value: process };
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false, retry: false } } });
  for (const one of FRAGMENTS) client.setQueryData(["definition", "fragments", one.id], { definition: one });
  client.setQueryData(["definition", "items", ITEM.id], { definition: ITEM });
  function Page() {
    const [value, setValue] = useState(process);
    kept.value = value;
    return <ProcessDesigner value={value} readOnly={readOnly} findings={findings} onChange={setValue} />;
  }
  render(
    <ConfigProvider button={{ autoInsertSpace: false }}><QueryClientProvider client={client}>
      <SurroundingsProvider value={{ language: "zh", useChoices: () => [] }}>
        <AtWorkProvider value={{ draft: {} as never, unsaved: false, check: check as never, save: () => Promise.resolve(), past: newPast(), partOf: String }}>
          <Page />
        </AtWorkProvider>
      </SurroundingsProvider>
    </QueryClientProvider></ConfigProvider>,
  );
  return kept;
}

const outline = () => within(screen.getByRole("navigation", { name: "状态与操作" }));
const pick = (name: string | RegExp) => {
  const found = outline().getAllByRole("button", { name })[0];
  if (found) fireEvent.click(found);
};
const write = (label: string | RegExp, said: string) => {
  const field = screen.getAllByRole("textbox", { name: label })[0] as HTMLInputElement;
  fireEvent.change(field, { target: { value: said } });
  fireEvent.blur(field);
};
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

// Roles are looked for in the tests below; over the whole pack that would take minutes.
const quick = (selector: string, said: RegExp) => [...document.querySelectorAll<HTMLElement>(selector)].find((one) => said.test(one.textContent ?? "")) as HTMLElement;

test.each(PROCESSES)("process %s, changed and undone, is saved byte for byte as it was; changed once, it differs there alone", (_, process) => {
  const kept = opened(process);
  const untouched = canonical(process);
  const state = draw(process).states.find((one) => one.from === null && one.title !== null);
  fireEvent.click(quick(".outline button", new RegExp(`^${String(state?.title?.zh).replaceAll(/[()]/g, ".")}`)));
  fireEvent.change(document.querySelector("[aria-label='名称 中文']") as HTMLElement, { target: { value: "另一个名称" } });
  expect(difference(process, kept.value).map((one) => one.pointer)).toEqual([`/states/${String(state?.id)}/title/zh`]);
  fireEvent.click(quick(".bench-tools button", /撤销/));
  expect(canonical(kept.value)).toBe(untouched);
  fireEvent.click(quick(".bench-tools button", /重做/));
  expect(difference(process, kept.value)).toHaveLength(1);
});

const APPROVAL = PROCESSES.find(([id]) => id === "approval")?.[1] as JsonObject;

test("a move is changed in its panel: what it emits, and that a reason is demanded", () => {
  const kept = opened(APPROVAL);
  pick(/^批准/);
  pick(/^准予 →/);
  write(/^事件名/, "granted_indeed");
  fireEvent.click(screen.getByRole("checkbox", { name: "必须说明理由" }));
  expect(difference(APPROVAL, kept.value).map((one) => one.pointer).sort()).toEqual(["/moves/grant/emits", "/moves/grant/reason"]);
});

test("a state that others lead to is not removed: the arrows that would break are named", () => {
  const kept = opened(APPROVAL);
  pick(/^审核/);
  press("删除状态");
  expect(screen.getByRole("alert").textContent).toContain("承办审查 — 提出承办意见 → 审核");
  expect(kept.value).toBe(APPROVAL);
});

test("an id that is taken or malformed is refused and nothing changes", async () => {
  const kept = opened(APPROVAL);
  pick(/^审核/);
  fireEvent.click(screen.getByRole("button", { name: /^改标识/ }));
  const field = await screen.findByRole("textbox", { name: "标识" });
  fireEvent.change(field, { target: { value: "examining" } });
  fireEvent.submit(field.closest("form") as HTMLFormElement);
  expect(screen.getByRole("alert").textContent).toContain("已经有了");
  expect(kept.value).toBe(APPROVAL);
});

test("a process begins with nothing: two states and the way between them are made without an id typed", async () => {
  const kept = opened({ kind: "processes", id: "new", title: { zh: "新", en: "New" } });
  const dialog = async () => within(await screen.findByRole("dialog"));
  press("添加第一个状态");
  fireEvent.change((await dialog()).getByLabelText("中文名称"), { target: { value: "收件" } });
  fireEvent.change((await dialog()).getByLabelText("英文名称"), { target: { value: "Received" } });
  fireEvent.click((await dialog()).getByRole("button", { name: "添加" }));
  expect(kept.value.chart).toEqual({ states: { received: { initial: true } } });
  expect(kept.value.states).toEqual({ received: { title: { zh: "收件", en: "Received" }, order: 10 } });
});

test("what a fragment brings can be looked at and not be changed here", () => {
  opened(APPROVAL);
  pick(/^补正不来/);
  expect(screen.getByText(/来自片段 correction/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "删除状态" })).toBeNull();
  expect((screen.getAllByRole("textbox", { name: "名称 中文" })[0] as HTMLInputElement).readOnly).toBe(true);
});

test("who may only read is offered no edit", () => {
  opened(APPROVAL, [], undefined, true);
  pick(/^审核/);
  for (const name of ["添加状态", "删除状态", "添加去向", /^改标识/]) expect(screen.queryByRole("button", { name })).toBeNull();
});

test("a promise that cannot be kept is said with its way, step by step, as the gate found it", () => {
  const path = [{ state: "received" }, { state: "examining", event: "accept" }, { state: "checking", event: "propose" }];
  const params = { definition: "items/food-licence", path, stages: ["intake"], limit: "promised", worst_day: "2026-09-30", ends: "2026-10-20", limit_ends: "2026-10-12" };
  const finding = { pointer: "/clocks/4", code: "stages-exceed-limit", message: { zh: "超过时限", en: "too long" }, params };
  opened(APPROVAL, [], { findings: [finding] });
  const way = within(screen.getByRole("region", { name: "发现的问题" })).getAllByRole("listitem").map((one) => one.textContent);
  expect(way).toEqual(["收件·受理审查", "受理 → 承办审查", "提出承办意见 → 审核"]);
  expect(screen.getByText(/最不利自 2026-09-30 起算/)).toBeTruthy();
});

test("a finding is counted at its state in the list", () => {
  const place = draw(APPROVAL).states.find((one) => one.id === "checking")?.wholePlace ?? "";
  opened(APPROVAL, [{ pointer: place, code: "dead-end", message: { zh: "走不出去", en: "no way out" } }] as Finding[]);
  expect(within(outline().getByRole("button", { name: /^审核/ })).getByTitle("1 处问题")).toBeTruthy();
});

test.each(PROCESSES)("on the picture of %s roads begin and end at their states, and words lie over no state", (_, process) => {
  const picture = draw(process, { fragments: Object.fromEntries(FRAGMENTS.map((one) => [String(one.id), one])) });
  const boxes = boxesOf(picture.states);
  const leaves = picture.states.filter((one) => !picture.states.some((other) => other.parent === one.id));
  let covered = 0;
  for (const road of roadsOf(picture, (arrow) => arrow.title?.zh ?? arrow.event)) {
    const [, x = "0", y = "0"] = /^M([-0-9.]+),([-0-9.]+)/.exec(road.path) ?? [];
    const box = boxes.get(road.source);
    if (!box) throw new Error(road.source);
    expect(Number(x) >= box.x - 1 && Number(x) <= box.x + box.width + 1 && Number(y) >= box.y - 1 && Number(y) <= box.y + box.height + 1, road.id).toBe(true);
    const within = leaves.some((one) => {
      const leaf = boxes.get(one.id) ?? box;
      return road.label.x > leaf.x && road.label.x < leaf.x + leaf.width && road.label.y > leaf.y && road.label.y < leaf.y + leaf.height;
    });
    if (within && !road.exit) covered += 1;
  }
  expect(covered).toBe(0);
});
