"""Columns of figures as exact decimals, with the units their texts name, and their conversion."""

from __future__ import annotations

import json
from fractions import Fraction

import polars as pl

from qipan.engine.sheets.cells.numbers import MAGNITUDES, NumberRead, read_number
from qipan.engine.units import UnitTable

PLACES = 10
DECIMAL = pl.Decimal(38, PLACES)
# `magnitude` is a bare 万 or 亿 in the text (else 1), `own` the unit it names, `note` a bracketed remark.
FIGURES: dict[str, pl.DataType] = {
    "value": DECIMAL,
    "own": pl.String(),
    "magnitude": pl.Int64(),
    "problem": pl.String(),
    "params": pl.String(),
    "note": pl.String(),
}
MANY = 2000  # more different odd texts than this are first tried all at once
THOUSANDS = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"
PLAIN = r"^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?$"
WITH_UNIT = r"^([+-]?\d[\d,]*(?:\.\d+)?)\s*[((]?([^\d()(),.~\-]{1,8})[))]?$"


def decimals(text: pl.Series) -> pl.Series:
    """Return Decimal(38, 10) of plain figures with or without thousands; null for every other text."""
    if text.dtype != pl.String:
        text = text.cast(pl.String) if text.dtype.is_float() else text
    if text.dtype != pl.String:
        return text.cast(DECIMAL, strict=False)
    if text.str.contains(",", literal=True).any():
        grouped = text.str.contains(THOUSANDS).fill_null(value=False)
        text = text.to_frame("t").select(pl.when(grouped).then(pl.col("t").str.replace_all(",", "")).otherwise("t"))[
            "t"
        ]
    plain = text.str.contains(PLAIN)
    return text.set(~plain.fill_null(value=True), None).cast(DECIMAL, strict=False)


def read_figures(text: pl.Series, units: UnitTable) -> pl.DataFrame:
    """Return a frame (FIGURES) of what each text says as a number; `text` has null where a cell says nothing."""
    if text.dtype == pl.Boolean:
        text = text.cast(pl.String)
    value = decimals(text)
    height = len(text)
    odd = (value.is_null() & text.is_not_null()).arg_true()
    frame = pl.DataFrame(
        {
            "value": value,
            "own": pl.repeat(None, height, dtype=pl.String(), eager=True),
            "magnitude": pl.repeat(1, height, dtype=pl.Int64(), eager=True),
            "problem": pl.repeat(None, height, dtype=pl.String(), eager=True),
            "params": pl.repeat(None, height, dtype=pl.String(), eager=True),
            "note": pl.repeat(None, height, dtype=pl.String(), eager=True),
        },
        schema=FIGURES,
    )
    if odd.is_empty():
        return frame
    words = text.gather(odd).cast(pl.String).alias("text")
    table = _different(words.unique(maintain_order=True), units)
    read = words.to_frame().join(table, on="text", how="left", maintain_order="left")
    columns = [frame.get_column(name).scatter(odd, read.get_column(name)) for name in FIGURES]
    return pl.DataFrame(columns)


def _different(texts: pl.Series, units: UnitTable) -> pl.DataFrame:
    """Return what each of these different odd texts says."""
    parts: list[pl.DataFrame] = []
    rest = texts
    if len(texts) > MANY:
        quick = _with_units(texts, units)
        parts.append(quick)
        rest = texts.filter(~texts.is_in(quick["text"].implode()))
    reads = [read_number(text, units) for text in rest.to_list()]
    columns = [
        rest,
        pl.Series("value", [read.value for read in reads], dtype=DECIMAL),
        pl.Series("own", [read.unit for read in reads], dtype=pl.String),
        pl.Series("magnitude", [read.magnitude for read in reads], dtype=pl.Int64),
        pl.Series("problem", [read.problem for read in reads], dtype=pl.String),
        pl.Series("params", [_params(read) for read in reads], dtype=pl.String),
        pl.Series("note", [read.note for read in reads], dtype=pl.String),
    ]
    parts.append(pl.DataFrame(columns))
    return pl.concat(parts)


