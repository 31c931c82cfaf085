"""Renders the templates once for every test of what AWS would get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import lint
from infra import package as packaging

ROOT = Path(__file__).resolve().parents[3]
Template = dict[str, Any]


def _rendered(stage: str, folder: Path) -> Template:
    return dict(json.loads(packaging.render(ROOT, stage, folder)))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template that goes to AWS."""
    return _rendered("prod", tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template of the embedded stack."""
    return _rendered("local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session", params=lint.REGIONS)
def plain(request: pytest.FixtureRequest, prod: Template) -> Template:
    """The template as CloudFormation sees it in one region, SAM's resources written out."""
    return lint.transformed(prod, request.param)
