"""Start, stop, kill: what was acknowledged is there again, what was not relayed is relayed, nobody is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from functools import partial
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from standin import dynamodb, relayed, stored

from infra.local.stack import STACK_PYTHON, Stack, start_stack, wait_until

pytestmark = pytest.mark.stack
LAUNCHER = Path(__file__).resolve().parents[3] / "infra" / "local" / "launcher.py"


class Load:
    """Writers that remember what was acknowledged and when; half through the API, half straight to the table."""

    def __init__(self, running: Stack, label: str) -> None:
        self.running, self.label = running, label
        self.acknowledged: dict[str, float] = {}
        self._stop = threading.Event()
        writers = (self._through_the_api, self._to_the_table, self._through_the_api, self._to_the_table)
        self._threads = [threading.Thread(target=w, args=(n,), daemon=True) for n, w in enumerate(writers)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(15)

    def _through_the_api(self, writer: int) -> None:
        with httpx.Client(base_url=self.running.url, timeout=10) as client:
            for name in self._names(writer):
                with contextlib.suppress(httpx.HTTPError):
                    if client.post(f"/v1/{name}").status_code == 200:
                        self.acknowledged[name] = time.monotonic()

    def _to_the_table(self, writer: int) -> None:
        client, table = dynamodb(self.running), self.running.outputs["TableCases"]
        for name in self._names(writer):
            with contextlib.suppress(BotoCoreError, ClientError):
                client.put_item(TableName=table, Item={"pk": {"S": name}, "sk": {"S": "HEAD"}})
                self.acknowledged[name] = time.monotonic()

    def _names(self, writer: int):
        number = 0
        while not self._stop.is_set():
            number += 1
            yield f"{self.label}-{writer}-{number}"


@pytest.fixture
def kept(project, artefact, tmp_path):
    """A stack that keeps its data."""
    running = start_stack(tmp_path / "data", persist=True, package=artefact, project=project)
    yield running
    running.stop()


def _stop_under_load(kept: Stack, rounds: int) -> None:
    everything: set[str] = set()
    for number in range(rounds):
        with Load(kept, f"round{number}") as load:
            assert wait_until(
                lambda load=load: len(load.acknowledged) > 50, 20
            )  # on a busy machine clients start late
            time.sleep(1)
            assert kept.stop() == 0
        everything |= set(load.acknowledged)
        kept.restart()
        assert everything <= stored(kept)
        # What the stream missed was relayed at the start; what is written now comes through the stream again.
        assert everything <= relayed(kept)
        for fresh in range(30):
            httpx.post(f"{kept.url}/v1/after{number}-{fresh}")
        everything |= {f"after{number}-{fresh}" for fresh in range(30)}
        assert wait_until(partial(_all_relayed, kept, everything), 10)


def _all_relayed(kept: Stack, wanted: set[str]) -> bool:
    return wanted <= relayed(kept)


def test_sigterm_under_load_loses_no_acknowledged_write_and_no_event(kept):
    _stop_under_load(kept, rounds=2)


@pytest.mark.proof
def test_ten_sigterms_under_load_lose_nothing(kept):
    _stop_under_load(kept, rounds=10)


def _kill(kept: Stack, rounds: int) -> None:
    for number in range(rounds):
        with Load(kept, f"kill{number}") as load:
            time.sleep(6)
            window = kept.status()["loss_window_seconds"]
            killed = time.monotonic()
            kept.kill()
        assert window <= 5
        kept.restart()
        there = stored(kept)
        lost = {name: at for name, at in load.acknowledged.items() if name not in there}
        assert len(lost) < len(load.acknowledged)
        assert all(killed - at <= window + 0.5 for at in lost.values())


def test_sigkill_loses_no_more_than_the_window_that_is_told(kept):
    _kill(kept, rounds=1)


@pytest.mark.proof
def test_ten_sigkills_lose_no_more_than_the_window_that_is_told(kept):
    _kill(kept, rounds=10)


def test_a_start_with_nothing_changed_neither_deploys_nor_seeds_again(kept):
    before = kept.outputs
    httpx.post(f"{kept.url}/v1/once")
    assert kept.stop() == 0
    kept.lines.clear()
    started = time.monotonic()
    kept.restart()
    assert time.monotonic() - started < 15
    assert kept.outputs == before
    assert not [line for line in kept.lines if "seeded" in line]
    assert len(stored(kept, "TableDefinitions")) == 1
    assert httpx.get(f"{kept.url}/v1/health").status_code == 200
    assert "once" in stored(kept)


def test_a_save_may_take_the_longer_the_more_there_is_to_save(kept):
    before = kept.status()["limit_seconds"]
    for number in range(40):
        httpx.post(f"{kept.url}/v1/more{number}")
    assert before + 0.009 < kept.status()["limit_seconds"] < before + 1


def test_a_restart_that_could_not_save_everything_is_no_restart(kept, monkeypatch):
    monkeypatch.setattr(kept, "stop", lambda: 1)
    with pytest.raises(RuntimeError, match="the last save failed"):
        kept.restart()


def test_nothing_is_left_behind_and_nothing_listened_beyond_loopback(kept):
    with Load(kept, "ports"):
        time.sleep(1)
        pids = kept.pids
        addresses = [address for pid in pids for address in _listening(pid)]
        assert kept.stop() == 0
    assert len(pids) >= 3  # supervisor, emulator, workers
    assert len(addresses) >= 2
    assert {address for address, _ in addresses} == {"0100007F"}
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not list((kept.data / "run" / "tmp").glob("ministack-lambda-*/code/app.py"))


def _listening(pid: int) -> list[tuple[str, str]]:
    """Return (hex address, protocol) of each TCP listener and bound UDP socket of a process.

    A process that ended since it was listed (the child that saves a snapshot lives for milliseconds) has none.
    """
    try:
        return _listening_now(pid)
    except (FileNotFoundError, ProcessLookupError):
        return []


def _listening_now(pid: int) -> list[tuple[str, str]]:
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            inodes.add(str(link.readlink()))
    found = []
    for protocol, states in (("tcp", {"0A"}), ("tcp6", {"0A"}), ("udp", {"07"}), ("udp6", {"07"})):
        for line in Path(f"/proc/{pid}/net/{protocol}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] in states and f"socket:[{fields[9]}]" in inodes:
                found.append((fields[1].partition(":")[0], protocol))
    return found


def test_an_emulator_whose_launcher_was_killed_saves_and_goes(kept):
    httpx.post(f"{kept.url}/v1/orphan")
    pids = kept.pids
    os.kill(pids[0], signal.SIGKILL)
    assert wait_until(lambda: not [p for p in pids[1:] if Path(f"/proc/{p}").exists()], 10)
    kept.kill()
    kept.restart()
    assert "orphan" in stored(kept)


def test_a_launcher_whose_emulator_died_says_so_and_ends(project, artefact, tmp_path):
    running = start_stack(tmp_path / "data", package=artefact, project=project)
    os.kill(int((tmp_path / "data" / "emulator.pid").read_text()), signal.SIGKILL)
    assert wait_until(lambda: len(running.pids) == 0, 10)
    assert any("ended by itself" in line for line in running.lines)


def test_a_busy_port_is_refused_in_one_sentence(project, artefact, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [STACK_PYTHON, LAUNCHER, "--port", port, "--data", tmp_path, "--package", artefact]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == f"Port {port} is busy: stop what listens there, or run with PORT=8001."


def test_two_stacks_run_side_by_side_but_not_on_one_folder(stack, project, artefact, tmp_path):
    with start_stack(tmp_path / "other", package=artefact, project=project) as other:
        assert other.url != stack.url
        httpx.post(f"{other.url}/v1/apart")
        assert "apart" not in stored(stack)
        with pytest.raises(RuntimeError, match="another stack uses"):
            start_stack(stack.data, package=artefact, project=project)
    assert httpx.get(f"{stack.url}/v1/health").status_code == 200


def test_ready_is_followed_by_the_names_to_sign_in_with(stack):
    ready = stack.lines.index(f"ready {stack.url}")
    assert wait_until(lambda: any("person:demo-window" in line for line in stack.lines[ready:]), 5)
    assert any("seeded" in line and "demo.json" in line for line in stack.lines[:ready])
