// What a refusal says of each place of what was sent, as long as nobody has changed that place since.
import { Refusal } from "@jisheng/api-client";
import { useState } from "react";
import type { Finding } from "../../forms/findings";
import { at, type JsonObject, parts } from "../../json/pointer";

const said = (error: unknown): Finding[] =>
  error instanceof Refusal ? ((error.problem.errors ?? []).map((one) => ({ ...one, message: one.messages })) as Finding[]) : [];

export function useFound(error: unknown, value: JsonObject): Finding[] {
  const [sent, setSent] = useState({ error, value });
  if (sent.error !== error) setSent({ error, value });
  const now = (body: JsonObject, pointer: string) => JSON.stringify(at(body, parts(pointer)));
  return said(error).filter((one) => now(value, one.pointer) === now(sent.value, one.pointer));
}
