"""What a sheet says without words: colours and hidden rows. Asked about, never interpreted."""

from __future__ import annotations

from collections import defaultdict

from qipan.engine.sheets.book import Grid
from qipan.engine.sheets.troubles import Troubles
from qipan.engine.sheets.understood import Extract, Recognition

PLAIN = {"FFFFFF", "000000", ""}
EXAMPLES = 8


def report_oddities(grid: Grid, recognition: Recognition, found: Extract, troubles: Troubles) -> None:
    """Add a question per colour that marks some records but not all, and one for hidden rows that were read."""
    top = recognition.header_rows[1] + 1
    records = set(found.records["row"].to_list()) if "row" in found.records.columns else set[int]()
    colours: dict[str, set[int]] = defaultdict(set)
    columns: dict[str, set[int]] = defaultdict(set)
    for (row, column), colour in grid.fills.items():
        number = grid.first_row + row
        if row >= top and colour.upper()[-6:] not in PLAIN and number in records:
            colours[colour.upper()[-6:]].add(number)
            columns[colour.upper()[-6:]].add(column)
    for colour, rows in sorted(colours.items()):
        if len(rows) >= len(records) > 1:
            continue
        shown = "、".join(str(row) for row in sorted(rows)[:EXAMPLES])
        column = next(iter(columns[colour])) if len(columns[colour]) == 1 else None
        troubles.add(
            "sheets.colour-meaning", column=column, value=f"#{colour}", colour=f"#{colour}", count=len(rows), rows=shown
        )
    hidden = sorted(grid.first_row + row for row in grid.hidden_rows if grid.first_row + row in records)
    if hidden:
        troubles.add("sheets.hidden-rows", count=len(hidden), rows="、".join(str(row) for row in hidden[:EXAMPLES]))
