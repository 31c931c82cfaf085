// What every panel of the process picture works with: the document, edits that may be refused, who there is.
import { members, processEdits, type JsonObject } from "@jisheng/schema-kit";
import { useState } from "react";
import type { Work } from "../session";

export interface Refused {
  code: string;
  places: string[];
}

export interface Desk {
  work: Work;
  document: JsonObject;
  readOnly: boolean;
  refused: Refused | undefined;
  /** Whether it was done; why not is then in `refused`. */
  edit: (change: (document: JsonObject) => JsonObject) => boolean;
  forget: () => void;
  /** What people see of a state; what a move or an internal event is. */
  stage: (id: string) => JsonObject;
  move: (event: string) => JsonObject;
}

export function useDesk(work: Work, readOnly: boolean): Desk {
  const [refused, setRefused] = useState<Refused>();
  const { document } = work;
  const edit = (change: (document: JsonObject) => JsonObject): boolean => {
    try {
      work.edit(change);
      setRefused(undefined);
      return true;
    } catch (error) {
      if (!(error instanceof processEdits.CannotChange)) throw error;
      setRefused({ code: error.code, places: error.places });
      return false;
    }
  };
  return {
    work, document, readOnly, refused, edit,
    forget: () => setRefused(undefined),
    stage: (id) => members(members(document.states)[id]),
    move: (event) => members(members(document.moves)[event] ?? members(document.internal)[event]),
  };
}
