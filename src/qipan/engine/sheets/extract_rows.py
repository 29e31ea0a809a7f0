"""Ledgers with one record a row: enterprises, projects, leads, qualifications."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from qipan.engine.periods import BASES, READINGS, Period
from qipan.engine.sheets.body import Body
from qipan.engine.sheets.cells import read_cells
from qipan.engine.sheets.cells.columns import blank_to_null, decimals_text
from qipan.engine.sheets.checks import check
from qipan.engine.sheets.columns import resolved
from qipan.engine.sheets.extras import extra_column
from qipan.engine.sheets.facets import CITY
from qipan.engine.sheets.facts import fact_period, no_facts, shaped, target_of, to_stored
from qipan.engine.sheets.rowkinds import kinds
from qipan.engine.sheets.spec import ColumnSpec, ColumnType, Contract, LedgerSpec
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import ColumnMatch, Context, Extract
from qipan.engine.sheets.vocabulary import Vocabulary

GROUPED = 20_000  # rows up to which a sheet may have been grouped by hand
NUMERIC = (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.PERCENT)
TYPES: dict[ColumnType, pl.DataType] = {
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.NUMBER: pl.Decimal(38, 10),
    ColumnType.PERCENT: pl.Decimal(38, 10),
    ColumnType.DATE: pl.Date(),
    ColumnType.PERIOD: pl.Int64(),
    ColumnType.BOOLEAN: pl.Boolean(),
}


@dataclass(slots=True)
class Rows:
    """The rows of one sheet while they become records."""

    ledger: LedgerSpec
    vocabulary: Vocabulary
    context: Context
    columns: tuple[ColumnMatch, ...]
    body: Body
    troubles: Troubles
    cells: dict[int, pl.DataFrame] = field(default_factory=dict[int, pl.DataFrame])
    unread: list[tuple[str, pl.Series]] = field(default_factory=list[tuple[str, pl.Series]])

    @property
    def specs(self) -> dict[str, ColumnSpec]:
        """The ledger's columns by code."""
        return {spec.code: spec for spec in self.ledger.columns}

    def text(self, index: int) -> pl.Series:
        """Return the cells of a column as text."""
        return decimals_text(self.body.cells[str(index)])


def extract_rows(
    body: Body,
    columns: tuple[ColumnMatch, ...],
    ledger: LedgerSpec,
    vocabulary: Vocabulary,
    context: Context,
    troubles: Troubles,
) -> Extract:
    """Return records, facts and problems of a ledger with one record a row."""
    specs = {spec.code: spec for spec in ledger.columns}
    labels = [one.index for one in columns if one.code and _is_label(specs[one.code], ledger)]
    figures = [
        one.index
        for one in columns
        if one.part in ("yoy", "last_year") or (one.code and specs[one.code].type not in (ColumnType.TEXT,))
    ]
    kind = kinds(body, columns, labels=labels, figures=figures)
    keep = kind.kind.is_null()
    skipped = pl.DataFrame({"row": body.rows, "reason": kind.kind}).filter(~keep)
    rows = Rows(ledger, vocabulary, context, columns, body.keep(keep), troubles)
    _read_all(rows)
    records = _records(rows, kind.section.filter(keep))
    refused = _refused(rows, records)
    facts = _facts(rows)
    if refused.any():
        left = pl.DataFrame({"row": rows.body.rows.filter(refused)}).with_columns(reason=pl.lit("refused"))
        skipped = pl.concat([skipped, left])
        place = (~refused).cum_sum().cast(pl.Int64) - 1
        moved = pl.DataFrame(
            {"record": pl.int_range(0, len(refused), dtype=pl.Int64, eager=True), "_to": place}
        ).filter(~refused)
        facts = facts.join(moved, on="record", how="inner").with_columns(record=pl.col("_to")).drop("_to")
        records = records.filter(~refused)
    check(records, ledger, troubles)
    _repeated(records, ledger, troubles)
    return Extract(records, facts, troubles.frame(), skipped.sort("row"), body.cells.height)


def _is_label(spec: ColumnSpec, ledger: LedgerSpec) -> bool:
    return spec.type in (ColumnType.TEXT, ColumnType.USCC) and (
        spec.required or spec.code in ledger.key or spec.writes.endswith(".name")
    )


