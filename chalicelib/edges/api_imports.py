"""Listens for tables: an official sends one for a register, and asks what became of its lines."""

from __future__ import annotations

import binascii
import zlib
from base64 import b64decode

from chalicelib import wiring
from chalicelib.domain.problems import Problem, Text
from chalicelib.edges.http import Reply, Request, Routes
from chalicelib.edges.late import Late
from chalicelib.edges.reading import Shape, members, sequence

importing = Late("importing")
route = Routes(__name__)

SENT = 5_500_000  # characters: a request of Lambda carries six megabytes (decisions 8)
UNPACKED = 64 * 1024 * 1024  # bytes of a table that was sent compressed (sample default, not from the plan)
FILE = Shape(
    "base64 编码的文件，可先 gzip 压缩", "the file in base64, gzipped if it is large",
    lambda value: isinstance(value, str) and len(value) <= SENT,
)  # fmt: skip


@route("POST", "/v1/registers/{register_id}/imports")
def send_table(request: Request) -> Reply:
    """Taken in and cut into chunks; workers make records of them. The same table again goes on where it stopped."""
    table = _file(members(request, {"table": FILE})["table"])
    app = wiring.app()
    standing = importing.send(app.importer, request.person(), request.path["register_id"], table)
    return Reply(standing, 202)


@route("GET", "/v1/registers/{register_id}/imports/{import_id}")
def get_import(request: Request) -> Reply:
    """How far it is, and what stands against the lines of one chunk; `after` is the next one."""
    register, identity = request.path["register_id"], request.path["import_id"]
    return Reply(
        importing.shown(wiring.app().importer, request.person(), register, identity, sequence(request))
    )


def _file(text: str) -> bytes:
    try:
        content = b64decode(text, validate=True)
        if content[:2] == b"\x1f\x8b":
            content = _unpacked(content)
    except (binascii.Error, ValueError, zlib.error) as error:
        said = Text("文件无法读取", "the file cannot be read")
        raise Problem("invalid", "sheet-unreadable", said) from error
    return content


def _unpacked(content: bytes) -> bytes:
    unpacking = zlib.decompressobj(31)
    made = unpacking.decompress(content, UNPACKED)
    if not unpacking.eof:
        raise zlib.error("cut off, or too large")
    return made
