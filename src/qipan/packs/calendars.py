"""Reads working-day tables: `<code>.years.csv` says which years are official, `<code>.csv` lists the moved days."""

from __future__ import annotations

from datetime import date

from qipan.engine.calendar import Calendar as WorkingDays
from qipan.engine.calendar import YearStatus
from qipan.engine.problem import Problem, Where
from qipan.packs.model import Calendar, CalendarYear, Holiday
from qipan.packs.tables import read_rows, squared

_YEARS = ("year", "status", "notice", "url")
_DAYS = ("date", "kind", "name", "source")


def read_calendar(
    code: str, years: bytes, years_file: str, days: bytes, days_file: str
) -> tuple[Calendar | None, list[Problem]]:
    """Return the calendar, its years in order and its days in order; a day outside its years is a problem."""
    problems: list[Problem] = []
    year_rows = _rows(years, years_file, _YEARS, problems)
    day_rows = _rows(days, days_file, _DAYS, problems)
    found_years: list[CalendarYear] = []
    for line, (year, status, notice, url) in year_rows:
        where = Where(file=years_file, row=line)
        if not (year.isdigit() and len(year) == 4):
            problems.append(Problem.of("packs.csv-value", where=where, column="year", value=year, valid="2026"))
        elif status not in {"official", "provisional"}:
            valid = "official、provisional"
            problems.append(Problem.of("packs.csv-value", where=where, column="status", value=status, valid=valid))
        elif not notice:
            problems.append(Problem.of("packs.no-source", where=where))
        else:
            found_years.append(CalendarYear(int(year), status == "official", notice, url))
    found_days: list[Holiday] = []
    known = {year.year for year in found_years}
    for line, (text, kind, name, source) in day_rows:
        where = Where(file=days_file, row=line)
        day = _day(text)
        if day is None or day.year not in known:
            valid = "、".join(str(year) for year in sorted(known))
            problems.append(Problem.of("packs.csv-value", where=where, column="date", value=text, valid=valid))
        elif kind not in {"off", "work"}:
            problems.append(Problem.of("packs.csv-value", where=where, column="kind", value=kind, valid="off、work"))
        elif not source:
            problems.append(Problem.of("packs.no-source", where=where))
        else:
            found_days.append(Holiday(day, kind == "off", name, source))
    if not found_years:
        return None, problems
    found_years.sort(key=lambda year: year.year)
    found_days.sort(key=lambda holiday: holiday.day)
    return Calendar(code, tuple(found_years), tuple(found_days)), problems


def _rows(text: bytes, file: str, columns: tuple[str, ...], problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """Return the lines with exactly `columns`, in that order."""
    rows, found = read_rows(text, file)
    problems += found
    if not rows:
        return []
    header = rows[0][1]
    absent = [column for column in columns if column not in header]
    if absent:
        valid = "、".join(columns)
        problems.append(Problem.of("packs.csv-header", where=Where(file=file, row=1), column=absent[0], valid=valid))
        return []
    good, bad = squared(rows, file)
    problems += bad
    order = [header.index(column) for column in columns]
    return [(line, [cells[index] for index in order]) for line, cells in good]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def working_days(calendar: Calendar) -> tuple[WorkingDays | None, list[Problem]]:
    """Return the calendar as the engine reckons with it; days of a provisional year keep their status."""
    days = ((day.day, "off" if day.off else "work") for day in calendar.days)
    years: list[tuple[int, YearStatus]] = [
        (year.year, "official" if year.official else "provisional") for year in calendar.years
    ]
    return WorkingDays.of(days, years)
