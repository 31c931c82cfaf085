// The district's definitions as they are written, for tests of screens.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../src/json/pointer";

const ROOT = join(import.meta.dirname, "../../../schemas");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as JsonObject;

export function definitions(kind: string): JsonObject[] {
  const names = readdirSync(join(ROOT, kind), { recursive: true }).map(String).filter((name) => name.endsWith(".json")).sort();
  return names.map((name) => read(join(ROOT, kind, name))).filter((one) => one.kind === kind);
}

export const named = (kind: string, id: string): JsonObject => {
  const found = definitions(kind).find((one) => one.id === id);
  if (!found) throw new Error(`no ${kind}/${id}`);
  return found;
};

export const META = readdirSync(join(ROOT, "meta")).map((name) => read(join(ROOT, "meta", name)));
export const SHARED = readdirSync(join(ROOT, "shared")).map((name) => read(join(ROOT, "shared", name)));
/** What `GET /v1/definitions` answers. */
export const KINDS = {
  kinds: META.filter((one) => typeof one.properties === "object" && one.properties !== null && "kind" in one.properties).map((schema) => ({
    kind: String(schema.$id).split("/").pop()?.replace(".schema.json", ""), schema,
  })),
  shared: [...META, ...SHARED],
};
