// The rosters (§2): a canonical row a line, in ascending order, each with its salt; count and root as committed.
import { hex, unhex } from "./bytes.js";
import { read, text } from "./canonical.js";
import { must } from "./faults.js";
import { shapedAs } from "./shapes.js";
import { leaf, root } from "./tree.js";

export const KEYS = { objects: ["id"], inspectors: ["id"], conflicts: ["object", "inspector"], departures: ["id"] };
export const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Read one roster, each row in order through `each`, and check it against `said` {count, root}. */
export function roster(name, bytes, said, each = () => {}) {
  const lines = cut(bytes);
  const hashes = [];
  let before = null;
  for (const line of lines) {
    const one = row(name, line, hashes.length + 1);
    must(before === null || follows(name, before, one), "row-order", () => `${name} row ${hashes.length + 1}`);
    hashes.push(leaf(line));
    each(one, hashes.length - 1);
    before = one;
  }
  must(hashes.length >= said.count, "row-missing", `${name}: ${hashes.length} of ${said.count}`);
  must(hashes.length <= said.count, "row-added", `${name}: ${hashes.length} of ${said.count}`);
  must(hex(root(hashes)) === said.root, name, "not the rows that were committed");
}

/** Refuse a roster whose last line does not end. */
export function whole(name, bytes) {
  must(!bytes.length || bytes[bytes.length - 1] === 10, "malformed", `${name}: a line without an end`);
}

function* cut(bytes) {
  for (let from = 0, to; from < bytes.length; from = to + 1) {
    to = bytes.indexOf(10, from);
    yield bytes.subarray(from, to);
  }
}

/** A row as an object; `salted` is its salt as bytes. */
function row(name, line, number) {
  const where = `${name} row ${number}`;
  const one = read(text(line, where), where);
  must(one !== null && typeof one === "object" && !Array.isArray(one) && Object.values(one).every(flat), "row", where);
  must(KEYS[name].every((key) => typeof one[key] === "string" && ID.test(one[key])), "row", where);
  shapedAs(name, one, "row", where);
  const salted = unhex(one.salt, 16);
  must(salted, "row-salt", where);
  Object.defineProperty(one, "salted", { value: salted });
  return one;
}

const flat = (value) => value === null || typeof value !== "object" || Array.isArray(value);

function follows(name, before, one) {
  const key = KEYS[name].find((each) => before[each] !== one[each]);
  return key !== undefined && before[key] < one[key];
}
