// The shapes of documents and rows (§2): which members the protocol reads, and their types.
import { must } from "./faults.js";

export const SHAPES = {
  "plan": {"algo": "text", "series": "text", "weights": {"field": "text", "of": {"*": "integer"}},
    "strata": [{"id": "text", "where": {"*": ["text"]},
      "quota": {"num": "integer", "den": "integer", "min": "integer", "max": "integer"}}],
    "slots": [{"role": "text", "department?": "text", "certificates?": ["text"]}],
    "cap": "integer", "pools": "integer", "lead_ms": "integer",
    "beacons": {"primary": ["@beacon"], "fallback": ["@beacon"]}},
  "beacon drand": {"chain": {"genesis": "integer", "period": "integer"}},
  "beacon lottery": {"game": "text", "numbers": "integer"},
  "beacon nonces": {"departments": ["text"]},
  "commitment": {"series": "text", "number": "integer", "previous": "hash", "plan": "hash",
    "objects": {"count": "integer", "root": "hash", "strata": {"*": "integer"}},
    "inspectors": {"count": "integer", "root": "hash"}, "conflicts": {"count": "integer", "root": "hash"},
    "departures": {"count": "integer", "root": "hash"},
    "committed_at": "integer", "not_before": "integer", "source": "text", "beacons": ["@named"]},
  "named drand": {"round": "integer"},
  "named lottery": {"issue": "text", "at": "integer"},
  "named nonces": {"sealed": {"*": "hash"}, "until": "integer"},
  "nonces": "@value",
  "values": ["@value"],
  "value drand": {"round": "integer", "signature": "text", "randomness": "hash"},
  "value lottery": {"issue": "text", "entries": {"*": "text"}},
  "value nonces": {"nonces": {"*": "hash"}},
  "notice": {"series": "text", "number": "integer", "seed": "hash", "pool": "integer|null", "result": "hash",
    "strata": [{"id": "text", "size": "integer", "quota": "integer", "cutoff": "text"}]},
  "result": {"series": "text", "number": "integer", "seed": "hash", "pool": "integer|null",
    "visits": [{"object": "text", "stratum": "text", "ticket": "hash", "team": [["integer", "text"]]}]},
  "replacements": [{"ordinal": "integer", "object": "text", "slot": "integer", "recused": "text",
    "replacement": "text", "reason": "text", "approver": "text", "at": "integer"}],
  "void": {"number": "integer", "reason": "text", "approver": "text", "would_be": "hash|null"},
  "log": {"origin": "text", "checkpoint": "text", "key": "text",
    "entries": [{"kind": "text", "number": "integer", "at": "integer", "digest": "hash"}]},
  "objects": {"district?": "text", "departments?": ["text"]},
  "inspectors": {"department?": "text", "certificates?": ["text"], "districts?": ["text"], "pool?": "integer",
    "cap?": "integer"},
  "conflicts": {},
  "departures": {"reason": "text"},
  "slip": {"format": "text", "plan": "@@plan", "commitment": "@@commitment", "row": {"id": "text", "salt": "text"},
    "index": "integer", "path": ["hash"], "notice?": "@@notice", "log": "@@log"}
};

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

/** `@name`: the shape of that name and of the value's kind; `@@name`: the shape of a document. */
function named(shape, value) {
  if (shape.startsWith("@@")) return fits(SHAPES[shape.slice(2)], value);
  if (!shape.startsWith("@")) return TYPES[shape](value);
  const of = isMap(value) && typeof value.kind === "string" ? `${shape.slice(1)} ${value.kind}` : "";
  return Object.hasOwn(SHAPES, of) && fits(SHAPES[of], value);
}

function members(shape, value) {
  return Object.entries(shape).every(([name, one]) => {
    if (name === "*") return Object.values(value).every((each) => fits(one, each));
    if (!name.endsWith("?")) return Object.hasOwn(value, name) && fits(one, value[name]);
    const found = value[name.slice(0, -1)];
    return found === undefined || found === null || fits(one, found);
  });
}
