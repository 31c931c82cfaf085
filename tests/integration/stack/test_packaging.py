"""The artefact: whole, small, the same bytes from the same inputs, and proven before anybody runs it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from standin import make_project

from infra import package as packaging

BuildError = packaging.artefact.BuildError


def _names(artefact: Path) -> set[str]:
    with zipfile.ZipFile(artefact / "deployment.zip") as opened:
        return set(opened.namelist())


def test_the_same_inputs_give_the_same_bytes(project, artefact, tmp_path):
    other = make_project(tmp_path / "elsewhere")
    assert packaging.build(other, "local", tmp_path / "out")
    for name in ("deployment.zip", "template.json"):
        assert (tmp_path / "out" / name).read_bytes() == (artefact / name).read_bytes()


def test_nothing_changed_builds_nothing_and_a_changed_definition_does(project, artefact, tmp_path):
    assert not packaging.build(project, "local", artefact)
    other = make_project(tmp_path)
    before = packaging.fingerprint(other, "local")
    assert before == packaging.fingerprint(project, "local")
    (other / "schemas" / "organisations" / "demo.json").write_text("{}")
    assert packaging.fingerprint(other, "local") != before


def test_a_missing_wheel_fails_the_build_and_is_named(project, tmp_path, monkeypatch):
    chalice = packaging._chalice

    def without_jmespath(source: Path, stage: str, target: Path, merged: Path | None) -> None:
        """Do what Chalice does with a wheel that it cannot find: warn, leave it out, exit 0."""
        chalice(source, stage, target, merged)
        with (
            zipfile.ZipFile(target / "deployment.zip") as taken,
            zipfile.ZipFile(target / "partial", "w") as left,
        ):
            for name in taken.namelist():
                if not name.startswith("jmespath"):
                    left.writestr(name, taken.read(name))
        (target / "partial").replace(target / "deployment.zip")

    monkeypatch.setattr(packaging, "_chalice", without_jmespath)
    broken = make_project(tmp_path)
    with pytest.raises(
        BuildError, match=r"jmespath==[\d.]+ of requirements\.txt is not in the deployment package"
    ):
        packaging.build(broken, "prod", tmp_path / "out")
    assert not (tmp_path / "out" / "fingerprint").exists()


def test_a_function_that_the_code_does_not_declare_fails_the_build(tmp_path):
    broken = make_project(tmp_path)
    code = (broken / "app.py").read_text()
    (broken / "app.py").write_text(code.replace('@app.lambda_function(name="seed")', ""))
    with pytest.raises(BuildError, match=r"completes Seed, but app.py declares no such function"):
        packaging.build(broken, "local", tmp_path / "out")


def test_code_that_needs_what_is_not_packaged_fails_the_build(tmp_path):
    broken = make_project(tmp_path)
    code = (broken / "app.py").read_text()
    (broken / "app.py").write_text(code.replace("import json\n", "import json\nimport httpx\n", 1))
    with pytest.raises(BuildError, match=r"clean interpreter: app .*No module named 'httpx'"):
        packaging.build(broken, "local", tmp_path / "out")


def test_the_artefact_holds_the_definitions_compiled_code_and_only_the_services_that_are_used(artefact):
    names = _names(artefact)
    assert "schemas/organisations/demo.json" in names
    sources = {name for name in names if name.endswith(".py")}
    compiled = {name for name in names if name.endswith(".pyc")}
    assert len(compiled) == len(sources) > 100
    services = {
        name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 3
    }
    assert services == packaging.artefact.SERVICES
    assert any(name.endswith(".dist-info/METADATA") for name in names)
    assert not any("__pycache__/test_" in name or name.endswith((".pyi", "/RECORD")) for name in names)


def test_compiled_code_is_never_checked_against_times(artefact):
    with zipfile.ZipFile(artefact / "deployment.zip") as opened:
        for name in opened.namelist():
            if name.endswith(".pyc"):
                # PEP 552: flags 1 = hash-based and unchecked
                assert opened.read(name)[4:8] == b"\x01\x00\x00\x00"


def test_the_sources_of_events_are_ours_and_nothing_else(artefact):
    template = json.loads((artefact / "template.json").read_text())["Resources"]
    stream = template["Relay"]["Properties"]["Events"]["RelayDynamodbEventSource"]["Properties"]
    queue = template["Sweep"]["Properties"]["Events"]["SweepSqsEventSource"]["Properties"]
    assert stream["Stream"] == {"Fn::GetAtt": ["CasesTable", "StreamArn"]}
    records = template["Relay"]["Properties"]["Events"]["RelayRecordsEventSource"]["Properties"]
    assert json.loads(records.pop("FilterCriteria")["Filters"][0]["Pattern"]) == {
        "dynamodb": {"Keys": {"sk": {"S": ["NOW"]}}}
    }
    assert stream["MaximumBatchingWindowInSeconds"] == 0  # who waits for an event waits for no second more
    assert records == stream | {
        "Stream": {"Fn::GetAtt": ["RecordsTable", "StreamArn"]}, "MaximumBatchingWindowInSeconds": 1,
    }  # fmt: skip
    assert (
        stream["StartingPosition"] == "TRIM_HORIZON"
    )  # LATEST would skip what is written before the first poll
    assert queue["Queue"] == {"Fn::GetAtt": ["TimersQueue", "Arn"]}
    assert queue["FunctionResponseTypes"] == stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_index_holds_keys_only(artefact):
    template = json.loads((artefact / "template.json").read_text())["Resources"]
    indexes = template["CasesTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert {i["IndexName"]: i["Projection"]["ProjectionType"] for i in indexes} == dict.fromkeys(
        ("queue", "owner", "open", "number"), "KEYS_ONLY"
    )


def test_what_was_made_is_told_with_its_sizes(artefact):
    template, archive = packaging.made(artefact)
    assert re.fullmatch(r"  template.json +0\.\d\d MB, \d+ resources", template)
    assert re.fullmatch(r"  deployment.zip +\d+\.\d\d MB, [\d.]+ MB unpacked: \d+ % of Lambda's", archive)


def test_an_artefact_that_lambda_would_not_unpack_fails_the_build(project, tmp_path, monkeypatch):
    monkeypatch.setattr(packaging, "LAMBDA_BYTES", 1000)
    with pytest.raises(BuildError, match="more than the 250 MB that Lambda takes"):
        packaging.build(project, "local", tmp_path / "out")
    assert not (tmp_path / "out" / "fingerprint").exists()


def test_two_templates_that_say_different_things_of_one_place_fail_the_build(tmp_path):
    infra = make_project(tmp_path) / "infra"
    (infra / "alarms.yaml").write_text("Resources: { TimersQueue: { Properties: { VisibilityTimeout: 1 } } }")
    with pytest.raises(
        BuildError, match=r"infra/alarms.yaml Resources TimersQueue Properties VisibilityTimeout"
    ):
        packaging.templates.ours(infra, "prod")
    assert packaging.templates.ours(infra, "local")["Resources"]["TimersQueue"]


def test_the_local_stages_rights_are_in_no_other_stage(tmp_path):
    infra = make_project(tmp_path) / "infra"
    local, prod = (set(packaging.templates.ours(infra, stage)["Resources"]) for stage in ("local", "prod"))
    assert local - prod == {"MovedClock", "LookThroughTables"}
    assert "AlarmTopic" in prod - local
