// The log of a series (§2 log.json): signed head, root over the entries, which kind may follow which, time that never falls.
import { base64, hex, joined, sha256, unbase64, utf8 } from "./bytes.js";
import { canonical } from "./canonical.js";
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

/** Check the log. Returns "verified", or "skipped" where the platform has no Ed25519. */
export async function checked(log, seen) {
  const head = note(log.checkpoint, log);
  must(head.size === log.entries.length && head.root === rootOf(log.entries, head.size), "checkpoint", "the root is another one");
  const signed = await verified(log, head);
  if (seen) {
    const before = note(seen, log);
    must(before.size <= log.entries.length && before.root === rootOf(log.entries, before.size), "seen", "the log is not what it was");
  }
  order(log.entries);
  return signed;
}

const rootOf = (entries, size) => base64(root(entries.slice(0, size).map((entry) => leaf(utf8(canonical(entry))))));

function note(text, log) {
  const [, origin, size, head, name, signature] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([^\n]+)\n\n\u2014 ([^ \n]+) ([^ \n]+)\n$/.exec(typeof text === "string" ? text : "") ?? [];
  must(origin !== undefined, "checkpoint", "no signed note");
  must(origin === log.origin, "checkpoint", "another origin");
  return { size: Number(size), root: head, name, signature: unbase64(signature), body: `${origin}\n${size}\n${head}\n` };
}

function keyOf(log) {
  const [, name, hash, rest] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(typeof log.key === "string" ? log.key : "") ?? [];
  const key = rest === undefined ? null : unbase64(rest);
  must(key?.length === 33 && key[0] === 1, "signature", "no Ed25519 key");
  const own = hex(sha256(joined(name, new Uint8Array([0x0a]), key)).subarray(0, 4));
  must(own === hash, "signature", "the key's hash is another one");
  return { name, hash, key: key.slice(1) };
}

async function verified(log, head) {
  const key = keyOf(log);
  must(head.name === key.name && head.signature?.length === 68, "signature", "signed by somebody else");
  must(hex(head.signature.subarray(0, 4)) === key.hash, "signature", "signed with another key");
  const subtle = globalThis.crypto?.subtle;
  let imported;
  try {
    imported = await subtle.importKey("raw", key.key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return "skipped";
  }
  must(await subtle.verify({ name: "Ed25519" }, imported, head.signature.slice(4), utf8(head.body)), "signature");
  return "verified";
}

function order(entries) {
  const last = new Map(); // draw → kind of its last entry
  let newest = 0, at = -Infinity;
  for (const entry of entries) {
    must(entry.at >= at, "log-time", `entry of ${entry.number}`);
    at = entry.at;
    if (entry.kind === "commitment") {
      must(!last.has(entry.number), "second-commitment", `number ${entry.number}`);
      must(entry.number === newest + 1, "missing-number", `${entry.number} after ${newest}`);
      must(newest === 0 || ENDED.includes(last.get(newest)), "unfinished", `number ${newest}`);
      newest = entry.number;
    } else {
      must((FOLLOWS[last.get(entry.number)] ?? []).includes(entry.kind), "log-order", `${entry.kind} of ${entry.number}`);
    }
    last.set(entry.number, entry.kind);
  }
}
