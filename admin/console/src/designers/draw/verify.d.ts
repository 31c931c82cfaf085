// The verifier of draws that the public page runs, as far as a dry run needs it (admin/draws/verify, no types of its own).
declare module "*/draws/verify/selection.js" {
  export class Sieve {
    constructor(plan: unknown, seed: Uint8Array, sizes: Record<string, number>);
    offer(row: unknown): void;
    drawn(): { visits: { row: { id: string }; stratum: string; ticket: Uint8Array }[]; strata: { id: string; size: number; quota: number }[] };
  }
  export function sorter(strata: unknown): (row: unknown) => number;
}
declare module "*/draws/verify/pairing.js" {
  export function paired(facts: { visits: unknown; inspectors: unknown; conflicts: unknown; plan: unknown; seed: Uint8Array }): { pool: number | null; teams: [number, number][][] };
}
