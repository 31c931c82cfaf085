/** What can be done to a process: each takes the definition and gives back a changed copy, touching nothing else. */

import { nodes } from "./including.js";
import { isObject, list, member, members, type Json, type JsonObject, type Text } from "./json.js";
import { at, drop, insert, parentOf, pointer, put, rename } from "./pointer.js";

export class CannotChange extends Error {
  constructor(
    readonly code: "name-taken" | "name-malformed" | "in-use" | "unknown",
    readonly places: string[] = [],
  ) {
    super(code);
  }
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Where a state stands in the chart; refused when there is no such state. */
export function placeOf(process: JsonObject, id: string): string {
  const found = placed(process).get(id);
  if (found === undefined) throw new CannotChange("unknown", [id]);
  return found;
}

function placed(process: JsonObject): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (states: Json | undefined, above: string): void => {
    for (const [id, node] of Object.entries(members(states))) {
      found.set(id, above + pointer(["states", id]));
      visit(members(node)["states"], found.get(id)!);
    }
  };
  visit(members(process["chart"])["states"], "/chart");
  return found;
}

export function addState(
  process: JsonObject,
  parent: string | null,
  id: string,
  title: Text,
  final = false,
): JsonObject {
  if (!NAME.test(id)) throw new CannotChange("name-malformed");
  if (nodes(process).has(id)) throw new CannotChange("name-taken");
  if (!isObject(process["chart"]) || !isObject(process["states"])) {
    const begun = { ...process, chart: members(process["chart"]), states: members(process["states"]) };
    return addState(begun, parent, id, title, final);
  }
  const holder = parent === null ? "/chart" : placeOf(process, parent);
  const inside = members(at(process, `${holder}/states`));
  const node: JsonObject = Object.keys(inside).length === 0 ? { initial: true } : {};
  if (final) node["final"] = true;
  const charted = put(process, `${holder}/states`, { ...inside, [id]: node });
  const orders = Object.values(members(process["states"])).map((one) => Number(members(one)["order"] ?? 0));
  const stage = {
    title: { ...title },
    order: Math.max(0, ...orders) + 10,
    ...(final && parent === null ? { final: true, outcome: id } : {}),
  };
  return put(charted, pointer(["states", id]), stage) as JsonObject;
}

/** Not while an arrow leads to it, or it holds others: that would change what they do. */
export function removeState(process: JsonObject, id: string): JsonObject {
  const place = placeOf(process, id);
  const used = mentions(process, id);
  const holds = Object.keys(members(at(process, `${place}/states`))).map(
    (inner) => `${place}/states/${inner}`,
  );
  if (used.length + holds.length > 0) throw new CannotChange("in-use", [...used, ...holds]);
  const charted = drop(process, place);
  const emptied =
    Object.keys(members(at(charted, parentOf(place)))).length === 0 && parentOf(place) !== "/chart/states";
  return drop(emptied ? drop(charted, parentOf(place)) : charted, pointer(["states", id])) as JsonObject;
}

/** In the chart, its arrows and guards, the stages, and wherever a move or a fragment names it. */
export function renameState(process: JsonObject, id: string, name: string): JsonObject {
  if (!NAME.test(name)) throw new CannotChange("name-malformed");
  if (nodes(process).has(name)) throw new CannotChange("name-taken");
  let changed: Json = process;
  for (const place of mentions(process, id)) {
    const said = at(changed, place);
    changed = put(changed, place, said === `In('${id}')` ? `In('${name}')` : name);
  }
  changed = rename(changed, placeOf(process, id), name);
  const staged = member(process["states"], id) !== undefined;
  return (staged ? rename(changed, pointer(["states", id]), name) : changed) as JsonObject;
}

/** What an item says of a state of its process: the members opened in it, clocks that begin or end by it. */
export function renameStateInItem(item: JsonObject, id: string, name: string): JsonObject {
  let changed: Json = item;
  for (const section of ["children", "outcomes"]) {
    if (member(item[section], id) !== undefined) changed = rename(changed, pointer([section, id]), name);
  }
  for (const [index, clock] of list(item["clocks"]).entries()) {
    for (const keyword of ["starts_on", "stops_on", "restarts_on"]) {
      const position = list(members(clock)[keyword]).indexOf(`state:${id}`);
      if (position >= 0) changed = put(changed, `/clocks/${index}/${keyword}/${position}`, `state:${name}`);
    }
  }
  return changed as JsonObject;
}

/** One keyword of what a state is to people: its title, whom it waits for, its outcome. */
export function setStage(
  process: JsonObject,
  id: string,
  keyword: string,
  value: Json | undefined,
): JsonObject {
  placeOf(process, id);
  const place = pointer(["states", id, keyword]);
  return (value === undefined ? drop(process, place) : put(process, place, value)) as JsonObject;
}

export function setStateTitle(process: JsonObject, id: string, title: Text): JsonObject {
  return put(process, pointer(["states", id, "title"]), { ...title }) as JsonObject;
}

