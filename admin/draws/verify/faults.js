// What does not hold: a name, its number (the exit code of infra/verify_draw.md §6) and what was seen.

const NAMES = `malformed float integer not-nfc not-canonical key
  signature checkpoint seen log-order log-time second-commitment
  missing-number unfinished commitment previous plan plan-shape
  lead beacon round early values randomness
  nonce lottery seed row row-salt row-order
  row-missing row-added objects inspectors conflicts departures
  dropped weight strata quota selection ticket
  visit-order cutoff pool conflict cap pairing
  notice replacement void proof`.split(/\s+/);

export const CODES = Object.fromEntries(NAMES.map((name, index) => [name, index + 10]));

/** The first thing that does not hold; `code` is its number. */
export class Fault extends Error {
  constructor(name, detail = "") {
    super(detail ? `${name}: ${detail}` : name);
    this.name = name;
    this.code = CODES[name];
    this.detail = detail;
  }
}

/** Refuse, under `name`, unless `holds`. */
export function must(holds, name, detail) {
  if (!holds) throw new Fault(name, typeof detail === "function" ? detail() : detail);
}
