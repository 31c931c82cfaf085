"""Has the emulator enforce the roles of functions, and writes down which rights they used and were refused.

One JSON line in `rights.jsonl` for each new {"role", "action", "resource", "allowed"}; the account's owner (launcher,
front door, tests) is asked nothing. What the emulator does not enforce is told in tests/integration/roles/rights.toml.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def enforce(written: Path) -> None:
    """Switch enforcement on. Must run before anything of ministack is imported."""
    os.environ["AUTH"] = "true"
    from ministack import app
    from ministack.core import iam_actions, iam_evaluator

    _write_down(iam_evaluator, written)
    _as_if_by_tls(app)
    _batches_need_no_right_of_their_own(iam_actions)


def _write_down(evaluator: Any, written: Path) -> None:
    judged = evaluator.enforce
    seen = set()

    def enforce(
        key: str, action: str, service: str, region: str, resource_arn: str = "*", **more: Any
    ) -> Any:
        refused = judged(key, action, service, region, resource_arn=resource_arn, **more)
        line = (_role(key), action, resource_arn, refused is None)
        if line[0] and line not in seen:
            seen.add(line)
            said = dict(zip(("role", "action", "resource", "allowed"), line, strict=True))
            with written.open("a") as lines:
                lines.write(json.dumps(said) + "\n")
        return refused

    evaluator.enforce = enforce


def _role(key: str) -> str:
    """Return the name of the role whose session this access key is, "" for anybody else."""
    from ministack.services import sts

    # arn:aws:sts::<account>:assumed-role/<role>/<session>
    _, _, assumed = str((sts._sessions.get(key) or {}).get("Arn", "")).partition(":assumed-role/")
    return assumed.partition("/")[0]


def _as_if_by_tls(app: Any) -> None:
    """Nothing here leaves loopback and nothing is encrypted on its way: the policies that ask for TLS are content."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda address, _secure: pin(address, True)


def _batches_need_no_right_of_their_own(actions: Any) -> None:
    """On AWS `sqs:SendMessage` is the right to send ten as well; the emulator asks for an action that AWS has not."""
    named = actions.extract_iam_action

    def extract(*request: Any) -> str | None:
        action: str | None = named(*request)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    actions.extract_iam_action = extract
