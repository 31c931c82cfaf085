// Members of a group: added, renamed, directed to another department, removed; the options by which applicants choose them follow.
import { at, drop, isObject, type Json, type JsonObject, list, members, pointer, put, textOf, tokens } from "@jisheng/schema-kit";

type Language = "zh" | "en";

/** Where the members of a state's group stand in the item. */
export const membersAt = (state: string): string => pointer(["children", state, "members"]);

/** The field of the item's form in which applicants choose among the members; null where something else picks them. */
export function choiceOf(item: JsonObject, state: string): string | null {
  const source = members(at(item, pointer(["children", state, "for_each"]))).list;
  if (typeof source !== "string" || !source.startsWith("form:")) return null;
  const place = `/form${pointer(tokens(source.slice("form:".length)).flatMap((name) => ["properties", name]))}`;
  return Array.isArray(at(item, `${place}/items/enum`)) ? place : null;
}

/** A member like the last one, by its own names and for another department. */
export function added(item: JsonObject, state: string, title: { zh: string; en: string }, department: string): JsonObject {
  const known = list(at(item, membersAt(state))).map(members);
  const { after: _order, ...last } = members(known.at(-1) ?? { item: "", map: {} });
  const id = freeId(known, title.en);
  const named = renamed(renamed(structuredClone(last), "zh", title.zh), "en", title.en);
  const made = { ...directed(named, department), id };
  return withOption(put(item, membersAt(state), [...known, made]) as JsonObject, state, id, title);
}

/** What repeated the old name in what the member is told says the new one. */
export function renamed(member: JsonObject, language: Language, said: string): JsonObject {
  const title = { ...members(member.title), [language]: said };
  return { ...member, title, ...told(member, textOf(member.title)?.[language], said) };
}

/** Another department: its window and what the member is told follow, where they repeated the old one. */
export function directed(member: JsonObject, department: string): JsonObject {
  const follows = member.window === undefined || member.window === member.department;
  return { ...member, department, ...(follows ? { window: department } : {}), ...told(member, member.department, department) };
}

/** The item with a member replaced; the option by which it is chosen has its name. */
export function changed(item: JsonObject, state: string, index: number, member: JsonObject): JsonObject {
  const place = `${membersAt(state)}/${String(index)}`;
  const before = members(at(item, place));
  const made = put(item, place, member) as JsonObject;
  const option = optionAt(made, state, idOf(before));
  const same = option !== null && JSON.stringify(at(made, option)) === JSON.stringify(before.title);
  return same && isObject(member.title) ? (put(made, option, member.title) as JsonObject) : made;
}

export function removed(item: JsonObject, state: string, index: number): JsonObject {
  const place = `${membersAt(state)}/${String(index)}`;
  const id = idOf(members(at(item, place)));
  const made = drop(item, place) as JsonObject;
  const option = optionAt(made, state, id);
  if (option === null) return made;
  const codes = `${choiceOf(made, state) ?? ""}/items/enum`;
  return put(drop(made, option), codes, list(at(made, codes)).filter((one) => one !== id)) as JsonObject;
}

export const idOf = (member: JsonObject): string => String(member.id ?? member.item ?? "");

function told(member: JsonObject, old: Json | undefined, made: string): JsonObject {
  if (typeof old !== "string" || !isObject(member.map)) return {};
  return { map: Object.fromEntries(Object.entries(member.map).map(([name, value]) => [name, value === old ? made : value])) };
}

function withOption(item: JsonObject, state: string, id: string, title: JsonObject): JsonObject {
  const field = choiceOf(item, state);
  if (field === null) return item;
  const codes = list(at(item, `${field}/items/enum`));
  const listed = put(item, `${field}/items/enum`, [...codes, id]);
  const word = wordOf(item, field);
  return put(listed, `${field}/items/${word}`, { ...members(at(item, `${field}/items/${word}`)), [id]: title }) as JsonObject;
}

/** Where the label of the option stands that chooses a member; null: it is no option. */
function optionAt(item: JsonObject, state: string, id: string): string | null {
  const field = choiceOf(item, state);
  if (field === null) return null;
  const place = `${field}/items/${wordOf(item, field)}${pointer([id])}`;
  return at(item, place) === undefined ? null : place;
}

const wordOf = (item: JsonObject, field: string) => (isObject(at(item, `${field}/items/x-enum-titles`)) ? "x-enum-titles" : "x-labels");

function freeId(known: readonly JsonObject[], english: string): string {
  const taken = new Set(known.map(idOf));
  const said = english.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40) || "member";
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? said : `${said}-${String(number)}`;
    if (!taken.has(id)) return id;
  }
}
