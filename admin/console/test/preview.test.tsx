// @vitest-environment jsdom
// Every form of the pack can be looked at as applicants see it.
import { cleanup, render, screen } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import Preview from "../src/designers/form/Preview";
import { PublicForm } from "../src/designers/form/PublicForm";
import { type JsonObject, isObject } from "../src/json/pointer";
import { speak } from "../src/words";
import { definitions, named, SHARED } from "./pack";

beforeAll(speak);
afterEach(cleanup);

const shared = Object.fromEntries(SHARED.map((one) => [String(one.$id), one]));
const forms = definitions("items").flatMap(({ id, form }): [string, JsonObject][] => (isObject(form) ? [[String(id), form]] : []));

test.each(forms)("%s", (_id, form) => {
  const { container } = render(<PublicForm form={form} shared={shared} filled={{}} errors={{}} change={vi.fn()} />);
  expect(container.querySelectorAll("input, textarea, button").length).toBeGreaterThan(0);
  expect(container.textContent).toMatch(/\p{Script=Han}/u);
});

test("what one shared part takes from another is drawn with it", () => {
  render(<Preview form={named("items", "enterprise-start-up").form as JsonObject} shared={shared} device="phone" />);
  expect(screen.getAllByRole("textbox", { name: /行政区划代码/ }).length).toBeGreaterThan(0);
});
