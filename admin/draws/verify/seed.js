// The public values (§2 values.json) and the seed that follows from them.
import { hex, joined, sha256, unhex } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import { must } from "./faults.js";
import { valueAt } from "./plan.js";

/** Check the values against what was named; returns the seed (32 bytes). `opened` is nonces.json; `logged` when values were. */
export function seedOf({ plan, commitment, values, opened, logged }) {
  const declared = plan.beacons[commitment.source];
  must(Array.isArray(values) && values.length === declared.length, "values", "not one for each beacon");
  const given = commitment.beacons.map((named, index) => {
    const value = values[index];
    must(value !== null && typeof value === "object" && value.kind === named.kind, "values", `${named.kind} is missing`);
    must(logged >= valueAt(declared[index], named), "early", `${named.kind} was not public yet`);
    return { kind: named.kind, value: GIVES[named.kind](declared[index], named, value, opened) };
  });
  return unhex(digest({ beacons: given, commitment: digest(commitment) }), 32);
}

const GIVES = {
  drand(_, named, value) {
    must(value.round === named.round, "round", `${value.round} instead of ${named.round}`);
    const signature = unhex(value.signature, 48);
    must(signature && value.randomness === hex(sha256(signature)), "randomness");
    return value.randomness;
  },
  lottery({ game, numbers }, named, value) {
    const said = Object.values(value.entries ?? {});
    const form = new RegExp(`^[0-9]{1,2}( [0-9]{1,2}){${numbers - 1}}$`);
    must(value.issue === named.issue && said.length >= 2 && said.every((one) => one === said[0] && form.test(one)), "lottery");
    return `${game} ${named.issue} ${said[0]}`;
  },
  nonces(_, named, value, opened) {
    const given = value.nonces ?? {};
    must(canonical(Object.keys(given).sort()) === canonical(Object.keys(named.sealed).sort()), "nonce", "of others");
    for (const [department, nonce] of Object.entries(given)) {
      const bytes = unhex(nonce, 32);
      const seal = bytes && hex(sha256(joined("jisheng-nonce-1\0", department, "\0", bytes)));
      must(seal === named.sealed[department], "nonce", `of ${department}`);
    }
    must(opened && canonical(opened) === canonical(value), "nonce", "not as they were opened");
    return given;
  },
};
