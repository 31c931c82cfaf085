/** JSON values, and the one byte form of them (RFC 8785) that browser and server hash alike. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}
export interface Text {
  zh: string;
  en: string;
}
export type Language = keyof Text;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text in both languages, as definitions write it; null for anything else. */
export function textOf(value: Json | undefined): Text | null {
  if (!isObject(value)) return null;
  const { zh, en } = value;
  return typeof zh === "string" && zh !== "" && typeof en === "string" && en !== "" ? { zh, en } : null;
}

export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function members(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** An own member; `toString` and its like are no member of anything. */
export function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** RFC 8785: keys sorted by UTF-16 unit (§3.2.3), numbers and texts as ECMAScript writes them (§3.2.2). */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${scalar(key)}:${canonical(value[key]!)}`).join(",")}}`;
  }
  return scalar(value);
}

function scalar(value: null | boolean | number | string): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("JSON has no such number");
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new RangeError("half a character");
  return JSON.stringify(value);
}

export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonical(one) === canonical(other);
}
