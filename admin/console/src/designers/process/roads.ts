// Where the arrows of a picture run: those between the same two states are one road, which goes round what is between.
import type { Arrow, Picture, State } from "@jisheng/schema-kit";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Road {
  id: string;
  source: string;
  target: string;
  arrows: Arrow[];
  /** Leads to where a case is over: drawn faintly, for every state has some of them. */
  exit: boolean;
  path: string;
  /** Where its words stand: the middle of them. */
  label: Point;
}
interface Point {
  x: number;
  y: number;
}

const LANE = 14; // between roads that go round side by side
const OFF = 22; // from what they go round
const BEND = 12;
const CHIP = { height: 24, letter: 12.5, around: 24 }; // px of a letter that is as wide as high

/** `wordsOf` says what an arrow is called: how wide that is decides where it can stand. */
export function roadsOf(picture: Picture, wordsOf: (arrow: Arrow) => string): Road[] {
  const boxes = boxesOf(picture.states);
  const leaves = picture.states.filter((one) => !picture.states.some((other) => other.parent === one.id));
  const ends = new Set(picture.states.filter((one) => one.final).map((one) => one.id));
  const lanes = { left: 0, right: 0 };
  const standing = leaves.map((one) => boxes.get(one.id) as Box);
  const placed: Box[] = [];
  return [...grouped(picture.arrows)].map(([id, arrows]): Road => {
    const { source, target } = arrows[0] as Arrow;
    const [from, to] = [boxes.get(source), boxes.get(target)];
    const exit = ends.has(target);
    if (!from || !to) return { id, source, target, arrows, exit, path: "", label: { x: 0, y: 0 } };
    const between = standing.filter((box) => box !== from && box !== to);
    const { path, points } = drawnFrom(from, to, between, lanes, exit);
    const size = sizeOf(arrows.map(wordsOf));
    const label = best(points, size, [...placed, ...standing]);
    if (!exit) placed.push(around(label, size));
    return { id, source, target, arrows, exit, path, label };
  });
}

function sizeOf(words: readonly string[]): { width: number; height: number } {
  const wide = (said: string) => [...said].reduce((sum, letter) => sum + (letter.charCodeAt(0) < 256 ? 0.56 : 1), 0);
  return { width: Math.min(176, CHIP.around + CHIP.letter * Math.max(...words.map(wide))), height: CHIP.height * words.length };
}

const around = (at: Point, { width, height }: { width: number; height: number }): Box => ({ x: at.x - width / 2, y: at.y - height / 2, width, height });

/** The first of the points at which the words lie over nothing; else the one at which they cover least. */
function best(points: readonly Point[], size: { width: number; height: number }, taken: readonly Box[]): Point {
  const covered = (at: Point) => taken.reduce((sum, box) => sum + shared(around(at, size), box), 0);
  return points.reduce((kept, at) => (covered(at) < covered(kept) ? at : kept));
}

function shared(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Every state's box where it really stands: those inside another are placed within it. */
export function boxesOf(states: readonly State[]): Map<string, Box> {
  const byId = new Map(states.map((one) => [one.id, one]));
  const offset = (id: string | null): { x: number; y: number } => {
    const one = id === null ? undefined : byId.get(id);
    if (!one) return { x: 0, y: 0 };
    const outer = offset(one.parent);
    return { x: outer.x + one.x, y: outer.y + one.y };
  };
  return new Map(states.map((one) => [one.id, { ...offset(one.id), width: one.width, height: one.height }]));
}

function grouped(arrows: readonly Arrow[]): Map<string, Arrow[]> {
  const found = new Map<string, Arrow[]>();
  for (const arrow of arrows) {
    const id = `${arrow.source}>${arrow.target}`;
    found.set(id, [...(found.get(id) ?? []), arrow]);
  }
  return found;
}

/** `points`: where its words may stand, the best first. */
interface Drawn {
  path: string;
  points: Point[];
}
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];

