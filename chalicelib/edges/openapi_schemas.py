"""Listens to nothing: says, as JSON Schema, what the API's bodies look like; the routes refer to these by name."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}
WORDS: Schema = {"type": "string", "maxLength": 2000}
REASON: Schema = {"type": "string", "minLength": 1, "maxLength": 2000}
INSTANT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
SUBJECT: Schema = {
    "type": "string",
    "pattern": "^(person|enterprise|node|system):[A-Za-z0-9._-]{1,64}$|^anonymous$",
    "examples": ["enterprise:91430112MA4DEM010Y"],
}


def ref(name: str) -> Schema:
    """Where a component stands in the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def mapped(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def nullable(schema: Schema) -> Schema:
    if set(schema) == {"type"}:
        return {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def record(zh: str, en: str, optional: str = "", /, **members: Schema) -> Schema:
    """An object in which every member is always there, but for those named in `optional`."""
    required = [name for name in members if name not in optional.split()]
    shape: Schema = {"type": "object", "title": en, "x-title": {"zh": zh, "en": en}, "properties": members}
    return shape | ({"required": required} if required else {})


def asked(zh: str, en: str, optional: str = "", /, **members: Schema) -> Schema:
    """A request's body: a member that nobody asked for is refused."""
    return record(zh, en, optional, **members) | {"additionalProperties": False}


def page(name: str, of: str, zh: str, en: str, /, **members: Schema) -> Schema:
    """One page of a list. `after` is the cursor of the next one, null on the last; a short page is legal."""
    return record(zh, en, **members, **{name: listed(ref(of))}, after=nullable(STRING))


_MATERIALS: Schema = listed(ref("SubmittedMaterial"))
_PARTIES: Schema = listed(ref("Party"))

_SAID = {
    "Text": record("双语文字", "Text in two languages", zh=STRING, en=STRING),
    "Finding": record(
        "一处问题", "One thing that is wrong", "params severity",
        pointer={"type": "string", "description": "RFC 6901, into the request's form or the definition"},
        code=STRING, message=ref("Text"), params=OBJECT,
        severity={"enum": ["error", "warning"], "description": "warning 仅提示 flags, and refuses no release"},
    ),
    "Problem": record(
        "问题详情(RFC 9457)", "Problem details (RFC 9457)", "errors",
        type={"type": "string", "format": "uri"}, title=STRING, detail=STRING,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        code={"type": "string", "description": "stable; programs decide by this", "pattern": "^[a-z][a-z0-9-]*$"},
        messages=ref("Text"), instance=STRING,
        errors=listed(ref("FieldError")),
    ),
    "FieldError": record(
        "一处错误", "One thing wrong at one place", "params",
        pointer=STRING, code=STRING, message=STRING, messages=ref("Text"), params=OBJECT,
    ),
    "Health": record("运行状况", "Health", status={"const": "ok"}, release_set=COUNT, stage=STRING),
}  # fmt: skip

_CLOCK: dict[str, Schema] = {
    "id": STRING, "title": nullable(ref("Text")),
    "effect": {"enum": ["statutory", "promised", "internal"]},
    "unit": {"enum": ["working_day", "office_hour", "calendar_day", "month", "year"]},
    "budget": INTEGER,
    "consumed": {"type": "integer", "description": "days; minutes for office hours"},
    "remaining": {"type": "integer", "description": "negative once overdue"},
    "deadline": nullable(INSTANT), "latest": nullable(INSTANT),
    "provisional": {"type": "boolean", "description": "beyond the last published calendar of working days"},
    "light": {"enum": ["green", "yellow", "red", "overdue", "paused", "stopped"]},
    "paused_by": listed(STRING), "running": BOOLEAN, "basis": nullable(STRING),
}  # fmt: skip

_CASES = {
    "State": record(
        "所处环节", "A state that the case is in",
        id=STRING, title=ref("Text"), waits_for=nullable(STRING), final=BOOLEAN,
    ),
    "Clock": record("时限", "A clock: what was promised, what is left", **_CLOCK),
    "ClockAccount": record(
        "时限逐日说明", "A clock and every day of it: counted or not, and why", **_CLOCK,
        account=listed(record("一天", "A day", "minutes", day=DAY, counted=BOOLEAN, why=ref("Text"), minutes=INTEGER)),
    ),
    "Hold": record(
        "挂起", "A hold: a special step during which clocks may stand still", "document end max_until blocks",
        id=STRING, document=nullable(STRING), start=INSTANT, end=nullable(INSTANT), max_until=nullable(INSTANT),
        blocks=listed(STRING),
    ),
    "Move": record(
        "可办理的动作", "A move that this caller may make now",
        move=STRING, title=ref("Text"), reason=BOOLEAN, revises_form=BOOLEAN,
        input={"type": ["object", "null"], "description": "the JSON Schema of the move's input"},
    ),
    "Party": record("当事人", "A party", "name", role=STRING, subject=SUBJECT, name=nullable(STRING)),
    "SubmittedMaterial": record("提交的材料", "A material handed in", "mode", id=STRING, mode=STRING),
    "HeldMaterial": record(
        "办件的材料", "A material of a case; `from` where it was handed in once, with another case", "mode from",
        id=STRING, mode=STRING, **{"from": record("材料出处", "Where it is", case=STRING, material=STRING)},
    ),
    "Claim": record("领办", "Who has the case in hand", **{"by": SUBJECT, "for": STRING, "until": INSTANT}),
    "CaseHint": record("相似办件", "Another open case of the same owner and item", case_id=STRING, number=STRING),
    "Case": record(
        "办件", "A case as this caller may see it",
        "exchange_number form materials masked receipt_code duplicates event_seq members followers",
        case_id={"type": "string", "pattern": "^cas_[0-9A-HJKMNP-TV-Z]{26}$"}, number=STRING, item_id=STRING,
        title=ref("Text"), release=STRING, release_set=COUNT, authority={"enum": ["own", "external"]},
        department=STRING, window=STRING, channel=STRING, opened_at=INSTANT, updated_at=INSTANT,
        seq={"type": "integer", "minimum": 1, "description": "the version; what If-Match takes"},
        state=listed(ref("State")), outcome=nullable(STRING), closed_at=nullable(INSTANT),
        clocks=listed(ref("Clock")), dues=listed(ref("Due")), holds=listed(ref("Hold")), parties=_PARTIES,
        claim=nullable(ref("Claim")), moves=listed(ref("Move")),
        exchange_number={"type": "string", "description": "办件编号 as exchanged with the province (GB/T 39554.1)"},
        form=OBJECT, materials=listed({"anyOf": [ref("HeldMaterial"), STRING]}),
        masked={"type": "boolean", "description": "personal fields are masked for this caller"},
        receipt_code={"type": "string", "description": "once, to who applied without signing in"},
        duplicates=listed(ref("CaseHint")),
        event_seq={"type": "integer", "minimum": 1, "description": "the event that the move made"},
        followers={"type": "integer", "minimum": 1, "description": "who follow it since theirs was merged into it"},
        members=listed(ref("Member")),
    ),
    "Member": record(
        "成员办件", "A member of the case; more of it only for who may see it",
        "code number state outcome due documents item_id title",
        member=STRING, standing={"enum": ["planned", "failed", "open", "closed", "dropped"]},
        counts={"type": "boolean", "description": "what it comes to counts for the whole"}, outcome=nullable(STRING),
        due=nullable(INSTANT), code={"type": "string", "description": "why it could not be opened"},
        item_id=STRING, title=ref("Text"), case_id=nullable(STRING), number=STRING, state=listed(ref("State")),
        visible={"type": "boolean", "description": "the caller may see that case"},
        documents=listed(ref("MemberDocument")),
    ),
    "MemberDocument": record(
        "成员办件文书", "A document that a member issued; its text is read with the member's case",
        document_id=STRING, document=STRING, title=nullable(ref("Text")), state=STRING, issued_at=INSTANT,
    ),
    "CaseSubmission": asked(
        "提交申请", "An application, or the draft that becomes one", "form materials parties draft_id",
        form=OBJECT, materials=_MATERIALS, parties=_PARTIES, draft_id=WORDS,
    ) | {"anyOf": [{"required": ["form"]}, {"required": ["draft_id"]}]},
    "MoveRequest": asked("办理动作", "A move", "input", move=WORDS, input=OBJECT),
    "Purpose": asked("查看目的", "For what purpose", purpose=REASON),
    "Actor": record(
        "办理人", "Who did it: person × acting for × via, at the post of the day", "acting_for node post",
        person=STRING, via=STRING, acting_for=STRING, node=STRING, post=STRING,
    ),
    "Event": record(
        "办件事件", "An event of a case, a link in its chain of hashes", "caused_by trigger depth",
        id=STRING, v=INTEGER, case=STRING, seq={"type": "integer", "minimum": 1},
        type={"type": "string", "pattern": "^case\\.[a-z_]+$"}, occurred_at=INSTANT, recorded_at=INSTANT,
        actor=ref("Actor"), root=STRING, release=STRING, caused_by=STRING, dimensions=OBJECT, data=OBJECT,
        trigger={"type": "string", "description": "`<id>@<version>` of the trigger that did it"},
        depth={"type": "integer", "minimum": 1, "description": "how many triggers led here"},
        prev_hash={"type": "string", "pattern": "^[0-9a-f]{64}$"}, hash={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    ),
    "Draft": record(
        "申请草稿", "An application not yet handed in", "duplicates member_of",
        draft_id=STRING, item_id=STRING, release=STRING, revision=COUNT, form=OBJECT,
        materials=_MATERIALS, parties=_PARTIES, at=INSTANT, duplicates=listed(ref("CaseHint")),
        member_of={"type": "string", "description": "the case of which it becomes a member, for which it was prepared"},
    ),
    "DraftContent": asked("草稿内容", "A draft's content", "materials parties", form=OBJECT, materials=_MATERIALS,
                           parties=_PARTIES),
    "ClaimRequest": asked("领办或指派", "Into whose hands; oneself if left out", "to", to=SUBJECT),
    "CasePage": page("cases", "Case", "办件列表", "Cases"),
    "DeskPost": record(
        "岗位", "A post that the caller holds today", node=STRING, post=STRING, title=ref("Text"),
        node_title=ref("Text"), deputy_for=nullable(STRING),
    ),
    "Desk": record(
        "窗口队列", "A queue that the caller may read", queue_id=STRING, department=STRING, window=STRING,
        department_title=ref("Text"), window_title=ref("Text"),
    ),
    "DeskList": record(
        "岗位与队列", "Posts held today, queues that may be read", posts=listed(ref("DeskPost")),
        desks=listed(ref("Desk")),
    ),
    "QueuePage": page("cases", "Case", "窗口待办", "A desk's queue", queue_id=STRING),
    "EventPage": record("办件事件列表", "Events of a case", events=listed(ref("Event")), after=nullable(INTEGER)),
    "DocumentList": record("文书列表", "Documents", documents=listed(ref("Document"))),
    "DraftPage": page("drafts", "Draft", "草稿列表", "Drafts"),
}  # fmt: skip

_ENTRY: Schema = {
    "id": STRING, "title": ref("Text"), "description": ref("Text"), "audience": listed(STRING), "domain": STRING,
    "topics": listed(STRING), "mode": {"enum": ["case", "answer", "guide"]}, "department": STRING, "nature": STRING,
    "channels": listed(STRING), "effective_from": DAY, "retired_at": DAY,
}  # fmt: skip

_CATALOGUE = {
    "ItemEntry": record(
        "事项", "A line of the catalogue",
        "description domain topics department channels codes effective_from retired_at",
        **_ENTRY, version=COUNT, release=STRING, codes=OBJECT,
    ),
    "Item": record(
        "办事指南", "An item: guide, form, materials, clocks",
        "description domain audience topics department channels effective_from retired_at authority serves codes power "
        "legal_basis window parties guide form materials process clocks holds stand_in shared",
        **_ENTRY, item_id=STRING, release=STRING, authority=STRING, serves=listed(STRING), codes=OBJECT, power=STRING,
        legal_basis=listed(OBJECT), window=STRING, parties=OBJECT, guide=OBJECT,
        form={"type": "object", "description": "JSON Schema 2020-12: it validates and draws the application"},
        materials=listed(OBJECT), process=STRING, clocks=listed(OBJECT), holds=listed(OBJECT), stand_in=BOOLEAN,
        shared={"type": "object", "description": "by $id: the schemas to which the form's $refs lead, as released"},
    ),
    "ItemPage": page("items", "ItemEntry", "事项目录", "The catalogue"),
    "Deadline": record(
        "期限", "A deadline", deadline=DAY, days=COUNT, unit={"enum": ["working_day", "calendar_day"]},
        provisional=BOOLEAN, **{"from": DAY},
    ),
    "Record": record(
        "登记簿记录", "A record, as it is valid from a day",
        register_id=STRING, record_id=STRING, revision={"type": "integer", "minimum": 1}, valid_from=DAY, body=OBJECT,
        masked={"type": "boolean", "description": "only the public fields are shown to this caller"},
    ),
    "RecordContent": asked("记录内容", "A record's content", "valid_from", body=OBJECT, valid_from=DAY),
    "RecordPage": page("records", "Record", "记录列表", "Records"),
    "VersionPage": page("versions", "Record", "历史版本", "A record's history"),
    "Read": record(
        "查阅记录", "Who looked at my data", "case about posts",
        at=INSTANT, by=SUBJECT, via=STRING, purpose=STRING, case=STRING, about=SUBJECT, posts=listed(listed(STRING)),
    ),
    "ReadPage": page("reads", "Read", "查阅记录列表", "Who looked at my data"),
    "TrialRequest": asked("规则试算", "Facts to try a rule with", "on", facts=OBJECT, on=DAY),
    "Trial": record(
        "试算结果", "What the rule decides, and by which row",
        result={}, manual=BOOLEAN, code=nullable(STRING), trace=OBJECT, unknown=listed(STRING), ask=listed(STRING),
    ),
}  # fmt: skip

_BALANCE: Schema = {"type": "integer", "description": "in the account's unit; money in fen"}
_UNIT: Schema = {"enum": ["fen", "seat", "place", "visit", "use", "number"]}

_ACCOUNTS = {
    "Slot": record("时段", "A slot", day=DAY, time={"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}, left=COUNT,
                   of=COUNT),
    "Availability": record("可约时段", "Slots that can be booked", account=STRING, waiting_list=BOOLEAN,
                           slots=listed(ref("Slot"))),
    "Balance": record("余额", "A balance: what there is, and what of it nobody holds", balance=_BALANCE, free=_BALANCE),
    "Entry": record(
        "一笔记账", "An entry: what one commit of a case posted", at=INSTANT, case_id=STRING,
        seq={"type": "integer", "minimum": 1}, posted=listed(STRING), balance=_BALANCE, free=_BALANCE,
        before=ref("Balance"), after=ref("Balance"),
    ),
    "Statement": page("entries", "Entry", "账户明细", "A statement", account=STRING, title=ref("Text"), unit=_UNIT,
                      opening=_BALANCE),
    "Reconciliation": record(
        "账户核对", "A reconciliation; `agrees` when nothing differs and all money has two sides", account=STRING,
        key=nullable(STRING), entries=COUNT, agrees=BOOLEAN,
        rows=listed(record("一行", "A row of the account", row=COUNT, balance=_BALANCE, free=_BALANCE, entries=COUNT,
                           difference=COUNT)),
        unbalanced=listed(record("不平", "Money with one side", case_id=STRING, seq=COUNT, off_by=INTEGER)),
    ),
}  # fmt: skip

SCHEMAS: dict[str, Schema] = {**_SAID, **_CASES, **_CATALOGUE, **_ACCOUNTS}
