"""The local stack's decisions that need no stack: limits, repair of a saved state, trimming of the artefact."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import artefact
from infra.local import limits, snapshots
from infra.local.stack import session_of

MEGABYTE = 1024 * 1024


@given(st.text(max_size=2000))
def test_the_size_of_a_text_in_an_event_is_never_understated(text):
    body = (text or "a").encode() * (limits.FUNCTION_BYTES // 5 // max(1, len(text.encode())) + 1)
    escaped = len(json.dumps(body.decode(), ensure_ascii=False).encode())
    assert limits.event_bytes(body, "application/json") >= min(escaped, limits.FUNCTION_BYTES)


def test_binary_counts_a_third_more_than_text():
    body = b"a" * (5 * MEGABYTE)
    assert limits.event_bytes(body, "text/csv") <= limits.FUNCTION_BYTES
    assert limits.event_bytes(body, "application/octet-stream") > limits.FUNCTION_BYTES
    assert limits.event_bytes(b"\xff" * (5 * MEGABYTE), "application/json") > limits.FUNCTION_BYTES


def test_headers_named_by_connection_stay_behind():
    sent = {
        "Connection": "close, X-One",
        "X-One": "1",
        "Transfer-Encoding": "chunked",
        "ETag": '"1"',
        "Host": "x",
    }
    assert limits.end_to_end(sent) == {"ETag": '"1"'}


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:5173"])
def test_this_machine_is_known_by_its_loopback_names(origin):
    assert limits.is_loopback(origin)


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1.example.org", "https://example.org", "null", "http://[", ""]
)
def test_other_machines_are_not_loopback(origin):
    assert not limits.is_loopback(origin)


def _generation(state: Path, name: str, functions: dict) -> Path:
    folder = state / name
    folder.mkdir(parents=True)
    (folder / "lambda.json").write_text(json.dumps({"__ministack_format__": 2, "payload": functions}))
    return folder


def test_stream_positions_are_emptied_before_a_start_and_the_rest_is_kept(tmp_path):
    used, unused = "a" * 64, "b" * 64
    whole = _generation(
        tmp_path,
        "gen-00000002",
        {"dynamodb_stream_positions": {"x": 330}, "functions": {"code_blob_ref": used}},
    )
    _generation(tmp_path, "gen-00000003", {"dynamodb_stream_positions": {}})  # a kill stopped it half way
    (tmp_path / "current").symlink_to(whole.name)
    (tmp_path / "lambda-blobs").mkdir()
    for digest in (used, unused):
        (tmp_path / "lambda-blobs" / f"{digest}.zip").touch()
    assert snapshots.repair(tmp_path) == whole
    repaired = json.loads((whole / "lambda.json").read_text())
    assert repaired["payload"] == {"dynamodb_stream_positions": {}, "functions": {"code_blob_ref": used}}
    assert repaired["__ministack_format__"] == 2
    assert [p.stem for p in (tmp_path / "lambda-blobs").iterdir()] == [used]
    assert sorted(p.name for p in tmp_path.glob("gen-*")) == ["gen-00000002"]


def test_the_first_start_has_nothing_to_repair(tmp_path):
    assert snapshots.repair(tmp_path) is None


def test_a_save_that_stays_away_raises_one_alarm(tmp_path):
    said: list[str] = []
    saves = snapshots.Snapshots(tmp_path, said.append)
    saves.mark()
    saves._alarm()
    assert not said
    saves.saved_at -= snapshots.ALARM + 1
    saves.dirty_since -= snapshots.ALARM + 1
    saves._alarm()
    saves._alarm()
    assert [line.split(" is ")[0] for line in said] == ["ALARM the last good save"]


def test_an_idle_stack_raises_no_alarm(tmp_path):
    said: list[str] = []
    saves = snapshots.Snapshots(tmp_path, said.append)
    saves.saved_at -= 3600
    saves._alarm()
    assert not said


@pytest.mark.parametrize(("seconds", "window"), [(0.1, 2.1), (1.0, 3.0), (3.7, 7.4)])
def test_the_loss_window_is_the_wait_for_a_save_and_the_save(tmp_path, seconds, window):
    saves = snapshots.Snapshots(tmp_path, print)
    saves.seconds = seconds
    assert saves.loss_window == pytest.approx(window)


def test_pins_are_exact_or_refused():
    pins = artefact.pinned("# why\nzen-engine==2.1.3\naws_lambda_powertools[x]==3.37.0 # note\n\n")
    assert pins == {"zen-engine": "2.1.3", "aws-lambda-powertools": "3.37.0"}
    with pytest.raises(artefact.BuildError, match=r"pin exactly.*botocore>=1"):
        artefact.pinned("botocore>=1")


def _wheel(tree: Path, name: str, version: str, files: dict[str, str]) -> None:
    info = tree / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    recorded = [*files, f"{info.name}/METADATA", "../../bin/tool"]
    (info / "RECORD").write_text("".join(f"{path},sha256=x,1\n" for path in recorded))


def test_a_wheel_that_is_missing_or_of_another_version_is_named(tmp_path):
    _wheel(tmp_path, "zen_engine", "2.1.2", {"zen/__init__.py": ""})
    pins = {"zen-engine": "2.1.3", "orjson": "3.13.0"}
    assert artefact.missing(tmp_path, pins) == ["zen-engine==2.1.3", "orjson==3.13.0"]
    assert artefact.missing(tmp_path, {"zen-engine": "2.1.2"}) == []


def test_what_to_import_is_read_from_the_wheels_themselves(tmp_path):
    files = {
        "zen/__init__.py": "",
        "zen/inner/__init__.py": "",
        "six.py": "",
        "_cffi.cpython-313.so": "",
        "data/x.txt": "",
    }
    _wheel(tmp_path, "many", "1", files)
    assert artefact.import_names(tmp_path, {"many": "1"}) == ["_cffi", "six", "zen"]


def test_trimming_keeps_metadata_and_licences_and_takes_stubs_tests_and_other_services(tmp_path):
    kept = {
        "one/__init__.py": "", "botocore/data/s3/2006-03-01/waiters-2.json": "{}",
        "botocore/data/endpoints.json": '{"partitions": []}',
    }  # fmt: skip
    gone = {
        "one/__init__.pyi": "", "one/tests/test_one.py": "", "botocore/data/ec2/2016-11-15/service-2.json.gz": "",
        "botocore/data/s3/2006-03-01/examples-1.json.gz": "", "one/__pycache__/old.cpython-310.pyc": "",
    }  # fmt: skip
    _wheel(tmp_path, "one", "1", kept | gone)
    licence = tmp_path / "one-1.dist-info" / "licenses" / "LICENSE"
    licence.parent.mkdir()
    licence.touch()
    artefact.trim(tmp_path)
    left = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert left == set(kept) | {"one-1.dist-info/METADATA", "one-1.dist-info/licenses/LICENSE"}


def test_thinning_takes_texts_for_readers_and_other_services_regions_and_nothing_else(tmp_path):
    model = tmp_path / "botocore" / "data" / "s3" / "2006-03-01" / "service-2.json.gz"
    endpoints = tmp_path / "botocore" / "data" / "endpoints.json"
    model.parent.mkdir(parents=True)
    shape = {"type": "structure", "members": {"documentation": {"shape": "Text", "documentation": "told"}}}
    model.write_bytes(gzip.compress(json.dumps({"documentation": "long", "shapes": {"A": shape}}).encode()))
    services = {"s3": {"endpoints": {"cn-north-1": {}}}, "ec2": {"endpoints": {}}}
    endpoints.write_text(
        json.dumps({"version": 3, "partitions": [{"partition": "aws-cn", "services": services}]})
    )
    artefact.trim(tmp_path)
    shape["members"]["documentation"]["documentation"] = ""  # the member stays: some readers want it
    thin = {"documentation": "", "shapes": {"A": shape}}
    assert json.loads(gzip.decompress(model.read_bytes())) == thin
    kept = {"partition": "aws-cn", "services": {"s3": services["s3"]}}
    assert json.loads(endpoints.read_text()) == {"version": 3, "partitions": [kept]}


def test_a_zip_depends_on_names_and_contents_only(tmp_path):
    for folder, order in (("first", "ab"), ("second", "ba")):
        (tmp_path / folder).mkdir()
        for name in order:
            path = tmp_path / folder / f"{name}.py"
            path.write_text(f"{name} = frozenset({{'x', 'y', 'z'}})\n")
            os.utime(path, (1, len(folder) * 1000))
        artefact.compile_tree(tmp_path / folder)
        artefact.write_zip(tmp_path / folder, tmp_path / f"{folder}.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert len(zipfile.ZipFile(tmp_path / "first.zip").namelist()) == 4


def test_the_proof_sees_nothing_of_the_interpreter_that_builds(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "good.py").write_text("import json\n")
    (tmp_path / "tree" / "bad.py").write_text("import pytest\n")
    artefact.write_zip(tmp_path / "tree", tmp_path / "a.zip")
    artefact.prove(tmp_path / "a.zip", ["good"])
    with pytest.raises(artefact.BuildError, match=r"bad \(ModuleNotFoundError: No module named 'pytest'\)"):
        artefact.prove(tmp_path / "a.zip", ["good", "bad"])


def test_a_session_is_listed_with_its_leader():
    assert os.getpid() in session_of(os.getsid(0))
