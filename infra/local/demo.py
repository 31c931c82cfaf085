"""Says whom one can sign in as on this machine: whoever holds a post in the organisation, and the district's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Roles that no post gives: who writes, releases and audits for the whole district (samples).
OF_THE_DISTRICT = (
    ("person:demo-admin", ["admin"], {"zh": "区级管理员", "en": "District administrator"}),
    ("person:demo-releaser", ["releaser"], {"zh": "区级发布人", "en": "District releaser"}),
    (
        "person:demo-admin-2",
        ["admin"],
        {"zh": "区级管理员（第二人）", "en": "District administrator, the second"},
    ),
    ("person:demo-auditor", ["auditor"], {"zh": "审计员", "en": "Auditor"}),
    (
        "system:demo-city",
        ["integrator"],
        {"zh": "市级平台（对接系统）", "en": "The city's platform (an outside system)"},
    ),
)


def people(schemas: Path) -> list[dict[str, Any]]:
    """Return each as `{"subject", "name": {"zh", "en"}, "roles", "department"?}`, in the organisation's order."""
    found = [{"subject": who, "name": name, "roles": roles} for who, roles, name in OF_THE_DISTRICT]
    known = {one["subject"] for one in found}
    for path in sorted((schemas / "organisations").glob("**/*.json")):
        for identity, node in json.loads(path.read_text()).get("nodes", {}).items():
            for name, post in node.get("posts", {}).items():
                for holder in post.get("holders", []):
                    if holder["subject"] not in known:
                        known.add(holder["subject"])
                        said = {
                            one: f"{_title(node, one, identity)} · {_title(post, one, name)}"
                            for one in ("zh", "en")
                        }
                        found.append(_holder(holder["subject"], identity, said))
    return found


def _holder(subject: str, department: str, name: dict[str, str]) -> dict[str, Any]:
    return {"subject": subject, "name": name, "roles": ["staff"], "department": department}


def _title(named: dict[str, Any], language: str, otherwise: str) -> str:
    return str(named.get("title", {}).get(language, otherwise))
