"""One figure out of the text of one cell: separators, 万 and 亿, units, percent, words of growth, ranges and 约."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qipan.engine.sheets.cells.numerals import chinese_number
from qipan.engine.sheets.looks import says_nothing
from qipan.engine.units import UnitTable

FORMULA = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
DAMAGED = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?1[4-9]")
MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
LARGEST = Decimal(10) ** 28  # figures travel as Decimal(38, 10)
NUMERAL = r"\d+(?:\.\d+)?|\.\d+"
DIGITS = re.compile(rf"([+-]?)({NUMERAL})(?:[eE]([+-]?\d{{1,2}}))?")
RANGE = re.compile(rf"({NUMERAL})([^\d\-~]{{0,6}})[-~至到]({NUMERAL})([^\d]{{0,8}})")
ABOUT = re.compile(
    r"^(?:约为?|近|大约|大概|不低于|不少于|不超过|超过?|≥|>=?|≤|<=?|至少|力争|预计)+|(?:左右|以上|以下|以内|上下|余|多)$"
)
MARKS = re.compile(r"[*#①-⑳†‡]+$|\[\d+\]$")
NOTE = re.compile(r"\(([^()]*)\)$")
UPWARD = r"提高|增长|上升|提升|增加|加快|上涨|同比增长|↑|\+"
DOWNWARD = r"下降|回落|降低|减少|下滑|收窄|负增长|同比下降|减|降|放缓|↓"
GROWTH = re.compile(
    rf"(?:同比|比上年|较上年|环比|比去年)?({UPWARD}|{DOWNWARD})?([+-]?(?:{NUMERAL}))(%|个?百分点|pct|pp)?"
)
LEVEL = re.compile(r"(?:与上?去?年?(?:同期)?)?(?:持平|基本持平|平)")


@dataclass(frozen=True, slots=True)
class NumberRead:
    """What a cell's text says as a number.

    `unit` is a unit the text itself names, `magnitude` a bare 万 or 亿 in it. `problem` is a code of the catalogue
    when it is no plain number (then `value` is null unless it is only approximate); `low` and `high` bound a range;
    `note` is a bracketed remark, such as the period the figure is for.
    """

    value: Decimal | None
    unit: str | None = None
    magnitude: int = 1
    problem: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    note: str | None = None


NOTHING = NumberRead(None)


def read_number(text: str | None, units: UnitTable) -> NumberRead:
    """Return the number `text` states; blank, dashes and 无 are nothing, and what cannot be read is a problem."""
    if text is None or says_nothing(text):
        return NOTHING
    known = _plain(text)
    if FORMULA.fullmatch(known):
        return NumberRead(None, problem="sheets.formula-error")
    note: str | None = None
    found = _whole(known, units)
    remark = NOTE.search(known)
    if found is None and remark:
        note, known = remark[1], known[: remark.start()]
        found = _whole(known, units)
    if found is None and MARKS.search(known):
        found = _whole(MARKS.sub("", known), units)
    if found is None:
        found = _inexact(known, units)
    if found.value is not None and abs(found.value) >= LARGEST:
        return NumberRead(None, problem="sheets.bad-number")
    return found if note is None else _noted(found, note, units)


def _plain(text: str) -> str:
    known = unicodedata.normalize("NFKC", text)
    known = re.sub(r"(?<=\d)[,,'](?=\d{3}(?!\d))", "", re.sub(r"\s+", "", known))
    return re.sub(r"[\u2010-\u2015\u2212]", "-", known).replace("¥", "").rstrip("。;")


def _noted(found: NumberRead, note: str, units: UnitTable) -> NumberRead:
    unit = found.unit
    if unit is None and found.magnitude == 1 and (named := units.find(note)) is not None:
        return NumberRead(found.value, named.code, 1)
    return NumberRead(found.value, unit, found.magnitude, found.problem, found.low, found.high, note)


def _whole(known: str, units: UnitTable) -> NumberRead | None:
    """Return the number where the text is one number and at most a unit."""
    growth = _growth(known)
    if growth is not None:
        return growth
    found = DIGITS.match(known)
    if found is None:
        number = chinese_number(known)
        return None if number is None else NumberRead(number[0], "元" if number[1] else None)
    try:
        value = Decimal(found[0])
    except InvalidOperation:
        return None
    tail = known[found.end() :]
    if not tail:
        return NumberRead(value)
    if tail in MAGNITUDES:
        return NumberRead(value, None, MAGNITUDES[tail])
    named = units.find(tail)
    return None if named is None else NumberRead(value, named.code)


def _growth(known: str) -> NumberRead | None:
    """Return a statement of growth: 增长6.2%, 下降0.3个百分点, 持平."""
    if LEVEL.fullmatch(known):
        return NumberRead(Decimal(0))
    found = GROWTH.fullmatch(known)
    if found is None or (found[1] is None and found[3] is None):
        return None
    value = Decimal(found[2])
    if found[1] and re.fullmatch(DOWNWARD, found[1]):
        value = -abs(value)
    points = found[3] is not None and found[3] != "%"
    return NumberRead(value, "百分点" if points else ("%" if found[3] else None))


def _inexact(known: str, units: UnitTable) -> NumberRead:
    """Return a range (no value), an approximate figure (a value and a question), or that it is no number."""
    bare = ABOUT.sub("", known)
    bare = ABOUT.sub("", bare)
    span = RANGE.fullmatch(bare)
    if span is not None:
        tail = span[4] or span[2]
        low, high = (_whole(number + tail, units) for number in (span[1], span[3]))
        if low is not None and high is not None and low.value is not None and high.value is not None:
            unit, size = high.unit, high.magnitude
            return NumberRead(None, unit, size, "sheets.range", low.value, high.value)
    if bare != known:
        about = _whole(bare, units)
        if about is not None:
            return NumberRead(about.value, about.unit, about.magnitude, "sheets.approximate")
    return NumberRead(None, problem="sheets.bad-number")
