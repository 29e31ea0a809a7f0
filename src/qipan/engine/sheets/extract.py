"""From a recognised sheet to its records, facts and problems."""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl

from qipan.engine.sheets.body import Body, frame_body, grid_body, texts
from qipan.engine.sheets.book import Sheet
from qipan.engine.sheets.extract_rows import extract_rows
from qipan.engine.sheets.figures import extract_figures
from qipan.engine.sheets.oddities import report_oddities
from qipan.engine.sheets.spec import Layout, LedgerSpec
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import Context, Extract, Recognition
from qipan.engine.sheets.vocabulary import Vocabulary


def extract(
    sheet: Sheet, recognition: Recognition, ledger: LedgerSpec, vocabulary: Vocabulary, context: Context | None = None
) -> Extract:
    """Return every record, fact and problem of `sheet`, read as `ledger` with the columns `recognition` found.

    What `context` states overrides what the sheet says.
    """
    about = merged(recognition.context, context)
    body = _body(sheet, recognition)
    troubles = Troubles(sheet.index)
    run = extract_rows if ledger.layout is Layout.ROWS else extract_figures
    found = run(body, recognition.columns, ledger, vocabulary, about, troubles)
    if sheet.grid is not None:
        report_oddities(sheet.grid, recognition, found, troubles)
    headers = [column.header for column in recognition.columns]
    return replace(found, problems=troubles.frame(recognition.questions, headers))


def merged(own: Context, given: Context | None) -> Context:
    """Return `own` with everything that `given` states."""
    if given is None:
        return own
    stated = {one.name: value for one in fields(given) if (value := getattr(given, one.name)) is not None}
    return replace(own, **stated)


def _body(sheet: Sheet, recognition: Recognition) -> Body:
    if sheet.frame is not None:
        return frame_body(sheet, sheet.frame)
    if sheet.grid is None:
        return Body(pl.DataFrame(), pl.Series("row", [], dtype=pl.Int64))
    return grid_body(sheet.grid, texts(sheet.grid), recognition.header_rows[1] + 1)
