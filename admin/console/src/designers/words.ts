// The words of designers come with them, not with the first screen: each designer has a table of its own.
import { useSurroundings } from "../forms/context";

export function useWords<Words>(words: { zh: Words; en: Words }): Words {
  return words[useSurroundings().language];
}
