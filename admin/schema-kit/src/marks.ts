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
}

export function marked(picture: Picture, findings: readonly GateFinding[]): Mark[] {
  return findings.map((finding) => mark(picture, finding));
}

function mark(picture: Picture, finding: GateFinding): Mark {
  const params = finding.params ?? {};
  const way = wayOf(picture, params);
  const pointed = pointedAt(picture, finding.pointer);
  const named = [params["state"], ...list(params["states"])].filter((one) => picture.states.some(({ id }) => id === one));
  const events = [params["event"], params["move"], ...list(params["moves"])].filter((one) => typeof one === "string");
  const arrows = [...pointed.arrows, ...way.arrows, ...picture.arrows.filter((one) => events.includes(one.event)).map((one) => one.id)];
  const staying = picture.states.filter((one) => one.stays.some((move) => events.includes(move))).map((one) => one.id);
  return {
    finding,
    states: [...new Set([...pointed.states, ...named.map(String), ...staying, ...way.states])],
    arrows: [...new Set(arrows)],
    path: way.states,
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
  return { state: one["state"] === undefined ? null : String(one["state"]), event: one["event"] === undefined ? null : String(one["event"]) };
}

function along(picture: Picture, steps: readonly Step[]): Way {
  const states = steps.flatMap((step) => (step.state && picture.states.some(({ id }) => id === step.state) ? [step.state] : []));
  const routes = new Routes(picture);
  const arrows = states.slice(1).flatMap((target, index) => {
    const source = states[index]!;
    const event = steps.find((step) => step.state === target)?.event;
    const direct = routes.leaving(source).filter((arrow) => routes.entered(arrow.target).includes(target) || arrow.target === target);
    const found = direct.find((arrow) => arrow.event === event) ?? direct[0];
    return found ? [found.id] : [];
  });
  return { states, arrows };
}

/** The shortest way on which each stage begins and ends, one after the other: what the promise is measured against. */
export function throughStages(picture: Picture, stages: readonly string[]): Way {
  const routes = new Routes(picture);
  const way: Way = { states: routes.initial(), arrows: [] };
  const running = new Set<string>(["submitted"]);
  const follow = (found: Arrow[]): void => {
    for (const arrow of found) {
      way.arrows.push(arrow.id);
      way.states.push(routes.entered(arrow.target)[0] ?? arrow.target);
      for (const clock of arrow.stops) running.delete(clock);
      for (const clock of [...arrow.starts, ...begunIn(picture, way.states.at(-1)!)]) running.add(clock);
    }
  };
  for (const stage of stages) {
    const begins = (arrow: Arrow): boolean => arrow.starts.includes(stage) || begunIn(picture, routes.entered(arrow.target)[0] ?? arrow.target).includes(stage);
    const ends = (arrow: Arrow): boolean => arrow.stops.includes(stage) || arrow.expires.includes(stage);
    const here = way.states.at(-1) ?? "";
    if (!running.has(stage)) follow(routes.to(here, begins) ?? []);
    follow(routes.to(way.states.at(-1) ?? here, ends) ?? []);
  }
  return way;
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
    const first = this.picture.states.find((one) => one.parent === null && one.initial) ?? this.picture.states[0];
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

  /** The shortest way whose last arrow is such a one. */
  to(start: string, wanted: (arrow: Arrow) => boolean): Arrow[] | null {
    const seen = new Set([start]);
    let ahead: { at: string; way: Arrow[] }[] = [{ at: start, way: [] }];
    while (ahead.length > 0) {
      const next: typeof ahead = [];
      for (const { at, way } of ahead) {
        for (const arrow of this.leaving(at)) {
          if (wanted(arrow)) return [...way, arrow];
          for (const entered of this.entered(arrow.target)) {
            if (seen.has(entered)) continue;
            seen.add(entered);
            next.push({ at: entered, way: [...way, arrow] });
          }
        }
      }
      ahead = next;
    }
    return null;
  }
}

/** Where the pointer leads, or the nearest state around it. */
function pointedAt(picture: Picture, place: string): Way {
  const inside = (one: { wholePlace: string }): boolean => `${place}/`.startsWith(`${one.wholePlace}/`);
  const arrow = picture.arrows.find(inside);
  if (arrow) return { states: [], arrows: [arrow.id] };
  const [section, name] = place.split("/").slice(1);
  if (section === "chart") {
    const deepest = picture.states.filter(inside).toSorted((one, other) => other.wholePlace.length - one.wholePlace.length)[0];
    return { states: deepest ? [deepest.id] : [], arrows: [] };
  }
  if (section === "states" && name && picture.states.some((one) => one.id === name)) return { states: [name], arrows: [] };
  const isEvent = section === "moves" || section === "internal";
  return { states: [], arrows: isEvent ? picture.arrows.filter((one) => one.event === name).map((one) => one.id) : [] };
}
