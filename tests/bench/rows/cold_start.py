"""Measures a cold start: a fresh process imports the artefact and answers its first `GET /v1/items/{item_id}`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from statistics import median
from typing import Any

import boto3

from infra.local.stack import ROOT, Stack
from tests.bench.cpu import versions
from tests.bench.stage import FOOD, environment, event, stack

RUNS = 20
GOAL = 0.8  # of the plain app's CPU
COLD = Path(__file__).parents[1] / "cold.py"
PLAIN = Path(__file__).parents[1] / "plain_app"
# What `pip install` brings for the plain app; Chalice puts the same runtime into every package.
ITS_OWN = (
    "attrs", "aws-lambda-powertools", "boto3", "botocore", "jmespath", "jsonschema", "jsonschema-specifications",
    "pynamodb", "python-dateutil", "referencing", "rpds-py", "s3transfer", "six", "typing_extensions", "urllib3",
)  # fmt: skip


def run() -> dict[str, Any]:
    """Medians of CPU, alternating, both compiled to bytecode."""
    with stack() as up, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ours = _ours(Path(folder) / "ours")
        plain = _plain(Path(folder) / "plain", ours / "chalice")
        table = _table(up)
        environ = environment(up) | {"TABLE_PLAIN": table, "PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
        asked = json.dumps(event("GET", "/v1/items/{item_id}", {"item_id": FOOD["id"]}, {}))
        taken: dict[str, list[dict[str, Any]]] = {"ours": [], "plain": []}
        for number in range(RUNS + 1):
            for name, tree in (("ours", ours), ("plain", plain)):
                once = _once(tree, environ, asked)
                if number:  # the first reads the files into the page cache
                    taken[name].append(once)
        requests = _once(ours, environ, asked, "count")["sent"]
    cpu = {name: median(one["process_ms"] for one in runs) for name, runs in taken.items()}
    share = cpu["ours"] / cpu["plain"]
    return {
        "name": "cold-start",
        "value": round(cpu["ours"], 1),
        "unit": "ms CPU, process start to first answer",
        "alternative": "chalice + boto3 + PynamoDB model + jsonschema + powertools, the same read",
        "alternative_value": round(cpu["plain"], 1),
        "ratio": round(1 / share, 2),
        "floor": round(_floor(environ), 1),
        "goal": f"<= {GOAL:.0%} of the alternative",
        "ok": share <= GOAL,
        "detail": {
            "share": round(share, 3),
            "runs": RUNS,
            "of it importing, ms": {
                name: round(median(one["import_ms"] for one in runs), 1) for name, runs in taken.items()
            },
            "wall, ms": {name: round(median(one["wall_ms"] for one in runs)) for name, runs in taken.items()},
            "DynamoDB requests": sum("DEV#CLOCK" not in one for one in requests),
            "requests for the movable clock, local stage only": sum("DEV#CLOCK" in one for one in requests),
            "floor": "the interpreter alone, doing nothing",
            "versions": versions("chalice", "boto3", "pynamodb", "jsonschema", "aws-lambda-powertools"),
        },
    }


def _ours(target: Path) -> Path:
    """The artefact, unzipped: what the stack runs and AWS would."""
    with zipfile.ZipFile(ROOT / ".local" / "package" / "local" / "deployment.zip") as archive:
        archive.extractall(target)
    return target


def _plain(target: Path, runtime: Path) -> Path:
    """The plain app with the packages that it needs, from this very environment, compiled."""
    shutil.copytree(runtime, target / "chalice", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PLAIN / "app.py", target)
    for name in ITS_OWN:
        for path in distribution(name).files or ():
            if ".." not in path.parts and "__pycache__" not in path.parts:
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(path.locate()), target / path)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(target)], check=True)
    return target


def _table(up: Stack) -> str:
    """A table with the item as the plain app stores it."""
    client = boto3.client(
        "dynamodb",
        "us-east-1",
        endpoint_url=up.endpoint,
        aws_access_key_id="000000000000",
        aws_secret_access_key="test",
    )
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client.create_table(
        TableName="plain", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )  # fmt: skip
    client.put_item(
        TableName="plain",
        Item={"pk": {"S": f"ITEM#{FOOD['id']}"}, "sk": {"S": "NOW"}, "revision": {"N": "1"},
              "body": {"S": json.dumps(FOOD, ensure_ascii=False)}},
    )  # fmt: skip
    return "plain"


def _once(tree: Path, environ: dict[str, str], asked: str, *count: str) -> dict[str, Any]:
    command = [sys.executable, "-S", "-s", "-B", str(COLD), str(tree), *count]
    done = subprocess.run(
        command, env=environ, input=asked, capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode or '"status": 200' not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _floor(environ: dict[str, str]) -> float:
    code = "import resource as r; u = r.getrusage(r.RUSAGE_SELF); print((u.ru_utime + u.ru_stime) * 1000)"
    runs = [
        subprocess.run(
            [sys.executable, "-S", "-s", "-c", code], env=environ, capture_output=True, text=True, check=True
        )
        for _ in range(RUNS)
    ]
    return median(float(one.stdout) for one in runs)
