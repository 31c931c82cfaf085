"""Nothing personal lies anywhere in the clear, and what was erased cannot be read again by anybody."""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.session import get_session

from chalicelib.domain.change import RecordWrite
from chalicelib.stores.dynamo import Write
from chalicelib.stores.encoding import pack_body
from chalicelib.wiring import App
from infra.local.stack import Stack, wait_until
from tests.integration.faults.canaries import LEFT_OPEN, PLANTED, Search, needles
from tests.integration.faults.conftest import Start
from tests.integration.faults.district import (
    APPLICANT,
    EXAMPLE,
    HANDLER,
    LICENCE,
    WINDOW,
    District,
    application,
    books_of,
    scanned,
    stores_of,
    what_is_half_written,
)

pytestmark = pytest.mark.stack
HIDDEN, OPEN = needles(PLANTED.words), needles(LEFT_OPEN.words)
SEARCH = Search(
    HIDDEN + OPEN
)  # one for all places: the same values lie in tables, in files and in their copy
GAPS = {
    "gaps": [{"what": f"{PLANTED.name} {PLANTED.id_number}", "how": f"{PLANTED.address} {PLANTED.mobile}"}]
}
SAID = {"note": " ".join(PLANTED.words)}


def _form() -> dict[str, Any]:
    """The example's form about the planted person, wherever a person or an address is asked for."""
    form: dict[str, Any] = copy.deepcopy(EXAMPLE["form"])
    person = {"name": PLANTED.name, "id_number": PLANTED.id_number, "mobile": PLANTED.mobile}
    form["legal_representative"] |= person
    form["safety_manager"] |= person
    form["staff"][0]["name"] = PLANTED.name
    form["premises"]["address"]["detail"] = PLANTED.address
    form["delivery"]["mobile"] = form["inspection_window"]["contact"] = PLANTED.mobile
    return form


