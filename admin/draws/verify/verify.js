// Whether a published draw holds: the rules of infra/verify_draw.md §3, in order, from a bundle's bytes. No network, no clock.
import { digest, read, text } from "./canonical.js";
import { must } from "./faults.js";
import { checked } from "./log.js";
import { compared, outcome, replaced } from "./outcome.js";
import { committed, shaped } from "./plan.js";
import { KEYS, roster } from "./rosters.js";
import { seedOf } from "./seed.js";
import { slipChecked } from "./slip.js";
import { unpacked } from "./zip.js";

const FORMATS = ["plan", "commitment", "notice", "result", "void"];

/**
 * Verify a bundle (bytes of its zip or JSON). `seen`: a checkpoint that one saw earlier; `previous`: the bytes of the bundle
 * before; `step` is told the name of each part that holds. Returns a report or throws a Fault.
 */
export async function verify(bytes, { seen, previous, step = () => {} } = {}) {
  const files = await unpacked(bytes);
  const documents = parsed(files);
  const { plan, commitment, log } = documents;
  const signature = await checked(log, seen);
  const logged = entriesOf(log, commitment.number);
  step("log");
  shaped(plan);
  must(logged.commitment?.digest === digest(commitment), "commitment", "it is not logged");
  committed(commitment, plan, digestBefore(log, commitment.number));
  step("commitment");
  const rosters = Object.fromEntries(Object.keys(KEYS).map((name) => [name, roster(name, files.get(`${name}.jsonl`), commitment[name])]));
  step("rosters");
  const report = { number: commitment.number, series: commitment.series, signature, bls: "skipped", visits: 0, void: Boolean(documents.void) };
  if (previous) departed(await before(previous), rosters);
  if (!documents.values) return ended(report, documents, logged, null);
  must(logged.values?.digest === digest(documents.values), "values", "they are not logged");
  const seed = seedOf({ plan, commitment, values: documents.values, opened: documents.nonces, logged: logged.values.at });
  step("seed");
  if (!documents.result) return ended(report, documents, logged, null);
  const facts = { plan, commitment, rosters, seed };
  const made = outcome(facts);
  compared(documents, made, facts);
  must(logged.result?.digest === digest(documents.notice), "notice", "it is not logged");
  step("result");
  const told = log.entries.filter((one) => one.kind === "replacement" && one.number === commitment.number);
  must(told.length === documents.replacements.length && told.every((one, index) =>
    one.digest === digest(documents.replacements[index]) && one.at === documents.replacements[index].at), "replacement", "not as logged");
  replaced(documents.replacements, made, facts);
  step("replacements");
  return ended({ ...report, visits: made.visits.length, notice: made.notice }, documents, logged, made);
}

/** Verify a slip (bytes of slip.json). */
export async function verifySlip(bytes, { seen } = {}) {
  return slipChecked(read(text(bytes, "slip.json"), "slip.json"), seen);
}

function parsed(files) {
  const documents = {};
  for (const [name, bytes] of files) {
    if (name.endsWith(".json")) documents[name.slice(0, -5)] = read(text(bytes, name), name);
  }
  for (const name of ["plan", "commitment", "log", ...Object.keys(KEYS)]) {
    must(documents[name] || files.has(`${name}.jsonl`), "malformed", `${name} is missing`);
  }
  for (const name of FORMATS) {
    if (name in documents) must(documents[name].format === `jisheng-draw-${name}-1`, "malformed", `${name}.json is no ${name}`);
  }
  return documents;
}

function entriesOf(log, number) {
  return Object.fromEntries(log.entries.filter((one) => one.number === number).map((one) => [one.kind, one]));
}

function digestBefore(log, number) {
  return number === 1 ? "0".repeat(64) : log.entries.find((one) => one.kind === "commitment" && one.number === number - 1)?.digest;
}

async function before(bytes) {
  const files = await unpacked(bytes);
  return new Set(text(files.get("objects.jsonl"), "objects.jsonl").split("\n").slice(0, -1).map((line) => JSON.parse(line).id));
}

function departed(earlier, rosters) {
  const now = new Set(rosters.objects.map((one) => one.id));
  const told = new Set(rosters.departures.map((one) => one.id));
  for (const id of earlier) must(now.has(id) || told.has(id), "dropped", id);
}

function ended(report, documents, logged, made) {
  must(documents.void || made, "unfinished", "neither a result nor void");
  if (documents.void) {
    must(logged.void?.digest === digest(documents.void), "void", "it is not logged");
    must(documents.void.would_be === (made ? digest(made.result) : null), "void", "it would have been another one");
  }
  must(documents.void || made.result.pool !== null, "void", "no full assignment");
  return report;
}
