// The plan and the commitment (§2, §3.2): the shape of the plan, that it is the plan committed to, the draw before.
import { digest } from "./canonical.js";
import { must } from "./faults.js";
import { tells } from "./log.js";

const whole = (value, least, most = Number.MAX_SAFE_INTEGER) => Number.isSafeInteger(value) && value >= least && value <= most;

/** Check the plan: what makes a draw computable, in one way only. */
export function shaped(plan) {
  const ids = plan.strata.map((one) => one.id);
  const { primary, fallback } = plan.beacons;
  const countable = [...primary, ...fallback].every(({ kind, chain, numbers }) =>
    (kind !== "drand" || whole(chain.period, 1)) && (kind !== "lottery" || whole(numbers, 1)));
  const sound = countable && [plan.cap, plan.pools, plan.lead_ms].every((one) => whole(one, 0)) && plan.algo === "jisheng-draw-1" && ids.length > 0 && new Set(ids).size === ids.length && plan.slots.length > 0 &&
    plan.strata.every(({ quota: { num, den, min, max } }) => whole(den, 1) && whole(num, 0, den) && whole(max, 0) && whole(min, 0, max));
  must(sound && Object.values(plan.weights.of).every((weight) => whole(weight, 1, 1000)), "plan-shape");
}

/** Check that the commitment is logged, follows the one before, and is to this plan. */
export function committed(commitment, plan, log, own) {
  must(tells(own.commitment[0], "commitment", commitment, commitment.committed_at, commitment), "commitment", "not as logged");
  const before = log.entries.find((one) => one.kind === "commitment" && one.number === commitment.number - 1);
  must(commitment.previous === (before ? before.digest : "0".repeat(64)), "previous");
  must(commitment.plan === digest(plan) && commitment.series === plan.series, "plan");
  shaped(plan);
}
