// The shapes of documents and rows (§2): which members the protocol reads, and their types.
import { must } from "./faults.js";

/** As on the page: JSON without its quotes; names with the same type stand together. */
const TEXT = `{
  plan: {format: =jisheng-draw-plan-1, algo series: text, weights: {field: text, of: {*: integer}},
    strata: [{id: text, where: {*: [text]}, quota: {num den min max: integer}}], cap pools lead_ms: integer,
    slots: [{role: text, department?: text, certificates?: [text]}], beacons: {primary fallback: [@beacon]}},
  beacon drand: {chain: {genesis period: integer}}, beacon lottery: {game: text, numbers: integer},
  beacon nonces: {departments: [text]},
  commitment: {format: =jisheng-draw-commitment-1, series source: text, number committed_at not_before: integer,
    previous plan: hash, beacons: [@named], objects: {count: integer, root: hash, strata: {*: integer}},
    inspectors conflicts departures: {count: integer, root: hash}},
  named drand: {round: integer}, named lottery: {issue: text, at: integer},
  named nonces: {sealed: {*: hash}, until: integer}, nonces: @value, values: [@value],
  value drand: {round: integer, signature: text, randomness: hash}, value nonces: {nonces: {*: hash}},
  value lottery: {issue: text, entries: {*: text}},
  notice: {format: =jisheng-draw-notice-1, series: text, number: integer, pool: integer|null, seed result: hash,
    strata: [{id cutoff: text, size quota: integer}]},
  result: {format: =jisheng-draw-result-1, series: text, number: integer, pool: integer|null, seed: hash,
    visits: [{object stratum: text, ticket: hash, team: [[integer, text]]}]},
  replacements: [{object recused replacement reason approver: text, ordinal slot at: integer}],
  void: {format: =jisheng-draw-void-1, number: integer, reason approver: text, would_be: hash|null},
  log: {origin checkpoint key: text, entries: [{kind: text, number at: integer, digest: hash}]},
  objects: {district?: text, departments?: [text]}, conflicts: {}, departures: {reason: text},
  inspectors: {department?: text, certificates? districts?: [text], pool? cap?: integer},
  slip: {format: =jisheng-draw-slip-1, plan: @@plan, commitment: @@commitment, row: {id salt: text}, index: integer,
    path: [hash], notice?: @@notice, log: @@log}
}`;

export const SHAPES = JSON.parse(TEXT.replace(/[^\s{}[\]:,][^{}[\]:,]*/g, '"$&"'));

const TYPES = {
  text: (value) => typeof value === "string",
  integer: (value) => typeof value === "number",
  hash: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value) && value.length === 64,
  "integer|null": (value) => value === null || TYPES.integer(value),
  "hash|null": (value) => value === null || TYPES.hash(value),
};

/** Refuse a value, under `fault`, which has not the shape of `name`. */
export function shapedAs(name, value, fault = "malformed", where = name) {
  must(fits(SHAPES[name], value), fault, () => `${where}: a member is missing, or of another type`);
}

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function fits(shape, value) {
  if (typeof shape === "string") return named(shape, value);
  if (!Array.isArray(shape)) return isMap(value) && members(shape, value);
  if (!Array.isArray(value)) return false;
  return shape.length === 1 ? value.every((one) => fits(shape[0], one))
    : value.length === shape.length && shape.every((one, index) => fits(one, value[index]));
}

/** `=text`: that text; `@name`: the shape of that name and of the value's kind; `@@name`: the shape of a document. */
function named(shape, value) {
  if (shape.startsWith("=")) return value === shape.slice(1);
  if (shape.startsWith("@@")) return fits(SHAPES[shape.slice(2)], value);
  if (!shape.startsWith("@")) return TYPES[shape](value);
  const of = isMap(value) && typeof value.kind === "string" ? `${shape.slice(1)} ${value.kind}` : "";
  return Object.hasOwn(SHAPES, of) && fits(SHAPES[of], value);
}

function members(shape, value) {
  return Object.entries(shape).every(([names, one]) => names.split(" ").every((name) => {
    if (name === "*") return Object.values(value).every((each) => fits(one, each));
    if (!name.endsWith("?")) return Object.hasOwn(value, name) && fits(one, value[name]);
    const found = value[name.slice(0, -1)];
    return found === undefined || found === null || fits(one, found);
  }));
}
