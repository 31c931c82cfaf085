// @vitest-environment jsdom
// A lottery's numbers are typed twice by each of two people, and sent once however often one clicks.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import "./setup";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { begin, end } from "../src/shell/session";
import { speak } from "../src/words";
import "../src/words/desks";

const sent: unknown[] = [];
const answer = async (request: Request) => {
  sent.push(await request.clone().json());
  await new Promise((done) => setTimeout(done, 30));
  return new Response(JSON.stringify({ number: 1, step: "committed", act: "type-lottery" }), { headers: { "Content-Type": "application/json" } });
};
vi.stubGlobal("fetch", vi.fn(answer));
vi.stubGlobal("Request", class extends Request { constructor(input: string | URL | Request, init?: RequestInit) { super(typeof input === "string" ? new URL(input, "http://localhost") : input, init); } });
const { Acts } = await import("../src/desks/draws/Acts");

beforeAll(speak);
afterEach(() => {
  cleanup();
  end();
  sent.length = 0;
});

const token = (roles: string[]) => `x.${btoa(JSON.stringify({ sub: "person:a", roles, exp: 9_999_999_999 }))}.x`;

function shown(step: Parameters<typeof Acts>[0]["step"], roles = ["admin"]) {
  begin(token(roles));
  render(<QueryClientProvider client={new QueryClient()}><Acts series="inspections" number={1} step={step} title="双随机" /></QueryClientProvider>);
}

test("numbers go off only once both entries agree, and once", async () => {
  shown("committed");
  fireEvent.click(screen.getByRole("button", { name: "录入开奖号码" }));
  const submit = () => screen.getByRole<HTMLButtonElement>("button", { name: "提交：录入开奖号码" });
  fireEvent.change(screen.getByRole("textbox", { name: "开奖号码" }), { target: { value: "01 02 03" } });
  fireEvent.change(screen.getByRole("textbox", { name: "再录入一遍" }), { target: { value: "01 02 04" } });
  expect(submit().disabled).toBe(true);
  fireEvent.change(screen.getByRole("textbox", { name: "再录入一遍" }), { target: { value: "01 02 03" } });
  const form = screen.getByRole("form", { name: "录入开奖号码" });
  fireEvent.submit(form);
  fireEvent.submit(form);
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("第二人"));
  expect(sent).toEqual([{ act: "type-lottery", numbers: "01 02 03" }]);
});

test("a stage offers its own acts, and who only reads is offered none", () => {
  shown("freezing");
  expect(screen.getAllByRole("button").map((one) => one.textContent)).toEqual(["密封部门随机数", "指定开奖期次"]);
  cleanup();
  shown("committed", ["auditor"]);
  expect(screen.queryAllByRole("button")).toEqual([]);
});
