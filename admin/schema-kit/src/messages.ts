/** How a mistake in a form is said to a citizen: the keyword that failed and the field's own title, as the server says it. */

import type { Text } from "./json.js";
import type { Path } from "./pointer.js";
import type { Places } from "./schemas.js";

export type Params = Readonly<Record<string, string | number | readonly string[]>>;

const FALLBACK: Text = { zh: "此项", en: "this field" };

const SENTENCES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  required: ["请填写{title}", "Please fill in: {title}"],
  type: ["{title}应为{type}", "{title} must be {type}"],
  enum: ["请从给出的选项中选择{title}", "Please choose one of the options given for {title}"],
  const: ["{title}只能填写规定的内容", "{title} must be exactly what is prescribed"],
  agree: ["请确认{title}", "Please confirm: {title}"],
  minLength: ["{title}至少填写 {limit} 个字符", "{title} must have at least {limit} characters"],
  maxLength: ["{title}不能超过 {limit} 个字符", "{title} must have at most {limit} characters"],
  pattern: ["{title}的格式不正确", "{title} is not written in the expected way"],
  format: ["{title}不是有效的{format}", "{title} is not a valid {format}"],
  minimum: ["{title}不能小于 {limit}", "{title} must be at least {limit}"],
  maximum: ["{title}不能大于 {limit}", "{title} must be at most {limit}"],
  exclusiveMinimum: ["{title}必须大于 {limit}", "{title} must be more than {limit}"],
  exclusiveMaximum: ["{title}必须小于 {limit}", "{title} must be less than {limit}"],
  multipleOf: ["{title}必须是 {limit} 的整数倍", "{title} must be a multiple of {limit}"],
  minItems: ["{title}至少填写 {limit} 项", "{title} must have at least {limit} entries"],
  maxItems: ["{title}不能超过 {limit} 项", "{title} must have at most {limit} entries"],
  uniqueItems: ["{title}中有重复的项", "{title} has the same entry twice"],
  contains: ["{title}缺少必须包含的项，或该项过多", "{title} lacks an entry it must have, or has too many"],
  minProperties: ["{title}至少填写 {limit} 个栏目", "{title} must have at least {limit} fields filled in"],
  maxProperties: ["{title}最多填写 {limit} 个栏目", "{title} must have at most {limit} fields filled in"],
  additionalProperties: ["表中没有此栏目，请删除", "The form has no such field: please remove it"],
  unevaluatedProperties: ["此处不需要该栏目，请删除", "This field does not belong here: please remove it"],
  unevaluatedItems: ["{title}中有多余的项", "{title} has entries that do not belong there"],
  propertyNames: ["栏目名称不符合要求", "The name of this field is not allowed"],
  falseSchema: ["{title}在此情形下不应填写", "{title} must be left out in this case"],
  not: ["{title}的内容不符合要求", "{title} is not allowed to be like this"],
  anyOf: ["{title}不符合任何一种填写方式", "{title} fits none of the ways to fill it in"],
  oneOf: ["{title}不符合任何一种填写方式", "{title} fits none of the ways to fill it in"],
  oneOfMany: ["{title}只能选择一种填写方式", "{title} may be filled in one way only"],
  other: ["{title}填写不正确", "{title} is not filled in correctly"],
};

const TYPES: Readonly<Record<string, Text>> = {
  string: { zh: "文字", en: "text" },
  integer: { zh: "整数", en: "a whole number" },
  number: { zh: "数字", en: "a number" },
  boolean: { zh: "是或否", en: "yes or no" },
  array: { zh: "列表", en: "a list" },
  object: { zh: "一组栏目", en: "a group of fields" },
  null: { zh: "空", en: "empty" },
};

const FORMAT_NAMES: Readonly<Record<string, Text>> = {
  "cn-uscc": { zh: "统一社会信用代码（18 位）", en: "unified social credit code of 18 characters" },
  "cn-resident-id": { zh: "居民身份证号码（18 位）", en: "resident identity number of 18 characters" },
  "cn-mobile": { zh: "手机号码（11 位）", en: "mobile number of 11 digits" },
  "cn-phone": { zh: "电话号码（座机请加区号）", en: "telephone number (with its area code)" },
  "cn-postcode": { zh: "邮政编码（6 位）", en: "postcode of 6 digits" },
  email: { zh: "电子邮箱地址", en: "e-mail address" },
  date: { zh: "日期（如 2026-03-02）", en: "date (such as 2026-03-02)" },
  "date-time": {
    zh: "日期时间（如 2026-03-02T09:00:00+08:00）",
    en: "date and time (such as 2026-03-02T09:00:00+08:00)",
  },
};

/** The sentence for a keyword that failed at a place of the form. It never holds what was entered. */
export function sentence(code: string, params: Params, places: Places, path: Path): Text {
  const [zh, en] = SENTENCES[code] ?? SENTENCES["other"]!;
  if (!zh.includes("{")) return { zh, en };
  const title = fullTitle(places, path);
  const types = list(params["types"]).flatMap((name) => TYPES[name] ?? []);
  const named = FORMAT_NAMES[String(params["format"])] ?? { zh: "格式", en: "format" };
  const limit = String(params["limit"] ?? params["multiple_of"] ?? "");
  const said: Text = {
    zh: filled(zh, { title: title.zh, type: types.map((one) => one.zh).join("或"), format: named.zh, limit }),
    en: filled(en, {
      title: title.en,
      type: types.map((one) => one.en).join(" or "),
      format: named.en,
      limit,
    }),
  };
  said.en = upper(said.en);
  const hint = code === "pattern" ? places.bilingual(path, "x-hint") : null;
  return hint ? { zh: `${said.zh}：${hint.zh}`, en: `${said.en}: ${hint.en}` } : said;
}

/** In one pass: a title that holds braces is no template. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (_, name: string) => values[name] ?? "");
}

function upper(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x20);
  return text === "" ? text : first.toUpperCase() + text.slice(first.length);
}

/** The field's title with what tells it from its namesakes: its row of a list, or the group around it. */
function fullTitle(places: Places, path: Path): Text {
  const own = places.title(path);
  const row = path.findLastIndex((token) => typeof token === "number");
  if (row < 0) {
    const group = path.length > 1 ? places.title(path.slice(0, -1)) : null;
    return within(group, own ?? FALLBACK);
  }
  const several = places.title(path.slice(0, row)) ?? { zh: "列表", en: "the list" };
  const number = Number(path[row]) + 1;
  const item = { zh: `${several.zh}第 ${number} 项`, en: `entry ${number} of ${several.en}` };
  return row === path.length - 1 ? item : within(item, own ?? FALLBACK);
}

function within(group: Text | null, own: Text): Text {
  return group ? { zh: `${group.zh}的${own.zh}`, en: `${own.en} (${group.en})` } : own;
}

function list(value: Params[string] | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}
