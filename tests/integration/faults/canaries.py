"""Plants people who do not exist and looks for them in bytes, however these were wrapped; unseals nothing."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from chalicelib.stores import vocabulary
from chalicelib.stores.encoding import pack_body

DEPTH = 6  # of wrappings inside wrappings
MOST = 32 << 20  # bytes of one unwrapped blob
LEAST = 8  # bytes of the shortest wrapping of the shortest needle: three characters of GB 18030 in base64

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPES = re.compile(rb"(?:\\+u[0-9a-fA-F]{4})+")
_STREAMS = re.compile(
    rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]"
)  # where gzip (RFC 1952) and zlib (RFC 1950) begin


def id_number(first17: str) -> str:
    """A resident id number with its check character (GB 11643-1999)."""
    total = sum(int(digit) * 2 ** (17 - index) for index, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


@dataclass(frozen=True, slots=True)
class Canary:
    """A person made up for one test: four things of which none may be found anywhere."""

    name: str
    address: str
    id_number: str
    mobile: str

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, self.address, self.id_number, self.mobile)


PLANTED = Canary("覃鹂凰", "金雀花巷七十七号三栋五零八室", id_number("43011219871123071"), "13977310452")
# The one that a test writes down unsealed, so that a search which finds nothing is known to be blind.
LEFT_OPEN = Canary("漆雕鹓雏", "画眉坡九十一号二单元", id_number("43010319790229063"), "13677315809")


def needles(words: Iterable[str]) -> tuple[bytes, ...]:
    """The words as bytes in every encoding that a text may be stored in."""
    return tuple(
        {word.encode(code) for word in words for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")}
    )


def found(data: bytes, wanted: tuple[bytes, ...]) -> set[bytes]:
    """Which needles are in `data`: as it is, or base64, hex, deflated, gzipped, %-encoded, \\u-escaped, mixed."""
    return Search(wanted).found(data)


class Search:
    """Looks for needles in one blob after another; what it has once looked through it does not unwrap again."""

    def __init__(self, wanted: tuple[bytes, ...]) -> None:
        self.wanted = wanted
        self._known: dict[bytes, tuple[int, set[bytes]]] = {}

    def found(self, data: bytes, depth: int = DEPTH) -> set[bytes]:
        searched, hits = self._known.get(data, (-1, set[bytes]()))
        if searched >= depth:
            return hits
        hits = {needle for needle in self.wanted if needle in data}
        if depth and len(data) >= LEAST:
            for inner in unwrapped(data):
                hits |= self.found(inner, depth - 1)
        self._known[data] = (depth, hits)
        return hits


def unwrapped(data: bytes) -> Iterator[bytes]:
    """What `data` holds in some wrapping, each taken off once."""
    for run in _BASE64.finditer(data):
        yield from _base64(run.group())
    for run in _HEX.finditer(data):
        yield bytes.fromhex(run.group().decode())
    if escaped := _ESCAPES.sub(_unescape, data):
        yield from [escaped] if escaped != data else []
    if b"%" in data and (plain := unquote_to_bytes(data)) != data:
        yield plain
    yield from _inflated(data)


def _base64(run: bytes) -> Iterator[bytes]:
    """Both alphabets; a run may have begun up to three characters early (a word before it, without a space)."""
    standard = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    for start in range(4 if len(standard) >= LEAST + 4 else 1):
        body = standard[start:]
        body = body[: len(body) - 1] if len(body) % 4 == 1 else body
        try:
            yield base64.b64decode(body + b"=" * (-len(body) % 4))
        except binascii.Error:
            continue


def _unescape(run: re.Match[bytes]) -> bytes:
    units = re.findall(rb"u([0-9a-fA-F]{4})", run.group())
    return b"".join(bytes.fromhex(unit.decode()) for unit in units).decode("utf-16-be", "replace").encode()


def _inflated(data: bytes) -> Iterator[bytes]:
    """Raw deflate from the first byte or the second (the code's own mark comes first), with and without the words
    that the code presets; other streams by their magic."""
    for offset in (0, 1):
        yield from _stream(data[offset:], -15)
        yield from _stream(data[offset:], -15, vocabulary.FIRST)
    for magic in _STREAMS.finditer(data):
        yield from _stream(data[magic.start() :], 47)


def _stream(data: bytes, bits: int, preset: bytes = b"") -> Iterator[bytes]:
    try:
        plain = zlib.decompressobj(wbits=bits, zdict=preset).decompress(data, MOST)
    except zlib.error:
        return
    if plain:
        yield plain


# How a careless programmer might have kept a text: what the search must see through, alone and twice.
WRAPPINGS = {
    "plain": lambda data: b'{"a": "' + data + b'"}',
    "base64": lambda data: b'{"B": "' + base64.b64encode(data) + b'"}',
    "base64 of the address alphabet": lambda data: b"token=" + base64.urlsafe_b64encode(data),
    "hex": lambda data: b"x'" + data.hex().encode() + b"'",
    "deflated raw": lambda data: b"\x01" + zlib.compress(data * 2, wbits=-15),
    "deflated with preset words": lambda data: pack_body({"says": (data * 20).hex()}, primed=True),
    "zlib": lambda data: b"....." + zlib.compress(data * 2),
    "gzip": lambda data: b"prefix" + gzip.compress(data * 2),
    "percent": lambda data: "".join(f"%{byte:02X}" for byte in data).encode(),
}
