// The plan and the commitment (§2, §3.2): the shape of the plan, what the commitment names, and that it names by rule.
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";

const whole = (value, least, most = Number.MAX_SAFE_INTEGER) => Number.isSafeInteger(value) && value >= least && value <= most;
const isText = (value) => typeof value === "string" && value !== "";
const isList = (value, each) => Array.isArray(value) && value.every(each);
const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isHash = (value, bytes = 32) => typeof value === "string" && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);

const BEACONS = {
  drand: ({ chain }) => isMap(chain) && isHash(chain.hash) && isHash(chain.public_key, 96) && whole(chain.genesis, 0) && whole(chain.period, 1),
  lottery: ({ game, numbers }) => isText(game) && whole(numbers, 1),
  nonces: ({ departments }) => isList(departments, isText) && departments.length > 0,
};

/** Check the shape of the plan. */
export function shaped(plan) {
  const sound = isMap(plan) && plan.algo === "jisheng-draw-1" && isText(plan.series) && whole(plan.cap, 1) && whole(plan.pools, 0) &&
    whole(plan.lead_ms, 0) && isMap(plan.weights) && isText(plan.weights.field) && isMap(plan.weights.of) &&
    Object.values(plan.weights.of).every((weight) => whole(weight, 1, 1000)) && isList(plan.strata, stratum) &&
    isList(plan.slots, slot) && plan.slots.length > 0 && isMap(plan.beacons) && sources(plan.beacons);
  must(sound && new Set(plan.strata.map((one) => one.id)).size === plan.strata.length, "plan-shape");
}

function stratum(one) {
  const { id, where, quota } = isMap(one) ? one : {};
  return isText(id) && isMap(where) && Object.values(where).every((values) => isList(values, () => true)) && isMap(quota) &&
    whole(quota.den, 1) && whole(quota.num, 0, quota.den) && whole(quota.max, 0) && whole(quota.min, 0, quota.max);
}

const slot = (one) => isMap(one) && isText(one.role) && (one.department === undefined || isText(one.department)) &&
  (one.certificates === undefined || isList(one.certificates, isText));

function sources({ primary, fallback }) {
  const each = (one) => isMap(one) && Object.hasOwn(BEACONS, one.kind) && BEACONS[one.kind](one);
  return [primary, fallback].every((one) => isList(one, each)) && enough(primary) && (!fallback.length || enough(fallback));
}

function enough(beacons) {
  const kinds = new Set(beacons.map((one) => one.kind)); // neither lotteries alone nor nonces alone
  return kinds.has("drand") || kinds.size > 1;
}

/** The instant (ms) at which round `round` of a drand chain is due. */
export const roundAt = (chain, round) => (chain.genesis + (round - 1) * chain.period) * 1000;

/** Check the commitment against its plan and against the draw before; `before` is that one's digest. */
export function committed(commitment, plan, before) {
  must(commitment.previous === before, "previous");
  must(commitment.plan === digest(plan), "plan");
  must(commitment.not_before >= commitment.committed_at + plan.lead_ms, "lead");
  const declared = Object.hasOwn(plan.beacons, commitment.source) ? plan.beacons[commitment.source] : null;
  must(declared?.length && Array.isArray(commitment.beacons) && commitment.beacons.length === declared.length, "beacon", "not those of the plan");
  declared.forEach((beacon, index) => {
    must(commitment.beacons[index]?.kind === beacon.kind, "beacon", `${beacon.kind} is missing`);
    NAMED[beacon.kind](beacon, commitment.beacons[index], commitment);
  });
  const others = commitment.beacons.flatMap((named, index) => (named.kind === "nonces" ? [] : [valueAt(declared[index], named)]));
  for (const { kind, until } of commitment.beacons) {
    if (kind === "nonces") must(others.every((at) => until < at), "beacon", "a nonce could be opened after a value");
  }
}

const NAMED = {
  drand({ chain }, { round }, { not_before: from }) {
    must(whole(round, 1) && roundAt(chain, round) >= from && (round === 1 || roundAt(chain, round - 1) < from), "round", `${round}`);
  },
  lottery(_, { issue, at }, { not_before: from }) {
    must(isText(issue) && whole(at, 0) && at >= from, "beacon", "the lottery is too early");
  },
  nonces({ departments }, { sealed, until }, { committed_at: at }) {
    must(isMap(sealed) && canonical(Object.keys(sealed).sort()) === canonical([...departments].sort()), "beacon", "sealed by others");
    must(Object.values(sealed).every((one) => isHash(one)) && whole(until, at), "beacon", "a seal");
  },
};

/** The instant (ms) before which a named value cannot be known. */
export function valueAt(beacon, named) {
  if (named.kind === "drand") return roundAt(beacon.chain, named.round);
  return named.kind === "lottery" ? named.at : named.until;
}