class Planter:
    """Puts the canaries wherever callers can put something: what is taken, and what is refused."""

    def __init__(self, stack: Stack) -> None:
        self.person = District(stack.url)
        for subject, roles in ((APPLICANT, ["citizen"]), (WINDOW, ["staff"])):
            asked = {"subject": subject, "roles": roles, "name": PLANTED.name, "via": "web"}
            token = self.person.http.post("/v1/dev/tokens", json=asked).json()["token"]
            self.person._tokens[subject] = {"Authorization": f"Bearer {token}"}

    def plant(self, app: App) -> list[str]:
        """The cases that carry the canaries; each answer is what it should be, or nothing was planted."""
        corrected, granted, voided = (self._submitted() for _ in range(3))
        self._moved(corrected, "request_correction", WINDOW, GAPS)
        self._moved(corrected, "resubmit", APPLICANT, {"form": _form(), **SAID})
        self._moved(voided, "void", WINDOW, {"reason": " ".join(PLANTED.words)})
        self._granted(granted)
        self._disclosed(corrected)
        self._draft()
        body = {"uscc": "91430112MA4DEM010Y", "missing": [{"body": "tax", "what": " ".join(PLANTED.words)}]}
        app.kit.records.write(
            RecordWrite("clearances", "91430112MA4DEM010Y", 0, body, "2026-03-02"), WINDOW, app.kit.now()
        )
        self._refused(corrected)
        return [corrected, granted, voided]

    def _submitted(self) -> str:
        answer = self.person.submit(form=_form())
        assert answer.status_code == 201, answer.text
        case_id: str = answer.json()["case_id"]
        return case_id

    def _moved(self, case_id: str, move: str, by: str, given: dict[str, Any]) -> None:
        answer = self.person.move(case_id, move, by, given)
        assert answer.status_code == 200, answer.text

    def _granted(self, case_id: str) -> None:
        """To the end: its outcome writes a record with name and address into a register, and issues documents."""
        for step in EXAMPLE["moves"]:
            by = f"person:demo-{step['by'].removeprefix('post:')}"
            given = dict(step.get("input", {}))
            given |= {"note": SAID["note"]} if step["move"] == "accept" else {}
            given |= {"grounds": SAID["note"]} if step["move"] == "propose" else {}
            self._moved(case_id, step["move"], by, given)
        answer = self.person.http.get(f"/v1/cases/{case_id}/documents", headers=self.person.as_(APPLICANT))
        assert PLANTED.name in answer.text or PLANTED.address in answer.text

    def _disclosed(self, case_id: str) -> None:
        answer = self.person.http.post(
            f"/v1/cases/{case_id}/disclosures",
            json={"purpose": SAID["note"]},
            headers=self.person.as_(WINDOW),
        )
        assert PLANTED.id_number in answer.text

    def _draft(self) -> None:
        answer = self.person.http.post(
            f"/v1/items/{LICENCE}/drafts", json=application(_form()), headers=self.person.as_(APPLICANT)
        )
        assert answer.status_code == 201

    def _refused(self, case_id: str) -> None:
        """Errors are where careless logs come from: values that are wrong, in every part of a request."""
        http, headers = self.person.http, self.person.as_(APPLICANT) | {"Idempotency-Key": "canary"}
        wrong = _form() | {"uscc": PLANTED.id_number, PLANTED.name: PLANTED.mobile}
        wrong["legal_representative"] |= {"id_number": PLANTED.id_number[:-1] + "A", "email": PLANTED.name}
        here = f"/v1/items/{LICENCE}/cases"
        answers = [
            http.post(here, json=application(wrong), headers=headers),
            http.post(here, content=b'{"form": {"name": "' + PLANTED.name.encode() + b'", ', headers=headers),
            http.post(
                f"/v1/cases/{case_id}/moves", json={"move": PLANTED.name, "input": SAID}, headers=headers
            ),
            http.post(
                f"/v1/cases/{case_id}/moves", json={"move": "withdraw", "input": GAPS}, headers=headers
            ),
            http.get(f"/v1/cases/{PLANTED.id_number}", headers=headers),
            http.get(f"/v1/cases/{PLANTED.name}", headers=headers),
            http.get("/v1/items", params={"q": PLANTED.name, "after": PLANTED.mobile}, headers=headers),
            http.get(
                "/v1/cases", params={"after": PLANTED.id_number, "limit": PLANTED.mobile}, headers=headers
            ),
            http.get(f"/v1/registers/enterprises/records/{PLANTED.id_number}", headers=headers),
            http.get("/v1/cases", headers={"Authorization": f"Bearer {PLANTED.id_number}"}),
            http.get(f"/v1/nothing/{PLANTED.mobile}", headers=headers),
            http.post("/v1/dev/clock", json={"now": PLANTED.mobile}),
        ]
        assert {answer.status_code // 100 for answer in answers} <= {2, 4}


# ── Where data rest ──────────────────────────────────────────────────────────────────────────────────────────


def _client(stack: Stack, service: str) -> Any:
    return get_session().create_client(
        service, region_name="us-east-1", endpoint_url=stack.endpoint, aws_access_key_id="000000000000",
        aws_secret_access_key="local",
    )  # fmt: skip


def _tables(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Every item of every table: each value by itself, as it is stored."""
    client = _client(stack, "dynamodb")
    for table in client.list_tables()["TableNames"]:
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                place = f"{table} {next(iter(item['pk'].values()))}"
                for name, typed in item.items():
                    value = next(iter(typed.values()))
                    yield place, value if isinstance(value, bytes) else f"{name}={value}".encode()


def _objects(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Every object of every bucket, but the zip of the code."""
    client = _client(stack, "s3")
    for bucket in client.list_buckets()["Buckets"]:
        for one in client.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ()):
            if not one["Key"].endswith(".zip"):
                yield one["Key"], client.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()


def _messages(stack: Stack) -> Iterator[tuple[str, bytes]]:
    client = _client(stack, "sqs")
    for url in client.list_queues()["QueueUrls"]:
        yield url, url.encode()
        for one in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ()):
            yield url, json.dumps(one).encode()


def _logs(stack: Stack) -> Iterator[tuple[str, bytes]]:
    client = _client(stack, "logs")
    for group in client.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        for stream in client.describe_log_streams(logGroupName=name)["logStreams"]:
            asked = {"logGroupName": name, "logStreamName": stream["logStreamName"]}
            for event in client.get_log_events(**asked)["events"]:
                yield name, event["message"].encode()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything below the data folder, but the code: state, objects, logs, keys."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".zip" and "code" not in path.relative_to(folder).parts:
            yield str(path.relative_to(folder)), path.read_bytes()


def _searched(name: str, places: Iterator[tuple[str, bytes]], at_least: int) -> set[str]:
    """Places where the person left open was found; a planted one found is a failure, so is a search of nothing."""
    seen, leaks, left_open = 0, set[str](), set[str]()
    for place, data in places:
        seen += 1
        for hit in SEARCH.found(data):
            (left_open if hit in OPEN else leaks).add(place)
    print(f"{name}: {seen} looked at")
    assert seen >= at_least, f"{name}: there was nothing to search"
    assert leaks == set(), name
    return left_open


def _left_open(app: App) -> str:
    """One item that is compressed but not sealed, as a careless store would keep it."""
    table = app.config.tables.records
    item = {"pk": "LEFT#OPEN", "sk": "0", "b": pack_body({"person": list(LEFT_OPEN.words) * 3})}
    app.dynamo.write(Write("open", table, item=item))
    return f"{table} LEFT#OPEN"


