// The draft that is at work on this page, and what the last check said of it: for designers that show more than one definition.
import { createContext, useContext } from "react";
import type { Check, Draft } from "./data";

export interface AtWork {
  draft: Draft;
  /** Whether something was changed since it was saved. */
  unsaved: boolean;
  /** The last check, unless something was changed since. */
  check?: Check | undefined;
  save: () => Promise<unknown>;
}

const Context = createContext<AtWork | undefined>(undefined);
export const AtWorkProvider = Context.Provider;
/** Nothing where what is published is looked at. */
export const useCheckedDraft = () => useContext(Context);
