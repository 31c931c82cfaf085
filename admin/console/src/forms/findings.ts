// What a check found, brought to the fields: a tree of errors as the form wants it, one sentence at each place.
import type { Language, Schemas } from "@jisheng/api-client";
import type { ErrorSchema } from "@rjsf/utils";
import { parts } from "../json/pointer";

export type Finding = Schemas["Finding"];
interface Tree {
  __errors?: string[];
  [name: string]: Tree | string[] | undefined;
}

export const concerns = (finding: Finding, key: string): boolean =>
  String((finding.params as Record<string, unknown> | undefined)?.definition ?? key) === key;

export function errorTree(findings: readonly Finding[], language: Language): ErrorSchema {
  const root: Tree = {};
  for (const finding of findings) {
    let here = root;
    for (const name of parts(finding.pointer)) here = (here[name] ??= {}) as Tree;
    (here.__errors ??= []).push(finding.message[language]);
  }
  return root as ErrorSchema;
}

/** Whether anything stands at this place or below it. */
export const anything = (tree: unknown): boolean =>
  typeof tree === "object" && tree !== null && Object.keys(tree).length > 0;
