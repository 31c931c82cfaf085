// The draft that is at work on this page, and what the last check said of it: for designers that show more than one definition.
import { createContext, useContext } from "react";
import type { Session } from "@jisheng/schema-kit";
import type { JsonObject } from "../json/pointer";
import type { Check, Draft } from "./data";

export interface AtWork {
  draft: Draft;
  /** Whether something was changed since it was saved. */
  unsaved: boolean;
  /** The last check, unless something was changed since. */
  check?: Check | undefined;
  save: () => Promise<unknown>;
  /** What was done to it since the page was opened, whichever designers did it. */
  past: Past;
  /** What people call the part of it to which a place belongs. */
  partOf: (pointer: string) => string;
}

/** One history of a draft: a designer that is closed and opened again, or another one, goes on with it. */
export interface Past {
  recall: () => Session<JsonObject> | undefined;
  keep: (session: Session<JsonObject>) => void;
}

export function newPast(): Past {
  let kept: Session<JsonObject> | undefined;
  return { recall: () => kept, keep: (session) => { kept = session; } };
}

const Context = createContext<AtWork | undefined>(undefined);
export const AtWorkProvider = Context.Provider;
/** Nothing where what is published is looked at. */
export const useCheckedDraft = () => useContext(Context);
