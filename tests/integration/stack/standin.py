"""Lays out the stand-in project and looks into the tables of a running stack."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import botocore.config
import botocore.session

from infra.local.stack import Stack
from infra.package import TEMPLATES

ROOT = Path(__file__).resolve().parents[3]
# The stand-in code calls AWS through botocore alone: a build of seconds.
WHEELS = ("botocore", "jmespath", "python-dateutil", "six", "urllib3")
DEMO = {
    "nodes": {
        "market": {
            "title": {"zh": "市监局"},
            "posts": {"window": {"holders": [{"subject": "person:demo-window"}]}},
        }
    }
}


def make_project(folder: Path) -> Path:
    """Lay out a project of the stand-in code with the real templates, configuration and pins."""
    for name in (".chalice/config.json", *TEMPLATES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copyfile(Path(__file__).parent / "app" / "app.py", folder / "app.py")
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    (folder / "requirements.txt").write_text(
        "\n".join(line for line in lines if line.split("=")[0] in WHEELS)
    )
    (folder / "schemas" / "organisations").mkdir(parents=True, exist_ok=True)
    (folder / "schemas" / "organisations" / "demo.json").write_text(json.dumps(DEMO))
    return folder


def dynamodb(running: Stack):
    """A DynamoDB client of the emulator that never repeats a request by itself."""
    once = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=10, connect_timeout=2)
    return botocore.session.get_session().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id="000000000000",
        aws_secret_access_key="local",
        config=once,
    )


def stored(running: Stack, table: str = "TableCases") -> set[str]:
    """The partition keys of a table."""
    pages = dynamodb(running).get_paginator("scan").paginate(TableName=running.outputs[table])
    return {item["pk"]["S"] for page in pages for item in page["Items"]}


def relayed(running: Stack) -> set[str]:
    """The ids that the stream's function, or the catching-up one, has passed on."""
    pages = (
        dynamodb(running)
        .get_paginator("query")
        .paginate(
            TableName=running.outputs["TableDeliveries"],
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": {"S": "RELAYED"}},
        )
    )
    return {item["sk"]["S"] for page in pages for item in page["Items"]}
