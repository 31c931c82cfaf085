// @vitest-environment jsdom
// A form filled in at a desk: what is asked outright, what is read, how a queue's row is found.
import { Refusal } from "@jisheng/api-client";
import { cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { useFound } from "../src/desks/forms/found";
import { InputForm } from "../src/desks/forms/InputForm";
import { ready } from "../src/desks/forms/input_schema";
import { Shown } from "../src/desks/forms/Shown";
import type { Schema } from "../src/forms/schema";
import type { JsonObject } from "../src/json/pointer";
import { speak } from "../src/words";
import "../src/words/desks";

beforeAll(speak);
afterEach(cleanup);

const SCHEMA: Schema = {
  type: "object",
  required: ["online", "kind"],
  properties: {
    kind: { enum: ["a", "b"], "x-labels": { a: { zh: "甲类", en: "A" }, b: { zh: "乙类", en: "B" } }, "x-title": { zh: "类别", en: "Kind" }, "x-ui": { order: 1 } },
    online: { type: "boolean", "x-title": { zh: "网络经营", en: "Online" }, "x-ui": { order: 2 } },
    reasons: { type: "array", items: { type: "string" }, "x-title": { zh: "理由", en: "Reasons" }, "x-ui": { order: 3 } },
    staff: { type: "array", "x-title": { zh: "人员", en: "Staff" }, "x-ui": { order: 4 }, items: { type: "object", properties: { name: { type: "string", "x-title": { zh: "姓名", en: "Name" } } } } },
  },
};

function filled(value: JsonObject, findings: Parameters<typeof InputForm>[0]["findings"] = []) {
  const change = vi.fn<(value: JsonObject) => void>();
  render(<InputForm schema={ready(SCHEMA, undefined, "zh")} value={value} findings={findings} prefix="t" onChange={change} />);
  return change;
}

test("a yes or a no is asked outright: nobody's silence is a no", () => {
  const change = filled({ kind: "a" });
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "否" }).checked).toBe(false);
  fireEvent.click(screen.getByRole("radio", { name: "否" }));
  expect(change).toHaveBeenLastCalledWith({ kind: "a", online: false });
});

test("a group that nobody began stays out of what is written, whatever its schema decides", () => {
  const person: Schema = { type: "object", required: ["name"], properties: { name: { type: "string" }, kind: { type: "string" } }, if: { required: ["kind"] }, then: { properties: { kind: { minLength: 2 } } } };
  const schema: Schema = { type: "object", required: ["owner"], properties: { owner: person, note: { type: "string", "x-title": { zh: "说明", en: "Note" } }, agent: { type: "object", "x-title": { zh: "代理", en: "Agent" }, required: ["person"], properties: { until: { type: "string" }, person } } } };
  const change = vi.fn();
  render(<InputForm schema={ready(schema, undefined, "zh")} value={{}} prefix="t" onChange={change} />);
  fireEvent.change(screen.getByRole("textbox", { name: "说明" }), { target: { value: "好" } });
  expect(change).toHaveBeenLastCalledWith({ note: "好", owner: {} });
  fireEvent.click(screen.getByRole("button", { name: /^添加 代理/ }));
  expect(screen.getAllByRole("textbox")).toHaveLength(6);
  expect(change).toHaveBeenLastCalledWith({ note: "好", owner: {} });
});

test("sentences are written one a line", () => {
  const change = filled({ kind: "a" });
  fireEvent.change(screen.getByRole("textbox", { name: "理由" }), { target: { value: "材料不全\n\n 不属本机关职权 " } });
  expect(change).toHaveBeenLastCalledWith({ kind: "a", reasons: ["材料不全", "不属本机关职权"] });
});

test("what the server finds stands at its field", () => {
  filled({ kind: "a" }, [{ pointer: "/online", code: "required", message: { zh: "请填写网络经营", en: "Please fill in" } }]);
  expect(screen.getByRole("alert").textContent).toBe("请填写网络经营");
});

test("what was filled in is read by its labels, and nothing of it is lost", () => {
  render(<Shown schema={ready(SCHEMA, undefined, "zh")} value={{ online: false, kind: "b", staff: [{ name: "王**" }], unknown: "留着" }} />);
  expect(screen.getAllByRole("term").map((one) => one.textContent)).toEqual(["类别", "网络经营", "unknown", "姓名"]);
  expect(screen.getAllByRole("definition").map((one) => one.textContent)).toEqual(["乙类", "否", "留着", "王**"]);
});

test("what was found stands until that place is changed, and comes anew with the next refusal", () => {
  const refused = (...pointers: string[]) => new Refusal(422, { errors: pointers.map((pointer) => ({ pointer, code: "required", message: "", messages: { zh: pointer, en: pointer } })) });
  const first = refused("/a", "/b/c");
  const { result, rerender } = renderHook(({ error, value }: { error: unknown; value: JsonObject }) => useFound(error, value), { initialProps: { error: undefined as unknown, value: {} as JsonObject } });
  const pointers = () => result.current.map((one) => one.pointer);
  rerender({ error: first, value: {} });
  expect(pointers()).toEqual(["/a", "/b/c"]);
  rerender({ error: first, value: { a: "x" } });
  expect(pointers()).toEqual(["/b/c"]);
  rerender({ error: refused("/a"), value: { a: "x" } });
  expect(pointers()).toEqual(["/a"]);
});
