"""Short ways to say what a sheet must be read as."""

from __future__ import annotations

import polars as pl

from engine.sheets.definitions import LEDGERS, VOCABULARY
from qipan.engine.sheets import Context, Extract, Recognition, extract, recognise
from qipan.engine.sheets.book import Sheet

BY_CODE = {ledger.code: ledger for ledger in LEDGERS}


def read(sheet: Sheet, *, file: str = "", context: Context | None = None, ledger: str | None = None) -> Extract:
    """Return what the sheet says; fails where it is not taken for `ledger` (when one is named)."""
    recognition = recognise(sheet, LEDGERS, VOCABULARY, file=file)
    assert recognition.ledger is not None, recognition.questions[0].message("en")
    assert ledger in (None, recognition.ledger)
    found = extract(sheet, recognition, BY_CODE[recognition.ledger], VOCABULARY, context)
    assert found.records.height + found.skipped.height == found.rows, "rows out are rows in"
    return found


def facts(found: Extract) -> dict[tuple[object, ...], int]:
    """Return the facts as {(row, measure, period, basis): stored value}; targets and the city's marked."""
    said: dict[tuple[object, ...], int] = {}
    columns = ("row", "measure", "period", "basis", "reading", "subject", "subject_text", "value")
    for row, measure, period, basis, reading, subject, text, value in found.facts.select(columns).rows():
        marks = [
            mark
            for mark, told in (("target", reading == 1), ("expected", reading == 2), ("city", subject == "city"))
            if told
        ]
        marks += [text] if subject == "named" else []
        key = (row, measure, period, basis, *marks)
        assert key not in said, f"two facts for {key}"
        said[key] = value
    return said


def problems(found: Extract) -> set[tuple[object, ...]]:
    """Return the problems as (code, row, column)."""
    return set(found.problems.select("code", "row", "column").rows())


def codes(found: Extract) -> list[str]:
    """Return the codes of the problems, sorted, each as often as it stands."""
    return sorted(found.problems["code"].to_list())


def column(found: Extract, name: str) -> list[object]:
    """Return a column of the records; decimals as plain text."""
    values = found.records[name]
    if values.dtype == pl.Decimal:
        return [None if value is None else f"{value.normalize():f}" for value in values]
    return values.to_list()


def skipped(found: Extract) -> dict[int, str]:
    """Return the rows that are no records, and why."""
    return dict(found.skipped.rows())


def taken(recognition: Recognition) -> dict[str, str | None]:
    """Return heading → column code."""
    return {one.header: one.code for one in recognition.columns}
