// The types are those of the description, and a refusal is told as the API said it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answered, connect, everything, Refusal, whole } from "../src/index";

const HERE = join(import.meta.dirname, "..");
const PAGES: Record<string, unknown> = {
  "": { definitions: [{ id: "a" }, { id: "b" }], after: "b" },
  b: { definitions: [{ id: "c" }], after: null },
};
const PROBLEM = { code: "forbidden", status: 403, title: "无权", messages: { zh: "您无权查看", en: "You may not" } };
let server: Server;
let seen: Record<string, unknown> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://here");
    seen = { ...request.headers };
    const refused = url.pathname.endsWith("/secret");
    response.statusCode = refused ? 403 : 200;
    response.setHeader("Content-Type", refused ? "application/problem+json" : "application/json");
    response.setHeader("ETag", '"3"');
    response.end(JSON.stringify(refused ? PROBLEM : PAGES[url.searchParams.get("after") ?? ""]));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => server.close());

const api = () =>
  connect({
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: () => "t0ken",
    language: () => "zh",
  });

test("the types are those that the description gives", () => {
  const made = join(mkdtempSync(join(tmpdir(), "described-")), "described.ts");
  execFileSync("npx", ["openapi-typescript", "openapi.json", "--empty-objects-unknown", "--output", made], { cwd: HERE, stdio: "pipe" });
  expect(readFileSync(made, "utf8")).toBe(readFileSync(join(HERE, "src/described.ts"), "utf8"));
}, 60_000);

test("a call says who calls and in which language", async () => {
  const page = await whole(api().GET("/v1/definitions/{kind}", { params: { path: { kind: "items" } } }));
  expect(seen).toMatchObject({ authorization: "Bearer t0ken", "accept-language": "zh-CN" });
  expect(page).toMatchObject({ etag: '"3"', body: { after: "b" } });
});

test("all pages of a list are read", async () => {
  const ids = await everything(
    (after) => answered(api().GET("/v1/definitions/{kind}", { params: { path: { kind: "items" }, query: { after } } })),
    (page) => page.definitions.map((one) => one.id),
  );
  expect(ids).toEqual(["a", "b", "c"]);
});

test("a refusal keeps its code and its two sentences", async () => {
  const asked = answered(api().GET("/v1/definitions/{kind}", { params: { path: { kind: "secret" } } }));
  const refusal: Refusal = await asked.then(() => expect.unreachable(), (error) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect([refusal.status, refusal.code, refusal.said("zh"), refusal.said("en")]).toEqual([
    403, "forbidden", "您无权查看", "You may not",
  ]);
});
