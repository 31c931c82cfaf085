"""Listens to nothing: says of every mounted route what it is for, what it takes, what it answers, how it refuses."""

from __future__ import annotations

from chalicelib.edges.openapi_draws import DRAW_ROUTES
from chalicelib.edges.openapi_exports import EXPORT_ROUTES
from chalicelib.edges.openapi_imports import IMPORT_ROUTES
from chalicelib.edges.openapi_notices import NOTICE_ROUTES
from chalicelib.edges.openapi_operation import OPTIONAL, PAGE, PUBLIC, WRITTEN, Operation
from chalicelib.edges.openapi_routes_definitions import DEFINITIONS
from chalicelib.edges.openapi_routes_events import EVENTS
from chalicelib.edges.openapi_routes_links import LINKS
from chalicelib.edges.openapi_routes_webhooks import WEBHOOKS

_RECORD = "/v1/registers/{register_id}/records/{record_id}"
_SEEN = {404: "case-not-found"}
_STALE = {412: "changed-since"}

_CATALOGUE = {
    ("GET", "/v1/health"): Operation("get_health", "catalogue", "运行状况", "Is it up?", "Health", caller=PUBLIC),
    ("GET", "/v1/openapi.json"): Operation(
        "get_openapi", "catalogue", "本接口说明", "This description", "OpenApi", gives="ETag", caller=PUBLIC
    ),
    ("GET", "/v1/items"): Operation(
        "list_items", "catalogue", "查找事项", "Find items", "ItemPage", takes=f"q audience domain {PAGE}",
        caller=PUBLIC,
    ),
    ("GET", "/v1/items/{item_id}"): Operation(
        "get_item", "catalogue", "办事指南、表单、材料与时限", "An item's guide, form, materials and clocks", "Item",
        takes="release", gives="ETag", caller=PUBLIC, codes={404: "not-found", 422: "release-of-another-item"},
    ),
    ("POST", "/v1/items/{item_id}/answers"): Operation(
        "ask_item", "catalogue", "问答测算:即问即答,不留存", "Ask an item: answered at once, nothing is kept",
        "Answer", 200, "Question", caller=PUBLIC,
        codes={404: "not-found",
               409: "item-answers-nothing item-stopped item-not-yet-effective item-retired no-version-in-force "
                    "fact-unknown",
               422: "form-invalid body-invalid"},
    ),
    ("GET", "/v1/calendars/{calendar_id}/deadlines"): Operation(
        "get_deadline", "catalogue", "计算期限", "When does a period end?", "Deadline", takes="from days unit",
        caller=PUBLIC, codes={422: "query-invalid"},
    ),
}  # fmt: skip

