// @vitest-environment jsdom
// The designer of member cases: members come, go and change hands; the options by which applicants choose them follow.
import { at, canonical, difference, list, members, put } from "@jisheng/schema-kit";
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test } from "vitest";
import { added, changed, choiceOf, directed, membersAt, removed, renamed } from "../src/designers/members/group";
import MembersDesigner from "../src/designers/members/MembersDesigner";
import type { JsonObject } from "../src/json/pointer";
import { speak } from "../src/words";
import { designed } from "./designed";
import { definitions, named } from "./pack";

beforeAll(speak);
afterEach(cleanup);

const STATE = "running";
const JOINT = named("items", "joint-acceptance");
const pointers = (before: JsonObject, after: JsonObject) => difference(before, after).map((one) => one.pointer);
const membersOf = (item: JsonObject) => list(at(item, membersAt(STATE))).map(members);
const offered = (item: JsonObject) => members(at(item, "/form/properties/specialities/items"));
const label = (name: string) => document.querySelector<HTMLElement>(`[aria-label="${name}"]`) as HTMLElement;

test("every group of the pack: a member added and removed again leaves the very bytes", () => {
  let count = 0;
  for (const item of definitions("items")) {
    for (const [state, group] of Object.entries(members(item.children))) {
      const number = list(members(group).members).length;
      if (number === 0) continue;
      const more = added(item, state, { zh: "新成员", en: "One more" }, "justice");
      expect(at(more, `${membersAt(state)}/${String(number)}/id`)).toBe("one-more");
      expect(canonical(removed(more, state, number))).toBe(canonical(item));
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(5);
});

test("a new member is told what the last one is told, but for its name and its department", () => {
  const more = added(JOINT, STATE, { zh: "园林绿化验收", en: "Greenery" }, "justice");
  expect(membersOf(more).at(-1)).toEqual({
    id: "greenery", title: { zh: "园林绿化验收", en: "Greenery" }, item: "department-opinion", party: "case:body", department: "justice", window: "justice",
    map: { "/about": "case:number", "/department": "justice", "/topic": "园林绿化验收", "/what": "form:/project/scope" },
  });
  expect(choiceOf(JOINT, STATE)).toBe("/form/properties/specialities");
  expect([list(offered(more).enum).at(-1), members(offered(more)["x-labels"]).greenery]).toEqual(["greenery", { zh: "园林绿化验收", en: "Greenery" }]);
});

test("another department takes window and content with it, another name its option", () => {
  const [first = {}] = membersOf(JOINT);
  const place = `${membersAt(STATE)}/0`;
  const moved = changed(JOINT, STATE, 0, directed(first, "justice"));
  expect(pointers(JOINT, moved).sort()).toEqual([`${place}/department`, `${place}/map/~1department`, `${place}/window`]);
  const called = changed(JOINT, STATE, 0, renamed(first, "zh", "规划条件核实"));
  expect(pointers(JOINT, called).sort()).toEqual([`${place}/map/~1topic`, `${place}/title/zh`, "/form/properties/specialities/items/x-labels/planning/zh"].sort());
});

test("an option that says something else than its member keeps its words", () => {
  const item = put(JOINT, "/form/properties/specialities/items/x-labels/planning/zh", "规划") as JsonObject;
  const [first = {}] = membersOf(item);
  expect(at(changed(item, STATE, 0, renamed(first, "zh", "规划条件核实")), "/form/properties/specialities/items/x-labels/planning/zh")).toBe("规划");
});

test("on its screen: a name changed and undone, a member removed with its option", async () => {
  const told = designed(MembersDesigner, JOINT);
  fireEvent.click(screen.getByText("1. 规划核实"));
  fireEvent.change(label("成员名称 中文"), { target: { value: "规划条件核实" } });
  expect(membersOf(told.last)[0]?.title).toEqual({ zh: "规划条件核实", en: "Planning" });
  fireEvent.click(within(screen.getByRole("toolbar")).getByText("撤销"));
  expect(canonical(told.last)).toBe(canonical(JOINT));
  fireEvent.click(label("删除 人防验收"));
  fireEvent.click(within(await screen.findByRole("dialog")).getByText("删除"));
  expect(membersOf(told.last).map((one) => one.id)).toEqual(["planning", "fire", "archives"]);
  expect([offered(told.last).enum, Object.keys(members(offered(told.last)["x-labels"]))]).toEqual([["planning", "fire", "archives"], ["planning", "fire", "archives"]]);
});

test("a group that asks each entry of a list shows how its case is opened", () => {
  const item = named("items", "site-consultation");
  const told = designed(MembersDesigner, item);
  expect(screen.getByText("名单每项一件")).toBeDefined();
  expect(screen.queryByText("添加成员")).toBeNull();
  expect(told.last).toBe(item);
});
