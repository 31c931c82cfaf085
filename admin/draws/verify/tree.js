// The tree of RFC 6962 §2.1: roots over leaves, and where an audit path leads.
import { joined, sha256 } from "./bytes.js";

const LEAF = new Uint8Array([0]), NODE = new Uint8Array([1]);

/** Hash of a leaf with this content (bytes). */
export const leaf = (content) => sha256(joined(LEAF, content));

const node = (left, right) => sha256(joined(NODE, left, right));

/** Root over the hashes of leaves. Halving from the left gives the RFC's tree: whoever has no neighbour goes up as he is. */
export function root(leaves) {
  if (!leaves.length) return sha256(new Uint8Array(0));
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2) above.push(i + 1 < level.length ? node(level[i], level[i + 1]) : level[i]);
    level = above;
  }
  return level[0];
}

/** The root to which `path` (nearest sibling first) leads from leaf `index` of `size`, or null. */
export function led(hash, index, size, path) {
  let at = index, last = size - 1, reached = hash;
  if (!(at >= 0 && at <= last)) return null;
  for (const sibling of path) {
    while (at % 2 === 0 && at === last && last > 0) {
      at /= 2; // no neighbour on the right: it goes up as it is
      last = Math.floor(last / 2);
    }
    if (last === 0) return null;
    reached = at % 2 ? node(sibling, reached) : node(reached, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  while (at % 2 === 0 && at === last && last > 0) {
    at /= 2;
    last = Math.floor(last / 2);
  }
  return last === 0 ? reached : null;
}
