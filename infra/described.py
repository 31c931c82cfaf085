"""Writes the description of the API that the admin's client is made from: every route, no item, every refusal alike.

    python -m infra.described

`npm run generate` in `admin/api-client` makes the types from it. Both are kept, and tests say when they are old.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parent.parent / "admin" / "api-client" / "openapi.json"
PROBLEM = {"$ref": "#/components/schemas/Problem"}
REFUSED = {"description": "Refused", "content": {"application/problem+json": {"schema": PROBLEM}}}
OF_ITEMS = ("application-", "form-", "shared-")  # components of what a district has released


def main() -> int:
    """Write it and say where it is."""
    PATH.write_text(written(described()))
    print(PATH)
    return 0


def described() -> dict[str, Any]:
    """Return the description as it is while nothing is published: what holds whatever a district declares."""
    from chalicelib.edges import mounting, openapi

    assert mounting  # noqa: S101 - importing it is what fills the table of routes
    return for_clients(openapi.describe(0, []))


def for_clients(document: dict[str, Any]) -> dict[str, Any]:
    """Return what types are made from: a client tells refusals apart by their code, and reads no header's shape."""
    parts = document["components"]
    schemas = {name: said for name, said in parts["schemas"].items() if not name.startswith(OF_ITEMS)}
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": "1"},
        "paths": {
            path: {method: _plain(operation) for method, operation in methods.items()}
            for path, methods in document["paths"].items()
            if not any("x-item" in operation for operation in methods.values())
        },
        "components": {"schemas": schemas, "parameters": parts["parameters"]},
    }


def _plain(operation: dict[str, Any]) -> dict[str, Any]:
    kept = {
        name: operation[name] for name in ("operationId", "parameters", "requestBody") if name in operation
    }
    done = {
        status: {name: value for name, value in said.items() if name != "headers"}
        for status, said in operation["responses"].items()
        if status < "3"
    }
    return kept | {"responses": done | {"default": REFUSED}}


def written(document: dict[str, Any]) -> str:
    """Return it as it stands in the file."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main())
