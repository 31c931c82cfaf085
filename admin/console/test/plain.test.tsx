// @vitest-environment jsdom
// Where a schema leaves open what stands somewhere, people write a text, a number or several words, and no JSON.
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { DefinitionForm } from "../src/forms/DefinitionForm";
import { plainKinds } from "../src/forms/drawing";
import type { Schema } from "../src/forms/schema";
import type { JsonObject } from "../src/json/pointer";
import { speak } from "../src/words";

beforeAll(speak);
afterEach(cleanup);

const SCALAR = ["string", "integer", "boolean"];
const SCHEMA: Schema = {
  type: "object",
  properties: {
    where: { type: "object", title: "条件", additionalProperties: { type: SCALAR } },
    form: { type: "object", title: "表单", "x-ui": { widget: "map" } },
    value: { title: "定值", "x-ui": { widget: "json" } },
  },
};

function drawn(value: JsonObject) {
  const change = vi.fn<(value: JsonObject) => void>();
  const section = { id: "all", title: "全部", names: ["where", "form", "value"], required: true };
  render(<DefinitionForm schema={SCHEMA} section={section} value={value} findings={[]} onChange={change} />);
  return change;
}

test("a text in a map is a text, without quotation marks", () => {
  const change = drawn({ where: { "/sector": "general", "/open": true } });
  fireEvent.click(screen.getByRole("button", { name: /^\/sector/ }));
  const field = screen.getByRole("textbox", { name: "/sector" });
  expect(field).toHaveProperty("value", "general");
  fireEvent.change(field, { target: { value: "food-drugs" } });
  expect(change).toHaveBeenLastCalledWith({ where: { "/sector": "food-drugs", "/open": true } });
  fireEvent.click(screen.getByRole("button", { name: /^\/open/ }));
  fireEvent.click(screen.getByRole("switch", { name: "/open" }));
  expect(change).toHaveBeenLastCalledWith({ where: { "/sector": "food-drugs", "/open": false } });
});

test("a map of any names and values takes a new one as a text", () => {
  const change = drawn({ form: { uscc: "record:/uscc" } });
  const [key] = screen.getAllByLabelText("键名").slice(-1);
  fireEvent.change(key as HTMLElement, { target: { value: "focus" } });
  fireEvent.click(screen.getAllByRole("button", { name: /^添 ?加$/ }).at(-1) as HTMLElement);
  expect(change).toHaveBeenLastCalledWith({ form: { uscc: "record:/uscc", focus: "" } });
  fireEvent.click(screen.getByRole("button", { name: "focus" }));
  fireEvent.change(screen.getByRole("textbox", { name: "focus" }), { target: { value: "后厨" } });
  expect(change).toHaveBeenLastCalledWith({ form: { uscc: "record:/uscc", focus: "后厨" } });
});

test("opening changes nothing, whatever stands there", () => {
  for (const value of ["a", 1, false, ["a", "b"], [], [1], { a: [1] }, null]) {
    expect(drawn({ where: {}, form: { one: value }, value }), JSON.stringify(value)).not.toHaveBeenCalled();
    cleanup();
  }
});

test("several words stand as words; what is more stands as JSON", () => {
  drawn({ value: ["market-regulation", "urban-management"] });
  expect(screen.getByRole("combobox", { name: "定值" })).toBeDefined();
  expect(screen.queryByRole("textbox", { name: "定值" })).toBeNull();
  cleanup();
  drawn({ value: { a: [1] } });
  expect(JSON.parse((screen.getByRole("textbox", { name: "定值" }) as HTMLTextAreaElement).value)).toEqual({ a: [1] });
});

test("only where a schema says so little", () => {
  expect(plainKinds({ type: SCALAR })).toEqual(["text", "number", "yes"]);
  expect(plainKinds({ title: "定值", "x-ui": {} })).toHaveLength(5);
  const others: JsonObject[] = [{ type: "string" }, { type: ["string", "null"] }, { type: SCALAR, enum: ["a", 1] }, { enum: ["a"] }, { allOf: [] }, { "x-open": true }];
  for (const more of others) {
    expect(plainKinds(more), JSON.stringify(more)).toEqual([]);
  }
});
