// @vitest-environment jsdom
// A form opened changes nothing, decides its conditions as one writes, and shows what a check found at its field.
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import "./setup";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { DefinitionForm } from "../src/forms/DefinitionForm";
import type { Finding } from "../src/forms/findings";
import { resolved } from "../src/forms/resolved";
import { localised } from "../src/forms/localised";
import { bundled, type Schema } from "../src/forms/schema";
import { replaced, sections } from "../src/forms/sections";
import type { JsonObject } from "../src/json/pointer";
import { speak } from "../src/words";

const ROOT = join(import.meta.dirname, "../../../schemas");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as JsonObject;
const META = readdirSync(join(ROOT, "meta")).map((name) => read(join(ROOT, "meta", name)));
const kindOf = (kind: string) =>
  localised(bundled(META.find((one) => String(one.$id).endsWith(`/${kind}.schema.json`)) as Schema, META), "zh");

beforeAll(speak);
afterEach(cleanup);

const SMALL: Schema = {
  type: "object",
  required: ["way"],
  properties: {
    way: { enum: ["plain", "special"], title: "方式", "x-ui": { order: 1 } },
    days: { type: "integer", title: "天数" },
    title: { type: "object", title: "名称", properties: { zh: { type: "string" }, en: { type: "string" } } },
  },
  if: { properties: { way: { const: "special" } }, required: ["way"] },
  then: { properties: { reason: { type: "string", title: "理由" } } },
  $defs: {},
};

function drawn(schema: Schema, value: JsonObject, id = "", findings: Finding[] = []) {
  const change = vi.fn<(value: JsonObject) => void>();
  const section = sections(resolved(schema, value), schema, "基本信息").find((one) => one.id === id);
  if (!section) throw new Error(`no section ${id}`);
  render(<DefinitionForm schema={schema} section={section} value={value} findings={findings} onChange={change} />);
  return change;
}

// Shapes that a form could disturb: conditions, branches, maps, lists of lists, a chart.
const PLAYED = ["documents", "facts", "fragments"];
test.each(PLAYED)("opening every section of a definition of kind %s changes nothing", (kind) => {
  const folder = join(ROOT, kind);
  const file = readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith(".json")).sort()[0];
  const [schema, value] = [kindOf(kind), read(join(folder, String(file)))];
  for (const section of sections(resolved(schema, value), schema, "基本信息")) {
    expect(drawn(schema, value, section.id), section.id).not.toHaveBeenCalled();
    cleanup();
  }
});

test("what names a definition is one list, whatever a pattern of member names asks beside", () => {
  drawn(kindOf("items"), { rules: { intake: "water-connection-intake", somewhere: "another" } }, "rules");
  expect(document.querySelectorAll('[id^="f_rules_intake"][role="combobox"]').length).toBe(1);
  expect(document.querySelector('[id^="f_rules_intake"][role="combobox"]')?.getAttribute("aria-label")).toBe("受理判定");
  expect(document.querySelector('label[for="f_rules_intake"]')?.textContent).toContain("受理判定");
});

test("one field that is changed changes that member alone", () => {
  const change = drawn(SMALL, { extra: { kept: [1] }, way: "plain", days: 3 });
  fireEvent.change(screen.getByLabelText(/^天数/), { target: { value: "5" } });
  expect(change).toHaveBeenLastCalledWith({ extra: { kept: [1] }, way: "plain", days: 5 });
});

test("a field that is emptied is left out", () => {
  const change = drawn(SMALL, { way: "plain", title: { zh: "名" } });
  fireEvent.change(screen.getByRole("textbox", { name: "名称 中文" }), { target: { value: "" } });
  expect(change).toHaveBeenLastCalledWith({ way: "plain" });
});

test("a condition shows its field only where it holds", () => {
  drawn(SMALL, { way: "plain" });
  expect(screen.queryByLabelText(/^理由/)).toBeNull();
  cleanup();
  drawn(SMALL, { way: "special" });
  expect(screen.getByLabelText(/^理由/)).toBeDefined();
});

test("what a check found stands at its field, in Chinese", () => {
  const found = (pointer: string, zh: string): Finding => ({ pointer, code: "shape", message: { zh, en: "wrong" } });
  drawn(SMALL, { way: "plain" }, "", [found("/title/zh", "请填写中文"), found("/days", "天数太多")]);
  expect(screen.getAllByRole("alert").map((one) => one.textContent)).toEqual(["天数太多", "请填写中文"]);
});

test("what people name themselves stands as closed lines, each opened by itself", () => {
  const node = { type: "object", properties: { days: { type: "integer", title: "天数" } } };
  const schema: Schema = { type: "object", properties: { nodes: { type: "object", title: "节点", additionalProperties: { $ref: "#/$defs/Node" } } }, $defs: { Node: node } };
  const change = drawn(schema, { nodes: { one: { days: 1 }, two: { days: 2 } } }, "nodes");
  expect(screen.queryByLabelText(/^天数/)).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: /^two/ }));
  fireEvent.change(screen.getByLabelText(/^天数/), { target: { value: "7" } });
  expect(change).toHaveBeenLastCalledWith({ nodes: { one: { days: 1 }, two: { days: 7 } } });
});

test("members keep their order, and unknown ones stay", () => {
  const section = { id: "", title: "", names: ["b", "d"], required: true };
  expect(Object.keys(replaced({ a: 1, b: 2, c: 3 }, section, { d: 4, b: 5 }))).toEqual(["a", "b", "c", "d"]);
});
