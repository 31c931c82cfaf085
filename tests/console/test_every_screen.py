"""Nothing grave stands against any screen of the console, at 1440 and at 390 pixels, and none is wider than its window.

All routes are gone through; a new one that nobody visits makes this fail. `make test` opens a draft of some kinds,
`make proof` of all, with every part and so every designer. Pictures lie in .local/tests/screens afterwards.
"""

from __future__ import annotations

import json
import re

import pytest

from chalicelib.stores.schema_files import load_kinds, load_pack
from infra.gate import ROOT, SCHEMAS
from tests.builders import uscc_of
from tests.builders_app import House
from tests.builders_console import played
from tests.builders_desks import applied, monday
from tests.builders_webhooks import subscribed

PICTURES = ROOT / ".local" / "tests" / "screens"
SOURCES = ROOT / "admin" / "console" / "src"
HANDLER, SYSTEM, HOST = "person:demo-handler", "system:demo-city", uscc_of(7_201)
FEW = ("channels", "rules")


@pytest.mark.timeout(900)  # a browser beside all other tests takes its time
def test_every_screen_of_some_kinds():
    judged(FEW)


@pytest.mark.proof
@pytest.mark.timeout(3_600)
def test_every_screen_of_all_kinds():
    judged(load_kinds(SCHEMAS).names)


def judged(kinds: tuple[str, ...]) -> None:
    with monday() as up:
        asked = {"places": places(up), "kinds": {kind: fullest(kind) for kind in kinds}}
        seen = played(up, "screens", PICTURES, json.dumps(asked), seconds=3_500)
    grave = [f"{name}: {one}" for name, found in seen["axe"].items() for one in found]
    assert grave == [], "\n".join(grave)
    assert {name: more for name, more in seen["wide"].items() if more > 0} == {}
    assert seen["steps"]["broken"] == []
    assert seen["refused"] == []
    assert not_visited(seen["steps"]["paths"]) == []
    assert all(seen["steps"]["parts"].values())


def places(up: House) -> dict[str, list[str]]:
    """Who goes where; each place has something to show."""
    case = applied(up, uscc_of(7_300), 300)["case_id"]
    handler = up.bearer(HANDLER, "staff", department="market-regulation")
    record = f"/v1/registers/cluster-hosts/records/{HOST}"
    body = {"uscc": HOST, "name": "示例托管机构", "quota": 30, "quota_left": 12}
    assert up.call("PUT", record, {"body": body}, handler).status == 201
    system = up.bearer(SYSTEM, "integrator", department="wangcheng")
    hook = subscribed(up, system, "https://hooks.example.cn/jisheng")["subscription_id"]
    return {
        "demo-admin": ["/", "/drafts", "/releases", "/exchange", "/draw-hall", "/plan", "/no-such-place"],
        "demo-food-window": ["/queue", f"/cases/{case}", "/counter", "/board"],
        "demo-handler": [
            "/registers",
            "/registers/cluster-hosts",
            f"/registers/cluster-hosts/records/{HOST}",
        ],
        "system:demo-city": ["/webhooks", f"/webhooks/{hook}"],
    }


def fullest(kind: str) -> str:
    """The longest definition of a kind: it has most to show."""
    found = [one for one in load_pack(SCHEMAS).definitions.values() if one["kind"] == kind]
    return str(max(found, key=lambda one: (len(json.dumps(one)), one["id"]))["id"])


def not_visited(paths: list[str]) -> list[str]:
    """Routes of the console that none of these paths leads to."""
    sources = [SOURCES / "app.tsx", SOURCES / "desks" / "routes.tsx"]
    routes = [one for file in sources for one in re.findall(r'<Route path="([^"*]+)"', file.read_text())]
    return [
        one
        for one in routes
        if not any(re.fullmatch("/" + re.sub(":[a-z]+", "[^/]+", one), path) for path in paths)
    ]
