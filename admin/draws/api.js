// What the page reads from the public API, and a bundle put together out of it.
import { canonical } from "./verify/canonical.js";
import { KEYS } from "./verify/rosters.js";
import { utf8 } from "./verify/bytes.js";

const origin = document.querySelector("meta[name=api-origin]").content;

/** Read one resource; an answer that is none is an error with its `status`. */
export async function ask(path) {
  const answer = await fetch(`${origin}/v1/draws${path}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { status: answer.status });
  return answer.json();
}

const at = (...parts) => parts.map((part) => `/${encodeURIComponent(part)}`).join("");

export const listed = () => ask("");
export const series = (id) => ask(at(id));
export const coverage = (id) => ask(`${at(id)}/coverage`);
export const draw = (id, number) => ask(at(id, number));

/** The bytes of a bundle: the API's own document, or, where that is too large, the files read chunk by chunk. */
export async function bundle(id, number) {
  try {
    return utf8(JSON.stringify(await ask(`${at(id, number)}/bundle`)));
  } catch (problem) {
    if (problem.status !== 413) throw problem;
  }
  const said = await draw(id, number);
  const files = {};
  for (const name of ["plan", "commitment", "nonces", "values", "notice", "result", "replacements", "void", "log"]) {
    if (said[name] !== null && said[name] !== undefined) files[`${name}.json`] = canonical(said[name]);
  }
  for (const roster of Object.keys(KEYS)) files[`${roster}.jsonl`] = await rows(id, number, roster);
  return utf8(JSON.stringify({ format: "jisheng-draw-bundle-1", files }));
}

async function rows(id, number, roster) {
  const lines = [];
  for (let after = 0; after !== null; ) {
    const chunk = await ask(`${at(id, number)}/rosters/${roster}?after=${after}`);
    lines.push(...chunk.rows.map((row) => `${canonical(row)}\n`));
    after = chunk.after;
  }
  return lines.join("");
}
