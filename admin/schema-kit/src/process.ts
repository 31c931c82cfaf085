/** A process as a picture: states and arrows with who, clocks, members and triggers, and the chart back out of it. */

import { nodes as statesOf, whole, type Whole } from "./including.js";
import { canonical, isObject, list, members, textOf, type Json, type JsonObject, type Text } from "./json.js";
import { arranged, type Box } from "./layout.js";
import { pointer } from "./pointer.js";

export interface State extends Box {
  id: string;
  parent: string | null;
  /** Where it stands in the process; null when a fragment brings it. */
  place: string | null;
  /** Where it stands in the process with its fragments: what the gate's findings point at. */
  wholePlace: string;
  from: string | null;
  title: Text | null;
  order: number;
  initial: boolean;
  final: boolean;
  parallel: boolean;
  waitsFor: string | null;
  /** What can be done here without leaving. */
  stays: string[];
  /** Clocks that begin by coming here, and end by it. */
  starts: string[];
  stops: string[];
  /** Member cases that are opened here. */
  members: { id: string; title: Text | null; stage: string | null; after: string[] }[];
}

export type Sort = "move" | "clock" | "member" | "outside" | "rule" | "joined" | "undeclared";

export interface Arrow {
  id: string;
  place: string | null;
  wholePlace: string;
  from: string | null;
  source: string;
  target: string;
  event: string;
  /** The state in which another region must be. */
  guard: string | null;
  sort: Sort;
  title: Text | null;
  by: string[];
  emits: string | null;
  atMost: number | null;
  starts: string[];
  stops: string[];
  expires: string[];
  /** Triggers that follow from it, by their ids or what they open. */
  triggers: string[];
}

export interface Picture {
  states: State[];
  arrows: Arrow[];
  /** Clocks that run from the application on. */
  begun: string[];
  missing: readonly string[];
}

export interface Beside {
  fragments?: Readonly<Record<string, JsonObject>>;
  item?: JsonObject;
  triggers?: readonly JsonObject[];
}

const SORTS: Readonly<Record<string, Sort>> = {
  timeout: "clock",
  child: "member",
  external: "outside",
  auto: "rule",
  done: "joined",
};

export function draw(process: JsonObject, beside: Beside = {}): Picture {
  const built = whole(process, beside.fragments);
  const item = beside.item ?? {};
  const states = [...walked(built)].map(([id, at]) => state(id, at, built, item));
  const triggers = [...list(item["triggers"]).filter(isObject), ...(beside.triggers ?? [])];
  const arrows = states.flatMap((one) => arrowsFrom(one, built, item, triggers));
  return {
    states: arranged(states, arrows),
    arrows: distinct(arrows),
    begun: clocksOf(item, ["submitted"]).starts,
    missing: built.missing,
  };
}

/** The chart that the picture shows, without what fragments bring. */
export function chartOf(picture: Picture): JsonObject {
  const level = (parent: string | null): JsonObject =>
    Object.fromEntries(
      picture.states
        .filter((one) => one.parent === parent && one.from === null)
        .map((one) => [one.id, body(one)]),
    );
  const body = (one: State): JsonObject => {
    const inner = level(one.id);
    const own = picture.arrows.filter((arrow) => arrow.source === one.id && arrow.from === null);
    return {
      ...(one.initial ? { initial: true } : {}),
      ...(one.final ? { final: true } : {}),
      ...(one.parallel ? { parallel: true } : {}),
      ...(Object.keys(inner).length > 0 ? { states: inner } : {}),
      ...(own.length > 0 ? { transitions: own.map(transition) } : {}),
    };
  };
  return { states: level(null) };
}

/** Whether the picture tells all of the chart; else the process opens as JSON. */
export function isDrawable(process: JsonObject): boolean {
  return isObject(process["chart"]) && canonical(chartOf(draw(process))) === canonical(process["chart"]);
}

function transition(arrow: Arrow): JsonObject {
  const guard: JsonObject = arrow.guard === null ? {} : { cond: `In('${arrow.guard}')` };
  return { event: arrow.event, target: arrow.target, ...guard };
}

interface At {
  node: JsonObject;
  place: string;
  parent: string | null;
}

function walked(built: Whole): Map<string, At> {
  const found = new Map<string, At>();
  const visit = (states: Json | undefined, above: string, parent: string | null): void => {
    for (const [id, node] of Object.entries(members(states))) {
      const place = above + pointer(["states", id]);
      found.set(id, { node: members(node), place, parent });
      visit(members(node)["states"], place, id);
    }
  };
  visit(members(built.process["chart"])["states"], "/chart", null);
  return found;
}

