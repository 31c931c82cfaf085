"""A cold start imports what every request needs and no more; the rest comes with the first request that wants it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LATE = (
    "aws_lambda_powertools", "boto3", "botocore", "cedarpy", "cryptography", "joserfc", "jsonschema", "jsonschema_rs",
    "pydyf", "pynamodb", "segno", "statemachine", "zen",
)  # fmt: skip


def imported() -> set[str]:
    code = "import json, sys; import app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_importing_the_app_imports_no_action_no_store_and_no_heavy_library():
    modules = imported()
    assert "chalicelib.edges.mounting" in modules
    assert not {name for name in modules if name.startswith("chalicelib.actions.")}
    assert {name for name in modules if name.startswith("chalicelib.stores.")} <= {"chalicelib.stores.keys"}
    assert not {name for name in modules if name.partition(".")[0] in LATE}
    domain = {name for name in modules if name.startswith("chalicelib.domain.")}
    assert domain <= {
        f"chalicelib.domain.{name}" for name in ("problems", "canonical", "definitions", "identity")
    }
