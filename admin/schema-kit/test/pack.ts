/** The district's definitions, read from `schemas/` as they are written. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, members, type Json, type JsonObject } from "../src/json.js";

const SCHEMAS = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..", "schemas");

export function definitions(kind: string): JsonObject[] {
  const names = readdirSync(join(SCHEMAS, kind), { recursive: true, encoding: "utf-8" });
  const files = names.filter((name) => name.endsWith(".json")).sort();
  const found = files.map(
    (name) => JSON.parse(readFileSync(join(SCHEMAS, kind, name), "utf-8")) as JsonObject,
  );
  return found.filter((one) => one["kind"] === kind);
}

export function shared(): Record<string, Json> {
  const names = readdirSync(join(SCHEMAS, "shared")).sort();
  const found = names.map(
    (name) => JSON.parse(readFileSync(join(SCHEMAS, "shared", name), "utf-8")) as JsonObject,
  );
  return Object.fromEntries(found.map((one) => [String(one["$id"]), one]));
}

/** Every form of the pack: of items, and what is filled in for a move. */
export function forms(): [name: string, form: JsonObject][] {
  const ofItems = definitions("items").flatMap((item): [string, JsonObject][] =>
    isObject(item["form"]) ? [[`items/${String(item["id"])}`, item["form"]]] : [],
  );
  const ofMoves = [...definitions("processes"), ...definitions("fragments")].flatMap((process) =>
    Object.entries(members(process["moves"])).flatMap(([move, body]): [string, JsonObject][] => {
      const input = members(body)["input"];
      return isObject(input) ? [[`${String(process["id"])}#${move}`, input]] : [];
    }),
  );
  return [...ofItems, ...ofMoves];
}
