"""What is written beside a cell that has problems, and the list of them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qipan.engine.problem import Language, Severity
from qipan.engine.sheets.reading.columns import letters

LISTED = 20_000  # problems on the first sheet
COMMENTED = 5_000  # comments in one workbook; more make Excel slow to open it
COLOURS = {
    Severity.ERROR: "FFC7CE",
    Severity.QUESTION: "BDD7EE",
    Severity.WARNING: "FFEB9C",
    Severity.INFO: "E7E6E6",
}
_RANK = {Severity.ERROR: 0, Severity.QUESTION: 1, Severity.WARNING: 2, Severity.INFO: 3}
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "sheet": "问题清单",
        "error": "错误",
        "question": "待确认",
        "warning": "提醒",
        "info": "说明",
        "more": "另有 {count} 个问题未列出",
        "none": "没有发现问题",
        "row": "第{row}行",
        "whole": "整表",
        "source_row": "原行号",
        "part": "原表较大，这里只列出有问题的行和表头",
    },
    "en": {
        "sheet": "Problems",
        "error": "Error",
        "question": "Question",
        "warning": "Warning",
        "info": "Note",
        "more": "{count} more problems are not listed",
        "none": "No problems were found",
        "row": "row {row}",
        "whole": "whole sheet",
        "source_row": "Original row",
        "part": "The original is large; only its header and the rows with problems are shown",
    },
}
_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("级别", "工作表", "位置", "原内容", "问题", "怎么办"),
    "en": ("Level", "Sheet", "Place", "Content", "Problem", "What to do"),
}


@dataclass(frozen=True, slots=True)
class CellNote:
    """One problem as it is shown to its owner, at a place of the file it was found in."""

    sheet: int  # `Sheet.index`
    row: int | None  # 1-based, as Excel shows it; None: the whole sheet
    column: int | None  # 0-based; None: the whole row
    severity: Severity
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one cell gets: the colour of its worst problem and the text of all of them."""

    colour: str
    text: str


def word(language: Language, key: str) -> str:
    """Return a fixed word of the annotated copy."""
    return _WORDS[language][key]


def headings(language: Language) -> tuple[str, ...]:
    """Return the heads of the list's columns."""
    return _HEADINGS[language]


def ordered(notes: Sequence[CellNote]) -> list[CellNote]:
    """Return the notes in the order of the list: the worst first, then by place."""
    return sorted(notes, key=lambda note: (_RANK[note.severity], note.sheet, note.row or 0, note.column or 0))


def marks(notes: Sequence[CellNote]) -> Mapping[int, Mapping[tuple[int, int], Mark]]:
    """Return by sheet and cell (row 1-based, column 0-based) what is marked; a whole row in its first cell."""
    grouped: dict[int, dict[tuple[int, int], list[CellNote]]] = defaultdict(lambda: defaultdict(list))
    for note in notes:
        if note.row is not None and note.row > 0:
            grouped[note.sheet][note.row, note.column or 0].append(note)
    return {sheet: {at: _mark(found) for at, found in cells.items()} for sheet, cells in grouped.items()}


def _mark(notes: Sequence[CellNote]) -> Mark:
    worst = ordered(notes)
    lines = [f"{note.message}\n→ {note.hint}" if note.hint else note.message for note in worst[:10]]
    return Mark(COLOURS[worst[0].severity], "\n".join(lines))


def place_text(note: CellNote, language: Language) -> str:
    """Return where a note stands, as Excel would say it."""
    if note.row is None:
        return word(language, "whole")
    return word(language, "row").format(row=note.row) if note.column is None else f"{letters(note.column)}{note.row}"


def target(sheet: str, note: CellNote) -> str:
    """Return the link to a note's cell inside the workbook."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{letters(note.column or 0)}{max(note.row or 1, 1)}"
