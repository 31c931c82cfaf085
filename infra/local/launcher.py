"""Runs the whole platform on this machine: `make run`. One supervisor, one emulator, one front door, loopback only.

    launcher.py [--port 8000] [--data .local/data] [--no-persist] [--enforce-roles] [--package DIR]

Prints `ready http://127.0.0.1:8000` when everything answers. Ctrl-C or SIGTERM saves and stops all it started.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import aiohttp
from aiohttp import web
from deployment import DeploymentError, Emulator, deploy, scheduled_event
from development import AUDIENCE, ISSUER, Development, SigningKey
from door import Door
from processes import Child, Lock, StartError, listen

ROOT = Path(__file__).resolve().parents[2]
DRAINING = 3.0  # seconds that requests in flight get at the end
# Calls that are under way at once; more of them wait here, which the gateway's 29 s include. Each is a worker
# process on this machine: on two cores six answer a little more a second than four or eight, and eight twice as many
# as forty.
SIDE_BY_SIDE = max(4, 3 * (os.cpu_count() or 1))
STARTED = time.monotonic()


def say(line: str) -> None:
    """Print one line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {line}", flush=True)


def main() -> int:
    """Run until a signal; return 0 if everything was saved and stopped."""
    plain = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    usual = int(os.environ.get("PORT", "8000"))
    options.add_argument("--port", type=int, default=usual, help="0: any free one")
    options.add_argument("--data", type=Path, default=ROOT / ".local" / "data", help="where the data live")
    options.add_argument("--no-persist", action="store_true", help="keep nothing (benches, tests)")
    roles = "functions may do what their roles allow, as on AWS (what was used: rights.jsonl in the data)"
    options.add_argument("--enforce-roles", action="store_true", help=roles)
    options.add_argument("--package", type=Path, help="a built artefact (default: build the project's)")
    options.add_argument("--tied", action="store_true", help="stop when our standard input closes (tests)")
    options.add_argument("--project", type=Path, default=ROOT)
    python = ROOT / ".venv" / "bin" / "python"
    options.add_argument("--python", type=Path, default=python, help="runs infra/package.py")
    chosen = options.parse_args()
    try:
        listening = listen(chosen.port)
    except OSError as error:
        reason = "is busy" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
        advice = "stop what listens there, or run with PORT=8001"
        print(f"Port {chosen.port} {reason}: {advice}.", file=sys.stderr)
        return 1
    try:
        package = chosen.package or packaged(chosen.project, chosen.python)
        return asyncio.run(run(chosen, package, listening))
    except (DeploymentError, StartError, aiohttp.ClientError) as error:
        print(f"The local stack did not start: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def packaged(project: Path, python: Path) -> Path:
    """Build the artefact with the project's own Python, unless it is there already; return its folder."""
    say("packaging …")
    script = str(Path(__file__).resolve().parents[1] / "package.py")
    command = [python, script, "--stage", "local", "--project", project]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise StartError(done.stderr.strip())
    say(done.stdout.strip())
    return project / ".local" / "package" / "local"


async def run(chosen: argparse.Namespace, package: Path, listening: socket.socket) -> int:
    """Start emulator and door, deploy, announce, wait for the end, stop everything."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if chosen.tied:
        asyncio.get_running_loop().add_reader(0, lambda: os.read(0, 1) or stop.set())
    data = chosen.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    lock = Lock(data / "lock")
    lock.take()
    child = Child(data, persist=not chosen.no_persist, enforce_roles=chosen.enforce_roles)
    connector = aiohttp.TCPConnector(limit=SIDE_BY_SIDE, keepalive_timeout=30)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        door = Door(session, child.endpoint, chosen.project / "admin")
        runner = web.AppRunner(door.application(), access_log=None, shutdown_timeout=0.5)
        try:
            starting = asyncio.create_task(_start(chosen, package, listening, child, door, runner, data))
            await _first(stop, starting, child)
            if not stop.is_set():
                await _first(stop, asyncio.create_task(child.ended()), child)
        finally:
            await door.drain(DRAINING if child.alive else 0)
            saved = await child.stop()
            await runner.cleanup()
            lock.release()
    say("stopped, everything saved" if saved else "stopped, but the last save failed")
    return 0 if saved else 1


async def _first(stop: asyncio.Event, task: asyncio.Task[None], child: Child) -> None:
    stopping = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(child.ended())
    await asyncio.wait([stopping, task, ended], return_when=asyncio.FIRST_COMPLETED)
    for other in (stopping, ended):
        other.cancel()
    if stop.is_set():
        task.cancel()
    elif not child.alive:
        raise StartError(f"the emulator ended by itself, see {child.log}")
    else:
        task.result()


async def _start(
    chosen: argparse.Namespace, package: Path, listening: socket.socket, child: Child, door: Door,
    runner: web.AppRunner, data: Path,
) -> None:  # fmt: skip
    say("starting the embedded stack …")
    child.start()
    port = listening.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    key = SigningKey(data / "keys")
    door.key_set = key.key_set
    await runner.setup()
    await web.SockSite(runner, listening).start()
    emulator = Emulator(door.session, child.endpoint)
    await child.answering(door.session)
    say("deploying …")
    keys = f"{url}/.well-known/jwks.json"
    parameters = {"JwtIssuer": ISSUER, "JwtAudience": AUDIENCE, "JwksUrl": keys, "PublicOrigin": url}
    parameters["NoticeOutbox"] = f"{url}/v1/dev/outbox"
    if chosen.no_persist:
        (data / "deployed.json").unlink(missing_ok=True)
    outputs = await deploy(emulator, package, data, parameters, seed)
    door.outputs = outputs
    door.development = Development(key, emulator, outputs, chosen.project / "schemas")
    await door.development.load()
    await asyncio.gather(_catch_up(emulator, outputs), _warm(door.session, url))
    print(f"ready {url}", flush=True)
    for name in people(chosen.project):
        print(f"  {name}", flush=True)


async def seed(emulator: Emulator, outputs: dict[str, str]) -> None:
    """Load the pack that lies inside the artefact: the function `seed` does it, as it would on AWS."""
    say("deployed; loading the pack …")
    result = await emulator.invoke(outputs["FunctionSeed"], {})
    say(f"seeded {json.dumps(result, ensure_ascii=False)[:200]}")


async def _catch_up(emulator: Emulator, outputs: dict[str, str]) -> None:
    """Have relayed from the tables what was committed but not relayed when the last run ended (decisions 1, 19).

    Only then are streams looked at: a case's next event must not stand in the feed before these.
    """
    try:
        await emulator.invoke(outputs["FunctionSweepFeed"], scheduled_event() | {"since": 0})
    except DeploymentError as error:
        say(f"ALARM events of the last run may be untold until the next hourly sweep: {error}")
    finally:
        await emulator.read_streams()


async def _warm(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(f"{url}/v1/health") as answer:
        await answer.read()


def people(project: Path) -> list[str]:
    """Return a line for each desk that has somebody: its name, and each post with the names to sign in with."""
    lines = []
    for path in sorted((project / "schemas" / "organisations").glob("**/*.json")):
        for name, node in json.loads(path.read_text()).get("nodes", {}).items():
            posts = node.get("posts", {}).items()
            held = [
                f"{post} {holder['subject']}" for post, entry in posts for holder in entry.get("holders", [])
            ]
            if held:
                lines.append(f"{node.get('title', {}).get('zh', name)}: {', '.join(held)}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
