// Where a case stands before each step of an example, as far as the picture of its process tells: moves that are possible
// there are offered first. What rules do by themselves is not known here; the trial knows.
import { type Arrow, type JsonObject, members, type Picture, type State } from "@jisheng/schema-kit";

/** The states that are active before a step, outer ones too; one set a step and one more for the end. */
export function walked(picture: Picture, steps: readonly JsonObject[]): ReadonlySet<string>[] {
  const stops: Set<string>[] = [entered(picture, null)];
  for (const step of steps) {
    const here = stops.at(-1) as Set<string>;
    const event = String(step.move ?? step.event ?? "");
    const arrow = picture.arrows.find((one) => one.event === event && here.has(one.source) && (one.guard === null || here.has(one.guard)));
    stops.push(arrow ? gone(picture, here, arrow) : here);
  }
  return stops;
}

/** The moves that lead on from there, or are made there without leaving. */
export function possible(picture: Picture, here: ReadonlySet<string>): ReadonlySet<string> {
  const leaving = picture.arrows.filter((one) => here.has(one.source)).map((one) => one.event);
  const staying = picture.states.filter((one) => here.has(one.id)).flatMap((one) => one.stays);
  return new Set([...leaving, ...staying]);
}

function gone(picture: Picture, here: ReadonlySet<string>, arrow: Arrow): Set<string> {
  const left = within(picture, arrow.source);
  const target = [...lineOf(picture, arrow.target), ...entered(picture, arrow.target)];
  const outer = picture.states.find((one) => one.id === arrow.target)?.parent ?? null;
  // What leaves a group of states leaves all of it, also the branches beside.
  const around = outer === null ? [] : [...within(picture, outer), ...lineOf(picture, outer)];
  const kept = [...here].filter((id) => !left.has(id) && around.includes(id));
  return new Set([...kept, ...target]);
}

/** What is active inside once a state is entered: its first state, or every branch. */
function entered(picture: Picture, parent: string | null): Set<string> {
  const inner = picture.states.filter((one) => one.parent === parent);
  const all = picture.states.find((one) => one.id === parent)?.parallel === true;
  const first = inner.filter((one) => one.initial);
  const begun: State[] = all ? inner : first.length ? first.slice(0, 1) : inner.slice(0, 1);
  return new Set(begun.flatMap((one) => [one.id, ...entered(picture, one.id)]));
}

/** A state with all that it is inside of. */
function lineOf(picture: Picture, id: string): string[] {
  const parent = picture.states.find((one) => one.id === id)?.parent;
  return parent ? [...lineOf(picture, parent), id] : [id];
}

function within(picture: Picture, id: string): Set<string> {
  return new Set([id, ...picture.states.filter((one) => one.parent === id).flatMap((one) => [...within(picture, one.id)])]);
}

/** The state in which a case of this process begins. */
export const beginning = (picture: Picture): string => [...entered(picture, null)].at(-1) ?? "submitted";

export const stepsOf = (example: JsonObject): JsonObject[] => (Array.isArray(example.moves) ? example.moves.map(members) : []);
