"""Listens to nothing: says of the routes over links what they are for, take, answer and refuse."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import OPTIONAL, PAGE, WRITTEN, Operation

_RECORD = "/v1/registers/{register_id}/records/{record_id}"
_WRONG = {422: "query-invalid cursor-invalid"}

LINKS = {
    ("GET", "/v1/cases/{case_id}/links"): Operation(
        "list_links", "cases", "关联办件、档案", "What a case is linked to", "LinkPage",
        takes=f"rel receipt-code {PAGE}", caller=OPTIONAL, codes={404: "case-not-found", **_WRONG},
    ),
    ("POST", "/v1/cases/{case_id}/successors"): Operation(
        "reopen_case", "cases", "办结后重办", "Take a closed case up again, as a new one", "Case", 201, "Successor",
        "idempotency-key-required receipt-code", "ETag Location Idempotency-Replayed", OPTIONAL,
        {400: "idempotency-key-missing idempotency-key-invalid", 403: "forbidden", 404: "case-not-found not-found",
         409: "not-reopenable reopen-too-late already-reopened link-taken item-stopped item-retired",
         422: "form-invalid materials-invalid body-invalid"},
    ),
    ("GET", f"{_RECORD}/links"): Operation(
        "list_record_links", "registers", "档案被谁引用", "What refers to a record, as far as the caller may see it",
        "LinkPage", takes=f"rel {PAGE}", codes={404: "not-found", **_WRONG},
    ),
    ("GET", f"{_RECORD}/dossier"): Operation(
        "get_dossier", "registers", "项目档案:凭一个代码看跨部门的全部办件",
        "Everything of one project, over all departments, by its one code", "Dossier", takes=PAGE,
        codes={404: "not-found", **_WRONG},
    ),
    ("GET", "/v1/definitions/{kind}/{definition_id}/links"): Operation(
        "list_definition_links", "definitions", "定义被哪些办件引用",
        "The cases that refer to a definition as published", "LinkPage", takes=f"rel {PAGE}",
        codes={**WRITTEN, **_WRONG},
    ),
}  # fmt: skip
