"""Listens for machines that ask how the API is used: OpenAPI 3.1 of every route and of every released item."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from chalicelib.edges.openapi_audit import AUDIT
from chalicelib.edges.openapi_definitions import DEFINITIONS
from chalicelib.edges.openapi_documents import DOCUMENTS
from chalicelib.edges.openapi_draws import DRAWS
from chalicelib.edges.openapi_dues import ANSWERS, DUES, NOTICES
from chalicelib.edges.openapi_events import EVENTS
from chalicelib.edges.openapi_exports import EXPORTS
from chalicelib.edges.openapi_imports import IMPORTS
from chalicelib.edges.openapi_items import Forms, example_of, guide_of, request_of, takes_unnamed
from chalicelib.edges.openapi_links import LINKS
from chalicelib.edges.openapi_notices import NOTICE_SCHEMAS
from chalicelib.edges.openapi_operation import OPTIONAL, PUBLIC, REQUIRED, Operation
from chalicelib.edges.openapi_routes import OPERATIONS
from chalicelib.edges.openapi_schemas import SCHEMAS, STRING, Schema, ref
from chalicelib.edges.openapi_webhooks import WEBHOOKS
from chalicelib.edges.openapi_words import ABOUT, HEADERS, PARAMETERS, PATH, STATUSES, TAGS

if TYPE_CHECKING:
    from chalicelib.actions.catalogue import Catalogue
    from chalicelib.domain.definitions import Bundle

SUBMIT = ("POST", "/v1/items/{item_id}/cases")
ALWAYS = (429, 500, 503)
CHECKED = {
    "limit",
    "after",
    "after-seq",
    "from",
    "as_of",
    "year",
}  # parameters that may be wrong in themselves
SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    PUBLIC: [], OPTIONAL: [{"bearer": []}, {}], REQUIRED: [{"bearer": []}],
}  # fmt: skip


def document(catalogue: Catalogue) -> dict[str, Any]:
    """The description under the set that is published now. Made once a set and container, then from memory."""
    return tagged(catalogue)[0]


def tagged(catalogue: Catalogue) -> tuple[dict[str, Any], str]:
    """The description and its ETag: the set's number, and a hash, for newer code may describe the same set anew."""
    return _described(catalogue, catalogue.pointer(strong=False).set)


