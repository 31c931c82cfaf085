"""Listens to nothing: says, as JSON Schema, what is told of documents: service, verification, what is made public."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    COUNT,
    DAY,
    INSTANT,
    REASON,
    STRING,
    Schema,
    asked,
    listed,
    nullable,
    page,
    record,
    ref,
)

_WAY: Schema = {"enum": ["electronic", "in-person", "post", "left", "entrusted", "public"]}

DOCUMENTS: dict[str, Schema] = {
    "Document": record(
        "文书", "A document that the case issued, drawn from its events", "text missing intact",
        document_id=STRING, document=STRING, title=nullable(ref("Text")), state=STRING, issued_at=INSTANT,
        number={"type": ["string", "null"], "description": "文号; null where the document has none"},
        sha256=nullable({"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the canonical text; it "
                         "stands in the event that issued it"}),
        intact={"type": "boolean", "description": "the text drawn now has that hash"},
        stand_in={"type": "boolean", "description": "the seal is a stand-in"}, text=ref("Text"),
        seal=nullable(ref("Seal")), withdrawn_at=nullable(INSTANT),
        code={"type": ["string", "null"], "description": "by which anybody checks the page: GET /v1/documents/verify/"},
        ways=listed(_WAY) | {"description": "in which it may be served"}, services=listed(ref("Service")),
        missing=listed(STRING),
    ),
    "Seal": record(
        "签章", "The seal under a document, by whom; a stand-in is no seal in law", provider=STRING, stand_in=BOOLEAN,
        mark=STRING,
    ),
    "Verification": record(
        "核验结果", "Whether a page is true; of an unknown one nothing more, of a confidential case only the hash",
        "sha256 stand_in document title number issued_on withdrawn_on department seal",
        status={"enum": ["valid", "withdrawn", "unknown"]}, sha256=STRING, stand_in=BOOLEAN, document=STRING,
        title=nullable(ref("Text")), number=nullable(STRING), issued_on=DAY, withdrawn_on=nullable(DAY),
        department=ref("Text"), seal=nullable(ref("Seal")),
    ),
    "Bulletin": record(
        "公示", "What is published, with a document or as a result; an objection that is looked into suspends it",
        "document number code objections withdrawn_on publicity kind decided_on due_on in_time corrected_on objected",
        id=STRING, document=STRING, title=ref("Text"), number=STRING, item_title=ref("Text"), department=ref("Text"),
        code={"type": "string", "description": "by which the document is checked"}, published_on=DAY,
        fields=listed(record("公示字段", "A field; masked where it is personal", title=ref("Text"), value={})),
        objections=ref("Text"), withdrawn_on=DAY, until=nullable(DAY), publicity=STRING,
        kind={"enum": ["licence", "penalty", "inspection", "draw", "other"]}, decided_on=DAY,
        due_on={**DAY, "description": "the last day to publish it in time"}, in_time=BOOLEAN, corrected_on=DAY,
        objected=listed(record(
            "异议", "An objection, without who made it and why", "answered_on", number=COUNT, on=DAY, answered_on=DAY,
            state={"enum": ["open", "upheld", "dismissed", "passed-on"]},
        )),
        state={"enum": ["standing", "suspended", "ended", "withdrawn"]},
    ),
    "Objection": record("异议回执", "An objection came in", bulletin_id=STRING, objection=COUNT, received_on=DAY),
    "ObjectionAnswer": asked("异议答复", "An answer to an objection", objection=COUNT, upheld=BOOLEAN, reason=REASON),
    "BulletinCorrection": asked("公示更正", "What one field should say", field=COUNT, value=STRING, reason=REASON),
    "Publication": asked("结果公示", "Which result of the case is published", publicity=STRING),
    "BulletinPage": page("bulletins", "Bulletin", "公示列表", "Bulletins"),
    "Service": record(
        "送达", "How a document was served, and from which day that counts", "number sha256 consent basis",
        document_id=STRING, document=STRING, number=STRING, sha256=STRING, way=_WAY, day=DAY, effective=DAY,
        consent=BOOLEAN, basis=STRING,
    ),
    "ServiceRecord": asked(
        "送达登记", "How a document was served: the day on the receipt, of arrival, of publication",
        "day receipt consent note", way=_WAY, day=DAY, receipt=REASON,
        consent={"type": "boolean", "description": "the recipient agreed to electronic service"}, note=REASON,
    ),
}  # fmt: skip
