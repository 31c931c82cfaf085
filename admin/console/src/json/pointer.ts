// JSON pointers (RFC 6901): into a value, and what the members on the way are called by a schema.
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const parts = (pointer: string): string[] =>
  pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

export const pointerOf = (names: readonly (string | number)[]): string =>
  names.map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export function at(value: Json | undefined, names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((found, name) => {
    if (Array.isArray(found)) return found[Number(name)];
    return isObject(found) ? found[name] : undefined;
  }, value);
}
