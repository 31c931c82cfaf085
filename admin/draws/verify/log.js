// The log of a series (§2 log.json): signed head, root over the entries, which kind may follow which, time that never falls.
import { base64, hex, joined, sha256, unbase64, utf8 } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";
import { leaf, root } from "./tree.js";

export const FOLLOWS = {
  commitment: ["nonces", "values", "void"],
  nonces: ["values", "void"],
  values: ["result"],
  result: ["replacement", "void", "reveal"],
  replacement: ["replacement", "void", "reveal"],
  void: ["reveal"],
  reveal: [],
};
const ENDED = ["result", "replacement", "void", "reveal"];
const OPEN = ["commitment"]; // what may come first in a draw

/**
 * Check the log. `trusted`: the only keys that may sign, if any are given; `seen`: [size, root in hex] pairs that one was
 * shown earlier. Returns "verified", or "skipped" where the platform has no Ed25519.
 */
export async function checked(log, { trusted = [], seen = [] } = {}) {
  must(!trusted.length || trusted.includes(log.key), "key", () => `signed by ${log.key}`);
  const key = keyOf(log.key);
  const lines = log.checkpoint.split("\n");
  must(lines.length === 6 && !lines[3] && !lines[5] && lines[4].startsWith(`\u2014 ${key.name} `), "checkpoint", "no signed note");
  const signed = await verified(key, lines);
  const leaves = log.entries.map((entry) => leaf(utf8(canonical(entry))));
  const said = [log.origin, String(leaves.length), base64(root(leaves))];
  must(leaves.length && said.every((line, index) => line === lines[index]), "checkpoint", "not the log that was signed");
  for (const [size, head] of seen) {
    must(size <= leaves.length && hex(root(leaves.slice(0, size))) === head, "seen", `at ${size} it was another log`);
  }
  order(log.entries);
  return signed;
}

/** What the log has of one draw: kind → its entries. */
export function entriesOf(log, number) {
  const own = { commitment: [], nonces: [], values: [], result: [], replacement: [], void: [], reveal: [] };
  for (const entry of log.entries) if (entry.number === number) own[entry.kind].push(entry);
  return own;
}

/** Whether an entry is what the log must say of a document. */
export const tells = (entry, kind, { number }, at, document) =>
  entry !== undefined && canonical(entry) === canonical({ kind, number, at, digest: digest(document) });

function keyOf(text) {
  const [, name, hash, rest] = /^([^+]+)\+([^+]+)\+(.+)$/.exec(text);
  const key = unbase64(rest);
  const sound = key?.length === 33 && key[0] === 1 && hex(sha256(joined(name, "\n", key)).subarray(0, 4)) === hash;
  must(sound, "key", "its hash is another one");
  return { name, hash, bytes: key.slice(1) };
}

async function verified({ hash, bytes }, lines) {
  const signature = unbase64(lines[4].slice(lines[4].lastIndexOf(" ") + 1));
  must(signature?.length === 68 && hex(signature.subarray(0, 4)) === hash, "signature", "of another key");
  const subtle = globalThis.crypto?.subtle;
  let key;
  try {
    key = await subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return "skipped";
  }
  const body = utf8(`${lines.slice(0, 3).join("\n")}\n`);
  must(await subtle.verify({ name: "Ed25519" }, key, signature.slice(4), body), "signature", "of the checkpoint");
  return "verified";
}

function order(entries) {
  const last = new Map(); // draw → kind of its last entry
  let at = 0;
  for (const { kind, number, at: when } of entries) {
    must(when >= at, "log-time", `${kind} ${number}`);
    at = when;
    if (kind === "commitment") {
      must(!last.has(number), "second-commitment", `${number}`);
      must(number === last.size + 1, "missing-number", `${number} after ${last.size}`);
      must(number === 1 || ENDED.includes(last.get(number - 1)), "unfinished", `${number - 1}`);
    }
    must((last.has(number) ? FOLLOWS[last.get(number)] : OPEN).includes(kind), "log-order", `${kind} ${number}`);
    last.set(number, kind);
  }
}
