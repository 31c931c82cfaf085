"""Runs in the emulator's environment: asks the local door for some paths and prints what it answered."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "infra" / "local"))


async def asked(paths: list[str]) -> list[list[object]]:
    from aiohttp import ClientSession
    from aiohttp.test_utils import TestClient, TestServer
    from door import Door
    from yarl import URL

    async with ClientSession() as session:
        door = Door(session, "http://127.0.0.1:9", ROOT / "admin")
        async with TestClient(TestServer(door.application())) as client:
            found = []
            for path in paths:
                method, _, where = path.partition(" ")
                answer = await client.request(method, URL(where, encoded=True), allow_redirects=False)
                text = await answer.text()
                found.append(
                    [answer.status, answer.headers.get("Location") or answer.content_type, text[:15]]
                )
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(asked(sys.argv[1:]))))
