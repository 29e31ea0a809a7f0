"""The conditions a ledger sets over its columns, checked for all records at once."""

from __future__ import annotations

import json

import polars as pl

from qipan.engine.feel import NotCompiledError, names_in, parse, run_columns
from qipan.engine.sheets.spec import CheckSpec, LedgerSpec
from qipan.engine.sheets.troubles import Troubles


def check(records: pl.DataFrame, ledger: LedgerSpec, troubles: Troubles) -> None:
    """Add a problem for every record for which a condition of the ledger is false; unknown is no failure."""
    names = {name: spec.code for spec in ledger.columns for name in (*spec.names, spec.code)}
    names |= {spec.code: spec.code for spec in ledger.columns}
    for one in ledger.checks:
        _check(records, one, names, troubles)


def _check(records: pl.DataFrame, one: CheckSpec, names: dict[str, str], troubles: Troubles) -> None:
    parsed = parse(one.expression, names)
    if parsed.expression is None:
        reason = parsed.problems[0].message("zh") if parsed.problems else one.expression
        troubles.add("sheets.check-unreadable", value=one.code, check=one.code, reason=reason)
        return
    inputs = sorted(name for name in names_in(parsed.expression) if name in records.columns)
    if records.is_empty() or (inputs and all(records[name].null_count() == records.height for name in inputs)):
        return
    try:
        kept = run_columns(parsed.expression, records, by_value=True)
    except NotCompiledError as error:
        troubles.add("sheets.check-unreadable", value=one.code, check=one.code, reason=str(error))
        return
    broken = kept.eq_missing(pl.Series([False])) if kept.dtype == pl.Boolean else pl.Series([False] * records.height)
    if broken.any():
        rows = records.filter(broken)
        params = json.dumps({"check": one.code, "zh": one.zh, "en": one.en}, ensure_ascii=False)
        troubles.add_rows(
            f"sheets.check-{one.severity}", rows["row"], name=one.code, value=_shown(rows, inputs), params=params
        )


def _shown(rows: pl.DataFrame, inputs: list[str]) -> pl.Series | None:
    """Return the values a condition looked at, as text."""
    if not inputs:
        return None
    shown = [pl.col(name).cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.strip_chars_end(".") for name in inputs]
    return rows.select(pl.concat_str(shown, separator=" / ", ignore_nulls=True)).to_series()
