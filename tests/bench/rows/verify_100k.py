"""Measures verifying a published draw of 100,000 objects: the Python verifier, beside the JavaScript one in Node."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from chalicelib.domain.draws import bundle
from infra import verify_draw
from tests.bench.drawn import whole

OBJECTS, SECONDS = 100_000, 15.0
VERIFY = Path(__file__).parents[3] / "admin" / "draws" / "verify" / "verify.js"
NODE = """
import { readFileSync } from "node:fs";
const [, script, file] = process.argv;
const { verify } = await import(script);
const before = process.cpuUsage();
const report = await verify(new Uint8Array(readFileSync(file)));
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ seconds: (user + system) / 1e6, visits: report.visits }));
"""


def run() -> dict[str, Any]:
    zipped = bundle.zipped(whole(OBJECTS).bundle())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draw-1.zip"
        path.write_bytes(zipped)
        before = time.process_time()
        files = verify_draw.archive(path)
        told = verify_draw.verify(files)
        ours = time.process_time() - before
        command = ["node", "--input-type=module", "-e", NODE, VERIFY.as_uri(), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    other, floor = json.loads(done.stdout), _floor(files["objects.jsonl"])
    return {
        "name": "verify-100k",
        "value": round(ours, 2),
        "unit": "s CPU, verify_draw.py",
        "alternative": "the JavaScript verifier in Node",
        "alternative_value": round(other["seconds"], 2),
        "ratio": round(other["seconds"] / ours, 2),
        "floor": round(floor, 2),
        "goal": f"<= {SECONDS:g} s",
        "ok": ours <= SECONDS and f"{other['visits']} visits" in told,
        "detail": {
            "told": told, "zip_mb": round(len(zipped) / 1e6, 1), "floor": "one bare SHA-256 of each row of objects",
        },
    }  # fmt: skip


def _floor(content: bytes) -> float:
    lines = content.split(b"\n")
    before = time.process_time()
    for line in lines:
        hashlib.sha256(line).digest()
    return time.process_time() - before
