// In whose name the counter speaks: a token of the sign-in that says so. What proves it is a mandate on record.
import { type Api, connect } from "@jisheng/api-client";
import { language } from "../../shell/preferences";
import { readConfig } from "../../shell/config";
import { claimsOf, type Session } from "../../shell/session";

/** A client that calls from the counter, for `subject` where one is named; as nobody but oneself otherwise. */
export async function atCounter(session: Session, subject?: string): Promise<Api> {
  const token = await tokenFor(session, subject);
  return connect({ token: () => token, language });
}

export class NoCounter extends Error {}

async function tokenFor(session: Session, subject?: string): Promise<string> {
  const claims = claimsOf(session.token);
  if (claims.via === "window" && claims.acting_for === subject) return session.token;
  const config = await readConfig();
  if (config.sign_in !== "demo") throw new NoCounter("counter-token"); // the city's sign-in has to give one
  const { subject: me, roles, department, name } = session;
  const body = JSON.stringify({ subject: me, roles, department, name, via: "window", ...(subject ? { acting_for: subject } : {}) });
  const answer = await fetch("/v1/dev/tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (!answer.ok) throw new Error(`/v1/dev/tokens: ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}
