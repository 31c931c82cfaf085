"""What the console is made of: types of today's API, its own unit tests, files sent with the right headers, a site."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.edges import openapi
from infra import console, described, site_layout
from tests.builders_console import LOCAL, SCHEMAS, small_house

sys.path.insert(0, str(LOCAL))
import demo
import site_files

pytestmark = pytest.mark.timeout(900)  # a browser beside all other tests takes its time

BUILT = console.BUILT


def test_the_clients_types_are_made_from_todays_description():
    assert described.PATH.read_text() == described.written(described.described())


def test_what_a_district_has_released_changes_nothing_in_the_clients_types():
    with small_house() as up:
        served = up.call("GET", "/v1/openapi.json").json()
    assert len(served["paths"]) > len(openapi.describe(0, [])["paths"])
    assert described.written(described.for_clients(served)) == described.PATH.read_text()


def test_the_workspaces_own_tests_pass():
    console.npm("test", "--silent")


def test_the_lock_names_no_registry():
    lock = json.loads((console.ADMIN / "package-lock.json").read_text())
    addresses = [one.get("resolved", "") for one in lock["packages"].values() if not one.get("link")]
    assert not any(addresses)
    assert all(
        "integrity" in one
        for name, one in lock["packages"].items()
        if name.startswith("node_modules/") and not one.get("link")
    )


@pytest.mark.parametrize(
    ("path", "file", "cached"),
    [
        ("/", "index.html", "no-cache"),
        ("/landing.js", "landing.js", None),
        ("/admin", "console/dist/index.html", "no-cache"),
        ("/admin/", "console/dist/index.html", "no-cache"),
        ("/admin/definitions/items/food-licence", "console/dist/index.html", "no-cache"),
        ("/admin/config.json", "console/dist/config.json", "no-cache"),
    ],
)
def test_a_path_is_answered_by_its_file(path, file, cached):
    found, headers = site_files.answer(console.ADMIN, path)
    assert (found, headers.get("Cache-Control")) == (console.ADMIN / file, cached)


@pytest.mark.parametrize(
    "path",
    [
        "/package.json",
        "/api-client/openapi.json",
        "/admin/none.js",
        "/admin/../package.json",
        "/admin/assets/../../package.json",
    ],
)
def test_sources_are_nobodys_business(path):
    assert site_files.answer(console.ADMIN, path) is None


def test_what_is_named_by_its_hash_is_kept_for_ever():
    asset = next((BUILT / "assets").glob("*.js")).name
    assert "immutable" in site_files.answer(console.ADMIN, f"/admin/assets/{asset}")[1]["Cache-Control"]


def test_without_a_console_the_landing_page_answers(tmp_path):
    (tmp_path / "index.html").write_text("landing")
    assert site_files.answer(tmp_path, "/admin/")[0] == tmp_path / "index.html"


def test_the_console_comes_with_a_policy_that_evaluates_nothing():
    policy = site_files.answer(console.ADMIN, "/admin/")[1]["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


def test_on_aws_the_policy_is_the_same_but_for_the_sign_in():
    template = yaml.safe_load((Path(site_layout.ROOT) / "infra" / "site.yaml").read_text())
    said: Any = template["Resources"]["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    policy = said["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    assert policy.replace(" ${SignInOrigin}", "") == site_files.POLICY


def test_the_site_is_laid_out_with_the_citys_sign_in(tmp_path):
    site_layout.lay_out(tmp_path / "out", site_layout.sign_in("https://id.example.cn", "console"))
    config = json.loads((tmp_path / "out" / "admin" / "config.json").read_text())
    assert config == {"sign_in": "oidc", "issuer": "https://id.example.cn", "client_id": "console"}
    assert (tmp_path / "out" / "index.html").is_file()
    assert list((tmp_path / "out" / "admin" / "assets").glob("*.js"))


def test_whom_one_can_sign_in_as_is_everybody_at_a_post_and_the_districts_own():
    people = {one["subject"]: one for one in demo.people(SCHEMAS)}
    assert people["person:demo-admin"]["roles"] == ["admin"]
    clerk = people["person:demo-window"]
    assert (clerk["department"], clerk["roles"]) == ("market-regulation", ["staff"])
    assert clerk["name"]["zh"].endswith("窗口受理岗")
