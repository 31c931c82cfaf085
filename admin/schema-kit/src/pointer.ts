/** JSON pointers (RFC 6901): reading, and changing a copy that shares with the original all that stays the same. */

import { isObject, type Json, type JsonObject } from "./json.js";

export type Path = readonly (string | number)[];

export function pointer(path: Path): string {
  return path.map((token) => "/" + String(token).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

export function tokens(place: string): string[] {
  const parts = place.split("/").slice(1);
  return parts.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function parentOf(place: string): string {
  return place.slice(0, place.lastIndexOf("/"));
}

export function lastOf(place: string): string {
  return tokens(place).at(-1) ?? "";
}

/** What stands at a place; undefined where nothing does. */
export function at(value: Json | undefined, place: string): Json | undefined {
  let here = value;
  for (const token of tokens(place)) {
    if (Array.isArray(here)) here = /^(0|[1-9][0-9]*)$/.test(token) ? here[Number(token)] : undefined;
    else here = isObject(here) && Object.hasOwn(here, token) ? here[token] : undefined;
  }
  return here;
}

/** A copy with the value at the place: a member set, an entry replaced, or with `-` appended. */
export function put(value: Json, place: string, entry: Json): Json {
  return changed(
    value,
    tokens(place),
    (holder, token) => {
      if (Array.isArray(holder)) holder[token === "-" ? holder.length : Number(token)] = entry;
      else set(holder, token, entry);
    },
    entry,
  );
}

/** A copy without what stands at the place; entries behind it move up. */
export function drop(value: Json, place: string): Json {
  if (at(value, place) === undefined) return value;
  return changed(
    value,
    tokens(place),
    (holder, token) => {
      if (Array.isArray(holder)) holder.splice(Number(token), 1);
      else delete holder[token];
    },
    null,
  );
}

/** A copy with one more entry of a list, before the one that stands there now. */
export function insert(value: Json, place: string, entry: Json): Json {
  return changed(
    value,
    tokens(place),
    (holder, token) => {
      if (!Array.isArray(holder)) throw new TypeError(`no list holds ${place}`);
      holder.splice(token === "-" ? holder.length : Number(token), 0, entry);
    },
    entry,
  );
}

/** A copy in which a member has another name and stands where it stood. */
export function rename(value: Json, place: string, name: string): Json {
  const from = lastOf(place);
  const holder = at(value, parentOf(place));
  if (!isObject(holder) || !Object.hasOwn(holder, from)) throw new TypeError(`nothing stands at ${place}`);
  if (from !== name && Object.hasOwn(holder, name)) throw new TypeError(`${name} is taken`);
  const renamed: JsonObject = {};
  for (const [key, entry] of Object.entries(holder)) set(renamed, key === from ? name : key, entry);
  return put(value, parentOf(place), renamed);
}

function changed(
  value: Json,
  path: readonly string[],
  change: (holder: Json[] | JsonObject, token: string) => void,
  whole: Json,
): Json {
  const [token, ...rest] = path;
  if (token === undefined) return whole;
  if (typeof value !== "object" || value === null) throw new TypeError(`nothing has a member ${token}`);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length === 0) {
    change(copy, token);
    return copy;
  }
  const inner = Array.isArray(copy) ? copy[Number(token)] : copy[token];
  if (inner === undefined) throw new TypeError(`nothing stands at ${token}`);
  const below = changed(inner, rest, change, whole);
  if (Array.isArray(copy)) copy[Number(token)] = below;
  else set(copy, token, below);
  return copy;
}

/** As JSON.parse does: `__proto__` is a member like any other. */
function set(holder: JsonObject, name: string, entry: Json): void {
  Object.defineProperty(holder, name, { value: entry, enumerable: true, writable: true, configurable: true });
}
