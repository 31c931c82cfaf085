// Definitions as a file that another environment reads: written, read and compared; nothing is asked of the server here.
import { canonical, difference, isObject, type Json, type JsonObject, list, members } from "@jisheng/schema-kit";

export const FORMAT = "jisheng-definitions";
const LARGEST = 5 * 1024 * 1024; // bytes of a file; sample default, not from the plan

export interface Packed {
  format: typeof FORMAT;
  version: 1;
  origin: string;
  at: string;
  definitions: { hash: string; body: JsonObject }[];
}
export type Unreadable = "tooLarge" | "notJson" | "noDefinitions";
export class NotReadable extends Error {
  constructor(readonly why: Unreadable) {
    super(why);
  }
}

export async function packed(definitions: readonly JsonObject[], origin: string, at: string): Promise<Packed> {
  const rows = await Promise.all(definitions.map(async (body) => ({ hash: await hashOf(body), body })));
  return { format: FORMAT, version: 1, origin, at, definitions: rows.sort((one, other) => (keyOf(one.body) < keyOf(other.body) ? -1 : 1)) };
}

/** What a file says; each definition with whether it is what its hash says. */
export async function unpacked(text: string): Promise<Packed & { definitions: { hash: string; body: JsonObject; sound: boolean }[] }> {
  if (text.length > LARGEST) throw new NotReadable("tooLarge");
  const said = members(parsed(text));
  const rows = said.format === FORMAT && said.version === 1 ? list(said.definitions) : [];
  if (!rows.length || !rows.every(isRow)) throw new NotReadable("noDefinitions");
  const definitions = await Promise.all(rows.map(async ({ hash, body }) => ({ hash, body, sound: hash === (await hashOf(body)) })));
  return { format: FORMAT, version: 1, origin: String(said.origin ?? ""), at: String(said.at ?? ""), definitions };
}

function isRow(one: Json): one is { hash: string; body: JsonObject } {
  const { hash, body } = members(one);
  return typeof hash === "string" && isObject(body) && typeof body.kind === "string" && typeof body.id === "string";
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new NotReadable("notJson");
  }
}

export const keyOf = (body: JsonObject): string => `${String(body.kind)}/${String(body.id)}`;

/** SHA-256 of the canonical bytes (RFC 8785), as hex. */
async function hashOf(body: JsonObject): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(body)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const differing = (here: JsonObject | undefined, body: JsonObject) => (here ? difference(here, body) : undefined);
