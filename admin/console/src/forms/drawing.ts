// How each place of a schema is drawn: decided by what the schema says, never by the name of a kind.
import type { Language } from "@jisheng/api-client";
import { ADDITIONAL_PROPERTY_FLAG, type RJSFSchema, type UiSchema } from "@rjsf/utils";
import { isObject, type Json, type JsonObject } from "../json/pointer";
import { OPEN, text } from "./schema";

const STRUCTURE = ["type", "enum", "const", "properties", "items", "prefixItems", "anyOf", "oneOf", "$ref"];
const CHOSEN = ["enum", "oneOf", "anyOf", "format"];
const LONG = new Set(["textarea", "template", "cedar", "cedar-schema"]);

/** The uiSchema of one place, its `$ref` followed and its conditions decided. */
export function drawing(schema: RJSFSchema, language: Language): UiSchema {
  const one = schema as JsonObject;
  const ui: UiSchema = { "ui:order": order(one) };
  const widget = isObject(one["x-ui"]) ? one["x-ui"].widget : undefined;
  if (widget === "hidden") return { "ui:widget": "hidden" };
  const field = fieldOf(one, widget);
  if (field) return { ...ui, "ui:field": field, "ui:fieldReplacesAnyOrOneOf": true };
  const labels = labelled(one, language);
  return { ...ui, ...widgetOf(one, widget), ...(labels ? { "ui:enumNames": labels } : {}) };
}

function fieldOf(schema: JsonObject, widget: Json | undefined): string | undefined {
  if (plainKinds(schema).length) return "PlainField";
  if (isOpen(schema)) return "JsonField";
  if (isBilingual(schema)) return "BilingualField";
  if (isMap(schema)) return "MapField";
  if (schema.type === "array" && isObject(schema.items)) return listOf(schema, schema.items, widget);
  return undefined;
}

function listOf(schema: JsonObject, items: JsonObject, widget: Json | undefined): string | undefined {
  if (referenced(schema) || referenced(items) || widget === "organisation-nodes") return "ReferencesField";
  const plain = items.type === "string" && !CHOSEN.some((word) => word in items);
  return plain ? "TagsField" : undefined;
}

function widgetOf(schema: JsonObject, widget: Json | undefined): UiSchema {
  if (isReference(schema)) return { "ui:widget": "ReferenceWidget" };
  if (widget === "organisation-node") return { "ui:widget": "ReferenceWidget" };
  if (schema.type === "boolean") return { "ui:widget": "SwitchWidget" };
  if (schema.format === "date") return { "ui:widget": "DayWidget" };
  if (typeof widget === "string" && LONG.has(widget)) return { "ui:widget": "textarea", "ui:options": { rows: 4 } };
  return {};
}

/** What people write without knowing JSON, where a schema leaves open what it is. */
export type Plain = "text" | "number" | "yes" | "list" | "object";
const PLAIN: Readonly<Record<string, Plain>> = { string: "text", integer: "number", number: "number", boolean: "yes" };

/** The kinds of value that stand at a place of which a schema says nothing, or several plain types; else none. */
export function plainKinds(schema: JsonObject): Plain[] {
  if (schema[OPEN] === true) return [];
  const types = Array.isArray(schema.type) && !schema.enum ? schema.type.map((one) => PLAIN[String(one)]) : [];
  if (types.length) return types.includes(undefined) ? [] : [...new Set(types as Plain[])];
  const silent = Object.keys(schema).every((word) => word === "title" || word === "description" || word.startsWith("x-"));
  return silent ? ["text", "number", "yes", "list", "object"] : [];
}

/** The name of a definition. */
export const isReference = (schema: JsonObject): boolean => schema.type === "string" && referenced(schema) !== undefined;

/** Nothing says what stands here, or it is a schema, an example, a chart: to be written as JSON. */
export function isOpen(schema: JsonObject): boolean {
  if (schema[OPEN] === true || !STRUCTURE.some((word) => word in schema)) return true;
  if (Array.isArray(schema.allOf)) return !isObject(schema.properties);
  return Array.isArray(schema.type) ? !schema.enum : isBare(schema);
}

/** A list or an object of which only that is said. */
function isBare(schema: JsonObject): boolean {
  if (schema.type === "array") return !("items" in schema) && !("prefixItems" in schema);
  return schema.type === "object" && !["properties", "anyOf", "oneOf"].some((word) => word in schema) && !isMap(schema);
}

export function isBilingual(schema: JsonObject): boolean {
  const names = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  return names.length === 2 && names.includes("zh") && names.includes("en");
}

export function isMap(schema: JsonObject): boolean {
  // The form library adds what the data have to `properties`, with a mark.
  const own = Object.values(isObject(schema.properties) ? schema.properties : {}).filter((one) => !isObject(one) || !(ADDITIONAL_PROPERTY_FLAG in one));
  return schema.type === "object" && own.length === 0 && valueOf(schema) !== undefined;
}

/** The schema of a map's values. */
export function valueOf(schema: JsonObject): JsonObject | undefined {
  const patterns = isObject(schema.patternProperties) ? Object.values(schema.patternProperties) : [];
  const said = [schema.additionalProperties, ...patterns].find(isObject);
  if (!said && !isFree(schema)) return undefined;
  return said && Object.keys(said).length ? said : ANYTHING;
}

const ANYTHING: JsonObject = { "x-ui": {} }; // of a schema without any word the form library draws nothing

/** A map by its drawing alone: any name, any value. */
function isFree(schema: JsonObject): boolean {
  return schema.additionalProperties === undefined && isObject(schema["x-ui"]) && schema["x-ui"].widget === "map";
}

/** The kind that a field's value names, if it is a definition's id. */
export const referenced = (schema: JsonObject): string | undefined =>
  typeof schema["x-ref"] === "string" ? schema["x-ref"] : undefined;

function order(schema: JsonObject): string[] {
  const members = Object.entries(isObject(schema.properties) ? schema.properties : {});
  const rank = (one: Json) => (isObject(one) && isObject(one["x-ui"]) ? Number(one["x-ui"].order ?? 99) : 99);
  return [...members.sort(([, one], [, other]) => rank(one) - rank(other)).map(([name]) => name), "*"];
}

function labelled(schema: JsonObject, language: Language): string[] | undefined {
  const place = schema.type === "array" && isObject(schema.items) ? schema.items : schema;
  const labels = place["x-labels"] ?? place["x-enum-titles"];
  if (!Array.isArray(place.enum) || !isObject(labels)) return undefined;
  return place.enum.map((value) => text(labels[String(value)], language) ?? String(value));
}