function state(id: string, { node, place, parent }: At, built: Whole, item: JsonObject): State {
  const stage = members(members(built.process["states"])[id]);
  const from = built.states.get(id) ?? null;
  const here = clocksOf(item, [`state:${id}`]);
  return {
    id,
    parent,
    from,
    place: from === null ? place : null,
    wholePlace: place,
    title: textOf(stage["title"]),
    order: typeof stage["order"] === "number" ? stage["order"] : Number.MAX_SAFE_INTEGER,
    initial: node["initial"] === true,
    final: node["final"] === true,
    parallel: node["parallel"] === true,
    waitsFor: typeof stage["waits_for"] === "string" ? stage["waits_for"] : null,
    stays: staying(id, built.process),
    starts: here.starts,
    stops: here.stops,
    members: membersOf(members(members(item["children"])[id])),
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  };
}

function staying(id: string, process: JsonObject): string[] {
  const declared = { ...members(process["moves"]), ...members(process["internal"]) };
  return Object.keys(declared)
    .filter((name) => list(members(declared[name])["in"]).includes(id))
    .sort();
}

function membersOf(group: JsonObject): State["members"] {
  return list(group["members"])
    .filter(isObject)
    .map((one) => ({
      id: String(one["id"] ?? one["item"]),
      title: textOf(one["title"]),
      stage: typeof one["stage"] === "string" ? one["stage"] : null,
      after: list(one["after"]).map(String),
    }));
}

function arrowsFrom(source: State, built: Whole, item: JsonObject, triggers: readonly JsonObject[]): Arrow[] {
  const node = statesOf(built.process).get(source.id) ?? {};
  const rows = list(node["transitions"]).filter(isObject);
  const brought = built.transitions.get(source.id) ?? [];
  return rows.map((row, index) => {
    const from = source.from ?? brought[index - (rows.length - brought.length)] ?? null;
    const event = String(row["event"]);
    const declared = members(
      members(built.process["moves"])[event] ?? members(built.process["internal"])[event],
    );
    const emits = typeof declared["emits"] === "string" ? declared["emits"] : null;
    const guard = /^In\('([a-z][a-z0-9_]*)'\)$/.exec(String(row["cond"] ?? ""))?.[1] ?? null;
    const target = String(row["target"]);
    const wholePlace = `${source.wholePlace}/transitions/${index}`;
    return {
      id: [source.id, event, target, ...(guard ? [guard] : [])].join("--"),
      place: from === null ? wholePlace : null,
      wholePlace,
      from,
      source: source.id,
      target,
      event,
      guard,
      emits,
      sort: sortOf(event, built.process),
      title: textOf(declared["title"]),
      by: list(declared["by"]).map(String),
      atMost: typeof declared["at_most"] === "number" ? declared["at_most"] : null,
      ...clocksOf(item, emits === null ? [] : [emits]),
      expires: list(item["clocks"])
        .filter(isObject)
        .filter((clock) => clock["on_expiry"] === event)
        .map((clock) => String(clock["id"])),
      triggers: emits === null ? [] : triggersOn(emits, item, triggers),
    };
  });
}

function sortOf(event: string, process: JsonObject): Sort {
  if (isObject(members(process["moves"])[event])) return "move";
  const root = event.split(".", 1)[0] ?? "";
  return event.includes(".") ? (SORTS[root] ?? "undeclared") : "undeclared";
}

function clocksOf(item: JsonObject, milestones: readonly string[]): { starts: string[]; stops: string[] } {
  const clocks = list(item["clocks"]).filter(isObject);
  const named = (...keywords: string[]): string[] =>
    clocks
      .filter((clock) =>
        keywords.some((keyword) => list(clock[keyword]).some((one) => milestones.includes(String(one)))),
      )
      .map((clock) => String(clock["id"]));
  return { starts: named("starts_on", "restarts_on"), stops: named("stops_on") };
}

function triggersOn(emits: string, item: JsonObject, triggers: readonly JsonObject[]): string[] {
  return triggers
    .filter((trigger) => {
      const on = trigger["on"];
      if (on === emits) return true;
      const items = isObject(on) ? on["items"] : undefined;
      return (
        isObject(on) &&
        on["event"] === `case.${emits}` &&
        (items === undefined || list(items).includes(item["id"] ?? null))
      );
    })
    .map((trigger) =>
      String(
        trigger["id"] ??
          list(trigger["do"])
            .filter(isObject)
            .map((one) => one["open"])[0] ??
          emits,
      ),
    );
}

/** Two arrows of one event between the same states keep apart. */
function distinct(arrows: readonly Arrow[]): Arrow[] {
  const seen = new Map<string, number>();
  return arrows.map((arrow) => {
    const times = (seen.get(arrow.id) ?? 0) + 1;
    seen.set(arrow.id, times);
    return times === 1 ? arrow : { ...arrow, id: `${arrow.id}--${times}` };
  });
}
