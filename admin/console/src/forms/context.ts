// What fields need beyond their schema: how references are offered, how deep things stand open.
import type { Language } from "@jisheng/api-client";
import { createContext, useContext } from "react";

export interface Choice {
  value: string;
  label: string;
}
export interface Surroundings {
  language: Language;
  /** What may be named: definitions of a kind, nodes of the organisation. */
  useChoices: (source: string) => Choice[];
}

export const ORGANISATION = "organisation"; // the source that no kind is

const Context = createContext<Surroundings>({ language: "zh", useChoices: () => [] });
export const SurroundingsProvider = Context.Provider;
export const useSurroundings = () => useContext(Context);
