"""Remembers nothing: tells what happened, one JSON line a request, without anything personal.

Powertools is imported on first use. The line is written by `print`-cheap means even when nothing went wrong:
a worker that logs nothing answers later on the embedded stack (it waits for a first line).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

NAMESPACE = "Jisheng"


@lru_cache(maxsize=1)
def logger() -> Logger:
    from aws_lambda_powertools import Logger

    # Not LOG_LEVEL: the embedded stack's own level stands there, and one line a request is wanted at any.
    level = os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO")
    return Logger(service="jisheng", level=level, utc=True, json_serializer=_line)


def _line(said: dict[str, Any]) -> str:
    return orjson.dumps(said, default=str).decode()


@contextlib.contextmanager
def request(method: str, route: str, request_id: str) -> Iterator[dict[str, Any]]:
    """One line for one call: route (never the path with its ids), status, milliseconds, problem code."""
    started = time.perf_counter_ns()
    line: dict[str, Any] = {"method": method, "route": route}
    log = logger()
    log.set_correlation_id(request_id)
    try:
        yield line
    finally:
        line["ms"] = (time.perf_counter_ns() - started) // 1_000_000
        log.info("request", extra=line | metric("Requests", 1, route=route) | {"ms": line["ms"]})


def metric(name: str, value: int, **dimensions: str) -> dict[str, Any]:
    return metrics({name: value}, **dimensions)


def metrics(values: Mapping[str, int], **dimensions: str) -> dict[str, Any]:
    """The members of CloudWatch's embedded metric format, to ride on a log line (AWS EMF specification 0)."""
    return {
        "_aws": {
            "Timestamp": time.time_ns() // 1_000_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [sorted(dimensions)],
                    "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
                }
            ],
        },
        **values,
        **dimensions,
    }


@contextlib.contextmanager
def job(name: str, context: Any) -> Iterator[dict[str, Any]]:
    """One line for one run of a handler that is not HTTP; a failure is logged and raised, so that AWS retries."""
    started = time.perf_counter_ns()
    line: dict[str, Any] = {"job": name}
    log = logger()
    log.set_correlation_id(getattr(context, "aws_request_id", None))
    try:
        yield line
    except Exception:
        log.exception("failed", extra=line)
        raise
    log.info("done", extra=line | {"ms": (time.perf_counter_ns() - started) // 1_000_000})