def _read_all(rows: Rows) -> None:
    """Read every matched column once; texts no value could be made of are remembered for `extra`."""
    for one in rows.columns:
        spec = rows.specs.get(one.code or "") or _beside(one)
        if spec is None:
            if not one.part and rows.ledger.unknown_column is Contract.EXTRA:
                rows.unread.append((one.header or f"#{one.index + 1}", blank_to_null(rows.text(one.index))))
            continue
        column = _without_repeats(rows, one, spec)
        _ask_below(rows, one, spec, column)
        cells = read_cells(column, spec, rows.vocabulary.units, unit=_given(rows, one, spec), year=_year(rows))
        rows.cells[one.index] = cells
        name = spec.code or one.header
        text = decimals_text(column)
        rows.troubles.add_cells(cells, rows.body.rows, text, column=one.index, name=name)
        lost = (cells["value"].is_null() & cells["problem"].is_not_null()).fill_null(value=False)
        if lost.any():
            rows.unread.append((one.header or name, text.set(~lost, None)))


def _ask_below(rows: Rows, one: ColumnMatch, spec: ColumnSpec, column: pl.Series) -> None:
    """Ask whether blanks mean "as above" where a grouping column is filled in the first row of each group only."""
    if (
        spec.type is not ColumnType.TEXT
        or not (spec.required or spec.writes.endswith(".unit"))
        or len(column) > GROUPED
    ):
        return
    text = blank_to_null(decimals_text(column))
    filled = text.drop_nulls()
    blanks = text.null_count()
    if len(filled) >= 2 and text[0] is not None and filled.n_unique() == len(filled) and blanks >= len(text) / 3:
        rows.troubles.add("sheets.blank-below", column=one.index, name=spec.code, value=one.header)


def _beside(one: ColumnMatch) -> ColumnSpec | None:
    """Return how a growth or last-year column the ledger does not declare is read."""
    if one.part == "yoy" and one.of is not None:
        return ColumnSpec("", (one.header,), "", ColumnType.PERCENT, unit="%")
    return None


def _without_repeats(rows: Rows, one: ColumnMatch, spec: ColumnSpec) -> pl.Series:
    """Return the column with figures of merged cells once only: one amount over three rows is not three amounts."""
    column = rows.body.cells[str(one.index)]
    if rows.body.carried is None or spec.type not in NUMERIC:
        return column
    carried = rows.body.carried[str(one.index)]
    if carried.any():
        rows.troubles.add_rows(
            "sheets.merged-number",
            rows.body.rows.filter(carried),
            column=one.index,
            name=spec.code,
            value=column.filter(carried),
        )
    return column.set(carried, None)


def _given(rows: Rows, one: ColumnMatch, spec: ColumnSpec) -> str | None:
    """Return the unit the heading states, or the sheet where it speaks of the same kind of quantity."""
    if one.unit is not None:
        return one.unit
    units, sheet = rows.vocabulary.units, rows.context.unit
    if sheet is None or spec.unit is None or sheet not in units.units or spec.unit not in units.units:
        return None
    return sheet if units.units[sheet].dimension == units.units[spec.unit].dimension else None


def _year(rows: Rows) -> int | None:
    if rows.context.period is not None:
        return Period(rows.context.period).year
    return rows.context.year


def _records(rows: Rows, section: pl.Series) -> pl.DataFrame:
    """Return a row per record, a column per column of the ledger, unread ones null."""
    height = rows.body.cells.height
    found: list[pl.Series] = []
    for spec in rows.ledger.columns:
        own = [one for one in rows.columns if one.code == spec.code and one.index in rows.cells]
        best = max(own, key=lambda one: _sort_key(one, _year(rows)), default=None)
        kind = TYPES.get(spec.type, pl.String())
        values = None if best is None else rows.cells[best.index]["value"].cast(kind)
        found.append((pl.repeat(None, height, dtype=kind, eager=True) if values is None else values).alias(spec.code))
    taken = {spec.code for spec in rows.ledger.columns}
    about = {
        "section": section,
        "extra": extra_column(rows.unread, height),
        "sheet": pl.repeat(rows.troubles.sheet, height, dtype=pl.Int32(), eager=True),
        "row": rows.body.rows,
    }
    found.extend(series.alias(name) for name, series in about.items() if name not in taken)
    return pl.DataFrame(found)


