"""Listens to nothing: says, as JSON Schema, what is told of what is owed, and what an item answers."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    DAY,
    INSTANT,
    OBJECT,
    STRING,
    Schema,
    asked,
    listed,
    mapped,
    nullable,
    page,
    record,
    ref,
)

_AMOUNT: Schema = {"type": ["integer", "null"], "description": "money in fen; null where nothing is counted"}
_WHO: Schema = {
    "type": ["string", "null"],
    "description": "`party:<role>`, or `office`: who handles the case",
}

DUES: dict[str, Schema] = {
    "Due": record(
        "应履行义务", "What somebody owes, in parts", id=STRING, title=nullable(ref("Text")), by=_WHO, to=_WHO,
        begun_at=INSTANT, next_deadline=nullable(INSTANT), amount=_AMOUNT, paid=_AMOUNT, basis=nullable(STRING),
        parts=listed(ref("DuePart")),
    ),
    "DuePart": record(
        "一期", "A part: an instalment", part={"type": "integer", "minimum": 1},
        state={"enum": ["owed", "fulfilled", "breached", "ended"]}, deadline=INSTANT, provisional=BOOLEAN,
        light={"enum": ["green", "yellow", "red", "overdue", "stopped"]}, amount=_AMOUNT, paid=_AMOUNT,
        fulfilled_at=nullable(INSTANT), breached_at=nullable(INSTANT),
        late={"type": "boolean", "description": "fulfilled, after it was breached"},
    ),
    "OwedLine": record(
        "一项义务", "A due with its case", case_id=STRING, number=STRING, item_id=STRING, item_title=ref("Text"),
        department=STRING, window=STRING, due=ref("Due"),
    ),
    "DuePage": page("dues", "OwedLine", "义务列表", "What is owed, what is due first first"),
}  # fmt: skip

NOTICES: dict[str, Schema] = {
    "NoticePage": page("notices", "Notice", "通知列表", "What somebody was told, newest first"),
    "Notice": record(
        "通知", "A notice", notice_id=STRING, notice=STRING,
        version={"type": "string", "description": "通知模板该版本的哈希 hash of the template's version"},
        subject=ref("Text"), text=ref("Text"), case_id=nullable(STRING), at=INSTANT,
    ),
}  # fmt: skip

ANSWERS: dict[str, Schema] = {
    "Question": asked("提问", "A question: the item's form, as of a day", "as_of", form=OBJECT, as_of=DAY),
    "Answer": record(
        "回答", "An answer: by which rule, of which day; null where a person must say",
        item_id=STRING, title=ref("Text"), release=STRING, as_of=DAY,
        result={"type": ["object", "null"], "description": "what the rule says"},
        labels=mapped(ref("Text")), manual=BOOLEAN, code=nullable(STRING),
        unknown=listed(STRING), ask=listed(STRING),
        trace={"type": "object", "description": "the rule, its version, the facts that it read, the rows that matched"},
        source={"description": "where the rule's version comes from"}, legal_basis=listed(OBJECT),
        sums=listed(record("合计", "A sum", id=STRING, title=ref("Text"), unit=nullable(ref("Text")),
                           value={"type": ["integer", "null"]})),
    ),
}  # fmt: skip
