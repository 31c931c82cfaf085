/** What changed between two JSON values, member by member: the same answer as the server's `difference`. */

import { isObject, type Json, type JsonObject } from "./json.js";
import { pointer } from "./pointer.js";

/** No `before`: it was added. No `after`: it was removed. */
export interface Change {
  pointer: string;
  before?: Json;
  after?: Json;
}

export function difference(before: Json, after: Json, place = ""): Change[] {
  if (before === after) return []; // what copies share is not looked at
  const old = holder(before);
  const fresh = holder(after);
  if (old === null || fresh === null || Array.isArray(before) !== Array.isArray(after)) {
    return [{ pointer: place, before, after }];
  }
  const names = [...Object.keys(old), ...Object.keys(fresh).filter((name) => !Object.hasOwn(old, name))];
  return names.flatMap((name) => {
    const below = place + pointer([name]);
    if (!Object.hasOwn(fresh, name)) return [{ pointer: below, before: old[name]! }];
    if (!Object.hasOwn(old, name)) return [{ pointer: below, after: fresh[name]! }];
    return difference(old[name]!, fresh[name]!, below);
  });
}

function holder(value: Json): JsonObject | null {
  if (Array.isArray(value)) return Object.fromEntries(value.entries());
  return isObject(value) ? value : null;
}
