"""Decides whether a BLS signature of drand's scheme `bls-unchained-g1-rfc9380` holds: standard library only.

Signatures are points of G1, keys of G2 of BLS12-381; messages are hashed to G1 by RFC 9380 (SSWU). There is no secret
here, so nothing has to run in constant time. About a second a signature: asked once a draw.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from chalicelib.domain.draws import isogeny

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
X = 0xD201000000010000  # the curve's parameter is −X
DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_HARD = (P**12 - 1) // R

F2 = tuple[int, int]  # a + b·i with i² = −1
F12 = list[int]  # polynomials in w with w¹² = 2w⁶ − 2, so that i = w⁶ − 1
G1 = tuple[int, int] | None  # affine; None is the point at infinity
G2 = tuple[F2, F2] | None

_GENERATOR = bytes.fromhex(  # of G2, compressed
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
)


@lru_cache(maxsize=64)  # a pure function: the same round is asked about more than once
def verified(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature (48 bytes) of this message is by this key (96 bytes); malformed ones are not."""
    try:
        key, point, base = read_g2(public_key), read_g1(signature), read_g2(_GENERATOR)
    except ValueError:
        return False
    if key is None or point is None or base is None:
        return False
    paired = _mul(_miller(base, (point[0], -point[1] % P)), _miller(key, hash_to_g1(message)))
    return _pow(paired, _HARD) == [1] + [0] * 11


# --- fields --------------------------------------------------------------------------------------------------------


def _f2_mul(a: F2, b: F2) -> F2:
    return ((a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P)


def _f2_inverse(a: F2) -> F2:
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, P)
    return (a[0] * norm % P, -a[1] * norm % P)


def _f2_sub(a: F2, b: F2) -> F2:
    return ((a[0] - b[0]) % P, (a[1] - b[1]) % P)


