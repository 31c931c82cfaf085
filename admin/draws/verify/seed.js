// The public values (§2, §3.3): what was named is what the rule names, what came is what was named, and not too early.
import { hex, joined, sha256, unhex } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";

/** The seed (32 bytes). `own`: what the log has of this draw. `randomness`: what another relay says of the drand round. */
export function seedOf({ plan, commitment, values, nonces }, own, randomness) {
  const { not_before: start, committed_at: from, source, beacons } = commitment;
  must(start >= from + plan.lead_ms, "lead");
  const kinds = beacons.map((one) => one.kind);
  must(canonical(kinds) === canonical(plan.beacons[source].map((one) => one.kind)), "beacon", "not those of the plan");
  must(kinds.some((kind) => kind === "drand") || new Set(kinds).size > 1, "beacon", "one that cannot stand alone");
  must(values.length === kinds.length && own.values[0].digest === digest(values), "values", "not those that were logged");
  const times = [];
  const given = beacons.map((named, index) => {
    const value = values[index];
    must(value.kind === named.kind, "values", "another kind");
    const [at, said] = GIVES[named.kind](plan.beacons[source][index], named, value, start);
    if (named.kind !== "nonces") times.push(at);
    must(named.kind !== "drand" || !randomness || randomness === said, "randomness", "another relay says otherwise");
    return { kind: named.kind, value: said };
  });
  if (kinds.includes("nonces")) opened(commitment, times, own.nonces[0], nonces, values[kinds.indexOf("nonces")]);
  must(own.values[0].at >= Math.max(...times), "early");
  return unhex(digest({ beacons: given, commitment: digest(commitment) }), 32);
}

function opened({ beacons, committed_at: from }, times, entry, nonces, value) {
  const { until } = beacons.find((one) => one.kind === "nonces");
  must(from <= until && until < Math.min(...times), "nonce", "to be opened after another value is known");
  must(entry && entry.at <= until && entry.digest === digest(nonces), "nonce", "opened too late");
  must(canonical(nonces) === canonical(value), "nonce", "not as they were opened");
}

// Each: (declared, named, value, not before) → [the instant from which it is known, what it gives].
const GIVES = {
  drand({ chain: { genesis, period } }, named, value, start) {
    const first = Math.max(1, Math.ceil((start - genesis * 1000) / (period * 1000)) + 1);
    must(named.round === first && value.round === first, "round", `the first is ${first}`);
    const signature = unhex(value.signature, 48);
    must(signature && value.randomness === hex(sha256(signature)), "randomness", "not of the signature");
    return [(genesis + (first - 1) * period) * 1000, value.randomness];
  },
  lottery({ game, numbers }, named, value, start) {
    const typed = Object.values(value.entries);
    must(named.at >= start && value.issue === named.issue, "lottery", "of another issue");
    must(typed.length >= 2 && typed.every((one) => one === typed[0]), "lottery", "two people must have typed the same");
    must(/^[0-9]{1,2}(?: [0-9]{1,2})*$/.test(typed[0]) && typed[0].split(" ").length === numbers, "lottery", typed[0]);
    return [named.at, `${game} ${named.issue} ${typed[0]}`];
  },
  nonces({ departments }, { sealed, until }, { nonces }) {
    const all = [departments, Object.keys(sealed), Object.keys(nonces)].map((some) => canonical([...some].sort()));
    must(all[0] === all[1] && all[1] === all[2], "nonce", "of other departments");
    for (const [department, nonce] of Object.entries(nonces)) {
      const bytes = unhex(nonce, 32);
      must(bytes && hex(sha256(joined("jisheng-nonce-1\0", department, "\0", bytes))) === sealed[department], "nonce", department);
    }
    return [until, nonces];
  },
};
