// Whether a published draw holds: infra/verify_draw.md §3, in its order, from a bundle's bytes. No network, no clock.
import { canonical, digest, read, text } from "./canonical.js";
import { Fault, must } from "./faults.js";
import { checked, entriesOf } from "./log.js";
import { compared, outcome, replaced } from "./outcome.js";
import { committed } from "./plan.js";
import { KEYS, roster, whole } from "./rosters.js";
import { seedOf } from "./seed.js";
import { Sieve, sorter, weightOf } from "./selection.js";
import { SHAPES, shapedAs } from "./shapes.js";
import { slipChecked } from "./slip.js";
import { unpacked } from "./zip.js";

/** Verify a bundle or a slip (bytes of a zip, of the API's JSON, of slip.json). Options and report as `verifyFiles`. */
export async function verify(bytes, options) {
  return verifyFiles(await unpacked(bytes), options);
}

/**
 * Verify the files (Map of name → bytes). Options: `trusted` keys; `seen`: [size, root] pairs; `randomness` of another relay;
 * `before`: files of the draw before; `step` is told the name of each part that holds.
 * Returns a report {kind, number, series, signature, visits, void, …}; throws a Fault, the first thing that does not hold.
 */
export async function verifyFiles(files, options = {}) {
  try {
    if (files.size === 1 && files.has("slip.json")) return await slipChecked(json(files, "slip.json"), options);
    return await bundle(files, options);
  } catch (problem) {
    if (problem instanceof Fault) throw problem;
    throw new Fault("malformed", String(problem?.message ?? problem)); // a member is missing, or of another type
  }
}

const json = (files, name) => read(text(files.get(name), name), name);

async function bundle(files, { step = () => {}, ...options }) {
  const names = [...files.keys()].filter((name) => name.endsWith(".json")).sort();
  const documents = Object.fromEntries(names.map((name) => [name.slice(0, -5), json(files, name)]));
  for (const [name, document] of Object.entries(documents)) if (Object.hasOwn(SHAPES, name)) shapedAs(name, document);
  const { plan, commitment, log } = documents;
  const signature = await checked(log, options);
  step("log");
  const own = entriesOf(log, commitment.number);
  committed(commitment, plan, log, own);
  step("commitment");
  const seed = own.values.length ? seedOf(documents, own, options.randomness) : null;
  if (seed) step("values");
  const { inspectors, conflicts, departures, ids, drawn } = rosters(files, documents, seed);
  if (options.before) dropped(commitment, ids, departures, options.before);
  step("rosters");
  const facts = { plan, commitment, inspectors, conflicts, seed };
  const made = own.result.length ? concluded(documents, own, facts, drawn, step) : null;
  ended(documents, own);
  step("end");
  return {
    kind: "bundle", number: commitment.number, series: commitment.series, signature, void: own.void.length > 0,
    drand: (documents.values ?? []).some((one) => one.kind === "drand"), compared: Boolean(options.randomness),
    key: log.key, counts: Object.fromEntries(Object.keys(KEYS).map((name) => [name, commitment[name].count])),
    visits: made ? made.visits.length : 0, replacements: own.replacement.length,
    made: made && { result: canonical(made.result), notice: canonical(made.notice) },
  };
}

/** All rosters, row by row; the objects go through the sieve as they come. */
function rosters(files, { plan, commitment }, seed) {
  for (const name of Object.keys(KEYS)) whole(name, files.get(`${name}.jsonl`));
  const rows = (name, each) => roster(name, files.get(`${name}.jsonl`), commitment[name], each);
  const inspectors = [], conflicts = [], departures = new Set(), ids = new Set();
  const sieve = seed ? new Sieve(plan, seed, commitment.objects.strata) : sizing(plan);
  rows("objects", (row) => {
    sieve.offer(row);
    ids.add(row.id);
  });
  const sizes = Object.fromEntries(plan.strata.map(({ id }, index) => [id, sieve.sizes[index]]));
  must(canonical(sizes) === canonical(commitment.objects.strata), "strata", "sizes");
  rows("inspectors", (row) => inspectors.push(row));
  rows("conflicts", (row) => conflicts.push(row));
  rows("departures", (row) => {
    if (row.reason) departures.add(row.id);
  });
  must(departures.size === commitment.departures.count, "departures", "one without a reason");
  return { inspectors, conflicts, departures, ids, drawn: seed && sieve.drawn() };
}

/** Before there is a seed every object has a stratum and a weight all the same. */
function sizing({ strata, weights }) {
  const stratumOf = sorter(strata), sizes = strata.map(() => 0);
  return { sizes, offer: (row) => { sizes[stratumOf(row)] += 1; weightOf(row, weights); } };
}

function dropped(commitment, ids, departures, before) {
  must(commitment.previous === digest(json(before, "commitment.json")), "previous", "not the draw before");
  for (const line of text(before.get("objects.jsonl"), "before").split("\n").slice(0, -1)) {
    const { id } = JSON.parse(line);
    must(ids.has(id) || departures.has(id), "dropped", id);
  }
}

function concluded(documents, own, facts, drawn, step) {
  const made = outcome(facts, drawn);
  compared(documents, made, facts, own);
  step("result");
  replaced(documents.replacements, made, facts, own);
  must(made.result.pool !== null || own.void.length, "void", "nobody can be sent, and it is not void");
  step("replacements");
  return made;
}

function ended({ void: said, result, commitment }, own) {
  const declared = own.void.map((one) => one.digest);
  must(canonical(declared) === canonical(said === undefined ? [] : [digest(said)]), "void", "not as logged");
  must(declared.length || own.result.length, "unfinished", "neither a result nor void");
  if (!declared.length) return;
  must(said.would_be === (own.result.length ? digest(result) : null) && said.reason, "void", "what it would have been");
  must(said.number === commitment.number, "void", "of another draw");
}
