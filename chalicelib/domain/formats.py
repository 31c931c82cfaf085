"""Decides what a Chinese identifier, number or date looks like: a portable pattern and a check character.

A pattern uses `[0-9]`, plain `$` and no look-around, so that Rust, Python and JavaScript read it alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Format:
    """A named format: its pattern and, where the standard has one, the test of its check character."""

    pattern: str
    agrees: Callable[[str], bool] | None = None


# GB 32100-2015 §4.3: 31 characters (no I, O, S, V, Z) weighted by 3^i mod 31. Because 34 ≡ 3 (mod 31), the
# weighted sum is the number that the reversed code spells in base 34: one call of int() instead of a loop.
_USCC_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASE_34 = b"0123456789abcdefghijklmnopqrstuvwx"
_USCC_DIGITS = bytes(
    _BASE_34[place] if (place := _USCC_ALPHABET.find(code)) >= 0 else 33 for code in range(256)
)
# by the remainder that it makes good
_USCC_CHECKS = _USCC_ALPHABET[:1].decode() + _USCC_ALPHABET[:0:-1].decode()


def uscc_check(body17: str) -> str:
    """The check character of the first 17 characters of a 统一社会信用代码; ValueError for other characters."""
    return _USCC_CHECKS[int(body17.encode().translate(_USCC_DIGITS)[::-1], 34) % 31]


# GB 11643-1999, ISO 7064 MOD 11-2: weights 2^(17-i) mod 11. Because 13 ≡ 2 (mod 11), read it in base 13.
def resident_id_check(body17: str) -> str:
    """The check character of the first 17 digits of a 居民身份证号码; ValueError for anything but digits."""
    return "10X98765432"[2 * int(body17, 13) % 11]


def _uscc_agrees(text: str) -> bool:
    try:
        return uscc_check(text[:17]) == text[17:]
    except ValueError:
        return False


def _resident_id_agrees(text: str) -> bool:
    try:
        return int(text.replace("X", "A"), 13) % 11 == 1  # the check character itself has the weight 1
    except ValueError:
        return False


_MONTH_DAY = (  # of every year; 29 February stands apart
    "(?:(?:0[13578]|1[02]){0}(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11){0}(?:0[1-9]|[12][0-9]|30)"
    "|02{0}(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP = "(?:0[48]|[2468][048]|[13579][26])"
_DAY = f"(?:(?:[0-9]{{2}}{_LEAP}|(?:[02468][048]|[13579][26])00)-02-29|[0-9]{{4}}-{_MONTH_DAY.format('-')})"
_BIRTH = f"(?:(?:(?:18|19|20){_LEAP}|2000)0229|(?:18|19|20)[0-9]{{2}}{_MONTH_DAY.format('')})"
_HOUR_MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"

# Money is no text: an amount is `{"$ref": "https://schemas.jisheng/shared/money.json"}`, an integer of fen.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        # 统一社会信用代码, GB 32100-2015: registrar, kind, six digits of area, nine of the body, check
        "cn-uscc": Format("^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$", _uscc_agrees),
        # 居民身份证号码, GB 11643-1999: the day of birth existed; whether it has come needs a clock
        "cn-resident-id": Format(f"^[1-9][0-9]{{5}}{_BIRTH}[0-9]{{3}}[0-9X]$", _resident_id_agrees),
        "cn-mobile": Format("^1[3-9][0-9]{9}$"),
        # a mobile number, a landline with its area code, or a 400/800 number
        "cn-phone": Format(
            "^(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4})$"
        ),
        "cn-postcode": Format("^[0-9]{6}$"),
        # what public mail services issue, not all of RFC 5321: engines disagree on the rest
        "email": Format("^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$"),
        "date": Format(f"^{_DAY}$"),  # RFC 3339 full-date
        # RFC 3339 date-time with its offset; no leap second, because the clocks here have none
        "date-time": Format(
            f"^{_DAY}[Tt]{_HOUR_MINUTE}:[0-5][0-9](?:\\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_HOUR_MINUTE})$"
        ),
    }
)


def matches(name: str, text: str) -> bool:
    """Whether a text is of the named format; KeyError when there is no such format."""
    agrees = FORMATS[name].agrees
    return _whole(name)(text) is not None and (agrees is None or agrees(text))


def is_uscc(text: str) -> bool:
    """统一社会信用代码, GB 32100-2015."""
    return matches("cn-uscc", text)


def is_resident_id(text: str) -> bool:
    """居民身份证号码, GB 11643-1999."""
    return matches("cn-resident-id", text)


@cache
def _whole(name: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(FORMATS[name].pattern).fullmatch  # fullmatch: Python's `$` forgives a final newline