def _with_units(texts: pl.Series, units: UnitTable) -> pl.DataFrame:
    """Return those of the texts that are one figure and one known unit, such as 26,171.5550(万元人民币)."""
    frame = pl.DataFrame({"text": texts}).with_columns(
        number=pl.col("text").str.extract(WITH_UNIT, 1).str.replace_all(",", ""),
        words=pl.col("text").str.extract(WITH_UNIT, 2),
    )
    words = frame["words"].drop_nulls().unique()
    found = {word: unit.code for word in words.to_list() if word not in MAGNITUDES and (unit := units.find(word))}
    known = pl.DataFrame(
        {"words": list(found), "own": list(found.values())}, schema={"words": pl.String, "own": pl.String}
    )
    return (
        frame.join(known, on="words", how="inner")
        .with_columns(
            value=pl.col("number").cast(DECIMAL, strict=False),
            magnitude=pl.lit(1, dtype=pl.Int64),
            problem=pl.lit(None, dtype=pl.String),
            params=pl.lit(None, dtype=pl.String),
            note=pl.lit(None, dtype=pl.String),
        )
        .filter(pl.col("value").is_not_null())
        .select("text", *FIGURES)
    )


def _params(read: NumberRead) -> str | None:
    if read.problem == "sheets.range":
        size = {10**4: "万", 10**8: "亿"}.get(read.magnitude, "")
        return json.dumps({"low": f"{read.low}", "high": f"{read.high}", "unit": read.unit or size}, ensure_ascii=False)
    if read.problem == "sheets.approximate":
        return json.dumps({"taken": f"{read.value}", "unit": read.unit or ""}, ensure_ascii=False)
    return None


def factor(
    own: str | None, magnitude: int, given: str | None, target: str | None, units: UnitTable
) -> tuple[Fraction | None, str | None]:
    """Return by what a figure is multiplied to be in `target` (None: another kind), and the unit it was written in.

    A unit in the cell wins over the one its heading or sheet states (`given`), that over the declared one. A bare 万
    or 亿 counts base units of the kind in question: "5亿" in a 万元 column is 5 × 10⁸ 元.
    """
    unit = own or given or target
    if unit is None or unit not in units.units:
        return Fraction(magnitude), unit
    if own is None and magnitude != 1:
        unit = units.dimension_of(target or unit).base
    if target is None or unit == target:
        return Fraction(magnitude), unit
    if {unit, target} == {"%", "百分点"}:
        return Fraction(magnitude), unit
    ratio = units.ratio(unit, target)
    return (None if ratio is None else ratio * magnitude), unit


def scaled(raw: pl.Expr, by: Fraction) -> pl.Expr:
    """Return Int128 `raw` times `by`, halves away from zero; null where it would not fit."""
    top, bottom = by.numerator, by.denominator
    size = (raw.abs() * pl.lit(top, dtype=pl.Int128) * 2 + bottom) // (2 * bottom)
    fits = raw.abs() <= (2**125) // top
    return pl.when(fits).then(pl.when(raw < 0).then(pl.lit(0, dtype=pl.Int128) - size).otherwise(size))


def in_unit(figures: pl.DataFrame, given: str | None, target: str | None, units: UnitTable) -> pl.DataFrame:
    """Return the figures in `target`; those of another kind become null with a problem."""
    kinds = figures.select("own", "magnitude").unique().rows()
    frame = figures.with_columns(_raw=pl.col("value").to_physical())
    result = pl.lit(None, dtype=pl.Int128)
    wrong = pl.lit(value=False)
    for own, magnitude in kinds:
        by, _ = factor(own, magnitude, given, target, units)
        here = pl.col("own").eq_missing(pl.lit(own, dtype=pl.String)) & (pl.col("magnitude") == magnitude)
        if by is None:
            wrong = wrong | here
        elif by == 1:
            result = pl.when(here).then("_raw").otherwise(result)
        else:
            result = pl.when(here).then(scaled(pl.col("_raw"), by)).otherwise(result)
    told = json.dumps({"expected": target or ""}, ensure_ascii=False)
    frame = frame.with_columns(_result=result)
    lost = pl.col("_result").is_null() & pl.col("value").is_not_null()
    return frame.with_columns(
        value=pl.col("_result").reinterpret(dtype=DECIMAL),
        problem=pl.when(lost & wrong)
        .then(pl.lit("sheets.other-unit"))
        .when(lost)
        .then(pl.lit("sheets.too-large"))
        .otherwise("problem"),
        params=pl.when(lost & wrong).then(pl.lit(told)).otherwise("params"),
    ).drop("_raw", "_result")
