"""Runs pytest in forks of a process that has imported what the tests need of others' code: seconds less a run.

Nothing of this project is imported here: each fork takes it from the tree to which it is sent. It reads one request a
line, `{"tree", "arguments"}`, and answers with the exit code.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys

LIBRARIES = (
    "pytest", "_pytest.junitxml", "pytest_timeout", "hypothesis", "_hypothesis_pytestplugin", "httpx", "yaml", "orjson",
    "jsonschema_rs", "statemachine", "zen", "cedarpy", "cryptography.hazmat.primitives.ciphers.aead", "joserfc.jwt",
    "botocore.session", "pynamodb.connection", "moto", "moto.dynamodb", "moto.dynamodb.responses", "chalice.app",
    "moto.cloudwatch.models", "moto.events.models", "moto.iam.models", "moto.s3.models", "moto.sts.models",
    "chinese_calendar", "dateutil.relativedelta", "urllib3", "httptools", "tomllib", "csv", "email.parser",
)  # fmt: skip


def main() -> None:
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):  # whoever needs it says so itself
            importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked["tree"], asked["arguments"])
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(tree: str, arguments: list[str]) -> None:
    """In the fork: what it prints goes nowhere, what it found stands in the report that the arguments name."""
    import pytest

    code = 3  # pytest's own word for an error of the inside
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.chdir(tree)
        sys.path[0] = tree
        code = int(pytest.main(arguments))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
