// An act that must happen once: the same content goes under the same key, however often it is sent.
import { Refusal } from "@jisheng/api-client";

const WAITS = [500, 1_500, 4_000]; // milliseconds before each further try

/** The key of each thing that a person is about to do: it stays until the thing is done. */
export class Keys {
  private readonly made = new Map<string, string>();

  of(content: unknown): string {
    const said = JSON.stringify(content);
    const known = this.made.get(said) ?? crypto.randomUUID();
    this.made.set(said, known);
    return known;
  }

  /** Done: who does the same again means it. */
  done(content: unknown): void {
    this.made.delete(JSON.stringify(content));
  }
}

/** Whether nobody knows what became of it: no answer came, or the door was shut. */
export const lost = (error: unknown) => !(error instanceof Refusal) || error.status >= 500;

/** Sends until an answer comes. What is sent must carry its key, so that it is done once. */
export async function surely<T>(send: () => Promise<T>, waits: readonly number[] = WAITS): Promise<T> {
  for (const wait of waits) {
    try {
      return await send();
    } catch (error) {
      if (!lost(error)) throw error;
      await new Promise((done) => setTimeout(done, wait));
    }
  }
  return send();
}

const OVERTAKEN = new Set(["changed-since", "move-not-available", "move-held", "case-closed"]);

/** Whether somebody, or a clock, was faster: the case is to be looked at again. */
export const overtaken = (error: unknown): error is Refusal =>
  error instanceof Refusal && (error.status === 412 || (error.status === 409 && OVERTAKEN.has(error.code)));