def _root(a: int) -> int:
    """A square root; ValueError if there is none (P ≡ 3 mod 4)."""
    root = pow(a, (P + 1) // 4, P)
    if root * root % P != a % P:
        raise ValueError("not a square")
    return root


def _f2_root(a: F2) -> F2:
    """By the root of the norm: (c + d·i)² = a, so c² = (a₀ ± |a|)/2 and d = a₁/2c."""
    norm, half = _root(a[0] * a[0] + a[1] * a[1]), (P + 1) // 2
    for square in ((a[0] + norm) * half % P, (a[0] - norm) * half % P):
        root = pow(square, (P + 1) // 4, P)
        if root and root * root % P == square:
            return (root, a[1] * half * pow(root, -1, P) % P)
    raise ValueError("not a square")


def _mul(a: F12, b: F12) -> F12:
    wide = [0] * 23
    for n, x in enumerate(a):
        if x:
            for m, y in enumerate(b):
                wide[n + m] += x * y
    for n in range(22, 11, -1):
        wide[n - 6] += 2 * wide[n]
        wide[n - 12] -= 2 * wide[n]
    return [one % P for one in wide[:12]]


def _pow(a: F12, exponent: int) -> F12:
    made = [1] + [0] * 11
    for bit in bin(exponent)[2:]:
        made = _mul(made, made)
        if bit == "1":
            made = _mul(made, a)
    return made


# --- curves --------------------------------------------------------------------------------------------------------


def _add(a: G1, b: G1) -> G1:
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return (x, (slope * (a[0] - x) - a[1]) % P)


def _times(point: G1, number: int) -> G1:
    made: G1 = None
    for bit in bin(number)[2:]:
        made = _add(made, made)
        if bit == "1":
            made = _add(made, point)
    return made


def _slope(a: tuple[F2, F2], b: tuple[F2, F2]) -> F2:
    """Of the line through two points of the twist, or of the tangent; ValueError where it is vertical."""
    if a != b:
        return _f2_mul(_f2_sub(b[1], a[1]), _f2_inverse(_f2_sub(b[0], a[0])))
    square = _f2_mul(a[0], a[0])
    return _f2_mul((3 * square[0], 3 * square[1]), _f2_inverse((2 * a[1][0] % P, 2 * a[1][1] % P)))


def _chord(a: tuple[F2, F2], b: tuple[F2, F2], slope: F2) -> tuple[F2, F2]:
    x = _f2_sub(_f2_sub(_f2_mul(slope, slope), a[0]), b[0])
    return (x, _f2_sub(_f2_mul(slope, _f2_sub(a[0], x)), a[1]))


def _in_g2(point: tuple[F2, F2]) -> bool:
    """(R−1)·point = −point. Vertical lines on the way mean a point of small order, which is not in G2."""
    made = point
    for bit in bin(R - 1)[3:]:
        made = _chord(made, made, _slope(made, made))
        if bit == "1":
            made = _chord(made, point, _slope(made, point))
    return made == (point[0], _f2_sub((0, 0), point[1]))


def _miller(q: tuple[F2, F2], p: G1) -> F12:
    """Miller's loop for the ate pairing. Lines are multiplied by w³, which the last exponentiation takes away."""
    if p is None:
        return [1] + [0] * 11
    made, at = [1] + [0] * 11, q
    for bit in bin(X)[3:]:
        slope = _slope(at, at)
        made = _mul(_mul(made, made), _line(at, slope, p))
        at = _chord(at, at, slope)
        if bit == "1":
            slope = _slope(at, q)
            made = _mul(made, _line(at, slope, p))
            at = _chord(at, q, slope)
    return made


def _line(at: tuple[F2, F2], slope: F2, p: tuple[int, int]) -> F12:
    """(λ·x − y) − λ·x_p·w² + y_p·w³, with a + b·i written as (a − b) + b·w⁶."""
    said = [0] * 12
    a, b = _f2_sub(_f2_mul(slope, at[0]), at[1])
    said[0], said[6] = a - b, b
    said[2], said[8] = -(slope[0] - slope[1]) * p[0], -slope[1] * p[0]
    said[3] = p[1]
    return said


# --- bytes to points -----------------------------------------------------------------------------------------------


def _flags(data: bytes, size: int) -> tuple[bool, int]:
    """Whether y is the larger of two, and the bytes without flags; only compressed points that are not infinity."""
    if len(data) != size or data[0] & 0xC0 != 0x80:
        raise ValueError("not a compressed point")
    return bool(data[0] & 0x20), int.from_bytes(bytes([data[0] & 0x1F]) + data[1:], "big")


def read_g1(data: bytes) -> G1:
    """48 bytes → a point of the subgroup of order R; ValueError if it is none."""
    larger, x = _flags(data, 48)
    if x >= P:
        raise ValueError("beyond the field")
    y = _root(x**3 + 4)
    point = (x, P - y if (y > P - y) != larger else y)
    if _times(point, R) is not None:
        raise ValueError("not in the subgroup")
    return point


def read_g2(data: bytes) -> G2:
    """96 bytes (x₁ before x₀) → a point of the subgroup of order R; ValueError if it is none."""
    larger, both = _flags(data, 96)
    x: F2 = (both & (1 << 384) - 1, both >> 384)
    if max(x) >= P:
        raise ValueError("beyond the field")
    cube = _f2_mul(_f2_mul(x, x), x)
    y = _f2_root(((cube[0] + 4) % P, (cube[1] + 4) % P))
    other = _f2_sub((0, 0), y)
    point = (x, y if ((y[1], y[0]) > (other[1], other[0])) == larger else other)
    if not _in_g2(point):
        raise ValueError("not in the subgroup")
    return point


def hash_to_g1(message: bytes) -> G1:
    """RFC 9380, suite BLS12381G1_XMD:SHA-256_SSWU_RO_."""
    wide = _expand(message, 128)
    first, second = (int.from_bytes(wide[n : n + 64], "big") % P for n in (0, 64))
    return _times(_add(_mapped(first), _mapped(second)), X + 1)


def _expand(message: bytes, size: int) -> bytes:
    """RFC 9380 §5.3.1, expand_message_xmd with SHA-256."""
    dst = DST + bytes([len(DST)])
    first = hashlib.sha256(bytes(64) + message + size.to_bytes(2, "big") + b"\x00" + dst).digest()
    last, made = bytes(32), b""
    for n in range(1, -(-size // 32) + 1):
        mixed = bytes(a ^ b for a, b in zip(first, last, strict=True))
        last = hashlib.sha256(mixed + bytes([n]) + dst).digest()
        made += last
    return made[:size]


def _mapped(u: int) -> G1:
    """RFC 9380 §6.6.3: simplified SWU onto the isogenous curve, then the isogeny."""
    a, b, zu2 = isogeny.A, isogeny.B, isogeny.Z * u * u % P
    below = (zu2 * zu2 + zu2) % P
    x = (-b * pow(a, -1, P) * (1 + pow(below, -1, P)) if below else b * pow(isogeny.Z * a, -1, P)) % P
    square = (x**3 + a * x + b) % P
    if pow(square, (P - 1) // 2, P) > 1:
        x = zu2 * x % P
        square = (x**3 + a * x + b) % P
    y = _root(square)
    if y & 1 != u & 1:
        y = P - y
    x_num, x_den, y_num, y_den = (_at(x, one) for one in isogeny.MAPS)
    return (x_num * pow(x_den, -1, P) % P, y * y_num * pow(y_den, -1, P) % P)


def _at(x: int, coefficients: tuple[int, ...]) -> int:
    made = 0
    for one in reversed(coefficients):
        made = (made * x + one) % P
    return made
