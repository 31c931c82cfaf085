// A designer's work on a definition: every change can be undone; what is written elsewhere meanwhile is one change more.
import { history, type Json, type Session } from "@jisheng/schema-kit";
import { useState } from "react";
import { same } from "../json/difference";
import type { JsonObject } from "../json/pointer";

export interface Work {
  document: JsonObject;
  /** A refusal of the models is thrown at the caller, and nothing is changed. */
  edit: (change: (document: JsonObject) => Json) => void;
  undo?: () => void;
  redo?: () => void;
}

export function useWork(value: JsonObject, readOnly: boolean, onChange: (value: JsonObject) => void): Work {
  const [kept, setKept] = useState<Session<JsonObject>>(() => history.open(value));
  const session = kept.document === value || same(kept.document, value) ? kept : history.apply(kept, () => value);
  const turn = (next: Session<JsonObject>) => {
    if (next === session) return;
    setKept(next);
    onChange(next.document);
  };
  return {
    document: session.document,
    edit: (change) => turn(history.apply(session, (document) => change(document) as JsonObject)),
    ...(session.past.length && !readOnly ? { undo: () => turn(history.undo(session)) } : {}),
    ...(session.future.length && !readOnly ? { redo: () => turn(history.redo(session)) } : {}),
  };
}