function drawnFrom(from: Box, to: Box, between: Box[], lanes: { left: number; right: number }, exit: boolean): Drawn {
  if (from === to) return loop(from);
  if (holds(from, to)) return inward(from, to);
  const down = to.y >= from.y + from.height;
  if (down) {
    const free = exit || !between.some((box) => crosses(from, to, box));
    return free ? straight(from, to) : round(from, to, between, "right", lanes.right++);
  }
  if (to.y + to.height <= from.y || holds(to, from)) return round(from, to, between, "left", lanes.left++);
  return beside(from, to);
}

const middle = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
const holds = (outer: Box, inner: Box) =>
  outer.x <= inner.x && outer.y <= inner.y && outer.x + outer.width >= inner.x + inner.width && outer.y + outer.height >= inner.y + inner.height;

/** Whether the straight line from one box to the other would run over a third. */
function crosses(from: Box, to: Box, box: Box): boolean {
  const [start, end] = [middle(from).x, middle(to).x];
  const [top, bottom] = [from.y + from.height, to.y];
  if (box.y + box.height <= top || box.y >= bottom) return false;
  const at = (y: number) => start + ((end - start) * (y - top)) / Math.max(1, bottom - top);
  const [one, other] = [at(Math.max(top, box.y)), at(Math.min(bottom, box.y + box.height))];
  return Math.max(one, other) > box.x - 8 && Math.min(one, other) < box.x + box.width + 8;
}

function straight(from: Box, to: Box): Drawn {
  const [start, end] = [middle(from).x, middle(to).x];
  const [top, bottom] = [from.y + from.height, to.y];
  const pull = Math.max(24, (bottom - top) / 2);
  const path = `M${start},${top} C${start},${top + pull} ${end},${bottom - pull} ${end},${bottom}`;
  const at = (part: number): Point => ({ x: start + (end - start) * part * part * (3 - 2 * part), y: top + (bottom - top) * part });
  return { path, points: ALONG.map(at) };
}

function round(from: Box, to: Box, between: Box[], side: "left" | "right", lane: number): Drawn {
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y + from.height, to.y + to.height)];
  const passed = [from, to, ...between.filter((box) => box.y < bottom && box.y + box.height > top)].filter((box) => !holds(box, from) || box === from);
  const [out, back] = [middle(from).y, middle(to).y];
  const right = side === "right";
  const edge = right ? Math.max(...passed.map((box) => box.x + box.width)) : Math.min(...passed.map((box) => box.x));
  const x = edge + (right ? 1 : -1) * (OFF + (lane % 3) * LANE);
  const [start, end] = right ? [from.x + from.width, to.x + to.width] : [from.x, to.x];
  const bend = (right ? 1 : -1) * BEND;
  const turn = Math.sign(back - out) * Math.min(BEND, Math.abs(back - out) / 2);
  const path = [
    `M${start},${out}`, `L${x - bend},${out}`, `Q${x},${out} ${x},${out + turn}`,
    `L${x},${back - turn}`, `Q${x},${back} ${x - bend},${back}`, `L${end},${back}`,
  ].join(" ");
  return { path, points: ALONG.map((part) => ({ x, y: out + (back - out) * part })) };
}

function beside(from: Box, to: Box): Drawn {
  const right = to.x > from.x;
  const [start, end] = right ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
  const [out, back] = [middle(from).y, middle(to).y];
  const half = (start + end) / 2;
  return { path: `M${start},${out} C${half},${out} ${half},${back} ${end},${back}`, points: [{ x: half, y: (out + back) / 2 - 16 }, { x: half, y: (out + back) / 2 + 16 }] };
}

function inward(from: Box, to: Box): Drawn {
  const y = middle(to).y;
  return { path: `M${from.x},${y} L${to.x},${y}`, points: [{ x: from.x + 30, y: y - 16 }, { x: from.x + 30, y: y + 16 }] };
}

function loop(box: Box): Drawn {
  const [x, y] = [box.x + box.width, middle(box).y];
  return { path: `M${x},${y - 12} C${x + 48},${y - 30} ${x + 48},${y + 30} ${x},${y + 12}`, points: [{ x: x + 40, y }] };
}