@pytest.mark.timeout(300)
def test_no_planted_person_is_found_anywhere_but_the_one_left_open(start: Start, tmp_path: Path) -> None:
    stack = start(persist=True)
    District(stack.url).set_clock()
    with stores_of(stack) as app:
        cases = Planter(stack).plant(app)
        place = _left_open(app)
        assert wait_until(lambda: {(case, 2) for case in cases} <= books_of(app).told, 15)  # the relay ran
        assert _searched("tables", _tables(stack), 100) == {place}
    assert _searched("objects", _objects(stack), 1) == set()
    assert _searched("queues", _messages(stack), 2) == set()
    assert _searched("logs", _logs(stack), 20) == set()
    # Copied while it runs (a save is a generation of its own), then as the last, gentle stop leaves it.
    running = _copied(stack, tmp_path)
    for folder in (running, stack.data):
        hits = _searched("files", _files(folder), 10)
        assert hits
        assert all("dynamodb" in Path(hit).name for hit in hits), hits
        stack.stop()
    assert _searched("what the launcher printed", enumerate_lines(stack.lines), 5) == set()


def _copied(stack: Stack, folder: Path) -> Path:
    """The data folder as it is between two saves; one that a save overtook is copied again."""
    for attempt in range(8):
        target = folder / f"copy{attempt}"
        with contextlib.suppress(shutil.Error, FileNotFoundError):
            if wait_until(lambda: not stack.status()["dirty"], 15):
                leaving_out = shutil.ignore_patterns("run")
                return Path(shutil.copytree(stack.data, target, symlinks=True, ignore=leaving_out))
    raise AssertionError("no copy could be made between two saves")


def enumerate_lines(lines: list[str]) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(lines):
        yield f"line {number}", line.encode()


# ── Erasure ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.timeout(120)
def test_an_erased_case_keeps_its_chain_and_nobody_reads_it_again(start: Start) -> None:
    stack = start()
    person = District(stack.url)
    person.set_clock()
    kept, erased = (person.submit(form=_form()).raise_for_status().json() for _ in range(2))
    person.move(erased["case_id"], "accept", WINDOW).raise_for_status()
    with stores_of(stack) as app:
        app.cases.erase(erased["case_id"])
        verdict = app.cases.verify(erased["case_id"])
        assert (verdict.holds, verdict.checked) == (True, 2)
        assert what_is_half_written(app, books_of(app)) == []
        assert "k" not in books_of(app).heads[erased["case_id"]]
        assert app.cases.load(erased["case_id"]).case is None
        assert app.cases.load(erased["case_id"]).form is None
        _no_row_of_it_opens(app, erased["case_id"])
    _nobody_reads(person, erased)
    _lists_survive(person, kept["case_id"], erased["case_id"])


def _no_row_of_it_opens(app: App, case_id: str) -> None:
    """No key that is left in any table opens a body of the erased case."""
    rows = [item for item in scanned(app, app.config.tables.cases) if item["pk"] == case_id and "b" in item]
    left = {bytes(item["k"]) for item in scanned(app, app.config.tables.cases) if "k" in item}
    assert len(rows) >= 4  # head, form, two events
    assert left
    for row in rows:
        for key in left:
            with pytest.raises(Exception, match=r"[Ss]eal"):
                app.vault.open(key, row)


def _nobody_reads(person: District, erased: dict[str, Any]) -> None:
    """A clean problem, in words, for every way in; not an error of the inside."""
    case_id = erased["case_id"]
    answers: list[httpx.Response] = []
    for who in (APPLICANT, WINDOW, HANDLER):
        headers = person.as_(who)
        for path in (case_id, f"{case_id}/events", f"{case_id}/documents", erased["number"]):
            answers.append(person.http.get(f"/v1/cases/{path}", headers=headers))
        answers.append(person.move(case_id, "withdraw", who))
        answers.append(
            person.http.post(f"/v1/cases/{case_id}/disclosures", json={"purpose": "查看"}, headers=headers)
        )
    assert {answer.status_code for answer in answers} <= {404, 410}
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert not any(word in answer.text for answer in answers for word in PLANTED.words)


def _lists_survive(person: District, kept: str, erased: str) -> None:
    for who, path in (
        (APPLICANT, "/v1/cases"),
        (WINDOW, "/v1/queues/market-regulation.food"),
    ):
        answer = person.http.get(path, headers=person.as_(who))
        assert answer.status_code == 200, answer.text
        listed = {row["case_id"] for row in answer.json()["cases"]}
        assert kept in listed
        assert erased not in listed
