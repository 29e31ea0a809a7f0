"""Check digits of Chinese organisation identifiers, one code at a time.

Sources: GB 32100-2015 (统一社会信用代码), GB 11714-1997 (组织机构代码), GS 15-2006 (工商注册号, ISO 7064 MOD 11,10).
"""

from __future__ import annotations

from typing import Final

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS: Final = "0123456789X"
# 登记管理部门: 机构编制 外交 司法行政 文化 民政 旅游 宗教 工会 市场监管 军委 农业 其他.
AUTHORITIES: Final = "123456789ANY"
# First two digits of GB/T 2260; 10 stands for registrations made with the nation's own bureau.
PROVINCES: Final = frozenset(
    [10, *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82]
)

_USCC_VALUE: Final = {letter: value for value, letter in enumerate(USCC_ALPHABET)}
_ORGANISATION_VALUE: Final = {letter: value for value, letter in enumerate(ORGANISATION_ALPHABET)}


def uscc_check(body: str) -> str | None:
    """Return the 18th character that belongs to 17 characters; null where one of them cannot stand in a code."""
    values = [_USCC_VALUE.get(letter) for letter in body]
    if len(values) != 17 or None in values:
        return None
    total = sum(value * weight for value, weight in zip(values, USCC_WEIGHTS, strict=True) if value is not None)
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check(body: str) -> str | None:
    """Return the 9th character that belongs to 8 characters; null where one of them cannot stand in a code."""
    values = [_ORGANISATION_VALUE.get(letter) for letter in body]
    if len(values) != 8 or None in values:
        return None
    total = sum(value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True) if value is not None)
    return _ORGANISATION_CHECKS[(11 - total % 11) % 11]


def registration_check(body: str) -> str | None:
    """Return the 15th digit that belongs to 14 digits of an old registration number (工商注册号)."""
    if len(body) != 14 or not (body.isascii() and body.isdigit()):
        return None
    rest = 10
    for digit in body:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - rest) % 10)


def is_uscc(code: str) -> bool:
    """Tell whether a tidy code carries both right check digits: its own and the organisation code's within."""
    return len(code) == 18 and uscc_check(code[:17]) == code[17] and organisation_check(code[8:16]) == code[16]


def is_organisation(code: str) -> bool:
    """Tell whether a tidy 9-character organisation code carries the right check digit."""
    return len(code) == 9 and organisation_check(code[:8]) == code[8]


def is_registration(code: str) -> bool:
    """Tell whether 15 digits are an old registration number with the right check digit."""
    return len(code) == 15 and registration_check(code[:14]) == code[14]
