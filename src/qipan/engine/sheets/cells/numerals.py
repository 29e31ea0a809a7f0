"""Numbers written in Chinese numerals, the capital ones of vouchers (大写) included."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    sign: value
    for value, signs in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for sign in signs
}
SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
MONEY = re.compile(
    r"^(?:人民币|大写|[::()])*(?P<yuan>[^元圆角分整正]+)(?:元|圆)(?:(?P<jiao>.)角)?(?:零?(?P<fen>.)分)?[整正]?$"
)


def _integer(text: str) -> int | None:
    """Return the integer that `text`, all in Chinese numerals, writes; None where it writes none."""
    if not text or any(sign not in DIGITS and sign not in SMALL and sign not in LARGE for sign in text):
        return None
    if all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text)) if len(text) > 1 or text in DIGITS else None
    total = section = digit = 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in SMALL:
            section += (digit or 1) * SMALL[sign]
            digit = 0
        else:
            section += digit
            total = (total + section) * LARGE[sign] if LARGE[sign] > 10**4 else total + section * LARGE[sign]
            section = digit = 0
    return total + section + digit


def chinese_number(text: str) -> tuple[Decimal, bool] | None:
    """Return the number and whether it was written as money (…元整); None where `text` is no Chinese numeral."""
    money = MONEY.match(text)
    if money is not None:
        yuan = _integer(money["yuan"])
        if yuan is None:
            return None
        parts = [DIGITS.get(money[name] or "零") for name in ("jiao", "fen")]
        if any(part is None for part in parts):
            return None
        return Decimal(yuan) + Decimal(parts[0] or 0) / 10 + Decimal(parts[1] or 0) / 100, True
    number = _integer(text)
    return None if number is None else (Decimal(number), False)
