// A brief as an official gets it: a page of Chinese with lines “名称：内容”; a line that stands more than once is a list.
import { readFileSync } from "node:fs";

export function briefOf(file) {
  const said = new Map();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const found = /^([^：#\s]+)：(.+)$/.exec(line.trim());
    if (found) said.set(found[1], [...(said.get(found[1]) ?? []), found[2].trim()]);
  }
  return {
    /** What the brief says under a name; a brief that leaves it out cannot be worked from. */
    one(name) {
      const found = said.get(name);
      if (found?.length !== 1) throw new Error(`任务单没有写明（或写了几次）“${name}”`);
      return found[0];
    },
    /** Each line of that name, as the words between its commas. */
    each: (name) => (said.get(name) ?? []).map((line) => line.split("，").map((part) => part.trim())),
  };
}
