"""Decides how a mistake in a form is said to a citizen: the keyword that failed and the field's own title.

No sentence holds what was entered: a finding depends on the place and the form alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.forms_schema import Places
from chalicelib.domain.problems import Text

_FALLBACK = Text("此项", "this field")

_SENTENCES: Mapping[str, Text] = {
    "required": Text("请填写{title}", "Please fill in: {title}"),
    "type": Text("{title}应为{type_zh}", "{title} must be {type_en}"),
    "enum": Text("请从给出的选项中选择{title}", "Please choose one of the options given for {title}"),
    "const": Text("{title}只能填写规定的内容", "{title} must be exactly what is prescribed"),
    "agree": Text("请确认{title}", "Please confirm: {title}"),
    "minLength": Text("{title}至少填写 {limit} 个字符", "{title} must have at least {limit} characters"),
    "maxLength": Text("{title}不能超过 {limit} 个字符", "{title} must have at most {limit} characters"),
    "pattern": Text("{title}的格式不正确", "{title} is not written in the expected way"),
    "format": Text("{title}不是有效的{format_zh}", "{title} is not a valid {format_en}"),
    "minimum": Text("{title}不能小于 {limit}", "{title} must be at least {limit}"),
    "maximum": Text("{title}不能大于 {limit}", "{title} must be at most {limit}"),
    "exclusiveMinimum": Text("{title}必须大于 {limit}", "{title} must be more than {limit}"),
    "exclusiveMaximum": Text("{title}必须小于 {limit}", "{title} must be less than {limit}"),
    "multipleOf": Text("{title}必须是 {multiple_of} 的整数倍", "{title} must be a multiple of {multiple_of}"),
    "minItems": Text("{title}至少填写 {limit} 项", "{title} must have at least {limit} entries"),
    "maxItems": Text("{title}不能超过 {limit} 项", "{title} must have at most {limit} entries"),
    "uniqueItems": Text("{title}中有重复的项", "{title} has the same entry twice"),
    "contains": Text(
        "{title}缺少必须包含的项，或该项过多", "{title} lacks an entry it must have, or has too many"
    ),
    "minProperties": Text(
        "{title}至少填写 {limit} 个栏目", "{title} must have at least {limit} fields filled in"
    ),
    "maxProperties": Text(
        "{title}最多填写 {limit} 个栏目", "{title} must have at most {limit} fields filled in"
    ),
    "additionalProperties": Text("表中没有此栏目，请删除", "The form has no such field: please remove it"),
    "unevaluatedProperties": Text(
        "此处不需要该栏目，请删除", "This field does not belong here: please remove it"
    ),
    "unevaluatedItems": Text("{title}中有多余的项", "{title} has entries that do not belong there"),
    "propertyNames": Text("栏目名称不符合要求", "The name of this field is not allowed"),
    "falseSchema": Text("{title}在此情形下不应填写", "{title} must be left out in this case"),
    "not": Text("{title}的内容不符合要求", "{title} is not allowed to be like this"),
    "anyOf": Text("{title}不符合任何一种填写方式", "{title} fits none of the ways to fill it in"),
    "oneOf": Text("{title}不符合任何一种填写方式", "{title} fits none of the ways to fill it in"),
    "oneOfMany": Text("{title}只能选择一种填写方式", "{title} may be filled in one way only"),
    "other": Text("{title}填写不正确", "{title} is not filled in correctly"),
}

_TYPES: Mapping[str, Text] = {
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("是或否", "yes or no"),
    "array": Text("列表", "a list"),
    "object": Text("一组栏目", "a group of fields"),
    "null": Text("空", "empty"),
}

_FORMATS: Mapping[str, Text] = {
    "cn-uscc": Text("统一社会信用代码（18 位）", "unified social credit code of 18 characters"),
    "cn-resident-id": Text("居民身份证号码（18 位）", "resident identity number of 18 characters"),
    "cn-mobile": Text("手机号码（11 位）", "mobile number of 11 digits"),
    "cn-phone": Text("电话号码（座机请加区号）", "telephone number (with its area code)"),
    "cn-postcode": Text("邮政编码（6 位）", "postcode of 6 digits"),
    "email": Text("电子邮箱地址", "e-mail address"),
    "date": Text("日期（如 2026-03-02）", "date (such as 2026-03-02)"),
    "date-time": Text(
        "日期时间（如 2026-03-02T09:00:00+08:00）", "date and time (such as 2026-03-02T09:00:00+08:00)"
    ),
}


def sentence(code: str, params: Mapping[str, Any], places: Places, path: Sequence[str | int]) -> Text:
    """The sentence for a keyword that failed at a place of the form."""
    said = _SENTENCES.get(code, _SENTENCES["other"])
    if "{" not in said.zh:
        return said
    title = _title(places, path)
    types = [_TYPES[name] for name in params.get("types", ()) if name in _TYPES]
    named = _FORMATS.get(str(params.get("format")), Text("格式", "format"))
    zh = said.zh.format_map(
        {
            **params,
            "title": title.zh,
            "type_zh": "或".join(each.zh for each in types),
            "format_zh": named.zh,
        }
    )
    en = said.en.format_map(
        {
            **params,
            "title": title.en,
            "type_en": " or ".join(each.en for each in types),
            "format_en": named.en,
        }
    )
    hint = places.bilingual(path, "x-hint") if code == "pattern" else None
    en = en[:1].upper() + en[1:]
    return Text(f"{zh}：{hint.zh}", f"{en}: {hint.en}") if hint else Text(zh, en)


def _title(places: Places, path: Sequence[str | int]) -> Text:
    """The field's title with what tells it from its namesakes: its row of a list, or the group around it."""
    own = places.title(path)
    row = next((place for place in range(len(path) - 1, -1, -1) if isinstance(path[place], int)), None)
    if row is None:
        group = places.title(path[:-1]) if len(path) > 1 else None
        return _inside(group, own or _FALLBACK)
    several = places.title(path[:row]) or Text("列表", "the list")
    number = int(path[row]) + 1
    item = Text(f"{several.zh}第 {number} 项", f"entry {number} of {several.en}")
    return item if row == len(path) - 1 else _inside(item, own or _FALLBACK)


def _inside(group: Text | None, own: Text) -> Text:
    return Text(f"{group.zh}的{own.zh}", f"{own.en} ({group.en})") if group else own
