// The rosters (§2): a canonical row a line, in ascending order, each with its salt; count and root as committed.
import { hex, unhex } from "./bytes.js";
import { read, text } from "./canonical.js";
import { must } from "./faults.js";
import { leaf, root } from "./tree.js";

export const KEYS = { objects: ["id"], inspectors: ["id"], conflicts: ["object", "inspector"], departures: ["id"] };
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Read one roster and check it against `committed` {count, root}; rows keep their salt as bytes in `salted`. */
export function roster(name, bytes, committed) {
  const source = text(bytes, `${name}.jsonl`);
  must(source === "" || source.endsWith("\n"), "row", `${name}: the last line does not end`);
  const rows = source.split("\n").slice(0, -1).map((line, index) => row(name, line, index));
  let before = null;
  for (const one of rows) {
    must(before === null || compared(name, before, one) < 0, "row-order", () => `${name} at ${KEYS[name].map((key) => one[key])}`);
    before = one;
  }
  must(rows.length >= committed.count, "row-missing", `${name}: ${rows.length} of ${committed.count}`);
  must(rows.length <= committed.count, "row-added", `${name}: ${rows.length} of ${committed.count}`);
  must(hex(root(leaves(bytes))) === committed.root, name, "the root is another one");
  return rows;
}

function row(name, line, index) {
  const one = read(line, `${name}.jsonl line ${index + 1}`);
  must(one !== null && typeof one === "object" && !Array.isArray(one), "row", `${name} line ${index + 1}`);
  must(Object.values(one).every(flat), "row", `${name} line ${index + 1} is not flat`);
  for (const key of KEYS[name]) must(typeof one[key] === "string" && ID.test(one[key]), "key", `${name} line ${index + 1}`);
  const salt = unhex(one.salt, 16);
  must(salt, "row-salt", `${name} line ${index + 1}`);
  Object.defineProperty(one, "salted", { value: salt });
  return one;
}

const flat = (value) => value === null || typeof value !== "object" || (Array.isArray(value) && value.every(flat));

function compared(name, a, b) {
  for (const key of KEYS[name]) if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
  return 0;
}

function leaves(bytes) {
  const out = [];
  for (let from = 0, to; from < bytes.length; from = to + 1) {
    to = bytes.indexOf(10, from);
    out.push(leaf(bytes.subarray(from, to)));
  }
  return out;
}
