/** Where the states of a picture stand: from top to bottom as they follow one another, the same every time. */

export interface Box {
  /** Inside its parent. */
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Placed extends Box {
  id: string;
  parent: string | null;
  order: number;
  initial: boolean;
  parallel: boolean;
}

interface Link {
  source: string;
  target: string;
}

const LEAF = { width: 176, height: 64 };
const GAP = { across: 48, down: 92, within: 24 };
const EDGE = { side: 64, top: 60, bottom: 32 }; // room for arrows that go round what is between
const MOST_ACROSS = 3; // many ends stand in several rows, so that a picture is no wider than a page

export function arranged<Node extends Placed>(nodes: readonly Node[], links: readonly Link[]): Node[] {
  const boxes = new Map<string, Box>();
  level(null, nodes, links, boxes);
  return nodes.map((node) => ({ ...node, ...boxes.get(node.id)! }));
}

/** Places the states inside a parent and gives the size that they take. */
function level(
  parent: string | null,
  nodes: readonly Placed[],
  links: readonly Link[],
  boxes: Map<string, Box>,
): Box {
  const inside = nodes.filter((node) => node.parent === parent).toSorted(byOrder);
  if (inside.length === 0) return { x: 0, y: 0, ...LEAF };
  const sizes = new Map(inside.map((node) => [node.id, level(node.id, nodes, links, boxes)]));
  const lifted = between(inside, nodes, links);
  const isParallel = nodes.find((node) => node.id === parent)?.parallel === true;
  const ranks = isParallel ? [inside.map((node) => node.id)] : rowsOf(inside, lifted);
  const rows = isParallel ? ranks : ranks.flatMap(broken);
  const last = new Set(ranks.map((rank) => rank.at(-1)));
  const widthOf = (row: readonly string[]): number =>
    row.reduce((sum, id) => sum + sizes.get(id)!.width + GAP.across, -GAP.across);
  const width = Math.max(...rows.map(widthOf));
  let y = EDGE.top;
  let bottom = y;
  for (const row of rows) {
    let x = EDGE.side + (width - widthOf(row)) / 2;
    for (const id of row) {
      const size = sizes.get(id)!;
      boxes.set(id, { x, y, width: size.width, height: size.height });
      x += size.width + GAP.across;
    }
    bottom = y + Math.max(...row.map((id) => sizes.get(id)!.height));
    y = bottom + (last.has(row.at(-1)) ? GAP.down : GAP.within);
  }
  return { x: 0, y: 0, width: width + 2 * EDGE.side, height: bottom + EDGE.bottom };
}

/** In rows of about the same length. */
function broken(row: readonly string[]): string[][] {
  const each = Math.ceil(row.length / Math.ceil(row.length / MOST_ACROSS));
  return Array.from({ length: Math.ceil(row.length / each) }, (_, index) =>
    row.slice(index * each, (index + 1) * each),
  );
}

/** The links as they look from this level: between the states here that hold their ends. */
function between(inside: readonly Placed[], nodes: readonly Placed[], links: readonly Link[]): Link[] {
  const here = new Set(inside.map((node) => node.id));
  const parents = new Map(nodes.map((node) => [node.id, node.parent]));
  const holder = (id: string): string | null => {
    let at: string | null | undefined = id;
    while (at && !here.has(at)) at = parents.get(at);
    return at ?? null;
  };
  return links.flatMap((link) => {
    const source = holder(link.source);
    const target = holder(link.target);
    return source && target && source !== target ? [{ source, target }] : [];
  });
}

/** Each state below all that lead to it, but for the links that lead back. */
function rowsOf(inside: readonly Placed[], links: readonly Link[]): string[][] {
  const forward = withoutReturns(inside, links);
  const depth = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const before = forward.filter((link) => link.target === id).map((link) => depthOf(link.source) + 1);
    const found = Math.max(0, ...before);
    depth.set(id, found);
    return found;
  };
  const rows: string[][] = [];
  for (const { id } of inside) (rows[depthOf(id)] ??= []).push(id);
  const filled = rows.filter((row) => row !== undefined);
  const places = new Map<string, number>();
  return filled.map((row) => {
    const sorted = row.toSorted((one, other) => mean(one, forward, places) - mean(other, forward, places));
    for (const [place, id] of sorted.entries()) places.set(id, place - (sorted.length - 1) / 2);
    return sorted;
  });
}

function mean(id: string, links: readonly Link[], places: ReadonlyMap<string, number>): number {
  const before = links.flatMap((link) =>
    link.target === id && places.has(link.source) ? [places.get(link.source)!] : [],
  );
  return before.length === 0 ? 0 : before.reduce((sum, place) => sum + place, 0) / before.length;
}

function withoutReturns(inside: readonly Placed[], links: readonly Link[]): Link[] {
  const kept: Link[] = [];
  const done = new Set<string>();
  const open = new Set<string>();
  const rank = new Map(inside.map((node, index) => [node.id, index]));
  const visit = (id: string): void => {
    open.add(id);
    const next = [...new Set(links.filter((link) => link.source === id).map((link) => link.target))];
    for (const target of next.sort((one, other) => rank.get(one)! - rank.get(other)!)) {
      if (open.has(target)) continue;
      kept.push({ source: id, target });
      if (!done.has(target)) visit(target);
    }
    open.delete(id);
    done.add(id);
  };
  for (const { id } of inside) if (!done.has(id)) visit(id);
  return kept;
}

/** The same whatever the order in which a definition's members are kept. */
function byOrder(one: Placed, other: Placed): number {
  return (
    Number(other.initial) - Number(one.initial) || one.order - other.order || (one.id < other.id ? -1 : 1)
  );
}
