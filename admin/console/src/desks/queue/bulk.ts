// One act on many cases: which moves several cases share, and what became of each of them.
import type { Case, Move } from "../data";

export interface Shared {
  move: Move;
  /** The cases of those chosen on which the caller may make it now. */
  cases: Case[];
}

/** Moves that at least one of the cases offers; one name with different inputs stands for several. Most shared first. */
export function sharedMoves(cases: readonly Case[]): Shared[] {
  const found = new Map<string, Shared>();
  for (const one of cases) {
    for (const move of one.moves) {
      if (asksForItsOwn(move)) continue; // a form of one item is no answer to another's
      const key = JSON.stringify([move.move, move.input, move.title]);
      const known = found.get(key) ?? { move, cases: [] };
      known.cases.push(one);
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => b.cases.length - a.cases.length);
}

const asksForItsOwn = (move: Move) => move.revises_form;

export interface Became {
  one: Case;
  error?: Error;
}

/** One after another, so that a person can stop; each refusal is kept, and none stops the others. */
export async function oneByOne(
  cases: readonly Case[],
  act: (one: Case) => Promise<unknown>,
  told: (became: Became[]) => void,
  stopped: () => boolean,
): Promise<Became[]> {
  const became: Became[] = [];
  for (const one of cases) {
    if (stopped()) break;
    const error = await act(one).then(
      () => undefined,
      (refused: unknown) => (refused instanceof Error ? refused : new Error(String(refused))),
    );
    became.push(error ? { one, error } : { one });
    told([...became]);
  }
  return became;
}
