"""Whole columns of text read as what they declare: a fast way for the plain cells, one by one for the odd texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from qipan.engine.codes import code_findings, code_problems, normalise_series
from qipan.engine.periods import state
from qipan.engine.problem import Severity, catalogue
from qipan.engine.sheets.cells.dates import read_date
from qipan.engine.sheets.cells.figures import in_unit, read_figures
from qipan.engine.sheets.looks import NOTHING
from qipan.engine.sheets.spec import ColumnSpec, ColumnType
from qipan.engine.sheets.text import fold, narrow
from qipan.engine.units import UnitTable

# What one column of cells becomes: `value` has the type of the column; one problem a cell, the gravest.
CELL_SCHEMA: dict[str, pl.DataType] = {
    "value": pl.String(),
    "problem": pl.String(),
    "params": pl.String(),  # JSON
    "own": pl.String(),  # unit the text itself names
    "note": pl.String(),  # bracketed remark beside a figure
}
YES = {"√", "✓", "✔", "☑", "v", "是", "y", "yes", "true", "1", "有", "●", "对", "t"}
NO = {"×", "✗", "✘", "x", "否", "n", "no", "false", "0", "○", "不是", "f"}
PHONES = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d{9}|(?:0\d{2,3}[- ]?\d{7,8}|[2-9]\d{6,7})(?:-\d{1,6})?"
    r"|400[- ]?\d{3}[- ]?\d{4})(?!\d)"
)
EXPLAINED = 10_000  # so many bad codes get suggestions what they may have been; the rest are only named
LONGEST = 12  # bytes of the longest way to write "nothing"
FRACTIONS = 5  # so many values all below one, and none with a percent sign, are probably shares


def blank_to_null(column: pl.Series) -> pl.Series:
    """Return text without outer spaces, the many ways to write "nothing" as null; other types untouched."""
    if column.dtype != pl.String:
        return column.set(column.is_nan(), None) if column.dtype.is_float() else column
    text = column.str.strip_chars()
    short = (text.str.len_bytes() <= LONGEST).fill_null(value=False)
    places = short.arg_true()
    nothing = text.gather(places).str.to_lowercase().is_in(_nothings())
    return text.scatter(places.filter(nothing), None) if nothing.any() else text


def _nothings() -> list[str]:
    return sorted({*NOTHING, "—", "――", "－", "／", "…", "﹣"})


def read_cells(
    column: pl.Series,
    spec: ColumnSpec,
    units: UnitTable,
    *,
    unit: str | None = None,
    year: int | None = None,
) -> pl.DataFrame:
    """Return a frame (CELL_SCHEMA, `value` typed) for the cells of `column`, read as `spec` declares.

    `unit` is the unit heading or sheet state; figures come out in `spec.unit`. `year` completes dates that name none.
    """
    text = blank_to_null(column)
    match spec.type:
        case ColumnType.NUMBER | ColumnType.INTEGER | ColumnType.PERCENT:
            return _numbers(text, spec, units, unit)
        case ColumnType.DATE:
            return _dates(text, year)
        case ColumnType.USCC:
            return _codes(text)
        case ColumnType.PERIOD:
            return _by_text(text, pl.Int64(), lambda word: _period(word, year))
        case ColumnType.BOOLEAN:
            return _booleans(text)
        case ColumnType.PHONE:
            return _by_text(text, pl.String(), _phone)
        case ColumnType.CHOICE:
            allowed = {fold(word): word for word in spec.allowed}
            told = json.dumps({"allowed": "、".join(spec.allowed)}, ensure_ascii=False)
            return _by_text(text, pl.String(), lambda word: _choice(word, allowed, told))
        case ColumnType.TEXT:
            return _texts(text)


Cell = tuple[object, str | None, str | None]  # value, problem, params
Reader = Callable[[str], Cell]


def _framed(
    value: pl.Series,
    problem: pl.Series | None = None,
    params: pl.Series | None = None,
    own: pl.Series | None = None,
    note: pl.Series | None = None,
) -> pl.DataFrame:
    empty = pl.repeat(None, len(value), dtype=pl.String(), eager=True)
    return pl.DataFrame(
        [
            value.alias("value"),
            (empty if problem is None else problem).alias("problem"),
            (empty if params is None else params).alias("params"),
            (empty if own is None else own).alias("own"),
            (empty if note is None else note).alias("note"),
        ]
    )


def _texts(text: pl.Series) -> pl.DataFrame:
    known = text if text.dtype == pl.String else decimals_text(text)
    errors = known.str.starts_with("#") & known.str.contains(r"^#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)$")
    if not errors.any():
        return _framed(known)
    problem = pl.Series([None], dtype=pl.String).new_from_index(0, len(known))
    problem = problem.set(errors.fill_null(value=False), "sheets.formula-error")
    return _framed(known.set(errors.fill_null(value=False), None), problem)


def decimals_text(column: pl.Series) -> pl.Series:
    """Return any column as text; whole floats without a decimal point."""
    if column.dtype.is_float():
        return column.cast(pl.String).str.replace(r"\.0$", "")
    if column.dtype == pl.Boolean:
        return column.replace_strict({True: "是", False: "否"}, return_dtype=pl.String)
    return column.cast(pl.String)


def _by_text(text: pl.Series, kind: pl.DataType, read: Reader) -> pl.DataFrame:
    """Return what `read` makes of every different text, spread over the column."""
    known = decimals_text(text).alias("text")
    different = known.drop_nulls().unique(maintain_order=True)
    if different.is_empty():
        return _framed(pl.repeat(None, len(known), dtype=kind, eager=True))
    cells = [read(word) for word in different.to_list()]
    table = pl.DataFrame(
        [
            different,
            pl.Series("value", [cell[0] for cell in cells], dtype=kind),
            pl.Series("problem", [cell[1] for cell in cells], dtype=pl.String),
            pl.Series("params", [cell[2] for cell in cells], dtype=pl.String),
        ]
    )
    joined = known.to_frame().join(table, on="text", how="left", maintain_order="left")
    return _framed(joined["value"], joined["problem"], joined["params"])


def _numbers(text: pl.Series, spec: ColumnSpec, units: UnitTable, unit: str | None) -> pl.DataFrame:
    figures = read_figures(text, units)
    if spec.type is ColumnType.PERCENT:
        figures = _percent(figures, text)
        return _framed(figures["value"], figures["problem"], figures["params"], figures["own"], figures["note"])
    figures = in_unit(figures, unit, spec.unit, units)
    if spec.type is ColumnType.NUMBER:
        return _framed(figures["value"], figures["problem"], figures["params"], figures["own"], figures["note"])
    whole = figures["value"].cast(pl.Int64, strict=False)
    broken = (figures["value"] != whole.cast(pl.Decimal(38, 10))).fill_null(value=False)
    problem = figures["problem"].set(broken, "sheets.not-integer")
    return _framed(whole.set(broken, None), problem, figures["params"], figures["own"], figures["note"])


def _percent(figures: pl.DataFrame, text: pl.Series) -> pl.DataFrame:
    """Return percentages; figures with another unit are problems, and a column of bare fractions is asked about."""
    wrong = (figures["own"].is_not_null() & ~figures["own"].is_in(["%", "百分点"])) | (figures["magnitude"] != 1)
    wrong = wrong.fill_null(value=False)
    problem = figures["problem"].set(wrong, "sheets.bad-number")
    value = figures["value"].set(wrong, None)
    known = value.drop_nulls()
    bare = figures["own"].is_null().all() and text.dtype != pl.Boolean
    if (
        bare
        and len(known) >= FRACTIONS
        and bool((known.abs() < Decimal(1)).all())
        and bool((known != Decimal(0)).any())
    ):
        asked = (value.is_not_null() & problem.is_null()).fill_null(value=False)
        problem = problem.set(asked, "sheets.maybe-fraction")
    return figures.with_columns(value=value, problem=problem)


def _dates(column: pl.Series, year: int | None) -> pl.DataFrame:
    if column.dtype == pl.Date:
        return _framed(column)
    if column.dtype == pl.Datetime:
        return _framed(column.dt.date())

    def read(word: str) -> Cell:
        found = read_date(word, year)
        meant = found.value or found.meant
        told = None if found.problem is None or meant is None else json.dumps({"date": meant.isoformat()})
        return found.value, found.problem, told

    return _by_text(column, pl.Date(), read)


def _codes(column: pl.Series) -> pl.DataFrame:
    text = decimals_text(column)
    value = normalise_series(text)
    found = code_findings(text)
    places = found.is_not_null().arg_true()
    if places.is_empty():
        return _framed(value, found)
    known = catalogue()
    grave = [code for code in found.drop_nulls().unique().to_list() if known[code].severity is Severity.ERROR]
    refused = found.is_in(grave).fill_null(value=False)
    explained = code_problems(text.gather(places.head(EXPLAINED)))
    params = pl.repeat(None, len(text), dtype=pl.String(), eager=True).clone()
    params = params.scatter(places.gather(explained["index"]), explained["params"])
    return _framed(value.set(refused, None), found, params)


def _booleans(column: pl.Series) -> pl.DataFrame:
    if column.dtype == pl.Boolean:
        return _framed(column)

    def read(word: str) -> Cell:
        known = narrow(word)
        if known in YES or known in NO:
            return known in YES, None, None
        return None, "sheets.bad-boolean", None

    return _by_text(column, pl.Boolean(), read)


def _period(word: str, year: int | None) -> Cell:
    stated = state(word)
    if stated is None:
        return None, "sheets.bad-period", None
    period = stated.period(year)
    return (None, "sheets.year-unknown", None) if period is None else (period.code, None, None)


def _phone(word: str) -> Cell:
    numbers = [re.sub(r"^\+?86[- ]?(?=1)", "", number) for number in PHONES.findall(_digits(word))]
    found = [re.sub(r"[ -]", "", number) if number[0] == "1" else number for number in numbers]
    if not found:
        return None, "sheets.bad-phone", None
    return ";".join(dict.fromkeys(found)), None, None


def _digits(word: str) -> str:
    return re.sub(r"(?<=\d)[‐-―−](?=\d)", "-", narrow(word))


def _choice(word: str, allowed: dict[str, str], told: str) -> Cell:
    found = allowed.get(fold(word))
    return (word, "sheets.not-allowed", told) if found is None else (found, None, None)
