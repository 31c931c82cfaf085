/** Where the states of a picture stand: from left to right as they follow one another, the same every time. */

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

const LEAF = { width: 200, height: 72 };
const GAP = { across: 96, down: 28 };
const EDGE = { side: 28, top: 52 };

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
  const columns = isParallel ? [inside.map((node) => node.id)] : columnsOf(inside, lifted);
  let x = EDGE.side;
  let height = 0;
  for (const column of columns) {
    let y = EDGE.top;
    const width = Math.max(...column.map((id) => sizes.get(id)!.width));
    for (const id of column) {
      const size = sizes.get(id)!;
      boxes.set(id, { x, y, width: size.width, height: size.height });
      y += size.height + GAP.down;
    }
    height = Math.max(height, y - GAP.down);
    x += width + GAP.across;
  }
  return { x: 0, y: 0, width: x - GAP.across + EDGE.side, height: height + EDGE.side };
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

/** Each state behind all that lead to it, but for the links that lead back. */
function columnsOf(inside: readonly Placed[], links: readonly Link[]): string[][] {
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
  const columns: string[][] = [];
  for (const { id } of inside) (columns[depthOf(id)] ??= []).push(id);
  const filled = columns.filter((column) => column !== undefined);
  const rows = new Map<string, number>();
  return filled.map((column) => {
    const sorted = column.toSorted((one, other) => mean(one, forward, rows) - mean(other, forward, rows));
    for (const [row, id] of sorted.entries()) rows.set(id, row);
    return sorted;
  });
}

function mean(id: string, links: readonly Link[], rows: ReadonlyMap<string, number>): number {
  const before = links.flatMap((link) =>
    link.target === id && rows.has(link.source) ? [rows.get(link.source)!] : [],
  );
  return before.length === 0 ? 0 : before.reduce((sum, row) => sum + row, 0) / before.length;
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
