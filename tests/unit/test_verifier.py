"""The stand-alone verifier says yes to a true past and no to every other, and never yes to what it did not check."""

from __future__ import annotations

import ast
import copy
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import audit, merkle
from infra import verify
from tests.builders_audit import Past, signer, stranger
from tests.builders_moto import moto_aws
from tests.builders_mutants import MUTATIONS, Bundle, kid, mutants, recount, refit, reroot
from tests.builders_stores import Counting, Shelf, connection, make_tables

SEED = 20_260_302


@pytest.fixture(scope="module")
def made() -> Iterator[Bundle]:
    """A past of six hours that the real ledger wrote and the real rooting signed, exported."""
    with pytest.MonkeyPatch.context() as patch, moto_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        connected = connection()
        shelf = Shelf(Counting(connected), make_tables(connected, "past"))
        yield json.loads(json.dumps(Past(shelf).played().bundle()))


@pytest.fixture
def past(made: Bundle) -> Bundle:
    return copy.deepcopy(made)


def verified(bundle: Bundle, **how: Any) -> verify.Report:
    return verify.verify_bundle(bundle, **{"whole": True, "trusted": [signer().public()["kid"]]} | how)


def test_a_true_past_is_valid_and_all_of_it_was_checked(past):
    report = verified(past)
    assert report.findings == []
    assert report.checked == past["counts"] == {"roots": 6, "leaves": 41, "chains": 12, "events": 41}
    assert kid(past) == signer().public()["kid"]


def test_an_erased_case_stays_verifiable(past):
    """It is over the stored bytes: an erased key takes nothing from the proof (decisions 13)."""
    first = past["roots"][0]["heads"][0][0]
    assert first in {chain["case"] for chain in past["chains"]}
    assert verified(past).valid


def hunted(past: Bundle, count: int) -> Counter[str]:
    """How many mutants of each kind there were; every one of them must have been found."""
    kinds, missed = Counter[str](), list[str]()
    for kind, mutant in mutants(past, count, SEED):
        kinds[kind] += 1
        missed += [kind] if verified(mutant).valid else []
    assert missed == []
    return kinds


def test_two_hundred_mutants_are_all_found(past):
    assert set(hunted(past, 200)) == {mutate.__name__ for mutate in MUTATIONS}


@pytest.mark.proof
def test_a_thousand_mutants_are_all_found(past):
    kinds = hunted(past, 1000)
    assert sum(kinds.values()) == 1000
    assert set(kinds) == {mutate.__name__ for mutate in MUTATIONS}


# --- nothing checked is never valid (lesson 27) ---------------------------------------------------------------------


def test_nothing_checked_is_a_failure(past):
    empty = past | {"roots": [], "chains": []}
    assert not verified(empty).valid  # it claims what it has not got
    recount(empty)
    assert verified(empty).findings == ["bundle: no root was checked, which proves nothing"]


def test_a_platform_on_which_nothing_happened_yet_has_empty_roots_and_they_are_checked(past):
    quiet = past | {"chains": [], "roots": []}
    for number in (1, 2):
        quiet["roots"].append(copy.deepcopy(past["roots"][0]) | {"heads": [], "at": number})
    reroot(quiet)
    for entry in quiet["roots"]:
        signer().resign(entry)
    recount(quiet)
    report = verified(quiet)
    assert (report.findings, report.checked["roots"]) == ([], 2)


@pytest.mark.parametrize("gone", ["roots", "chains"])
def test_half_a_bundle_is_a_failure(past, gone):
    past[gone] = []
    recount(past)
    assert not verified(past, whole=False).valid


def test_a_bundle_that_claims_more_than_was_checked_is_a_failure(past):
    past["counts"]["events"] += 1
    assert verified(past).findings == ["bundle: 41 of 42 events were checked"]


@pytest.mark.parametrize("broken", [{}, {"format": "jisheng-audit-1"}, {"roots": None}, [], None, "x", 3])
def test_what_is_malformed_is_not_valid_and_no_crash(broken):
    assert not verified(broken).valid


# --- each link by itself ----------------------------------------------------------------------------------------------


def test_an_event_whose_own_hash_fits_but_which_hangs_on_another_is_found(past):
    """Only the links can tell: roots and signatures do not come into it."""
    chain = next(one for one in past["chains"] if len(one["events"]) > 2)
    middle = chain["events"][1]
    middle["prev_hash"] = "11" * 32
    middle["hash"] = verify.link(chain["case"], middle["prev_hash"], middle)
    report = verify.Report()
    verify._chain(report, chain)
    assert report.findings == [f"case {chain['case']}: event 2 does not fit"]


def test_a_rewritten_history_fits_itself_but_not_the_roots(past):
    chain = next(one for one in past["chains"] if len(one["events"]) > 2)
    chain["events"][0]["type"] = "case.invented"
    refit(chain)
    alone = verify.Report()
    verify._chain(alone, chain)
    assert alone.valid
    assert "which is not there" in verified(past).findings[0]


def test_a_stranger_who_signs_everything_anew_is_found_by_the_pinned_key_alone(past):
    past["keys"]["keys"] = [stranger().public()]
    for entry in past["roots"]:
        stranger().resign(entry)
    assert not verified(past).valid
    report = verified(past, trusted=[])
    assert report.valid, "without a key that one trusts nobody can tell: the report says who signed"
    assert report.keys == {stranger().public()["kid"]}


