// What differs between two JSON values, member by member, as the API tells it of drafts (domain/difference.py).
import { isObject, type Json, pointerOf } from "./pointer";

export interface Difference {
  pointer: string;
  before?: Json;
  after?: Json;
}

/** No `before`: it was added. No `after`: it was removed. */
export function difference(before: Json, after: Json, names: string[] = []): Difference[] {
  const [old, now] = [members(before), members(after)];
  if (!old || !now || Array.isArray(before) !== Array.isArray(after)) {
    return before === after ? [] : [{ pointer: pointerOf(names), before, after }];
  }
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [left, right] = [old.get(name), now.get(name)];
    const place = [...names, name];
    if (left === undefined) return [{ pointer: pointerOf(place), after: right as Json }];
    if (right === undefined) return [{ pointer: pointerOf(place), before: left }];
    return difference(left, right, place);
  });
}

export const same = (one: Json, other: Json) => difference(one, other).length === 0;

function members(value: Json): Map<string, Json> | undefined {
  if (Array.isArray(value)) return new Map(value.map((member, index) => [String(index), member]));
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}
