"""One date out of the text of one cell, with how exact it was."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from qipan.engine.sheets.looks import says_nothing

FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
COMPACT = re.compile(r"((?:19|20|21)\d\d)(\d{2})(\d{2})")
MONTH = re.compile(r"(?:(\d{4}|\d{2})[-/.年])?(\d{1,2})月份?(\d{1,2}[日号]|上旬|中旬|下旬|月?初|月?底|月?末|中)?前?")
YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
YEAR = re.compile(r"((?:19|20|21)\d\d)年?(底|末|初)?")
SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
PLANNED = re.compile(r"^(?:拟于?|计划于?|预计于?|力争|争取)|(?:拟|计划|预计)$")
SHORT = re.compile(r"(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
EPOCH = date(1899, 12, 30)  # day 0 of spreadsheet serials after 1900-03-01
EARLIEST, LATEST = 1900, 2199


@dataclass(frozen=True, slots=True)
class DateRead:
    """What a cell's text says as a date; `problem` tells that it is not exact (a value may stand) or no date at all.

    `meant` is the day a plan names (拟6月), which is not the day it happened.
    """

    value: date | None
    problem: str | None = None
    meant: date | None = None


NOTHING = DateRead(None)


def read_date(text: str | None, year: int | None = None) -> DateRead:
    """Return the date `text` states, completed by `year` where it names none; plans are asked about, not taken."""
    if text is None or says_nothing(text):
        return NOTHING
    known = re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", unicodedata.normalize("NFKC", text).strip())
    if known.startswith("#"):
        return DateRead(None, "sheets.formula-error")
    planned = PLANNED.search(known)
    found = _read(PLANNED.sub("", known), year)
    if planned is not None and found.problem != "sheets.bad-date":
        return DateRead(None, "sheets.planned-date", found.value)
    return found


def _read(known: str, year: int | None) -> DateRead:
    for form in (FULL, COMPACT):
        found = form.fullmatch(known)
        if found:
            return _made(int(found[1]), int(found[2]), int(found[3]))
    serial = SERIAL.fullmatch(known)
    if serial:
        return DateRead(EPOCH + timedelta(days=int(serial[1])))
    month = MONTH.fullmatch(known)
    if month:
        return _month(month, year)
    pair = YEAR_MONTH.fullmatch(known)
    if pair:
        return _made(int(pair[1]), int(pair[2]), 1, rounded=True)
    whole = YEAR.fullmatch(known)
    if whole:
        end = whole[2] in ("底", "末")
        return _made(int(whole[1]), 12 if end else 1, 31 if end else 1, rounded=True)
    short = SHORT.fullmatch(known)
    if short:
        return _made(2000 + int(short[1]), int(short[2]), int(short[3]))
    return DateRead(None, "sheets.bad-date")


def _month(found: re.Match[str], year: int | None) -> DateRead:
    at = int(found[1]) if found[1] else year
    if at is None:
        return DateRead(None, "sheets.year-unknown")
    at = at + 2000 if at < 100 else at
    month, rest = int(found[2]), found[3] or ""
    if not 1 <= month <= 12 or not EARLIEST <= at <= LATEST:
        return DateRead(None, "sheets.bad-date")
    if rest[:1].isdigit():
        return _made(at, month, int(rest[:-1]))
    end = monthrange(at, month)[1]
    day = {"上": 1, "初": 1, "中": 15, "下": 21, "底": end, "末": end}.get(rest.replace("月", "")[:1], 1)
    return _made(at, month, day, rounded=True)


def _made(year: int, month: int, day: int, *, rounded: bool = False) -> DateRead:
    if not EARLIEST <= year <= LATEST or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return DateRead(None, "sheets.bad-date")
    return DateRead(date(year, month, day), "sheets.rounded-date" if rounded else None)
