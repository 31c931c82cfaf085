/** Undo and redo for every designer: a document, what it was, and what it was to become. */

import { canonical, type Json } from "./json.js";
import { difference, type Change } from "./difference.js";

export interface Session<Document extends Json = Json> {
  readonly opened: Document;
  readonly document: Document;
  readonly past: readonly Document[];
  readonly future: readonly Document[];
}

const KEPT = 200;

export function open<Document extends Json>(document: Document): Session<Document> {
  return { opened: document, document, past: [], future: [] };
}

/** The session after a change; one that changes nothing leaves nothing to undo. */
export function apply<Document extends Json>(
  session: Session<Document>,
  change: (document: Document) => Document,
): Session<Document> {
  const next = change(session.document);
  if (difference(session.document, next).length === 0) return session;
  return { ...session, document: next, past: [...session.past, session.document].slice(-KEPT), future: [] };
}

export function undo<Document extends Json>(session: Session<Document>): Session<Document> {
  const before = session.past.at(-1);
  if (before === undefined) return session;
  const future = [session.document, ...session.future];
  return { ...session, document: before, past: session.past.slice(0, -1), future };
}

export function redo<Document extends Json>(session: Session<Document>): Session<Document> {
  const [after, ...future] = session.future;
  if (after === undefined) return session;
  return { ...session, document: after, past: [...session.past, session.document], future };
}

/** What is new in it: each pointer with what stood there and what stands there now. */
export function changes(session: Session): Change[] {
  return difference(session.opened, session.document);
}

/** What is sent to be kept: the bytes that the server would hash. */
export function save(session: Session): string {
  return canonical(session.document);
}
