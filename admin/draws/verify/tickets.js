// Tickets (§3.5, §3.6): one or two blocks of SHA-256 each, so the blocks are laid out once and only what differs is written.
import { begin, compress, pad, utf8, words } from "./bytes.js";

const state = new Int32Array(8);

/** A function (salt, weight, out, at): writes the object's ticket as eight unsigned words into `out` from `at`. */
export function tickets(seed) {
  const block = new Uint8Array(64); // seed ‖ 0 ‖ "obj" ‖ 0 ‖ salt ‖ u16 j: 55 bytes, exactly one block
  block.set(seed);
  block.set(utf8("\0obj\0"), 32);
  pad(block, 55);
  return (salt, weight, out, at) => {
    block.set(salt, 37);
    for (let j = 0; j < weight; j += 1) {
      block[53] = j >> 8;
      block[54] = j & 255;
      begin(state);
      compress(state, block, 0);
      if (j === 0 || smaller(state, out, at)) for (let i = 0; i < 8; i += 1) out[at + i] = state[i];
    }
  };
}

function smaller(found, out, at) {
  for (let i = 0; i < 8; i += 1) {
    const word = found[i] >>> 0;
    if (word !== out[at + i]) return word < out[at + i];
  }
  return false;
}

/** A function (object's salt, place, inspector's salt): the pair ticket, 32 bytes. */
export function pairTickets(seed) {
  const blocks = new Uint8Array(128); // seed ‖ 0 ‖ "pair" ‖ 0 ‖ salt ‖ u16 place ‖ salt: 72 bytes, two blocks
  blocks.set(seed);
  blocks.set(utf8("\0pair\0"), 32);
  return (salt, place, other) => {
    blocks.set(salt, 38);
    blocks[54] = place >> 8;
    blocks[55] = place & 255;
    blocks.set(other, 56);
    pad(blocks, 72);
    begin(state);
    compress(state, blocks, 0);
    compress(state, blocks, 64);
    return words(state);
  };
}
