"""The past can be checked from outside: anybody follows the log of roots, a party proves its own case, alone."""

from __future__ import annotations

import copy
import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.domain import audit as tree
from chalicelib.domain import merkle
from infra import audit, restore_drill, verify
from infra.local.stack import Stack
from tests.builders import Api, Firm, approved_case, ok, refused

pytestmark = pytest.mark.stack

Rooted = dict[str, Any]


@pytest.fixture(scope="module")
def rooted(running: Stack, api: Api) -> Rooted:
    """A case that was granted and served, once a root covers all of it; and a later root over another case."""
    api.be_on("2026-03-02")
    firm = Firm(api)
    case = approved_case(api, firm)
    _until_covered(running, api, firm, case)
    other = Firm(api)
    _until_covered(running, api, other, other.applies())
    return {"firm": firm, "case": case, "path": f"/v1/cases/{case['case_id']}/proof"}


def _until_covered(running: Stack, api: Api, firm: Firm, case: dict[str, Any]) -> None:
    """What the stream told is covered ten seconds after, by the first root that is due then."""
    api.set_clock((api.now() + timedelta(seconds=30)).isoformat())
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        running.invoke("Root")
        proof = ok(firm.person.get(f"/v1/cases/{case['case_id']}/proof"))
        if proof["covered"] and proof["covered"]["seq"] == proof["seq"]:
            return
        time.sleep(1)
    raise AssertionError("the case was never covered by a root")


def keys(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = ok(api.anybody.get("/v1/audit/keys"))
    return found


def log(api: Api) -> list[dict[str, Any]]:
    found, after = list[dict[str, Any]](), 0
    while after is not None:
        page = ok(api.anybody.get(f"/v1/audit/roots?after={after}&limit=2"))
        found, after = found + page["roots"], page["after"]
    return found


def test_a_party_proves_its_own_case_with_nothing_but_the_answer_and_the_key(
    api: Api, rooted: Rooted
) -> None:
    proof = ok(rooted["firm"].person.get(rooted["path"]))
    (key,) = keys(api)["keys"]
    report = verify.verify_proof(proof, keys(api), trusted=[key["kid"]])
    assert report.findings == []
    assert report.checked == {"roots": 1, "leaves": 1, "chains": 1, "events": rooted["case"]["seq"]}
    assert report.uncovered == 0
    assert verify._number(key["n"]).bit_length() == 3072


@pytest.mark.parametrize("member", ["type", "at", "body", "prev_hash", "hash"])
def test_a_proof_that_was_touched_proves_nothing(api: Api, rooted: Rooted, member: str) -> None:
    proof = ok(rooted["firm"].person.get(rooted["path"]))
    event = proof["events"][1]
    event[member] = event[member] + 1 if member == "at" else event[member][::-1]
    assert not verify.verify_proof(proof, keys(api)).valid


def test_a_proof_of_another_place_or_of_nothing_is_refused(api: Api, rooted: Rooted) -> None:
    proof = ok(rooted["firm"].person.get(rooted["path"]))
    for change in ({"leaf_index": proof["covered"]["leaf_index"] + 1}, {"seq": 1}, {"path": []}):
        wrong = copy.deepcopy(proof)
        wrong["covered"] |= change
        assert not verify.verify_proof(wrong, keys(api)).valid, change
    assert not verify.verify_proof(proof | {"covered": None}, keys(api)).valid
    assert not verify.verify_proof(proof | {"events": []}, keys(api)).valid
    assert not verify.verify_proof(proof, {"keys": []}).valid


def test_the_proof_is_of_the_very_events_that_the_timeline_shows(rooted: Rooted) -> None:
    person = rooted["firm"].person
    proof = ok(person.get(rooted["path"]))
    said = [(one["seq"], one["type"], one["prev_hash"], one["hash"]) for one in person.events(rooted["case"])]
    assert [(one["seq"], one["type"], one["prev_hash"], one["hash"]) for one in proof["events"]] == said
    later = ok(person.get(f"{rooted['path']}?after=3"))
    assert [one["seq"] for one in later["events"]] == [one[0] for one in said][3:]


def test_who_may_see_the_case_may_have_its_proof_and_nobody_else(api: Api, rooted: Rooted) -> None:
    for one in (api.staff("window"), api.staff("decider"), api.auditor):
        assert verify.verify_proof(ok(one.get(rooted["path"])), keys(api)).valid
    for one in (Firm(api).person, api.admin, api.staff("tax-handler")):
        refused(one.get(rooted["path"]), 404, "case-not-found")
    refused(api.anybody.get(rooted["path"]), 401, "sign-in-needed")


def test_anybody_follows_the_log_and_every_entry_names_the_one_before(api: Api, rooted: Rooted) -> None:
    entries, known = log(api), verify.Report()
    usable = verify.usable(keys(api), [], known)
    assert len(entries) >= 2
    assert [one["number"] for one in entries] == list(range(1, len(entries) + 1))
    before = verify.GENESIS
    for entry in entries:
        assert entry["before"] == before
        assert verify.signed(entry, usable, known, "root"), entry
        before = entry["root"]
    leaves = [verify.entry_leaf(one) for one in entries]
    assert [one["log"] for one in entries] == [
        verify.root_of(leaves[: number + 1]).hex() for number in range(len(leaves))
    ]
    assert known.valid


def test_the_leaves_of_a_root_make_it_and_tell_of_no_case(api: Api, rooted: Rooted) -> None:
    proof = ok(rooted["firm"].person.get(rooted["path"]))
    covered = proof["covered"]
    answer = api.anybody.get(f"/v1/audit/roots/{covered['root']['number']}")
    shown = ok(answer)
    assert shown["root"] == covered["root"]
    hashes = [bytes.fromhex(one) for one in shown["leaf_hashes"]]
    assert verify.root_of(hashes).hex() == shown["root"]["root"]
    own = merkle.leaf_hash(tree.leaf(proof["case_id"], covered["seq"], bytes.fromhex(covered["hash"])))
    assert hashes[covered["leaf_index"]] == own
    assert "cas_" not in answer.text
    assert ok(api.anybody.get("/v1/audit/roots/latest"))["root"]["number"] >= shown["root"]["number"]
    rest = ok(api.anybody.get(f"/v1/audit/roots/{shown['root']['number']}?after=1"))
    assert rest["leaf_hashes"] == shown["leaf_hashes"][1:]


def test_every_earlier_log_is_proven_to_be_the_beginning_of_the_newest(api: Api, rooted: Rooted) -> None:
    entries = log(api)
    for since in range(1, len(entries) + 1):
        answer = ok(api.anybody.get(f"/v1/audit/roots/{len(entries)}/consistency?since={since}"))
        assert (answer["old"], answer["new"]) == (entries[since - 1], entries[-1])
        assert verify.verify_consistency(answer, keys(api)).valid
        if since < len(entries):
            assert not verify.verify_consistency(answer | {"proof": answer["proof"][1:]}, keys(api)).valid
            assert not verify.verify_consistency(answer | {"old": entries[since]}, keys(api)).valid


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("roots/0", 404, "not-found"), ("roots/99999", 404, "not-found"), ("roots/x", 404, "not-found"),
     ("roots/-1", 404, "not-found"), ("roots?after=x", 422, "cursor-invalid"),
     ("roots?limit=101", 422, "limit-invalid"),
     ("roots/1/consistency", 422, "query-invalid"), ("roots/1/consistency?since=2", 422, "query-invalid"),
     ("roots/1/consistency?since=x", 422, "query-invalid"), ("roots/1/consistency?since=99999", 404, "not-found")],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(
    api: Api, rooted: Rooted, path: str, status: int, code: str
) -> None:
    refused(api.anybody.get(f"/v1/audit/{path}"), status, code)


