"""Periods as sheets state them: "1-10月", "2021年上半年", "前三季度", "截至10月底", with or without a year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from qipan.engine.periods.period import HALF, QUARTER, Basis, Period

DASHES = re.compile(r"[\u2010-\u2015\u2212\u2500~～〜至到]+|--+")
SEASONS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
MONTHS = {"十二": "12", "十一": "11", "十": "10", "九": "9", "八": "8", "七": "7", "六": "6", "五": "5", "四": "4"} | {
    "三": "3",
    "二": "2",
    "一": "1",
    "元": "1",
}
DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
WHOLE_YEAR = 0  # first month of a statement about a whole year


@dataclass(frozen=True, slots=True)
class Statement:
    """A period as written: months `first`–`last` of `year` (None where the text names none), and the basis it implies.

    `year_first` is the year the range starts in, where that is another one.
    """

    first: int
    last: int
    year: int | None
    basis: int | None
    quarter: bool = False
    year_first: int | None = None

    @property
    def whole_year(self) -> bool:
        """Whether it speaks of a whole year."""
        return self.first == WHOLE_YEAR

    def period(self, year: int | None = None) -> Period | None:
        """Return the period, in the year stated or else in `year`; None where no year is known."""
        at = self.year if self.year is not None else year
        if at is None:
            return None
        if self.whole_year:
            return Period.year_of(at)
        if self.basis == Basis.CUMULATIVE and self.first == 1 and self.year_first is None:
            return Period.month(at, self.last)
        first, last = (self.year_first or at) * 100 + self.first, at * 100 + self.last
        if first == last:
            return Period(last)
        if self.quarter:
            part = QUARTER + self.last // 3 if self.last - self.first == 2 else HALF + self.last // 6
            return Period(at * 100 + part)
        return Period.range(first, last)


Maker = Callable[[re.Match[str]], Statement | None]


def _year(text: str | None) -> int | None:
    if not text:
        return None
    number = int(text)
    if number < 100:
        number += 2000
    return number if 1900 <= number <= 2199 else None


def _months(found: re.Match[str]) -> Statement | None:
    first, last = int(found["a"]), int(found["b"])
    start, end = _year(found["y"]), _year(found["z"])
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    if start is not None and end is not None and start != end:
        if start > end:
            return None
        return Statement(first, last, end, None, year_first=start)
    if first > last:
        return None
    basis = Basis.CUMULATIVE if first == 1 and last > 1 else (Basis.SINGLE if first == last else None)
    return Statement(first, last, end or start, basis)


def _month(found: re.Match[str]) -> Statement | None:
    month = int(found["m"])
    if not 1 <= month <= 12 or (found["y"] and _year(found["y"]) is None):
        return None
    return Statement(month, month, _year(found["y"]), Basis.STOCK if found["end"] else None)


def _quarter(found: re.Match[str]) -> Statement | None:
    part = SEASONS[found["q"]]
    return Statement(part * 3 - 2, part * 3, _year(found["y"]), None, quarter=True)


def _leading(found: re.Match[str]) -> Statement | None:
    return Statement(1, SEASONS[found["q"]] * 3, _year(found["y"]), Basis.CUMULATIVE)


def _half(found: re.Match[str]) -> Statement | None:
    part = {"上": 1, "下": 2, "1": 1, "2": 2}[found["h"]]
    return Statement(part * 6 - 5, part * 6, _year(found["y"]), None, quarter=True)


def _whole(found: re.Match[str]) -> Statement | None:
    year = _year(found["y"])
    if year is None:
        return None
    return Statement(WHOLE_YEAR, 12, year, Basis.STOCK if found["end"] else None)


def _annual(_: re.Match[str]) -> Statement | None:
    return Statement(WHOLE_YEAR, 12, None, None)


def _compact(found: re.Match[str]) -> Statement | None:
    year, month = _year(found["y"]), int(found["m"])
    return Statement(month, month, year, None) if year and 1 <= month <= 12 else None


YEAR = r"(?:(?P<y>(?:19|20|21)\d\d|\d\d(?=年))[年.\-/]?度?)?"
LATER = r"(?:(?P<z>(?:19|20|21)\d\d)[年.\-/])?"
END = r"(?P<end>底|末|月末|月底)?"
FORMS: tuple[tuple[re.Pattern[str], Maker], ...] = (
    (re.compile(rf"{YEAR}(?P<a>\d{{1,2}})月?份?-{LATER}(?P<b>\d{{1,2}})(?:月份?|$)(?:累计)?"), _months),
    (re.compile(r"(?P<y>(?:19|20|21)\d\d)[年\-./]?(?P<m>0[1-9]|1[0-2])"), _compact),
    (re.compile(r"(?P<y>(?:19|20|21)\d\d)[-./](?P<m>\d{1,2})"), _compact),
    (re.compile(r"(?P<y>(?:19|20|21)\d\d)(?P<m>0[1-9]|1[0-2])(?:[0-2]\d|3[01])"), _compact),
    (re.compile(rf"{YEAR}(?P<m>\d{{1,2}})月份?{END}"), _month),
    (re.compile(rf"{YEAR}第?(?P<q>[一二三四1-4])季度?"), _quarter),
    (re.compile(rf"{YEAR}(?:q|Q)(?P<q>[1-4])"), _quarter),
    (re.compile(rf"{YEAR}[前1一]-?(?P<q>[二三四2-4])个?季度?"), _leading),
    (re.compile(rf"{YEAR}(?P<h>[上下])半年度?"), _half),
    (re.compile(rf"{YEAR}[hH](?P<h>[12])"), _half),
    (re.compile(rf"(?P<y>(?:19|20|21)\d\d)(?:年度?|全年)?{END}"), _whole),
    (re.compile(rf"(?P<y>\d\d)年度?{END}"), _whole),
    (re.compile(r"全年|年度|本年度?|当年"), _annual),
)
MONTH_WORD = re.compile(r"(?<![一二三四五六七八九十])(十二|十一|十|九|八|七|六|五|四|三|二|一|元)(?=月|-十?[一二]?月)")
YEAR_WORD = re.compile(r"[〇零○一二三四五六七八九]{4}(?=年)")
NOISE = re.compile(r"\s+|^截[至止]|^到|累计(?:数|完成)?$")
BRACKET = re.compile(r"[(\[【][^)\]】]*[)\]】]$|^[(\[【]|[)\]】]$")


def plain(text: str) -> str:
    """Return period text in half width, with one kind of dash, Arabic digits and no spaces."""
    known = unicodedata.normalize("NFKC", text)
    known = NOISE.sub("", known)
    known = YEAR_WORD.sub(lambda found: found[0].translate(DIGITS), known)
    known = re.sub(r"([一二三四五六七八九十]+)(?:-|—|~|至|到)([一二三四五六七八九十]+)月", _both, known)
    known = MONTH_WORD.sub(lambda found: MONTHS[found[1]], known)
    return NOISE.sub("", DASHES.sub("-", known).replace("、", "-"))


def _both(found: re.Match[str]) -> str:
    first, last = MONTHS.get(found[1]), MONTHS.get(found[2])
    return f"{first}-{last}月" if first and last else found[0]


def state(text: str) -> Statement | None:
    """Return the period that the whole of `text` states, or None where it states none."""
    known = plain(text)
    for attempt in (known, BRACKET.sub("", known)):
        for form, make in FORMS:
            found = form.fullmatch(attempt)
            if found is not None and (made := make(found)) is not None:
                return made
    return None


SOUGHT = re.compile(
    r"(?:(?:(?:19|20|21)\d\d|\d\d(?=年))[年.\-/]?度?)?"
    r"(?:(?<!\d)\d{1,2}月?份?-(?:(?:19|20|21)\d\d[年.\-/])?\d{1,2}月份?|(?<!\d)\d{1,2}月份?(?:底|末)?"
    r"|第?[一二三四1-4]季度|[前1一]-?[二三四2-4]个?季度|[上下]半年|[qQ][1-4]|[hH][12](?!\d))"
    r"|(?<!\d)(?:19|20|21)\d\d年度?(?:末|底)?|(?<!\d)(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?!\d)"
    r"|(?<!\d)(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)"
    r"|(?<!\d)(?:19|20|21)\d\d[-.](?:0?[1-9]|1[0-2])(?![.\-]?\d)|(?<!\d)(?:19|20|21)\d\d(?!\d)[末底]?"
)


def seek(text: str) -> tuple[tuple[Statement, str], ...]:
    """Return the periods found inside `text` (a title, a heading, a file name), each with the words that state it."""
    found: list[tuple[Statement, str]] = []
    for words in SOUGHT.findall(plain(text)):
        made = state(words)
        if made is not None:
            found.append((made, words))
    return tuple(found)


def parse(text: str, *, year: int | None = None) -> Period | None:
    """Return the period `text` states, completed by `year` where it names none; None where it is no period."""
    stated = state(text)
    return None if stated is None else stated.period(year)
