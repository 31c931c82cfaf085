"""Remembers what the environment says, once, as one typed value; refuses what must not be outside local stage."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.domain.problems import Problem, Text
from chalicelib.stores.keys import Tables

STAGES = ("local", "test", "prod")


@dataclass(frozen=True, slots=True)
class Config:
    stage: str
    zone: str
    region: str
    tables: Tables
    bucket: str
    kms_key: str
    blind_secret: str
    signing_key: str
    timer_queue: str
    work_queue: str
    jwt_issuer: str
    jwt_audience: str
    jwks_url: str
    draw_key: str = ""  # signs the heads of the logs of draws
    announcement_queue: str = ""
    delivery_queue: str = ""
    retry_queue: str = ""
    hook_loopback: bool = False  # asked for; see `hooks_reach_loopback`
    outbox: str = (
        ""  # where what stands in for providers of notices puts them, to be looked at; local stage alone
    )
    public_origin: str = ""  # where people reach the API, as printed on documents; empty: the gateway's own

    @property
    def is_local(self) -> bool:
        return self.stage == "local"

    @property
    def hooks_reach_loopback(self) -> bool:
        """Whether webhooks may go to this machine itself: where it was asked for, and never in production."""
        return self.hook_loopback and self.stage in ("local", "test")


def read(environment: Mapping[str, str]) -> Config:
    """The typed environment. Raises Problem `misconfigured` naming what is missing or not allowed here."""
    stage = environment.get("STAGE", "")
    if stage not in STAGES:
        raise _misconfigured("STAGE", f"one of {', '.join(STAGES)}")
    names = ("DEFINITIONS", "CASES", "TIMERS", "RECORDS", "DELIVERIES")
    tables = Tables(*(_required(environment, f"TABLE_{name}") for name in names))
    jwks_url = environment.get("JWKS_URL", "")
    if stage != "local" and not jwks_url.startswith("https://"):
        raise _misconfigured("JWKS_URL", "an https address outside local stage")
    loopback = environment.get("WEBHOOK_LOOPBACK", "")
    if loopback not in {"", "allowed"} or (loopback and stage == "prod"):
        raise _misconfigured("WEBHOOK_LOOPBACK", "absent in production, else absent or 'allowed'")
    outbox = environment.get("NOTICE_OUTBOX", "")
    if outbox and stage == "prod":
        raise _misconfigured("NOTICE_OUTBOX", "absent in production")
    return Config(
        stage=stage,
        zone=environment.get("ZONE", "Asia/Shanghai"),
        region=environment.get("AWS_REGION", environment.get("AWS_DEFAULT_REGION", "cn-north-1")),
        tables=tables,
        bucket=environment.get("BUCKET_FILES", ""),
        kms_key=_required(environment, "KMS_KEY_ID"),
        blind_secret=_required(environment, "BLIND_SECRET_ID"),
        signing_key=environment.get("SIGNING_KEY_ID", ""),
        timer_queue=environment.get("QUEUE_TIMERS", ""),
        work_queue=environment.get("QUEUE_WORK", ""),
        announcement_queue=environment.get("QUEUE_ANNOUNCEMENTS", ""),
        delivery_queue=environment.get("QUEUE_DELIVERIES", ""),
        retry_queue=environment.get("QUEUE_RETRIES", ""),
        hook_loopback=loopback == "allowed",
        jwt_issuer=_required(environment, "JWT_ISSUER"),
        jwt_audience=_required(environment, "JWT_AUDIENCE"),
        jwks_url=jwks_url,
        draw_key=environment.get("DRAW_KEY_ID", ""),
        outbox=outbox,
        public_origin=environment.get("PUBLIC_ORIGIN", "").rstrip("/"),
    )


@lru_cache(maxsize=1)
def current() -> Config:
    return read(os.environ)


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise _misconfigured(name, "set")
    return value


def _misconfigured(name: str, expected: str) -> Problem:
    return Problem(
        "unavailable",
        "misconfigured",
        Text(f"环境变量 {name} 配置有误", f"environment variable {name} must be {expected}"),
    )
