// Canonical JSON (§1): what a file's bytes must be, and which rule they break where they are not.
import { hex, sha256, utf8 } from "./bytes.js";
import { Fault, must } from "./faults.js";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NUMBERS = /"(?:[^"\\]|\\.)*"|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/g;

/** Write a value as canonical JSON text. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === undefined) throw new TypeError("nothing is no JSON"); // a document that is not there
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/** Return the hex SHA-256 of a value's canonical bytes. */
export const digest = (value) => hex(sha256(utf8(canonical(value))));

/** Decode UTF-8, or refuse `what` as malformed. */
export function text(bytes, what) {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new Fault("malformed", `${what} is not UTF-8`);
  }
}

/** Read the canonical JSON `source`; `what` names it in a fault. */
export function read(source, what) {
  let value;
  try {
    value = JSON.parse(source);
  } catch {
    throw new Fault("malformed", `${what} is not JSON`);
  }
  if (canonical(value) !== source || !plain(value)) refuse(source, value, what);
  return value;
}

function plain(value) {
  if (typeof value === "string") return isAscii(value) || (value.isWellFormed() && isNormal(value));
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (value === null || typeof value !== "object") return true;
  if (Array.isArray(value)) return value.every(plain);
  return Object.keys(value).every((name) => isAscii(name) && plain(value[name]));
}

// eslint-disable-next-line no-control-regex
const isAscii = (said) => /^[\x00-\x7f]*$/.test(said);
const isNormal = (said) => said.normalize("NFC") === said;

/** Which rule it is: a float anywhere, too large an integer, a text not in NFC; else it is written otherwise. */
function refuse(source, value, what) {
  for (const [, number] of source.matchAll(NUMBERS)) must(!number || !/[.eE]/.test(number), "float", `${what}: ${number}`);
  must(every(value, (one) => typeof one !== "number" || Number.isSafeInteger(one)), "integer", what);
  must(every(value, (one) => typeof one !== "string" || isNormal(one)), "not-nfc", what);
  throw new Fault("not-canonical", what);
}

/** Whether all values within one pass, names of members among them. */
function every(value, passes) {
  if (value === null || typeof value !== "object") return passes(value);
  return Object.entries(value).every(([name, one]) => passes(name) && every(one, passes));
}