_CASES = {
    ("POST", "/v1/items/{item_id}/cases"): Operation(
        "submit_case", "cases", "提交申请", "Submit an application", "Case", 201, "CaseSubmission",
        "idempotency-key-required", "ETag Location Idempotency-Replayed", OPTIONAL,
        {400: "idempotency-key-missing idempotency-key-invalid", 403: "forbidden mandate-missing", 404: "not-found",
         409: "item-opens-no-case item-stopped item-not-yet-effective item-retired account-overdrawn account-full "
              "slot-unknown",
         422: "form-invalid materials-invalid idempotency-key-reused body-invalid draft-of-another-item"},
    ),
    ("GET", "/v1/cases"): Operation("list_cases", "cases", "我的办件", "My cases", "CasePage", takes=PAGE),
    ("GET", "/v1/dues"): Operation(
        "list_dues", "cases", "我欠的、欠我的,先到期的在前", "What I owe, or what is owed to me, due first", "DuePage",
        takes=f"side {PAGE}", codes={422: "query-invalid cursor-invalid"},
    ),
    ("GET", "/v1/notices"): Operation(
        "list_notices", "cases", "给我的通知,新的在前;node 为给本单位的", "What I, or my office (`node`), was told",
        "NoticePage", takes=f"node {PAGE}",
        codes={403: "forbidden mandate-missing", 404: "not-found", 422: "cursor-invalid"},
    ),
    ("GET", "/v1/cases/{case_id}"): Operation(
        "get_case", "cases", "办件详情:环节、时限、下一步", "A case: state, clocks, next moves", "Case",
        takes="receipt-code", gives="ETag", caller=OPTIONAL, codes=_SEEN,
    ),
    ("GET", "/v1/cases/{case_id}/events"): Operation(
        "list_case_events", "cases", "办理过程", "A case's events, in order", "EventPage",
        takes="after-seq limit receipt-code", caller=OPTIONAL, codes=_SEEN | {422: "cursor-invalid"},
    ),
    ("GET", "/v1/cases/{case_id}/clocks/{clock_id}"): Operation(
        "explain_clock", "cases", "时限逐日说明", "A clock day by day: what counted and why", "ClockAccount",
        takes="receipt-code", caller=OPTIONAL, codes=_SEEN | {404: "case-not-found not-found"},
    ),
    ("GET", "/v1/cases/{case_id}/documents"): Operation(
        "list_documents", "cases", "办件文书", "The documents that a case issued", "DocumentList",
        takes="receipt-code", caller=OPTIONAL, codes={403: "forbidden", **_SEEN},
    ),
    ("GET", "/v1/cases/{case_id}/documents/{document_id}/print"): Operation(
        "print_document", "cases", "打印文书(网页或 PDF,带核验码)", "Print a document, with a code to check it by",
        takes="format receipt-code", caller=OPTIONAL, pages="text/html application/pdf",
        codes={404: "case-not-found not-found", 409: "document-not-printable", 422: "query-invalid"},
    ),
    ("GET", "/v1/bulletins"): Operation(
        "list_bulletins", "catalogue", "公示", "What is published, and until when", "BulletinPage",
        takes=f"bulletin-state bulletin-kind {PAGE}", caller=PUBLIC,
        codes={422: "query-invalid cursor-invalid limit-invalid"},
    ),
    ("POST", "/v1/bulletins/{bulletin_id}/objections"): Operation(
        "object_to_bulletin", "catalogue", "对公示提出异议", "Object to what is published, saying why",
        "Objection", 201, "Reason", "idempotency-key",
        codes={403: "forbidden mandate-missing", 404: "not-found",
               409: "bulletin-not-standing bulletin-withdrawn objections-not-taken",
               422: "input-invalid body-invalid idempotency-key-reused"},
    ),
    ("POST", "/v1/bulletins/{bulletin_id}/answers"): Operation(
        "answer_objection", "cases", "答复异议", "Uphold or dismiss an objection", "Case",
        200, "ObjectionAnswer", "idempotency-key if-match", "ETag Idempotency-Replayed",
        codes={403: "forbidden claimed-by-another conflict-of-interest", 404: "case-not-found not-found",
               409: "objection-not-open bulletin-withdrawn", 412: "changed-since",
               422: "input-invalid body-invalid idempotency-key-reused"},
    ),
    ("POST", "/v1/bulletins/{bulletin_id}/corrections"): Operation(
        "correct_bulletin", "cases", "更正公示", "Correct one field of what is published, saying why", "Case", 200,
        "BulletinCorrection", "idempotency-key if-match", "ETag Idempotency-Replayed",
        codes={403: "forbidden claimed-by-another conflict-of-interest", 404: "case-not-found not-found",
               409: "field-masked bulletin-withdrawn", 412: "changed-since",
               422: "field-unknown input-invalid body-invalid idempotency-key-reused"},
    ),
    ("POST", "/v1/bulletins/{bulletin_id}/withdrawals"): Operation(
        "withdraw_bulletin", "cases", "撤回公示", "Take back what is published, saying why", "Case", 200, "Reason",
        "idempotency-key if-match", "ETag Idempotency-Replayed",
        codes={403: "forbidden claimed-by-another conflict-of-interest", 404: "case-not-found not-found",
               409: "of-a-document bulletin-withdrawn", 412: "changed-since",
               422: "input-invalid body-invalid idempotency-key-reused"},
    ),
    ("POST", "/v1/cases/{case_id}/publications"): Operation(
        "publish_result", "cases", "公示结果", "Publish a result of the case, as its item declares", "Case", 200,
        "Publication", "idempotency-key if-match", "ETag Idempotency-Replayed",
        codes={403: "forbidden claimed-by-another conflict-of-interest", 404: "case-not-found not-found",
               409: "nothing-to-publish already-published", 412: "changed-since",
               422: "body-invalid idempotency-key-reused"},
    ),
    ("GET", "/v1/documents/verify/{code}"): Operation(
        "verify_document", "catalogue", "核验文书", "Is this page true?", "Verification", caller=PUBLIC,
        pages="text/html",
    ),
    ("POST", "/v1/cases/{case_id}/documents/{document_id}/withdrawals"): Operation(
        "withdraw_document", "cases", "撤回文书", "Withdraw a document, saying why", "Case", 200, "Reason",
        "idempotency-key if-match", "ETag Idempotency-Replayed",
        codes={403: "forbidden claimed-by-another conflict-of-interest", 404: "case-not-found not-found",
               409: "document-withdrawn", 412: "changed-since",
               422: "input-invalid body-invalid idempotency-key-reused"},
    ),
    ("POST", "/v1/cases/{case_id}/documents/{document_id}/service-records"): Operation(
        "record_service", "cases", "登记文书送达", "Record how a document was served; clocks move", "Case", 200,
        "ServiceRecord", "idempotency-key if-match", "ETag Idempotency-Replayed",
        codes={403: "forbidden claimed-by-another conflict-of-interest", 404: "case-not-found not-found",
               409: "service-way-not-allowed service-consent-missing service-day-ahead service-before-issue "
                    "service-backdated already-served document-withdrawn", 412: "changed-since",
               422: "input-invalid body-invalid service-receipt-missing service-day-missing idempotency-key-reused"},
    ),
    ("POST", "/v1/cases/{case_id}/moves"): Operation(
        "make_move", "cases", "办理一个动作", "Make a move", "Case", 200, "MoveRequest",
        "idempotency-key if-match receipt-code", "ETag Idempotency-Replayed", OPTIONAL,
        {403: "forbidden same-person claimed-by-another conflict-of-interest", 404: "case-not-found",
         409: "move-not-available account-overdrawn account-full account-still-waiting", 412: "changed-since",
         422: "input-invalid form-invalid idempotency-key-reused"},
    ),
    ("POST", "/v1/cases/{case_id}/disclosures"): Operation(
        "disclose", "cases", "说明目的后查看个人信息", "See personal data, for a purpose that the person can see",
        "Case", 200, "Purpose", "receipt-code", codes={403: "forbidden purpose-missing", 404: "case-not-found"},
    ),
    ("POST", "/v1/items/{item_id}/drafts"): Operation(
        "create_draft", "drafts", "开始填写", "Begin an application", "Draft", 201, "DraftContent",
        gives="ETag Location",
        codes={404: "not-found", 409: "too-many-drafts item-opens-no-case"},
    ),
    ("GET", "/v1/drafts"): Operation("list_drafts", "drafts", "我的草稿", "My drafts", "DraftPage"),
    ("GET", "/v1/drafts/{draft_id}"): Operation(
        "get_draft", "drafts", "草稿", "A draft", "Draft", gives="ETag", codes={404: "draft-not-found"}
    ),
    ("PUT", "/v1/drafts/{draft_id}"): Operation(
        "save_draft", "drafts", "保存草稿", "Save a draft", "Draft", 200, "DraftContent", "if-match-required", "ETag",
        codes=_STALE | {400: "if-match-missing", 404: "draft-not-found"},
    ),
    ("DELETE", "/v1/drafts/{draft_id}"): Operation(
        "discard_draft", "drafts", "删除草稿", "Discard a draft", status=204
    ),
}  # fmt: skip

