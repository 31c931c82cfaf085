// slip.json (§4): what one firm is given at once, checked by itself.
import { hex, unhex, utf8, words } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";
import { checked } from "./log.js";
import { ID } from "./rosters.js";
import { sorter, weightOf } from "./selection.js";
import { shapedAs } from "./shapes.js";
import { tickets } from "./tickets.js";
import { leaf, led } from "./tree.js";

/** Check a slip: {kind, number, series, id, drawn: true, false or null before the result, ticket, cutoff, signature}. */
export async function slipChecked(slip, options) {
  shapedAs("slip", slip);
  const { commitment, plan, row, index, notice } = slip;
  const { count, root } = commitment.objects;
  must(digest(plan) === commitment.plan, "plan");
  const salt = unhex(row.salt, 16);
  must(ID.test(row.id) && salt && Number.isSafeInteger(index) && index >= 0 && index < count, "row", row.id);
  const reached = led(leaf(utf8(canonical(row))), index, count, slip.path.map((one) => unhex(one, 32)));
  must(reached && hex(reached) === root, "proof", "not in the roster that was committed");
  const signature = await checked(slip.log, options);
  const logged = (kind, document) => slip.log.entries.some((one) =>
    one.kind === kind && one.number === commitment.number && one.digest === digest(document));
  must(logged("commitment", commitment), "commitment", "not logged");
  const report = { kind: "slip", number: commitment.number, series: commitment.series, id: row.id, signature, key: slip.log.key, drawn: null };
  if (!notice) return report;
  must(logged("result", notice), "notice", "not logged");
  const stratum = plan.strata[sorter(plan.strata)(row)].id;
  const found = new Uint32Array(8);
  tickets(unhex(notice.seed, 32))(salt, weightOf(row, plan.weights), found, 0);
  const ticket = hex(words(found));
  const { cutoff } = notice.strata.find((one) => one.id === stratum);
  return { ...report, stratum, ticket, cutoff, drawn: ticket <= cutoff };
}
