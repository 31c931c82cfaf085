// What a variant of `anyOf` or `oneOf` is called that its schema does not name: by what it asks for, or by its kind of value.
import type { Language } from "@jisheng/api-client";
import { isObject, type Json, type JsonObject } from "../json/pointer";
import { followed, type Schema, text } from "./schema";

const KINDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  zh: { null: "不填", string: "文字", integer: "数字", number: "数字", boolean: "是或否", array: "列表", object: "分项填写" },
  en: { null: "Nothing", string: "Text", integer: "Number", number: "Number", boolean: "Yes or no", array: "List", object: "Item by item" },
};

/** The variants of `parent`, each with a title in `language`; one that has one, or takes it from elsewhere, stays as it is. */
export function named(variants: readonly Json[], parent: Schema, root: Schema, language: Language): Json[] {
  return variants.map((one) => {
    const title = isObject(one) && !("$ref" in one) && !("title" in one) ? called(one, parent, root, language) : undefined;
    return title && isObject(one) ? { ...one, title } : one;
  });
}

function called(variant: Schema, parent: Schema, root: Schema, language: Language): string | undefined {
  const members = { ...propertiesOf(parent, root), ...described(propertiesOf(variant, root)) };
  const title = (name: Json) => text(members[String(name)]?.["x-title"], language) ?? String(name);
  if (Array.isArray(variant.enum)) return variant.enum.map((value) => label(variant, value, language) ?? String(value)).join(language === "zh" ? "或" : " or ");
  const told = Object.entries(propertiesOf(variant, root)).find(([name, one]) => label(members[name], one.const, language));
  if (told) return label(members[told[0]], told[1].const, language);
  const asked = Array.isArray(variant.required) ? variant.required : [];
  if (asked.length) return asked.map(title).join(language === "zh" ? "、" : ", ");
  return KINDS[language][String(Array.isArray(variant.type) ? variant.type[0] : variant.type)];
}

function propertiesOf(schema: Schema, root: Schema): Record<string, JsonObject> {
  const own = isObject(schema.properties) ? schema.properties : {};
  return Object.fromEntries(Object.entries(own).map(([name, one]) => [name, followed(one, root)]));
}

/** Those that say what they are, not only what their value is here. */
const described = (members: Record<string, JsonObject>) => Object.fromEntries(Object.entries(members).filter(([, one]) => "x-title" in one));

function label(schema: Schema | undefined, value: Json | undefined, language: Language): string | undefined {
  const labels = schema?.["x-labels"] ?? schema?.["x-enum-titles"];
  return text(isObject(labels) ? labels[String(value)] : undefined, language);
}
