// What a new field says of itself, by its type: as little as its type needs.
import { formEdits, type Json, type Kind, members, type JsonObject, at } from "@jisheng/schema-kit";

export const KINDS = ["text", "number", "date", "yes-no", "declaration", "choice", "choices", "group", "repeat", "shared"] as const;
export type Fresh = (typeof KINDS)[number];

const OPTION = { enum: ["one"], "x-labels": { one: { zh: "选项一", en: "Option one" } } };
const SHAPES: Readonly<Record<Exclude<Fresh, "shared">, JsonObject>> = {
  text: { type: "string", minLength: 1, maxLength: 100 },
  number: { type: "integer", minimum: 0, "x-ui": { widget: "number" } },
  date: { type: "string", format: "date", "x-ui": { widget: "date" } },
  "yes-no": { type: "boolean", "x-ui": { widget: "switch" } },
  declaration: { type: "boolean", const: true, "x-ui": { widget: "declaration" } },
  choice: { type: "string", ...OPTION, "x-ui": { widget: "radio" } },
  choices: { type: "array", uniqueItems: true, items: { type: "string", ...OPTION }, "x-ui": { widget: "checkboxes" } },
  group: { type: "object", additionalProperties: false, properties: {}, "x-ui": { widget: "group" } },
  repeat: {
    type: "array", minItems: 1, maxItems: 20, items: { type: "object", additionalProperties: false, properties: {} },
    "x-ui": { widget: "table" },
  },
};

export const EMPTY_FORM: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", additionalProperties: false, properties: {},
};

export function freshField(kind: Fresh, title: { zh: string; en: string }, shared?: string): JsonObject {
  const shape = kind === "shared" ? { $ref: String(shared), "x-ui": { widget: "group" } } : SHAPES[kind];
  return { ...structuredClone(shape), title: title.en, "x-title": { ...title } };
}

/** A name that no sibling has: out of the English title, else by number. */
export function freeName(form: Json, holder: string, english: string): string {
  const taken = members(at(form, `${holder}/properties`));
  const said = english.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 40) || "field";
  if (said !== "field" && !(said in taken)) return said;
  for (let number = 2; ; number += 1) if (!(`${said}_${number}` in taken)) return `${said}_${number}`;
}

/** A group's schema is the entry's, where a list repeats it. */
export const holderOf = (field: { place: string; kind: Kind }): string =>
  field.kind === "repeat" ? `${field.place}/items` : field.place;

export { formEdits };
