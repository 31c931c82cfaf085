"""Listens to nothing: says, as JSON Schema, what is told of links between cases, records and definitions."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    INSTANT,
    OBJECT,
    REASON,
    STRING,
    WORDS,
    Schema,
    asked,
    listed,
    nullable,
    page,
    record,
    ref,
)

LINKS: dict[str, Schema] = {
    "Link": record(
        "关联", "A link, and what is at its other end: a case, a record or a definition as it was; more of it only for "
        "who may see it",
        "case_id item_id title department number state outcome next_deadline register_id record_id content_hash",
        rel=STRING, relation={**nullable(ref("Text")), "description": "how the link reads from here"},
        direction={"enum": ["to", "from"]}, since=nullable(INSTANT), until=nullable(INSTANT),
        visible={**BOOLEAN, "description": "the caller may see what is at the other end"},
        case_id=STRING, item_id=STRING, title=ref("Text"), department=STRING, number=STRING,
        state=listed(ref("State")), outcome=nullable(STRING), next_deadline=nullable(INSTANT),
        register_id=STRING, record_id=STRING, content_hash=STRING,
    ),
    "LinkPage": page("links", "Link", "关联列表", "Links"),
    "Dossier": page(
        "members", "Link", "项目档案", "Everything of one project that the caller may see", register_id=STRING,
        record_id=STRING,
    ),
    "Successor": asked(
        "重办", "A closed case taken up again: by which relation, why, what of the form is other now", "form",
        rel=WORDS, reason=REASON, form=OBJECT,
    ),
}  # fmt: skip