def _sort_key(one: ColumnMatch, year: int | None) -> tuple[int, float]:
    del year
    period = one.period or 0
    return (0 if one.stated is None and not period else 1) * 10**12 + period, one.confidence


def _refused(rows: Rows, records: pl.DataFrame) -> pl.Series:
    """Return which rows are refused: a required value or all of the key is missing, or the sheet as a whole is."""
    height = records.height
    refused = pl.repeat(False, height, dtype=pl.Boolean(), eager=True)
    for spec in rows.ledger.columns:
        if not spec.required:
            continue
        missing = records[spec.code].is_null()
        index = next((one.index for one in rows.columns if one.code == spec.code), None)
        blank = missing if index is None else missing & blank_to_null(rows.text(index)).is_null()
        rows.troubles.add_rows("sheets.required-missing", rows.body.rows.filter(blank), column=index, name=spec.code)
        refused = refused | missing
    keys = [code for code in rows.ledger.key if code in records.columns]
    if keys:
        nameless = records.select(pl.all_horizontal([pl.col(code).is_null() for code in keys])).to_series() & ~refused
        rows.troubles.add_rows("sheets.no-key", rows.body.rows.filter(nameless))
        refused = refused | nameless
    unknown = [one for one in rows.columns if one.code is None and not one.part]
    if rows.ledger.unknown_column is Contract.REFUSE and unknown:
        rows.troubles.add("sheets.sheet-refused", count=len(unknown))
        return pl.repeat(True, height, dtype=pl.Boolean(), eager=True)
    if rows.ledger.bad_row is Contract.REFUSE and refused.any():
        rows.troubles.add("sheets.sheet-refused", count=int(refused.sum()))
        return pl.repeat(True, height, dtype=pl.Boolean(), eager=True)
    if rows.ledger.bad_row is Contract.EXTRA:
        return pl.repeat(False, height, dtype=pl.Boolean(), eager=True)
    return refused


def _repeated(records: pl.DataFrame, ledger: LedgerSpec, troubles: Troubles) -> None:
    """Report records that have the key of an earlier one."""
    keys = [code for code in ledger.key if code in records.columns]
    strong = [
        code for code in keys if records[code].dtype == pl.String and ledger_type(ledger, code) is ColumnType.USCC
    ]
    telling = [*strong, *(code for code in keys if code not in (*strong, "name") or not strong)] if strong else keys
    if not telling or records.is_empty():
        return
    known = pl.all_horizontal([pl.col(code).is_not_null() for code in strong or telling[:1]])
    again = records.select(known & ~pl.struct(telling).is_first_distinct()).to_series()
    if again.any():
        troubles.add_rows(
            "sheets.repeated-record",
            records["row"].filter(again),
            name=telling[0],
            value=records[telling[0]].filter(again),
        )


def ledger_type(ledger: LedgerSpec, code: str) -> ColumnType:
    """Return the type of a ledger's column."""
    return next(spec.type for spec in ledger.columns if spec.code == code)


def _facts(rows: Rows) -> pl.DataFrame:
    """Return the figures of the records: one per figure column and period."""
    parts: list[pl.DataFrame] = []
    for one in rows.columns:
        code = _measure_code(rows, one)
        if code is None or one.index not in rows.cells:
            continue
        part = _column_facts(rows, one, code)
        if part is not None:
            parts.append(part)
    return _about(rows, pl.concat(parts)) if parts else no_facts()


def _about(rows: Rows, facts: pl.DataFrame) -> pl.DataFrame:
    """Return the facts about the unit each row names, where a column writes `subject`; else as they are."""
    named = next(
        (other.index for other in rows.columns if other.code and rows.specs[other.code].writes == "subject"), None
    )
    if named is None or named not in rows.cells:
        return facts
    who = rows.cells[named]["value"].cast(pl.String).gather(facts["record"].cast(pl.UInt32))
    said = pl.col("subject_text")
    return facts.with_columns(subject_text=who).with_columns(
        record=pl.lit(None, dtype=pl.Int64),
        subject=pl.when(said.is_in(list(CITY))).then(pl.lit("city"))
        .when(said.is_not_null()).then(pl.lit("named"))
        .otherwise(pl.lit("unit")),
    )  # fmt: skip


