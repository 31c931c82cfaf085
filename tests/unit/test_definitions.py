from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import canonical
from chalicelib.domain.definitions import Reference, content_hash, reached, require_definition
from chalicelib.domain.difference import difference
from chalicelib.domain.manifests import manifest, release_hash, resolve
from chalicelib.domain.problems import Problem
from chalicelib.stores.schema_files import engine_versions, load_kinds, load_pack
from tests.builders_definitions import ENGINES, T, district, edited, item, kinds, process

SCHEMAS = Path(__file__).parents[2] / "schemas"
OWN = "items/deregistration"

values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab/~", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def applied(before, changes):
    """A difference put into a value: what a reader of it does in their head."""
    after = json.loads(json.dumps(before))
    removed = [change for change in changes if "after" not in change]
    for change in [*(one for one in changes if "after" in one), *reversed(removed)]:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in change["pointer"].split("/")[1:]]
        if not parts:
            after = change["after"]
            continue
        place = after
        for part in parts[:-1]:
            place = place[int(part)] if isinstance(place, list) else place[part]
        last = int(parts[-1]) if isinstance(place, list) else parts[-1]
        if "after" not in change:
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(change["after"])
        else:
            place[last] = change["after"]
    return after


def test_every_marked_field_is_a_reference_with_its_pointer():
    found = kinds().references(item(opens="other"))
    assert found == [
        Reference("/process", "processes", "simple"),
        Reference("/facts/0", "facts", "debts"),
        Reference("/rules/limits", "rules", "limit"),
        Reference("/clocks/1/limit", "rules", "limit"),
        Reference("/modes/0", "registers", "enterprises"),
        Reference("/outcomes/granted/0/record", "registers", "enterprises"),
        Reference("/outcomes/granted/1/issues", "documents", "notice"),
        Reference("/opens", "items", "other"),
    ]


def test_a_mark_behind_a_local_ref_is_followed():
    rules = {"kind": "rules", "id": "r", "title": T, "facts": ["debts"]}
    assert kinds().references(rules) == [Reference("/facts/0", "facts", "debts")]


def test_a_pointer_escapes_what_a_member_is_called():
    moves = {"a/b~c": {"issues": ["notice"]}}
    (found,) = kinds().references({"kind": "processes", "id": "p", "moves": moves})
    assert found.pointer == "/moves/a~1b~0c/issues/0"


def test_the_hash_does_not_see_what_a_store_adds_nor_the_order_of_members():
    plain = process()
    stored = {"revision": 3, "author": "person:a", **dict(reversed(plain.items()))}
    assert content_hash(stored) == content_hash(plain)
    assert content_hash(edited(plain, title={"zh": "别的", "en": "other"})) != content_hash(plain)


def test_a_release_pins_the_rules_facts_and_documents_behind_the_process_and_no_live_part():
    keys = reached(OWN, district(), kinds())
    assert keys == {OWN, "processes/simple", "rules/limit", "facts/debts", "documents/notice"}
    assert "registers/enterprises" in reached(OWN, district(), kinds(), live=True)


def test_an_item_that_a_case_opens_is_not_pinned():
    world = district() | {OWN: item(opens="change-of-name")}
    assert "items/change-of-name" not in reached(OWN, world, kinds())


@pytest.mark.parametrize("key", [OWN, "processes/simple", "rules/limit", "facts/debts", "documents/notice"])
def test_a_change_anywhere_in_what_is_pinned_changes_the_release(key):
    world = district()
    before = release_hash(manifest(OWN, world, kinds(), ENGINES))
    world[key] = edited(world[key], description=T)
    assert release_hash(manifest(OWN, world, kinds(), ENGINES)) != before


@pytest.mark.parametrize("key", ["organisations/district", "calendars/cn-2026", "registers/enterprises"])
def test_a_change_of_a_live_part_changes_no_release(key):
    world = district()
    before = manifest(OWN, world, kinds(), ENGINES)
    world[key] = edited(world[key], description=T)
    assert manifest(OWN, world, kinds(), ENGINES) == before


def test_another_version_of_an_engine_is_another_release():
    world, newer = district(), ENGINES | {"zen-engine": "3.0.0"}
    assert manifest(OWN, world, kinds(), ENGINES) != manifest(OWN, world, kinds(), newer)


def test_a_bundle_holds_the_parts_of_a_release_by_id():
    world = district()
    contents = manifest(OWN, world, kinds(), ENGINES)
    bundle = resolve(contents, world)
    assert bundle.release == release_hash(contents)
    assert bundle.item == world[OWN]
    assert bundle.process == world["processes/simple"]
    assert [*bundle.rules, *bundle.facts, *bundle.documents] == ["limit", "debts", "notice"]


@pytest.mark.parametrize("key", [OWN, "rules/limit"])
def test_a_release_whose_stored_parts_were_altered_does_not_run(key):
    world = district()
    contents = manifest(OWN, world, kinds(), ENGINES)
    world[key] = edited(world[key], description=T)
    with pytest.raises(Problem, match="release-damaged"):
        resolve(contents, world)


