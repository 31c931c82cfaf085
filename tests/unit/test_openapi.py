"""The description of the API is valid, whole, in two languages, and true of every item that is released."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from chalicelib.domain.definitions import Bundle
from chalicelib.domain.filing import check_parties
from chalicelib.domain.manifests import resolve
from chalicelib.edges import http, mounting, openapi
from chalicelib.edges.openapi_items import guide_of
from chalicelib.edges.openapi_routes import OPERATIONS
from infra.gate import ROOT, SCHEMAS
from tests.shipped import judged

PREPARED = judged()
BUNDLES = [
    resolve(PREPARED.plan.manifests[entry["release"]], PREPARED.world)
    for entry in PREPARED.plan.set.catalogue
    if entry["mode"] == "case"
]
DOCUMENT = openapi.describe(1, BUNDLES)
LIMIT = 4_000_000  # bytes: a Lambda answers with at most 6 MB, and the JSON is escaped once more
by_item = pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.item["id"])


def operations(document: dict[str, Any] = DOCUMENT) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def judge_of(name: str, document: dict[str, Any] = DOCUMENT) -> Any:
    registry = jsonschema_rs.Registry([("urn:api", document)])
    target = {"$ref": f"urn:api#/components/schemas/{name}"}
    return jsonschema_rs.Draft202012Validator(target, registry=registry, offline=True)


def example(bundle: Bundle) -> dict[str, Any]:
    operation = DOCUMENT["paths"][f"/v1/items/{bundle.item['id']}/cases"]["post"]
    return copy.deepcopy(
        operation["requestBody"]["content"]["application/json"]["examples"]["first"]["value"]
    )


def test_every_mounted_route_is_described_and_nothing_else_is():
    assert mounting.mount  # importing it mounts every room
    assert sorted(OPERATIONS) == sorted(http.TABLE)


def test_a_route_that_nobody_described_is_noticed():
    assert set(http.TABLE) | {("GET", "/v1/new-thing")} != set(OPERATIONS)
    described = {(method.upper(), path) for method, path, _ in operations()}
    assert set(http.TABLE) <= described


def test_the_document_is_valid_openapi_3_1():
    validate(DOCUMENT)
    broken = copy.deepcopy(DOCUMENT)
    broken["paths"]["/v1/cases/{case_id}"]["get"]["parameters"] = []
    with pytest.raises(Exception, match="case_id"):
        validate(broken)


def test_every_reference_leads_to_a_place_in_the_document():
    for reference in sorted(set(references(DOCUMENT))):
        assert reference.startswith("#/"), reference
        place: Any = DOCUMENT
        for part in reference[2:].split("/"):
            place = place[part]
        assert place, reference


def test_every_operation_has_an_id_of_its_own_and_words_in_two_languages():
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    for _, path, operation in operations():
        assert re.search("[\u4e00-\u9fff]", operation["summary"]), path
        assert operation["x-summary"].isascii(), path
        assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}


def test_every_variable_of_a_path_is_a_parameter_of_its_operations():
    for method, path, operation in operations():
        names = [one["$ref"].rpartition("/")[2] for one in operation["parameters"]]
        found = [DOCUMENT["components"]["parameters"][name] for name in names]
        assert {one["name"] for one in found if one["in"] == "path"} == set(re.findall(r"{(\w+)}", path)), (
            path
        )
        assert len({(one["in"], one["name"]) for one in found}) == len(found), (method, path)


def test_every_code_of_a_problem_is_one_that_the_code_or_a_policy_says():
    files = [*Path(ROOT / "chalicelib").rglob("*.py"), *SCHEMAS.rglob("*.cedar")]
    said = "".join(path.read_text() for path in files if not path.name.startswith("openapi"))
    for route, operation in OPERATIONS.items():
        for code in " ".join(operation.codes.values()).split():
            assert f'"{code}"' in said, f"{route}: nobody says {code}"


def test_whatever_creates_a_case_takes_an_idempotency_key_and_may_be_refused():
    for bundle in BUNDLES:
        operation = DOCUMENT["paths"][f"/v1/items/{bundle.item['id']}/cases"]["post"]
        assert {"$ref": "#/components/parameters/idempotency-key-required"} in operation["parameters"]
        assert {"201", "400", "401", "403", "404", "409", "422", "429"} <= operation["responses"].keys()


@by_item
def test_a_released_item_has_one_operation_with_its_own_form(bundle):
    mine = [one for _, _, one in operations() if one.get("x-item") == bundle.item["id"]]
    assert [one["operationId"] for one in mine] == [f"submit_{bundle.item['id'].replace('-', '_')}"]
    assert mine[0]["x-release"] == bundle.release
    form = DOCUMENT["components"]["schemas"][f"form-{bundle.item['id']}"]
    assert form["properties"].keys() == bundle.item["form"]["properties"].keys()
    assert form["required"] == bundle.item["form"]["required"]


@by_item
def test_an_items_guide_is_told_in_both_languages(bundle):
    for language in ("zh", "en"):
        text = guide_of(bundle.item, language)
        assert bundle.item["description"][language] in text
        assert all(one[language] in text for one in bundle.item["guide"]["conditions"])
        assert all(one["title"][language] in text for one in bundle.item["materials"])


@by_item
def test_an_items_example_is_an_application_that_its_schema_admits(bundle):
    admits = judge_of(f"application-{bundle.item['id']}").is_valid
    assert admits(example(bundle))
    assert not admits({})
    assert admits({"draft_id": "app_01KJP114G76FKHE30J7PZNP2BC"})
    assert not admits(example(bundle) | {"release": "an older one"})
    assert not admits(example(bundle) | {"form": {}})
    assert not admits(example(bundle) | {"materials": [{"id": "a-cake"}]})
    for first in bundle.item["materials"][:1]:
        assert admits(example(bundle) | {"materials": [{"id": first["id"], "mode": first["modes"][0]}]})
        assert not admits(example(bundle) | {"materials": [{"id": first["id"], "mode": "telepathy"}]})
    assert not admits(example(bundle) | {"parties": [{"role": "nobody", "subject": "person:x"}]})


@by_item
def test_an_items_example_names_as_many_parties_as_the_item_wants(bundle):
    applicant = next(iter(bundle.item["parties"]))
    own = {"role": applicant, "subject": bundle.item["examples"][0]["applicant"]}
    check_parties(bundle.item, (own, *example(bundle).get("parties", ())))  # raises when one is missing


def test_the_document_fits_into_an_answer_of_a_lambda():
    assert len(json.dumps(DOCUMENT, ensure_ascii=False).encode()) <= LIMIT


def with_form(bundle: Bundle, form: Any, shared: dict[str, Any], identity: str = "sample") -> Bundle:
    item = {**bundle.item, "id": identity, "form": form}
    return replace(bundle, item=item, shared=shared)


def test_a_form_keeps_its_own_definitions_and_the_shared_ones_that_it_was_released_with():
    one, other = "https://schemas.jisheng/shared/one.json", "https://schemas.jisheng/shared/other.json"
    form = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {
            "a": {"$ref": "#/$defs/own"},
            "b": {"$ref": one},
            "c": {"$ref": f"{one}#/properties/x"},
        },
        "$defs": {"own": {"const": {"$ref": "data, not a reference"}}},
    }
    shared = {
        one: {"$id": one, "properties": {"x": {"$ref": other}, "again": {"$ref": "#"}}},
        other: {"$id": other, "type": "integer"},
    }
    changed = {**shared, other: {"$id": other, "type": "string"}}
    early = with_form(BUNDLES[0], form, shared, "early")
    late = with_form(BUNDLES[0], form, changed, "late")
    document = openapi.describe(2, [early, late])
    both = (judge_of("form-early", document), judge_of("form-late", document))
    value = {"a": {"$ref": "data, not a reference"}, "b": {"x": 1, "again": {"x": 2}}, "c": 3}
    assert [form.is_valid(value) for form in both] == [True, False]
    value = {"b": {"x": "one"}, "c": "three"}
    assert [form.is_valid(value) for form in both] == [False, True]
    assert not both[0].is_valid({"a": "another value"})


class Published:
    """A catalogue of one set, which counts how often a release is read."""

    def __init__(self, number: int) -> None:
        self.number, self.read = number, 0

    def pointer(self, *, strong: bool) -> Any:
        return SimpleNamespace(set=self.number)

    def release_set(self, number: int) -> Any:
        entries = [{"release": one.release, "mode": "case"} for one in BUNDLES]
        return SimpleNamespace(catalogue=[*entries, {"release": "of-a-guide", "mode": "guide"}])

    def bundle(self, release: str) -> Bundle:
        self.read += 1
        return next(one for one in BUNDLES if one.release == release)


def test_a_set_is_described_once_and_its_tag_names_it():
    catalogue: Any = Published(7)
    assert openapi.document(catalogue) is openapi.document(catalogue)
    assert openapi.tagged(catalogue)[1].startswith('"7-')
    assert catalogue.read == len(BUNDLES)
    assert openapi.document(catalogue)["info"]["version"] == "1.0.7"
    before = openapi.tagged(catalogue)[1]
    catalogue.number = 8
    assert openapi.document(catalogue)["info"]["x-release-set"] == 8
    assert openapi.tagged(catalogue)[1] != before