def _measure_code(rows: Rows, one: ColumnMatch) -> str | None:
    spec = rows.specs.get(one.code or "")
    if spec is not None:
        return spec.writes.removeprefix("fact:") if spec.writes.startswith("fact:") else None
    if one.part == "yoy" and one.of is not None:
        base = next((other for other in rows.columns if other.index == one.of), None)
        own = None if base is None else _measure_code(rows, base)
        return None if own is None else f"{own}.yoy"
    return None


def _column_facts(rows: Rows, one: ColumnMatch, code: str) -> pl.DataFrame | None:
    target = target_of(code, rows.vocabulary)
    if target is None:
        rows.troubles.add("sheets.unknown-measure-code", column=one.index, name=one.code, value=code)
        return None
    units = rows.vocabulary.units
    spec = rows.specs.get(one.code or "") or ColumnSpec("", (), "", ColumnType.PERCENT, unit="%")
    unit = spec.unit if spec.unit is not None and spec.unit in units.units else target.unit
    if units.units[unit].dimension != units.units[target.unit].dimension:
        rows.troubles.add("sheets.other-unit", column=one.index, name=one.code, value=unit, expected=target.unit)
        return None
    cells = rows.cells[one.index]
    frame = pl.DataFrame(
        {
            "record": pl.int_range(0, cells.height, dtype=pl.Int64, eager=True),
            "figure": cells["value"].cast(pl.Decimal(38, 10)),
            "own": cells["own"],
            "text": decimals_text(rows.body.cells[str(one.index)]),
            "row": rows.body.rows,
        }
    ).filter(pl.col("figure").is_not_null())
    periods = _periods(rows, one, spec, frame)
    if periods is None:
        if not frame.is_empty():
            rows.troubles.add("sheets.figure-without-period", column=one.index, name=one.code, value=one.header)
        return None
    period, basis = periods
    given = _given(rows, one, spec) or unit
    return shaped(
        frame.with_columns(
            subject=pl.lit("record"),
            measure=pl.lit(code),
            period=period,
            basis=basis,
            reading=pl.lit(rows.context.reading if rows.context.reading is not None else READINGS[spec.reading]),
            scope=pl.lit(rows.context.scope, dtype=pl.String),
            value=to_stored(pl.col("figure"), unit, units),
            unit=pl.coalesce(pl.col("own"), pl.lit(given)),
            sheet=pl.lit(rows.troubles.sheet),
            column=pl.lit(one.index),
        ),
        rows.troubles,
        one.index,
    )


def _periods(rows: Rows, one: ColumnMatch, spec: ColumnSpec, frame: pl.DataFrame) -> tuple[pl.Expr, pl.Expr] | None:
    """Return period and basis of a figure column: its heading's, else the row's own period, else the sheet's."""
    target = target_of(_measure_code(rows, one) or "", rows.vocabulary)
    if target is None:
        return None
    declared = None if spec.basis is None else BASES[spec.basis]
    stated = resolved(one, _year(rows), rows.vocabulary.units)
    by_row = next(
        (other.index for other in rows.columns if other.code and rows.specs[other.code].writes == "period"), None
    )
    if stated is None and by_row is not None and by_row in rows.cells:
        known = rows.cells[by_row]["value"].gather(frame["record"].cast(pl.UInt32))
        different = known.drop_nulls().unique().to_list()
        pairs = {
            code: fact_period(Period(int(code)), one.basis if one.basis is not None else declared, target.measure)
            for code in different
        }
        period = known.replace_strict(
            {code: pair[0] for code, pair in pairs.items()}, default=None, return_dtype=pl.Int64
        )
        basis = known.replace_strict(
            {code: pair[1] for code, pair in pairs.items()}, default=None, return_dtype=pl.Int64
        )
        return pl.lit(period), pl.lit(basis)
    basis_said = one.basis if one.basis is not None else declared
    if stated is None and one.stated is None and rows.context.period is not None:
        stated = Period(rows.context.period)
        basis_said = basis_said if basis_said is not None else rows.context.basis
    if stated is None:
        return None
    code, basis_code = fact_period(stated, basis_said, target.measure)
    return pl.lit(code), pl.lit(basis_code)
