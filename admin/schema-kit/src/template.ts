/**
 * The text that a template and some values make: the same three marks as the server's `domain/templates.py`.
 *
 * `{{path}}` is replaced; `{{#path}}…{{/path}}` appears when there is a value, once for each member of a list, which is
 * `{{.}}`; `{{^path}}…{{/path}}` appears when there is none.
 */

import { isObject, member, type Json, type JsonObject, type Language } from "./json.js";

export class Unreadable extends Error {
  constructor(
    readonly code: "not-a-mark" | "section-open" | "section-not-open",
    readonly where: string,
  ) {
    super(`${code}: ${where}`);
  }
}

export interface Written {
  text: string;
  /** Paths that the template prints and that have no value, without those that may be missing. */
  missing: string[];
  /** Paths whose value is a list or an object: it cannot be printed. */
  unprintable: string[];
}

type Part = string | { path: string } | Section;
interface Section {
  path: string;
  inverted: boolean;
  parts: Part[];
}

const MARK = /\{\{\s*([#^/]?)\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\.)\s*\}\}/g;
// A value must not forge a line, nor turn the reading direction of the rest (Unicode TR 36 §2.2).
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+/g;

export function write(template: string, values: JsonObject, language: Language, optional: readonly string[] = []): Written {
  const written: Written = { text: "", missing: [], unprintable: [] };
  const note = (list: string[], path: string): string => {
    if (!list.includes(path)) list.push(path);
    return "";
  };
  const print = (path: string, found: Json | undefined): string => {
    const said = isObject(found) && Object.keys(found).length === 2 && "zh" in found && "en" in found ? found[language] : found;
    if (typeof said === "boolean") return language === "zh" ? (said ? "是" : "否") : said ? "yes" : "no";
    if (typeof said === "string" || Number.isInteger(said)) return String(said).replace(UNPRINTABLE, " ");
    if (said === undefined || said === null) return optional.includes(path) ? "" : note(written.missing, path);
    return note(written.unprintable, path);
  };
  const pen = (parts: readonly Part[], scope: readonly Json[]): string => parts.map((part) => one(part, scope)).join("");
  const one = (part: Part, scope: readonly Json[]): string => {
    if (typeof part === "string") return part;
    const found = lookup(part.path, scope);
    if (!("parts" in part)) return print(part.path, found);
    if (part.inverted) return present(found) ? "" : pen(part.parts, scope);
    if (!present(found)) return "";
    return (Array.isArray(found) ? found : [found]).map((entry) => pen(part.parts, [...scope, entry])).join("");
  };
  written.text = pen(parsed(template).parts, [values]);
  return written;
}

/** Every path that the template asks for, those of sections included, as they are written. */
export function paths(template: string): string[] {
  return [...new Set([...template.matchAll(MARK)].map(([, , path]) => path!).filter((path) => path !== "."))];
}

/** The template as parts; thrown: `Unreadable`. */
export function parsed(template: string): Section {
  if (template.includes("{{{") || template.includes("}}}")) throw new Unreadable("not-a-mark", "{{{");
  const open: Section[] = [{ path: "", inverted: false, parts: [] }];
  let end = 0;
  for (const match of template.matchAll(MARK)) {
    literal(open.at(-1)!, template.slice(end, match.index));
    const [all, sort, path] = match as unknown as [string, string, string];
    if (sort === "/") {
      if (open.length === 1 || open.at(-1)!.path !== path) throw new Unreadable("section-not-open", path);
      open.pop();
    } else if (sort === "") open.at(-1)!.parts.push({ path });
    else {
      const section: Section = { path, inverted: sort === "^", parts: [] };
      open.at(-1)!.parts.push(section);
      open.push(section);
    }
    end = match.index + all.length;
  }
  literal(open.at(-1)!, template.slice(end));
  if (open.length > 1) throw new Unreadable("section-open", open.at(-1)!.path);
  return open[0]!;
}

/** Zero is a value; nothing, no and the empty are not. */
function present(value: Json | undefined): value is Json {
  if (value === undefined || value === null || value === false || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** The value in the innermost scope that knows the path's first name, as in mustache(5). */
function lookup(path: string, scope: readonly Json[]): Json | undefined {
  if (path === ".") return scope.at(-1);
  const names = path.split(".");
  const level = scope.findLast((one) => member(one, names[0]!) !== undefined);
  return names.reduce<Json | undefined>((found, name) => member(found, name), level);
}

function literal(section: Section, text: string): void {
  if (text.includes("{{") || text.includes("}}")) throw new Unreadable("not-a-mark", text.trim().slice(0, 40));
  if (text) section.parts.push(text);
}