/** The state with which its level begins. */
export function setInitial(process: JsonObject, id: string): JsonObject {
  const place = placeOf(process, id);
  const siblings = Object.keys(members(at(process, parentOf(place))));
  const cleared = siblings.reduce<Json>(
    (changed, one) => (one === id ? changed : drop(changed, `${parentOf(place)}/${one}/initial`)),
    process,
  );
  return put(cleared, `${place}/initial`, true) as JsonObject;
}

export function addTransition(
  process: JsonObject,
  source: string,
  event: string,
  target: string,
  guard?: string,
): JsonObject {
  const place = placeOf(process, source);
  placeOf(process, target);
  const row = { event, target, ...(guard ? { cond: `In('${guard}')` } : {}) };
  if (at(process, `${place}/transitions`) === undefined)
    return put(process, `${place}/transitions`, [row]) as JsonObject;
  return insert(process, `${place}/transitions/-`, row) as JsonObject;
}

export function removeTransition(process: JsonObject, place: string): JsonObject {
  const left = drop(process, place);
  const holder = parentOf(place);
  return (list(at(left, holder)).length > 0 ? left : drop(left, holder)) as JsonObject;
}

export function retarget(process: JsonObject, place: string, target: string): JsonObject {
  placeOf(process, target);
  return put(process, `${place}/target`, target) as JsonObject;
}

export function setGuard(process: JsonObject, place: string, state: string | null): JsonObject {
  if (state === null) return drop(process, `${place}/cond`) as JsonObject;
  placeOf(process, state);
  return put(process, `${place}/cond`, `In('${state}')`) as JsonObject;
}

export function addMove(
  process: JsonObject,
  name: string,
  move: { title: Text; by: string[]; emits: string },
): JsonObject {
  if (!NAME.test(name)) throw new CannotChange("name-malformed");
  if (member(process["moves"], name) !== undefined) throw new CannotChange("name-taken");
  const orders = Object.values(members(process["moves"])).map((one) => Number(members(one)["order"] ?? 0));
  const body = {
    title: { ...move.title },
    by: [...move.by],
    emits: move.emits,
    order: Math.max(0, ...orders) + 10,
  };
  return put(process, "/moves", { ...members(process["moves"]), [name]: body }) as JsonObject;
}

/** One keyword of a move or an internal event: who, how often, what it issues. */
export function setMove(
  process: JsonObject,
  name: string,
  keyword: string,
  value: Json | undefined,
): JsonObject {
  const section = member(process["internal"], name) === undefined ? "moves" : "internal";
  const place = pointer([section, name, keyword]);
  return (value === undefined ? drop(process, place) : put(process, place, value)) as JsonObject;
}

export function removeMove(process: JsonObject, name: string): JsonObject {
  const used = eventMentions(process, name);
  if (used.length > 0) throw new CannotChange("in-use", used);
  const section = member(process["internal"], name) === undefined ? "moves" : "internal";
  return drop(process, pointer([section, name])) as JsonObject;
}

export function renameMove(process: JsonObject, name: string, to: string): JsonObject {
  if (!NAME.test(to)) throw new CannotChange("name-malformed");
  if (member(process["moves"], to) !== undefined) throw new CannotChange("name-taken");
  const changed = eventMentions(process, name).reduce<Json>((done, place) => put(done, place, to), process);
  return rename(changed, pointer(["moves", name]), to) as JsonObject;
}

/** Places that name a state: targets, guards, where one may stay, and where fragments are put in. */
function mentions(process: JsonObject, id: string): string[] {
  const found: string[] = [];
  for (const [place, row] of rows(process)) {
    if (row["target"] === id) found.push(`${place}/target`);
    if (row["cond"] === `In('${id}')`) found.push(`${place}/cond`);
  }
  for (const section of ["moves", "internal"]) {
    for (const [name, body] of Object.entries(members(process[section]))) {
      const position = list(members(body)["in"]).indexOf(id);
      if (position >= 0) found.push(pointer([section, name, "in", position]));
    }
  }
  for (const [index, include] of list(process["includes"]).entries()) {
    const { within, places } = members(include);
    if (within === id) found.push(`/includes/${index}/within`);
    for (const [place, state] of Object.entries(members(places))) {
      if (state === id) found.push(pointer(["includes", index, "places", place]));
    }
  }
  return found;
}

function eventMentions(process: JsonObject, event: string): string[] {
  const found = rows(process)
    .filter(([, row]) => row["event"] === event)
    .map(([place]) => `${place}/event`);
  for (const [name, body] of Object.entries(members(process["moves"]))) {
    const position = list(members(body)["distinct_from"]).indexOf(event);
    if (position >= 0) found.push(pointer(["moves", name, "distinct_from", position]));
  }
  return found;
}

function rows(process: JsonObject): [string, JsonObject][] {
  return [...placed(process).values()].flatMap((place) =>
    list(at(process, `${place}/transitions`)).flatMap((row, index): [string, JsonObject][] =>
      isObject(row) ? [[`${place}/transitions/${index}`, row]] : [],
    ),
  );
}