def test_a_log_that_lost_its_end_is_found_by_who_saw_more(past):
    seen = [(entry["number"], entry["log"]) for entry in past["roots"]]
    assert verified(past, seen=seen).valid
    del past["roots"][4:]
    recount(past)
    report = verified(past, whole=False, seen=seen)
    assert report.findings == ["bundle: roots [5, 6] were seen before and are gone"]


def test_events_younger_than_the_last_root_are_counted_and_no_failure_unless_all_must_be_covered(past):
    chain = past["chains"][3]
    chain["events"].append(copy.deepcopy(chain["events"][-1]))
    refit(chain, len(chain["events"]) - 1)
    recount(past)
    report = verified(past, whole=False)
    assert (report.valid, report.uncovered) == (True, 1)
    assert "1 events are younger than the last root" in report.told()
    assert verified(past).findings == ["bundle: 1 events are covered by no root"]


def test_a_key_that_opens_everything_is_no_key(past):
    """With exponent 1 every number is its own signature."""
    weak = audit.public_key(int.from_bytes(b"\xff" * 256, "big"), 1)
    past["keys"]["keys"] = [weak]
    assert any("not a key for this" in one for one in verified(past, trusted=[weak["kid"]]).findings)


# --- proofs of the tree: the verifier's arithmetic is another than the platform's -----------------------------------

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@given(LEAVES, st.data())
def test_a_path_leads_to_the_root_from_its_own_leaf_and_place_alone(leaves, data):
    hashes = [merkle.leaf_hash(one) for one in leaves]
    index, size = data.draw(st.integers(0, len(leaves) - 1)), len(leaves)
    path, root = merkle.path(hashes, index), merkle.root(leaves)
    assert verify.root_by_path(index, size, hashes[index], path) == root == verify.root_of(hashes)
    assert verify.root_by_path(index, size, merkle.leaf_hash(b"another one"), path) != root
    assert verify.root_by_path(index, size, hashes[index], [*path, root]) is None
    if path:
        assert verify.root_by_path(index, size, hashes[index], path[:-1]) != root


def kept(leaves: list[bytes]) -> merkle.Node:
    """What the entries of a log keep, one after the other as the rooting makes them."""
    nodes: dict[int, list[bytes]] = {}

    def node(level: int, end: int) -> bytes:
        return nodes[end][level]

    for number, one in enumerate(leaves, 1):
        nodes[number] = merkle.finished(number, merkle.leaf_hash(one), node)
    return node


@given(LEAVES)
def test_the_log_that_is_kept_in_subtrees_has_the_root_of_rfc_6962_at_every_size(leaves):
    node = kept(leaves)
    for size in range(1, len(leaves) + 1):
        assert merkle.log_root(size, node) == merkle.root(leaves[:size])


@given(LEAVES, st.data())
def test_a_log_is_proven_to_begin_with_every_earlier_one_and_with_no_other(leaves, data):
    node, new = kept(leaves), len(leaves)
    old = data.draw(st.integers(1, new))
    before, after = merkle.root(leaves[:old]), merkle.root(leaves)
    proof = merkle.consistency(old, new, node)
    assert verify.extends(old, new, before, after, proof)
    assert not verify.extends(old, new, merkle.root([*leaves[: old - 1], b"another one"]), after, proof)
    assert not verify.extends(old, new, before, merkle.root([b"another one", *leaves[1:]]), proof)
    assert not verify.extends(old, new, before, after, [*proof, before])
    assert len(merkle.entries_read(lambda one: merkle.consistency(old, new, one))) <= 2 * new.bit_length()


# Published test vectors of Certificate Transparency's reference implementation (merkle_tree_test.cc).
INPUTS = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
PROOFS = {
    (1, 8): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
             "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
    (2, 5): ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
}  # fmt: skip


@pytest.mark.parametrize("sizes", PROOFS)
def test_consistency_proofs_are_those_of_certificate_transparency(sizes):
    assert [one.hex() for one in merkle.consistency(*sizes, kept(INPUTS))] == PROOFS[sizes]


# --- it stands alone -------------------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier as an auditor has it: copied away, no project, no site-packages, no environment."""
    alone = folder / "verify.py"
    shutil.copyfile(verify.__file__, alone)
    command = [sys.executable, "-I", "-S", str(alone), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_it_imports_nothing_but_the_standard_library():
    tree = ast.parse(Path(verify.__file__).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert names <= set(sys.stdlib_module_names)
    assert len(names) > 5


def test_as_a_command_it_says_what_holds_and_what_does_not(past, tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(past))
    said = run(tmp_path, "bundle.json", "--whole", f"--key={kid(past)}")
    assert said.returncode == 0, said
    assert said.stdout.startswith("valid: checked 6 roots, 41 leaves, 12 chains, 41 events; signed by ")
    past["roots"][2]["at"] += 1
    path.write_text(json.dumps(past))
    said = run(tmp_path, "bundle.json")
    assert said.returncode == 1
    assert "NOT VALID root 3: the signature does not hold" in said.stdout
    assert "not valid: checked" in said.stdout


@pytest.mark.parametrize("content", ["", "{", "[]", None])
def test_what_cannot_be_read_is_said_and_is_no_success(tmp_path, content):
    if content is not None:
        (tmp_path / "bundle.json").write_text(content)
    said = run(tmp_path, "bundle.json")
    assert said.returncode == 2
    assert "cannot be read" in said.stderr
