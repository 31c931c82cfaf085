// Who a state waits for and who may make a move, in words instead of tokens.
import type { PROCESS } from "../../words/designers/process";

type Words = (typeof PROCESS)["zh"];

const SORTS = ["post", "above", "party", "role"] as const;
const ALONE = ["receipt", "children", "external", "system"] as const;

/** `post:handler` as people say it; `titles` knows the posts of the district. */
export function personOf(token: string, w: Words, titles: ReadonlyMap<string, string> = new Map()): string {
  const alone = ALONE.find((one) => one === token);
  if (alone) return w[alone];
  const known = named(token, w, titles);
  if (known) return known;
  const name = token.slice(token.indexOf(":") + 1);
  const sort = SORTS.find((one) => token.startsWith(`${one}:`));
  if (sort === "above") return `${w.above} ${named(`post:${name}`, w, titles) ?? name}`;
  return sort ? `${w[sort]} ${name}` : token;
}

const named = (token: string, w: Words, titles: ReadonlyMap<string, string>) => titles.get(token) ?? w.people[token];
