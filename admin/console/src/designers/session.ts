// A designer's work on a definition: every change can be undone; what is written elsewhere meanwhile is one change more.
// The history is the draft's: it stays when its page shows another part, and goes on there.
import { difference, history, type Json, type Session } from "@jisheng/schema-kit";
import { useState } from "react";
import { useCheckedDraft } from "../definitions/at_work";
import { same } from "../json/difference";
import type { JsonObject } from "../json/pointer";

export interface Work {
  document: JsonObject;
  /** A refusal of the models is thrown at the caller, and nothing is changed. */
  edit: (change: (document: JsonObject) => Json) => void;
  undo?: () => void;
  redo?: () => void;
  /** Where the last undo or redo changed something; nothing once something else was done. */
  turned?: string | undefined;
}

export function useWork(value: JsonObject, readOnly: boolean, onChange: (value: JsonObject) => void): Work {
  const past = useCheckedDraft()?.past;
  const [kept, setKept] = useState<Session<JsonObject>>(() => past?.recall() ?? history.open(value));
  const [turned, setTurned] = useState<string>();
  const session = kept.document === value || same(kept.document, value) ? kept : history.apply(kept, () => value);
  const turn = (next: Session<JsonObject>, place?: string) => {
    if (next === session) return;
    past?.keep(next);
    setKept(next);
    setTurned(place);
    onChange(next.document);
  };
  const back = (next: Session<JsonObject>) => turn(next, difference(session.document, next.document)[0]?.pointer);
  return {
    document: session.document,
    turned,
    edit: (change) => turn(history.apply(session, (document) => change(document) as JsonObject)),
    ...(session.past.length && !readOnly ? { undo: () => back(history.undo(session)) } : {}),
    ...(session.future.length && !readOnly ? { redo: () => back(history.redo(session)) } : {}),
  };
}
