// A form or a move's input made ready for drawing: what it only hints at (a whole form, the item's materials) put in.
import type { Language } from "@jisheng/api-client";
import { localised } from "../../forms/localised";
import { bundled, type Schema, text } from "../../forms/schema";
import { isObject, type Json, type JsonObject } from "../../json/pointer";
import type { Item } from "../data";

type Surroundings = Pick<Item, "form" | "materials" | "shared">;

/** The schema in one language, every `$ref` inside, with the item's own form and materials where it asks for them. */
export function ready(schema: Schema, item: Surroundings | undefined, language: Language): Schema {
  const documents = Object.values(item?.shared ?? {}) as Schema[];
  return localised(bundled(filled(schema, item, language) as Schema, documents), language);
}

function filled(value: Json, item: Surroundings | undefined, language: Language): Json {
  if (Array.isArray(value)) return value.map((member) => filled(member, item, language));
  if (!isObject(value)) return value;
  const special = isObject(value["x-ui"]) ? known(value, String(value["x-ui"].widget), item, language) : undefined;
  if (special) return special;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, name === "x-ui" ? member : filled(member, item, language)]));
}

function known(schema: JsonObject, widget: string, item: Surroundings | undefined, language: Language): JsonObject | undefined {
  if (widget === "form") return item?.form && whole(schema, item.form as JsonObject);
  if (widget === "material") return { ...schema, ...choice(item, language) };
  if (widget === "materials" && isObject(schema.items)) return { ...schema, items: { ...schema.items, ...choice(item, language) } };
  return undefined;
}

/** The item's form in the place that asks for it. */
function whole(place: JsonObject, { $schema: _dialect, $id: _id, ...form }: JsonObject): JsonObject {
  return { ...form, "x-title": place["x-title"] ?? "", "x-ui": place["x-ui"] ?? {} };
}

function choice(item: Surroundings | undefined, language: Language): JsonObject {
  const materials = (item?.materials ?? []) as unknown as { id: string; title?: Json }[];
  if (!materials.length) return {};
  const labels = Object.fromEntries(materials.map((one) => [one.id, { zh: text(one.title, language) ?? one.id }]));
  return { enum: materials.map((one) => one.id), "x-labels": labels };
}