_DESKS = {
    ("GET", "/v1/queues"): Operation(
        "list_queues", "desks", "我的岗位和可看的窗口队列", "My posts today, and the queues that I may read",
        "DeskList",
    ),
    ("GET", "/v1/queues/{queue_id}"): Operation(
        "get_queue", "desks", "窗口待办,先到期的在前", "A desk's open cases, what is due first first", "QueuePage",
        takes=f"post {PAGE}", codes={403: "forbidden", 422: "queue-invalid"},
    ),
    ("GET", "/v1/queues/{queue_id}/dues"): Operation(
        "list_dues_of_desk", "desks", "窗口办件中的义务,先到期的在前", "What is owed in a desk's cases, due first",
        "DuePage", takes=PAGE, codes={403: "forbidden", 422: "queue-invalid cursor-invalid"},
    ),
    ("PUT", "/v1/cases/{case_id}/claim"): Operation(
        "claim_case", "desks", "领办或指派", "Claim a case, or put it into a colleague's hands", "Case", 200,
        "ClaimRequest?", gives="ETag",
        codes=_SEEN | {403: "forbidden claimed-by-another", 409: "case-closed", 422: "holds-no-post"},
    ),
    ("DELETE", "/v1/cases/{case_id}/claim"): Operation(
        "hand_back_case", "desks", "退回待办", "Hand a case back to the queue", "Case", gives="ETag",
        codes=_SEEN | {403: "forbidden claimed-by-another", 409: "not-claimed case-closed"},
    ),
}  # fmt: skip