def test_no_request_makes_a_root(api: Api, rooted: Rooted) -> None:
    """Lesson 28: anchoring stands in nobody's way. Until the next hour a new case says that nothing covers it yet."""
    before = ok(api.anybody.get("/v1/audit/roots/latest"))["root"]["number"]
    firm = Firm(api)
    case = firm.applies()
    proof = ok(firm.person.get(f"/v1/cases/{case['case_id']}/proof"))
    assert (proof["seq"], proof["covered"]) == (1, None)
    assert ok(api.anybody.get("/v1/audit/roots/latest"))["root"]["number"] == before


def test_the_whole_past_is_exported_and_verified(
    running: Stack, rooted: Rooted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bundle.json"
    assert audit.main(["export", "--data", str(running.data), "--out", str(out)]) == 0
    made = json.loads(out.read_text())
    assert rooted["firm"].uscc not in out.read_text()
    assert verify.main([str(out)]) == 0
    said = capsys.readouterr().out
    assert f"wrote {out}: {made['counts']['roots']} roots" in said
    assert "valid: checked" in said
    made["chains"][0]["events"][0]["at"] += 1
    out.write_text(json.dumps(made))
    assert verify.main([str(out)]) == 1
    assert "event 1 does not fit" in capsys.readouterr().out


def test_where_nothing_runs_there_is_nothing_to_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(["export", "--data", str(tmp_path), "--out", str(tmp_path / "x")]) == 1
    assert "`make run` first" in capsys.readouterr().err


def test_a_deployment_is_exported_and_its_restore_drilled_by_the_names_that_cloudformation_says(
    running: Stack,
    rooted: Rooted,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The commands for AWS, against the emulator's own CloudFormation and point-in-time recovery."""
    for name, value in {
        "AWS_ENDPOINT_URL": running.endpoint, "AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "x",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    of = ["--stack", "jisheng", "--region", "us-east-1"]
    out = tmp_path / "bundle.json"
    assert audit.main(["export", *of, "--out", str(out)]) == 0
    assert verify.main([str(out)]) == 0
    assert restore_drill.main(of) == 1
    assert "point-in-time recovery is off" in capsys.readouterr().err
    dynamo = get_session().create_client("dynamodb", "us-east-1")
    for name in audit.TABLES:  # which the template asks for and the emulator's CloudFormation does not do
        dynamo.update_continuous_backups(
            TableName=running.outputs[f"Table{name}"],
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    assert restore_drill.main(of) == 0
    said = capsys.readouterr().out
    assert re.match(
        r"restored in \d+ s, verified in \d+\.\d s: \d+ rows, \d+ cases, \d+ events, every chain", said
    )
    assert "roots recomputed, their signatures checked" in said
