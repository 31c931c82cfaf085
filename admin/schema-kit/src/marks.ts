/** The gate's answer on the picture: which states and arrows a finding concerns, and the path that it speaks of. */

import { isObject, list, type Json, type JsonObject, type Text } from "./json.js";
import type { Arrow, Picture, State } from "./process.js";

export interface GateFinding {
  pointer: string;
  code: string;
  message: Text;
  params?: JsonObject;
}

export interface Mark {
  finding: GateFinding;
  states: string[];
  arrows: string[];
  /** The states in the order in which the finding goes through them; empty when it names no way. */
  path: string[];
  /** The arrows from each state of the path to the next. */
  way: string[];
}

export function marked(picture: Picture, findings: readonly GateFinding[]): Mark[] {
  return findings.map((finding) => mark(picture, finding));
}

function mark(picture: Picture, finding: GateFinding): Mark {
  const params = finding.params ?? {};
  const way = wayOf(picture, params);
  const pointed = pointedAt(picture, finding.pointer);
  const named = [params["state"], ...list(params["states"])].filter((one) =>
    picture.states.some(({ id }) => id === one),
  );
  const events = [params["event"], params["move"], ...list(params["moves"])].filter(
    (one) => typeof one === "string",
  );
  const arrows = [
    ...pointed.arrows,
    ...way.arrows,
    ...picture.arrows.filter((one) => events.includes(one.event)).map((one) => one.id),
  ];
  const staying = picture.states
    .filter((one) => one.stays.some((move) => events.includes(move)))
    .map((one) => one.id);
  return {
    finding,
    states: [...new Set([...pointed.states, ...named.map(String), ...staying, ...way.states])],
    arrows: [...new Set(arrows)],
    path: way.states,
    way: way.arrows,
  };
}

interface Way {
  states: string[];
  arrows: string[];
}

/** A path of states that the server gives, or one that goes through the stages that it names. */
function wayOf(picture: Picture, params: JsonObject): Way {
  const path = list(params["path"]).map(stepOf);
  if (path.length > 0) return along(picture, path);
  const stages = list(params["stages"]).filter((one) => typeof one === "string");
  return stages.length > 0 ? throughStages(picture, stages) : { states: [], arrows: [] };
}

interface Step {
  state: string | null;
  event: string | null;
}

function stepOf(one: Json): Step {
  if (!isObject(one)) return { state: String(one), event: null };
  return {
    state: one["state"] === undefined ? null : String(one["state"]),
    event: one["event"] === undefined ? null : String(one["event"]),
  };
}

function along(picture: Picture, steps: readonly Step[]): Way {
  const known = steps.filter((step) => picture.states.some(({ id }) => id === step.state));
  const routes = new Routes(picture);
  const arrows = known.slice(1).flatMap(({ state, event }, index) => {
    const leads = (arrow: Arrow): boolean =>
      arrow.target === state || routes.entered(arrow.target).includes(state!);
    const direct = routes.leaving(known[index]!.state!).filter(leads);
    const found =
      direct.find((arrow) => arrow.event === event) ??
      picture.arrows.find((arrow) => arrow.event === event && leads(arrow)) ?? // of a region beside it
      direct[0];
    return found ? [found.id] : [];
  });
  return { states: known.map((step) => step.state!), arrows };
}

/**
 * The shortest way on which each stage begins and then ends, in the order given: what the promise is measured against.
 * Where the chart has no such way through all of them, the one that comes furthest.
 */
export function throughStages(picture: Picture, stages: readonly string[]): Way {
  const routes = new Routes(picture);
  const [start] = routes.initial();
  if (start === undefined) return { states: [], arrows: [] };
  const begin: Journey = {
    at: start,
    states: [start],
    arrows: [],
    reached: 0,
    running: new Set([...picture.begun, ...begunIn(picture, start)]),
  };
  begin.reached = reachedBy(begin, stages, []);
  let furthest = begin;
  const seen = new Set([`${start} ${begin.reached}`]);
  const ahead = [begin];
  for (const here of ahead) {
    // grows while it is read: the shortest ways come first
    if (here.reached > furthest.reached) furthest = here;
    if (here.reached === 2 * stages.length) break;
    for (const arrow of routes.leaving(here.at)) {
      for (const entered of routes.entered(arrow.target)) {
        const next = stepped(picture, here, arrow, entered, stages);
        const key = `${entered} ${next.reached}`;
        if (seen.has(key)) continue;
        seen.add(key);
        ahead.push(next);
      }
    }
  }
  return { states: furthest.states, arrows: furthest.arrows };
}