@lru_cache(maxsize=2)
def _described(catalogue: Catalogue, number: int) -> tuple[dict[str, Any], str]:
    entries = catalogue.release_set(number).catalogue
    cases = [catalogue.bundle(str(entry["release"])) for entry in entries if entry["mode"] == "case"]
    made = describe(number, cases)
    digest = hashlib.sha256(orjson.dumps(made, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return made, f'"{number}-{digest[:12]}"'


def describe(number: int, bundles: Iterable[Bundle]) -> dict[str, Any]:
    """The description of set `number`, in which `bundles` can be applied for."""
    paths: dict[str, dict[str, Any]] = {}
    forms, requests = Forms(), dict[str, Schema]()
    for bundle in bundles:  # concrete paths stand before the templates that they coincide with
        path, request = f"/v1/items/{bundle.item['id']}/cases", f"application-{bundle.item['id']}"
        requests[request] = request_of(bundle.item, forms.add(bundle))
        paths[path] = {"post": _application(bundle, path, request)}
    for (method, path), operation in sorted(OPERATIONS.items(), key=lambda one: one[0][1]):
        paths.setdefault(path, {})[method.lower()] = _operation(operation, method, path)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {**ABOUT, "version": f"1.0.{number}", "x-release-set": number},
        # Relative to this document, so that it holds behind a gateway's stage as well. "/" would make
        # simple clients call //v1/…, which is another host.
        "servers": [{"url": ".."}],
        "tags": [dict(tag) for tag in TAGS],
        "paths": paths,
        "components": {
            "schemas": {
                **SCHEMAS,
                **DOCUMENTS,
                **DEFINITIONS,
                **AUDIT,
                **DRAWS,
                **EXPORTS,
                **IMPORTS,
                **DUES,
                **NOTICES,
                **NOTICE_SCHEMAS,
                **ANSWERS,
                **LINKS,
                **EVENTS,
                **WEBHOOKS,
                "OpenApi": {"type": "object"},
                **requests,
                **forms.components,
            },
            "parameters": {**PARAMETERS, **PATH},
            "headers": dict(HEADERS),
            "responses": {
                f"submit-{status}": said for status, said in _responses(OPERATIONS[SUBMIT], *SUBMIT).items()
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _application(bundle: Bundle, path: str, request: str) -> dict[str, Any]:
    """The one operation of an item: what `submit_case` is for it."""
    item = bundle.item
    name, title = str(item["id"]).replace("-", "_"), item["title"]
    caller = OPTIONAL if takes_unnamed(item) else REQUIRED
    own = replace(
        OPERATIONS[SUBMIT], id=f"submit_{name}", zh=title["zh"], en=title["en"], body=request, caller=caller
    )
    described = _operation(own, "POST", path)
    described |= {
        "description": guide_of(item, "zh"),
        "x-description": guide_of(item, "en"),
        "tags": ["applications"],
    }
    described |= {"x-item": item["id"], "x-release": bundle.release, "responses": _shared_responses()}
    example = example_of(item)
    if example:
        content = described["requestBody"]["content"]["application/json"]
        content["examples"] = {"first": {"summary": str(item["examples"][0]["name"]), "value": example}}
    return described


def _shared_responses() -> dict[str, Any]:
    """Every item answers as `submit_case` does; said once, because there are hundreds of items."""
    return {
        status: {"$ref": f"#/components/responses/submit-{status}"}
        for status in _responses(OPERATIONS[SUBMIT], *SUBMIT)
    }


def _operation(operation: Operation, method: str, path: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.zh,
        "x-summary": operation.en,
        "security": SECURITY[operation.caller],
        "parameters": [
            {"$ref": f"#/components/parameters/{name}"} for name in _taken(operation, method, path)
        ],
    }
    if operation.body:
        name = operation.body.removesuffix("?")
        content = {"application/json": {"schema": ref(name)}}
        described["requestBody"] = {"required": not operation.body.endswith("?"), "content": content}
    return described | {"responses": _responses(operation, method, path)}


def _taken(operation: Operation, method: str, path: str) -> list[str]:
    """Names of parameters: those in the path, those of the route, what every route understands."""
    taken = [*re.findall(r"{(\w+)}", path), *operation.takes.split(), "accept-language"]
    return [*taken, "if-none-match"] if _is_conditional(operation, method) else taken


def _is_conditional(operation: Operation, method: str) -> bool:
    return method == "GET" and "ETag" in operation.gives.split()


def _responses(operation: Operation, method: str, path: str) -> dict[str, Any]:
    statuses = [operation.status, *([201] if operation.creates else [])]
    found = {str(status): _success(operation, status) for status in statuses}
    if _is_conditional(operation, method):
        found["304"] = {"description": "没有变化 / Not modified"}
    refusals = {*ALWAYS, *operation.codes, *_implied(operation, path)}
    return found | {
        str(status): _refusal(status, operation.codes.get(status, "")) for status in sorted(refusals)
    }


def _implied(operation: Operation, path: str) -> set[int]:
    """Refusals that follow from what a route is: one who signs in may fail to, a body may be a bad one."""
    implied = {401}  # a token that is not valid is refused wherever it is shown
    implied |= {400, 413, 415, 422} if operation.body else set()
    implied |= {422} if CHECKED & set(operation.takes.split()) else set()
    return implied | ({404} if "{" in path else set())


def _success(operation: Operation, status: int) -> dict[str, Any]:
    said: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    headers = {
        name: {"$ref": f"#/components/headers/{name}"} for name in [*operation.gives.split(), "X-Request-Id"]
    }
    if operation.answer:
        said["content"] = {"application/json": {"schema": ref(operation.answer)}}
    if operation.pages:
        pages = {kind: {"schema": STRING} for kind in operation.pages.split()}
        said["content"] = said.get("content", {}) | pages
    return said | {"headers": headers}


def _refusal(status: int, codes: str) -> dict[str, Any]:
    zh, en = STATUSES[status]
    said: dict[str, Any] = {"description": f"{zh} / {en}", "x-codes": codes.split()}
    said["content"] = {"application/problem+json": {"schema": ref("Problem")}}
    return {name: value for name, value in said.items() if value}
