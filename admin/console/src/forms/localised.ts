// A schema's words in one language.
import type { Language } from "@jisheng/api-client";
import { isObject, type Json, type JsonObject } from "../json/pointer";
import { type Schema, text } from "./schema";
import { named } from "./variants";

const NAMES = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);
const CHOICES = new Set(["anyOf", "oneOf"]);
const LITERAL = new Set(["const", "enum", "required", "x-labels", "x-enum-titles", "x-ui", "examples"]);

/** The schema with titles, help and labels in one language. Defaults go: a form that was only opened changes nothing. */
export function localised(schema: Schema, language: Language): Schema {
  /** `names`: the members are names of places, not keywords. `around`: what has the properties of which a part of it speaks. */
  const walk = (value: Json, names: boolean, around: Schema): Json => {
    if (Array.isArray(value)) return value.map((member) => walk(member, false, around));
    if (!isObject(value)) return value;
    const here = "properties" in value ? value : around;
    const kept = Object.entries(value).filter(([name]) => names || (name !== "default" && name !== "description"));
    const made = kept.map(([name, member]) => {
      if (LITERAL.has(name) && !names) return [name, member];
      const known = CHOICES.has(name) && Array.isArray(member) ? named(member, here, schema, language) : member;
      return [name, walk(known, !names && NAMES.has(name), here)];
    });
    return names ? Object.fromEntries(made) : { ...Object.fromEntries(made), ...words(value, language) };
  };
  return walk(schema, false, schema) as Schema;
}

function words(schema: Schema, language: Language): JsonObject {
  const help = text(isObject(schema["x-ui"]) ? schema["x-ui"].help : undefined, language);
  const preset = schema.default === undefined ? undefined : `${language === "zh" ? "不填即" : "left out: "} ${String(schema.default)}`;
  const description = [help, preset].filter(Boolean).join(" · ");
  const title = text(schema["x-title"], language);
  return { ...(title ? { title } : {}), ...(description && !isObject(schema.default) ? { description } : {}) };
}