interface Journey extends Way {
  at: string;
  running: ReadonlySet<string>;
  /** Twice the stages that are over, and one more while the next is begun. */
  reached: number;
}

function stepped(
  picture: Picture,
  here: Journey,
  arrow: Arrow,
  entered: string,
  stages: readonly string[],
): Journey {
  const over = [...arrow.stops, ...arrow.expires];
  const running = new Set([...here.running].filter((clock) => !over.includes(clock)));
  for (const clock of [...arrow.starts, ...begunIn(picture, entered)]) running.add(clock);
  const next = {
    at: entered,
    states: [...here.states, entered],
    arrows: [...here.arrows, arrow.id],
    running,
    reached: here.reached,
  };
  return { ...next, reached: reachedBy(next, stages, over) };
}

function reachedBy(journey: Journey, stages: readonly string[], over: readonly string[]): number {
  let { reached } = journey;
  const ended = [...over];
  for (;;) {
    const stage = stages[Math.floor(reached / 2)];
    if (stage === undefined) return reached;
    const isEnd = reached % 2 === 1;
    const place = ended.indexOf(stage);
    if (isEnd ? place < 0 : !journey.running.has(stage)) return reached;
    if (isEnd) ended.splice(place, 1); // one arrow ends a stage once
    reached += 1;
  }
}

function begunIn(picture: Picture, state: string): string[] {
  return picture.states.find((one) => one.id === state)?.starts ?? [];
}

/** Ways through the chart: an arrow of a state leaves from every state inside it, and into a state leads to its first. */
class Routes {
  private readonly byId: ReadonlyMap<string, State>;

  constructor(private readonly picture: Picture) {
    this.byId = new Map(picture.states.map((one) => [one.id, one]));
  }

  initial(): string[] {
    const first =
      this.picture.states.find((one) => one.parent === null && one.initial) ?? this.picture.states[0];
    return first ? this.entered(first.id).slice(0, 1) : [];
  }

  /** The innermost states that are entered with a state. */
  entered(id: string): string[] {
    const inside = this.picture.states.filter((one) => one.parent === id);
    if (inside.length === 0) return [id];
    const begun = this.byId.get(id)?.parallel ? inside : inside.filter((one) => one.initial);
    return begun.flatMap((one) => this.entered(one.id));
  }

  leaving(id: string): Arrow[] {
    const within = new Set<string>();
    for (let at: string | null = id; at; at = this.byId.get(at)?.parent ?? null) within.add(at);
    return this.picture.arrows.filter((arrow) => within.has(arrow.source));
  }
}

/** Where the pointer leads, or the nearest state around it. */
function pointedAt(picture: Picture, place: string): Way {
  const inside = (one: { wholePlace: string }): boolean => `${place}/`.startsWith(`${one.wholePlace}/`);
  const arrow = picture.arrows.find(inside);
  if (arrow) return { states: [], arrows: [arrow.id] };
  const [section, name] = place.split("/").slice(1);
  if (section === "chart") {
    const deepest = picture.states
      .filter(inside)
      .toSorted((one, other) => other.wholePlace.length - one.wholePlace.length)[0];
    return { states: deepest ? [deepest.id] : [], arrows: [] };
  }
  if (section === "states" && name && picture.states.some((one) => one.id === name))
    return { states: [name], arrows: [] };
  const isEvent = section === "moves" || section === "internal";
  return {
    states: [],
    arrows: isEvent ? picture.arrows.filter((one) => one.event === name).map((one) => one.id) : [],
  };
}
