// slip.json (§4): what one firm is given at once, checked by itself.
import { hex, unhex, utf8, words } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";
import { checked } from "./log.js";
import { shaped } from "./plan.js";
import { weightOf } from "./selection.js";
import { tickets } from "./tickets.js";
import { led, leaf } from "./tree.js";

/** Check a slip: {drawn: true, false, or null before the value, signature}. */
export async function slipChecked(slip, seen) {
  const signature = await checked(slip.log, seen);
  const { commitment, plan, row, notice } = slip;
  const logged = (kind, document) => slip.log.entries.some((one) =>
    one.kind === kind && one.number === commitment.number && one.digest === digest(document));
  must(logged("commitment", commitment), "commitment", "it is not logged");
  must(commitment.plan === digest(plan), "plan");
  shaped(plan);
  const path = Array.isArray(slip.path) ? slip.path.map((one) => unhex(one, 32)) : [null];
  const reached = path.includes(null) ? null : led(leaf(utf8(canonical(row))), slip.index, commitment.objects.count, path);
  must(reached && hex(reached) === commitment.objects.root, "proof");
  if (notice === null) return { drawn: null, signature };
  must(logged("result", notice), "notice", "it is not logged");
  const salt = unhex(row.salt, 16), seed = unhex(notice.seed, 32);
  must(salt, "row-salt");
  must(seed, "seed");
  const found = new Uint32Array(8);
  tickets(seed)(salt, weightOf(row, plan.weights), found, 0);
  const stratum = plan.strata.filter(({ where }) => Object.entries(where).every(([member, values]) => values.some((one) =>
    Object.hasOwn(row, member) && canonical(one) === canonical(row[member]))));
  must(stratum.length === 1, "strata");
  const { cutoff } = notice.strata.find((one) => one.id === stratum[0].id) ?? {};
  must(typeof cutoff === "string", "cutoff");
  return { drawn: hex(words(found)) <= cutoff, ticket: hex(words(found)), cutoff, signature };
}
