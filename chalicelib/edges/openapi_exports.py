"""Describes registers that are given out as tables, and open data."""

from __future__ import annotations

from chalicelib.edges.openapi_operation import OPTIONAL, PUBLIC, Operation
from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    COUNT,
    INTEGER,
    OBJECT,
    STRING,
    Schema,
    listed,
    nullable,
    record,
    ref,
)

EXPORTS: dict[str, Schema] = {
    "ExportColumn": record("列", "A column, with what people call it", name=STRING, title=ref("Text")),
    "ExportPart": record(
        "表格的一部分", "A part of a table; `after` is the next one",
        columns=listed(ref("ExportColumn")), rows=listed(OBJECT), masked=BOOLEAN, after=nullable(STRING),
    ),
    "OpenDataSet": record(
        "开放数据集", "A register whose public fields anybody may have; `period`: the day by which its periods go",
        register_id=STRING, title=ref("Text"), description=nullable(ref("Text")), period=STRING, schema=OBJECT,
    ),
    "Figure": record(
        "指标", "So many of so many; `share` and `goal` are of ten thousand", "indicator goal", id=STRING,
        title=ref("Text"), indicator=STRING, goal=COUNT, count=COUNT, of=COUNT, share=nullable(COUNT),
    ),
    "FigureList": record(
        "登记簿指标", "What is counted of a register in a year; `complete`: all of its records were looked at",
        register_id=STRING, year=INTEGER, figures=listed(ref("Figure")), complete=BOOLEAN,
    ),
    "OpenDataList": record("开放数据", "Open data", open_data=listed(ref("OpenDataSet"))),
}  # fmt: skip

_TABLE = {"takes": "table-format after", "gives": "Link", "pages": "text/csv"}

EXPORT_ROUTES = {
    ("GET", "/v1/registers/{register_id}/table"): Operation(
        "export_register", "registers", "导出登记簿", "A register as a table, as far as one may see it", "ExportPart",
        caller=OPTIONAL, codes={403: "forbidden", 404: "not-found", 422: "query-invalid cursor-invalid"}, **_TABLE,
    ),
    ("GET", "/v1/registers/{register_id}/figures"): Operation(
        "get_register_figures", "registers", "登记簿一年的指标", "What is counted of a register in a year",
        "FigureList", takes="year", caller=OPTIONAL, codes={403: "forbidden", 404: "not-found", 422: "query-invalid"},
    ),
    ("GET", "/v1/open-data"): Operation(
        "list_open_data", "catalogue", "开放数据目录", "What is open data, and what its rows are", "OpenDataList",
        caller=PUBLIC,
    ),
    ("GET", "/v1/open-data/{register_id}/{period}"): Operation(
        "get_open_data", "catalogue", "某一周期的开放数据", "Open data of a year, a quarter or a month", "ExportPart",
        caller=PUBLIC, codes={404: "not-found", 422: "period-invalid query-invalid cursor-invalid"}, **_TABLE,
    ),
}  # fmt: skip