_REGISTERS = {
    ("GET", "/v1/registers/{register_id}/records"): Operation(
        "list_records", "registers", "登记簿记录", "A register's records", "RecordPage", takes=PAGE, caller=OPTIONAL,
        codes=WRITTEN,
    ),
    ("GET", _RECORD): Operation(
        "get_record", "registers", "一条记录", "A record, as it is or as it was on a day", "Record", takes="as_of",
        gives="ETag", caller=OPTIONAL, codes={403: "forbidden", 404: "record-not-found not-found"},
    ),
    ("GET", f"{_RECORD}/versions"): Operation(
        "list_versions", "registers", "历史版本", "A record's history", "VersionPage", caller=OPTIONAL, codes=WRITTEN
    ),
    ("PUT", _RECORD): Operation(
        "put_record", "registers", "新建或修改记录", "Create (201) or replace a record", "Record", 200, "RecordContent",
        "if-match", "ETag",
        codes=_STALE | WRITTEN | {409: "changes-only-by-cases", 422: "record-invalid record-misplaced"}, creates=True,
    ),
    ("GET", "/v1/reads"): Operation(
        "list_reads", "registers", "谁查看过我的个人信息", "Who looked at my personal data", "ReadPage", takes="limit",
        codes={403: "mandate-missing"},
    ),
    ("POST", "/v1/rules/{rule_id}/trials"): Operation(
        "try_rule", "definitions", "规则试算", "Try a rule", "Trial", 200, "TrialRequest",
        codes=WRITTEN | {409: "no-version-in-force fact-unknown", 422: "fact-wrong-type body-invalid"},
    ),
}  # fmt: skip

_ACCOUNT = "/v1/accounts/{account_id}"

_ACCOUNTS = {
    ("GET", f"{_ACCOUNT}/availability"): Operation(
        "get_availability", "accounts", "可约时段与余量", "Which slots can be booked, and what each has left",
        "Availability", takes="from-day slot-days account-key", caller=PUBLIC,
        codes={404: "not-found account-without-slots", 422: "query-invalid"},
    ),
    ("GET", f"{_ACCOUNT}/statement"): Operation(
        "get_statement", "accounts", "账户明细", "What was posted to an account, and what it had then", "Statement",
        takes=f"account-key {PAGE}", codes={403: "forbidden", 404: "not-found", 422: "query-invalid cursor-invalid"},
    ),
    ("GET", f"{_ACCOUNT}/reconciliation"): Operation(
        "get_reconciliation", "accounts", "账户核对", "Balances worked out anew from their entries", "Reconciliation",
        takes="account-key", codes={403: "forbidden", 404: "not-found", 413: "account-too-long", 422: "query-invalid"},
    ),
}  # fmt: skip

_AUDIT = {
    ("GET", "/v1/audit/roots"): Operation(
        "list_roots", "audit", "每小时的签名根,按序", "The signed roots of every hour, in order", "RootPage",
        takes="after-number limit", caller=PUBLIC, codes={422: "cursor-invalid"},
    ),
    ("GET", "/v1/audit/roots/{number}"): Operation(
        "get_root", "audit", "一个签名根与其叶的散列", "A signed root with the hashes of its leaves", "RootWithLeaves",
        takes="after-leaf", caller=PUBLIC, codes={404: "not-found", 422: "cursor-invalid"},
    ),
    ("GET", "/v1/audit/roots/{number}/consistency"): Operation(
        "get_consistency", "audit", "证明日志只增不改", "Proof that this log begins with an earlier one", "Consistency",
        takes="since", caller=PUBLIC, codes={404: "not-found", 422: "query-invalid"},
    ),
    ("GET", "/v1/audit/keys"): Operation(
        "get_audit_keys", "audit", "签名公钥(JWKS)", "The keys that sign roots (JWKS)", "KeySet", caller=PUBLIC
    ),
    ("GET", "/v1/cases/{case_id}/proof"): Operation(
        "get_case_proof", "audit", "办件的哈希链与证明", "A case's chain, and the path to a signed root", "CaseProof",
        takes="after-seq receipt-code", caller=OPTIONAL, codes=_SEEN | {422: "cursor-invalid"},
    ),
}  # fmt: skip

OPERATIONS: dict[tuple[str, str], Operation] = {
    **_CATALOGUE,
    **_CASES,
    **_DESKS,
    **LINKS,
    **EVENTS,
    **WEBHOOKS,
    **NOTICE_ROUTES,
    **_REGISTERS,
    **_ACCOUNTS,
    **DEFINITIONS,
    **_AUDIT,
    **DRAW_ROUTES,
    **EXPORT_ROUTES,
    **IMPORT_ROUTES,
}