def test_a_release_with_a_part_missing_does_not_run():
    contents = manifest(OWN, district(), kinds(), ENGINES)
    with pytest.raises(Problem, match="release-damaged"):
        resolve(contents, {OWN: item()})


@pytest.mark.parametrize("body", [[], "x", {}, {"kind": "items", "id": "b"}, {"kind": "facts", "id": "a"}])
def test_a_body_of_another_kind_or_id_is_not_this_definition(body):
    with pytest.raises(Problem, match="definition-misplaced"):
        require_definition(kinds(), "items", "a", body)


def test_a_definition_with_a_float_is_refused_before_it_is_stored():
    with pytest.raises(Problem, match="not-canonical"):
        require_definition(kinds(), "items", "a", {"kind": "items", "id": "a", "rate": 0.5})


def test_a_kind_without_meta_schema_does_not_exist():
    with pytest.raises(Problem, match="not-found"):
        require_definition(kinds(), "spells", "a", {"kind": "spells", "id": "a"})


def test_a_difference_names_each_member_that_was_changed_added_or_removed():
    before = {"a": 1, "b": [1, 2], "c": {"d": 1}}
    after = {"a": 2, "b": [1], "c": {"d": 1, "e/f": 2}}
    assert difference(before, after) == [
        {"pointer": "/a", "before": 1, "after": 2},
        {"pointer": "/b/1", "before": 2},
        {"pointer": "/c/e~1f", "after": 2},
    ]


@given(values, values)
def test_a_difference_says_all_that_changed(before, after):
    assert canonical.dumps(applied(before, difference(before, after))) == canonical.dumps(after)


@given(values)
def test_nothing_differs_from_itself(value):
    assert difference(value, value) == []


def written(root: Path, **files: object) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return root


META = {"properties": {"kind": {"const": "notes"}, "text": {}}}
NOTE = {"kind": "notes", "id": "one", "text": {"$file": "one.txt"}}


def pack_root(root: Path, **files: object) -> Path:
    given = {
        "meta__notes.schema.json": META,
        "notes__one.txt": "正文",
        "notes__area__two.json": {"kind": "notes", "id": "two"},
    }
    return written(root, **given | {"notes__one.json": NOTE} | files)


def test_a_pack_is_every_definition_of_every_kind_with_its_files_inlined(tmp_path):
    pack = load_pack(pack_root(tmp_path, **{"events__note.json": "{}"}))
    assert {key: body.get("text") for key, body in pack.definitions.items()} == {
        "notes/one": "正文",
        "notes/two": None,
    }


def test_a_pack_has_another_hash_when_a_file_that_it_inlines_changes(tmp_path):
    before = load_pack(pack_root(tmp_path)).hash
    assert load_pack(pack_root(tmp_path)).hash == before
    assert load_pack(pack_root(tmp_path, **{"notes__one.txt": "改"})).hash != before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes__one.json", "{"),
        ("notes__one.json", {"kind": "notes", "id": "other"}),
        ("notes__one.json", {"kind": "other", "id": "one"}),
        ("notes__one.json", {"kind": "notes", "id": "one", "rate": 0.5}),
        ("notes__one.json", {"kind": "notes", "id": "one", "text": {"$file": "../meta/notes.schema.json"}}),
        ("notes__one.json", {"kind": "notes", "id": "one", "text": {"$file": "missing.txt"}}),
        ("notes__other__one.json", {"kind": "notes", "id": "one"}),
    ],
)
def test_a_file_that_is_not_the_definition_it_should_be_is_named(tmp_path, name, content):
    with pytest.raises(Problem, match="pack-file-wrong"):
        load_pack(pack_root(tmp_path, **{name: content}))


def test_the_kinds_are_the_meta_schemas_that_are_there():
    named = {path.name.removesuffix(".schema.json") for path in (SCHEMAS / "meta").glob("*.schema.json")}
    assert set(load_kinds(SCHEMAS).names) == {name for name in named if not name.startswith("shared-")}


def test_the_engines_that_run_are_the_ones_that_are_required():
    required = (SCHEMAS.parent / "requirements.txt").read_text("utf-8").splitlines()
    assert {f"{name}=={version}" for name, version in engine_versions().items()} <= set(required)


def test_reading_what_is_published_loads_no_engine_at_import():
    """A cold start pays for every import (performance.md: ≤ 80 ms); engines are loaded on first use."""
    code = (
        "import sys, chalicelib.actions.catalogue, chalicelib.actions.definitions, chalicelib.stores.definitions;"
        "print([m for m in ('jsonschema_rs', 'zen', 'cedarpy', 'statemachine', 'pynamodb') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=SCHEMAS.parent, capture_output=True, check=True, text=True
    )
    assert ran.stdout.strip() == "[]"
