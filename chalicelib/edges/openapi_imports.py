"""Describes tables that are imported into registers."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import Operation
from chalicelib.edges.openapi_schemas import COUNT, STRING, Schema, asked, listed, nullable, record, ref

_STANDING = {
    "id": STRING, "register": STRING, "lines": COUNT, "done": COUNT,
    "counts": record("计数", "Counts of lines", new=COUNT, changed=COUNT, same=COUNT, bad=COUNT),
    "root": nullable(STRING),
}  # fmt: skip

IMPORTS: dict[str, Schema] = {
    "Import": record("导入", "How far an import is", **_STANDING),
    "ImportFlaw": record(
        "未导入的行", "Why a line was not taken", line=COUNT, column=STRING, field=STRING, code=STRING,
        message=record("说明", "A sentence in both languages", zh=STRING, en=STRING),
    ),
    "ImportPage": record(
        "导入及逐行错误", "How far an import is, and what is wrong in one chunk of lines", **_STANDING,
        flaws=listed(ref("ImportFlaw")), after=nullable(COUNT),
    ),
    "Table": asked(
        "表格", "A CSV or XLSX file in base64, gzipped if it is large", "",
        table={"type": "string", "contentEncoding": "base64", "maxLength": 5_500_000},
    ),
}  # fmt: skip

_WRITERS = {403: "forbidden", 404: "not-found", 409: "changes-only-by-cases"}

IMPORT_ROUTES = {
    ("POST", "/v1/registers/{register_id}/imports"): Operation(
        "import_table", "registers", "导入表格", "Import a table of records", "Import", 202, "Table",
        codes={**_WRITERS, 413: "import-too-long", 422: "sheet-unreadable import-header body-invalid"},
    ),
    ("GET", "/v1/registers/{register_id}/imports/{import_id}"): Operation(
        "get_import", "registers", "导入进度与逐行错误", "How far an import is, line by line", "ImportPage",
        takes="after-number", codes={**_WRITERS, 422: "cursor-invalid"},
    ),
}  # fmt: skip
