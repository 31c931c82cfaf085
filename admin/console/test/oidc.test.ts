// @vitest-environment jsdom
// Signing in at the city's own place: what is sent, what comes back, and what is not taken.
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { leaving, returned } from "../src/shell/oidc";
import { begin, claimsOf, end, session } from "../src/shell/session";

let server: Server;
let issuer = "";
let challenge = ""; // as the issuer remembers it of the person that was sent there
const base64url = (text: string) => Buffer.from(text).toString("base64url");
const TOKEN = `x.${base64url(JSON.stringify({ sub: "person:li", name: "李四", roles: ["staff"], department: "tax", exp: 4_102_444_800 }))}.y`;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.setHeader("Content-Type", "application/json");
    response.setHeader("Access-Control-Allow-Origin", "*");
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.url === "/.well-known/openid-configuration") {
        response.end(JSON.stringify({ authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` }));
        return;
      }
      const asked = new URLSearchParams(Buffer.concat(chunks).toString());
      const proven = createHash("sha256").update(asked.get("code_verifier") ?? "").digest("base64url") === challenge;
      response.statusCode = proven && asked.get("code") === "c0de" ? 200 : 400;
      response.end(JSON.stringify(response.statusCode === 200 ? { access_token: TOKEN } : { error: "invalid_grant" }));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => sessionStorage.clear());

async function sent(back = "/drafts"): Promise<URLSearchParams> {
  const asked = new URL(await leaving({ issuer, client_id: "console" }, back)).searchParams;
  challenge = asked.get("code_challenge") ?? "";
  return asked;
}

test("a person is sent with a challenge, and comes back with a token to where they were", async () => {
  const asked = await sent();
  expect([asked.get("response_type"), asked.get("code_challenge_method"), asked.get("client_id")]).toEqual(["code", "S256", "console"]);
  const found = await returned({ issuer, client_id: "console" }, `?code=c0de&state=${asked.get("state")}`);
  expect(found).toEqual({ token: TOKEN, back: "/drafts" });
});

test("a state that is not ours is not taken, and a code is good once", async () => {
  const asked = await sent();
  const client = { issuer, client_id: "console" };
  await expect(returned(client, "?code=c0de&state=another")).rejects.toThrow("sign-in-mismatch");
  await expect(returned(client, `?code=c0de&state=${asked.get("state")}`)).rejects.toThrow("sign-in-mismatch");
});

test("what the issuer refuses is said", async () => {
  const asked = await sent();
  const refused = returned({ issuer, client_id: "console" }, `?code=wrong&state=${asked.get("state")}`);
  await expect(refused).rejects.toThrow("invalid_grant");
});

test("a session is what the token says, and ends", () => {
  expect(begin(TOKEN)).toMatchObject({ subject: "person:li", name: "李四", roles: ["staff"], department: "tax" });
  expect(session()?.expires).toBe(4_102_444_800_000);
  end();
  expect(session()).toBeUndefined();
  expect(claimsOf(TOKEN).sub).toBe("person:li");
});
