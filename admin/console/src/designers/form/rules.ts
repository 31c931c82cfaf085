// What a condition may ask of a field and what it may do, by the field's type; and whether one is complete.
import { type Effect, type Field, fieldsOf, type Question, type Rule, type Test, type When } from "@jisheng/schema-kit";

const ANY: readonly Question[] = ["answered"];
const QUESTIONS: Partial<Record<Field["kind"], readonly Question[]>> = {
  text: ["answered", "is", "is-not"],
  date: ["answered", "is", "is-not"],
  choice: ["is", "is-not", "one-of", "none-of", "answered"],
  choices: ["includes", "includes-one-of", "answered"],
  "yes-no": ["is"],
  declaration: ["is"],
  number: ["at-least", "at-most", "is", "is-not", "answered"],
};
export const questionsOf = (field: Field | undefined): readonly Question[] => (field ? (QUESTIONS[field.kind] ?? ANY) : ANY);

export const MANY = new Set<Question>(["one-of", "none-of", "includes-one-of"]);

/** The fields that a rule of a group can speak of, with their way from that group. */
export function reachable(root: Field, holder: readonly string[]): { field: Field; way: string[] }[] {
  return fieldsOf(root)
    .filter((one) => holder.every((token, index) => one.path[index] === token) && one.path.length > holder.length)
    .map((field) => ({ field, way: field.path.slice(holder.length) }))
    .filter(({ way }) => !way.includes("*"));
}

export const sameWay = (one: readonly string[], other: readonly string[]) => JSON.stringify(one) === JSON.stringify(other);

export const isGroup = (when: When): when is { all: When[] } | { any: When[] } => "all" in when || "any" in when;

export const partsOf = (when: { all: When[] } | { any: When[] }): When[] => ("all" in when ? when.all : when.any);

export const grouped = (join: "all" | "any", parts: When[]): When => (join === "all" ? { all: parts } : { any: parts });

export const emptyTest = (): Test => ({ field: [], is: "is", value: null });

export const emptyRule = (): Rule => ({ when: { all: [emptyTest()] }, effects: [{ does: "require", field: [] }] });

export function complete({ when, effects }: Rule): boolean {
  return whole(when) && effects.length > 0 && effects.every((one: Effect) => one.field.length > 0);
}

function whole(when: When): boolean {
  if (isGroup(when)) return partsOf(when).length > 0 && partsOf(when).every(whole);
  if (!when.field.length) return false;
  if (when.is === "answered") return true;
  if (MANY.has(when.is)) return Array.isArray(when.value) && when.value.length > 0;
  return when.value !== null && when.value !== "";
}
