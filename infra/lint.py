"""Has cfn-lint judge the template that goes to AWS, as written and as SAM transforms it, for both partitions' regions.

    python -m infra.lint

cfn-lint lives in .local/lint, made when it is missing or its pins changed: its own pins would quarrel with ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME, PINS = ROOT / ".local" / "lint", ROOT / "infra" / "requirements" / "lint.txt"
REGIONS = ("cn-north-1", "cn-northwest-1", "us-east-1")
SITE, SITE_REGIONS = (
    ROOT / "infra" / "site.yaml",
    ("us-east-1",),
)  # CloudFront's functions are not known to cfn-lint in China
# Runs in the emulator's environment, which has the translator that AWS uses (aws-sam-translator).
TRANSFORM = """
import json, sys
from samtranslator.translator.transform import transform
class NoManagedPolicies:
    def load(self): return {}
template = json.load(sys.stdin)
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":  # as `cloudformation package` leaves it
        resource["Properties"]["CodeUri"] = {"Bucket": "artefacts", "Key": "deployment.zip"}
json.dump(transform(template, {}, NoManagedPolicies()), sys.stdout)
"""


def main() -> int:
    """Print every finding; return 1 if there is one."""
    sys.path.insert(0, str(ROOT / "infra"))
    import package
    import yaml  # comes with Chalice

    with tempfile.TemporaryDirectory(prefix="jisheng-lint-") as folder:
        template = json.loads(package.render(ROOT, "prod", Path(folder)))
    found = findings(template, transformed(template, REGIONS[0]))
    found += findings(yaml.safe_load(SITE.read_text()), regions=SITE_REGIONS)
    print(found or f"cfn-lint: {len(template['Resources'])} resources are in order in {', '.join(REGIONS)}")
    return 1 if found else 0


def findings(*templates: dict[str, Any], regions: Sequence[str] = REGIONS) -> str:
    """Return what cfn-lint finds, warnings too, in its own words; "" when nothing."""
    with tempfile.TemporaryDirectory(prefix="jisheng-lint-") as folder:
        paths = [Path(folder) / f"{number}.json" for number in range(1, len(templates) + 1)]
        for path, template in zip(paths, templates, strict=True):
            path.write_text(json.dumps(template, indent=1))
        command = [str(tool()), "--regions", *regions, "--format", "parseable", "--", *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and not done.stdout:
        raise RuntimeError(f"cfn-lint could not run: {done.stderr.strip()[-1000:]}")
    return done.stdout.replace(f"{folder}/", "")


def transformed(template: dict[str, Any], region: str) -> dict[str, Any]:
    """Return the template as CloudFormation will see it in a region, SAM's resources written out."""
    python = ROOT / ".local" / "stack" / "bin" / "python"
    done = subprocess.run(
        [str(python), "-c", TRANSFORM],
        input=json.dumps(template),
        env={**os.environ, "AWS_DEFAULT_REGION": region},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"SAM refuses the template: {done.stderr.strip()[-1000:]}")
    plain: dict[str, Any] = json.loads(done.stdout)
    return plain


def tool() -> Path:
    """Return cfn-lint, installed at its pins if it is not there yet."""
    made, program = HOME / ".made", HOME / "bin" / "cfn-lint"
    if not made.exists() or made.read_text() != PINS.read_text():
        venv.create(HOME, clear=True, with_pip=True, symlinks=True)
        pip = [
            str(HOME / "bin" / "pip"),
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            str(PINS),
        ]
        subprocess.run(pip, check=True)
        made.write_text(PINS.read_text())
    return program


if __name__ == "__main__":
    sys.exit(main())
